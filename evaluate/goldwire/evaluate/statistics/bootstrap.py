"""The bootstrap over documents: sums of counts over documents drawn with replacement.

Efron (1979); Efron and Tibshirani, An Introduction to the Bootstrap (1993). A resample is a row
of weights, how often each document was drawn; weights times counts are its sums, and a closed
form makes a value of them. Nothing is scored again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.forms import Floats
from .exact import on_grid

__all__ = ["CELLS", "RESAMPLES", "Closed", "grid_resampled", "resampled"]

Closed = Callable[[Floats], Floats]
"""A closed form: sums of shape ``(..., columns)`` to values ``(..., values)``, NaN undefined."""

RESAMPLES = 10_000

CELLS = 2**22
"""Entries of a block of weights; bounds memory at 32 MB."""


def resampled(counts: NDArray[Any], *, resamples: int = RESAMPLES, seed: int) -> Floats:
    """Sums over documents drawn with replacement: shape ``(resamples, columns)``.

    ``counts`` has shape ``(documents, columns)``. Row i stands for document i: give the documents
    in an order that does not hang on how they were read, such as by id. The weights depend on
    the seed, the number of documents, and the number of the resample alone (PCG64), never on the
    counts: two systems on the same documents meet the same resamples, and a further column
    changes no other. Sums are exact (see ``on_grid``), so neither threads nor blocks change them.

    Raises ValueError where ``counts`` is not a finite matrix or ``resamples`` is below 1.
    """
    return grid_resampled(on_grid(counts), resamples, seed)


def grid_resampled(counts: Floats, resamples: int, seed: int) -> Floats:
    """``resampled`` for counts that are on a grid already."""
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}")
    documents = len(counts)
    sums = np.zeros((resamples, counts.shape[1]))
    if not documents:
        return sums
    chance = np.random.Generator(np.random.PCG64(seed))
    block = min(max(1, CELLS // documents), resamples)
    weights = np.empty((block, documents))
    for first in range(0, resamples, block):
        rows = weights[: min(block, resamples - first)]
        for row in rows:
            # One by one: the draws of one resample stay in the cache.
            drawn = chance.integers(0, documents, size=documents)
            row[:] = np.bincount(drawn, minlength=documents)
        np.matmul(rows, counts, out=sums[first : first + len(rows)])
    return sums
