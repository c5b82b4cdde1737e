"""Kappa: agreement of two annotators (Cohen), or of any number (Fleiss, Randolph).

Counts add over units, so that documents can be resampled: a confusion matrix for Cohen's kappa;
for the others the number of units, the sum of their shares of agreeing pairs, and the use of each
category. The closed forms take sums with any leading axes and say NaN where a kappa is undefined.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Literal

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

__all__ = [
    "Weights",
    "cohen_coefficient",
    "cohen_kappa",
    "fleiss_coefficient",
    "fleiss_counts",
    "fleiss_kappa",
    "fleiss_of",
    "kappa_counts",
    "kappa_of",
    "randolph_coefficient",
    "randolph_kappa",
    "randolph_of",
]

Weights = Literal["linear", "quadratic"] | None
"""How much a disagreement weighs: all alike, or by the distance of the categories."""


def kappa_counts(
    one: NDArray[Any],
    other: NDArray[Any],
    document: NDArray[Any],
    *,
    documents: int,
    categories: int,
) -> NDArray[np.int64]:
    """Confusion matrices of two annotators: shape ``(documents, categories, categories)``.

    ``one``, ``other``, and ``document`` have shape ``(units,)``; units that one of the two did
    not judge (−1) are left out. Raises ``ValueError`` where a code is not below ``categories``.
    """
    if not one.shape == other.shape == document.shape:
        raise ValueError(f"shapes differ: {one.shape}, {other.shape}, {document.shape}")
    both = (one >= 0) & (other >= 0)
    rows, columns = one[both].astype(np.int64), other[both].astype(np.int64)
    if len(rows) and max(rows.max(), columns.max()) >= categories:
        raise ValueError(f"codes must lie between -1 and {categories - 1}")
    places = (document[both].astype(np.int64) * categories + rows) * categories + columns
    counts = np.bincount(places, minlength=documents * categories**2)
    return counts.reshape(documents, categories, categories).astype(np.int64)


def kappa_of(confusion: NDArray[Any], weights: Weights = None) -> Floats:
    """Cohen's kappa of summed confusions: shape ``(..., categories, categories)`` to ``(...)``.

    κ = 1 − Σ w·o / Σ w·e with e the product of the margins over their sum (Cohen 1960), and the
    weights w of Cohen (1968): |i − j| if linear, (i − j)² if quadratic, in the order of the
    codes. NaN without units, and where both annotators used one and the same category. Raises
    ``UnknownName`` for other weights.
    """
    cells = np.asarray(confusion, np.float64)
    distance = _distances(cells.shape[-1], weights)
    rows, columns = cells.sum(axis=-1), cells.sum(axis=-2)
    observed = (cells * distance).sum(axis=(-1, -2)) * rows.sum(axis=-1)
    expected = (rows[..., :, None] * columns[..., None, :] * distance).sum(axis=(-1, -2))
    return 1 - _quotient(observed, expected)


def _distances(size: int, weights: Weights) -> Floats:
    codes = np.arange(size, dtype=np.float64)
    apart = np.abs(codes[:, None] - codes)
    if weights is None:
        return (apart > 0).astype(np.float64)
    if weights == "linear":
        return apart
    if weights == "quadratic":
        return np.square(apart)
    raise UnknownName("weights", weights, ["linear", "quadratic"])


def _quotient(over: Floats, under: Floats) -> Floats:
    share = np.full(np.shape(under), np.nan)
    np.divide(over, under, out=share, where=under > 0)
    return share


def cohen_coefficient(confusion: NDArray[Any], weights: Weights = None) -> Coefficient:
    """Cohen's kappa of one summed confusion matrix, with the reason where there is none."""
    units = int(confusion.sum())
    if not units:
        return Coefficient(None, NOT_PAIRED, None, 0)
    observed = float(np.trace(confusion) / units)
    return _coefficient(float(kappa_of(confusion, weights)), observed, units)


def _coefficient(value: float, observed: float, units: int) -> Coefficient:
    if np.isnan(value):
        return Coefficient(None, ONE_CATEGORY, observed, units)
    return Coefficient(value, None, observed, units)


def cohen_kappa(
    one: Sequence[Hashable] | NDArray[Any],
    other: Sequence[Hashable] | NDArray[Any],
    weights: Weights = None,
) -> Coefficient:
    """Cohen's kappa of two annotators' judgements of the same units.

    ``None`` and NaN are missing. Weights go by the order of the categories that were used, as in
    scikit-learn; for a scale with unused steps, use ``kappa_counts``. Raises ``ValueError``
    where the lengths differ, ``InputError`` for what is no list of judgements.
    """
    sides: list[Any] = [one, other]
    table = judgements(sides)
    first, second = table.codes
    nowhere = np.zeros(len(first), np.int64)
    counts = kappa_counts(first, second, nowhere, documents=1, categories=len(table.values))
    return cohen_coefficient(counts[0], weights)


