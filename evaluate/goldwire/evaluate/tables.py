"""Documents as columns: one table of items a layer, over all documents at once.

Objects live as long as one document is read; what stays are arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["Ints", "Labels", "Spans", "SpansBuilder", "Variants"]

Ints = NDArray[np.int32]
"""Columns are 32 bits wide: offsets, codes, and rows all fit, and memory halves."""

Fragments = Sequence[Sequence[int]]

_NO_HEAD = (-1, -1)


class Labels:
    """Label strings and their codes, shared by gold and predictions of one layer."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}
        for name in names:
            self.code(name)

    def code(self, name: str) -> int:
        """The code of a label; a new label gets the next one."""
        found = self._codes.get(name)
        if found is None:
            found = self._codes[name] = len(self.names)
            self.names.append(name)
        return found

    def codes(self, names: Iterable[str]) -> list[int]:
        """The codes of many labels."""
        names = list(names)
        try:
            return list(map(self._codes.__getitem__, names))
        except KeyError:
            return [self.code(name) for name in names]

    def __len__(self) -> int:
        return len(self.names)


class Variants(Struct, frozen=True):
    """Other accepted answers: ``item`` is the row of the gold item they belong to."""

    item: Ints
    start: Ints
    end: Ints
    label: Ints
    fragments: dict[int, tuple[tuple[int, int], ...]]
    """Fragments of the discontinuous ones, by row of this table."""


class Spans(Struct, frozen=True):
    """Items with spans, one row an item, in the order of documents and then of reading.

    Every array has shape ``(items,)``. ``start`` and ``end`` are the first and last offset in
    code points; ``fragments`` holds the discontinuous items by row. ``head_start`` is −1 where
    no head is given. ``place`` is the item's index in its document's list.
    """

    documents: int
    document: Ints
    start: Ints
    end: Ints
    label: Ints
    head_start: Ints
    head_end: Ints
    optional: NDArray[np.bool_]
    place: Ints
    fragments: dict[int, tuple[tuple[int, int], ...]]
    variants: Variants
    labels: Labels

    def __len__(self) -> int:
        return len(self.start)

    def rows(self, keep: NDArray[Any]) -> Spans:
        """The table with some rows only: a mask, or row numbers in ascending order."""
        index = np.flatnonzero(keep) if keep.dtype == bool else keep
        moved = {int(row): new for new, row in enumerate(index)} if self._irregular() else {}
        fragments = {moved[row]: spans for row, spans in self.fragments.items() if row in moved}
        return Spans(
            self.documents,
            self.document[index],
            self.start[index],
            self.end[index],
            self.label[index],
            self.head_start[index],
            self.head_end[index],
            self.optional[index],
            self.place[index],
            fragments,
            _moved(self.variants, moved),
            self.labels,
        )

    def _irregular(self) -> bool:
        return bool(self.fragments) or len(self.variants.item) > 0

    def spans_of(self, row: int) -> tuple[tuple[int, int], ...]:
        """The fragments of one item."""
        return self.fragments.get(row) or ((int(self.start[row]), int(self.end[row])),)


def _moved(variants: Variants, moved: dict[int, int]) -> Variants:
    keep = [row for row, item in enumerate(variants.item) if int(item) in moved]
    return Variants(
        np.array([moved[int(variants.item[row])] for row in keep], np.int32),
        variants.start[keep],
        variants.end[keep],
        variants.label[keep],
        {new: variants.fragments[row] for new, row in enumerate(keep) if row in variants.fragments},
    )


class SpansBuilder:
    """Collects items row by row, or a document's plain items at once, and makes a table."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self._document = array("i")
        self._bounds = array("i")  # start, end, start, end, …
        self._label = array("i")
        self._place = array("i")
        self._heads = array("i")  # start, end, …; −1 where there is none
        self._optional: list[int] = []
        self._fragments: dict[int, tuple[tuple[int, int], ...]] = {}
        self._variants: list[tuple[int, tuple[tuple[int, int], ...], int]] = []

    def __len__(self) -> int:
        return len(self._document)

    def add(
        self,
        document: int,
        spans: Fragments,
        label: str,
        *,
        place: int = 0,
        head: Sequence[int] | None = None,
        optional: bool = False,
    ) -> int:
        """Append one item and return its row."""
        row = len(self._document)
        if len(spans) > 1:
            spans = _joined(spans)
        self._document.append(document)
        self._bounds.extend((spans[0][0], spans[-1][1]))
        self._label.append(self.labels.code(label))
        self._place.append(place)
        self._heads.extend(head or _NO_HEAD)
        if len(spans) > 1:
            self._fragments[row] = _joined(spans)
        if optional:
            self._optional.append(row)
        return row

    def add_plain(
        self,
        document: int,
        bounds: list[int],
        labels: Iterable[str],
        heads: Sequence[Sequence[int] | None] | None = None,
    ) -> None:
        """Append all of a document's items, which have one span each and nothing special.

        ``bounds`` is flat: start, end, start, end. This is the hot path: an array is made of a
        list and copied many times faster than it is extended number by number.
        """
        size = len(bounds) // 2
        self._document.extend(array("i", [document]) * size)
        self._bounds.extend(array("i", bounds))
        self._label.extend(array("i", self.labels.codes(labels)))
        self._place.extend(array("i", range(size)))
        if heads is None or heads.count(None) == size:
            self._heads.extend(array("i", _NO_HEAD) * size)
        else:
            known = chain.from_iterable([head or _NO_HEAD for head in heads])
            self._heads.extend(array("i", list(known)))

    def accept(self, row: int, spans: Fragments | None, label: str | None) -> None:
        """Note another accepted answer for the item in ``row``."""
        start, end = self._bounds[2 * row : 2 * row + 2]
        own = self._fragments.get(row) or ((start, end),)
        code = self._label[row] if label is None else self.labels.code(label)
        self._variants.append((row, own if spans is None else _joined(spans), code))

    def table(self, documents: int) -> Spans:
        """All rows as one table over ``documents`` documents."""
        optional = np.zeros(len(self), bool)
        optional[self._optional] = True
        return Spans(
            documents,
            _column(self._document),
            *_halves(self._bounds),
            _column(self._label),
            *_halves(self._heads),
            optional,
            _column(self._place),
            self._fragments,
            self._variant_table(),
            self.labels,
        )

    def _variant_table(self) -> Variants:
        rows = self._variants
        return Variants(
            np.array([item for item, _, _ in rows], np.int32),
            np.array([spans[0][0] for _, spans, _ in rows], np.int32),
            np.array([spans[-1][1] for _, spans, _ in rows], np.int32),
            np.array([label for _, _, label in rows], np.int32),
            {row: spans for row, (_, spans, _) in enumerate(rows) if len(spans) > 1},
        )


def _column(values: array[int]) -> Ints:
    return np.frombuffer(values, np.int32) if len(values) else np.zeros(0, np.int32)


def _halves(values: array[int]) -> tuple[Ints, Ints]:
    pairs = _column(values).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _joined(spans: Fragments) -> tuple[tuple[int, int], ...]:
    """Fragments in text order, touching ones joined: the same characters, the same fragments."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((span[0], span[1]) for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
