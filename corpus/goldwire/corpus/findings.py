"""What a look at a whole corpus finds: the table of checks, and findings as problems."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from goldwire.schema.document import Span
from goldwire.schema.positions import excerpt
from goldwire.schema.problems import Problem, Severity, pointer

__all__ = ["CHECKS", "Check", "Finding", "Home", "as_problem", "shown_path"]


class Check(NamedTuple):
    """A stable code, a severity, and what is demanded."""

    code: str
    severity: Severity
    demand: str


CHECKS: tuple[Check, ...] = (
    Check("D1", "error", "a file is named after the id of its document"),
    Check("D2", "error", "no text stands in two documents"),
    Check("D3", "error", "no text stands in two splits, nearly the same"),
    Check("D4", "warning", "no text stands in two documents, nearly the same"),
    Check("D5", "error", "a document of the gold has the status gold"),
    Check("D6", "error", "a document of the gold lies in a split"),
    Check("D7", "error", "the Parquet copy holds what the gold holds"),
    Check("U1", "warning", "a surface has the type that nearly all its mentions have"),
    Check("U2", "warning", "what is a named mention once in a document always is one there"),
    Check("U3", "warning", "a word that is a trigger nearly everywhere always is one"),
    Check("U4", "warning", "the entity of a named mention has the type of most of its mentions"),
)

_SEVERITIES = {check.code: check.severity for check in CHECKS}


class Home(NamedTuple):
    """Where a document lies: its file and line, and the folder of the gold and the split, if any.

    ``gold`` is the folder named ``gold`` that a document lies in, directly or one folder deeper.
    """

    id: str
    source: str
    line: int | None = None
    gold: Path | None = None
    split: str | None = None

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{self.id!r} ({place})"


class Finding(NamedTuple):
    """A code, the address in the document, the sentence, and the place in the text if any."""

    code: str
    path: tuple[str | int, ...]
    message: str
    span: Span | None = None


def as_problem(finding: Finding, home: Home, text: str = "") -> Problem:
    """The finding with everything that a list of problems shows."""
    return Problem(
        code=finding.code,
        severity=_SEVERITIES[finding.code],
        pointer=pointer(*finding.path),
        message=finding.message,
        excerpt=excerpt(text, *finding.span) if finding.span else None,
        source=home.source,
        line=home.line,
        document=home.id or None,
    )


def shown_path(path: Path) -> str:
    """A path as a user would write it: from the current folder, where it lies in it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
