"""What agreement coefficients share: judgements by number, and how often each was given."""

from __future__ import annotations

import numpy as np
import pytest

from goldwire.evaluate.metrics.coefficients import judgements, summed, tally


def test_categories_are_numbered_in_their_own_order() -> None:
    table = judgements([["b", "a", None], ["c", float("nan"), "a"]])
    assert table.values == ("a", "b", "c")
    assert table.codes.tolist() == [[1, 0, -1], [2, -1, 0]]


def test_categories_without_an_order_are_numbered_all_the_same() -> None:
    one = judgements([["x", 1, (2,)]])
    other = judgements([[(2,), "x", 1]])
    assert one.values == other.values
    assert set(one.values) == {"x", 1, (2,)}


def test_an_array_is_read_as_a_list_is() -> None:
    data = np.array([[1.0, np.nan], [2.0, 1.0]])
    assert judgements(data).codes.tolist() == [[0, -1], [1, 0]]


def test_nothing_at_all_is_an_empty_table() -> None:
    assert judgements([]).codes.shape == (0, 0)
    assert judgements([[], []]).codes.shape == (2, 0)


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="annotator 1 judged 1 units, annotator 0 2"):
        judgements([[1, 2], [1]])


def test_units_with_one_judgement_have_no_entries() -> None:
    entries = tally(np.array([[0, 1, -1, 2], [0, -1, -1, 0], [1, -1, -1, 2]]), 3)
    assert entries.size.tolist() == [3, 1, 0, 3]
    assert entries.units == 2
    rows = zip(entries.unit, entries.category, entries.count, strict=True)
    assert [tuple(map(int, row)) for row in rows] == [(0, 0, 2), (0, 1, 1), (3, 0, 1), (3, 2, 2)]


@pytest.mark.parametrize("codes", [[[0, 3]], [[-2, 0]]])
def test_codes_out_of_range_are_refused(codes: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="between -1 and 2"):
        tally(np.array(codes), 3)


def test_codes_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        tally(np.array([0, 1]), 2)


def test_the_order_of_addition_does_not_show() -> None:
    random = np.random.default_rng(0)
    divisor, amount = random.integers(1, 8, 1000), random.integers(0, 9, 1000)
    place = random.integers(0, 3, 1000)
    order = random.permutation(1000)
    one = summed(place, amount, divisor, 3)
    assert (one == summed(place[order], amount[order], divisor[order], 3)).all()
