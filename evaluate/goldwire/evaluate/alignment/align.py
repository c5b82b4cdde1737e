"""The one optimal alignment of gold and predicted items, per document and layer.

One-to-one, and best in this order: as many pairs as possible with equal spans and equal type,
then with equal spans, then overlapping with equal type, then overlapping, of each kind those
whose gold item counts before those whose gold item is optional; among equals larger overlap,
then what stands earlier. Nothing depends on the order of a list.

Pairs with equal spans and type are unique and settled by sorted keys; what is left falls into
small groups of overlapping items (see ``settle``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..keys import equal_keys, item_keys, lengths, ordering, stride
from ..tables import Ints, Shape, Spans
from .pairs import BOTH, BOUNDARY, OVERLAP, TYPE, Pairs, joined_pairs, no_pairs
from .settle import settle

__all__ = ["Alignment", "align", "overlapping"]

_LIMIT = 4_000_000
"""Candidate pairs looked at in one go; bounds memory where spans are long."""


class Alignment(Struct, frozen=True):
    """The chosen pairs, sorted by gold row, and all pairs of overlapping left-overs.

    ``nearby`` holds the candidates among items that have no exact partner: what split and
    merged errors are read from.
    """

    pairs: Pairs
    nearby: Pairs


def align(gold: Spans, predicted: Spans, equal: tuple[Ints, Ints] | None = None) -> Alignment:
    """Align two tables over the same documents; each table without exact duplicates.

    ``equal`` holds the rows that :func:`equal_keys` finds, where they are known. Raises
    ``ValueError`` for a table with exact duplicates.
    """
    equal = equal or equal_keys(*item_keys(gold, predicted))
    if equal is None:
        raise ValueError("a table to align holds exact duplicates: collapse them first")
    exact = _equal_items(gold, *equal)
    nearby = overlapping(
        gold,
        predicted,
        _others(len(gold), exact.gold),
        _others(len(predicted), exact.predicted),
    )
    chosen = settle(gold, predicted, nearby)
    met = chosen.take(chosen.kind == BOTH)
    if len(met):
        settled_gold, settled_predicted = np.zeros(len(gold), bool), np.zeros(len(predicted), bool)
        settled_gold[met.gold], settled_predicted[met.predicted] = True, True
        nearby = nearby.take(~settled_gold[nearby.gold] & ~settled_predicted[nearby.predicted])
    pairs = joined_pairs(exact, chosen)
    place = np.full(len(gold), -1, np.int64)
    place[pairs.gold] = np.arange(len(pairs))
    return Alignment(pairs.take(place[place >= 0]), nearby)


def _others(size: int, taken: NDArray[np.int64]) -> NDArray[np.int64]:
    free = np.ones(size, bool)
    free[taken] = False
    return np.flatnonzero(free)


def _equal_items(gold: Spans, gold_hit: Ints, predicted_hit: Ints) -> Pairs:
    """Pairs with equal spans and type, in the documents without other accepted answers."""
    if len(gold.variants.item):
        varied = np.zeros(gold.documents, bool)
        varied[gold.document[gold.variants.item]] = True
        keep = ~varied[gold.document[gold_hit]]
        gold_hit, predicted_hit = gold_hit[keep], predicted_hit[keep]
    size = len(gold_hit)
    return Pairs(
        gold_hit,
        predicted_hit,
        np.full(size, BOTH, np.int64),
        lengths(gold)[gold_hit],
        np.full(size, -1, np.int64),
    )


class _Candidates(Struct, frozen=True):
    """Gold answers to compare with: the items themselves, then their variants."""

    owner: NDArray[np.int64]
    variant: NDArray[np.int64]
    document: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    label: NDArray[np.int64]
    fragments: dict[int, Shape]


def _answers(gold: Spans, rows: NDArray[np.int64]) -> _Candidates:
    wanted = np.zeros(len(gold), bool)
    wanted[rows] = True
    variants = gold.variants
    extra = np.flatnonzero(wanted[variants.item])
    owner = np.concatenate([rows, variants.item[extra]])
    fragments: dict[int, Shape] = {}
    if gold.fragments:
        for new, row in enumerate(rows.tolist()):
            if row in gold.fragments:
                fragments[new] = gold.fragments[row]
    for new, row in enumerate(extra):
        if int(row) in variants.fragments:
            fragments[len(rows) + new] = variants.fragments[int(row)]
    return _Candidates(
        owner,
        np.concatenate([np.full(len(rows), -1, np.int64), extra]),
        gold.document[owner],
        np.concatenate([gold.start[rows], variants.start[extra]]),
        np.concatenate([gold.end[rows], variants.end[extra]]),
        np.concatenate([gold.label[rows], variants.label[extra]]),
        fragments,
    )


def overlapping(
    gold: Spans,
    predicted: Spans,
    gold_rows: NDArray[np.int64],
    predicted_rows: NDArray[np.int64],
) -> Pairs:
    """All pairs of the given rows that share a character, with their best kind.

    A gold item stands with all its accepted answers; adjacent spans share nothing.
    """
    if not len(gold_rows) or not len(predicted_rows):
        return no_pairs()
    answers = _answers(gold, gold_rows)
    step = stride(answers.end, predicted.end)
    shift = predicted.document.take(predicted_rows) * step
    starts = shift + predicted.start.take(predicted_rows)
    order = ordering(starts)
    rows, starts = predicted_rows.take(order), starts.take(order)
    ends = (shift + predicted.end.take(predicted_rows)).take(order)
    reach = np.maximum.accumulate(ends)
    shift = answers.document * step
    begins = shift + answers.start
    first = np.searchsorted(reach, begins, side="right")
    last = np.searchsorted(starts, shift + answers.end, side="left")
    parts = []
    for answer, at in _expanded(first, last):
        keep = np.flatnonzero(ends.take(at) > begins.take(answer))
        answer, at = answer.take(keep), at.take(keep)
        parts.append(_pairs(answers, predicted, answer, rows[at]))
    pairs = joined_pairs(*parts) if parts else no_pairs()
    pairs = pairs.take(pairs.overlap > 0)
    return _best_answer(pairs) if len(answers.owner) > len(gold_rows) else pairs


def _expanded(first: NDArray[np.int64], last: NDArray[np.int64]) -> Any:
    """Pairs (row, each of ``first[row]:last[row]``), in portions of bounded size."""
    counts = np.maximum(last - first, 0)
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        done = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + _LIMIT, side="right")))
        portion = counts[begin:end]
        row = np.repeat(np.arange(begin, end), portion)
        offset = np.arange(int(portion.sum())) - np.repeat(np.cumsum(portion) - portion, portion)
        if len(row):
            yield row, first[row] + offset
        begin = end


def _pairs(
    answers: _Candidates,
    predicted: Spans,
    answer: NDArray[np.int64],
    row: NDArray[np.int64],
) -> Pairs:
    start, end = predicted.start[row], predicted.end[row]
    overlap = np.minimum(answers.end[answer], end) - np.maximum(answers.start[answer], start)
    same_spans = (answers.start[answer] == start) & (answers.end[answer] == end)
    if answers.fragments or predicted.fragments:
        broken = np.isin(answer, list(answers.fragments)) | np.isin(row, list(predicted.fragments))
        for pair in np.flatnonzero(broken):
            at = int(answer[pair])
            one = answers.fragments.get(at) or ((int(answers.start[at]), int(answers.end[at])),)
            other = predicted.spans_of(int(row[pair]))
            overlap[pair] = _common(one, other)
            same_spans[pair] = one == other
    same_label = answers.label[answer] == predicted.label[row]
    kind = np.where(
        same_spans, np.where(same_label, BOTH, BOUNDARY), np.where(same_label, TYPE, OVERLAP)
    )
    return Pairs(
        answers.owner[answer],
        row,
        kind,
        overlap,
        answers.variant[answer],
    )


def _common(one: Shape, other: Shape) -> int:
    """Characters in both: a walk along both at once."""
    shared, i, j = 0, 0, 0
    while i < len(one) and j < len(other):
        shared += max(0, min(one[i][1], other[j][1]) - max(one[i][0], other[j][0]))
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1
    return shared


def _best_answer(pairs: Pairs) -> Pairs:
    """Of several answers of one gold item that meet a prediction, the best."""
    order = np.lexsort((pairs.answer, -pairs.overlap, -pairs.kind, pairs.predicted, pairs.gold))
    pairs = pairs.take(order)
    new = np.ones(len(pairs), bool)
    new[1:] = (pairs.gold[1:] != pairs.gold[:-1]) | (pairs.predicted[1:] != pairs.predicted[:-1])
    return pairs.take(new)
