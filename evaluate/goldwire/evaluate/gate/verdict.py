"""The verdict of a gate as plain records; as JSON, an object with the same fields.

Values are ratios between 0 and 1. A difference is *after* minus *before*: below 0, it is a drop.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldwire.schema.positions import visible

from ..report.model import Bootstrap, Finding, Interval, Signature

__all__ = [
    "FORMAT",
    "Check",
    "LostDocument",
    "Outcome",
    "Verdict",
    "WorseDocument",
    "WorseItem",
    "WorseType",
]

FORMAT = "goldwire-verdict/1"

Outcome = Literal["passed", "failed"]

_NAMED = 3
"""Failed numbers that one line names."""


class WorseType(Struct, frozen=True):
    """A type with a part in a drop, under the layer's main criterion."""

    label: str
    before: float | None
    """F1 of the type."""
    after: float | None
    contribution: float
    """How much of the layer's difference arises here; below 0."""


class WorseDocument(Struct, frozen=True):
    """A document with a part in a drop."""

    document: str
    before: float | None
    """The value of the number in this document alone."""
    after: float | None
    contribution: float
    """How much of the difference arises here; below 0."""


class WorseItem(Struct, frozen=True):
    """An item that was right and is not, or that is newly spurious."""

    document: str
    layer: str
    label: str
    change: str
    """What became of it, in words: ``was right, is missed``."""
    text: str
    sentence: str
    """The sentence it stands in, the item between ⟦ and ⟧; empty where it has no place."""
    start: int | None = None
    """In code points of the document's text."""
    end: int | None = None
    source: str | None = None
    """The file of the gold document."""
    line: int | None = None
    """The line of the document in a file of JSON Lines, or of the item in a file of its own."""


class LostDocument(Struct, frozen=True):
    """A document that had a prediction when the baseline was made, and has none now."""

    document: str
    reason: str | None
    """Why, as the run that made the predictions says; ``None`` where nobody does."""


class Check(Struct, frozen=True):
    """One number against its floor and its largest allowed drop."""

    metric: str
    """The name of the number in the catalogue."""
    layer: str
    type: str | None
    outcome: Outcome
    reasons: tuple[str, ...]
    """Why it failed, a sentence each."""
    remarks: tuple[str, ...]
    """What a reader should know although it passed."""
    value: float | None
    """Over all documents of the gold."""
    floor: float | None
    allowed: float | None
    """The largest drop that is allowed; ``None`` where drops are not looked at."""
    before: float | None = None
    """In the baseline, over the documents that both have."""
    after: float | None = None
    difference: float | None = None
    interval: Interval | None = None
    p: float | None = None
    """Two-sided, by approximate randomisation."""
    p_adjusted: float | None = None
    """After Holm, over all drops that were tested."""
    changed: int = 0
    """Documents whose counts are other than in the baseline."""
    types: tuple[WorseType, ...] = ()
    documents: tuple[WorseDocument, ...] = ()
    documents_total: int = 0
    items: tuple[WorseItem, ...] = ()
    items_total: int = 0


class Verdict(Struct, frozen=True):
    """Whether predictions may pass, number by number."""

    outcome: Outcome
    system: str
    baseline: str
    """The system that the baseline was made from."""
    strict: bool
    checks: tuple[Check, ...]
    compared: int
    """Documents of the gold that were compared with the baseline."""
    added: tuple[str, ...]
    """Documents of the gold that the baseline does not know: no drop is looked for there."""
    tested: int
    """Drops that were tested, the family of Holm's adjustment."""
    level: float
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    signature: Signature
    bootstrap: Bootstrap
    lost: tuple[LostDocument, ...] = ()
    """With any of these a gate fails, whatever the numbers say."""
    format: str = FORMAT
    """What later versions are told apart by; ``report.schema.json`` has the definition."""

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return self.outcome == "passed"

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(each for each in self.checks if each.outcome == "failed")

    def rows(self) -> list[dict[str, object]]:
        """Plain records, one a check, for pandas or polars."""
        return [
            {
                "metric": each.metric,
                "layer": each.layer,
                "type": each.type,
                "outcome": each.outcome,
                "value": each.value,
                "floor": each.floor,
                "before": each.before,
                "after": each.after,
                "difference": each.difference,
                "low": each.interval.low if each.interval else None,
                "high": each.interval.high if each.interval else None,
                "allowed": each.allowed,
                "p": each.p,
                "p_adjusted": each.p_adjusted,
            }
            for each in self.checks
        ]

    def __str__(self) -> str:
        """The verdict in plain words."""
        from .words import verdict_text

        return verdict_text(self)

    def __repr__(self) -> str:
        """One line: the outcome, the two systems, and the numbers that failed."""
        failed = ", ".join(each.metric for each in self.failed[:_NAMED])
        left = len(self.failed) - _NAMED
        more = f", and {left:,} more" if left > 0 else ""
        which = f", failed: {failed}{more}" if failed else ""
        return visible(
            f"<Verdict {self.outcome}, {self.system!r} against {self.baseline!r} "
            f"on {self.compared:,} documents, {len(self.checks):,} numbers{which}>"
        )

    def _repr_html_(self) -> str:
        from ..report.cells import verdict_cell

        return verdict_cell(self)
