"""Normalised values of times and quantities: when two of them say the same.

Times follow TempEval-3 (UzZaman et al. 2013): the value is compared on spans that match
loosely. Calendar values are equal where they cover the same interval, whether they are written
as TIMEX3 or as EDTF, durations where they are the same amount; see ``times``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from msgspec import Struct

from .times import Form, edtf_form, holds, timex_form

__all__ = [
    "TOLERANCE",
    "Measure",
    "Quantity",
    "Time",
    "measure_of",
    "quantities_equal",
    "quantity_of",
    "ranges_overlap",
    "remembered",
    "time_name",
    "time_of",
    "times_equal",
    "times_nested",
    "unit_name",
]

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


def time_of(item: Any) -> Time | None:
    """What a time is given by, ``None`` where it has no value."""
    return None if item.value is None and item.edtf is None else (item.value, item.edtf)


def quantity_of(item: Any) -> Quantity | None:
    """What a quantity is given by, ``None`` where it has no number."""
    if item.value is None and item.min is None and item.max is None:
        return None
    return item.kind, item.value, item.min, item.max, item.unit


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


def time_name(time: Time) -> str:
    """One name for a time, however it is written: the form of its TIMEX3 value, or else of EDTF."""
    return _forms(time)[0].text


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


class Measure(Struct, frozen=True, order=True):
    """A quantity in its base unit: numbers of one scale can be subtracted, others only differ.

    A range without a value is a scale of its own, with nothing but 0 on it.
    """

    scale: str
    number: float
    words: str

    def __str__(self) -> str:
        return self.words


def measure_of(quantity: Quantity) -> Measure | None:
    """A quantity in its base unit, within its kind; ``None`` without any finite number."""
    found = _measured(quantity)
    if found is None or not all(math.isfinite(n) for n in found[0] if n is not None):
        return None
    (value, low, high), unit = found
    scale = quantity[0] if unit is None else f"{quantity[0]} in {unit}"
    if low is not None and low == high == value:
        span = ""
    else:
        span = f"{'..' if low is None else _digits(low)}/{'..' if high is None else _digits(high)}"
    amount = "" if value is None else _digits(value)
    words = " ".join(filter(None, (quantity[0], amount, span, unit)))
    return Measure(f"{scale} {span}", 0.0, words) if value is None else Measure(scale, value, words)


def _digits(number: float) -> str:
    return f"{number:.17g}" if float(f"{number:.15g}") != number else f"{number:.15g}"


def unit_name(unit: str | None) -> str | None:
    """One name for a unit, however it is spelt: km is kilometre."""
    known = _UNITS.get(unit or "")
    return unit if known is None else next(name for name, each in _UNITS.items() if each == known)


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
    try:
        return tuple(None if n is None else n * factor for n in (value, low, high)), base
    except OverflowError:  # a whole number beyond all measures
        return None


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
