"""The gate: what fails, what passes, what is refused, and that no order matters."""

from __future__ import annotations

import copy
import math
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.catalogue import parse, read
from goldwire.evaluate.gate import (
    Baseline,
    Thresholds,
    Verdict,
    gate,
    make_baseline,
)
from goldwire.evaluate.gate.baseline import baseline_text
from goldwire.evaluate.gate.reasons import chance_note, reasons_and_remarks
from goldwire.evaluate.gate.testing import Change
from goldwire.evaluate.gate.thresholds import (
    Limit,
    Threshold,
)
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import InputError
from tests.evaluate.gate.gating import FEW, Records, answer, only, small
from tests.evaluate.report.samples import make_gold, make_pair, make_prediction


def test_the_same_predictions_pass_with_no_difference(
    pair: tuple[Records, Records], baseline: Baseline
) -> None:
    verdict = gate(*pair, baseline, resampling=FEW)
    assert verdict.passed
    assert len(verdict.checks) == 11
    for check in verdict.checks:
        assert check.difference == 0
        assert check.changed == 0
        assert check.value == check.before == check.after


def test_values_are_those_of_the_report(
    pair: tuple[Records, Records], baseline: Baseline, degraded: Records
) -> None:
    report = score(*pair, resampling=Resampling(resamples=0))
    now = score(pair[0], degraded, resampling=Resampling(resamples=0))
    verdict = gate(pair[0], degraded, baseline, resampling=FEW)
    for check in verdict.checks:
        assert check.before == pytest.approx(read(report, check.metric).value, abs=1e-12)
        assert check.value == read(now, check.metric).value
    for layer in baseline.layers.values():
        for name, value in layer.numbers.items():
            assert value == pytest.approx(read(report, name).value, abs=1e-6)


def test_six_documents_that_lose_one_of_three_items_each_fail() -> None:
    gold, predictions = small(6)
    worse = [answer(one, 2) for one in gold]
    check = only(gate(gold, worse, make_baseline(gold, predictions)))
    # P = 12 / 12, R = 12 / 18, F1 = 4 / 5; of all 2⁶ swaps two are as extreme.
    assert check.before == 1
    assert check.after == pytest.approx(4 / 5)
    assert check.p == check.p_adjusted == 2 / 64
    assert check.outcome == "failed"
    assert check.changed == check.documents_total == check.items_total == 6
    assert [each.label for each in check.types] == ["PER"]
    assert check.types[0].after == pytest.approx(2 / 3)  # of PER: P = 6 / 6, R = 6 / 12
    item = check.items[0]
    assert (item.document, item.label, item.text) == ("d0", "PER", "Cy")
    assert item.change == "was right, is missed"
    assert item.sentence == "⟦Cy⟧ left."


@pytest.mark.parametrize("documents", [1, 4, 5])
def test_with_few_documents_the_allowed_drop_alone_decides(documents: int) -> None:
    gold, predictions = small(documents)
    worse = [answer(one, 2) for one in gold]
    kept = make_baseline(gold, predictions)
    check = only(gate(gold, worse, kept))
    assert check.outcome == "failed"
    # With five documents the least p is 2 / 32, above the level.
    assert "the allowed drop alone decides" in check.reasons[0]
    assert (check.p is None) == (documents < 5)
    assert only(gate(gold, worse, kept, thresholds=Thresholds(drop=0.21))).outcome == "passed"


@pytest.mark.parametrize(
    ("documents", "numbers", "needed"),
    [(4, 1, 6), (5, 1, 6), (6, 1, None), (8, 10, 9), (9, 10, None)],
)
def test_a_note_says_how_many_documents_a_test_takes(
    documents: int, numbers: int, needed: int | None
) -> None:
    note = chance_note(documents, numbers, 0.05)
    assert (note is None) == (needed is None)
    assert needed is None or f"which takes {needed}:" in str(note)


@pytest.mark.parametrize("documents", [5, 6])
def test_the_note_stands_where_nothing_could_be_significant(documents: int) -> None:
    gold, predictions = small(documents)
    verdict = gate(gold, [answer(one, 2) for one in gold], make_baseline(gold, predictions))
    assert ("the allowed drop alone decides" in only(verdict).reasons[0]) == (documents == 5)
    assert any("too few to tell chance" in note for note in verdict.notes) == (documents == 5)


