"""The sentence that an item stands in, and the file that it is read from."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec
from msgspec import Struct

from goldwire.schema.positions import visible
from goldwire.schema.reading import decode_raw

from ..counting import Source, raw_documents

__all__ = ["Article", "articles", "sentence_around"]

_LONGEST = 160
"""Characters on either side of an item at most: some sentences are pages."""
_END = re.compile(r"[.!?…]['\"’”»)\]]*(?=\s+['\"‘“«(\[]*[A-Z0-9À-ÖØ-Þ])|\n|[。！？]")
"""Where a sentence ends: a mark with a capital or a digit after it, or a line."""
_OPEN = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Maj|Lt|Col|Capt|Sgt|Adm|Sen|Rep|Gov|Rev|St|No|vs"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z])\.$"
)
"""A dot after which a sentence goes on."""


class Article(Struct, frozen=True):
    """The text of a gold document, its file, and the line where a file holds several.

    ``data`` is the file itself, where it holds one.
    """

    text: str
    source: str
    line: int | None
    data: bytes | None = None


class _Text(Struct):
    id: str
    text: str


_decoder = msgspec.json.Decoder(_Text)


def articles(gold: Source, wanted: Collection[str]) -> dict[str, Article]:
    """The texts of some documents, by id."""
    found: dict[str, Article] = {}
    if not wanted:
        return found
    for raw in raw_documents(gold, "gold"):
        document = decode_raw(raw, _decoder)
        if document.id in wanted:
            data = None if raw.line else raw.data
            found[document.id] = Article(document.text, raw.source, raw.line, data)
    return found


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence or sentences around ``text[start:end]``, on one line, the place in ⟦ and ⟧.

    A sentence ends with its line, or at a full stop before a capital that is no abbreviation's.
    What is longer is cut with an ellipsis; control characters are made visible. Empty where the
    offsets are not in the text.
    """
    if not 0 <= start < end <= len(text):
        return ""
    first, last = max(0, start - _LONGEST), min(len(text), end + _LONGEST)
    low, high = None, None
    for mark in _END.finditer(text, first, last):
        if _OPEN.search(text[max(0, mark.end() - 8) : mark.end()]):
            continue
        if mark.end() <= start:
            low = mark.end()
        elif mark.start() + 1 >= end:
            high = mark.start() if mark[0] == "\n" else mark.end()
            break
    before = text[first if low is None else low : start].lstrip()
    after = text[end : last if high is None else high].rstrip()
    more = low is None and first > 0, high is None and last < len(text)
    inside = text[start:end]
    if len(inside) > 2 * _LONGEST:
        inside = f"{inside[:_LONGEST]} … {inside[-_LONGEST:]}"
    return visible(f"{'…' * more[0]}{before}⟦{inside}⟧{after}{'…' * more[1]}")
