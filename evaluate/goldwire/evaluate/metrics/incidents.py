"""Incident records as templates, to be scored by `goldwire.evaluate.metrics.templates`.

Slots and what agrees in them:

================== ==========================================================================
type, stage, role, equal values; another accepted type of gold agrees, too
place_relation,
damage, claimed
country, admin1    equal but for case and blanks
date               the same days, with the same mark of doubt; partial where the predicted days
                   hold the gold ones (right, but coarser). Date precision is not scored
place, channel,    entities, by their mentions
claimants,
reported_by
instruments        entities; qualifiers type, count
perpetrators       entities; qualifiers class, confidence
targets            entities; qualifiers class, effect, count
killed, injured,   the same least, largest, and stated figure; partial where the ranges meet.
missing            Nothing said is no filler; a stated zero is one
================== ==========================================================================

An entry that names no entity stands for its type or class alone, and agrees with another such
entry of the same type or class.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from goldwire.schema.dates import parse_edtf

from .template_reading import Filler, Template, value
from .template_tables import Slot

__all__ = [
    "ENTITIES",
    "ENTRIES",
    "SLOTS",
    "VALUES",
    "Entry",
    "Value",
    "entities_in",
    "entries_in",
    "templates_of",
    "values_in",
]

SLOTS = (
    Slot("type"),
    Slot("stage"),
    Slot("role"),
    Slot("date", near="cover"),
    Slot("country"),
    Slot("admin1"),
    Slot("place"),
    Slot("place_relation"),
    Slot("instruments", ("type", "count")),
    Slot("perpetrators", ("class", "confidence")),
    Slot("targets", ("class", "effect", "count")),
    Slot("killed", near="overlap"),
    Slot("injured", near="overlap"),
    Slot("missing", near="overlap"),
    Slot("damage"),
    Slot("claimed"),
    Slot("claimants"),
    Slot("channel"),
    Slot("reported_by"),
)

Mentions = Mapping[str, frozenset[Hashable]]


def templates_of(
    incidents: Sequence[Any],
    mentions_of: Mentions,
    evidence_of: Mapping[str, Hashable] | None = None,
) -> list[Template]:
    """One template for each incident record of a document, over `SLOTS`.

    Records are read by the names of `goldwire.schema.document.Incident`; what one lacks is taken
    as not said. ``mentions_of`` gives the mentions of an entity by its id: spans, those of
    predicted mentions already mapped to the gold mentions that they match. A reference to an
    entity that is not there is a filler that matches nothing. ``evidence_of`` gives a key for
    each item by its id, equal for what counts as the same evidence; without it evidence is not
    looked at, and an id that it does not know is evidence that matches nothing.
    """
    slots: list[dict[str, list[Filler]]] = [{} for _ in incidents]

    def add(row: int, slot: str, filler: Filler | None) -> None:
        if filler is not None:
            slots[row].setdefault(slot, []).append(filler)

    for slot, kind in VALUES.items():
        for row, said in enumerate(values_in(incidents, slot)):
            add(row, slot, None if said is None else kind.filler(said))
    for slot in ENTITIES:
        for row, name in entities_in(incidents, slot):
            add(row, slot, Filler(mentions_of.get(name, frozenset())))
    for slot in ENTRIES:
        names = next(each.qualifiers for each in SLOTS if each.name == slot)
        for entry in entries_in(incidents, slot):
            said = tuple(zip(names, entry.said, strict=True))
            if entry.entity is None:
                add(entry.row, slot, value(entry.unnamed, None, said))
            else:
                mentions = mentions_of.get(entry.entity, frozenset())
                add(entry.row, slot, Filler(mentions, None, said))
    known = evidence_of or {}
    found = []
    for incident, filled in zip(incidents, slots, strict=True):
        ids = set(_get(incident, "evidence") or ()) if evidence_of is not None else set()
        keys = frozenset(known[each] for each in ids if each in known)
        unplaced = sum(each not in known for each in ids)
        found.append(Template(filled, keys, unplaced, bool(_get(incident, "optional"))))
    return found


class Value(Struct, frozen=True):
    """A slot with at most one value: where it stands, what is said there, and its filler.

    ``key`` turns what stands at ``path`` into something that can be looked up, or ``None`` where
    nothing is said; ``filler`` makes a filler of it, or ``None`` where it comes to nothing.
    """

    path: tuple[str, ...]
    filler: Callable[[Any], Filler | None] = value
    key: Callable[[Any], Hashable] | None = None


class Entry(Struct, frozen=True, gc=False):
    """An instrument, a perpetrator, or a target, and what its qualifiers say."""

    row: int
    """The place of its incident."""
    entity: str | None
    said: tuple[Hashable, ...]

    @property
    def unnamed(self) -> Hashable:
        """What it stands for where it names no entity: its type or class."""
        return "no entity", self.said[0]


def values_in(incidents: Sequence[Any], slot: str) -> Sequence[Any]:
    """What each incident says in a slot of `VALUES`; ``None`` for nothing."""
    kind = VALUES[slot]
    said = _column(incidents, kind.path)
    return said if kind.key is None else list(map(kind.key, said))


def entities_in(incidents: Sequence[Any], slot: str) -> list[tuple[int, str]]:
    """The ids in a slot of `ENTITIES`, each once an incident, with the incident's place."""
    found = []
    for row, names in enumerate(_column(incidents, ENTITIES[slot])):
        if isinstance(names, str):
            found.append((row, names))
        elif names:
            found += [(row, name) for name in dict.fromkeys(names)]
    return found


