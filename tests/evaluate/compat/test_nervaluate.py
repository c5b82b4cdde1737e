"""nervaluate 1.2.1, case by case, and why its values and ours differ."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.compat.nervaluate import (
    DEVIATIONS,
    SCHEMAS,
    Comparison,
    SchemaScore,
    compare,
    nervaluate,
)
from goldwire.schema.errors import InputError
from tests.shared import recorded

Document = list[tuple[str, int, int]]


def assert_scores(found: dict[str, SchemaScore], expected: dict[str, dict[str, float]]) -> None:
    for schema, scores in expected.items():
        ours = msgspec.structs.asdict(found[schema])
        assert {name: ours[name] for name in scores} == pytest.approx(scores, abs=1e-9), schema


def as_lists(indices: Any) -> dict[str, list[list[int]]]:
    return {
        name: [list(place) for place in places]
        for name, places in msgspec.structs.asdict(indices).items()
    }


@pytest.mark.parametrize(
    "span",
    [
        ("A", 0.7, 1), ("A", float("nan"), 1), ("A", None, 1), ("A", "0", 1), (0, 1, "A"),
        ("A", 0), ("A", 0, 1, 2), {"label": "A", "start": 0}, "A",
    ],
)  # fmt: skip
def test_what_is_no_span_is_named_with_its_place(span: Any) -> None:
    with pytest.raises(InputError, match=r"predicted document 2, span 1: .* is no span"):
        nervaluate([[], []], [[], [span]], ["A"])


def test_tags_in_one_string_are_no_letters() -> None:
    document: Document = [("PER", 0, 1)]
    with pytest.raises(InputError, match="tags is the string 'PER'"):
        nervaluate([document], [document], "PER")
    with pytest.raises(InputError, match="tags is the string 'PER'"):
        compare([document], [document], "PER")


@pytest.mark.parametrize("case", recorded("nervaluate.json", kind="strategy"))
def test_a_schema_on_one_document_equals_the_peers(case: dict[str, Any]) -> None:
    # A strategy of the peer looks at all spans; only its evaluator drops labels.
    labels = sorted({label for label, _, _ in case["gold"] + case["pred"]})
    report = nervaluate(
        [case["gold"]],
        [case["pred"]],
        labels,
        min_overlap_percentage=case["min_overlap_percentage"],
    )
    schema = case["strategy"]
    assert_scores(report.overall, {schema: case["expected"]["result"]})
    assert as_lists(report.overall_indices[schema]) == case["expected"]["indices"]


@pytest.mark.parametrize("case", recorded("nervaluate.json", kind="evaluator"))
def test_a_whole_report_equals_the_peers(case: dict[str, Any]) -> None:
    report = nervaluate(
        case["gold_docs"],
        case["pred_docs"],
        case["tags"],
        min_overlap_percentage=case["min_overlap_percentage"],
    )
    expected = case["expected"]
    assert_scores(report.overall, expected["overall"])
    assert report.entities.keys() == expected["entities"].keys()
    for label, scores in expected["entities"].items():
        assert_scores(report.entities[label], scores)
    for schema, indices in expected["overall_indices"].items():
        assert as_lists(report.overall_indices[schema]) == indices


@pytest.mark.parametrize("case", recorded("spans_random.json"))
def test_random_spans_equal_the_peers(case: dict[str, Any]) -> None:
    gold, predicted = (
        [[(label, start, end - 1) for start, end, label in d[side]] for d in case["docs"]]
        for side in ("gold", "pred")
    )
    expected = case["expected"]["nervaluate"]
    labels = sorted({span[0] for document in gold + predicted for span in document})
    report = nervaluate(gold, predicted, labels)
    assert_scores(report.overall, expected["overall"])
    assert report.entities.keys() == expected["entities"].keys()
    for label, scores in expected["entities"].items():
        assert_scores(report.entities[label], scores)


def test_four_schemas_worked_out_by_hand() -> None:
    # One equal, one of another type, one longer, one missed, one spurious.
    gold = [[("A", 0, 2), ("A", 4, 6), ("B", 8, 9), ("B", 20, 21)]]
    predicted = [[("A", 0, 2), ("B", 4, 6), ("B", 8, 12), ("A", 30, 30)]]
    found = nervaluate(gold, predicted, ["A", "B"]).overall
    assert found["strict"] == SchemaScore(1, 2, 0, 1, 1, 4, 4, 1 / 4, 1 / 4, 1 / 4)
    assert found["exact"] == SchemaScore(2, 1, 0, 1, 1, 4, 4, 2 / 4, 2 / 4, 2 / 4)
    assert found["partial"] == SchemaScore(2, 0, 1, 1, 1, 4, 4, 5 / 8, 5 / 8, 5 / 8)
    assert found["ent_type"] == SchemaScore(2, 1, 0, 1, 1, 4, 4, 2 / 4, 2 / 4, 2 / 4)


def test_places_are_counted_among_the_spans_that_take_part() -> None:
    report = nervaluate(
        [[], [("X", 0, 0), ("A", 1, 1), ("B", 3, 3)]],
        [[], [("X", 0, 0), ("A", 5, 5), ("B", 3, 3)]],
        ["A", "B"],
    )
    assert report.overall_indices["strict"].correct == [(1, 1)]
    assert report.overall_indices["strict"].spurious == [(1, 0)]
    assert report.entity_indices["B"]["strict"].correct == [(1, 0)]
    assert report.entity_indices["A"]["strict"].missed == [(1, 0)]


def test_mappings_are_read_like_lists() -> None:
    as_mapping = [[{"label": "A", "start": 0, "end": 3}]]
    assert nervaluate(as_mapping, as_mapping, ["A"]) == nervaluate(
        [[("A", 0, 3)]], [[("A", 0, 3)]], ["A"]
    )


@pytest.mark.parametrize(
    ("gold", "predicted", "percentage"),
    [
        ([[]], [[], []], 1.0),
        ([[]], [[]], 0.5),
        ([[]], [[]], 101.0),
        ([[("A", 3, 2)]], [[]], 1.0),
        ([[]], [[("A", -1, 2)]], 1.0),
        ([[]], [[("A", 0, 2**31)]], 1.0),
    ],
)
def test_what_cannot_be_scored_is_refused(
    gold: list[Document], predicted: list[Document], percentage: float
) -> None:
    with pytest.raises(InputError):
        nervaluate(gold, predicted, ["A"], min_overlap_percentage=percentage)


def test_no_documents_score_nothing() -> None:
    report = nervaluate([], [], ["A"])
    assert report.overall["strict"] == SchemaScore(0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0)
    assert report.entities == {}


SHOWN: dict[str, tuple[Document, Document, list[str], Literal["inclusive", "exclusive"]]] = {
    "adjacent spans overlap": ([("A", 0, 3)], [("A", 3, 5)], ["A"], "exclusive"),
    "labels outside tags vanish": ([("A", 0, 3)], [("A", 0, 3), ("X", 5, 6)], ["A"], "inclusive"),
    "duplicates count": ([("A", 0, 3)], [("A", 0, 3), ("A", 0, 3)], ["A"], "inclusive"),
    "overlap threshold": ([("A", 0, 199)], [("A", 199, 300)], ["A"], "inclusive"),
    "order dependence": ([("A", 0, 4)], [("A", 0, 3), ("A", 0, 4)], ["A"], "inclusive"),
    "labels apart": ([("A", 0, 3)], [("B", 0, 3)], ["A", "B"], "inclusive"),
}


def rows_of(name: str) -> list[Comparison]:
    gold, predicted, tags, ends = SHOWN[name]
    return compare([gold], [predicted], tags, ends=ends)


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_deviation_is_named_alone_where_it_alone_is_shown(name: str) -> None:
    assert {reason for row in rows_of(name) for reason in row.reasons} == {name}


def row_of(name: str, schema: str, label: str | None = None) -> Comparison:
    return next(row for row in rows_of(name) if (row.schema, row.label) == (schema, label))


def test_deviation_adjacent_spans_overlap() -> None:
    row = row_of("adjacent spans overlap", "ent_type")
    assert (row.peer.f1, row.ours.f1) == (1.0, 0.0)
    assert row.reasons == {"adjacent spans overlap": -1.0}


def test_deviation_labels_outside_tags_vanish() -> None:
    row = row_of("labels outside tags vanish", "strict")
    assert (row.peer.precision, row.ours.precision) == (1.0, 1 / 2)
    assert row_of("labels outside tags vanish", "strict", "X").ours.spurious == 1


def test_deviation_duplicates_count() -> None:
    row = row_of("duplicates count", "strict")
    assert (row.peer.precision, row.ours.precision) == (1 / 2, 1.0)


def test_deviation_overlap_threshold() -> None:
    row = row_of("overlap threshold", "partial")
    assert (row.peer.partial, row.ours.partial) == (0, 1)


def test_deviation_order_dependence() -> None:
    row = row_of("order dependence", "strict")
    assert (row.peer.precision, row.peer.recall) == (0.0, 0.0)
    assert (row.ours.precision, row.ours.recall) == (1 / 2, 1.0)
    gold, predicted, tags, _ = SHOWN["order dependence"]
    turned = nervaluate([gold], [predicted[::-1]], tags).overall["strict"]
    assert (turned.precision, turned.recall) == (1 / 2, 1.0)


def test_deviation_labels_apart() -> None:
    total = row_of("labels apart", "strict")
    by_label = [row_of("labels apart", "strict", label) for label in ("A", "B")]
    assert total.peer == total.ours
    assert (total.peer.incorrect, sum(row.peer.incorrect for row in by_label)) == (1, 0)
    assert sum(row.ours.incorrect for row in by_label) == 1


SPANS = st.tuples(st.sampled_from("ABC"), st.integers(0, 9), st.integers(0, 3)).map(
    lambda span: (span[0], span[1], span[1] + span[2])
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(SPANS, max_size=6), st.lists(SPANS, max_size=6)), max_size=4
)


@given(DOCUMENTS, st.sampled_from([["A", "B", "C"], ["A", "B"], []]))
def test_reasons_sum_to_the_difference_and_our_labels_to_the_total(
    documents: list[tuple[Document, Document]], tags: list[str]
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    rows = compare(gold, predicted, tags, min_overlap_percentage=50.0)
    for row in rows:
        assert sum(row.reasons.values()) == pytest.approx(row.ours.f1 - row.peer.f1)
        assert set(row.reasons) <= set(DEVIATIONS)
        if row.label is None:
            labels = [each for each in rows if each.schema == row.schema and each.label]
            for name in ("correct", "incorrect", "partial", "missed", "spurious", "actual"):
                whole = sum(getattr(each.ours, name) for each in labels)
                assert whole == getattr(row.ours, name), (row.schema, name)


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_ours_does_not_depend_on_order(
    documents: list[tuple[Document, Document]], random: Any
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    mixed = [[random.sample(spans, len(spans)) for spans in side] for side in (gold, predicted)]
    before, after = compare(gold, predicted, list("ABC")), compare(mixed[0], mixed[1], list("ABC"))
    assert [(r.schema, r.label, r.ours) for r in before] == [
        (r.schema, r.label, r.ours) for r in after
    ]


@given(DOCUMENTS)
def test_every_span_is_in_one_class_and_counts_add_over_documents(
    documents: list[tuple[Document, Document]],
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    whole = nervaluate(gold, predicted, list("ABC")).overall
    parts = [nervaluate([one], [other], list("ABC")).overall for one, other in documents]
    for schema in SCHEMAS:
        score = whole[schema]
        assert score.actual == sum(map(len, predicted))
        assert score.possible == sum(map(len, gold))
        for name in ("correct", "incorrect", "partial", "missed", "spurious"):
            assert getattr(score, name) == sum(getattr(part[schema], name) for part in parts)
