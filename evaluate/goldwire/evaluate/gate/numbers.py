"""Numbers of the catalogue as a matrix of counts and a closed form, for the tests of a gate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError

from ..catalogue import Metric
from ..layer_counts import LayerCounts
from ..layers import MAIN
from ..metrics.forms import Floats, precision_recall_f1
from ..scores import Closed

__all__ = ["LayerPair", "NumberPair", "emptied", "number_pair", "untestable"]

_AT = {"precision": 0, "recall": 1, "f1": 2}


class LayerPair(Struct, frozen=True):
    """A layer now and in the baseline: equal rows of documents, equal labels.

    Of the counts only ``labels``, ``totals``, ``main``, and ``accuracies`` are filled.
    """

    layer: str
    documents: tuple[str, ...]
    """The rows, by id."""
    declared: int
    """How many of them are gold documents with the layer; the others were made up."""
    now: LayerCounts
    then: LayerCounts
    forms: Mapping[str, Closed]


class NumberPair(Struct, frozen=True):
    """One number now and in the baseline: counts of shape ``(documents, columns)``.

    ``closed`` maps sums ``(..., columns)`` to values ``(..., 1)``.
    """

    documents: tuple[str, ...]
    declared: int
    now: Floats
    then: Floats
    closed: Closed


def emptied(pair: LayerPair) -> bool:
    """Whether something was predicted in a layer, and nothing is any more."""

    def predicted(counts: LayerCounts) -> bool:
        by_label = counts.main[..., 1].any() if counts.main.size else False
        # Of chains the denominators of precision say it: the second column of each ratio.
        conll = counts.totals.get("conll")
        return bool(by_label or (conll is not None and conll[:, 1::4].any()))

    return predicted(pair.then) and not predicted(pair.now)


def untestable(metric: Metric) -> str | None:
    """Why no drop of a number can be looked for; ``None`` where one can."""
    if metric.average == "macro_union":
        return "which types it is a mean of depends on the predictions"
    by_type = metric.type is not None or metric.average == "macro"
    if by_type and metric.criterion != MAIN.get(metric.layer, "strict"):
        return "single types are counted document by document under the main criterion only"
    return None


def number_pair(metric: Metric, pair: LayerPair) -> NumberPair:
    """The counts and the closed form of a number that can be tested.

    Raises ``InputError`` where the baseline has no counts for it.
    """
    now, closed = _number(metric, pair.now, pair.forms)
    try:
        then, _ = _number(metric, pair.then, pair.forms)
    except KeyError as problem:
        raise InputError(
            f"the baseline has no counts for {metric}",
            hint="Thresholds that came later: write the baseline anew with --update.",
        ) from problem
    return NumberPair(pair.documents, pair.declared, now, then, closed)


def _number(
    metric: Metric, counts: LayerCounts, forms: Mapping[str, Closed]
) -> tuple[Floats, Closed]:
    if metric.value == "accuracy":
        return counts.accuracies[metric.criterion].astype(np.float64), _share
    at = _AT[metric.value]
    main = counts.main.astype(np.float64)
    if metric.type is not None:
        return _of_label(metric.type, counts.labels, main), _value(at, precision_recall_f1)
    if metric.average == "macro":
        with_gold = main[..., 3].sum(axis=0) > 0
        return main[:, with_gold].reshape(len(main), -1), _macro(at, int(with_gold.sum()))
    form = forms.get(metric.criterion, precision_recall_f1)
    return counts.totals[metric.criterion].astype(np.float64), _value(at, form)


def _of_label(label: str, labels: tuple[str, ...], main: Floats) -> Floats:
    if label in labels:
        return main[:, labels.index(label)]
    return np.zeros((len(main), 4))


def _value(at: int, form: Closed) -> Closed:
    def closed(sums: NDArray[np.float64]) -> Floats:
        value: Floats = form(sums)[..., at : at + 1]
        return value

    return closed


def _macro(at: int, labels: int) -> Closed:
    """The mean over labels, an undefined one 0."""

    def closed(sums: NDArray[np.float64]) -> Floats:
        shape = sums.shape[:-1]
        if not labels:
            return np.full((*shape, 1), np.nan)
        each = precision_recall_f1(sums.reshape(*shape, labels, 4))[..., at]
        mean: Floats = np.nan_to_num(each).mean(axis=-1, keepdims=True)
        return mean

    return closed


def _share(sums: NDArray[np.float64]) -> Floats:
    share = np.full((*sums.shape[:-1], 1), np.nan)
    np.divide(sums[..., :1], sums[..., 1:], out=share, where=sums[..., 1:] > 0)
    return share
