"""Attributes of items: right values on aligned pairs, and end to end.

Two numbers for each attribute. *Accuracy*: of the aligned pairs in which the gold item has a
value, the share with the right one. *End to end*: precision over predicted items with a value,
recall over gold items with one; a pair with the right value is right.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import Struct

from ..alignment.pairs import BOTH, OVERLAP, TYPE
from ..columns import Columns
from ..identity import Aligned, Identity, item_rows
from ..notes import Notes
from ..reading.predictions import anchored_spans
from ..references import Items, refuse_dangling
from ..tables import Ints, joined
from .forms import Floats
from .values import (
    quantities_equal,
    quantity_of,
    ranges_overlap,
    remembered,
    time_of,
    times_equal,
    times_nested,
)

__all__ = ["ATTRIBUTES", "AttributeCounts", "count_attributes", "cue_of"]

ATTRIBUTES = {
    "times": ("value", "granularity"),
    "quantities": ("value", "range"),
    "events": ("realis", "polarity", "certainty"),
    "attributions": ("cue", "source", "source_class", "stance"),
}
"""The attributes of each layer that are scored."""

_PAIRS = {
    "times": (BOTH, TYPE),
    "quantities": (BOTH, TYPE),
    "events": (BOTH,),
    "attributions": tuple(range(OVERLAP, BOTH + 1)),
}
"""Which aligned pairs are compared: triggers that are right, times and quantities that overlap
with the right type, contents that overlap."""

Equal = Callable[[Hashable, Hashable], bool]


class AttributeCounts(Struct, frozen=True, gc=False):
    """Counts of one attribute: ``ratios`` end to end, and right and all pairs compared.

    Shapes ``(documents, labels, 4)`` and ``(documents, 2)``.
    """

    ratios: Floats
    accuracy: Floats


def count_attributes(
    columns: Columns,
    layer: str,
    aligned: Aligned,
    notes: Notes,
    identity: tuple[Items, Items, Identity] | None = None,
) -> dict[str, AttributeCounts]:
    """The counts of each attribute of a layer.

    ``identity`` tells who is meant by a source; without it sources are not compared.
    """
    found = {}
    for name in ATTRIBUTES[layer]:
        equal: Equal | None = None
        if name == "source":
            if identity is None:
                continue
            values = _sources(columns, *identity, notes)
        elif name == "cue":
            values = _cues(columns)
        else:
            read, equal = _READERS.get((layer, name), (attrgetter(name), None))
            values = (
                list(map(read, columns.gold[layer].items)),
                list(map(read, columns.predicted[layer].items)),
            )
        found[name] = _count(columns, layer, aligned, values, equal)
    return found


def cue_of(item: Any) -> Hashable:
    """The fragments of a gold attribution's cue, ``None`` for none."""
    return joined(item.cue.spans) if item.cue is not None and item.cue.spans else None


def _cues(columns: Columns) -> tuple[list[Hashable], list[Hashable]]:
    """The fragments of the cues; one that a prediction puts nowhere can match nothing."""
    side = columns.predicted["attributions"]
    guesses: list[Hashable] = []
    for at, (item, document) in enumerate(
        zip(side.items, side.spans.document.tolist(), strict=True)
    ):
        found: Hashable = None
        if item.cue is not None:
            text = columns.block.gold[document].text
            try:
                spans = anchored_spans(item.cue, text) if text else None
            except ValueError:
                spans = None
            found = joined(spans) if spans else ("nowhere", at)
        guesses.append(found)
    return list(map(cue_of, columns.gold["attributions"].items)), guesses


_READERS: dict[tuple[str, str], tuple[Callable[[Any], Hashable], Equal | None]] = {
    ("times", "value"): (time_of, times_equal),  # type: ignore[dict-item]
    ("times", "granularity"): (time_of, times_nested),  # type: ignore[dict-item]
    ("quantities", "value"): (quantity_of, quantities_equal),  # type: ignore[dict-item]
    ("quantities", "range"): (quantity_of, ranges_overlap),  # type: ignore[dict-item]
}
"""How an attribute is read off an item, and when two different values agree all the same."""


