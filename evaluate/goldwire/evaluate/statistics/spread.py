"""How much a value varies from one sample of documents to another: error, freedom, skewness.

The bootstrap says it by the resampled values, the jackknife by the values without one document
each. Intervals and power stand on both.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from ..metrics.forms import Floats
from .bootstrap import CELLS, Closed

__all__ = ["Spread", "spread", "tie_width"]

_ROUNDING = 1e-12
"""Values that differ by less than this share of their size are the same number, rounded."""


class Spread(Struct, frozen=True):
    """The sampling distribution of values in four numbers; every array has the values' shape.

    ``error`` is the standard error, 0 where the value does not vary, NaN where it is undefined;
    ``freedom`` the degrees of freedom that its estimate is worth, between 1 and ``documents`` - 1;
    ``acceleration`` is Efron's, a sixth of the skewness; ``bootstrap`` the standard deviation of
    the resampled values, which ``error`` is never below.
    """

    error: Floats
    freedom: Floats
    acceleration: Floats
    bootstrap: Floats
    documents: int

    @property
    def widening(self) -> Floats:
        """The error over the bootstrap's own; 1 where nothing varies."""
        ratio = np.ones(np.shape(self.error))
        np.divide(self.error, self.bootstrap, out=ratio, where=self.bootstrap > 0)
        return ratio


def tie_width(*values: Floats) -> Floats:
    """How far two values of this size may lie apart and still be a tie but for rounding."""
    sizes = np.array([np.abs(np.nan_to_num(value)) for value in values])
    width: Floats = _ROUNDING * sizes.max(axis=0)
    return width


def spread(counts: Floats, closed: Closed, point: Floats, sampled: Floats, ties: Floats) -> Spread:
    """Measure the spread of the values ``point`` from their resamples and by the jackknife.

    ``counts`` has shape ``(documents, columns)``, ``sampled`` ``(resamples, values)``; ``ties``
    is the width of a tie by value. With u the mean of the leave-one-out values less each, and n
    documents, at least two:

    - error: the larger of the bootstrap's √(n / (n - 1)) σ* and the jackknife's
      √((n - 1) / n Σ u²). The bootstrap does not see that a long document pulls the sum towards
      itself; the jackknife does, and errs to the wide side (Efron and Stein 1981).
    - freedom: 2n / (κ - 1), at most n - 1, κ the kurtosis of u: what makes the variance of
      Σ u² that of a χ² (Satterthwaite 1946). A few heavy documents leave little freedom.
    - acceleration: Σ u³ / (6 (Σ u²)^{3/2}) (Efron 1987).

    A document without which a value is undefined, and a resample in which it is, are left out.
    """
    documents = len(counts)
    size, mean, square, cube, fourth = _moments(counts, closed, point, ties)
    with np.errstate(invalid="ignore", divide="ignore"):
        jackknife = np.sqrt((documents - 1) * square)
        kurtosis = fourth / square**2
        freedom = 2 * size / (kurtosis - 1)
        acceleration = cube / (6 * square**1.5 * np.sqrt(size))
    # What rounding leaves of equal changes is no variation.
    varies = square > _ROUNDING * (square + mean**2)
    bootstrap = _deviation(point, sampled, ties)
    error = np.maximum(
        np.sqrt(documents / (documents - 1)) * bootstrap, np.where(varies, jackknife, 0)
    )
    return Spread(
        np.where(np.isnan(point), np.nan, error),
        # κ = 1 is a coin's: as sure as can be.
        np.where(varies & (kurtosis > 1), np.clip(freedom, 1, documents - 1), documents - 1.0),
        np.where(varies, acceleration, 0),
        bootstrap,
        documents,
    )


def _moments(
    counts: Floats, closed: Closed, point: Floats, ties: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Of the leave-one-out changes: how many, their mean, and three central moments."""
    total = counts.sum(axis=0)
    block = max(1, CELLS // max(1, counts.shape[1]))
    size, *raw = np.zeros((5, len(point)))
    for first in range(0, len(counts), block):
        change = point - closed(total - counts[first : first + block])
        change[np.abs(change) <= ties] = 0
        known = ~np.isnan(change)
        size += np.count_nonzero(known, axis=0)
        for power, moment in enumerate(raw, 1):
            moment += np.sum(change**power, axis=0, where=known)
    size = np.maximum(size, 1)
    mean, second, third, fourth = (moment / size for moment in raw)
    return (
        size,
        mean,
        second - mean**2,
        third - 3 * mean * second + 2 * mean**3,
        fourth - 4 * mean * third + 6 * mean**2 * second - 3 * mean**4,
    )


def _deviation(point: Floats, sampled: Floats, ties: Floats) -> Floats:
    """The standard deviation of the resampled values that are defined."""
    change = sampled - point
    known = ~np.isnan(change)
    size = np.maximum(np.count_nonzero(known, axis=0), 1)
    mean = np.sum(change, axis=0, where=known) / size
    deviation = np.sqrt(np.sum((change - mean) ** 2, axis=0, where=known) / size)
    return np.where(deviation > ties, deviation, 0.0)
