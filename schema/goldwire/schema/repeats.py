"""Keys that stand twice in one JSON object, of which a decoder keeps the last without a word.

RFC 8259, section 4: names within an object should be unique; what happens else is up to whoever
reads it. Here it is told, since a layer or a field would be lost.
"""

from __future__ import annotations

import codecs
import json
from typing import Any

import msgspec

from .problems import pointer

__all__ = ["refuse_repeats", "repeated_key", "repeated_top_key"]

_encoder = msgspec.json.Encoder()
_top = msgspec.json.Decoder(dict[str, msgspec.Raw])
_HEAD = 64
"""Bytes in which a first key ends, if it is not long."""
_ESCAPED = b"\\u003"
_COLONS = b"\\u003a", b"\\u003A"
"""What a colon may be hidden in, an escape in a string, and what is looked for first."""


def repeated_key(data: bytes, value: object) -> str | None:
    """The JSON Pointer of a key that stands twice in its object; ``None`` where none does.

    ``value`` is what ``data``, JSON in UTF-8, was decoded to. Of several keys it is the first in
    the order of the text. Every key has a colon, and so has every string what colons it has:
    written again, a value that lost a key has fewer.
    """
    again = bytearray(len(data))
    try:
        _encoder.encode_into(value, again)
        hidden = _ESCAPED in data and any(colon in data for colon in _COLONS)
        if data.count(b":") == again.count(b":") and not hidden:
            return None
    except (TypeError, ValueError, OverflowError):  # what cannot be written again is looked at
        pass
    path = _found(data)
    return None if path is None else pointer(*path)


def repeated_top_key(data: bytes) -> str | None:
    """As :func:`repeated_key`, of the outermost object alone, which need not be decoded."""
    try:
        fields = _top.decode(data.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None  # whoever decodes it says what is wrong
    # Quotation marks, colons, commas, braces, and, in one of the two usual layouts, blanks: there
    # is room for nothing else.
    size = len(fields)
    usual = 4 * size + 1 + (2 * size - 1 if b'": ' in data[:_HEAD] else 0)
    if len(data.rstrip()) - sum(map(len, fields)) - sum(map(len, fields.values())) == usual:
        return None
    inside = sum(bytes(field).count(b":") for field in fields.values())
    if data.count(b":") - inside == len(fields):
        return None
    path = _found(data)
    return pointer(*path) if path is not None and len(path) == 1 else None


def refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For ``json.loads(…, object_pairs_hook=…)``: raises ``ValueError`` for a key given twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"the key {_second(pairs)!r} stands twice in one object")
    return found


def _second(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]


class _Object(dict[str, Any]):
    """An object, and the first key that repeats another."""

    again: str | None = None


def _found(data: bytes) -> tuple[str | int, ...] | None:
    def read(pairs: list[tuple[str, Any]]) -> _Object:
        found = _Object(pairs)
        if len(found) < len(pairs):
            found.again = _second(pairs)
        return found

    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=read)
    except (ValueError, RecursionError):
        return None
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, list):
            waiting += [(each, (*path, at)) for at, each in enumerate(value)][::-1]
        elif isinstance(value, _Object):
            if value.again is not None:
                return (*path, value.again)
            waiting += [(each, (*path, key)) for key, each in value.items()][::-1]
    return None
