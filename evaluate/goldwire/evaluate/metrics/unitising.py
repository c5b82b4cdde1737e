"""Agreement on unitising: Krippendorff's family of four alphas, by characters of the text.

Annotators find units themselves, so that there is no list of units to judge. What is compared is
what each pair of annotators made of each character: which category its unit has, or that it lies
in a gap. The observed coincidences are lengths of intersections; the expected ones exclude that
a unit meets itself. Gaps have no structure of their own: a gap counts as single characters.

- ᵤα, the whole: units and gaps, boundaries and categories;
- |ᵤα, relevance: units against gaps, whatever the category;
- cᵤα, coding: the categories where units of two annotators intersect;
- (k)ᵤα, the same for one category.

Krippendorff, Mathet, Bouvry & Widlöcher, "On the reliability of unitizing textual continua"
(2016); Krippendorff, Content Analysis (4th edition, 2019), section 12.6. The definition of 1995
and 2004, which these replace, is in ``unitising_classic``.

The counts add over documents. Since no unit crosses from one text to the next, the sum is the
same as if all texts were laid end to end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .coefficients import ONE_CATEGORY, Coefficient
from .continuum import Units, check, partition
from .forms import Floats

__all__ = [
    "UnitisingAgreement",
    "coding_of",
    "coding_per_category_of",
    "relevance_of",
    "unitising",
    "unitising_coefficients",
    "unitising_counts",
    "unitising_of",
]


class UnitisingAgreement(Struct, frozen=True):
    """The four coefficients; ``categories`` has one for each category, in the order of codes."""

    whole: Coefficient
    relevance: Coefficient
    coding: Coefficient
    categories: tuple[Coefficient, ...]


def unitising_counts(
    units: Units,
    lengths: NDArray[Any],
    annotated: NDArray[np.bool_],
    *,
    categories: int,
) -> Floats:
    """What the four alphas are made of: shape ``(documents, categories + 1, categories + 3)``.

    Row 0 stands for gaps, row c + 1 for the category with code c. The first columns are, in the
    same order, the observed coincidences in characters: intersections of the annotators' units,
    each ordered pair of m annotators worth 1 / (m − 1). The last column but one holds what a unit
    has in common with itself: squared lengths of units, plain lengths of gaps. The last holds
    the same of the parts of units that meet units of other annotators.

    ``lengths`` has shape ``(documents,)`` and counts the characters of each text; ``annotated``
    has shape ``(documents, annotators)`` and is true where an annotator worked on a document:
    no units means all gap there, and a document with one annotator counts nothing. Units of one
    annotator that overlap are cut as ``partition`` says. Raises ``ValueError`` for units outside
    a text, of an annotator who did not work on it, and for codes that are not below
    ``categories``.
    """
    check(units, lengths, annotated, categories)
    team = annotated.sum(axis=1)
    units = partition(units.take(team[units.document] >= 2))
    team = np.where(team >= 2, team, 0)
    documents, size = len(lengths), categories + 1
    others = np.maximum(team - 1, 1)
    counts = np.zeros((documents, size, size + 2))

    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    start, end = units.start + offsets[units.document], units.end + offsets[units.document]
    bounds = np.unique(np.concatenate([offsets, start, end]))
    widths = np.diff(bounds)
    document = np.searchsorted(offsets, bounds[:-1], side="right") - 1
    first, last = np.searchsorted(bounds, start), np.searchsorted(bounds, end)

    # Each stretch between two bounds is of one category to each annotator. A document's own
    # annotators are numbered from 0, so that a large team with small overlaps stays small.
    seat = (np.cumsum(annotated, axis=1) - 1)[units.document, units.annotator]
    category = np.zeros((int(team.max(initial=0)), len(bounds)), np.int64)
    np.add.at(category, (seat, first), units.code + 1)
    np.add.at(category, (seat, last), -(units.code + 1))
    category = np.cumsum(category, axis=1)[:, :-1]
    pairs = _coincidences(document, category, widths, team, size)
    counts[:, :, :size] = pairs / others[:, None, None]

    place = units.document * size + units.code + 1
    covered = np.bincount(units.document, weights=end - start, minlength=documents)
    squares = np.bincount(place, weights=np.square(end - start), minlength=documents * size)
    counts[:, :, size] = squares.reshape(documents, size)
    counts[:, 0, size] = team * lengths - covered

    met = np.concatenate([[0], np.cumsum(widths * ((category > 0).sum(axis=0) - 1))])
    meeting = (met[last] - met[first]) / others[units.document]
    squares = np.bincount(place, weights=np.square(meeting), minlength=documents * size)
    counts[:, :, size + 1] = squares.reshape(documents, size)
    return counts


def _coincidences(
    document: NDArray[np.int64],
    category: NDArray[np.int64],
    widths: NDArray[np.int64],
    team: NDArray[np.int64],
    size: int,
) -> Floats:
    """Characters by what two annotators made of them, in both orders: ``(documents, size, size)``.

    ``document`` and ``widths`` have shape ``(stretches,)``, ``category`` has shape
    ``(annotators, stretches)``; ``team`` has shape ``(documents,)`` and says how many of the
    annotators count.
    """
    shape = (len(team), size, size)
    total = np.zeros(shape)
    for one in range(len(category)):
        for other in range(one + 1, len(category)):
            at = np.flatnonzero(team[document] > other)
            place = (document[at] * size + category[one, at]) * size + category[other, at]
            total += np.bincount(place, widths[at], minlength=total.size).reshape(shape)
    return total + total.transpose(0, 2, 1)


def unitising_of(sums: NDArray[Any]) -> Floats:
    """ᵤα of summed counts: shape ``(..., categories + 1, categories + 3)`` to ``(...)``.

    α = 1 − Dₒ / Dₑ with the expected coincidences (nᵢ nⱼ − s) / (n − Σ s / n), s what a unit has
    in common with itself (2016, equations 4 and 5). NaN where all is gap, or all one category.
    """
    cells = sums[..., :-2]
    margins = cells.sum(axis=-1)
    return _alpha(_apart(cells).sum(axis=-1), margins, sums[..., -2].sum(axis=-1))


def relevance_of(sums: NDArray[Any]) -> Floats:
    """|ᵤα of summed counts: shape ``(..., categories + 1, categories + 3)`` to ``(...)``.

    As ᵤα with all categories taken as one (2016, equation 6). NaN where all is gap, or no gap.
    """
    cells = sums[..., :-2]
    margins = cells.sum(axis=-1)
    gaps, total = margins[..., 0], margins.sum(axis=-1)
    sides = np.stack([gaps, total - gaps], axis=-1)
    return _alpha(2 * cells[..., 0, 1:].sum(axis=-1), sides, sums[..., -2].sum(axis=-1))


def coding_of(sums: NDArray[Any]) -> Floats:
    """cᵤα of summed counts: shape ``(..., categories + 1, categories + 3)`` to ``(...)``.

    As ᵤα over the intersections of units alone, gaps left out (2016, equations 10 and 11). A unit
    has in common with itself what meets units of others, on average over the other annotators.
    NaN where no units intersect, or all that do have one category.
    """
    cells = sums[..., 1:, 1:-2]
    margins = cells.sum(axis=-1)
    return _alpha(_apart(cells).sum(axis=-1), margins, sums[..., 1:, -1].sum(axis=-1))


def coding_per_category_of(sums: NDArray[Any]) -> Floats:
    """(k)ᵤα of summed counts: ``(..., categories + 1, categories + 3)`` to ``(..., categories)``.

    Disagreement that involves the category, relative to its expectation (2016, equation 13). NaN
    where no unit of the category meets another unit, or all that meet have this category.
    """
    cells = sums[..., 1:, 1:-2]
    margins = cells.sum(axis=-1)
    total = margins.sum(axis=-1, keepdims=True)
    return _one_minus(
        _apart(cells) * (margins * total - sums[..., 1:, -1]), margins**2 * (total - margins)
    )


def _apart(cells: NDArray[Any]) -> Floats:
    """What each category shares with others: added up, not subtracted, so never below 0."""
    apart: Floats = (cells * (1 - np.eye(cells.shape[-1]))).sum(axis=-1)
    return apart


def _alpha(observed: Floats, margins: Floats, itself: Floats) -> Floats:
    total = margins.sum(axis=-1)
    differing = (margins * (total[..., None] - margins)).sum(axis=-1)
    return _one_minus(observed * (total**2 - itself), total * differing)


def _one_minus(over: Floats, under: Floats) -> Floats:
    share = np.full(np.shape(under), np.nan)
    np.divide(over, under, out=share, where=under > 0)
    return 1 - share


def unitising_coefficients(sums: NDArray[Any], units: NDArray[Any]) -> UnitisingAgreement:
    """The four alphas of one summed matrix of counts, with the reasons where there are none.

    ``units`` has shape ``(categories,)``: how many units of each category were marked. The
    observed agreement is the share of characters, over all pairs of annotators.
    """
    cells = sums[:, :-2]
    total, gaps = float(cells.sum()), float(cells[0].sum())
    meeting = cells[1:, 1:]
    margins = meeting.sum(axis=1)
    met = float(margins.sum())
    marked = int(units.sum())
    nothing = "undefined because no text was annotated by two annotators"
    if total:
        nothing = "undefined because nobody marked a unit" if gaps == total else ONE_CATEGORY
    apart = "undefined because no unit meets a unit of another annotator"
    return UnitisingAgreement(
        _coefficient(unitising_of(sums), float(np.trace(cells)), total, marked, nothing),
        _coefficient(
            relevance_of(sums),
            float(cells[0, 0] + met),
            total,
            marked,
            nothing if gaps == total else "undefined because no character lies in a gap",
        ),
        _coefficient(
            coding_of(sums), float(np.trace(meeting)), met, marked, ONE_CATEGORY if met else apart
        ),
        tuple(
            _coefficient(
                value,
                float(meeting[code, code]),
                float(margins[code]),
                int(units[code]),
                ONE_CATEGORY if margins[code] else apart,
            )
            for code, value in enumerate(coding_per_category_of(sums))
        ),
    )


def _coefficient(value: Any, agreed: float, total: float, units: int, reason: str) -> Coefficient:
    observed = agreed / total if total else None
    if np.isnan(value):
        return Coefficient(None, reason, observed, units)
    return Coefficient(float(value), None, observed, units)


def unitising(
    units: Units,
    lengths: NDArray[Any],
    annotated: NDArray[np.bool_],
    *,
    categories: int,
) -> UnitisingAgreement:
    """The four alphas of units on texts; arguments and errors as in ``unitising_counts``."""
    counts = unitising_counts(units, lengths, annotated, categories=categories)
    compared = annotated.sum(axis=1)[units.document] >= 2
    marked = np.bincount(units.code[compared], minlength=categories)
    return unitising_coefficients(counts.sum(axis=0), marked)
