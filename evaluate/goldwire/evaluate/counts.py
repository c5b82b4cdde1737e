"""Counts that add: one row a document, one column a label, for every span-level score.

All scores are closed forms over sums of these, so any partition of the documents adds up.
"""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .alignment.align import Alignment
from .alignment.pairs import BOTH, BOUNDARY, OVERLAP, TYPE, Pairs
from .keys import lengths, ordering, stride
from .tables import Ints, LabelRows, Spans

__all__ = ["ERRORS", "IOU", "SpanCounts", "count_spans", "heads_agree"]

IOU = 0.5
"""Share of the characters of either that a pair must share to count under ``iou``."""

ERRORS = (
    "correct",
    "wrong_type",
    "wrong_boundary",
    "wrong_both",
    "missed",
    "spurious",
    "split",
    "merged",
)
"""The first six divide all items; ``split`` and ``merged`` say more about some of them."""

Counts = Ints


class SpanCounts(Struct, frozen=True):
    """Sufficient statistics of one layer; arrays of shape ``(documents, labels)``.

    ``rows`` name the labels, in which those beyond the limit share one.

    ``pairs`` maps a criterion to its pairs by the gold item's label and by the predicted
    item's: where types may differ the two are not the same. ``confusion`` has shape
    ``(labels + 1, labels + 1)``: aligned pairs by gold and predicted label, the last row the
    spurious, the last column the missed.
    """

    rows: LabelRows
    gold: Counts
    predicted: Counts
    pairs: dict[str, tuple[Counts, Counts]]
    characters: tuple[Counts, Counts, Counts]
    """Characters of gold, of the predictions, and of both, type by type."""
    errors: dict[str, Counts]
    """Error classes by document, and by the gold item's label or the spurious one's own."""
    confusion: Counts
    ignored: Counts
    """Predictions that met optional gold, by label: neither hit nor false alarm."""


def count_spans(gold: Spans, predicted: Spans, alignment: Alignment) -> SpanCounts:
    """Count one aligned layer. Optional gold and what is aligned with it count nowhere.

    Where a prediction met an alternative, the alternative stands for the gold item: its spans
    are the ones compared. Another accepted type counts as the gold item's own type.
    """
    pairs = alignment.pairs
    rows = gold.labels.rows(predicted.label)
    gold = _as_met(gold, pairs)
    predicted = _as_accepted(gold, predicted, pairs)
    gold_free, predicted_free = ~gold.optional, np.ones(len(predicted), bool)
    counted, ignored = pairs, np.zeros(0, np.int64)
    if gold.optional.any():
        counts = gold_free[pairs.gold]
        counted, ignored = pairs.take(counts), pairs.predicted[~counts]
        predicted_free[ignored] = False

    width = len(rows)
    gold_label, predicted_label = rows.of(gold.label), rows.of(predicted.label)
    gold_cell, predicted_cell = (
        side.document * width + label
        for side, label in ((gold, gold_label), (predicted, predicted_label))
    )

    def table(cells: Ints) -> Counts:
        flat: Counts = np.bincount(cells, minlength=gold.documents * width)
        return flat.reshape(gold.documents, width)

    both = counted.kind == BOTH
    hits = counted.take(both)
    strict = table(gold_cell[hits.gold])
    near = counted.take(~both)  # the few that criteria differ on
    kind, gold_size, predicted_size = near.kind, lengths(gold), lengths(predicted)
    union = gold_size[near.gold] + predicted_size[near.predicted] - near.overlap
    same = kind == TYPE
    criteria = {
        "exact": kind == BOUNDARY,
        "overlap": kind >= OVERLAP,
        "type": same,
        "iou": same & (near.overlap >= IOU * union),
        "head": same & heads_agree(gold, predicted, near),
    }
    matched = {"strict": (strict, strict)} | {
        name: (
            strict + table(gold_cell[near.gold[hit]]),
            strict + table(predicted_cell[near.predicted[hit]]),
        )
        for name, hit in criteria.items()
    }
    golds, guesses = (
        table(_kept(gold_cell, gold_free)),
        table(_kept(predicted_cell, predicted_free)),
    )
    split, merged = _split_and_merged(alignment.nearby, gold_free)
    errors = {
        "correct": strict,
        "wrong_type": table(gold_cell[near.gold[kind == BOUNDARY]]),
        "wrong_boundary": table(gold_cell[near.gold[kind == TYPE]]),
        "wrong_both": table(gold_cell[near.gold[kind == OVERLAP]]),
        "missed": golds - matched["overlap"][0],
        "spurious": guesses - matched["overlap"][1],
        "split": table(gold_cell[split]),
        "merged": table(predicted_cell[merged]),
    }
    return SpanCounts(
        rows,
        golds,
        guesses,
        matched,
        _characters(gold, predicted, gold_free, predicted_free, hits, rows),
        errors,
        _confusion(errors, gold_label[near.gold], predicted_label[near.predicted]),
        table(predicted_cell[ignored]),
    )


def _kept(column: Ints, keep: NDArray[np.bool_]) -> Ints:
    """The rows to keep; without a copy where that is all of them."""
    return column if keep.all() else column[keep]


def _as_met(gold: Spans, pairs: Pairs) -> Spans:
    """The gold with the spans of the answers that were met."""
    met = pairs.take(pairs.answer >= 0)
    if not len(met):
        return gold
    variants = gold.variants
    start, end = gold.start.copy(), gold.end.copy()
    low, high = gold.head_start.copy(), gold.head_end.copy()
    start[met.gold], end[met.gold] = variants.start[met.answer], variants.end[met.answer]
    outside = (low[met.gold] < start[met.gold]) | (high[met.gold] > end[met.gold])
    low[met.gold[outside]] = high[met.gold[outside]] = -1
    fragments = dict(gold.fragments)
    for row, answer in zip(met.gold.tolist(), met.answer.tolist(), strict=True):
        fragments.pop(row, None)
        if answer in variants.fragments:
            fragments[row] = variants.fragments[answer]
    return msgspec.structs.replace(
        gold, start=start, end=end, head_start=low, head_end=high, fragments=fragments
    )


