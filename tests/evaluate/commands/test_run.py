"""The command run: what goes where, which exit code, what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from goldwire.evaluate.cli import score
from goldwire.evaluate.commands.run import run
from goldwire.schema.document import to_line
from goldwire.schema.errors import CouldNotRun, GoldwireError, InputError, UnknownName
from tests.making import article, make

from ..extractors.programs import FAULTY, TEXT, line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    first = article()
    gold = [
        first,
        *(make(TEXT, id=name, annotation=first.annotation) for name in ("good", "crash")),
    ]
    gold[0] = make(
        first.text.replace("Drone hits", "Velmar hit"), id="usage-1", annotation=first.annotation
    )
    (tmp_path / "gold.jsonl").write_text("".join(to_line(each) + "\n" for each in gold))
    return tmp_path


def invoke(*words: str) -> Any:
    return CliRunner().invoke(run, [*words, "--gold", "gold.jsonl", "--resamples", "0"])


def test_failures_are_told_kept_and_scored(folder: Path) -> None:
    done = invoke(line(folder), "-o", "out", "--json", "--name", "mine")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report == json.loads((folder / "out" / "report.json").read_text())
    assert report["system"] == "mine"
    kinds = {finding["kind"]: finding for finding in report["findings"]}
    assert kinds["extractor failed"]["count"] == 1
    assert kinds["extractor failed"]["examples"][0].startswith(
        "crash: no answer: the program ended"
    )
    usage = report["usage"]
    assert usage.pop("seconds") > 0
    assert usage == {"input_tokens": 100, "output_tokens": 7, "cost": 0.25, "cached": 0}
    assert "document without a prediction" not in kinds  # it is told as failed
    assert "failed: crash: no answer" in done.stderr
    assert len((folder / "out" / "predictions.jsonl").read_text().splitlines()) == 2
    assert {path.name for path in (folder / "out").iterdir()} == {
        "predictions.jsonl", "run.json", "report.json", "report.html",
    }  # fmt: skip


def test_a_table_and_the_folder_of_its_name(folder: Path) -> None:
    done = invoke("rules", "--layer", "mentions")
    assert done.exit_code == 0, done.output
    assert "mentions" in done.stdout
    assert (folder / "runs" / "rules" / "report.html").exists()
    program = line(folder)
    assert invoke(program).exit_code == 0
    assert sum(1 for _ in (folder / "runs").iterdir()) == 2


def test_a_cache_and_resuming_say_so(folder: Path) -> None:
    program = line(folder)
    invoke(program, "-o", "out", "--cache", "kept")
    done = invoke(program, "-o", "new", "--cache", "kept", "--json")
    assert "2 of 3 documents from the cache" in done.stderr
    assert json.loads(done.stdout)["usage"]["cached"] == 2
    done = invoke(program, "-o", "out", "--resume")
    assert "3 of 3 documents finished earlier" in done.stderr
    assert done.exit_code == 0


def test_nothing_at_all_is_exit_code_3(folder: Path) -> None:
    gold = [make(TEXT, id="crash", annotation=article().annotation)]
    (folder / "gold.jsonl").write_text("".join(to_line(each) + "\n" for each in gold))
    done = invoke(line(folder), "-o", "out")
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["ruls"], UnknownName),
        (["rules", "--set", "x"], InputError),
        (["rules", "--retry-failed"], InputError),
        (["rules", "--split", "dev"], InputError),
        (["cmd:/nowhere"], InputError),
        (["cmd:false"], CouldNotRun),
        (["rules", "--output", "gold.jsonl/x"], InputError),
        (["none.jsonl"], InputError),
    ],
)
def test_wrong_usage_is_refused(folder: Path, words: list[str], kind: type[GoldwireError]) -> None:
    done = invoke(*words)
    assert isinstance(done.exception, kind)
    assert not (folder / "runs").exists() or not list((folder / "runs").rglob("*.part"))


def test_without_a_fingerprint_there_is_no_cache(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldwire.evaluate.extractors import fingerprints

    monkeypatch.setattr(fingerprints, "fingerprint_of", lambda extractor: None)
    done = invoke("rules", "--cache", "kept")
    assert isinstance(done.exception, InputError)
    assert "no fingerprint" in str(done.exception)
    assert invoke("rules", "--layer", "mentions").exit_code == 0


def test_predictions_that_are_there_are_an_extractor(folder: Path) -> None:
    invoke(line(folder), "-o", "out")
    done = invoke("out/predictions.jsonl", "-o", "again", "--json")
    assert done.exit_code == 0
    assert "holds no prediction for it" in done.stderr


def test_a_run_of_a_file_says_what_a_score_of_it_says(folder: Path) -> None:
    mention = {"start": 0, "end": 3, "type": "GPE"}
    lines = [{"id": name, "mentions": [mention]} for name in ("good", "nobody", "usage-1")]
    path = folder / "file.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    done = invoke("file.jsonl", "-o", "out", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    for source in ("file.jsonl", "out/predictions.jsonl"):
        words = ["gold.jsonl", source, "--resamples", "0", "--json"]
        scored = json.loads(CliRunner().invoke(score, words).stdout)
        assert said["layers"] == scored["layers"]
        missing = {"extractor failed", "document without a prediction"}
        one, other = (
            [each for each in side["findings"] if each["kind"] not in missing]
            for side in (said, scored)
        )
        assert one == other
    assert "unknown document" in {each["kind"] for each in said["findings"]}


def test_a_run_does_not_write_over_what_it_reads(folder: Path) -> None:
    invoke(line(folder), "-o", "out")
    before = (folder / "out" / "predictions.jsonl").read_bytes()
    for words in (["out/predictions.jsonl"], ["out/predictions.jsonl", "--restart"]):
        done = invoke(*words, "-o", "out")
        assert isinstance(done.exception, InputError)
        assert "would be written over" in str(done.exception)
    assert (folder / "out" / "predictions.jsonl").read_bytes() == before


def test_a_finished_run_of_another_extractor_is_not_replaced_unasked(folder: Path) -> None:
    program = line(folder)
    assert invoke(program, "-o", "out").exit_code == 0
    before = (folder / "out" / "predictions.jsonl").read_bytes()
    assert invoke(program, "-o", "out").exit_code == 0
    done = invoke("rules", "-o", "out")
    assert isinstance(done.exception, InputError)
    assert "--restart" in (done.exception.hint or "")
    (folder / "program.py").write_text(FAULTY + "\n")
    assert isinstance(invoke(program, "-o", "out").exception, InputError)
    assert (folder / "out" / "predictions.jsonl").read_bytes() == before
    (folder / "out" / "run.json").unlink()
    assert isinstance(invoke(program, "-o", "out").exception, InputError)
    assert invoke("rules", "-o", "out", "--restart").exit_code == 0


def test_a_finished_run_over_other_documents_is_not_replaced_unasked(folder: Path) -> None:
    program = line(folder)
    assert invoke(program, "-o", "out").exit_code == 0
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    lines = (folder / "gold.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "gold.jsonl").write_text(lines[1], "utf-8")
    done = invoke(program, "-o", "out")
    assert isinstance(done.exception, InputError)
    assert "over other documents" in str(done.exception)
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    (folder / "gold.jsonl").write_text("".join(lines), "utf-8")
    assert invoke(program, "-o", "out").exit_code == 0
    assert invoke(program, "-o", "out", "--restart").exit_code == 0


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (["--layer", "menions"], UnknownName, "menions"),
        (["--layer", "event_links"], InputError, "cannot be scored"),
    ],
)
def test_what_cannot_be_scored_is_refused_before_anything_is_asked(
    folder: Path, words: list[str], kind: type[GoldwireError], said: str
) -> None:
    done = invoke(line(folder), "-o", "out", *words)
    assert isinstance(done.exception, kind)
    assert said in str(done.exception)
    assert not (folder / "out").exists()


def test_drafts_and_no_documents_are_refused_before_anything_is_asked(folder: Path) -> None:
    draft = make(TEXT, id="draft")
    for content, said in ((to_line(draft) + "\n", "annotation.layers"), ("", "gold")):
        (folder / "gold.jsonl").write_text(content, "utf-8")
        done = invoke(line(folder), "-o", "out")
        assert isinstance(done.exception, InputError)
        assert said in str(done.exception)
        assert not (folder / "out").exists()


def test_a_cache_that_may_not_be_written_to_is_refused_before_the_work(folder: Path) -> None:
    done = invoke(line(folder), "-o", "out", "--cache", "gold.jsonl/kept")
    assert isinstance(done.exception, InputError)
    assert "--cache" in (done.exception.hint or "")
    assert not (folder / "out").exists()


def test_labels_that_a_map_lacks_are_told_in_the_report(folder: Path) -> None:
    lines = [
        {
            "document_id": name,
            "extractions": [
                {"extraction_class": label, "extraction_text": "Velmar"}
                for label in ("GPE", "Town, old (2)", "Town, old (2)")
            ],
        }
        for name in ("good", "crash", "usage-1")
    ]
    (folder / "found.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    done = invoke("langextract:found.jsonl", "--set", "labels=ontonotes", "-o", "out", "--json")
    assert done.exit_code == 0, done.output
    kinds = {each["kind"]: each for each in json.loads(done.stdout)["findings"]}
    assert kinds["label not in the label map"] == {
        "kind": "label not in the label map", "count": 6, "examples": ["Town, old (2) (6)"],
    }  # fmt: skip


def test_scores_go_to_markdown(folder: Path) -> None:
    done = invoke("rules", "-o", "out", "--markdown", "scores.md")
    assert done.exit_code == 0, done.output
    assert (folder / "scores.md").read_text("utf-8").startswith("### rules\n\n| layer |")
