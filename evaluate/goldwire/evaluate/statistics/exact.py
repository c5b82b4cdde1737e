"""Counts on a grid on which float64 adds without rounding, so that no sum depends on its order.

A matrix product adds in an order that hangs on the number of threads, on the blocks, and on the
columns beside. Where every partial sum is representable, the order changes nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.forms import Floats

__all__ = ["on_grid"]

_BITS = 52
"""Whole numbers up to 2 ** 53 are exact in float64; one bit is left for what rounding adds."""


def on_grid(counts: NDArray[Any]) -> Floats:
    """Counts rounded, column by column, to multiples of a power of two fine enough to add exactly.

    Shape ``(documents, columns)`` in and out. Every sum in which the documents weigh no more
    than ``documents`` in all, by whole numbers, is then exact in float64, in any order.
    Whole numbers and halves stay as they are unless their sums are beyond 2 ** 52; a fraction
    moves by at most ``documents`` · 2 ** -52 of the column's largest entry: by 10 ** -13 of it
    with 500 documents, by 10 ** -11 with 50,000. A column does not depend on those beside it.

    Raises ValueError where ``counts`` is not a matrix, or where a sum would not be finite.
    """
    table = np.asarray(counts, np.float64)
    if table.ndim != 2:
        raise ValueError(f"counts must have shape (documents, columns), not {table.shape}")
    if not table.size:
        return table
    with np.errstate(over="ignore"):
        largest = np.abs(table).max(axis=0) * len(table)
    if not np.isfinite(largest).all():
        raise ValueError("counts and their sums must be finite")
    # A sum is below 2 ** exponent.
    exponent = np.frexp(largest)[1]
    rounded: Floats = np.ldexp(np.rint(np.ldexp(table, _BITS - exponent)), exponent - _BITS)
    return rounded
