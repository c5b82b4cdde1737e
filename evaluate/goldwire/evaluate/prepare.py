"""What is compared: exact duplicates collapsed, items of unscored zones left out."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .align import item_keys, stride
from .tables import Spans

__all__ = ["Prepared", "inside", "prepare"]


class Prepared(Struct, frozen=True):
    """Two tables ready to align, and how many items were left out and why."""

    gold: Spans
    predicted: Spans
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
    first_gold = _first_of_equals(gold_keys, gold.optional)
    first_predicted = _first_of_equals(predicted_keys, predicted.optional)
    duplicates = (int((~first_gold).sum()), int((~first_predicted).sum()))
    return Prepared(
        gold.rows(first_gold) if duplicates[0] else gold,
        predicted.rows(first_predicted) if duplicates[1] else predicted,
        duplicates,
        (left_out[0], left_out[1]),
    )


def _first_of_equals(keys: NDArray[np.int64], optional: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True for one item of each key: one that counts, where there is one, and the earliest."""
    order = np.lexsort((optional, keys)) if optional.any() else np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.ones(len(keys), bool)
    first[order[1:][ordered[1:] == ordered[:-1]]] = False
    return first


def inside(table: Spans, zones: Spans) -> NDArray[np.bool_]:
    """Which items lie entirely in one of the zones; zones of a document do not overlap."""
    step = stride(table.end, zones.end)
    starts = zones.document.astype(np.int64) * step + zones.start
    order = np.argsort(starts, kind="stable")
    ends = (zones.document.astype(np.int64) * step + zones.end)[order]
    shift = table.document.astype(np.int64) * step
    at = np.searchsorted(starts[order], shift + table.start, side="right") - 1
    found: NDArray[np.bool_] = (at >= 0) & (shift + table.end <= ends[at])
    return found
