"""What a view is made from: goldwire documents, or the files that the peer reads."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from goldwire.schema.document import Document
from goldwire.schema.errors import GoldwireError, InputError, UnreadableInput
from goldwire.schema.reading import Raw, decode_raw, iter_raw, not_json

from ..counting import Source, count, raw_documents

__all__ = ["Kind", "digest_of", "held", "json_values", "kind_of", "kinds_of", "misfit", "spooled"]

Kind = Literal["documents", "json", "text"]

_JSON = (".json", ".jsonl", ".ndjson")
_OBJECT = re.compile(rb'\s*\{\s*"')
"""How an object begins, and no file in columns does."""
_MARK = b"\xef\xbb\xbf"
"""What some programs put before UTF-8."""

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


@contextmanager
def spooled(source: Source) -> Iterator[Source]:
    """The source itself, or, for standard input and pipes, a file with what came out of them.

    Whatever it holds, columns or JSON, is read from that file as often as needed; it is gone at
    the end. Errors name the source that was given. Raises ``UnreadableInput`` for what cannot
    be read.
    """
    if not isinstance(source, (str, Path)) or not _flows(source):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="goldwire-") as folder:
        path = str(Path(folder) / "input")
        _copy(source, path)
        try:
            yield path
        except GoldwireError as problem:
            _rename(problem, path, str(source))
            raise


def digest_of(source: Source) -> str:
    """12 digits that stand for the gold: of documents those of a report on all layers.

    Of a peer's file those of the SHA-256 of what is written in it. Raises as ``count`` and
    ``iter_raw`` do.
    """
    if kind_of(source) == "documents":
        return count(source, ()).digest[:12]
    digest = hashlib.sha256()
    for raw in raw_documents(source, "gold"):
        digest.update(raw.data.strip() + b"\n")
    return digest.hexdigest()[:12]


def _flows(source: str | Path) -> bool:
    path = Path(source)
    return str(source) == "-" or (path.exists() and not path.is_file() and not path.is_dir())


def _copy(source: str | Path, path: str) -> None:
    try:
        with Path(path).open("wb") as target:
            if str(source) == "-":
                shutil.copyfileobj(sys.stdin.buffer, target)
            else:
                with Path(source).open("rb") as stream:
                    shutil.copyfileobj(stream, target)
    except OSError as problem:
        raise UnreadableInput(
            f"cannot be read: {problem.strerror or problem}", source=str(source)
        ) from problem


def _rename(problem: GoldwireError, path: str, name: str) -> None:
    """Let an error name what the user named, wherever the path stands in it."""
    problem.problem = problem.problem.replace(path, name)
    problem.args = (problem.problem,)
    if problem.source is not None:
        problem.source = problem.source.replace(path, name)
    if problem.hint is not None:
        problem.hint = problem.hint.replace(path, name)


def held(source: Source) -> str | Path | list[Document | dict[str, Any]]:
    """The source in a form that may be read twice: paths as they are, all else as a list."""
    return source if isinstance(source, (str, Path)) else list(source)


def kinds_of(gold: Source, predictions: Source) -> Kind:
    """What both sides are. Raises ``InputError`` where they are not the same.

    And for an empty file of gold; of predictions only beside documents, since in a file of a
    peer nothing may mean that nothing was found.
    """
    kinds = kind_of(gold), kind_of(predictions)
    for source in (gold, predictions) if kinds[0] == "documents" else (gold,):
        if isinstance(source, (str, Path)) and _is_empty(source):
            raise UnreadableInput("is empty", source=str(source), hint="Nothing to read.")
    if kinds[0] != kinds[1]:
        words = {"documents": "goldwire documents", "json": "JSON", "text": "text in columns"}
        raise InputError(
            f"the gold is {words[kinds[0]]}, the predictions are {words[kinds[1]]}",
            source=str(predictions) if isinstance(predictions, (str, Path)) else None,
            hint="Give both in one form.",
        )
    return kinds[0]


def _is_empty(source: str | Path) -> bool:
    if Path(source).is_dir():
        return False
    with Path(source).open("rb") as stream:
        return not any(line.removeprefix(_MARK).strip() for line in stream)


def kind_of(source: Source) -> Kind:
    """``documents`` for goldwire documents and predictions, ``json`` for other JSON, or ``text``.

    Told by the first value: an object with an ``id`` that is no template file is a document.
    Raises ``UnreadableInput`` for what cannot be opened, and for a JSON file that holds none.
    """
    if not isinstance(source, (str, Path)) or Path(source).is_dir():
        return "documents"
    raw = next(iter_raw([source]))
    try:
        value = _decoder.decode(raw.data.removeprefix(_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        meant = Path(source).suffix in _JSON or _OBJECT.match(raw.data)
        if meant and raw.data.strip():
            raise not_json(raw, problem) from problem
        return "json" if Path(source).suffix in _JSON else "text"
    if not isinstance(value, (dict, list)):
        return "text"
    return "documents" if isinstance(value, dict) and isinstance(value.get("id"), str) else "json"


def json_values(source: str | Path) -> Iterator[tuple[Any, Raw]]:
    """The values of a JSON or JSON Lines file, each with its place; none of an empty file.

    Raises ``UnreadableInput`` with file and line for what is not JSON.
    """
    for raw in _by_line(source):
        if raw.data.strip():
            yield decode_raw(raw, _decoder), raw


def _by_line(source: str | Path) -> Iterable[Raw]:
    raws = list(iter_raw([source]))
    if len(raws) != 1 or raws[0].line is not None:
        return raws
    # Lists on lines of their own are JSON Lines, too, whatever the file is called.
    lines = [line for line in raws[0].data.split(b"\n") if line.strip()]
    if len(lines) < 2 or not all(line.lstrip()[:1] == b"[" for line in lines):
        return raws
    try:
        for line in lines:
            _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return raws
    return [
        Raw(line, raws[0].source, number)
        for number, line in enumerate(raws[0].data.split(b"\n"), start=1)
        if line.strip()
    ]


def misfit(raw: Raw, problem: str, hint: str) -> InputError:
    """The error for a value that is not in the peer's form."""
    return InputError(problem, source=raw.source, line=raw.line, hint=hint)
