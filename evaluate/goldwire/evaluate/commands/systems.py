"""Systems as arguments: ``NAME=PATH``, or a path that names itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from goldwire.schema.errors import InputError
from goldwire.schema.reading import check_standard_input

__all__ = ["named_systems"]


def named_systems(arguments: Sequence[str], noun: str = "system") -> dict[str, str]:
    """Paths by the names of their systems, or of whatever else ``noun`` calls them.

    A path is named by its stem; where stems are the same, as in ``runs/rules/predictions.jsonl``
    and ``runs/trained/predictions.jsonl``, by its folder; standard input is ``stdin``. Raises
    ``InputError`` where names are empty or the same after all.
    """
    pairs = [_split(argument, noun) for argument in arguments]
    stems = Counter(_stem(path) for name, path in pairs if name is None)
    named: dict[str, str] = {}
    for given, path in pairs:
        stem = _stem(path)
        name = given or (stem if stems[stem] == 1 else _folder(path) or stem)
        if name in named:
            check_standard_input(path, named[name])
            raise _same_name(noun, name, named[name], path)
        named[name] = path
    return named


def _same_name(noun: str, name: str, first: str, second: str) -> InputError:
    """Two paths under one name: the user's, or one that a file or folder gave them."""
    if first == second:
        problem = f"two {noun}s are the same path, {first}"
    else:
        problem = f"two {noun}s have the name {name!r}: {first} and {second}"
    return InputError(problem, hint=f"Name each of them: one={first} other={second}.")


def _split(argument: str, noun: str) -> tuple[str | None, str]:
    name, equals, path = argument.partition("=")
    if not equals or Path(argument).exists():
        return None, argument
    if not (name and path):
        raise InputError(f"{argument!r} is no {noun}", hint="Write NAME=PATH, or the path alone.")
    return name, path


def _stem(path: str) -> str:
    return "stdin" if path == "-" else Path(path).stem or path


def _folder(path: str) -> str:
    return "" if path == "-" else Path(path).absolute().parent.name
