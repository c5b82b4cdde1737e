"""The comparison of systems as plain records; as JSON, an object with the same fields.

``systems`` are in order of their names, and every list "by system" follows it. A difference
says ``system`` minus ``other``: above 0, ``system`` is the better one. Values are ratios between
0 and 1, differences between -1 and 1; ``null`` is undefined or unknown, with a reason beside.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldwire.schema.errors import UnknownName

from ..scores import Score
from .model import Bootstrap, Finding, Interval, Signature

__all__ = [
    "INDISTINGUISHABLE",
    "Difference",
    "DocumentDifference",
    "Estimate",
    "Family",
    "LayerComparison",
    "Number",
    "SystemComparison",
    "TypeDifference",
    "Verdict",
]

INDISTINGUISHABLE: Literal["not distinguishable on this gold"] = "not distinguishable on this gold"

Verdict = Literal["better", "worse", "not distinguishable on this gold", "not tested"]


class Estimate(Struct, frozen=True):
    """A number of one system."""

    value: float | None
    interval: Interval | None = None


class Number(Struct, frozen=True):
    """One number of a layer, of all systems.

    ``criterion`` is one of the layer's, with ``value`` ``precision``, ``recall``, ``f1``, or
    ``macro_f1``; ``label`` with the name of a label, for its F1 under the main criterion; or
    ``accuracy`` with the name of an attribute.
    """

    criterion: str
    value: str
    estimates: tuple[Estimate, ...]
    """By system."""


class TypeDifference(Struct, frozen=True):
    """What one label does to a difference, under the main criterion."""

    label: str
    scores: tuple[Score, Score]
    """Of ``system`` and of ``other``."""
    difference: float | None
    """Of the two F1 of this label."""
    interval: Interval | None
    """For this label alone: not adjusted for how many labels there are."""
    contribution: float | None
    """How much of the layer's difference is made here: see ``Difference``."""


class DocumentDifference(Struct, frozen=True):
    """What one document does to a difference, under the main criterion."""

    document: str
    scores: tuple[Score, Score]
    """Of ``system`` and of ``other``."""
    contribution: float | None


class Difference(Struct, frozen=True):
    """Two systems in one layer: F1 of ``system`` minus F1 of ``other``, under the main criterion.

    The *contribution* of a type or a document is how much the difference shrinks when both
    systems are given the same output there, the mean over whose output that is. It is 0 where
    both have the same counts, and all together add up to the difference but for the curvature of
    the score.
    """

    system: str
    other: str
    documents: int
    """Documents that were drawn from: those with gold, and those that either system made up."""
    value: float | None
    interval: Interval | None
    p_randomisation: float | None
    """Two-sided, by approximate randomisation."""
    p_bootstrap: float | None
    """Two-sided, by the paired bootstrap."""
    p_adjusted: float | None
    """``p_randomisation`` after Holm, over the whole family of the comparison."""
    exact: bool
    """Whether all ways to swap documents were enumerated."""
    verdict: Verdict
    """``better`` or ``worse`` only where the interval excludes 0 and ``p_adjusted`` is below the
    level of the family."""
    reason: str | None
    """Why nothing was tested, where that is the verdict."""
    better: int
    """Documents with a contribution above 0."""
    worse: int
    """Documents with a contribution below 0."""
    types: tuple[TypeDifference, ...]
    """All labels that gold or either system has, by contribution, the greatest gain first."""
    gains: tuple[DocumentDifference, ...]
    """The documents with the greatest contributions above 0, the greatest first."""
    losses: tuple[DocumentDifference, ...]
    """The documents with the greatest contributions below 0, the greatest first."""

    @property
    def distinguishable(self) -> bool:
        """Whether one of the two is better, as far as this gold can tell."""
        return self.verdict in ("better", "worse")


class LayerComparison(Struct, frozen=True):
    """Everything about one layer."""

    layer: str
    main: str
    """The criterion of the headline number."""
    documents: int
    """Documents in which the layer is annotated."""
    scores: tuple[Score, ...]
    """By system, under the main criterion, with counts."""
    numbers: tuple[Number, ...]
    differences: tuple[Difference, ...]

    def number(self, criterion: str, value: str) -> Number:
        """One number; raises ``goldwire.schema.errors.UnknownName`` for one that is not there."""
        for each in self.numbers:
            if (each.criterion, each.value) == (criterion, value):
                return each
        known = [f"{each.criterion} {each.value}" for each in self.numbers]
        raise UnknownName("number", f"{criterion} {value}", known)

    def difference(self, system: str, other: str) -> Difference:
        """One pair as it was compared; raises ``UnknownName`` for one that was not."""
        for each in self.differences:
            if (each.system, each.other) == (system, other):
                return each
        known = [f"{each.system} - {each.other}" for each in self.differences]
        raise UnknownName("pair", f"{system} - {other}", known)


class Family(Struct, frozen=True):
    """The comparisons that p-values were adjusted for."""

    method: str
    comparisons: int
    """How many there are: layers times pairs, without those that could not be tested."""
    level: float
    over: str
    """The same in words."""


class SystemComparison(Struct, frozen=True):
    """Several systems against one gold."""

    systems: tuple[str, ...]
    baseline: str | None
    """The system that all others were compared with; ``None`` where every pair was."""
    signature: Signature
    bootstrap: Bootstrap
    family: Family
    layers: tuple[LayerComparison, ...]
    not_scored: dict[str, str]
    """Layers that were not scored, each with the reason."""
    findings: dict[str, tuple[Finding, ...]]
    """By system, what a reader must know beside the numbers."""

    def layer(self, name: str) -> LayerComparison:
        """One layer by name.

        Raises ``goldwire.schema.errors.UnknownName`` for one that was not scored.
        """
        for each in self.layers:
            if each.layer == name:
                return each
        raise UnknownName("layer", name, [each.layer for each in self.layers])

    def rows(self) -> list[dict[str, object]]:
        """Plain records, one a layer and pair, for pandas or polars."""
        return [
            {
                "layer": layer.layer,
                "criterion": layer.main,
                "system": each.system,
                "other": each.other,
                "difference": each.value,
                "low": each.interval.low if each.interval else None,
                "high": each.interval.high if each.interval else None,
                "p_randomisation": each.p_randomisation,
                "p_bootstrap": each.p_bootstrap,
                "p_adjusted": each.p_adjusted,
                "verdict": each.verdict,
            }
            for layer in self.layers
            for each in layer.differences
        ]

    def __repr__(self) -> str:
        """One line: the systems, and what was compared."""
        systems = ", ".join(map(repr, self.systems))
        layers = "+".join(each.layer for each in self.layers) or "no layer"
        return (
            f"<SystemComparison of {systems} in {layers} on {self.signature.documents:,} "
            f"documents, {self.family.comparisons:,} tested>"
        )

    def _repr_html_(self) -> str:
        from .cells import comparison_cell

        return comparison_cell(self)
