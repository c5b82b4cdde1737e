"""Whether two files that are compared by position hold the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from goldwire.schema.errors import InputError
from goldwire.schema.positions import cut

__all__ = ["OtherWord", "WordLines", "other_words"]


class WordLines(Protocol):
    """A document of a file with its words, ``None`` where a line holds none, and their lines."""

    @property
    def words(self) -> Sequence[str | None]:
        """The words."""

    @property
    def lines(self) -> Sequence[int]:
        """The line of each, from 1."""


class OtherWord(Struct, frozen=True):
    """The first word of a document that is another in the predictions than in the gold."""

    document: str
    place: int
    """From 1."""
    word: str
    line: int | None
    gold_word: str
    gold_line: int | None


def other_words(
    key: Mapping[str, WordLines],
    response: Mapping[str, WordLines],
    gold: str,
    predictions: str,
) -> list[OtherWord]:
    """Where words of both files are not the same, in documents of the same length.

    Raises ``InputError`` with both lines for a document whose words are not as many: positions
    mean something else from there on.
    """
    found: list[OtherWord] = []
    for name in sorted(key.keys() & response.keys()):
        one, other = key[name], response[name]
        if one.words == other.words:
            continue
        at = _parting(one.words, other.words)
        short = len(one.words) != len(other.words)
        if at is None and not short:
            continue
        at = min(len(one.words), len(other.words)) if at is None else at
        here, there = (_word_at(each, at) for each in (other, one))
        lines = [_line_at(each, at) for each in (other, one)]
        if short:
            raise InputError(
                f"document {name!r} has {len(other.words)} words, in the gold {len(one.words)}:"
                f" word {at + 1} is {here}, in the gold {there} ({gold}:{lines[1]})",
                source=predictions,
                line=lines[0],
                hint="Gold and predictions have the same words: mentions are compared by position.",
            )
        found.append(OtherWord(name, at + 1, here, lines[0], there, lines[1]))
    return found


def _parting(one: Sequence[str | None], other: Sequence[str | None]) -> int | None:
    """The first position at which two words are not the same; a missing one is like any."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b and None not in (a, b)), None)


def _word_at(document: WordLines, at: int) -> str:
    if at >= len(document.words):
        return "no more"
    word = document.words[at]
    return "not there" if word is None else repr(cut(word, 60))


def _line_at(document: WordLines, at: int) -> int | None:
    """The line of a word, of the last one where there are no more."""
    return document.lines[min(at, len(document.lines) - 1)] if document.lines else None
