"""Scores as records: precision, recall, and F1 with the counts they are made of.

An undefined ratio is ``None``: precision without predictions, recall without gold, F1 without
both. With one of the two, F1 is 0: every item there is missed, or is a false alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .metrics.forms import Floats, precision_recall_f1

__all__ = ["Closed", "Score", "macro", "score_of", "scores_of"]

Closed = Callable[[NDArray[Any]], Floats]
"""A closed form: sums ``(..., columns)`` to precision, recall, and F1 ``(..., 3)``."""


class Score(Struct, frozen=True):
    """Precision, recall, and F1 with the counts they are made of."""

    precision: float | None
    recall: float | None
    f1: float | None
    correct: float
    """Credit for matched predictions; a half for a partial match where that is the rule. Of
    averages over metrics of chains, the similarity of the aligned chains (CEAFe)."""
    gold: int
    predicted: int


def score_of(gold: int, predicted: int, correct: float, correct_gold: float | None = None) -> Score:
    """P = correct / predicted, R = correct / gold, F1 = 2PR / (P + R).

    ``correct_gold`` is the credit seen from the gold side, where types may differ in a pair
    and the two sides of one type do not count the same pairs.
    """
    found = correct if correct_gold is None else correct_gold
    return scores_of(np.array([[correct, predicted, found, gold]]))[0]


def scores_of(sums: NDArray[Any], closed: Closed = precision_recall_f1) -> list[Score]:
    """The scores of rows of summed counts: shape ``(rows, columns)``.

    Of forms that are no plain ratios, the counts that are shown are those of their last ratio.
    """
    values = closed(sums)
    counts = np.rint(sums[:, [-1, -3]]).astype(np.int64)
    # NaN is what does not equal itself: undefined.
    return [
        Score(
            precision if precision == precision else None,
            recall if recall == recall else None,
            f1 if f1 == f1 else None,
            correct,
            gold,
            predicted,
        )
        for (precision, recall, f1), correct, (gold, predicted) in zip(
            values.tolist(), sums[:, -4].tolist(), counts.tolist(), strict=True
        )
    ]


def macro(
    scores: Sequence[Score], *, over_union: bool = False, alike: tuple[Score, int] | None = None
) -> Score | None:
    """Unweighted means over types: those with gold, or those with gold or predictions.

    ``None`` where there is no such type. An undefined ratio of a type counts as 0. ``alike`` is
    the score of so many more types together, each of which counts with the ratios of all.
    """
    chosen = [(s, 1) for s in scores if s.gold or (over_union and s.predicted)]
    if alike is not None:
        chosen.append(alike)
    if not chosen:
        return None
    size = sum(times for _, times in chosen)
    return Score(
        sum(times * (s.precision or 0.0) for s, times in chosen) / size,
        sum(times * (s.recall or 0.0) for s, times in chosen) / size,
        sum(times * (s.f1 or 0.0) for s, times in chosen) / size,
        sum(s.correct for s, _ in chosen),
        sum(s.gold for s, _ in chosen),
        sum(s.predicted for s, _ in chosen),
    )
