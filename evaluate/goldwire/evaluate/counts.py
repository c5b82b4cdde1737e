"""Counts that add: one row a document, one column a label, for every span-level score.

All scores are closed forms over sums of these, so any partition of the documents adds up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .alignment.align import Alignment
from .alignment.pairs import BOTH, BOUNDARY, OVERLAP, TYPE, Pairs
from .keys import lengths, ordering, pack
from .tables import Ints, Spans

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

    ``pairs`` maps a criterion to its pairs by the gold item's label and by the predicted
    item's: where types may differ the two are not the same. ``confusion`` has shape
    ``(labels + 1, labels + 1)``: aligned pairs by gold and predicted label, the last row the
    spurious, the last column the missed.
    """

    labels: tuple[str, ...]
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


def count_spans(
    gold: Spans, predicted: Spans, alignment: Alignment, order: Ints | None = None
) -> SpanCounts:
    """Count one aligned layer. Optional gold and what is aligned with it count nowhere.

    ``order`` is that of ``Prepared``, where it is known. Where a prediction met an alternative,
    the alternative stands for the gold item: its spans are the ones compared. Another accepted
    type counts as the gold item's own type.
    """
    pairs = alignment.pairs
    gold = _as_met(gold, pairs)
    predicted = _as_accepted(gold, predicted, pairs)
    counted = pairs.take(~gold.optional[pairs.gold])
    gold_free = ~gold.optional
    ignored_rows = pairs.predicted[gold.optional[pairs.gold]]
    predicted_free = np.ones(len(predicted), bool)
    predicted_free[ignored_rows] = False

    width = len(gold.labels)
    cells = {id(side): side.document * width + side.label for side in (gold, predicted)}

    def table(source: Spans, rows: Ints | NDArray[np.bool_]) -> Counts:
        chosen = cells[id(source)][rows]
        flat: Counts = np.bincount(chosen, minlength=gold.documents * width)
        return flat.reshape(gold.documents, width)

    both = counted.kind == BOTH
    strict = table(gold, counted.gold[both])
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
            strict + table(gold, near.gold[hit]),
            strict + table(predicted, near.predicted[hit]),
        )
        for name, hit in criteria.items()
    }
    return SpanCounts(
        tuple(gold.labels.names),
        table(gold, gold_free),
        table(predicted, predicted_free),
        matched,
        _characters(gold, predicted, gold_free, predicted_free, order),
        _errors(gold, predicted, alignment, gold_free, predicted_free, table),
        _confusion(gold, predicted, alignment, gold_free, predicted_free),
        table(predicted, ignored_rows),
    )


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
    order: Ints | None,
) -> tuple[Counts, Counts, Counts]:
    shape = (gold.documents, len(gold.labels))
    if order is None or gold.fragments or predicted.fragments or len(gold.variants.item):
        one, other = _pieces(gold, gold_free), _pieces(predicted, predicted_free)
        union = [np.concatenate(sides) for sides in zip(one, other, strict=True)]
        parts = [_in_order(piece) for piece in (one, other, union)]
    else:  # the order is known, and the same for all three
        if not (gold_free.all() and predicted_free.all()):
            order = order[np.concatenate([gold_free, predicted_free])[order]]
        cell = (
            gold.document * shape[1] + gold.label,
            predicted.document * shape[1] + predicted.label,
        )
        union = [
            np.concatenate(sides)[order]
            for sides in (cell, (gold.start, predicted.start), (gold.end, predicted.end))
        ]
        of_gold = order < len(gold)
        parts = [
            [column[of_gold] for column in union], [column[~of_gold] for column in union], union,
        ]  # fmt: skip
    first, second, both = (_covered(part, shape) for part in parts)
    return first, second, first + second - both


def _pieces(table: Spans, keep: NDArray[np.bool_]) -> list[Ints]:
    """Cell (document and label), start, and end of every fragment of the kept items."""
    whole = keep.copy()
    whole[list(table.fragments)] = False
    cell = table.document * len(table.labels) + table.label
    columns = [column[whole] for column in (cell, table.start, table.end)]
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


def _in_order(pieces: list[Ints]) -> list[Ints]:
    """Pieces by cell and start."""
    cell, start, _ = pieces
    order = ordering(pack([cell, start], len(start)))
    return [column[order] for column in pieces]


def _covered(pieces: list[Ints], shape: tuple[int, int]) -> Counts:
    """Characters covered at least once, by document and label, of pieces in their order."""
    cell, start, end = pieces
    if not len(start):
        return np.zeros(shape, np.int64)
    shift = cell * (int(end.max()) + 1)
    begins, ends = shift + start, shift + end
    reach = np.maximum.accumulate(ends)
    begins[1:] = np.maximum(begins[1:], reach[:-1])
    fresh = np.maximum(ends - begins, 0)
    sums = np.bincount(cell, weights=fresh, minlength=shape[0] * shape[1])
    return sums.astype(np.int64).reshape(shape)


def _errors(
    gold: Spans,
    predicted: Spans,
    alignment: Alignment,
    gold_free: NDArray[np.bool_],
    predicted_free: NDArray[np.bool_],
    table: Callable[[Spans, NDArray[Any]], Counts],
) -> dict[str, Counts]:
    pairs = alignment.pairs
    counted = pairs.take(gold_free[pairs.gold])
    by_kind = {
        name: table(gold, counted.gold[counted.kind == kind])
        for name, kind in zip(ERRORS, (BOTH, BOUNDARY, TYPE, OVERLAP), strict=False)
    }
    missed, spurious = gold_free.copy(), predicted_free.copy()
    missed[pairs.gold] = False
    spurious[pairs.predicted] = False
    near = alignment.nearby
    near = near.take((near.kind == TYPE) & gold_free[near.gold])
    return by_kind | {
        "missed": table(gold, missed),
        "spurious": table(predicted, spurious),
        "split": table(gold, np.flatnonzero(np.bincount(near.gold) > 1)),
        "merged": table(predicted, np.flatnonzero(np.bincount(near.predicted) > 1)),
    }


def _confusion(
    gold: Spans,
    predicted: Spans,
    alignment: Alignment,
    gold_free: NDArray[np.bool_],
    predicted_free: NDArray[np.bool_],
) -> Counts:
    width = len(gold.labels) + 1
    pairs = alignment.pairs
    counted = pairs.take(gold_free[pairs.gold])
    missed, spurious = gold_free.copy(), predicted_free.copy()
    missed[pairs.gold] = False
    spurious[pairs.predicted] = False
    cells = np.concatenate(
        [
            gold.label[counted.gold] * width + predicted.label[counted.predicted],
            gold.label[missed] * width + (width - 1),
            (width - 1) * width + predicted.label[spurious],
        ]
    )
    return np.bincount(cells, minlength=width * width).reshape(width, width)
