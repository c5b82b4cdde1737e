"""Annotations of a build: the verdict of a gate as lines that a CI platform shows beside files.

``github`` writes workflow commands (GitHub Docs, "Workflow commands for GitHub Actions"):
``::error file=…,line=…,title=…::message``. ``plain`` writes ``file:line: error: message``, which
editors and other platforms read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from goldwire.schema.errors import UnknownName
from goldwire.schema.positions import visible

from ..gate.verdict import Check, Verdict, WorseItem
from ..gate.words import check_text, headline, item_words, lost_lines

__all__ = ["PLATFORMS", "Platform", "annotation_lines"]

Platform = Literal["github", "plain"]

PLATFORMS: tuple[Platform, ...] = ("github", "plain")

_MOST = 10
"""Annotations of items: GitHub shows ten errors a step, and drops the rest."""


def annotation_lines(verdict: Verdict, platform: str = "github") -> Iterator[str]:
    """The verdict as lines: each failed number, its items that got worse, and one notice.

    An item stands at its gold file; a number stands at none. Raises ``UnknownName`` for an
    unknown platform.
    """
    if platform not in PLATFORMS:
        raise UnknownName("platform", platform, PLATFORMS)
    line = _github if platform == "github" else _plain
    return _lines(verdict, line)


_Line = Callable[[str, str, str, str | None, int | None], str]


def _lines(verdict: Verdict, line: _Line) -> Iterator[str]:
    failed = verdict.failed
    for lost in lost_lines(verdict):
        yield line("error", "gate: documents", lost, None, None)
    for check in failed:
        yield line("error", f"gate: {check.metric}", check_text(check), None, None)
    for item in _items(failed)[: max(0, _MOST - len(failed))]:
        message = item_words(item) + (f"\n{item.sentence}" if item.sentence else "")
        yield line("error", f"gate: {item.layer}", message, _file(item), item.line)
    for check in verdict.checks:
        if check.outcome == "passed" and check.remarks:
            yield line("warning", f"gate: {check.metric}", check_text(check), None, None)
    yield line("notice", "gate", headline(verdict), None, None)


def _items(checks: tuple[Check, ...]) -> list[WorseItem]:
    """The items of all checks, each once, by turns: no number hides the others."""
    found: dict[WorseItem, None] = {}
    for turn in range(max((len(check.items) for check in checks), default=0)):
        found.update((check.items[turn], None) for check in checks if turn < len(check.items))
    return list(found)


def _file(item: WorseItem) -> str | None:
    """The file as a path from the workspace of the build, or else from the working folder,
    where it lies in there: platforms know no other paths.
    """
    if item.source is None or item.source in ("-", "gold"):
        return None
    path = Path(item.source)
    base = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    whole = Path(os.path.normpath(Path.cwd() / path))
    return (whole.relative_to(base) if whole.is_relative_to(base) else path).as_posix()


def _github(level: str, title: str, message: str, file: str | None, line: int | None) -> str:
    properties = {"file": file, "line": None if file is None else str(line or 1), "title": title}
    inside = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {inside}::{_data(message)}"


def _data(text: str) -> str:
    """A message: percent signs and line breaks are escaped, other controls made visible."""
    escaped = "\n".join(map(visible, text.split("\n"))).replace("%", "%25")
    return escaped.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property: colons and commas would end it."""
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _plain(level: str, title: str, message: str, file: str | None, line: int | None) -> str:
    place = f"{visible(file)}:{line or 1}" if file is not None else "gate"
    return f"{place}: {level}: {visible(message.replace(chr(10), ' | '))}"
