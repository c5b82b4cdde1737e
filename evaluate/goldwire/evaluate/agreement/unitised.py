"""Where annotators see units in the text: alphas of unitising, and gamma, for layers of spans."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..columns import SPAN_LAYERS
from ..metrics.coefficients import Coefficient
from ..metrics.continuum import Units
from ..metrics.gamma import Sampling, gamma_of
from ..metrics.gamma_categories import NOBODY, NOT_ALIGNED, ONE_CATEGORY, gamma_family_counts
from ..metrics.unitising import unitising_coefficients, unitising_counts
from ..tables import joined
from .annotators import Team, declares, lies_in, shared_unscored
from .closed_forms import unitising_columns, unitising_of_columns
from .estimates import Number
from .model import Estimate, GammaRow, LabelGamma, UnitisingRow

__all__ = ["UNITISED", "gamma_numbers", "gamma_row", "unitising_numbers", "unitising_row"]

UNITISED = ("mentions", "events", "attributions", "zones")
"""Layers whose items are compared as units of the text."""


def unitising_numbers(team: Team, layer: str) -> Iterator[Number]:
    """ᵤα, |ᵤα, and cᵤα of a layer over all annotators, in this order.

    The continuum is the whole text of each document. Units are the items of the layer, one for
    each fragment, without those in zones that nobody scores.
    """
    units, names, annotated = _units(team, layer)
    labels = len(names)
    lengths = np.array([_length(team, name) for name in team.ids], np.int64)
    compared = annotated.sum(axis=1) >= 2
    counts = unitising_counts(units, lengths, annotated, categories=labels)
    marked = np.bincount(units.code[compared[units.document]], minlength=labels)
    found = unitising_coefficients(counts.sum(axis=0), marked)
    for each, columns in zip(
        (found.whole, found.relevance, found.coding), unitising_columns(counts), strict=True
    ):
        yield Number(
            columns,
            unitising_of_columns,
            int(compared.sum()),
            each.units,
            _reason(each),
            each.observed,
        )


def _reason(found: Coefficient) -> str:
    return found.reason or "undefined"


def unitising_row(layer: str, found: Iterator[Estimate]) -> UnitisingRow:
    """A layer's row of the report, from the estimates of `unitising_numbers`, in order."""
    return UnitisingRow(layer, next(found), next(found), next(found))


def gamma_numbers(team: Team, layer: str, sampling: Sampling) -> Iterator[Number]:
    """γ and γcat of a layer over all annotators, then γₖ of each label that `gamma_row` names.

    Each text is a continuum of those who annotated it; units as for the alphas.
    """
    units, names, annotated = _units(team, layer)
    compared = annotated.sum(axis=1) >= 2
    documents: list[list[list[tuple[float, float, str]]]]
    documents = [[[] for _ in team.names] for _ in compared]
    columns = (units.document, units.annotator, units.start, units.end, units.code)
    for number, who, start, end, code in np.stack(columns, axis=1).tolist():
        documents[number][who].append((start, end, names[code]))
    counts = gamma_family_counts(
        [
            [marks for marks, worked in zip(document, workers, strict=True) if worked]
            for document, workers in zip(documents, annotated.tolist(), strict=True)
        ],
        names,
        sampling=sampling,
    )
    marked = units.code[compared[units.document]]
    known, several = int(compared.sum()), len(marked)
    yield Number(counts.gamma, gamma_of, known, several, NOBODY if not several else ONE_CATEGORY)
    yield Number(counts.cat, gamma_of, known, several, _why_not(several, len(names)))
    for code in range(len(names)):
        size = int((marked == code).sum())
        yield Number(counts.k[:, code], gamma_of, known, size, _why_not(size, len(names)))


def _why_not(units: int, labels: int) -> str:
    """Why γcat or γₖ has no value, if it has none."""
    return NOBODY if not units else ONE_CATEGORY if labels == 1 else NOT_ALIGNED


def gamma_row(team: Team, layer: str, found: Iterator[Estimate]) -> GammaRow:
    """A layer's row of the report, from the estimates of `gamma_numbers`, in order."""
    _, names, _ = _units(team, layer)
    gamma, cat = next(found), next(found)
    return GammaRow(layer, gamma, cat, tuple(LabelGamma(name, next(found)) for name in names))


def _length(team: Team, name: str) -> int:
    return len(next(own[name].text for own in team.documents if name in own))


def _units(team: Team, layer: str) -> tuple[Units, list[str], np.ndarray]:
    """The units of all annotators, the labels of their codes, and who annotated what."""
    rows: list[tuple[int, int, int, int, str]] = []
    annotated = np.zeros((len(team.ids), len(team.names)), bool)
    for number, name in enumerate(team.ids):
        versions = [own.get(name) for own in team.documents]
        apart = shared_unscored([version for version in versions if version is not None])
        for who, version in enumerate(versions):
            if version is None or not declares(version, layer):
                continue
            annotated[number, who] = True
            for item in getattr(version, layer):
                shape = joined(item.spans)
                if layer == "zones" or not lies_in(shape, apart):
                    label = getattr(item, SPAN_LAYERS[layer])
                    rows += [(number, who, start, end, label) for start, end in shape]
    names = sorted({label for *_, label in rows})
    codes = {label: code for code, label in enumerate(names)}
    table = np.array([(*row[:4], codes[row[4]]) for row in rows], np.int64).reshape(-1, 5)
    return Units(*table.T), names, annotated
