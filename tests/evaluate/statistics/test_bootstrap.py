"""Resampled sums: the plain loop's, exact, and the same whatever stands beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from goldwire.evaluate.statistics import bootstrap
from goldwire.evaluate.statistics.bootstrap import resampled
from goldwire.evaluate.statistics.exact import on_grid
from tests.evaluate.statistics.samples import SEED

matrices = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 8), st.integers(1, 4)),
    elements=st.floats(0, 1e6, allow_subnormal=False),
)


def test_sums_are_those_of_a_plain_loop_over_drawn_documents() -> None:
    counts = np.array([[1, 10], [2, 20], [3, 30], [5, 50]])
    chance = np.random.Generator(np.random.PCG64(SEED))
    expected = [counts[chance.integers(0, 4, size=4)].sum(axis=0) for _ in range(50)]
    assert np.array_equal(resampled(counts, resamples=50, seed=SEED), expected)


def test_one_document_is_drawn_every_time() -> None:
    assert (resampled(np.array([[3, 4.5]]), resamples=7, seed=1) == [3, 4.5]).all()


def test_no_documents_sum_to_nothing() -> None:
    assert (resampled(np.zeros((0, 3)), resamples=7, seed=1) == np.zeros((7, 3))).all()


def test_every_resample_draws_as_many_documents_as_there_are() -> None:
    assert (resampled(np.ones((123, 1)), resamples=100, seed=SEED) == 123).all()


def test_draws_are_uniform() -> None:
    # Of n documents each is drawn once a resample on average, with variance 1 - 1 / n.
    drawn = resampled(np.eye(20), resamples=20_000, seed=SEED)
    assert np.allclose(drawn.mean(axis=0), 1, atol=0.03)
    assert np.allclose(drawn.var(axis=0), 19 / 20, atol=0.05)


@pytest.mark.parametrize("cells", [1, 7, 100, 2**22])
def test_blocks_change_nothing(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.random.Generator(np.random.PCG64(SEED)).random((33, 5))
    expected = resampled(counts, resamples=101, seed=SEED)
    monkeypatch.setattr(bootstrap, "CELLS", cells)
    assert np.array_equal(resampled(counts, resamples=101, seed=SEED), expected)


@given(matrices, matrices)
def test_further_columns_change_no_other(counts: NDArray[Any], more: NDArray[Any]) -> None:
    rows = min(len(counts), len(more))
    alone = resampled(counts[:rows], resamples=20, seed=SEED)
    beside = resampled(np.hstack([more[:rows], counts[:rows]]), resamples=20, seed=SEED)
    assert np.array_equal(beside[:, more.shape[1] :], alone)


@given(matrices, st.randoms(use_true_random=False))
def test_sums_on_the_grid_do_not_depend_on_their_order(counts: NDArray[Any], chance: Any) -> None:
    exact = on_grid(counts)
    order = list(range(len(exact)))
    chance.shuffle(order)
    total = np.zeros(exact.shape[1])
    for row in order:
        total += exact[row]
    assert np.array_equal(total, exact.sum(axis=0))


@given(matrices)
def test_the_grid_is_near(counts: NDArray[Any]) -> None:
    largest = np.abs(counts).max(axis=0)
    assert (np.abs(on_grid(counts) - counts) <= len(counts) * 2.0**-52 * largest).all()


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=9))
def test_halves_stay_as_they_are(halves: list[int]) -> None:
    counts = np.array(halves)[:, None] / 2
    assert np.array_equal(on_grid(counts), counts)


@pytest.mark.parametrize(
    "counts", [np.zeros(3), np.array([[np.nan]]), np.array([[np.inf]]), np.full((9, 1), 1e308)]
)
def test_what_cannot_be_summed_is_refused(counts: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="counts"):
        resampled(counts, seed=1)


def test_no_resamples_are_refused() -> None:
    with pytest.raises(ValueError, match="resamples"):
        resampled(np.ones((9, 1)), resamples=0, seed=1)
