"""What a gate says of a number: why it fails, or what to know although it passes."""

from __future__ import annotations

import math

from ..report.model import Interval
from ..report.points import interval_of_points, probability
from ..report.words import percent
from .testing import Change
from .thresholds import Limit

__all__ = ["reasons_and_remarks"]


def reasons_and_remarks(
    limit: Limit, value: float | None, change: Change | None, level: float, *, strict: bool
) -> tuple[list[str], list[str]]:
    """Sentences why a number fails, and sentences about one that passes.

    ``value`` is over all documents, ``change`` over those of the baseline; ``level`` is what an
    adjusted p must be below.
    """
    reasons: list[str] = []
    remarks: list[str] = []
    if limit.floor is not None:
        if value is None:
            reasons.append(f"it is undefined, and its floor is {percent(limit.floor)}")
        elif value < limit.floor:
            shown, floor, _ = _told_apart(value, limit.floor)
            reasons.append(f"{shown} is below the floor of {floor}")
    if limit.drop is None or change is None:
        return reasons, remarks
    fell = _fell(change)
    allowed = f"more than the {percent(limit.drop)} allowed"
    if not change.beyond(limit.drop):
        if change.difference < 0 and change.reason is None and change.distinguishable(level):
            remarks.append(f"{fell}: more than chance, but no more than is allowed")
        return reasons, remarks
    if change.reason is not None:
        reasons.append(f"{fell}: {allowed}; chance was not tested ({change.reason}), so that the "
                       "allowed drop alone decides")  # fmt: skip
    elif change.distinguishable(level):
        reasons.append(f"{fell}: {allowed}, and more than chance ({_evidence(change, level)})")
    elif strict:
        reasons.append(f"{fell}: {allowed}; chance may explain it ({_evidence(change, level)}), "
                       "which is no excuse under --strict")  # fmt: skip
    else:
        remarks.append(f"{fell}: {allowed}, but no more than chance explains "
                       f"({_evidence(change, level)})")  # fmt: skip
    return reasons, remarks


def _fell(change: Change) -> str:
    if math.isnan(change.after):
        return f"was {percent(change.before)}, is undefined now"
    before, after, size = _told_apart(change.before, change.after)
    return f"fell by {size} {'point' if size == '1.0' else 'points'}, from {before} to {after}"


def _told_apart(*values: float) -> tuple[str, str, str]:
    """Two ratios in percent and their distance, with as many decimals as tell them apart."""
    before, after = (100 * value for value in values)
    for decimals in range(1, 6):
        shown = tuple(f"{each:.{decimals}f}" for each in (before, after, abs(before - after)))
        if shown[0] != shown[1]:
            break
    return shown[0], shown[1], shown[2]


def _evidence(change: Change, level: float) -> str:
    ends = interval_of_points(Interval(change.low, change.high))
    share = f"{100 * (1 - level):g} % interval {ends}"
    return f"{share}, p {probability(change.p_adjusted)} after Holm"
