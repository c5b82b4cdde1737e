"""The disorder of the best alignment of several annotators' units: the exact minimum.

A unitary alignment takes at most one unit of each annotator. It costs the mean dissimilarity of
its pairs, where a pair with an absent unit costs ``empty``; an alignment is a set of unitary
alignments that holds every unit once, and costs their sum (Mathet, Widlöcher & Métivier, "The
unified and holistic method gamma", 2015, sections 4.2 and 5.1).

The search is for what aligning saves against leaving every unit alone, which costs ``empty`` a
unit. Only unitary alignments that save more than any split of one unit from the rest are kept,
which is stricter than the bound of the paper; they fall into groups that share no unit, each
solved exactly. Two annotators are an assignment. Work grows with the power of the number of
annotators who mark the same places: up to about six are practical.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .forms import Floats
from .given import marked_units

__all__ = ["Dissimilarity", "Marked", "best_alignment", "best_disorder", "distances", "marked"]

_MANY = 200
"""States of one group that are followed here; a wider group is left to integer programming."""


_TIE, _LESS = 1e-6, 1e-3
"""What breaks a tie counts so much less than the cost, and each next thing less than the last."""
_GOLDEN = (5**0.5 - 1) / 2

_Chosen = tuple[int, Any] | None
"""The last candidate that was chosen, and those before it."""


class Dissimilarity(Struct, frozen=True):
    """The combined dissimilarity of two units, ``position``·d_pos + ``category``·d_cat.

    d_pos = ((|start − start′| + |end − end′|) / (length + length′))² · ``empty``, and d_cat is
    ``empty`` for different categories, else 0. In the paper these are α, β, and Δ∅.
    """

    position: float = 1.0
    category: float = 1.0
    empty: float = 1.0


class Marked(Struct, frozen=True):
    """Units of several annotators on one text; every array has shape ``(units,)``.

    Sorted by annotator, start, end, and category, without duplicates.
    """

    annotators: int
    annotator: NDArray[np.int64]
    start: Floats
    end: Floats
    category: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def mean_units(self) -> float:
        """Units an annotator."""
        return len(self) / self.annotators


def marked(annotations: Sequence[Iterable[tuple[float, float, str]]]) -> Marked:
    """Units as columns: ``annotations`` holds (start, end, category) triples for each annotator.

    Exact duplicates of one annotator collapse. Raises ``ValueError`` for units without a length,
    or without an end, ``InputError`` for what are no such lists.
    """
    unique = [
        sorted({(start, end, name) for start, end, name in units})
        for units in marked_units(annotations)
    ]
    rows = [
        (annotator, start, end, category)
        for annotator, units in enumerate(unique)
        for start, end, category in units
    ]
    for _, start, end, _ in rows:
        if not 0 < end - start < inf:
            raise ValueError(f"a unit must have a length, not run from {start} to {end}")
    names = sorted({category for *_, category in rows})
    codes = {name: code for code, name in enumerate(names)}
    return Marked(
        len(unique),
        np.array([annotator for annotator, *_ in rows], np.int64),
        np.array([start for _, start, *_ in rows], np.float64),
        np.array([end for _, _, end, _ in rows], np.float64),
        np.array([codes[category] for *_, category in rows], np.int64),
    )


def best_disorder(units: Marked, dissimilarity: Dissimilarity) -> float:
    """The least cost of any alignment, not divided by the number of units.

    Raises ``ValueError`` for fewer than two annotators, and where ``empty`` is not above 0 or a
    weight is negative.
    """
    _check(units, dissimilarity)
    # In units of `empty`, so that a unit alone costs 1.
    position, differs = distances(units)
    apart = dissimilarity.position * position + dissimilarity.category * differs
    return dissimilarity.empty * max(len(units) - _best(units, apart)[1], 0.0)


def best_alignment(units: Marked, dissimilarity: Dissimilarity) -> NDArray[np.int64]:
    """The unitary alignments of two or more units in an alignment of the least cost.

    Shape ``(alignments, annotators)``: rows of units, −1 for none. Of several best alignments it
    is one whose pairs differ least in their categories, then lie closest, and then one by the
    places and categories of units: never by the order of annotators. Errors as in
    ``best_disorder``.
    """
    _check(units, dissimilarity)
    position, differs = distances(units)
    confidence = np.maximum(1 - dissimilarity.position * position, 0)
    apart = dissimilarity.position * position + dissimilarity.category * differs
    lots = _drawn_lots(units)
    apart = apart + _TIE * (confidence * differs - _LESS * (confidence - _LESS * lots))
    return _best(units, apart)[0]


def _check(units: Marked, dissimilarity: Dissimilarity) -> None:
    if units.annotators < 2:
        raise ValueError("an alignment needs two annotators")
    if dissimilarity.empty <= 0 or min(dissimilarity.position, dissimilarity.category) < 0:
        raise ValueError(f"weights must be 0 or more, empty above 0, not {dissimilarity}")


def distances(units: Marked) -> tuple[Floats, NDArray[np.bool_]]:
    """d_pos of each pair of units, in units of ``empty``, and whether their categories differ.

    Both have shape ``(units, units)``.
    """
    lengths = units.end - units.start
    shift = np.abs(units.start[:, None] - units.start) + np.abs(units.end[:, None] - units.end)
    differs: NDArray[np.bool_] = units.category[:, None] != units.category
    return np.square(shift / (lengths[:, None] + lengths)), differs


def _drawn_lots(units: Marked) -> Floats:
    """A number below 1 for each pair of units: the same for the same places and categories."""
    content = np.stack([units.start, units.end, units.category], axis=1)
    rank = np.unique(content, axis=0, return_inverse=True)[1].reshape(-1)
    low, high = np.minimum(rank[:, None], rank), np.maximum(rank[:, None], rank)
    lots: Floats = np.modf((low * len(units) + high + 1) * _GOLDEN)[0]
    return lots


def _best(units: Marked, apart: Floats) -> tuple[NDArray[np.int64], float]:
    """The unitary alignments of two or more units in the best alignment, and what it saves."""
    members, savings = (_assigned if units.annotators == 2 else _aligned)(units, apart)
    return members, float(savings.sum())


def _assigned(units: Marked, apart: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The best alignment of two annotators: 2 − d is saved by each pair that gains by it."""
    first = units.annotator == 0
    savings = np.maximum(2 - apart[np.ix_(first, ~first)], 0)
    if not savings.any():
        return np.zeros((0, 2), np.int64), np.zeros(0)
    from scipy.optimize import linear_sum_assignment

    one, other = linear_sum_assignment(savings, maximize=True)
    gained = savings[one, other] > 0
    one, other = one[gained], other[gained]
    pairs = np.stack([np.flatnonzero(first)[one], np.flatnonzero(~first)[other]], axis=1)
    return pairs, savings[one, other]


