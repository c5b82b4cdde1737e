"""The report: every number that is shown anywhere, as plain records. ``report.schema.json``
is its contract."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from goldwire.schema.errors import UnknownName
from goldwire.schema.positions import visible

from ..scores import Score

__all__ = [
    "Accuracy",
    "Article",
    "ArticleLayer",
    "Bootstrap",
    "Criterion",
    "DocumentRow",
    "ErrorRow",
    "Finding",
    "Interval",
    "LabelRow",
    "LayerReport",
    "Mark",
    "Report",
    "Side",
    "Signature",
    "Usage",
]

ErrorClass = Literal[
    "wrong_type", "wrong_boundary", "wrong_both", "partial", "incorrect", "missed", "spurious"
]
"""Spans may be wrong in three ways, chains partial, fillers of incidents partial or incorrect."""

NoPlace = Literal[
    "unknown document", "quote not in the text", "no end in the text", "no evidence in the text"
]
"""Why an error has no place in a text of the gold."""

_SCORED = frozenset(
    {"mentions", "entities", "times", "quantities", "events", "arguments", "hoppers",
     "attributions", "relations", "incidents", "zones"}
)  # fmt: skip
"""All layers that this version can score: the scoring itself is above this module."""


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
    chains: str | None = None
    """How chains of mentions and of events were compared, where they were."""
    offsets: str = "code points, half-open"

    def short(self) -> str:
        """One line to paste beside a number.

        Layers are joined by ``+``; ``all`` are all that this version can score.
        """
        layers = "all" if set(self.layers) == _SCORED else "+".join(self.layers) or "none"
        parts = [
            f"goldwire {self.goldwire}",
            f"schema {self.schema}",
            f"gold {self.gold}",
            f"documents {self.documents}",
            *([f"split {self.split}"] if self.split else []),
            f"layers {layers}",
            f"alignment {self.alignment}",
            f"average {self.average}",
            *([f"chains {self.chains}"] if self.chains else []),
        ]
        return " | ".join(parts)


class Interval(Struct, frozen=True):
    """A confidence interval; the report's ``bootstrap`` says how it was made."""

    low: float
    high: float


class Bootstrap(Struct, frozen=True):
    """How intervals were made, or why there are none."""

    method: str
    confidence: float
    resamples: int
    seed: int
    reason: str | None = None
    """Why there are no intervals; ``None`` where there are."""


class Criterion(Struct, frozen=True):
    """The scores of one layer under one way to match."""

    name: str
    micro: Score
    macro: Score | None
    """Over types with gold."""
    macro_union: Score | None
    """Over types with gold or predictions."""
    intervals: dict[str, Interval] = {}
    """Of ``precision``, ``recall``, and ``f1``, and of ``macro_f1`` under the main criterion."""


class Accuracy(Struct, frozen=True):
    """Of the aligned pairs in which the gold item has an attribute, the share with it right."""

    attribute: str
    accuracy: float | None
    right: int
    compared: int
    interval: Interval | None = None


class LabelRow(Struct, frozen=True):
    """One label of a layer: its scores by criterion, and its errors by class."""

    label: str
    gold: int
    predicted: int
    scores: dict[str, Score]
    errors: dict[str, int]
    interval: Interval | None = None
    """Of F1 under the main criterion."""


class DocumentRow(Struct, frozen=True):
    """One document of a layer, under the layer's main criterion."""

    document: str
    score: Score


class Side(Struct, frozen=True):
    """One side of an error: the label, the spans, and what they hold.

    A quote that stands nowhere in the text has no spans, and is the text itself. In a document
    without gold, spans and text are those that the prediction gave, if it gave them. Links have
    the spans of both ends, chains those of all their items. Of a filler of an incident the label
    is its slot; the spans are those of its entity, or of a place where the incident is told.
    """

    label: str
    spans: tuple[tuple[int, int], ...]
    text: str


class ErrorRow(Struct, frozen=True):
    """One error with the text around it; ``context`` marks the gold or the spurious span, and of
    a chain the first of its items.

    It is empty where the error has no place in the text, and ``reason`` says why.
    """

    document: str
    layer: str
    error: ErrorClass
    gold: Side | None
    predicted: Side | None
    context: str
    reason: NoPlace | None = None


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
    accuracies: tuple[Accuracy, ...] = ()

    def criterion(self, name: str) -> Criterion:
        """One criterion by name.

        Raises ``goldwire.schema.errors.UnknownName`` for one that the layer has no scores under.
        """
        for each in self.criteria:
            if each.name == name:
                return each
        raise UnknownName("criterion", name, [each.name for each in self.criteria])

    def __repr__(self) -> str:
        """One line: the layer, its main number, and the counts it is made from."""
        from .words import percent, titled

        f1 = percent(self.criterion(self.main).micro.f1)
        return (
            f"<LayerReport {self.layer!r}, {titled(self.main)} F1 {f1}, "
            f"{self.gold:,} gold, {self.predicted:,} predicted>"
        )


class Finding(Struct, frozen=True):
    """Something a reader must know beside the scores."""

    kind: str
    count: int
    examples: tuple[str, ...]


class Mark(Struct, frozen=True):
    """One item where it stands in its article."""

    label: str
    spans: tuple[tuple[int, int], ...]


