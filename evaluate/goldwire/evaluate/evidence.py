"""The evidence of incident records: what ids that they cite stand for, whoever cites them.

Gold and predictions cite the same evidence by items that are the same: two mentions of one
entity, two events of one hopper, a time or a quantity in one place, contents that were aligned,
relations of one type between the same, zones with the same characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InvalidDocument

from .alignment.prepare import inside
from .columns import Columns, Side
from .identity import Aligned, Identity, chain_numbers, item_rows
from .keys import item_keys, last_equal, pack
from .metrics.template_incidents import Reference
from .notes import Notes
from .references import (
    Items,
    ranked,
    refuse_dangling,
    refuse_relation,
    said_at,
)
from .tables import Ints, Shape, joined

__all__ = ["Evidence", "refuse_incident"]

_PLACE, _ENTITY, _HOPPER, _CONTENT, _RELATION, _ZONE = range(6)

_Key = tuple[Any, ...]
"""What a relation or a zone stands for in its document; keys of one kind can be sorted."""


def refuse_incident(
    columns: Columns, document: int, name: str, *, evidence: bool
) -> InvalidDocument:
    """The error for an entity, or for evidence, of a gold incident that leads nowhere."""
    from goldwire.schema.rules.references import incident_references

    incidents: Sequence[Any] = columns.block.gold[document].incidents
    pointer = next(
        "/" + "/".join(map(str, path))
        for number, incident in enumerate(incidents)
        for path, found, _ in incident_references(number, incident)
        if found == name and (path[2] == "evidence") == evidence
    )
    return refuse_dangling(columns, document, name, pointer)


class _Linked(Struct, frozen=True, gc=False):
    """A relation or a zone: what it stands for, before other accepted answers."""

    id: str | None
    keys: tuple[_Key, ...]
    left: bool
    """Whether it counts nowhere."""
    dangling: int | None = None
    """The number of a relation in its document of which an end leads nowhere."""


class Evidence:
    """What incident records of a block may cite, in numbers that gold and predictions share.

    ``places`` and ``left`` hold the places of gold and predicted items, and which of them count
    nowhere; the place of a predicted item is that of the gold item that it is.
    """

    def __init__(
        self,
        columns: Columns,
        attributions: Aligned,
        items: tuple[Items, Items],
        places: tuple[Ints, Ints],
        identity: Identity,
        symmetric: frozenset[str],
        left: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    ) -> None:
        self.columns = columns
        self.attributions = attributions
        self.items = items
        self.places = places
        self.identity = identity
        self.symmetric = symmetric
        self.left = left

    def numbers(self, cited: Sequence[Reference], notes: Notes) -> Ints:
        """A number for each item, equal for the same evidence; −1 where there is no item.

        −2 for one that counts nowhere. Raises ``InvalidDocument`` for one that is not in its gold
        document; of predictions ``notes`` are told.
        """
        of_items = self._items()
        contents_mean, contents_left = self._contents()
        kinds = np.concatenate([*of_items, contents_mean])
        free = np.concatenate([*self.left, contents_left])
        ids = [*self.items[0].by_id, *self.items[1].by_id]
        documents = len(self.columns.block)
        row = np.array([ids[document].get(name, -1) for document, name in cited], np.int64)
        of_predicted = np.array([document >= documents for document, _ in cited], bool)
        row[of_predicted & (row >= 0)] += len(self.items[0].document)
        lost = np.flatnonzero(row < 0).tolist()
        if lost:
            contents = self._content_rows()
            row[lost] = [contents.get(cited[place], -1) for place in lost]
            wanted = {cited[place] for place in lost if row[place] < 0}
            others, more, left = self._others(wanted, of_items)
            at = {reference: len(kinds) + n for n, reference in enumerate(others)}
            row[lost] = [at.get(cited[place], int(row[place])) for place in lost]
            kinds, free = np.concatenate([kinds, more]), np.concatenate([free, left])
        for place in np.flatnonzero(row < 0).tolist():
            document, name = cited[place]
            if document < documents:
                raise refuse_incident(self.columns, document, name, evidence=True)
            notes.add("reference to nothing", f"evidence: {name}")
        found = np.full(len(row), -1)
        known = np.flatnonzero(row >= 0)
        chosen = kinds[row[known]]
        found[known], _ = ranked(pack(chosen.T, len(chosen)))
        found[known[free[row[known]]]] = -2
        return found

    def _items(self) -> tuple[Ints, Ints]:
        """What items stand for as evidence, ``(items, 3)``: gold, predicted.

        A kind (a place, an entity, a hopper), the first place, and a number. A predicted item is
        what its gold partner is; a predicted hopper without one says nothing.
        """
        gold, predicted = (
            np.stack([np.full_like(place, _PLACE), place, np.zeros_like(place)], axis=1)
            for place in self.places
        )
        size = len(self.columns.gold["mentions"].items)
        referents = self.identity.gold_referents[:size]
        guessed = self.identity.predicted_referents[: len(self.columns.predicted["mentions"].items)]
        every = np.concatenate([referents, guessed])
        where = np.concatenate([self.places[0][:size], self.places[1][: len(guessed)]])
        first = _lowest(every, where)
        gold[:size] = _kind(_ENTITY, first[:size], referents)
        predicted[: len(guessed)] = _kind(_ENTITY, first[size:], guessed)
        hoppers, _ = chain_numbers(self.columns.gold, "events", "hopper")
        rows = np.flatnonzero(hoppers >= 0)
        number = hoppers[rows]
        rows += self.items[0].first["events"]
        gold[rows] = _kind(_HOPPER, _lowest(number, self.places[0][rows]), number)
        met = np.flatnonzero(self.identity.partners >= 0)
        predicted[met] = gold[self.identity.partners[met]]
        return gold, predicted

    def _contents(self) -> tuple[Ints, NDArray[np.bool_]]:
        """What attributions stand for: their content, that of the aligned gold one if any.

        And which count nowhere: those in zones that are not scored, optional ones, and predicted
        ones that are aligned with these.
        """
        gold, predicted = (side["attributions"] for side in self._sides())
        ready, pairs = self.attributions.ready, self.attributions.alignment.pairs
        size = len(gold.items)
        # Of equal ones one was aligned; the others are the same thing.
        alike, guessed = map(last_equal, item_keys(gold.spans, predicted.spans))
        ones = _kind(_CONTENT, gold.spans.start, alike)
        others = _kind(_CONTENT, predicted.spans.start, size + guessed)
        partners = np.full(len(guessed), -1, np.int64)
        rows = item_rows(predicted, ready.predicted)[pairs.predicted]
        partners[guessed[rows]] = item_rows(gold, ready.gold)[pairs.gold]
        met = np.flatnonzero(partners[guessed] >= 0)
        others[met] = ones[partners[guessed[met]]]
        left, excused = (
            inside(side.spans, self.columns.unscored)
            if len(self.columns.unscored)
            else np.zeros(len(side.items), bool)
            for side in (gold, predicted)
        )
        left |= gold.spans.optional
        excused[met] |= left[partners[guessed[met]]]
        return np.concatenate([ones, others]), np.concatenate([left, excused])

    def _content_rows(self) -> dict[Reference, int]:
        """The row of each attribution that has an id, after those of all items.

        Of an id that stands twice it is the one that is first in the text.
        """
        found: dict[Reference, int] = {}
        base = len(self.items[0].document) + len(self.items[1].document)
        for first, sides in zip((0, len(self.columns.block)), self._sides(), strict=True):
            side = sides["attributions"]
            owners = (first + side.spans.document).tolist()
            rows: dict[Reference, int] = {}
            for row, (document, item) in enumerate(zip(owners, side.items, strict=True)):
                if item.id is not None:
                    other = rows.setdefault((document, item.id), row)
                    if other != row and said_at(side, row) < said_at(side, other):
                        rows[document, item.id] = row
            found |= {reference: base + row for reference, row in rows.items()}
            base += len(side.items)
        return found

    def _others(
        self, wanted: set[Reference], of_items: tuple[Ints, Ints]
    ) -> tuple[list[Reference], Ints, NDArray[np.bool_]]:
        """The relations and zones among what is wanted, their rows, and which count nowhere."""
        documents = len(self.columns.block)
        found: dict[Reference, tuple[int, int, _Key]] = {}
        left: list[bool] = []
        for number in sorted({document % documents for document, _ in wanted}):
            for kind in (_RELATION, _ZONE):
                gold, guessed = (
                    self._relations(number, side, of_items[side])
                    if kind == _RELATION
                    else self._zones(number, side)
                    for side in (0, 1)
                )
                meant = {key: each.keys[0] for each in _sorted(gold) for key in each.keys[1:]}
                meant |= {each.keys[0]: each.keys[0] for each in gold}
                counted = {each.keys[0] for each in gold if not each.left}
                excused = {each.keys[0] for each in gold if each.left} - counted
                for document, linked in ((number, gold), (documents + number, guessed)):
                    for each in sorted(linked, key=lambda each: each.keys):
                        if each.id is None or (reference := (document, each.id)) not in wanted:
                            continue
                        refused = (
                            document < documents and self.columns.declared["relations"][number]
                        )
                        if each.dangling is not None and refused:
                            raise refuse_relation(self.columns, number, each.dangling)
                        if reference not in found:
                            key = meant.get(each.keys[0], each.keys[0])
                            found[reference] = kind, number, key
                            # What several relations say counts if one of them does.
                            left.append(key in excused or (each.left and key not in counted))
        ranks = {each: rank for rank, each in enumerate(sorted(set(found.values())))}
        rows = [(each[0], 0, ranks[each]) for each in found.values()]
        return list(found), np.array(rows, np.int64).reshape(-1, 3), np.array(left, bool)

    def _relations(self, document: int, side: int, of_items: Ints) -> list[_Linked]:
        """The relations of a document: what both ends stand for, and the type."""
        links = self.items[side].links
        found = []
        for row in np.flatnonzero(links.document == document).tolist():
            relation, ends = links.relations[row], (int(links.heads[row]), int(links.tails[row]))
            # An end that leads nowhere is the same as no other.
            meant = [
                tuple(of_items[end].tolist()) if end >= 0 else (-1, 2 * row + at, side)
                for at, end in enumerate(ends)
            ]
            others = [each.type for each in getattr(relation, "alternatives", ())]
            keys = [
                (*(sorted(meant) if name in self.symmetric else meant), name)
                for name in (relation.type, *others)
                if name is not None
            ]
            left = getattr(relation, "optional", False)
            left = left or any(end >= 0 and self.left[side][end] for end in ends)
            first = int(np.searchsorted(links.document, document))
            dangling = row - first if min(ends) < 0 else None
            found.append(_Linked(relation.id, tuple(keys), bool(left), dangling))
        return found

    def _zones(self, document: int, side: int) -> list[_Linked]:
        """The zones of a document: where they are."""
        zones = self._sides()[side]["zones"]
        begin, end = zones.offsets[document : document + 2].tolist()
        table = zones.spans.rows(zones.spans.document == document)
        within = inside(table, self.columns.unscored) if len(self.columns.unscored) else ()
        found = []
        for row, zone in enumerate(zones.items[begin:end]):
            shapes: list[Shape] = [table.spans_of(row)]
            others = getattr(zone, "alternatives", ())
            shapes += [joined(each.spans) for each in others if each.spans is not None]
            left = bool(table.optional[row]) or (len(within) > 0 and bool(within[row]))
            found.append(_Linked(zone.id, tuple(shapes), left))
        return found

    def _sides(self) -> tuple[Mapping[str, Side], Mapping[str, Side]]:
        return self.columns.gold, self.columns.predicted


def _sorted(linked: list[_Linked]) -> list[_Linked]:
    """The last first, so that of several that accept an answer the first is meant."""
    return sorted(linked, key=lambda each: each.keys, reverse=True)


def _kind(kind: int, first: Ints, number: Ints) -> Ints:
    return np.stack([np.full_like(number, kind), first, number], axis=1)


def _lowest(number: Ints, place: Ints) -> Ints:
    """For each row the lowest place of the rows with its number."""
    lowest = np.full(int(number.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(lowest, number, place)
    found: Ints = lowest[number]
    return found