def test_a_drop_just_beyond_the_allowed_shows_that_it_is() -> None:
    change = Change(0.70003, 0.69, -0.01003, math.nan, math.nan, math.nan, math.nan, "few")
    limit = Limit(parse("mentions.f1(match=strict)"), None, 0.01)
    (reason,), _ = reasons_and_remarks(limit, 0.69, change, 0.05, strict=False)
    assert "fell by 1.003 points, from 70.003 to 69.000: more than the 1.000 allowed" in reason


def test_a_drop_in_one_of_many_documents_is_chance_unless_strict() -> None:
    gold, predictions = small(20)
    kept = make_baseline(gold, predictions)
    worse = [answer(gold[0], 0, 1, 2), *predictions[1:]]
    check = only(gate(gold, worse, kept))
    assert check.outcome == "passed"
    assert "no more than chance explains" in check.remarks[0]
    assert check.changed == 1
    assert {item.document for item in check.items} == {"d0"}
    strict = only(gate(gold, worse, kept, strict=True))
    assert strict.outcome == "failed"
    assert "--strict" in strict.reasons[0]


def test_a_drop_no_larger_than_allowed_passes_and_is_remarked() -> None:
    gold, predictions = small(8)
    worse = [answer(one, 2) for one in gold]
    kept = make_baseline(gold, predictions)
    check = only(gate(gold, worse, kept, thresholds=Thresholds(drop=0.2)))  # exactly the drop
    assert check.outcome == "passed"
    assert "no more than is allowed" in check.remarks[0]
    assert check.items == ()


def test_without_resamples_the_allowed_drop_decides() -> None:
    gold, predictions = small(8)
    worse = [answer(gold[0], 0, 1, 2), *predictions[1:]]
    check = only(
        gate(gold, worse, make_baseline(gold, predictions), resampling=Resampling(resamples=0))
    )
    assert check.outcome == "failed"
    assert "no resamples were asked for" in check.reasons[0]


def test_too_few_resamples_are_told_from_too_few_documents() -> None:
    gold, predictions = small(20)
    worse = [answer(one, 2) for one in gold]
    names = [f"mentions.recall(match={match})" for match in ("strict", "exact")]
    asked = Thresholds(metrics={name: Threshold(drop=0.01) for name in names})
    kept = make_baseline(gold, predictions, thresholds=asked)
    verdict = gate(gold, worse, kept, thresholds=asked, resampling=Resampling(resamples=39))
    assert len(verdict.checks) == 3
    for check in verdict.checks:
        assert "39 resamples; no p could be small enough" in check.reasons[0]


def test_a_floor_needs_no_test() -> None:
    gold, predictions = small(8)
    kept = make_baseline(gold, predictions)
    worse = [answer(gold[0], 0), *predictions[1:]]  # F1 = 46 / 47
    assert only(gate(gold, worse, kept, thresholds=Thresholds(floor=46 / 47))).outcome == "passed"
    check = only(gate(gold, worse, kept, thresholds=Thresholds(floor=0.98)))
    assert check.outcome == "failed"
    assert check.reasons == ("97.9 is below the floor of 98.0",)
    near = only(gate(gold, worse, kept, thresholds=Thresholds(floor=0.979)))
    assert [item.text for item in near.items] == ["Ann Vael"]
    alone = only(gate(gold, worse, kept, thresholds=Thresholds(floor=0.98, drop=None)))
    assert [item.text for item in alone.items] == ["Ann Vael"]
    assert near.reasons == ("97.87 is below the floor of 97.90",)


def test_what_became_undefined_fails() -> None:
    gold, predictions = small(6)
    asked = Thresholds(
        drop=None, metrics={"mentions.precision(match=strict)": Threshold(floor=0.5, drop=0.1)}
    )
    kept = make_baseline(gold, predictions, thresholds=asked)
    check = only(gate(gold, [], kept, thresholds=asked))
    assert check.value is None
    assert len(check.reasons) == 2
    assert "undefined" in check.reasons[0]
    assert "was 100.0, is undefined now" in check.reasons[1]


