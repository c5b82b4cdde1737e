"""Krippendorff's alpha: worked by hand, against its peer, and by its laws."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.evaluate.metrics.alpha import (
    Level,
    alpha_coefficient,
    alpha_counts,
    alpha_of,
    krippendorff_alpha,
)
from goldwire.evaluate.metrics.coefficients import NOT_PAIRED, ONE_CATEGORY, Coefficient
from goldwire.schema.errors import UnknownName

from .agreement_cases import cases

LEVELS: tuple[Level, ...] = get_args(Level)


@pytest.mark.parametrize("case", cases("krippendorff"))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_as_the_peer_has_it(case: dict[str, Any], level: Level) -> None:
    found = krippendorff_alpha(case["data"], level)
    wanted = case["expected"][level]
    if isinstance(wanted, dict):
        assert found.value is None
        assert found.reason == (
            ONE_CATEGORY if "more than one value" in wanted["error"] else NOT_PAIRED
        )
    else:
        assert found.value == pytest.approx(wanted, abs=1e-9)
        assert found.reason is None


@pytest.mark.parametrize(
    ("level", "value"),
    [
        ("nominal", 1 - Fraction(5 * 2, 2 * (2 * 1 + 2 * 3 + 1 * 3))),
        # Mean ranks 1, 5/2, 9/2.
        ("ordinal", 1 - Fraction(5 * 8, 180)),
        ("interval", 1 - Fraction(5 * 8, 2 * (2 * 1 + 6 * 9 + 3 * 4))),
        (
            "ratio",
            1 - 5 * Fraction(2, 9) / (2 * (Fraction(2, 9) + Fraction(54, 25) + Fraction(3, 9))),
        ),
    ],
)
def test_alpha_by_hand(level: Level, value: Fraction) -> None:
    # Pairs 1-1, 2-4, 4-4: margins 2, 1, 3.
    found = krippendorff_alpha([[1, 2, 4], [1, 4, 4]], level)
    assert found.value == pytest.approx(float(value), abs=1e-12)
    assert found.observed == pytest.approx(2 / 3)
    assert found.units == 3


def test_coincidences_by_hand() -> None:
    # Unit 0 is AAB: three judgements make three, each pair worth 1/2. Unit 1 is A alone.
    codes = np.array([[0, 0, 1], [0, -1, 1], [1, -1, -1]])
    counts = alpha_counts(codes, np.array([1, 1, 0]), documents=2, categories=2)
    assert counts.tolist() == [[[0, 0], [0, 2]], [[1, 1], [1, 0]]]


def test_missing_judgements_as_krippendorff_works_them() -> None:
    """Krippendorff (2011), section C: four observers, twelve units, nominal 0.743."""
    gap = None
    data = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ]
    wanted = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    for level in LEVELS:
        found = krippendorff_alpha(data, level)
        assert found.value == pytest.approx(wanted[level], abs=5e-4), level
        assert found.units == 11


def test_nominal_categories_may_be_anything() -> None:
    by_name = krippendorff_alpha([["a", "b", ("c",)], ["a", ("c",), ("c",)]])
    assert by_name == krippendorff_alpha([[1, 2, 4], [1, 4, 4]])


def test_one_category_is_undefined_and_says_so() -> None:
    for level in LEVELS:
        found = krippendorff_alpha([[7, 7, None], [7, 7, 3]], level)
        assert found == Coefficient(None, ONE_CATEGORY, 1.0, 2)


@pytest.mark.parametrize("data", [[], [[], []], [[1, 2]], [[1, None], [None, 2]]])
def test_nothing_in_common_is_undefined_and_says_so(data: list[list[Any]]) -> None:
    for level in LEVELS:
        assert krippendorff_alpha(data, level) == Coefficient(None, NOT_PAIRED, None, 0)


def test_mistakes_are_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'nominal'"):
        krippendorff_alpha([[1, 2], [1, 2]], "nominel")  # type: ignore[arg-type]
    for wrong in ("b", float("inf")):
        with pytest.raises(ValueError, match="needs finite numbers"):
            krippendorff_alpha([[1, wrong], [1, 2]], "ordinal")
    with pytest.raises(ValueError, match="0 or more"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")


@pytest.mark.parametrize("level", ["ordinal", "interval", "ratio"])
@pytest.mark.parametrize("unit", [1e-250, 1e300])
def test_the_unit_of_measurement_does_not_matter(level: Level, unit: float) -> None:
    data = np.array([[1.0, 2, 4], [1, 4, 4]])
    one, other = krippendorff_alpha(data, level).value, krippendorff_alpha(data * unit, level).value
    assert one == pytest.approx(other, abs=1e-12)


def test_small_differences_of_large_values_are_kept() -> None:
    shifted = [[10**15 + value for value in row] for row in ([1, 2, 4], [1, 4, 4])]
    assert krippendorff_alpha(shifted, "interval").value == pytest.approx(12 / 17, abs=1e-12)


def test_zero_and_zero_do_not_differ_in_ratio() -> None:
    assert krippendorff_alpha([[0, 1, 0], [0, 1, 0]], "ratio").value == 1


def test_steps_of_a_scale_that_nobody_used_change_nothing() -> None:
    counts = alpha_counts(
        np.array([[0, 2, 4], [0, 4, 4]]), np.zeros(3, int), documents=1, categories=6
    )[0]
    for level in LEVELS:
        used = krippendorff_alpha([[0, 2, 4], [0, 4, 4]], level)
        assert alpha_coefficient(counts, 3, level).value == pytest.approx(used.value)


def tables() -> st.SearchStrategy[NDArray[np.int64]]:
    """Codes 0 to 3 of two to five annotators on up to eight units, with missing ones."""
    shapes = st.tuples(st.integers(2, 5), st.integers(0, 8))
    return shapes.flatmap(
        lambda shape: st.lists(
            st.integers(-1, 3), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]
        ).map(lambda codes: np.array(codes, np.int64).reshape(shape))
    )


@given(tables(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(codes: NDArray[np.int64], random: Any) -> None:
    def permuted(size: int) -> list[int]:
        return random.sample(range(size), size)  # type: ignore[no-any-return]

    nowhere = np.zeros(codes.shape[1], np.int64)
    mixed = codes[permuted(len(codes))][:, permuted(codes.shape[1])]
    one = alpha_counts(codes, nowhere, documents=1, categories=4)
    other = alpha_counts(mixed, nowhere, documents=1, categories=4)
    np.testing.assert_array_equal(one, other)
    names = np.array([*permuted(4), -1])
    renamed = alpha_counts(names[mixed], nowhere, documents=1, categories=4)
    np.testing.assert_allclose(alpha_of(one), alpha_of(renamed), rtol=0, atol=1e-12)


@given(tables(), st.data())
def test_counts_add_over_any_split_of_the_units(codes: NDArray[np.int64], data: Any) -> None:
    units = codes.shape[1]
    document = np.array(data.draw(st.lists(st.integers(0, 2), min_size=units, max_size=units)), int)
    split = alpha_counts(codes, document, documents=4, categories=4)
    whole = alpha_counts(codes, np.zeros(units, int), documents=1, categories=4)
    np.testing.assert_allclose(split.sum(axis=0), whole[0], rtol=0, atol=1e-12)
    for level in LEVELS:
        one_by_one = np.array([alpha_of(each, level) for each in split])
        np.testing.assert_array_equal(alpha_of(split, level), one_by_one)
        assert not (one_by_one > 1).any()


@given(tables())
def test_coincidences_are_what_all_pairs_give(codes: NDArray[np.int64]) -> None:
    wanted = np.zeros((4, 4))
    for unit in codes.T:
        judged = unit[unit >= 0].tolist()
        for i, one in enumerate(judged):
            for j, other in enumerate(judged):
                if i != j:
                    wanted[one, other] += 1 / (len(judged) - 1)
    found = alpha_counts(codes, np.zeros(codes.shape[1], int), documents=1, categories=4)[0]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.integers(2, 5))
def test_perfect_agreement_is_one_wherever_it_is_defined(row: list[int], annotators: int) -> None:
    for level in LEVELS:
        found = krippendorff_alpha([row] * annotators, level)
        assert found.value == (1 if len(set(row)) > 1 else None)
        assert found.observed == 1
