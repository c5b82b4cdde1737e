"""Attributes as numbers, and a word's features: attributes at a distance.

A feature is one attribute of the word itself, or of a neighbour at most two words away; of
neighbours only the attributes that ``words.WIDE`` names count. A feature's key is
``place · attributes + attribute``, with the place of its distance in ``WINDOW``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .words import WIDE

__all__ = [
    "WINDOW",
    "Encoded",
    "Vocabulary",
    "concatenate",
    "encode",
    "sentence_numbers",
    "window_features",
]

WINDOW = (0, -2, -1, 1, 2)
"""Distances at which a word looks; the word itself first."""


class Vocabulary:
    """Names by number, in the order in which they came."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.numbers = {name: number for number, name in enumerate(names)}

    def __len__(self) -> int:
        return len(self.numbers)

    def wide(self) -> NDArray[np.bool_]:
        """By name, whether neighbours see it: ``(names,)``."""
        return np.fromiter((name.startswith(WIDE) for name in self.numbers), bool, len(self))


class Encoded(Struct, frozen=True):
    """Names as numbers, row by row: row ``n`` holds ``ids[ends[n - 1]:ends[n]]``.

    ``ids`` ``(names,)`` and ``ends`` ``(rows,)`` are int64.
    """

    ids: NDArray[np.int64]
    ends: NDArray[np.int64]

    def owners(self) -> NDArray[np.int64]:
        """By name, the number of its row: ``(names,)``."""
        lengths = self.ends - np.concatenate([[0], self.ends[:-1]])
        return np.repeat(np.arange(len(self.ends)), lengths)


def encode(rows: Sequence[Iterable[str]], vocabulary: Vocabulary, *, grow: bool) -> Encoded:
    """Rows of names as numbers; unknown ones are added with ``grow``, left out without."""
    numbers = vocabulary.numbers
    if grow:
        lists = [[numbers.setdefault(name, len(numbers)) for name in row] for row in rows]
    else:
        lists = [[numbers[name] for name in row if name in numbers] for row in rows]
    return Encoded(
        np.fromiter((number for row in lists for number in row), np.int64),
        np.cumsum(np.fromiter(map(len, lists), np.int64, len(lists))),
    )


def concatenate(parts: Sequence[Encoded]) -> Encoded:
    """The rows of all parts, one after the other."""
    if not parts:
        return Encoded(np.zeros(0, np.int64), np.zeros(0, np.int64))
    sizes = np.array([len(part.ids) for part in parts])
    starts = np.cumsum(sizes) - sizes
    return Encoded(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.ends + start for part, start in zip(parts, starts, strict=True)]),
    )


def sentence_numbers(bounds: Sequence[int]) -> NDArray[np.int64]:
    """By word, the number of its sentence: ``(words,)``."""
    edges = np.asarray(bounds, np.int64)
    return np.repeat(np.arange(len(bounds) - 1), edges[1:] - edges[:-1])


def window_features(
    encoded: Encoded, wide: NDArray[np.bool_], sentence: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All features of all words: the word and the key, each ``(features,)``.

    ``sentence`` ``(words,)`` is the number of each word's sentence, beyond which nobody looks.
    """
    count = len(encoded.ends)
    owner = encoded.owners()
    seen = wide[encoded.ids]
    neighbour, ids = owner[seen], encoded.ids[seen]
    words, keys = [owner], [encoded.ids]
    for place, distance in enumerate(WINDOW[1:], 1):
        looking = neighbour - distance
        inside = (looking >= 0) & (looking < count)
        inside &= sentence[np.where(inside, looking, 0)] == sentence[neighbour]
        words.append(looking[inside])
        keys.append(ids[inside] + place * len(wide))
    return np.concatenate(words), np.concatenate(keys)
