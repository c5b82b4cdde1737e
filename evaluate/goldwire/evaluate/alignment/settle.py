"""The choice among overlapping pairs: the best one-to-one set of every group.

One more pair of a better grade is worth more than all pairs of worse grades: by kind, and of
one kind those whose gold item counts before those whose gold item is optional. So what is
right under ``strict`` or ``exact`` does not hang on predictions that are not.

Pairs of a better grade than all around them are in every best set. What is left falls into small
groups; only those with two or more items on both sides need an assignment: by dynamic
programming where one side is small (scipy costs half a second to import), else by
``scipy.optimize.linear_sum_assignment`` (Kuhn 1955).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from ..keys import fragment_codes, ordering
from ..tables import Ints, Spans
from .pairs import Pairs, joined_pairs

__all__ = ["settle"]

_FEW = 6
"""Items on the smaller side of a group that is settled here; larger groups import scipy."""

_DIGIT = 3
"""Bits that count up to ``_FEW`` pairs of a grade; eight grades and a sum of overlaps fit."""

_OVERLAP_BITS = 34
"""Bits for the sum of ``_FEW`` overlaps, each below 2**31."""


def settle(gold: Spans, predicted: Spans, pairs: Pairs) -> Pairs:
    """Choose among overlapping pairs: dominant ones, stars, then the groups that need solving."""
    chosen = []
    while len(pairs):
        dominant = _dominant(gold, predicted, pairs, _grades(gold, pairs))
        if not dominant.any():
            break
        chosen.append(pairs.take(dominant))
        pairs = pairs.take(_untouched(gold, predicted, pairs, chosen[-1]))
    if len(pairs):
        pairs = pairs.take(_canonical(gold, predicted, pairs))
        gold_degree = np.bincount(pairs.gold, minlength=len(gold))
        predicted_degree = np.bincount(pairs.predicted, minlength=len(predicted))
        others_of_gold = np.zeros(len(gold), np.int64)
        others_of_predicted = np.zeros(len(predicted), np.int64)
        np.maximum.at(others_of_gold, pairs.gold, predicted_degree[pairs.predicted])
        np.maximum.at(others_of_predicted, pairs.predicted, gold_degree[pairs.gold])
        around_gold = others_of_gold[pairs.gold] == 1
        around_predicted = others_of_predicted[pairs.predicted] == 1
        chosen.append(_first_of(pairs.take(around_gold), by_gold=True))
        chosen.append(_first_of(pairs.take(around_predicted & ~around_gold), by_gold=False))
        tangled = pairs.take(~around_gold & ~around_predicted)
        if len(tangled):
            chosen.append(tangled.take(np.array(_solved(gold, tangled), np.int64)))
    return joined_pairs(*chosen) if chosen else pairs


def _grades(gold: Spans, pairs: Pairs) -> Ints:
    """The grade of each pair: 2 to 9, the higher the better."""
    grades: Ints = 2 * pairs.kind + ~gold.optional[pairs.gold]
    return grades


def _dominant(gold: Spans, predicted: Spans, pairs: Pairs, grades: Ints) -> NDArray[np.bool_]:
    """Pairs of a better grade than all other pairs of their two items.

    Every best choice holds them: one without would gain a pair of that grade, and lose at most
    two of worse grades, by taking it.
    """
    dominant = np.ones(len(pairs), bool)
    for rows, size in ((pairs.gold, len(gold)), (pairs.predicted, len(predicted))):
        best = np.zeros(size, np.int64)
        np.maximum.at(best, rows, grades)
        top = grades == best[rows]
        dominant &= top & (np.bincount(rows[top], minlength=size)[rows] == 1)
    return dominant


def _untouched(gold: Spans, predicted: Spans, pairs: Pairs, chosen: Pairs) -> NDArray[np.bool_]:
    """Pairs of which neither item is chosen yet."""
    free_gold, free_predicted = np.ones(len(gold), bool), np.ones(len(predicted), bool)
    free_gold[chosen.gold], free_predicted[chosen.predicted] = False, False
    free: NDArray[np.bool_] = free_gold[pairs.gold] & free_predicted[pairs.predicted]
    return free


def _canonical(gold: Spans, predicted: Spans, pairs: Pairs) -> NDArray[np.int64]:
    """The order of preference among pairs: grade, overlap, place, label, fragments."""
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
            -_grades(gold, pairs),
        )
    )


def _shape_ranks(gold: Spans, predicted: Spans) -> tuple[Ints, Ints]:
    """A rank for the fragments of each item: 0 where there is one span."""
    shapes = sorted({*gold.fragments.values(), *predicted.fragments.values()})
    known = {shape: rank for rank, shape in enumerate(shapes, start=1)}
    return fragment_codes(gold, known), fragment_codes(predicted, known)


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
    worth = _worth(gold, pairs).tolist()
    golds, guesses = pairs.gold.tolist(), pairs.predicted.tolist()
    for rows in _groups(golds, guesses):
        few = _best_of_few(rows, golds, guesses, worth)
        chosen += _best_of_many(gold, pairs, rows) if few is None else few
    return chosen


def _worth(gold: Spans, pairs: Pairs) -> Ints:
    """What each pair adds to a small group, as one number: sums are ordered as their parts are.

    From the top one digit for each grade, and the overlap; sums over ``_FEW`` pairs carry
    nothing into the next part.
    """
    digits = np.int64(1) << (_DIGIT * (_grades(gold, pairs) - 2))
    worth: Ints = (digits << _OVERLAP_BITS) + pairs.overlap
    return worth


def _best_of_few(
    rows: list[int], golds: list[int], guesses: list[int], worth: list[int]
) -> list[int] | None:
    """The best set of pairs that share no item; ``None`` where both sides are too large.

    Goes through the items of the larger side and keeps, for every set of used items of the
    smaller side, the best choice so far. A choice is a number: what its pairs are worth, then a
    bit for each pair. Rows are in the order of preference, and the first has the highest bit:
    of equals the earlier ones win.
    """
    large, small = [golds[row] for row in rows], [guesses[row] for row in rows]
    if len(set(large)) < len(set(small)):
        large, small = small, large
    bit = {item: 1 << at for at, item in enumerate(dict.fromkeys(small))}
    if len(bit) > _FEW:
        return None
    size = len(rows)
    edges: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for at, (item, other) in enumerate(zip(large, small, strict=True)):
        edges[item].append((bit[other], (worth[rows[at]] << size) + (1 << (size - 1 - at))))
    best = {0: 0}
    for ways in edges.values():
        reached = dict(best)
        for used, choice in best.items():
            for place, more in ways:
                if not used & place and choice + more > reached.get(used | place, -1):
                    reached[used | place] = choice + more
        best = reached
    taken = max(best.values())
    return [row for at, row in enumerate(rows) if taken >> (size - 1 - at) & 1]


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
    """Weights that make one pair of a better grade worth more than all pairs of worse grades.

    Grades that the group lacks take no room. The part below one grade orders by overlap, and
    last by the order of preference, which ``rows`` is in. In groups so large that these fall
    below the precision of a float (some 50 tangled items with optional gold and all kinds of
    pairs; 500 with one kind), the order of rows and columns, which is the same, decides.
    """
    step = float(most + 1)
    level = np.unique(_grades(gold, pairs)[rows], return_inverse=True)[1]
    largest = pairs.overlap[rows].max() + 1
    rank = 1 - np.arange(len(rows)) / len(rows)
    overlap = (pairs.overlap[rows] + rank / (2 * step)) / largest
    fine: NDArray[np.float64] = overlap / (2 * step)
    return step**level + fine


def _groups(golds: list[int], guesses: list[int]) -> list[list[int]]:
    """Rows of pairs by connected group, each in ascending order."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    for one, other in zip(golds, guesses, strict=True):
        parent[find(one)] = find(~other)
    groups: dict[int, list[int]] = defaultdict(list)
    for row, one in enumerate(golds):
        groups[find(one)].append(row)
    return list(groups.values())
