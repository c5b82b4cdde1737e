"""Every error one by one: as many as the report counts, and in the text where they stand."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.chains import CHAINED
from goldwire.evaluate.counting import count
from goldwire.evaluate.diagnostics.links import ArgumentError, RelationError
from goldwire.evaluate.diagnostics.listing import ERROR_CLASSES, list_errors
from goldwire.evaluate.errors.links import LINKED
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.report.model import ErrorRow, Side
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.diagnostics.cases import hard_pair
from tests.evaluate.report.samples import make_gold, make_pair


def side(row: Side | None) -> tuple[str, str] | None:
    return None if row is None else (row.label, row.text)


def pair() -> tuple[dict[str, Any], dict[str, Any]]:
    gold = make_gold("a", ["[m PER Ada] was [e HARM hurt] in [m GPE Osk] on [t DATE Saturday]."])
    prediction = {
        "id": "a",
        "mentions": [dict(m) for m in gold["mentions"]],
        "times": gold["times"],
        "events": [
            gold["events"][0]
            | {
                "arguments": [
                    {"role": "victim", "filler": gold["mentions"][0]["id"]},
                    {"role": "place", "filler": gold["mentions"][0]["id"]},
                    {"role": "time", "filler": "nothing"},
                ]
            }
        ],
        "relations": [
            {"type": "part_of", "head": "nothing", "tail": gold["mentions"][1]["id"]},
        ],
    }
    return gold, prediction


def test_arguments_are_missed_or_spurious_with_trigger_and_filler() -> None:
    gold, prediction = pair()
    found = list(list_errors([gold], [prediction], layers=["arguments"]))
    told = [
        (e.error, e.label, side(e.trigger), side(e.filler))
        for e in found
        if isinstance(e, ArgumentError)
    ]
    hurt = ("HARM", "hurt")
    assert len(told) == len(found)
    assert told == [
        ("spurious", "time", hurt, None),
        ("spurious", "place", hurt, ("PER", "Ada")),
        ("missed", "place", hurt, ("GPE", "Osk")),
        ("missed", "time", hurt, ("DATE", "Saturday")),
    ]
    assert "⟦hurt in Osk⟧" in found[2].context
    assert "⟦hurt⟧" in found[0].context


def test_relations_are_missed_or_spurious_with_both_ends() -> None:
    gold, prediction = pair()
    found = list(list_errors([gold], [prediction], layers=["relations"]))
    told = [
        (e.error, e.label, side(e.head), side(e.tail))
        for e in found
        if isinstance(e, RelationError)
    ]
    assert told == [
        ("spurious", "part_of", None, ("GPE", "Osk")),
        ("missed", "located_in", ("PER", "Ada"), ("GPE", "Osk")),
    ]
    assert "⟦Ada was hurt in Osk⟧" in found[1].context


def test_a_symmetric_relation_the_other_way_round_is_no_error() -> None:
    gold, prediction = pair()
    first, second = (each["id"] for each in gold["mentions"])
    gold["relations"] = [{"id": "r", "type": "aligned_with", "head": first, "tail": second}]
    prediction["relations"] = [{"type": "aligned_with", "head": second, "tail": first}]
    assert list(list_errors([gold], [prediction], layers=["relations"])) == []
    gold["relations"][0]["type"] = prediction["relations"][0]["type"] = "part_of"
    assert len(list(list_errors([gold], [prediction], layers=["relations"]))) == 2


def test_links_of_a_document_without_gold_are_told_as_they_were_given() -> None:
    gold, prediction = pair()
    stray = {**prediction, "id": "stray"}
    rows = list(list_errors([gold], [prediction, stray], layers=["arguments", "relations"]))
    found = [row for row in rows if row.document == "stray"]
    assert [row.error for row in found] == ["spurious"] * 4
    (place,) = (r for r in found if isinstance(r, ArgumentError) and r.label == "place")
    assert (side(place.trigger), side(place.filler)) == (("HARM", "hurt"), ("PER", "Ada"))
    assert [list(span) for span in place.trigger.spans] == gold["events"][0]["spans"]
    assert place.context == ""
    bare = {"id": "stray", "events": [{"quote": {"exact": "hurt"}, "type": "HARM", "arguments": [
        {"role": "agent", "filler": "nobody"}]}]}  # fmt: skip
    (row,) = (r for r in list_errors([gold], [bare], layers=["arguments"]) if r.error == "spurious")
    assert isinstance(row, ArgumentError)
    assert (side(row.trigger), row.filler) == (("HARM", "hurt"), None)


def test_gold_against_itself_has_no_errors() -> None:
    gold, _ = make_pair(3)
    assert list(list_errors(gold, gold)) == []


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_as_many_errors_are_listed_as_the_report_counts(seed: int) -> None:
    gold, predictions = hard_pair(seed)
    listed = list(list_errors(gold, predictions))
    by_class = Counter((row.layer, str(row.error)) for row in listed)
    counted = count(gold, predictions)
    for layer in SCORED_LAYERS:
        if layer in CHAINED:
            wrong = sum(by_class[layer, name] for name in ERROR_CLASSES)
            assert wrong == counted.layers[layer].wrong()
            continue
        for name in ERROR_CLASSES:
            errors = counted.layers[layer].errors.get(name)
            expected = 0 if errors is None else int(errors.sum())
            assert by_class[layer, name] == expected, (layer, name)
    by_document = Counter((row.document, row.layer, row.error) for row in listed)
    for layer in ("arguments", "relations"):
        totals = counted.layers[layer].totals["strict"]
        for document, (hits, guesses, found, whole) in zip(
            counted.documents, totals.tolist(), strict=True
        ):
            assert by_document[document, layer, "missed"] == whole - found
            assert by_document[document, layer, "spurious"] == guesses - hits


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_told_of_spans_is_what_scoring_tells(seed: int) -> None:
    gold, predictions = hard_pair(seed)
    told: list[ErrorRow] = []
    count(gold, predictions, on_error=told.append)
    listed = list(list_errors(gold, predictions))
    rows = [row for row in listed if isinstance(row, ErrorRow)]
    spans = [row for row in told if row.layer not in LINKED]
    assert sorted(map(str, rows)) == sorted(map(str, spans))
    assert len(told) == len(listed)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_items_does_not_matter(seed: int) -> None:
    gold, predictions = hard_pair(seed)
    layers = ("events", "relations", "times", "mentions")
    turned, guesses = (
        [{**each, **{name: each.get(name, [])[::-1] for name in layers}} for each in side]
        for side in (gold, predictions)
    )
    one, other = list_errors(gold, predictions), list_errors(turned, guesses)
    assert list(map(str, one)) == list(map(str, other))


def test_of_fillers_in_one_place_the_first_type_is_told_whatever_the_order() -> None:
    gold, prediction = pair()
    second = {**prediction["mentions"][0], "id": "other", "type": "ORG"}
    prediction["mentions"].append(second)
    arguments = [{"role": "agent", "filler": each} for each in ("other", gold["mentions"][0]["id"])]
    prediction["relations"] = []
    for some in (arguments, arguments[::-1]):
        prediction["events"] = [prediction["events"][0] | {"arguments": some}]
        found = list(list_errors([gold], [prediction], layers=["arguments"]))
        spurious = [e for e in found if isinstance(e, ArgumentError) and e.error == "spurious"]
        assert [side(each.filler) for each in spurious] == [("ORG", "Ada")]


def test_only_what_was_asked_for_is_listed() -> None:
    gold, predictions = make_pair(4)
    some = list(list_errors(gold, predictions, layers=["times", "relations"], classes=["missed"]))
    assert {row.layer for row in some} == {"times", "relations"}
    assert {row.error for row in some} == {"missed"}
    every = list(list_errors(gold, predictions))
    kept = [r for r in every if r.layer in ("times", "relations") and r.error == "missed"]
    assert some == kept


def test_listing_streams() -> None:
    gold, _ = make_pair(3)
    read = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal read
        for number in itertools.count():
            read += 1
            yield {**gold[number % 3], "id": f"d{number}"}

    rows = list_errors(endless(), [{"id": "d0"}], layers=["mentions"])
    assert next(rows).document == "d0"
    assert read <= 2000


def test_layers_and_classes_that_cannot_be_listed_are_refused_at_once() -> None:
    with pytest.raises(UnknownName, match="mention"):
        list_errors([], [], layers=["mention"])
    with pytest.raises(UnknownName, match="wrong"):
        list_errors([], [], classes=["wrong"])


def test_a_reference_in_gold_that_leads_nowhere_is_refused() -> None:
    gold, prediction = pair()
    gold["events"][0]["arguments"][0]["filler"] = "gone"
    with pytest.raises(InputError, match="not in the document"):
        list(list_errors([gold], [prediction]))


def linked(name: str, *, quoted: bool = False) -> dict[str, Any]:
    """A prediction with an argument, a relation, and references to nothing."""
    anchors: list[dict[str, Any]] = [{"spans": [[0, 3]], "text": "Ada"}, {"start": 8, "end": 12}]
    if quoted:
        anchors = [{"quote": {"exact": words}} for words in ("said elsewhere", "not here")]
    mention, trigger = anchors
    arguments = [{"role": "victim", "filler": name} for name in ("m", "nothing")]
    return {
        "id": name,
        "mentions": [{"id": "m", "type": "PER", **mention}],
        "events": [{"type": "HARM", **trigger, "arguments": arguments}],
        "relations": [{"type": "near", "head": "m", "tail": name} for name in ("m", "nothing")],
    }


LINKED_LAYERS = ("arguments", "relations")


@pytest.mark.parametrize(
    ("name", "quoted", "sides", "reasons"),
    [
        (
            "elsewhere",
            False,
            [("HARM", ((8, 12),), ""), ("PER", ((0, 3),), "Ada")],
            {"unknown document": 4},
        ),
        (
            "elsewhere",
            True,
            [("HARM", (), "not here"), ("PER", (), "said elsewhere")],
            {"unknown document": 4},
        ),
        (
            "a",
            True,
            [("HARM", (), "not here"), ("PER", (), "said elsewhere")],
            {"quote not in the text": 2, "reference to nothing": 2},
        ),
    ],
)
def test_links_without_a_place_are_listed_with_what_they_say_and_why(
    name: str, quoted: bool, sides: list[Any], reasons: dict[str, int]
) -> None:
    gold, _ = pair()
    prediction = linked(name, quoted=quoted)
    found = [
        each
        for each in list_errors([gold], [prediction], layers=LINKED_LAYERS)
        if isinstance(each, ArgumentError | RelationError) and each.error == "spurious"
    ]
    scored = count([gold], [prediction], layers=LINKED_LAYERS).layers
    wrong = sum(scored[layer].totals["strict"][:, 1].sum() for layer in LINKED_LAYERS)
    assert len(found) == wrong == 4
    assert Counter(each.reason for each in found) == reasons
    assert {each.context for each in found} == {""}
    trigger, mention = (Side(*each) for each in sides)
    arguments = [each for each in found if isinstance(each, ArgumentError)]
    assert {each.trigger for each in arguments} == {trigger}
    assert {each.filler for each in arguments} == {mention, None}
    relations = [each for each in found if isinstance(each, RelationError)]
    assert {(each.head, each.tail) for each in relations} == {(mention, mention), (mention, None)}


def test_a_link_in_the_text_has_a_context_and_no_reason() -> None:
    gold, _ = pair()
    (argument, *_) = list_errors([gold], [{"id": "a"}], layers=["arguments"])
    assert isinstance(argument, ArgumentError)
    assert argument.context
    assert argument.reason is None
