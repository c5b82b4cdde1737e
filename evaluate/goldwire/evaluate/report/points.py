"""Numbers of comparisons in words: percent with intervals, points, probabilities."""

from __future__ import annotations

from .comparison import Estimate
from .model import Interval
from .words import percent

__all__ = ["interval_of_points", "percent_with_interval", "points", "probability"]


def percent_with_interval(estimate: Estimate) -> str:
    """``71.2 [68.0, 74.1]``, or as much of it as is known."""
    if estimate.interval is None:
        return percent(estimate.value)
    ends = f"[{percent(estimate.interval.low)}, {percent(estimate.interval.high)}]"
    return f"{percent(estimate.value)} {ends}"


def points(difference: float | None) -> str:
    """A difference of two ratios in points of percent, with its sign; ``n/a`` if undefined."""
    if difference is None:
        return "n/a"
    # Added to 0, what is rounded to nothing loses its sign.
    rounded = round(100 * difference, 1) + 0.0
    return f"{rounded:+.1f}" if rounded else "0.0"


def interval_of_points(interval: Interval | None) -> str:
    """``[-0.3, +4.1]``; nothing where there is none."""
    return f"[{points(interval.low)}, {points(interval.high)}]" if interval else ""


def probability(p: float | None) -> str:
    """A p-value with three decimals; nothing where there is none."""
    if p is None:
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
