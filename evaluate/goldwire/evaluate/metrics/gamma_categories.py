"""Gamma-cat and gamma-k: agreement on the categories of units that are aligned, wherever they lie.

γcat = 1 − δₒ / δₑ (Mathet 2017, "The agreement measure γcat, a complement to γ focused on
categorization of a continuum", section 4.2). δ is read off the best alignment that γ finds:
the mean of d_cat over all pairs of units that a unitary alignment holds. A pair weighs
max(0, 1 − d_pos) / (v − 1), so that units that lie badly count less, and each of the v units of
a unitary alignment counts once. Units that are aligned with none say nothing of categories:
pygamma-agreement 0.5.9 counts them as an experiment, this does not. γk is the same over the pairs
in which a unit has the category k. δₑ is the mean over the random texts of γ that have a pair.

A text is a continuum of its own. Over several texts the disorders are means over the pairs of
all of them, observed and expected alike, so that texts can be resampled; ``gamma_of`` is the
closed form.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .disorder import Dissimilarity, Marked, best_alignment, best_disorder, distances, marked
from .forms import Floats
from .gamma import Annotations, Gamma, Sampling, random_texts
from .given import marked_units

__all__ = [
    "NOBODY",
    "NOT_ALIGNED",
    "ONE_CATEGORY",
    "GammaCounts",
    "gamma_cat",
    "gamma_family_counts",
    "gamma_k",
]

NOBODY = "undefined because nobody marked a unit"

NOT_ALIGNED = "undefined because no units of two annotators are aligned"
ONE_CATEGORY = "undefined because random texts agree perfectly too"


class GammaCounts(Struct, frozen=True):
    """Costs, observed and expected, that add over texts: see ``gamma_of``.

    ``gamma`` and ``cat`` have shape ``(documents, 2)``, ``k`` ``(documents, categories, 2)``.
    """

    gamma: Floats
    cat: Floats
    k: Floats


def gamma_cat(
    annotations: Annotations,
    dissimilarity: Dissimilarity | None = None,
    sampling: Sampling | None = None,
) -> Gamma:
    """Gamma-cat of one text: (start, end, category) triples for each annotator.

    The disorders lie between 0 and 1, the units are those that were marked. Exact duplicates of
    one annotator collapse. Raises ``ValueError`` for units without length, and for weights that
    are out of range.
    """
    return _all_and_each(annotations, dissimilarity, sampling)[0]


def gamma_k(
    annotations: Annotations,
    dissimilarity: Dissimilarity | None = None,
    sampling: Sampling | None = None,
) -> dict[str, Gamma]:
    """Gamma-k of one text for each category that was marked, by name; else as ``gamma_cat``."""
    annotations = marked_units(annotations)
    names = sorted({name for units in annotations for *_, name in units})
    return dict(zip(names, _all_and_each(annotations, dissimilarity, sampling)[1:], strict=True))


def gamma_family_counts(
    documents: Sequence[Annotations],
    categories: Sequence[str],
    dissimilarity: Dissimilarity | None = None,
    sampling: Sampling | None = None,
) -> GammaCounts:
    """What γ, γcat, and γk of ``categories`` need of each text, by the same random texts.

    Texts without units, or with one annotator, cost nothing; so do, for γcat and γk, those where
    no such units are aligned, or none in all random texts. Errors as in ``gamma``, and
    ``KeyError`` for a category that is not in ``categories``.
    """
    dissimilarity, sampling = dissimilarity or Dissimilarity(), sampling or Sampling()
    column = {name: at for at, name in enumerate(categories)}
    counts = np.zeros((len(documents), 2 + len(categories), 2))
    for row, document in enumerate(documents):
        units = marked(document)
        if not len(units) or units.annotators < 2:
            continue
        texts, disorders = random_texts(units, dissimilarity, sampling)
        by_chance = float(np.mean(disorders)) * units.mean_units
        counts[row, 0] = best_disorder(units, dissimilarity), by_chance
        observed, expected = _weighed(units, dissimilarity), _expected(units, texts, dissimilarity)
        costs = np.stack([observed[:, 0], observed[:, 1] * expected], axis=1)
        costs[np.isnan(expected)] = 0
        counts[row, 1] = costs[0]
        names = sorted({name for marks in document for *_, name in marks})
        counts[row, [2 + column[name] for name in names]] = costs[1:]
    return GammaCounts(counts[:, 0], counts[:, 1], counts[:, 2:])


def _all_and_each(
    annotations: Annotations, dissimilarity: Dissimilarity | None, sampling: Sampling | None
) -> list[Gamma]:
    """Gamma-cat, then gamma-k of each category, in the order of codes."""
    units = marked(annotations)
    dissimilarity = dissimilarity or Dissimilarity()
    if not len(units):
        return [Gamma(None, NOBODY, None, None, 0)]
    size = int(units.category.max()) + 1
    if units.annotators < 2:
        reason = "undefined because there is only one annotator"
        return [Gamma(None, reason, None, None, len(units))] * (1 + size)
    texts, _ = random_texts(units, dissimilarity, sampling or Sampling())
    numbers = [len(units), *np.bincount(units.category).tolist()]
    return [
        _gamma(cost, weight, expected, number)
        for (cost, weight), expected, number in zip(
            _weighed(units, dissimilarity).tolist(),
            _expected(units, texts, dissimilarity).tolist(),
            numbers,
            strict=True,
        )
    ]


def _gamma(cost: float, weight: float, expected: float, units: int) -> Gamma:
    if not weight:
        return Gamma(None, NOT_ALIGNED, None, None, units)
    observed = cost / weight
    if not expected > 0:
        by_chance = None if np.isnan(expected) else expected
        return Gamma(None, ONE_CATEGORY, observed, by_chance, units)
    return Gamma(1 - observed / expected, None, observed, expected, units)


def _weighed(units: Marked, dissimilarity: Dissimilarity, categories: int | None = None) -> Floats:
    """Differing and all weight of the pairs of the best alignment (Mathet 2017, section 4.2.5).

    Shape ``(1 + categories, 2)``: of all pairs, then of those with a unit of each category.
    """
    size = int(units.category.max()) + 1 if categories is None else categories
    found = np.zeros((1 + size, 2))
    members = best_alignment(units, dissimilarity)
    position, differs = distances(units)
    share = 1 / ((members >= 0).sum(axis=1) - 1)
    for one in range(units.annotators):
        for other in range(one + 1, units.annotators):
            both = (members[:, one] >= 0) & (members[:, other] >= 0)
            first, second = members[both, one], members[both, other]
            weight = share[both] * np.maximum(
                1 - dissimilarity.position * position[first, second], 0
            )
            apart = differs[first, second]
            cells = np.stack([weight * apart, weight], axis=1)
            found[0] += cells.sum(axis=0)
            np.add.at(found, 1 + units.category[first], cells)
            np.add.at(found, 1 + units.category[second[apart]], cells[apart])
    return found


def _expected(units: Marked, texts: Sequence[Marked], dissimilarity: Dissimilarity) -> Floats:
    """The mean disorder of random texts, of all and of each category; NaN where none has a pair."""
    frequency = np.bincount(units.category)
    code = np.argsort(-frequency, kind="stable")
    weighed = np.stack([_weighed(_coded(text, code), dissimilarity, len(code)) for text in texts])
    cost, weight = weighed[..., 0], weighed[..., 1]
    has: NDArray[np.bool_] = weight > 0
    shares = np.divide(cost, weight, out=np.zeros_like(cost), where=has)
    number = has.sum(axis=0)
    mean = np.full(len(number), np.nan)
    np.divide(shares.sum(axis=0), number, out=mean, where=number > 0)
    return mean


def _coded(text: Marked, code: NDArray[np.int64]) -> Marked:
    """A random text with the codes of the annotated one."""
    return Marked(text.annotators, text.annotator, text.start, text.end, code[text.category])
