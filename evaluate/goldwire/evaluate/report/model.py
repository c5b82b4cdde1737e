"""The report: every number that is shown anywhere, as plain records. ``report.schema.json``
is its contract."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ..scores import Score

__all__ = [
    "Criterion",
    "DocumentRow",
    "ErrorRow",
    "Finding",
    "LabelRow",
    "LayerReport",
    "Report",
    "Side",
    "Signature",
]

ErrorClass = Literal["wrong_type", "wrong_boundary", "wrong_both", "missed", "spurious"]


class Signature(Struct, frozen=True):
    """What the numbers depend on. Two reports compare only where these agree."""

    goldwire: str
    report: str
    schema: str
    gold: str
    """First 12 digits of the hash over the gold's documents, whatever their order."""
    documents: int
    split: str | None
    layers: tuple[str, ...]
    alignment: str
    duplicates: str
    undefined: str
    average: str
    offsets: str = "code points, half-open"

    def short(self) -> str:
        """One line to paste beside a number."""
        parts = [
            f"goldwire {self.goldwire}",
            f"schema {self.schema}",
            f"gold {self.gold}",
            f"documents {self.documents}",
            *([f"split {self.split}"] if self.split else []),
            f"alignment {self.alignment}",
            f"average {self.average}",
        ]
        return " | ".join(parts)


class Criterion(Struct, frozen=True):
    """The scores of one layer under one way to match."""

    name: str
    micro: Score
    macro: Score | None
    """Over types with gold."""
    macro_union: Score | None
    """Over types with gold or predictions."""


class LabelRow(Struct, frozen=True):
    """One label of a layer: its scores by criterion, and its errors by class."""

    label: str
    gold: int
    predicted: int
    scores: dict[str, Score]
    errors: dict[str, int]


class DocumentRow(Struct, frozen=True):
    """One document of a layer, under the layer's main criterion."""

    document: str
    score: Score


class Side(Struct, frozen=True):
    """One side of an error: the label, the spans, and what they hold."""

    label: str
    spans: tuple[tuple[int, int], ...]
    text: str


class ErrorRow(Struct, frozen=True):
    """One error with the text around it; ``context`` marks the gold or the spurious span."""

    document: str
    layer: str
    error: ErrorClass
    gold: Side | None
    predicted: Side | None
    context: str


class LayerReport(Struct, frozen=True):
    """Everything about one layer."""

    layer: str
    main: str
    """The criterion that headlines and per-document rows use."""
    documents: int
    """Documents in which the layer is annotated."""
    empty_documents: int
    """Documents with neither gold nor predictions: counted, left out of document averages."""
    gold: int
    predicted: int
    ignored: int
    """Predictions that met optional gold."""
    duplicates: tuple[int, int]
    unscored: tuple[int, int]
    criteria: tuple[Criterion, ...]
    labels: tuple[LabelRow, ...]
    errors: dict[str, int]
    confusion: tuple[tuple[str | None, str | None, int], ...]
    """(gold label, predicted label, count) of the cells above 0; None is missed or spurious."""
    by_document: tuple[DocumentRow, ...]

    def criterion(self, name: str) -> Criterion:
        """One criterion by name; raises ``KeyError``."""
        for each in self.criteria:
            if each.name == name:
                return each
        raise KeyError(name)


class Finding(Struct, frozen=True):
    """Something a reader must know beside the scores."""

    kind: str
    count: int
    examples: tuple[str, ...]


class Report(Struct, frozen=True):
    """One extractor against one gold."""

    system: str
    created: str | None
    signature: Signature
    layers: tuple[LayerReport, ...]
    not_scored: dict[str, str]
    """Layers that were not scored, each with the reason."""
    findings: tuple[Finding, ...]
    errors: tuple[ErrorRow, ...]
    errors_total: int
    seconds: float | None = None
    """Time the extractor took, where it was run here."""

    def layer(self, name: str) -> LayerReport:
        """One layer by name; raises ``KeyError``."""
        for each in self.layers:
            if each.layer == name:
                return each
        raise KeyError(name)

    def rows(self) -> list[dict[str, object]]:
        """Plain records, one a layer, criterion, and label, for pandas or polars."""
        found: list[dict[str, object]] = []
        for layer in self.layers:
            for criterion in layer.criteria:
                found.append(_row(self.system, layer.layer, criterion.name, None, criterion.micro))
            for label in layer.labels:
                for name, score in label.scores.items():
                    found.append(_row(self.system, layer.layer, name, label.label, score))
        return found

    def _repr_html_(self) -> str:
        from .html import render_summary

        return render_summary(self)


def _row(
    system: str, layer: str, criterion: str, label: str | None, score: Score
) -> dict[str, object]:
    return {
        "system": system,
        "layer": layer,
        "criterion": criterion,
        "label": label,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "correct": score.correct,
        "gold": score.gold,
        "predicted": score.predicted,
    }
