"""What kind of items a system gets wrong: buckets, confusions, and documents in one record."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InputError
from goldwire.schema.reading import check_standard_input

from ..assemble import Resampling, bootstrap_of
from ..counting import Counted, Source, count
from ..notes import Notes
from ..report.model import Bootstrap, Finding, LayerReport, Report, Signature
from ..scoring import report_of
from .bucket_tables import BucketTable, bucket_tables
from .buckets import Bucketed, count_buckets, joined_buckets
from .dimensions import check_layer
from .reading import aligned_blocks, rereadable
from .texts import words_of
from .training import Training
from .worst import WorstDocument, worst_documents

__all__ = ["Diagnosis", "LayerDiagnosis", "diagnose"]


class LayerDiagnosis(Struct, frozen=True):
    """One layer: its scores with the error classes and the confusion matrix, and its buckets."""

    layer: str
    scores: LayerReport
    """Without rows by document."""
    buckets: tuple[BucketTable, ...]


class Diagnosis(Struct, frozen=True):
    """One extractor against one gold, by kinds of items."""

    system: str
    signature: Signature
    training: int | None
    """How many documents of training gold were read; ``None`` where none was given."""
    layers: tuple[LayerDiagnosis, ...]
    not_scored: dict[str, str]
    worst: tuple[WorstDocument, ...]
    """Over all layers that can be scored."""
    findings: tuple[Finding, ...]
    bootstrap: Bootstrap


def diagnose(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] = ("mentions",),
    training: Training | None = None,
    system: str = "predictions",
    resampling: Resampling | None = None,
    worst: int = 10,
) -> Diagnosis:
    """Diagnose predictions against gold.

    ``layers`` are those that are put into buckets; the ``worst`` documents are found over all.
    Input is read twice: what can be read only once is held in memory. Raises ``InputError`` for
    input that cannot be compared, or a layer without buckets.
    """
    chosen = tuple(dict.fromkeys(layers))
    for layer in chosen:
        check_layer(layer)
    check_standard_input(gold, predictions)
    gold, predictions = rereadable(gold), rereadable(predictions)
    options = resampling or Resampling()
    counted = count(gold, predictions)
    report = report_of(
        counted,
        layers=None,
        system=system,
        split=None,
        errors=0,
        created=None,
        seconds=None,
        resampling=Resampling(resamples=0),
    )
    scored = [layer for layer in chosen if layer not in report.not_scored]
    found = _bucketed(gold, predictions, scored, counted, training)
    return Diagnosis(
        system,
        report.signature,
        training.documents if training else None,
        tuple(_layer(counted, report, layer, found[layer], options) for layer in scored),
        {layer: report.not_scored[layer] for layer in chosen if layer in report.not_scored},
        tuple(worst_documents(counted, most=worst)),
        report.findings,
        bootstrap_of(options, int(counted.known.sum())),
    )


def _layer(
    counted: Counted,
    report: Report,
    layer: str,
    bucketed: dict[str, Bucketed],
    resampling: Resampling,
) -> LayerDiagnosis:
    return LayerDiagnosis(
        layer,
        msgspec.structs.replace(report.layer(layer), by_document=()),
        bucket_tables(bucketed, counted.documents, counted.scored(layer), resampling),
    )


def _bucketed(
    gold: Source,
    predictions: Source,
    layers: Sequence[str],
    counted: Counted,
    training: Training | None,
) -> dict[str, dict[str, Bucketed]]:
    """The buckets of each layer over all documents, in the order in which they were counted."""
    parts: dict[str, list[dict[str, Bucketed]]] = {layer: [] for layer in layers}
    names: list[str] = []
    for block in aligned_blocks(gold, predictions, layers, Notes()):
        names += block.columns.block.names
        words = words_of([each.text for each in block.columns.block.gold])
        for layer, aligned in block.aligned.items():
            parts[layer].append(count_buckets(block.columns, layer, aligned, training, words))
    if tuple(names) != counted.documents:
        raise InputError(
            "gold or predictions changed while they were read",
            hint="Wait until they are written, then run it again.",
        )
    return {layer: joined_buckets(each) for layer, each in parts.items()}
