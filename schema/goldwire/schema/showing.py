"""How records show themselves in a notebook, where a floor above knows how.

The schema floor cannot draw an article. The floor that can names its renderer here as it is
imported, as ``"module:object"``, which is looked up only when something is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

__all__ = ["register_renderer", "rendered"]

_renderers: dict[str, str] = {}


def register_renderer(kind: str, place: str) -> None:
    """Name the renderer of a kind of record: ``place`` is ``"module:object"``, a function that
    makes HTML of one record.
    """
    _renderers[kind] = place


def rendered(kind: str, record: object) -> str | None:
    """The record as HTML; ``None``, which a notebook takes for "show the text", where nobody
    knows how.
    """
    if kind not in _renderers:
        return None
    module, _, name = _renderers[kind].partition(":")
    renderer: Callable[[object], str] = getattr(import_module(module), name)
    return renderer(record)
