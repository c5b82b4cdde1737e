"""The fields of items as a form shows them: what each may hold, read off the document's form."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldwire.schema.document import ANCHORED_LAYERS
from goldwire.schema.labels import LabelSet

__all__ = ["FIELDS", "Field", "fields_of", "labels_of"]

Kind = Literal["label", "flag", "text", "number", "ref", "refs", "span", "spans", "record", "list"]


class Field(Struct, frozen=True):
    """One field: the inventory of a label, the layers that a reference goes to, or parts."""

    name: str
    kind: Kind
    inventory: str = ""
    layers: tuple[str, ...] = ()
    parts: tuple[Field, ...] = ()


def _label(name: str, inventory: str) -> Field:
    return Field(name, "label", inventory)


def _ref(name: str, *layers: str) -> Field:
    return Field(name, "ref", layers=layers)


def _refs(name: str, *layers: str) -> Field:
    return Field(name, "refs", layers=layers)


def _text(name: str) -> Field:
    return Field(name, "text")


def _number(name: str) -> Field:
    return Field(name, "number")


def _flag(name: str) -> Field:
    return Field(name, "flag")


def _record(name: str, *parts: Field) -> Field:
    return Field(name, "record", parts=parts)


def _list(name: str, *parts: Field) -> Field:
    return Field(name, "list", parts=parts)


def _toll(name: str) -> Field:
    sources = _list("by_source", _ref("source", "entities"), _number("value"))
    return _record(name, _number("stated"), _number("min"), _number("max"), sources)


_ANY = ("events", "quantities", "times", "attributions", "mentions", "relations", "zones")

FIELDS: dict[str, tuple[Field, ...]] = {
    "zones": (
        _label("kind", "zoneKind"), _flag("scored"), _ref("duplicate_of", "zones"),
        _ref("parent", "zones"), _number("paragraph"),
    ),
    "mentions": (
        _label("type", "entityType"), _label("level", "level"), _ref("entity", "entities"),
        Field("head", "span"),
    ),
    "entities": (
        _label("type", "entityType"), _label("subtype", "subtype{type}"), _text("name"),
        _flag("group"), _flag("generic"), _text("kb"),
    ),
    "times": (
        _label("type", "timeType"), _text("value"), _text("edtf"), _ref("anchor", "times"),
        _label("modifier", "timeModifier"), _flag("vague"),
    ),
    "quantities": (
        _label("kind", "quantityKind"), _number("value"), _number("min"), _number("max"),
        _label("comparator", "comparator"), _flag("approximate"), _text("unit"),
        _ref("counts", "mentions", "events"),
    ),
    "events": (
        _label("type", "eventType"), _label("subtype", "subtype{type}"),
        _ref("hopper", "hoppers"), _label("realis", "realis"), _label("polarity", "polarity"),
        _label("certainty", "certainty"), _label("tense", "tense"),
        _refs("attributions", "attributions"),
    ),
    "event_links": (
        _label("type", "eventLinkType"), _ref("from", "hoppers"), _ref("to", "hoppers"),
    ),
    "attributions": (
        _label("style", "attributionStyle"), _ref("source", "mentions"),
        _label("source_class", "sourceClass"), Field("cue", "span"), Field("quotes", "spans"),
        _label("stance", "stance"),
    ),
    "relations": (
        _label("type", "relationType"), _ref("head", "mentions"), _ref("tail", "mentions"),
    ),
    "incidents": (
        _label("type", "incidentType"), _label("role", "incidentRole"), _label("stage", "stage"),
        _refs("hoppers", "hoppers"),
        _record("date", _text("edtf"), _label("precision", "datePrecision")),
        _record(
            "location", _text("country"), _text("admin1"), _ref("place", "entities"),
            _label("place_relation", "placeRelation"), _label("precision", "placePrecision"),
        ),
        _list("instruments", _ref("entity", "entities"), _label("type", "instrumentType"),
              _number("count")),
        _list("perpetrators", _ref("entity", "entities"), _label("class", "actorClass"),
              _label("confidence", "confidence")),
        _list("targets", _ref("entity", "entities"), _label("class", "targetClass"),
              _label("effect", "effect"), _number("count")),
        _record("casualties", _toll("killed"), _toll("injured"), _toll("missing")),
        _label("damage", "damage"),
        _record("claim", _flag("claimed"), _refs("claimants", "entities"),
                _ref("channel", "entities")),
        _refs("reported_by", "entities"), _refs("evidence", *_ANY),
    ),
}  # fmt: skip
"""The fields that only items of a layer have, in the order of the form; the label comes first."""


_FILLERS = ("mentions", "times", "quantities", "events")
_ARGUMENTS = _list("arguments", _flag("optional"), Field("alternatives", "refs", layers=_FILLERS))


def fields_of(layer: str) -> tuple[Field, ...]:
    """All fields of a layer's items: its own, then those that every item has."""
    own = FIELDS[layer]
    label = own[0]
    parts: tuple[Field, ...] = (Field("type", "label", label.inventory),)
    if layer in ANCHORED_LAYERS:
        parts = (Field("spans", "spans"), *parts)
    alternatives = Field("alternatives", "list", parts=parts)
    arguments = (_ARGUMENTS,) if layer == "events" else ()
    return (*own, *arguments, alternatives, Field("optional", "flag"), Field("note", "text"))


def labels_of(labels: LabelSet, inventory: str, type_: str | None) -> list[tuple[str, str, str]]:
    """Key, name, and title of the labels of an inventory, ``{type}`` in its name filled in.

    A label without a key, or whose key is taken, gets one that is free.
    """
    name = inventory.replace("{type}", type_ or "")
    found = labels.inventories.get(name)
    if found is None:
        return []
    taken: set[str] = set()
    rows = []
    for label in found.labels:
        free = (each for each in "abcdefghijklmnopqrstuvwxyz" if each not in taken)
        key = label.key if label.key and label.key not in taken else next(free, "")
        taken.add(key)
        rows.append((key, label.name, label.title))
    return rows
