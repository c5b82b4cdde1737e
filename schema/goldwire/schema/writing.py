"""Commands that write files: never over what they read, never two files to one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from .errors import InputError

__all__ = ["Writing", "WrittenPath"]

_READ = frozenset({"gold", "training", "dev", "thresholds"})
"""Options that name what is read; so do all arguments."""

_DOCUMENTS = (".json", ".jsonl", ".ndjson")
"""Files of a folder that are read."""

_RUN = ("predictions.jsonl", "run.json")
"""Files of a run's folder that are read."""


class WrittenPath(click.Path):
    """A file that a command writes; ``kept`` where it reads it, too, such as a baseline."""

    def __init__(self, *, kept: bool = False, allow_dash: bool = False) -> None:
        super().__init__(allow_dash=allow_dash)
        self.kept = kept


class Writing(click.Command):
    """A command with options of the type :class:`WrittenPath`, which are checked before it runs.

    Raises ``InputError`` where one of them is a file that the command reads, or lies where it
    reads a folder, and where two are one file.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless it would write over something that is needed."""
        self._check(ctx.params)
        return super().invoke(ctx)

    def _check(self, values: dict[str, Any]) -> None:
        written: dict[str, str] = {}
        read: list[tuple[str, str]] = []
        for param in self.params:
            found = list(_texts(values.get(param.name or "")))
            if isinstance(param.type, WrittenPath):
                option = max(param.opts, key=len)
                for path in found:
                    if path != "-":
                        written[option] = path
                    if param.type.kept:
                        read.append((option, path))
            elif isinstance(param, click.Argument) or param.name in _READ:
                read += [("", path) for each in found for path in _paths(each)]
        for option, path in written.items():
            for other, source in read:
                if other != option and _is_read(Path(path), Path(source)):
                    raise InputError(
                        f"is read, and {option} would write over it",
                        source=path,
                        hint=f"Name another file with {option}.",
                    )
        for option, path in written.items():
            for other, again in written.items():
                if other < option and Path(path).resolve() == Path(again).resolve():
                    raise InputError(
                        f"{other} and {option} name the same file",
                        source=path,
                        hint="Give each of them a file of its own.",
                    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from (each for each in value if isinstance(each, str))


def _paths(value: str) -> Iterable[str]:
    """What a value may name: a path, ``name=path``, or ``kind:path``."""
    yield value
    for mark in "=:":
        if mark in value:
            yield value.partition(mark)[2]


def _is_read(target: Path, source: Path) -> bool:
    """Whether a file that exists is one that reading ``source`` opens."""
    try:
        if not target.exists() or not source.exists():
            return False
        if not source.is_dir():
            return target.samefile(source)
        if all((source / name).is_file() for name in _RUN):
            return any(target.samefile(source / name) for name in _RUN)
        inside = source.resolve() in target.resolve().parents
        return inside and target.suffix in _DOCUMENTS
    except OSError:  # whoever opens it says what is wrong
        return False
