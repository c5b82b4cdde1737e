"""Units as a partition of each text: the longest unit takes the characters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.continuum import Units, check, partition

Row = tuple[int, int, int, int, int]


def units(*rows: Row) -> Units:
    """Units from rows: document, annotator, start, end, code."""
    document, annotator, start, end, code = np.array(rows, np.int64).reshape(-1, 5).T
    return Units(document, annotator, start, end, code)


def rows(table: Units) -> list[tuple[Any, ...]]:
    """Rows from units."""
    columns = (table.document, table.annotator, table.start, table.end, table.code)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize(
    ("given_rows", "wanted"),
    [
        ([], []),
        # Adjacent units do not overlap.
        ([(0, 0, 0, 3, 0), (0, 0, 3, 5, 0)], [(0, 0, 0, 3, 0), (0, 0, 3, 5, 0)]),
        # Nested units and duplicates go.
        ([(0, 0, 0, 9, 0), (0, 0, 2, 4, 1), (0, 0, 0, 9, 0)], [(0, 0, 0, 9, 0)]),
        # A shorter unit keeps what the longer one leaves.
        ([(0, 0, 0, 5, 0), (0, 0, 3, 10, 1)], [(0, 0, 0, 3, 0), (0, 0, 3, 10, 1)]),
        # Two longer ones leave the middle.
        (
            [(0, 0, 0, 6, 0), (0, 0, 4, 9, 1), (0, 0, 7, 13, 2)],
            [(0, 0, 0, 6, 0), (0, 0, 6, 7, 1), (0, 0, 7, 13, 2)],
        ),
        # Equally long: the earlier; equal: the lower code.
        ([(0, 0, 2, 6, 0), (0, 0, 0, 4, 1)], [(0, 0, 0, 4, 1), (0, 0, 4, 6, 0)]),
        ([(0, 0, 0, 4, 1), (0, 0, 0, 4, 0)], [(0, 0, 0, 4, 0)]),
        # Other annotators and other documents do not matter.
        (
            [(1, 0, 0, 4, 0), (0, 1, 1, 4, 0), (0, 0, 0, 4, 0)],
            [(0, 0, 0, 4, 0), (0, 1, 1, 4, 0), (1, 0, 0, 4, 0)],
        ),
    ],
)
def test_partition_by_hand(given_rows: list[Row], wanted: list[Row]) -> None:
    assert rows(partition(units(*given_rows))) == wanted


def test_units_without_characters_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one character"):
        partition(units((0, 0, 3, 3, 0)))


def some_units() -> st.SearchStrategy[list[Row]]:
    """Units of three annotators on two texts of 12 characters, in three categories."""
    spans = st.tuples(st.integers(0, 11), st.integers(1, 6)).map(
        lambda span: (span[0], min(span[0] + span[1], 12))
    )
    return st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 2), spans, st.integers(0, 2)).map(
            lambda unit: (unit[0], unit[1], *unit[2], unit[3])
        ),
        max_size=12,
    )


@given(some_units(), st.randoms(use_true_random=False))
def test_partition_keeps_each_covered_character_once(some: list[Row], random: Any) -> None:
    found = rows(partition(units(*some)))

    def characters(table: list[Any]) -> list[tuple[int, int, int]]:
        return [(row[0], row[1], at) for row in table for at in range(row[2], row[3])]

    assert sorted(characters(found)) == sorted(set(characters(some)))
    assert rows(partition(units(*found))) == found
    assert rows(partition(units(*random.sample(some, len(some))))) == found


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((0, 0, -1, 3, 0), "within its text"),
        ((0, 0, 5, 11, 0), "within its text"),
        ((0, 1, 0, 3, 0), "who worked on its document"),
        ((0, 0, 0, 3, 2), "between 0 and 1"),
        ((0, 0, 0, 3, -1), "between 0 and 1"),
    ],
)
def test_units_that_do_not_fit_are_refused(row: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(units(row), np.array([10]), np.array([[True, False]]), 2)
