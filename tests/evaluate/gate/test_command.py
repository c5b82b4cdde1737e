"""The command: what goes where, exit codes, and what is refused."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import msgspec
import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console

from goldwire.__main__ import root as root_command
from goldwire.evaluate.commands.gate import gate
from goldwire.evaluate.gate import Verdict
from goldwire.evaluate.gate.terminal import verdict_parts
from goldwire.evaluate.gate.words import verdict_text
from goldwire.schema.errors import GoldwireError, InputError
from tests.evaluate.gate.verdicts import failed_verdict, hostile_verdict, passed_verdict
from tests.evaluate.report.samples import make_pair


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    gold, predictions = make_pair(8)
    worse = [one | {"mentions": one["mentions"][::3], "relations": []} for one in predictions]
    (tmp_path / "gold").mkdir()
    for one in gold:
        (tmp_path / "gold" / f"{one['id']}.json").write_bytes(msgspec.json.encode(one))
    for name, records in (("good", predictions), ("bad", worse)):
        lines = b"".join(msgspec.json.encode(one) + b"\n" for one in records)
        (tmp_path / f"{name}.jsonl").write_bytes(lines)
    monkeypatch.chdir(tmp_path)
    invoke("good", "--update")
    return tmp_path


def invoke(name: str, *words: str, stdin: str | None = None) -> Any:
    path = "-" if stdin is not None else f"{name}.jsonl"
    fixed = [path, "--gold", "gold", "--baseline", "baseline.json", "--resamples", "300"]
    return CliRunner().invoke(gate, [*fixed, *words], input=stdin)


def test_update_writes_what_the_next_run_passes(folder: Path) -> None:
    before = (folder / "baseline.json").read_bytes()
    again = invoke("good", "--update", "--json")
    assert again.exit_code == 0, again.output
    assert again.stderr.startswith("wrote baseline.json\n")
    assert again.stdout.encode() == before == (folder / "baseline.json").read_bytes()
    done = invoke("good")
    assert done.exit_code == 0, done.output
    assert "gate passed" in done.stdout
    assert done.stderr == ""


def test_update_on_few_documents_warns_that_chance_cannot_be_tested(folder: Path) -> None:
    for path in sorted((folder / "gold").iterdir())[3:]:
        path.unlink()
    done = invoke("good", "--update")
    assert done.exit_code == 0
    assert "WARNING: 3 documents are too few to tell chance from a drop" in done.stderr
    assert "allow a larger drop" in done.stderr
    passed = invoke("good")
    assert "3 documents are too few to tell chance" in " ".join(passed.stdout.split())
    (folder / "gate.toml").write_text("ignore = ['zones']\ndrop = 0.1\n", "utf-8")


def test_enough_documents_are_no_reason_to_warn(folder: Path) -> None:
    layers = ("zones", "entities", "times", "quantities", "events", "arguments", "hoppers",
              "attributions", "relations", "incidents")  # fmt: skip
    (folder / "gate.toml").write_text(f"ignore = {list(layers)}\n", "utf-8")
    done = invoke("good", "--update", "--thresholds", "gate.toml")
    assert done.stderr == "wrote baseline.json\n"


def test_worse_predictions_end_with_1_and_say_which_sentence_broke(folder: Path) -> None:
    done = invoke("bad", "--junit", "gate.xml", "--markdown", "gate.md",
                  "--annotations", "github")  # fmt: skip
    assert done.exit_code == 1, done.output
    assert "gate failed: bad against the baseline good" in " ".join(done.stdout.split())
    assert "was right, is missed" in done.stdout
    assert "⟦" in done.stdout
    assert "wrote gate.xml" in done.stderr
    assert "::error file=gold/wire-0" in done.stderr
    assert "::" not in done.stdout
    assert ElementTree.parse(folder / "gate.xml").getroot().get("failures") != "0"
    assert (folder / "gate.md").read_text("utf-8").startswith("### ❌")


def test_json_is_the_verdict(folder: Path) -> None:
    done = invoke("bad", "--json", "--annotations", "plain")
    verdict = msgspec.json.decode(done.stdout, type=Verdict)
    assert not verdict.passed
    item = verdict.failed[0].items[0]
    assert item.source is not None
    assert Path(item.source).name == f"{item.document}.json"


def test_predictions_from_standard_input(folder: Path) -> None:
    piped = invoke("bad", "--json", "--name", "bad", stdin=(folder / "bad.jsonl").read_text())
    assert piped.exit_code == 1
    assert json.loads(piped.stdout) == json.loads(invoke("bad", "--json").stdout)


def test_thresholds_from_a_file(folder: Path) -> None:
    (folder / "gate.toml").write_text("drop = 0.99\n", "utf-8")
    assert invoke("bad", "--thresholds", "gate.toml").exit_code == 0
    (folder / "gate.toml").write_text("drop = 0.99\n[layers.mentions]\nfloor = 1\n", "utf-8")
    assert invoke("bad", "--thresholds", "gate.toml").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--split", "test"),
        ("--update", "--strict"),
        ("--update", "--junit", "x.xml"),
        ("--thresholds", "nowhere.toml"),
        ("--baseline", "nowhere.json"),
        ("--markdown", "nowhere/gate.md"),
    ],
)
def test_what_cannot_be_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    done = invoke("good", *words)
    assert isinstance(done.exception, InputError)
    assert done.exception.hint


def test_another_gold_is_refused_with_2(folder: Path) -> None:
    for path in sorted((folder / "gold").iterdir())[:2]:
        path.unlink()
    done = invoke("good")
    assert isinstance(done.exception, GoldwireError)
    assert done.exception.exit_code == 2
    assert "wire-001, wire-002 are not here" in done.exception.problem


@pytest.mark.parametrize("width", [40, 60, 80, 132])
@pytest.mark.parametrize(
    "verdict", [failed_verdict(), failed_verdict(True), passed_verdict(), hostile_verdict()]
)
def test_no_line_runs_over_and_nothing_hostile_is_printed(verdict: Verdict, width: int) -> None:
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    for part in verdict_parts(verdict, width):
        console.print(part)
    shown = file.getvalue()
    assert all(cell_len(line) <= width for line in shown.splitlines())
    for text in (shown, verdict_text(verdict)):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_the_table_keeps_the_verdict_when_narrow() -> None:
    file = io.StringIO()
    for part in verdict_parts(failed_verdict(), 40):
        Console(file=file, width=40, highlight=False).print(part)
    header = next(line for line in file.getvalue().splitlines() if line.startswith("number"))
    assert header.split() == ["number", "now", "points", "verdict"]


def test_the_hooks_name_commands_and_options_that_exist() -> None:
    path = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    if not path.exists():
        pytest.skip("hooks belong to the repository, not to its archive")
    entries = re.findall(r"^  entry: goldwire (.*)$", path.read_text("utf-8"), re.MULTILINE)
    assert entries
    for entry in entries:
        words = entry.split()
        command: click.Command | None = root_command
        while words and not words[0].startswith("-"):
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), words.pop(0))
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(words) <= known
