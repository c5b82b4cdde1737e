"""Zones of a document: those that ingest finds."""

from __future__ import annotations

from goldwire.schema.document import Zone

__all__ = ["zones_of"]


def zones_of(text: str) -> tuple[Zone, ...]:
    """The zones of ``text`` as ingest would draw them."""
    from goldwire.corpus.zones import find_zones

    return find_zones(text)
