"""The properties of items, read off the columns: a bucket for each gold and predicted item."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.positions import surface

from ..columns import Columns
from ..identity import Aligned, item_rows
from ..keys import ordering, stride
from ..tables import Ints, Spans
from .dimensions import DIMENSIONS, NO_LEVEL, NO_ZONE, NOWHERE, in_order
from .nesting import DEEPEST, nesting
from .texts import Words
from .training import Surfaces, Training, squeezed

__all__ = ["Codes", "Sides", "codes_of", "sides_of"]

Scale = tuple[tuple[int, ...], tuple[str, ...]]
"""Where the second and later buckets begin, and the names of all."""

_LENGTH: Scale = ((2, 3, 5), ("1", "2", "3–4", "5+"))
_LENGTHS: dict[str, Scale] = {"attributions": ((5, 10, 20), ("1–4", "5–9", "10–19", "20+"))}
"""Contents that are attributed are clauses: they have a scale of their own."""
_FREQUENCY: Scale = ((1, 2, 5, 10), ("0", "1", "2–4", "5–9", "10+"))
_DOCUMENT_LENGTH: Scale = ((150, 300, 600), ("<150", "150–299", "300–599", "600+"))
_DEPTHS = (*map(str, range(DEEPEST)), f"{DEEPEST}+")
_CONTENTS = ("holds none", "holds others")
_FAMILIARITY = (
    "unseen",
    "seen with other types only",
    "seen with this and other types",
    "seen with this type only",
)
_UNSEEN, _OTHERS, _AMONG, _ONLY = range(len(_FAMILIARITY))


class Codes(Struct, frozen=True, gc=False):
    """The buckets of a dimension, and the one of each gold and predicted item; −1 for none."""

    names: tuple[str, ...]
    gold: Ints
    predicted: Ints


class Sides(Struct, frozen=True, gc=False):
    """An aligned layer beside its texts.

    ``nowhere`` has shape ``(predicted items,)``: which of them have no place in a text. ``seen``
    are the rows of the items' surfaces in ``surfaces``, gold and predicted, −1 for unseen ones.
    """

    columns: Columns
    layer: str
    gold: Spans
    predicted: Spans
    words: Words
    nowhere: NDArray[np.bool_]
    surfaces: Surfaces | None
    seen: tuple[Ints, Ints]


def sides_of(
    columns: Columns, layer: str, aligned: Aligned, training: Training | None, words: Words
) -> Sides:
    """Put together what the properties of a layer are read from."""
    gold, predicted = aligned.ready.gold, aligned.ready.predicted
    surfaces = training.layers.get(layer) if training else None
    none = np.zeros(0, np.int64)
    return Sides(
        columns,
        layer,
        gold,
        predicted,
        words,
        predicted.end > words.sizes()[predicted.document],
        surfaces,
        (_seen(columns, gold, surfaces), _seen(columns, predicted, surfaces))
        if surfaces
        else (none, none),
    )


def codes_of(sides: Sides, dimension: str) -> Codes:
    """The buckets of all items in one dimension.

    Predictions without a place in the text have a bucket of their own.
    """
    codes = _READERS[dimension](sides)
    if DIMENSIONS[dimension].recall_only or not sides.nowhere.any():
        return codes
    names = (*codes.names, NOWHERE)
    return Codes(names, codes.gold, np.where(sides.nowhere, len(names) - 1, codes.predicted))


def _seen(columns: Columns, table: Spans, surfaces: Surfaces) -> Ints:
    """The row of each item's surface, −1 where the training gold has none such."""
    texts = [gold.text for gold in columns.block.gold]
    rows = surfaces.rows
    found = []
    for document, start, end in zip(
        table.document.tolist(), table.start.tolist(), table.end.tolist(), strict=True
    ):
        words = texts[document][start:end]
        row = rows.get(words)
        found.append(rows.get(squeezed(words), -1) if row is None else row)
    for row, shape in table.fragments.items():
        found[row] = rows.get(squeezed(surface(texts[int(table.document[row])], shape)), -1)
    return np.array(found, np.int64)


def _binned(scale: Scale, gold: Ints, predicted: Ints) -> Codes:
    begins, names = scale
    return Codes(
        names,
        np.searchsorted(begins, gold, side="right"),
        np.searchsorted(begins, predicted, side="right"),
    )


