"""What a view is made from: goldwire documents, or the files that the peer reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw, decode_raw, iter_raw, not_json

from ..scoring import Source

__all__ = ["Kind", "held", "json_values", "kind_of", "kinds_of", "misfit"]

Kind = Literal["documents", "json", "text"]

_JSON = (".json", ".jsonl", ".ndjson")
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def held(source: Source) -> str | Path | list[Document | dict[str, Any]]:
    """The source in a form that may be read twice: files as they are, all else as a list."""
    if not isinstance(source, (str, Path)):
        return list(source)
    path = Path(source)
    if str(source) == "-" or (path.exists() and not path.is_file() and not path.is_dir()):
        return [decode_raw(raw, _decoder) for raw in iter_raw([source])]
    return source


def kinds_of(gold: Source, predictions: Source) -> Kind:
    """What both sides are. Raises ``InputError`` where they are not the same."""
    kinds = kind_of(gold), kind_of(predictions)
    if kinds[0] != kinds[1]:
        words = {"documents": "goldwire documents", "json": "JSON", "text": "text in columns"}
        raise InputError(
            f"the gold is {words[kinds[0]]}, the predictions are {words[kinds[1]]}",
            source=str(predictions) if isinstance(predictions, (str, Path)) else None,
            hint="Give both in one form.",
        )
    return kinds[0]


def kind_of(source: Source) -> Kind:
    """``documents`` for goldwire documents and predictions, ``json`` for other JSON, or ``text``.

    Told by the first value: an object with an ``id`` that is no template file is a document.
    Raises ``UnreadableInput`` for what cannot be opened, and for a JSON file that holds none.
    """
    if not isinstance(source, (str, Path)) or Path(source).is_dir():
        return "documents"
    raw = next(iter_raw([source]))
    try:
        value = _decoder.decode(raw.data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        if Path(source).suffix in _JSON and raw.data.strip():
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
