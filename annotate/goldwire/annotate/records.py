"""The layers and parts of a document as edits know them: records, labels, and ids."""

from __future__ import annotations

from msgspec import Struct

from goldwire.schema.document import (
    Annotation,
    Attribution,
    Entity,
    Event,
    EventLink,
    Incident,
    Mention,
    Metadata,
    Quantity,
    Relation,
    Rights,
    Time,
    Zone,
)

__all__ = ["ENDS", "PARTS", "PREFIXES", "RECORDS", "TYPE_FIELDS"]

RECORDS: dict[str, type[Struct]] = {
    "zones": Zone,
    "mentions": Mention,
    "entities": Entity,
    "times": Time,
    "quantities": Quantity,
    "events": Event,
    "event_links": EventLink,
    "attributions": Attribution,
    "relations": Relation,
    "incidents": Incident,
}
"""The record of an item by layer."""

PARTS: dict[str, type[Struct]] = {
    "metadata": Metadata,
    "rights": Rights,
    "annotation": Annotation,
}
"""Parts of a document that are no layers, but whose fields can be put."""

TYPE_FIELDS = {
    "zones": "kind", "mentions": "type", "entities": "type", "times": "type",
    "quantities": "kind", "events": "type", "event_links": "type", "attributions": "style",
    "relations": "type", "incidents": "type",
}  # fmt: skip
"""The field of a layer's items that holds the label."""

ENDS = {"relations": ("head", "tail"), "event_links": ("from", "to")}
"""The fields that say what an item joins, for the layers whose items join two others."""

PREFIXES = {
    "zones": "z",
    "mentions": "m",
    "entities": "e",
    "times": "t",
    "quantities": "q",
    "events": "v",
    "event_links": "l",
    "attributions": "a",
    "relations": "r",
    "incidents": "i",
    "hoppers": "h",
}
"""What the ids of new items, and of hoppers, begin with."""
