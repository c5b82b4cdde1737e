"""Confidence intervals of values from per-document counts: percentile and BCa bootstrap.

Both are widened for small samples. The quantiles of the resampled values are too narrow, since
a resample spreads less than a sample does, and since the normal levels take that spread as
known. Hesterberg (2015, "expanded percentile") moves the levels outward by √(n / (n - 1)) and
from the normal to Student's quantile. Here the first factor is the standard error over the
bootstrap's own, and Student's has the degrees of freedom that documents of different sizes
leave (see ``spread``); BCa takes the same levels before its own correction.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..metrics.forms import Floats
from .bootstrap import RESAMPLES, Closed, grid_resampled
from .exact import on_grid
from .quantiles import normal_cdf, normal_quantile, student_quantile
from .spread import Spread, spread, tie_width

__all__ = [
    "TOO_FEW",
    "Intervals",
    "Method",
    "check_options",
    "confidence_words",
    "fewest_resamples",
    "interval",
    "intervals",
    "too_few",
]

Method = Literal["bca", "percentile"]

TOO_FEW = 5
"""Below this many documents there is no interval, only counts."""


class Intervals(Struct, frozen=True):
    """Values with confidence intervals; every array has shape ``(values,)``.

    ``undefined`` is the share of resamples in which the value is undefined; they are left out.
    ``reason`` says why there are no intervals; ``low``, ``high``, and ``undefined`` are NaN then.
    """

    point: Floats
    low: Floats
    high: Floats
    undefined: Floats
    reason: str | None = None


def intervals(
    counts: NDArray[Any],
    closed: Closed,
    *,
    method: Method = "bca",
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int,
) -> Intervals:
    """Bootstrap intervals of the values of a closed form over sums of counts.

    ``counts`` has shape ``(documents, columns)``; ``closed`` maps sums ``(..., columns)`` to
    values ``(..., values)``, NaN for undefined. ``percentile`` takes quantiles of the resampled
    values, ``bca`` corrects their levels for bias and acceleration (Efron 1987), ties counted by
    half; both at levels widened for small samples. Documents are drawn as in ``resampled``.

    A value that does not vary has an interval of no width; one that is undefined has none (NaN).
    The interval always contains the point: where the levels fall on one side of it, as they can
    with strong bias or very few distinct resamples, the nearer end is moved to the point, which
    can only raise the coverage. Below ``TOO_FEW`` documents there is a reason and no interval.

    Raises ValueError for an unknown method, a confidence outside (0, 1), or what ``resampled``
    refuses.
    """
    check_options(method, confidence)
    exact = on_grid(counts)
    point = np.asarray(closed(exact.sum(axis=0)), np.float64)
    if (reason := too_few(len(exact))) is not None:
        nothing = np.full(point.shape, np.nan)
        return Intervals(point, nothing, nothing, nothing, reason)
    sampled = closed(grid_resampled(exact, resamples, seed))
    ties = tie_width(point)
    found = spread(exact, closed, point, sampled, ties)
    return interval(point, sampled, found, ties, method, confidence)


def too_few(documents: int) -> str | None:
    """The reason why so few documents have no interval; None where they have one."""
    if documents >= TOO_FEW:
        return None
    noun = "document" if documents == 1 else "documents"
    return f"{documents} {noun}; an interval needs at least {TOO_FEW}"


def fewest_resamples(confidence: float) -> int:
    """The fewest resamples R with a value at the lower end: (1 - confidence) / 2 · (R + 1) ≥ 1."""
    rounding = 1 - 1e-9  # 1 - 0.95 is a little less than a twentieth
    return max(1, math.ceil(2 / (1 - confidence) * rounding) - 1)


def confidence_words(confidence: float) -> str:
    """A confidence in percent, with all of its digits: only what is certain is 100."""
    return f"{100 * confidence:.13g}"


def check_options(method: str, confidence: float) -> None:
    """Refuse an unknown method and an impossible confidence, by ValueError."""
    if method not in ("bca", "percentile"):
        raise ValueError(f"unknown method {method!r}; known are 'bca' and 'percentile'")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}")


def interval(
    point: Floats,
    sampled: Floats,
    found: Spread,
    ties: Floats,
    method: Method,
    confidence: float,
) -> Intervals:
    """The intervals of values ``(values,)`` from their resamples ``(resamples, values)``.

    ``ties`` is the width of a tie by value.
    """
    reach = _reach(found, confidence)
    if method == "percentile":
        levels = np.array([[normal_cdf(-z), normal_cdf(z)] for z in reach])
    else:
        shares = _shares_below(point, sampled, ties)
        levels = np.array(
            [
                [_corrected(share, push, -z), _corrected(share, push, z)]
                for share, push, z in zip(shares, found.acceleration, reach, strict=True)
            ]
        )
    return _between(point, sampled, levels.reshape(-1, 2))


def _reach(found: Spread, confidence: float) -> Floats:
    """How many of the bootstrap's standard deviations the ends lie from the middle."""
    # Not the quantile of (1 + confidence) / 2, which is 1 where confidence is next to 1.
    quantiles = [-student_quantile((1 - confidence) / 2, freedom) for freedom in found.freedom]
    reach: Floats = np.nan_to_num(np.array(quantiles) * found.widening)
    return reach


def _shares_below(point: Floats, sampled: Floats, ties: Floats) -> Floats:
    """The share of resampled values below the point, ties by half; never quite 0 or 1."""
    valid = np.maximum(np.count_nonzero(~np.isnan(sampled), axis=0), 1)
    below = np.count_nonzero(sampled < point - ties, axis=0)
    tied = np.count_nonzero(np.abs(sampled - point) <= ties, axis=0)
    shares: Floats = np.clip((below + tied / 2) / valid, 0.5 / valid, 1 - 0.5 / valid)
    return shares


def _corrected(share: float, acceleration: float, z: float) -> float:
    """The level Φ(z₀ + (z₀ + z) / (1 - a (z₀ + z))) of Efron (1987), z₀ = Φ⁻¹(share)."""
    bias = normal_quantile(share)
    moved = bias + z
    scale = 1 - acceleration * moved
    # Beyond its pole the correction would turn round; its limit is the outermost level.
    if scale <= 0:
        return float(moved > 0)
    return normal_cdf(bias + moved / scale)


def _between(point: Floats, sampled: Floats, levels: Floats) -> Intervals:
    """The quantiles of the resampled values at levels ``(values, 2)``, made to hold the point.

    The quantile of level p among R values is the one at rank p (R + 1) (Davison and Hinkley
    1997, section 2.3), between two by linear interpolation.
    """
    ordered = np.sort(sampled, axis=0)
    missing = np.isnan(sampled)
    valid = len(sampled) - np.count_nonzero(missing, axis=0)
    last = np.maximum(valid - 1, 0)[:, None]
    rank = np.clip(levels * (valid[:, None] + 1) - 1, 0, last)
    under = rank.astype(np.int64)
    column = np.arange(len(point))[:, None]
    lower, upper = ordered[under, column], ordered[np.minimum(under + 1, last), column]
    ends = lower + (rank - under) * (upper - lower)
    # np.minimum and np.maximum hand on the NaN of an undefined point.
    return Intervals(
        point,
        np.minimum(ends[:, 0], point),
        np.maximum(ends[:, 1], point),
        missing.mean(axis=0),
    )
