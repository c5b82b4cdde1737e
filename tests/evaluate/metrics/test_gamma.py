"""Gamma: against its peer, and by its laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.metrics.disorder import Dissimilarity, marked
from goldwire.evaluate.metrics.gamma import (
    Gamma,
    Sampling,
    expected_disorder,
    gamma,
    gamma_counts,
    gamma_of,
)

from .agreement_cases import cases
from .test_disorder import Unit, some_texts

QUICK = Sampling(samples=10, most=10)

TEXT = [
    [(0, 5, "PER"), (10, 14, "ORG"), (20, 30, "LOC")],
    [(0, 5, "ORG"), (10, 14, "ORG"), (20, 30, "LOC")],
]
"""Two annotators who differ in one category of three units."""


@pytest.mark.parametrize("case", cases("gamma"))
def test_gamma_as_the_peer_has_it(case: dict[str, Any]) -> None:
    given_params, wanted = case["params"], case["expected"]
    dissimilarity = Dissimilarity(
        given_params["alpha"], given_params["beta"], given_params["delta_empty"]
    )
    sampling = Sampling(seed=given_params["seed"], precision=given_params["precision_level"])
    found = gamma(list(case["annotators"].values()), dissimilarity, sampling)
    assert found.observed_disorder == pytest.approx(wanted["observed_disorder"], abs=1e-4)
    assert found.value == pytest.approx(wanted["gamma"], abs=wanted["tolerance"])
    assert found.reason is None


def test_observed_disorder_by_hand() -> None:
    found = gamma(TEXT, Dissimilarity(position=3), QUICK)
    assert found.observed_disorder == pytest.approx(1 / 3)
    assert found.units == 6
    shifted = [[(0, 4, "a")], [(1, 5, "a")]]
    # Boundaries 1 + 1 apart, lengths 4 + 4.
    assert gamma(shifted, None, QUICK).observed_disorder == pytest.approx((2 / 8) ** 2)


def test_the_sample_depends_on_the_seed_alone() -> None:
    assert gamma(TEXT) == gamma(TEXT)
    assert gamma(TEXT).value != gamma(TEXT, sampling=Sampling(seed=1)).value
    assert gamma(TEXT).value == pytest.approx(
        gamma(TEXT, sampling=Sampling(seed=1)).value, abs=0.03
    )


def test_more_precision_takes_more_samples_up_to_the_most() -> None:
    units = marked(TEXT)
    few = expected_disorder(units, Dissimilarity(), Sampling(samples=30, most=30))
    rough = expected_disorder(units, Dissimilarity(), Sampling(samples=30, precision=10))
    fine = expected_disorder(units, Dissimilarity(), Sampling(samples=30, precision=0.02))
    assert few == rough
    assert few != fine


def test_undefined_says_why() -> None:
    assert gamma([[], []]) == Gamma(None, "undefined because nobody marked a unit", None, None, 0)
    assert gamma([]).value is None
    assert gamma([[(0, 1, "a")]]).reason == "undefined because there is only one annotator"
    # Chance can differ in nothing: units have one size, one place, and no weight.
    same = [[(0, 5, "a")], [(0, 5, "a")]]
    found = gamma(same, Dissimilarity(position=0, category=0), QUICK)
    assert found.observed_disorder == 0
    assert found.reason == "undefined because random texts agree perfectly too"


def test_one_side_empty_is_no_agreement() -> None:
    found = gamma([[(0, 5, "a"), (7, 9, "b")], []], None, QUICK)
    assert found.observed_disorder == 2
    assert found.value is not None
    assert found.value < 0.2


def test_random_texts_need_units() -> None:
    with pytest.raises(ValueError, match="need units"):
        expected_disorder(marked([[], []]), Dissimilarity(), QUICK)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_unit_of_length_does_not_matter(scale: float) -> None:
    scaled = [[(start * scale, end * scale, name) for start, end, name in text] for text in TEXT]
    one, other = gamma(TEXT, None, QUICK), gamma(scaled, None, QUICK)
    assert one.observed_disorder == pytest.approx(other.observed_disorder)
    assert one.value == pytest.approx(other.value)


@pytest.mark.parametrize("sampling", [Sampling(samples=0), Sampling(most=0), Sampling(precision=0)])
def test_a_sample_without_size_or_precision_is_refused(sampling: Sampling) -> None:
    with pytest.raises(ValueError, match="precision above 0"):
        gamma(TEXT, None, sampling)


def test_costs_add_over_documents() -> None:
    documents: list[Any] = [TEXT, [[], []], [[(0, 3, "a")], [(0, 3, "a")]], [[(0, 3, "a")]]]
    counts = gamma_counts(documents, None, QUICK)
    assert counts.shape == (4, 2)
    assert not counts[[1, 3]].any()
    for row, document in zip(counts, documents, strict=True):
        wanted = gamma(document, None, QUICK).value
        value = float(gamma_of(row))
        assert np.isnan(value) if wanted is None else value == pytest.approx(wanted)
    assert 0 < gamma_of(counts.sum(axis=0)) < 1
    assert gamma_counts([]).shape == (0, 2)


@settings(max_examples=25, deadline=None)
@given(some_texts(3, 4), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(text: list[list[Unit]], random: Any) -> None:
    mixed = [
        [(start, end, {"a": "z", "b": "y"}[name]) for start, end, name in random.sample(u, len(u))]
        for u in random.sample(text, len(text))
    ]
    one, other = gamma(text, None, QUICK), gamma(mixed, None, QUICK)
    assert (one.value is None) == (other.value is None)
    if one.value is not None:
        assert one.value == pytest.approx(other.value, abs=1e-9)
        assert one.value <= 1


@settings(max_examples=25, deadline=None)
@given(some_texts(1, 4))
def test_perfect_agreement_is_one_wherever_it_is_defined(text: list[list[Unit]]) -> None:
    found = gamma(text * 3, None, QUICK)
    assert found.value == pytest.approx(1) if found.value is not None else found.reason
