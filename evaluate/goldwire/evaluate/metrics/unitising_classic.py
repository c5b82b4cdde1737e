"""Krippendorff's αᵤ as it was defined in 1995 and 2004: squared differences of boundaries.

Older papers report it, and so do tools that annotators use. Each category is unitised on its own.
Two intersecting units differ by the squares of the distances of their boundaries, a unit that lies
in a gap by the square of its length. The expected difference lets every unit meet every other unit
at every offset, and every gap that is long enough for it.

Krippendorff, "On the reliability of unitizing contiguous data" (1995); Content Analysis (2nd
edition, 2004), chapter 11. Krippendorff replaced it in 2016 because it did not behave as expected
with more than two annotators: prefer ``unitising``.

What is expected depends on the whole continuum, and so does not add over texts that are laid end to
end. Here each document is a continuum of its own: its observed and its expected differences are
summed over documents, and chance does not move units from one text to another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coefficients import Coefficient
from .continuum import Units, check, partition
from .forms import Floats

__all__ = ["classic_coefficient", "classic_counts", "classic_of"]


def classic_counts(
    units: Units, lengths: NDArray[Any], annotated: NDArray[np.bool_], *, categories: int
) -> Floats:
    """Observed and expected differences: shape ``(documents, categories, 2)``.

    Both are in characters squared: D of the book times the square of the length of the text.
    ``lengths``, ``annotated``, and errors as in ``unitising_counts``. Units of one annotator and
    one category that overlap are cut as ``partition`` says.
    """
    check(units, lengths, annotated, categories)
    units = units.take(annotated.sum(axis=1)[units.document] >= 2)
    counts = np.zeros((len(lengths), categories, 2))
    order = np.lexsort((units.code, units.document))
    keys = units.document[order].astype(np.int64) * categories + units.code[order]
    for rows in np.split(order, np.flatnonzero(np.diff(keys)) + 1):
        if not len(rows):
            continue
        part = partition(units.take(rows))
        document, code = int(part.document[0]), int(part.code[0])
        team = np.flatnonzero(annotated[document])
        counts[document, code] = (
            _observed(part, len(team)),
            _expected(part, int(lengths[document]), team),
        )
    return counts


def _observed(part: Units, size: int) -> float:
    """The mean difference of two annotators of ``size``, of one category on one text."""
    start, end = part.start.astype(np.float64), part.end.astype(np.float64)
    meets = (
        (part.annotator[:, None] != part.annotator)
        & (start[:, None] < end)
        & (start < end[:, None])
    )
    squares = np.square(start[:, None] - start) + np.square(end[:, None] - end)
    met = np.zeros((len(part), int(part.annotator.max()) + 1), bool)
    one, other = np.nonzero(meets)
    met[one, part.annotator[other]] = True
    alone = size - 1 - met.sum(axis=1)
    total = squares[meets].sum() / 2 + (alone * np.square(end - start)).sum()
    return float(2 * total / (size * (size - 1)))


def _expected(part: Units, length: int, team: NDArray[np.int64]) -> float:
    """The difference by chance: each unit meets every other unit, and every gap it fits into."""
    sizes = (part.end - part.start).astype(np.float64)
    gaps = np.sort(np.concatenate([_gaps(part, each, length) for each in team.tolist()]))
    # Places for a unit in gaps: the sum of (gap − size + 1), from the first that is long enough.
    at = np.searchsorted(gaps, sizes)
    tail = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])
    places = tail[at] + (len(gaps) - at) * (1 - sizes)
    by_units = (len(sizes) - 1) / 3 * (2 * sizes**3 - 3 * sizes**2 + sizes)
    characters = float(len(team) * length)
    pairs = characters * (characters - 1) - (sizes * (sizes - 1)).sum()
    return float(2 * length * (by_units + sizes**2 * places).sum() / pairs)


def _gaps(part: Units, annotator: int, length: int) -> Floats:
    mine = part.annotator == annotator
    begins = np.concatenate([[0], part.end[mine]])
    ends = np.concatenate([part.start[mine], [length]])
    gaps: Floats = (ends - begins).astype(np.float64)
    return gaps[ends > begins]


def classic_of(sums: NDArray[Any]) -> Floats:
    """αᵤ of summed differences, 1 − Σ Dₒ / Σ Dₑ: shape ``(..., 2)`` to ``(...)``.

    Sum over categories for all of them together. NaN where no difference is expected.
    """
    share = np.full(sums.shape[:-1], np.nan)
    np.divide(sums[..., 0], sums[..., 1], out=share, where=sums[..., 1] > 0)
    return 1 - share


def classic_coefficient(sums: NDArray[Any], units: int) -> Coefficient:
    """αᵤ of one pair of summed differences, with the reason where there is none.

    There is no observed agreement beside it: αᵤ measures by squared distance, not by share.
    """
    value = float(classic_of(sums))
    if not np.isnan(value):
        return Coefficient(value, None, None, units)
    reason = "nobody marked a unit" if not units else "no other unitising could be expected"
    return Coefficient(None, f"undefined because {reason}", None, units)
