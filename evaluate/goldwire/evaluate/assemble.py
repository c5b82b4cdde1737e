"""From the counts of a layer to its part of the report: closed forms over sums, and intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError, UnknownName

from .layer_counts import LayerCounts
from .metrics.forms import Floats, precision_recall_f1
from .report.model import (
    Accuracy,
    Bootstrap,
    Criterion,
    DocumentRow,
    Interval,
    LabelRow,
    LayerReport,
)
from .scores import Closed, Score, macro, scores_of
from .statistics.intervals import (
    Intervals,
    Method,
    confidence_words,
    fewest_resamples,
    intervals,
    too_few,
)

__all__ = ["Resampling", "assemble", "headline"]


class Resampling(Struct, frozen=True):
    """How intervals are made; with no resamples there are none.

    Raises ``InputError`` for a confidence outside (0, 1), and for so few resamples that none of
    them lies beyond the ends of an interval: the quantile of level p among R values is that of
    rank p (R + 1) (Davison and Hinkley 1997, section 2.3), and there is none below the first.
    ``UnknownName`` for another method.
    """

    resamples: int = 10_000
    confidence: float = 0.95
    method: Method = "bca"
    seed: int = 20261123

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise UnknownName("method of intervals", str(self.method), get_args(Method))
        if not 0 < self.confidence < 1:
            raise InputError(f"the confidence must be between 0 and 1, not {self.confidence}")
        needed = fewest_resamples(self.confidence)
        if self.resamples and self.resamples < needed:
            words = f"{confidence_words(self.confidence)} % interval needs {needed:,} resamples"
            raise InputError(
                f"a {words}, not {self.resamples:,}",
                hint="Take as many, or 0 for no intervals.",
            )


class Headline(Struct, frozen=True):
    """All numbers of a layer that have an interval: counts, and one closed form over them."""

    names: tuple[tuple[str, str], ...]
    """(criterion, value) of each number; of labels ``("label", name)``."""
    counts: Floats
    """Shape ``(documents, columns)``."""
    closed: Closed


def headline(counts: LayerCounts, main: str, forms: Mapping[str, Closed]) -> Headline:
    """The numbers of a layer that are worth an interval, as one matrix with one closed form.

    Precision, recall, and F1 of every criterion; macro F1 and the F1 of every label under the
    main criterion; the accuracy of every attribute.
    """
    names: list[tuple[str, str]] = []
    parts: list[Floats] = []
    pieces: list[tuple[slice, Closed]] = []
    at = 0

    def more(part: Floats, closed: Closed) -> None:
        nonlocal at
        parts.append(part)
        pieces.append((slice(at, at + part.shape[1]), closed))
        at += part.shape[1]

    for name, total in counts.totals.items():
        more(total, forms.get(name, precision_recall_f1))
        names += [(name, value) for value in ("precision", "recall", "f1")]
    shown = np.flatnonzero(counts.main.any(axis=(0, 2)))
    if len(shown):
        ratios = counts.main[:, shown, :].astype(np.float64)
        with_gold: NDArray[np.bool_] = ratios[..., 3].sum(axis=0) > 0
        more(ratios.reshape(len(ratios), -1), _by_label(len(shown), with_gold))
        names += [("label", counts.labels[label]) for label in shown.tolist()]
        names.append((main, "macro_f1"))
    for name, pairs in counts.accuracies.items():
        more(pairs, _accuracy)
        names.append(("accuracy", name))

    def closed(sums: NDArray[np.float64]) -> Floats:
        return np.concatenate([form(sums[..., piece]) for piece, form in pieces], axis=-1)

    matrix = np.concatenate(parts, axis=1) if parts else np.zeros((0, 0))
    return Headline(tuple(names), matrix, closed)


def _by_label(labels: int, with_gold: NDArray[np.bool_]) -> Closed:
    """F1 of each label, then their mean over the labels that the gold has."""

    def closed(sums: NDArray[np.float64]) -> Floats:
        each = precision_recall_f1(sums.reshape(*sums.shape[:-1], labels, 4))[..., 2]
        if not with_gold.any():
            return np.concatenate([each, np.full((*each.shape[:-1], 1), np.nan)], axis=-1)
        mean = np.nan_to_num(each[..., with_gold]).mean(axis=-1, keepdims=True)
        return np.concatenate([each, mean], axis=-1)

    return closed


def _accuracy(sums: NDArray[np.float64]) -> Floats:
    share = np.full(sums.shape[:-1], np.nan)
    np.divide(sums[..., 0], sums[..., 1], out=share, where=sums[..., 1] > 0)
    return share[..., None]


def assemble(
    layer: str,
    main: str,
    counts: LayerCounts,
    documents: Sequence[str],
    annotated: NDArray[np.bool_],
    known: NDArray[np.bool_],
    forms: Mapping[str, Closed],
    resampling: Resampling,
) -> LayerReport:
    """The part of the report about one layer.

    ``documents`` names the rows of the counts, ``known`` those that have gold, ``annotated``
    those whose gold has the layer. What was predicted for documents without gold counts, too.
    """
    declared = int(annotated.sum())
    # Documents without gold tell nothing of the gold's variety: they do not count as enough.
    found = (
        {}
        if too_few(declared)
        else _intervals(counts, main, forms, documents, annotated | ~known, resampling)
    )
    by_label = {name: scores_of(sums) for name, sums in counts.by_label.items()}
    labels = _labels(counts, by_label, found)
    rows, empty = _by_document(counts, main, documents, annotated, forms.get(main))
    return LayerReport(
        layer=layer,
        main=main,
        documents=declared,
        empty_documents=empty,
        gold=counts.items[0],
        predicted=counts.items[1],
        ignored=counts.ignored,
        duplicates=counts.duplicates,
        unscored=counts.unscored,
        criteria=tuple(
            _criterion(name, counts, labels, forms.get(name), found) for name in counts.totals
        ),
        labels=labels,
        errors={name: int(total.sum()) for name, total in counts.errors.items()},
        confusion=_confusion(counts),
        by_document=rows,
        accuracies=tuple(
            Accuracy(
                name,
                None if not (total := int(pairs[:, 1].sum())) else int(pairs[:, 0].sum()) / total,
                int(pairs[:, 0].sum()),
                total,
                found.get(("accuracy", name)),
            )
            for name, pairs in counts.accuracies.items()
        ),
    )


def _criterion(
    name: str,
    counts: LayerCounts,
    labels: Sequence[LabelRow],
    form: Closed | None,
    found: Mapping[tuple[str, str], Interval],
) -> Criterion:
    sums = counts.totals[name].sum(axis=0)[None, :]
    micro = scores_of(sums, form)[0] if form else scores_of(sums)[0]
    each = [row.scores[name] for row in labels if name in row.scores]
    known = {
        value: found[name, value]
        for value in ("precision", "recall", "f1", "macro_f1")
        if (name, value) in found
    }
    if len(counts.folded) and name in counts.by_label:
        # Too many to tell apart: which have a row hangs on the order, so none stands by itself.
        rows, many = counts.foreign()
        together = scores_of(counts.by_label[name][rows].sum(axis=0)[None, :])[0]
        return Criterion(name, micro, macro(each), macro(each, alike=(together, many)), known)
    return Criterion(name, micro, macro(each), macro(each, over_union=True), known)


def _labels(
    counts: LayerCounts,
    by_label: Mapping[str, Sequence[Score]],
    found: Mapping[tuple[str, str], Interval],
) -> tuple[LabelRow, ...]:
    rows = []
    for at, name in sorted(enumerate(counts.labels), key=lambda pair: pair[1]):
        scores = {criterion: each[at] for criterion, each in by_label.items()}
        first = next(iter(scores.values()))
        if first.gold or first.predicted:
            errors = {error: int(total[at]) for error, total in counts.errors.items()}
            interval = found.get(("label", name))
            rows.append(LabelRow(name, first.gold, first.predicted, scores, errors, interval))
    return tuple(rows)


def _by_document(
    counts: LayerCounts,
    main: str,
    documents: Sequence[str],
    annotated: NDArray[np.bool_],
    form: Closed | None,
) -> tuple[tuple[DocumentRow, ...], int]:
    total = counts.totals[main]
    any_item = np.zeros(len(total), bool)
    for columns in counts.totals.values():
        any_item |= columns.any(axis=1)
    filled = np.flatnonzero(any_item)
    scores = scores_of(total[filled], form) if form else scores_of(total[filled])
    rows = [
        DocumentRow(documents[at], score) for at, score in zip(filled.tolist(), scores, strict=True)
    ]
    rows.sort(key=lambda row: (row.score.f1 is None, row.score.f1 or 0.0, row.document))
    return tuple(rows), int((annotated & ~any_item).sum())


def _confusion(counts: LayerCounts) -> tuple[tuple[str | None, str | None, int], ...]:
    if counts.confusion is None:
        return ()
    names: list[str | None] = [*counts.labels, None]
    cells = [
        (names[row], names[column], int(counts.confusion[row, column]))
        for row, column in zip(*np.nonzero(counts.confusion), strict=True)
    ]
    return tuple(sorted(cells, key=lambda cell: (cell[0] or "~", cell[1] or "~")))


def _intervals(
    counts: LayerCounts,
    main: str,
    forms: Mapping[str, Closed],
    documents: Sequence[str],
    scored: NDArray[np.bool_],
    resampling: Resampling,
) -> dict[tuple[str, str], Interval]:
    if not resampling.resamples:
        return {}
    whole = headline(counts, main, forms)
    # By id, so that no interval hangs on the order in which documents were read.
    rows = sorted(np.flatnonzero(scored).tolist(), key=documents.__getitem__)
    if not rows or not whole.names:
        return {}
    made: Intervals = intervals(
        whole.counts[rows],
        whole.closed,
        method=resampling.method,
        confidence=resampling.confidence,
        resamples=resampling.resamples,
        seed=resampling.seed,
    )
    rare = _rare(counts, rows)
    return {
        name: Interval(low, high)
        for name, low, high in zip(whole.names, made.low.tolist(), made.high.tolist(), strict=True)
        if not (math.isnan(low) or math.isnan(high) or name in rare)
    }


def _rare(counts: LayerCounts, rows: Sequence[int]) -> set[tuple[str, str]]:
    """Labels in fewer documents than an interval needs."""
    holding = (counts.main[rows] != 0).any(axis=2).sum(axis=0).tolist()
    return {
        ("label", name)
        for name, documents in zip(counts.labels, holding, strict=True)
        if too_few(documents)
    }


def bootstrap_of(resampling: Resampling, documents: int) -> Bootstrap:
    """What the report says of its intervals."""
    reason = too_few(documents) if resampling.resamples else "no resamples were asked for"
    return Bootstrap(
        resampling.method, resampling.confidence, resampling.resamples, resampling.seed, reason
    )
