"""Documents as columns: one table of items a layer, over all documents at once.

Objects live as long as one document is read; what stays are arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = [
    "FOREIGN",
    "OTHER_LABELS",
    "Ints",
    "LabelRows",
    "Labels",
    "Shape",
    "Spans",
    "SpansBuilder",
    "Variants",
    "joined",
    "label_codes",
    "within_reach",
]

Ints = NDArray[np.int64]

Fragments = Sequence[Sequence[int]]

Shape = tuple[tuple[int, int], ...]
"""Fragments in text order that do not touch."""


OTHER_LABELS = "(other labels)"
"""Names the row that labels beyond the limit share: a row for each would fill the memory."""

FOREIGN = 64
"""Labels that only predictions have and that get rows of their own in the tables of a layer."""


class LabelRows(Struct, frozen=True, gc=False):
    """The rows that labels have in tables: ``names`` by row, ``folded`` those that share one.

    ``row`` is the row of each code, ``None`` where that is the code itself.
    """

    names: tuple[str, ...]
    row: Ints | None = None
    folded: frozenset[str] = frozenset()

    def of(self, codes: Ints) -> Ints:
        """The rows of codes."""
        return codes if self.row is None else self.row[codes]

    def __len__(self) -> int:
        return len(self.names)


def label_codes(names: Iterable[str]) -> NDArray[np.uint64]:
    """A number of 64 bits for each label, in their order: it stands for it in any process."""
    each = [blake2b(n.encode("utf-8", "surrogatepass"), digest_size=8).digest() for n in names]
    return np.frombuffer(b"".join(each), np.uint64)


class Labels:
    """Label strings and their codes, shared by gold and predictions of one layer.

    Codes tell any number of labels apart. Predictions may hold more than tables have room for:
    see :meth:`rows`, where names in ``kept`` are never folded.
    """

    def __init__(self, names: Iterable[str] = (), kept: Collection[str] = ()) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}
        self._foreign: set[str] = set()
        self._kept = frozenset(kept)
        for name in names:
            self.code(name)

    def code(self, name: str) -> int:
        """The code of a label that gold has; a new label gets the next one."""
        self._foreign.discard(name)
        return self._code(name)

    def _code(self, name: str) -> int:
        code = self._codes.setdefault(name, len(self.names))
        if code == len(self.names):
            self.names.append(name)
        return code

    def codes(self, names: Iterable[str], *, predicted: bool = False) -> Ints:
        """The codes of many labels, shape ``(names,)``."""
        names = list(names)
        known = self._codes
        if predicted or not self._foreign:
            try:
                return np.fromiter(map(known.__getitem__, names), np.int64, len(names))
            except KeyError:
                pass
        different = dict.fromkeys(names)
        if predicted:
            self._foreign.update(different.keys() - known.keys() - self._kept)
        else:
            self._foreign.difference_update(different)
        each = {name: self._code(name) for name in different}
        return np.fromiter(map(each.__getitem__, names), np.int64, len(names))

    def ranks(self) -> Ints:
        """The place of each label in alphabetical order, shape ``(labels,)``."""
        order = sorted(range(len(self.names)), key=self.names.__getitem__)
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    def rows(self, predicted: Ints) -> LabelRows:
        """The rows of labels in tables.

        Of the labels that only predictions have, the most frequent among the codes ``predicted``
        have a row each; those beyond the limit share one.
        """
        if len(self._foreign) <= FOREIGN:
            return LabelRows(tuple(self.names))
        often = np.bincount(predicted, minlength=len(self))
        order = sorted(
            self._foreign - {OTHER_LABELS}, key=lambda name: (-often[self._codes[name]], name)
        )
        folded = frozenset(order[FOREIGN:])
        names = dict.fromkeys([*(n for n in self.names if n not in folded), OTHER_LABELS])
        at = {name: row for row, name in enumerate(names)}
        row = np.array([at.get(name, at[OTHER_LABELS]) for name in self.names], np.int64)
        return LabelRows(tuple(names), row, folded)

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
        fragments, variants = self.fragments, self.variants
        if fragments or len(variants.item):
            index = np.flatnonzero(keep) if keep.dtype == bool else keep
            moved = np.full(len(self), -1, np.int64)
            moved[index] = np.arange(len(index))
            fragments = {int(moved[row]): spans for row, spans in fragments.items()}
            fragments.pop(-1, None)
            variants = _moved(variants, moved)
        take = _taking(keep)
        return Spans(
            self.documents,
            take(self.document),
            take(self.start),
            take(self.end),
            take(self.label),
            take(self.head_start),
            take(self.head_end),
            take(self.optional),
            take(self.place),
            fragments,
            variants,
            self.labels,
        )

    def spans_of(self, row: int) -> Shape:
        """The fragments of one item."""
        return self.fragments.get(row) or ((int(self.start[row]), int(self.end[row])),)


_FEW = 64
"""Rows that are cut out of a column rather than all others picked."""


def _taking(keep: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """What takes rows from a column: a mask, or row numbers."""
    if keep.dtype != bool:
        return lambda column: column.take(keep)
    left = np.flatnonzero(~keep)
    if len(left) > _FEW:
        index = np.flatnonzero(keep)
        return lambda column: column.take(index)
    ends = [*left.tolist(), len(keep)]
    pieces = [slice(begin, end) for begin, end in zip([0, *(left + 1).tolist()], ends, strict=True)]
    return lambda column: np.concatenate([column[piece] for piece in pieces])


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
