"""Incident records of a block: templates with fillers that gold and predictions can share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, pairwise, repeat
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from .alignment.prepare import inside
from .columns import Columns, Side
from .identity import Aligned, Identity, chain_numbers, item_rows
from .keys import pack
from .layer_counts import LayerCounts
from .metrics.template_alignment import TemplateAlignment, align_templates
from .metrics.template_counts import TemplateCounts, count_fillers, count_templates
from .metrics.template_incidents import Reference, Told, tabulate_incidents
from .metrics.template_merge import merge_templates
from .metrics.template_similarity import FillerPairs, filler_pairs
from .metrics.template_tables import Tables
from .metrics.templates import category_ratios
from .notes import Notes
from .reading.gold import Gold
from .references import REFERRED, Items, Places, ranked, refuse_dangling
from .tables import Ints, Labels

__all__ = ["Records", "align_incidents", "count_incidents"]


class Records(Struct, frozen=True, gc=False):
    """The incident records of a block, gold before predictions, and what came of them.

    ``document``, shape ``(incidents,)``, counts documents of gold from 0 on, then on through
    those of the predictions.
    """

    incidents: list[Any]
    document: Ints
    tables: Tables
    told: Told
    alignment: TemplateAlignment
    pairs: FillerPairs


def align_incidents(
    columns: Columns,
    attributions: Aligned,
    gold: Items,
    predicted: Items,
    places: Places,
    identity: Identity,
    symmetric: frozenset[str],
    notes: Notes,
) -> Records:
    """The incident records of a block as templates that are aligned.

    ``symmetric`` are the types of relations that hold both ways. Mentions and evidence count
    nowhere where they are optional or lie in zones that are not
    scored, and predicted ones where they are aligned with optional gold. Raises
    ``InvalidDocument`` for a reference in gold that leads nowhere.
    """
    documents = len(columns.block)
    declared = columns.declared["incidents"].tolist()
    lists = [
        document.incidents if declared[number % documents] else ()
        for number, document in enumerate(chain(columns.block.gold, columns.block.predictions))
    ]
    known = _Known(columns, attributions, (gold, predicted), places, identity, symmetric, notes)
    incidents = list(chain.from_iterable(lists))
    document = np.repeat(np.arange(len(lists)), list(map(len, lists)))
    tables, told = tabulate_incidents(
        documents, incidents, document, known.mentions, known.evidence
    )
    pairs = filler_pairs(tables)
    alignment = align_templates(tables, pairs=pairs)
    return Records(incidents, document, tables, told, alignment, pairs)


def count_incidents(records: Records) -> LayerCounts:
    """The counts of incident records, by slot."""
    tables, pairs = records.tables, records.pairs
    counted = count_templates(tables, records.alignment)
    merged = merge_templates(tables)
    muc4 = category_ratios(counted.categories)
    totals = {
        "slots": counted.fillers.sum(axis=1),
        "muc4": muc4.sum(axis=1),
        "qualifiers": counted.attached.sum(axis=1),
        "ceaf_ree": count_fillers(merged, align_templates(merged)).sum(axis=1),
        # With φ-subset this would be the slots once more: no type has to agree here.
        "ceaf_rme": count_fillers(tables, align_templates(tables, "phi3", pairs=pairs)).sum(axis=1),
        "templates": counted.templates,
        "detection": counted.detection,
        "evidence": counted.evidence,
    }
    return LayerCounts(
        counted.slots,
        totals,
        {"slots": counted.fillers.sum(axis=0), "muc4": muc4.sum(axis=0)},
        counted.fillers,
        _errors(counted),
        items=(int(counted.templates[:, 3].sum()), int(counted.templates[:, 1].sum())),
        ignored=int(counted.ignored.sum()),
    )


def _errors(counted: TemplateCounts) -> dict[str, Ints]:
    """Fillers by MUC-4 category, and entities that were split or merged, by slot."""
    names = ("correct", "partial", "incorrect", "missed", "spurious")
    found: dict[str, Ints] = {
        name: counted.categories[:, :, at].sum(axis=0) for at, name in enumerate(names)
    }
    return found | {"split": counted.split.sum(axis=0), "merged": counted.merged.sum(axis=0)}


class _Known:
    """What ids stand for, in numbers that gold and predictions share.

    Documents and items of gold are counted first, then on through those of the predictions.
    """

    def __init__(
        self,
        columns: Columns,
        attributions: Aligned,
        items: tuple[Items, Items],
        places: Places,
        identity: Identity,
        symmetric: frozenset[str],
        notes: Notes,
    ) -> None:
        self.symmetric = symmetric
        self.notes = notes
        self.left = (
            gold_left(columns, items[0]),
            left_out(columns, columns.predicted) | identity.excused,
        )
        self.columns = columns
        self.items = items
        self.attributions = attributions
        self.identity = identity
        met = np.flatnonzero(identity.partners >= 0)
        guessed: Ints = places.predicted.copy()
        guessed[met] = places.gold[identity.partners[met]]
        self.places = places.gold, guessed

    def mentions(self, entities: list[Reference]) -> tuple[Ints, Ints]:
        """How many mentions each entity has, and the places of these, ascending."""
        wanted: list[dict[str | None, int]] = [{} for _ in range(2 * len(self.columns.block))]
        for number, (document, name) in enumerate(entities):
            wanted[document][name] = number
        numbers, found = [], []
        for (first, sides, places), left in zip(self._sides(), self.left, strict=True):
            side = sides["mentions"]
            names = list(map(attrgetter("entity"), side.items))
            bounds = pairwise(side.offsets.tolist())
            own: list[int] = []
            for known, (begin, end) in zip(wanted[first:], bounds, strict=False):
                own += map(known.get, names[begin:end], repeat(-1))
            numbers.append(np.where(left[: len(own)], -1, np.array(own, np.int64)))
            found.append(places[: len(own)])
        code, place = np.concatenate(numbers), np.concatenate(found)
        kept = code >= 0
        width = int(place.max(initial=0)) + 1
        keys = np.sort(code[kept] * width + place[kept])
        keys = keys[np.diff(keys, prepend=-1) > 0]
        sizes = np.bincount(keys // width, minlength=len(entities))
        named = _chains(self.columns.predicted)
        for number in np.flatnonzero(sizes == 0).tolist():
            document, name = entities[number]
            if document < len(self.columns.block):
                self._refuse_unknown_entity(document, name)
            elif name not in named:
                self.notes.add("reference to nothing", f"incident: {name}")
        return sizes, keys % width

    def _sides(self) -> Iterator[tuple[int, Mapping[str, Side], Ints]]:
        """Of gold and predictions: the first document, the layers, the places of the items."""
        yield 0, self.columns.gold, self.places[0]
        yield len(self.columns.block), self.columns.predicted, self.places[1]

    def _refuse_unknown_entity(self, document: int, name: str) -> None:
        """Refuse what an incident of gold names, if it is no entity; one may have no mentions."""
        gold = self.columns.block.gold[document]
        known = {each.id for each in gold.entities} | {each.entity for each in gold.mentions}
        if name not in known:
            raise refuse_dangling(self.columns, document, name, _pointer(gold, name))

    def evidence(self, cited: list[Reference]) -> Ints:
        """A number for each item, equal for the same evidence; −1 where there is no item."""
        kinds = np.concatenate([*self._items(), *self._attributions(), *self._relations()])
        ids = [*self.items[0].by_id, *self.items[1].by_id]
        base = len(self.items[0].document)
        documents = len(self.columns.block)
        row = np.array([ids[document].get(name, -1) for document, name in cited], np.int64)
        of_predicted = np.array([document >= documents for document, _ in cited], bool)
        row[of_predicted & (row >= 0)] += base
        lost = np.flatnonzero(row < 0)
        if len(lost):
            others = self._other_rows()
            row[lost] = [others.get(cited[place], -1) for place in lost.tolist()]
        found = np.full(len(row), -1)
        known = np.flatnonzero(row >= 0)
        chosen = kinds[row[known]]
        found[known], _ = ranked(pack(chosen.T, len(chosen)))
        free = np.concatenate([*self.left, np.zeros(len(kinds), bool)])
        found[known[free[row[known]]]] = -2
        for place in np.flatnonzero(row < 0).tolist():
            document, name = cited[place]
            if document < documents:
                gold = self.columns.block.gold[document]
                raise refuse_dangling(self.columns, document, name, _pointer(gold, name))
            self.notes.add("reference to nothing", f"evidence: {name}")
        return found

    def _items(self) -> tuple[Ints, Ints]:
        """What items stand for as evidence, ``(items, 3)``: gold, predicted.

        A kind (a place, an entity, a hopper), the first place, and a number. A predicted item is
        what its gold partner is; a predicted hopper without one says nothing.
        """
        gold, predicted = (
            np.stack([np.zeros_like(place), place, np.zeros_like(place)], axis=1)
            for place in self.places
        )
        size = len(self.columns.gold["mentions"].items)
        referents = self.identity.gold_referents[:size]
        guessed = self.identity.predicted_referents[: len(self.columns.predicted["mentions"].items)]
        every = np.concatenate([referents, guessed])
        where = np.concatenate([self.places[0][:size], self.places[1][: len(guessed)]])
        first = _lowest(every, where)
        gold[:size] = _kind(1, first[:size], referents)
        predicted[: len(guessed)] = _kind(1, first[size:], guessed)
        hoppers, _ = chain_numbers(self.columns.gold, "events", "hopper")
        rows = np.flatnonzero(hoppers >= 0)
        number = hoppers[rows]
        rows += self.items[0].first["events"]
        gold[rows] = _kind(2, _lowest(number, self.places[0][rows]), number)
        met = np.flatnonzero(self.identity.partners >= 0)
        predicted[met] = gold[self.identity.partners[met]]
        return gold, predicted

    def _attributions(self) -> tuple[Ints, Ints]:
        """What attributions stand for: their content, that of the aligned gold one if any."""
        gold, predicted = (
            sides["attributions"] for sides in (self.columns.gold, self.columns.predicted)
        )
        ready, pairs = self.attributions.ready, self.attributions.alignment.pairs
        size = len(gold.items)
        ones = _kind(3, gold.spans.start, np.arange(size))
        others = _kind(3, predicted.spans.start, size + np.arange(len(predicted.items)))
        rows = item_rows(predicted, ready.predicted)[pairs.predicted]
        others[rows] = ones[item_rows(gold, ready.gold)[pairs.gold]]
        return ones, others

    def _relations(self) -> tuple[Ints, Ints]:
        """What relations stand for: their type and who is meant at both ends."""
        links = [items.links for items in self.items]
        every = [relation for each in links for relation in each.relations]
        referents = self.identity.gold_referents, self.identity.predicted_referents
        most, size = max(int(each.max(initial=0)) for each in referents), len(every)
        ends = []
        for at, numbers in enumerate(
            ([each.heads for each in links], [each.tails for each in links])
        ):
            meant = [
                np.append(who, 0)[number] for who, number in zip(referents, numbers, strict=True)
            ]
            # An end that leads nowhere is nobody else's.
            nobody = most + 1 + at * size + np.arange(size)
            ends.append(np.where(np.concatenate(numbers) < 0, nobody, np.concatenate(meant)))
        head, tail = ends
        swapped = np.array([each.type in self.symmetric for each in every], bool) & (tail < head)
        head, tail = np.where(swapped, tail, head), np.where(swapped, head, tail)
        types = Labels().codes([each.type for each in every])
        number, _ = ranked(pack([types, head, tail], size))
        where = [
            np.append(places, np.iinfo(np.int32).max)[each.heads]
            for places, each in zip(self.places, links, strict=True)
        ]
        kinds = _kind(4, _lowest(number, np.concatenate(where)), number)
        cut = len(links[0].relations)
        return kinds[:cut], kinds[cut:]

    def _other_rows(self) -> dict[Reference, int]:
        """The rows of attributions and relations, which follow those of all items; of an id
        that stands twice the last."""
        found: dict[Reference, int] = {}
        row = len(self.items[0].document) + len(self.items[1].document)
        for first, sides, _ in self._sides():
            side = sides["attributions"]
            owners = (first + side.spans.document).tolist()
            for document, item in zip(owners, side.items, strict=True):
                if item.id is not None:
                    found[document, item.id] = row
                row += 1
        for first, items in zip((0, len(self.columns.block)), self.items, strict=True):
            owners = (first + items.links.document).tolist()
            for document, relation in zip(owners, items.links.relations, strict=True):
                if relation.id is not None:
                    found.setdefault((document, relation.id), row)
                row += 1
        return found


def _pointer(gold: Gold, name: str) -> str:
    """Where incidents of a document name something first."""

    def places(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, each in value.items():
                yield from places(each, f"{path}/{key}")
        elif isinstance(value, (list, tuple)):
            for at, each in enumerate(value):
                yield from places(each, f"{path}/{at}")
        elif value == name:
            yield path

    plain = msgspec.to_builtins([replace(each, id=None, hoppers=()) for each in gold.incidents])
    return next(places(plain, "/incidents"), "/incidents")


def gold_left(columns: Columns, items: Items) -> NDArray[np.bool_]:
    """Gold items that count nowhere, by item number."""
    return left_out(columns, columns.gold) | items.optional


def left_out(columns: Columns, sides: Mapping[str, Side]) -> NDArray[np.bool_]:
    """Items in zones that are not scored, by item number."""
    if not len(columns.unscored):
        return np.zeros(sum(len(sides[layer].items) for layer in REFERRED), bool)
    return np.concatenate([inside(sides[layer].spans, columns.unscored) for layer in REFERRED])


def _chains(sides: Mapping[str, Side]) -> set[str]:
    """The names of all chains of a side."""
    return {name for name in map(attrgetter("entity"), sides["mentions"].items) if name}


def _kind(kind: int, first: Ints, number: Ints) -> Ints:
    return np.stack([np.full_like(number, kind), first, number], axis=1)


def _lowest(number: Ints, place: Ints) -> Ints:
    """For each row the lowest place of the rows with its number."""
    lowest = np.full(int(number.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(lowest, number, place)
    found: Ints = lowest[number]
    return found
