"""The span scores of this package over plain spans, for files that hold no documents."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ..alignment.align import align
from ..alignment.prepare import prepare
from ..counts import count_spans
from ..scores import Score, macro, score_of
from ..tables import Labels, Spans, SpansBuilder

__all__ = ["OwnScores", "score_spans"]

Typed = tuple[str, int, int]
"""Label, start, and end, exclusive."""


class OwnScores(Struct, frozen=True):
    """The total under a criterion, its macro average over labels with gold, and each label."""

    total: Score
    macro: Score | None
    labels: dict[str, Score]


def score_spans(
    gold: Sequence[Sequence[Typed]],
    predicted: Sequence[Sequence[Typed]],
    criterion: str = "strict",
) -> OwnScores:
    """Score lists of spans, one a document, under a criterion of ``SpanCounts``."""
    labels = Labels()
    one, other = _table(gold, labels), _table(predicted, labels)
    ready = prepare(one, other)
    counts = count_spans(ready.gold, ready.predicted, align(ready.gold, ready.predicted))
    of_gold, of_predicted = (side.sum(axis=0).tolist() for side in counts.pairs[criterion])
    golds, guesses = counts.gold.sum(axis=0).tolist(), counts.predicted.sum(axis=0).tolist()
    each = {
        name: score_of(golds[at], guesses[at], of_predicted[at], of_gold[at])
        for at, name in enumerate(counts.rows.names)
        if golds[at] or guesses[at]
    }
    total = score_of(sum(golds), sum(guesses), sum(of_predicted), sum(of_gold))
    return OwnScores(total, macro(list(each.values())), dict(sorted(each.items())))


def _table(side: Sequence[Sequence[Typed]], labels: Labels) -> Spans:
    builder = SpansBuilder(labels)
    for number, spans in enumerate(side):
        for place, (label, start, end) in enumerate(spans):
            builder.add(number, [(start, end)], label, place=place)
    return builder.table(len(side))
