"""What is wrong with a script, and where."""

from __future__ import annotations

from collections.abc import Iterable

from goldwire.schema.errors import InputError, UnknownName

__all__ = ["ScriptError", "unknown"]


class ScriptError(InputError):
    """A line that cannot be read or does not fit; ``line`` and ``column`` count from 1.

    Both are ``None`` for what comes from the command line.
    """

    column: int | None = None

    def at(self, line: int | None, column: int | None, source: str | None = None) -> ScriptError:
        """The same error with its place, where it has none yet."""
        self.line = self.line if self.line is not None else line
        self.column = self.column if self.column is not None else column
        self.source = self.source or source
        return self

    @property
    def place(self) -> str:
        """Where it is: ``file:line:column``."""
        if self.line is None:
            return self.source or ""
        where = f"{self.line}:{self.column}" if self.column is not None else f"{self.line}"
        return f"{self.source}:{where}" if self.source else f"line {where}"


def unknown(kind: str, name: str, known: Iterable[str]) -> ScriptError:
    """An error for a name that nobody knows; it lists the known ones and the nearest."""
    problem = UnknownName(kind, name, known)
    return ScriptError(problem.problem, hint=problem.hint)
