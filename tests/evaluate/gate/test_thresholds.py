"""Thresholds: which limit holds where, and files that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.catalogue import read
from goldwire.evaluate.gate import (
    Baseline,
    Thresholds,
    gate,
    make_baseline,
    read_thresholds,
)
from goldwire.evaluate.gate.thresholds import (
    LayerThreshold,
    Threshold,
    check_thresholds,
    limits,
)
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.gate.gating import FEW, Records, small


def test_thresholds_of_types_and_metrics(pair: tuple[Records, Records], degraded: Records) -> None:
    asked = Thresholds(
        drop=None,
        layers={"mentions": LayerThreshold(types={"PER": Threshold(floor=0.1, drop=0.02)})},
        metrics={
            "mentions.recall(match=exact)": Threshold(drop=0.05),
            "mentions.f1(match=strict,average=macro)": Threshold(drop=0.05),
            "events.accuracy(attribute=realis)": Threshold(drop=0.05),
            "entities.f1(metric=blanc)": Threshold(drop=0.05),
            "times.f1(match=strict,type=SET)": Threshold(floor=0.01),
        },
    )
    kept = make_baseline(*pair, thresholds=asked)
    assert kept.layers["mentions"].held == ("exact",)
    report = score(*pair, resampling=Resampling(resamples=0))
    verdict = gate(pair[0], degraded, kept, thresholds=asked, resampling=FEW)
    found = {check.metric: check for check in verdict.checks}
    assert list(found) == [
        "mentions.f1(match=strict,type=PER)",
        "mentions.recall(match=exact)",
        "mentions.f1(match=strict,average=macro)",
        "entities.f1(metric=blanc)",
        "times.f1(match=strict,type=SET)",
        "events.accuracy(attribute=realis)",
    ]
    for name, check in found.items():
        if check.before is not None:
            assert check.before == pytest.approx(read(report, name).value, abs=1e-12), name
    assert found["mentions.recall(match=exact)"].outcome == "failed"
    of_type = found["mentions.f1(match=strict,type=PER)"]
    assert of_type.outcome == "failed"
    assert {item.label for item in of_type.items} == {"PER"}
    assert found["events.accuracy(attribute=realis)"].outcome == "passed"


def test_a_threshold_that_the_baseline_has_no_counts_for_is_refused(
    pair: tuple[Records, Records], baseline: Baseline
) -> None:
    asked = Thresholds(metrics={"mentions.f1(match=head)": Threshold(drop=0.1)})
    with pytest.raises(InputError, match="no counts for mentions"):
        gate(*pair, baseline, thresholds=asked)
    floor = Thresholds(metrics={"mentions.f1(match=head)": Threshold(floor=0.1)})
    assert gate(*pair, baseline, thresholds=floor, resampling=FEW).passed


@pytest.mark.parametrize(
    ("thresholds", "kind", "words"),
    [
        (Thresholds(ignore=("mention",)), UnknownName, "mention"),
        (Thresholds(layers={"menttions": LayerThreshold()}), UnknownName, "menttions"),
        (Thresholds(metrics={"mentions.f2": Threshold()}), UnknownName, "f2"),
        (Thresholds(floor=70), InputError, "not between 0 and 1"),
        (Thresholds(drop=1.0), InputError, "below 1"),
        (Thresholds(drop=-0.1), InputError, "at least 0"),
        (Thresholds(floor=float("nan")), InputError, "not between 0 and 1"),
        (Thresholds(layers={"entities": LayerThreshold(types={"PER": Threshold()})}), InputError,
         "no scores by type"),
    ],
)  # fmt: skip
def test_thresholds_that_mean_nothing_are_refused(
    thresholds: Thresholds, kind: type[InputError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        check_thresholds(thresholds)


def test_a_type_that_nobody_knows_is_refused_and_one_of_the_schema_is_not() -> None:
    gold, predictions = small(6)
    kept = make_baseline(gold, predictions)
    for label, known in (("PRE", False), ("WEA", True)):
        asked = Thresholds(layers={"mentions": LayerThreshold(types={label: Threshold(drop=0)})})
        if known:
            verdict = gate(gold, predictions, kept, thresholds=asked)
            assert verdict.checks[1].before is None
            assert verdict.passed
        else:
            with pytest.raises(UnknownName, match="PRE"):
                gate(gold, predictions, kept, thresholds=asked)


def test_the_file_of_thresholds(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(
        'drop = 0.02\nfloor = 0.5\nignore = ["zones"]\n'
        "[layers.mentions]\nfloor = 0.7\n[layers.mentions.types.PER]\nfloor = 0.8\n"
        '[metrics]\n"mentions.f1(match=strict)" = { drop = 0.03 }\n',
        "utf-8",
    )
    found = limits(read_thresholds(path), ["times", "mentions", "zones"])
    assert [(str(each.metric), each.floor, each.drop) for each in found] == [
        ("mentions.f1(match=strict)", 0.7, 0.03),
        ("mentions.f1(match=strict,type=PER)", 0.8, None),
        ("times.f1(match=strict)", 0.5, 0.02),
    ]


@pytest.mark.parametrize(
    "text",
    ["drop = ", 'drop = "much"', "flor = 0.5", "[layers.mentions]\nflor = 1", "[layers.PER]",
     '[metrics]\n"mentions" = {}', "drop = 2"],
)  # fmt: skip
def test_a_bad_file_of_thresholds_has_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as problem:
        read_thresholds(path)
    assert problem.value.source == str(path)
