"""The errors of a layer one by one, each with both sides and the text around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.positions import excerpt

from ..alignment.pairs import BOUNDARY, OVERLAP, TYPE
from ..columns import Columns
from ..report.model import ErrorClass, ErrorRow, Mark, NoPlace, Side
from ..tables import Ints

__all__ = ["INCORRECT", "PARTIAL", "Errors", "ItemTable", "error_rows"]

PARTIAL, INCORRECT = -1, -2
"""Kinds of pairs that are no pairs of spans: some of it is right, and none of it."""

_CLASSES: dict[int, ErrorClass] = {
    BOUNDARY: "wrong_type",
    TYPE: "wrong_boundary",
    OVERLAP: "wrong_both",
    PARTIAL: "partial",
    INCORRECT: "incorrect",
}


class ItemTable(Protocol):
    """The items of one side of a block, one row an item, as errors show them.

    ``document``, ``start``, and ``end`` have shape ``(items,)``; an item whose end lies beyond
    its text has no place in it.
    """

    @property
    def document(self) -> Ints: ...
    @property
    def start(self) -> Ints: ...
    @property
    def end(self) -> Ints: ...
    def __len__(self) -> int: ...

    def side(self, row: int) -> Side:
        """One item with what it says; without a place in the text, its quote stands for that."""

    def stated(self, row: int) -> Side:
        """One item of a document without gold, with what the prediction says of its place."""

    def mark(self, row: int) -> Mark:
        """One item as it is marked in its article."""

    def around(self, row: int) -> tuple[int, int]:
        """The stretch of text that an excerpt around the item marks."""

    nowhere: NoPlace
    """Why an item of this table has no place in its text, where it has none."""


class Errors(Struct, frozen=True):
    """The errors of a block of aligned documents as columns, in the order of documents and text.

    ``gold`` and ``predicted`` are rows of ``tables``, −1 where there is none; ``kind`` is the
    kind of the pair, 0 where there is no pair.
    """

    layer: str
    tables: tuple[ItemTable, ItemTable]
    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    kind: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def error_rows(columns: Columns, errors: Errors, chosen: Ints) -> Iterator[ErrorRow]:
    """The chosen errors of a layer with both sides and the text around them."""
    return (_row(columns, errors, int(at)) for at in chosen)


def _row(columns: Columns, errors: Errors, at: int) -> ErrorRow:
    layer, (gold, predicted) = errors.layer, errors.tables
    gold_row, predicted_row = int(errors.gold[at]), int(errors.predicted[at])
    table, row = (gold, gold_row) if gold_row >= 0 else (predicted, predicted_row)
    document = int(table.document[row])
    article = columns.block.gold[document]
    if not columns.block.known[document]:
        stated = predicted.stated(row)
        return ErrorRow(article.id, layer, "spurious", None, stated, "", "unknown document")
    one = None if gold_row < 0 else gold.side(gold_row)
    other = None if predicted_row < 0 else predicted.side(predicted_row)
    kind = int(errors.kind[at])
    error: ErrorClass = _CLASSES[kind] if kind else "missed" if other is None else "spurious"
    if int(table.end[row]) > len(article.text):
        return ErrorRow(article.id, layer, error, one, other, "", table.nowhere)
    context = excerpt(article.text, *table.around(row), 60)
    return ErrorRow(article.id, layer, error, one, other, context)
