"""The counts of one layer: what every number in the report is a closed form of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from .metrics.forms import Floats
from .tables import FOREIGN, OTHER_LABELS, Ints, LabelRows, label_codes

__all__ = ["WRONG", "LayerCounts", "joined_counts"]

NONE_FOLDED: NDArray[np.uint64] = np.zeros(0, np.uint64)

WRONG = (
    "wrong_type",
    "wrong_boundary",
    "wrong_both",
    "partial",
    "incorrect",
    "missed",
    "spurious",
)
"""Classes of errors: of each item that is not right, one."""


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
    wrong_chains: int = 0
    """Chains that are not found whole, or are from nothing: these have no label."""
    folded: NDArray[np.uint64] = NONE_FOLDED
    """The labels that share a row, in some of the documents at least, by ``label_codes``.

    There are none unless predictions hold more than ``FOREIGN`` labels of their own.
    """

    def cut_short(self) -> frozenset[str]:
        """Labels of gold whose row lacks predictions: they share a row in some documents."""
        if not len(self.folded):
            return frozenset()
        rows = np.flatnonzero(self.main[..., 3].sum(axis=0)).tolist()
        names = [self.labels[at] for at in rows]
        short = np.isin(label_codes(names), self.folded).tolist()
        return frozenset(name for name, folded in zip(names, short, strict=True) if folded)

    def foreign(self) -> tuple[NDArray[np.bool_], int]:
        """The rows of labels that gold does not have, and how many such labels there are."""
        rows: NDArray[np.bool_] = self.main[..., 3].sum(axis=0) == 0
        own = (name for at, name in enumerate(self.labels) if rows[at] and name != OTHER_LABELS)
        return rows, len(np.union1d(self.folded, label_codes(own)))

    def wrong(self) -> int:
        """How many errors there are, under ``strict``; of incidents, how many fillers."""
        return self.wrong_chains + sum(
            int(self.errors[name].sum()) for name in WRONG if name in self.errors
        )


def of_ratios(rows: LabelRows, found: Mapping[str, Floats], main: str) -> LayerCounts:
    """Counts of criteria that go by label: arrays of shape ``(documents, rows, 4)``."""
    whole = found[main]
    hits = whole[..., 0].sum(axis=0)
    return LayerCounts(
        rows.names,
        {name: ratios.sum(axis=1) for name, ratios in found.items()},
        {name: ratios.sum(axis=0) for name, ratios in found.items()},
        whole,
        {
            "correct": hits,
            "missed": whole[..., 3].sum(axis=0) - whole[..., 2].sum(axis=0),
            "spurious": whole[..., 1].sum(axis=0) - hits,
        },
        items=(int(whole[..., 3].sum()), int(whole[..., 1].sum())),
        folded=label_codes(rows.folded),
    )


def joined_counts(parts: Sequence[LayerCounts]) -> LayerCounts:
    """The counts of several blocks as one, documents in the order of the parts.

    Labels are those of all parts; of the ones that no gold has, only the most frequent keep a
    row of their own, as in :class:`.tables.Labels`, and none that shares a row in some part.
    """
    if len(parts) == 1:
        return parts[0]
    labels, folded = _joined_labels(parts)
    at_label = {name: at for at, name in enumerate(labels)}
    others = at_label.get(OTHER_LABELS, -1)
    width = len(labels)
    columns = [
        np.array([at_label.get(name, others) for name in part.labels], np.intp) for part in parts
    ]
    last = parts[-1]

    def by_label(arrays: Sequence[NDArray[Any]], axis: int = 0) -> list[NDArray[Any]]:
        return [_moved(array, at, width, axis) for array, at in zip(arrays, columns, strict=True)]

    return LayerCounts(
        labels,
        {name: np.concatenate([part.totals[name] for part in parts]) for name in last.totals},
        {
            name: np.sum(by_label([part.by_label[name] for part in parts]), axis=0)
            for name in last.by_label
        },
        np.concatenate(by_label([part.main for part in parts], axis=1)),
        {
            name: np.sum(by_label([part.errors[name] for part in parts]), axis=0)
            for name in last.errors
        },
        None if last.confusion is None else _joined_confusion(parts, columns, width),
        {
            name: np.concatenate([part.accuracies[name] for part in parts])
            for name in last.accuracies
        },
        _summed([part.items for part in parts]),
        sum(part.ignored for part in parts),
        _summed([part.duplicates for part in parts]),
        _summed([part.unscored for part in parts]),
        sum(part.wrong_chains for part in parts),
        folded,
    )


def _joined_labels(parts: Sequence[LayerCounts]) -> tuple[tuple[str, ...], NDArray[np.uint64]]:
    """All labels in the order in which they come, those that share a row as one; and the latter."""
    golden: dict[str, None] = {}
    foreign: dict[str, float] = {}
    for part in parts:
        gold, predicted = (part.main[:, :, at].sum(axis=0).tolist() for at in (3, 1))
        for name, has_gold, guesses in zip(part.labels, gold, predicted, strict=True):
            if has_gold:
                golden[name] = None
            else:
                foreign[name] = foreign.get(name, 0) + guesses
    folded: NDArray[np.uint64] = np.unique(np.concatenate([part.folded for part in parts]))
    several = [name for name in foreign if name not in golden and name != OTHER_LABELS]
    if len(folded):
        shared = np.isin(label_codes(several), folded).tolist()
        several = [name for name, one in zip(several, shared, strict=True) if not one]
    several.sort(key=lambda name: (-foreign[name], name))
    names = dict.fromkeys([*golden, *several[:FOREIGN]])
    beyond = [name for name in foreign if name not in names and name != OTHER_LABELS]
    if beyond or len(folded):
        names[OTHER_LABELS] = None
        folded = np.union1d(folded, label_codes(beyond))
    return tuple(names), folded


def _moved(array: NDArray[Any], columns: Ints, width: int, axis: int) -> NDArray[Any]:
    """The array with its labels in other columns; those that meet in one add."""
    if len(columns) == width and (columns == np.arange(width)).all():
        return array
    shape = list(array.shape)
    shape[axis] = width
    whole = np.zeros(shape, array.dtype)
    np.add.at(np.moveaxis(whole, axis, 0), columns, np.moveaxis(array, axis, 0))
    return whole


def _joined_confusion(parts: Sequence[LayerCounts], columns: Sequence[Ints], width: int) -> Ints:
    whole = np.zeros((width + 1, width + 1), np.int64)
    for part, at in zip(parts, columns, strict=True):
        if part.confusion is not None:
            cells = np.append(at, width)
            np.add.at(whole, np.ix_(cells, cells), part.confusion)
    return whole


def _summed(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(one for one, _ in pairs), sum(other for _, other in pairs)
