"""The one optimal alignment of gold and predicted items, per document and layer.

One-to-one, and best in this order: as many pairs as possible with equal spans and equal type,
then with equal spans, then overlapping with equal type, then overlapping; among equals more
gold items that count, larger overlap, then what stands earlier. Nothing depends on the order
of a list.

Pairs with equal spans and type are unique and settled by sorted keys; what is left falls into
small groups of overlapping items, of which only those with two or more on both sides need an
assignment (Kuhn 1955, by ``scipy.optimize.linear_sum_assignment``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import add
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .tables import Ints, Shape, Spans

__all__ = [
    "BOTH",
    "BOUNDARY",
    "OVERLAP",
    "TYPE",
    "Alignment",
    "Pairs",
    "align",
    "equal_keys",
    "item_keys",
    "lengths",
    "ordering",
    "overlapping",
    "pack",
    "stride",
]

BOTH, BOUNDARY, TYPE, OVERLAP = 4, 3, 2, 1
"""Kinds of pairs: equal spans and type, equal spans, overlap with equal type, overlap."""

_FEW = 6
"""Items on the smaller side of a group that is settled here; larger groups import scipy."""

_LIMIT = 4_000_000
"""Candidate pairs looked at in one go; bounds memory where spans are long."""


class Pairs(Struct, frozen=True):
    """Pairs of a gold row and a predicted row; every array has shape ``(pairs,)``.

    ``overlap`` counts the characters that both cover. ``answer`` is the row of the variant that
    was met, −1 where it was the gold item itself.
    """

    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    kind: NDArray[np.int64]
    overlap: NDArray[np.int64]
    answer: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.gold)

    def take(self, rows: NDArray[Any]) -> Pairs:
        """Some of the pairs."""
        return Pairs(
            self.gold[rows],
            self.predicted[rows],
            self.kind[rows],
            self.overlap[rows],
            self.answer[rows],
        )


class Alignment(Struct, frozen=True):
    """The chosen pairs, sorted by gold row, and all pairs of overlapping left-overs.

    ``nearby`` holds the candidates among items that have no exact partner: what split and
    merged errors are read from.
    """

    pairs: Pairs
    nearby: Pairs


def align(gold: Spans, predicted: Spans, equal: tuple[Ints, Ints] | None = None) -> Alignment:
    """Align two tables over the same documents; each table without exact duplicates.

    ``equal`` holds the rows that :func:`equal_keys` finds, where they are known. Raises
    ``ValueError`` for a table with exact duplicates.
    """
    equal = equal or equal_keys(*item_keys(gold, predicted))
    if equal is None:
        raise ValueError("a table to align holds exact duplicates: collapse them first")
    exact = _equal_items(gold, *equal)
    nearby = overlapping(
        gold,
        predicted,
        _others(len(gold), exact.gold),
        _others(len(predicted), exact.predicted),
    )
    chosen = _settle(gold, predicted, nearby)
    met = chosen.take(chosen.kind == BOTH)
    if len(met):
        settled_gold, settled_predicted = np.zeros(len(gold), bool), np.zeros(len(predicted), bool)
        settled_gold[met.gold], settled_predicted[met.predicted] = True, True
        nearby = nearby.take(~settled_gold[nearby.gold] & ~settled_predicted[nearby.predicted])
    pairs = _joined(exact, chosen)
    return Alignment(pairs.take(ordering(pairs.gold)), nearby)


def equal_keys(gold: Ints, predicted: Ints) -> tuple[Ints, Ints] | None:
    """Rows of both sides with equal keys; ``None`` where a key stands twice on one side."""
    keys = np.concatenate([gold, predicted])
    order = ordering(keys)
    keys = keys[order]
    first = np.flatnonzero(keys[1:] == keys[:-1])
    one, other = order[first], order[first + 1]
    if ((one < len(gold)) == (other < len(gold))).any():
        return None
    return one, other - len(gold)


def ordering(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The stable order of keys, none negative: rows by key, equal keys as they stand.

    Sorting values is several times faster than sorting places: where there is room, the place
    goes into the lower bits.
    """
    bits = len(keys).bit_length()
    if not len(keys) or int(keys.max()) >= 1 << (62 - bits):
        return np.argsort(keys, kind="stable")
    packed = (keys << bits) | np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def _others(size: int, taken: NDArray[np.int64]) -> NDArray[np.int64]:
    free = np.ones(size, bool)
    free[taken] = False
    return np.flatnonzero(free)


