"""The map of predicted to gold templates with the largest F1, and of equal ones the first.

F1 of precision numerator a and recall numerator b, over constant denominators P and R, is
2ab / (aR + bP): concave and of degree one in (a, b), so it lies below its tangent at any point.
The largest tangent value over all maps is an assignment problem, which bounds the F1 of every
map that begins alike. Bounds and comparisons are made in whole numbers and are exact.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import CouldNotRun

__all__ = ["LIMIT", "best_map"]

Ints = NDArray[np.int64]

LIMIT = 200_000
"""Assignment problems that may be solved for one document before the search gives up."""


def best_map(precise: Ints, found: Ints, predicted: int, gold: int) -> list[tuple[int, int]]:
    """Pairs (predicted, gold) of the map with the largest F1; pairs that give nothing left out.

    ``precise`` and ``found``, shape ``(predicted templates, gold templates)``: what a pair adds
    to the numerators of precision and recall, both 0 or both positive. ``predicted`` and
    ``gold`` are the denominators. Of several such maps it is the first in lexicographic order of
    (gold place of the first predicted template, of the second, …), "none" standing last.
    Raises ``CouldNotRun`` after `LIMIT` bounds.
    """
    best = _incumbent(precise, found, predicted, gold)
    if best is None:
        return []
    choice = _first(precise, found, best)
    return [(i, j) for i, j in enumerate(choice) if j < precise.shape[1] and precise[i, j]]


class _Point(Struct, frozen=True):
    """Numerators of a map, with the denominators."""

    a: int
    b: int
    predicted: int
    gold: int

    def better(self, a: int, b: int) -> int:
        """Above 0 where (a, b) has the larger F1, 0 where it has the same."""
        mine = 2 * self.a * self.b * (a * self.gold + b * self.predicted)
        return 2 * a * b * (self.a * self.gold + self.b * self.predicted) - mine

    def slope(self) -> tuple[int, int]:
        """The direction of the tangent at this point, in small whole numbers."""
        one, other = self.b**2 * self.predicted, self.a**2 * self.gold
        common = int(np.gcd(one, other)) or 1
        return one // common, other // common


def _incumbent(precise: Ints, found: Ints, predicted: int, gold: int) -> _Point | None:
    """A point of large F1: each step solves for the tangent at the last one (Dinkelbach 1967)."""
    point = _Point(1, 1, predicted, gold)
    best: _Point | None = None
    while True:
        along, across = point.slope()
        places = _assign(along * precise + across * found)
        a, b = int(precise[places].sum()), int(found[places].sum())
        if not a or (best is not None and best.better(a, b) <= 0):
            return best
        best = point = _Point(a, b, predicted, gold)


def _first(precise: Ints, found: Ints, best: _Point) -> list[int]:
    """The first map that is as good as the best there is; a depth-first search in map order."""
    height, width = precise.shape
    reached: list[int] | None = None
    solved = 0
    weight, goal = _tangent(precise, found, best)
    choice = [-1]
    sums = [(0, 0)]
    free = np.ones(width, bool)
    while choice:
        level, last = len(choice) - 1, choice[-1]
        if 0 <= last < width:
            free[last] = True
        place = last + 1
        while place < width and not free[place]:
            place += 1
        choice[-1] = place
        if place > width:
            choice.pop()
            sums.pop()
            continue
        a, b = sums[-1]
        if place < width:
            free[place] = False
            a, b = a + int(precise[level, place]), b + int(found[level, place])
        along, across = best.slope()
        rest = weight[level + 1 :, free]
        bound = along * a + across * b + int(rest[_assign(rest)].sum())
        solved += 1
        if solved > LIMIT:
            raise CouldNotRun(
                f"no best map of {height} predicted to {width} gold templates was proven within "
                f"{LIMIT:,} steps",
                hint="Use the corrected metrics, which align in one step.",
            )
        # A map at least as good lies on or above the tangent, a better one above it.
        if bound < goal or (reached is not None and bound == goal):
            continue
        if level + 1 < height:
            choice.append(-1)
            sums.append((a, b))
            continue
        gain = best.better(a, b)
        if gain > 0 or (gain == 0 and reached is None):
            best, reached = _Point(a, b, best.predicted, best.gold), list(choice)
            weight, goal = _tangent(precise, found, best)
    return reached or []


def _tangent(precise: Ints, found: Ints, point: _Point) -> tuple[Ints, int]:
    """The weight of every pair along the tangent at a point, and the point's own."""
    along, across = point.slope()
    weight: Ints = along * precise + across * found
    return weight, along * point.a + across * point.b


def _assign(weight: Ints) -> tuple[Ints, Ints]:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weight, maximize=True)
    return rows, columns
