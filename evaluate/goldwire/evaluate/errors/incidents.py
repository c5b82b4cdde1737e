"""The errors of incident records: fillers of slots that are not right, by MUC-4 category."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from goldwire.schema.positions import cut

from ..columns import Columns
from ..metrics.incidents import ENTITIES, ENTRIES, SLOTS, VALUES, Entry, entities_in, entries_in
from ..metrics.template_counts import wrong_fillers
from ..records import Records
from ..references import REFERRED, Items
from ..report.model import Mark, NoPlace, Side
from ..tables import Ints, Shape, joined
from .rows import INCORRECT, PARTIAL, Errors
from .spans import side_of

__all__ = ["FillerItems", "find_incident_errors"]

_NOWHERE = 2**62
_ROOM = 200


class FillerItems:
    """The fillers of one side as errors show them.

    An entity stands where its mentions stand. A value stands where its incident is told: at the
    first trigger of its hoppers, or else at the first item of its evidence or of its entities.
    """

    nowhere: NoPlace = "no evidence in the text"

    def __init__(self, columns: Columns, records: Records, items: Items, *, of_gold: bool) -> None:
        self.columns = columns
        self.sides = columns.gold if of_gold else columns.predicted
        self.first, self.by_id = items.first, items.by_id
        self.records = records
        table = records.tables.gold if of_gold else records.tables.predicted
        documents = len(columns.block)
        self.slot = table.slot
        self.origin = table.origin
        self.document = table.document[table.template]
        self.incident = records.told.incident[table.origin]
        owned = np.unique(self.incident)
        self._places = {
            row: self._place(records.incidents[row], int(records.document[row]) % documents)
            for row in owned.tolist()
        }
        nowhere = _NOWHERE, _NOWHERE
        at = [self._places[row] or nowhere for row in self.incident.tolist()]
        self.start, self.end = np.array(at, np.int64).reshape(-1, 2).T
        self._entities = cache(lambda slot: entities_in(records.incidents, slot))
        self._entries = cache(lambda slot: entries_in(records.incidents, slot))

    def __len__(self) -> int:
        return len(self.slot)

    def side(self, row: int) -> Side:
        """One filler: the slot, what is said in it, and of which incident."""
        spans = self._spans(row)
        return Side(SLOTS[self.slot[row]].name, spans, cut(self._words(row), _ROOM))

    def stated(self, row: int) -> Side:
        """One filler of a document without gold: there is no text that it stands in."""
        return Side(SLOTS[self.slot[row]].name, (), cut(self._words(row), _ROOM))

    def mark(self, row: int) -> Mark:
        """An entity under its slot; a value as its incident, under the type of that."""
        spans = self._mentions(self._entity(row), int(self.document[row]))
        if spans:
            return Mark(SLOTS[self.slot[row]].name, spans)
        incident = self.records.incidents[int(self.incident[row])]
        return Mark(incident.type or "incident", self._spans(row))

    def around(self, row: int) -> tuple[int, int]:
        """The first mention of an entity, or where the incident is told."""
        return self._spans(row)[0]

    def _spans(self, row: int) -> Shape:
        spans = self._mentions(self._entity(row), int(self.document[row]))
        place = self._places[int(self.incident[row])]
        return spans or (() if place is None else (place,))

    def _said(self, row: int) -> tuple[str, Entry | str | None, Any]:
        """The slot of a filler, what fills it if that is no value, and its incident."""
        told, at = self.records.told, int(self.origin[row])
        slot, place = SLOTS[told.slot[at]].name, int(told.place[at])
        incident = self.records.incidents[int(told.incident[at])]
        if slot in ENTITIES:
            return slot, self._entities(slot)[place][1], incident
        return slot, self._entries(slot)[place] if slot in ENTRIES else None, incident

    def _entity(self, row: int) -> str | None:
        _, filler, _ = self._said(row)
        return filler.entity if isinstance(filler, Entry) else filler

    def _words(self, row: int) -> str:
        slot, filler, incident = self._said(row)
        name = self._entity(row)
        if filler is None:
            words = _value(slot, incident)
        elif name is None:
            words = "nobody named"
        else:
            words = self._name(name, int(self.document[row]))
        if isinstance(filler, Entry):
            told = [
                f"{title} {said}"
                for title, said in zip(SLOTS[self.slot[row]].qualifiers, filler.said, strict=True)
                if said is not None
            ]
            words += f" ({', '.join(told)})" if told else ""
        date = incident.date.edtf if incident.date is not None else None
        whose = {"type": incident.type or "an incident", "date": date}
        return f"{words} [{' '.join(s for name, s in whose.items() if s and name != slot)}]"

    def _members(self, name: str | None, document: int) -> list[int]:
        """The mentions of an entity, as rows."""
        if name is None:
            return []
        side = self.sides["mentions"]
        begin, end = side.offsets[document : document + 2].tolist()
        return [row for row in range(begin, end) if side.items[row].entity == name]

    def _mentions(self, name: str | None, document: int) -> Shape:
        table = self.sides["mentions"].spans
        limit = len(self.columns.block.gold[document].text)
        placed = [
            span
            for row in self._members(name, document)
            if (shape := table.spans_of(row))[-1][1] <= limit
            for span in shape
        ]
        return joined(placed) if placed else ()

    def _name(self, name: str, document: int) -> str:
        """What the first mention of an entity says."""
        side = self.sides["mentions"]
        rows = self._members(name, document)
        if not rows:
            return f"{name} (not in the document)"
        first = min(rows, key=side.spans.start.__getitem__)
        return side_of(self.columns, "mentions", side.spans, first).text

    def _place(self, incident: Any, document: int) -> tuple[int, int] | None:
        """Where an incident is told."""
        limit = len(self.columns.block.gold[document].text)
        for numbers in self._told_by(incident, document):
            places = []
            for number in numbers:
                layer = next(name for name in reversed(REFERRED) if number >= self.first[name])
                shape = self.sides[layer].spans.spans_of(number - self.first[layer])
                if shape[-1][1] <= limit:
                    places.append(shape[0])
            if places:
                return min(places)
        return None

    def _told_by(self, incident: Any, document: int) -> Iterator[list[int]]:
        """The items that tell of an incident, those that tell it best before the others."""
        known = self.by_id[document]
        yield self._items_with("events", "hopper", set(incident.hoppers), document)
        yield [known[name] for name in incident.evidence if name in known]
        yield self._items_with("mentions", "entity", _named(incident), document)

    def _items_with(
        self, layer: str, field: str, names: Collection[Hashable], document: int
    ) -> list[int]:
        side = self.sides[layer]
        begin, end = side.offsets[document : document + 2].tolist()
        return [
            self.first[layer] + row
            for row in range(begin, end)
            if getattr(side.items[row], field) in names
        ]


def find_incident_errors(
    columns: Columns, records: Records, gold: Items, predicted: Items
) -> Errors:
    """The fillers that are not right, by document, incident, and slot."""
    sides = (
        FillerItems(columns, records, gold, of_gold=True),
        FillerItems(columns, records, predicted, of_gold=False),
    )
    wrong = wrong_fillers(records.tables, records.alignment)
    kinds = np.where(wrong.partial, PARTIAL, INCORRECT)
    kinds[(wrong.gold < 0) | (wrong.predicted < 0)] = 0

    def column(one: Ints, other: Ints) -> Ints:
        found = np.append(other, -1)[wrong.predicted]
        has = wrong.gold >= 0
        found[has] = one[wrong.gold[has]]
        return found

    # Rows of the tables stand in an order of their content.
    order = np.lexsort(
        (
            wrong.predicted,
            wrong.gold,
            column(sides[0].slot, sides[1].slot),
            column(sides[0].start, sides[1].start),
            column(sides[0].document, sides[1].document),
        )
    )
    return Errors("incidents", sides, wrong.gold[order], wrong.predicted[order], kinds[order])


def _named(incident: Any) -> set[Hashable]:
    """The entities that a record names."""
    found = {name for slot in ENTITIES for _, name in entities_in([incident], slot)}
    return found | {each.entity for slot in ENTRIES for each in entries_in([incident], slot)} - {
        None
    }


def _value(slot: str, incident: Any) -> str:
    """What a record says in a slot of `VALUES`."""
    said: Any = incident
    for name in VALUES[slot].path or (slot,):
        said = getattr(said, name, None)
    if hasattr(said, "stated"):
        return _toll(said.min, said.max, said.stated)
    return {True: "yes", False: "no"}.get(said, str(said)) if isinstance(said, bool) else str(said)


def _toll(least: object, most: object, stated: object) -> str:
    if stated is not None:
        return str(stated)
    ends: Sequence[str] = [str(each) for each in (least, most) if each is not None]
    if len(ends) == 2:
        return "–".join(ends)
    return f"{'at least' if least is not None else 'at most'} {ends[0] if ends else ''}".strip()
