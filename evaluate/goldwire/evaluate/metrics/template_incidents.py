"""Incident records of many documents as columns, slot by slot.

What `incidents.templates_of` and `template_reading.tabulate` do together, but without an object
for every filler. The numbers of codes differ, their order inside a slot does not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .incidents import ENTITIES, ENTRIES, SLOTS, VALUES, entities_in, entries_in, values_in
from .template_join import Ints
from .template_reading import NO_RANGE, numbered, set_columns
from .template_tables import Rows, Tables, arrange, lexical_ranks

__all__ = ["Reference", "Told", "tabulate_incidents"]

Floats = NDArray[np.float64]

Reference = tuple[int, str]
"""A document, and an id in it."""

_PLACES = {slot.name: place for place, slot in enumerate(SLOTS)}
_OFFSETS = np.cumsum([0, *(len(slot.qualifiers) for slot in SLOTS)])


class Told(Struct, frozen=True, gc=False):
    """Where fillers were read, shape ``(fillers,)``: the slot, the incident, and the place among
    all fillers of that slot, as `incidents.entities_in` or `incidents.entries_in` list them."""

    slot: Ints
    incident: Ints
    place: Ints


def tabulate_incidents(
    documents: int,
    incidents: Sequence[Any],
    document: Ints,
    mentions_of: Callable[[list[Reference]], tuple[Ints, Ints]],
    evidence_of: Callable[[list[Reference]], Ints],
) -> tuple[Tables, Told]:
    """The incident records of so many documents, gold and predicted, as columns over `SLOTS`.

    `Told` says where each filler was read: ``origin`` of the tables are its rows.

    ``document``, shape ``(incidents,)``, ascends: documents of gold are counted from 0 on, those
    of the predictions from ``documents`` on. ``mentions_of`` is asked for the mentions of all
    entities that are named: how many each has, and their codes, none negative, ascending and
    each once in an entity. An entity that has −1 counts nowhere, nor does a filler that it is.
    ``evidence_of`` is asked for the code of every item that is cited, −2
    for one that counts nowhere, −1
    where there is none. Codes are equal for what is the same in gold and predictions. Records are
    read as `incidents.templates_of` reads them.
    """
    owners = document.tolist()
    fillers, sets = _entities(incidents, owners, mentions_of)
    for slot in VALUES:
        more, columns = _values(incidents, slot)
        more.entity += sum(len(sizes) for sizes, _ in sets)
        fillers.append(more)
        sets.append(columns)
    cited, evidence, unplaced = _evidence(incidents, owners, evidence_of)
    sizes, codes = (np.concatenate(each) for each in zip(*sets, strict=True))
    whole = Rows(
        document % max(documents, 1),
        np.arange(len(incidents)) - np.searchsorted(document, document),
        np.array([bool(getattr(each, "optional", False)) for each in incidents], bool),
        unplaced,
        np.concatenate([each.row for each in fillers]),
        np.repeat([_PLACES[each.slot] for each in fillers], [len(each.row) for each in fillers]),
        np.concatenate([each.entity for each in fillers]),
        np.concatenate([each.low for each in fillers]),
        np.concatenate([each.high for each in fillers]),
        np.zeros(sum(len(each.row) for each in fillers), bool),
        _qualifiers(fillers),
        (sizes, codes),
        lexical_ranks(sizes, codes),
        (cited, evidence),
    )
    first_guess = int(np.searchsorted(document, documents))
    gold, predicted = (arrange(documents, len(SLOTS), each) for each in _sides(whole, first_guess))
    places = np.concatenate([each.place for each in fillers])
    return Tables(documents, SLOTS, gold, predicted), Told(whole.slot, whole.template, places)


class _Fillers(Struct):
    """The fillers of one slot: rows of incidents and of sets, ranges, codes by qualifier.

    ``place`` is where each stands among all that were read for the slot.
    """

    slot: str
    place: Ints
    row: Ints
    entity: Ints
    low: Floats
    high: Floats
    told: list[Ints]

    def take(self, rows: Ints) -> _Fillers:
        """Some of the fillers."""
        return _Fillers(
            self.slot,
            self.place[rows],
            self.row[rows],
            self.entity[rows],
            self.low[rows],
            self.high[rows],
            [each[rows] for each in self.told],
        )


def _entities(
    incidents: Sequence[Any],
    owners: Sequence[int],
    mentions_of: Callable[[list[Reference]], tuple[Ints, Ints]],
) -> tuple[list[_Fillers], list[tuple[Ints, Ints]]]:
    """Fillers that are entities, and the mentions of these."""
    names: dict[Reference, int] = {}
    unnamed: dict[Hashable, int] = {}
    found = []
    for slot in ENTITIES:
        listed = entities_in(incidents, slot)
        sets = [names.setdefault((owners[row], name), len(names)) for row, name in listed]
        found.append(_without_range(slot, [row for row, _ in listed], sets, []))
    for slot, fields in ENTRIES.items():
        entries = entries_in(incidents, slot)
        # An entry that names no entity gets −1, −2, … until it is known how many have names.
        sets = [
            ~unnamed.setdefault(each.unnamed, len(unnamed))
            if each.entity is None
            else names.setdefault((owners[each.row], each.entity), len(names))
            for each in entries
        ]
        told = [_codes([each.said[place] for each in entries]) for place in range(len(fields))]
        found.append(_without_range(slot, [each.row for each in entries], sets, told))
    for each in found:
        each.entity = np.where(each.entity < 0, len(names) + ~each.entity, each.entity)
    sizes, codes = mentions_of(list(names))
    gone = np.append(sizes < 0, np.zeros(len(unnamed), bool))
    if gone.any():
        found = [each.take(np.flatnonzero(~gone[each.entity])) for each in found]
        sizes = np.maximum(sizes, 0)
    numbers = numbered(unnamed)
    apart = int(codes.max(initial=-1)) + np.array([numbers[key] for key in unnamed], np.int64)
    return found, [(sizes, codes), (np.ones(len(apart), np.int64), apart)]


def _without_range(
    slot: str, rows: Sequence[int], sets: Sequence[int], told: list[Ints]
) -> _Fillers:
    low, high = (np.full(len(rows), end) for end in NO_RANGE)
    place, row = np.arange(len(rows)), np.array(rows, np.int64)
    return _Fillers(slot, place, row, np.array(sets, np.int64), low, high, told)


def _codes(said: Sequence[Hashable]) -> Ints:
    """Codes of values, 0 for what is not said."""
    codes = numbered(set(said) - {None}) | {None: 0}
    return np.fromiter(map(codes.__getitem__, said), np.int64, len(said))


def _values(incidents: Sequence[Any], slot: str) -> tuple[_Fillers, tuple[Ints, Ints]]:
    """Fillers that are values, and these as sets of codes: what is said often is read once."""
    known: dict[Hashable, int] = {}
    number = np.array(
        [known.setdefault(said, len(known)) for said in values_in(incidents, slot)], np.int64
    )
    read = [None if said is None else VALUES[slot].filler(said) for said in known]
    codes = numbered(key for each in read if each for key in each.mentions)
    sets = set_columns([codes[key] for key in each.mentions] if each else () for each in read)
    ranges = [each.range or NO_RANGE if each else NO_RANGE for each in read]
    low, high = np.array(ranges, np.float64).reshape(-1, 2).T
    row = np.flatnonzero(sets[0][number] > 0)
    number = number[row]
    return _Fillers(slot, np.arange(len(row)), row, number, low[number], high[number], []), sets


def _evidence(
    incidents: Sequence[Any],
    owners: Sequence[int],
    evidence_of: Callable[[list[Reference]], Ints],
) -> tuple[Ints, Ints, Ints]:
    """Incidents and the codes of what they cite, and how much each cites that is nowhere."""
    listed = [
        (row, name)
        for row, incident in enumerate(incidents)
        for name in set(getattr(incident, "evidence", None) or ())
    ]
    row = np.array([row for row, _ in listed], np.int64)
    code = evidence_of([(owners[row], name) for row, name in listed])
    placed = code >= 0
    width = int(code.max(initial=0)) + 1
    cited = np.sort(row[placed] * width + code[placed])
    cited = cited[np.diff(cited, prepend=-1) > 0]
    unplaced = np.bincount(row[code == -1], minlength=len(incidents))
    return cited // width, cited % width, unplaced


def _qualifiers(fillers: Sequence[_Fillers]) -> Ints:
    """The codes of all qualifiers, one row a filler: shape ``(fillers, qualifiers)``."""
    codes = np.zeros((sum(len(each.row) for each in fillers), _OFFSETS[-1]), np.int64)
    begin = 0
    for each in fillers:
        end = begin + len(each.row)
        first = _OFFSETS[_PLACES[each.slot]]
        for column, told in enumerate(each.told):
            codes[begin:end, first + column] = told
        begin = end
    return codes


def _sides(rows: Rows, cut: int) -> Iterable[Rows]:
    """Gold, the templates before ``cut``, and predictions, those from there on."""
    for begin, end in ((0, cut), (cut, len(rows.document))):
        fillers = (rows.template >= begin) & (rows.template < end)
        cited = (rows.evidence[0] >= begin) & (rows.evidence[0] < end)
        yield Rows(
            rows.document[begin:end],
            rows.source[begin:end],
            rows.optional[begin:end],
            rows.unplaced[begin:end],
            rows.template[fillers] - begin,
            rows.slot[fillers],
            rows.entity[fillers],
            rows.low[fillers],
            rows.high[fillers],
            rows.spare[fillers],
            rows.qualifiers[fillers],
            rows.sets,
            rows.set_ranks,
            (rows.evidence[0][cited] - begin, rows.evidence[1][cited]),
            np.flatnonzero(fillers),
        )
