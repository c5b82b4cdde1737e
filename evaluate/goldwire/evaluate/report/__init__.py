"""What a report holds, and how it is shown: in the terminal, as a page, in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .model import (
    Accuracy,
    Bootstrap,
    Criterion,
    DocumentRow,
    ErrorRow,
    Finding,
    Interval,
    LabelRow,
    LayerReport,
    Report,
    Side,
    Signature,
)

if TYPE_CHECKING:
    from .html import render_html, render_summary
    from .terminal import render_report

__all__ = [
    "Accuracy",
    "Bootstrap",
    "Criterion",
    "DocumentRow",
    "ErrorRow",
    "Finding",
    "Interval",
    "LabelRow",
    "LayerReport",
    "Report",
    "Side",
    "Signature",
    "render_html",
    "render_report",
    "render_summary",
]

_HOMES = {"render_html": "html", "render_summary": "html", "render_report": "terminal"}


def __getattr__(name: str) -> object:
    # rich and jinja2 are imported only by the face that is asked for.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
