"""The counts of one layer: what every number in the report is a closed form of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from .metrics.forms import Floats
from .tables import Ints

__all__ = ["LayerCounts", "joined_counts"]


class LayerCounts(Struct, frozen=True):
    """Counts of one layer over some documents; rows of documents add.

    ``totals`` maps a criterion to its counts, shape ``(documents, columns)``: ratios, or what
    the closed form of the criterion takes. ``by_label`` holds their sums over documents, shape
    ``(labels, 4)``, where a criterion goes by label, and ``main`` the ratios of the main
    criterion, shape ``(documents, labels, 4)``. ``accuracies`` hold the pairs with the right
    value of an attribute and all pairs compared, shape ``(documents, 2)``.
    """

    labels: tuple[str, ...]
    totals: dict[str, Floats]
    by_label: dict[str, Floats]
    main: NDArray[Any]
    """Single precision where all counts are whole numbers below 2²⁴."""
    errors: dict[str, Ints]
    """Error classes by label, shape ``(labels,)``."""
    confusion: Ints | None = None
    """Shape ``(labels + 1, labels + 1)``: the last row the spurious, the last column the missed."""
    accuracies: dict[str, Floats] = field(default_factory=dict)
    items: tuple[int, int] = (0, 0)
    """Items that were compared, in gold and in the predictions."""
    ignored: int = 0
    duplicates: tuple[int, int] = (0, 0)
    unscored: tuple[int, int] = (0, 0)


def of_ratios(labels: Sequence[str], found: Mapping[str, Floats], main: str) -> LayerCounts:
    """Counts of criteria that go by label: arrays of shape ``(documents, labels, 4)``."""
    whole = found[main]
    hits = whole[..., 0].sum(axis=0)
    return LayerCounts(
        tuple(labels),
        {name: ratios.sum(axis=1) for name, ratios in found.items()},
        {name: ratios.sum(axis=0) for name, ratios in found.items()},
        whole,
        {
            "correct": hits,
            "missed": whole[..., 3].sum(axis=0) - whole[..., 2].sum(axis=0),
            "spurious": whole[..., 1].sum(axis=0) - hits,
        },
        items=(int(whole[..., 3].sum()), int(whole[..., 1].sum())),
    )


def joined_counts(parts: Sequence[LayerCounts]) -> LayerCounts:
    """The counts of several blocks as one, documents in the order of the parts.

    A later part may know more labels: they follow those of the earlier ones.
    """
    if len(parts) == 1:
        return parts[0]
    last = parts[-1]
    width = len(last.labels)
    return LayerCounts(
        last.labels,
        {name: np.concatenate([part.totals[name] for part in parts]) for name in last.totals},
        {
            name: np.sum([_wider(part.by_label[name], width, 0) for part in parts], axis=0)
            for name in last.by_label
        },
        np.concatenate([_wider(part.main, width, 1) for part in parts]),
        {
            name: np.sum([_wider(part.errors[name], width, 0) for part in parts], axis=0)
            for name in last.errors
        },
        None if last.confusion is None else _joined_confusion(parts, width),
        {
            name: np.concatenate([part.accuracies[name] for part in parts])
            for name in last.accuracies
        },
        _summed([part.items for part in parts]),
        sum(part.ignored for part in parts),
        _summed([part.duplicates for part in parts]),
        _summed([part.unscored for part in parts]),
    )


def _wider(array: NDArray[Any], width: int, axis: int) -> NDArray[Any]:
    more = width - array.shape[axis]
    if not more:
        return array
    room = [(0, more if at == axis else 0) for at in range(array.ndim)]
    return np.pad(array, room)


def _joined_confusion(parts: Sequence[LayerCounts], width: int) -> Ints:
    whole = np.zeros((width + 1, width + 1), np.int64)
    for part in parts:
        cells = part.confusion
        if cells is None:
            continue
        known = len(part.labels)
        whole[:known, :known] += cells[:known, :known]
        whole[:known, width] += cells[:known, known]
        whole[width, :known] += cells[known, :known]
    return whole


def _summed(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(one for one, _ in pairs), sum(other for _, other in pairs)
