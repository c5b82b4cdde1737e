"""Documents as columns: one table of items a layer, over all documents at once.

Objects live as long as one document is read; what stays are arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["Ints", "Labels", "Spans", "SpansBuilder", "Variants"]

Ints = NDArray[np.int32]
"""Columns are 32 bits wide: offsets, codes, and rows all fit, and memory halves."""

Fragments = Sequence[Sequence[int]]


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
        self._start = array("i")
        self._end = array("i")
        self._label = array("i")
        self._place = array("i")
        self._head_start = array("i")
        self._head_end = array("i")
        self._optional: list[int] = []
        self._fragments: dict[int, tuple[tuple[int, int], ...]] = {}
        self._variants: list[tuple[int, tuple[tuple[int, int], ...], int]] = []

    def __len__(self) -> int:
        return len(self._start)

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
        row = len(self._start)
        if len(spans) > 1:
            spans = _joined(spans)
        self._document.append(document)
        self._start.append(spans[0][0])
        self._end.append(spans[-1][1])
        self._label.append(self.labels.code(label))
        self._place.append(place)
        if len(spans) > 1:
            self._fragments[row] = _joined(spans)
        low, high = head or (-1, -1)
        self._head_start.append(low)
        self._head_end.append(high)
        if optional:
            self._optional.append(row)
        return row

    def add_plain(
        self,
        document: int,
        spans: Sequence[Fragments],
        labels: Sequence[str],
        heads: Sequence[Sequence[int] | None] | None = None,
    ) -> None:
        """Append all of a document's items, which have one span each and nothing special."""
        code = self.labels.code
        size = len(spans)
        known = [head or (-1, -1) for head in heads] if heads else [(-1, -1)] * size
        self._head_start.extend([head[0] for head in known])
        self._head_end.extend([head[1] for head in known])
        self._document.extend([document] * size)
        self._start.extend([span[0][0] for span in spans])
        self._end.extend([span[0][1] for span in spans])
        self._label.extend([code(label) for label in labels])
        self._place.extend(range(size))

    def accept(self, row: int, spans: Fragments | None, label: str | None) -> None:
        """Note another accepted answer for the item in ``row``."""
        own = self._fragments.get(row) or ((self._start[row], self._end[row]),)
        code = self._label[row] if label is None else self.labels.code(label)
        self._variants.append((row, own if spans is None else _joined(spans), code))

    def table(self, documents: int) -> Spans:
        """All rows as one table over ``documents`` documents."""
        optional = np.zeros(len(self._start), bool)
        optional[self._optional] = True
        return Spans(
            documents,
            _column(self._document),
            _column(self._start),
            _column(self._end),
            _column(self._label),
            _column(self._head_start),
            _column(self._head_end),
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


def _joined(spans: Fragments) -> tuple[tuple[int, int], ...]:
    """Fragments in text order, touching ones joined: the same characters, the same fragments."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((span[0], span[1]) for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