def test_a_spurious_item_is_named_once() -> None:
    gold, predictions = small(6)
    kept = make_baseline(gold, predictions)
    extra = {"type": "LOC", "spans": [[0, 3]]}
    worse = [one | {"mentions": [*one["mentions"], extra, extra]} for one in predictions]
    check = only(gate(gold, worse, kept))
    assert check.items_total == 6
    assert check.items[0].change == "is newly spurious"
    assert check.items[0].sentence.startswith("⟦Two⟧ hurt")


def test_an_item_that_was_wrong_already_is_nothing_new() -> None:
    gold, predictions = small(6)
    first = [answer(one, 0) for one in gold]
    wrong = {"type": "LOC", "spans": gold[0]["mentions"][0]["spans"]}
    worse = [one | {"mentions": [*answer(g, 0, 2)["mentions"], wrong]}
             for one, g in zip(predictions, gold, strict=True)]  # fmt: skip
    check = only(gate(gold, worse, make_baseline(gold, first)))
    assert {item.text for item in check.items} == {"Cy"}


def test_documents_that_were_only_added_are_left_out_of_the_comparison() -> None:
    gold, predictions = small(9)
    kept = make_baseline(gold[:6], predictions[:6])
    worse = [*predictions[:6], *(answer(one, 0, 1, 2) for one in gold[6:])]
    verdict = gate(gold, worse, kept, thresholds=Thresholds(floor=0.5))
    check = only(verdict)
    assert verdict.added == ("d6", "d7", "d8")
    assert verdict.compared == 6
    assert check.difference == 0
    assert check.value == pytest.approx(4 / 5)  # floors are over all: P = 18 / 18, R = 18 / 27
    assert "3 were added to the gold" in verdict.notes[0]


def test_documents_without_gold_count_on_the_side_that_made_them_up() -> None:
    gold, predictions = small(6)
    extra = answer(gold[0]) | {"id": "unknown"}
    with_extra = make_baseline(gold, [*predictions, extra])
    assert "unknown" in with_extra.layers["mentions"].documents
    assert "unknown" not in with_extra.gold
    check = only(gate(gold, predictions, with_extra))
    assert check.before == pytest.approx(36 / 39)  # P = 18 / 21, R = 1
    assert check.after == 1
    worse = only(gate(gold, [*predictions, extra], make_baseline(gold, predictions)))
    assert worse.difference == pytest.approx(-3 / 39)


def test_no_order_matters(
    pair: tuple[Records, Records], baseline: Baseline, degraded: Records
) -> None:
    random = Random(3)
    gold, predictions, worse = (copy.deepcopy(each) for each in (*pair, degraded))
    # Of two predicted chains that hold the same span the first counts, as in the reference
    # scorer: what makes up chains keeps its order on the side of the predictions.
    free = ("zones", "times", "quantities", "attributions", "relations", "incidents")
    for records, names in (
        (gold, (*free, "mentions", "events")),
        (predictions, free),
        (worse, free),
    ):
        random.shuffle(records)
        for one in records:
            for name in names:
                if isinstance(one.get(name), list):
                    random.shuffle(one[name])
    again = make_baseline(gold, predictions, system="noisy")
    assert baseline_text(again) == baseline_text(baseline)
    first = gate(pair[0], degraded, baseline, resampling=FEW)
    second = gate(gold, worse, again, resampling=FEW)
    for check, same in zip(first.checks, second.checks, strict=True):
        plain = [msgspec.structs.replace(each, items=()) for each in (check, same)]
        assert plain[0] == plain[1]
        keys = [{(i.document, i.label, i.change, i.start) for i in c.items} for c in (check, same)]
        assert keys[0] == keys[1]


