"""The evaluate floor: columns, the one alignment, counts, scores, extractors, reports."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agreement import agree
    from .assemble import Resampling
    from .catalogue import read
    from .chains import ChainOptions
    from .comparison.comparing import compare_systems
    from .comparison.power import power_of
    from .extractors import find_extractor
    from .report.model import Report
    from .runner import Run, run_extractor
    from .scoring import score
    from .views import view

__all__ = [
    "ChainOptions",
    "Report",
    "Resampling",
    "Run",
    "agree",
    "compare_systems",
    "find_extractor",
    "power_of",
    "read",
    "run_extractor",
    "score",
    "view",
]

_HOMES = {
    "ChainOptions": "chains",
    "Report": "report.model",
    "Resampling": "assemble",
    "Run": "runner",
    "agree": "agreement",
    "compare_systems": "comparison.comparing",
    "find_extractor": "extractors",
    "power_of": "comparison.power",
    "read": "catalogue",
    "run_extractor": "runner",
    "score": "scoring",
    "view": "views",
}


def __getattr__(name: str) -> object:
    # Looked up on first use: numpy and what stands on it cost a tenth of a second.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
