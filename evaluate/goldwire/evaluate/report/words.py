"""How the reports say it: numbers, intervals, and classes of errors in words."""

from __future__ import annotations

from ..statistics.intervals import confidence_words
from .meanings import meaning, titled
from .model import Accuracy, Criterion, Interval, LayerReport, Report

__all__ = [
    "CHAINS",
    "ERRORS",
    "TUPLES",
    "bracket",
    "confidence",
    "credited",
    "has_intervals",
    "intervals",
    "mains",
    "meaning",
    "number",
    "percent",
    "shown_attributes",
    "shown_criteria",
    "titled",
]

CHAINS = ("entities", "hoppers")
"""Layers of chains: no labels, no classes of errors, but six metrics and their average."""

TUPLES = ("arguments", "relations")
"""Layers of tuples: labels, but no alignment of spans."""

ERRORS = {
    "correct": "correct",
    "partial": "partial",
    "incorrect": "incorrect",
    "wrong_type": "wrong type",
    "wrong_boundary": "wrong boundary",
    "wrong_both": "wrong both",
    "missed": "missed",
    "spurious": "spurious",
    "split": "split",
    "merged": "merged",
}
"""Classes of errors in words: of spans, of tuples, and of the fillers of incidents (MUC-4)."""

_METHODS = {"bca": "BCa bootstrap", "percentile": "percentile bootstrap"}


def percent(ratio: float | None) -> str:
    """A ratio in percent with one decimal; ``n/a`` where it is undefined."""
    return "n/a" if ratio is None else f"{100 * ratio:.1f}"


def number(count: float | None) -> str:
    """A count with commas; parts are shown where there are some, nothing where there is none."""
    if count is None:
        return ""
    return f"{count:,.0f}" if count == int(count) else f"{count:,.1f}"


def bracket(interval: Interval | None) -> str:
    """An interval in percent, ``[88.1, 94.0]``; nothing where there is none."""
    return "" if interval is None else f"[{percent(interval.low)}, {percent(interval.high)}]"


def confidence(report: Report) -> str:
    """The heading over intervals: ``95% CI``."""
    return f"{confidence_words(report.bootstrap.confidence)}% CI" if report.bootstrap else "CI"


def has_intervals(report: Report) -> bool:
    """Whether intervals are shown: not with too few documents, whatever some layers may have."""
    if report.bootstrap is not None and report.bootstrap.reason is not None:
        return False
    return any(each.intervals for layer in report.layers for each in layer.criteria)


def intervals(report: Report) -> str:
    """How the intervals were made, or why there are none."""
    made = report.bootstrap
    if made is None:
        return "No intervals: the report was made without them."
    if made.reason is not None or not has_intervals(report):
        return f"No intervals: {made.reason or 'no document was scored'}. Counts are given."
    method = _METHODS.get(made.method, made.method)
    documents, resamples = number(report.signature.documents), number(made.resamples)
    without = [
        each.layer for each in report.layers if not any(part.intervals for part in each.criteria)
    ]
    return (
        f"{confidence(report)}: confidence interval, {method} over {documents} documents, "
        f"{resamples} resamples, seed {made.seed}."
        + (f" None for {', '.join(without)}: too few documents." if without else "")
    )


def mains(report: Report) -> str:
    """What each main criterion asks for, with its layers where there are several."""
    layers: dict[str, list[LayerReport]] = {}
    for each in report.layers:
        layers.setdefault(each.main, []).append(each)
    if len(layers) == 1:
        ((main, those),) = layers.items()
        return f"{titled(main)}: {_asked(main, those)}"
    found = []
    for main, those in layers.items():
        names = "" if main == "strict" else f" ({', '.join(each.layer for each in those)})"
        found.append(f"{titled(main)}{names}: {_asked(main, those)}")
    return "; ".join(found)


def _asked(main: str, layers: list[LayerReport]) -> str:
    meanings = {meaning(each.layer, main) for each in layers}
    if len(meanings) == 1:
        return meanings.pop()
    tuples = [each.layer for each in layers if each.layer in TUPLES]
    if len(tuples) == len(layers):
        return "all parts must agree"
    others = f" (of {' and '.join(tuples)}: all parts)" if tuples else ""
    return f"boundaries and type must agree{others}"


def shown_criteria(layer: LayerReport) -> dict[str, Criterion]:
    """The ways to match of a layer by name, the main one first; attributes stand apart.

    Heads of spans are marked on mentions only: elsewhere ``head`` says what ``strict`` says.
    """
    found = {each.name: each for each in layer.criteria}
    for each in layer.accuracies:
        found.pop(each.attribute, None)
    if layer.layer not in ("mentions", "relations"):
        found.pop("head", None)
    return {name: found[name] for name in sorted(found, key=lambda name: name != layer.main)}


def shown_attributes(layer: LayerReport) -> list[tuple[Accuracy, Criterion]]:
    """The attributes that gold or predictions have: on aligned pairs, and end to end."""
    found = {each.name: each for each in layer.criteria}
    pairs = [(each, found[each.attribute]) for each in layer.accuracies if each.attribute in found]
    return [pair for pair in pairs if pair[1].micro.gold or pair[1].micro.predicted]


def credited(layer: LayerReport, criterion: Criterion) -> str:
    """The credit for matches under a criterion; nothing for averages, which have none."""
    average = layer.layer in CHAINS and criterion.name in ("conll", "blanc")
    return "" if average else number(criterion.micro.correct)
