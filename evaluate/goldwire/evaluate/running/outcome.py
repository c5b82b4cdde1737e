"""What came of one document."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from goldwire.schema.document import Document

from ..extractors.protocol import Usage

__all__ = ["Outcome"]


class Outcome(Struct, frozen=True):
    """A prediction that can be scored, or the reason why there is none; exactly one is there.

    The prediction is a ``Document`` where the extractor gave one, else plain. ``seconds`` is the
    time that the extractor took for it, ``cached`` whether it was there already.
    """

    document: str
    prediction: Document | dict[str, Any] | None = None
    reason: str | None = None
    usage: Usage | None = None
    seconds: float | None = None
    cached: bool = False
