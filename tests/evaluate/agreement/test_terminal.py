"""The terminal view of agreement, and the command."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from rich.console import Console

from goldwire.evaluate.agreement import agree, render_agreement
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.commands.agree import agree as command
from goldwire.schema.errors import InputError
from tests.evaluate.report.samples import HOSTILE

from .samples import make_team

FEW = Resampling(resamples=100)


def shown(report: Any, width: int = 80) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(render_agreement(report, width=width))
    return stream.getvalue()


@pytest.mark.parametrize("annotators", [2, 3, 5])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(annotators: int, width: int) -> None:
    text = shown(agree(make_team(6, annotators), resampling=FEW), width)
    assert max(map(len, text.splitlines())) <= width
    assert "Look next" in text


def test_pairs_are_shown_where_there_are_several() -> None:
    names = ["anna", "ben", "cleo"]
    assert "1 anna, 2 ben, 3 cleo" in shown(agree(make_team(5, 3), names=names, resampling=FEW))
    assert "Pairs:" not in shown(agree(make_team(5, 2), names=names[:2], resampling=FEW))


def test_names_and_labels_from_outside_are_harmless() -> None:
    one, two = make_team(1, 2)
    one[0]["mentions"][0]["type"] = HOSTILE
    two[0]["events"][0]["realis"] = HOSTILE
    text = shown(agree([one, two], names=[HOSTILE, "b"], resampling=FEW))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def write(folder: Path, team: list[list[dict[str, Any]]]) -> list[str]:
    paths = []
    for number, documents in enumerate(team):
        path = folder / f"annotator-{number}.jsonl"
        path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in documents))
        paths.append(str(path))
    return paths


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    paths = write(tmp_path, make_team(5, 2))
    options = ["--layer", "mentions", "--resamples", "100"]
    done = CliRunner().invoke(command, [*paths, *options], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Agreement of 2 annotators" in done.stdout
    output = tmp_path / "agreement.json"
    done = CliRunner().invoke(
        command, [*paths, *options, "--json", "-o", str(output)], catch_exceptions=False
    )
    printed = json.loads(done.stdout)
    assert printed == json.loads(output.read_text("utf-8"))
    assert [layer["layer"] for layer in printed["layers"]] == ["mentions"]
    assert printed["gamma"] == []


def test_the_command_prints_gamma_where_it_is_asked_for(tmp_path: Path) -> None:
    paths = write(tmp_path, make_team(2, 2))
    options = ["--layer", "mentions", "--gamma", "--resamples", "100"]
    done = CliRunner().invoke(command, [*paths, *options], catch_exceptions=False)
    assert done.exit_code == 0
    for title in ("γ", "γcat", "γₖ"):
        assert title in done.stdout.split()
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = CliRunner().invoke(command, [*paths, *options, "--json"], catch_exceptions=False)
    (row,) = json.loads(done.stdout)["gamma"]
    assert row["layer"] == "mentions"
    assert row["cat"]["value"] <= 1


def test_drafts_and_a_lone_annotator_are_refused(tmp_path: Path) -> None:
    team = make_team(1, 2)
    for documents in team:
        documents[0]["annotation"] = {"layers": []}
    paths = write(tmp_path, team)
    with pytest.raises(InputError, match="no layer could be compared"):
        CliRunner().invoke(command, paths, catch_exceptions=False)
    with pytest.raises(InputError, match="at least two annotators"):
        CliRunner().invoke(command, paths[:1], catch_exceptions=False)
