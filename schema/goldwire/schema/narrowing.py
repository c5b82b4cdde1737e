"""A schema that narrows the core, as one schema that is accepted in one pass.

``newswire`` refers to the core and says what more it demands, item by item. An engine walks
each item twice for that: once for the core, once for the rest. Here both demands on a property
stand in one place. Only the fast acceptor reads this form.
"""

from __future__ import annotations

from typing import Any

import msgspec

from .schemas import Schema

__all__ = ["narrowed"]

_ANNOTATIONS = frozenset({"title", "description", "default", "examples", "x-labels"})
_CONDITION = frozenset({"if", "then", "else"})
_UNDERSTOOD = _CONDITION | {
    "type", "properties", "required", "additionalProperties", "items", "minItems", "uniqueItems",
    "minLength", "maxLength", "pattern", "minimum", "enum", "const", "allOf",
}  # fmt: skip
"""Keywords that demand the same wherever they stand; with any other nothing is merged."""


def narrowed(schema: Schema, core: Schema) -> Schema:
    """The schema with the core's demands merged into its own.

    A schema that does not narrow the core, or that refers to its own properties, of which more
    would be demanded now, is given back as it is.
    """
    if schema.get("$ref") != core["$id"] or b"#/properties/" in msgspec.json.encode(schema):
        return schema
    frame = {"$schema", "$id", "$ref", "$defs"}
    one = _absolute({key: value for key, value in core.items() if key not in frame}, core["$id"])
    other = {key: value for key, value in schema.items() if key not in frame}
    merged = _Merger(core, schema).both(one, other)
    if merged.keys() == {"allOf"}:  # unevaluatedProperties, for one, looks at its neighbours
        return schema
    return {key: schema[key] for key in ("$schema", "$id", "$defs") if key in schema} | merged


def _absolute(part: Any, home: str) -> Any:
    """A part of the core with references that hold outside it, too."""
    if isinstance(part, dict):
        return {
            key: home + value if key == "$ref" and value[:1] == "#" else _absolute(value, home)
            for key, value in part.items()
        }
    return [_absolute(each, home) for each in part] if isinstance(part, list) else part


class _Merger:
    """Merges what the core and a schema that narrows it demand of one value.

    It goes as deep as the core does, which nowhere contains itself.
    """

    def __init__(self, core: Schema, schema: Schema) -> None:
        self._definitions = {
            f"{core['$id']}#/$defs/{name}": _absolute(definition, core["$id"])
            for name, definition in core["$defs"].items()
        } | {f"#/$defs/{name}": each for name, each in schema.get("$defs", {}).items()}

    def both(self, one: Any, other: Any) -> dict[str, Any]:
        """A schema that accepts what both accept."""
        either = {"allOf": [one, other]}
        one, other = self._demands(one), self._demands(other)
        if one is None or other is None or not self._can_merge(one, other):
            return either
        merged = dict(one)
        if other.keys() == {"enum"} and _admits_all(one, other["enum"]):
            merged = {}
        for key, value in other.items():
            if key not in merged:
                merged[key] = value
            elif key == "properties":
                merged[key] = merged[key] | {
                    name: self.both(merged[key][name], each) if name in merged[key] else each
                    for name, each in value.items()
                }
            elif key == "items":
                merged[key] = self.both(merged[key], value)
            elif key == "required":
                merged[key] = [*merged[key], *(name for name in value if name not in merged[key])]
            elif key == "allOf":
                merged[key] = [*merged[key], *value]
            elif key in ("enum", "const") or merged[key] != value:  # 1 is not true in JSON
                return either
        return merged

    def _demands(self, schema: Any) -> dict[str, Any] | None:
        """The keywords that demand something, of a reference those of what it names."""
        for _ in range(8):  # references that lead in a circle demand nothing that can be merged
            if not isinstance(schema, dict):
                return None
            demands = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
            if demands.keys() != {"$ref"}:
                return demands if demands.keys() <= _UNDERSTOOD else None
            schema = self._definitions.get(demands["$ref"])
        return None

    def _can_merge(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        if _CONDITION & one.keys() and _CONDITION & other.keys():
            return False
        if "additionalProperties" in other:
            return False
        # Properties that the one does not know it forbids, and would no longer.
        closed = "additionalProperties" in one
        return not closed or other.get("properties", {}).keys() <= one.get("properties", {}).keys()


def _admits_all(schema: dict[str, Any], values: list[Any]) -> bool:
    """Whether a schema of a string, or of a string or null, admits each of some labels."""
    kinds = schema.get("type")
    if not schema.keys() <= {"type", "minLength"} or schema.get("minLength", 1) != 1:
        return False
    nullable = kinds == ["string", "null"]
    if kinds != "string" and not nullable:
        return False
    return all((isinstance(v, str) and v) or (v is None and nullable) for v in values)
