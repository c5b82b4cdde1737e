"""Closed forms: from sums of counts to precision, recall, and F1, over any leading axes.

Most metrics are two ratios. Their counts are kept as *ratios*: arrays whose last axis holds

0. the numerator of precision, 1. its denominator, 2. the numerator of recall, 3. its denominator.

Ratios of documents add; a score is a closed form over the sum. One call scores one corpus or
ten thousand resamples of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "f1", "precision_recall_f1"]

Floats = NDArray[np.float64]


def precision_recall_f1(sums: NDArray[Any]) -> Floats:
    """Precision, recall, and F1 of summed ratios: shape ``(..., 4)`` to ``(..., 3)``.

    P = s₀ / s₁, R = s₂ / s₃, F1 = 2PR / (P + R) (van Rijsbergen 1979). NaN stands for undefined:
    P without a denominator, R without one, F1 without both; with one of the two, F1 is 0.
    """
    over, under = sums[..., [0, 2]], sums[..., [1, 3]]
    shares = np.full(over.shape, np.nan)
    np.divide(over, under, out=shares, where=under > 0)
    return np.concatenate([shares, f1(shares[..., 0], shares[..., 1])[..., None]], axis=-1)


def f1(precision: Floats, recall: Floats) -> Floats:
    """The harmonic mean; NaN where both are undefined, 0 where one is, or where both are 0."""
    one, other = np.nan_to_num(precision), np.nan_to_num(recall)
    total = one + other
    mean = np.zeros(np.shape(total))
    np.divide(2 * one * other, total, out=mean, where=total > 0)
    return np.where(np.isnan(precision) & np.isnan(recall), np.nan, mean)
