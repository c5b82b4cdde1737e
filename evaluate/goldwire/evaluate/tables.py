"""Documents as columns: one table of items a layer, over all documents at once.

Objects live as long as one document is read; what stays are arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = [
    "FOREIGN",
    "OTHER_LABELS",
    "Ints",
    "Labels",
    "Shape",
    "Spans",
    "SpansBuilder",
    "Variants",
    "joined",
    "within_reach",
]

Ints = NDArray[np.int64]

Fragments = Sequence[Sequence[int]]

Shape = tuple[tuple[int, int], ...]
"""Fragments in text order that do not touch."""


OTHER_LABELS = "(other labels)"
"""Stands for labels beyond the limit: a column for each would fill the memory."""

FOREIGN = 64
"""Labels that only predictions have and that get rows of their own in the tables of a layer."""


class Labels:
    """Label strings and their codes, shared by gold and predictions of one layer.

    While ``limited`` is true, new labels count as foreign, and those beyond the limit share one
    code: predictions may hold any number of them.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names: list[str] = []
        self.limited = False
        self._codes: dict[str, int] = {}
        self._foreign = 0
        for name in names:
            self.code(name)

    def code(self, name: str) -> int:
        """The code of a label; a new label gets the next one, beyond the limit one for all."""
        found = self._codes.get(name)
        if found is not None:
            return found
        if self.limited and name != OTHER_LABELS:
            if self._foreign == FOREIGN:
                return self.code(OTHER_LABELS)
            self._foreign += 1
        code = self._codes[name] = len(self.names)
        self.names.append(name)
        return code

    def codes(self, names: Iterable[str]) -> Ints:
        """The codes of many labels, shape ``(names,)``."""
        names = list(names)
        known = self._codes
        try:
            return np.fromiter(map(known.__getitem__, names), np.int64, len(names))
        except KeyError:
            each = {name: self.code(name) for name in dict.fromkeys(names)}
        return np.fromiter(map(each.__getitem__, names), np.int64, len(names))

    def ranks(self) -> Ints:
        """The place of each label in alphabetical order, shape ``(labels,)``."""
        order = sorted(range(len(self.names)), key=self.names.__getitem__)
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    def shared(self) -> int:
        """The code that labels beyond the limit share; −1 where there is none."""
        return self._codes.get(OTHER_LABELS, -1)

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

    @classmethod
    def of(cls, rows: Sequence[tuple[int, Shape, int]]) -> Variants:
        """A table of (row of the gold item, fragments, label).

        Offsets that no array can hold become −1.
        """
        rows = [(item, within_reach(shape), label) for item, shape, label in rows]
        return cls(
            np.array([item for item, _, _ in rows], np.int64),
            np.array([shape[0][0] for _, shape, _ in rows], np.int64),
            np.array([shape[-1][1] for _, shape, _ in rows], np.int64),
            np.array([label for _, _, label in rows], np.int64),
            {row: shape for row, (_, shape, _) in enumerate(rows) if len(shape) > 1},
        )


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
        fragments, variants = self.fragments, self.variants
        if fragments or len(variants.item):
            moved = np.full(len(self), -1, np.int64)
            moved[index] = np.arange(len(index))
            fragments = {int(moved[row]): spans for row, spans in fragments.items()}
            fragments.pop(-1, None)
            variants = _moved(variants, moved)
        return Spans(
            self.documents,
            self.document.take(index),
            self.start.take(index),
            self.end.take(index),
            self.label.take(index),
            self.head_start.take(index),
            self.head_end.take(index),
            self.optional.take(index),
            self.place.take(index),
            fragments,
            variants,
            self.labels,
        )

    def spans_of(self, row: int) -> Shape:
        """The fragments of one item."""
        return self.fragments.get(row) or ((int(self.start[row]), int(self.end[row])),)


def _moved(variants: Variants, moved: Ints) -> Variants:
    keep = np.flatnonzero(moved[variants.item] >= 0)
    old = variants.fragments
    return Variants(
        moved[variants.item[keep]],
        variants.start[keep],
        variants.end[keep],
        variants.label[keep],
        {new: old[row] for new, row in enumerate(keep.tolist()) if row in old} if old else {},
    )


class SpansBuilder:
    """Collects items one by one, and makes a table of them."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._optional: list[bool] = []
        self._fragments: dict[int, Shape] = {}
        self._variants: list[tuple[int, Shape, int]] = []

    def __len__(self) -> int:
        return len(self._rows)

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
        row = len(self._rows)
        shape = joined(spans)
        code = self.labels.code(label)
        low, high = head or (-1, -1)
        self._rows.append((document, shape[0][0], shape[-1][1], code, place, low, high))
        self._optional.append(optional)
        if len(shape) > 1:
            self._fragments[row] = shape
        for other, name in accepted:
            answer = shape if other is None else joined(other)
            self._variants.append((row, answer, code if name is None else self.labels.code(name)))

    def table(self, documents: int) -> Spans:
        """All rows as one table over ``documents`` documents, in their order."""
        rows = np.array(self._rows, np.int64).reshape(-1, 7)
        document, start, end, label, place, head_start, head_end = rows.T
        whole = Spans(
            documents,
            document,
            start,
            end,
            label,
            head_start,
            head_end,
            np.array(self._optional, bool),
            place,
            self._fragments,
            Variants.of(self._variants),
            self.labels,
        )
        if (document[1:] < document[:-1]).any():
            return whole.rows(np.argsort(document, kind="stable"))
        return whole


def within_reach(shape: Shape) -> Shape:
    """The shape with −1 for offsets that no array can hold."""
    return tuple((a, b) if max(abs(a), abs(b)) < 2**31 else (-1, -1) for a, b in shape)


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
