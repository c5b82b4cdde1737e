"""A diagnosis for the terminal: tables by bucket, confusions, error classes, worst documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..report.grid import Column, fit, fitting, grid
from ..report.matrix import Matrix, confusion_matrix
from ..report.model import LayerReport
from ..report.words import ERRORS, bracket, number, percent
from ..statistics.intervals import confidence_words
from .bucket_tables import BucketTable
from .diagnosis import Diagnosis, LayerDiagnosis
from .worst import WorstDocument

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["diagnosis_parts"]

_NARROWEST = 24
_NAME = 30
"""Cells for names of buckets, labels, and documents."""
_SHORT = 8
"""Cells for labels over the columns of the matrix."""
_MOST = 12
"""Labels in the matrix at most."""


def diagnosis_parts(diagnosis: Diagnosis, width: int) -> Iterator[Text]:
    """The parts of a diagnosis in at most ``width`` cells, from above to below."""
    width = max(_NARROWEST, width)
    yield _title(diagnosis, width)
    heading = f"{confidence_words(diagnosis.bootstrap.confidence)}% CI"
    for layer in diagnosis.layers:
        yield from _layer(layer, heading, width)
    for name, reason in diagnosis.not_scored.items():
        yield _sentence(f"{name} is not diagnosed: {reason}.", width)
    if diagnosis.worst:
        yield _worst(diagnosis.worst, width)
    if diagnosis.findings:
        some = ", ".join(f"{each.kind} ({number(each.count)})" for each in diagnosis.findings)
        yield _sentence(f"Beside the scores: {some}.", width)
    yield _sentence(_intervals(diagnosis), width)
    yield _sentence(diagnosis.signature.short(), width)


def _title(diagnosis: Diagnosis, width: int) -> Text:
    from rich.text import Text

    signature = diagnosis.signature
    some = "1 document" if signature.documents == 1 else f"{signature.documents:,} documents"
    facts = [f"against gold {signature.gold}", some]
    if diagnosis.training is not None:
        facts.append(f"training gold of {diagnosis.training:,}")
    return Text(fit(diagnosis.system, width) + "\n", "bold") + _sentence(" · ".join(facts), width)


def _layer(layer: LayerDiagnosis, heading: str, width: int) -> Iterator[Text]:
    micro = layer.scores.criterion("strict").micro
    yield _heading(
        f"{layer.layer}: strict P {percent(micro.precision)}, R {percent(micro.recall)},"
        f" F1 {percent(micro.f1)}",
        width,
    )
    for table in layer.buckets:
        yield _buckets(table, heading, width)
    yield _classes(layer.scores, width)
    matrix = confusion_matrix(layer.scores, most=_MOST)
    if matrix is not None:
        yield _matrix(layer.layer, matrix, width)


def _buckets(table: BucketTable, heading: str, width: int) -> Text:
    """One table by bucket; ``heading`` stands over the intervals."""
    rows = table.rows
    intervals = tuple(bracket(row.interval) for row in rows)
    columns = [
        Column(table.title, tuple(fit(row.name, _NAME) for row in rows)),
        Column("gold", tuple(number(row.score.gold) for row in rows), drop=3),
    ]
    if table.recall_only:
        columns += [
            Column("found", tuple(number(row.score.correct) for row in rows), drop=4),
            Column("R", tuple(percent(row.score.recall) for row in rows), strong=True),
            Column(heading, intervals, drop=1),
        ]
    else:
        columns += [
            Column("pred.", tuple(number(row.score.predicted) for row in rows), drop=4),
            Column("P", tuple(percent(row.score.precision) for row in rows), drop=1),
            Column("R", tuple(percent(row.score.recall) for row in rows), drop=2),
            Column("F1", tuple(percent(row.score.f1) for row in rows), strong=True),
            Column(heading, intervals, drop=5),
        ]
    return grid(columns, width) + _sentence(f"{table.title}: {table.description}.", width)


def _classes(layer: LayerReport, width: int) -> Text:
    """Classes of errors by label, and the sums."""
    rows = sorted(layer.labels, key=lambda row: (-row.gold, row.label))
    names = tuple(fit(row.label, _NAME) for row in rows)
    columns = [Column("error classes", (*names, "all"))]
    for drop, name in enumerate(filter(layer.errors.__contains__, ERRORS), start=1):
        cells = (*(row.errors.get(name, 0) for row in rows), layer.errors.get(name, 0))
        title = ERRORS[name].removeprefix("wrong ")
        group = "wrong" if name.startswith("wrong") else ""
        columns.append(Column(title, tuple(map(number, cells)), group, drop))
    return grid(columns, width) + _sentence(
        "split: one gold item, several predictions of its type in it; merged: the reverse."
        " Both are among the other classes, too.",
        width,
    )


def _matrix(layer: str, matrix: Matrix, width: int) -> Text:
    """Gold labels in rows, predicted labels in columns; the least frequent columns may go."""
    names = tuple(fit(name, _NAME) for name in (*matrix.labels, "spurious"))
    columns = [Column("gold \\ predicted", names)]
    for at, label in enumerate((*matrix.labels, "missed")):
        cells = tuple(number(row[at].count) if row[at].count else "·" for row in matrix.rows)
        last = at == len(matrix.labels)
        columns.append(Column(fit(label, _SHORT), cells, drop=0 if last else at + 1))
    hidden = len(columns) - len(fitting(columns, width))
    notes = [f"Pairs of {layer} by type, whatever their boundaries."]
    if matrix.left_out:
        notes.append(f"{matrix.left_out} rarer labels are left out.")
    if hidden:
        notes.append(f"{hidden} columns do not fit: --json has all.")
    return grid(columns, width) + _sentence(" ".join(notes), width)


def _worst(documents: tuple[WorstDocument, ...], width: int) -> Text:
    columns = [
        Column("worst documents", tuple(fit(each.document, _NAME) for each in documents)),
        Column("errors", tuple(number(each.errors) for each in documents), strong=True),
        Column("F1", tuple(percent(each.score.f1) for each in documents), drop=1),
        Column("by layer", tuple(_by_layer(each) for each in documents), drop=2),
    ]
    return grid(columns, width) + _sentence(
        "Errors of all layers: gold without its match and predictions without one;"
        " a wrong pair is two.",
        width,
    )


def _by_layer(document: WorstDocument) -> str:
    first = [f"{each.layer} {number(each.missed + each.spurious)}" for each in document.layers[:3]]
    return fit(", ".join(first) + (", …" if len(document.layers) > len(first) else ""), 2 * _NAME)


def _intervals(diagnosis: Diagnosis) -> str:
    made = diagnosis.bootstrap
    if made.reason:
        return f"No intervals: {made.reason}."
    return (
        f"{confidence_words(made.confidence)}% CI: {made.method} bootstrap over documents,"
        f" {made.resamples:,} resamples, seed {made.seed}; of F1, or of R where it stands alone."
    )


def _heading(title: str, width: int) -> Text:
    from rich.text import Text

    return Text(fit(title, width), "bold")


def _sentence(text: str, width: int) -> Text:
    """``text`` made harmless and broken into lines at blanks."""
    from rich.console import Console
    from rich.text import Text

    lines = Text(fit(text, len(text))).wrap(Console(width=width), width)
    return Text("\n".join(line.plain.rstrip() for line in lines), "dim")
