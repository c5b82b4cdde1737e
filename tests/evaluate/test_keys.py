"""Equal keys are found whatever they are, and sorted as numpy sorts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate import keys
from goldwire.evaluate.keys import equal_keys, last_equal, met, ordering, repeated

FEW = st.lists(st.integers(0, 12), max_size=40)
ANY = st.lists(st.integers(0, 2**62 - 1), max_size=40).flatmap(
    lambda some: st.lists(st.sampled_from([*some, 0]), max_size=80)
)


def _last(values: list[int]) -> list[int]:
    return [max(at for at, other in enumerate(values) if other == value) for value in values]


@given(FEW | ANY)
def test_the_last_equal_row(values: list[int]) -> None:
    assert last_equal(np.array(values, np.int64)).tolist() == _last(values)


def test_keys_that_meet_in_every_round() -> None:
    size, bits = 6, 4  # the bits of the slots for so many keys
    slots: dict[tuple[int, ...], list[int]] = {}
    for key in range(20_000):
        at = tuple((key * int(factor)) % 2**64 >> (64 - bits) for factor in keys._FACTORS)
        slots.setdefault(at, []).append(key)
    one, other, third = max(slots.values(), key=len)[:3]
    values = [one, other, third, one, other, one]
    assert len(values) == size
    assert last_equal(np.array(values, np.int64)).tolist() == _last(values) == [5, 4, 2, 5, 4, 5]


@given(FEW | ANY, FEW | ANY)
def test_equal_keys_of_two_sides(gold: list[int], predicted: list[int]) -> None:
    found = equal_keys(np.array(gold, np.int64), np.array(predicted, np.int64))
    if len(set(gold)) < len(gold) or len(set(predicted)) < len(predicted):
        assert found is None
    else:
        assert found is not None
        pairs = list(zip(*(rows.tolist() for rows in found), strict=True))
        assert pairs == [(i, predicted.index(k)) for i, k in enumerate(gold) if k in predicted]


@given(FEW, FEW)
def test_rows_that_repeat_on_their_side(gold: list[int], predicted: list[int]) -> None:
    last = last_equal(np.array([*gold, *predicted], np.int64))
    one, other = met(last, len(gold))
    assert one.tolist() == [at for at, value in enumerate(gold) if value in predicted]
    assert [predicted[at] for at in other.tolist()] == [gold[at] for at in one.tolist()]
    assert repeated(last, len(gold), other).tolist() == [
        *(at for at, value in enumerate(gold) if gold.count(value) > 1),
        *(len(gold) + at for at, value in enumerate(predicted) if predicted.count(value) > 1),
    ]


@pytest.mark.parametrize("largest", [3, 2**16, 2**33, 2**50])
@pytest.mark.parametrize("size", [0, 1, 300])
def test_ordering_is_the_stable_order(largest: int, size: int) -> None:
    values = np.random.default_rng(7).integers(0, largest, size)
    assert np.array_equal(ordering(values), np.argsort(values, kind="stable"))
