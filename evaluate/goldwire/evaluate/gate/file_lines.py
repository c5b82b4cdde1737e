"""The line of an item in the file of its document: what a build shows beside the file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

__all__ = ["item_line"]

_ARRAYS = {"entities": "mentions", "hoppers": "events", "arguments": "events",
           "relations": "mentions"}  # fmt: skip
"""Where the items stand that places of a layer are taken from; of others, the layer itself."""


class _Spans(msgspec.Struct):
    spans: tuple[tuple[int, int], ...] = ()


_decoder = msgspec.json.Decoder(_Spans)


def item_line(data: bytes, layer: str, start: int, end: int) -> int | None:
    """The line, from 1, on which the item at ``start:end`` begins; else one that lies within.

    ``data`` is one document as JSON, in whatever form. ``None`` where there is no such item: it
    is spurious, or not of this document.
    """
    within: int | None = None
    try:
        for at, spans in _items(data, _ARRAYS.get(layer, layer)):
            if not spans:
                continue
            low, high = min(first for first, _ in spans), max(last for _, last in spans)
            if (low, high) == (start, end):
                return _line(data, at)
            if within is None and start <= low and high <= end:
                within = at
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None
    return None if within is None else _line(data, within)


def _items(data: bytes, array: str) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """The offset in bytes of every item of an array of the document, with its spans."""
    at = 0
    for name, value in msgspec.json.decode(data, type=dict[str, Raw]).items():
        # Values come in the order of the file: each is found after the one before it.
        at = data.index(bytes(value), data.index(b":", data.index(_key(name), at)))
        if name == array:
            for item in msgspec.json.decode(value, type=list[Raw]):
                at = data.index(bytes(item), at)
                yield at, _decoder.decode(item).spans
                at += len(bytes(item))
            return
        at += len(bytes(value))


def _key(name: str) -> bytes:
    return b'"' + name.encode() + b'"'


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