def test_what_got_worse_is_named_in_every_layer(
    pair: tuple[Records, Records], baseline: Baseline
) -> None:
    worse = [make_prediction(one, Random(one["id"]), 0.95) for one in pair[0]]
    verdict = gate(pair[0], worse, baseline, strict=True, resampling=FEW)
    assert not verdict.passed
    for check in verdict.failed:
        assert check.documents, check.metric
        assert check.items, check.metric
        assert check.documents_total >= len(check.documents)
        assert all(each.contribution < 0 for each in check.documents)
    named = {check.layer: check for check in verdict.failed}
    assert any("together" in item.change for item in named["entities"].items)
    assert all("right" in item.change or "wrong" in item.change
               for item in named["incidents"].items)  # fmt: skip
    assert named["mentions"].items[0].sentence
    assert named["mentions"].items[0].text in named["mentions"].items[0].sentence


def test_numbers_without_counts_by_document_have_floors_but_no_drops() -> None:
    gold, predictions = small(6)
    kept = make_baseline(gold, predictions)
    for name in (
        "mentions.f1(match=strict,average=macro_union)",
        "mentions.f1(match=exact,type=PER)",
    ):
        floor = Thresholds(metrics={name: Threshold(floor=0.9)})
        assert gate(gold, predictions, kept, thresholds=floor).passed
        with pytest.raises(InputError, match="no drop"):
            gate(gold, predictions, kept, thresholds=Thresholds(metrics={name: Threshold(drop=0)}))


def test_ignored_layers_are_neither_kept_nor_checked(pair: tuple[Records, Records]) -> None:
    asked = Thresholds(ignore=("zones", "incidents"))
    kept = make_baseline(*pair, thresholds=asked)
    assert not {"zones", "incidents"} & kept.layers.keys()
    verdict = gate(*pair, kept, thresholds=asked, resampling=FEW)
    assert len(verdict.checks) == 9
    assert verdict.notes == ()
    verdict = gate(*pair, kept, resampling=FEW)
    assert "the baseline knows nothing of incidents" in verdict.notes[0]


def test_no_layer_and_no_gold_are_refused() -> None:
    gold, predictions = small(2)
    for one in gold:
        one["annotation"]["layers"] = []
    with pytest.raises(InputError, match="no layer could be scored"):
        make_baseline(gold, predictions)
    with pytest.raises(InputError, match="no gold"):
        make_baseline([], predictions)
    with pytest.raises(InputError, match="only once"):
        make_baseline("-", "-")


def test_a_gate_that_checks_nothing_is_refused() -> None:
    gold, predictions = small(6)
    kept = make_baseline(gold, predictions)
    for asked in (Thresholds(drop=None), Thresholds(ignore=("mentions",))):
        with pytest.raises(InputError, match="nothing is checked"):
            gate(gold, predictions, kept, thresholds=asked)
    with pytest.raises(InputError, match="ignore every layer"):
        make_baseline(gold, predictions, thresholds=asked)


def test_a_gold_without_items_has_nothing_to_fail_on() -> None:
    gold = [make_gold(f"d{n}", ["Nobody met."], ("mentions",)) for n in range(6)]
    kept = make_baseline(gold, [])
    verdict = gate(gold, [], kept)
    assert verdict.passed
    assert only(verdict).value is None
    spurious = {"id": "d0", "mentions": [{"type": "PER", "start": 0, "end": 3}]}
    assert gate(gold, [spurious], kept).passed  # from undefined to 0 is no drop


@given(st.integers(0, 2**32), st.floats(0, 0.5), st.booleans())
@settings(max_examples=10)
def test_verdicts_follow_from_their_numbers(seed: int, drop: float, strict: bool) -> None:
    gold, predictions = make_pair(7, seed % 5)
    random = Random(seed)
    worse = [make_prediction(one, random, random.uniform(0.05, 0.9)) for one in gold]
    kept = make_baseline(gold, predictions)
    verdict = gate(
        gold, worse, kept, thresholds=Thresholds(drop=drop), strict=strict, resampling=FEW
    )
    for check in verdict.checks:
        fallen = check.difference is not None and -check.difference > drop + 1e-9
        if check.outcome == "failed":
            assert fallen
            assert check.reasons
        elif fallen:
            assert not strict
            assert check.remarks
        assert bool(check.documents) <= fallen
    assert verdict.passed == (not verdict.failed)
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict
