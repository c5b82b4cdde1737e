"""What coefficients of agreement are given: refused with a sentence where it has no such form.

They are called with whatever a notebook holds: a table of a data library, its own sign for a
missing value, a list where lists of lists are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from goldwire.schema.errors import InputError, kind_of

__all__ = ["is_finite", "is_missing", "judged_rows", "marked_units"]

_ROWS = "Give a list for each annotator, with a judgement of each unit: [['a', 'b'], ['a', None]]."
_UNITS = "Give a list for each annotator, with (start, end, category) of each unit."


def judged_rows(data: object) -> list[list[Any]]:
    """Judgements as lists, one an annotator. Raises ``InputError`` for what is no such table."""
    if _is_frame(data):
        raise InputError(
            f"the judgements are {kind_of(data)}, which does not say whether its rows are "
            "annotators or units",
            hint="Give frame.to_numpy() if its rows are annotators, frame.to_numpy().T if its "
            "columns are.",
        )
    if isinstance(data, np.ndarray):
        if data.ndim != 2:
            raise InputError(
                f"the judgements are an array of shape {data.shape}, not (annotators, units)",
                hint=_ROWS,
            )
        data = data.tolist()
    if not _is_list(data):
        raise InputError(f"the judgements are {kind_of(data)}, not a list of lists", hint=_ROWS)
    rows: list[list[Any]] = []
    for number, row in enumerate(data):  # type: ignore[var-annotated, arg-type]
        if not _is_list(row) or _is_frame(row):
            raise InputError(
                f"annotator {number} is {kind_of(row)}, not a list of judgements", hint=_ROWS
            )
        rows.append(list(row))
        for unit, value in enumerate(rows[-1]):
            _check_hashable(value, f"annotator {number}, unit {unit}")
    return rows


def marked_units(annotations: object) -> list[list[tuple[Any, Any, Any]]]:
    """Units as triples, one list an annotator. Raises ``InputError`` for what is no such list."""
    if not _is_list(annotations) or _is_frame(annotations):
        raise InputError(f"the annotations are {kind_of(annotations)}", hint=_UNITS)
    found: list[list[tuple[Any, Any, Any]]] = []
    for number, units in enumerate(annotations):  # type: ignore[var-annotated, arg-type]
        if not _is_list(units, sets=True) or _is_frame(units):
            raise InputError(
                f"annotator {number} is {kind_of(units)}, not a list of units", hint=_UNITS
            )
        found.append([_unit(unit, number, at) for at, unit in enumerate(units)])
    categories = {type(name) for units in found for *_, name in units}
    if len(categories) > 1 and not categories <= {str, np.str_}:
        names = ", ".join(sorted(each.__name__ for each in categories))
        raise InputError(f"categories are of several types: {names}", hint="Write them as strings.")
    return found


def _unit(unit: object, number: int, at: int) -> tuple[Any, Any, Any]:
    place = f"annotator {number}, unit {at}"
    parts = list(unit) if _is_list(unit) else []  # type: ignore[call-overload]
    if len(parts) != 3:
        raise InputError(f"{place}: {unit!r:.60} is no (start, end, category)", hint=_UNITS)
    start, end, category = parts
    for offset in (start, end):
        if not isinstance(offset, Real):
            raise InputError(f"{place}: {offset!r:.60} is no offset", hint=_UNITS)
    _check_hashable(category, place)
    if is_missing(category):
        raise InputError(f"{place} has no category", hint=_UNITS)
    return start, end, category


def is_missing(value: Any) -> bool:
    """Whether a judgement is missing: ``None``, NaN, and what a data library has for them."""
    if value is None:
        return True
    differs = value != value
    try:
        return bool(differs)
    except (TypeError, ValueError):  # pandas.NA says of itself neither yes nor no, but NA
        return differs is value


def is_finite(value: object) -> bool:
    """Whether a value is a number that can be computed with."""
    try:
        return isinstance(value, Real) and isfinite(value)
    except OverflowError:
        return False


def _check_hashable(value: object, place: str) -> None:
    try:
        hash(value)
    except TypeError:
        raise InputError(
            f"{place}: {kind_of(value)} cannot be a category",
            hint="Give strings, numbers, or tuples of them.",
        ) from None


def _is_list(value: object, *, sets: bool = False) -> bool:
    """Whether a value is an iterable with an order of its own, and no text."""
    if isinstance(value, (str, bytes, Mapping)) or (isinstance(value, Set) and not sets):
        return False
    try:
        iter(value)  # type: ignore[call-overload]
    except TypeError:
        return False
    return True


def _is_frame(value: object) -> bool:
    """Whether a value is a table of pandas, polars, or their like."""
    return hasattr(value, "columns") and hasattr(value, "to_numpy")
