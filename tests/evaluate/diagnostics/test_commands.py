"""The commands ``errors`` and ``diagnose``: data on stdout, talk on stderr, nothing that moves."""

from __future__ import annotations

import json
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.console import Console

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.commands.diagnose import diagnose as diagnose_command
from goldwire.evaluate.commands.errors import _CLASSES
from goldwire.evaluate.commands.errors import errors as errors_command
from goldwire.evaluate.diagnostics.diagnosis import diagnose
from goldwire.evaluate.diagnostics.listing import ERROR_CLASSES, list_errors
from goldwire.evaluate.diagnostics.streams import write_lines
from goldwire.evaluate.diagnostics.terminal import diagnosis_parts
from goldwire.evaluate.diagnostics.training import training_of
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.schema.errors import InputError
from tests.evaluate.diagnostics.cases import hard_pair
from tests.evaluate.report.samples import HOSTILE, make_gold, make_pair


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "gold.jsonl", tmp_path / "guesses.jsonl"
    for path, rows in zip(paths, make_pair(6), strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return paths


def run(command: Any, *words: object, **more: Any) -> Result:
    return CliRunner().invoke(command, list(map(str, words)), catch_exceptions=False, **more)


def test_errors_are_lines_of_json_on_stdout(files: tuple[Path, Path]) -> None:
    done = run(errors_command, *files)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(list(list_errors(*files)))
    assert {"document", "layer", "error", "context"} <= set(rows[0])
    assert {row["layer"] for row in rows} == set(SCORED_LAYERS)
    assert done.stderr == ""
    piped = run(errors_command, files[0], "-", input=files[1].read_bytes())
    assert piped.stdout == done.stdout


def test_the_command_knows_all_classes() -> None:
    assert _CLASSES == ERROR_CLASSES  # written out there: numpy is not loaded for --help


def test_errors_go_to_a_file_whole_or_not_at_all(files: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "errors.jsonl"
    done = run(errors_command, *files, "--layer", "times", "--class", "missed", "-o", target)
    lines = target.read_text("utf-8").splitlines()
    assert done.stdout == ""
    assert done.stderr == f"wrote {len(lines)} errors to {target}\n"
    assert {json.loads(line)["layer"] for line in lines} == {"times"}
    before = target.read_bytes()
    files[1].write_text(files[1].read_text("utf-8") + "{\n", "utf-8")
    with pytest.raises(InputError):
        run(errors_command, *files, "-o", target)
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {
        "errors.jsonl", "gold.jsonl", "guesses.jsonl",
    }  # fmt: skip


def test_a_device_is_written_to_and_stays_a_device(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert write_lines([b"one\n", b"two\n"], pipe) == 2
        assert os.read(reading, 100) == b"one\ntwo\n"
    finally:
        os.close(reading)
    assert pipe.is_fifo()


def test_a_place_that_may_not_be_written_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_lines([], tmp_path / "no" / "such" / "folder.jsonl")
    with pytest.raises(InputError, match="cannot be written"):
        write_lines([], tmp_path)


def test_diagnose_prints_tables(files: tuple[Path, Path]) -> None:
    done = run(
        diagnose_command, *files, "--training", files[0], "--layer", "mentions", "--resamples", 99,
        env={"COLUMNS": "100"},
    )  # fmt: skip
    for words in ("length in words", "familiarity", "gold \\ predicted", "merged", "95% CI",
                  "worst documents", "guesses\nagainst gold"):  # fmt: skip
        assert words in done.stdout
    assert done.stderr == ""


def test_diagnose_prints_json(files: tuple[Path, Path]) -> None:
    done = run(diagnose_command, files[0], "-", "--json", "--resamples", 0, "--worst", 2,
               input=files[1].read_bytes())  # fmt: skip
    found = json.loads(done.stdout)
    assert found["system"] == "stdin"
    assert [each["layer"] for each in found["layers"]] == ["mentions"]
    assert len(found["worst"]) == 2


def test_a_draft_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(make_gold("a", ["[m PER Ada]."], layers=())), "utf-8")
    with pytest.raises(InputError, match="no layer can be diagnosed"):
        run(diagnose_command, path, path)


@pytest.mark.parametrize("width", [1, 24, 40, 80, 200])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    gold, predictions = hard_pair(3)
    found = diagnose(gold, predictions, training=training_of([]), resampling=Resampling(50))
    for part in diagnosis_parts(found, width):
        assert all(cell_len(line) <= max(24, width) for line in part.plain.splitlines())


def test_hostile_strings_are_harmless() -> None:
    gold = make_gold("a", [f"[m PER {HOSTILE}] met [m ORG them{HOSTILE}]."])
    gold["id"] = f"a{HOSTILE}"
    gold["mentions"][0] |= {"type": HOSTILE, "level": HOSTILE}
    gold["zones"][1]["kind"] = HOSTILE
    found = diagnose([gold], [], system=HOSTILE, resampling=Resampling(0))
    console = Console(width=100, record=True, file=StringIO())
    for part in diagnosis_parts(found, 100):
        console.print(part)
    shown = console.export_text()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", shown)
