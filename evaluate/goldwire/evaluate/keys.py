"""Numbers for items: one key an item, equal for equal items, and how to sort them fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import Ints, Shape, Spans

__all__ = ["equal_keys", "fragment_codes", "item_keys", "lengths", "ordering", "pack", "stride"]


_DIGITS = 3
_FEW = 256
"""Rows below which counting digits does not pay."""


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


def ordering(keys: Ints) -> Ints:
    """The stable order of keys, none negative: rows by key, equal keys as they stand.

    By digits of 16 bits, the lowest first, as long as that is faster than comparing: numpy
    sorts these by counting.
    """
    largest = int(keys.max()) if len(keys) else 0
    if largest >= 1 << (16 * _DIGITS) or len(keys) < _FEW:
        return np.argsort(keys, kind="stable")
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    for digit in range(1, _DIGITS):
        if largest >> (16 * digit) == 0:
            break
        part = (keys >> (16 * digit)).astype(np.uint16)
        order = order[np.argsort(part[order], kind="stable")]
    return order


def item_keys(gold: Spans, predicted: Spans) -> tuple[Ints, Ints]:
    """One number an item, equal for items of the same document, spans, and type.

    In their order items stand by document, label, start, and end.
    """
    fragments: dict[Shape, int] = {}

    def columns() -> Iterator[Ints]:
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


def pack(columns: Iterable[NDArray[Any]], size: int) -> Ints:
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


def lengths(table: Spans) -> Ints:
    """Characters that each item covers."""
    covered = table.end - table.start
    for row, spans in table.fragments.items():
        covered[row] = sum(end - start for start, end in spans)
    return covered


def stride(*ends: Ints | Ints) -> int:
    """More than any offset: ``document * stride + offset`` lays all texts end to end."""
    return max((int(each.max()) for each in ends if len(each)), default=0) + 2
