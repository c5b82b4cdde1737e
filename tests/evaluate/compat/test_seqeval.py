"""seqeval 1.2.2, case by case, and what it does that the evaluator of this package does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.compat.bio import Reading, span_table, spans_of, tags_of
from goldwire.evaluate.compat.seqeval import DEVIATIONS, SeqevalReport, seqeval, seqeval_ratios
from goldwire.evaluate.metrics.forms import precision_recall_f1
from goldwire.evaluate.scores import macro, score_of
from goldwire.schema.errors import InputError
from tests.shared import recorded


def assert_equal(report: SeqevalReport, expected: dict[str, dict[str, float | None]]) -> None:
    found = report.as_dict()
    assert found.keys() == expected.keys()
    for name, scores in expected.items():
        assert found[name] == pytest.approx(scores, abs=1e-9), name


@pytest.mark.parametrize("case", recorded("seqeval.json"))
def test_reports_equal_the_peers(case: dict[str, Any]) -> None:
    for reading, expected in case["expected"].items():
        options: dict[str, Any] = {}
        if reading.startswith("strict_"):
            options = {"mode": "strict", "scheme": reading.removeprefix("strict_")}
        for side, name in (("gold", "gold_entities"), ("pred", "pred_entities")):
            way: Reading = "strict" if options else "seqeval"
            found = spans_of(case[side], options.get("scheme"), way).by_sentence()
            assert [[list(span) for span in spans] for spans in found] == expected[name]
        for zero_division in (0, 1):
            report = expected[f"report_zero_division_{zero_division}"]
            if "error" in report:
                with pytest.raises(InputError):
                    seqeval(case["gold"], case["pred"], zero_division=zero_division, **options)
                continue
            ours = seqeval(case["gold"], case["pred"], zero_division=zero_division, **options)
            assert_equal(ours, report)
            if "token_accuracy" in expected:
                assert ours.accuracy == pytest.approx(expected["token_accuracy"])


@pytest.mark.parametrize("case", recorded("spans_random.json"))
def test_random_spans_as_tags_equal_the_peers(case: dict[str, Any]) -> None:
    if "seqeval_default" not in case["expected"]:
        assert case["mode"] != "flat"  # tags cannot say nested spans: nothing is recorded
        return
    gold, predicted = (
        tags_of(
            span_table([[(name, s, e) for s, e, name in d[side]] for d in case["docs"]]),
            [d["n_tokens"] for d in case["docs"]],
        )
        for side in ("gold", "pred")
    )
    assert_equal(seqeval(gold, predicted), case["expected"]["seqeval_default"])
    strict = seqeval(gold, predicted, mode="strict", scheme="IOB2")
    assert_equal(strict, case["expected"]["seqeval_strict_IOB2"])


def test_a_report_worked_out_by_hand() -> None:
    # Gold: A, A, B. Predicted: A right, B where the second A is, C where nothing is.
    gold = [["B-A", "I-A", "O"], ["B-A", "B-B", "O"]]
    predicted = [["B-A", "I-A", "O"], ["B-B", "O", "B-C"]]
    report = seqeval(gold, predicted)
    assert (report.types["A"].precision, report.types["A"].recall) == (1, 1 / 2)
    assert report.types["A"].f1 == pytest.approx(2 / 3)
    assert (report.micro.precision, report.micro.recall, report.micro.support) == (1 / 3, 1 / 3, 3)
    assert report.macro.f1 == pytest.approx((2 / 3 + 0 + 0) / 3)
    assert report.weighted.f1 == pytest.approx((2 * 2 / 3 + 1 * 0) / 3)
    assert report.accuracy == 3 / 6


def test_accuracy_without_tokens_is_undefined() -> None:
    assert seqeval([[]], [[]]).accuracy is None


@pytest.mark.parametrize(
    ("gold", "predicted", "options"),
    [
        ([["O"]], [["O"], ["O"]], {}),
        ([["O", "O"]], [["O"]], {}),
        ([], [], {}),
        ([["PER"]], [["O"]], {}),
        ([["E-A"]], [["O"]], {"mode": "strict", "scheme": "IOB2"}),
        ([["O"]], [["B-A"]], {"mode": "strict"}),
        ([["I-A"]], [["B-A"]], {"mode": "strict"}),
        ([["S-A", "O"]], [["S-A", "O"]], {"mode": "strict"}),
        ([["O"]], [["O"]], {"mode": "exact"}),
        ([["O"]], [["O"]], {"mode": None}),
        ([["O"]], [["O"]], {"zero_division": "warn"}),
    ],
)
def test_what_the_peer_refuses_is_refused(
    gold: list[list[str]], predicted: list[list[str]], options: dict[str, Any]
) -> None:
    with pytest.raises(InputError):
        seqeval(gold, predicted, **options)


TAGS = st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B", "I-C"])


@st.composite
def both_sides(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    lengths = draw(st.lists(st.integers(0, 5), min_size=1, max_size=5))
    gold, predicted = (
        [draw(st.lists(TAGS, min_size=size, max_size=size)) for size in lengths] for _ in range(2)
    )
    return gold, predicted


@given(both_sides())
def test_counts_of_sentences_add_to_the_micro_average(
    made: tuple[list[list[str]], list[list[str]]],
) -> None:
    gold, predicted = made
    for mode in ("default", "strict"):
        options: dict[str, Any] = {"mode": mode, "scheme": "IOB2"}
        ratios = seqeval_ratios(gold, predicted, **options)
        assert ratios.shape == (len(gold), 4)
        found = precision_recall_f1(ratios.sum(axis=0)).tolist()
        micro = seqeval(gold, predicted, **options).micro
        for value, wanted in zip(found, (micro.precision, micro.recall, micro.f1), strict=True):
            assert (0.0 if value != value else value) == pytest.approx(wanted)


@given(both_sides())
def test_order_of_sentences_does_not_matter_and_gold_is_perfect(
    made: tuple[list[list[str]], list[list[str]]],
) -> None:
    gold, predicted = made
    assert seqeval(gold, predicted) == seqeval(gold[::-1], predicted[::-1])
    perfect = seqeval(gold, gold)
    assert perfect.accuracy in (1.0, None)
    assert all(score.f1 == 1.0 for score in perfect.types.values())


def test_deviation_lenient_by_default() -> None:
    gold, predicted = [["B-A", "I-A"]], [["I-A", "I-A"]]
    assert seqeval(gold, predicted).micro.f1 == 1.0
    assert seqeval(gold, predicted, mode="strict", scheme="IOB2").micro.f1 == 0.0


def test_deviation_bilou_by_default() -> None:
    tags = [["B-A", "L-A", "B-A", "L-A"]]
    assert seqeval(tags, tags).micro.support == 1
    assert len(spans_of(tags)) == len(spans_of(tags, "BILOU", "strict")) == 2


def test_deviation_macro_over_predicted_types() -> None:
    report = seqeval([["B-A", "O"]], [["B-A", "B-C"]])
    ours = macro([score_of(1, 1, 1), score_of(0, 1, 0)])
    assert report.macro.f1 == 1 / 2
    assert ours is not None
    assert ours.f1 == 1.0


def test_deviation_undefined_is_a_number() -> None:
    nothing = [["O"]]
    assert seqeval(nothing, nothing).micro.f1 == 0.0
    assert seqeval(nothing, nothing, zero_division=1).micro.f1 == 1.0
    assert seqeval(nothing, nothing).macro.f1 is None
    assert score_of(0, 0, 0).f1 is None


def test_deviation_strict_without_a_scheme() -> None:
    gold, predicted = [["B-A", "I-A"]], [["I-A", "I-A"]]
    assert seqeval(gold, predicted, mode="strict").micro.f1 == 0.0


def test_deviation_ioe1_loses_spans_of_one_token() -> None:
    tags = [["E-A", "I-A", "O", "I-A"]]
    assert seqeval(tags, tags, mode="strict", scheme="IOE1").micro.support == 2
    assert seqeval(tags, tags, scheme="IOE1").micro.support == 3
    assert len(spans_of(tags, "IOE1", "strict")) == 3


def test_deviation_not_a_tag() -> None:
    with pytest.raises(InputError, match="is no tag"):
        seqeval([["PER"]], [["PER"]])


def test_the_deviations_are_those_tested_here() -> None:
    assert set(DEVIATIONS) == {
        "lenient by default",
        "L-, U-, and M- by default",
        "macro over predicted types",
        "undefined is a number",
        "strict without a scheme",
        "IOE1 loses spans of one token",
        "not a tag",
    }
