"""What is compared: exact duplicates collapsed, items of unscored zones left out."""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .keys import item_keys, ordering, stride
from .tables import Ints, Spans

__all__ = ["Prepared", "inside", "prepare"]


class Prepared(Struct, frozen=True):
    """Two tables ready to align, and how many items were left out and why."""

    gold: Spans
    predicted: Spans
    equal: tuple[Ints, Ints]
    """Rows of gold and of the predictions that are equal in spans and type."""
    order: Ints
    """Rows of both sides by document, label, start, and end; predictions follow the gold."""
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
    keys = np.concatenate(item_keys(gold, predicted))
    order = ordering(keys)
    once = repeated = 0
    same = _neighbours(keys, order)
    if _of_one_side(order, same, len(gold)).any():
        of_gold, of_predicted, stays = _kept(gold, predicted, keys, order)
        once, repeated = int((~of_gold).sum()), int((~of_predicted).sum())
        keep = np.concatenate([of_gold, of_predicted])
        gold = msgspec.structs.replace(
            gold,
            variants=msgspec.structs.replace(gold.variants, item=stays[gold.variants.item]),
        )
        gold, predicted = gold.rows(of_gold), predicted.rows(of_predicted)
        order = (np.cumsum(keep) - 1)[order[keep[order]]]
        keys = keys[keep]
        same = _neighbours(keys, order)
    equal = order[same], order[same + 1] - len(gold)
    return Prepared(gold, predicted, equal, order, (once, repeated), (left_out[0], left_out[1]))


def _neighbours(keys: Ints, order: Ints) -> Ints:
    """Places in the order that have the key of the next one."""
    ordered = keys[order]
    return np.flatnonzero(ordered[1:] == ordered[:-1])


def _of_one_side(order: Ints, same: Ints, size: int) -> NDArray[np.bool_]:
    """Which of these equal neighbours are both gold, or both predicted."""
    alike: NDArray[np.bool_] = (order[same] < size) == (order[same + 1] < size)
    return alike


def _kept(
    gold: Spans, predicted: Spans, keys: Ints, order: Ints
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Ints]:
    """Which items stay, one of each key, on either side; and which stays for each gold item.

    The one that stays counts rather than is optional, and names a head rather than none; what
    the others accept, it accepts, too.
    """
    size = len(gold)
    same = _neighbours(keys, order)
    same = same[_of_one_side(order, same, size)]
    rows = np.unique(np.concatenate([order[same], order[same + 1]]))
    run = 2 * keys[rows] + (rows >= size)  # equal items of one side
    heads, ends, optional = (
        np.concatenate([one, other])[rows]
        for one, other in (
            (gold.head_start, predicted.head_start),
            (gold.head_end, predicted.head_end),
            (gold.optional, predicted.optional),
        )
    )
    heads = np.where(heads < 0, np.iinfo(np.int64).max, heads)
    best = np.lexsort((ends, heads, optional, run))
    first = np.ones(len(best), bool)
    first[1:] = run[best[1:]] != run[best[:-1]]
    keep, stays = np.ones(len(keys), bool), np.arange(len(keys))
    keep[rows[best[~first]]] = False
    stays[rows[best]] = rows[best[first]][np.cumsum(first) - 1]
    return keep[:size], keep[size:], stays[:size]


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
