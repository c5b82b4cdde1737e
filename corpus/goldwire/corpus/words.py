"""The words of a document, without those of addresses and of zones that are not scored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from goldwire.schema.document import Document, Span

__all__ = ["Word", "covered", "hidden", "words"]

_PART = "[^\\W_]+(?:[\u0300-\u036f]+[^\\W_]*)*"
_WORD = re.compile(f"{_PART}(?:-{_PART})*")
"""Letters and digits with their accents; a hyphen does not end a word (guidelines, G7)."""

_SOLID = re.compile(r"\S+")
_ADDRESS = re.compile(r"@|://|\.(?<=\w\.)[a-z]{2}")
"""What only stands in a web or mail address or an account, whose parts are no words."""


class Word(NamedTuple):
    """A word in lower case, and its place."""

    form: str
    start: int
    end: int


def covered(size: int, spans: Iterable[Span]) -> bytearray:
    """One byte a code point: 1 where a span covers it. Spans may reach beyond the text."""
    mask = bytearray(size)
    for start, end in spans:
        start, end = max(0, start), min(end, size)
        if start < end:
            mask[start:end] = b"\1" * (end - start)
    return mask


def hidden(document: Document) -> bytearray:
    """One byte a code point: 1 in zones that are not scored, and in addresses."""
    text = document.text
    zones = [span for zone in document.zones if not zone.scored for span in zone.spans]
    return covered(len(text), zones + _addresses(text))


def _addresses(text: str) -> list[Span]:
    if not _ADDRESS.search(text):
        return []
    return [match.span() for match in _SOLID.finditer(text) if _ADDRESS.search(match[0])]


def words(document: Document, hidden: bytearray) -> list[Word]:
    """The words that are not ``hidden``, in text order; case and width are folded."""
    plain = document.text.isascii()
    text = document.text.lower() if plain else document.text
    return [
        Word(match[0] if plain else _folded(match[0]), match.start(), match.end())
        for match in _WORD.finditer(text)
        if not hidden[match.start()]
    ]


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()
