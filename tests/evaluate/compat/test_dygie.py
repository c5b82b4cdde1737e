"""DyGIE++'s event and relation scores, case by case, with its recall above 1."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.compat.dygie import (
    DEVIATIONS,
    EVENT_COUNTS,
    dygie_event_counts,
    dygie_events,
    dygie_relation_ratios,
    dygie_relations,
)
from goldwire.evaluate.compat.textee import Event
from goldwire.schema.errors import InputError
from tests.shared import recorded

Relation = tuple[tuple[int, int], tuple[int, int], str]


@pytest.mark.parametrize("case", recorded("events.json", "dygie"))
def test_event_scores_equal_the_peers(case: dict[str, Any]) -> None:
    gold, predicted = ([d[side] for d in case["docs"]] for side in ("gold", "pred"))
    found = dygie_events(gold, predicted)
    assert found.counts == case["expected"]["dygie"]["counts"]
    assert found.scores == pytest.approx(case["expected"]["dygie"]["scores"], abs=1e-9)


@pytest.mark.parametrize("case", recorded("relations.json", "dygie"))
def test_relation_scores_equal_the_peers(case: dict[str, Any]) -> None:
    gold, predicted = ([d[side] for d in case["docs"]] for side in ("gold", "pred"))
    found = msgspec.structs.asdict(dygie_relations(gold, predicted))
    assert found == pytest.approx(case["expected"]["dygie"], abs=1e-9)


def event(kind: str, at: int, *arguments: tuple[int, int, str]) -> Event:
    return {"type": kind, "trigger": (at, at + 1), "arguments": arguments}


def test_event_scores_worked_out_by_hand() -> None:
    # Of two triggers one right and one of the wrong type; of two arguments one role right.
    gold = [[event("Attack", 3, (0, 1, "Attacker"), (5, 7, "Target")), event("Die", 9)]]
    predicted = [[event("Attack", 3, (0, 1, "Attacker"), (5, 7, "Place")), event("Meet", 9)]]
    scores = dygie_events(gold, predicted).scores
    assert (scores["trig_id_f1"], scores["trig_class_f1"]) == (1.0, 1 / 2)
    assert (scores["arg_id_f1"], scores["arg_class_f1"]) == (1.0, 1 / 2)


def test_relation_scores_worked_out_by_hand() -> None:
    gold: list[list[Relation]] = [[((0, 1), (2, 3), "owns"), ((4, 5), (6, 7), "owns")], []]
    predicted: list[list[Relation]] = [[((0, 1), (2, 3), "owns")], [((0, 1), (2, 3), "owns")]]
    found = dygie_relations(gold, predicted)
    assert (found.precision, found.recall, found.f1) == (1 / 2, 1 / 2, 1 / 2)
    assert dygie_relation_ratios(gold, predicted).tolist() == [[1, 1, 1, 2], [0, 1, 0, 0]]


def test_documents_must_pair_up() -> None:
    with pytest.raises(InputError):
        dygie_events([[]], [])
    with pytest.raises(InputError):
        dygie_relations([[]], [])


def test_deviation_recall_above_1() -> None:
    attacker = (0, 1, "Attacker")
    gold = [[event("Attack", 3, attacker)]]
    predicted = [[event("Attack", 3, attacker), event("Attack", 9, attacker)]]
    scores = dygie_events(gold, predicted).scores
    assert (scores["arg_class_recall"], scores["arg_class_f1"]) == (2.0, 4 / 3)


def test_deviation_one_type_for_a_trigger() -> None:
    gold = [[event("Attack", 3, (0, 1, "Agent")), event("Die", 3, (5, 6, "Victim"))]]
    found = dygie_events(gold, [[event("Die", 3, (0, 1, "Agent"), (5, 6, "Victim"))]])
    assert found.counts["gold_triggers"] == 1
    assert found.scores["arg_class_f1"] == 1.0


def test_deviation_one_role_for_an_argument() -> None:
    gold = [[event("Attack", 3, (0, 1, "Agent"), (0, 1, "Victim"))]]
    assert (
        dygie_events(gold, [[event("Attack", 3, (0, 1, "Victim"))]]).scores["arg_class_f1"] == 1.0
    )


def test_deviation_one_label_for_a_pair() -> None:
    gold: list[list[Relation]] = [[((0, 1), (2, 3), "owns"), ((0, 1), (2, 3), "leads")]]
    assert dygie_relations(gold, [[((0, 1), (2, 3), "leads")]]).f1 == 1.0
    assert dygie_relations(gold, [[((2, 3), (0, 1), "leads")]]).f1 == 0.0


def test_deviation_undefined_is_0() -> None:
    assert set(dygie_events([], []).scores.values()) == {0.0}
    assert dygie_relations([[]], [[]]).f1 == 0.0


def test_the_deviations_are_those_tested_here() -> None:
    assert set(DEVIATIONS) == {
        "recall above 1",
        "one type for a trigger",
        "one role for an argument",
        "one label for a pair",
        "undefined is 0",
    }


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Events on different triggers, each argument once an event."""
    arguments = st.lists(
        st.tuples(st.integers(0, 4), st.just(5), st.sampled_from(["Agent", "Place"])),
        unique_by=lambda argument: argument[0],
        max_size=3,
    )
    places = draw(st.lists(st.integers(0, 4), unique=True, max_size=3))
    return [event(draw(st.sampled_from(["Attack", "Die"])), at, *draw(arguments)) for at in places]


@given(st.lists(st.tuples(events(), events()), max_size=4))
def test_counts_add_order_does_not_matter_and_gold_is_perfect(
    documents: list[tuple[list[Event], list[Event]]],
) -> None:
    gold, predicted = [d[0] for d in documents], [d[1] for d in documents]
    rows = dygie_event_counts(gold, predicted)
    assert rows.shape == (len(documents), len(EVENT_COUNTS))
    whole = dygie_events(gold, predicted)
    assert list(whole.counts.values()) == rows.sum(axis=0).tolist()
    assert whole == dygie_events(gold, [each[::-1] for each in predicted])
    perfect = dygie_events(gold, gold).counts
    assert perfect["matched_trigger_classes"] == perfect["gold_triggers"]
    assert perfect["matched_argument_classes"] == perfect["gold_arguments"]
