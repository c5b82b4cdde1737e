"""How alike two fillers are: all pairs that share something, and the credit each gives.

The similarities φ, with n mentions in both, k in gold, r in the prediction:

========= =============================================== =========================
subset    1 where n = r > 0: nothing predicted is wrong   Du et al. 2021 (CEAF-REE)
prop      n / r                                           Du et al. 2021
overlap   1 where n > 0                                   Chen et al. 2023, as coded
phi3      n                                               Luo 2005, φ3
phi4      2n / (k + r)                                    Luo 2005, φ4
========= =============================================== =========================

Under ``phi3`` a filler weighs as many as it has mentions, under the others it weighs 1.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import UnknownName

from .template_join import Ints, join
from .template_tables import Contents, Tables

__all__ = ["SIMILARITIES", "FillerPairs", "Similarity", "credits", "filler_pairs", "weights"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

Similarity = Literal["subset", "prop", "overlap", "phi3", "phi4"]

SIMILARITIES: tuple[Similarity, ...] = ("subset", "prop", "overlap", "phi3", "phi4")


class FillerPairs(Struct, frozen=True):
    """Pairs of contents of one document and slot that share a mention, or are near by range.

    Arrays of shape ``(pairs,)``: rows of gold and predicted contents, mentions ``shared``, and
    how many qualifiers are stated on both sides and are ``equal``.
    """

    gold: Ints
    predicted: Ints
    shared: Ints
    equal: Ints

    def __len__(self) -> int:
        return len(self.gold)


def filler_pairs(tables: Tables) -> FillerPairs:
    """All pairs of fillers that can be aligned, in the order of gold, then predicted contents."""
    one, other = tables.gold.contents, tables.predicted.contents
    width = max(len(other), 1)
    keys = np.concatenate([_sharing(tables, width), _near(tables, width)])
    keys.sort()
    # A pair stands once for each shared mention, and once more where it is near by range.
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    pair = keys[first]
    gold, predicted = pair // width, pair % width
    shared = np.diff(first, append=len(keys)) - _by_range(tables, gold, predicted)
    said = one.qualifiers[gold]
    equal = ((said == other.qualifiers[predicted]) & (said > 0)).sum(axis=1)
    return FillerPairs(gold, predicted, shared, equal)


def credits(tables: Tables, pairs: FillerPairs, similarity: Similarity) -> tuple[Floats, Bools]:
    """The credit of each pair, and whether it is full: else the pair is a partial match.

    Shape ``(pairs,)`` each. Raises ``UnknownName`` for a similarity that does not exist.
    """
    if similarity not in SIMILARITIES:
        raise UnknownName("similarity", similarity, SIMILARITIES)
    gold = tables.gold.contents.size[pairs.gold]
    predicted = tables.predicted.contents.size[pairs.predicted]
    return _credit(similarity, pairs.shared, gold, predicted)


def weights(contents: Contents, similarity: Similarity) -> Floats:
    """What each content adds to a denominator; shape ``(contents,)``.

    Under ``phi3`` a filler without mentions weighs 1, so that it does not come for free.
    """
    if similarity == "phi3":
        return np.maximum(contents.size, 1).astype(np.float64)
    return np.ones(len(contents))


def _sharing(tables: Tables, width: int) -> Ints:
    """Pairs of contents, as one number each, once for every mention that they share."""
    (gold, gold_mention), (predicted, predicted_mention) = (
        side.contents.mentions for side in (tables.gold, tables.predicted)
    )
    base = int(max(gold_mention.max(initial=0), predicted_mention.max(initial=0))) + 1
    one, other = join(
        _cells(tables, tables.gold.contents)[gold] * base + gold_mention,
        _cells(tables, tables.predicted.contents)[predicted] * base + predicted_mention,
    )
    return gold[one] * width + predicted[other]


def _near(tables: Tables, width: int) -> Ints:
    """Pairs of contents, as one number each, whose ranges nearly agree."""
    one, other = (side.contents for side in (tables.gold, tables.predicted))
    gold, predicted = (np.flatnonzero(side.low <= side.high) for side in (one, other))
    left, right = join(_cells(tables, one)[gold], _cells(tables, other)[predicted])
    gold, predicted = gold[left], predicted[right]
    near = _by_range(tables, gold, predicted)
    return gold[near] * width + predicted[near]


def _by_range(tables: Tables, gold: Ints, predicted: Ints) -> Bools:
    """Whether the ranges of two contents nearly agree, by the rule of their slot."""
    one, other = tables.gold.contents, tables.predicted.contents
    rule = np.array([slot.near or "" for slot in tables.slots] or [""])[one.slot[gold]]
    low, high = one.low[gold], one.high[gold]
    guess_low, guess_high = other.low[predicted], other.high[predicted]
    real = (low <= high) & (guess_low <= guess_high)
    meet = (low <= guess_high) & (guess_low <= high)
    cover = (guess_low <= low) & (high <= guess_high)
    near: Bools = real & (((rule == "overlap") & meet) | ((rule == "cover") & cover))
    return near


def _cells(tables: Tables, contents: Contents) -> Ints:
    return contents.document * len(tables.slots) + contents.slot


def _credit(similarity: Similarity, n: Ints, k: Ints, r: Ints) -> tuple[Floats, Bools]:
    """Credit and whether it is all there is to get; a filler without mentions gets none."""
    same = (n == k) & (n == r) & (n > 0)
    inside = (n == r) & (n > 0)
    if similarity == "subset":
        return inside.astype(np.float64), inside
    if similarity == "overlap":
        return (n > 0).astype(np.float64), n > 0
    if similarity == "phi3":
        return n.astype(np.float64), same
    over, under = (n, r) if similarity == "prop" else (2 * n, k + r)
    credit = np.zeros(len(n))
    np.divide(over, under, out=credit, where=n > 0)
    return credit, inside if similarity == "prop" else same
