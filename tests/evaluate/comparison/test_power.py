"""What a gold can show, from one system or from two."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.comparison.power import power_of
from goldwire.evaluate.report.power import PowerReport
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.report.samples import make_gold, make_pair, make_prediction

Records = list[dict[str, Any]]
FEW = Resampling(resamples=500)
LAYERS = ["mentions", "events"]


@pytest.fixture(scope="module")
def gold() -> Records:
    return make_pair(24)[0]


@pytest.fixture(scope="module")
def systems(gold: Records) -> dict[str, Records]:
    return {
        name: [make_prediction(one, Random(f"{name} {one['id']}"), noise) for one in gold]
        for name, noise in {"weak": 0.8, "strong": 0.2}.items()
    }


def of_one(gold: Records, systems: dict[str, Records], **more: Any) -> PowerReport:
    return power_of(gold, {"weak": systems["weak"]}, layers=LAYERS, resampling=FEW, **more)


def test_one_system_over_the_range_of_correlations(
    gold: Records, systems: dict[str, Records]
) -> None:
    report = of_one(gold, systems, difference=0.02)
    assert [each.layer for each in report.layers] == LAYERS
    for layer in report.layers:
        assert layer.documents == 24
        assert [each.correlation for each in layer.shown] == [0, 0.5, 0.8]
        errors = [each.error or 0 for each in layer.shown]
        # The error of the difference is s √(2 (1 - ρ)): s √2, s, and s √0.4.
        assert errors == pytest.approx([errors[1] * math.sqrt(2), errors[1],
                                        errors[1] * math.sqrt(0.4)])  # fmt: skip
        needed = [each.documents or 0 for each in layer.shown]
        assert needed == sorted(needed, reverse=True)
        assert all((each.smallest or 0) > (each.error or 1) for each in layer.shown)
    assert "as much as this one" in report.assumption


def test_two_systems_from_the_data(gold: Records, systems: dict[str, Records]) -> None:
    report = power_of(gold, systems, layers=LAYERS, difference=0.02, resampling=FEW)
    assert report.systems == ("strong", "weak")
    for layer in report.layers:
        (only,) = layer.shown
        assert only.correlation is None
        assert (only.smallest or 0) > 0
        assert len(layer.f1) == 2
        assert (layer.f1[0] or 0) > (layer.f1[1] or 0)
    assert "of these two systems" in report.assumption


def test_what_is_shown_needs_no_more_documents(gold: Records, systems: dict[str, Records]) -> None:
    smallest = of_one(gold, systems).layer("mentions").shown[0].smallest
    assert smallest is not None
    again = of_one(gold, systems, difference=smallest * 1.001)
    assert again.layer("mentions").shown[0].documents == 24


def test_more_power_and_stricter_levels_ask_for_more(
    gold: Records, systems: dict[str, Records]
) -> None:
    usual, strong, strict = (
        of_one(gold, systems, **more).layer("mentions").shown[0].smallest or 0
        for more in ({}, {"power": 0.95}, {"level": 0.01})
    )
    assert strong > usual
    assert strict > usual


def test_no_order_changes_anything(gold: Records, systems: dict[str, Records]) -> None:
    random = Random(5)
    mixed = {name: random.sample(systems[name], 24) for name in ("strong", "weak")}
    options: dict[str, Any] = {"layers": LAYERS, "difference": 0.01, "resampling": FEW}
    assert power_of(random.sample(gold, 24), mixed, **options) == power_of(gold, systems, **options)


def test_identical_systems_do_not_vary(gold: Records, systems: dict[str, Records]) -> None:
    same = {"one": systems["weak"], "other": systems["weak"]}
    report = power_of(gold, same, layers=["mentions"], difference=0.02, resampling=FEW)
    (only,) = report.layers[0].shown
    assert only.error == 0
    assert only.smallest is only.documents is None
    assert report.layers[0].reason == "nothing varies from document to document"


def test_too_little_gold_has_a_reason_whatever_else_was_predicted(
    gold: Records, systems: dict[str, Records]
) -> None:
    times = [{"id": one["id"], "times": one["times"]} for one in systems["weak"]]
    report = power_of(gold[:3], {"weak": times}, layers=["times"], resampling=FEW)
    assert "3 documents" in (report.layers[0].reason or "")
    assert all(each.smallest is None for each in report.layers[0].shown)
    assert report.layers[0].f1[0] is not None


def test_an_undefined_f1_has_a_reason() -> None:
    gold = [make_gold(f"wire-{n}", ["[m PER Vael] met them."]) for n in range(6)]
    report = power_of(gold, {"none": []}, layers=["events"], resampling=FEW)
    assert report.layers[0].f1 == (None,)
    assert "undefined" in (report.layers[0].reason or "")


def test_json_round_trip(gold: Records, systems: dict[str, Records]) -> None:
    report = of_one(gold, systems, difference=0.02)
    assert msgspec.json.decode(msgspec.json.encode(report), type=PowerReport) == report
    with pytest.raises(UnknownName, match="unknown layer"):
        report.layer("times")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"difference": 0.0}, "wished difference"),
        ({"difference": 1.5}, "wished difference"),
        ({"difference": math.nan}, "wished difference"),
        ({"power": 1.0}, "power"),
        ({"power": 0.02}, "power"),
        ({"level": 0.0}, "level"),
        ({"resampling": Resampling(resamples=0)}, "resamples"),
    ],
)
def test_what_is_out_of_range(gold: Records, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        power_of(gold, {"none": []}, **options)


def test_no_system_or_three(gold: Records) -> None:
    for number in (0, 3):
        with pytest.raises(InputError, match="one system or of two"):
            power_of(gold, {str(at): [] for at in range(number)})
