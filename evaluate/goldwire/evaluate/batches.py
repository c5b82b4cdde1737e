"""Items of many documents turned into columns at once: the hot path of reading.

Most items have one span and nothing special. They are queued, and thousands of them become
arrays by a few passes that run in C. Where something in a batch is not plain, its documents
are looked at one by one, and those that are not plain go item by item.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import Ints, SpansBuilder

__all__ = ["GoldBatch", "PredictionBatch"]

_ITEMS = 1024
"""Queued items before they are turned into columns: few enough to stay in the cache."""

_flat = chain.from_iterable
_spans, _start, _end = attrgetter("spans"), attrgetter("start"), attrgetter("end")
_text, _head = attrgetter("text"), attrgetter("head")
_optional, _alternatives = attrgetter("optional"), attrgetter("alternatives")

OneByOne = Callable[[int, Sequence[Any]], None]
"""Takes a document's number and its items, and adds them to the builder each by itself."""


class _Batch(ABC):
    def __init__(
        self, builder: SpansBuilder, field: str, heads: bool, one_by_one: OneByOne
    ) -> None:
        self._builder = builder
        self._label = attrgetter(field)
        self._with_heads = heads
        self._one_by_one = one_by_one
        self._numbers: list[int] = []
        self._sizes: list[int] = []
        self._items: list[Any] = []

    def add(self, number: int, items: Sequence[Any]) -> None:
        """Queue the items of a document."""
        if items:
            self._numbers.append(number)
            self._sizes.append(len(items))
            self._items += items
            if len(self._items) >= _ITEMS:
                self.flush()

    def flush(self) -> None:
        """Turn what is queued into columns."""
        numbers, sizes, items = self._numbers, self._sizes, self._items
        self._numbers, self._sizes, self._items = [], [], []
        if not items or self._add_at_once(numbers, sizes, items):
            return
        at = 0
        for number, size in zip(numbers, sizes, strict=True):
            part = items[at : at + size]
            at += size
            if not self._add_at_once([number], [size], part):
                self._one_by_one(number, part)

    def _add_at_once(self, numbers: list[int], sizes: list[int], items: list[Any]) -> bool:
        try:
            bounds = self._bounds(numbers, sizes, items)
            heads = self._heads(items) if self._with_heads else None
        except (OverflowError, TypeError, ValueError):
            return False  # something is missing or too large: item by item it gets its sentence
        if bounds is None:
            return False
        self._builder.add_columns(numbers, sizes, bounds, list(map(self._label, items)), heads)
        return True

    @abstractmethod
    def _bounds(self, numbers: list[int], sizes: list[int], items: list[Any]) -> Ints | None:
        """Bounds, shape ``(items, 2)``; ``None`` where an item is not plain."""

    @staticmethod
    def _heads(items: list[Any]) -> Ints | None:
        heads = list(map(_head, items))
        if heads.count(None) == len(heads):
            return None
        return np.array([head or (-1, -1) for head in heads], np.int32)


class GoldBatch(_Batch):
    """Gold items: plain without options and alternatives, with one span."""

    def _bounds(self, numbers: list[int], sizes: list[int], items: list[Any]) -> Ints | None:
        if any(map(_optional, items)) or any(map(_alternatives, items)):
            return None
        return _single(list(map(_spans, items)))


class PredictionBatch(_Batch):
    """Predicted items: plain without a surface or head to check, with one span in the text."""

    def __init__(
        self,
        builder: SpansBuilder,
        field: str,
        heads: bool,
        one_by_one: OneByOne,
        texts: Sequence[str],
    ) -> None:
        super().__init__(builder, field, heads, one_by_one)
        self._texts = texts

    def _bounds(self, numbers: list[int], sizes: list[int], items: list[Any]) -> Ints | None:
        checked = [_text, _head] if self._with_heads else [_text]
        if any(list(map(field, items)).count(None) != len(items) for field in checked):
            return None
        spans = list(map(_spans, items))
        if spans.count(None) == len(spans):
            starts = np.fromiter(map(_start, items), np.int32, len(items))
            ends = np.fromiter(map(_end, items), np.int32, len(items))
            bounds: Ints | None = np.stack([starts, ends], axis=1)
        elif any(map(_has_start, items)):
            return None
        else:
            bounds = _single(spans)
        if bounds is None:
            return None
        limits = np.repeat([len(self._texts[number]) for number in numbers], sizes)
        sound = (bounds[:, 0] >= 0) & (bounds[:, 0] < bounds[:, 1]) & (bounds[:, 1] <= limits)
        return bounds if sound.all() else None


def _has_start(item: Any) -> bool:
    return item.start is not None


def _single(spans: list[Any]) -> NDArray[np.int32] | None:
    if set(map(len, spans)) != {1}:
        return None
    return np.fromiter(_flat(_flat(spans)), np.int32, 2 * len(spans)).reshape(-1, 2)
