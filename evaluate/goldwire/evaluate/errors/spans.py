"""The errors of a layer of spans: wrong pairs, missed gold, spurious predictions."""

from __future__ import annotations

import numpy as np

from goldwire.schema.positions import cut, surface

from ..alignment.pairs import BOTH
from ..columns import Columns
from ..identity import Aligned
from ..report.model import Mark, NoPlace, Side
from ..tables import Ints, Spans, joined
from .rows import Errors

__all__ = ["SpanItems", "find_errors", "side_of"]

_HUGE = 2**63
"""Offsets that no JSON reader with 64 bits holds."""

_ROOM = 200
"""Characters of an item that are shown."""


class SpanItems:
    """The spans of one side as errors show them."""

    nowhere: NoPlace = "quote not in the text"

    def __init__(self, columns: Columns, layer: str, table: Spans) -> None:
        self.columns = columns
        self.layer = layer
        self.table = table
        self.document, self.start, self.end = table.document, table.start, table.end

    def __len__(self) -> int:
        return len(self.table)

    def side(self, row: int) -> Side:
        """One item with what it says; without a place in the text, its quote stands for that."""
        return side_of(self.columns, self.layer, self.table, row)

    def stated(self, row: int) -> Side:
        """One item of a document without gold, with what the prediction says of its place."""
        side = self.columns.predicted[self.layer]
        document, place = int(self.document[row]), int(self.table.place[row])
        item = side.items[int(side.offsets[document]) + place]
        spans = item.spans
        if spans is None and item.start is not None and item.end is not None:
            spans = ((item.start, item.end),)
        # There is no text that they were checked against.
        sound = spans and all(0 <= start < end < _HUGE for start, end in spans)
        quote = item.quote.exact if item.quote is not None else ""
        label = self.table.labels.names[self.table.label[row]]
        return Side(label, joined(spans) if sound else (), cut(item.text or quote, _ROOM))

    def shown(self, row: int) -> Side:
        """One item, be it in a document with gold or without."""
        known = self.columns.block.known[int(self.document[row])]
        return self.side(row) if known else self.stated(row)

    def mark(self, row: int) -> Mark:
        """One item as it is marked in its article."""
        label = self.table.labels.names[self.table.label[row]]
        return Mark(label, self.table.spans_of(row))

    def around(self, row: int) -> tuple[int, int]:
        """From its first to its last character."""
        return int(self.start[row]), int(self.end[row])


def find_errors(columns: Columns, layer: str, aligned: Aligned) -> Errors:
    """All errors of a block in an aligned layer of spans."""
    gold, predicted, pairs = aligned.ready.gold, aligned.ready.predicted, aligned.alignment.pairs
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
    order: Ints = np.lexsort((names[labels], ends, kinds, starts, documents))
    tables = SpanItems(columns, layer, gold), SpanItems(columns, layer, predicted)
    return Errors(layer, tables, golds[order], guesses[order], kinds[order])


def side_of(columns: Columns, layer: str, table: Spans, row: int) -> Side:
    """One item with what it says; without a place in the text, its quote stands for that."""
    document = int(table.document[row])
    text, label = columns.block.gold[document].text, table.labels.names[table.label[row]]
    spans = table.spans_of(row)
    if spans[-1][1] > len(text):  # a quote that stands nowhere, or a document without gold
        quote = columns.unplaced.get((layer, document, int(table.place[row])), "")
        return Side(label, (), cut(quote, _ROOM))
    return Side(label, spans, cut(surface(text, spans), _ROOM))
