"""The command run: what goes where, which exit code, what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from goldwire.evaluate.commands.run import run
from goldwire.schema.document import to_line
from goldwire.schema.errors import CouldNotRun, GoldwireError, InputError, UnknownName
from tests.making import article, make

from ..extractors.programs import TEXT, line


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
    assert "document without a prediction" in kinds
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


def test_scores_go_to_markdown(folder: Path) -> None:
    done = invoke("rules", "-o", "out", "--markdown", "scores.md")
    assert done.exit_code == 0, done.output
    assert (folder / "scores.md").read_text("utf-8").startswith("### rules\n\n| layer |")
