"""Documents as columns: one table of items a layer, over all documents at once.

Objects live as long as one document is read; what stays are arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["OTHER_LABELS", "Ints", "Labels", "Shape", "Spans", "SpansBuilder", "Variants", "joined"]

Ints = NDArray[np.int32]
"""Columns are 32 bits wide: offsets, codes, and rows all fit, and memory halves."""

Fragments = Sequence[Sequence[int]]

Shape = tuple[tuple[int, int], ...]
"""Fragments in text order that do not touch."""


OTHER_LABELS = "(other labels)"
"""Stands for labels beyond the limit: a column for each would fill the memory."""


class Labels:
    """Label strings and their codes, shared by gold and predictions of one layer."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names: list[str] = []
        self.limit: int | None = None
        self._codes: dict[str, int] = {}
        for name in names:
            self.code(name)

    def code(self, name: str) -> int:
        """The code of a label; a new label gets the next one, beyond ``limit`` one for all."""
        found = self._codes.get(name)
        if found is None:
            full = self.limit is not None and len(self.names) >= self.limit
            if full and name != OTHER_LABELS:
                found = self._codes[name] = self.code(OTHER_LABELS)
            else:
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
    fragments: dict[int, Shape]
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
    fragments: dict[int, Shape]
    variants: Variants
    labels: Labels

    def __len__(self) -> int:
        return len(self.start)

    def rows(self, keep: NDArray[Any]) -> Spans:
        """The table with some rows only: a mask, or row numbers in the order that is wanted."""
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

    def block(self, first: int, last: int) -> Spans:
        """The items of documents ``first`` to ``last``, exclusive, renumbered from 0.

        The rows must be in the order of documents, as builders make them.
        """
        begin, end = np.searchsorted(self.document, [first, last]).tolist()
        rows = slice(begin, end)
        keep = np.flatnonzero((self.variants.item >= begin) & (self.variants.item < end))
        old = self.variants
        variants = Variants(
            old.item[keep] - np.int32(begin),
            old.start[keep],
            old.end[keep],
            old.label[keep],
            {
                new: old.fragments[row]
                for new, row in enumerate(keep.tolist())
                if row in old.fragments
            },
        )
        fragments = (
            {row - begin: shape for row, shape in self.fragments.items() if begin <= row < end}
            if self.fragments
            else {}
        )
        return Spans(
            last - first,
            self.document[rows] - np.int32(first),
            self.start[rows],
            self.end[rows],
            self.label[rows],
            self.head_start[rows],
            self.head_end[rows],
            self.optional[rows],
            self.place[rows],
            fragments,
            variants,
            self.labels,
        )

    def _irregular(self) -> bool:
        return bool(self.fragments) or len(self.variants.item) > 0

    def spans_of(self, row: int) -> Shape:
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
    """Collects items, one by one or many at once, and makes a table of them."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self._size = 0
        self._chunks: list[list[Ints]] = []
        self._single: list[tuple[int, int, int, int, int, int, int]] = []
        self._optional: list[int] = []
        self._fragments: dict[int, Shape] = {}
        self._variants: list[tuple[int, Shape, int]] = []

    def __len__(self) -> int:
        return self._size

    def add(
        self,
        document: int,
        spans: Fragments,
        label: str,
        *,
        place: int = 0,
        head: Sequence[int] | None = None,
        optional: bool = False,
        accepted: Sequence[tuple[Fragments | None, str | None]] = (),
    ) -> None:
        """Append one item; ``accepted`` are other answers: spans or label, ``None`` is the same."""
        row = self._size
        shape = joined(spans)
        code = self.labels.code(label)
        low, high = head or (-1, -1)
        self._single.append((document, shape[0][0], shape[-1][1], code, place, low, high))
        self._size += 1
        if len(shape) > 1:
            self._fragments[row] = shape
        if optional:
            self._optional.append(row)
        for other, name in accepted:
            answer = shape if other is None else joined(other)
            self._variants.append((row, answer, code if name is None else self.labels.code(name)))

    def add_columns(
        self,
        documents: list[int],
        sizes: list[int],
        bounds: Ints,
        labels: list[str],
        heads: Ints | None,
    ) -> None:
        """Append the plain items of several documents: ``sizes`` says how many each has.

        ``bounds`` and ``heads`` have shape ``(items, 2)``.
        """
        self._seal()
        total = len(labels)
        begins = np.cumsum(sizes) - sizes
        none = np.full(total, -1, np.int32)
        self._chunks.append(
            [
                np.repeat(np.array(documents, np.int32), sizes),
                bounds[:, 0].copy(),
                bounds[:, 1].copy(),
                np.array(self.labels.codes(labels), np.int32),
                (np.arange(total) - np.repeat(begins, sizes)).astype(np.int32),
                none if heads is None else heads[:, 0].copy(),
                none if heads is None else heads[:, 1].copy(),
            ]
        )
        self._size += total

    def _seal(self) -> None:
        if self._single:
            rows = np.array(self._single, np.int32)
            self._chunks.append([rows[:, column].copy() for column in range(rows.shape[1])])
            self._single = []

    def table(self, documents: int) -> Spans:
        """All rows as one table over ``documents`` documents; the builder is spent."""
        self._seal()
        columns: list[Ints] = []
        for column in range(7):
            parts = [chunk[column] for chunk in self._chunks]
            columns.append(np.concatenate(parts) if parts else np.zeros(0, np.int32))
            for chunk in self._chunks:
                chunk[column] = columns[-1][:0]  # let go of the part: the whole has it
        optional = np.zeros(self._size, bool)
        optional[self._optional] = True
        document, start, end, label, place, head_start, head_end = columns
        whole = Spans(
            documents,
            document,
            start,
            end,
            label,
            head_start,
            head_end,
            optional,
            place,
            self._fragments,
            self._variant_table(),
            self.labels,
        )
        if (document[1:] < document[:-1]).any():
            return whole.rows(np.argsort(document, kind="stable"))
        return whole

    def _variant_table(self) -> Variants:
        rows = self._variants
        return Variants(
            np.array([item for item, _, _ in rows], np.int32),
            np.array([spans[0][0] for _, spans, _ in rows], np.int32),
            np.array([spans[-1][1] for _, spans, _ in rows], np.int32),
            np.array([label for _, _, label in rows], np.int32),
            {row: spans for row, (_, spans, _) in enumerate(rows) if len(spans) > 1},
        )


def joined(spans: Fragments) -> Shape:
    """Fragments in text order, touching ones joined: the same characters, the same fragments."""
    if len(spans) == 1:
        return ((spans[0][0], spans[0][1]),)
    whole: list[tuple[int, int]] = []
    for start, end in sorted((span[0], span[1]) for span in spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole)
