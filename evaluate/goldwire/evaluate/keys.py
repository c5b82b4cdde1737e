"""Numbers for items: one key an item, equal for equal items, and how to sort them fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import Ints, Shape, Spans

__all__ = ["equal_keys", "fragment_codes", "item_keys", "lengths", "ordering", "pack", "stride"]


def equal_keys(gold: Ints, predicted: Ints) -> tuple[Ints, Ints] | None:
    """Rows of both sides with equal keys; ``None`` where a key stands twice on one side."""
    keys = np.concatenate([gold, predicted])
    order = ordering(keys)
    keys = keys[order]
    first = np.flatnonzero(keys[1:] == keys[:-1])
    one, other = order[first], order[first + 1]
    if ((one < len(gold)) == (other < len(gold))).any():
        return None
    return one, other - len(gold)


def ordering(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The stable order of keys, none negative: rows by key, equal keys as they stand.

    Sorting values is several times faster than sorting places: where there is room, the place
    goes into the lower bits.
    """
    bits = len(keys).bit_length()
    if not len(keys) or int(keys.max()) >= 1 << (62 - bits):
        return np.argsort(keys, kind="stable")
    packed = (keys << bits) | np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def item_keys(gold: Spans, predicted: Spans) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One number an item, equal for items of the same document, spans, and type.

    In their order items stand by document, label, start, and end.
    """
    fragments: dict[Shape, int] = {}

    def columns() -> Iterator[NDArray[np.int64]]:
        for column in (
            lambda side: side.document,
            lambda side: side.label,
            lambda side: side.start,
            lambda side: side.end - side.start,
            lambda side: fragment_codes(side, fragments),
        ):
            yield np.concatenate([column(gold), column(predicted)])

    keys = pack(columns(), len(gold) + len(predicted))
    return keys[: len(gold)], keys[len(gold) :]


def fragment_codes(table: Spans, known: dict[Shape, int]) -> Ints:
    codes = np.zeros(len(table), np.int64)
    for row, spans in table.fragments.items():
        codes[row] = known.setdefault(spans, len(known) + 1)
    return codes


def pack(columns: Iterable[NDArray[Any]], size: int) -> NDArray[np.int64]:
    """One number a row, equal where all columns are equal, in the columns' order.

    Mixed radix while it fits into 62 bits; then the ranks of what was packed so far.
    """
    packed = np.zeros(size, np.int64)
    if not size:
        return packed
    room = 1
    for column in columns:
        low = int(column.min())
        width = int(column.max()) - low + 1
        if room * width >= 2**62:
            packed = np.unique(packed, return_inverse=True)[1]
            room = int(packed.max()) + 1
        if room * width >= 2**62:
            column = np.unique(column, return_inverse=True)[1]
            low, width = 0, int(column.max()) + 1
        packed *= width
        packed += column
        packed -= low
        room *= width
    return packed


def lengths(table: Spans) -> NDArray[np.int64]:
    """Characters that each item covers."""
    covered = table.end - table.start
    for row, spans in table.fragments.items():
        covered[row] = sum(end - start for start, end in spans)
    return covered


def stride(*ends: Ints | NDArray[np.int64]) -> int:
    """More than any offset: ``document * stride + offset`` lays all texts end to end."""
    return max((int(each.max()) for each in ends if len(each)), default=0) + 2
