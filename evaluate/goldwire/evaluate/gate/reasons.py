"""What a gate says of a number: why it fails, or what to know although it passes."""

from __future__ import annotations

import math

from ..report.model import Interval
from ..report.points import interval_of_points, probability
from ..report.words import percent
from ..statistics.intervals import TOO_FEW
from .testing import Change
from .thresholds import Limit

__all__ = ["STRICTER", "chance_note", "reasons_and_remarks"]

STRICTER = (
    "What fell by more than is allowed passed, because so few documents changed that chance may "
    "explain it. If your extractor says the same of a text every time, no change is chance: use "
    "--strict."
)


def reasons_and_remarks(
    limit: Limit,
    value: float | None,
    change: Change | None,
    level: float,
    *,
    strict: bool,
    emptied: bool = False,
) -> tuple[list[str], list[str]]:
    """Sentences why a number fails, and sentences about one that passes.

    ``value`` is over all documents, ``change`` over those of the baseline; ``level`` is what an
    adjusted p must be below. With ``emptied`` nothing is predicted in the layer any more.
    """
    reasons: list[str] = []
    remarks: list[str] = []
    if limit.floor is not None:
        if value is None:
            reasons.append(f"it is undefined, and its floor is {percent(limit.floor)}")
        elif value < limit.floor:
            shown, floor, *_ = _told_apart(value, limit.floor)
            reasons.append(f"{shown} is below the floor of {floor}")
    if limit.drop is None or change is None:
        return reasons, remarks
    fell, most = _fell(change, limit.drop)
    allowed = f"more than the {most} allowed"
    if not change.beyond(limit.drop):
        if change.difference < 0 and change.reason is None and change.distinguishable(level):
            remarks.append(f"{fell}: more than chance, but no more than is allowed")
        return reasons, remarks
    if emptied:
        reasons.append(f"{fell}: nothing is predicted any more")
    elif change.reason is not None:
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


def chance_note(documents: int, numbers: int, level: float) -> str | None:
    """What to know where chance cannot be told from a drop; ``None`` where it can.

    Of the ``2 ** documents`` ways to swap two runs two are the most extreme, and Holm multiplies
    the least p by the ``numbers`` that are tested.
    """
    needed = TOO_FEW
    while 2.0 ** (1 - needed) * numbers >= level:
        needed += 1
    if documents >= needed or not numbers:
        return None
    few = "1 document is" if documents == 1 else f"{documents:,} documents are"
    what = "a drop" if numbers == 1 else f"a drop in one of {numbers:,} numbers"
    return (
        f"{few} too few to tell chance from {what}, which takes {needed:,}: whatever falls by "
        "more than is allowed fails. Annotate more gold, check fewer numbers, or allow a larger "
        "drop."
    )


def _fell(change: Change, allowed: float) -> tuple[str, str]:
    """What became of a number, and the drop that is allowed, in the same decimals."""
    if math.isnan(change.after):
        return f"was {percent(change.before)}, is undefined now", percent(allowed)
    before, after, size, most = _told_apart(change.before, change.after, allowed)
    points = "point" if size == "1.0" else "points"
    return f"fell by {size} {points}, from {before} to {after}", most


def _told_apart(
    before: float, after: float, allowed: float = math.nan
) -> tuple[str, str, str, str]:
    """Two ratios in percent, their distance, and the allowed one, in as many decimals as tell
    the two ratios apart, and the two distances.
    """
    values = [100 * each for each in (before, after, abs(before - after), allowed)]
    for decimals in range(1, 10):
        shown = [f"{each:.{decimals}f}" for each in values]
        if shown[0] != shown[1] and shown[2] != shown[3]:
            break
    return shown[0], shown[1], shown[2], shown[3]


def _evidence(change: Change, level: float) -> str:
    ends = interval_of_points(Interval(change.low, change.high))
    share = f"{100 * (1 - level):g} % interval {ends}"
    return f"{share}, p {probability(change.p_adjusted)} after Holm"
