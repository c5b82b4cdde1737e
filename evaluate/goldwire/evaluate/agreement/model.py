"""The agreement report: every number with what it was computed on, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from goldwire.schema.errors import UnknownName
from goldwire.schema.positions import visible

from ..report.model import Bootstrap, Finding, Interval, Side
from ..statistics.intervals import confidence_words

__all__ = [
    "AgreementReport",
    "Annotator",
    "AttributeAgreement",
    "CriterionAgreement",
    "Disagreement",
    "Estimate",
    "Example",
    "GammaRow",
    "LabelAgreement",
    "LabelGamma",
    "LayerAgreement",
    "UnitisingRow",
]


class Estimate(Struct, frozen=True):
    """One number, with its interval and what both were computed on."""

    value: float | None
    interval: Interval | None
    documents: int
    """Documents that it was computed on: those that are drawn again for the interval."""
    units: int
    """What was compared there: items of both sides for F1, judged or marked units elsewhere."""
    reason: str | None = None
    """Why there is no value, or else why there is no interval."""
    observed: float | None = None
    """Of a coefficient the observed agreement, not corrected for chance."""


class Annotator(Struct, frozen=True):
    """One annotator: the name, and which documents are theirs."""

    name: str
    documents: int
    compared: int
    """Documents that another annotator has, too."""
    digest: str
    """First 12 digits of the hash over the documents, whatever their order."""


class CriterionAgreement(Struct, frozen=True):
    """F1 of a layer under one way to match: the mean over pairs, and each pair."""

    name: str
    mean: Estimate
    """Over the pairs that have a value. Its units are those of all pairs."""
    pairs: tuple[Estimate, ...]
    """In the order of the report's ``pairs``."""


class LabelAgreement(Struct, frozen=True):
    """F1 of one label under the main criterion, of all pairs taken together."""

    label: str
    f1: Estimate


class LayerAgreement(Struct, frozen=True):
    """Agreement on what was marked in one layer."""

    layer: str
    main: str
    """The criterion that summaries and labels use."""
    documents: int
    """Documents in which at least two annotators annotated the layer."""
    items: tuple[int, ...]
    """Items of each annotator there, as they were compared."""
    criteria: tuple[CriterionAgreement, ...]
    labels: tuple[LabelAgreement, ...]

    def criterion(self, name: str) -> CriterionAgreement:
        """One criterion by name; raises ``UnknownName`` for one that was not computed."""
        for each in self.criteria:
            if each.name == name:
                return each
        raise UnknownName("criterion", name, [each.name for each in self.criteria])


class AttributeAgreement(Struct, frozen=True):
    """Agreement on one attribute of what several annotators marked on the same place."""

    layer: str
    attribute: str
    level: Literal["nominal", "ordinal", "interval"]
    """The level of measurement of ``alpha``; the kappas are nominal."""
    cohen: tuple[Estimate, ...]
    """Cohen's kappa of each pair, in the order of the report's ``pairs``."""
    fleiss: Estimate
    alpha: Estimate
    unanswered: int
    """Judgements that are missing although the place was marked, where another judged."""


class UnitisingRow(Struct, frozen=True):
    """Agreement on where units lie in the text, and on their categories (Krippendorff 2016)."""

    layer: str
    whole: Estimate
    """ᵤα: units and gaps, boundaries and categories."""
    relevance: Estimate
    """|ᵤα: units against gaps."""
    coding: Estimate
    """cᵤα: categories where units meet."""


class LabelGamma(Struct, frozen=True):
    """γₖ of one label: agreement on it where units are aligned (Mathet 2017)."""

    label: str
    k: Estimate


class GammaRow(Struct, frozen=True):
    """Agreement on aligned units (Mathet, Widlöcher & Métivier 2015; Mathet 2017)."""

    layer: str
    gamma: Estimate
    """γ: places and labels at once."""
    cat: Estimate
    """γcat: labels where units are aligned."""
    labels: tuple[LabelGamma, ...]


class Example(Struct, frozen=True):
    """One place where two annotators differ; a side is ``None`` where one marked nothing."""

    document: str
    annotators: tuple[str, str]
    one: Side | None
    other: Side | None
    context: str
    """The text around, the place between ⟦ and ⟧; empty where it has none."""


class Disagreement(Struct, frozen=True):
    """A kind of disagreement, whoever of two said what, and how often over all pairs."""

    layer: str
    attribute: str | None
    """The attribute that differs; ``None`` where it is the label, the place, or the item."""
    kind: Literal["label", "boundary", "one_only", "value"]
    labels: tuple[str, ...]
    """The label, or the two labels or values in alphabetical order."""
    count: int
    marked_by: dict[str, int]
    """Where only one of two marked it, how often that was whom."""
    examples: tuple[Example, ...] = ()


