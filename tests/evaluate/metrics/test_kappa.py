"""Cohen's, Fleiss', and Randolph's kappa: worked by hand, against peers, and by their laws."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.evaluate.metrics.coefficients import NOT_PAIRED, ONE_CATEGORY, Coefficient
from goldwire.evaluate.metrics.kappa import (
    Weights,
    cohen_coefficient,
    cohen_kappa,
    fleiss_counts,
    fleiss_kappa,
    fleiss_of,
    kappa_counts,
    kappa_of,
    randolph_coefficient,
    randolph_kappa,
    randolph_of,
)
from goldwire.schema.errors import UnknownName

from .agreement_cases import cases

ALL_WEIGHTS: tuple[Weights, ...] = (None, "linear", "quadratic")

CONFUSION = np.array([[2, 1, 0], [0, 1, 1], [1, 0, 2]])
"""Margins 3, 2, 3 on both sides; 3 of 8 judgements differ, one of them by two steps."""


def close(found: Coefficient, wanted: float | None) -> None:
    assert (found.value is None) == (wanted is None)
    assert (found.reason is None) == (wanted is not None)
    if wanted is not None:
        assert found.value == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("case", cases("cohen"))
@pytest.mark.parametrize("weights", ALL_WEIGHTS)
def test_cohen_as_scikit_learn_has_it(case: dict[str, Any], weights: Weights) -> None:
    close(cohen_kappa(case["a"], case["b"], weights), case["expected"][weights or "unweighted"])


@pytest.mark.parametrize("case", cases("fleiss"))
def test_fleiss_and_randolph_as_statsmodels_has_them(case: dict[str, Any]) -> None:
    by_annotator = np.array(case["data"]).T
    close(fleiss_kappa(by_annotator), case["expected"]["fleiss"])
    close(randolph_kappa(by_annotator), case["expected"]["randolph"])


@pytest.mark.parametrize(
    ("weights", "value"),
    [
        (None, 1 - Fraction(3 * 8, 64 - 22)),
        ("linear", 1 - Fraction(4 * 8, 24 + 36)),
        ("quadratic", 1 - Fraction(6 * 8, 24 + 72)),
    ],
)
def test_cohen_by_hand(weights: Weights, value: Fraction) -> None:
    found = cohen_coefficient(CONFUSION, weights)
    close(found, float(value))
    assert found.observed == 5 / 8
    assert found.units == 8


def test_fleiss_by_hand() -> None:
    # Units AAB and BBB: P = (1/3 + 1) / 2, shares 1/3 and 2/3.
    close(fleiss_kappa([[0, 1], [0, 1], [1, 1]]), float(Fraction(1, 4)))
    close(randolph_kappa([[0, 1], [0, 1], [1, 1]]), float(Fraction(1, 3)))


def test_fleiss_with_missing_judgements_by_hand() -> None:
    # AA-, BBA, and A--, which does not count: P = (1 + 1/3) / 2, shares 3/5 and 2/5.
    found = fleiss_kappa([["A", "B", "A"], ["A", "B", None], [None, "A", None]])
    close(found, float((Fraction(2, 3) - Fraction(13, 25)) / Fraction(12, 25)))
    assert found.units == 2
    assert found.observed == pytest.approx(2 / 3)


def test_fleiss_with_fourteen_annotators_as_in_the_textbooks() -> None:
    """Ten units of 14 judgements in five categories: κ = 0.210."""
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    units = [[code for code, times in enumerate(row) for _ in range(times)] for row in table]
    found = fleiss_kappa(np.array(units).T)
    assert found.value == pytest.approx(0.210, abs=5e-4)
    assert found.observed == pytest.approx(0.378, abs=5e-4)


def test_one_category_is_undefined_and_says_so() -> None:
    for found in (
        cohen_kappa([1, 1], [1, 1]),
        fleiss_kappa([[1, 1], [1, 1]]),
        randolph_kappa([[1, 1], [1, 1]]),
    ):
        assert found == Coefficient(None, ONE_CATEGORY, 1.0, 2)


def test_one_used_of_three_possible_categories_is_defined_for_randolph() -> None:
    assert randolph_kappa([[1, 1], [1, 1]], categories=3).value == 1


def test_two_annotators_with_one_category_each_agree_as_chance_would() -> None:
    assert cohen_kappa(["a", "a"], ["b", "b"]) == Coefficient(0.0, None, 0.0, 2)


@pytest.mark.parametrize("data", [[], [[], []], [[1, 2]], [[1, None], [None, 2]]])
def test_nothing_in_common_is_undefined_and_says_so(data: list[list[Any]]) -> None:
    nothing = Coefficient(None, NOT_PAIRED, None, 0)
    assert fleiss_kappa(data) == nothing
    assert randolph_kappa(data) == nothing
    if len(data) == 2:
        assert cohen_kappa(data[0], data[1]) == nothing


def test_mistakes_are_refused() -> None:
    with pytest.raises(UnknownName, match="cubic"):
        cohen_kappa([1, 2], [1, 2], "cubic")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="judged 1 units"):
        cohen_kappa([1, 2], [1])
    one, two = np.array([0]), np.array([0, 1])
    with pytest.raises(ValueError, match="shapes differ"):
        kappa_counts(one, two, two, documents=1, categories=2)
    with pytest.raises(ValueError, match="between -1 and 0"):
        kappa_counts(two, two, two, documents=2, categories=1)
    with pytest.raises(ValueError, match="between -1 and 0"):
        randolph_kappa([[1, 2], [1, 2]], categories=1)


def test_huge_counts_do_not_overflow() -> None:
    close(cohen_coefficient(CONFUSION * 10**14, "linear"), 7 / 15)


def tables(categories: int = 3) -> st.SearchStrategy[NDArray[np.int64]]:
    """Codes of two to four annotators on up to eight units, with missing ones."""
    shapes = st.tuples(st.integers(2, 4), st.integers(0, 8))
    return shapes.flatmap(
        lambda shape: st.lists(
            st.integers(-1, categories - 1), min_size=shape[0] * shape[1], max_size=64
        ).map(lambda codes: np.array(codes[: shape[0] * shape[1]], np.int64).reshape(shape))
    )


def same(one: NDArray[Any], other: NDArray[Any]) -> None:
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@given(tables(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(codes: NDArray[np.int64], random: Any) -> None:
    def permuted(size: int) -> list[int]:
        return random.sample(range(size), size)  # type: ignore[no-any-return]

    names = np.array([*permuted(3), -1])
    mixed = names[codes[permuted(len(codes))][:, permuted(codes.shape[1])]]
    nowhere = np.zeros(codes.shape[1], np.int64)
    one = fleiss_counts(codes, nowhere, documents=1, categories=3)
    other = fleiss_counts(mixed, nowhere, documents=1, categories=3)
    same(fleiss_of(one), fleiss_of(other))
    same(randolph_of(one), randolph_of(other))
    first = kappa_counts(codes[0], codes[1], nowhere, documents=1, categories=3)
    swapped = kappa_counts(names[codes[1]], names[codes[0]], nowhere, documents=1, categories=3)
    same(kappa_of(first), kappa_of(swapped))


@given(tables(), st.data())
def test_counts_add_over_any_split_of_the_units(codes: NDArray[np.int64], data: Any) -> None:
    units = codes.shape[1]
    document = np.array(data.draw(st.lists(st.integers(0, 2), min_size=units, max_size=units)), int)
    nowhere = np.zeros(units, np.int64)
    split = fleiss_counts(codes, document, documents=4, categories=3)
    whole = fleiss_counts(codes, nowhere, documents=1, categories=3)
    assert split.shape == (4, 5)
    same(split.sum(axis=0), whole[0])
    pairs = kappa_counts(codes[0], codes[1], document, documents=4, categories=3)
    assert pairs.shape == (4, 3, 3)
    assert (
        pairs.sum(axis=0) == kappa_counts(codes[0], codes[1], nowhere, documents=1, categories=3)[0]
    ).all()
    for weights in ALL_WEIGHTS:
        one_by_one = np.array([kappa_of(each, weights) for each in pairs])
        np.testing.assert_array_equal(kappa_of(pairs, weights), one_by_one)
    np.testing.assert_array_equal(fleiss_of(split), np.array([fleiss_of(row) for row in split]))


@given(tables())
def test_values_are_at_most_one(codes: NDArray[np.int64]) -> None:
    nowhere = np.zeros(codes.shape[1], np.int64)
    counts = fleiss_counts(codes, nowhere, documents=1, categories=3)
    pairs = kappa_counts(codes[0], codes[1], nowhere, documents=1, categories=3)
    for found in (
        fleiss_of(counts),
        randolph_of(counts),
        *(kappa_of(pairs, w) for w in ALL_WEIGHTS),
    ):
        assert not (found > 1).any()


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.integers(2, 4))
def test_perfect_agreement_is_one_wherever_it_is_defined(row: list[int], annotators: int) -> None:
    data = [row] * annotators
    wanted = 1.0 if len(set(row)) > 1 else None
    found = [fleiss_kappa(data), randolph_kappa(data)]
    found += [cohen_kappa(row, row, weights) for weights in ALL_WEIGHTS]
    assert [each.value for each in found] == [wanted] * 5
    assert [each.observed for each in found] == [1.0] * 5


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20))
def test_cohen_is_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    one, other = zip(*pairs, strict=True)
    for weights in ALL_WEIGHTS:
        found = cohen_kappa(one, other, weights).value
        if found is not None:
            assert found == pytest.approx(cohen_kappa_score(one, other, weights=weights), abs=1e-9)
        else:
            assert len({*one, *other}) == 1


def test_randolph_of_a_row_keeps_its_reason() -> None:
    assert randolph_coefficient(np.array([0.0, 0.0, 0.0])).reason == NOT_PAIRED
