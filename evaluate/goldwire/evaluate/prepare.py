"""What is compared: exact duplicates collapsed, items of unscored zones left out."""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .keys import equal_keys, item_keys, ordering, stride
from .tables import Ints, Spans

__all__ = ["Prepared", "inside", "prepare"]


class Prepared(Struct, frozen=True):
    """Two tables ready to align, and how many items were left out and why."""

    gold: Spans
    predicted: Spans
    equal: tuple[Ints, Ints]
    """Rows of gold and of the predictions that are equal in spans and type."""
    duplicates: tuple[int, int]
    """Exact duplicates collapsed, in gold and in the predictions."""
    unscored: tuple[int, int]
    """Items in zones that are not scored, in gold and in the predictions."""


def prepare(gold: Spans, predicted: Spans, unscored: Spans | None = None) -> Prepared:
    """Leave out what lies in ``unscored`` zones, and collapse exact duplicates."""
    left_out = [0, 0]
    if unscored is not None and len(unscored):
        for side, table in enumerate((gold, predicted)):
            within = inside(table, unscored)
            left_out[side] = int(within.sum())
            if left_out[side]:
                if side:
                    predicted = table.rows(~within)
                else:
                    gold = table.rows(~within)
    gold_keys, predicted_keys = item_keys(gold, predicted)
    equal = equal_keys(gold_keys, predicted_keys)
    once = repeated = 0
    if equal is None:
        gold, gold_keys, once = _collapsed(gold, gold_keys)
        predicted, predicted_keys, repeated = _collapsed(predicted, predicted_keys)
        equal = equal_keys(gold_keys, predicted_keys)
        assert equal is not None
    return Prepared(gold, predicted, equal, (once, repeated), (left_out[0], left_out[1]))


def _collapsed(table: Spans, keys: Ints) -> tuple[Spans, Ints, int]:
    """One item of each key, their keys, and how many were left out.

    The one that stays counts rather than is optional, and names a head rather than none; what
    the others accept, it accepts, too.
    """
    heads = np.where(table.head_start < 0, np.iinfo(np.int64).max, table.head_start)
    order = np.lexsort((table.head_end, heads, table.optional, keys))
    new = np.ones(len(keys), bool)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    stays = np.empty(len(keys), np.int64)
    stays[order] = order[new][np.cumsum(new) - 1]
    variants = msgspec.structs.replace(table.variants, item=stays[table.variants.item])
    whole = msgspec.structs.replace(table, variants=variants)
    kept = np.sort(order[new])
    return whole.rows(kept), keys[kept], int((~new).sum())


def inside(table: Spans, zones: Spans) -> NDArray[np.bool_]:
    """Which items lie entirely in one of the zones; zones of a document do not overlap."""
    step = stride(table.end, zones.end)
    starts = zones.document * step + zones.start
    order = ordering(starts)
    ends = (zones.document * step + zones.end)[order]
    shift = table.document * step
    at = np.searchsorted(starts[order], shift + table.start, side="right") - 1
    found: NDArray[np.bool_] = (at >= 0) & (shift + table.end <= ends[at])
    for row, shape in table.fragments.items():
        base = int(table.document[row]) * step
        places = np.searchsorted(starts[order], [base + start for start, _ in shape], "right") - 1
        found[row] = all(
            place >= 0 and base + end <= ends[place]
            for place, (_, end) in zip(places, shape, strict=True)
        )
    return found
