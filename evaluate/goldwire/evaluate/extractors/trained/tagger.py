"""A tagger of one layer: for every level of nesting, a linear-chain model over words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .chain import best_tags, pack
from .features import Encoded, sentence_numbers, window_features
from .tags import Range, ranges_of

__all__ = ["BELOW", "Level", "find_ranges", "shifted"]

BELOW = (0, -1, 1)
"""Distances at which a level sees the tags of the level below."""


class Level(Struct, frozen=True):
    """What one level has learnt.

    ``keys`` ``(features,)`` int64, ascending, are the features that have ``weights``
    ``(features, 5)`` float32. ``below`` ``(distances, 5, 5)`` float32 leads from tags of the level
    below to tags of this one; the first level has no distances. ``transitions`` ``(6, 5)``
    float32, the last row from the start of a sentence; −∞ where illegal.
    """

    keys: NDArray[np.int64]
    weights: NDArray[np.float32]
    below: NDArray[np.float32]
    transitions: NDArray[np.float32]


def find_ranges(
    levels: Sequence[Level], encoded: Encoded, wide: NDArray[np.bool_], bounds: Sequence[int]
) -> list[Range]:
    """The ranges that all levels find, none twice, in text order, the outer first."""
    if len(bounds) < 2:
        return []
    sentence = sentence_numbers(bounds)
    packing = pack(bounds)
    words, keys = window_features(encoded, wide, sentence)
    found: set[Range] = set()
    below: NDArray[np.int64] | None = None
    for level in levels:
        scores = _sums(words, keys, level, len(sentence))
        if below is not None:
            for weights, tags in zip(level.below, shifted(below, sentence), strict=True):
                scores += weights[tags]
        below = best_tags(scores[packing.order], level.transitions, packing)
        ranges = ranges_of(below.tolist(), bounds)
        if not ranges:
            break
        found.update(ranges)
    return sorted(found, key=lambda one: (one[0], -one[1]))


def shifted(tags: NDArray[np.int64], sentence: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """By distance of ``BELOW``, the tag there, outside beyond the sentence; each ``(words,)``."""
    found = []
    for distance in BELOW:
        at = np.arange(len(tags)) + distance
        inside = (at >= 0) & (at < len(tags))
        at[~inside] = 0
        inside &= sentence[at] == sentence
        found.append(np.where(inside, tags[at], 0))
    return found


def _sums(
    words: NDArray[np.int64], keys: NDArray[np.int64], level: Level, count: int
) -> NDArray[np.float64]:
    """The sum of the weights of each word's features: ``(words, 5)``."""
    total = np.zeros((count, level.weights.shape[1]))
    if not len(level.keys):
        return total
    place = np.searchsorted(level.keys, keys)
    place[place == len(level.keys)] = 0
    known = level.keys[place] == keys
    picked = level.weights[place[known]]
    for tag in range(total.shape[1]):
        total[:, tag] = np.bincount(words[known], picked[:, tag], count)
    return total
