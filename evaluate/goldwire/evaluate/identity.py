"""Who is meant: a number for the referent of every item, across gold and predictions.

Gold mentions of one entity share a number. A predicted item has the number of the gold item
that it is: the one with its span, or the one that it was aligned with by an accepted span.
Anything else stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

import numpy as np
from msgspec import Struct

from .align import Alignment
from .columns import Columns, Side
from .pairs import BOUNDARY
from .prepare import Prepared
from .references import REFERRED, Items, Places, ranked
from .tables import Ints, Labels, Spans

__all__ = ["Aligned", "Identity", "chain_numbers", "identify", "item_rows"]


class Aligned(Struct, frozen=True, gc=False):
    """One layer of a block after the alignment."""

    ready: Prepared
    alignment: Alignment


class Identity(Struct, frozen=True, gc=False):
    """Numbers by item, shape ``(items,)``; equal where the same is meant.

    ``referents`` put mentions of one entity together, ``triggers`` keep every item apart.
    ``partners`` holds for each predicted item the gold item with the same span, or −1.
    """

    gold_referents: Ints
    predicted_referents: Ints
    gold_triggers: Ints
    predicted_triggers: Ints
    partners: Ints


def item_rows(side: Side, table: Spans) -> Ints:
    """The rows of ``side`` that the rows of a prepared table came from."""
    rows: Ints = side.offsets[table.document] + table.place
    return rows


def chain_numbers(sides: Mapping[str, Side], layer: str, field: str) -> tuple[Ints, int]:
    """The chain of each item of a layer, −1 for none: dense, over all documents of a block.

    Known after the first call: ``sides`` remember it.
    """
    side = sides[layer]
    found = side.chains.get(field)
    if found is None:
        codes = Labels()
        names = codes.codes([name or "" for name in map(attrgetter(field), side.items)])
        none = codes.code("")
        chained = np.flatnonzero(names != none)
        numbers = np.full(len(names), -1, np.int64)
        numbers[chained], size = ranked(side.spans.document[chained] * len(codes) + names[chained])
        found = side.chains[field] = numbers, size
    return found


def identify(
    columns: Columns,
    aligned: Mapping[str, Aligned],
    gold: Items,
    predicted: Items,
    places: Places,
) -> Identity:
    """Find out who is meant by every item of a block."""
    chains, size = chain_numbers(columns.gold, "mentions", "entity")
    base = gold.first["mentions"]
    rows = base + np.flatnonzero(chains >= 0)
    referents = size + places.gold
    referents[rows] = chains[chains >= 0]
    # Where two gold items have one place, the smallest number stands for the place.
    by_place = np.full(places.size, np.iinfo(np.int64).max)
    np.minimum.at(by_place, places.gold, referents)
    partners = _partners(columns, aligned, gold, predicted)
    guessed = np.where(
        by_place[places.predicted] < np.iinfo(np.int64).max,
        by_place[places.predicted],
        size + places.predicted,
    )
    triggers = places.predicted.copy()
    met = np.flatnonzero(partners >= 0)
    guessed[met] = referents[partners[met]]
    triggers[met] = places.gold[partners[met]]
    return Identity(referents, guessed, places.gold, triggers, partners)


def _partners(
    columns: Columns, aligned: Mapping[str, Aligned], gold: Items, predicted: Items
) -> Ints:
    partners = np.full(len(predicted.document), -1, np.int64)
    for layer in REFERRED:
        ready, pairs = aligned[layer].ready, aligned[layer].alignment.pairs
        pairs = pairs.take(pairs.kind >= BOUNDARY)
        ones = gold.first[layer] + item_rows(columns.gold[layer], ready.gold)
        others = predicted.first[layer] + item_rows(columns.predicted[layer], ready.predicted)
        partners[others[pairs.predicted]] = ones[pairs.gold]
    return partners
