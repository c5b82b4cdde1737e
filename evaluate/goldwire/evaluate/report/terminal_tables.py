"""The tables of a report for the terminal, as columns: what there is no room for is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from .grid import Column, fit
from .model import Criterion, Interval, LabelRow, LayerReport, Report
from .words import (
    CHAINS,
    bracket,
    confidence,
    credited,
    has_intervals,
    number,
    percent,
    shown_attributes,
    shown_criteria,
    titled,
)

__all__ = ["by_attribute", "by_criterion", "by_label", "by_span_criterion", "overview"]

_NAME = 24
"""Cells for a label."""

_ROWS = 30
"""Labels in a table."""

_SPANS = ("strict", "exact", "partial", "type", "iou", "head", "characters")

_CLASSES = (
    ("missed", "missed", 4),
    ("spurious", "spurious", 5),
    ("wrong_type", "type", 7),
    ("wrong_boundary", "bounds", 8),
    ("wrong_both", "both", 9),
)
"""Classes of errors of spans, their headings, and which of them go first."""

_MUC4 = (
    ("correct", "COR", 9),
    ("partial", "PAR", 8),
    ("incorrect", "INC", 7),
    ("missed", "MIS", 5),
    ("spurious", "SPU", 6),
)
"""Categories of fillers, with their headings in the tables of MUC-4."""


def overview(report: Report) -> list[Column]:
    """One row a layer, under its main criterion; without intervals, how many were right."""
    layers = report.layers
    main = [layer.criterion(layer.main) for layer in layers]
    macro = [each.macro.f1 if each.macro else None for each in main]
    columns = [
        Column("layer", tuple(fit(layer.layer, _NAME) for layer in layers)),
        Column("by", tuple(titled(layer.main) for layer in layers), drop=7),
        *_counts((layer.gold, layer.predicted) for layer in layers),
    ]
    if not has_intervals(report):
        columns.append(Column("correct", tuple(map(_correct, layers)), drop=5))
    return [
        *columns,
        *_ratios(report, main),
        Column(
            "macro F1",
            tuple(
                "" if layer.layer in CHAINS else percent(f1)
                for layer, f1 in zip(layers, macro, strict=True)
            ),
            drop=8,
        ),
        _between(report, (each.intervals.get("macro_f1") for each in main), 9),
        Column("documents", tuple(number(layer.documents) for layer in layers), drop=10),
    ]


def _correct(layer: LayerReport) -> str:
    """Right items; chains and incidents are not counted like that."""
    return "" if layer.layer in (*CHAINS, "incidents") else number(layer.errors.get("correct", 0))


def by_span_criterion(report: Report) -> list[Column]:
    """F1 of the layers of spans by every criterion."""
    layers = [layer for layer in report.layers if "partial" in shown_criteria(layer)]
    found = [shown_criteria(layer) for layer in layers]
    return [
        Column("F1 by criterion", tuple(fit(layer.layer, _NAME) for layer in layers)),
        *(
            Column(
                titled(name),
                tuple(_f1(criteria.get(name)) for criteria in found),
                drop=at,
            )
            for at, name in enumerate(_SPANS)
        ),
    ]


def _f1(criterion: Criterion | None) -> str:
    return "" if criterion is None else percent(criterion.micro.f1)


def by_criterion(report: Report, layer: LayerReport) -> list[Column]:
    """One row a criterion of a layer."""
    found = list(shown_criteria(layer).values())
    macro = tuple(percent(each.macro.f1) if each.macro else "" for each in found)
    return [
        Column(fit(layer.layer, _NAME), tuple(titled(each.name, layer.layer) for each in found)),
        *_counts((each.micro.gold, each.micro.predicted) for each in found),
        Column("correct", tuple(credited(layer, each) for each in found), drop=5),
        *_ratios(report, found),
        Column("macro F1", macro, drop=8),
    ]


def by_label(report: Report, layer: LayerReport) -> list[Column]:
    """One row a label of a layer, or a slot of incidents, the most frequent first.

    Where there are more than fit on a screen, a last row says how many.
    """
    main = titled(layer.main)
    rows = sorted(layer.labels, key=lambda row: (-row.gold, -row.predicted, row.label))
    columns = _by_label(report, layer, main, rows[:_ROWS])
    if len(rows) <= _ROWS:
        return columns
    left = len(rows) - _ROWS
    more = f"… {number(left)} more {'type' if left == 1 else 'types'}, in --json"
    return [
        msgspec.structs.replace(column, cells=(*column.cells, "" if at else more))
        for at, column in enumerate(columns)
    ]


def _by_label(
    report: Report, layer: LayerReport, main: str, rows: Sequence[LabelRow]
) -> list[Column]:
    scores = [row.scores[layer.main] for row in rows]
    slots = layer.layer == "incidents"
    return [
        Column(
            "incidents by slot" if slots else fit(layer.layer, _NAME),
            tuple(fit(row.label, _NAME) for row in rows),
        ),
        *_counts((row.gold, row.predicted) for row in rows),
        Column("P", tuple(percent(score.precision) for score in scores), main, 1),
        Column("R", tuple(percent(score.recall) for score in scores), main, 2),
        Column("F1", tuple(percent(score.f1) for score in scores), main, strong=True),
        _between(report, (row.interval for row in rows), 10 if slots else 6, main),
        *(
            Column(
                title,
                tuple(number(row.errors.get(name, 0)) for row in rows),
                "MUC-4" if slots else "errors",
                drop,
            )
            for name, title, drop in (_MUC4 if slots else _CLASSES)
        ),
    ]


def by_attribute(report: Report) -> list[Column]:
    """One row an attribute of a layer: accuracy on aligned pairs, and end to end."""
    found = [(layer, *pair) for layer in report.layers for pair in shown_attributes(layer)]
    pairs, whole = "aligned pairs", "end to end"
    accuracies = [accuracy for _, accuracy, _ in found]
    micro = [criterion.micro for _, _, criterion in found]
    return [
        Column(
            "attributes",
            tuple(f"{layer.layer} {titled(each.name)}" for layer, _, each in found),
        ),
        Column(
            "right",
            tuple(f"{number(each.right)} of {number(each.compared)}" for each in accuracies),
            pairs,
            3,
        ),
        Column(
            "accuracy", tuple(percent(each.accuracy) for each in accuracies), pairs, strong=True
        ),
        _between(report, (each.interval for each in accuracies), 5, pairs),
        Column("P", tuple(percent(score.precision) for score in micro), whole, 8),
        Column("R", tuple(percent(score.recall) for score in micro), whole, 8),
        Column("F1", tuple(percent(score.f1) for score in micro), whole, 6),
        _between(report, (each.intervals.get("f1") for _, _, each in found), 7, whole),
    ]


def _counts(pairs: Iterable[tuple[int, int]]) -> list[Column]:
    listed = list(pairs)
    return [
        Column("gold", tuple(number(gold) for gold, _ in listed), drop=3),
        Column("pred.", tuple(number(predicted) for _, predicted in listed), drop=4),
    ]


def _ratios(report: Report, criteria: list[Criterion]) -> list[Column]:
    micro = [each.micro for each in criteria]
    return [
        Column("P", tuple(percent(score.precision) for score in micro), drop=1),
        Column("R", tuple(percent(score.recall) for score in micro), drop=2),
        Column("F1", tuple(percent(score.f1) for score in micro), strong=True),
        _between(report, (each.intervals.get("f1") for each in criteria), 6),
    ]


def _between(
    report: Report, intervals: Iterable[Interval | None], drop: int, group: str = ""
) -> Column:
    """The intervals of the column before."""
    cells = tuple(bracket(each) if has_intervals(report) else "" for each in intervals)
    return Column(confidence(report), cells, group, drop)
