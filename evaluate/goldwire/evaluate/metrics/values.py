"""Normalised values of times and quantities: when two of them say the same.

Times follow TempEval-3 (UzZaman et al. 2013): the value is compared on spans that match
loosely. Calendar values are equal where they cover the same days, whether they are written as
TIMEX3 or as EDTF; everything else by its canonical form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from goldwire.schema.dates import Days, parse_edtf, parse_timex

__all__ = ["TOLERANCE", "quantities_equal", "ranges_overlap", "times_equal", "times_nested"]

TOLERANCE = {
    "distance": 0.01,
    "weight": 0.01,
    "duration": 0.01,
    "other": 0.0,
    "count": 0.0,
    "ordinal": 0.0,
    "money": 0.005,
    "percent": 0.0,
}
"""How far two values may lie apart where their units differ, as a share of the larger one.

Values in one unit must be equal: rounding comes in where one of them was converted.
"""

_UNITS = {
    "metre": ("metre", 1.0), "meter": ("metre", 1.0), "m": ("metre", 1.0),
    "kilometre": ("metre", 1000.0), "kilometer": ("metre", 1000.0), "km": ("metre", 1000.0),
    "mile": ("metre", 1609.344), "foot": ("metre", 0.3048), "feet": ("metre", 0.3048),
    "yard": ("metre", 0.9144), "nautical_mile": ("metre", 1852.0),
    "gram": ("gram", 1.0), "kilogram": ("gram", 1000.0), "kg": ("gram", 1000.0),
    "tonne": ("gram", 1e6), "ton": ("gram", 1e6), "pound": ("gram", 453.59237),
    "second": ("second", 1.0), "minute": ("second", 60.0), "hour": ("second", 3600.0),
    "day": ("second", 86400.0), "week": ("second", 604800.0),
}  # fmt: skip
"""Units that convert into each other: the unit they are measured in, and how much of it."""

Time = tuple[str | None, str | None]
"""TIMEX3 value and EDTF value."""

Quantity = tuple[str, float | None, float | None, float | None, str | None]
"""Kind, value, smallest and largest value, unit."""


def times_equal(gold: Time, predicted: Time) -> bool:
    """Whether two times say the same: equal values, or the same days."""
    if gold[0] is not None and predicted[0] is not None:
        gold, predicted = (gold[0], None), (predicted[0], None)  # TIMEX3 says more than EDTF
    elif gold[1] is not None and gold[1] == predicted[1]:
        return True
    days = _days(gold), _days(predicted)
    if days[0] is not None and days[1] is not None:
        return days[0] == days[1]
    return _canonical(gold[0]) == _canonical(predicted[0]) is not None


def times_nested(gold: Time, predicted: Time) -> bool:
    """Whether two times are equal, or one lies in the other: right but for the granularity."""
    if times_equal(gold, predicted):
        return True
    one, other = _days(gold), _days(predicted)
    if one is None or other is None:
        return False
    return _within(one, other) or _within(other, one)


def _within(inner: Days, outer: Days) -> bool:
    ends = (inner.first, inner.last, outer.first, outer.last)
    if any(end is None for end in ends):
        return False
    low, high, first, last = ends
    return first <= low and high <= last  # type: ignore[operator]


def _days(time: Time) -> Days | None:
    value, edtf = time
    for text, parse in ((value, parse_timex), (edtf, parse_edtf)):
        if text is None or "T" in text.lstrip("P"):
            continue  # a time of day is more than its day
        try:
            days: Days | None = parse(text)
        except ValueError:
            continue
        if days is not None:
            return days
    return None


def _canonical(value: str | None) -> str | None:
    return None if value is None else value.strip().upper()


def quantities_equal(gold: Quantity, predicted: Quantity) -> bool:
    """Whether two quantities say the same: value and range, after conversion of units."""
    one, other = _measured(gold), _measured(predicted)
    if one is None or other is None:
        return False
    (numbers, unit), (guesses, other_unit) = one, other
    if unit != other_unit:
        return False
    share = 0.0 if _factor(gold) == _factor(predicted) else TOLERANCE.get(gold[0], 0.0)
    return all(_close(number, guess, share) for number, guess in zip(numbers, guesses, strict=True))


def ranges_overlap(gold: Quantity, predicted: Quantity) -> bool:
    """Whether some number lies in both ranges; a value without a range is its own."""
    one, other = _measured(gold), _measured(predicted)
    if one is None or other is None or one[1] != other[1]:
        return False
    if quantities_equal(gold, predicted):  # equal after a conversion, and rounded
        return True
    low, high = _range(one[0])
    first, last = _range(other[0])
    return low <= last and first <= high


def _range(numbers: Sequence[float | None]) -> tuple[float, float]:
    value, low, high = numbers
    if low is None and high is None:
        return (value or 0.0), (value or 0.0)
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def _measured(quantity: Quantity) -> tuple[tuple[float | None, ...], str | None] | None:
    """Value, smallest and largest in a base unit, and the unit; ``None`` without any number."""
    _, value, low, high, unit = quantity
    if value is None and low is None and high is None:
        return None
    if value is not None and low is None and high is None:
        low = high = value
    elif value is None and low == high:
        value = low
    base, factor = _UNITS.get(unit or "", (unit, 1.0))
    return tuple(None if n is None else n * factor for n in (value, low, high)), base


def _factor(quantity: Quantity) -> float:
    return _UNITS.get(quantity[4] or "", ("", 1.0))[1]


def _close(one: float | None, other: float | None, share: float) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or abs(one - other) <= share * max(abs(one), abs(other))


def remembered(equal: Callable[[Any, Any], bool]) -> Callable[[Hashable, Hashable], bool]:
    """The same comparison, made once for each pair of values."""
    known: dict[tuple[Hashable, Hashable], bool] = {}

    def compare(one: Hashable, other: Hashable) -> bool:
        found = known.get((one, other))
        if found is None:
            if len(known) >= 1 << 16:
                known.clear()
            found = known[one, other] = equal(one, other)
        return found

    return compare