def _aligned(units: Marked, apart: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The best alignment of three or more annotators, and what each of its parts saves."""
    members, savings = _candidates(units, apart)
    if not len(members):
        return members, savings
    group = _groups(members, len(units))
    chosen: list[NDArray[np.int64]] = []
    for each in np.unique(group):
        rows = np.flatnonzero(group == each)
        chosen.append(rows[_packed(members[rows], savings[rows])])
    best = np.concatenate(chosen)
    return members[best], savings[best]


def _candidates(units: Marked, apart: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Unitary alignments that can be in the best alignment, and what each saves.

    Members have shape ``(candidates, annotators)``: rows of units, −1 for none; candidates are in
    reading order. With c pairs of annotators, r members whose pairs are d apart save
    r − 1 − Σ (d − 1) / c. To split one member from the others saves as much or more where the
    Σ (d − 1) over its own pairs reaches c. A member still to come lowers that sum by 1 at most,
    which already rules out most beginnings.
    """
    annotators, size = units.annotators, len(units)
    pairs = annotators * (annotators - 1) / 2
    excess = np.zeros((size + 1, size + 1))  # the last row stands for no unit: −1 finds it
    excess[:-1, :-1] = apart - 1
    members = np.full((1, annotators), -1)
    sums = np.zeros((1, annotators))
    for annotator in range(annotators):
        mine = np.flatnonzero(units.annotator == annotator)
        limit = pairs + annotators - 1 - annotator
        row, column = _fitting(members, mine, excess, pairs + annotators - 2)
        longer, added = members[row], excess[members[row], mine[column][:, None]]
        longer[:, annotator] = mine[column]
        of_member = sums[row] + added
        of_member[:, annotator] = added.sum(axis=1)
        old, new = (sums < limit).all(axis=1), (of_member < limit).all(axis=1)
        members = np.concatenate([members[old], longer[new]])
        sums = np.concatenate([sums[old], of_member[new]])
    count = (members >= 0).sum(axis=1)
    savings = count - 1 - sums.sum(axis=1) / 2 / pairs
    keep = (count >= 2) & (savings > 0)
    members, savings = members[keep], savings[keep]
    place = np.full(size + 1, size)
    place[np.lexsort((units.end, units.start))] = np.arange(size)
    order = np.argsort(place[members].min(axis=1, initial=size), kind="stable")
    return members[order], savings[order]


def _fitting(
    members: NDArray[np.int64], mine: NDArray[np.int64], excess: Floats, limit: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of ``members`` and of ``mine`` of which no pair is ``limit`` or more apart."""
    fits = np.ones((len(members), len(mine)), bool)
    near = excess[:, mine] < limit
    for column in members.T:
        fits &= near[column]
    row, at = np.nonzero(fits)
    return row, at


def _groups(members: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """A number for each candidate, equal where candidates are linked by shared units."""
    label = np.arange(size + 1)  # the last is for no unit, and links nothing
    while True:
        lowest: NDArray[np.int64] = label[members].min(axis=1)
        new = label.copy()
        np.minimum.at(new, members, lowest[:, None])
        new[-1] = size
        new = new[new]
        if (new == label).all():
            return lowest
        label = new


def _packed(members: NDArray[np.int64], savings: Floats) -> list[int]:
    """The candidates that share no unit and save the most together, by number.

    Candidates are taken in reading order. What matters of a choice so far is which units of later
    candidates it has used; of equal ones only the best is followed.
    """
    if len(members) == 1:
        return [0]
    used = [sum(1 << unit for unit in row if unit >= 0) for row in members.tolist()]
    later = [0] * len(used)
    for at in range(len(used) - 1, 0, -1):
        later[at - 1] = later[at] | used[at]
    best: dict[int, tuple[float, _Chosen]] = {0: (0.0, None)}
    for number, (mask, saving, rest) in enumerate(zip(used, savings.tolist(), later, strict=True)):
        following: dict[int, tuple[float, _Chosen]] = {}
        for taken, (total, chosen) in best.items():
            kept = taken & rest
            if kept not in following or total > following[kept][0]:
                following[kept] = total, chosen
            if not taken & mask:
                kept = (taken | mask) & rest
                if kept not in following or total + saving > following[kept][0]:
                    following[kept] = total + saving, (number, chosen)
        if len(following) > _MANY:
            return _packed_by_program(members, savings)
        best = following
    _, chosen = max(best.values(), key=lambda each: each[0])
    found = []
    while chosen is not None:
        number, chosen = chosen
        found.append(number)
    return found


def _packed_by_program(members: NDArray[np.int64], savings: Floats) -> list[int]:
    """The same by integer programming, for groups in which very many units overlap."""
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import coo_array

    candidate, column = np.nonzero(members >= 0)
    unit = np.unique(members[candidate, column], return_inverse=True)[1]
    ones = np.ones(len(unit))
    holds = coo_array((ones, (unit, candidate)), shape=(int(unit.max()) + 1, len(members)))
    found = milp(
        -savings,
        integrality=np.ones(len(members)),
        bounds=(0, 1),
        constraints=LinearConstraint(holds.tocsr(), -np.inf, 1),
        options={"mip_rel_gap": 0.0},
    )
    if not found.success:
        raise RuntimeError(f"the best alignment was not found: {found.message}")
    return [int(number) for number in np.flatnonzero(found.x > 0.5)]
