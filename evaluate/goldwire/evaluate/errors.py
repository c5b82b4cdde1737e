"""The errors of a layer one by one, each with both sides and the text around it."""

from __future__ import annotations

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
    """The errors of an aligned layer as columns, in the order of documents and text.

    ``gold`` and ``predicted`` are rows of the tables, −1 where there is none; ``kind`` is the
    kind of the pair, 0 where there is no pair.
    """

    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    kind: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def find_errors(gold: Spans, predicted: Spans, alignment: Alignment) -> Errors:
    """All errors of a layer: wrong pairs, missed gold, spurious predictions."""
    pairs = alignment.pairs
    wrong = pairs.take((pairs.kind != BOTH) & ~gold.optional[pairs.gold])
    missed, spurious = ~gold.optional, np.ones(len(predicted), bool)
    missed[pairs.gold] = False
    spurious[pairs.predicted] = False
    alone, extra = np.flatnonzero(missed), np.flatnonzero(spurious)
    golds = np.concatenate([wrong.gold, alone, np.full(len(extra), -1)])
    guesses = np.concatenate([wrong.predicted, np.full(len(alone), -1), extra])
    kinds = np.concatenate([wrong.kind, np.zeros(len(alone) + len(extra), np.int64)])
    documents = np.concatenate(
        [gold.document[wrong.gold], gold.document[alone], predicted.document[extra]]
    )
    starts = np.concatenate([gold.start[wrong.gold], gold.start[alone], predicted.start[extra]])
    order = np.lexsort((guesses, golds, starts, documents))
    return Errors(golds[order], guesses[order], kinds[order])


def list_errors(
    collected: Collected,
    layer: str,
    tables: tuple[Spans, Spans],
    errors: Errors,
    limit: int,
) -> list[ErrorRow]:
    """At most ``limit`` errors with both sides and context, spread evenly over all of them."""
    size = len(errors)
    share = min(size, limit)
    return [_row(collected, layer, tables, errors, at * size // share) for at in range(share)]


def _row(
    collected: Collected, layer: str, tables: tuple[Spans, Spans], errors: Errors, at: int
) -> ErrorRow:
    gold, predicted = tables
    gold_row, predicted_row = int(errors.gold[at]), int(errors.predicted[at])
    one = None if gold_row < 0 else _side(collected, gold, gold_row)
    other = None if predicted_row < 0 else _side(collected, predicted, predicted_row)
    table, row = (gold, gold_row) if gold_row >= 0 else (predicted, predicted_row)
    document = int(table.document[row])
    start, end = int(table.start[row]), int(table.end[row])
    kind = int(errors.kind[at])
    error: ErrorClass = _CLASSES[kind] if kind else "missed" if other is None else "spurious"
    context = excerpt(collected.texts[document], start, end, 60)
    return ErrorRow(collected.documents[document], layer, error, one, other, context)


def _side(collected: Collected, table: Spans, row: int) -> Side:
    spans = table.spans_of(row)
    text = collected.texts[int(table.document[row])]
    return Side(table.labels.names[table.label[row]], spans, cut(surface(text, spans), 200))
