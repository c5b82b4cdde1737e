"""What new items and new hoppers are called."""

from __future__ import annotations

from collections.abc import Iterable

from goldwire.schema.document import LAYERS, Document

from .records import PREFIXES

__all__ = ["next_id", "taken_names"]


def next_id(document: Document, layer: str, taken: Iterable[str] = ()) -> str:
    """An id for a new item of a layer, or for a new hopper: one more than the highest.

    Another layer's items count, too: an id is unique in the whole document.
    """
    prefix = PREFIXES[layer]
    known = [*taken, *taken_names(document)]
    numbers = [int(name[1:]) for name in known if name[:1] == prefix and name[1:].isdecimal()]
    return f"{prefix}{max(numbers, default=0) + 1}"


def taken_names(document: Document) -> set[str]:
    """What no new item and no new hopper can be called: the ids of all items, and the hoppers."""
    ids = {item.id for layer in LAYERS for item in getattr(document, layer)}
    return ids | {event.hopper for event in document.events if event.hopper}
