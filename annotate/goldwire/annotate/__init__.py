"""The annotate floor: edits, the store, sessions, commands, and the labelling screen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .edits import apply
    from .session import Session
    from .store import Store

__all__ = ["Session", "Store", "apply"]

_HOMES = {"Session": "session", "Store": "store", "apply": "edits"}


def __getattr__(name: str) -> object:
    # Looked up on first use: SQLAlchemy costs a fifth of a second.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
