"""Relations at four levels, the ones that papers mix (Taillé et al. 2020).

``strict``: spans and types of both ends, and the relation. ``boundary``: spans and relation.
``head``: heads of both ends and relation; a predicted mention without a head must cover the
gold head. ``entity``: the entities of both ends and relation (as DocRED: Yao et al. 2019), each
pair of entities once. A symmetric relation is the same in both directions.

What is right by ``strict`` is right by ``boundary``, and that by ``head`` and ``entity``, too: a
prediction that met a gold relation stands for that relation.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..alignment.prepare import inside
from ..columns import Columns
from ..counts import heads_agree
from ..identity import Aligned, Identity, item_rows, like_items
from ..notes import Notes
from ..references import REFERRED, Items, Places, refuse_dangling_relations
from ..tables import Ints, LabelRows, Labels
from ..tuples import GoldTuples, PredictedTuples, carried, compare_tuples, count_compared
from .forms import Floats

__all__ = ["count_relations", "relation_tuples"]

_MORE_LENIENT = (("strict", "boundary"), ("boundary", "head"), ("boundary", "entity"))
"""Criteria, and those that compare less: what is right under the first is right there."""

Ends = tuple[Ints, Ints]
"""The item numbers of heads and of tails, −1 for one that leads nowhere."""


def count_relations(
    columns: Columns,
    aligned: Aligned,
    gold: Items,
    predicted: Items,
    places: Places,
    identity: Identity,
    types: Labels,
    symmetric: frozenset[str],
    notes: Notes,
) -> tuple[LabelRows, dict[str, Floats]]:
    """Ratios by criterion, document, and type, which rows name: arrays ``(documents, rows, 4)``.

    ``aligned`` is the layer of mentions. Raises ``InvalidDocument`` for an end in gold that is
    not in its document.
    """
    one = _Gold(columns, gold, places, types)
    other = _Predicted(columns, predicted, places, types, notes)
    documents, ranks = len(columns.block), types.ranks()
    both_ways = np.array([name in symmetric for name in types.names], bool)
    gold_heads, heads = _heads(columns, aligned, gold, predicted, places)
    sides = {
        name: (
            one.tuples(of_gold, typed, both_ways, accepting=name != "entity"),
            other.tuples(of_predicted, typed, both_ways, int(of_gold.max(initial=0))),
        )
        for name, of_gold, of_predicted, typed in (
            ("strict", places.gold, places.predicted, True),
            ("boundary", places.gold, places.predicted, False),
            ("head", gold_heads, heads, False),
            ("entity", identity.gold_referents, identity.predicted_referents, False),
        )
    }
    labels = ranks[one.label], ranks[other.label]
    compared = {"strict": compare_tuples(*sides["strict"], documents, labels)}
    for stricter, name in _MORE_LENIENT:
        mine, theirs = sides[name]
        sides[name] = mine, carried(sides[stricter], (mine, theirs), compared[stricter])
        compared[name] = compare_tuples(*sides[name], documents, labels)
    rows = types.rows(other.label)
    return rows, {
        name: count_compared(*both, compared[name], documents, rows) for name, both in sides.items()
    }


def relation_tuples(
    columns: Columns,
    gold: Items,
    predicted: Items,
    places: Places,
    types: Labels,
    symmetric: frozenset[str],
    notes: Notes,
) -> tuple[tuple[GoldTuples, Ends], tuple[PredictedTuples, Ends]]:
    """The relations of both sides, holding all that ``strict`` compares, and what they link.

    Raises ``InvalidDocument`` for an end in gold that is not in its document.
    """
    one = _Gold(columns, gold, places, types)
    other = _Predicted(columns, predicted, places, types, notes)
    both_ways = np.array([name in symmetric for name in types.names], bool)
    return (
        (one.tuples(places.gold, True, both_ways, accepting=True), (one.ends[0], one.ends[1])),
        (
            other.tuples(places.predicted, True, both_ways, places.size),
            (other.ends[0], other.ends[1]),
        ),
    )


class _Gold:
    """The relations of the gold: item numbers of both ends, and other accepted answers."""

    def __init__(self, columns: Columns, items: Items, places: Places, types: Labels) -> None:
        relations, document = items.links.relations, items.links.document
        ends = [items.links.heads, items.links.tails]
        refuse_dangling_relations(columns, items.links)
        keep = np.flatnonzero(~_left_out(columns, items, document, ends, True))
        self.places = places
        self.ends = [end[keep] for end in ends]
        self.document = document[keep]
        kept = [relations[at] for at in keep.tolist()]
        self.types = types
        self.label = types.codes([relation.type for relation in kept])
        self.optional: NDArray[np.bool_] = np.array([r.optional for r in kept], bool)
        for end in self.ends:
            self.optional = self.optional | items.optional[end]
        self.others: list[tuple[int, tuple[int, int], tuple[int, int], int]] = []
        for row, relation in enumerate(kept):
            head, tail = (int(end[row]) for end in self.ends)
            if relation.alternatives or head in places.answers or tail in places.answers:
                names = [o.type for o in relation.alternatives if o.type is not None]
                labels = [int(self.label[row]), *(types.code(name) for name in names)]
                answers = product(labels, self._answers(head), self._answers(tail))
                self.others += [(row, one, two, label) for label, one, two in list(answers)[1:]]

    def _answers(self, item: int) -> list[tuple[int, int]]:
        own = int(self.places.gold[item]), int(self.places.gold_labels[item])
        return self.places.answers.get(item) or [own]

    def tuples(self, numbers: Ints, typed: bool, both_ways: Ints, *, accepting: bool) -> GoldTuples:
        """The relations with their ends as ``numbers``, with or without the ends' types."""
        labels, ranks = self.places.gold_labels, self.types.ranks()
        own = _ordered(
            [(numbers[end], labels[end]) for end in self.ends], self.label, both_ways, typed
        )
        if accepting:
            rows = [
                (row, one[0], one[1], two[0], two[1], label) for row, one, two, label in self.others
            ]
        else:  # accepted spans lead to the same referents: only accepted types are left
            rows = [
                (row, int(numbers[self.ends[0][row]]), 0, int(numbers[self.ends[1][row]]), 0, label)
                for row, _, _, label in self.others
                if label != self.label[row]
            ]
        owner, head, head_type, tail, tail_type, label = np.array(rows, np.int64).reshape(-1, 6).T
        others = _ordered([(head, head_type), (tail, tail_type)], label, both_ways, typed)
        return GoldTuples(
            [*own, ranks[self.label]], self.label, self.document, self.optional,
            [*others, ranks[label]], owner,
        )  # fmt: skip


