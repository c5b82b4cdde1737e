"""Gamma-cat and gamma-k: by hand, and by their laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.metrics.disorder import Dissimilarity, best_alignment, best_disorder, marked
from goldwire.evaluate.metrics.gamma import Gamma, Sampling, gamma, gamma_of
from goldwire.evaluate.metrics.gamma_categories import gamma_cat, gamma_family_counts, gamma_k

from .test_disorder import Unit, some_texts

QUICK = Sampling(samples=10, most=10)

TEXT = [
    [(0, 5, "PER"), (10, 14, "ORG"), (20, 30, "LOC")],
    [(0, 5, "ORG"), (10, 14, "ORG"), (20, 30, "LOC")],
]
"""Two annotators who differ in one category of three units."""


def observed(text: list[list[Any]], **weights: float) -> float | None:
    return gamma_cat(text, Dissimilarity(**weights), QUICK).observed_disorder


def test_observed_disorder_by_hand() -> None:
    assert observed(TEXT) == pytest.approx(1 / 3)
    by_category = {name: each.observed_disorder for name, each in gamma_k(TEXT).items()}
    # The pair PER, ORG is one of the two pairs with ORG and the only one with PER.
    assert by_category == pytest.approx({"LOC": 0, "ORG": 1 / 2, "PER": 1})


def test_a_pair_weighs_less_the_farther_its_units_lie_apart() -> None:
    # Boundaries 1 + 1 apart, lengths 4 + 4: d = (2 / 8)² = 1/16.
    text = [[(0, 4, "a"), (10, 14, "b")], [(1, 5, "b"), (10, 14, "b")]]
    assert observed(text) == pytest.approx((15 / 16) / (15 / 16 + 1))
    assert observed(text, position=2) == pytest.approx((14 / 16) / (14 / 16 + 1))


def test_a_unit_counts_once_however_many_it_is_aligned_with() -> None:
    # Of three: three pairs at a half, two of them differ. Of two: one pair at 1.
    three = [[(0, 4, "a"), (10, 14, "c")], [(0, 4, "a"), (10, 14, "c")], [(0, 4, "b")]]
    assert observed(three) == pytest.approx((2 / 2) / (3 / 2 + 1))


def test_units_that_are_aligned_with_none_say_nothing() -> None:
    more = [[*TEXT[0], (50, 60, "PER")], TEXT[1]]
    assert observed(more) == observed(TEXT)


def test_chance_is_that_of_the_random_texts() -> None:
    # Two annotators with one unit each on one place: aligned, or too far apart to be.
    text = [[(0, 10, "a")], [(0, 10, "b")]]
    found = gamma_cat(text)
    assert found.observed_disorder == 1
    # Both categories are as frequent: half of all pairs differ.
    assert found.expected_disorder == pytest.approx(0.5, abs=0.15)
    assert found.value == pytest.approx(1 - 1 / (found.expected_disorder or 0))


def test_undefined_says_why() -> None:
    nobody = Gamma(None, "undefined because nobody marked a unit", None, None, 0)
    assert gamma_cat([[], []]) == nobody
    assert gamma_k([[], []]) == {}
    assert gamma_cat([[(0, 1, "a")]]).reason == "undefined because there is only one annotator"
    apart = gamma_cat([[(0, 5, "a")], [(50, 55, "b")]], None, QUICK)
    assert apart.reason == "undefined because no units of two annotators are aligned"
    one = gamma_cat([[(0, 5, "a"), (9, 12, "a")], [(0, 5, "a")]], None, QUICK)
    assert one.reason == "undefined because random texts agree perfectly too"
    assert one.observed_disorder == 0


def test_the_sample_depends_on_the_seed_alone() -> None:
    assert gamma_cat(TEXT) == gamma_cat(TEXT)
    other = gamma_cat(TEXT, sampling=Sampling(seed=1)).value
    assert gamma_cat(TEXT).value == pytest.approx(other, abs=0.05)
    assert gamma_cat(TEXT).value != other


def test_costs_add_over_documents_and_are_those_of_each_measure() -> None:
    documents: list[Any] = [TEXT, [[], []], [[(0, 3, "PER")]], [TEXT[0], TEXT[0]]]
    names = ["LOC", "ORG", "PER", "nothing"]
    counts = gamma_family_counts(documents, names, None, QUICK)
    assert counts.gamma.shape == counts.cat.shape == (4, 2)
    assert counts.k.shape == (4, 4, 2)
    assert not counts.cat[[1, 2]].any()
    assert not counts.k[:, 3].any()
    assert gamma_of(counts.gamma[0]) == pytest.approx(gamma(TEXT, None, QUICK).value)
    assert gamma_of(counts.cat[0]) == pytest.approx(gamma_cat(TEXT, None, QUICK).value)
    by_category = gamma_k(TEXT, None, QUICK)
    for at, name in enumerate(names[:3]):
        assert gamma_of(counts.k[0, at]) == pytest.approx(by_category[name].value)
    assert gamma_of(counts.cat[0]) < gamma_of(counts.cat.sum(axis=0)) < 1


@settings(max_examples=25, deadline=None)
@given(some_texts(3, 4), st.randoms(use_true_random=False))
def test_neither_the_order_of_annotators_nor_that_of_units_matters(
    text: list[list[Unit]], random: Any
) -> None:
    mixed = [random.sample(units, len(units)) for units in random.sample(text, len(text))]
    one = {"": gamma_cat(text, None, QUICK)} | gamma_k(text, None, QUICK)
    other = {"": gamma_cat(mixed, None, QUICK)} | gamma_k(mixed, None, QUICK)
    assert one.keys() == other.keys()
    for name, each in one.items():
        assert each.value == pytest.approx(other[name].value, abs=1e-9)
        assert each.reason == other[name].reason


@settings(max_examples=25, deadline=None)
@given(some_texts(1, 4))
def test_perfect_agreement_is_one_wherever_it_is_defined(text: list[list[Unit]]) -> None:
    for each in (gamma_cat(text * 3, None, QUICK), *gamma_k(text * 3, None, QUICK).values()):
        assert each.value == pytest.approx(1) if each.value is not None else each.reason


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 3).flatmap(lambda annotators: some_texts(annotators, 5)))
def test_the_alignment_that_is_read_is_a_best_one(text: list[list[Unit]]) -> None:
    units = marked(text)
    members = best_alignment(units, Dissimilarity())
    held = members[members >= 0]
    assert len(set(held.tolist())) == len(held)
    pairs = units.annotators * (units.annotators - 1) / 2
    cost = float(len(units) - len(held))
    for row in members:
        for one in range(units.annotators):
            for other in range(one):
                cost += _apart(units, int(row[one]), int(row[other])) / pairs
    assert cost == pytest.approx(best_disorder(units, Dissimilarity()), abs=1e-5)


def _apart(units: Any, one: int, other: int) -> float:
    if one < 0 or other < 0:
        return 1.0
    shift = abs(units.start[one] - units.start[other]) + abs(units.end[one] - units.end[other])
    lengths = units.end[one] - units.start[one] + units.end[other] - units.start[other]
    differ = units.category[one] != units.category[other]
    return float((shift / lengths) ** 2 + differ)


@settings(max_examples=25, deadline=None)
@given(some_texts(2, 4))
def test_disorders_are_shares(text: list[list[Unit]]) -> None:
    for each in (gamma_cat(text, None, QUICK), *gamma_k(text, None, QUICK).values()):
        assert each.observed_disorder is None or 0 <= each.observed_disorder <= 1 + 1e-12
        assert each.value is None or np.isfinite(each.value)
