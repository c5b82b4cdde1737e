"""Kappa and alpha of judged attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..metrics.alpha import alpha_counts, alpha_of
from ..metrics.coefficients import NOT_PAIRED, ONE_CATEGORY
from ..metrics.forms import Floats
from ..metrics.kappa import fleiss_counts, fleiss_of
from .closed_forms import (
    alpha_columns,
    alpha_of_columns,
    cohen_columns,
    cohen_of_columns,
    interval_alpha_of_columns,
    interval_columns,
)
from .estimates import Number
from .judgements import Judged
from .model import AttributeAgreement, Estimate

__all__ = ["attribute_agreement", "attribute_numbers"]

_ONE_VALUE = "undefined because all values are equal: chance alone would agree just as perfectly"


def attribute_numbers(judged: Judged, documents: Sequence[NDArray[np.bool_]]) -> Iterator[Number]:
    """Cohen's kappa of each pair, Fleiss' kappa, and Krippendorff's alpha of one attribute.

    ``documents`` says for each pair in which documents both annotated the layer.
    """
    pairs = combinations(range(len(judged.codes)), 2)
    for (one, other), both in zip(pairs, documents, strict=True):
        yield _cohen(judged, one, other, int(both.sum()))
    size = len(judged.values)
    total = len(judged.annotated)
    judgements = (judged.codes >= 0).sum(axis=0)
    units, annotated = int((judgements >= 2).sum()), int(judged.annotated.sum())
    fleiss = fleiss_counts(judged.codes, judged.document, documents=total, categories=size)
    # Each unit has one voice here, and each judgement one in alpha.
    observed = float(fleiss[:, 1].sum() / units) if units else None
    why = ONE_CATEGORY if units else NOT_PAIRED
    yield Number(fleiss, fleiss_of, annotated, units, why, observed)
    counts, closed = _alpha(judged, total)
    differing = alpha_columns(judged.codes, judged.document, documents=total).sum(axis=0)
    equal = 1 - float(differing[0] / differing[1:].sum()) if units else None
    if units and judged.attribute.level != "nominal":
        why = _ONE_VALUE
    yield Number(counts, closed, annotated, units, why, equal)


def _cohen(judged: Judged, one: int, other: int, documents: int) -> Number:
    first, second = judged.codes[one], judged.codes[other]
    counts = cohen_columns(first, second, judged.document, documents=len(judged.annotated))
    units = int(((first >= 0) & (second >= 0)).sum())
    observed = float(counts[:, 0].sum() / units) if units else None
    why = ONE_CATEGORY if units else NOT_PAIRED
    return Number(counts, cohen_of_columns, documents, units, why, observed)


def _alpha(judged: Judged, documents: int) -> tuple[Floats, Callable[[Floats], Floats]]:
    """The counts of alpha at the attribute's level, and their closed form."""
    codes, document = judged.codes, judged.document
    if judged.attribute.level == "nominal":
        return alpha_columns(codes, document, documents=documents), alpha_of_columns
    if judged.attribute.level == "interval":
        values = [measure.number for measure in judged.values]
        scales = [measure.scale for measure in judged.values]

        def interval(sums: Floats) -> Floats:
            return interval_alpha_of_columns(sums, values, scales)

        return interval_columns(codes, values, document, scales, documents=documents), interval
    size = len(judged.values)
    whole = alpha_counts(codes, document, documents=documents, categories=size)

    def ordinal(sums: Floats) -> Floats:
        return alpha_of(sums.reshape(*sums.shape[:-1], size, size), "ordinal")

    return whole.reshape(documents, size**2), ordinal


def attribute_agreement(
    judged: Judged, pairs: int, found: Iterator[Estimate]
) -> AttributeAgreement:
    """An attribute's part of the report, from the estimates of `attribute_numbers`, in order."""
    cohen = tuple(next(found) for _ in range(pairs))
    return AttributeAgreement(
        judged.attribute.layer,
        judged.attribute.name,
        judged.attribute.level,
        cohen,
        next(found),
        next(found),
        judged.unanswered,
    )
