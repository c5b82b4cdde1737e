"""Spans as tags of words, one level of nesting at a time, and which tag may follow which.

Tags are those of BILOU (Ratinov & Roth 2009): outside, a span's first, inner, and last word, and
a span of one word. They say where spans are; what they are is told afterwards, by the span as a
whole (see ``phrases.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEGAL", "TAGS", "Range", "levels_of", "ranges_of", "tags_of"]

Range = tuple[int, int]
"""First word, and the word after the last."""

TAGS = "OBILU"
_O, _B, _I, _L, _U = range(5)

LEGAL = np.zeros((6, 5), bool)
"""Which tag may follow which; the last row is the start of a sentence."""
LEGAL[np.ix_([_O, _L, _U, 5], [_O, _B, _U])] = True
LEGAL[np.ix_([_B, _I], [_I, _L])] = True


def levels_of(ranges: Iterable[Range]) -> list[list[Range]]:
    """Ranges of one sentence by level, inner before outer: on one level none overlaps another.

    A range stands one level above the highest that holds a shorter range which it overlaps.
    Inner first, since what is inside is what names are, and helps to find what is around
    (Ju, Miwa & Ananiadou, NAACL 2018).
    """
    levels: list[list[Range]] = []
    for first, last in sorted(set(ranges), key=lambda one: (one[1] - one[0], one)):
        below = [
            number
            for number, level in enumerate(levels)
            if any(first < end and begin < last for begin, end in level)
        ]
        place = below[-1] + 1 if below else 0
        if place == len(levels):
            levels.append([])
        levels[place].append((first, last))
    return levels


def tags_of(ranges: Iterable[Range], words: int) -> NDArray[np.int64]:
    """Tags ``(words,)`` of ranges that do not overlap."""
    tags = np.full(words, _O)
    for first, last in ranges:
        if last - first == 1:
            tags[first] = _U
        else:
            tags[first:last] = _I
            tags[first], tags[last - 1] = _B, _L
    return tags


def ranges_of(tags: Sequence[int], bounds: Sequence[int]) -> list[Range]:
    """The ranges that legal tags stand for; one that a sentence's end cuts off ends there."""
    found: list[Range] = []
    for begin, end in zip(bounds, bounds[1:], strict=False):
        first = begin
        for at in range(begin, end):
            tag = tags[at]
            if tag in (_B, _U):
                first = at
            if tag in (_L, _U) or (tag != _O and at + 1 == end):
                found.append((first, at + 1))
    return found
