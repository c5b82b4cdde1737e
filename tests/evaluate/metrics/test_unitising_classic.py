"""αᵤ of 1995 and 2004: its published examples, by hand, and by its laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.unitising_classic import (
    classic_coefficient,
    classic_counts,
    classic_of,
)

from .test_continuum import Row, some_units, units

LENGTHS = np.array([12, 12])
TEAM = np.ones((2, 3), bool)
PAIR = np.ones((1, 2), bool)


def test_the_example_of_2004() -> None:
    """Krippendorff (2004), p. 254: two observers of positions 150 to 450, categories c and k.

    The book prints D 0.0144 and 0.0532, α 0.7286 for c; 0, 0.0490, and 1 for k; 0.8591 for both.
    """
    one = [(225, 295, 0), (370, 400, 0), (180, 240, 1), (300, 350, 1)]
    other = [(220, 300, 0), (355, 375, 0), (400, 420, 0), (180, 240, 1), (300, 350, 1)]
    rows = [
        (0, observer, start - 150, end - 150, code)
        for observer, found in enumerate((one, other))
        for start, end, code in found
    ]
    counts = classic_counts(units(*rows), np.array([300]), PAIR, categories=2)[0]
    wanted = [[0.0144, 0.0532], [0, 0.0490]]
    np.testing.assert_allclose(counts / 300**2, wanted, rtol=0, atol=1e-4)
    np.testing.assert_allclose(classic_of(counts), [0.7286, 1], rtol=0, atol=1e-4)
    assert classic_of(counts.sum(axis=0)) == pytest.approx(0.8591, abs=5e-4)


@pytest.mark.parametrize(
    ("one", "other", "observed", "expected", "alpha"),
    [
        ([(2, 10), (14, 20)], [(4, 8), (15, 17)], 0.03125, 0.06990, 0.553),
        (
            [(0, 2), (2, 10), (10, 14), (14, 20), (20, 24)],
            [(0, 4), (4, 8), (8, 15), (15, 17), (17, 24)],
            0.38715,
            0.41445,
            0.066,
        ),
    ],
)
def test_examples_of_1995(
    one: list[tuple[int, int]],
    other: list[tuple[int, int]],
    observed: float,
    expected: float,
    alpha: float,
) -> None:
    """Krippendorff (1995), p. 57, examples A and D, for a continuum of very fine units."""
    fine = 50_000
    rows = [
        (0, observer, start * fine, end * fine, 0)
        for observer, found in enumerate((one, other))
        for start, end in found
    ]
    length = 24 * fine
    counts = classic_counts(units(*rows), np.array([length]), PAIR, categories=1)[0, 0]
    np.testing.assert_allclose(counts / length**2, [observed, expected], rtol=0, atol=1e-5)
    assert classic_of(counts) == pytest.approx(alpha, abs=5e-4)


def test_three_annotators_by_hand() -> None:
    """Units 0–4 and 1–4 meet, the third annotator's 6–8 lies in both gaps."""
    table = units((0, 0, 0, 4, 0), (0, 1, 1, 4, 0), (0, 2, 6, 8, 0))
    found = classic_counts(table, np.array([10]), np.ones((1, 3), bool), categories=1)[0, 0]
    # Pairs: 1 for the boundaries; 16 + 4 and 9 + 4 for units in gaps; the mean of three.
    assert found[0] == pytest.approx((1 + 20 + 13) / 3)
    # Gaps 6, 1, 6, 6, 2; by units (2·l³ − 3·l² + l)·2/3, in gaps l² times the places.
    by_units = 2 / 3 * ((128 - 48 + 4) + (54 - 27 + 3) + (16 - 12 + 2))
    in_gaps = 16 * 9 + 9 * 12 + 4 * (15 + 1)
    assert found[1] == pytest.approx(20 * (by_units + in_gaps) / (30 * 29 - 12 - 6 - 2))


def test_undefined_says_why() -> None:
    nothing = classic_counts(units(), np.array([10]), PAIR, categories=1)
    assert not nothing.any()
    found = classic_coefficient(nothing[0, 0], 0)
    assert found.reason == "undefined because nobody marked a unit"
    letter = classic_counts(
        units((0, 0, 0, 1, 0), (0, 1, 0, 1, 0)), np.array([1]), PAIR, categories=1
    )
    found = classic_coefficient(letter[0, 0], 2)
    assert found.reason == "undefined because no other unitising could be expected"


def test_a_document_with_one_annotator_counts_nothing() -> None:
    team = np.array([[True, False]])
    assert not classic_counts(units((0, 0, 0, 4, 0)), np.array([9]), team, categories=1).any()


@given(some_units(), st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: list[Row], random: Any) -> None:
    one = classic_counts(units(*rows), LENGTHS, TEAM, categories=3)
    order, names = random.sample(range(3), 3), random.sample(range(3), 3)
    mixed = [
        (1 - text, order[who], start, end, names[code])
        for text, who, start, end, code in random.sample(rows, len(rows))
    ]
    other = classic_counts(units(*mixed), LENGTHS, TEAM, categories=3)
    np.testing.assert_allclose(one, other[::-1, names], rtol=1e-12, atol=1e-9)
    assert not (classic_of(one) > 1).any()


@given(some_units())
def test_perfect_agreement_is_one_wherever_it_is_defined(rows: list[Row]) -> None:
    copies = [(text, who, *rest) for text, _, *rest in rows for who in range(3)]
    found = classic_counts(units(*copies), LENGTHS, TEAM, categories=3)  # type: ignore[arg-type]
    assert not found[..., 0].any()
    values = classic_of(found)
    assert (np.isnan(values) | (values == 1)).all()
