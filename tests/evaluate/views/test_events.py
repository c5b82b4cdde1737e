"""The views of TextEE and DyGIE++."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from goldwire.evaluate.views import view
from goldwire.schema.errors import InputError
from tests.evaluate.views.viewing import Write, felt, ratios, row
from tests.shared import conformance

MOVED = [
    {"trigger": [0, 1, "ATTACK", "hit"], "arguments": []},
    {"trigger": [5, 6, "ATTACK", "hit"], "arguments": [[2, 3, "target", "it"]]},
]
TRUE = [
    {"trigger": [0, 1, "ATTACK", "hit"], "arguments": [[2, 3, "target", "it"]]},
    {"trigger": [5, 6, "ATTACK", "hit"], "arguments": []},
]
MENTIONS = [
    {"event_type": "ATTACK", "trigger": {"start": 0, "end": 1},
     "arguments": [{"start": 2, "end": 3, "role": "target"}]},
    {"event_type": "ATTACK", "trigger": {"start": 5, "end": 6}, "arguments": []},
]  # fmt: skip


def hit(start: object, end: object, *arguments: object) -> dict[str, object]:
    return {"trigger": [start, end, "A"], "arguments": list(arguments)}


def test_textee_takes_moved_arguments_for_right(write: Write) -> None:
    window = {"doc_id": "d", "wnd_id": "w"}
    predicted = write("predicted.jsonl", [window | {"events": MOVED}])
    for events in ({"events": TRUE}, {"event_mentions": MENTIONS}):
        found = view("textee", write("gold.jsonl", [window | events]), predicted)
        assert ratios(row(found, "argument_cls").peer) == (1, 1, 1)
        assert ratios(row(found, "argument_attached_cls").peer) == (0, 0, 0)
        assert felt(found) == ["moved arguments are right"]
        assert found.differing() == []


def test_a_window_without_a_prediction_is_a_miss(write: Write) -> None:
    gold = write("gold.jsonl", [{"doc_id": "d", "events": TRUE}, {"doc_id": "e", "events": TRUE}])
    found = view("textee", gold, write("p.jsonl", [{"doc_id": "e", "events": TRUE}]))
    assert ratios(row(found, "trigger_cls").peer) == (1, F(1, 2), F(2, 3))
    assert found.notes == ("1 lines without a prediction: all their events are missed",)


def test_dygie_reports_a_recall_above_1(write: Write) -> None:
    argument = [2, 2, "target"]
    gold = {"doc_key": "d", "events": [[[[0, "ATTACK"], argument], [[5, "ATTACK"]]]]}
    scored = [2, 2, "target", 3.5, 0.9]
    predicted = gold | {
        "predicted_events": [[[[0, "ATTACK", 7.1, 0.9], scored], [[5, "ATTACK", 7.1, 0.9], scored]]]
    }
    found = view("dygie", write("gold.jsonl", [gold]), write("predicted.jsonl", [predicted]))
    assert ratios(row(found, "arg_class").peer) == (1, 2, F(4, 3))
    assert ratios(row(found, "arg_class").own) == (1, 1, 1)
    assert felt(found) == ["recall above 1", "arguments count once a trigger"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"events": []}, "has no doc_id"),
        ({"doc_id": "e"}, "event 1 cannot be read: it has no 'events'"),
        ({"doc_id": "e", "events": [TRUE[1], {"trigger": [1]}]}, "event 2 cannot be read"),
        ({"doc_id": "e", "events": [{"trigger": [1, 2, "A"]}]}, "it has no 'arguments'"),
        ({"doc_id": "e", "events": [hit("1", 2)]}, "the offset '1' is no whole number"),
        ({"doc_id": "e", "events": [hit(True, 2)]}, "the offset True is no whole number"),
        ({"doc_id": "e", "events": [hit(5, 1)]}, "it starts at 5 and ends at 1"),
        ({"doc_id": "e", "events": [hit(1, 2, [1, 2, ["r"]])]}, r"\['r'\] is no name"),
        ({"doc_id": "d", "events": []}, "stands here again"),
        (3, "is no object"),
    ],
)
def test_wrong_events_are_refused_with_file_and_line(
    line: object, problem: str, write: Write
) -> None:
    path = write("gold.jsonl", [{"doc_id": "d", "events": []}, line])
    with pytest.raises(InputError, match=problem) as caught:
        view("textee", path, path)
    assert (caught.value.source, caught.value.line) == (path, 2)


def test_textee_and_dygie_cases_have_the_numbers_of_the_peers(write: Write) -> None:
    for case in conformance("events.json"):
        sides = [
            write(f"{side}.jsonl", [
                {"doc_id": document["doc_id"], "events": [
                    {"trigger": [*event["trigger"], event["type"], ""],
                     "arguments": event["arguments"]}
                    for event in document[side]
                ]}
                for document in case["docs"]
            ])
            for side in ("gold", "pred")
        ]  # fmt: skip
        found = view("textee", *sides)
        for name, numbers in case["expected"]["textee_e2e"].items():
            assert row(found, name).peer == pytest.approx(numbers), (case["name"], name)
        if "dygie" in case["expected"]:
            scores = case["expected"]["dygie"].get("scores", case["expected"]["dygie"])
            peer = view("dygie", *sides)
            for name, value in scores.items():
                metric, _, part = name.rpartition("_")
                if part in ("precision", "recall", "f1"):
                    assert row(peer, metric).peer[part] == pytest.approx(value), case["name"]
