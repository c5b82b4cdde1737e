"""Coefficients of agreement in few columns, so that many categories can be resampled.

The full tables of `goldwire.evaluate.metrics` grow with the square of the categories. For
nominal and interval data, what a coefficient needs of them is linear in the categories: the
observed disagreement is one number, and the expected one follows from the margins. Tests hold
these forms to the full ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.coefficients import summed, tally
from ..metrics.forms import Floats
from ..tables import Ints

__all__ = [
    "alpha_columns",
    "alpha_of_columns",
    "cohen_columns",
    "cohen_of_columns",
    "interval_alpha_of_columns",
    "interval_columns",
    "unitising_columns",
    "unitising_of_columns",
]


def cohen_columns(
    one: NDArray[Any], other: NDArray[Any], document: NDArray[Any], *, documents: int
) -> Floats:
    """What Cohen's kappa is made of: shape ``(documents, 1 + 2 · categories)``.

    Equal judgements; then the judgements of either annotator by category. ``one``, ``other``,
    and ``document`` have shape ``(units,)``; units that one of the two did not judge (−1) are
    left out, and categories that nobody used there have no column.
    """
    both = (one >= 0) & (other >= 0)
    first, second, place = one[both], other[both], document[both]
    used, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    size = len(used)
    counts = np.zeros((documents, 1 + 2 * size))
    counts[:, 0] = np.bincount(place[first == second], minlength=documents)
    for at, side in enumerate((codes[: len(first)], codes[len(first) :])):
        cells = np.bincount(place * size + side, minlength=documents * size)
        counts[:, 1 + at * size : 1 + (at + 1) * size] = cells.reshape(documents, size)
    return counts


def cohen_of_columns(sums: NDArray[Any]) -> Floats:
    """Cohen's kappa of summed columns: shape ``(..., 1 + 2 · categories)`` to ``(...)``.

    κ = 1 − (n − a) n / (n² − Σ rᵢ cᵢ) (Cohen 1960). NaN without units, and where both used one
    and the same category.
    """
    size = (sums.shape[-1] - 1) // 2
    rows, columns = sums[..., 1 : 1 + size], sums[..., 1 + size :]
    total = rows.sum(axis=-1)
    expected = (rows * (total[..., None] - columns)).sum(axis=-1)
    return _one_minus((total - sums[..., 0]) * total, expected)


def alpha_columns(codes: NDArray[Any], document: NDArray[Any], *, documents: int) -> Floats:
    """What nominal alpha is made of: shape ``(documents, 1 + categories)``.

    Ordered pairs of unequal judgements of a unit with m, each worth 1 / (m − 1); then the
    judgements by category. ``codes`` has shape ``(annotators, units)`` with −1 for missing,
    ``document`` has shape ``(units,)``.
    """
    size = int(codes.max(initial=-1)) + 1
    entries = tally(codes, size)
    judged = entries.size[entries.unit]
    at = document[entries.unit]
    apart = entries.count * (judged - entries.count)
    return _with_margins(
        summed(at, apart, judged - 1, documents), at, entries.category, entries.count, size
    )


def alpha_of_columns(sums: NDArray[Any]) -> Floats:
    """Nominal alpha of summed columns: shape ``(..., 1 + categories)`` to ``(...)``.

    α = 1 − (n − 1) D / Σ nᵢ (n − nᵢ) (Krippendorff 2004, chapter 11). NaN without pairs, and
    where all judgements are equal.
    """
    margins = sums[..., 1:]
    total = margins.sum(axis=-1)
    expected = (margins * (total[..., None] - margins)).sum(axis=-1)
    return _one_minus((total - 1) * sums[..., 0], expected)


def interval_columns(
    codes: NDArray[Any],
    values: Sequence[float],
    document: NDArray[Any],
    scales: Sequence[str] | None = None,
    *,
    documents: int,
) -> Floats:
    """What alpha of interval data is made of: shape ``(documents, 1 + categories)``.

    As `alpha_columns`, with squared differences of the values, as `scaled` has them, in the
    first column. ``values`` and ``scales`` have shape ``(categories,)``. Values on different
    scales differ by 1, as much as the ends of one scale.
    """
    size = len(values)
    entries = tally(codes, size)
    judged = entries.size[entries.unit]
    at = document[entries.unit]
    number, scale = _on_scales(values, scales)
    own, group = number[entries.category], scale[entries.category]
    # Differences from one value of the unit: equal judgements differ by exactly nothing.
    _, first, place = np.unique(
        entries.unit * (size + 1) + group, return_index=True, return_inverse=True
    )
    apart = own - own[first][place]
    together = np.bincount(place, weights=entries.count, minlength=len(first))
    linear = np.bincount(place, weights=entries.count * apart, minlength=len(first))
    square = np.bincount(place, weights=entries.count * apart**2, minlength=len(first))
    team = judged[first]
    within = np.maximum(2 * (together * square - linear**2), 0)
    squares = (within + together * (team - together)) / (team - 1)
    observed = np.bincount(at[first], weights=squares, minlength=documents)
    return _with_margins(observed, at, entries.category, entries.count, size)


def interval_alpha_of_columns(
    sums: NDArray[Any], values: Sequence[float], scales: Sequence[str] | None = None
) -> Floats:
    """Alpha of interval data of summed columns: shape ``(..., 1 + categories)`` to ``(...)``.

    α = 1 − (n − 1) D / Σ nᵢ nⱼ δᵢⱼ². On one scale the sum of nᵢ nⱼ (vᵢ − vⱼ)² is
    2 n Σ nᵢ (vᵢ − v̄)²; between scales δ is 1. NaN without pairs, and where all judgements are
    equal.
    """
    margins = sums[..., 1:]
    total = margins.sum(axis=-1)
    own, scale = _on_scales(values, scales)
    expected = np.zeros(np.shape(total))
    for each in np.unique(scale):
        used, numbers = margins[..., scale == each], own[scale == each]
        size = used.sum(axis=-1)
        mean = np.divide(
            (used * numbers).sum(axis=-1), size, out=np.zeros(np.shape(size)), where=size > 0
        )
        spread = (used * np.square(numbers - mean[..., None])).sum(axis=-1)
        # One value alone has no spread, whatever is left of it after rounding.
        spread = np.where((used > 0).sum(axis=-1) > 1, spread, 0.0)
        expected = expected + 2 * size * spread + size * (total - size)
    return _one_minus((total - 1) * sums[..., 0], expected)


def _on_scales(values: Sequence[float], scales: Sequence[str] | None) -> tuple[Floats, Ints]:
    """Values, each as `scaled` on its scale, and the numbers of their scales."""
    numbers = np.array(values, np.float64)
    if scales is None:
        return scaled(values), np.zeros(len(numbers), np.int64)
    known = {name: number for number, name in enumerate(sorted(set(scales)))}
    scale = np.array([known[name] for name in scales], np.int64)
    for each in known.values():
        numbers[scale == each] = scaled(numbers[scale == each].tolist())
    return numbers, scale


def scaled(values: Sequence[float]) -> Floats:
    """Values as differences from their median, at most 1 apart: alpha depends on neither."""
    if not len(values):
        return np.zeros(0)
    # Halved first: the range of two finite numbers need not be finite.
    halves = np.array(values, np.float64) / 2
    apart = float(halves.max() - halves.min()) or 1.0
    middle = float(np.sort(halves)[len(halves) // 2])
    found: Floats = halves / apart - middle / apart
    return found


def _with_margins(
    first: NDArray[Any],
    document: NDArray[Any],
    category: NDArray[Any],
    count: NDArray[Any],
    size: int,
) -> Floats:
    documents = len(first)
    cells = np.bincount(document * size + category, weights=count, minlength=documents * size)
    return np.concatenate([first[:, None], cells.reshape(documents, size)], axis=1)


def unitising_columns(counts: NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """What ᵤα, |ᵤα, and cᵤα need of the counts of `unitising_counts`, in this order.

    From ``(documents, categories + 1, categories + 3)`` to three arrays of shape ``(documents,
    2 + sides)``: the characters on which two annotators differ, what units have in common with
    themselves, and the characters on each side: of gaps and of each category, of gaps and of
    units, of each category where units meet.
    """
    cells = counts[:, :, :-2]
    margins = cells.sum(axis=-1)
    itself = counts[..., -2].sum(axis=-1)
    gaps = margins[:, 0]
    return (
        _columns(_differing(cells), itself, margins),
        _columns(
            2 * cells[:, 0, 1:].sum(axis=-1),
            itself,
            np.stack([gaps, margins[:, 1:].sum(axis=-1)], axis=-1),
        ),
        _columns(
            _differing(cells[:, 1:, 1:]),
            counts[:, 1:, -1].sum(axis=-1),
            cells[:, 1:, 1:].sum(axis=-1),
        ),
    )


def _differing(cells: NDArray[Any]) -> Floats:
    apart: Floats = (cells * (1 - np.eye(cells.shape[-1]))).sum(axis=(-1, -2))
    return apart


def _columns(differing: Floats, itself: Floats, margins: Floats) -> Floats:
    return np.concatenate([differing[:, None], itself[:, None], margins], axis=1)


def unitising_of_columns(sums: NDArray[Any]) -> Floats:
    """An alpha of unitising from its summed columns: shape ``(..., 2 + sides)`` to ``(...)``.

    α = 1 − D (n² − s) / (n Σ nᵢ (n − nᵢ)) (Krippendorff et al. 2016, equations 4 to 6, 10 and
    11). NaN where all lies on one side.
    """
    margins = sums[..., 2:]
    total = margins.sum(axis=-1)
    differing = (margins * (total[..., None] - margins)).sum(axis=-1)
    return _one_minus(sums[..., 0] * (total**2 - sums[..., 1]), total * differing)


def _one_minus(over: Floats, under: Floats) -> Floats:
    share = np.full(np.shape(under), np.nan)
    np.divide(over, under, out=share, where=under > 0)
    return 1 - share
