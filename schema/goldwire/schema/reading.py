"""Raw documents from files, folders, JSON Lines, and standard input, each with its place.

Reading streams: a JSON Lines file of any size is held one line at a time.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

import msgspec

from .errors import InputError, UnreadableInput
from .positions import cut, visible

__all__ = ["Raw", "check_standard_input", "decode_raw", "iter_raw", "not_json", "not_utf8"]

T = TypeVar("T")


class Raw(NamedTuple):
    """Bytes of one document and where they came from; ``line`` counts from 1 in JSON Lines."""

    data: bytes
    source: str
    line: int | None = None


def iter_raw(paths: Iterable[str | Path]) -> Iterator[Raw]:
    """The documents of ``paths`` in order: files, folders (by name, recursively), ``-`` for stdin.

    ``.jsonl`` and ``.ndjson`` are JSON Lines; anything else is one JSON value, unless its first
    line is a complete one. Raises ``UnreadableInput`` for what cannot be opened, and for an empty
    path, which would be the current folder.
    """
    for path in paths:
        if path == "":
            raise UnreadableInput(
                "the path is empty", hint="Name a file or a folder, or - for standard input."
            )
        if str(path) == "-":
            yield from _of_stream(sys.stdin.buffer, "-")
        else:
            try:
                yield from _of_folder(Path(path)) if Path(path).is_dir() else _of_file(Path(path))
            except OSError as problem:
                raise _unreadable(path, problem) from problem


def check_standard_input(*sources: object) -> None:
    """Refuse more than one ``-`` among paths and documents in memory, by ``InputError``."""
    if sum(isinstance(each, (str, Path)) and str(each) == "-" for each in sources) > 1:
        raise InputError(
            "standard input can be read only once", hint="Use - for one of them, files for others."
        )


def _visible_files(folder: Path) -> Iterator[Path]:
    """All files below, hidden ones left out; a folder that may not be read is an error."""

    def refuse(problem: OSError) -> None:
        raise _unreadable(problem.filename, problem) from problem

    for top, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(top, name) for name in names if not name.startswith("."))


def _of_folder(folder: Path) -> Iterator[Raw]:
    found = sorted(
        path
        for path in _visible_files(folder)
        if path.suffix in (".json", ".jsonl", ".ndjson") and path.is_file()
    )
    if not found:
        raise UnreadableInput(
            "the folder holds no .json or .jsonl file",
            source=str(folder),
            hint="Name a folder of documents, such as corpus/gold.",
        )
    for path in found:
        yield from _of_file(path)


def _of_file(path: Path) -> Iterator[Raw]:
    try:
        stream = path.open("rb", buffering=1 << 20)
    except OSError as problem:
        raise _unreadable(path, problem) from problem
    with stream:
        if path.suffix in (".jsonl", ".ndjson"):
            lines = _lines(stream, str(path))
            first = next(lines, None)
            yield first or Raw(b"", str(path))
            yield from lines
        else:
            yield from _of_stream(stream, str(path))


def _unreadable(path: str | Path, problem: OSError) -> UnreadableInput:
    return UnreadableInput(
        f"cannot be read: {problem.strerror}",
        source=cut(str(path), 200),
        hint="Check the name and the permission to read.",
    )


def _of_stream(stream: IO[bytes], source: str) -> Iterator[Raw]:
    number = 1
    first = stream.readline()
    while first and not first.strip():
        number += 1
        first = stream.readline()
    first = first.removeprefix(codecs.BOM_UTF8)
    if not first:
        yield Raw(b"", source)
    elif first.lstrip().startswith(b"{") and _complete(first):
        rest = _lines(stream, source, number + 1)
        second = next(rest, None)
        yield Raw(first, source, number if second else None)
        if second:
            yield second
            yield from rest
    else:
        yield Raw(first + stream.read(), source)


def _complete(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _lines(stream: IO[bytes], source: str, number: int = 1) -> Iterator[Raw]:
    for at, line in enumerate(stream, start=number):
        if not line.isspace():
            yield Raw(line, source, at)


def decode_raw(raw: Raw, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode one raw document; raises ``UnreadableInput`` with the place where it is not JSON."""
    data = raw.data
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise not_json(raw, problem) from problem


def not_json(raw: Raw, problem: Exception) -> UnreadableInput:
    """Say why bytes are not a JSON document, and what to do about it."""
    data = raw.data
    if not data.strip():
        return UnreadableInput(
            "is empty", source=raw.source, line=raw.line, hint="Nothing to read."
        )
    if isinstance(problem, RecursionError):
        return UnreadableInput(
            "is nested too deeply to be a document", source=raw.source, line=raw.line
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return not_utf8(data, error, raw.source, raw.line)
    if (almost := _almost_json(text)) is not None:
        what, pointer, hint = almost
        place = cut(visible(pointer), 200) or None
        return UnreadableInput(what, source=raw.source, line=raw.line, pointer=place, hint=hint)
    hint = "A document is one JSON object; see `goldwire schema show core`."
    if "truncated" in str(problem):
        hint = "The end is missing: the file was cut off. Get or write it again."
        if raw.line is not None:
            hint = "The end is missing. JSON Lines hold one whole object a line."
    elif "trailing" in str(problem) and "\n" in text.strip():
        hint = "More follows after the first object: if this is JSON Lines, name it .jsonl."
    return UnreadableInput(f"is not JSON: {problem}", source=raw.source, line=raw.line, hint=hint)


_HALF = re.compile("[\ud800-\udfff]")


class _Constant(str):
    """``NaN``, ``Infinity``, or ``-Infinity`` where a number should stand."""


def _almost_json(text: str) -> tuple[str, str, str] | None:
    """Problem, pointer, and hint of what Python writes, but what is no JSON; or ``None``."""
    try:
        value, _ = json.JSONDecoder(parse_constant=_Constant).raw_decode(
            text.lstrip("\ufeff \t\r\n")
        )
    except (ValueError, RecursionError):
        return None
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        value, pointer = waiting.pop()
        if isinstance(value, _Constant):
            return f"holds {value}, which is not JSON", pointer, "Write null for no number."
        if isinstance(value, str) and (half := _HALF.search(value)):
            return _halved(half, pointer)
        if isinstance(value, list):
            waiting += [(each, f"{pointer}/{at}") for at, each in enumerate(value)][::-1]
        elif isinstance(value, dict):
            for key in value:
                if half := _HALF.search(key):
                    return _halved(half, pointer)
            waiting += [
                (each, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
                for key, each in value.items()
            ][::-1]
    return None


def _halved(half: re.Match[str], pointer: str) -> tuple[str, str, str]:
    return (
        f"holds half of a surrogate pair, \\u{ord(half[0]):04x}, which is no character",
        pointer,
        "Text was cut within a character: write the whole character, or leave it out.",
    )


def not_utf8(
    data: bytes, error: UnicodeDecodeError, source: str, line: int | None = None
) -> UnreadableInput:
    """Say at which byte UTF-8 ends, and what the bytes look like instead."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guess = "It looks like UTF-16: save it as UTF-8."
    elif b"\x00" in data[:4096]:
        guess = "It looks like a binary file."
    else:
        guess = "It may be Windows-1252 or Latin-1: save it as UTF-8."
    return UnreadableInput(
        f"is not UTF-8: byte {error.object[error.start]:#04x} at position {error.start}",
        source=source,
        line=line,
        hint=guess,
    )
