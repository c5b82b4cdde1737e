"""Documents and layers that are lost fail whatever chance may explain, and say why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.gate import Baseline, gate, make_baseline, read_baseline, write_baseline
from goldwire.evaluate.gate.terminal import verdict_parts
from goldwire.evaluate.gate.verdict import LostDocument
from goldwire.evaluate.report.annotations import annotation_lines
from goldwire.evaluate.report.junit import render_junit
from goldwire.evaluate.report.markdown import render_verdict_markdown
from goldwire.evaluate.running.folder import run_in_folder
from goldwire.schema.document import Document
from tests.evaluate.gate.gating import FEW, Records, small
from tests.making import make


def test_a_document_that_has_no_prediction_any_more_fails(
    pair: tuple[Records, Records], baseline: Baseline
) -> None:
    gold, predictions = pair
    verdict = gate(gold, predictions[1:], baseline, resampling=FEW)
    assert not verdict.passed
    assert verdict.lost == (LostDocument(predictions[0]["id"], None),)
    shown = f"{predictions[0]['id']} has no prediction any more"
    assert str(verdict).splitlines()[1] == shown
    assert "1 document lost" in str(verdict).splitlines()[0]
    for text in (
        render_junit(verdict),
        render_verdict_markdown(verdict),
        "\n".join(annotation_lines(verdict)),
        "\n".join(map(str, verdict_parts(verdict, 80))),
        verdict._repr_html_(),
    ):
        assert shown in text


def test_one_that_never_had_a_prediction_is_not_lost(
    pair: tuple[Records, Records], tmp_path: Path
) -> None:
    gold, predictions = pair
    kept = make_baseline(gold, predictions[1:])
    assert kept.unanswered == (predictions[0]["id"],)
    write_baseline(kept, tmp_path / "baseline.json")
    kept = read_baseline(tmp_path / "baseline.json")
    assert gate(gold, predictions[1:], kept, resampling=FEW).passed
    assert len(gate(gold, predictions[2:], kept, resampling=FEW).lost) == 1


def test_the_record_of_the_run_says_why(pair: tuple[Records, Records], tmp_path: Path) -> None:
    gold, predictions = pair
    kept = make_baseline(gold, predictions)
    names = [each["id"] for each in predictions[:3]]
    by_id = {each["id"]: each for each in predictions}

    def extract(document: Document) -> dict[str, Any]:
        if document.id in names[:2]:
            raise KeyError("nope")
        return by_id[document.id]

    documents = [make(each["text"], id=each["id"]) for each in gold if each["id"] != names[2]]
    run_in_folder(tmp_path, extract, documents, name="mine")
    file = tmp_path / "predictions.jsonl"
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    why = next(each["reason"] for each in record["documents"] if each["id"] == names[0])
    lines = str(gate(gold, str(file), kept, resampling=FEW)).splitlines()
    assert lines[1:3] == [
        f"{names[0]}, {names[1]} have no prediction any more: {why}",
        f"{names[2]} has no prediction any more",
    ]
    assert "test_lost.py" in why
    assert "KeyError" in why
    for damaged in ("{", "[]", '{"documents": 3}', "\udcff"):
        (tmp_path / "run.json").write_bytes(damaged.encode("utf-8", "surrogatepass"))
        assert {each.reason for each in gate(gold, str(file), kept, resampling=FEW).lost} == {None}


@pytest.mark.parametrize("layer", ["events", "entities", "incidents", "zones"])
def test_a_layer_in_which_nothing_is_predicted_any_more_fails_with_few_documents_too(
    pair: tuple[Records, Records], layer: str
) -> None:
    gold, predictions = ([*each[:7]] for each in pair)
    kept = make_baseline(gold, predictions)
    field = "mentions" if layer == "entities" else layer
    bare = [{**each, field: []} for each in predictions]
    verdict = gate(gold, bare, kept, resampling=FEW)
    failed = {check.layer: check.reasons for check in verdict.failed}
    assert "nothing is predicted any more" in failed[layer][0]


def test_what_fell_and_passed_is_told_apart_and_points_to_strict() -> None:
    gold, predictions = small(40)
    kept = make_baseline(gold, predictions)
    predictions[0] = {**predictions[0], "mentions": predictions[0]["mentions"][:1]}
    predictions[1] = {**predictions[1], "mentions": predictions[1]["mentions"][:1]}
    verdict = gate(gold, predictions, kept, resampling=FEW)
    shown = "\n".join(map(str, verdict_parts(verdict, 120)))
    assert verdict.passed
    assert "passed, fell" in shown
    assert any("use --strict" in note for note in verdict.notes)
    strict = gate(gold, predictions, kept, strict=True, resampling=FEW)
    assert not strict.passed
    assert not any("use --strict" in note for note in strict.notes)
