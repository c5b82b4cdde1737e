"""Two systems: exact swaps by hand, symmetry, and Holm's family."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.evaluate.metrics.forms import Floats
from goldwire.evaluate.statistics import paired
from goldwire.evaluate.statistics.paired import compare, holm
from tests.evaluate.statistics.samples import (
    SEED,
    few_swaps,
    mean,
    precision_recall_f1,
    ratio_counts,
)


def means(values: list[float]) -> Floats:
    return np.stack([np.array(values, np.float64), np.ones(len(values))], axis=1)


def test_five_wins_of_five_are_one_in_sixteen() -> None:
    # Of 2⁵ swaps only none and all reach |d| = 1.
    found = compare(means([1] * 5), means([0] * 5), mean, seed=SEED)
    assert found.difference == 1
    assert found.exact
    assert found.p_randomisation == 2 / 32


def test_swaps_by_hand() -> None:
    # Differences 4, 2, 1, 1, 0 sum to 8; with signs |sum| >= 8 only where the first four agree:
    # two patterns, times two for the document that does not matter, of 32.
    found = compare(means([4, 2, 1, 1, 7]), means([0, 0, 0, 0, 7]), mean, seed=SEED)
    assert found.difference == 8 / 5
    assert found.p_randomisation == 4 / 32


@given(few_swaps())
@settings(max_examples=20)
def test_exact_swaps_are_those_of_a_plain_loop(
    systems: tuple[NDArray[Any], NDArray[Any]],
) -> None:
    first, second = systems
    wanted = precision_recall_f1(first.sum(axis=0)) - precision_recall_f1(second.sum(axis=0))
    extreme = np.zeros(3)
    for signs in product((False, True), repeat=len(first)):
        swap = np.array(signs)[:, None]
        one, other = np.where(swap, second, first), np.where(swap, first, second)
        shuffled = precision_recall_f1(one.sum(axis=0)) - precision_recall_f1(other.sum(axis=0))
        extreme += ~(abs(shuffled) < abs(wanted) - 1e-12)
    expected = np.where(np.isnan(wanted), np.nan, extreme / 2 ** len(first))
    found = compare(first, second, precision_recall_f1, resamples=600, seed=SEED)
    assert np.array_equal(found.p_randomisation, expected, equal_nan=True)


def test_sampled_swaps_are_near_the_exact_share() -> None:
    chance = np.random.Generator(np.random.PCG64(SEED))
    one, other = means(chance.normal(0.5, 1, 12).tolist()), means(chance.normal(0, 1, 12).tolist())
    exact = compare(one, other, mean, seed=SEED)
    sampled = compare(one, other, mean, resamples=4095, seed=SEED)
    assert exact.exact
    assert not sampled.exact
    assert sampled.p_randomisation == pytest.approx(exact.p_randomisation, abs=0.03)


@pytest.mark.parametrize("documents", [14, 64, 65])
def test_blocks_of_swaps_change_nothing(documents: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.Generator(np.random.PCG64(SEED))
    one, other = (means(chance.random(documents).tolist()) for _ in range(2))
    expected = compare(one, other, mean, resamples=99, seed=SEED).p_randomisation
    monkeypatch.setattr(paired, "CELLS", 7 * documents)
    assert compare(one, other, mean, resamples=99, seed=SEED).p_randomisation == expected


def test_swaps_are_fair_and_independent() -> None:
    blocks = np.concatenate(list(paired._swaps(70, 20_000, SEED)))
    assert blocks.shape == (20_000, 70)
    assert np.allclose(blocks.mean(axis=0), 0.5, atol=0.02)
    assert np.allclose(np.cov(blocks.T), np.eye(70) / 4, atol=0.02)


@given(few_swaps(), st.sampled_from([50, 600]))
@settings(max_examples=20)
def test_changing_sides_negates_the_difference_and_keeps_p(
    systems: tuple[NDArray[Any], NDArray[Any]], resamples: int
) -> None:
    one, other = (
        compare(*pair, precision_recall_f1, resamples=resamples, seed=SEED)
        for pair in (systems, systems[::-1])
    )
    assert np.array_equal(one.difference, -other.difference, equal_nan=True)
    assert np.array_equal(one.p_randomisation, other.p_randomisation, equal_nan=True)
    assert np.allclose(one.p_bootstrap, other.p_bootstrap, equal_nan=True)
    assert np.allclose(one.low, -other.high, equal_nan=True)
    assert np.allclose(one.high, -other.low, equal_nan=True)


@given(ratio_counts(least=5, most=30))
@settings(max_examples=20)
def test_a_system_does_not_differ_from_itself(counts: NDArray[Any]) -> None:
    found = compare(counts, counts, precision_recall_f1, resamples=100, seed=SEED)
    undefined = np.isnan(precision_recall_f1(counts.sum(axis=0)))
    for p in (found.p_randomisation, found.p_bootstrap):
        assert np.array_equal(p, np.where(undefined, np.nan, 1), equal_nan=True)
    assert np.array_equal(found.low, np.where(undefined, np.nan, 0), equal_nan=True)
    assert not found.distinguishable.any()


def test_a_clear_difference_is_distinguishable() -> None:
    gold = np.arange(1, 41)
    good = np.stack([gold] * 4, axis=1)
    bad = np.stack([gold // 2, gold, gold // 2, gold], axis=1)
    found = compare(good, bad, precision_recall_f1, seed=SEED)
    assert found.distinguishable.all()
    assert (found.p_randomisation == 1 / 10_001).all()
    assert (found.p_bootstrap < 0.001).all()


def test_p_of_the_bootstrap_is_where_the_interval_touches_zero() -> None:
    chance = np.random.Generator(np.random.PCG64(SEED))
    one, other = means(chance.normal(0.5, 1, 25).tolist()), means(chance.normal(0, 1, 25).tolist())
    p = compare(one, other, mean, seed=SEED).p_bootstrap.item()
    at, below = (
        compare(one, other, mean, method="percentile", confidence=1 - share * p, seed=SEED)
        for share in (1, 1.1)
    )
    assert at.low == pytest.approx(0, abs=0.01)
    assert below.distinguishable


def test_a_value_undefined_on_one_side_is_not_compared() -> None:
    predicts = np.tile([1, 2, 1, 3], (9, 1))
    silent = np.tile([0, 0, 0, 3], (9, 1))
    found = compare(predicts, silent, precision_recall_f1, resamples=99, seed=SEED)
    assert np.isnan([found.difference[0], found.p_randomisation[0], found.p_bootstrap[0]]).all()
    assert found.distinguishable.tolist() == [False, True, True]


def test_too_few_documents_have_a_reason_and_no_p() -> None:
    found = compare(means([1, 2, 3, 4]), means([0, 0, 0, 0]), mean, seed=SEED)
    assert found.difference == 2.5
    assert found.reason is not None
    assert np.isnan([found.low, found.p_randomisation, found.p_bootstrap]).all()
    assert not found.distinguishable.any()


def test_systems_must_have_the_same_documents() -> None:
    with pytest.raises(ValueError, match="same documents"):
        compare(means([1] * 6), means([1] * 7), mean, seed=SEED)


def test_holm_by_hand() -> None:
    # Sorted .005, .01, .03, .04 times 4, 3, 2, 1: .02, .03, .06, .04, the last raised to .06.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_an_undefined_p_is_no_member_of_the_family() -> None:
    assert holm(np.array([[0.03, np.nan], [0.04, 0.9]])) == pytest.approx(
        np.array([[0.09, np.nan], [0.09, 0.9]]), nan_ok=True
    )


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_is_monotone_and_at_least_the_raw_p(p: list[float]) -> None:
    raw = np.array(p)
    adjusted = holm(raw)
    assert (adjusted >= raw).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(raw, kind="stable")]) >= 0).all()
    assert np.array_equal(holm(raw[::-1]), adjusted[::-1])