def fleiss_counts(
    codes: NDArray[Any], document: NDArray[Any], *, documents: int, categories: int
) -> Floats:
    """What Fleiss' and Randolph's kappa are made of: shape ``(documents, 2 + categories)``.

    Columns: units with at least two judgements; the sum of their shares of agreeing pairs; then
    the judgements in each category. ``codes`` has shape ``(annotators, units)`` with −1 for
    missing, ``document`` has shape ``(units,)``. Raises ``ValueError`` as ``tally`` does.
    """
    entries = tally(codes, categories)
    document = document.astype(np.int64)
    size = entries.size[entries.unit]
    counts = np.zeros((documents, 2 + categories))
    counts[:, 0] = np.bincount(document[entries.size >= 2], minlength=documents)
    at = document[entries.unit]
    counts[:, 1] = summed(at, entries.count * (entries.count - 1), size * (size - 1), documents)
    used = np.bincount(
        at * categories + entries.category,
        weights=entries.count,
        minlength=documents * categories,
    )
    counts[:, 2:] = used.reshape(documents, categories)
    return counts


def fleiss_of(sums: NDArray[Any]) -> Floats:
    """Fleiss' kappa of summed counts: shape ``(..., 2 + categories)`` to ``(...)``.

    κ = (P − Pₑ) / (1 − Pₑ), P the mean share of agreeing pairs, Pₑ = Σ pⱼ² from the shares of
    the categories (Fleiss 1971). Units may have different numbers of judgements: each unit has
    one voice in P, each judgement one in pⱼ. NaN without units, and with one category.
    """
    used = sums[..., 2:]
    total = used.sum(axis=-1)
    by_chance = _quotient((used**2).sum(axis=-1), total**2)
    return _corrected(sums, by_chance)


def randolph_of(sums: NDArray[Any]) -> Floats:
    """Randolph's free-marginal kappa: shape ``(..., 2 + categories)`` to ``(...)``.

    As Fleiss' kappa, with Pₑ = 1 / categories (Randolph 2005): all categories that could be
    chosen count, used or not. NaN without units, and where there is one category only.
    """
    categories = sums.shape[-1] - 2
    if categories < 2:
        return np.full(sums.shape[:-1], np.nan)
    return _corrected(sums, np.full(sums.shape[:-1], 1 / categories))


def _corrected(sums: NDArray[Any], by_chance: Floats) -> Floats:
    disagreeing = 1 - _quotient(sums[..., 1], sums[..., 0])
    return 1 - _quotient(disagreeing, 1 - by_chance)


def fleiss_coefficient(sums: NDArray[Any]) -> Coefficient:
    """Fleiss' kappa of one row of summed counts, with the reason where there is none."""
    return _of_row(sums, fleiss_of(sums))


def randolph_coefficient(sums: NDArray[Any]) -> Coefficient:
    """Randolph's kappa of one row of summed counts, with the reason where there is none."""
    return _of_row(sums, randolph_of(sums))


def _of_row(sums: NDArray[Any], value: Floats) -> Coefficient:
    units = int(sums[0])
    if not units:
        return Coefficient(None, NOT_PAIRED, None, 0)
    return _coefficient(float(value), float(sums[1] / units), units)


def fleiss_kappa(data: Sequence[Sequence[Hashable]] | NDArray[Any]) -> Coefficient:
    """Fleiss' kappa of raw judgements: one row an annotator, one column a unit.

    ``None`` and NaN are missing. Raises ``ValueError`` where rows differ in length,
    ``InputError`` for what is no list of lists.
    """
    return fleiss_coefficient(_one_document(data))


def randolph_kappa(
    data: Sequence[Sequence[Hashable]] | NDArray[Any], categories: int | None = None
) -> Coefficient:
    """Randolph's kappa of raw judgements: one row an annotator, one column a unit.

    ``categories`` is how many there were to choose from; as many as were used if not given.
    Raises ``ValueError`` where more than that were used.
    """
    return randolph_coefficient(_one_document(data, categories))


def _one_document(
    data: Sequence[Sequence[Hashable]] | NDArray[Any], categories: int | None = None
) -> Floats:
    table = judgements(data)
    nowhere = np.zeros(table.codes.shape[1], np.int64)
    size = len(table.values) if categories is None else categories
    counts: Floats = fleiss_counts(table.codes, nowhere, documents=1, categories=size)[0]
    return counts
