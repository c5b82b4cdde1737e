"""Systems compared: what may be said of them, and what no order or third system may change."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.comparison.comparing import compare_systems
from goldwire.evaluate.report.comparison import INDISTINGUISHABLE, SystemComparison
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.report.samples import make_gold, make_pair, make_prediction

Records = list[dict[str, Any]]
FEW = Resampling(resamples=1500)
"""Enough for 33 comparisons: 33 / 1501 is below the level."""


def noisy(gold: Records, name: str, noise: float) -> Records:
    return [make_prediction(one, Random(f"{name} {one['id']}"), noise) for one in gold]


@pytest.fixture(scope="module")
def gold() -> Records:
    return make_pair(24)[0]


@pytest.fixture(scope="module")
def systems(gold: Records) -> dict[str, Records]:
    noises = {"weak": 0.8, "strong": 0.1, "also": 0.12}
    return {name: noisy(gold, name, noise) for name, noise in noises.items()}


@pytest.fixture(scope="module")
def comparison(gold: Records, systems: dict[str, Records]) -> SystemComparison:
    return compare_systems(gold, systems, resampling=FEW)


def two_mentions(documents: int) -> tuple[Records, Records, Records]:
    """Gold of two mentions a document, a system that finds both, and one that finds the first."""
    gold = [
        make_gold(f"wire-{n}", ["[m PER Vael] met the [m ORG army]."]) for n in range(documents)
    ]
    both = [{"id": one["id"], "mentions": one["mentions"]} for one in gold]
    first = [{"id": one["id"], "mentions": one["mentions"][:1]} for one in gold]
    return gold, both, first


def test_a_difference_worked_out_by_hand() -> None:
    # F1 is 1 against 2/3 (P = 1, R = 1/2) in every document. Of the 2⁶ swaps only none and all
    # give a difference as large: p = 2/64.
    gold, both, first = two_mentions(6)
    found = compare_systems(gold, {"both": both, "first": first}, layers=["mentions"])
    (layer,) = found.layers
    (difference,) = layer.differences
    assert (difference.system, difference.other) == ("both", "first")
    assert difference.value == pytest.approx(1 / 3)
    assert difference.interval is not None
    assert difference.interval.low == pytest.approx(1 / 3)
    assert difference.interval.high == pytest.approx(1 / 3)
    assert difference.exact
    assert difference.p_randomisation == difference.p_adjusted == 2 / 64
    assert difference.verdict == "better"
    assert (difference.better, difference.worse) == (6, 0)
    army, vael = difference.types
    assert (army.label, army.difference, vael.label, vael.difference) == ("ORG", 1, "PER", 0)
    assert army.contribution == pytest.approx(1 / 3)
    assert vael.contribution == 0
    assert [(s.correct, s.gold, s.predicted) for s in army.scores] == [(6, 6, 6), (0, 6, 0)]


def test_the_interval_alone_makes_no_difference() -> None:
    # With five documents p is 2/32, above the level, though the interval excludes 0.
    gold, both, first = two_mentions(5)
    found = compare_systems(gold, {"both": both, "first": first}, layers=["mentions"])
    (difference,) = found.layers[0].differences
    assert difference.interval is not None
    assert difference.interval.low > 0
    assert difference.p_adjusted == 2 / 32
    assert difference.verdict == INDISTINGUISHABLE


def test_more_comparisons_ask_for_more() -> None:
    # Half of the pairs are of a system with its like: three comparisons, and 3 · 2/64 > 0.05.
    gold, both, first = two_mentions(6)
    systems = {"a": both, "b": first, "c": first}
    found = compare_systems(gold, systems, layers=["mentions"])
    assert found.family.comparisons == 3
    adjusted = {(d.system, d.other): d.p_adjusted for d in found.layers[0].differences}
    assert adjusted == {("a", "b"): 6 / 64, ("a", "c"): 6 / 64, ("b", "c"): 1}
    assert not any(d.distinguishable for d in found.layers[0].differences)


def test_identical_systems_are_not_distinguishable(gold: Records) -> None:
    same = noisy(gold, "same", 0.4)
    found = compare_systems(gold, {"one": same, "other": same}, resampling=FEW)
    for layer in found.layers:
        (difference,) = layer.differences
        assert difference.value == 0
        assert difference.p_randomisation == difference.p_bootstrap == difference.p_adjusted == 1
        assert difference.verdict == INDISTINGUISHABLE
        assert difference.gains == difference.losses == ()
        assert all(each.contribution == 0 for each in difference.types)


def test_a_clearly_better_system_is_better(comparison: SystemComparison) -> None:
    difference = comparison.layer("mentions").difference("strong", "weak")
    assert difference.verdict == "better"
    assert difference.distinguishable
    assert (difference.value or 0) > 0
    assert difference.better > difference.worse
    gains = [each.contribution or 0 for each in difference.gains]
    assert gains == sorted(gains, reverse=True)
    assert comparison.layer("mentions").difference("also", "strong").verdict == INDISTINGUISHABLE


def test_the_sign_says_which_is_better(gold: Records, systems: dict[str, Records]) -> None:
    pair = {name: systems[name] for name in ("strong", "weak")}
    against = {
        name: compare_systems(gold, pair, baseline=name, layers=["mentions"], resampling=FEW)
        for name in pair
    }
    (there,) = against["weak"].layers[0].differences
    (back,) = against["strong"].layers[0].differences
    assert (there.system, there.verdict, back.system, back.verdict) == (
        "strong", "better", "weak", "worse",
    )  # fmt: skip
    assert there.value == -(back.value or 0)
    assert there.p_randomisation == back.p_randomisation
    assert {t.label: t.contribution for t in there.types} == pytest.approx(
        {t.label: -(t.contribution or 0) for t in back.types}
    )
    assert [d.document for d in there.gains] == [d.document for d in back.losses]


def test_no_order_changes_anything(
    gold: Records, systems: dict[str, Records], comparison: SystemComparison
) -> None:
    random = Random(3)
    mixed = {name: random.sample(systems[name], len(gold)) for name in reversed(list(systems))}
    found = compare_systems(random.sample(gold, len(gold)), mixed, resampling=FEW)
    assert rounded(msgspec.to_builtins(found)) == rounded(msgspec.to_builtins(comparison))


def rounded(value: Any) -> Any:
    """Numbers to nine decimals: links of chains add up fractions in the order of documents.

    The examples of findings are the first that were met.
    """
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items() if key != "examples"}
    if isinstance(value, (list, tuple)):
        return [rounded(each) for each in value]
    return round(value, 9) if isinstance(value, float) else value


def test_numbers_are_those_of_the_report(
    gold: Records, systems: dict[str, Records], comparison: SystemComparison
) -> None:
    at = comparison.systems.index("weak")
    report = score(gold, systems["weak"], resampling=FEW)
    assert report.signature == comparison.signature
    for layer in report.layers:
        beside = comparison.layer(layer.layer)
        assert beside.scores[at].f1 == pytest.approx(layer.criterion(layer.main).micro.f1)
        for criterion in layer.criteria:
            for value in ("precision", "recall", "f1"):
                estimate = beside.number(criterion.name, value).estimates[at]
                assert estimate.value == pytest.approx(getattr(criterion.micro, value))
                assert estimate.interval == criterion.intervals.get(value)
        for row in layer.labels:
            estimate = beside.number("label", row.label).estimates[at]
            assert estimate.value == row.scores[layer.main].f1
            assert estimate.interval == row.interval


def test_a_third_system_changes_only_the_adjustment(
    gold: Records, systems: dict[str, Records], comparison: SystemComparison
) -> None:
    pair = {name: systems[name] for name in ("strong", "weak")}
    found = compare_systems(gold, pair, resampling=FEW)
    for layer in found.layers:
        (alone,) = layer.differences
        among = comparison.layer(layer.layer).difference("strong", "weak")
        assert (alone.value, alone.interval, alone.p_randomisation, alone.gains) == (
            among.value, among.interval, among.p_randomisation, among.gains,
        )  # fmt: skip
        assert (alone.p_adjusted or 0) <= (among.p_adjusted or 0)


def test_holm_keeps_the_order_and_never_lowers(comparison: SystemComparison) -> None:
    found = [d for layer in comparison.layers for d in layer.differences]
    pairs = sorted(
        (d.p_randomisation, d.p_adjusted)
        for d in found
        if d.p_randomisation is not None and d.p_adjusted is not None
    )
    assert comparison.family.comparisons == len(pairs) == len(found)
    assert all(raw <= adjusted <= 1 for raw, adjusted in pairs)
    adjusted = [each for _, each in pairs]
    assert adjusted == sorted(adjusted)


def test_a_document_that_one_system_lacks_is_missed(gold: Records) -> None:
    perfect = [{"id": one["id"], "mentions": one["mentions"]} for one in gold]
    systems = {"all": perfect, "less": perfect[1:]}
    found = compare_systems(gold, systems, layers=["mentions"], resampling=FEW)
    (difference,) = found.layers[0].differences
    mentions = len(gold[0]["mentions"])
    whole, less = found.layers[0].scores
    assert whole.f1 == 1
    assert less.gold == whole.gold
    assert less.correct == (whole.correct or 0) - mentions
    assert [each.document for each in difference.gains] == [gold[0]["id"]]
    assert difference.gains[0].scores[1].recall == 0
    assert [f.kind for f in found.findings["less"]] == ["document without a prediction"]
    assert found.findings["all"] == ()


def test_a_document_without_gold_costs_the_system_that_made_it_up(gold: Records) -> None:
    perfect = [{"id": one["id"], "mentions": one["mentions"]} for one in gold]
    made_up = [{"type": "PER", "start": 0, "end": 3}, {"type": "PER", "start": 4, "end": 9}]
    more = [*perfect, {"id": "elsewhere", "mentions": made_up}]
    found = compare_systems(
        gold, {"clean": perfect, "more": more}, layers=["mentions"], resampling=FEW
    )
    (difference,) = found.layers[0].differences
    assert found.layers[0].documents == len(gold)
    assert difference.documents == len(gold) + 1
    assert (difference.value or 0) > 0
    (gain,) = difference.gains
    assert gain.document == "elsewhere"
    assert [(s.gold, s.predicted) for s in gain.scores] == [(0, 0), (0, 2)]


def test_below_five_documents_there_are_counts_and_a_reason(gold: Records) -> None:
    found = compare_systems(gold[:4], {n: noisy(gold[:4], n, 0.5) for n in "ab"}, resampling=FEW)
    assert "4 documents" in (found.bootstrap.reason or "")
    assert found.family.comparisons == 0
    for layer in found.layers:
        (difference,) = layer.differences
        assert difference.verdict == "not tested"
        assert "4 documents" in (difference.reason or "")
        assert (difference.interval, difference.p_adjusted, difference.p_bootstrap) == (None,) * 3
        assert layer.scores[0].gold > 0


def test_made_up_documents_do_not_make_the_gold_larger(gold: Records) -> None:
    systems = {name: noisy(gold, name, 0.5) for name in "ab"}
    for predictions in systems.values():  # without the heads, which need a text
        for one in predictions:
            one["mentions"] = [{k: m[k] for k in ("type", "spans")} for m in one["mentions"]]
    found = compare_systems(gold[:3], systems, layers=["mentions"], resampling=FEW)
    (difference,) = found.layers[0].differences
    assert difference.documents == len(gold)
    assert difference.reason == found.bootstrap.reason
    assert difference.interval is None


def test_without_resamples_nothing_is_tested(gold: Records, systems: dict[str, Records]) -> None:
    found = compare_systems(gold, systems, layers=["mentions"], resampling=Resampling(resamples=0))
    for difference in found.layers[0].differences:
        assert difference.reason == "no resamples were asked for"
        assert difference.value is not None
    assert all(e.interval is None for n in found.layers[0].numbers for e in n.estimates)


def test_a_layer_that_is_empty_on_both_sides_is_undefined() -> None:
    gold, both, first = two_mentions(6)
    found = compare_systems(gold, {"both": both, "first": first}, layers=["mentions", "events"])
    (difference,) = found.layer("events").differences
    assert difference.value is None
    assert difference.verdict == "not tested"
    assert "undefined" in (difference.reason or "")
    assert found.family.comparisons == 1
    assert "less 1 that could not be tested" in found.family.over


def test_labels_of_one_system_only_are_types(gold: Records) -> None:
    perfect = [{"id": one["id"], "mentions": one["mentions"]} for one in gold]
    odd = [
        {"id": one["id"], "mentions": [dict(m, type="ODD") for m in one["mentions"]]}
        for one in gold
    ]
    found = compare_systems(gold, {"odd": odd, "right": perfect}, layers=["mentions"],
                            resampling=FEW)  # fmt: skip
    (difference,) = found.layers[0].differences
    types = {each.label: each for each in difference.types}
    assert types["ODD"].difference is None
    assert (types["ODD"].contribution or 0) < 0
    assert [f.kind for f in found.findings["odd"]] == ["unknown label"]


def test_json_round_trip(comparison: SystemComparison) -> None:
    encoded = msgspec.json.encode(comparison)
    assert msgspec.json.decode(encoded, type=SystemComparison) == comparison
    assert len(comparison.rows()) == comparison.family.comparisons


def test_gold_that_can_be_read_once(gold: Records, systems: dict[str, Records]) -> None:
    once = compare_systems(iter(gold), systems, layers=["times"], resampling=FEW)
    assert once == compare_systems(gold, systems, layers=["times"], resampling=FEW)


def test_what_contributes_adds_up_to_nearly_the_difference(comparison: SystemComparison) -> None:
    difference = comparison.layer("mentions").difference("strong", "weak")
    total = sum(each.contribution or 0 for each in difference.types)
    assert math.isclose(total, difference.value or 0, rel_tol=0.02)


def test_what_cannot_be_compared(gold: Records, systems: dict[str, Records]) -> None:
    with pytest.raises(InputError, match="two systems or more"):
        compare_systems(gold, {"one": systems["weak"]})
    with pytest.raises(UnknownName, match="unknown system 'week'"):
        compare_systems(gold, systems, baseline="week")
    with pytest.raises(UnknownName, match="unknown layer"):
        compare_systems(gold, systems, layers=["mention"])
    with pytest.raises(InputError, match="standard input"):
        compare_systems(gold, {"one": "-", "other": "-"})
    with pytest.raises(InputError, match="standard input"):
        compare_systems("-", {"one": "-", "other": systems["weak"]})
    drafts = [dict(one, annotation={"layers": []}) for one in gold]
    with pytest.raises(InputError, match="no layer could be scored"):
        compare_systems(drafts, systems)
    with pytest.raises(InputError, match="no gold"):
        compare_systems([], systems)


def test_names_that_are_not_there(comparison: SystemComparison) -> None:
    with pytest.raises(UnknownName, match="unknown layer"):
        comparison.layer("nothing")
    with pytest.raises(UnknownName, match="unknown pair"):
        comparison.layer("times").difference("weak", "strong")
    with pytest.raises(UnknownName, match="unknown number"):
        comparison.layer("times").number("strict", "f2")
