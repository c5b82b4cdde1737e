"""Commands that write files: never over what they read, never two files to one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from .errors import InputError

__all__ = ["Writing", "WrittenPath"]

_READ = frozenset({"gold", "training", "dev", "thresholds", "settings"})
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

    Raises ``InputError`` where one of them is a file that the command reads, or would be read as
    a document of a folder that it reads, and where two are one file.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless it would write over something that is needed."""
        self._check(ctx.params)
        return super().invoke(ctx)

    def also_read(self, values: Mapping[str, Any]) -> Iterable[Path]:
        """What is read though no option names it."""
        return ()

    def _check(self, values: dict[str, Any]) -> None:
        written: dict[str, str] = {}
        read: list[tuple[str, Path, bool]] = []
        for param in self.params:
            found = list(_texts(values.get(param.name or "")))
            if isinstance(param.type, WrittenPath):
                option = max(param.opts, key=len)
                for path in found:
                    if path != "-":
                        written[option] = path
                    if param.type.kept:
                        read.append((option, Path(path), False))
            elif isinstance(param, click.Argument) or param.name in _READ:
                read += [("", *path) for each in found for path in _paths(each)]
        if written:
            read += [("", path, False) for path in self.also_read(values)]
        for option, path in written.items():
            for other, source, whole in read:
                if other != option and _is_read(Path(path), source, whole):
                    raise InputError(
                        f"is read, and {option} would write over it",
                        source=path,
                        hint=f"Name another file with {option}.",
                    )
                if whole and _joins(Path(path), source):
                    raise InputError(
                        f"would be read as a document of {str(source)!r} from now on",
                        source=path,
                        hint=f"Name a file elsewhere with {option}.",
                    )
        for option, path in written.items():
            for other, again in written.items():
                if other < option and _is_one(Path(path), Path(again)):
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


def _paths(value: str) -> Iterator[tuple[Path, bool]]:
    """What a value may name: a path, ``name=path``, ``kind:path``, a program, or a module.

    With each whether it may be a folder whose documents are read: what follows a program is no
    such folder, and is not walked through.
    """
    yield Path(value), True
    if "=" in value:
        yield Path(value.partition("=")[2]), True
    kind, _, rest = value.partition(":")
    for word in (rest, *rest.split()) if rest else ():
        yield Path(word), False
    if kind == "python":
        yield Path(rest.partition(":")[0].replace(".", "/") + ".py"), False


def _is_read(target: Path, source: Path, whole: bool) -> bool:
    """Whether a file that exists is one that reading ``source`` opens."""
    try:
        if not target.is_file() or not source.exists():
            return False
        if not source.is_dir():
            return target.samefile(source)
        if _is_run(source):
            return any(target.samefile(source / name) for name in _RUN)
        return whole and any(
            target.samefile(path)
            for path in source.rglob("*")
            if path.suffix in _DOCUMENTS and path.is_file()
        )
    except OSError:  # whoever opens it says what is wrong
        return False


def _joins(target: Path, source: Path) -> bool:
    """Whether a new file would be one of the documents of a folder."""
    try:
        if target.suffix not in _DOCUMENTS or not source.is_dir() or _is_run(source):
            return False
        return source.resolve() in target.resolve().parents
    except OSError:
        return False


def _is_run(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _RUN)


def _is_one(one: Path, other: Path) -> bool:
    """Whether two paths are one regular file; what is no such file takes any number of them."""
    if one.exists() and not one.is_file():
        return False
    return one.resolve() == other.resolve()
