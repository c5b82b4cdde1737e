"""The errors of a layer one by one, each with both sides and the text around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.positions import cut, excerpt, surface

from .align import BOTH, BOUNDARY, OVERLAP, TYPE, Alignment
from .collect import Collected
from .report.model import ErrorClass, ErrorRow, Side
from .tables import Spans

__all__ = ["Errors", "find_errors", "list_errors"]

_CLASSES: dict[int, ErrorClass] = {
    BOUNDARY: "wrong_type",
    TYPE: "wrong_boundary",
    OVERLAP: "wrong_both",
}


class Errors(Struct, frozen=True):
    """The errors of a block of aligned documents as columns, in the order of documents and text.

    ``gold`` and ``predicted`` are rows of ``tables``, −1 where there is none; ``kind`` is the
    kind of the pair, 0 where there is no pair. ``first`` is the number of the block's first
    document.
    """

    tables: tuple[Spans, Spans]
    first: int
    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    kind: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def find_errors(gold: Spans, predicted: Spans, alignment: Alignment, first: int) -> Errors:
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
    names = np.argsort(np.argsort(gold.labels.names, kind="stable"), kind="stable")
    order = np.lexsort((names[labels], ends, kinds, starts, documents))
    return Errors((gold, predicted), first, golds[order], guesses[order], kinds[order])


def list_errors(
    collected: Collected, layer: str, blocks: Sequence[Errors], limit: int
) -> list[ErrorRow]:
    """At most ``limit`` errors with both sides and context, spread evenly over all of them."""
    ends = np.cumsum([len(block) for block in blocks])
    size = int(ends[-1])
    share = min(size, limit)
    chosen = []
    for number in range(share):
        at = number * size // share
        place = int(np.searchsorted(ends, at, side="right"))
        chosen.append(_row(collected, layer, blocks[place], at - int(ends[place])))
    return chosen


def _row(collected: Collected, layer: str, block: Errors, at: int) -> ErrorRow:
    gold, predicted = block.tables
    gold_row, predicted_row = int(block.gold[at]), int(block.predicted[at])
    table, row = (gold, gold_row) if gold_row >= 0 else (predicted, predicted_row)
    document = block.first + int(table.document[row])
    text = collected.texts[document]
    one = None if gold_row < 0 else _side(text, gold, gold_row)
    other = None if predicted_row < 0 else _side(text, predicted, predicted_row)
    if other is not None and not other.spans:
        place = int(predicted.place[predicted_row])
        quote = collected.unplaced.get((layer, document, place), "")
        other = Side(other.label, (), cut(quote, 200))
    start, end = int(table.start[row]), int(table.end[row])
    kind = int(block.kind[at])
    error: ErrorClass = _CLASSES[kind] if kind else "missed" if other is None else "spurious"
    context = excerpt(text, start, end, 60) if end <= len(text) else ""
    return ErrorRow(collected.documents[document], layer, error, one, other, context)


def _side(text: str, table: Spans, row: int) -> Side:
    spans = table.spans_of(row)
    if spans[-1][1] > len(text):  # a quote that stands nowhere, or a document without gold
        spans = ()
    return Side(table.labels.names[table.label[row]], spans, cut(surface(text, spans), 200))
