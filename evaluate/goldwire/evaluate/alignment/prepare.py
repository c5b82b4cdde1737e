"""What is compared: exact duplicates collapsed, items of unscored zones left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..keys import item_keys, last_equal, met, ordering, repeated, stride
from ..tables import Ints, Spans

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
    size = len(gold)
    last = last_equal(keys)
    one, other = met(last, size)
    rows = repeated(last, size, other)
    once = twice = 0
    if len(rows):
        keep, stays = _kept(gold, predicted, rows, last[rows], content)
        of_gold, of_predicted = keep[:size], keep[size:]
        once, twice = (int(np.count_nonzero(~side)) for side in (of_gold, of_predicted))
        if once:
            stay = np.flatnonzero(of_gold[one])
            one, other = (np.cumsum(of_gold) - 1)[one[stay]], other[stay]
            variants = msgspec.structs.replace(gold.variants, item=stays[gold.variants.item])
            gold = msgspec.structs.replace(gold, variants=variants).rows(of_gold)
        if twice:
            other = (np.cumsum(of_predicted) - 1)[stays[size + other] - size]
            predicted = predicted.rows(of_predicted)
    return Prepared(gold, predicted, (one, other), (once, twice), (left_out[0], left_out[1]))


def _kept(
    gold: Spans, predicted: Spans, rows: Ints, last: Ints, content: Content | None
) -> tuple[NDArray[np.bool_], Ints]:
    """Which rows of both stay, and for each the one that stays; ``rows``, ascending, repeat.

    The one that stays counts rather than is optional, and names a head rather than none; what
    the others accept, it accepts, too.
    """
    size = len(gold)
    run = 2 * last + (rows >= size)  # equal items of one side
    golds, guesses = rows[rows < size], rows[rows >= size] - size
    heads, ends, optional = (
        np.concatenate([one[golds], other[guesses]])
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
    keep, stays = np.ones(size + len(predicted), bool), np.arange(size + len(predicted))
    keep[rows[best[~first]]] = False
    stays[rows[best]] = rows[best[first]][np.cumsum(first) - 1]
    return keep, stays


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
