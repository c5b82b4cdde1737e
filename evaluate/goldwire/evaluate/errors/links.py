"""The errors of arguments and of relations: tuples that only one side has."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from goldwire.schema.positions import cut

from ..columns import Columns
from ..columns import Side as Items
from ..references import REFERRED
from ..references import Items as Numbered
from ..report.model import Mark, NoPlace, Side
from ..tables import Ints, Labels, Shape, joined
from ..tuples import GoldTuples, PredictedTuples, compare_tuples
from .rows import Errors
from .spans import SpanItems

__all__ = ["LINKED", "Ends", "LinkItems", "find_link_errors"]

LINKED = ("arguments", "relations")
"""Layers whose items link others."""

Ends = tuple[Ints, Ints]
"""The item numbers of both ends, −1 for one that leads nowhere."""

_ARROWS = {"arguments": " ← ", "relations": " – "}
_MARKED = {"arguments": "{}", "relations": "→ {}"}
"""What stands at the second end: the role of a filler, the relation that leads to a tail."""
_ROOM = 200


class LinkItems:
    """The links of one side as errors show them: the spans of an item are those of both ends."""

    nowhere: NoPlace = "no end in the text"

    def __init__(
        self,
        columns: Columns,
        layer: str,
        sides: Mapping[str, Items],
        items: Numbered,
        tuples: GoldTuples | PredictedTuples,
        ends: Ends,
        labels: Labels,
    ) -> None:
        self.ends = ends
        self.columns = columns
        self.layer = layer
        self.labels = labels
        self.label, self.document = tuples.label, tuples.document
        self._sides = sides
        self._first = items.first
        lengths = np.array([len(each.text) for each in columns.block.gold], np.int64)
        starts, stops = (
            np.append(np.concatenate([getattr(sides[name].spans, end) for name in REFERRED]), -1)
            for end in ("start", "end")
        )
        self.places = [(starts[end], stops[end]) for end in self.ends]
        limit = lengths[self.document]
        beyond = np.iinfo(np.int64).max
        placed = [(end >= 0) & (stop <= limit) for end, (_, stop) in
                  zip(self.ends, self.places, strict=True)]  # fmt: skip
        self.start = np.minimum.reduce(
            [np.where(ok, at, beyond) for ok, (at, _) in zip(placed, self.places, strict=True)]
        )
        self.end = np.maximum.reduce(
            [np.where(ok, at, -1) for ok, (_, at) in zip(placed, self.places, strict=True)]
        )
        self.end[self.end < 0] = beyond

    def __len__(self) -> int:
        return len(self.label)

    def ends_of(self, row: int) -> tuple[Side | None, Side | None]:
        """Both ends of a link; ``None`` for one that leads nowhere."""
        first, second = (self._end(int(end[row])) for end in self.ends)
        return first, second

    def side(self, row: int) -> Side:
        """One link: the spans of both ends, and what they hold."""
        ends = self.ends_of(row)
        words = _ARROWS[self.layer].join("nothing" if end is None else end.text for end in ends)
        return Side(self.name(row), self._spans(row), cut(words, _ROOM))

    def stated(self, row: int) -> Side:
        """One link of a document without gold, with what the prediction says of its ends."""
        return self.side(row)

    def mark(self, row: int) -> Mark:
        """One link as it is marked in its article: the second end last, where the label stands."""
        ends = [end.spans for end in self.ends_of(row) if end is not None]
        spans = tuple(span for shape in ends for span in shape)
        return Mark(_MARKED[self.layer].format(self.name(row)), spans)

    def around(self, row: int) -> tuple[int, int]:
        """From one end to the other."""
        return int(self.start[row]), int(self.end[row])

    def kinds(self) -> tuple[Ints, Ints]:
        """Ranks of the layers and types of both ends: they do not hang on the order of lists."""
        ranks = [np.full(1, -1)]  # for an end that leads nowhere
        known = 0
        for layer in REFERRED:
            table = self._sides[layer].spans
            ranks.append(known + table.labels.ranks()[table.label])
            known += len(table.labels)
        whole = np.concatenate(ranks)
        return whole[self.ends[0] + 1], whole[self.ends[1] + 1]

    def name(self, row: int) -> str:
        """The role of an argument, the type of a relation."""
        return self.labels.names[int(self.label[row])]

    def _spans(self, row: int) -> Shape:
        spans = [span for end in self.ends_of(row) if end is not None for span in end.spans]
        return joined(spans) if spans else ()

    def _end(self, number: int) -> Side | None:
        layer = next((name for name in reversed(REFERRED) if number >= self._first[name]), None)
        if layer is None:
            return None
        items = SpanItems(self.columns, layer, self._sides[layer].spans)
        return items.shown(number - self._first[layer])


def find_link_errors(
    gold: LinkItems, predicted: LinkItems, one: GoldTuples, other: PredictedTuples
) -> Errors:
    """The links that are missed and those that are spurious, by document and places.

    ``one`` and ``other`` are the tuples that the links were made from.
    """
    missed, spurious = _wrong(gold, predicted, one, other)
    size = len(missed)
    golds = np.concatenate([missed, np.full(len(spurious), -1)])
    guesses = np.concatenate([np.full(size, -1), spurious])
    names = gold.labels.ranks()

    def column(one: Ints, other: Ints) -> Ints:
        return np.concatenate([one[missed], other[spurious]])

    kinds = [column(*pair) for pair in zip(gold.kinds(), predicted.kinds(), strict=True)]
    places = [
        column(gold.places[end][part], predicted.places[end][part])
        for end in (0, 1)
        for part in (0, 1)
    ]
    order = np.lexsort(
        (
            *reversed(kinds),
            np.arange(len(golds)) >= size,
            names[column(gold.label, predicted.label)],
            *reversed(places),
            column(gold.document, predicted.document),
        )
    )
    zero = np.zeros(len(golds), np.int64)
    return Errors(gold.layer, (gold, predicted), golds[order], guesses[order], zero)


def _wrong(
    gold: LinkItems, predicted: LinkItems, one: GoldTuples, other: PredictedTuples
) -> tuple[Ints, Ints]:
    """Rows of gold links that are missed, and of predicted ones that are spurious.

    Of equal links of one side the one whose ends have the lowest kinds stands for all. What is
    optional, or ignored, is neither.
    """
    ranks = [first * (int(second.max(initial=0)) + 2) + second
             for first, second in (gold.kinds(), predicted.kinds())]  # fmt: skip
    compared = compare_tuples(one, other, len(gold.columns.block), (ranks[0], ranks[1]))
    hits = compared.hits
    return np.setdiff1d(compared.gold, hits[:, 0]), np.setdiff1d(compared.predicted, hits[:, 1])
