"""How deep items stand inside others of their layer, and which of them hold others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..keys import stride
from ..tables import Ints, Spans

__all__ = ["DEEPEST", "nesting"]

DEEPEST = 2
"""Stands for this depth and all beyond."""


def nesting(table: Spans) -> tuple[Ints, NDArray[np.bool_]]:
    """The depth of each item, at most ``DEEPEST``, and whether it holds others.

    Both have shape ``(items,)``. The depth is the number of other extents of the same table and
    document that an item lies in; items of one extent do not lie in each other. A discontinuous
    item extends from its first to its last character.
    """
    size = len(table)
    if not size:
        return np.zeros(0, np.int64), np.zeros(0, bool)
    step = stride(table.end) + 1
    starts, ends = (table.document * step + offset for offset in (table.start, table.end))
    order = np.lexsort((-ends, starts))
    starts, ends = starts[order], ends[order]
    new = np.ones(size, bool)
    new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    group = np.cumsum(new) - 1
    ends = ends[new]
    # In this order what holds an extent stands before it: it is one that ends no earlier.
    furthest = np.maximum.accumulate(ends)
    overtaken = np.minimum(furthest[:-1], ends[1:])
    second = np.maximum.accumulate(np.concatenate([[-1], overtaken]))
    depth = np.zeros(len(ends), np.int64)
    depth[1:] += furthest[:-1] >= ends[1:]
    depth[1:] += second[:-1] >= ends[1:]
    nearest = np.minimum.accumulate(ends[::-1])[::-1]
    holds = np.zeros(len(ends), bool)
    holds[:-1] = nearest[1:] <= ends[:-1]
    found, contains = np.empty(size, np.int64), np.empty(size, bool)
    found[order], contains[order] = depth[group], holds[group]
    return found, contains
