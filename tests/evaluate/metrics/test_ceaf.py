"""The best assignment of many sparse graphs: the same value as a dense solver finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from goldwire.evaluate.metrics import ceaf
from goldwire.evaluate.metrics.ceaf import assignment_totals, connected_rows

Matrix = NDArray[Any]


def dense(weights: Matrix) -> float:
    return float(weights[linear_sum_assignment(weights, maximize=True)].sum())


def totals(matrices: list[Matrix]) -> list[float]:
    graph, row, column, weight = [], [], [], []
    rows = columns = 0
    for number, matrix in enumerate(matrices):
        at, other_at = np.nonzero(matrix)
        graph.append(np.full(len(at), number))
        row.append(at + rows)
        column.append(other_at + columns)
        weight.append(matrix[at, other_at])
        rows, columns = rows + matrix.shape[0], columns + matrix.shape[1]
    none = [np.zeros(0, np.int64)]
    found = assignment_totals(
        len(matrices),
        np.concatenate(graph or none),
        np.concatenate(row or none),
        np.concatenate(column or none),
        np.concatenate(weight or none),
    )
    result: list[float] = found.tolist()
    return result


def random_matrices(seed: int, count: int, most: int, density: float) -> list[Matrix]:
    chance = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        shape = chance.integers(1, most + 1, 2)
        made.append(chance.integers(1, 9, shape) * (chance.random(shape) < density))
    return made


def test_no_graph_and_graphs_without_cells_weigh_nothing() -> None:
    assert totals([]) == []
    assert totals([np.zeros((2, 3))]) == [0.0]


def test_of_a_square_of_four_the_better_diagonal_counts() -> None:
    assert totals([np.array([[3, 4], [4, 2]]), np.array([[5, 4], [4, 5]])]) == [8.0, 10.0]


def test_a_leaf_gives_way_where_its_column_gains_more_elsewhere() -> None:
    # Rows 0 and 1 want column 0; row 1 has another column, worth less than the loss.
    assert totals([np.array([[2, 0], [3, 2]]), np.array([[2, 0], [5, 2]])]) == [4.0, 5.0]


def test_of_equal_cells_in_a_star_one_counts() -> None:
    assert totals([np.ones((1, 5)), np.ones((5, 1)), np.ones((3, 5))]) == [1.0, 1.0, 3.0]


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
            lambda shape: st.lists(
                st.lists(st.integers(0, 4), min_size=shape[1], max_size=shape[1]),
                min_size=shape[0],
                max_size=shape[0],
            )
        ),
        max_size=4,
    )
)
def test_whole_numbers_give_the_solvers_value_exactly(cells: list[list[list[int]]]) -> None:
    matrices = [np.array(matrix) for matrix in cells]
    assert totals(matrices) == [dense(matrix) for matrix in matrices]


@pytest.mark.parametrize("density", [0.05, 0.2, 0.5, 1.0])
def test_large_graphs_give_the_solvers_value(density: float) -> None:
    matrices = random_matrices(7, 20, 40, density)
    assert totals(matrices) == [dense(matrix) for matrix in matrices]
    thirds = [matrix / 3 for matrix in matrices]
    assert totals(thirds) == pytest.approx([dense(matrix) for matrix in thirds], abs=1e-9)


def test_a_part_too_large_for_a_matrix_gives_the_same_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matrices = random_matrices(3, 10, 30, 0.3)
    expected = [dense(matrix) for matrix in matrices]
    monkeypatch.setattr(ceaf, "_DENSE", 0)
    assert totals(matrices) == pytest.approx(expected, abs=1e-9)


def test_a_long_chain_takes_neither_long_nor_much_memory() -> None:
    size = 20_000
    at = np.arange(size)
    row, column = np.concatenate([at, at[1:]]), np.concatenate([at, at[:-1]])
    weight = np.concatenate([np.full(size, 2), np.full(size - 1, 3)])
    found = assignment_totals(1, np.zeros(len(row), np.int64), row, column, weight)
    assert found.tolist() == [3.0 * (size - 1)]


def test_rows_are_connected_through_shared_columns() -> None:
    row, column = np.array([0, 1, 1, 3, 4]), np.array([0, 0, 1, 2, 2])
    assert connected_rows(row, column, 5, 3).tolist() == [0, 0, 2, 3, 3]