class AgreementReport(Struct, frozen=True):
    """How far annotators agree. All pairs are scored in both directions."""

    annotators: tuple[Annotator, ...]
    pairs: tuple[tuple[str, str], ...]
    documents: int
    """Documents that at least two annotators have."""
    layers: tuple[LayerAgreement, ...]
    attributes: tuple[AttributeAgreement, ...]
    unitising: tuple[UnitisingRow, ...]
    not_compared: dict[str, str]
    findings: tuple[Finding, ...]
    disagreements: tuple[Disagreement, ...]
    bootstrap: Bootstrap
    goldwire: str
    chains: str | None = None
    """How chains of mentions and of events were compared, where they were."""
    gamma: tuple[GammaRow, ...] = ()
    """Only where it was asked for."""
    report: str = "agreement 1.0"

    def layer(self, name: str) -> LayerAgreement:
        """One layer by name; raises ``UnknownName`` for one that was not compared."""
        for each in self.layers:
            if each.layer == name:
                return each
        raise UnknownName("layer", name, [each.layer for each in self.layers])

    def attribute(self, layer: str, name: str) -> AttributeAgreement:
        """One attribute by layer and name; raises ``UnknownName`` for another."""
        for each in self.attributes:
            if (each.layer, each.attribute) == (layer, name):
                return each
        known = [f"{each.layer}.{each.attribute}" for each in self.attributes]
        raise UnknownName("attribute", f"{layer}.{name}", known)

    def rows(self) -> list[dict[str, object]]:
        """Plain records, one a number, for pandas or polars."""
        return list(_rows(self))

    def signature(self) -> str:
        """One line to paste beside a number."""
        of = ", ".join(f"{each.name} {each.digest}" for each in self.annotators)
        made = self.bootstrap
        parts = [
            f"goldwire {self.goldwire}",
            self.report,
            f"annotators {of}",
            f"documents {self.documents}",
            f"layers {self._layers()}",
            "alignment optimal one-to-one, both directions",
            *([f"chains {self.chains}"] if self.chains else []),
            *(
                [
                    f"intervals {made.method} {confidence_words(made.confidence)} %, "
                    f"{made.resamples} resamples, seed {made.seed}"
                ]
                if made.reason is None
                else []
            ),
        ]
        return " | ".join(parts)

    def _layers(self) -> str:
        """``all`` are all that this version can compare."""
        from ..layers import SCORED_LAYERS

        names = [each.layer for each in self.layers]
        return "all" if set(names) == set(SCORED_LAYERS) else "+".join(names) or "none"

    def __str__(self) -> str:
        """The mean F1 over pairs by layer, and the signature."""
        from ..report.words import percent

        lines = [
            f"{each.layer} ({each.main}): "
            f"F1 {percent(each.criterion(each.main).mean.value)} on {each.documents} documents"
            for each in self.layers
        ] or ["No layer was compared."]
        return "\n".join([*lines, visible(self.signature())])


def _rows(report: AgreementReport) -> Iterator[dict[str, object]]:
    pairs = [" and ".join(pair) for pair in report.pairs]
    for layer in report.layers:
        for criterion in layer.criteria:
            name = f"f1 {criterion.name}"
            yield _row(layer.layer, None, name, None, "mean over pairs", criterion.mean)
            for pair, each in zip(pairs, criterion.pairs, strict=True):
                yield _row(layer.layer, None, name, None, pair, each)
        for label in layer.labels:
            name = f"f1 {layer.main}"
            yield _row(layer.layer, None, name, label.label, "all pairs together", label.f1)
    for attribute in report.attributes:
        where = (attribute.layer, attribute.attribute)
        for pair, each in zip(pairs, attribute.cohen, strict=True):
            yield _row(*where, "cohen kappa", None, pair, each)
        yield _row(*where, "fleiss kappa", None, "all", attribute.fleiss)
        yield _row(*where, f"alpha {attribute.level}", None, "all", attribute.alpha)
    for row in report.unitising:
        yield _row(row.layer, None, "unitising alpha", None, "all", row.whole)
        yield _row(row.layer, None, "unitising alpha relevance", None, "all", row.relevance)
        yield _row(row.layer, None, "unitising alpha coding", None, "all", row.coding)

    for aligned in report.gamma:
        yield _row(aligned.layer, None, "gamma", None, "all", aligned.gamma)
        yield _row(aligned.layer, None, "gamma-cat", None, "all", aligned.cat)
        for one in aligned.labels:
            yield _row(aligned.layer, None, "gamma-k", one.label, "all", one.k)


def _row(
    layer: str,
    attribute: str | None,
    measure: str,
    label: str | None,
    annotators: str,
    estimate: Estimate,
) -> dict[str, object]:
    interval = estimate.interval
    return {
        "layer": layer,
        "attribute": attribute,
        "measure": measure,
        "label": label,
        "annotators": annotators,
        "value": estimate.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "observed": estimate.observed,
        "documents": estimate.documents,
        "units": estimate.units,
        "reason": estimate.reason,
    }
