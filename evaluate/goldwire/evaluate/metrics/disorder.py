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

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .forms import Floats

__all__ = ["Dissimilarity", "Marked", "best_disorder", "marked"]

_MANY = 200
"""States of one group that are followed here; a wider group is left to integer programming."""


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
    or without an end.
    """
    unique = [sorted({(start, end, name) for start, end, name in units}) for units in annotations]
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
    if units.annotators < 2:
        raise ValueError("an alignment needs two annotators")
    if dissimilarity.empty <= 0 or min(dissimilarity.position, dissimilarity.category) < 0:
        raise ValueError(f"weights must be 0 or more, empty above 0, not {dissimilarity}")
    # In units of `empty`, so that a unit alone costs 1.
    apart = _pairwise(units, dissimilarity)
    saved = _assigned(units, apart) if units.annotators == 2 else _aligned(units, apart)
    return dissimilarity.empty * max(len(units) - saved, 0.0)


def _pairwise(units: Marked, dissimilarity: Dissimilarity) -> Floats:
    lengths = units.end - units.start
    shift = np.abs(units.start[:, None] - units.start) + np.abs(units.end[:, None] - units.end)
    differs = units.category[:, None] != units.category
    positional = np.square(shift / (lengths[:, None] + lengths))
    combined: Floats = dissimilarity.position * positional + dissimilarity.category * differs
    return combined


def _assigned(units: Marked, apart: Floats) -> float:
    """What the best alignment of two annotators saves: 2 − d for each pair that gains by it."""
    first = units.annotator == 0
    savings = np.maximum(2 - apart[np.ix_(first, ~first)], 0)
    if not savings.any():
        return 0.0
    from scipy.optimize import linear_sum_assignment

    return float(savings[linear_sum_assignment(savings, maximize=True)].sum())


def _aligned(units: Marked, apart: Floats) -> float:
    """What the best alignment of three or more annotators saves."""
    members, savings = _candidates(units, apart)
    if not len(members):
        return 0.0
    group = _groups(members, len(units))
    total = 0.0
    for each in np.unique(group):
        total += _packed(members[group == each], savings[group == each])
    return total


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


def _packed(members: NDArray[np.int64], savings: Floats) -> float:
    """The largest sum of savings of candidates that share no unit.

    Candidates are taken in reading order. What matters of a choice so far is which units of later
    candidates it has used; of equal ones only the best is followed.
    """
    if len(members) == 1:
        return float(savings[0])
    used = [sum(1 << unit for unit in row if unit >= 0) for row in members.tolist()]
    later = [0] * len(used)
    for at in range(len(used) - 1, 0, -1):
        later[at - 1] = later[at] | used[at]
    best = {0: 0.0}
    for mask, saving, rest in zip(used, savings.tolist(), later, strict=True):
        following: dict[int, float] = {}
        for taken, total in best.items():
            kept = taken & rest
            following[kept] = max(following.get(kept, 0.0), total)
            if not taken & mask:
                kept = (taken | mask) & rest
                following[kept] = max(following.get(kept, 0.0), total + saving)
        if len(following) > _MANY:
            return _packed_by_program(members, savings)
        best = following
    return max(best.values())


def _packed_by_program(members: NDArray[np.int64], savings: Floats) -> float:
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
    return float(savings[found.x > 0.5].sum())
