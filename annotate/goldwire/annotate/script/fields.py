"""Fields of items: what may be set, which refer to what, and values of the right type."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct

from goldwire.schema.document import Alternative

from ..edits import PARTS, RECORDS
from .errors import ScriptError, unknown
from .lines import Field

__all__ = ["FIELDS", "LISTS", "NOUNS", "REFERENCES", "plain_value"]

_FIXED = frozenset({"id", "spans", "text"})

NOUNS: Mapping[str, str] = MappingProxyType({
    "zones": "zone",
    "mentions": "mention",
    "entities": "entity",
    "times": "time",
    "quantities": "quantity",
    "events": "event",
    "event_links": "link",
    "attributions": "attribution",
    "relations": "relation",
    "incidents": "incident",
})  # fmt: skip
"""What an item of a layer is called: the verb that adds one, and the group of commands."""

REFERENCES: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({
    ("zones", "duplicate_of"): ("zones",),
    ("zones", "parent"): ("zones",),
    ("mentions", "entity"): ("entities",),
    ("times", "anchor"): ("times",),
    ("quantities", "counts"): ("mentions", "events"),
    ("events", "hopper"): ("hoppers",),
    ("events", "arguments"): ("mentions", "times", "quantities", "events"),
    ("events", "attributions"): ("attributions",),
    ("event_links", "from"): ("hoppers",),
    ("event_links", "to"): ("hoppers",),
    ("attributions", "source"): ("mentions",),
    ("relations", "head"): ("mentions",),
    ("relations", "tail"): ("mentions",),
    ("incidents", "hoppers"): ("hoppers",),
    ("incidents", "location"): ("entities",),
    ("incidents", "instruments"): ("entities",),
    ("incidents", "perpetrators"): ("entities",),
    ("incidents", "targets"): ("entities",),
    ("incidents", "casualties"): ("entities",),
    ("incidents", "claim"): ("entities",),
    ("incidents", "reported_by"): ("entities",),
    ("incidents", "evidence"): (
        "mentions", "times", "quantities", "events", "attributions", "relations",
    ),
})  # fmt: skip
"""By layer and field: the layers that it, or what is nested in it, refers to."""

LISTS = frozenset({
    ("events", "attributions"), ("incidents", "hoppers"),
    ("incidents", "reported_by"), ("incidents", "evidence"),
})  # fmt: skip
"""References that are lists: a,b,c in a script."""


def _types(record: type[Struct]) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {
        f.encode_name: hints[f.name]
        for f in msgspec.structs.fields(record)
        if f.name not in _FIXED or record in PARTS.values()
    }


FIELDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {name: _types(record) for name, record in (RECORDS | PARTS).items()}
    | {"alternatives": _types(Alternative)}
)
"""By layer, or part of a document: the fields that can be set, with their types."""


def plain_value(layer: str, field: Field) -> Any:
    """The value of a field that neither refers to anything nor stands in the text.

    A bare word is JSON where that fits the type of the field, or else text. Raises
    ``ScriptError`` for a value that does not fit.
    """
    if field.name not in FIELDS[layer]:
        raise unknown("field", field.name, FIELDS[layer]).at(None, field.column)
    type_ = FIELDS[layer][field.name]
    problem = None
    for candidate in _candidates(field):
        try:
            msgspec.convert(candidate, type_)
        except msgspec.ValidationError as refused:
            problem = problem or refused
        else:
            return candidate
    said = str(problem)
    raise ScriptError(
        f"{field.name} cannot be {_shown(field)}: {said[:1].lower()}{said[1:]}",
        hint="A bare word is JSON where that fits: 3, true, null; lists stand in [ ].",
    ).at(None, field.value.column)


def _candidates(field: Field) -> list[Any]:
    value = field.value
    if value.word is None:
        if not value.place:
            return [value.json]
        (fragment, *more) = value.place
        if more or fragment.occurrence is not None or fragment.quote is None:
            raise ScriptError(
                f"{field.name} takes one text, and no place in the article",
                hint="Places are given to cue, head, and quotes.",
            ).at(None, value.column)
        return [fragment.quote]
    try:
        return [msgspec.json.decode(value.word.encode("utf-8", "surrogatepass")), value.word]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [value.word]


def _shown(field: Field) -> str:
    import json

    value = field.value
    return value.word if value.word is not None else json.dumps(_candidates(field)[0])
