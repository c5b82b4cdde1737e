"""A comparison of systems as one self-contained page: without a script, and without network."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from ..statistics.intervals import confidence_words
from .comparison import Difference, LayerComparison, SystemComparison
from .comparison_view import verdict_rule, verdict_sentence
from .model import Interval
from .page import asset, fingerprint, template
from .words import number
from .wrapping import listed

__all__ = ["render_comparison_page"]

_LEAST_REACH = 0.05
"""How far axes of differences reach at least: less would make nothing look like much."""

_METHODS = {"bca": "BCa"}


def render_comparison_page(comparison: SystemComparison) -> str:
    """The whole comparison as one page that needs no network."""
    style = asset("report.css")
    pairs = [(each.system, each.other) for each in comparison.layers[0].differences]
    return template("comparison.html.j2").render(
        comparison=comparison,
        title=listed(comparison.systems),
        pairs=pairs,
        intervals=_intervals(comparison),
        intervals_shown=comparison.bootstrap.reason is None,
        confidence=f"{confidence_words(comparison.bootstrap.confidence)}% CI",
        rule=verdict_rule(comparison),
        verdict=lambda pair: verdict_sentence(pair, comparison.layers),
        reach=lambda pair: _reach(_spread(comparison, pair)),
        reach_of_types=lambda each: _reach(_spread_of_types(each)),
        best=_best,
        apart=_apart,
        style=Markup(style),
        style_hash=fingerprint(style),
    )


def _reach(ends: Iterator[float]) -> float:
    """How far from 0 an axis goes: the same on both sides."""
    return max((abs(end) for end in ends), default=0.0) or _LEAST_REACH


def _spread(comparison: SystemComparison, pair: tuple[str, str]) -> Iterator[float]:
    yield _LEAST_REACH
    for layer in comparison.layers:
        each = layer.difference(*pair)
        yield from _ends(each.value, each.interval)


def _spread_of_types(difference: Difference) -> Iterator[float]:
    yield _LEAST_REACH
    for each in difference.types:
        yield from _ends(each.difference, each.interval)


def _ends(value: float | None, interval: Interval | None) -> Iterator[float]:
    if value is not None:
        yield value
    if interval is not None:
        yield interval.low
        yield interval.high


def _best(layer: LayerComparison, system: str) -> bool:
    """Whether a system is better than every other one of a layer, beyond chance."""
    others = len(layer.scores) - 1
    wins = sum(
        (each.verdict, system) in (("better", each.system), ("worse", each.other))
        for each in layer.differences
    )
    return wins == others > 0


def _apart(difference: Difference) -> bool:
    """Whether there is anything to show of where a pair differs."""
    return bool(difference.types or difference.gains or difference.losses)


def _intervals(comparison: SystemComparison) -> str:
    made = comparison.bootstrap
    if made.reason is not None:
        return f"No intervals: {made.reason}. Counts are given."
    method = _METHODS.get(made.method, made.method)
    return (
        f"{confidence_words(made.confidence)}% CI: confidence interval, {method} bootstrap over "
        f"{number(comparison.signature.documents)} documents, {number(made.resamples)} resamples, "
        f"seed {made.seed}."
    )
