"""The errors of arguments and of relations one by one: tuples that only one side has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from goldwire.schema.positions import excerpt

from ..columns import Columns
from ..columns import Side as Table
from ..errors import side_of
from ..identity import partners_of
from ..layers import align_layer
from ..metrics.arguments import Ends, argument_tuples
from ..metrics.relations import relation_tuples
from ..notes import Notes
from ..references import REFERRED, Items, items_of, locate
from ..report.model import NoPlace, Side
from ..tables import Ints, Labels
from ..tuples import GoldTuples, PredictedTuples, count_tuples

__all__ = ["LINKED", "ArgumentError", "LinkErrors", "RelationError", "wrong_tuples"]

LINKED = ("arguments", "relations")
"""Layers whose items link others."""

LinkClass = Literal["missed", "spurious"]

Unlinked = NoPlace | Literal["reference to nothing"]


class ArgumentError(Struct, frozen=True):
    """An argument that only one side has; ``context`` marks the text from end to end.

    ``filler`` is ``None`` where a prediction refers to nothing. Where a part of it has no place
    in a text, ``reason`` says why.
    """

    document: str
    layer: Literal["arguments"]
    error: LinkClass
    label: str
    trigger: Side
    filler: Side | None
    context: str
    reason: Unlinked | None = None


class RelationError(Struct, frozen=True):
    """A relation that only one side has; ``context`` marks the text from end to end.

    An end is ``None`` where a prediction refers to nothing. Where a part of it has no place in a
    text, ``reason`` says why.
    """

    document: str
    layer: Literal["relations"]
    error: LinkClass
    label: str
    head: Side | None
    tail: Side | None
    context: str
    reason: Unlinked | None = None


def wrong_tuples(gold: GoldTuples, predicted: PredictedTuples, ranks: Ints) -> tuple[Ints, Ints]:
    """Rows of gold tuples that are missed, and of predicted ones that are spurious.

    ``ranks`` has shape ``(gold tuples + predicted tuples,)``: of equal tuples of one side the one
    with the lowest stands for all. What is optional, or ignored, is neither.
    """
    size, guesses = len(gold.label), len(predicted.label)
    # With a label of its own for every tuple, counts by label say which ones they count.
    rows = np.arange(size + guesses)
    one, other = (np.zeros(count, np.int64) for count in (size, guesses))
    ratios = count_tuples(
        msgspec.structs.replace(gold, label=rows[:size], document=one),
        msgspec.structs.replace(predicted, label=rows[size:], document=other),
        1,
        ranks,
    )[0]
    missed = np.flatnonzero(ratios[:size, 3] > ratios[:size, 2])
    return missed, np.flatnonzero(ratios[size:, 1])


class LinkErrors:
    """Lists the errors of blocks; labels are kept from block to block."""

    def __init__(self, symmetric: frozenset[str]) -> None:
        self.symmetric = symmetric
        self.labels = {layer: Labels() for layer in LINKED}

    def rows(self, columns: Columns, layer: str) -> Iterator[ArgumentError | RelationError]:
        """The errors of a block under ``strict``, in the order of documents and text.

        ``columns`` holds mentions, times, quantities, and events. Raises ``InvalidDocument``
        for a reference in gold that leads nowhere.
        """
        gold, predicted = items_of(columns, columns.gold), items_of(columns, columns.predicted)
        places, notes, labels = locate(columns, gold), Notes(), self.labels[layer]
        if layer == "arguments":
            aligned = {name: align_layer(columns, name) for name in REFERRED}
            _, excused = partners_of(columns, aligned, gold, predicted, places)
            one, other = argument_tuples(columns, gold, predicted, places, labels, notes, excused)
        else:
            one, other = relation_tuples(
                columns, gold, predicted, places, labels, self.symmetric, notes
            )
        ranks = [_ranks(columns.gold, one[1]), _ranks(columns.predicted, other[1])]
        missed, spurious = wrong_tuples(one[0], other[0], np.concatenate(ranks))
        found = [
            *_located(columns, columns.gold, gold, one, missed, "missed"),
            *_located(columns, columns.predicted, predicted, other, spurious, "spurious"),
        ]
        found.sort(key=lambda each: each.order(labels.names))
        return (_row(columns, layer, labels.names[each.label], each) for each in found)


def _ranks(sides: Mapping[str, Table], ends: Ends) -> Ints:
    """Ranks of tuples by the layers and types of their ends, not by where they are listed."""
    kinds = [np.full(1, -1)]  # for an end that leads nowhere
    known = 0
    for layer in REFERRED:
        table = sides[layer].spans
        kinds.append(known + table.labels.ranks()[table.label])
        known += len(table.labels)
    first, second = (np.concatenate(kinds)[end + 1] for end in ends)
    ranks: Ints = first * (known + 1) + second
    return ranks


class _Located(Struct, frozen=True, gc=False):
    """A wrong tuple: its document, the code of its label, both ends and where they stand."""

    error: LinkClass
    document: int
    label: int
    ends: tuple[Side | None, Side | None]
    places: tuple[tuple[int, int], tuple[int, int]]

    def order(self, names: Sequence[str]) -> tuple[object, ...]:
        """What it is sorted by: nothing that hangs on the order of lists."""
        kinds = ["" if end is None else end.label for end in self.ends]
        return (self.document, *self.places, names[self.label], self.error, *kinds)


def _located(
    columns: Columns,
    sides: Mapping[str, Table],
    items: Items,
    tuples: tuple[GoldTuples | PredictedTuples, Ends],
    rows: Ints,
    error: LinkClass,
) -> Iterator[_Located]:
    whole, ends = tuples
    for row in rows.tolist():
        found: list[Side | None] = []
        places = []
        for end in ends:
            number = int(end[row])
            layer = next((name for name in reversed(REFERRED) if number >= items.first[name]), None)
            if layer is None:
                found.append(None)
                places.append((-1, -1))
                continue
            table, at = sides[layer].spans, number - items.first[layer]
            found.append(side_of(columns, layer, table, at))
            places.append((int(table.start[at]), int(table.end[at])))
        yield _Located(
            error,
            int(whole.document[row]),
            int(whole.label[row]),
            (found[0], found[1]),
            (places[0], places[1]),
        )


def _row(columns: Columns, layer: str, label: str, each: _Located) -> ArgumentError | RelationError:
    article = columns.block.gold[each.document]
    first, second = each.ends
    sides = [side for side in each.ends if side is not None]
    spans = [span for side in sides for span in side.spans]
    context, known = "", columns.block.known[each.document]
    reason: Unlinked | None = None
    if not known:
        reason = "unknown document"
    elif len(sides) < len(each.ends):
        reason = "reference to nothing"
    elif not all(side.spans for side in sides):
        reason = "quote not in the text"
    if spans and known:
        low, high = min(start for start, _ in spans), max(end for _, end in spans)
        context = excerpt(article.text, low, high, 60)
    told = each.error, label
    if layer == "arguments" and first is not None:
        return ArgumentError(article.id, "arguments", *told, first, second, context, reason)
    return RelationError(article.id, "relations", *told, first, second, context, reason)
