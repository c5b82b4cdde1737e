"""The best alignment of units is the best of all alignments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.metrics import disorder
from goldwire.evaluate.metrics.disorder import Dissimilarity, best_disorder, marked

Unit = tuple[float, float, str]


def some_texts(annotators: int, units: int) -> st.SearchStrategy[list[list[Unit]]]:
    """Units on 12 positions in two categories, overlapping and equal ones among them."""
    unit = st.tuples(st.integers(0, 9), st.integers(1, 5), st.sampled_from("ab")).map(
        lambda drawn: (float(drawn[0]), float(drawn[0] + drawn[1]), drawn[2])
    )
    each = st.lists(unit, max_size=units, unique=True)
    return st.lists(each, min_size=annotators, max_size=annotators)


def apart(one: Unit | None, other: Unit | None, weights: Dissimilarity) -> float:
    """The dissimilarity as the paper writes it."""
    if one is None or other is None:
        return weights.empty
    shift = abs(one[0] - other[0]) + abs(one[1] - other[1])
    lengths = one[1] - one[0] + other[1] - other[0]
    position = (shift / lengths) ** 2 * weights.empty
    return weights.position * position + weights.category * (one[2] != other[2]) * weights.empty


def all_alignments(text: Sequence[Sequence[Unit]], weights: Dissimilarity) -> Iterator[float]:
    """The cost of every alignment: the first unit that is left goes with any of the others."""
    first = next((number for number, units in enumerate(text) if units), None)
    if first is None:
        yield 0.0
        return
    choices: list[list[Unit | None]] = [
        [None, *units] if number > first else [units[0]] if number == first else [None]
        for number, units in enumerate(text)
    ]
    for chosen in product(*choices):
        pairs = [(i, j) for i in range(len(chosen)) for j in range(i)]
        cost = sum(apart(chosen[i], chosen[j], weights) for i, j in pairs) / len(pairs)
        rest = [[u for u in units if u is not c] for units, c in zip(text, chosen, strict=True)]
        for others in all_alignments(rest, weights):
            yield cost + others


@settings(max_examples=60, deadline=None)
@given(some_texts(2, 4), st.sampled_from([(1, 1, 1), (3, 1, 1), (1, 2, 0.5), (0, 1, 2)]))
def test_two_annotators_as_by_trying_all(text: list[list[Unit]], weights: Any) -> None:
    dissimilarity = Dissimilarity(*weights)
    wanted = min(all_alignments(text, dissimilarity))
    assert best_disorder(marked(text), dissimilarity) == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(some_texts(3, 3), st.sampled_from([(1, 1, 1), (3, 1, 1), (1, 2, 0.5), (0, 1, 2)]))
def test_three_annotators_as_by_trying_all(text: list[list[Unit]], weights: Any) -> None:
    dissimilarity = Dissimilarity(*weights)
    wanted = min(all_alignments(text, dissimilarity))
    assert best_disorder(marked(text), dissimilarity) == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(some_texts(4, 2))
def test_four_annotators_as_by_trying_all(text: list[list[Unit]]) -> None:
    dissimilarity = Dissimilarity()
    wanted = min(all_alignments(text, dissimilarity))
    assert best_disorder(marked(text), dissimilarity) == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(some_texts(3, 6))
def test_integer_programming_finds_the_same(text: list[list[Unit]]) -> None:
    followed = best_disorder(marked(text), Dissimilarity())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disorder, "_MANY", 0)
        assert best_disorder(marked(text), Dissimilarity()) == pytest.approx(followed, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(some_texts(3, 6), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(text: list[list[Unit]], random: Any) -> None:
    mixed = [
        [(start, end, {"a": "z", "b": "y"}[name]) for start, end, name in random.sample(u, len(u))]
        for u in random.sample(text, len(text))
    ]
    found = best_disorder(marked(text), Dissimilarity())
    assert best_disorder(marked(mixed), Dissimilarity()) == pytest.approx(found, abs=1e-9)
    moved = [[(start + 1000, end + 1000, name) for start, end, name in units] for units in text]
    assert best_disorder(marked(moved), Dissimilarity()) == pytest.approx(found, abs=1e-9)


def test_units_far_apart_are_left_alone() -> None:
    text = [[(0.0, 2.0, "a")], [(1e12, 1e12 + 2, "a")], []]
    assert best_disorder(marked(text), Dissimilarity()) == 2
    assert best_disorder(marked(text[:2]), Dissimilarity(empty=0.5)) == 1


def test_duplicates_collapse() -> None:
    text = [[(0, 2, "a"), (0, 2, "a")], [(0, 2, "a")]]
    assert len(marked(text)) == 2
    assert best_disorder(marked(text), Dissimilarity()) == 0


def test_mistakes_are_refused() -> None:
    for end in (3.0, 2.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="have a length"):
            marked([[(3.0, end, "a")]])
    with pytest.raises(ValueError, match="two annotators"):
        best_disorder(marked([[(0, 3, "a")]]), Dissimilarity())
    for wrong in (Dissimilarity(empty=0), Dissimilarity(position=-1)):
        with pytest.raises(ValueError, match="empty above 0"):
            best_disorder(marked([[(0, 3, "a")], []]), wrong)
