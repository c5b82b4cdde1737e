"""The documents that an annotator or a researcher would open first, over all layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from goldwire.schema.errors import UnknownName

from ..counting import Counted
from ..layers import MAIN
from ..metrics.forms import precision_recall_f1
from ..scores import Score, scores_of

__all__ = ["LayerErrors", "WorstDocument", "worst_documents"]


class LayerErrors(Struct, frozen=True):
    """The errors of one layer in one document: gold without its match, predictions without."""

    layer: str
    score: Score
    missed: float
    spurious: float


class WorstDocument(Struct, frozen=True):
    """One document: its errors in all layers, and the score over all of their items together."""

    document: str
    errors: float
    score: Score
    layers: tuple[LayerErrors, ...]
    """Those with errors, the most first."""


def worst_documents(
    counted: Counted, layers: Sequence[str] | None = None, most: int = 20
) -> list[WorstDocument]:
    """The ``most`` documents with the most errors; of equals the lower F1, then the earlier id.

    Errors are gold items without a match and predictions without one, under ``strict``, or under
    the main criterion where a layer has no ``strict``: a pair with the wrong type or boundary
    is two. Chains have no errors that can be counted one by one; ``entities`` and ``hoppers``
    are left out. ``layers`` defaults to all that were counted. Raises ``UnknownName`` for one
    that was not.
    """
    chosen = list(counted.layers if layers is None else dict.fromkeys(layers))
    for layer in chosen:
        if layer not in counted.layers:
            raise UnknownName("layer", layer, counted.layers)
    parts = {}
    for layer in chosen:
        totals = counted.layers[layer].totals
        name = "strict" if "strict" in totals else MAIN.get(layer, "strict")
        if name not in counted.forms(layer):
            parts[layer] = totals[name]
    if not parts:
        return []
    ratios = np.stack([*parts.values()])
    missed, spurious = ratios[..., 3] - ratios[..., 2], ratios[..., 1] - ratios[..., 0]
    whole = ratios.sum(axis=0)
    errors = (missed + spurious).sum(axis=0)
    f1 = np.nan_to_num(precision_recall_f1(whole)[:, 2])
    wrong = np.flatnonzero(errors > 0).tolist()
    wrong.sort(key=lambda row: (-errors[row], f1[row], counted.documents[row]))
    found = []
    for row in wrong[:most]:
        scores = scores_of(ratios[:, row])
        by_layer = [
            LayerErrors(layer, score, float(missed[at, row]), float(spurious[at, row]))
            for at, (layer, score) in enumerate(zip(parts, scores, strict=True))
            if missed[at, row] + spurious[at, row] > 0
        ]
        by_layer.sort(key=lambda each: -(each.missed + each.spurious))
        found.append(
            WorstDocument(
                counted.documents[row],
                float(errors[row]),
                scores_of(whole[row : row + 1])[0],
                tuple(by_layer),
            )
        )
    return found
