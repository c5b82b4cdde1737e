"""Normalised values of times and quantities: when two of them say the same.

Times follow TempEval-3 (UzZaman et al. 2013): the value is compared on spans that match
loosely. Calendar values are equal where they cover the same interval, whether they are written
as TIMEX3 or as EDTF, durations where they are the same amount; see ``times``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from .times import Form, edtf_form, holds, timex_form

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
    """Whether two times say the same: two TIMEX3 values, or else any of what they are given by."""
    if gold[0] is not None and predicted[0] is not None:  # TIMEX3 says more than EDTF
        return timex_form(gold[0]).text == timex_form(predicted[0]).text
    own, other = _forms(gold), _forms(predicted)
    return any(one.text == two.text for one in own for two in other)


def times_nested(gold: Time, predicted: Time) -> bool:
    """Whether two times are equal, or one lies in the other: right but for the granularity."""
    if times_equal(gold, predicted):
        return True
    one, other = _calendar(gold), _calendar(predicted)
    if one is None or other is None:
        return False
    return holds(one, other) or holds(other, one)


def _forms(time: Time) -> list[Form]:
    """The forms of a time, that of TIMEX3 first."""
    value, edtf = time
    found = [] if value is None else [timex_form(value)]
    return found if edtf is None else [*found, edtf_form(edtf)]


def _calendar(time: Time) -> Form | None:
    return next((form for form in _forms(time) if form.calendar), None)


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
