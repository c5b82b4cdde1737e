"""What a gold set can show: the smallest difference, and the documents that one needs.

A difference d with standard error s is shown at a two-sided level α with probability π, near
enough, where |d| = (t₁₋α/₂ + t_π) s: Student's quantiles with the freedom of the error (Cohen
1988, section 2.4, with s from the bootstrap and the jackknife). The approximations: the paired
difference is near normal, its spread does not change with its size, and it falls with the
square root of the number of documents, which must be of the same kind (Card and others 2020 ask
for such figures in every comparison of systems).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ..metrics.forms import Floats
from .bootstrap import RESAMPLES, Closed, grid_resampled
from .exact import on_grid
from .intervals import TOO_FEW, too_few
from .paired import difference_of, side_by_side
from .quantiles import student_quantile
from .spread import Spread, spread, tie_width

__all__ = [
    "CORRELATIONS",
    "MOST_DOCUMENTS",
    "assumed_spread",
    "documents_needed",
    "paired_spread",
    "smallest_difference",
]

CORRELATIONS = (0.0, 0.5, 0.8)
"""Between two systems over samples of documents: strangers, ordinary systems, near relatives."""

MOST_DOCUMENTS = 10**9
"""A difference that needs more documents than this is beyond any gold."""


def paired_spread(
    counts_a: NDArray[Any],
    counts_b: NDArray[Any],
    closed: Closed,
    *,
    resamples: int = RESAMPLES,
    seed: int,
) -> Spread:
    """The spread of the difference of two systems on the same documents; shape ``(values,)``.

    Assumes nothing about their correlation: it is in the data. Counts as in ``compare``.
    ``error`` is NaN below ``TOO_FEW`` documents. Raises ValueError as ``compare`` does.
    """
    counts, width = side_by_side(counts_a, counts_b), np.asarray(counts_a).shape[1]
    total = counts.sum(axis=0)
    ties = tie_width(closed(total[:width]), closed(total[width:]))
    return _measured(counts, difference_of(closed), ties, resamples, seed)


def assumed_spread(
    counts: NDArray[Any],
    closed: Closed,
    *,
    correlations: Sequence[float] = CORRELATIONS,
    resamples: int = RESAMPLES,
    seed: int,
) -> Spread:
    """The spread of the difference to a second system not yet seen, by correlation with it.

    Assumes that the second system varies as much as the first: the error of the difference is
    s √(2 (1 - ρ)), s the error of the one and ρ the correlation of the two values over samples
    of documents. Shape ``(correlations, values)``. ρ = 0 is the careful bound; systems that
    fail on the same documents have a high ρ.

    ``error`` is NaN below ``TOO_FEW`` documents. Raises ValueError where a correlation is not in
    [-1, 1), and for what ``resampled`` refuses.
    """
    if not all(-1 <= correlation < 1 for correlation in correlations):
        raise ValueError(f"correlations must lie in [-1, 1), not {tuple(correlations)}")
    exact = on_grid(counts)
    one = _measured(exact, closed, tie_width(closed(exact.sum(axis=0))), resamples, seed)
    factors = np.sqrt(2 * (1 - np.array(correlations, np.float64)))[:, None]
    ones = np.ones_like(factors)
    return msgspec.structs.replace(
        one,
        error=factors * one.error,
        freedom=ones * one.freedom,
        acceleration=ones * one.acceleration,
        bootstrap=factors * one.bootstrap,
    )


def smallest_difference(found: Spread, *, power: float = 0.8, level: float = 0.05) -> Floats:
    """The smallest true difference that this many documents show with the wished power.

    In the shape of ``found.error``. NaN where there are too few documents, or where nothing
    varies: then nothing is known of the spread. Raises ValueError unless 0 < ``level`` < 1 and
    ``level`` / 2 < ``power`` < 1.
    """
    _check(power, level)
    known = _known(found)
    factors = np.full(known.shape, np.nan)
    for place in np.argwhere(known):
        factors[tuple(place)] = _factor(float(found.freedom[tuple(place)]), power, level)
    return factors * found.error


def documents_needed(
    found: Spread, difference: float | Floats, *, power: float = 0.8, level: float = 0.05
) -> Floats:
    """How many documents show a true difference of this size with the wished power.

    ``difference``, above 0, broadcasts against ``found.error``; so does the result, of whole
    numbers, at least ``TOO_FEW``. The error shrinks with the square root of the documents, and
    the freedom grows with their number. NaN where ``smallest_difference`` is, infinite beyond
    ``MOST_DOCUMENTS``. Raises ValueError as it does, and where a difference is not above 0.
    """
    _check(power, level)
    if not (np.asarray(difference) > 0).all():
        raise ValueError("a wished difference must be above 0")
    known, error, freedom, wished = np.broadcast_arrays(
        _known(found), found.error, found.freedom, np.asarray(difference, np.float64)
    )
    needed = np.full(known.shape, np.nan)
    for place in map(tuple, np.argwhere(known)):
        needed[place] = _search(
            float(error[place]) * math.sqrt(found.documents),
            float(freedom[place]) / found.documents,
            float(wished[place]),
            power,
            level,
        )
    return needed


def _measured(counts: Floats, closed: Closed, ties: Floats, resamples: int, seed: int) -> Spread:
    point = closed(counts.sum(axis=0))
    documents = len(counts)
    if too_few(documents) is not None:
        nothing = np.full(point.shape, np.nan)
        return Spread(nothing, nothing, nothing, nothing, documents)
    sampled = closed(grid_resampled(counts, resamples, seed))
    return spread(counts, closed, point, sampled, ties)


def _known(found: Spread) -> NDArray[np.bool_]:
    known: NDArray[np.bool_] = np.asarray(found.error) > 0
    return known


def _check(power: float, level: float) -> None:
    if not 0 < level / 2 < 0.5:
        raise ValueError(f"level must be between 0 and 1, not {level}")
    if not level / 2 < power < 1:
        raise ValueError(f"power must be between half the level and 1, not {power}")


def _factor(freedom: float, power: float, level: float) -> float:
    # Not the quantile of 1 - level / 2, which is 1 for a small level.
    return student_quantile(power, freedom) - student_quantile(level / 2, freedom)


def _search(
    error_of_one: float, freedom_of_one: float, wished: float, power: float, level: float
) -> float:
    """By bisection: the difference shown falls with every document added."""

    def shows(documents: int) -> bool:
        factor = _factor(freedom_of_one * documents, power, level)
        return factor * error_of_one / math.sqrt(documents) <= wished

    if not shows(MOST_DOCUMENTS):
        return math.inf
    low, high = TOO_FEW - 1, MOST_DOCUMENTS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return float(high)
