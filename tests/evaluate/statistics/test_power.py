"""Power: the formula by hand, its inverse, and what is assumed of a second system."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.forms import Floats
from goldwire.evaluate.statistics.intervals import TOO_FEW
from goldwire.evaluate.statistics.power import (
    assumed_spread,
    documents_needed,
    paired_spread,
    smallest_difference,
)
from goldwire.evaluate.statistics.spread import Spread
from tests.evaluate.statistics.samples import SEED, mean, precision_recall_f1


def known(error: float, freedom: float, documents: int) -> Spread:
    zero = np.zeros(1)
    return Spread(np.array([error]), np.array([freedom]), zero, np.array([error]), documents)


def means(values: Any) -> Floats:
    return np.stack([np.asarray(values, np.float64), np.ones(len(values))], axis=1)


def test_many_documents_need_the_normal_factor() -> None:
    # 1.959964 + 0.841621 standard errors.
    found = smallest_difference(known(0.01, 1e6, 10**6))
    assert found == pytest.approx(0.0280159, rel=1e-5)


def test_few_documents_need_students_factor() -> None:
    # t(.975; 9) + t(.8; 9) = 2.262157 + 0.883404.
    assert smallest_difference(known(0.01, 9, 10)) == pytest.approx(0.0314556, rel=1e-3)


def test_half_the_difference_needs_four_times_the_documents() -> None:
    needed = documents_needed(known(0.01, 1e5, 10**5), np.array([0.002, 0.001]))
    # (2.801585 · 0.01 √10⁵ / d)² documents.
    assert needed == pytest.approx(
        [(2.801585 * 0.01 * math.sqrt(1e5) / d) ** 2 for d in (0.002, 0.001)], rel=1e-4
    )
    assert needed[1] / needed[0] == pytest.approx(4, rel=1e-4)


@given(st.floats(1e-4, 1), st.integers(20, 5000), st.floats(0.2, 1))
def test_the_smallest_difference_needs_the_documents_there_are(
    error: float, documents: int, share: float
) -> None:
    found = known(error, share * (documents - 1), documents)
    needed = documents_needed(found, smallest_difference(found))
    # Rounding may tip the last document.
    assert documents <= needed[0] <= documents + 1


def test_two_systems_bring_their_own_correlation() -> None:
    chance = np.random.Generator(np.random.PCG64(SEED))
    shared = chance.normal(0, 1, 300)
    one, other = (shared + chance.normal(0, 0.5, 300) for _ in range(2))
    found = paired_spread(means(one), means(other), mean, seed=SEED)
    # The error of a mean difference: its standard deviation over √n.
    assert found.error == pytest.approx((one - other).std(ddof=1) / math.sqrt(300), rel=0.03)


def test_one_system_assumes_a_range_of_correlations() -> None:
    values = np.random.Generator(np.random.PCG64(SEED)).normal(0, 1, 300)
    found = assumed_spread(means(values), mean, correlations=(0, 0.5, 0.875), seed=SEED)
    one = values.std(ddof=1) / math.sqrt(300)
    assert found.error[:, 0] == pytest.approx([one * f for f in (math.sqrt(2), 1, 0.5)], rel=0.03)
    shown = smallest_difference(found)
    assert shown.shape == (3, 1)
    assert documents_needed(found, 0.1).shape == (3, 1)
    assert (np.diff(shown[:, 0]) < 0).all()


def test_systems_that_never_differ_say_nothing() -> None:
    counts = np.tile([1, 2, 1, 3], (20, 1))
    found = paired_spread(counts, counts, precision_recall_f1, resamples=99, seed=SEED)
    assert np.isnan(smallest_difference(found)).all()
    assert np.isnan(documents_needed(found, 0.01)).all()


@pytest.mark.parametrize("documents", range(TOO_FEW))
def test_too_few_documents_say_nothing(documents: int) -> None:
    found = assumed_spread(means(np.arange(documents)), mean, seed=SEED)
    assert np.isnan(smallest_difference(found)).all()
    assert np.isnan(documents_needed(found, 0.01)).all()


def test_extremes_of_need() -> None:
    found = known(0.1, 99, 100)
    assert documents_needed(found, 100.0) == TOO_FEW
    assert documents_needed(found, 1e-9) == math.inf


def test_impossible_wishes_are_refused() -> None:
    found = known(0.1, 99, 100)
    for wrong in ({"power": 1.0}, {"power": 0.01}, {"level": 0.0}):
        with pytest.raises(ValueError, match="must be between"):
            smallest_difference(found, **wrong)
    with pytest.raises(ValueError, match="above 0"):
        documents_needed(found, 0.0)
    with pytest.raises(ValueError, match="correlations"):
        assumed_spread(means([1] * 9), mean, correlations=(1.0,), seed=SEED)
