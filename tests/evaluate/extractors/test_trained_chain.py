"""The chain model against all sequences written out, and spans against their tags."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.extractors.trained.chain import best_tags, expectations, pack
from goldwire.evaluate.extractors.trained.tags import LEGAL, levels_of, ranges_of, tags_of

LENGTHS = st.lists(st.integers(0, 4), min_size=0, max_size=4)


def drawn(lengths: list[int], seed: int) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Bounds, scores by word in the order of the text, and legal transitions."""
    chance = np.random.default_rng(seed)
    bounds = [0, *itertools.accumulate(lengths)]
    scores = chance.normal(size=(bounds[-1], 5))
    return bounds, scores, np.where(LEGAL, chance.normal(size=LEGAL.shape), -np.inf)


def weight(tags: tuple[int, ...], scores: np.ndarray, transitions: np.ndarray) -> float:
    steps = zip((5, *tags), tags, strict=False)
    moves = sum(float(transitions[before, after]) for before, after in steps)
    return moves + sum(float(scores[at, tag]) for at, tag in enumerate(tags))


def test_sentences_stand_side_by_side_by_falling_length() -> None:
    packing = pack([0, 1, 4, 4, 6])
    assert packing.order.tolist() == [1, 4, 0, 2, 5, 3]
    assert packing.offsets.tolist() == [0, 3, 5, 6]


def test_one_word_alone_has_the_probabilities_of_its_scores() -> None:
    # two of five tags are illegal at a start: weights 1, 2, 3 for O, B, U
    scores = np.log(np.array([[1.0, 2.0, 7.0, 7.0, 3.0]]))
    log_z, marginals, expected = expectations(scores, np.where(LEGAL, 0.0, -np.inf), pack([0, 1]))
    assert log_z == pytest.approx(math.log(6))
    assert marginals[0] == pytest.approx([1 / 6, 2 / 6, 0, 0, 3 / 6])
    assert expected[5] == pytest.approx(marginals[0])
    assert not expected[:5].any()


@settings(max_examples=40, deadline=None)
@given(LENGTHS, st.integers(0, 10_000))
def test_expectations_are_those_of_all_sequences(lengths: list[int], seed: int) -> None:
    bounds, scores, transitions = drawn(lengths, seed)
    packing = pack(bounds)
    log_z, marginals, expected = expectations(scores[packing.order], transitions, packing)
    true_z, true_marginals, true_moves = 0.0, np.zeros_like(scores), np.zeros(LEGAL.shape)
    for begin, end in itertools.pairwise(bounds):
        ways = [
            (tags, math.exp(weight(tags, scores[begin:end], transitions)))
            for tags in itertools.product(range(5), repeat=end - begin)
        ]
        total = sum(one for _, one in ways)
        true_z += math.log(total)
        for tags, one in ways:
            for at, (before, after) in enumerate(zip((5, *tags), tags, strict=False)):
                true_marginals[begin + at, after] += one / total
                true_moves[before, after] += one / total
    assert log_z == pytest.approx(true_z)
    assert marginals == pytest.approx(true_marginals[packing.order])
    assert expected == pytest.approx(true_moves)


@settings(max_examples=40, deadline=None)
@given(LENGTHS, st.integers(0, 10_000))
def test_the_best_tags_are_the_best_of_all_sequences(lengths: list[int], seed: int) -> None:
    bounds, scores, transitions = drawn(lengths, seed)
    packing = pack(bounds)
    found = best_tags(scores[packing.order], transitions, packing).tolist()
    for begin, end in itertools.pairwise(bounds):
        best = max(
            itertools.product(range(5), repeat=end - begin),
            key=lambda tags: weight(tags, scores[begin:end], transitions),
        )
        assert tuple(found[begin:end]) == best


def test_scores_beyond_the_range_of_exp_do_no_harm() -> None:
    scores = np.array([[0.0, 2000.0, 0, 0, -2000.0], [0, 0, -2000.0, 1000.0, 0]])
    log_z, marginals, _ = expectations(scores, np.where(LEGAL, 0.0, -np.inf), pack([0, 2]))
    assert log_z == pytest.approx(3000.0)
    assert marginals.argmax(axis=1).tolist() == [1, 3]


def test_what_is_inside_stands_on_a_lower_level() -> None:
    assert levels_of([(0, 5), (0, 2), (3, 5), (4, 5)]) == [
        [(4, 5), (0, 2)],
        [(3, 5)],
        [(0, 5)],
    ]


def test_crossing_ranges_stand_on_two_levels_and_equal_ones_are_one() -> None:
    assert levels_of([(0, 3), (2, 4), (2, 4)]) == [[(2, 4)], [(0, 3)]]
    assert levels_of([]) == []


def test_ranges_are_written_as_first_inner_last_and_unit() -> None:
    assert tags_of([(0, 3), (3, 4), (5, 7)], 8).tolist() == [1, 2, 3, 4, 0, 1, 3, 0]


def test_a_range_that_the_end_of_a_sentence_cuts_off_ends_there() -> None:
    assert ranges_of([0, 1, 2, 4], [0, 3, 4]) == [(1, 3), (3, 4)]


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4).flatmap(
        lambda lengths: st.tuples(
            st.just([0, *itertools.accumulate(lengths)]),
            st.lists(st.tuples(st.integers(0, 23), st.integers(1, 6))),
        )
    )
)
def test_ranges_come_back_from_their_tags(
    drawn_ranges: tuple[list[int], list[tuple[int, int]]],
) -> None:
    bounds, wished = drawn_ranges
    ranges = {
        (first, first + size)
        for first, size in wished
        if any(low <= first and first + size <= high for low, high in itertools.pairwise(bounds))
    }
    levels = levels_of(ranges)
    assert {one for level in levels for one in level} == ranges
    for level in levels:
        tags = tags_of(level, bounds[-1]).tolist()
        assert sorted(level) == ranges_of(tags, bounds)
        for low, high in itertools.pairwise(bounds):
            assert all(
                LEGAL[a, b] for a, b in zip((5, *tags[low:high]), tags[low:high], strict=False)
            )
