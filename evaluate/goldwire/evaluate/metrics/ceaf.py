"""The best one-to-one assignment of many small sparse graphs at once: what CEAF needs.

CEAF (Luo 2005) aligns gold and predicted entities one-to-one so that their similarity is
largest. Only the sum counts, and most of it can be read off without solving anything:

- A cell whose weight is at least that of the best other cell in its row and of the best other
  cell in its column together belongs to a best assignment.
- A row with one cell may hand its weight to its column: take the cell, and subtract its weight
  from the other cells of the column, which then stand for what a change of mind would gain.

Both rules are applied to all graphs at once, round after round. What remains is cut into
connected parts: few, and mostly tiny.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .forms import Floats

__all__ = ["assignment_totals", "connected_rows"]

_FEW = 4
"""Rows or columns of a part that is settled here; larger parts import scipy."""

_DENSE = 4_000_000
"""Cells of a matrix with zeros; a larger part is given to the solver of sparse graphs."""

_WORTHWHILE = 0.9
"""Another round is tried while a round leaves at most this share of the cells."""

Rows = NDArray[np.int64]


class _Cells(Struct, frozen=True):
    """The cells of all graphs that are still open; every array has shape ``(cells,)``."""

    graph: Rows
    row: Rows
    column: Rows
    weight: Floats

    def __len__(self) -> int:
        return len(self.row)

    def take(self, keep: NDArray[Any]) -> _Cells:
        """Some of the cells."""
        return _Cells(self.graph[keep], self.row[keep], self.column[keep], self.weight[keep])

    def turned(self) -> _Cells:
        """Rows as columns and columns as rows."""
        return _Cells(self.graph, self.column, self.row, self.weight)


def assignment_totals(
    graphs: int,
    graph: NDArray[Any],
    row: NDArray[Any],
    column: NDArray[Any],
    weight: NDArray[Any],
) -> Floats:
    """The weight of the best one-to-one assignment of each graph: shape ``(graphs,)``.

    ``graph``, ``row``, ``column``, and ``weight`` have shape ``(cells,)``. Rows and columns are
    numbered from 0 over all graphs, a row or column belongs to one graph, and no two cells
    share both. Weights are above 0; a pair without a cell weighs 0. The result is exact for
    whole numbers, and for others up to rounding (Kuhn 1955 for what has to be solved).
    """
    cells = _Cells(
        graph.astype(np.int64),
        row.astype(np.int64),
        column.astype(np.int64),
        weight.astype(np.float64),
    )
    totals = np.zeros(graphs)
    if not len(cells):
        return totals
    rows, columns = int(cells.row.max()) + 1, int(cells.column.max()) + 1
    before = np.inf
    while 0 < len(cells) <= _WORTHWHILE * before:
        before = len(cells)
        cells = _settle_certain(cells, rows, columns, totals)
        cells = _fold_leaves(cells, rows, columns, totals)
        cells = _fold_leaves(cells.turned(), columns, rows, totals).turned()
    for part in _parts(cells, rows, columns):
        totals[part.graph[0]] += _best(part)
    return totals


def _settle_certain(cells: _Cells, rows: int, columns: int, totals: Floats) -> _Cells:
    """Take the cells that no other pair of cells can beat; the cells that stay open."""
    rivals = _best_other(cells.row, cells.weight, rows)
    rivals += _best_other(cells.column, cells.weight, columns)
    sure = np.flatnonzero(cells.weight >= rivals)
    # Equal cells that share a row or a column stand in a star of equals: any one will do.
    sure = sure[_is_first(cells.row[sure], rows)]
    sure = sure[_is_first(cells.column[sure], columns)]
    _add(totals, cells.graph[sure], cells.weight[sure])
    used_rows, used_columns = np.zeros(rows, bool), np.zeros(columns, bool)
    used_rows[cells.row[sure]] = True
    used_columns[cells.column[sure]] = True
    return cells.take(~(used_rows[cells.row] | used_columns[cells.column]))


def _best_other(line: Rows, weight: Floats, size: int) -> Floats:
    """For every cell the largest weight of the other cells in its line; 0 without others."""
    largest, second = np.zeros(size), np.zeros(size)
    np.maximum.at(largest, line, weight)
    other = largest[line]
    peaks = np.flatnonzero(weight == other)
    peak = np.full(size, -1)
    peak[line[peaks]] = peaks  # one of equals, so that the others still see it
    peak = peak[peak >= 0]
    rest = weight.copy()
    rest[peak] = 0
    np.maximum.at(second, line, rest)
    other[peak] = second[line[peak]]
    return other


def _is_first(line: Rows, size: int) -> NDArray[np.bool_]:
    """Whether no earlier cell is in the same line."""
    first = np.zeros(size, np.int64)
    first[line[::-1]] = np.arange(len(line))[::-1]
    is_first: NDArray[np.bool_] = first[line] == np.arange(len(line))
    return is_first


def _fold_leaves(cells: _Cells, rows: int, columns: int, totals: Floats) -> _Cells:
    """Take the best of the rows with one cell for every column; others keep what they gain."""
    leaf = np.bincount(cells.row, minlength=rows)[cells.row] == 1
    taken = np.zeros(columns)
    np.maximum.at(taken, cells.column[leaf], cells.weight[leaf])
    graph_of = np.zeros(columns, np.int64)
    graph_of[cells.column] = cells.graph
    folded = np.flatnonzero(taken)
    _add(totals, graph_of[folded], taken[folded])
    gain = cells.weight - taken[cells.column]
    left = _Cells(cells.graph, cells.row, cells.column, gain)
    return left.take(~leaf & (gain > 0))


def _add(totals: Floats, graph: Rows, weight: Floats) -> None:
    totals += np.bincount(graph, weights=weight, minlength=len(totals))


def _parts(cells: _Cells, rows: int, columns: int) -> list[_Cells]:
    """The connected parts, rows and columns of each numbered from 0."""
    if not len(cells):
        return []
    label = connected_rows(cells.row, cells.column, rows, columns)[cells.row]
    order = np.argsort(label, kind="stable")
    cells, label = cells.take(order), label[order]
    cuts = np.flatnonzero(label[1:] != label[:-1]) + 1
    bounds = [0, *cuts.tolist(), len(cells)]
    return [
        _numbered(cells.take(np.arange(begin, end)))
        for begin, end in zip(bounds, bounds[1:], strict=False)
    ]


def connected_rows(row: Rows, column: Rows, rows: int, columns: int) -> Rows:
    """For every row the lowest row that it is connected with through cells: shape ``(rows,)``.

    ``row`` and ``column`` have shape ``(cells,)``; a row without cells stands for itself.
    """
    lowest = np.arange(rows)
    while True:
        by_column = np.full(columns, rows)
        np.minimum.at(by_column, column, lowest[row])
        lower = lowest.copy()
        np.minimum.at(lower, row, by_column[column])
        lower = lower[lower]  # the row that stands for mine may have found a lower one itself
        if (lower == lowest).all():
            return lowest
        lowest = lower


def _numbered(part: _Cells) -> _Cells:
    row = np.unique(part.row, return_inverse=True)[1]
    column = np.unique(part.column, return_inverse=True)[1]
    return _Cells(part.graph, row, column, part.weight)


def _best(part: _Cells) -> float:
    """The weight of the best assignment of one connected part."""
    rows, columns = int(part.row.max()) + 1, int(part.column.max()) + 1
    if columns <= _FEW:
        return _best_of_few(part)
    if rows <= _FEW:
        return _best_of_few(part.turned())
    if rows * columns <= _DENSE:
        return _best_of_many(part, rows, columns)
    return _best_of_sparse(part, rows, columns)


def _best_of_few(part: _Cells) -> float:
    """Go through the rows and keep, for every set of used columns, the best sum so far."""
    ways: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row, column, weight in zip(
        part.row.tolist(), part.column.tolist(), part.weight.tolist(), strict=True
    ):
        ways[row].append((1 << column, weight))
    best = {0: 0.0}
    for row in sorted(ways):
        reached = dict(best)
        for used, total in best.items():
            for column, weight in ways[row]:
                if not used & column:
                    both = used | column
                    reached[both] = max(reached.get(both, 0.0), total + weight)
        best = reached
    return max(best.values())


def _best_of_many(part: _Cells, rows: int, columns: int) -> float:
    from scipy.optimize import linear_sum_assignment

    weights = np.zeros((rows, columns))
    weights[part.row, part.column] = part.weight
    return float(weights[linear_sum_assignment(weights, maximize=True)].sum())


def _best_of_sparse(part: _Cells, rows: int, columns: int) -> float:
    """Every row gets a column of its own beside the real ones: a way to stay unassigned."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    nothing = 2 * float(part.weight.max())
    cost = np.concatenate([nothing - part.weight, np.full(rows, nothing)])
    row = np.concatenate([part.row, np.arange(rows)])
    column = np.concatenate([part.column, columns + np.arange(rows)])
    graph = csr_array((cost, (row, column)), shape=(rows, columns + rows))
    chosen = min_weight_full_bipartite_matching(graph)
    return float((nothing - np.asarray(graph[chosen])).sum())
