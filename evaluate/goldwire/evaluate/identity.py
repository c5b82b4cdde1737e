"""Who is meant: a number for the referent of every item, across gold and predictions.

Gold mentions of one entity share a number. A predicted item has the number of the gold item
that it is: the one with its span, or the one that it was aligned with by an accepted span.
Anything else stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from .align import BOUNDARY, Alignment
from .columns import Columns, Side
from .prepare import Prepared
from .references import REFERRED, Items, Places, ranked
from .tables import Ints, Spans

__all__ = ["Aligned", "Identity", "chain_numbers", "identify"]


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
    """The chain of each item of a layer, −1 for none: dense, over all documents of a block."""
    side = sides[layer]
    names = [getattr(item, field, None) for item in side.items]
    known: dict[tuple[int, str], int] = {}
    codes = [
        -1 if name is None else known.setdefault((document, name), len(known))
        for document, name in zip(side.spans.document.tolist(), names, strict=True)
    ]
    return np.array(codes, np.int64), len(known)


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


def dense(gold: Ints, predicted: Ints) -> tuple[Ints, Ints]:
    """Two columns of numbers as dense ranks, equal for equal numbers."""
    numbers, _ = ranked(np.concatenate([gold, predicted]))
    return numbers[: len(gold)], numbers[len(gold) :]
