"""The gate: a committed baseline, thresholds, and a verdict that a build can rest on."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .baseline import Baseline, read_baseline, write_baseline
    from .deciding import gate
    from .recording import make_baseline
    from .thresholds import Thresholds, read_thresholds
    from .verdict import Verdict

__all__ = [
    "Baseline",
    "Thresholds",
    "Verdict",
    "gate",
    "make_baseline",
    "read_baseline",
    "read_thresholds",
    "write_baseline",
]

_HOMES = {
    "Baseline": "baseline",
    "Thresholds": "thresholds",
    "Verdict": "verdict",
    "gate": "deciding",
    "make_baseline": "recording",
    "read_baseline": "baseline",
    "read_thresholds": "thresholds",
    "write_baseline": "baseline",
}


def __getattr__(name: str) -> object:
    # Looked up on first use: the plugin of pytest loads this package in every test run.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