class _Predicted:
    """The relations of the predictions."""

    def __init__(
        self, columns: Columns, items: Items, places: Places, types: Labels, notes: Notes
    ) -> None:
        relations, document = items.links.relations, items.links.document
        ends = [items.links.heads, items.links.tails]
        keep = np.flatnonzero(~_left_out(columns, items, document, ends, False))
        kept = [relations[at] for at in keep.tolist()]
        self.labels = places.predicted_labels
        self.ends = [end[keep] for end in ends]
        self.document = document[keep]
        self.types = types
        self.label = types.codes([relation.type for relation in kept], predicted=True)
        for part, end in zip(("head", "tail"), self.ends, strict=True):
            for at in np.flatnonzero(end < 0).tolist():
                notes.add("reference to nothing", f"{kept[at].type}: {getattr(kept[at], part)}")

    def tuples(self, numbers: Ints, typed: bool, both_ways: Ints, largest: int) -> PredictedTuples:
        """The relations with their ends as ``numbers``, with or without the ends' types.

        An end that leads nowhere has a number above all of these, and above the gold's
        ``largest``.
        """
        most, size = max(int(numbers.max(initial=0)), largest) + 1, len(self.label)
        ends = []
        for at, end in enumerate(self.ends):
            nowhere = most + at * size + np.arange(size)
            ends.append(
                (
                    np.where(end >= 0, np.append(numbers, -1)[end], nowhere),
                    np.append(self.labels, -1)[end],
                )
            )
        columns = [
            *_ordered(ends, self.label, both_ways, typed),
            self.types.ranks()[self.label],
        ]
        return PredictedTuples(columns, self.label, self.document, np.zeros(size, bool))


def _ordered(
    ends: list[tuple[Ints, Ints]], label: Ints, both_ways: Ints, typed: bool
) -> list[Ints]:
    """Columns of both ends, those of symmetric relations in order."""
    (head, head_type), (tail, tail_type) = ends
    if not typed:
        head_type, tail_type = np.zeros_like(head), np.zeros_like(tail)
    swapped = both_ways[label] & ((tail < head) | ((tail == head) & (tail_type < head_type)))
    return [
        np.where(swapped, tail, head),
        np.where(swapped, tail_type, head_type),
        np.where(swapped, head, tail),
        np.where(swapped, head_type, tail_type),
    ]


def _left_out(
    columns: Columns, items: Items, document: Ints, ends: list[Ints], of_gold: bool
) -> NDArray[np.bool_]:
    """Relations in documents where the layer is not annotated, or in zones without scores."""
    left = ~columns.declared["relations"][document]
    if len(columns.unscored):
        sides = columns.gold if of_gold else columns.predicted
        within = [inside(sides[layer].spans, columns.unscored) for layer in REFERRED]
        whole = np.concatenate([*within, np.zeros(1, bool)])
        for end in ends:
            left |= whole[end]
    return left


def _heads(
    columns: Columns, aligned: Aligned, gold: Items, predicted: Items, places: Places
) -> tuple[Ints, Ints]:
    """The places of the heads of gold items and of predicted items.

    All that stands where a gold item stands has one head: that of a gold item there that names
    one, if any does. Elsewhere a predicted item has its own head; one that names none has the
    head of the gold mention that it, or its like, was aligned with, if it covers that head.
    """
    none = np.iinfo(np.int64).max
    named = np.where(places.heads == places.gold, none - 1, places.heads)
    head_at = np.full(places.size, none)
    np.minimum.at(head_at, places.gold, named)
    head_at = np.where(head_at == none - 1, np.arange(places.size), head_at)
    heads: Ints = places.size + places.predicted
    pairs = aligned.alignment.pairs
    ready = aligned.ready
    agree = pairs.take(heads_agree(ready.gold, ready.predicted, pairs))
    ones = gold.first["mentions"] + item_rows(columns.gold["mentions"], ready.gold)
    others = predicted.first["mentions"] + item_rows(columns.predicted["mentions"], ready.predicted)
    alike, many = like_items(columns, predicted, places)
    met = np.full(many, -1, np.int64)
    met[alike[others[agree.predicted]]] = head_at[places.gold[ones[agree.gold]]]
    found = met[alike]
    for better in (found, places.predicted_heads):
        heads = np.where(better >= 0, better, heads)
    there = head_at[places.predicted]
    return head_at[places.gold], np.where(there < none, there, heads)
