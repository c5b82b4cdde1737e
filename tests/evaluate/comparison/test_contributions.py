"""What documents and types contribute to a difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.comparison.contributions import contributions
from goldwire.evaluate.metrics.forms import Floats, precision_recall_f1

RIGHT, MISSED = [1, 1, 1, 1], [0, 0, 0, 1]
"""Ratios of a document with one gold item that was found, and that was not."""


def f1_of(sums: Floats) -> Floats:
    values: Floats = precision_recall_f1(sums)[..., 2]
    return values


def table(*rows: list[int]) -> Floats:
    return np.array(rows, np.float64)


def test_one_document_makes_all_of_a_difference() -> None:
    # F1 is 1 against 2/3 (P = 1, R = 1/2); the other document is the same on both sides.
    found = contributions(table(RIGHT, RIGHT), table(MISSED, RIGHT), f1_of)
    assert found.tolist() == pytest.approx([1 / 3, 0])
    assert found[1] == 0


def test_equal_documents_contribute_the_same() -> None:
    # F1 is 1 against 1/2 (P = 1, R = 1/3). Giving both the same output in one document makes it
    # 4/5 against 1/2, or 1 against 4/5: 1/5 and 3/10 are gained, 1/4 in the mean.
    found = contributions(table(RIGHT, RIGHT, RIGHT), table(MISSED, MISSED, RIGHT), f1_of)
    assert found.tolist() == pytest.approx([1 / 4, 1 / 4, 0])


def test_undefined_is_no_contribution_of_0() -> None:
    nothing = [0, 0, 0, 0]
    found = contributions(table(RIGHT, nothing), table(nothing, nothing), f1_of)
    assert np.isnan(found[0])
    assert found[1] == 0


def test_no_rows() -> None:
    assert contributions(np.zeros((0, 4)), np.zeros((0, 4)), f1_of).shape == (0,)


counts = st.lists(
    st.tuples(*[st.integers(0, 9)] * 6).map(
        lambda n: (
            [n[0], n[0] + n[1], n[0], n[0] + n[2] + n[3]],
            [n[3], n[3] + n[4], n[3], n[0] + n[2] + n[3]],
        )
    ),
    min_size=1,
    max_size=8,
)
"""Documents with the same gold on both sides."""


@given(counts)
def test_systems_that_change_places_change_the_sign(rows: list[tuple[list[int], ...]]) -> None:
    one, other = (table(*side) for side in zip(*rows, strict=True))
    there, back = contributions(one, other, f1_of), contributions(other, one, f1_of)
    np.testing.assert_allclose(there, -back, atol=1e-12)


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[list[int], ...]], random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = (table(*side) for side in zip(*rows, strict=True))
    found = contributions(one, other, f1_of)
    np.testing.assert_array_equal(contributions(one[order], other[order], f1_of), found[order])


@given(counts)
def test_of_a_linear_score_they_add_up(rows: list[tuple[list[int], ...]]) -> None:
    one, other = (table(*side) for side in zip(*rows, strict=True))

    def correct(sums: Floats) -> Floats:
        values: Floats = sums[..., 0] / 100
        return values

    whole = correct(one.sum(axis=0)) - correct(other.sum(axis=0))
    assert contributions(one, other, correct).sum() == pytest.approx(whole)
