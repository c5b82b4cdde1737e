"""The span scores of spaCy 3.8.18: ``Scorer.score_spans`` over documents of one tokenisation.

Spans are compared as sets of (label, start, end), or of (start, end) where labels do not count.
Before that the peer carries the predictions over to the gold tokens one by one: unless overlap
is allowed, tokens that an earlier prediction has taken are cut off, and what has lost its first
or last token is dropped (``Example.get_aligned_spans_x2y``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import index
from typing import Any

import numpy as np
from msgspec import Struct

from ..metrics.forms import Floats
from .given import check_lists, reading

__all__ = ["DEVIATIONS", "SpacyScore", "SpacyScores", "spacy_ratios", "spacy_spans"]

Span = Sequence[Any]
"""Start, end, exclusive, in tokens, and label."""

DEVIATIONS: dict[str, str] = {
    "overlapping predictions are dropped": (
        "With allow_overlap=False, the default, a prediction that shares its first or last token "
        "with an earlier one is neither right nor wrong: precision rises, recall falls, and a "
        "perfect nested prediction is not perfect; ours counts every prediction."
    ),
    "order decides what is dropped": (
        "Which of two overlapping predictions is dropped depends on the order of the list; no "
        "score of ours does."
    ),
    "undefined is 0": (
        "Precision without predictions and recall without gold are 0, and everything is None "
        "where there is neither; ours leaves each undefined ratio undefined."
    ),
}
"""What spaCy does and what the evaluator of this package does instead."""

_TINY = 1e-100
"""Added to every denominator by the peer."""


class SpacyScore(Struct, frozen=True):
    """Precision, recall, and F1; ``None`` where there is neither gold nor a prediction."""

    p: float | None
    r: float | None
    f: float | None


class SpacyScores(Struct, frozen=True):
    """The total, and the types of either side in alphabetical order.

    ``per_type`` is ``None`` without labels, and where there is neither gold nor a prediction.
    """

    total: SpacyScore
    per_type: dict[str, SpacyScore] | None


def spacy_spans(
    gold: Sequence[Sequence[Span]],
    predicted: Sequence[Sequence[Span]],
    *,
    labeled: bool = True,
    allow_overlap: bool = False,
) -> SpacyScores:
    """Score spans as ``Scorer.score_spans`` does: for each document a list of [start, end, label].

    spaCy 3.8.18. Offsets are tokens, ends exclusive; gold and predictions share their tokens.
    All that ``DEVIATIONS`` names is reproduced: overlapping predictions dropped in the order of
    the list, and 0 for what is undefined. Raises ``InputError`` where the numbers of documents
    differ.
    """
    hits: Counter[str] = Counter()
    guesses: Counter[str] = Counter()
    golds: Counter[str] = Counter()
    total = np.zeros(4, np.int64)
    labels: set[str] = set()
    for one, other, raw in _documents(gold, predicted, labeled, allow_overlap):
        total += _row(one, other)
        if labeled:
            labels.update(label for label, _, _ in one)
            labels.update(str(label) for _, _, label in raw)
            for counter, spans in ((hits, one & other), (guesses, other), (golds, one)):
                counter.update(label for label, _, _ in spans)
    correct, guessed, _, true = total.tolist()
    if not guessed + true:
        return SpacyScores(SpacyScore(None, None, None), None)
    types = {name: _score(hits[name], guesses[name], golds[name]) for name in sorted(labels)}
    return SpacyScores(_score(correct, guessed, true), types if labeled else None)


def spacy_ratios(
    gold: Sequence[Sequence[Span]],
    predicted: Sequence[Sequence[Span]],
    *,
    labeled: bool = True,
    allow_overlap: bool = False,
) -> Floats:
    """The ratios behind the total document by document, shape ``(documents, 4)``; they add."""
    rows = [
        _row(one, other) for one, other, _ in _documents(gold, predicted, labeled, allow_overlap)
    ]
    return np.array(rows, np.float64).reshape(-1, 4)


Keys = set[tuple[str, int, int]]


def _documents(
    gold: Sequence[Sequence[Span]],
    predicted: Sequence[Sequence[Span]],
    labeled: bool,
    allow_overlap: bool,
) -> Iterator[tuple[Keys, Keys, Sequence[Span]]]:
    """The sets to compare, gold and predicted, and the predictions as they were given."""
    check_lists(gold, predicted, "documents", "spans")
    for number, (one, other) in enumerate(zip(gold, predicted, strict=True), start=1):
        with reading(f"a span of document {number}", '[start, end, label], such as [4, 5, "ORG"]'):
            kept = _kept(other, allow_overlap)
            sides = _keys(one, labeled), _keys(kept, labeled)
        yield *sides, other


def _keys(spans: Iterable[Span], labeled: bool) -> Keys:
    return {
        (str(label) if labeled else "", index(start), index(end)) for start, end, label in spans
    }


def _kept(spans: Sequence[Span], allow_overlap: bool) -> list[Span]:
    """The predictions that survive the peer's alignment, in their order."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in spans:
        start, end, _ = span
        start, end = index(start), index(end)
        if start >= end:
            continue
        if not allow_overlap:
            if start in taken or end - 1 in taken:
                continue
            taken.update(range(start, end))
        kept.append(span)
    return kept


def _row(gold: Keys, predicted: Keys) -> tuple[int, int, int, int]:
    correct = len(gold & predicted)
    return correct, len(predicted), correct, len(gold)


def _score(correct: int, predicted: int, gold: int) -> SpacyScore:
    precision, recall = correct / (predicted + _TINY), correct / (gold + _TINY)
    return SpacyScore(precision, recall, 2 * (precision * recall / (precision + recall + _TINY)))
