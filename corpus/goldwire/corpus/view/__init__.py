"""An annotated article made visible: in the terminal, and as one self-contained page."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .html import render_html
    from .terminal import render_terminal

__all__ = ["render_html", "render_terminal"]

_HOMES = {"render_html": "html", "render_terminal": "terminal"}


def __getattr__(name: str) -> object:
    # rich and jinja2 are imported only by the face that is asked for.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
