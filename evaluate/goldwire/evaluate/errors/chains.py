"""The errors of chains: gold chains that are not found whole, and predicted ones from nothing.

A gold chain is *missed* where none of its items stands in a predicted chain, and *partial* where
some do, but not all of them and nothing else together. Beside a partial one stands the predicted
chain that holds most of it. The numbers of a report are those of the coreference metrics; these
are places to look at.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from goldwire.schema.positions import cut

from ..columns import Columns
from ..identity import chain_numbers
from ..keys import pack
from ..metrics.coreference import Chains
from ..report.model import Mark, NoPlace, Side
from ..tables import Ints, Shape, joined
from .rows import PARTIAL, Errors
from .spans import SpanItems

__all__ = ["ChainItems", "WrongChains", "find_chain_errors", "wrong_chains"]

_ROOM = 160

_EMPTY = "(nothing)"
"""Stands for the type of a chain of items that are not in the prediction."""


class WrongChains(Struct, frozen=True):
    """Gold chains that are not found whole, and predicted chains from nothing, by their numbers.

    ``gold``, ``best`` (the predicted chain with most of it, −1 for none), ``together`` (how many
    of its items are in that), and ``others`` (what else is in that) have shape ``(wrong,)``;
    ``spurious`` are predicted chains that share nothing with any gold chain. ``shared`` are the
    gold and the predicted chains of each pair with a common item, those with most in common
    first.
    """

    gold: Ints
    best: Ints
    together: Ints
    others: Ints
    spurious: Ints
    shared: tuple[Ints, Ints]

    def __len__(self) -> int:
        return len(self.gold) + len(self.spurious)


def wrong_chains(gold: Chains, predicted: Chains, ranks: Ints) -> WrongChains:
    """Compare the chains of both sides; the items of each are different ones.

    Of predicted chains with equally much of a gold one the smaller is the better, and of
    equally small ones the one with the lowest of ``ranks``, which has one for each.
    """
    size, other_size = (int(side.entity.max(initial=-1)) + 1 for side in (gold, predicted))
    sizes = np.bincount(gold.entity, minlength=size)
    other_sizes = np.bincount(predicted.entity, minlength=other_size)
    order = np.argsort(predicted.mention, kind="stable")
    known = predicted.mention[order]
    at = np.minimum(np.searchsorted(known, gold.mention), max(len(known) - 1, 0))
    met = np.flatnonzero(known[at] == gold.mention) if len(known) else np.zeros(0, np.int64)
    one, other = gold.entity[met], predicted.entity[order[at[met]]]
    keys = pack([one, other], len(one))
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    one, other = one[first], other[first]
    better = np.lexsort((ranks[other], other_sizes[other], -counts, one))
    one, other, counts = one[better], other[better], counts[better]
    leads = np.ones(len(one), bool)
    leads[1:] = one[1:] != one[:-1]
    best, together = np.full(size, -1), np.zeros(size, np.int64)
    best[one[leads]], together[one[leads]] = other[leads], counts[leads]
    others = np.where(best >= 0, np.append(other_sizes, 0)[best] - together, 0)
    wrong = np.flatnonzero((sizes > 0) & ((together < sizes) | (others > 0)))
    alone = other_sizes > 0
    alone[other] = False
    most = np.lexsort((ranks[other], -counts))
    return WrongChains(
        wrong,
        best[wrong],
        together[wrong],
        others[wrong],
        np.flatnonzero(alone),
        (one[most], other[most]),
    )


class ChainItems:
    """The chains of one side as errors show them, by their numbers.

    A chain stands where its first item stands, if it is compared at all; ``numbers`` are those
    that articles show.
    """

    nowhere: NoPlace = "quote not in the text"

    def __init__(
        self, columns: Columns, source: str, field: str, of_gold: bool, chains: Chains
    ) -> None:
        sides = columns.gold if of_gold else columns.predicted
        self.columns = columns
        self.source = source
        self.items = sides[source]
        numbers, size = chain_numbers(sides, source, field)
        size = max(size, int(chains.entity.max(initial=-1)) + 1)  # with those of lost members
        spans = self.items.spans
        rows = np.flatnonzero(numbers >= 0)
        order = np.lexsort((spans.end[rows], spans.start[rows], numbers[rows]))
        self.members = rows[order]
        self.bounds = np.searchsorted(numbers[self.members], np.arange(size + 1))
        self.document = np.zeros(size, np.int64)
        self.document[chains.entity] = chains.document
        self.start = np.full(size, np.iinfo(np.int64).max)
        self.end = self.start.copy()
        compared = np.bincount(chains.entity, minlength=size) > 0
        filled = np.flatnonzero(compared & (np.diff(self.bounds) > 0))
        first = self.members[self.bounds[filled]]
        self.start[filled], self.end[filled] = spans.start[first], spans.end[first]
        self.numbers = np.zeros(size, np.int64)
        self.found: dict[int, str] = {}
        """How much of a chain was found together, and with what, in words."""

    def __len__(self) -> int:
        return len(self.start)

    def side(self, row: int) -> Side:
        """One chain: the spans of all its items, what the first says, and how many they are."""
        rows = self._rows(row)
        if not rows:
            return Side(_EMPTY, (), "")
        said = [self._shown(each) for each in rows]
        text = cut(said[0].text, _ROOM)
        if len(rows) > 1:
            text += f" ({len(rows)} {self.source}{self.found.get(row, '')})"
        elif row in self.found:
            text += f" ({self.found[row].removeprefix(', ')})"
        spans = [span for side in said for span in side.spans]
        return Side(said[0].label, joined(spans) if spans else (), text)

    def stated(self, row: int) -> Side:
        """One chain of a document without gold, with what the prediction says of its items."""
        return self.side(row)

    def mark(self, row: int) -> Mark:
        """One chain as it is marked in its article, with a number that it is known by."""
        return Mark(f"{self.label(row)} {self.numbers[row] + 1}", self.side(row).spans)

    def around(self, row: int) -> tuple[int, int]:
        """Its first item."""
        return int(self.start[row]), int(self.end[row])

    def labels(self) -> Ints:
        """The rank of each chain's type, −1 where it has no items."""
        spans = self.items.spans
        found = np.full(len(self), -1)
        filled = np.flatnonzero(np.diff(self.bounds))
        found[filled] = spans.labels.ranks()[spans.label[self.members[self.bounds[filled]]]]
        return found

    def label(self, row: int) -> str:
        """The type of the first item."""
        rows, spans = self._rows(row), self.items.spans
        return spans.labels.names[int(spans.label[rows[0]])] if rows else _EMPTY

    def first(self, row: int) -> Shape:
        """The spans of the first item."""
        return self.items.spans.spans_of(self._rows(row)[0])

    def _rows(self, row: int) -> list[int]:
        rows: list[int] = self.members[self.bounds[row] : self.bounds[row + 1]].tolist()
        return rows

    def _shown(self, member: int) -> Side:
        return SpanItems(self.columns, self.source, self.items.spans).shown(member)


