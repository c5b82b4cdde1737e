"""Edits: what each makes of a document, and what does not fit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from goldwire.annotate.edits import (
    Add,
    DoesNotFit,
    Edit,
    Fill,
    Merge,
    Put,
    Reject,
    Remove,
    Respan,
    Split,
    Together,
    Unfill,
    apply,
    decode_edit,
    encode_edit,
    find,
    next_id,
)
from tests.making import article, at, changed


def spans(words: str, occurrence: int = 1) -> list[list[int]]:
    return [list(span) for span in at(article().text, words, occurrence)]


def test_an_added_item_gets_what_stands_under_its_spans() -> None:
    document = article()
    item = {"id": "m99", "spans": spans("reporters"), "type": "PER"}
    found = apply(document, Add(layer="mentions", item=item))
    assert find(found, "mentions", "m99").text == "reporters"
    starts = [mention.spans[0][0] for mention in found.mentions]
    assert starts == sorted(starts)
    assert document == article()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Add(layer="mention", item={}), "no layer"),
        (Add(layer="mentions", item={"id": "m1", "spans": [[0, 5]], "type": "WEA"}), "is taken"),
        (Add(layer="mentions", item={"spans": [[0, 5]], "type": "WEA"}), "is no item"),
        (Add(layer="mentions", item={"id": "m77", "spans": [[5, 5]], "type": "A"}), "in order"),
        (Add(layer="mentions", item={"id": "m77", "spans": [[0, 10**9]], "type": "A"}), "in order"),
        (Add(layer="mentions", item={"id": "m77", "spans": "x", "type": "A"}), "no spans"),
        (Add(layer="mentions", item={"id": "m77", "spans": [], "type": "A"}), "needs a span"),
        (
            Add(layer="mentions", item={"id": "m7", "spans": [[0, 5]], "text": "x", "type": "A"}),
            "stands under",
        ),
        (Remove(layer="mentions", id="m77"), "no 'm77'"),
        (Respan(layer="entities", id="e1", spans=((0, 5),)), "do not stand"),
        (Put(layer="mentions", id="m1", field="colour", value="red"), "no field"),
        (Put(layer="mentions", id="m1", field="spans", value=[[0, 1]]), "no field"),
        (Put(layer="times", id="t1", field="vague", value="perhaps"), "cannot be"),
        (Fill(event="v1", role="place", filler="e1"), "cannot fill"),
        (Unfill(event="v1", role="nothing", filler="m1"), "is not nothing"),
        (Merge(layer="entities", keep="e1", gone="e1"), "with itself"),
        (Merge(layer="mentions", keep="m1", gone="m2"), "no chains"),
        (Merge(layer="entities", keep="e77", gone="e1"), "no 'e77'"),
        (Split(layer="entities", members=("m1", "m99"), new="e77"), "not members"),
        (Split(layer="entities", members=("m1",), new=""), "needs an id"),
        (Split(layer="hoppers", members=("v1",), new="m1"), "is taken"),
        (
            Put(layer="attributions", id="a1", field="cue", value={"spans": [], "text": "x"}),
            "needs a span",
        ),
        (
            Add(
                layer="entities",
                item={"id": "e77", "type": "PER", "alternatives": 5},
            ),
            "is no item",
        ),
    ],
)
def test_what_does_not_fit_says_why(edit: Edit, words: str) -> None:
    document = article()
    with pytest.raises(DoesNotFit, match=words):
        apply(document, edit)
    with pytest.raises(DoesNotFit):
        apply(
            document,
            Together(edits=(Put(layer="mentions", id="m1", field="note", value="x"), edit)),
        )
    assert document == article()


def referred(document: Any) -> set[str]:
    found: set[str] = set()
    for mention in document.mentions:
        found.add(mention.entity)
    for event in document.events:
        found |= {argument.filler for argument in event.arguments} | set(event.attributions)
    for relation in document.relations:
        found |= {relation.head, relation.tail}
    for incident in document.incidents:
        found |= set(incident.evidence)
    return found


@pytest.mark.parametrize("layer", ["mentions", "entities", "times", "quantities", "events"])
def test_nothing_refers_to_what_is_removed(layer: str) -> None:
    document = article()
    for item in getattr(document, layer):
        found = apply(document, Remove(layer=layer, id=item.id))
        assert item.id not in referred(found)
        chains = {mention.entity for mention in found.mentions}
        if layer == "mentions":
            assert {entity.id for entity in found.entities} <= chains


def test_merge_and_split_of_entities() -> None:
    document = article()
    one, other = document.mentions[0].entity, document.mentions[-1].entity
    assert one
    assert other
    assert one != other
    merged = apply(document, Merge(layer="entities", keep=one, gone=other))
    assert other not in {entity.id for entity in merged.entities}
    members = tuple(m.id for m in document.mentions if m.entity == other)
    new = next_id(merged, "entities")
    again = apply(merged, Split(layer="entities", members=members, new=new))
    assert {m.id for m in again.mentions if m.entity == new} == set(members)
    assert find(again, "entities", new).type == find(merged, "entities", one).type


def test_a_reject_changes_nothing() -> None:
    edit = Reject(layer="mentions", item={"start": 0, "end": 5, "type": "WEA"})
    assert apply(article(), edit) == article()


def test_edits_are_lines() -> None:
    edit = Together(
        edits=(
            Add(layer="mentions", item={"id": "m9", "spans": [[0, 5]], "type": "WEA"}),
            Put(layer="mentions", id="m9", field="level", value=None),
            Respan(layer="mentions", id="m9", spans=((0, 3), (4, 5))),
        )
    )
    line = encode_edit(edit)
    assert "\n" not in line
    assert decode_edit(line) == edit
    with pytest.raises(DoesNotFit, match="no edit"):
        decode_edit('{"do": "dance"}')


def test_a_hopper_may_have_the_id_of_an_event() -> None:
    document = article()
    named = {"h1": "v1", "h2": "m1"}
    events = tuple(
        msgspec.structs.replace(event, hopper=named.get(event.hopper or "", event.hopper))
        for event in document.events
    )
    links = (msgspec.structs.replace(document.event_links[0], source="v1", target="m1"),)
    incidents = (msgspec.structs.replace(document.incidents[0], hoppers=("v1", "m1")),)
    document = msgspec.structs.replace(
        document, events=events, event_links=links, incidents=incidents
    )
    found = apply(document, Remove(layer="events", id="v1"))  # v2 is still of the hopper v1
    assert found.incidents[0].hoppers == ("v1", "m1")
    assert found.event_links == links
    found = apply(found, Remove(layer="events", id="v3"))  # the hopper m1 has no member any more
    assert found.incidents[0].hoppers == ("v1",)
    assert found.event_links == ()
    assert find(found, "mentions", "m1") in document.mentions
    merged = apply(document, Merge(layer="hoppers", keep="h3", gone="v1"))
    assert merged.incidents[0].hoppers == ("h3", "m1")
    assert merged.incidents[0].evidence == document.incidents[0].evidence


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="cannot be kept"):
        encode_edit(Put(layer="mentions", id="m1", field="note", value="\ud800"))
    with pytest.raises(DoesNotFit, match="no edit"):
        decode_edit('{"do":"together","edits":[' * 3000 + "]}" * 3000)


def test_a_new_id_is_new_in_the_whole_document() -> None:
    document = apply(article(), Put(layer="events", id="v1", field="hopper", value="e7"))
    item = {"id": "h4", "type": "near", "head": "m1", "tail": "m2"}
    document = apply(document, Add(layer="relations", item=item))
    assert next_id(document, "entities") == "e8"
    assert next_id(document, "hoppers") == "h5"
    assert next_id(document, "mentions") == "m11"
    assert next_id(document, "mentions", ["m11", "x99"]) == "m12"


def test_items_are_put_beside_those_without_spans() -> None:
    document = changed(article(), "mentions", 0, spans=())
    item = {"id": "m99", "spans": [[0, 5]], "type": "WEA"}
    found = apply(document, Add(layer="mentions", item=item))
    assert len(found.mentions) == len(document.mentions) + 1