def _named(gold: Sequence[str], predicted: Sequence[str]) -> Codes:
    """Buckets with the names that there are."""
    names = in_order((*gold, *predicted))
    codes = {name: code for code, name in enumerate(names)}
    one, other = (np.array([codes[name] for name in side], np.int64) for side in (gold, predicted))
    return Codes(names, one, other)


def _length(sides: Sides) -> Codes:
    scale = _LENGTHS.get(sides.layer, _LENGTH)
    words = sides.words
    return _binned(scale, words.in_items(sides.gold), words.in_items(sides.predicted))


def _document_length(sides: Sides) -> Codes:
    totals = sides.words.in_texts()
    gold, predicted = totals[sides.gold.document], totals[sides.predicted.document]
    return _binned(_DOCUMENT_LENGTH, gold, predicted)


def _depth(sides: Sides) -> Codes:
    return Codes(_DEPTHS, nesting(sides.gold)[0], nesting(sides.predicted)[0])


def _contents(sides: Sides) -> Codes:
    gold, predicted = (nesting(table)[1] for table in (sides.gold, sides.predicted))
    return Codes(_CONTENTS, gold.astype(np.int64), predicted.astype(np.int64))


def _frequency(sides: Sides) -> Codes:
    known = sides.surfaces
    if known is None:
        return Codes(_FREQUENCY[1], *_nothing_seen(sides))
    totals = np.append(known.totals, 0)  # the last, −1, stands for the unseen
    return _binned(_FREQUENCY, totals[sides.seen[0]], totals[sides.seen[1]])


def _familiarity(sides: Sides) -> Codes:
    known = sides.surfaces
    if known is None:
        return Codes(_FAMILIARITY, *_nothing_seen(sides))
    labels = sides.gold.labels.names
    types = np.array([known.types.get(name, -1) for name in labels], np.int64)
    alone = np.append(known.kinds == 1, False)

    def familiar(rows: Ints, label: Ints) -> Ints:
        same = known.seen_with(rows, types[label])
        found = np.where(same, np.where(alone[rows], _ONLY, _AMONG), _OTHERS)
        return np.where(rows < 0, _UNSEEN, found)

    gold, predicted = sides.seen
    return Codes(
        _FAMILIARITY, familiar(gold, sides.gold.label), familiar(predicted, sides.predicted.label)
    )


def _nothing_seen(sides: Sides) -> tuple[Ints, Ints]:
    return np.zeros(len(sides.gold), np.int64), np.zeros(len(sides.predicted), np.int64)


def _level(sides: Sides) -> Codes:
    items = sides.columns.gold[sides.layer].items
    rows = item_rows(sides.columns.gold[sides.layer], sides.gold).tolist()
    levels = [items[row].level or NO_LEVEL for row in rows]
    codes = _named(levels, ())
    return Codes(codes.names, codes.gold, np.full(len(sides.predicted), -1, np.int64))


def _zone(sides: Sides) -> Codes:
    """The kind of the smallest zone that holds the first character of each item."""
    zones = [
        (start, end, document, zone.kind)
        for document, gold in enumerate(sides.columns.block.gold)
        for zone in gold.zones
        for start, end in zone.spans
    ]
    zones.sort(key=lambda zone: (zone[0] - zone[1], zone[3]))  # the largest first
    names = in_order({NO_ZONE, *(kind for *_, kind in zones)})
    codes = {name: code for code, name in enumerate(names)}
    start, end, document = (np.array([zone[at] for zone in zones], np.int64) for at in range(3))
    kind = np.array([codes[zone[3]] for zone in zones], np.int64)
    step = stride(end, sides.gold.end, sides.predicted.end)
    places = document * step + start, document * step + end

    def holding(table: Spans) -> Ints:
        found = np.full(len(table), codes[NO_ZONE], np.int64)
        starts = table.document * step + table.start
        order = ordering(starts)
        low, high = (np.searchsorted(starts[order], place) for place in places)
        for first, last, code in zip(low.tolist(), high.tolist(), kind.tolist(), strict=True):
            found[order[first:last]] = code
        return found

    return Codes(names, holding(sides.gold), holding(sides.predicted))


_READERS: dict[str, Callable[[Sides], Codes]] = {
    "length": _length,
    "frequency": _frequency,
    "familiarity": _familiarity,
    "depth": _depth,
    "contents": _contents,
    "zone": _zone,
    "document_length": _document_length,
    "level": _level,
}
