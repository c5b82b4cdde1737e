"""Offsets that count something else than code points: turned into ours, or found out.

Java, JavaScript, and .NET count UTF-16 code units, Go and Rust bytes of UTF-8. Up to the first
character beyond ASCII, or beyond U+FFFF, nobody sees a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from goldwire.schema.document import Document, to_plain
from goldwire.schema.positions import OffsetMap, Unit

from .protocol import NoAnswer

__all__ = ["CutWords", "OffsetSettings", "Offsets", "cut_words", "in_code_points"]

Offsets = Literal["code_point", "utf16", "bytes"]
"""What offsets count, as ``--set offsets=`` says it."""

_UNITS: dict[str, Unit] = {"code_point": "code_point", "utf16": "utf16", "bytes": "byte"}
_LAYERS = ("zones", "mentions", "entities", "times", "quantities", "events", "attributions")
_FEWEST = 3
"""Spans that cut words below which nothing is said."""


class OffsetSettings(Struct, frozen=True):
    """``offsets``: what the offsets count, ``code_point``, ``utf16``, or ``bytes``."""

    offsets: Offsets = "code_point"


def in_code_points(prediction: Mapping[str, Any], text: str, offsets: str) -> dict[str, Any]:
    """The prediction with its offsets in code points.

    Raises ``NoAnswer`` for an offset outside the text or inside a character.
    """
    table = OffsetMap(text, _UNITS[offsets])

    def moved(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, list, tuple)):
            return value
        if isinstance(value, int):
            return table.to_code_point(value)
        return [moved(each) for each in value]

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: moved(each) if name in ("start", "end", "spans", "head") else walked(each)
                for name, each in value.items()
            }
        return [walked(each) for each in value] if isinstance(value, (list, tuple)) else value

    try:
        return {
            name: walked(value) if name in _LAYERS else value for name, value in prediction.items()
        }
    except (IndexError, ValueError) as problem:
        raise NoAnswer(str(problem)) from None


class CutWords(Struct, frozen=True):
    """How many of how many spans begin or end within a word, and the unit in which fewer do."""

    cut: int
    spans: int
    better: Offsets


def cut_words(
    documents: Iterable[Document], predictions: Iterable[Document | Mapping[str, Any]]
) -> CutWords | None:
    """What many spans within words tell of the unit of offsets; ``None`` where they tell nothing.

    Only spans in texts with characters beyond ASCII count. They tell something where more than
    a fifth of them cuts words, and at least twice as many as would in another unit.
    """
    texts = {one.id: one.text for one in documents if not one.text.isascii()}
    total = 0
    cut: dict[str, int] = dict.fromkeys(_UNITS, 0)
    for prediction in predictions:
        fields = to_plain(prediction) if isinstance(prediction, Document) else prediction
        text = texts.get(str(fields.get("id")))
        if text is None:
            continue
        tables = {name: OffsetMap(text, unit) for name, unit in _UNITS.items()}
        for start, end in _spans(fields):
            total += 1
            for name, table in tables.items():
                cut[name] += _cuts(text, table, start, end)
    better: Offsets = "utf16" if cut["utf16"] <= cut["bytes"] else "bytes"
    ours = cut["code_point"]
    if ours < _FEWEST or 5 * ours <= total or 2 * cut[better] > ours:
        return None
    return CutWords(ours, total, better)


def _spans(fields: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for layer in _LAYERS:
        items = fields.get(layer)
        for item in items if isinstance(items, (list, tuple)) else ():
            if not isinstance(item, Mapping) or "quote" in item:
                continue
            if isinstance(item.get("start"), int) and isinstance(item.get("end"), int):
                yield item["start"], item["end"]
            else:
                yield from ((span[0], span[1]) for span in item.get("spans") or ())


def _cuts(text: str, table: OffsetMap, start: int, end: int) -> bool:
    """Whether a span begins or ends within a word, or nowhere at all."""
    try:
        places = table.to_code_point(start), table.to_code_point(end)
    except (IndexError, ValueError):
        return True
    return any(
        0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() for at in places
    )
