"""The built-in ``rules`` extractor: word lists and readable rules for English newswire.

It reads the text, its language, and the day of writing, and nothing else: no layer that the
document may already carry. The same text always gives the same answer.

The stages, each in its module, in the order in which data flows::

    zones → tokens → times, quantities → names, phrases → mentions → attributions
          → coreference → triggers → layout → arguments → hoppers → relations
          → assembly → incidents → document
"""

from __future__ import annotations

from datetime import date

import msgspec

from goldwire.schema.document import Document

__all__ = ["NAME", "VERSION", "extract"]

NAME = "rules"
VERSION = "1.0"


def extract(document: Document) -> Document:
    """The document with all layers predicted. Text that is not English gets its zones alone."""
    from goldwire.corpus.zones import find_zones

    from .analysis import analyse
    from .assembly import assemble

    zones = find_zones(document.text)
    read = zones if document.language.split("-")[0] == "en" else ()
    day = _creation_day(document.metadata.dct)
    layers = assemble(analyse(document.text, read, day), has_dct=day is not None)
    return msgspec.structs.replace(document, **{**layers, "zones": zones})


def _creation_day(stated: str | None) -> date | None:
    """The day, ``None`` where none is stated or the calendar does not have it."""
    try:
        day = date.fromisoformat((stated or "")[:10])
    except ValueError:
        return None
    return day if 1200 <= day.year <= 9000 else None  # room to count in both directions
