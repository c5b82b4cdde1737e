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
    """All sentences of the article in the order of the text.

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
    return sorted(found, key=lambda each: (each.start, each.end))


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
    """A name of one letter for each of ``count`` things; of more for the last, if they are many.

    No name is the beginning of another. Raises ``ValueError`` where there are no letters for it.
    """
    if count > len(letters) < 2:
        raise ValueError(f"{count} things cannot be named with {len(letters)} letters")
    names = list(letters)
    while len(names) * len(letters) < count:  # a text without a full stop: all names are longer
        names = [name + other for name in names for other in letters]
    begun = 0  # names that begin those with one letter more, taken from the end
    while len(names) + begun * (len(letters) - 1) < count:
        begun += 1
    short, longer = names[: len(names) - begun], names[len(names) - begun :]
    return [*short, *(name + other for name in longer for other in letters)][:count]
