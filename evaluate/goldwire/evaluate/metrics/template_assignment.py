"""Many small assignment problems at once: the best one-to-one choice inside each group of pairs.

A group is a set of weighted pairs of left and right items. Most groups have no conflict, and
all their pairs are chosen. The totals of small ones with a conflict are found together, by going
through the subsets of one side (Held, Karp 1962); the rest one by one (Kuhn 1955; Crouse 2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .template_join import Ints, spread

__all__ = ["best_choice", "best_totals"]

Floats = NDArray[np.float64]

_FEW = 8
"""Largest side of a group that is settled by subsets: 2⁸ of them."""

_BLOCK = 4096
"""Groups that are settled together."""


def best_totals(groups: Ints, left: Ints, right: Ints, weight: Floats) -> Floats:
    """The largest total weight of pairs that share no item, for each group.

    All arrays have shape ``(pairs,)``; ``groups`` ascends from 0 without a gap, weights are
    positive. Returns shape ``(groups,)``.
    """
    totals = np.bincount(groups, weight).astype(np.float64)
    rows = _conflicts(groups, left, right)
    if not len(rows):
        return totals
    group, local_left, local_right = groups[rows], *_locals(groups, left, right, rows)
    new = np.flatnonzero(np.diff(group, prepend=-1))
    side = np.maximum.reduceat(np.maximum(local_left, local_right), new) + 1
    size = np.repeat(side, np.diff(new, append=len(rows)))
    for few in range(1, _FEW + 1):
        chosen = np.flatnonzero(size == few)
        if len(chosen):
            which, number = np.unique(group[chosen], return_inverse=True)
            dense = np.zeros((few, few, len(which)))
            dense[local_left[chosen], local_right[chosen], number] = weight[rows[chosen]]
            for first in range(0, len(which), _BLOCK):
                block = slice(first, first + _BLOCK)
                totals[which[block]] = _by_subsets(dense[..., block])
    for begin, end in zip(new, np.append(new[1:], len(rows)), strict=True):
        if size[begin] > _FEW:
            part = rows[begin:end]
            totals[group[begin]] = weight[
                part[_solved(left[part], right[part], weight[part])]
            ].sum()
    return totals


def best_choice(groups: Ints, left: Ints, right: Ints, weight: Floats) -> Ints:
    """The rows of a best one-to-one choice in every group, ascending; arrays as in `best_totals`.

    Of equal choices the one that the solver finds for the items in ascending order, which
    depends on nothing but the items' order.
    """
    rows = _conflicts(groups, left, right)
    free = np.ones(len(groups), bool)
    free[rows] = False
    if not len(rows):
        return np.flatnonzero(free)
    new = np.flatnonzero(np.diff(groups[rows], prepend=-1))
    for begin, end in zip(new, np.append(new[1:], len(rows)), strict=True):
        part = rows[begin:end]
        free[part[_solved(left[part], right[part], weight[part])]] = True
    return np.flatnonzero(free)


def _conflicts(groups: Ints, left: Ints, right: Ints) -> Ints:
    """Rows of the groups in which some item stands in more than one pair."""
    if not len(groups):
        return np.zeros(0, np.int64)
    several = np.flatnonzero(np.bincount(groups)[groups] > 1)
    clash = np.zeros(int(groups[-1]) + 1, bool)
    for items in (left, right):
        order = several[np.lexsort((items[several], groups[several]))]
        group, item = groups[order], items[order]
        clash[group[1:][(group[1:] == group[:-1]) & (item[1:] == item[:-1])]] = True
    return np.flatnonzero(clash[groups])


def _locals(groups: Ints, left: Ints, right: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """The items of the rows numbered inside their group, in ascending order, from 0."""
    numbered = []
    for items in (left, right):
        order = np.lexsort((items[rows], groups[rows]))
        group, item = groups[rows[order]], items[rows[order]]
        fresh = np.ones(len(rows), bool)
        fresh[1:] = (group[1:] != group[:-1]) | (item[1:] != item[:-1])
        count = np.cumsum(fresh)
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        before, _ = spread(np.diff(starts, append=len(rows)))
        local = np.zeros(len(rows), np.int64)
        local[order] = count - count[starts][before]
        numbered.append(local)
    return numbered[0], numbered[1]


def _by_subsets(dense: Floats) -> Floats:
    """The best total of each square matrix; shape ``(n, n, groups)`` to ``(groups,)``.

    The best total of the first rows on every subset of as many columns, from smaller subsets.
    """
    size, _, groups = dense.shape
    best = np.zeros((1 << size, groups))
    for subset in range(1, 1 << size):
        row = dense[subset.bit_count() - 1]
        for column in range(size):
            if subset >> column & 1:
                np.maximum(best[subset], best[subset ^ 1 << column] + row[column], out=best[subset])
    whole: Floats = best[-1]
    return whole


def _solved(left: Ints, right: Ints, weight: Floats) -> Ints:
    """The chosen rows of one group."""
    from scipy.optimize import linear_sum_assignment

    one, row = np.unique(left, return_inverse=True)
    other, column = np.unique(right, return_inverse=True)
    dense = np.zeros((len(one), len(other)))
    where = np.full(dense.shape, -1)
    dense[row, column] = weight
    where[row, column] = np.arange(len(left))
    found: Ints = where[linear_sum_assignment(dense, maximize=True)]
    return found[found >= 0]
