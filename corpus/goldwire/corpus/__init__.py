"""The corpus floor: the gold itself, reading and writing documents, ingest, views."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from goldwire.schema.showing import register_renderer

if TYPE_CHECKING:
    from .documents import gold_ids, load, load_gold, read, root, save, write_lines

__all__ = ["gold_ids", "load", "load_gold", "read", "root", "save", "write_lines"]

register_renderer("document", "goldwire.corpus.view.cell:render_cell")


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(".documents", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
