"""Comparisons and power in the terminal: nothing runs over, and nothing is claimed that is not."""

from __future__ import annotations

import io
import re
from random import Random
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.comparison.comparing import compare_systems
from goldwire.evaluate.comparison.power import power_of
from goldwire.evaluate.report.comparison import SystemComparison
from goldwire.evaluate.report.comparison_view import render_comparison, verdict_sentence
from goldwire.evaluate.report.model import Interval
from goldwire.evaluate.report.points import interval_of_points, points, probability
from goldwire.evaluate.report.power_view import render_power
from goldwire.evaluate.report.wrapping import listed

from .samples import HOSTILE, make_gold, make_pair, make_prediction

Records = list[dict[str, Any]]
FEW = Resampling(resamples=1500)
NOISES = {"weak": 0.8, "strong": 0.1, "also strong, and with a long name": 0.12}


def shown(view: object, width: int = 80) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False).print(view)
    return file.getvalue()


def systems_of(gold: Records) -> dict[str, Records]:
    return {
        name: [make_prediction(one, Random(f"{name} {one['id']}"), noise) for one in gold]
        for name, noise in NOISES.items()
    }


@pytest.fixture(scope="module")
def gold() -> Records:
    return make_pair(20)[0]


@pytest.fixture(scope="module")
def comparison(gold: Records) -> SystemComparison:
    return compare_systems(gold, systems_of(gold), resampling=FEW)


@pytest.fixture(scope="module")
def pair(gold: Records) -> SystemComparison:
    systems = systems_of(gold)
    two = {name: systems[name] for name in ("weak", "strong")}
    return compare_systems(gold, two, resampling=FEW)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("type_differences", [False, True])
def test_fits_the_width(comparison: SystemComparison, width: int, type_differences: bool) -> None:
    text = shown(render_comparison(comparison, type_differences=type_differences), width)
    assert max(map(cell_len, text.splitlines())) <= width


def test_every_system_and_layer_is_there(comparison: SystemComparison) -> None:
    for width in (60, 80, 120):
        text = shown(render_comparison(comparison), width)
        for layer in comparison.layers:
            for score in layer.scores:
                assert re.search(rf"^{layer.layer} .*\b{100 * (score.f1 or 0):.1f} \[", text, re.M)


def test_only_what_is_distinguishable_is_called_better(pair: SystemComparison) -> None:
    text = shown(render_comparison(pair))
    starred = set(re.findall(r"^(\w+) .*\*$", text, re.M))
    starred |= set(re.findall(r"^(\w+) .*\]\* ", text, re.M))
    assert starred == {layer.layer for layer in pair.layers if layer.differences[0].distinguishable}
    assert starred
    assert "strong is better than weak in" in text


def test_a_best_that_is_not_distinguishable_is_not_marked(comparison: SystemComparison) -> None:
    (both,) = (layer for layer in comparison.layers if layer.layer == "mentions")
    assert not both.difference("also strong, and with a long name", "strong").distinguishable
    line = next(
        line for line in shown(render_comparison(comparison), 120).splitlines()
        if line.startswith("mentions")
    )  # fmt: skip
    assert "*" not in line


def test_systems_that_are_alike(gold: Records) -> None:
    same = systems_of(gold)["weak"]
    found = compare_systems(gold, {"one": same, "other": same}, resampling=FEW)
    text = " ".join(shown(render_comparison(found)).split())
    assert "one and other are not distinguishable on this gold." in text
    assert "*" not in text
    assert "where one and other differ" not in text


def test_too_few_documents_are_said_to_be(gold: Records) -> None:
    few = {name: each[:3] for name, each in systems_of(gold).items()}
    found = compare_systems(gold[:3], few)
    text = " ".join(shown(render_comparison(found)).split())
    assert "Nothing was tested: 3 documents; an interval needs at least 5." in text
    assert "No difference was tested" in text
    assert "[" not in text.partition("Beside")[0]


def test_what_no_system_could_show_is_said(gold: Records) -> None:
    found = compare_systems(gold, systems_of(gold), resampling=Resampling(resamples=100))
    text = " ".join(shown(render_comparison(found)).split())
    assert "Here no p can be below 0.0099, and no p Holm below 0.33" in text
    assert "Here no p" not in shown(render_comparison(compare_systems(
        gold, systems_of(gold), layers=["mentions"], resampling=FEW)))  # fmt: skip


def test_the_verdict_in_words(pair: SystemComparison) -> None:
    words = verdict_sentence(("strong", "weak"), pair.layers)
    for layer in pair.layers:
        assert layer.layer in words
    assert verdict_sentence(("strong", "weak"), [pair.layer("mentions")]) == (
        "strong is better than weak in mentions."
    )


def test_nothing_moves_the_cursor() -> None:
    gold = [make_gold(f"{n} {HOSTILE}", [f"[m PER {HOSTILE}] met [m ORG them]."]) for n in range(6)]
    for one in gold:
        one["mentions"][0]["type"] = HOSTILE
    some = [{"id": one["id"], "mentions": one["mentions"][:1]} for one in gold]
    some.append({"id": f"unknown {HOSTILE}", "mentions": [{"type": HOSTILE, "start": 0, "end": 2}]})
    every = [{"id": one["id"], "mentions": one["mentions"]} for one in gold]
    systems = {f"a {HOSTILE}": some, f"b {HOSTILE}": every}
    found = compare_systems(gold, systems, layers=["mentions"], resampling=FEW)
    power = power_of(gold, systems, layers=["mentions"], difference=0.02, resampling=FEW)
    for width in (60, 120):
        for view in (render_comparison(found, type_differences=True), render_power(power)):
            text = shown(view, width)
            assert not set(text) & set("\x1b\x07\u202e")
            assert max(map(cell_len, text.splitlines())) <= width


def test_names_that_would_be_cut_to_the_same_are_numbered(gold: Records) -> None:
    systems = systems_of(gold)
    long = {f"a system with a long name, {name}": systems[name] for name in ("weak", "strong")}
    text = shown(render_comparison(compare_systems(gold, long, layers=["times"], resampling=FEW)))
    assert re.search(r"1 a system with a l?… +2 a system with a l?…", text)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_power_fits_the_width(gold: Records, width: int) -> None:
    systems = systems_of(gold)
    for names in (["weak"], ["weak", "strong"]):
        chosen = {name: systems[name] for name in names}
        report = power_of(gold, chosen, difference=0.02, resampling=FEW)
        text = shown(render_power(report), width)
        assert max(map(cell_len, text.splitlines())) <= max(width, 56)
        assert "Assumed: " in " ".join(text.split())


def test_power_without_gold_enough(gold: Records) -> None:
    report = power_of(gold[:3], {"weak": []}, resampling=FEW)
    assert "3 documents; an interval needs at least 5" in shown(render_power(report))


def test_numbers_in_words() -> None:
    assert [points(each) for each in (0.0213, -0.1, 0.0, -0.0001, 0.0004, None)] == [
        "+2.1", "-10.0", "0.0", "0.0", "0.0", "n/a",
    ]  # fmt: skip
    assert interval_of_points(Interval(-0.003, 0.041)) == "[-0.3, +4.1]"
    assert interval_of_points(None) == ""
    assert [probability(p) for p in (None, 0.0001, 0.0314, 1.0)] == ["", "<0.001", "0.031", "1.000"]
    assert [listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b, and c"]
