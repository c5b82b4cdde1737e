"""The errors of a layer one by one, each with both sides and the text around it."""

from __future__ import annotations

import numpy as np

from goldwire.schema.positions import cut, excerpt, surface

from .align import BOTH, BOUNDARY, OVERLAP, TYPE, Alignment
from .collect import Collected
from .report.model import ErrorClass, ErrorRow, Side
from .tables import Spans

__all__ = ["list_errors"]

_CLASSES: dict[int, ErrorClass] = {
    BOUNDARY: "wrong_type",
    TYPE: "wrong_boundary",
    OVERLAP: "wrong_both",
}


def list_errors(
    collected: Collected, layer: str, gold: Spans, predicted: Spans, alignment: Alignment
) -> list[ErrorRow]:
    """All errors of an aligned layer, in the order of documents and text."""
    pairs = alignment.pairs
    found: list[tuple[int, int, ErrorRow]] = []

    def add(error: ErrorClass, gold_row: int | None, predicted_row: int | None) -> None:
        one = None if gold_row is None else _side(collected, gold, gold_row)
        other = None if predicted_row is None else _side(collected, predicted, predicted_row)
        table, row = (gold, gold_row) if gold_row is not None else (predicted, predicted_row)
        document = int(table.document[row])
        start, end = int(table.start[row]), int(table.end[row])
        context = excerpt(collected.texts[document], start, end, 60)
        name = collected.documents[document]
        found.append((document, start, ErrorRow(name, layer, error, one, other, context)))

    wrong = (pairs.kind != BOTH) & ~gold.optional[pairs.gold]
    for at in np.flatnonzero(wrong):
        add(_CLASSES[int(pairs.kind[at])], int(pairs.gold[at]), int(pairs.predicted[at]))
    missed, spurious = ~gold.optional, np.ones(len(predicted), bool)
    missed[pairs.gold] = False
    spurious[pairs.predicted] = False
    for row in np.flatnonzero(missed):
        add("missed", int(row), None)
    for row in np.flatnonzero(spurious):
        add("spurious", None, int(row))
    found.sort(key=lambda entry: entry[:2])
    return [row for _, _, row in found]


def _side(collected: Collected, table: Spans, row: int) -> Side:
    spans = table.spans_of(row)
    text = collected.texts[int(table.document[row])]
    return Side(table.labels.names[table.label[row]], spans, cut(surface(text, spans), 200))
