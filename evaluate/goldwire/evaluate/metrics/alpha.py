"""Krippendorff's alpha: any number of annotators, missing judgements, four levels of measurement.

The coincidence matrix adds over units, so that documents can be resampled; alpha is a closed form
over it. Krippendorff, Content Analysis (2004), chapter 11; "Computing Krippendorff's
Alpha-Reliability" (2011).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from goldwire.schema.errors import UnknownName

from .coefficients import (
    NOT_PAIRED,
    ONE_CATEGORY,
    Coefficient,
    judgements,
    summed,
    tally,
)
from .forms import Floats
from .given import is_finite

__all__ = ["Level", "alpha_coefficient", "alpha_counts", "alpha_of", "krippendorff_alpha"]

Level = Literal["nominal", "ordinal", "interval", "ratio"]
"""What differences between categories mean: none, rank, distance, proportion."""


def alpha_counts(
    codes: NDArray[Any], document: NDArray[Any], *, documents: int, categories: int
) -> Floats:
    """Coincidence matrices: shape ``(documents, categories, categories)``.

    Each unit with m ≥ 2 judgements adds its ordered pairs of judgements, each worth 1 / (m − 1),
    m in all. ``codes`` has shape ``(annotators, units)`` with −1 for missing, ``document`` has
    shape ``(units,)``. Raises ``ValueError`` as ``tally`` does.
    """
    entries = tally(codes, categories)
    at = document.astype(np.int64)[entries.unit] * categories + entries.category
    share = entries.size[entries.unit] - 1
    cells = documents * categories**2
    counts = summed(
        at * categories + entries.category, entries.count * (entries.count - 1), share, cells
    ).reshape(documents, categories, categories)
    # Entries are sorted by unit: those of one unit that are `apart` places apart make a pair.
    for apart in range(1, categories):
        first = np.flatnonzero(entries.unit[:-apart] == entries.unit[apart:])
        if not len(first):
            break
        second = first + apart
        pairs = summed(
            at[first] * categories + entries.category[second],
            entries.count[first] * entries.count[second],
            share[first],
            cells,
        ).reshape(documents, categories, categories)
        counts += pairs + pairs.transpose(0, 2, 1)
    return counts


def alpha_of(
    coincidences: NDArray[Any], level: Level = "nominal", values: Sequence[float] | None = None
) -> Floats:
    """Alpha of summed coincidences: shape ``(..., categories, categories)`` to ``(...)``.

    α = 1 − (n − 1) Σ o δ² / Σ nᵢ nⱼ δ², n the margins. δ² is 1 between nominal categories; the
    square of the difference in mean rank for ordinal ones (in the order of the codes), in value
    for interval ones; of difference over sum for ratios. ``values`` gives the number that each
    code stands for, the code itself if not given. NaN without pairs, and where all judgements
    are equal. Raises ``UnknownName`` for another level, ``ValueError`` for ratios of negative
    values.
    """
    cells = np.asarray(coincidences, np.float64)
    margins = cells.sum(axis=-1)
    total = margins.sum(axis=-1)
    squares = _squared_differences(margins, level, values)
    observed = (cells * squares).sum(axis=(-1, -2)) * (total - 1)
    expected = (margins[..., :, None] * margins[..., None, :] * squares).sum(axis=(-1, -2))
    alpha = np.full(np.shape(total), np.nan)
    np.divide(observed, expected, out=alpha, where=expected > 0)
    return 1 - alpha


def _squared_differences(margins: Floats, level: Level, values: Sequence[float] | None) -> Floats:
    size = margins.shape[-1]
    if level == "nominal":
        return 1 - np.eye(size)
    if level == "ordinal":
        ranks = np.cumsum(margins, axis=-1) - margins / 2
        return np.square(ranks[..., :, None] - ranks[..., None, :])
    if level not in get_args(Level):
        raise UnknownName("level of measurement", level, get_args(Level))
    # Neither level depends on the unit of measurement: halved, and scaled to differences of at
    # most 1, no value is too large to be squared.
    halves = np.array(range(size) if values is None else values, np.float64) / 2
    apart = np.abs(halves[:, None] - halves)
    if level == "interval":
        return np.square(apart / (apart.max(initial=0.0) or 1.0))
    if (halves < 0).any():
        raise ValueError("ratios need values of 0 or more")
    both = halves[:, None] + halves
    return np.square(np.divide(apart, both, out=np.zeros_like(both), where=both > 0))


def alpha_coefficient(
    coincidences: NDArray[Any],
    units: int,
    level: Level = "nominal",
    values: Sequence[float] | None = None,
) -> Coefficient:
    """Alpha of one summed coincidence matrix, with the reason where there is none.

    ``units`` is the number of units that it sums up; ``observed`` is the share of equal pairs at
    every level.
    """
    value = float(alpha_of(coincidences, level, values))
    total = float(coincidences.sum())
    if not total:
        return Coefficient(None, NOT_PAIRED, None, 0)
    observed = float(np.trace(coincidences) / total)
    if np.isnan(value):
        return Coefficient(None, ONE_CATEGORY, observed, units)
    return Coefficient(value, None, observed, units)


def krippendorff_alpha(
    data: Sequence[Sequence[Hashable]] | NDArray[Any], level: Level = "nominal"
) -> Coefficient:
    """Krippendorff's alpha of raw judgements: one row an annotator, one column a unit.

    ``None`` and NaN are missing. Nominal categories may be anything that can be hashed; the other
    levels need numbers, ordinal ones for their order alone. Raises ``UnknownName`` for another
    level; ``InputError`` for what is no list of lists; ``ValueError`` for rows of different
    lengths, values that are no finite numbers where numbers are needed, and ratios of negative
    values.
    """
    if level not in get_args(Level):
        raise UnknownName("level of measurement", str(level), get_args(Level))
    table = judgements(data)
    if level != "nominal":
        for value in table.values:
            if not is_finite(value):
                raise ValueError(f"the level {level!r} needs finite numbers, not {value!r}")
    nowhere = np.zeros(table.codes.shape[1], np.int64)
    size = len(table.values)
    counts = alpha_counts(table.codes, nowhere, documents=1, categories=size)[0]
    units = tally(table.codes, size).units
    return alpha_coefficient(counts, units, level, None if level == "nominal" else table.values)
