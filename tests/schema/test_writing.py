"""Commands refuse to write over what they read."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from goldwire.schema.errors import InputError
from goldwire.schema.writing import Writing, WrittenPath


@click.command(cls=Writing)
@click.argument("systems", nargs=-1)
@click.option("--gold")
@click.option("--name")
@click.option("--set", "settings", multiple=True)
@click.option("--baseline", type=WrittenPath(kept=True))
@click.option("--output", "-o", type=WrittenPath(allow_dash=True))
@click.option("--html", type=WrittenPath(allow_dash=True))
def command(systems: tuple[str, ...], **options: object) -> None:
    """Write nothing."""
    click.echo("ran")


def outcome(*args: str) -> str:
    """What the command printed; raises what it raised."""
    found = CliRunner().invoke(command, args)
    if found.exception is not None:
        raise found.exception
    return found.output.strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with gold, a run, and a baseline."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "gold/a.json", "gold/note.txt", "run/predictions.jsonl", "run/run.json", "run/report.json",
        "p.jsonl", "baseline.json", "prog.sh", "map.toml", "some/module.py", "outside.json",
        "linked/b.json",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    (tmp_path / "link.jsonl").symlink_to("p.jsonl")
    (tmp_path / "linked" / "x.json").symlink_to("../outside.json")
    return tmp_path


@pytest.mark.parametrize(
    "args",
    [
        ("p.jsonl", "-o", "p.jsonl"),
        ("-o", "./p.jsonl", "p.jsonl"),
        ("p.jsonl", "-o", "link.jsonl"),
        ("mine=p.jsonl", "--html", "p.jsonl"),
        ("trained:p.jsonl", "--html", "p.jsonl"),
        ("--gold", "gold", "p.jsonl", "-o", "gold/a.json"),
        ("gold", "-o", "gold/a.json"),
        ("run", "-o", "run/predictions.jsonl"),
        ("run", "-o", "run/run.json"),
        ("p.jsonl", "--baseline", "baseline.json", "-o", "baseline.json"),
        ("p.jsonl", "--baseline", "p.jsonl"),
        ("cmd:./prog.sh --fast", "-o", "prog.sh"),
        ("python:some.module:extract", "-o", "some/module.py"),
        ("p.jsonl", "--set", "labels=map.toml", "-o", "map.toml"),
        ("linked", "-o", "outside.json"),
    ],
)
def test_what_is_read_is_not_written_over(args: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"is read, and -.* would write over it"):
        outcome(*args)


def test_no_report_becomes_a_document() -> None:
    with pytest.raises(InputError, match="would be read as a document of 'gold'"):
        outcome("gold", "-o", "gold/report.json")


def test_two_files_do_not_go_to_one_place() -> None:
    with pytest.raises(InputError, match="--html and --output name the same file"):
        outcome("p.jsonl", "-o", "x.json", "--html", "./x.json")


@pytest.mark.parametrize(
    "args",
    [
        ("p.jsonl", "-o", "new.json"),
        ("p.jsonl", "-o", "-", "--html", "-"),
        ("run", "-o", "run/report.json"),
        ("gold", "-o", "gold/note.txt"),
        ("gold", "-o", "gold/new.html"),
        ("run", "-o", "run/new.json"),
        ("p.jsonl", "-o", "/dev/null", "--html", "/dev/null"),
        ("p.jsonl", "--name", "baseline.json", "-o", "baseline.json"),
        ("p.jsonl", "--baseline", "baseline.json"),
        ("missing.jsonl", "-o", "missing.jsonl"),
        ("-", "-o", "p.jsonl"),
        ("cmd:./prog.sh --data /", "-o", "p.jsonl"),  # and no walk through the disk
        ("cmd:./prog.sh --data gold", "-o", "gold/a.json"),
    ],
)
def test_everything_else_is_written(args: tuple[str, ...]) -> None:
    assert outcome(*args) == "ran"
