"""The event scores of OmniEvent (THU-KEG/OmniEvent, ``f1_score_overall`` at ec72e72).

Lists are compared, not sets: each prediction uses up one equal gold item, so repeated items count
as often as they stand there (Peng et al. 2023, "The Devil is in the Details: On the Pitfalls of
Event Extraction Evaluation"). Items are (document, type, trigger) and (document, type, argument,
role).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from ..metrics.forms import Floats
from .given import check_lists
from .textee import ITEMS, Event, plain_events

__all__ = ["DEVIATIONS", "METRICS", "OmniEventScore", "omnievent", "omnievent_ratios"]

DEVIATIONS: dict[str, str] = {
    "duplicates count": (
        "A repeated prediction is one hit and one false alarm, and an argument that two events of "
        "one type share is two items; ours collapses exact duplicates and reports how many."
    ),
    "perfect is below 1": (
        "1e-10 is added to every denominator, so a perfect score is 1 − 10⁻¹⁰ over the number of "
        "items, and an undefined one is 0; ours divides, and leaves undefined what is."
    ),
    "the trigger is not part of an argument": (
        "An argument on the wrong event of the right type is right; ours reports attached "
        "arguments beside these."
    ),
}
"""What OmniEvent does and what the evaluator of this package does instead."""

METRICS: dict[str, str] = {
    "trigger_cls_multiset": "trigger_cls",
    "argument_cls_multiset": "argument_cls",
}
"""The two metrics by the items of TextEE that they compare."""

_TINY = 1e-10
"""Added to every denominator by the peer."""


class OmniEventScore(Struct, frozen=True):
    """Precision, recall, and F1 of one metric, with the peer's tiny summand."""

    precision: float
    recall: float
    f1: float


def omnievent(
    gold: Sequence[Sequence[Event]], predicted: Sequence[Sequence[Event]]
) -> dict[str, OmniEventScore]:
    """Score events as OmniEvent's ``f1_score_overall`` does: one list of events a document.

    All that ``DEVIATIONS`` names is reproduced: duplicates, the tiny summand, and arguments
    without their trigger. Raises ``InputError`` where the numbers of documents differ.
    """
    scores = {}
    for name, ratios in omnievent_ratios(gold, predicted).items():
        matched, guessed, _, true = ratios.sum(axis=0).tolist()
        precision, recall = matched / (guessed + _TINY), matched / (true + _TINY)
        f1 = 2 * precision * recall / (precision + recall + _TINY)
        scores[name] = OmniEventScore(precision, recall, f1)
    return scores


def omnievent_ratios(
    gold: Sequence[Sequence[Event]], predicted: Sequence[Sequence[Event]]
) -> dict[str, Floats]:
    """For each metric the ratios document by document, shape ``(documents, 4)``; they add."""
    check_lists(gold, predicted, "documents", "events")
    ratios = {name: np.zeros((len(gold), 4)) for name in METRICS}
    for row, (one, other) in enumerate(zip(*map(plain_events, (gold, predicted)), strict=True)):
        for name, kind in METRICS.items():
            true = Counter(item for event in one for item in ITEMS[kind](event))
            guessed = Counter(item for event in other for item in ITEMS[kind](event))
            matched = (true & guessed).total()
            ratios[name][row] = matched, guessed.total(), matched, true.total()
    return ratios
