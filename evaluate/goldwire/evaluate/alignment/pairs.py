"""Pairs of gold and predicted items, as columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["BOTH", "BOUNDARY", "OVERLAP", "TYPE", "Pairs", "joined_pairs", "no_pairs"]

BOTH, BOUNDARY, TYPE, OVERLAP = 4, 3, 2, 1
"""Kinds of pairs: equal spans and type, equal spans, overlap with equal type, overlap."""


class Pairs(Struct, frozen=True):
    """Pairs of a gold row and a predicted row; every array has shape ``(pairs,)``.

    ``overlap`` counts the characters that both cover. ``answer`` is the row of the variant that
    was met, −1 where it was the gold item itself.
    """

    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    kind: NDArray[np.int64]
    overlap: NDArray[np.int64]
    answer: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.gold)

    def take(self, rows: NDArray[Any]) -> Pairs:
        """Some of the pairs: a mask, or row numbers."""
        index = np.flatnonzero(rows) if rows.dtype == bool else rows  # one look at the mask
        return Pairs(
            self.gold.take(index),
            self.predicted.take(index),
            self.kind.take(index),
            self.overlap.take(index),
            self.answer.take(index),
        )


def joined_pairs(*parts: Pairs) -> Pairs:
    return Pairs(
        np.concatenate([part.gold for part in parts]),
        np.concatenate([part.predicted for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.overlap for part in parts]),
        np.concatenate([part.answer for part in parts]),
    )


def no_pairs() -> Pairs:
    nothing = np.zeros(0, np.int64)
    return Pairs(nothing, nothing, nothing, nothing, nothing)
