"""When two values say the same: calendars, numbers, and units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.values import (
    quantities_equal,
    ranges_overlap,
    times_equal,
    times_nested,
)


@pytest.mark.parametrize(
    ("gold", "predicted", "equal", "nested"),
    [
        (("2022-04-30", None), ("2022-04-30", None), True, True),
        (("2022-04-30", None), (None, "2022-04-30"), True, True),
        (("2022-W17", None), (None, "2022-04-25/2022-05-01"), True, True),
        (("2022-Q2", None), (None, "2022-04-01/2022-06-30"), True, True),
        (("2022-04-30", None), ("2022-04", None), False, True),
        (("2022-04", None), ("2022-04-30", None), False, True),
        (("2022-04-30", None), ("2022-05", None), False, False),
        (("P4Y", None), ("p4y", None), True, True),
        (("P4Y", None), ("P48M", None), True, True),
        (("PAST_REF", None), ("PAST_REF", None), True, True),
        (("2022-04-30T14:30", None), ("2022-04-30", None), False, True),
        (("2022-04-30T14:30", None), ("2022-04-30T14:30", None), True, True),
        ((None, "2022?"), (None, "2022"), False, True),
        ((None, "../2022"), (None, "2022"), False, False),
        ((None, "../2022"), ("2022", "../2022"), True, True),
        (("PAST_REF", "../2022"), ("PAST_REF", "../2021"), True, True),
        (("PAST_REF", "2022"), ("PRESENT_REF", "2022"), False, True),
        (("PAST_REF", "2022"), ("2022-04", None), False, True),
        (("no value", None), ("no value", None), True, True),
        (("no value", None), (None, None), False, False),
    ],
)
def test_times(
    gold: tuple[str | None, str | None],
    predicted: tuple[str | None, str | None],
    equal: bool,
    nested: bool,
) -> None:
    assert times_equal(gold, predicted) is equal
    assert times_equal(predicted, gold) is equal
    assert times_nested(gold, predicted) is nested
    assert times_nested(predicted, gold) is nested


Q = tuple[str, float | None, float | None, float | None, str | None]


def quantity(
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str | None = None,
    kind: str = "count",
) -> Q:
    return kind, value, low, high, unit


@pytest.mark.parametrize(
    ("gold", "predicted", "equal", "overlap"),
    [
        (quantity(3), quantity(3), True, True),
        (quantity(3), quantity(3, 3, 3), True, True),
        (quantity(3), quantity(4), False, False),
        (quantity(low=24), quantity(low=24), True, True),
        (quantity(low=24), quantity(30), False, True),
        (quantity(low=24), quantity(10), False, False),
        (quantity(low=2, high=5), quantity(low=5, high=9), False, True),
        (quantity(2, unit="kilometre", kind="distance"), quantity(2000, unit="metre"), True, True),
        (quantity(5, unit="mile", kind="distance"), quantity(8, unit="kilometre"), True, True),
        (
            quantity(1000, unit="km", kind="distance"),
            quantity(1005, unit="kilometre"),
            False,
            False,
        ),
        (quantity(5), quantity(low=5, high=5), True, True),
        (quantity(2, unit="day", kind="duration"), quantity(48, unit="hour"), True, True),
        (quantity(2, unit="kilometre", kind="distance"), quantity(2, unit="mile"), False, False),
        (quantity(0), quantity(), False, False),
        (quantity(), quantity(), False, False),
        (quantity(0), quantity(0), True, True),
    ],
)
def test_quantities(gold: Q, predicted: Q, equal: bool, overlap: bool) -> None:
    assert quantities_equal(gold, predicted) is equal
    assert ranges_overlap(gold, predicted) is overlap


numbers = st.none() | st.floats(-1e9, 1e9)
units = st.sampled_from([None, "metre", "kilometre", "mile", "hour", "ton", "dollar"])


@given(st.tuples(st.just("distance"), numbers, numbers, numbers, units))
def test_a_quantity_with_a_number_equals_itself(one: Q) -> None:
    assert quantities_equal(one, one) is any(number is not None for number in one[1:4])


texts = st.none() | st.text(max_size=12) | st.dates().map(str) | st.sampled_from(["2022", "P1D"])


@given(st.tuples(texts, texts), st.tuples(texts, texts))
def test_no_text_breaks_the_comparison_and_sides_do_not_matter(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None]
) -> None:
    assert times_equal(one, other) == times_equal(other, one)
    if times_equal(one, other):
        assert times_nested(one, other)
    if any(part is not None for part in one):
        assert times_equal(one, one)
