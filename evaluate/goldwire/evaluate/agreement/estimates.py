"""From additive counts to estimates: values, bootstrap intervals, and reasons for what is missing.

All numbers of a layer are columns of one matrix, so that all meet the same resamples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..assemble import Resampling
from ..metrics.forms import Floats
from ..report.model import Interval
from ..statistics.exact import on_grid
from ..statistics.intervals import intervals, too_few
from .model import Estimate

__all__ = ["Number", "estimates"]

_COLUMNS = 2048
"""Columns resampled at once, unless one number has more; 10,000 resamples of them are 160 MB."""


class Number(Struct, frozen=True):
    """A number before it is estimated: its counts, and the closed form over their sums.

    ``counts`` has shape ``(documents, columns)``; ``closed`` maps sums ``(..., columns)`` to
    values ``(...)``, NaN for undefined, which ``undefined`` explains.
    """

    counts: NDArray[Any]
    closed: Callable[[Floats], Floats]
    documents: int
    """Documents that have a say in it: of a pair, fewer than there are rows of counts."""
    units: int
    undefined: str
    observed: float | None = None


def estimates(
    numbers: Sequence[Number], rows: NDArray[np.bool_], resampling: Resampling
) -> list[Estimate]:
    """Estimate numbers whose counts have the same documents; ``rows`` says which are drawn.

    ``rows`` has shape ``(documents,)``. A number that fewer documents than an interval needs
    have a say in gets none, however many are drawn.
    """
    found: list[Estimate] = []
    for part in _parts(numbers):
        found += _estimated(part, rows, resampling)
    return found


def _parts(numbers: Sequence[Number]) -> Iterator[list[Number]]:
    part: list[Number] = []
    width = 0
    for number in numbers:
        columns = number.counts.shape[1]
        if part and width + columns > _COLUMNS:
            yield part
            part, width = [], 0
        part.append(number)
        width += columns
    if part:
        yield part


def _estimated(
    numbers: Sequence[Number], rows: NDArray[np.bool_], resampling: Resampling
) -> list[Estimate]:
    matrix = np.concatenate([number.counts[rows] for number in numbers], axis=1)
    bounds = np.concatenate([[0], np.cumsum([number.counts.shape[1] for number in numbers])])

    def closed(sums: Floats) -> Floats:
        return np.stack(
            [
                number.closed(sums[..., begin:end])
                for number, begin, end in zip(numbers, bounds[:-1], bounds[1:], strict=True)
            ],
            axis=-1,
        )

    if not resampling.resamples:
        nothing = np.full(len(numbers), np.nan)
        point, low, high = closed(on_grid(matrix).sum(axis=0)), nothing, nothing
    else:
        made = intervals(
            matrix,
            closed,
            method=resampling.method,
            confidence=resampling.confidence,
            resamples=resampling.resamples,
            seed=resampling.seed,
        )
        point, low, high = made.point, made.low, made.high
    return [
        _estimate(number, *values, resampling)
        for number, values in zip(
            numbers,
            zip(point.tolist(), low.tolist(), high.tolist(), strict=True),
            strict=True,
        )
    ]


def _estimate(
    number: Number, value: float, low: float, high: float, resampling: Resampling
) -> Estimate:
    where = (number.documents, number.units)
    if math.isnan(value):
        return Estimate(None, None, *where, number.undefined, number.observed)
    reason = too_few(number.documents)
    if not resampling.resamples:
        reason = "no resamples were asked for"
    elif reason is None and (math.isnan(low) or math.isnan(high)):
        reason = "it is undefined in nearly all resamples"
    interval = None if reason else Interval(low, high)
    return Estimate(value, interval, *where, reason, number.observed)
