"""The corpus floor: the gold itself, reading and writing documents, checks, ingest, views."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .checking import check
    from .documents import gold_ids, load, load_gold, read, root, save, write_lines

__all__ = ["check", "gold_ids", "load", "load_gold", "read", "root", "save", "write_lines"]


def __getattr__(name: str) -> object:
    if name in __all__:
        home = ".checking" if name == "check" else ".documents"
        return getattr(import_module(home, __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
