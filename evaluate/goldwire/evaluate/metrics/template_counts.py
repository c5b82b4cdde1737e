"""Counts of aligned templates: one row a document, all of them sums.

Optional gold counts nowhere, nor does what is aligned with it: predicted templates aligned
with an optional template, and predicted fillers aligned with an optional filler.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..keys import pack
from .forms import Floats
from .template_alignment import TemplateAlignment
from .template_join import Ints, join
from .template_similarity import weights
from .template_tables import Side, Tables

__all__ = [
    "CATEGORIES",
    "TemplateCounts",
    "WrongFillers",
    "count_fillers",
    "count_templates",
    "wrong_fillers",
]

Bools = NDArray[np.bool_]

CATEGORIES = ("correct", "partial", "incorrect", "missing", "spurious")
"""What becomes of a filler (Chinchor 1992): the last axis of `TemplateCounts.categories`."""


class TemplateCounts(Struct, frozen=True):
    """Sufficient statistics of templates, one row a document; all of them add.

    Ratios hold, on their last axis, the numerators and denominators of precision and recall.
    """

    slots: tuple[str, ...]
    qualifiers: tuple[str, ...]
    """The qualifiers of the slots, as ``slot.qualifier``."""
    fillers: Floats
    """Ratios of fillers, ``(documents, slots, 4)``; under ``phi3`` of mentions."""
    attached: Floats
    """Ratios of qualifier values, ``(documents, qualifiers, 4)``: right where the filler is
    credited and the value equal."""
    categories: Ints
    """Fillers by category, ``(documents, slots, 5)``."""
    split: Ints
    """Gold entities that share mentions with several predicted ones, ``(documents, slots)``."""
    merged: Ints
    """Predicted entities that share mentions with several gold ones, ``(documents, slots)``."""
    templates: Floats
    """Ratios of templates: those aligned, of those there are, ``(documents, 4)``."""
    evidence: Floats
    """Ratios of evidence: predicted items that the aligned gold template rests on, too,
    ``(documents, 4)``."""
    detection: Floats
    """Ratios of documents with any template, ``(documents, 4)``."""
    ignored: Ints
    """Predicted templates that were aligned with optional gold, ``(documents,)``."""
    duplicates: Ints
    """Repeated fillers that were dropped, of gold and predictions, ``(documents, 2)``."""


def count_templates(tables: Tables, alignment: TemplateAlignment) -> TemplateCounts:
    """Count the templates of each document off one alignment; `TemplateCounts` says what."""
    scored = _scored(tables, alignment)
    split, merged = _split_and_merged(tables, alignment, scored)
    duplicates = np.stack([tables.gold.duplicates, tables.predicted.duplicates], axis=1)
    return TemplateCounts(
        tuple(slot.name for slot in tables.slots),
        tables.qualifiers,
        _fillers(tables, alignment, scored),
        _attached(tables, alignment, scored),
        _categories(tables, alignment, scored),
        split,
        merged,
        _templates(tables, scored),
        _evidence(tables, scored),
        _detection(tables, scored),
        _by_document(tables, tables.predicted, ~scored.predicted),
        duplicates,
    )


def count_fillers(tables: Tables, alignment: TemplateAlignment) -> Floats:
    """The ratios of fillers alone, shape ``(documents, slots, 4)``: `TemplateCounts.fillers`."""
    return _fillers(tables, alignment, _scored(tables, alignment))


class WrongFillers(Struct, frozen=True):
    """Fillers that are not right, shape ``(wrong,)``: filler rows of both sides, −1 for none.

    Without one of them a filler is missing or spurious; with both it is ``partial``, or else
    incorrect.
    """

    gold: Ints
    predicted: Ints
    partial: Bools


def wrong_fillers(tables: Tables, alignment: TemplateAlignment) -> WrongFillers:
    """The fillers that `TemplateCounts.categories` counts as anything but correct."""
    scored = _scored(tables, alignment)
    matches = alignment.matches
    partial = np.flatnonzero(scored.matches & ~matches.full)
    pair = matches.pair[partial]
    near = [
        _rows_of(side, template[pair], content[partial])
        for side, template, content in (
            (tables.gold, alignment.gold, matches.gold),
            (tables.predicted, alignment.predicted, matches.predicted),
        )
    ]
    # A cell is a slot of two aligned templates: the first missing there answers the first
    # spurious one.
    width = len(tables.slots)
    cells = []
    for side, templates, rows in (
        (tables.gold, scored.pairs[0], scored.gold_fillers & ~scored.gold_matched),
        (tables.predicted, scored.pairs[1], scored.predicted_fillers & ~scored.predicted_matched),
    ):
        number = np.full(len(side), -1)
        number[templates] = np.arange(len(templates))
        left = np.flatnonzero(rows)
        at = number[side.template[left]]
        cell = np.where(at >= 0, at * width + side.slot[left], -1 - np.arange(len(left)))
        order = np.argsort(cell, kind="stable")
        cell, left = cell[order], left[order]
        nth = np.arange(len(cell)) - np.searchsorted(cell, cell)
        cells.append((left, cell, nth))
    (lost, cell, nth), (extra, other_cell, other_nth) = cells
    most = int(max(nth.max(initial=0), other_nth.max(initial=0))) + 1
    one, other = join(
        np.where(cell >= 0, cell * most + nth, -1),
        np.where(other_cell >= 0, other_cell * most + other_nth, -2),
    )
    missing, spurious = np.delete(lost, one), np.delete(extra, other)
    gold = [near[0], lost[one], missing, np.full(len(spurious), -1)]
    predicted = [near[1], extra[other], np.full(len(missing), -1), spurious]
    size = sum(map(len, gold))
    return WrongFillers(
        np.concatenate(gold), np.concatenate(predicted), np.arange(size) < len(partial)
    )


def _rows_of(side: Side, template: Ints, content: Ints) -> Ints:
    """The filler rows that are the given contents of the given templates."""
    width = len(side.contents) + 1
    keys = side.template * width + side.content
    order = np.argsort(keys, kind="stable")
    rows: Ints = order[np.searchsorted(keys[order], template * width + content)]
    return rows


class _Scored(Struct, frozen=True):
    """What counts: templates of each side, ``(templates,)``; pairs of them, ``(pairs,)``;
    matches, ``(matches,)``; fillers of each side, ``(fillers,)``; and the matched fillers."""

    gold: Bools
    predicted: Bools
    pairs: tuple[Ints, Ints]
    matches: Bools
    gold_fillers: Bools
    predicted_fillers: Bools
    gold_matched: Bools
    predicted_matched: Bools


def _scored(tables: Tables, alignment: TemplateAlignment) -> _Scored:
    gold, predicted = tables.gold, tables.predicted
    pair_counts = ~gold.optional[alignment.gold]
    predicted_counts = np.ones(len(predicted), bool)
    predicted_counts[alignment.predicted[~pair_counts]] = False

    matches = alignment.matches
    gold_matched = _matched(gold, alignment.gold[matches.pair], matches.gold)
    template = alignment.predicted[matches.pair]
    predicted_matched = _matched(predicted, template, matches.predicted)
    spare = gold.contents.optional[matches.gold]
    beside = _matched(predicted, template[spare], matches.predicted[spare])
    gold_fillers = ~gold.optional[gold.template] & ~gold.contents.optional[gold.content]
    return _Scored(
        ~gold.optional,
        predicted_counts,
        (alignment.gold[pair_counts], alignment.predicted[pair_counts]),
        pair_counts[matches.pair] & ~spare,
        gold_fillers,
        predicted_counts[predicted.template] & ~beside,
        gold_matched & gold_fillers,
        predicted_matched & ~beside,
    )


def _matched(side: Side, template: Ints, content: Ints) -> Bools:
    """Which filler rows of a side are the given contents of the given templates.

    A content with mentions stands once in a template, so the pair names one row.
    """
    width = len(side.contents) + 1
    matched = np.sort(template * width + content)
    if not len(matched):
        return np.zeros(len(side.template), bool)
    rows = side.template * width + side.content
    at = np.searchsorted(matched[1:], rows, side="right")
    found: Bools = matched[at] == rows
    return found


def _by_document(tables: Tables, side: Side, rows: Bools) -> Ints:
    return np.bincount(side.document[rows], minlength=tables.documents)


def _table(
    tables: Tables, document: Ints, slot: Ints, weight: Floats | Ints | None = None
) -> Floats:
    """Sums by document and slot; shape ``(documents, slots)``."""
    width = len(tables.slots)
    sums = np.bincount(document * width + slot, weight, minlength=tables.documents * width)
    return sums.astype(np.float64).reshape(tables.documents, width)


def _fillers(tables: Tables, alignment: TemplateAlignment, scored: _Scored) -> Floats:
    matches, rows = alignment.matches, scored.matches
    document = tables.gold.document[alignment.gold[matches.pair[rows]]]
    credit = _table(tables, document, matches.slot[rows], matches.credit[rows])
    gold, predicted = (
        _table(
            tables,
            side.document[side.template[kept]],
            side.slot[kept],
            weights(side.contents, alignment.similarity)[side.content[kept]],
        )
        for side, kept in (
            (tables.gold, scored.gold_fillers),
            (tables.predicted, scored.predicted_fillers),
        )
    )
    return np.stack([credit, predicted, credit, gold], axis=-1)


def _attached(tables: Tables, alignment: TemplateAlignment, scored: _Scored) -> Floats:
    matches = alignment.matches
    rows = scored.matches & (matches.credit > 0)
    one = tables.gold.contents.qualifiers[matches.gold[rows]]
    other = tables.predicted.contents.qualifiers[matches.predicted[rows]]
    document = tables.gold.document[alignment.gold[matches.pair[rows]]]
    right = _sums(tables, document, (one == other) & (one > 0))
    gold, predicted = (
        _sums(
            tables,
            side.document[side.template[kept]],
            side.contents.qualifiers[side.content[kept]] > 0,
        )
        for side, kept in (
            (tables.gold, scored.gold_fillers),
            (tables.predicted, scored.predicted_fillers),
        )
    )
    return np.stack([right, predicted, right, gold], axis=-1)


def _sums(tables: Tables, document: Ints, said: Bools) -> Floats:
    """Rows of ``(rows, qualifiers)`` added up by document."""
    row, column = np.nonzero(said)
    width = said.shape[1]
    sums = np.bincount(document[row] * width + column, minlength=tables.documents * width)
    return sums.astype(np.float64).reshape(tables.documents, width)


def _categories(tables: Tables, alignment: TemplateAlignment, scored: _Scored) -> Ints:
    matches, gold, predicted = alignment.matches, tables.gold, tables.predicted
    document = gold.document[alignment.gold[matches.pair]]
    correct, partial = (
        _table(tables, document[rows], matches.slot[rows])
        for rows in (scored.matches & matches.full, scored.matches & ~matches.full)
    )
    missing = scored.gold_fillers & ~scored.gold_matched
    spurious = scored.predicted_fillers & ~scored.predicted_matched
    # In one slot of two aligned templates, what is missing and what is spurious answer each other.
    wrong = np.minimum(
        _by_pair(gold, scored.pairs[0], missing, len(tables.slots)),
        _by_pair(predicted, scored.pairs[1], spurious, len(tables.slots)),
    )
    pair, slot = np.nonzero(wrong)
    incorrect = _table(tables, gold.document[scored.pairs[0][pair]], slot, wrong[pair, slot])
    lost, extra = (
        _table(tables, side.document[side.template[rows]], side.slot[rows]) - incorrect
        for side, rows in ((gold, missing), (predicted, spurious))
    )
    return np.stack([correct, partial, incorrect, lost, extra], axis=-1).astype(np.int64)


def _by_pair(side: Side, templates: Ints, rows: Bools, width: int) -> Ints:
    """How many of the filler rows each slot of the templates has; ``(templates, slots)``."""
    cells = side.template[rows] * width + side.slot[rows]
    counts = np.bincount(cells, minlength=len(side) * width).reshape(len(side), width)
    found: Ints = counts[templates]
    return found


def _split_and_merged(
    tables: Tables, alignment: TemplateAlignment, scored: _Scored
) -> tuple[Ints, Ints]:
    """Entities that share mentions with several of the other side, inside aligned templates."""
    pair, gold, predicted = alignment.nearby
    keep = scored.gold[alignment.gold[pair]]
    pair, gold, predicted = pair[keep], gold[keep], predicted[keep]
    one, other = tables.gold.contents, tables.predicted.contents
    entities = one.entity[gold], other.entity[predicted]
    # One set of mentions may stand in several fillers, with different qualifiers.
    keys = pack([pair, one.slot[gold], *entities], len(pair))
    _, rows = np.unique(keys, return_index=True)
    document = tables.gold.document[alignment.gold[pair[rows]]]
    slot = one.slot[gold[rows]]
    found = []
    for entity in entities:
        keys = pack([pair[rows], slot, entity[rows]], len(rows))
        _, first, times = np.unique(keys, return_index=True, return_counts=True)
        first = first[times > 1]
        found.append(_table(tables, document[first], slot[first]).astype(np.int64))
    return found[0], found[1]


def _templates(tables: Tables, scored: _Scored) -> Floats:
    aligned = np.bincount(tables.gold.document[scored.pairs[0]], minlength=tables.documents)
    predicted = _by_document(tables, tables.predicted, scored.predicted)
    gold = _by_document(tables, tables.gold, scored.gold)
    return np.stack([aligned, predicted, aligned, gold], axis=-1).astype(np.float64)


def _evidence(tables: Tables, scored: _Scored) -> Floats:
    gold, predicted = scored.pairs
    partner = np.full(len(tables.predicted), -1)
    partner[predicted] = gold
    (template, key), (other, other_key) = tables.gold.evidence, tables.predicted.evidence
    base = int(max(key.max(initial=0), other_key.max(initial=0))) + 1
    row, _ = join(template * base + key, partner[other] * base + other_key)
    right = np.bincount(tables.gold.document[template[row]], minlength=tables.documents)
    totals = [
        np.bincount(side.document[rows[counts[rows]]], minlength=tables.documents)
        + np.bincount(side.document[counts], side.unplaced[counts], minlength=tables.documents)
        for side, counts, rows in (
            (tables.predicted, scored.predicted, other),
            (tables.gold, scored.gold, template),
        )
    ]
    return np.stack([right, totals[0], right, totals[1]], axis=-1).astype(np.float64)


def _detection(tables: Tables, scored: _Scored) -> Floats:
    predicted = _by_document(tables, tables.predicted, scored.predicted) > 0
    gold = _by_document(tables, tables.gold, scored.gold) > 0
    both = gold & predicted
    return np.stack([both, predicted, both, gold], axis=-1).astype(np.float64)
