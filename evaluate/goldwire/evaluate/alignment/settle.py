"""The choice among overlapping pairs: the best one-to-one set of every group.

Groups of overlapping items are small; only those with two or more items on both sides need an
assignment: by dynamic programming where one side is small (scipy costs half a second to
import), else by ``scipy.optimize.linear_sum_assignment`` (Kuhn 1955).
"""

from __future__ import annotations

from collections import defaultdict
from operator import add

import numpy as np
from numpy.typing import NDArray

from ..keys import fragment_codes, ordering
from ..tables import Ints, Spans
from .pairs import BOTH, BOUNDARY, OVERLAP, TYPE, Pairs, joined_pairs

__all__ = ["settle"]

_FEW = 6
"""Items on the smaller side of a group that is settled here; larger groups import scipy."""


def settle(gold: Spans, predicted: Spans, pairs: Pairs) -> Pairs:
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
    return joined_pairs(*chosen)


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
