"""Intervals: hand-derived spread, agreement with scipy, and the degenerate cases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.evaluate.metrics.forms import Floats
from goldwire.evaluate.statistics.bootstrap import resampled
from goldwire.evaluate.statistics.intervals import (
    TOO_FEW,
    Method,
    confidence_words,
    fewest_resamples,
    intervals,
)
from goldwire.evaluate.statistics.quantiles import student_cdf, student_quantile
from goldwire.evaluate.statistics.spread import Spread, spread, tie_width
from tests.evaluate.statistics.samples import SEED, mean, precision_recall_f1, ratio_counts

FIVE = np.array([[1, 1], [2, 1], [3, 1], [4, 1], [10, 1.0]])
METHODS: list[Method] = ["bca", "percentile"]


def spread_of(counts: NDArray[Any], closed: Any, resamples: int = 2_000) -> Spread:
    point = closed(counts.sum(axis=0))
    sampled = closed(resampled(counts, resamples=resamples, seed=SEED))
    return spread(counts, closed, point, sampled, tie_width(point))


def test_spread_of_a_mean_by_hand() -> None:
    # Deviations -3, -2, -1, 0, 6: squares sum to 50, cubes to 180, fourth powers to 1394.
    found = spread_of(FIVE, mean, 20_000)
    assert found.acceleration == pytest.approx(180 / (6 * 50**1.5))
    # The jackknife error of a mean is s / √n = √(50 / 4 / 5); the bootstrap's differs by chance.
    assert found.error == pytest.approx(math.sqrt(5 / 2), rel=0.02)
    # κ = (1394 / 5) / 10² = 2.788 and 10 / 1.788 = 5.6, more than n - 1.
    assert found.freedom == 4


def test_one_heavy_document_leaves_little_freedom() -> None:
    # Values 0 … 0, 1 over 20 documents: κ = (1 - 3pq) / pq with pq = 19 / 400.
    counts = np.ones((20, 2))
    counts[:19, 0] = 0
    pq = 19 / 400
    expected = 40 / ((1 - 3 * pq) / pq - 1)
    assert spread_of(counts, mean).freedom == pytest.approx(expected)


@given(ratio_counts(least=5))
def test_spread_has_no_order_but_for_chance(counts: NDArray[Any]) -> None:
    one, other = (spread_of(c, precision_recall_f1, 20) for c in (counts, counts[::-1]))
    assert np.allclose(one.acceleration, other.acceleration, atol=1e-6)
    assert np.allclose(one.freedom, other.freedom, rtol=1e-6)


@pytest.mark.parametrize(
    ("level", "share"), [(0.8, 1e-3), (0.95, 1e-3), (0.975, 1e-3), (0.995, 1e-2)]
)
@pytest.mark.parametrize("freedom", [4, 5, 7.5, 20, 1000])
def test_student_quantiles_are_near(level: float, share: float, freedom: float) -> None:
    stats = pytest.importorskip("scipy.stats", reason="compares with scipy")
    assert student_quantile(level, freedom) == pytest.approx(stats.t.ppf(level, freedom), rel=share)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(1, 1000))
def test_students_distribution_turns_its_quantile_round(level: float, freedom: float) -> None:
    assert student_cdf(student_quantile(level, freedom), freedom) == pytest.approx(level, rel=1e-6)


def test_many_documents_give_the_intervals_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats", reason="compares with scipy")
    chance = np.random.Generator(np.random.PCG64(SEED))
    values = chance.gamma(2, size=400)
    counts = np.stack([values, np.ones(400)], axis=1)
    for method, theirs in (("bca", "BCa"), ("percentile", "percentile")):
        ours = intervals(counts, mean, method=method, seed=SEED)  # type: ignore[arg-type]
        peer = stats.bootstrap((values,), np.mean, method=theirs, rng=1).confidence_interval
        width = peer.high - peer.low
        assert ours.low[0] == pytest.approx(peer.low, abs=0.05 * width)
        assert ours.high[0] == pytest.approx(peer.high, abs=0.05 * width)


def test_small_samples_get_wider_intervals_than_plain_quantiles() -> None:
    found = intervals(FIVE, mean, method="percentile", seed=SEED)
    plain = np.quantile(mean(resampled(FIVE, seed=SEED)), [0.025, 0.975])
    assert found.low < plain[0]
    assert found.high > plain[1]


@given(ratio_counts())
def test_the_interval_contains_the_point(counts: NDArray[Any]) -> None:
    for method in METHODS:
        found = intervals(counts, precision_recall_f1, method=method, resamples=50, seed=SEED)
        if found.reason is not None:
            assert len(counts) < TOO_FEW
            continue
        undefined = np.isnan(found.point)
        assert (undefined | ((found.low <= found.point) & (found.point <= found.high))).all()
        assert (np.isnan(found.low) == undefined).all()
        assert (np.isnan(found.high) == undefined).all()
        assert ((found.undefined >= 0) & (found.undefined <= 1)).all()


@given(ratio_counts(least=5), ratio_counts(least=5))
def test_further_values_change_no_other(counts: NDArray[Any], more: NDArray[Any]) -> None:
    rows = min(len(counts), len(more))
    both = np.hstack([counts[:rows], more[:rows]])

    def two(sums: Floats) -> Floats:
        parts = [precision_recall_f1(sums[..., :4]), precision_recall_f1(sums[..., 4:])]
        return np.concatenate(parts, axis=-1)

    alone = intervals(counts[:rows], precision_recall_f1, resamples=50, seed=SEED)
    beside = intervals(both, two, resamples=50, seed=SEED)
    for one, other in ((alone.low, beside.low), (alone.high, beside.high)):
        assert np.array_equal(one, other[:3], equal_nan=True)


@pytest.mark.parametrize("method", METHODS)
def test_no_variation_gives_an_interval_of_no_width(method: Method) -> None:
    same = np.tile([1 / 3, 2 / 3, 1 / 3, 0.7], (30, 1))
    found = intervals(same, precision_recall_f1, method=method, resamples=200, seed=SEED)
    assert np.array_equal(found.low, found.point)
    assert np.array_equal(found.high, found.point)


def test_perfect_predictions_in_documents_of_all_sizes_do_not_vary() -> None:
    sizes = np.arange(1.0, 9)
    found = intervals(np.stack([sizes] * 4, axis=1), precision_recall_f1, seed=SEED)
    assert (found.low == 1).all()
    assert (found.high == 1).all()


def test_an_undefined_value_has_no_interval() -> None:
    nothing_predicted = np.tile([0, 0, 0, 3], (8, 1))
    found = intervals(nothing_predicted, precision_recall_f1, resamples=100, seed=SEED)
    assert np.isnan([found.point[0], found.low[0], found.high[0]]).all()
    assert found.undefined.tolist() == [1, 0, 0]
    assert found.high[1:].tolist() == [0, 0]


def test_undefined_resamples_are_left_out_and_told() -> None:
    # One document of five has predictions: (4 / 5)⁵ of the resamples miss it.
    counts = np.zeros((5, 4))
    counts[:, 3] = 2
    counts[2] = [1, 2, 1, 2]
    found = intervals(counts, precision_recall_f1, seed=SEED)
    assert found.undefined[0] == pytest.approx((4 / 5) ** 5, abs=0.02)
    assert (found.low[0], found.high[0]) == (0.5, 0.5)


@pytest.mark.parametrize("documents", range(TOO_FEW))
def test_too_few_documents_have_a_reason_and_no_interval(documents: int) -> None:
    found = intervals(FIVE[:documents], mean, seed=SEED)
    assert found.reason is not None
    assert found.reason.startswith(f"{documents} document")
    assert np.isnan([found.low, found.high]).all()


def test_huge_counts_and_one_resample_are_no_trouble() -> None:
    found = intervals(FIVE * 1e200, mean, resamples=1, seed=SEED)
    assert found.point == pytest.approx(4)
    assert found.low <= found.point <= found.high


def test_the_seed_decides() -> None:
    counts = np.stack([np.arange(60.0) ** 2, np.ones(60)], axis=1)
    one, again, other = (
        intervals(counts, mean, resamples=99, seed=seed).low[0] for seed in (1, 1, 2)
    )
    assert one == again != other


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown method 'bootstrap-t'.*'bca'"):
        intervals(FIVE, mean, method="bootstrap-t", seed=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="confidence"):
        intervals(FIVE, mean, confidence=95, seed=1)


@pytest.mark.parametrize(
    ("confidence", "needed"),
    [(0.5, 3), (0.8, 9), (0.9, 19), (0.95, 39), (0.99, 199), (0.999, 1999), (0.9999999, 19999999)],
)
def test_the_fewest_resamples_reach_the_lower_end(confidence: float, needed: int) -> None:
    assert fewest_resamples(confidence) == needed
    assert fewest_resamples(1e-9) == 1


def test_only_what_is_certain_is_written_as_100_percent() -> None:
    words = [confidence_words(each) for each in (0.95, 0.5, 0.999, 0.9999999, 1 - 1e-9)]
    assert words == ["95", "50", "99.9", "99.99999", "99.9999999"]