def _as_accepted(gold: Spans, predicted: Spans, pairs: Pairs) -> Spans:
    """The predictions with the gold item's label where theirs is accepted for it."""
    if not len(gold.variants.item):
        return predicted
    same = pairs.take((pairs.kind == BOTH) | (pairs.kind == TYPE))
    label = predicted.label.copy()
    label[same.predicted] = gold.label[same.gold]
    return msgspec.structs.replace(predicted, label=label)


def heads_agree(gold: Spans, predicted: Spans, pairs: Pairs) -> NDArray[np.bool_]:
    """Equal spans, or equal heads; a prediction that names no head must cover the gold head."""
    start, end = gold.head_start[pairs.gold], gold.head_end[pairs.gold]
    guess, guess_end = predicted.head_start[pairs.predicted], predicted.head_end[pairs.predicted]
    covers = (predicted.start[pairs.predicted] <= start) & (end <= predicted.end[pairs.predicted])
    for at in np.flatnonzero(covers & (guess < 0)).tolist() if predicted.fragments else ():
        shape = predicted.fragments.get(int(pairs.predicted[at]))
        if shape is not None:  # a gap covers nothing
            covers[at] = any(low <= start[at] and end[at] <= high for low, high in shape)
    equal_heads = (guess == start) & (guess_end == end)
    found: NDArray[np.bool_] = (pairs.kind >= BOUNDARY) | (
        (start >= 0) & np.where(guess < 0, covers, equal_heads)
    )
    return found


def _characters(
    gold: Spans,
    predicted: Spans,
    gold_free: NDArray[np.bool_],
    predicted_free: NDArray[np.bool_],
    hits: Pairs,
    rows: LabelRows,
) -> tuple[Counts, Counts, Counts]:
    """Characters covered at least once by gold, by the predictions, and by both, type by type.

    Predictions that are strict hits cover what their gold items do, and stand with these.
    """
    hit, other = np.zeros(len(gold), bool), predicted_free.copy()
    hit[hits.gold], other[hits.predicted] = True, False
    alone, shared, guessed = (
        _pieces(side, chosen)
        for side, chosen in ((gold, gold_free & ~hit), (gold, hit), (predicted, other))
    )
    cell, start, end = (np.concatenate(parts) for parts in zip(alone, shared, guessed, strict=True))
    shift = cell * stride(end)
    begins = shift + start
    order = ordering(begins)
    cell, begins, ends = cell[order], begins[order], (shift + end)[order]
    of_gold = np.flatnonzero(order < len(alone[0]) + len(shared[0]))
    of_predicted = np.flatnonzero(order >= len(alone[0]))
    shape = (gold.documents, len(rows))
    if rows.row is not None:  # only now: labels that share a row cover characters each by itself
        document, label = np.divmod(cell, len(gold.labels))
        cell = document * shape[1] + rows.of(label)
    first, second = (
        _covered(cell[part], begins[part], ends[part], shape) for part in (of_gold, of_predicted)
    )
    return first, second, first + second - _covered(cell, begins, ends, shape)


def _covered(cell: Ints, begins: Ints, ends: Ints, shape: tuple[int, int]) -> Counts:
    """Characters covered at least once, by document and label, of pieces in their order."""
    fresh = ends - begins
    reach = np.maximum.accumulate(ends)
    late = np.flatnonzero(reach[:-1] > begins[1:])
    fresh[late + 1] = np.maximum(ends[late + 1] - reach[late], 0)
    sums = np.bincount(cell, weights=fresh, minlength=shape[0] * shape[1])
    return sums.astype(np.int64).reshape(shape)


def _pieces(table: Spans, keep: NDArray[np.bool_]) -> list[Ints]:
    """Cell (document and label), start, and end of every fragment of the kept items."""
    cell = table.document * len(table.labels) + table.label
    whole = keep.copy()
    whole[list(table.fragments)] = False
    rows = np.flatnonzero(whole)
    columns = [column[rows] for column in (cell, table.start, table.end)]
    if not table.fragments:
        return columns
    broken = [
        (cell[row], start, end)
        for row, spans in table.fragments.items()
        if keep[row]
        for start, end in spans
    ]
    extra = np.array(broken, np.int64).reshape(-1, 3)
    return [np.concatenate([column, extra[:, i]]) for i, column in enumerate(columns)]


def _split_and_merged(nearby: Pairs, gold_free: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Gold rows that several predictions of their type share, and predicted rows alike."""
    near = nearby.take((nearby.kind == TYPE) & gold_free[nearby.gold])
    split, merged = (np.flatnonzero(np.bincount(rows) > 1) for rows in (near.gold, near.predicted))
    return split, merged


def _confusion(errors: dict[str, Counts], gold_label: Ints, predicted_label: Ints) -> Counts:
    """Aligned pairs by label, those that are no strict hits by the labels given here."""
    width = errors["correct"].shape[1] + 1
    cells = np.bincount(gold_label * width + predicted_label, minlength=width * width)
    confusion: Counts = cells.reshape(width, width)
    labels = np.arange(width - 1)
    confusion[labels, labels] += errors["correct"].sum(axis=0)
    confusion[labels, -1] = errors["missed"].sum(axis=0)
    confusion[-1, labels] = errors["spurious"].sum(axis=0)
    return confusion
