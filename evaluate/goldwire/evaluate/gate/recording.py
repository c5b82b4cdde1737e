"""Making a baseline of a run."""

from __future__ import annotations

from goldwire.schema.errors import InputError

from ..catalogue import Metric, read
from ..counting import Source
from ..layers import MAIN
from ..report.model import Report
from .baseline import FORMAT, Baseline, BaselineLayer
from .chain_items import broken_chains
from .comparing import held_documents
from .gold_hashes import gold_hashes
from .measuring import measure
from .thresholds import Thresholds, check_thresholds, limits
from .wrong_items import wrong_items

__all__ = ["make_baseline"]

_DIGITS = 6
"""Decimals of the numbers in a baseline: they are for the reader."""


def make_baseline(
    gold: Source,
    predictions: Source,
    *,
    thresholds: Thresholds | None = None,
    system: str = "predictions",
) -> Baseline:
    """The baseline of a system: what later runs are compared with.

    It holds the main criterion of every layer that is not ignored, and what ``thresholds`` name
    beside. Raises ``InputError`` for what cannot be scored.
    """
    asked = thresholds or Thresholds()
    check_thresholds(asked)
    measured = measure(gold, predictions, system)
    report = measured.report
    chosen = [layer for layer in report.layers if layer.layer not in asked.ignore]
    if not chosen:
        raise InputError("the thresholds ignore every layer of this gold")
    held: dict[str, set[str]] = {layer.layer: set() for layer in chosen}
    for limit in limits(asked, list(held)):
        metric = limit.metric
        if metric.value == "accuracy":
            held[metric.layer].add(f"accuracy:{metric.criterion}")
        elif metric.criterion != MAIN.get(metric.layer, "strict"):
            held[metric.layer].add(metric.criterion)
    sources = measured.gold, measured.predictions
    wrong = wrong_items(*sources, held) | broken_chains(*sources, held)
    layers = {}
    for layer in chosen:
        own = {
            document: (each.wrong, each.spurious)
            for (name, document), each in wrong.items()
            if name == layer.layer
        }
        layers[layer.layer] = BaselineLayer(
            layer.main,
            {str(metric): _number(report, metric) for metric in _headlines(report, layer.layer)},
            held_documents(measured.counted, layer.layer, held[layer.layer], own),
            tuple(sorted(held[layer.layer])),
        )
    hashes, unanswered = gold_hashes(measured.gold), measured.counted.unanswered
    return Baseline(FORMAT, system, report.signature, hashes, layers, unanswered)


def _headlines(report: Report, name: str) -> list[Metric]:
    """The numbers of a layer that a baseline shows: of the whole, and F1 by type."""
    layer = report.layer(name)
    whole = [Metric(name, value, layer.main) for value in ("precision", "recall", "f1")]
    return whole + [Metric(name, "f1", layer.main, type=row.label) for row in layer.labels]


def _number(report: Report, metric: Metric) -> float | None:
    value = read(report, metric).value
    return None if value is None else round(value, _DIGITS)
