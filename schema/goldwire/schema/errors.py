"""The exception tree. Every class carries the exit code that a command ends with.

GoldwireError
├── InputError          2   input or usage that the user can mend
│   ├── UnreadableInput     missing file, no permission, wrong encoding, not JSON
│   ├── InvalidDocument     readable JSON that does not fit its schema
│   └── UnknownName         a layer, label, metric, extractor, or schema nobody knows
└── CouldNotRun         3   an extractor that died, a disk that is full

Exit code 1 is no error: it says that a command ran well and found something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any

__all__ = [
    "CouldNotRun",
    "GoldwireError",
    "InputError",
    "InvalidDocument",
    "UnknownName",
    "UnreadableInput",
    "kind_of",
]


class GoldwireError(Exception):
    """Base of all errors that a user may see as one message without a traceback.

    ``problem`` says what is wrong, ``hint`` what to do about it; ``source`` is a file
    name or ``-``, ``line`` counts from 1, and ``pointer`` is a JSON Pointer into the document.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        source: str | None = None,
        line: int | None = None,
        pointer: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.source = source
        self.line = line
        self.pointer = pointer
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        # What crosses processes is made anew without its own way of being made.
        return _restored, (type(self), self.args, self.__dict__)

    @property
    def place(self) -> str:
        """Where it is: ``file:line pointer``, as much of it as is known."""
        place = self.source or ""
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        if self.pointer:
            place += f" {self.pointer}" if place else self.pointer
        return place

    def __str__(self) -> str:
        text = f"{self.place}: {self.problem}" if self.place else self.problem
        return f"{text}\n  {self.hint}" if self.hint else text


def _restored(
    kind: type[GoldwireError], args: tuple[Any, ...], fields: dict[str, Any]
) -> GoldwireError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error


class InputError(GoldwireError):
    """Input or usage that the user can mend."""


class UnreadableInput(InputError):
    """A file that is missing, may not be read, is not UTF-8, or is not JSON."""


class InvalidDocument(InputError):
    """JSON that can be read but is not a document of the schema it names."""


class UnknownName(InputError):
    """A name that nobody knows; the message lists the known ones and the nearest."""

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        *,
        source: str | None = None,
        pointer: str | None = None,
        line: int | None = None,
    ) -> None:
        names = list(known)
        near = get_close_matches(name, names, n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(
            f"unknown {kind} {name!r}.{guess}",
            source=source,
            line=line,
            pointer=pointer,
            hint=f"Known: {', '.join(names) if names else 'none'}.",
        )
        self.name = name
        self.known = names


class CouldNotRun(GoldwireError):
    """The input was fine, the work could not be done: a dead extractor, a full disk."""

    exit_code = 3


def kind_of(value: object) -> str:
    """What a value is, for the text of an error: ``None``, ``7``, ``a generator``."""
    if value is None or isinstance(value, (str, int, float)):
        return f"{value!r:.60}"
    if isinstance(value, Mapping):
        return f"a mapping of {', '.join(repr(key) for key in islice(value, 3)) or 'nothing'}"
    return f"a {type(value).__name__}"
