"""References: what goes with what is gone, what stays, and chains that become one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from goldwire.annotate.edits import Edit, Merge, Put, Remove, Split, apply, find
from goldwire.annotate.references import renamed
from goldwire.schema.document import (
    LAYERS,
    Argument,
    Casualties,
    Claim,
    Document,
    EventLink,
    Incident,
    Instrument,
    Location,
    Perpetrator,
    Sourced,
    Target,
    Toll,
)
from tests.annotate.folding import references
from tests.making import article, changed


def referring() -> Document:
    """The article with something in every place that can name an item."""
    toll = Toll(stated=2, by_source=(Sourced(source="e4", value=2), Sourced(source="e5", value=1)))
    record = Incident(
        id="i2", hoppers=("h1", "h3"), type="attack",
        location=Location(place="e3"),
        instruments=(Instrument(entity="e1"), Instrument(entity="e6")),
        perpetrators=(Perpetrator(entity="e5"),),
        targets=(Target(entity="e2"),),
        casualties=Casualties(killed=toll, missing=toll),
        claim=Claim(claimed=True, claimants=("e4", "e5"), channel="e2"),
        reported_by=("e4", "e5"),
        evidence=("v1", "m1", "t1", "q1", "r1", "a1"),
    )  # fmt: skip
    document = changed(article(), "zones", 2, duplicate_of="z1")
    document = changed(document, "times", 1, anchor="t1")
    filled = Argument(role="target", filler="v4", alternatives=("m2", "t1"))
    document = changed(document, "events", 0, arguments=(filled,), attributions=("a1", "a2"))
    return replace(document, incidents=(*document.incidents, record))


EVERY = [(layer, item.id) for layer in LAYERS for item in getattr(referring(), layer)]


@pytest.mark.parametrize(("layer", "name"), EVERY)
def test_what_is_removed_is_named_nowhere_and_nothing_else_is_lost(layer: str, name: str) -> None:
    before = referring()
    after = apply(before, Remove(layer=layer, id=name))
    assert ("item", name) not in references(after)
    ids = {item.id for each in LAYERS for item in getattr(after, each)}
    chains = {event.hopper for event in after.events}
    assert {each for kind, each in references(after) if kind == "item"} <= ids | {"dct"}
    assert {each for kind, each in references(after) if kind == "hopper"} <= chains
    lost = {item.id for each in LAYERS for item in getattr(before, each)} - ids - {name}
    # Nothing goes with it but relations, links, and an entity that had this mention only.
    assert {each[0] for each in lost} <= {"r", "l", "e"}
    entities = {each for each in lost if each[0] == "e"}
    assert {m.id for m in before.mentions if m.entity in entities} <= {name}


def test_a_hopper_goes_with_its_last_event_and_its_links_with_it() -> None:
    document = referring()
    rest = apply(document, Remove(layer="events", id="v1"))
    assert rest.event_links == document.event_links
    gone = apply(rest, Remove(layer="events", id="v2"))
    assert not gone.event_links
    assert [record.hoppers for record in gone.incidents] == [("h2",), ("h3",)]


@pytest.mark.parametrize(
    "edit",
    [
        Remove(layer="mentions", id="m8"),
        Put(layer="mentions", id="m8", field="entity", value="e5"),
        Put(layer="mentions", id="m8", field="entity", value=None),
    ],
)
def test_an_entity_goes_with_its_last_mention(edit: Edit) -> None:
    found = apply(referring(), edit)
    assert "e4" not in {entity.id for entity in found.entities}
    assert ("item", "e4") not in references(found)
    record = found.incidents[1]
    assert record.reported_by == ("e5",)
    assert record.casualties
    assert record.casualties.killed
    assert [each.source for each in record.casualties.killed.by_source] == ["e5"]


def named_alike() -> Document:
    """A hopper with the name of its first event, as importers make them, and one of an entity."""
    document = article()
    for at, hopper in enumerate(("v1", "v1", "e1", "h3")):
        document = changed(document, "events", at, hopper=hopper)
    links = (
        EventLink(id="l1", type="results_in", source="v1", target="e1"),
        EventLink(id="l2", type="results_in", source="v1", target="h3"),
    )
    document = changed(document, "incidents", 0, hoppers=("v1", "e1"), reported_by=("e1", "e4"))
    return replace(document, event_links=links)


def test_a_hopper_stays_where_an_item_of_its_name_goes() -> None:
    document = named_alike()
    found = apply(document, Remove(layer="events", id="v1"))
    assert found.event_links == document.event_links
    assert found.incidents[0].hoppers == ("v1", "e1")
    found = apply(document, Remove(layer="entities", id="e1"))
    assert found.event_links == document.event_links
    assert found.incidents[0].hoppers == ("v1", "e1")
    assert found.incidents[0].reported_by == ("e4",)


def test_an_item_stays_where_a_hopper_of_its_name_goes() -> None:
    found = apply(named_alike(), Remove(layer="events", id="v3"))
    assert find(found, "entities", "e1") == find(article(), "entities", "e1")
    assert found.incidents[0].hoppers == ("v1",)
    assert found.incidents[0].reported_by == ("e1", "e4")
    assert [link.id for link in found.event_links] == ["l2"]


def test_merging_changes_names_of_one_kind_only() -> None:
    document = named_alike()
    hoppers = renamed(document, "hoppers", "e1", "v1")
    assert [link.id for link in hoppers.event_links] == ["l2"]
    assert hoppers.incidents[0].hoppers == ("v1",)
    assert hoppers.incidents[0].reported_by == ("e1", "e4")
    entities = apply(document, Merge(layer="entities", keep="e4", gone="e1"))
    assert entities.event_links == document.event_links
    assert entities.incidents[0].hoppers == ("v1", "e1")
    assert entities.incidents[0].reported_by == ("e4",)


@pytest.mark.parametrize("gone", ["e1", "e2", "e3", "e4", "e6"])
def test_who_named_what_is_merged_names_what_is_kept(gone: str) -> None:
    before = referring()
    after = apply(before, Merge(layer="entities", keep="e5", gone=gone))
    assert references(after) == references(before) - {("item", gone)}
    assert len(after.mentions) == len(before.mentions)
    assert after.incidents[0].id == before.incidents[0].id


def test_a_split_leaves_all_references_with_the_old_chain() -> None:
    before = referring()
    after = apply(before, Split(layer="entities", members=("m4", "m7"), new="e7"))
    assert references(after) - references(before) == {("item", "e7")}
    assert after.incidents == before.incidents
    after = apply(before, Split(layer="hoppers", members=("v2",), new="h9"))
    assert references(after) - references(before) == {("hopper", "h9")}
    assert after.event_links == before.event_links


def test_links_that_merging_makes_alike_stand_once() -> None:
    document = named_alike()
    third = EventLink(id="l3", type="precedes", source="v1", target="h3")
    document = replace(document, event_links=(*document.event_links, third))
    found = apply(document, Merge(layer="hoppers", keep="h3", gone="e1"))
    assert [(link.type, link.target) for link in found.event_links] == [
        ("results_in", "h3"), ("precedes", "h3"),
    ]  # fmt: skip


def test_what_an_incident_says_of_merged_entities_stands_once() -> None:
    document = changed(
        referring(), "incidents", 0,
        perpetrators=(Perpetrator(entity="e1", role_class="state_military"),
                      Perpetrator(entity="e2", confidence="claimed"), Perpetrator(), Perpetrator()),
        targets=(Target(entity="e2", count=3), Target(entity="e1", count=4)),
        instruments=(Instrument(entity="e1", count=1), Instrument(entity="e2", count=1)),
        casualties=Casualties(killed=Toll(by_source=(
            Sourced(source="e1", value=3), Sourced(source="e2", value=3),
            Sourced(source="e2", value=4)))),
    )  # fmt: skip
    record = apply(document, Merge(layer="entities", keep="e1", gone="e2")).incidents[0]
    joined = Perpetrator(entity="e1", role_class="state_military", confidence="claimed")
    assert record.perpetrators == (joined, Perpetrator(), Perpetrator())
    assert record.instruments == (Instrument(entity="e1", count=1),)
    assert [target.count for target in record.targets] == [3, 4]  # they contradict each other
    assert record.casualties
    assert record.casualties.killed
    assert [each.value for each in record.casualties.killed.by_source] == [3, 4]
