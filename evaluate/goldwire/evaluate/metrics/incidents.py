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
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from goldwire.schema.dates import parse_edtf

from .template_tables import Filler, Slot, Template, value

__all__ = ["SLOTS", "templates_of"]

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
    return [_template(each, mentions_of, evidence_of) for each in incidents]


def _template(
    incident: Any, mentions_of: Mentions, evidence_of: Mapping[str, Hashable] | None
) -> Template:
    location, claim, tolls = (_get(incident, name) for name in ("location", "claim", "casualties"))
    slots = {
        "type": _types(incident),
        "stage": _values(_get(incident, "stage")),
        "role": _values(_get(incident, "role")),
        "date": _date(_get(_get(incident, "date"), "edtf")),
        "country": _names(_get(location, "country")),
        "admin1": _names(_get(location, "admin1")),
        "place": _entities(_some(_get(location, "place")), mentions_of),
        "place_relation": _values(_get(location, "place_relation")),
        "instruments": _entries(incident, "instruments", mentions_of),
        "perpetrators": _entries(incident, "perpetrators", mentions_of),
        "targets": _entries(incident, "targets", mentions_of),
        "killed": _toll(_get(tolls, "killed")),
        "injured": _toll(_get(tolls, "injured")),
        "missing": _toll(_get(tolls, "missing")),
        "damage": _values(_get(incident, "damage")),
        "claimed": _values(_get(claim, "claimed")),
        "claimants": _entities(_get(claim, "claimants"), mentions_of),
        "channel": _entities(_some(_get(claim, "channel")), mentions_of),
        "reported_by": _entities(_get(incident, "reported_by"), mentions_of),
    }
    ids = dict.fromkeys(_get(incident, "evidence") or ()) if evidence_of is not None else {}
    known = evidence_of or {}
    return Template(
        {name: fillers for name, fillers in slots.items() if fillers},
        frozenset(known[each] for each in ids if each in known),
        sum(each not in known for each in ids),
        bool(_get(incident, "optional")),
    )


def _get(record: Any, name: str) -> Any:
    return getattr(record, name, None)


def _some(each: Any) -> tuple[Any, ...]:
    return () if each is None else (each,)


def _values(said: Hashable) -> list[Filler]:
    return [] if said is None else [value(said)]


def _names(name: str | None) -> list[Filler]:
    folded = " ".join((name or "").casefold().split())
    return [value(folded)] if folded else []


def _types(incident: Any) -> list[Filler]:
    """The type as one filler that holds every accepted one: a single right one is inside it."""
    others = (_get(each, "type") for each in _get(incident, "alternatives") or ())
    said = frozenset(kind for kind in (_get(incident, "type"), *others) if kind is not None)
    return [Filler(said)] if said else []


def _date(edtf: str | None) -> list[Filler]:
    """The days that an EDTF string covers; the string itself where it has no days."""
    if not edtf:
        return []
    try:
        days = parse_edtf(edtf)
    except ValueError:
        days = None
    if days is None:
        return [value(("text", edtf))]
    first = -math.inf if days.first is None else days.first.toordinal()
    last = math.inf if days.last is None else days.last.toordinal()
    return [value((first, last, days.uncertain, days.approximate), (first, last))]


def _entities(ids: Iterable[str] | None, mentions_of: Mentions) -> list[Filler]:
    return [Filler(mentions_of.get(each, frozenset())) for each in dict.fromkeys(ids or ())]


def _entries(incident: Any, slot: str, mentions_of: Mentions) -> list[Filler]:
    """Instruments, perpetrators, or targets, with what is said of each."""
    names = next(each.qualifiers for each in SLOTS if each.name == slot)
    found = []
    for entry in _get(incident, slot) or ():
        said = [(name, _get(entry, "role_class" if name == "class" else name)) for name in names]
        qualifiers = tuple((name, each) for name, each in said if each is not None)
        entity = _get(entry, "entity")
        if entity is None:
            found.append(value(("no entity", said[0][1]), None, qualifiers))
        else:
            found.append(Filler(mentions_of.get(entity, frozenset()), None, qualifiers))
    return found


def _toll(toll: Any) -> list[Filler]:
    """A figure and its range. A lone stated figure is its own range, a range of one is stated."""
    least, most, stated = (_get(toll, name) for name in ("min", "max", "stated"))
    if least is None and most is None and stated is None:
        return []
    if least is None and most is None:
        least = most = stated
    elif stated is None and least == most:
        stated = least
    # Numbers of people: an open lower end is 0, and huge integers are no floats.
    ends = (0.0 if least is None else _real(least), math.inf if most is None else _real(most))
    return [value((least, most, stated), ends)]


def _real(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
