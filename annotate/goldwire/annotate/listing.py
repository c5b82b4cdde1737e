"""Items of a document, one a line, for the commands that list them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from goldwire.schema.document import ANCHORED_LAYERS, Document
from goldwire.schema.positions import cut, visible

from .edits import TYPE_FIELDS

__all__ = ["item_lines"]

_WIDTH = 60


def item_lines(document: Document, layer: str, items: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A line an item: its id, its label, where it stands and what stands there, or its fields."""
    ids = max((len(item["id"]) for item in items), default=0)
    field = TYPE_FIELDS[layer]
    labels = max((len(item[field]) for item in items), default=0)
    for item in items:
        about = _anchored(item) if layer in ANCHORED_LAYERS else _said(layer, item)
        yield f"{item['id']:<{ids}}  {visible(item[field]):<{labels}}  {about}".rstrip()


def _anchored(item: dict[str, Any]) -> str:
    spans = ",".join(f"{start}:{end}" for start, end in item["spans"])
    return f"{spans:<9}  {cut(visible(item['text']), _WIDTH)}"


def _said(layer: str, item: dict[str, Any]) -> str:
    """The fields that say something."""
    parts = []
    for name, value in item.items():
        if name in ("id", TYPE_FIELDS[layer]) or value in (None, [], {}):
            continue
        said = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        parts.append(f"{name}={said}")
    return cut(visible(" ".join(parts)), 2 * _WIDTH)
