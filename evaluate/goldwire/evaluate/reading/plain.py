"""Mentions with one span, a type, and nothing else: most of what spans are scored on.

A decoder for these alone makes a third of the objects. It refuses whatever else may be there,
and the whole record is decoded instead.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.reading import Raw, decode_raw

from .gold import Annotation, Zone

__all__ = ["PLAIN_LAYERS", "PlainDecoder", "PlainGold", "PlainPrediction"]

PLAIN_LAYERS = frozenset({"mentions"})
"""What can be scored on plain records: nothing that compares more than spans and types."""


class PlainMention(Struct, frozen=True, gc=False):
    """A gold mention; the fields that are ``None`` must not say anything."""

    spans: tuple[tuple[int, int]]
    type: str
    head: None = None
    optional: None = None
    alternatives: None = None


class PlainGold(Struct, frozen=True, kw_only=True, gc=False):
    """A gold document with plain mentions."""

    id: str
    schema: str
    text: str
    sha256: str
    annotation: Annotation = Annotation()
    zones: tuple[Zone, ...] = ()
    mentions: tuple[PlainMention, ...] = ()


class PlainGuess(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A predicted mention."""

    start: int
    end: int
    type: str
    spans: ClassVar[None] = None
    quote: ClassVar[None] = None
    text: ClassVar[None] = None
    head: ClassVar[None] = None


class PlainPrediction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A prediction of plain mentions."""

    id: str
    text: str | None = None
    sha256: str | None = None
    mentions: tuple[PlainGuess, ...] = ()
    entities: ClassVar[tuple[()]] = ()


_LABELS = 64
"""Labels to know beforehand: text that is known is not made anew for every item."""


class PlainDecoder:
    """Decodes plain records, and learns the labels that it meets."""

    def __init__(self, record: type[PlainGold] | type[PlainPrediction]) -> None:
        self._record = record
        self._any: msgspec.json.Decoder[Any] = msgspec.json.Decoder(record)
        self._known: msgspec.json.Decoder[Any] | None = None
        self._labels: set[str] = set()

    def decode(self, raw: Raw) -> Any:
        """One record. Raises ``msgspec.ValidationError`` for what is not plain."""
        if self._known is not None:
            try:
                return decode_raw(raw, self._known)
            except msgspec.ValidationError:
                pass
        found = decode_raw(raw, self._any)
        if len(self._labels) <= _LABELS:
            self._learn(found)
        return found

    def _learn(self, found: Any) -> None:
        self._labels.update(mention.type for mention in found.mentions)
        if not self._labels or len(self._labels) > _LABELS:
            self._known = None
            return
        base: type[Struct] = PlainMention if self._record is PlainGold else PlainGuess
        names = Literal[tuple(sorted(self._labels))]  # type: ignore[valid-type]
        item = msgspec.defstruct("Known", [("type", names)], bases=(base,), frozen=True, gc=False)
        record = msgspec.defstruct(
            "KnownRecord",
            [("mentions", tuple[item, ...], ())],  # type: ignore[valid-type]
            bases=(self._record,),
            frozen=True,
            kw_only=True,
            gc=False,
        )
        self._known = msgspec.json.Decoder(record)
