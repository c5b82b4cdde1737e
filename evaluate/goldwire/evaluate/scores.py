"""Closed forms: from sums of counts to precision, recall, and F1.

An undefined ratio is ``None``: precision without predictions, recall without gold, F1 without
both. With one of the two, F1 is 0: every item there is missed, or is a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

__all__ = ["Score", "macro", "ratio", "score_of"]


class Score(Struct, frozen=True):
    """Precision, recall, and F1 with the counts they are made of."""

    precision: float | None
    recall: float | None
    f1: float | None
    correct: float
    """Credit for matched predictions; a half for a partial match where that is the rule."""
    gold: int
    predicted: int


def ratio(numerator: float, denominator: float) -> float | None:
    """The quotient, or ``None`` where it is undefined."""
    return numerator / denominator if denominator else None


def score_of(gold: int, predicted: int, correct: float, correct_gold: float | None = None) -> Score:
    """P = correct / predicted, R = correct / gold, F1 = 2PR / (P + R).

    ``correct_gold`` is the credit seen from the gold side, where types may differ in a pair
    and the two sides of one type do not count the same pairs.
    """
    found = correct if correct_gold is None else correct_gold
    precision, recall = ratio(correct, predicted), ratio(found, gold)
    return Score(precision, recall, _f1(precision, recall), correct, gold, predicted)


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None and recall is None:
        return None
    if not precision or not recall:
        return 0.0
    return 2 * precision * recall / (precision + recall)


def macro(scores: Sequence[Score], *, over_union: bool = False) -> Score | None:
    """Unweighted means over types: those with gold, or those with gold or predictions.

    ``None`` where there is no such type. An undefined ratio of a type counts as 0.
    """
    chosen = [s for s in scores if s.gold or (over_union and s.predicted)]
    if not chosen:
        return None
    size = len(chosen)
    return Score(
        sum(s.precision or 0.0 for s in chosen) / size,
        sum(s.recall or 0.0 for s in chosen) / size,
        sum(s.f1 or 0.0 for s in chosen) / size,
        sum(s.correct for s in chosen),
        sum(s.gold for s in chosen),
        sum(s.predicted for s in chosen),
    )
