"""A report as a record: what it prints as, what its signature says, what it does not know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.report import render_html
from goldwire.schema.errors import UnknownName

from .samples import make_hostile, make_report


def test_prints_as_a_table_and_the_signature() -> None:
    report = make_report(3, layers=["mentions", "zones"])
    lines = str(report).splitlines()
    assert lines[0].split() == ["layer", "gold", "predicted", "P", "R", "F1"]
    assert [line.split()[0] for line in lines[1:3]] == ["mentions", "zones"]
    micro = report.layer("mentions").criterion("strict").micro
    assert lines[1].endswith(f"{100 * (micro.f1 or 0):.1f}")
    assert "zones (characters)" in lines[2]
    assert len(set(map(len, lines[:3]))) == 1
    assert lines[3:] == [report.signature.short()]


def test_prints_intervals_where_there_are_some() -> None:
    report = make_report(12)
    first, *lines = str(report).splitlines()
    assert first.split() == ["layer", "gold", "predicted", "P", "R", "F1", "95%", "CI"]
    for layer, line in zip(report.layers, lines, strict=False):
        interval = layer.criterion(layer.main).intervals["f1"]
        assert line.endswith(f"[{100 * interval.low:.1f}, {100 * interval.high:.1f}]")


def test_rows_hold_every_number_with_its_interval() -> None:
    report = make_report(12)
    rows = report.rows()
    keys = {tuple(row) for row in rows}
    assert len(keys) == 1  # the same columns in every row
    by_key = {(row["layer"], row["criterion"], row["label"]): row for row in rows}
    assert len(by_key) == len(rows)
    mentions = report.layer("mentions")
    whole, per = by_key["mentions", "strict", None], by_key["mentions", "strict", "PER"]
    found = mentions.criterion("strict").intervals["f1"]
    assert (whole["low"], whole["high"]) == (found.low, found.high)
    label = next(row for row in mentions.labels if row.label == "PER")
    assert label.interval is not None
    assert (per["low"], per["high"]) == (label.interval.low, label.interval.high)
    assert by_key["mentions", "exact", "PER"]["low"] is None
    assert whole["accuracy"] is None
    value = by_key["times", "value", None]
    (accuracy, *_) = report.layer("times").accuracies
    assert (value["right"], value["compared"]) == (accuracy.right, accuracy.compared)
    assert value["accuracy"] == accuracy.accuracy
    assert accuracy.interval is not None
    assert value["accuracy_high"] == accuracy.interval.high
    assert by_key["times", "value", "DATE"]["accuracy"] is None
    assert {row["low"] for row in make_report(3).rows()} == {None}


def test_prints_without_layers_and_without_harm() -> None:
    assert str(make_report(1, layers=[])).startswith("No layer was scored.\n")
    assert not set("\x1b\u202e\x07") & set(str(make_hostile()))


def test_printing_needs_no_rich() -> None:
    code = (
        "import sys; from tests.evaluate.report.samples import make_report; "
        "print(make_report(1)); assert not {'rich', 'jinja2'} & sys.modules.keys()"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=root)


def test_the_signature_says_which_layers_were_scored() -> None:
    assert " | layers all | " in make_report(2).signature.short()
    some = make_report(2, layers=["mentions", "times"])
    assert " | layers mentions+times | " in some.signature.short()
    assert " | layers none | " in make_report(1, layers=[]).signature.short()
    assert set(make_report(2).signature.layers) == set(SCORED_LAYERS)


def test_an_unknown_layer_or_criterion_is_named_with_the_known_ones() -> None:
    report = make_report(2, layers=["mentions"])
    with pytest.raises(UnknownName, match="unknown layer 'mention'") as caught:
        report.layer("mention")
    assert caught.value.known == ["mentions"]
    with pytest.raises(UnknownName, match="Did you mean 'strict'"):
        report.layer("mentions").criterion("strickt")


def test_is_a_page() -> None:
    report = make_report(2)
    assert report.to_html() == render_html(report)