class ArticleLayer(Struct, frozen=True):
    """What gold and prediction mark in an article, as it was scored, in the order of the text."""

    layer: str
    gold: tuple[Mark, ...]
    predicted: tuple[Mark, ...]


class Article(Struct, frozen=True):
    """The whole text of a document with listed errors, with both annotations."""

    document: str
    text: str
    layers: tuple[ArticleLayer, ...]
    redistributable: bool | None = None
    """Whether the text may be passed on, as the gold document says; ``None`` where it does not."""


class Usage(Struct, frozen=True):
    """What a run took, as far as the extractor told; ``None`` is unknown."""

    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    """In US dollars."""
    seconds: float | None
    """Time the extractor took."""
    cached: int
    """Documents that were answered from the cache: they took nothing."""


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
    bootstrap: Bootstrap | None = None
    articles: tuple[Article, ...] = ()
    """Articles of listed errors, as far as there is room for them."""
    usage: Usage | None = None
    """What the run took, where the extractor was run here."""

    def layer(self, name: str) -> LayerReport:
        """One layer by name.

        Raises ``goldwire.schema.errors.UnknownName`` for one that was not scored.
        """
        for each in self.layers:
            if each.layer == name:
                return each
        raise UnknownName("layer", name, [each.layer for each in self.layers])

    def without_text(self) -> Report:
        """The report without a word of the articles: errors keep their labels and offsets."""

        def bare(side: Side | None) -> Side | None:
            return None if side is None else replace(side, text="")

        errors = tuple(
            replace(row, gold=bare(row.gold), predicted=bare(row.predicted), context="")
            for row in self.errors
        )
        findings = tuple(
            replace(each, examples=()) if "quote" in each.kind else each for each in self.findings
        )
        return replace(self, errors=errors, findings=findings, articles=())

    def rows(self) -> list[dict[str, object]]:
        """Plain records, one a layer, criterion, and label, for pandas or polars.

        ``low`` and ``high`` are the interval of F1. Attributes have an ``accuracy`` with its own
        interval, and ``right`` of ``compared`` pairs. ``None`` where a row has no such number.
        """
        found: list[dict[str, object]] = []
        for layer in self.layers:
            accuracies = {each.attribute: each for each in layer.accuracies}
            for criterion in layer.criteria:
                found.append(
                    _row(self.system, layer.layer, criterion.name, None, criterion.micro)
                    | _between(criterion.intervals.get("f1"))
                    | _right(accuracies.get(criterion.name))
                )
            for label in layer.labels:
                for name, score in label.scores.items():
                    interval = label.interval if name == layer.main else None
                    found.append(
                        _row(self.system, layer.layer, name, label.label, score)
                        | _between(interval)
                        | _right(None)
                    )
        return found

    def __str__(self) -> str:
        """The scores by layer under the main criterion, in percent, and the signature."""
        from .words import confidence, has_intervals

        lines = ["No layer was scored."]
        if self.layers:
            rows = [(*_TITLES, confidence(self)), *map(_cells, self.layers)]
            if not has_intervals(self):
                rows = [row[:-1] for row in rows]
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, visible(self.signature.short())])

    def __repr__(self) -> str:
        """One line: the system, the gold, and the main number of every layer."""
        from .words import percent

        scores = [f"{each.layer} {percent(each.criterion(each.main).micro.f1)}"
                  for each in self.layers]  # fmt: skip
        noun = "document" if self.signature.documents == 1 else "documents"
        documents = f"{self.signature.documents:,} {noun} of gold {self.signature.gold}"
        return f"<Report {self.system!r}, {documents}, F1: {', '.join(scores) or 'none'}>"

    def to_html(self, *, text: bool = True) -> str:
        """The whole report as one page that needs no network; without ``text``, no article's."""
        from .html import render_html

        return render_html(self, text=text)

    def to_markdown(self) -> str:
        """The scores as Markdown, for a pull request or a wiki."""
        from .markdown import render_report_markdown

        return render_report_markdown(self)

    def _repr_html_(self) -> str:
        from .html import render_summary

        return render_summary(self)


_TITLES = ("layer", "gold", "predicted", "P", "R", "F1")


def _cells(layer: LayerReport) -> tuple[str, ...]:
    from .words import bracket, number, percent, titled

    main = layer.criterion(layer.main)
    name = layer.layer if layer.main == "strict" else f"{layer.layer} ({titled(layer.main)})"
    counts = (number(layer.gold), number(layer.predicted))
    scores = map(percent, (main.micro.precision, main.micro.recall, main.micro.f1))
    return (name, *counts, *scores, bracket(main.intervals.get("f1")))


def _aligned(row: tuple[str, ...], widths: list[int]) -> list[str]:
    cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
    return [row[0].ljust(widths[0]), *cells[1:]]


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


def _between(interval: Interval | None) -> dict[str, object]:
    return {
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _right(accuracy: Accuracy | None) -> dict[str, object]:
    interval = accuracy.interval if accuracy else None
    return {
        "accuracy": accuracy.accuracy if accuracy else None,
        "accuracy_low": interval.low if interval else None,
        "accuracy_high": interval.high if interval else None,
        "right": accuracy.right if accuracy else None,
        "compared": accuracy.compared if accuracy else None,
    }