def entries_in(incidents: Sequence[Any], slot: str) -> list[Entry]:
    """The entries in a slot of `ENTRIES`."""
    names = ENTRIES[slot]
    return [
        Entry(row, getattr(entry, "entity", None), tuple([getattr(entry, n, None) for n in names]))
        for row, entries in enumerate(_column(incidents, (slot,)))
        for entry in entries or ()
    ]


def _column(records: Sequence[Any], path: Iterable[str]) -> Sequence[Any]:
    for name in path:
        records = [getattr(each, name, None) for each in records]
    return records


def _get(record: Any, name: str) -> Any:
    return getattr(record, name, None)


def _name(name: str) -> Filler | None:
    folded = " ".join(name.casefold().split())
    return value(folded) if folded else None


def _accepted(incident: Any) -> tuple[str, ...] | None:
    """The type and the other accepted ones."""
    kind, others = _get(incident, "type"), _get(incident, "alternatives")
    if others:
        kinds = (kind, *(_get(each, "type") for each in others))
        return tuple(each for each in kinds if each is not None) or None
    return None if kind is None else (kind,)


def _types(kinds: tuple[str, ...]) -> Filler:
    """The type as one filler that holds every accepted one: a single right one is inside it."""
    return Filler(frozenset(kinds))


def _date(edtf: str) -> Filler | None:
    """The days that an EDTF string covers; the string itself where it has no days."""
    if not edtf:
        return None
    try:
        days = parse_edtf(edtf)
    except ValueError:
        days = None
    if days is None:
        return value(("text", edtf))
    first = -math.inf if days.first is None else days.first.toordinal()
    last = math.inf if days.last is None else days.last.toordinal()
    return value((first, last, days.uncertain, days.approximate), (first, last))


def _figures(toll: Any) -> tuple[Any, Any, Any] | None:
    """The least, the largest, and the stated figure of a toll."""
    if toll is None:
        return None
    return getattr(toll, "min", None), getattr(toll, "max", None), getattr(toll, "stated", None)


def _toll(figures: tuple[Any, Any, Any]) -> Filler | None:
    """A figure and its range. A lone stated figure is its own range, a range of one is stated."""
    least, most, stated = figures
    if least is None and most is None and stated is None:
        return None
    if least is None and most is None:
        least = most = stated
    elif stated is None and least == most:
        stated = least
    # Numbers of people: an open lower end is 0, and huge integers are no floats.
    ends = (0.0 if least is None else _real(least), math.inf if most is None else _real(most))
    return value((least, most, stated), ends)


def _real(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


VALUES: Mapping[str, Value] = {
    "type": Value((), _types, _accepted),
    "stage": Value(("stage",)),
    "role": Value(("role",)),
    "date": Value(("date", "edtf"), _date),
    "country": Value(("location", "country"), _name),
    "admin1": Value(("location", "admin1"), _name),
    "place_relation": Value(("location", "place_relation")),
    "killed": Value(("casualties", "killed"), _toll, _figures),
    "injured": Value(("casualties", "injured"), _toll, _figures),
    "missing": Value(("casualties", "missing"), _toll, _figures),
    "damage": Value(("damage",)),
    "claimed": Value(("claim", "claimed")),
}
"""Slots that hold at most one value."""

ENTITIES: Mapping[str, tuple[str, ...]] = {
    "place": ("location", "place"),
    "claimants": ("claim", "claimants"),
    "channel": ("claim", "channel"),
    "reported_by": ("reported_by",),
}
"""Slots that hold ids of entities, and where these stand."""

ENTRIES: Mapping[str, tuple[str, ...]] = {
    slot.name: tuple("role_class" if name == "class" else name for name in slot.qualifiers)
    for slot in SLOTS
    if slot.qualifiers
}
"""Slots that hold entries, and the fields that their qualifiers stand in."""
