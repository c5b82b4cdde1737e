"""OmniEvent's event scores, case by case, and by hand."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.compat.omnievent import DEVIATIONS, omnievent, omnievent_ratios
from goldwire.evaluate.compat.textee import Event, textee
from goldwire.schema.errors import InputError
from tests.shared import recorded


@pytest.mark.parametrize("case", recorded("events.json"))
def test_scores_equal_the_peers(case: dict[str, Any]) -> None:
    gold, predicted = ([d[side] for d in case["docs"]] for side in ("gold", "pred"))
    scores = omnievent(gold, predicted)
    assert scores.keys() == case["expected"]["omnievent_multiset"].keys()
    for name, expected in case["expected"]["omnievent_multiset"].items():
        assert msgspec.structs.asdict(scores[name]) == pytest.approx(expected, abs=1e-12), name


def event(kind: str, at: int, *arguments: tuple[int, int, str]) -> Event:
    return {"type": kind, "trigger": (at, at + 1), "arguments": arguments}


def test_scores_worked_out_by_hand() -> None:
    # The trigger twice, once right; two of three predicted arguments right, of two.
    arguments = (0, 1, "Attacker"), (5, 7, "Target")
    gold = [[event("Attack", 3, *arguments)]]
    predicted = [[event("Attack", 3, *arguments), event("Attack", 3, (0, 1, "Attacker"))]]
    scores = omnievent(gold, predicted)
    triggers, found = scores["trigger_cls_multiset"], scores["argument_cls_multiset"]
    assert (triggers.precision, triggers.recall) == pytest.approx((1 / 2, 1), abs=1e-9)
    assert (found.precision, found.recall) == pytest.approx((2 / 3, 1), abs=1e-9)


def test_documents_must_pair_up() -> None:
    with pytest.raises(InputError):
        omnievent([[]], [])


def test_deviation_duplicates_count() -> None:
    once, twice = [[event("Die", 1)]], [[event("Die", 1), event("Die", 1)]]
    assert omnievent(once, twice)["trigger_cls_multiset"].precision == pytest.approx(1 / 2)
    assert textee(once, twice)["trigger_cls"].precision == 1.0


def test_deviation_perfect_is_below_1() -> None:
    gold = [[event("Die", 1)]]
    assert 1 - 1e-9 < omnievent(gold, gold)["trigger_cls_multiset"].f1 < 1
    assert omnievent([], [])["trigger_cls_multiset"].f1 == 0.0


def test_deviation_the_trigger_is_not_part_of_an_argument() -> None:
    target = (5, 7, "Target")
    gold = [[event("Attack", 3, target), event("Attack", 9)]]
    predicted = [[event("Attack", 3), event("Attack", 9, target)]]
    assert omnievent(gold, predicted)["argument_cls_multiset"].f1 == pytest.approx(1)


def test_the_deviations_are_those_tested_here() -> None:
    assert set(DEVIATIONS) == {
        "duplicates count",
        "perfect is below 1",
        "the trigger is not part of an argument",
    }


EVENTS = st.builds(
    lambda kind, at, arguments: event(kind, at, *arguments),
    st.sampled_from(["Attack", "Die"]),
    st.integers(0, 2),
    st.lists(st.tuples(st.integers(0, 2), st.just(4), st.just("Agent")), max_size=3),
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(EVENTS, max_size=4), st.lists(EVENTS, max_size=4)), max_size=4
)


@given(DOCUMENTS)
def test_a_prediction_uses_up_one_equal_gold_item(
    documents: list[tuple[list[Event], list[Event]]],
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    left = [(n, *e["trigger"], e["type"]) for n, d in enumerate(gold) for e in d]
    size, matched = len(left), 0
    for number, document in enumerate(predicted):
        for each in document:
            item = (number, *each["trigger"], each["type"])
            if item in left:
                left.remove(item)
                matched += 1
    guesses = sum(map(len, predicted))
    sums = omnievent_ratios(gold, predicted)["trigger_cls_multiset"].sum(axis=0)
    assert sums.tolist() == [matched, guesses, matched, size]


@given(DOCUMENTS)
def test_order_does_not_matter(documents: list[tuple[list[Event], list[Event]]]) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    turned = [events[::-1] for events in predicted]
    assert omnievent(gold, predicted) == omnievent(gold, turned)
