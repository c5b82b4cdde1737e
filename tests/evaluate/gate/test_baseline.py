"""The baseline: the same after a file, and refused where it is of another gold."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.gate import (
    Baseline,
    gate,
    make_baseline,
    read_baseline,
    write_baseline,
)
from goldwire.evaluate.gate.baseline import baseline_text
from goldwire.evaluate.gate.gold_hashes import gold_hashes
from goldwire.schema.errors import InputError, UnreadableInput
from tests.evaluate.gate.gating import small
from tests.evaluate.report.samples import make_pair


def test_another_gold_is_refused() -> None:
    gold, predictions = small(6)
    kept = make_baseline(gold, predictions)
    changed = copy.deepcopy(gold)
    changed[1]["mentions"][0]["type"] = "ORG"
    with pytest.raises(InputError, match=r"another gold: d1 was annotated otherwise"):
        gate(changed, predictions, kept)
    with pytest.raises(InputError, match=r"d4, d5 are not here"):
        gate(gold[:4], predictions[:4], kept)
    layers = copy.deepcopy(gold)
    layers[0]["annotation"]["layers"] = ["mentions", "times"]
    layers[2]["annotation"]["layers"] = []
    with pytest.raises(InputError, match=r"d0, d2 were annotated otherwise"):
        gate(layers, predictions, kept)


def test_a_baseline_is_the_same_after_a_file(baseline: Baseline, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(baseline, path)
    assert read_baseline(path) == baseline
    lines = path.read_text("utf-8").splitlines()
    assert sum(line.lstrip().startswith('"wire-001": {') for line in lines) == len(baseline.layers)


def test_a_missing_or_damaged_baseline_has_a_sentence(baseline: Baseline, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    with pytest.raises(UnreadableInput, match="no baseline yet"):
        read_baseline(path)
    with pytest.raises(UnreadableInput):
        read_baseline(tmp_path)
    whole = json.loads(baseline_text(baseline))
    damages: list[Any] = [[], {}, whole | {"format": "goldwire-baseline/9"}, whole | {"gold": 3}]
    for counts in ([1, 2], [1, 2, 3, -4], [1, 2, 3, 1e300], "four"):
        other = copy.deepcopy(whole)
        other["layers"]["mentions"]["documents"]["wire-001"]["types"]["PER"] = counts
        damages.append(other)
    damages.append(whole | {"layers": {"nothing": whole["layers"]["mentions"]}})
    for damage in damages:
        path.write_text(json.dumps(damage), "utf-8")
        with pytest.raises(InputError):
            read_baseline(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError):
        read_baseline(path)


def test_hashes_tell_annotation_apart_and_not_its_order() -> None:
    gold, _ = make_pair(3)
    first = gold_hashes(gold)
    other = copy.deepcopy(gold)
    for one in other:
        one["mentions"].reverse()
    assert gold_hashes(other[::-1]) == first
    other[1]["mentions"][0]["type"] = "LOC"
    changed = gold_hashes(other)
    assert [name for name in first if first[name] != changed[name]] == ["wire-002"]
