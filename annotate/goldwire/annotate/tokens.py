"""What an annotator points at: sentences, their words, and the letters that name the words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct

from goldwire.evaluate.extractors.rules.tokens import split_sentences, tokenise
from goldwire.schema.document import Document, Span, Zone

__all__ = ["LETTERS", "Stretch", "hints", "stretch_at", "stretches", "words_in"]

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""Letters for hints: those under the fingers first."""


class Stretch(Struct, frozen=True):
    """A sentence, or a line of text that no scored zone holds, with its words."""

    start: int
    end: int
    words: tuple[Span, ...]
    scored: bool


def stretches(document: Document) -> list[Stretch]:
    """All sentences of the article in the order of the text, and at least one.

    What lies outside scored zones is taken line by line: zones themselves are labelled there.
    """
    scored = tuple(zone for zone in document.zones if zone.scored)
    found = [
        Stretch(each.start, each.end, words_in(document.text, each.start, each.end), True)
        for each in split_sentences(document.text, scored)
    ]
    found += [
        Stretch(words[0][0], words[-1][1], words, False)
        for start, end in _outside(document.text, scored)
        if (words := words_in(document.text, start, end))
    ]
    found.sort(key=lambda each: (each.start, each.end))
    return found or [Stretch(0, len(document.text), (), False)]


def words_in(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The words of a stretch of text; what is all punctuation is none."""
    return tuple(
        (token.start, token.end)
        for token in tokenise(text, start, end)
        if any(sign.isalnum() or sign in "$£€%" for sign in token.text)
    )


def _outside(text: str, zones: Sequence[Zone]) -> list[Span]:
    """The lines, or parts of lines, that no zone holds."""
    taken = sorted(span for zone in zones for span in zone.spans)
    free: list[Span] = []
    at = 0
    for start, end in [*taken, (len(text), len(text))]:
        if start > at:
            free.append((at, start))
        at = max(at, end)
    lines = []
    for start, end in free:
        while start < end:
            stop = text.find("\n", start, end)
            stop = end if stop < 0 else stop
            if text[start:stop].strip():
                lines.append((start, stop))
            start = stop + 1
    return lines


def stretch_at(found: Sequence[Stretch], offset: int) -> int:
    """The number of the sentence that holds an offset, or of the last one before it."""
    return max(0, bisect_right([each.start for each in found], offset) - 1)


def hints(count: int, letters: str = LETTERS) -> list[str]:
    """A name for each of ``count`` things: a letter, or more for the last where they are many.

    No name is the beginning of another. With fewer than two letters, capitals are taken, too.
    """
    if len(letters) < 2:
        letters += LETTERS.upper()
    names = list(letters)
    while len(names) < count:
        # The last of the shortest names makes room for names that begin with it.
        shortest = len(names[0])
        at = max(n for n, name in enumerate(names) if len(name) == shortest)
        begin = names.pop(at)
        longer = [begin + letter for letter in letters]
        names[at:at] = longer
    return names[:count]
