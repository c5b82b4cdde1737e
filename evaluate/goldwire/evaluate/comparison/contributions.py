"""Where a difference between two systems arises: what each document, or each type, contributes."""

from __future__ import annotations

import numpy as np

from ..metrics.forms import Floats
from ..scores import Closed

__all__ = ["contributions"]

_DIGITS = 12
"""Decimals that are kept: beyond are those that the order of sums decides."""


def contributions(one: Floats, other: Floats, closed: Closed) -> Floats:
    """How much of ``closed(sum of one) - closed(sum of other)`` each row makes: shape ``(rows,)``.

    Both counts have shape ``(rows, columns)``; ``closed`` maps sums ``(..., columns)`` to values
    ``(...,)``. With A and B the sums, and a and b the counts of a row, it is the mean of
    f(A) - f(A - a + b) and f(B - b + a) - f(B): what the difference loses when both systems have
    the same output there. It is 0 where a = b, changes its sign when the systems change places,
    and adds up to the difference for a linear f. NaN where a value is undefined.
    """
    total, other_total = one.sum(axis=0), other.sum(axis=0)
    moved = other - one
    gained = closed(total) - closed(total + moved)
    lost = closed(other_total - moved) - closed(other_total)
    # What rounding leaves is none: it would put documents in an order that means nothing. Added
    # to 0, a negative zero loses its sign.
    found: Floats = np.round((gained + lost) / 2, _DIGITS) + 0.0
    found[~moved.any(axis=1)] = 0.0
    return found