def find_chain_errors(
    layer: str, gold: ChainItems, predicted: ChainItems, wrong: WrongChains
) -> Errors:
    """The errors of a layer of chains, by document and first items."""
    size = len(wrong.gold)
    golds = np.concatenate([wrong.gold, np.full(len(wrong.spurious), -1)])
    guesses = np.concatenate([wrong.best, wrong.spurious])
    kinds = np.where(guesses >= 0, PARTIAL, 0)
    kinds[size:] = 0
    _number(gold, predicted, wrong.shared)
    for row, best, together, others in zip(
        wrong.gold.tolist(), wrong.best.tolist(), wrong.together.tolist(), wrong.others.tolist(),
        strict=True,
    ):  # fmt: skip
        if best >= 0:
            beside = f", with {others} other{'' if others == 1 else 's'}" if others else ""
            gold.found[row] = f", {together} found together{beside}"

    def column(one: Ints, other: Ints) -> Ints:
        return np.concatenate([one[wrong.gold], other[wrong.spurious]])

    order = np.lexsort(
        (
            column(gold.labels(), predicted.labels()),
            kinds,
            column(gold.end, predicted.end),
            column(gold.start, predicted.start),
            column(gold.document, predicted.document),
        )
    )
    return Errors(layer, (gold, predicted), golds[order], guesses[order], kinds[order])


def _number(gold: ChainItems, predicted: ChainItems, shared: tuple[Ints, Ints]) -> None:
    """Number the chains of each document; a predicted one has the number of its gold one.

    Those of the gold come first, in the order of the text; a predicted chain has the number of
    a gold one where each has most in common with the other, or else one of its own.
    """
    one, other = shared
    gold.numbers[:] = _places(gold, np.arange(len(gold)))
    partner, best = np.full(len(predicted), -1), np.full(len(gold), -1)
    partner[other[::-1]] = one[::-1]
    best[one[::-1]] = other[::-1]
    partner[np.append(best, -1)[partner] != np.arange(len(predicted))] = -1
    met, alone = np.flatnonzero(partner >= 0), np.flatnonzero(partner < 0)
    predicted.numbers[met] = gold.numbers[partner[met]]
    most = np.bincount(gold.document, minlength=int(predicted.document.max(initial=-1)) + 1)
    predicted.numbers[alone] = most[predicted.document[alone]] + _places(predicted, alone)


def _places(items: ChainItems, rows: Ints) -> Ints:
    """The place of each of these chains among those of its document, from 0 on."""
    document = items.document[rows]
    order = np.lexsort((items.end[rows], items.start[rows], document))
    begins = np.searchsorted(document[order], document[order])
    found = np.empty(len(rows), np.int64)
    found[order] = np.arange(len(rows)) - begins
    return found
