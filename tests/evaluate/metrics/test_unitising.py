"""The four alphas of unitising: a published example, by hand, by characters, and by their laws."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.coefficients import ONE_CATEGORY, Coefficient
from goldwire.evaluate.metrics.unitising import (
    coding_of,
    coding_per_category_of,
    relevance_of,
    unitising,
    unitising_counts,
    unitising_of,
)

from .test_continuum import Row, some_units, units

LENGTHS = np.array([12, 12])
TEAM = np.ones((2, 3), bool)


def test_the_example_of_the_book() -> None:
    """Krippendorff (2019), figure 12.11: three observers of 60 characters, seven values.

    The book prints 0.510, 0.413, and 0.724; values 1, 5, 6 are perfect, 2, 3, 4 as by chance,
    and 7 meets nothing. The figures are taken from the tests of the R package quallmer.
    """
    alex = [(0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7)]
    paul = [(0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6)]
    suzan = [(0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6)]
    rows = [
        (0, observer, start, end, value - 1)
        for observer, segments in enumerate((alex, paul, suzan))
        for start, end, value in segments
    ]
    found = unitising(units(*rows), np.array([60]), np.ones((1, 3), bool), categories=7)
    assert found.whole.value == pytest.approx(0.510, abs=5e-4)
    assert found.relevance.value == pytest.approx(0.413, abs=1e-3)
    assert found.coding.value == pytest.approx(0.724, abs=5e-4)
    assert [each.value for each in found.categories] == [1, 0, 0, 0, 1, 1, None]
    assert found.categories[6].reason == (
        "undefined because no unit meets a unit of another annotator"
    )


def test_counts_and_alphas_by_hand() -> None:
    """Ten characters: one annotator marks 0–4, the other 2–6, in one category."""
    table = units((0, 0, 0, 4, 0), (0, 1, 2, 6, 0))
    team = np.ones((1, 2), bool)
    counts = unitising_counts(table, np.array([10]), team, categories=1)
    assert counts.tolist() == [[[8, 4, 12, 0], [4, 4, 32, 8]]]
    found = unitising(table, np.array([10]), team, categories=1)
    alpha = 1 - Fraction(8 * (20**2 - 44), 20 * (20**2 - 12**2 - 8**2))
    assert found.whole.value == pytest.approx(float(alpha), abs=1e-12)
    assert found.relevance.value == pytest.approx(float(alpha), abs=1e-12)
    assert found.whole.observed == 12 / 20
    assert found.whole.units == 2
    assert found.coding == Coefficient(None, ONE_CATEGORY, 1.0, 2)
    assert found.categories == (Coefficient(None, ONE_CATEGORY, 1.0, 2),)


def test_coding_by_hand() -> None:
    """Units meet over four characters with equal, over two with different categories."""
    table = units((0, 0, 0, 4, 0), (0, 1, 0, 4, 0), (0, 0, 6, 8, 0), (0, 1, 6, 9, 1))
    found = unitising(table, np.array([12]), np.ones((1, 2), bool), categories=2)
    # Coincidences 8, 2, 2, 0, margins 10 and 2; parts that meet: 4, 4, 2 and 2 characters.
    by_chance = 144 - Fraction(16 + 16 + 4 + 4)
    coding = 1 - 4 * by_chance / (12 * (144 - 100 - 4))
    assert found.coding.value == pytest.approx(float(coding), abs=1e-12)
    assert found.coding.observed == pytest.approx(8 / 12)
    first = 1 - Fraction(2 * (10 * 12 - 36), 100 * 2)
    second = 1 - Fraction(2 * (2 * 12 - 4), 4 * 10)
    values = [each.value for each in found.categories]
    assert values == pytest.approx([float(first), float(second)], abs=1e-12)


def test_undefined_says_why() -> None:
    team, lengths = np.ones((1, 2), bool), np.array([10])
    nothing = unitising(units(), lengths, team, categories=1)
    assert nothing.whole == Coefficient(None, "undefined because nobody marked a unit", 1.0, 0)
    assert nothing.relevance.reason == "undefined because nobody marked a unit"
    everything = unitising(units((0, 0, 0, 10, 0), (0, 1, 0, 10, 0)), lengths, team, categories=1)
    assert everything.whole == Coefficient(None, ONE_CATEGORY, 1.0, 2)
    assert everything.relevance.reason == "undefined because no character lies in a gap"
    apart = unitising(units((0, 0, 0, 3, 0), (0, 1, 5, 7, 1)), lengths, team, categories=2)
    assert apart.coding.reason == "undefined because no unit meets a unit of another annotator"
    assert apart.whole.value is not None
    assert apart.whole.value < 0
    alone = unitising(units((0, 0, 0, 3, 0)), lengths, np.array([[True, False]]), categories=1)
    assert alone.whole == Coefficient(
        None, "undefined because no text was annotated by two annotators", None, 0
    )


def test_no_documents_are_undefined_too() -> None:
    nothing = np.zeros(0, np.int64)
    counts = unitising_counts(units(), nothing, np.zeros((0, 2), bool), categories=2)
    assert counts.shape == (0, 3, 5)
    found = unitising(units(), nothing, np.zeros((0, 2), bool), categories=2)
    assert found.whole.value is None


def test_only_annotators_who_worked_on_a_document_count() -> None:
    table = units((0, 3, 0, 4, 0), (0, 7, 2, 6, 0), (1, 5, 0, 4, 0))
    team = np.zeros((3, 9), bool)
    team[0, [3, 7]] = True
    team[1, 5] = True
    counts = unitising_counts(table, np.array([10, 10, 0]), team, categories=1)
    assert counts[0].tolist() == [[8, 4, 12, 0], [4, 4, 32, 8]]
    assert not counts[1:].any()


def test_huge_texts_do_not_overflow() -> None:
    far = 10**9
    table = units((0, 0, 0, 4 * far, 0), (0, 1, 2 * far, 6 * far, 0))
    found = unitising(table, np.array([10 * far]), np.ones((1, 2), bool), categories=1)
    assert found.whole.value is not None
    assert 0 < found.whole.value < 1


def by_characters(rows: list[Row], categories: int) -> Any:
    """The counts of the two texts as sums over characters of units that do not overlap."""
    size = categories + 1
    counts = np.zeros((2, size, size + 2))
    marks = np.zeros((2, 3, 12), int)
    for document, annotator, start, end, code in rows:
        marks[document, annotator, start:end] = code + 1
    for document in range(2):
        for one in range(3):
            counts[document, 0, size] += (marks[document, one] == 0).sum()
            for other in range(3):
                if one != other:
                    pairs = (marks[document, one], marks[document, other])
                    np.add.at(counts[document, :, :size], pairs, 1 / 2)
    for document, annotator, start, end, code in rows:
        others = [other for other in range(3) if other != annotator]
        met = (marks[document, others, start:end] > 0).sum() / 2
        counts[document, code + 1, size] += (end - start) ** 2
        counts[document, code + 1, size + 1] += met**2
    return counts


def without_overlaps(rows: list[Row]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        if all(row[:2] != each[:2] or row[3] <= each[2] or each[3] <= row[2] for each in kept):
            kept.append(row)
    return kept


@given(some_units().map(without_overlaps))
def test_counts_are_what_single_characters_give(rows: list[Row]) -> None:
    found = unitising_counts(units(*rows), LENGTHS, TEAM, categories=3)
    np.testing.assert_allclose(found, by_characters(rows, 3), rtol=0, atol=1e-9)


@given(some_units())
def test_the_sum_is_that_of_all_texts_laid_end_to_end(rows: list[Row]) -> None:
    apart = unitising_counts(units(*rows), LENGTHS, TEAM, categories=3).sum(axis=0)
    shifted = [
        (0, who, start + 12 * text, end + 12 * text, code) for text, who, start, end, code in rows
    ]
    whole = unitising_counts(units(*shifted), np.array([24]), TEAM[:1], categories=3)[0]
    np.testing.assert_allclose(apart, whole, rtol=0, atol=1e-9)


@given(some_units(), st.permutations(range(3)), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(rows: list[Row], names: list[int], random: Any) -> None:
    one = unitising_counts(units(*rows), LENGTHS, TEAM, categories=3)
    order = random.sample(range(3), 3)
    mixed = [
        (1 - text, order[who], start, end, code)
        for text, who, start, end, code in random.sample(rows, len(rows))
    ]
    other = unitising_counts(units(*mixed), LENGTHS, TEAM, categories=3)
    np.testing.assert_allclose(one, other[::-1], rtol=0, atol=1e-9)
    apart = without_overlaps(rows)
    renamed = [(*row[:4], names[row[4]]) for row in apart]
    one = unitising_counts(units(*apart), LENGTHS, TEAM, categories=3).sum(axis=0)
    other = unitising_counts(units(*renamed), LENGTHS, TEAM, categories=3).sum(axis=0)
    for closed_form in (unitising_of, relevance_of, coding_of):
        np.testing.assert_allclose(closed_form(one), closed_form(other), rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        coding_per_category_of(one), coding_per_category_of(other)[names], rtol=0, atol=1e-9
    )


@given(some_units())
def test_closed_forms_take_any_leading_axes_and_stay_at_most_one(rows: list[Row]) -> None:
    counts = unitising_counts(units(*rows), LENGTHS, TEAM, categories=3)
    for closed_form in (unitising_of, relevance_of, coding_of, coding_per_category_of):
        found = closed_form(counts)
        np.testing.assert_array_equal(found, np.array([closed_form(each) for each in counts]))
        assert not (found > 1).any()


@given(some_units())
def test_perfect_agreement_is_one_wherever_it_is_defined(rows: list[Row]) -> None:
    copies = [(text, who, *rest) for text, _, *rest in rows for who in range(3)]
    found = unitising(units(*copies), LENGTHS, TEAM, categories=3)  # type: ignore[arg-type]
    for each in (found.whole, found.relevance, found.coding, *found.categories):
        assert each.observed in (None, pytest.approx(1))
        assert each.value in (None, 1)
    if rows:
        assert found.whole.value == 1
