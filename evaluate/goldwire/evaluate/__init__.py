"""The evaluate floor: columns, the one alignment, counts, scores, extractors, reports."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .extractors import find_extractor
    from .report.model import Report
    from .runner import Run, run_extractor
    from .scoring import score

__all__ = ["Report", "Run", "find_extractor", "run_extractor", "score"]

_HOMES = {
    "Report": "report.model",
    "Run": "runner",
    "find_extractor": "extractors",
    "run_extractor": "runner",
    "score": "scoring",
}


def __getattr__(name: str) -> object:
    # Looked up on first use: numpy and what stands on it cost a tenth of a second.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
