"""What is compared: exact duplicates collapsed, items of unscored zones left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..keys import item_keys, ordering, stride
from ..tables import Ints, Spans

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


Content = Callable[[int, Ints, Ints], Sequence[str]]
"""What items say beside spans and type, in a form that sorts: of side 0 (gold) or 1, by their
documents and their places in the lists."""


def prepare(
    gold: Spans,
    predicted: Spans,
    unscored: Spans | None = None,
    content: Content | None = None,
) -> Prepared:
    """Leave out what lies in ``unscored`` zones, and collapse exact duplicates.

    ``content`` tells duplicates apart that say different things: the one that stays must not
    hang on the order of a list.
    """
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
    if _repeated(order, same, gold, predicted).any():
        of_gold, of_predicted, stays = _kept(gold, predicted, keys, order, content)
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
    same = same[~_of_one_side(order, same, len(gold))]  # of labels without end some are left
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


def _repeated(order: Ints, same: Ints, gold: Spans, predicted: Spans) -> NDArray[np.bool_]:
    """Which of these equal neighbours repeat an item.

    Labels beyond the limit share one code: items with that are not equal for certain.
    """
    shared = gold.labels.shared()
    label = np.concatenate([gold.label, predicted.label])
    repeated: NDArray[np.bool_] = _of_one_side(order, same, len(gold)) & (
        label[order[same]] != shared
    )
    return repeated


def _kept(
    gold: Spans, predicted: Spans, keys: Ints, order: Ints, content: Content | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Ints]:
    """Which items stay, one of each key, on either side; and which stays for each gold item.

    The one that stays counts rather than is optional, and names a head rather than none; what
    the others accept, it accepts, too.
    """
    size = len(gold)
    same = _neighbours(keys, order)
    same = same[_repeated(order, same, gold, predicted)]
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
    said = _ranks(gold, predicted, rows, content)
    best = np.lexsort((said, ends, heads, optional, run))
    first = np.ones(len(best), bool)
    first[1:] = run[best[1:]] != run[best[:-1]]
    keep, stays = np.ones(len(keys), bool), np.arange(len(keys))
    keep[rows[best[~first]]] = False
    stays[rows[best]] = rows[best[first]][np.cumsum(first) - 1]
    return keep[:size], keep[size:], stays[:size]


def _ranks(gold: Spans, predicted: Spans, rows: Ints, content: Content | None) -> Ints:
    """Ranks of what the items in these rows say; all alike where that is not known."""
    if content is None:
        return np.zeros(len(rows), np.int64)
    of_gold = rows < len(gold)
    said: list[str] = [""] * len(rows)
    for side, table, chosen in ((0, gold, of_gold), (1, predicted, ~of_gold)):
        own = rows[chosen] - (len(gold) if side else 0)
        found = content(side, table.document[own], table.place[own])
        for at, text in zip(np.flatnonzero(chosen).tolist(), found, strict=True):
            said[at] = text
    ranks = {text: rank for rank, text in enumerate(sorted(set(said)))}
    return np.array([ranks[text] for text in said], np.int64)


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
