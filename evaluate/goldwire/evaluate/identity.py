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
from numpy.typing import NDArray

from .alignment.align import Alignment
from .alignment.pairs import BOUNDARY
from .alignment.prepare import Prepared
from .columns import Columns, Side
from .keys import pack
from .references import REFERRED, Items, Places, ranked
from .tables import Ints, Labels, Spans

__all__ = [
    "Aligned",
    "Identity",
    "chain_numbers",
    "identify",
    "item_rows",
    "like_items",
    "partners_of",
]


class Aligned(Struct, frozen=True, gc=False):
    """One layer of a block after the alignment."""

    ready: Prepared
    alignment: Alignment


class Identity(Struct, frozen=True, gc=False):
    """Numbers by item, shape ``(items,)``; equal where the same is meant.

    ``referents`` put mentions of one entity together, ``triggers`` keep every item apart.
    ``partners`` holds for each predicted item the gold item that it is, or −1. ``by_place``,
    shape ``(places,)``, is who is meant by what stands at a place. ``excused`` are predicted
    items that were aligned with optional gold.
    """

    gold_referents: Ints
    predicted_referents: Ints
    gold_triggers: Ints
    predicted_triggers: Ints
    partners: Ints
    by_place: Ints
    excused: NDArray[np.bool_]


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
    """Find out who is meant by every item of a block.

    Two entities with mentions in one place cannot be told apart by it: for what refers to
    items by their place they are one.
    """
    chains, size = chain_numbers(columns.gold, "mentions", "entity")
    referents = size + places.gold
    rows = gold.first["mentions"] + np.flatnonzero(chains >= 0)
    referents[rows] = chains[chains >= 0]
    items, stands = referents, places.gold
    known = np.zeros(places.size, bool)
    known[places.gold] = True
    more = [
        (item, place)
        for item, answers in places.answers.items()
        for place, _ in answers[1:]
        if not known[place]
    ]
    if more:  # accepted spans, where no other gold item stands
        extra = np.array(more, np.int64)
        items = np.concatenate([items, referents[extra[:, 0]]])
        stands = np.concatenate([stands, extra[:, 1]])
    classes, by_place = _classes(items, stands, size + places.size, places.size)
    partners, excused = partners_of(columns, aligned, gold, predicted, places)
    nobody = size + places.size + np.arange(places.size)
    by_place = np.where(by_place < 0, nobody, by_place)
    guessed = by_place[places.predicted]
    triggers = places.predicted.copy()
    met = np.flatnonzero(partners >= 0)
    guessed[met] = classes[referents[partners[met]]]
    triggers[met] = places.gold[partners[met]]
    return Identity(classes[referents], guessed, places.gold, triggers, partners, by_place, excused)


def _classes(referents: Ints, places: Ints, most: int, size: int) -> tuple[Ints, Ints]:
    """The smallest referent that each referent shares places with, however indirectly.

    By referent, shape ``(most,)``, and by place, shape ``(size,)``, −1 where nothing stands.
    """
    classes = np.arange(most)
    while True:
        by_place = np.full(size, most)
        np.minimum.at(by_place, places, classes[referents])
        smaller = classes.copy()
        np.minimum.at(smaller, referents, by_place[places])
        if (smaller == classes).all():
            break
        classes = smaller
    return classes, np.where(by_place == most, -1, by_place)


def partners_of(
    columns: Columns,
    aligned: Mapping[str, Aligned],
    gold: Items,
    predicted: Items,
    places: Places,
) -> tuple[Ints, NDArray[np.bool_]]:
    """The gold item that each predicted one is, and which are aligned with optional gold."""
    size = len(predicted.document)
    partners, excused = np.full(size, -1, np.int64), np.zeros(size, bool)
    for layer in REFERRED:
        ready, pairs = aligned[layer].ready, aligned[layer].alignment.pairs
        ones = gold.first[layer] + item_rows(columns.gold[layer], ready.gold)
        others = predicted.first[layer] + item_rows(columns.predicted[layer], ready.predicted)
        excused[others[pairs.predicted[ready.gold.optional[pairs.gold]]]] = True
        pairs = pairs.take(pairs.kind >= BOUNDARY)
        partners[others[pairs.predicted]] = ones[pairs.gold]
    # Of equal predictions one was aligned; the others are the same thing.
    alike, many = like_items(columns, predicted, places)
    found, free = np.full(many, -1, np.int64), np.zeros(many, bool)
    np.maximum.at(found, alike, partners)
    np.logical_or.at(free, alike, excused)
    return found[alike], free[alike]


def like_items(columns: Columns, predicted: Items, places: Places) -> tuple[Ints, int]:
    """A number for each predicted item, equal for equal items, and how many there are."""
    labels = np.concatenate([columns.predicted[layer].spans.label for layer in REFERRED])
    parts = [_layer_of(predicted), labels, places.predicted]
    return ranked(pack(parts, len(predicted.document)))


def _layer_of(items: Items) -> Ints:
    """The number of each item's layer."""
    bounds = [*items.first.values(), len(items.document)]
    return np.repeat(np.arange(len(REFERRED)), np.diff(bounds))
