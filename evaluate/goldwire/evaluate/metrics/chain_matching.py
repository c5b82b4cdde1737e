"""Chains whose mentions match by head or by part: which rows count, and which are the same.

What does not count takes no part in the matching, where it would use up a match of what counts:
mentions outside of chains, those of optional gold, and, on demand, singletons. A mention counts
in one entity only, the largest of those that list it.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from ..tables import Spans
from .coreference import Chains
from .mention_matching import Codes, MentionMatch, same_mentions

__all__ = ["largest_first", "match_chains"]


def match_chains(
    spans: tuple[Spans, Spans],
    rows: tuple[Chains, Chains],
    kept: tuple[Chains, Chains],
    accepted: tuple[Codes, Codes],
    mode: MentionMatch,
) -> tuple[Chains, Chains]:
    """The chains ``kept`` of gold and predictions, with equal numbers for the same mentions.

    ``rows`` are the mentions in ``spans`` and their entities, numbered by ``mention_codes``;
    ``kept`` are those that count, each once. Those that only ``kept`` has match nothing.
    ``accepted``, gold rows and predicted rows, are pairs by another accepted answer of gold:
    they are the same before any others are.
    """
    gold, predicted = kept
    stay = [_among(side, counted) for side, counted in zip(rows, kept, strict=True)]
    met = _pairs(rows, stay, accepted)
    chosen = [mine & ~np.isin(side.mention, code)
              for side, mine, code in zip(rows, stay, met, strict=True)]  # fmt: skip
    tables = [table.rows(mask) for table, mask in zip(spans, chosen, strict=True)]
    codes = rows[0].mention[chosen[0]], rows[1].mention[chosen[1]]
    found = same_mentions(tables[0], tables[1], codes, mode)
    size = 1 + max((int(side.mention.max()) for side in kept if len(side)), default=-1)
    same_as = np.arange(size)
    # A prediction where such a gold mention stands is another mention, with a number of its own.
    same_as[met[0]] += size
    moved = np.flatnonzero(found != np.arange(len(found)))
    same_as[moved] = found[moved]
    same_as[met[1]] = met[0]
    return gold, msgspec.structs.replace(predicted, mention=same_as[predicted.mention])


def largest_first(chains: Chains) -> Chains:
    """The rows by size of their entity, so that a mention in several counts in the largest.

    Of entities of one size in that whose mentions are the first, compared one by one.
    """
    codes, index, often = np.unique(chains.mention, return_inverse=True, return_counts=True)
    if len(codes) == len(chains):
        return chains
    order = np.lexsort((chains.mention, chains.entity))
    entity, mention = chains.entity[order], chains.mention[order]
    once = np.ones(len(order), bool)
    once[1:] = (entity[1:] != entity[:-1]) | (mention[1:] != mention[:-1])
    entity, mention = entity[once], mention[once]
    sharing = np.unique(chains.entity[often[index] > 1])
    begin, end = (np.searchsorted(entity, sharing, side) for side in ("left", "right"))
    # Bytes of equal width, the highest first, compare as the numbers do.
    content = mention.astype(">i8").tobytes()
    keys = [
        (low - high, content[8 * low : 8 * high])
        for low, high in zip(begin.tolist(), end.tolist(), strict=True)
    ]
    ranks = np.full(int(entity[-1]) + 1, len(sharing))
    ranks[sharing[sorted(range(len(keys)), key=keys.__getitem__)]] = np.arange(len(sharing))
    return chains.take(np.argsort(ranks[chains.entity], kind="stable"))


def _among(rows: Chains, kept: Chains) -> NDArray[np.bool_]:
    """Which rows are mentions that count in their entity."""
    entity_of = np.full(1 + max(int(rows.mention.max(initial=0)),
                                int(kept.mention.max(initial=0))), -1)  # fmt: skip
    entity_of[kept.mention] = kept.entity
    stay: NDArray[np.bool_] = entity_of[rows.mention] == rows.entity
    return stay


def _pairs(
    rows: tuple[Chains, Chains], stay: list[NDArray[np.bool_]], accepted: tuple[Codes, Codes]
) -> tuple[Codes, Codes]:
    """Codes of the accepted pairs that count on both sides, each code once a side."""
    if not len(accepted[0]):
        return accepted
    among = stay[0][accepted[0]] & stay[1][accepted[1]]
    pairs = np.unique(
        np.stack([side.mention[row[among]] for side, row in zip(rows, accepted, strict=True)], 1),
        axis=0,
    )
    for side in (0, 1):
        pairs = pairs[np.sort(np.unique(pairs[:, side], return_index=True)[1])]
    return pairs[:, 0], pairs[:, 1]
