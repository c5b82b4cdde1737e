"""The best choice where gold is optional or accepts other answers; what wrong predictions cost."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.alignment.align import align
from goldwire.evaluate.alignment.pairs import BOTH, BOUNDARY, OVERLAP, TYPE
from goldwire.evaluate.alignment.prepare import Prepared, prepare
from goldwire.evaluate.alignment.settle import _best_of_few, _best_of_many
from goldwire.evaluate.counts import SpanCounts, count_spans
from goldwire.evaluate.tables import Labels, SpansBuilder

Span = tuple[int, int]
Answer = tuple[Span, str]


class GoldItem(NamedTuple):
    own: Answer
    optional: bool
    other: Answer | None


spans = st.tuples(st.integers(0, 8), st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1]))
answers = st.tuples(spans, st.sampled_from("AB"))
golds = st.lists(
    st.builds(GoldItem, answers, st.booleans(), st.none() | answers),
    max_size=4,
    unique_by=lambda item: item.own,
)
guesses = st.lists(answers, max_size=4, unique=True)


def ready_of(gold: list[GoldItem], predicted: list[Answer]) -> Prepared:
    labels = Labels("AB")
    one, other = SpansBuilder(labels), SpansBuilder(labels)
    for item in gold:
        accepted = [([item.other[0]], item.other[1])] if item.other else []
        span, label = item.own
        one.add(0, [span], label, optional=item.optional, accepted=accepted)
    for span, label in predicted:
        other.add(0, [span], label)
    return prepare(one.table(1), other.table(1))


def counted(gold: list[GoldItem], predicted: list[Answer]) -> SpanCounts:
    ready = ready_of(gold, predicted)
    return count_spans(ready.gold, ready.predicted, align(ready.gold, ready.predicted))


def kind_of(answer: Answer, predicted: Answer) -> int:
    (start, end), label = answer
    (low, high), other = predicted
    if min(end, high) <= max(start, low):
        return 0
    if (start, end) == (low, high):
        return BOTH if label == other else BOUNDARY
    return TYPE if label == other else OVERLAP


def best_kind(item: GoldItem, predicted: Answer) -> int:
    return max(kind_of(answer, predicted) for answer in (item.own, item.other) if answer)


def quality(grades: list[tuple[int, bool]]) -> tuple[int, ...]:
    found = Counter(grades)
    return tuple(
        found[kind, counts] for kind in (BOTH, BOUNDARY, TYPE, OVERLAP) for counts in (True, False)
    )


@settings(max_examples=400, deadline=None)
@given(golds, guesses)
def test_no_choice_is_better_of_each_kind_first_what_counts(
    gold: list[GoldItem], predicted: list[Answer]
) -> None:
    ready = ready_of(gold, predicted)
    pairs = align(ready.gold, ready.predicted).pairs
    found = quality(
        [
            (kind, not ready.gold.optional[row])
            for kind, row in zip(pairs.kind.tolist(), pairs.gold.tolist(), strict=True)
        ]
    )
    best: tuple[int, ...] = (0,) * 8
    slots: list[Answer | None] = [*predicted, *[None] * len(gold)]
    for order in set(permutations(slots, len(gold))):
        met = [(item, guess) for item, guess in zip(gold, order, strict=True) if guess]
        kinds = [(best_kind(item, guess), not item.optional) for item, guess in met]
        best = max(best, quality([each for each in kinds if each[0]]))
    assert found == best


@settings(max_examples=200, deadline=None)
@given(golds, guesses)
def test_large_groups_are_solved_as_well_as_small_ones(
    gold: list[GoldItem], predicted: list[Answer]
) -> None:
    from goldwire.evaluate.alignment import settle

    ready = ready_of(gold, predicted)
    nearby = align(ready.gold, ready.predicted).nearby
    pairs = nearby.take(settle._canonical(ready.gold, ready.predicted, nearby))
    golds_, guesses_ = pairs.gold.tolist(), pairs.predicted.tolist()
    worth = settle._worth(ready.gold, pairs).tolist()
    for rows in settle._groups(golds_, guesses_):
        few = _best_of_few(rows, golds_, guesses_, worth)
        assert few is not None
        many = _best_of_many(ready.gold, pairs, rows)
        assert sum(worth[row] for row in few) == sum(worth[row] for row in many)


def precision(counts: SpanCounts, criterion: str) -> Fraction:
    """Precision, 0 without a prediction that counts."""
    if criterion == "partial":
        return (precision(counts, "exact") + precision(counts, "overlap")) / 2
    _, of_predicted = counts.pairs[criterion]
    claimed = int(counts.predicted.sum())
    return Fraction(int(of_predicted.sum()), claimed) if claimed else Fraction(0)


@settings(max_examples=600, deadline=None)
@given(golds, guesses, answers)
def test_what_is_wrong_never_raises_precision(
    gold: list[GoldItem], predicted: list[Answer], more: Answer
) -> None:
    if more in predicted:
        return
    kinds = {best_kind(item, more) for item in gold}
    before, after = counted(gold, predicted), counted(gold, [*predicted, more])
    if BOTH not in kinds:
        assert precision(after, "strict") <= precision(before, "strict")
    if not kinds & {BOTH, BOUNDARY}:
        assert precision(after, "exact") <= precision(before, "exact")
    if not any(kinds):
        for criterion in ("partial", "type", "iou", "head"):
            assert precision(after, criterion) <= precision(before, criterion), criterion