def _sources(
    columns: Columns, gold: Items, predicted: Items, identity: Identity, notes: Notes
) -> tuple[list[Hashable], list[Hashable]]:
    """The referents of the sources, ``None`` where one is elided."""
    sides: list[list[Hashable]] = []
    dangling = np.flatnonzero(gold.links.sources < 0)
    for row in dangling.tolist():
        item = columns.gold["attributions"].items[row]
        table = columns.gold["attributions"].spans
        document = int(table.document[row])
        if item.source is not None and columns.declared["attributions"][document]:
            pointer = f"/attributions/{int(table.place[row])}/source"
            raise refuse_dangling(columns, document, item.source, pointer)
    for row in np.flatnonzero(predicted.links.sources < 0).tolist():
        source = columns.predicted["attributions"].items[row].source
        if source is not None:
            notes.add("reference to nothing", f"source: {source}")
    for side, items, referents in (
        (columns.gold["attributions"], gold, identity.gold_referents),
        (columns.predicted["attributions"], predicted, identity.predicted_referents),
    ):
        known = np.append(referents, 0)[items.links.sources].tolist()
        numbers = items.links.sources.tolist()
        sides.append(
            [
                None if item.source is None else referent if number >= 0 else -1 - at
                for at, (item, number, referent) in enumerate(
                    zip(side.items, numbers, known, strict=True)
                )
            ]
        )
    return sides[0], sides[1]


def _count(
    columns: Columns,
    layer: str,
    aligned: Aligned,
    values: tuple[Sequence[Hashable], Sequence[Hashable]],
    equal: Equal | None,
) -> AttributeCounts:
    ready, pairs = aligned.ready, aligned.alignment.pairs
    gold, predicted = ready.gold, ready.predicted
    codes: dict[Hashable, int] = {None: -1}
    own, guessed = (
        np.array([codes.setdefault(value, len(codes)) for value in side], np.int64)[
            item_rows(columns_of[layer], table)
        ]
        for side, columns_of, table in (
            (values[0], columns.gold, gold),
            (values[1], columns.predicted, predicted),
        )
    )
    has, states = (own >= 0) & ~gold.optional, guessed >= 0
    states[pairs.predicted[gold.optional[pairs.gold]]] = False  # what met optional gold is free
    compared = pairs.take(has[pairs.gold] & np.isin(pairs.kind, _PAIRS[layer]))
    ones, others = own[compared.gold], guessed[compared.predicted]
    right = ones == others
    if equal is not None:
        known, agree = list(codes), remembered(equal)
        for at in np.flatnonzero(~right & (others >= 0)).tolist():
            right[at] = agree(known[ones[at]], known[others[at]])
    hits = compared.take(right)
    rows = gold.labels.rows(predicted.label)
    own_label, label = rows.of(gold.label), rows.of(predicted.label).copy()
    label[hits.predicted] = own_label[hits.gold]
    ratios = np.empty((gold.documents, len(rows), 4))
    ratios[..., 0] = ratios[..., 2] = _table(gold.document, own_label, hits.gold, ratios.shape)
    ratios[..., 1] = _table(predicted.document, label, np.flatnonzero(states), ratios.shape)
    ratios[..., 3] = _table(gold.document, own_label, np.flatnonzero(has), ratios.shape)
    accuracy = np.stack(
        [
            np.bincount(gold.document[part.gold], minlength=gold.documents)
            for part in (hits, compared)
        ],
        axis=-1,
    )
    return AttributeCounts(ratios, accuracy.astype(np.float64))


def _table(document: Ints, label: Ints, rows: Ints, shape: tuple[int, ...]) -> Ints:
    documents, width = shape[:2]
    counts: Ints = np.bincount(document[rows] * width + label[rows], minlength=documents * width)
    return counts.reshape(documents, width)
