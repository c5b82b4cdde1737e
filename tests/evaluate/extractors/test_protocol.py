"""The door: what it lets in can be scored, whatever it is; what it turns away says why."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.counting import count
from goldwire.evaluate.extractors import Answer, Usage
from goldwire.evaluate.extractors.admission import Refused, admit, read_answer
from goldwire.evaluate.scoring import score
from goldwire.schema.document import LAYERS, Document
from tests.making import article

from .programs import document

VELMAR: dict[str, Any] = {"start": 15, "end": 21, "type": "GPE"}
OF_ONE = {"id": "one", "mentions": [VELMAR]}


@pytest.mark.parametrize(
    "answer",
    [
        OF_ONE,
        {"mentions": [VELMAR]},
        json.dumps(OF_ONE),
        json.dumps(OF_ONE).encode(),
        Answer(OF_ONE),
        Answer(json.dumps(OF_ONE)),
    ],
)
def test_every_form_of_an_answer_is_the_same(answer: object) -> None:
    assert admit(answer, document("one")) == (OF_ONE, None)


def test_a_document_stays_one() -> None:
    gold = article()
    found, usage = admit(Answer(gold, Usage(cost=1.0)), gold)
    assert found is gold
    assert usage == Usage(cost=1.0)


def test_usage_may_stand_in_the_answer() -> None:
    found, usage = admit(OF_ONE | {"usage": {"output_tokens": 3}}, document("one"))
    assert found == OF_ONE
    assert usage == Usage(output_tokens=3)


def test_an_answer_is_not_changed() -> None:
    answer: dict[str, Any] = {"mentions": [VELMAR], "usage": {"cost": 1}}
    admit(answer, document("one"))
    assert answer == {"mentions": [VELMAR], "usage": {"cost": 1}}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "returned NoneType, not a prediction"),
        ([], "returned list"),
        ("", "no JSON object"),
        (b"\xff", "no JSON object"),
        ("[1]", "no JSON object"),
        ("{" * 100_000, "no JSON object"),
        ('{"mentions": [], "mentions": []}', "/mentions: the key stands twice"),
        (b'{"mentions": [{"start": 1, "start": 2}]}', "/mentions/0/start: the key stands twice"),
        ({"id": "two"}, "for another document, 'two'"),
        ({"id": 1}, "for another document, '1'"),
        ({"error": "no idea"}, "no idea"),
        ({"usage": {"tokens": 3}}, "the usage cannot be read"),
        ({"usage": 3}, "the usage cannot be read"),
        ({"mentiosn": []}, "mentiosn"),
        ({"mentions": None}, "is no prediction"),
        ({"mentions": [{"start": 1, "end": 2}]}, "type"),
        ({"mentions": [{"type": "X"}]}, "/mentions/0: mention has neither spans"),
        ({"mentions": [VELMAR | {"end": 10**30}]}, ""),
        ({"mentions": [VELMAR | {"end": 15}]}, "starts at 15 and ends at 15"),
        ({"mentions": [VELMAR | {"start": -1}]}, "starts at -1"),
        ({"mentions": [VELMAR | {"head": [0, 900]}]}, "a head that is not in the text"),
        ({"mentions": [VELMAR | {"spans": []}]}, ""),
        ({"mentions": [VELMAR | {"text": "Velma"}]}, "says 'Velma'"),
        ({"entities": [[VELMAR | {"end": 99}]]}, "beyond the text"),
        ({"text": "another text"}, "the text of 'one' is not the gold's"),
        ({"sha256": "0"}, "the sha256 of 'one' is not the gold's"),
        ({"mentions": [object()]}, "cannot be written as JSON"),
        ({"note": {1: 2, "a": {3}}, "mentions": 3}, ""),
    ],
)
def test_what_cannot_be_scored_is_turned_away(answer: object, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        admit(answer, document("one"))
    assert reason in str(caught.value)


def test_what_is_no_json_is_turned_away_with_a_reason() -> None:
    with pytest.raises(Refused, match="cannot be written as JSON: object is nothing that JSON"):
        admit({"mentions": [VELMAR | {"start": object()}]}, document("one"))


numbers = st.one_of(st.integers(-3, 40), st.just(2**70), st.floats(allow_nan=False), st.none())
anchors = st.dictionaries(
    st.sampled_from(["start", "end", "spans", "text", "quote", "type", "head", "id", "entity"]),
    st.one_of(
        numbers,
        st.text(max_size=4),
        st.lists(st.tuples(numbers, numbers), max_size=2),
        st.tuples(st.integers(-1, 33), st.integers(0, 40)),
        st.fixed_dictionaries({"exact": st.sampled_from(["Velmar", "", " ", "Velma"])}),
    ),
    max_size=4,
)
items = st.one_of(
    st.builds(
        lambda kind, start: {"type": kind, "start": start, "end": start + 1},
        st.text(max_size=3),
        st.integers(0, 31),
    ),
    anchors,
)


@given(st.dictionaries(st.sampled_from([*LAYERS, "note"]), st.lists(items, max_size=3)))
def test_what_is_let_in_can_be_scored(answer: dict[str, Any]) -> None:
    gold = msgspec.structs.replace(article(), id="one")
    try:
        found, _ = admit(answer, gold)
    except Refused as problem:
        assert str(problem)
        return
    count([gold], [found])


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)))  # fmt: skip
def test_nothing_but_refused_is_raised_for_anything(answer: object) -> None:
    try:
        read_answer(answer, "one")
        admit(answer, document("one"))
    except Refused:
        pass


def test_a_document_of_another_text_is_turned_away() -> None:
    other = document("one", "Another text.")
    assert isinstance(other, Document)
    with pytest.raises(Refused, match="is not the gold's"):
        admit(other, document("one"))


def quoting(*items: dict[str, Any]) -> dict[str, Any]:
    return {"id": "one", "mentions": [dict(item) for item in items]}


def test_every_item_that_quotes_says_how_it_was_placed() -> None:
    word = document("one").text.split()[1]
    answer = quoting(
        {"quote": {"exact": word}, "type": "PER"},
        {"quote": {"exact": "a thing that nobody wrote"}, "type": "PER"},
        VELMAR,
        {"quote": {"exact": word.swapcase()}, "type": "PER", "note": "mine"},
    )
    found, _ = admit(answer, document("one"))
    assert isinstance(found, dict)
    plain, lost, placed, shouted = (item.get("note") for item in found["mentions"])
    assert plain is None
    assert placed is None
    assert "stands in the text" in lost
    assert shouted.startswith("mine; placed by its words")
    assert [item.get("quote") for item in found["mentions"]] == [
        item.get("quote") for item in answer["mentions"]
    ]
    of_notes, of_answer = (
        score([document("one")], [each], layers=["mentions"], errors=0) for each in (found, answer)
    )
    assert of_notes == of_answer
    again, _ = admit(found, document("one"))
    assert again == found


@pytest.mark.parametrize(
    "answer",
    [
        {"entities": [{"quote": 0}]},
        {"relations": [{"quote": {"exact": 3}}]},
        {"notes": [{"quote": []}]},
        {"mentions": None},
        {"mentions": [{"quote": None, "start": 0, "end": 1, "type": "PER"}]},
        {"mentions": [{"quote": {"exact": "zz"}, "type": "PER", "note": 5}]},
    ],
)
def test_what_is_no_quote_is_let_in_or_turned_away_as_ever(answer: dict[str, Any]) -> None:
    with contextlib.suppress(Refused):
        admit(answer, document("one"))
