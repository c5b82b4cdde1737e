"""spaCy 3.8.18's span scores, case by case, and what overlap does to them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.alignment.align import align
from goldwire.evaluate.alignment.prepare import prepare
from goldwire.evaluate.compat.spacy import DEVIATIONS, SpacyScore, spacy_ratios, spacy_spans
from goldwire.evaluate.counts import count_spans
from goldwire.evaluate.metrics.forms import precision_recall_f1
from goldwire.evaluate.scores import Score, score_of
from goldwire.evaluate.tables import Labels, SpansBuilder
from goldwire.schema.errors import InputError
from tests.shared import recorded

Document = list[tuple[int, int, str]]


def as_dict(score: SpacyScore) -> dict[str, float | None]:
    return {"p": score.p, "r": score.r, "f": score.f}


@pytest.mark.parametrize("case", recorded("spans_random.json"))
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("spacy_labeled_overlap", {"allow_overlap": True}),
        ("spacy_unlabeled_overlap", {"labeled": False, "allow_overlap": True}),
        ("spacy_labeled_no_overlap", {}),
    ],
)
def test_scores_equal_the_peers(name: str, options: dict[str, bool], case: dict[str, Any]) -> None:
    gold, predicted = ([d[side] for d in case["docs"]] for side in ("gold", "pred"))
    scores = spacy_spans(gold, predicted, **options)
    expected = case["expected"][name]
    wanted = {key: expected[f"sc_{key}"] for key in ("p", "r", "f")}
    assert as_dict(scores.total) == pytest.approx(wanted, abs=1e-12)
    types = expected.get("sc_per_type")
    if types is None:
        assert scores.per_type is None
    else:
        assert scores.per_type is not None
        assert scores.per_type.keys() == types.keys()
        for label, values in types.items():
            assert as_dict(scores.per_type[label]) == pytest.approx(values, abs=1e-12)


def test_scores_worked_out_by_hand() -> None:
    # Two of three predictions are right, one of them only without labels.
    gold: list[Document] = [[(0, 2, "A"), (3, 4, "B")], [(0, 1, "A")]]
    predicted: list[Document] = [[(0, 2, "A"), (3, 4, "C")], [(5, 6, "A")]]
    labeled = spacy_spans(gold, predicted)
    assert (labeled.total.p, labeled.total.r) == (1 / 3, 1 / 3)
    assert labeled.per_type is not None
    assert list(labeled.per_type) == ["A", "B", "C"]
    assert (labeled.per_type["A"].p, labeled.per_type["A"].r) == (1 / 2, 1 / 2)
    unlabeled = spacy_spans(gold, predicted, labeled=False)
    assert (unlabeled.total.p, unlabeled.per_type) == (2 / 3, None)


def test_documents_must_pair_up() -> None:
    with pytest.raises(InputError):
        spacy_spans([[]], [])


def ours(gold: list[Document], predicted: list[Document]) -> Score:
    labels = Labels()
    tables = []
    for side in (gold, predicted):
        builder = SpansBuilder(labels)
        for number, document in enumerate(side):
            for start, end, label in document:
                builder.add(number, [(start, end)], label)
        tables.append(builder.table(len(side)))
    ready = prepare(tables[0], tables[1])
    counts = count_spans(ready.gold, ready.predicted, align(ready.gold, ready.predicted))
    hits = counts.pairs["strict"][0].sum()
    return score_of(int(counts.gold.sum()), int(counts.predicted.sum()), int(hits))


NESTED: list[Document] = [[(0, 5, "A"), (0, 2, "B")]]


def test_deviation_overlapping_predictions_are_dropped() -> None:
    assert spacy_spans(NESTED, NESTED).total.r == 1 / 2
    assert spacy_spans(NESTED, NESTED, allow_overlap=True).total.r == 1.0
    assert ours(NESTED, NESTED).recall == 1.0


def test_what_keeps_its_first_and_last_token_is_not_dropped() -> None:
    inner_first: list[Document] = [[(1, 3, "B"), (0, 5, "A")]]
    assert spacy_spans(inner_first, inner_first).total.r == 1.0


def test_deviation_order_decides_what_is_dropped() -> None:
    gold: list[Document] = [[(0, 5, "A")]]
    one: list[Document] = [[(0, 5, "A"), (0, 2, "B")]]
    other: list[Document] = [one[0][::-1]]
    assert spacy_spans(gold, one).total.f == 1.0
    assert spacy_spans(gold, other).total.f == 0.0
    assert ours(gold, one) == ours(gold, other)


def test_deviation_undefined_is_0() -> None:
    only_gold = spacy_spans(NESTED, [[]]).total
    assert (only_gold.p, ours(NESTED, [[]]).precision) == (0.0, None)
    assert spacy_spans([[]], [[]]).total.p is None


def test_the_deviations_are_those_tested_here() -> None:
    assert set(DEVIATIONS) == {
        "overlapping predictions are dropped",
        "order decides what is dropped",
        "undefined is 0",
    }


SPANS = st.tuples(st.integers(0, 6), st.integers(1, 3), st.sampled_from("AB")).map(
    lambda span: (span[0], span[0] + span[1], span[2])
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(SPANS, max_size=5), st.lists(SPANS, max_size=5)), max_size=4
)


@given(DOCUMENTS, st.booleans(), st.booleans())
def test_ratios_add_to_the_total(
    documents: list[tuple[Document, Document]], labeled: bool, overlap: bool
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    ratios = spacy_ratios(gold, predicted, labeled=labeled, allow_overlap=overlap)
    assert ratios.shape == (len(documents), 4)
    found = precision_recall_f1(ratios.sum(axis=0)).tolist()
    total = spacy_spans(gold, predicted, labeled=labeled, allow_overlap=overlap).total
    for value, wanted in zip(found, (total.p, total.r, total.f), strict=True):
        assert (0.0 if value != value else value) == pytest.approx(wanted or 0.0)


@given(DOCUMENTS)
def test_with_overlap_the_labelled_total_is_our_strict_score(
    documents: list[tuple[Document, Document]],
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    total = spacy_spans(gold, predicted, allow_overlap=True).total
    assert (total.f or 0.0) == pytest.approx(ours(gold, predicted).f1 or 0.0)
