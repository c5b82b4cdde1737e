"""Gamma: agreement on where units lie and on their categories at once, by their best alignment.

γ = 1 − δₒ / δₑ: the disorder of the best alignment of the annotators' units against the mean
disorder of random texts (Mathet, Widlöcher & Métivier 2015). Units of one annotator may overlap
and nest. The observed disorder is exact. The expected one is sampled, with a seed: the random
texts are drawn as pygamma-agreement 0.5.9 draws them by default, from the means and deviations
of the number of units, the gaps between them, and their lengths, and from the frequencies of the
categories.

A text is a continuum of its own. Over several texts the costs of alignments add, observed and
expected alike, so that texts can be resampled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .disorder import Dissimilarity, Marked, best_disorder, marked
from .forms import Floats

__all__ = [
    "Annotations",
    "Gamma",
    "Sampling",
    "expected_disorder",
    "gamma",
    "gamma_counts",
    "gamma_of",
    "random_texts",
]

Annotations = Sequence[Iterable[tuple[float, float, str]]]
"""For each annotator the units on one text: start, end, category."""

_SHORTEST = 1e-6
"""Random lengths below this share of the mean are drawn anew: a unit must have a length."""


class Sampling(Struct, frozen=True):
    """How the expected disorder is sampled.

    After ``samples`` texts as many more are drawn as make the mean precise to the share
    ``precision`` with 95 % confidence (2015, section 5.3), never more than ``most`` in all.
    """

    seed: int = 0
    samples: int = 30
    precision: float = 0.02
    most: int = 10_000


class Gamma(Struct, frozen=True):
    """Gamma, at most 1, 0 for what chance would bring; the disorders are per mean unit."""

    value: float | None
    reason: str | None
    """Why there is no value: a sentence; ``None`` where there is one."""
    observed_disorder: float | None
    expected_disorder: float | None
    units: int


def gamma(
    annotations: Annotations,
    dissimilarity: Dissimilarity | None = None,
    sampling: Sampling | None = None,
) -> Gamma:
    """Gamma of one text: (start, end, category) triples for each annotator.

    Exact duplicates of one annotator collapse. Raises ``ValueError`` for units without length,
    and for weights that are out of range.
    """
    units = marked(annotations)
    dissimilarity = dissimilarity or Dissimilarity()
    if not len(units):
        return Gamma(None, "undefined because nobody marked a unit", None, None, 0)
    if units.annotators < 2:
        reason = "undefined because there is only one annotator"
        return Gamma(None, reason, None, None, len(units))
    observed = best_disorder(units, dissimilarity) / units.mean_units
    expected = expected_disorder(units, dissimilarity, sampling or Sampling())
    value = float(gamma_of(np.array([observed, expected])))
    if np.isnan(value):
        reason = "undefined because random texts agree perfectly too"
        return Gamma(None, reason, observed, expected, len(units))
    return Gamma(value, None, observed, expected, len(units))


def gamma_counts(
    documents: Sequence[Annotations],
    dissimilarity: Dissimilarity | None = None,
    sampling: Sampling | None = None,
) -> Floats:
    """Costs of the best alignments, observed and expected: shape ``(documents, 2)``.

    Texts without units, or with one annotator, cost nothing. Errors as in ``gamma``.
    """
    dissimilarity, sampling = dissimilarity or Dissimilarity(), sampling or Sampling()
    counts = np.zeros((len(documents), 2))
    for number, document in enumerate(documents):
        units = marked(document)
        if len(units) and units.annotators >= 2:
            by_chance = expected_disorder(units, dissimilarity, sampling)
            counts[number] = best_disorder(units, dissimilarity), by_chance * units.mean_units
    return counts


def gamma_of(sums: NDArray[Any]) -> Floats:
    """γ of summed costs, 1 − observed / expected: shape ``(..., 2)`` to ``(...)``.

    Without observed cost γ is 1 where there is an expected one. NaN where there is none.
    """
    share = np.full(sums.shape[:-1], np.nan)
    np.divide(sums[..., 0], sums[..., 1], out=share, where=sums[..., 1] > 0)
    return 1 - share


def expected_disorder(units: Marked, dissimilarity: Dissimilarity, sampling: Sampling) -> float:
    """The mean disorder of random texts, each divided by its mean number of units.

    It depends neither on the order of annotators nor on the names of categories. Raises
    ``ValueError`` without units, and where the sampling has no size or no precision.
    """
    return float(np.mean(random_texts(units, dissimilarity, sampling)[1]))


def random_texts(
    units: Marked, dissimilarity: Dissimilarity, sampling: Sampling
) -> tuple[list[Marked], list[float]]:
    """Random texts, and the disorder of each, divided by its mean number of units.

    Their categories are numbered by how frequent they are in ``units``, the most frequent first,
    and those that are equally frequent in the order of codes. Errors as in ``expected_disorder``.
    """
    if not len(units):
        raise ValueError("random texts need units to be drawn from")
    if min(sampling.samples, sampling.most) < 1 or sampling.precision <= 0:
        raise ValueError(f"sizes must be 1 or more, the precision above 0, not {sampling}")
    random = np.random.default_rng(sampling.seed)
    profile = _profile(units)

    texts: list[Marked] = []
    found: list[float] = []

    def draw(size: int) -> None:
        for _ in range(size):
            texts.append(text := _drawn(profile, random))
            found.append(best_disorder(text, dissimilarity) / text.mean_units)

    draw(min(sampling.samples, sampling.most))
    if any(found):
        variation = float(np.std(found) / np.mean(found))
        wanted = np.ceil((1.96 * variation / sampling.precision) ** 2)
        draw(int(min(wanted, sampling.most)) - len(found))
    return texts, found


class _Profile(Struct, frozen=True):
    """What random texts share with the annotated one: pairs are mean and deviation."""

    annotators: int
    units: tuple[float, float]
    gap: tuple[float, float]
    length: tuple[float, float]
    shares: Floats
    """Frequencies of the categories, the largest first: whatever their names."""


def _profile(units: Marked) -> _Profile:
    # The list of gaps begins with 0, as in the peer, so that a lone unit has a gap too. Overlaps
    # are negative gaps; the gap before an annotator's first unit counts unless it is 0.
    gaps = [0.0]
    for annotator in range(units.annotators):
        mine = units.annotator == annotator
        start, end = units.start[mine], units.end[mine]
        gaps.extend((start[1:] - end[:-1]).tolist())
        gaps.extend(start[:1][start[:1] > 0].tolist())
    numbers = np.sort(np.bincount(units.annotator, minlength=units.annotators))
    frequencies = np.sort(np.bincount(units.category))[::-1]
    return _Profile(
        units.annotators,
        _moments(numbers),
        _moments(np.sort(gaps)),
        _moments(np.sort(units.end - units.start)),
        frequencies / len(units),
    )


def _moments(values: NDArray[Any]) -> tuple[float, float]:
    return float(values.mean()), float(values.std())


def _drawn(profile: _Profile, random: np.random.Generator) -> Marked:
    """A random text: units one after the other, at random gaps, with random lengths."""
    sizes = np.abs(random.normal(*profile.units, profile.annotators).astype(np.int64))
    sizes[0] = max(sizes[0], 1)
    total = int(sizes.sum())
    lengths = np.abs(random.normal(*profile.length, total))
    while (short := lengths < _SHORTEST * profile.length[0]).any():
        lengths[short] = np.abs(random.normal(*profile.length, int(short.sum())))
    steps = np.cumsum(random.normal(*profile.gap, total) + lengths)
    annotator = np.repeat(np.arange(profile.annotators), sizes)
    before = np.concatenate([[0.0], steps])[np.cumsum(sizes) - sizes]
    end = steps - before[annotator]
    category = np.searchsorted(np.cumsum(profile.shares), random.random(total), side="right")
    known = np.minimum(category, len(profile.shares) - 1)
    return Marked(profile.annotators, annotator, end - lengths, end, known)
