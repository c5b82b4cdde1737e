"""BLANC: link counts of coreferent and of non-coreferent mentions, and its two closed forms.

Two mentions of one document are linked by coreference if they share an entity, and by
non-coreference if they do not. BLANC (Recasens & Hovy 2011) is the mean of the two classes,
so that the many non-coreferent links do not drown the few coreferent ones. Luo et al. (2014)
let each side have its own mentions. What is done with a class that has no links is where the
two published programs differ.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from goldwire.schema.errors import UnknownName

from .forms import Floats

__all__ = ["BlancVariant", "blanc_scores", "links"]

BlancVariant = Literal["reference", "2014"]


def links(size: NDArray[Any]) -> Floats:
    """Pairs among so many mentions, n(n − 1) / 2, for an array of any shape."""
    many = size.astype(np.float64)
    return many * (many - 1) / 2


def blanc_scores(sums: NDArray[Any], *, variant: BlancVariant = "reference") -> Floats:
    """Precision, recall, and F1 of summed link counts: shape ``(..., 6)`` to ``(..., 3)``.

    The six columns: coreferent links that both have, gold's, the predictions'; then the same
    for non-coreferent links. Of each class P = both / predicted, R = both / gold, and
    F1 = 2 both / (gold + predicted), a ratio without a denominator being 0 there; the scores
    are the means over the classes that count. ``reference`` leaves out a class without gold
    links, as the reference scorer 8.01 does (Pradhan et al. 2014); ``2014`` leaves out a class
    without links on either side (Luo et al. 2014).

    NaN stands for undefined: P without any predicted link, R without any gold link, F1 without
    both. So a document with one mention is undefined; the paper asks there whether the mentions
    are the same, which links do not tell.

    Raises ``UnknownName`` for another variant.
    """
    if variant not in get_args(BlancVariant):
        raise UnknownName("BLANC variant", variant, get_args(BlancVariant))
    both, gold, predicted = sums[..., [0, 3]], sums[..., [1, 4]], sums[..., [2, 5]]
    counts = gold > 0 if variant == "reference" else gold + predicted > 0
    precision = _mean(_shares(both, predicted), counts)
    recall = _mean(_shares(both, gold), counts)
    f1 = _mean(_shares(2 * both, gold + predicted), counts)
    no_gold, no_predicted = gold.sum(axis=-1) == 0, predicted.sum(axis=-1) == 0
    return np.stack(
        [
            np.where(no_predicted, np.nan, precision),
            np.where(no_gold, np.nan, recall),
            np.where(no_gold & no_predicted, np.nan, f1),
        ],
        axis=-1,
    )


def _shares(over: NDArray[Any], under: NDArray[Any]) -> Floats:
    shares = np.zeros(over.shape)
    np.divide(over, under, out=shares, where=under > 0)
    return shares


def _mean(shares: Floats, counts: NDArray[np.bool_]) -> Floats:
    """The mean of the shares that count, over the last axis; 0 where none does."""
    total: Floats = np.where(counts, shares, 0.0).sum(axis=-1)
    mean: Floats = total / np.maximum(counts.sum(axis=-1), 1)
    return mean
