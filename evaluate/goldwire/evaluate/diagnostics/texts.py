"""Words in stretches of many texts at once, counted by the blanks between them.

A word is a run of characters without a blank. Scripts that write no blanks have one word a run.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..tables import Ints, Spans

__all__ = ["Words", "words_of"]

_HIGHEST_BLANK = 0x3000
"""No code point above the ideographic space is a blank."""


class Words(Struct, frozen=True, gc=False):
    """Where words begin in some texts, laid end to end with one blank after each.

    ``first`` has shape ``(documents + 1,)``: where each text begins. ``before`` has shape
    ``(characters + 1,)``: how many words begin before a character; ``inside`` has the same shape,
    and is true for characters of a word but its first.
    """

    first: Ints
    before: NDArray[np.int32]
    inside: NDArray[np.bool_]

    def sizes(self) -> Ints:
        """The length of each text in code points, shape ``(documents,)``."""
        return np.diff(self.first) - 1

    def in_texts(self) -> Ints:
        """The words of each text, shape ``(documents,)``."""
        return np.diff(self.before[self.first]).astype(np.int64)

    def between(self, document: Ints, start: Ints, end: Ints) -> Ints:
        """The words between offsets of documents, parts of words too; same shape as these.

        Offsets past the end of a text stand for its end.
        """
        low, high = self.first[document], self.first[document + 1] - 1
        begin = np.minimum(low + start, high)
        stop = np.minimum(low + end, high)
        cut = self.inside[begin] & (begin < stop)
        counts: Ints = self.before[stop].astype(np.int64) - self.before[begin] + cut
        return counts

    def in_items(self, table: Spans) -> Ints:
        """The words of each item, those of its fragments together; shape ``(items,)``."""
        counts = self.between(table.document, table.start, table.end)
        for row, shape in table.fragments.items():
            start, end = np.array(shape, np.int64).T
            document = np.repeat(table.document[row], len(shape))
            counts[row] = self.between(document, start, end).sum()
        return counts


def words_of(texts: Sequence[str]) -> Words:
    """The words of some texts."""
    first = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)), out=first[1:])
    whole = "".join([f"{text}\n" for text in texts])
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), "<u4")
    filled = np.zeros(len(codes) + 1, bool)
    filled[:-1] = ~_blanks()[np.minimum(codes, _HIGHEST_BLANK + 1)]
    inside = np.zeros(len(codes) + 1, bool)
    inside[1:] = filled[1:] & filled[:-1]
    before = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(filled[:-1] & ~inside[:-1], out=before[1:])
    return Words(first, before, inside)


@functools.cache
def _blanks() -> NDArray[np.bool_]:
    """Which code points are blanks, up to the last one that is, and one that is none."""
    return np.array([chr(code).isspace() for code in range(_HIGHEST_BLANK + 2)], bool)
