"""Two systems on the same documents: is their difference more than chance?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..metrics.forms import Floats
from .bootstrap import CELLS, RESAMPLES, Closed, grid_resampled
from .exact import on_grid
from .intervals import Method, check_options, interval, too_few
from .quantiles import normal_quantile, student_cdf
from .spread import Spread, spread, tie_width

__all__ = ["Comparison", "compare", "difference_of", "holm", "side_by_side"]


class Comparison(Struct, frozen=True):
    """Differences, first system minus second; every array has shape ``(values,)``.

    ``p_randomisation`` and ``p_bootstrap`` are two-sided. ``undefined`` is the share of
    bootstrap resamples in which the difference is undefined; they are left out. ``exact`` says
    that all swaps were enumerated. ``reason`` says why there is no comparison; everything but
    ``difference`` is NaN then.
    """

    difference: Floats
    low: Floats
    high: Floats
    p_randomisation: Floats
    p_bootstrap: Floats
    undefined: Floats
    exact: bool
    reason: str | None = None

    @property
    def distinguishable(self) -> NDArray[np.bool_]:
        """False where the interval of the difference covers zero, or where there is none."""
        apart: NDArray[np.bool_] = (self.low > 0) | (self.high < 0)
        return apart


def compare(
    counts_a: NDArray[Any],
    counts_b: NDArray[Any],
    closed: Closed,
    *,
    method: Method = "bca",
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int,
) -> Comparison:
    """Compare two systems by the values of a closed form: ``closed(A) - closed(B)``.

    Both counts have shape ``(documents, columns)``, row i of both the same document.

    - The interval is that of ``intervals``, both systems resampled with the same weights.
    - ``p_bootstrap`` (after Koehn 2004, two-sided): twice the smaller share of resampled
      differences on or beyond either side of zero, (1 + count) / (1 + resamples), at most 1;
      then widened for small samples as the interval is, without which it rejects true null
      hypotheses twice too often on ten documents. Whatever ``method`` is, it is one minus the
      confidence at which the percentile interval touches zero.
    - ``p_randomisation`` (approximate randomisation, Noreen 1989): each document's counts change
      sides with probability 1/2; (1 + #{|d*| >= |d|}) / (1 + resamples). Where all 2ⁿ swaps are
      no more than ``resamples``, they are enumerated and the share is exact. A swap that leaves
      a value undefined counts as one that is as extreme: p is never too small by it.

    NaN where the difference is undefined: where either value is.

    Raises ValueError where the shapes differ, and for what ``intervals`` refuses.
    """
    check_options(method, confidence)
    counts, both = side_by_side(counts_a, counts_b), difference_of(closed)
    documents, width = len(counts), counts.shape[1] // 2
    total = counts.sum(axis=0)
    difference = both(total)
    if (reason := too_few(documents)) is not None:
        nothing = np.full(difference.shape, np.nan)
        return Comparison(
            difference, nothing, nothing, nothing, nothing, nothing, exact=False, reason=reason
        )
    ties = tie_width(closed(total[:width]), closed(total[width:]))
    sampled = both(grid_resampled(counts, resamples, seed))
    found = spread(counts, both, difference, sampled, ties)
    ends = interval(difference, sampled, found, ties, method, confidence)
    return Comparison(
        difference,
        ends.low,
        ends.high,
        _randomisation(counts, both, difference, ties, resamples, seed),
        _sign_changes(difference, sampled, ties, found),
        ends.undefined,
        exact=_enumerable(documents, resamples),
    )


def holm(p: NDArray[Any]) -> Floats:
    """p-values adjusted for being a family of comparisons, step-down (Holm 1979); same shape.

    Sorted ascending, the i-th of m becomes the largest of (m - j + 1) p_j over j <= i, at most
    1. NaN stays NaN and is no member of the family.
    """
    family = np.asarray(p, np.float64)
    adjusted = family.ravel().copy()
    known = np.flatnonzero(~np.isnan(adjusted))
    order = known[np.argsort(adjusted[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * adjusted[order]), 1)
    return adjusted.reshape(family.shape)


def side_by_side(counts_a: NDArray[Any], counts_b: NDArray[Any]) -> Floats:
    """Counts of two systems on one grid: ``(documents, 2 columns)``, the first system's first."""
    first, second = np.asarray(counts_a), np.asarray(counts_b)
    if first.shape != second.shape:
        raise ValueError(
            f"both systems need the same documents and columns: {first.shape} and {second.shape}"
        )
    return np.hstack(np.split(on_grid(np.concatenate([first, second])), 2))


def difference_of(closed: Closed) -> Closed:
    """The closed form of the difference, over sums of two systems side by side."""

    def both(sums: Floats) -> Floats:
        width = sums.shape[-1] // 2
        return closed(sums[..., :width]) - closed(sums[..., width:])

    return both


def _sign_changes(difference: Floats, sampled: Floats, ties: Floats, found: Spread) -> Floats:
    """Twice the smaller share of resampled differences beyond zero, widened: ``(values,)``."""
    valid = np.count_nonzero(~np.isnan(sampled), axis=0)
    fewer = np.minimum(
        np.count_nonzero(sampled <= ties, axis=0), np.count_nonzero(sampled >= -ties, axis=0)
    )
    shares = np.minimum((1 + fewer) / (1 + valid), 0.5)
    p = [
        np.nan
        if np.isnan(widening)
        else 2 * student_cdf(normal_quantile(share) / widening, freedom)
        for share, widening, freedom in zip(shares, found.widening, found.freedom, strict=True)
    ]
    return np.where(np.isnan(difference), np.nan, p)


def _randomisation(
    counts: Floats, both: Closed, difference: Floats, ties: Floats, resamples: int, seed: int
) -> Floats:
    """The share of swaps whose difference is at least as large as the one found."""
    documents, width = len(counts), counts.shape[1] // 2
    total = counts.sum(axis=0)
    # A swap moves the second system's surplus to the first, and takes it from the second.
    surplus = counts[:, width:] - counts[:, :width]
    extreme = np.zeros(len(difference), np.int64)
    for swapped in _swaps(documents, resamples, seed):
        moved = swapped @ surplus
        shuffled = both(np.hstack([total[:width] + moved, total[width:] - moved]))
        # "Not smaller" rather than "larger or equal": it holds for NaN, too.
        extreme += np.count_nonzero(~(np.abs(shuffled) < np.abs(difference) - ties), axis=0)
    if _enumerable(documents, resamples):
        p = extreme / 2**documents
    else:
        p = (1 + extreme) / (1 + resamples)
    return np.where(np.isnan(difference), np.nan, p)


def _enumerable(documents: int, resamples: int) -> bool:
    return 1 << documents <= resamples


def _swaps(documents: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Blocks ``(swaps, documents)`` of zeros and ones: all there are, or as many as wanted."""
    block = max(1, CELLS // documents)
    if _enumerable(documents, resamples):
        for first in range(0, 2**documents, block):
            numbers = np.arange(first, min(first + block, 2**documents))
            yield (numbers[:, None] >> np.arange(documents) & 1).astype(np.float64)
        return
    # A stream of its own: swaps must not follow the bootstrap's draws.
    chance = np.random.PCG64([seed, 1])
    words = -(-documents // 64)
    for first in range(0, resamples, block):
        rows = min(block, resamples - first)
        raw = chance.random_raw(rows * words).astype("<u8").view(np.uint8)
        bits = np.unpackbits(raw.reshape(rows, -1), axis=1, count=documents, bitorder="little")
        yield bits.astype(np.float64)
