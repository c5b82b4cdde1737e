"""Numbers for items: one key an item, equal for equal items, and how to sort them fast."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import Ints, Shape, Spans

__all__ = [
    "equal_keys",
    "fragment_codes",
    "item_keys",
    "last_equal",
    "lengths",
    "met",
    "ordering",
    "pack",
    "repeated",
    "stride",
]


_FACTORS = tuple(
    np.int64(factor) for factor in (0x9E3779B97F4A7C1, 0x2545F4914F6CDD1D, 0x5851F42D4C957F2D)
)
"""Odd numbers that spread keys over slots by their upper bits (Knuth 1973, 6.4)."""

_DIGITS = 3
_FEW = 256
"""Rows below which counting digits does not pay."""


def equal_keys(gold: Ints, predicted: Ints) -> tuple[Ints, Ints] | None:
    """Rows of both sides with equal keys; ``None`` where a key stands twice on one side."""
    last = last_equal(np.concatenate([gold, predicted]))
    one, other = met(last, len(gold))
    return None if len(repeated(last, len(gold), other)) else (one, other)


def met(last: Ints, size: int) -> tuple[Ints, Ints]:
    """Rows of the first ``size`` whose last equal row is beyond them; and which that is."""
    one = np.flatnonzero(last[:size] >= size)
    return one, last.take(one) - size


def repeated(last: Ints, size: int, other: Ints) -> Ints:
    """Rows whose key stands more than once on their side, ascending.

    The first ``size`` rows are one side, the rest the other; ``other`` is what :func:`met` found.
    """
    alone = last == np.arange(len(last))
    again = last[size:].take(np.flatnonzero(~alone[size:]))
    alone = alone[:size]
    alone |= last[:size] >= size
    own = last[:size].take(np.flatnonzero(~alone))
    marks = np.zeros(len(last) - size, bool)
    marks[other] = True
    if np.count_nonzero(marks) < len(other):
        own = np.concatenate([own, size + np.flatnonzero(np.bincount(other) > 1)])
    found = []
    for begin, end, several in ((0, size, own), (size, len(last), again)):
        if len(several):
            marks = np.zeros(len(last), bool)
            marks[several] = True
            found.append(begin + np.flatnonzero(marks.take(last[begin:end])))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def last_equal(keys: Ints) -> Ints:
    """For each row the last row with an equal key, shape ``(keys,)``; linear in the keys.

    Rows meet in a table of slots, which is much larger than they are many. The last row in a
    slot stands for all that have its key; those with another key meet again in other slots,
    and the few that are left after that are sorted: no choice of keys makes this slow.
    """
    bits = len(keys).bit_length() + 1
    slots = np.empty(1 << bits, np.int64)
    last = left = np.arange(len(keys))
    part = keys
    for factor in _FACTORS:
        at = ((part * factor).view(np.uint64) >> np.uint64(64 - bits)).view(np.int64)
        slots[at] = left
        found = slots.take(at)
        if left is last:
            last = found
        else:
            last[left] = found
        left = left[np.flatnonzero(keys.take(found) != part)]
        part = keys[left]
        if not len(left):
            return last
    order = left[ordering(part)]
    ordered = keys[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(order) - 1)
    last[order] = order[ends].repeat(np.diff(ends, prepend=-1))
    return last


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
    columns = [
        [side.document, side.label, side.start, side.end - side.start] for side in (gold, predicted)
    ]
    step = stride(gold.end, predicted.end)
    widths = [len(gold.labels), step, step]
    if gold.fragments or predicted.fragments:
        known: dict[Shape, int] = {}
        for own, side in zip(columns, (gold, predicted), strict=True):
            own.append(fragment_codes(side, known))
        widths.append(len(known) + 1)
    if gold.documents * prod(widths) < 2**62:
        return _mixed(columns[0], widths), _mixed(columns[1], widths)
    keys = pack(map(np.concatenate, zip(*columns, strict=True)), len(gold) + len(predicted))
    return keys[: len(gold)], keys[len(gold) :]


def _mixed(columns: list[Ints], widths: list[int]) -> Ints:
    """One number a row in mixed radix; ``widths`` are those of all columns but the first."""
    keys = columns[0].copy()
    for column, width in zip(columns[1:], widths, strict=True):
        keys *= width
        keys += column
    return keys


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
        if low:
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
