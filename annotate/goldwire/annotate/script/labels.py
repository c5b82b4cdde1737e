"""Labels that the schema of the project knows, and those that it does not."""

from __future__ import annotations

from typing import Any

from goldwire.schema.labels import read_labels
from goldwire.schema.schemas import Schema

from .errors import unknown
from .fields import FIELDS, NOUNS

__all__ = ["Labels"]


class Labels:
    """The label set of a schema, asked by layer and field. Without a schema all is admitted."""

    def __init__(self, schema: Schema | None) -> None:
        self._definitions: dict[str, Any] = (schema or {}).get("$defs", {})
        self._set = read_labels(schema or {})

    def names(self, layer: str, field: str, type_: str | None) -> tuple[str, ...] | None:
        """The labels of a field; ``None`` where the schema does not restrict them."""
        if field == "subtype":
            return self._set.subtypes(type_) if type_ else None
        name = "eventLink" if layer == "event_links" else NOUNS[layer]
        found = self._definitions.get(name, {}).get("properties", {}).get(field, {})
        reference = found.get("$ref", "") if isinstance(found, dict) else ""
        return self._set.names(reference.rpartition("/")[2])

    def check(
        self, layer: str, field: str, value: object, type_: str | None, column: int | None
    ) -> None:
        """Raise ``ScriptError`` for a label that the schema does not know."""
        if not isinstance(value, str):
            return
        known = self.names(layer, field, type_)
        if known is not None and value not in known:
            kind = f"{NOUNS[layer]} {field}" if field != "type" else f"{NOUNS[layer]} type"
            raise unknown(kind, value, known).at(None, column)

    def check_role(self, role: str, type_: str, column: int | None) -> None:
        """Raise ``ScriptError`` for a role that an event type does not have."""
        known = self._set.roles(type_)
        if known is not None and role not in known:
            names = [*known, *(name for name in FIELDS["events"] if name not in known)]
            raise unknown(f"role or field of {type_}", role, names).at(None, column)

    def entity_types(self) -> tuple[str, ...]:
        """The types of entities that the schema knows."""
        return self.names("entities", "type", None) or ()
