"""What agreement coefficients share: the judgements they read, and a value or why there is none.

A coefficient corrects the observed agreement for the agreement that chance would bring. Where
chance alone would agree perfectly, as when everybody used one and the same category, there is
nothing to correct by, and the coefficient is undefined. That is not disagreement: the reason and
the observed agreement stand beside the missing value.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .given import is_missing, judged_rows

__all__ = [
    "NOT_PAIRED",
    "ONE_CATEGORY",
    "Coefficient",
    "Judgements",
    "Tally",
    "judgements",
    "summed",
    "tally",
]

NOT_PAIRED = "undefined because no unit was judged by two annotators"
ONE_CATEGORY = (
    "undefined because only one category was used: chance alone would agree just as perfectly"
)


class Coefficient(Struct, frozen=True):
    """A chance-corrected agreement, at most 1; 0 is what chance would bring."""

    value: float | None
    reason: str | None
    """Why there is no value: a sentence; ``None`` where there is one."""
    observed: float | None
    """Observed agreement: the share of pairs of judgements that are equal, not corrected."""
    units: int
    """Units it was computed on: those that at least two annotators judged."""


class Judgements(Struct, frozen=True):
    """Categories by number: ``codes`` has shape ``(annotators, units)``, −1 is missing.

    ``values`` holds the category of every code, in their own order where they have one.
    """

    codes: NDArray[np.int64]
    values: tuple[Any, ...]


class Tally(Struct, frozen=True):
    """How often each unit was given each category that it was given at all.

    ``unit``, ``category``, and ``count`` have shape ``(entries,)`` and are sorted by unit and
    category; ``size`` has shape ``(units,)`` and counts the judgements of each unit. Units with
    fewer than two judgements have no entries: nothing can agree there.
    """

    unit: NDArray[np.int64]
    category: NDArray[np.int64]
    count: NDArray[np.int64]
    size: NDArray[np.int64]

    @property
    def units(self) -> int:
        """Units that at least two annotators judged."""
        return int((self.size >= 2).sum())


def judgements(data: Sequence[Sequence[Hashable]] | NDArray[Any]) -> Judgements:
    """Number the categories of raw judgements: one row an annotator, one column a unit.

    ``None``, NaN, and pandas' ``NA`` and ``NaT`` are missing. Raises ``InputError`` for what is
    no list of lists, ``ValueError`` where rows differ in length.
    """
    rows = judged_rows(data)
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows):
        if len(row) != width:
            raise ValueError(f"annotator {number} judged {len(row)} units, annotator 0 {width}")
    present = {value for row in rows for value in row if not is_missing(value)}
    try:
        values = sorted(present)
    except TypeError:  # categories of several types have no order of their own
        values = sorted(present, key=lambda value: (type(value).__name__, repr(value)))
    known = {value: code for code, value in enumerate(values)}
    codes = [[-1 if is_missing(value) else known[value] for value in row] for row in rows]
    return Judgements(np.array(codes, np.int64).reshape(len(rows), width), tuple(values))


def tally(codes: NDArray[Any], categories: int) -> Tally:
    """Count the judgements of each unit: ``codes`` has shape ``(annotators, units)``.

    −1 is missing. Raises ``ValueError`` where ``codes`` has another shape, or a code that is not
    below ``categories``.
    """
    if codes.ndim != 2:
        raise ValueError(f"codes must have the shape (annotators, units), not {codes.shape}")
    if codes.size and (codes.max() >= categories or codes.min() < -1):
        raise ValueError(f"codes must lie between -1 and {categories - 1}")
    judged = codes >= 0
    size = judged.sum(axis=0, dtype=np.int64)
    annotator, unit = np.nonzero(judged & (size >= 2))
    keys, count = np.unique(unit * categories + codes[annotator, unit], return_counts=True)
    return Tally(keys // max(categories, 1), keys % max(categories, 1), count, size)


def summed(
    place: NDArray[np.int64], amount: NDArray[Any], divisor: NDArray[np.int64], size: int
) -> NDArray[np.float64]:
    """Sum whole amounts, each divided by its divisor, at their places: shape ``(size,)``.

    Amounts with one divisor are added up before they are divided, so that the order of units
    does not show in the last digit.
    """
    total = np.zeros(size)
    for each in np.unique(divisor):
        at = divisor == each
        total += np.bincount(place[at], weights=amount[at], minlength=size) / each
    return total
