"""Score predictions against gold: from columns to a report."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.labels import LabelSet
from goldwire.schema.reading import Raw, iter_raw

from .align import align
from .collect import TUPLE_LAYERS, Collected, collect
from .counts import ERRORS, SpanCounts, count_spans, join_counts
from .errors import Errors, find_errors, list_errors
from .notes import Note
from .prepare import prepare
from .report.model import (
    Criterion,
    DocumentRow,
    ErrorRow,
    Finding,
    LabelRow,
    LayerReport,
    Report,
    Signature,
)
from .report.shares import fair_choice
from .scores import Score, macro, score_of
from .tuples import TupleCounts

__all__ = ["SCORED_LAYERS", "Source", "score"]

SCORED_LAYERS = (
    "mentions",
    "times",
    "quantities",
    "events",
    "arguments",
    "attributions",
    "relations",
    "zones",
)
"""What ``score`` scores, in the order of the report; ``events`` are their triggers."""

Source = str | Path | Iterable[Document | dict[str, Any]]
"""Documents or predictions: a path, ``-``, or records in memory."""

_NOT_YET = {
    "entities": "coreference metrics are not in this version",
    "event_links": "no metric is defined for links between events",
    "incidents": "template metrics are not in this version",
}
_DOCUMENTS = 2000
_MAIN = {"zones": "characters"}
_SPAN_CRITERIA = ("strict", "exact", "partial", "type", "iou", "head", "characters")
_INVENTORIES = {
    "zones": "zoneKind",
    "mentions": "entityType",
    "times": "timeType",
    "quantities": "quantityKind",
    "events": "eventType",
    "attributions": "attributionStyle",
    "arguments": "role",
    "relations": "relationType",
}


def score(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    system: str = "predictions",
    split: str | None = None,
    errors: int = 2000,
    created: str | None = None,
    seconds: float | None = None,
) -> Report:
    """Score predictions against gold.

    ``layers`` defaults to all that can be scored; a document's layer that is not named in its
    ``annotation.layers`` is left out. ``errors`` limits how many errors are listed with their
    text, with a fair share for each layer; 0 lists none. Raises ``InputError`` for input that
    cannot be compared, ``UnknownName`` for an unknown layer.
    """
    chosen = _chosen(layers)
    collected = collect(
        _raws(gold, "gold"),
        _raws(predictions, "predictions"),
        layers=chosen,
        symmetric=_symmetric(),
        keep_texts=errors > 0,
    )
    reports: list[LayerReport] = []
    listed: list[list[ErrorRow]] = []
    total = 0
    not_scored = {name: why for name, why in _NOT_YET.items() if layers is None or name in layers}
    for layer in chosen:
        if not collected.scored[layer]:
            not_scored[layer] = "no gold document names it in annotation.layers"
            continue
        if layer in TUPLE_LAYERS:
            reports.append(_tuple_layer(collected, layer))
            continue
        blocks = [_align_block(collected, layer, first) for first in _blocks(collected)]
        counts = join_counts([block.counts for block in blocks])
        reports.append(_span_layer(collected, layer, blocks, counts))
        total += sum(len(block.errors) for block in blocks)
        if errors:
            listed.append(list_errors(collected, layer, [b.errors for b in blocks], errors))
    return Report(
        system,
        created,
        _signature(collected, tuple(r.layer for r in reports), split),
        tuple(reports),
        not_scored,
        tuple(Finding(n.kind, n.count, n.examples) for n in _all_notes(collected)),
        tuple(row for rows in fair_choice(listed, errors) for row in rows),
        total,
        seconds,
    )


class _Block(Struct, frozen=True):
    """Some documents of one layer, aligned and counted."""

    counts: SpanCounts
    errors: Errors
    duplicates: tuple[int, int]
    unscored: tuple[int, int]


def _blocks(collected: Collected) -> range:
    """Documents are scored in blocks: what a block needs stays in the cache."""
    return range(0, max(1, len(collected.documents)), _DOCUMENTS)


def _align_block(collected: Collected, layer: str, first: int) -> _Block:
    last = min(first + _DOCUMENTS, len(collected.documents))
    ready = prepare(
        collected.gold[layer].block(first, last),
        collected.predicted[layer].block(first, last),
        None if layer == "zones" else collected.unscored.block(first, last),
    )
    alignment = align(ready.gold, ready.predicted)
    return _Block(
        count_spans(ready.gold, ready.predicted, alignment),
        find_errors(ready.gold, ready.predicted, alignment, first),
        ready.duplicates,
        ready.unscored,
    )


def _chosen(layers: Sequence[str] | None) -> tuple[str, ...]:
    for name in layers or ():
        if name in _NOT_YET:
            raise InputError(
                f"the layer {name!r} cannot be scored: {_NOT_YET[name]}",
                hint=f"Scored are: {', '.join(SCORED_LAYERS)}.",
            )
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
    return tuple(name for name in SCORED_LAYERS if layers is None or name in layers)


def _raws(source: Source, name: str) -> Iterable[Raw]:
    if isinstance(source, (str, Path)):
        return iter_raw([source])
    return (Raw(_encoded(item), name, number) for number, item in enumerate(source, start=1))


def _encoded(item: Document | dict[str, Any]) -> bytes:
    if isinstance(item, Document):
        from goldwire.schema.document import to_line

        return to_line(item).encode()
    return msgspec.json.encode(item)


@functools.cache
def _label_set() -> LabelSet:
    from goldwire.schema.labels import read_labels
    from goldwire.schema.schemas import load_schema

    return read_labels(load_schema("newswire"))


def _symmetric() -> frozenset[str]:
    labels = _label_set()
    return frozenset(
        name
        for name in labels.names("relationType") or ()
        if (signature := labels.signature(name)) and signature.symmetric
    )


def _all_notes(collected: Collected) -> list[Note]:
    """The collector's notes, and labels in the predictions that the gold's schema lacks."""
    notes = list(collected.notes)
    if not any(schema.startswith("newswire/") for schema in collected.schemas):
        return notes
    known = _label_set()
    predicted: dict[str, dict[str, int]] = {}
    for layer, table in collected.predicted.items():
        counts = np.bincount(table.label, minlength=len(table.labels))
        predicted[layer] = dict(zip(table.labels.names, counts.tolist(), strict=True))
    for layer, builder in collected.tuples.items():
        predicted[layer] = builder.predicted_labels()
    for layer, labels in predicted.items():
        inventory = set(known.names(_INVENTORIES[layer]) or ())
        unknown = {name: n for name, n in labels.items() if n and name not in inventory}
        if unknown:
            examples = tuple(f"{layer}: {name} ({n})" for name, n in list(unknown.items())[:5])
            notes.append(Note("unknown label", sum(unknown.values()), examples))
    return notes


def _signature(collected: Collected, layers: tuple[str, ...], split: str | None) -> Signature:
    from importlib.metadata import version

    return Signature(
        goldwire=version("goldwire"),
        report="1.0",
        schema=", ".join(sorted(collected.schemas)),
        gold=collected.digest[:12],
        documents=collected.gold_documents,
        split=split,
        layers=layers,
        alignment="optimal one-to-one",
        duplicates="collapsed",
        undefined="null",
        average="micro; macro over types with gold",
    )


class _Sums(Struct, frozen=True):
    """Counts summed over documents; arrays of shape ``(labels,)``."""

    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    pairs: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
    characters: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _sum(counts: SpanCounts) -> _Sums:
    def over(part: NDArray[Any]) -> NDArray[np.int64]:
        sums: NDArray[np.int64] = part.sum(axis=0, dtype=np.int64)
        return sums

    gold, predicted, both = map(over, counts.characters)
    return _Sums(
        over(counts.gold),
        over(counts.predicted),
        {name: (over(one), over(other)) for name, (one, other) in counts.pairs.items()},
        (gold, predicted, both),
    )


def _span_scores(sums: _Sums, columns: NDArray[Any] | slice) -> dict[str, Score]:
    """Scores by criterion over some labels."""
    gold, predicted = int(sums.gold[columns].sum()), int(sums.predicted[columns].sum())
    hits = {
        name: (float(one[columns].sum()), float(other[columns].sum()))
        for name, (one, other) in sums.pairs.items()
    }
    (exact, exact_p), (overlap, overlap_p) = hits["exact"], hits["overlap"]
    hits["partial"] = (exact + overlap) / 2, (exact_p + overlap_p) / 2
    scores = {
        name: score_of(gold, predicted, hits[name][1], hits[name][0])
        for name in _SPAN_CRITERIA
        if name != "characters"
    }
    of_gold, of_predicted, of_both = (int(part[columns].sum()) for part in sums.characters)
    scores["characters"] = score_of(of_gold, of_predicted, of_both)
    return scores


def _span_layer(
    collected: Collected, layer: str, blocks: Sequence[_Block], counts: SpanCounts
) -> LayerReport:
    sums = _sum(counts)
    by_label = {name: _span_scores(sums, np.array([at])) for at, name in enumerate(counts.labels)}
    totals = _span_scores(sums, slice(None))
    errors = {name: counts.errors[name].sum(axis=0) for name in ERRORS}
    labels = tuple(
        LabelRow(
            name,
            int(sums.gold[at]),
            int(sums.predicted[at]),
            by_label[name],
            {error: int(errors[error][at]) for error in ERRORS},
        )
        for at, name in sorted(enumerate(counts.labels), key=lambda pair: pair[1])
        if sums.gold[at] or sums.predicted[at]
    )
    if layer == "zones":
        gold, predicted, correct = (part.sum(axis=1) for part in counts.characters)
    else:
        gold, predicted = counts.gold.sum(axis=1), counts.predicted.sum(axis=1)
        correct = counts.pairs["strict"][0].sum(axis=1)
    rows, empty = _by_document(collected, layer, gold, predicted, correct)
    return LayerReport(
        layer=layer,
        main=_MAIN.get(layer, "strict"),
        documents=collected.scored[layer],
        empty_documents=empty,
        gold=int(sums.gold.sum()),
        predicted=int(sums.predicted.sum()),
        ignored=int(counts.ignored.sum()),
        duplicates=_summed([block.duplicates for block in blocks]),
        unscored=_summed([block.unscored for block in blocks]),
        criteria=tuple(
            _criterion(name, totals[name], [row.scores[name] for row in labels])
            for name in _SPAN_CRITERIA
        ),
        labels=labels,
        errors={name: int(total.sum()) for name, total in errors.items()},
        confusion=_confusion(counts),
        by_document=rows,
    )


def _summed(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(one for one, _ in pairs), sum(other for _, other in pairs)


def _criterion(name: str, micro: Score, by_label: list[Score]) -> Criterion:
    return Criterion(name, micro, macro(by_label), macro(by_label, over_union=True))


def _by_document(
    collected: Collected,
    layer: str,
    gold: NDArray[np.int64],
    predicted: NDArray[np.int64],
    correct: NDArray[np.int64],
) -> tuple[tuple[DocumentRow, ...], int]:
    filled = np.flatnonzero(gold + predicted)
    rows = [
        DocumentRow(
            collected.documents[at],
            score_of(int(gold[at]), int(predicted[at]), float(correct[at])),
        )
        for at in filled
    ]
    rows.sort(key=lambda row: (row.score.f1 or 0.0, row.document))
    return tuple(rows), collected.scored[layer] - int((filled < collected.gold_documents).sum())


def _confusion(counts: SpanCounts) -> tuple[tuple[str | None, str | None, int], ...]:
    names: list[str | None] = [*counts.labels, None]
    cells = [
        (names[row], names[column], int(counts.confusion[row, column]))
        for row, column in zip(*np.nonzero(counts.confusion), strict=True)
    ]
    return tuple(sorted(cells, key=lambda cell: (cell[0] or "~", cell[1] or "~")))


def _tuple_layer(collected: Collected, layer: str) -> LayerReport:
    counted = collected.tuples[layer].count(len(collected.documents))
    strict = counted["strict"]
    labels = _tuple_labels(counted, strict)
    gold, predicted, correct = strict.gold, strict.predicted, strict.correct
    rows, empty = _by_document(
        collected, layer, gold.sum(axis=1), predicted.sum(axis=1), correct.sum(axis=1)
    )
    hits = int(correct.sum())
    return LayerReport(
        layer=layer,
        main="strict",
        documents=collected.scored[layer],
        empty_documents=empty,
        gold=int(gold.sum()),
        predicted=int(predicted.sum()),
        ignored=0,
        duplicates=(0, 0),
        unscored=(0, 0),
        criteria=tuple(
            _criterion(name, _tuple_score(part, slice(None)), [r.scores[name] for r in labels])
            for name, part in counted.items()
        ),
        labels=labels,
        errors={
            "correct": hits,
            "missed": int(gold.sum()) - hits,
            "spurious": int(predicted.sum()) - hits,
        },
        confusion=(),
        by_document=rows,
    )


def _tuple_score(counts: TupleCounts, columns: NDArray[Any] | slice) -> Score:
    return score_of(
        *(
            int(part.sum(axis=0)[columns].sum())
            for part in (counts.gold, counts.predicted, counts.correct)
        )
    )


def _tuple_labels(counted: dict[str, TupleCounts], strict: TupleCounts) -> tuple[LabelRow, ...]:
    rows = []
    for at, name in sorted(enumerate(strict.labels), key=lambda pair: pair[1]):
        scores = {key: _tuple_score(part, np.array([at])) for key, part in counted.items()}
        whole = scores["strict"]
        missed = whole.gold - int(whole.correct)
        spurious = whole.predicted - int(whole.correct)
        errors = {"correct": int(whole.correct), "missed": missed, "spurious": spurious}
        rows.append(LabelRow(name, whole.gold, whole.predicted, scores, errors))
    return tuple(row for row in rows if row.gold or row.predicted)
