"""Agreement between annotators: F1 by pair, coefficients, unitising, chains, and what differs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .comparison import agree
    from .model import AgreementReport
    from .terminal import render_agreement

__all__ = ["AgreementReport", "agree", "render_agreement"]

_HOMES = {"AgreementReport": "model", "agree": "comparison", "render_agreement": "terminal"}


def __getattr__(name: str) -> object:
    # rich is imported only by the face that is asked for.
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