def _joined(*parts: Pairs) -> Pairs:
    return Pairs(
        np.concatenate([part.gold for part in parts]),
        np.concatenate([part.predicted for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.overlap for part in parts]),
        np.concatenate([part.answer for part in parts]),
    )


def _equal_items(gold: Spans, gold_hit: Ints, predicted_hit: Ints) -> Pairs:
    """Pairs with equal spans and type, in the documents without other accepted answers."""
    if len(gold.variants.item):
        varied = np.zeros(gold.documents, bool)
        varied[gold.document[gold.variants.item]] = True
        keep = ~varied[gold.document[gold_hit]]
        gold_hit, predicted_hit = gold_hit[keep], predicted_hit[keep]
    size = len(gold_hit)
    return Pairs(
        gold_hit,
        predicted_hit,
        np.full(size, BOTH, np.int64),
        lengths(gold)[gold_hit],
        np.full(size, -1, np.int64),
    )


def item_keys(gold: Spans, predicted: Spans) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One number an item, equal for items of the same document, spans, and type."""
    fragments: dict[Shape, int] = {}

    def columns() -> Iterator[NDArray[np.int64]]:
        for column in (
            lambda side: side.document,
            lambda side: side.start,
            lambda side: side.end - side.start,
            lambda side: side.label,
            lambda side: _fragment_codes(side, fragments),
        ):
            yield np.concatenate([column(gold), column(predicted)])

    keys = pack(columns(), len(gold) + len(predicted))
    return keys[: len(gold)], keys[len(gold) :]


def _fragment_codes(table: Spans, known: dict[Shape, int]) -> Ints:
    codes = np.zeros(len(table), np.int64)
    for row, spans in table.fragments.items():
        codes[row] = known.setdefault(spans, len(known) + 1)
    return codes


def pack(columns: Iterable[NDArray[Any]], size: int) -> NDArray[np.int64]:
    """One number a row, equal where all columns are equal, in the columns' order.

    Mixed radix while it fits into 62 bits; then the ranks of what was packed so far.
    """
    packed = np.zeros(size, np.int64)
    if not size:
        return packed
    room = 1
    for column in columns:
        low = int(column.min())
        width = int(column.max()) - low + 1
        if room * width >= 2**62:
            packed = np.unique(packed, return_inverse=True)[1]
            room = int(packed.max()) + 1
        if room * width >= 2**62:
            column = np.unique(column, return_inverse=True)[1]
            low, width = 0, int(column.max()) + 1
        packed *= width
        packed += column
        packed -= low
        room *= width
    return packed


def lengths(table: Spans) -> NDArray[np.int64]:
    """Characters that each item covers."""
    covered = table.end - table.start
    for row, spans in table.fragments.items():
        covered[row] = sum(end - start for start, end in spans)
    return covered


class _Candidates(Struct, frozen=True):
    """Gold answers to compare with: the items themselves, then their variants."""

    owner: NDArray[np.int64]
    variant: NDArray[np.int64]
    document: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    label: NDArray[np.int64]
    fragments: dict[int, Shape]


def _answers(gold: Spans, rows: NDArray[np.int64]) -> _Candidates:
    wanted = np.zeros(len(gold), bool)
    wanted[rows] = True
    variants = gold.variants
    extra = np.flatnonzero(wanted[variants.item])
    owner = np.concatenate([rows, variants.item[extra]])
    fragments: dict[int, Shape] = {}
    if gold.fragments:
        for new, row in enumerate(rows.tolist()):
            if row in gold.fragments:
                fragments[new] = gold.fragments[row]
    for new, row in enumerate(extra):
        if int(row) in variants.fragments:
            fragments[len(rows) + new] = variants.fragments[int(row)]
    return _Candidates(
        owner,
        np.concatenate([np.full(len(rows), -1, np.int64), extra]),
        gold.document[owner],
        np.concatenate([gold.start[rows], variants.start[extra]]),
        np.concatenate([gold.end[rows], variants.end[extra]]),
        np.concatenate([gold.label[rows], variants.label[extra]]),
        fragments,
    )


def overlapping(
    gold: Spans,
    predicted: Spans,
    gold_rows: NDArray[np.int64],
    predicted_rows: NDArray[np.int64],
) -> Pairs:
    """All pairs of the given rows that share a character, with their best kind.

    A gold item stands with all its accepted answers; adjacent spans share nothing.
    """
    if not len(gold_rows) or not len(predicted_rows):
        return _no_pairs()
    answers = _answers(gold, gold_rows)
    step = stride(answers.end, predicted.end)
    shift = predicted.document[predicted_rows] * step
    order = ordering(shift + predicted.start[predicted_rows])
    rows, shift = predicted_rows[order], shift[order]
    starts, ends = predicted.start[rows] + shift, predicted.end[rows] + shift
    reach = np.maximum.accumulate(ends)
    answer_shift = answers.document * step
    first = np.searchsorted(reach, answers.start + answer_shift, side="right")
    last = np.searchsorted(starts, answers.end + answer_shift, side="left")
    parts = []
    for answer, at in _expanded(first, last):
        keep = ends[at] > answers.start[answer] + answer_shift[answer]
        answer, at = answer[keep], at[keep]
        parts.append(_pairs(answers, predicted, answer, rows[at]))
    pairs = _joined(*parts) if parts else _no_pairs()
    pairs = pairs.take(pairs.overlap > 0)
    return _best_answer(pairs) if len(answers.owner) > len(gold_rows) else pairs


def _no_pairs() -> Pairs:
    nothing = np.zeros(0, np.int64)
    return Pairs(nothing, nothing, nothing, nothing, nothing)


def stride(*ends: Ints | NDArray[np.int64]) -> int:
    """More than any offset: ``document * stride + offset`` lays all texts end to end."""
    return max((int(each.max()) for each in ends if len(each)), default=0) + 2


def _expanded(first: NDArray[np.int64], last: NDArray[np.int64]) -> Any:
    """Pairs (row, each of ``first[row]:last[row]``), in portions of bounded size."""
    counts = np.maximum(last - first, 0)
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        done = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + _LIMIT, side="right")))
        portion = counts[begin:end]
        row = np.repeat(np.arange(begin, end), portion)
        offset = np.arange(int(portion.sum())) - np.repeat(np.cumsum(portion) - portion, portion)
        if len(row):
            yield row, first[row] + offset
        begin = end


def _pairs(
    answers: _Candidates,
    predicted: Spans,
    answer: NDArray[np.int64],
    row: NDArray[np.int64],
) -> Pairs:
    start, end = predicted.start[row], predicted.end[row]
    overlap = np.minimum(answers.end[answer], end) - np.maximum(answers.start[answer], start)
    same_spans = (answers.start[answer] == start) & (answers.end[answer] == end)
    if answers.fragments or predicted.fragments:
        broken = np.isin(answer, list(answers.fragments)) | np.isin(row, list(predicted.fragments))
        for pair in np.flatnonzero(broken):
            at = int(answer[pair])
            one = answers.fragments.get(at) or ((int(answers.start[at]), int(answers.end[at])),)
            other = predicted.spans_of(int(row[pair]))
            overlap[pair] = _common(one, other)
            same_spans[pair] = one == other
    same_label = answers.label[answer] == predicted.label[row]
    kind = np.where(
        same_spans, np.where(same_label, BOTH, BOUNDARY), np.where(same_label, TYPE, OVERLAP)
    )
    return Pairs(
        answers.owner[answer],
        row,
        kind,
        overlap,
        answers.variant[answer],
    )


def _common(one: Shape, other: Shape) -> int:
    """Characters in both: a walk along both at once."""
    shared, i, j = 0, 0, 0
    while i < len(one) and j < len(other):
        shared += max(0, min(one[i][1], other[j][1]) - max(one[i][0], other[j][0]))
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1
    return shared


def _best_answer(pairs: Pairs) -> Pairs:
    """Of several answers of one gold item that meet a prediction, the best."""
    order = np.lexsort((pairs.answer, -pairs.overlap, -pairs.kind, pairs.predicted, pairs.gold))
    pairs = pairs.take(order)
    new = np.ones(len(pairs), bool)
    new[1:] = (pairs.gold[1:] != pairs.gold[:-1]) | (pairs.predicted[1:] != pairs.predicted[:-1])
    return pairs.take(new)


def _settle(gold: Spans, predicted: Spans, pairs: Pairs) -> Pairs:
    """Choose among overlapping pairs: lone pairs, stars, then the groups that need solving."""
    if not len(pairs):
        return pairs
    gold_degree = np.bincount(pairs.gold, minlength=len(gold))
    predicted_degree = np.bincount(pairs.predicted, minlength=len(predicted))
    lone = (gold_degree[pairs.gold] == 1) & (predicted_degree[pairs.predicted] == 1)
    chosen = [pairs.take(lone)]
    rest = pairs.take(~lone)
    if len(rest):
        rest = rest.take(_canonical(gold, predicted, rest))
        others_of_gold = np.zeros(len(gold), np.int64)
        others_of_predicted = np.zeros(len(predicted), np.int64)
        np.maximum.at(others_of_gold, rest.gold, predicted_degree[rest.predicted])
        np.maximum.at(others_of_predicted, rest.predicted, gold_degree[rest.gold])
        around_gold = others_of_gold[rest.gold] == 1
        around_predicted = others_of_predicted[rest.predicted] == 1
        chosen.append(_first_of(rest.take(around_gold), by_gold=True))
        chosen.append(_first_of(rest.take(around_predicted & ~around_gold), by_gold=False))
        tangled = rest.take(~around_gold & ~around_predicted)
        if len(tangled):
            chosen.append(tangled.take(np.array(_solved(gold, tangled), np.int64)))
    return _joined(*chosen)


def _canonical(gold: Spans, predicted: Spans, pairs: Pairs) -> NDArray[np.int64]:
    """The order of preference among pairs: kind, what counts, overlap, place, label, fragments."""
    names = gold.labels.ranks()
    shapes = _shape_ranks(gold, predicted)
    return np.lexsort(
        (
            shapes[1][pairs.predicted],
            shapes[0][pairs.gold],
            names[predicted.label[pairs.predicted]],
            names[gold.label[pairs.gold]],
            predicted.end[pairs.predicted],
            predicted.start[pairs.predicted],
            gold.end[pairs.gold],
            gold.start[pairs.gold],
            -pairs.overlap,
            gold.optional[pairs.gold],
            -pairs.kind,
        )
    )


def _shape_ranks(gold: Spans, predicted: Spans) -> tuple[Ints, Ints]:
    """A rank for the fragments of each item: 0 where there is one span."""
    shapes = sorted({*gold.fragments.values(), *predicted.fragments.values()})
    known = {shape: rank for rank, shape in enumerate(shapes, start=1)}
    return _fragment_codes(gold, known), _fragment_codes(predicted, known)


def _first_of(pairs: Pairs, *, by_gold: bool) -> Pairs:
    """The first pair of each star, in the order of preference."""
    centre = pairs.gold if by_gold else pairs.predicted
    order = ordering(centre)
    new = np.ones(len(order), bool)
    new[1:] = centre[order[1:]] != centre[order[:-1]]
    return pairs.take(order[new])


def _solved(gold: Spans, pairs: Pairs) -> list[int]:
    """Rows of ``pairs`` that make up the best assignment of every connected group."""
    chosen: list[int] = []
    for rows in _groups(pairs):
        few = _best_of_few(gold, pairs, rows)
        chosen += _best_of_many(gold, pairs, rows) if few is None else few
    return chosen


def _best_of_few(gold: Spans, pairs: Pairs, rows: list[int]) -> list[int] | None:
    """The best set of pairs that share no item; ``None`` where both sides are too large.

    Goes through the items of the larger side and keeps, for every set of used items of the
    smaller side, the best choice so far.
    """
    sides = pairs.gold[rows].tolist(), pairs.predicted[rows].tolist()
    large, small = sorted(sides, key=lambda side: -len(set(side)))
    bit = {item: 1 << at for at, item in enumerate(dict.fromkeys(small))}
    if len(bit) > _FEW:
        return None
    edges: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for item, other, row in zip(large, small, rows, strict=True):
        edges[item].append((bit[other], row))
    worth = {row: _worth(gold, pairs, row) for row in rows}
    best: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {0: ((0,) * 6, ())}
    for ways in edges.values():
        reached = dict(best)
        for used, (sums, taken) in best.items():
            for place, row in ways:
                if used & place:
                    continue
                more = tuple(map(add, sums, worth[row]))
                # Rows are in the order of preference: of equals the earlier ones.
                choice = more, tuple(sorted((-row, *taken), reverse=True))
                if choice > reached.get(used | place, ((), ())):
                    reached[used | place] = choice
        best = reached
    return [-row for row in max(best.values())[1]]


def _worth(gold: Spans, pairs: Pairs, row: int) -> tuple[int, ...]:
    """What a pair adds: one to its kind, one if it counts, and its overlap."""
    kinds = [int(pairs.kind[row] == kind) for kind in (BOTH, BOUNDARY, TYPE, OVERLAP)]
    return (*kinds, int(not gold.optional[pairs.gold[row]]), int(pairs.overlap[row]))


def _best_of_many(gold: Spans, pairs: Pairs, rows: list[int]) -> list[int]:
    """The best assignment of a large group, by weights."""
    from scipy.optimize import linear_sum_assignment

    golds = {int(row): i for i, row in enumerate(dict.fromkeys(pairs.gold[rows].tolist()))}
    guesses = {int(row): i for i, row in enumerate(dict.fromkeys(pairs.predicted[rows].tolist()))}
    weights = np.zeros((len(golds), len(guesses)))
    where: dict[tuple[int, int], int] = {}
    values = _weights(gold, pairs, rows, min(weights.shape))
    for row, value in zip(rows, values, strict=True):
        place = golds[int(pairs.gold[row])], guesses[int(pairs.predicted[row])]
        weights[place] = value
        where[place] = row
    picked = zip(*linear_sum_assignment(weights, maximize=True), strict=True)
    return [where[int(i), int(j)] for i, j in picked if (int(i), int(j)) in where]


def _weights(gold: Spans, pairs: Pairs, rows: list[int], most: int) -> NDArray[np.float64]:
    """Weights that make one pair of a better kind worth more than all pairs of worse kinds.

    The part below one kind orders by what counts, by overlap, and last by the order of
    preference, which ``rows`` is in. In groups so large that the last falls below the
    precision of a float, the order of rows and columns, which is the same, decides.
    """
    step = float(most + 1)
    counts = ~gold.optional[pairs.gold[rows]]
    largest = pairs.overlap[rows].max() + 1
    rank = 1 - np.arange(len(rows)) / len(rows)
    overlap = (pairs.overlap[rows] + rank / (2 * step)) / largest
    fine: NDArray[np.float64] = (counts + overlap / (2 * step)) / (2 * step)
    return step ** (pairs.kind[rows] - 1) + fine


def _groups(pairs: Pairs) -> list[list[int]]:
    """Rows of ``pairs`` by connected group, each in ascending order."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    edges = [
        (2 * g, 2 * p + 1)
        for g, p in zip(pairs.gold.tolist(), pairs.predicted.tolist(), strict=True)
    ]
    for one, other in edges:
        parent[find(one)] = find(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for row, (one, _) in enumerate(edges):
        groups[find(one)].append(row)
    return list(groups.values())
