"""Records as cells of a notebook: small tables without style sheet or script, all escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from goldwire.schema.positions import visible

from ..gate.verdict import Verdict
from ..gate.words import headline, lost_lines
from .comparison import SystemComparison
from .points import interval_of_points, points, probability
from .words import percent, titled

if TYPE_CHECKING:
    from ..runner import Run

__all__ = ["comparison_cell", "run_cell", "verdict_cell"]


def comparison_cell(comparison: SystemComparison) -> str:
    """The F1 of all systems by layer, and under them every difference with its verdict."""
    scores = [
        [_layer(each.layer, each.main), *(percent(score.f1) for score in each.scores)]
        for each in comparison.layers
    ]
    differences = [
        [_layer(layer.layer, layer.main), f"{each.system} − {each.other}", points(each.value),
         interval_of_points(each.interval), probability(each.p_adjusted), each.verdict]
        for layer in comparison.layers
        for each in layer.differences
    ]  # fmt: skip
    documents = f"{comparison.signature.documents:,} documents; in percent"
    return "\n".join(
        (
            _table(f"F1 on {documents}", ["layer", *comparison.systems], scores),
            _table("Differences in points", ["layer", "pair", "points", "interval", "p", "verdict"],
                   differences, left=2),
            _small(comparison.signature.short()),
        )
    )  # fmt: skip


def verdict_cell(verdict: Verdict) -> str:
    """The numbers of a gate, and why those failed that did."""
    rows = [
        [each.metric, "" if each.before is None else percent(each.before), percent(each.value),
         "" if each.before is None else points(each.difference),
         interval_of_points(each.interval), probability(each.p_adjusted), each.outcome,
         "; ".join((*each.reasons, *each.remarks))]
        for each in verdict.checks
    ]  # fmt: skip
    header = ["number", "before", "now", "points", "interval", "p", "verdict", "why"]
    said = [*lost_lines(verdict), *map(visible, verdict.notes)]
    notes = [Markup("<p>{}</p>").format(line) for line in said]
    return "\n".join(
        (_table(headline(verdict), header, rows), *notes, _small(verdict.signature.short()))
    )


def run_cell(run: Run) -> str:
    """What came of each document of a run, those that failed first."""
    outcomes = sorted(run.outcomes, key=lambda each: each.prediction is not None)
    rows = [
        [each.document, "done" if each.prediction is not None else "failed",
         "" if each.seconds is None else f"{each.seconds:.2f} s", each.reason or ""]
        for each in outcomes[:_SHOWN]
    ]  # fmt: skip
    left = len(outcomes) - len(rows)
    more = [_small(f"and {left:,} more")] if left else []
    header = ["document", "outcome", "time", "why"]
    return "\n".join((_table(repr(run).strip("<>"), header, rows, left=2), *more))


_SHOWN = 50
"""Documents of a run that a cell shows."""


def _layer(layer: str, main: str) -> str:
    return layer if main == "strict" else f"{layer} ({titled(main)})"


def _table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1
) -> str:
    """A table whose first ``left`` columns are read from their start."""
    start = ' style="text-align: start"'
    sides = [start if at < left else "" for at in range(len(header))]
    titles = "".join(
        f'<th scope="col"{side}>{_escaped(title)}</th>'
        for side, title in zip(sides, header, strict=True)
    )
    body = "\n".join(
        "<tr>"
        + "".join(f"<td{side}>{_escaped(cell)}</td>" for side, cell in zip(sides, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f"<table>\n<caption{start}>{_escaped(caption)}</caption>\n"
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )


def _small(text: str) -> str:
    return f"<p><small>{_escaped(text)}</small></p>"


def _escaped(text: str) -> Markup:
    return escape(visible(text))
