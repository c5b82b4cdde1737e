"""Annotations of a build: escaped as GitHub reads them, one line each."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest

from goldwire.evaluate.gate import Verdict
from goldwire.evaluate.gate.file_lines import item_line
from goldwire.evaluate.report.annotations import annotation_lines
from goldwire.schema.errors import UnknownName
from tests.evaluate.gate.verdicts import failed_verdict, hostile_verdict, passed_verdict

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:]*,?)+)::(.*)")


def test_a_pass_is_one_notice() -> None:
    (line,) = annotation_lines(passed_verdict())
    assert line.startswith("::notice title=gate::gate passed%3A".replace("%3A", ":"))


def test_every_failed_number_is_an_error_and_items_follow() -> None:
    verdict = failed_verdict()
    lines = [COMMAND.fullmatch(line) for line in annotation_lines(verdict)]
    assert all(lines)
    errors = [line for line in lines if line and line[1] == "error"]
    assert len(verdict.failed) < len(errors) <= 10
    for check, line in zip(verdict.failed, errors, strict=False):
        assert unquote(line[3]).startswith(check.metric)
    item = verdict.failed[0].items[0]
    assert any(item.sentence in unquote(line[3]) for line in errors)


def test_an_item_stands_at_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    verdict = at(failed_verdict(), str(Path.cwd() / "gold" / "a.json"))
    assert any(
        line.startswith("::error file=gold/a.json,line=1,title=gate%3A ")
        for line in annotation_lines(verdict)
    )
    assert any(line.startswith("gold/a.json:1: error: ") for line in annotation_lines(
        verdict, "plain"))  # fmt: skip


def at(verdict: Verdict, source: str) -> Verdict:
    """The verdict with all items of its first failed check in one file."""
    check = verdict.failed[0]
    items = tuple(msgspec.structs.replace(each, source=source) for each in check.items)
    return msgspec.structs.replace(verdict, checks=(msgspec.structs.replace(check, items=items),))


@pytest.mark.parametrize("source", ["gold/a.json", "{here}/gold/a.json", "../part/gold/a.json"])
def test_paths_are_those_of_the_workspace(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "part"
    here.mkdir()
    monkeypatch.chdir(here)
    verdict = at(failed_verdict(), source.format(here=here))
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert any("file=gold/a.json," in line for line in annotation_lines(verdict))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert any("file=part/gold/a.json," in line for line in annotation_lines(verdict))


def test_an_item_has_its_line_in_a_file_of_its_document() -> None:
    from goldwire.corpus import root

    (path,) = Path(str(root() / "gold")).rglob("ain-al-asad.json")
    data = path.read_bytes()
    plain = msgspec.json.decode(data)
    lines = data.decode("utf-8").splitlines()
    for layer in ("zones", "mentions", "times", "events", "attributions"):
        for item in plain[layer]:
            start, end = item["spans"][0][0], item["spans"][-1][1]
            line = item_line(data, layer, start, end)
            assert line is not None
            assert f'"spans": {item["spans"]}' in lines[line - 1]
    assert item_line(data, "mentions", 1, 2) is None
    assert item_line(b"{", "mentions", 1, 2) is None


@pytest.mark.parametrize("platform", ["github", "plain"])
def test_hostile_text_starts_no_command(platform: str) -> None:
    lines = list(annotation_lines(hostile_verdict(), platform))
    for line in lines:
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
        assert "\r" not in line
    if platform == "github":
        for line in lines:
            found = COMMAND.fullmatch(line)
            assert found is not None, line
            properties = dict(part.split("=", 1) for part in found[2].split(","))
            assert set(properties) <= {"file", "line", "title"}
        assert any("line=3" in line and "%25" in line for line in lines)


def test_an_unknown_platform_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="gitlub"):
        annotation_lines(passed_verdict(), "gitlub")
