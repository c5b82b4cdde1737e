"""Units that annotators mark on texts, as columns, and as a partition of each text.

The agreement of unitising compares partitions: to one annotator, each character lies in one unit
or in none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["Units", "check", "partition"]


class Units(Struct, frozen=True):
    """Units of annotators, one row a unit; every array has shape ``(units,)``.

    ``start`` and ``end`` are offsets into the text, half-open. ``code`` is the number of the
    category. A discontinuous unit is given as one row a fragment.
    """

    document: NDArray[Any]
    annotator: NDArray[Any]
    start: NDArray[Any]
    end: NDArray[Any]
    code: NDArray[Any]

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: NDArray[Any]) -> Units:
        """Some of the units: a mask, or row numbers in the order that is wanted."""
        return Units(
            self.document[rows],
            self.annotator[rows],
            self.start[rows],
            self.end[rows],
            self.code[rows],
        )


def check(
    units: Units, lengths: NDArray[Any], annotated: NDArray[np.bool_], categories: int
) -> None:
    """Raise ``ValueError`` where units do not fit to the texts, annotators, and categories.

    ``lengths`` has shape ``(documents,)``, ``annotated`` ``(documents, annotators)``.
    """
    if not len(units):
        return
    if (units.start < 0).any() or (units.end > lengths[units.document]).any():
        raise ValueError("a unit must lie within its text")
    if not annotated[units.document, units.annotator].all():
        raise ValueError("a unit must be of an annotator who worked on its document")
    if units.code.min() < 0 or units.code.max() >= categories:
        raise ValueError(f"codes must lie between 0 and {categories - 1}")


def partition(units: Units) -> Units:
    """Units of which no two of one annotator overlap, in the order of document and annotator.

    A character belongs to the longest unit that covers it; of equally long ones to the one that
    starts earlier, then to the lower code. So what is left of a unit is in one piece; units of
    which nothing is left, as duplicates and nested ones, are dropped. Raises ``ValueError`` for
    a unit without characters.
    """
    if (units.start >= units.end).any():
        raise ValueError("a unit must cover at least one character")
    units = units.take(
        np.lexsort((units.code, units.end, units.start, units.annotator, units.document))
    )
    if not len(units):
        return units
    new = np.ones(len(units), bool)
    new[1:] = (units.document[1:] != units.document[:-1]) | (
        units.annotator[1:] != units.annotator[:-1]
    )
    group = np.cumsum(new) - 1
    shift = group * (int(units.end.max()) - int(units.start.min()))
    reach = np.maximum.accumulate(units.end + shift)
    tangled = np.zeros(group[-1] + 1, bool)
    tangled[group[1:][(units.start + shift)[1:] < reach[:-1]]] = True
    if not tangled.any():
        return units
    first = np.flatnonzero(new)
    parts = [units.take(~tangled[group])]
    for number in np.flatnonzero(tangled):
        end = first[number + 1] if number + 1 < len(first) else len(units)
        parts.append(_untangled(units.take(np.arange(first[number], end))))
    whole = Units(
        np.concatenate([part.document for part in parts]),
        np.concatenate([part.annotator for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.code for part in parts]),
    )
    return whole.take(np.lexsort((whole.start, whole.annotator, whole.document)))


def _untangled(units: Units) -> Units:
    """The partition of one annotator's units on one text: longer units painted over shorter."""
    bounds = np.unique(np.concatenate([units.start, units.end]))
    owner = np.full(len(bounds) - 1, -1)
    first, last = np.searchsorted(bounds, units.start), np.searchsorted(bounds, units.end)
    for row in np.lexsort((-units.code, -units.start, units.end - units.start)):
        owner[first[row] : last[row]] = row
    rows, begins = np.unique(owner, return_index=True)
    ends = len(owner) - np.unique(owner[::-1], return_index=True)[1]
    kept = rows >= 0
    rows, begins, ends = rows[kept], begins[kept], ends[kept]
    return Units(
        units.document[rows], units.annotator[rows], bounds[begins], bounds[ends], units.code[rows]
    )
