"""Text to words: sentences as runs of words, and items as ranges of words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document, Fragments, Zone

from ..rules.tokens import Sentence, Token, split_sentences

__all__ = ["LONGEST", "Reading", "read_document", "read_text"]

LONGEST = 250
"""Words of the longest sentence; what has more is a list or a table, and is cut."""


class Reading(Struct, frozen=True):
    """The words of a document in text order, none twice.

    ``bounds`` has one number more than there are sentences: sentence ``n`` holds the words
    from ``bounds[n]`` up to ``bounds[n + 1]``.
    """

    words: tuple[Token, ...]
    bounds: tuple[int, ...]
    kinds: tuple[str, ...]
    """By sentence, the kind of its zone."""
    titled: tuple[bool, ...]
    """By sentence, whether capitals say nothing there: a headline in title case."""
    fresh: tuple[bool, ...]
    """By word, whether a line of the text begins with it."""
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """By word, where it starts and ends in the text; both ascend."""

    def sentence_of(self, word: int) -> int:
        """The number of the sentence in which a word stands."""
        return bisect_right(self.bounds, word) - 1

    def words_of(self, spans: Fragments) -> tuple[int, int] | None:
        """The range of words that the spans touch, gaps included; ``None`` where there is none.

        A span that crosses the end of a sentence is no range of words of one sentence: ``None``.
        """
        first = bisect_right(self.ends, spans[0][0])
        last = bisect_left(self.starts, spans[-1][1])
        if first >= last or self.sentence_of(first) != self.sentence_of(last - 1):
            return None
        return first, last


def read_document(document: Document) -> Reading:
    """The words of an annotated document: of its scored zones, where it has zones, else of all."""
    from goldwire.corpus.zones import find_zones

    zoned = bool(document.zones)
    return read_text(document.text, document.zones or find_zones(document.text), zoned=zoned)


def read_text(text: str, zones: tuple[Zone, ...], *, zoned: bool) -> Reading:
    """The words of a text that is laid out in zones; with ``zoned`` of scored zones alone."""
    if not zoned:
        zones = tuple(msgspec.structs.replace(zone, scored=True) for zone in zones)
    return _reading(text, split_sentences(text, zones))


def _reading(text: str, sentences: Iterable[Sentence]) -> Reading:
    words: list[Token] = []
    bounds, kinds, titled = [0], [], []
    for sentence in sorted(sentences, key=lambda one: (one.start, one.end)):
        if words and sentence.start < words[-1].end:  # zones may nest; a word is read once
            continue
        for begin in range(0, len(sentence.tokens), LONGEST):
            words += sentence.tokens[begin : begin + LONGEST]
            bounds.append(len(words))
            kinds.append(sentence.kind)
            titled.append(sentence.titled)
    gaps = zip([0, *(word.end for word in words)], (word.start for word in words), strict=False)
    return Reading(
        words=tuple(words),
        bounds=tuple(bounds),
        kinds=tuple(kinds),
        titled=tuple(titled),
        fresh=tuple("\n" in text[end:start] or not start for end, start in gaps),
        starts=tuple(word.start for word in words),
        ends=tuple(word.end for word in words),
    )
