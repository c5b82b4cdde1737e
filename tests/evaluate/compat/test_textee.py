"""TextEE's event scores, case by case, and by hand."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.compat.textee import DEVIATIONS, ITEMS, Event, textee, textee_ratios
from goldwire.schema.errors import InputError
from tests.shared import recorded


@pytest.mark.parametrize("case", recorded("events.json"))
def test_scores_equal_the_peers(case: dict[str, Any]) -> None:
    gold, predicted = ([d[side] for d in case["docs"]] for side in ("gold", "pred"))
    scores = textee(gold, predicted)
    assert scores.keys() == case["expected"]["textee_e2e"].keys()
    for name, expected in case["expected"]["textee_e2e"].items():
        assert msgspec.structs.asdict(scores[name]) == pytest.approx(expected, abs=1e-9), name


def event(kind: str, at: int, *arguments: tuple[int, int, str]) -> Event:
    return {"type": kind, "trigger": (at, at + 1), "arguments": arguments}


def test_six_metrics_worked_out_by_hand() -> None:
    # Right trigger; one role of two wrong; one event too many, of a type that is not there.
    gold = [[event("Attack", 3, (0, 1, "Attacker"), (5, 7, "Target"))]]
    predicted = [[event("Attack", 3, (0, 1, "Attacker"), (5, 7, "Place")), event("Die", 9)]]
    scores = textee(gold, predicted)
    ratios = {name: (score.precision, score.recall) for name, score in scores.items()}
    assert ratios == {
        "trigger_id": (1 / 2, 1.0),
        "trigger_cls": (1 / 2, 1.0),
        "argument_id": (1.0, 1.0),
        "argument_cls": (1 / 2, 1 / 2),
        "argument_attached_id": (1.0, 1.0),
        "argument_attached_cls": (1 / 2, 1 / 2),
    }


def test_documents_must_pair_up() -> None:
    with pytest.raises(InputError):
        textee([[]], [])


def test_deviation_shared_arguments_collapse() -> None:
    shared = (0, 1, "Attacker")
    scores = textee([[event("Attack", 3, shared), event("Attack", 9, shared)]], [[]])
    assert scores["argument_cls"].gold_num == 1
    assert scores["argument_attached_cls"].gold_num == 2


def test_deviation_moved_arguments_are_right() -> None:
    target = (5, 7, "Target")
    gold = [[event("Attack", 3, target), event("Attack", 9)]]
    predicted = [[event("Attack", 3), event("Attack", 9, target)]]
    scores = textee(gold, predicted)
    assert (scores["argument_cls"].f1, scores["argument_attached_cls"].f1) == (1.0, 0.0)


def test_deviation_one_trigger_for_a_place() -> None:
    events = [event("Attack", 3), event("Move", 3), event("Move", 3)]
    scores = textee([events], [events])
    assert (scores["trigger_id"].gold_num, scores["trigger_cls"].gold_num) == (1, 2)


def test_arguments_that_can_be_read_once_are_all_read() -> None:
    def once() -> list[Any]:
        return [{"type": "A", "trigger": (0, 1), "arguments": iter([(2, 3, "r")])}]

    assert {each.match_num for each in textee([once()], [once()]).values()} == {1}


def test_deviation_undefined_is_0() -> None:
    assert {score.f1 for score in textee([[]], [[]]).values()} == {0.0}
    assert {score.f1 for score in textee([], []).values()} == {0.0}


def test_the_deviations_are_those_tested_here() -> None:
    assert set(DEVIATIONS) == {
        "shared arguments collapse",
        "moved arguments are right",
        "one trigger for a place",
        "undefined is 0",
    }


ARGUMENTS = st.tuples(st.integers(0, 3), st.just(4), st.sampled_from(["Agent", "Place"]))
EVENTS = st.builds(
    lambda kind, at, arguments: event(kind, at, *arguments),
    st.sampled_from(["Attack", "Die"]),
    st.integers(0, 3),
    st.lists(ARGUMENTS, max_size=3),
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(EVENTS, max_size=4), st.lists(EVENTS, max_size=4)), max_size=4
)


@given(DOCUMENTS)
def test_counts_are_the_peers_sets_over_the_corpus(
    documents: list[tuple[list[Event], list[Event]]],
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    scores = textee(gold, predicted)
    ratios = textee_ratios(gold, predicted)
    for name, items in ITEMS.items():
        one, other = (
            {(number, item) for number, d in enumerate(side) for e in d for item in items(e)}
            for side in (gold, predicted)
        )
        found = scores[name]
        counts = found.match_num, found.pred_num, found.match_num, found.gold_num
        assert counts == (len(one & other), len(other), len(one & other), len(one))
        assert tuple(ratios[name].sum(axis=0)) == counts


@given(DOCUMENTS)
def test_order_does_not_matter_and_gold_is_perfect(
    documents: list[tuple[list[Event], list[Event]]],
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    turned = [events[::-1] for events in predicted]
    assert textee(gold, predicted) == textee(gold, turned)
    for score in textee(gold, gold).values():
        assert score.f1 == (1.0 if score.gold_num else 0.0)
