"""The errors of a layer one by one, each with both sides and the text around it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.positions import cut, excerpt, surface

from .align import Alignment
from .columns import Columns
from .pairs import BOTH, BOUNDARY, OVERLAP, TYPE
from .report.model import ErrorClass, ErrorRow, Side
from .tables import Ints, Spans, joined

__all__ = ["Errors", "error_rows", "find_errors", "side_of"]

_CLASSES: dict[int, ErrorClass] = {
    BOUNDARY: "wrong_type",
    TYPE: "wrong_boundary",
    OVERLAP: "wrong_both",
}


_HUGE = 2**63
"""Offsets that no JSON reader with 64 bits holds."""


class Errors(Struct, frozen=True):
    """The errors of a block of aligned documents as columns, in the order of documents and text.

    ``gold`` and ``predicted`` are rows of ``tables``, −1 where there is none; ``kind`` is the
    kind of the pair, 0 where there is no pair.
    """

    tables: tuple[Spans, Spans]
    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    kind: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def find_errors(gold: Spans, predicted: Spans, alignment: Alignment) -> Errors:
    """All errors of a block: wrong pairs, missed gold, spurious predictions."""
    pairs = alignment.pairs
    wrong = pairs.take((pairs.kind != BOTH) & ~gold.optional[pairs.gold])
    missed, spurious = ~gold.optional, np.ones(len(predicted), bool)
    missed[pairs.gold] = False
    spurious[pairs.predicted] = False
    alone, extra = np.flatnonzero(missed), np.flatnonzero(spurious)
    golds = np.concatenate([wrong.gold, alone, np.full(len(extra), -1)])
    guesses = np.concatenate([wrong.predicted, np.full(len(alone), -1), extra])
    kinds = np.concatenate([wrong.kind, np.zeros(len(alone) + len(extra), np.int64)])
    documents, starts, ends, labels = (
        np.concatenate([g[wrong.gold], g[alone], p[extra]])
        for g, p in (
            (gold.document, predicted.document),
            (gold.start, predicted.start),
            (gold.end, predicted.end),
            (gold.label, predicted.label),
        )
    )
    names = gold.labels.ranks()
    order = np.lexsort((names[labels], ends, kinds, starts, documents))
    return Errors((gold, predicted), golds[order], guesses[order], kinds[order])


def error_rows(columns: Columns, layer: str, errors: Errors, chosen: Ints) -> Iterator[ErrorRow]:
    """The chosen errors of a layer with both sides and the text around them."""
    return (_row(columns, layer, errors, int(at)) for at in chosen)


def _row(columns: Columns, layer: str, errors: Errors, at: int) -> ErrorRow:
    gold, predicted = errors.tables
    gold_row, predicted_row = int(errors.gold[at]), int(errors.predicted[at])
    table, row = (gold, gold_row) if gold_row >= 0 else (predicted, predicted_row)
    document = int(table.document[row])
    article = columns.block.gold[document]
    if not columns.block.known[document]:
        stated = side_of(columns, layer, predicted, row)
        return ErrorRow(article.id, layer, "spurious", None, stated, "", "unknown document")
    one = None if gold_row < 0 else side_of(columns, layer, gold, gold_row)
    other = None if predicted_row < 0 else side_of(columns, layer, predicted, predicted_row)
    start, end = int(table.start[row]), int(table.end[row])
    kind = int(errors.kind[at])
    error: ErrorClass = _CLASSES[kind] if kind else "missed" if other is None else "spurious"
    if end > len(article.text):
        return ErrorRow(article.id, layer, error, one, other, "", "quote not in the text")
    context = excerpt(article.text, start, end, 60)
    return ErrorRow(article.id, layer, error, one, other, context)


def _stated(columns: Columns, layer: str, table: Spans, row: int) -> Side:
    """One item of a document without gold, with what the prediction says of its place."""
    side = columns.predicted[layer]
    document, place = int(table.document[row]), int(table.place[row])
    item = side.items[int(side.offsets[document]) + place]
    spans = item.spans
    if spans is None and item.start is not None and item.end is not None:
        spans = ((item.start, item.end),)
    # There is no text that they were checked against.
    sound = spans and all(0 <= start < end < _HUGE for start, end in spans)
    quote = item.quote.exact if item.quote is not None else ""
    label = table.labels.names[table.label[row]]
    return Side(label, joined(spans) if sound else (), cut(item.text or quote, 200))


def side_of(columns: Columns, layer: str, table: Spans, row: int) -> Side:
    """One item with what it says; without a place in the text, its quote stands for that.

    Of a document without gold it is what the prediction says of the item's place.
    """
    document = int(table.document[row])
    if not columns.block.known[document]:
        return _stated(columns, layer, table, row)
    text, label = columns.block.gold[document].text, table.labels.names[table.label[row]]
    spans = table.spans_of(row)
    if spans[-1][1] > len(text):  # a quote that stands nowhere
        quote = columns.unplaced.get((layer, document, int(table.place[row])), "")
        return Side(label, (), cut(quote, 200))
    return Side(label, spans, cut(surface(text, spans), 200))
