"""The equi-join of two columns: which rows of one meet which rows of the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ints", "join", "spread"]

Ints = NDArray[np.int64]


def join(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs of rows with equal keys: two arrays of shape ``(pairs,)``.

    In the order of the left rows; for each of them in the order of the right rows.
    """
    order = np.argsort(right, kind="stable")
    keys = right[order]
    first = np.searchsorted(keys, left, side="left")
    counts = np.searchsorted(keys, left, side="right") - first
    rows, places = spread(counts)
    return rows, order[first[rows] + places]


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Each row as often as its count says, and beside it 0, 1, …: shape ``(counts.sum(),)``."""
    rows = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, places
