"""Incident records as templates: what agrees in each slot, and what ids have to do with it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.metrics.forms import precision_recall_f1
from goldwire.evaluate.metrics.incidents import SLOTS, templates_of
from goldwire.evaluate.metrics.templates import (
    CATEGORIES,
    Template,
    TemplateCounts,
    ceaf_ree,
    ceaf_rme,
    score_templates,
)
from goldwire.schema.document import (
    Alternative,
    Casualties,
    Claim,
    Document,
    Incident,
    IncidentDate,
    Instrument,
    Location,
    Perpetrator,
    Target,
    Toll,
)
from tests.making import article

MENTIONS: Mapping[str, frozenset[Any]] = {
    "e1": frozenset({(0, 5), (9, 14)}),
    "e2": frozenset({(20, 25)}),
    "e3": frozenset({(30, 35), (40, 45), (50, 55)}),
}


def incident(**fields: Any) -> Incident:
    return Incident(**({"id": "i1", "hoppers": ("h1",), "type": "attack"} | fields))


def outcome(gold: Incident, predicted: Any, slot: str) -> dict[str, int]:
    """What became of the fillers of one slot."""
    counts = compare([gold], [predicted])
    numbers = counts.categories[0, counts.slots.index(slot)].tolist()
    return {name: n for name, n in zip(CATEGORIES, numbers, strict=True) if n}


def compare(gold: list[Any], predicted: list[Any]) -> TemplateCounts:
    return score_templates(
        [templates_of(gold, MENTIONS)], [templates_of(predicted, MENTIONS)], SLOTS
    )


def qualifier(counts: TemplateCounts, name: str) -> list[float]:
    numbers: list[float] = counts.attached[0, counts.qualifiers.index(name)].tolist()
    return numbers


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ("2022-04-30", "2022-04-30", {"correct": 1}),
        ("2022-04-30", "2022-04-30/2022-04-30", {"correct": 1}),
        ("2022-04-30", "2022-04-30T14:00", {"correct": 1}),
        ("2022", "2022-01/2022-12", {"correct": 1}),
        ("2022-04-30", "2022-04", {"partial": 1}),
        ("2022-04-30", "2022-04-30?", {"partial": 1}),
        ("2022-04-30", "../2022-05", {"partial": 1}),
        ("2022-04", "2022-04-30", {"incorrect": 1}),
        ("2022-04-30", "2022-05", {"incorrect": 1}),
        ("2022-04-30", "last week", {"incorrect": 1}),
        ("2022-04-30", "2022-02-31", {"incorrect": 1}),
        ("XXXX-12-25", "XXXX-12-25", {"correct": 1}),
        ("2022-04-30", None, {"missing": 1}),
        (None, "2022", {"spurious": 1}),
        (None, None, {}),
    ],
)
def test_dates_agree_by_their_days(
    gold: str | None, predicted: str | None, expected: dict[str, int]
) -> None:
    one, other = (incident(date=IncidentDate(edtf=each)) for each in (gold, predicted))
    assert outcome(one, other, "date") == expected


def test_date_precision_is_not_scored() -> None:
    one = incident(date=IncidentDate(edtf="2022-04-30", precision="day"))
    other = incident(date=IncidentDate(edtf="2022-04-30", precision="year"))
    assert compare([one], [other]).categories[..., 1:].sum() == 0


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        (Toll(stated=0, min=0, max=0), Toll(stated=0, min=0, max=0), {"correct": 1}),
        (Toll(stated=2, min=2, max=2), Toll(stated=2), {"correct": 1}),
        (Toll(stated=2, min=2, max=2), Toll(min=2, max=2), {"correct": 1}),
        (Toll(stated=2, min=2, max=2), Toll(stated=2.0), {"correct": 1}),
        (Toll(stated=3, min=3), Toll(stated=3), {"partial": 1}),
        (Toll(stated=3, min=3), Toll(stated=10**400), {"partial": 1}),
        (Toll(stated=40, max=40), Toll(stated=0), {"partial": 1}),
        (Toll(min=2, max=5), Toll(min=5, max=9), {"partial": 1}),
        (Toll(min=2, max=5), Toll(min=6, max=9), {"incorrect": 1}),
        (Toll(min=2, max=5), Toll(min=5, max=2), {"incorrect": 1}),
        (Toll(stated=0, min=0, max=0), None, {"missing": 1}),
        (Toll(stated=0, min=0, max=0), Toll(), {"missing": 1}),
        (None, Toll(stated=0), {"spurious": 1}),
        (Toll(), None, {}),
    ],
)
def test_a_stated_zero_counts_and_nothing_said_does_not(
    gold: Toll | None, predicted: Toll | None, expected: dict[str, int]
) -> None:
    one, other = (incident(casualties=Casualties(killed=each)) for each in (gold, predicted))
    assert outcome(one, other, "killed") == expected


def test_values_agree_where_they_are_equal() -> None:
    gold = incident(
        stage="accomplished",
        role="main",
        damage="none",
        location=Location(country="IQ", admin1="Anbar", place="e1", place_relation="outside"),
        claim=Claim(claimed=False),
    )
    predicted = incident(
        stage="attempted",
        damage="none",
        location=Location(country="iq", admin1=" anbar ", place="e1", place_relation="near"),
        claim=Claim(claimed=True),
    )
    assert outcome(gold, predicted, "country") == {"correct": 1}
    assert outcome(gold, predicted, "admin1") == {"correct": 1}
    assert outcome(gold, predicted, "place") == {"correct": 1}
    assert outcome(gold, predicted, "damage") == {"correct": 1}
    assert outcome(gold, predicted, "stage") == {"incorrect": 1}
    assert outcome(gold, predicted, "place_relation") == {"incorrect": 1}
    assert outcome(gold, predicted, "claimed") == {"incorrect": 1}
    assert outcome(gold, predicted, "role") == {"missing": 1}


def test_another_accepted_type_agrees_but_hedging_does_not() -> None:
    two = incident(type="attack", stage="a", alternatives=(Alternative(type="bombing"),))
    one = incident(type="bombing", stage="a")
    assert outcome(two, one, "type") == {"correct": 1}
    assert outcome(one, two, "type") == {"partial": 1}
    assert outcome(two, two, "type") == {"correct": 1}


def test_entities_agree_by_their_mentions() -> None:
    gold = incident(
        targets=(
            Target(entity="e1", role_class="military", effect="killed", count=2),
            Target(entity="e1", role_class="military", effect="wounded", count=3),
        ),
        instruments=(Instrument(entity="e2", type="rocket", count=2),),
        perpetrators=(Perpetrator(entity="e3", role_class="nonstate_armed", confidence="claimed"),),
        claim=Claim(claimed=True, claimants=("e3",), channel="e2"),
        reported_by=("e1", "e2"),
    )
    predicted = incident(
        targets=(
            Target(entity="e1", role_class="military", effect="wounded", count=4),
            Target(entity="e2", role_class="military", effect="none"),
        ),
        instruments=(Instrument(entity="e2", type="drone", count=2),),
        claim=Claim(claimed=True, claimants=("e3", "e1")),
        reported_by=("e2",),
    )
    counts = compare([gold], [predicted])
    assert outcome(gold, predicted, "targets") == {"correct": 1, "incorrect": 1}
    assert qualifier(counts, "targets.effect") == [1, 2, 1, 2]
    assert qualifier(counts, "targets.count") == [0, 1, 0, 2]
    assert qualifier(counts, "targets.class") == [1, 2, 1, 2]
    assert qualifier(counts, "instruments.type") == [0, 1, 0, 1]
    assert qualifier(counts, "instruments.count") == [1, 1, 1, 1]
    assert qualifier(counts, "perpetrators.confidence") == [0, 0, 0, 1]
    assert outcome(gold, predicted, "claimants") == {"correct": 1, "spurious": 1}
    assert outcome(gold, predicted, "channel") == {"missing": 1}
    assert outcome(gold, predicted, "reported_by") == {"correct": 1, "missing": 1}


def test_a_reference_that_leads_nowhere_matches_nothing() -> None:
    gold = incident(reported_by=("e1", "e2"))
    lost = incident(reported_by=("e8", "e9"))
    assert outcome(gold, lost, "reported_by") == {"incorrect": 2}
    assert outcome(lost, lost, "reported_by") == {"incorrect": 2}


def test_an_entry_without_entity_stands_for_its_class() -> None:
    unnamed = incident(
        perpetrators=(Perpetrator(role_class="nonstate_armed", confidence="claimed"),)
    )
    named = incident(perpetrators=(Perpetrator(entity="e1", role_class="nonstate_armed"),))
    other = incident(perpetrators=(Perpetrator(role_class="state"),))
    assert outcome(unnamed, unnamed, "perpetrators") == {"correct": 1}
    assert outcome(unnamed, named, "perpetrators") == {"incorrect": 1}
    assert outcome(unnamed, other, "perpetrators") == {"incorrect": 1}


def test_a_record_that_says_little_is_read() -> None:
    bare = SimpleNamespace(type="attack", targets=[SimpleNamespace(entity="e1")], date=None)
    (found,) = templates_of([bare], MENTIONS)
    assert set(found.slots) == {"type", "targets"}
    assert templates_of([SimpleNamespace()], MENTIONS) == [Template({})]


def test_optional_records_are_neither_hit_nor_miss() -> None:
    maybe = incident(type="bombing", optional=True)
    counts = compare([incident(), maybe], [incident()])
    assert counts.templates.tolist() == [[1, 1, 1, 1]]
    counts = compare([incident(), maybe], [incident(), incident(type="bombing")])
    assert counts.templates.tolist() == [[1, 1, 1, 1]]
    assert counts.ignored.tolist() == [1]


def test_evidence_is_right_where_it_anchors_at_the_same_place() -> None:
    gold = templates_of(
        [incident(evidence=("v1", "t1"))], {}, {"v1": ("events", 3), "t1": ("times", 8)}
    )
    predicted = templates_of(
        [incident(evidence=("x", "y", "nowhere", "x"))], {}, {"x": ("times", 8), "y": ("times", 9)}
    )
    assert score_templates([gold], [predicted], SLOTS).evidence.tolist() == [[1, 3, 1, 2]]
    silent = templates_of([incident(evidence=("v1", "t1"))], {})
    assert score_templates([silent], [silent], SLOTS).evidence.tolist() == [[0, 0, 0, 0]]


def keys(document: Document) -> tuple[dict[str, frozenset[Any]], dict[str, Any]]:
    """Mentions of entities, and a key for each item that can be evidence."""
    mentions: dict[str, frozenset[Any]] = {}
    for each in document.mentions:
        if each.entity is not None:
            mentions[each.entity] = mentions.get(each.entity, frozenset()) | {each.spans}
    layers: dict[str, Any] = {
        "events": document.events,
        "times": document.times,
        "quantities": document.quantities,
        "attributions": document.attributions,
    }
    return mentions, {item.id: (layer, item.spans) for layer in layers for item in layers[layer]}


def test_the_gold_of_an_article_agrees_with_itself() -> None:
    document = article()
    found = templates_of(document.incidents, *keys(document))
    counts = score_templates([found], [found], SLOTS)
    assert counts.categories[0].sum(axis=0).tolist() == [7, 0, 0, 0, 0]
    assert counts.evidence.tolist() == [[3, 3, 3, 3]]
    assert ceaf_rme([found], [found], SLOTS, "phi3", "type").sum(axis=(0, 1)).tolist() == [8] * 4
    assert ceaf_ree([found], [found], SLOTS).sum(axis=(0, 1)).tolist() == [7] * 4


ENTITIES = st.sampled_from(["e1", "e2", "e3", "lost"])
TOLLS = st.none() | st.builds(
    Toll, min=st.none() | st.integers(0, 3), max=st.none() | st.integers(0, 3)
)
INCIDENTS = st.builds(
    incident,
    type=st.sampled_from(["attack", "bombing"]),
    stage=st.sampled_from([None, "accomplished"]),
    date=st.none()
    | st.builds(IncidentDate, edtf=st.sampled_from(["2022", "2022-04", "2022-04-30", "soon"])),
    location=st.none() | st.builds(Location, place=st.none() | ENTITIES),
    targets=st.lists(
        st.builds(Target, entity=st.none() | ENTITIES, effect=st.sampled_from(["none", "killed"])),
        max_size=3,
    ).map(tuple),
    casualties=st.none() | st.builds(Casualties, killed=TOLLS),
    reported_by=st.lists(ENTITIES, max_size=2, unique=True).map(tuple),
    evidence=st.lists(st.sampled_from(["v1", "v2", "t1"]), max_size=2, unique=True).map(tuple),
    optional=st.booleans(),
)
LISTS = st.lists(INCIDENTS, max_size=4)


def renamed(each: Incident, names: Mapping[str, str]) -> Incident:
    """The record with every reference under another id."""
    return msgspec.structs.replace(
        each,
        id=f"other-{each.id}",
        location=each.location
        and msgspec.structs.replace(
            each.location, place=each.location.place and names[each.location.place]
        ),
        targets=tuple(
            msgspec.structs.replace(target, entity=target.entity and names[target.entity])
            for target in each.targets
        ),
        reported_by=tuple(names[name] for name in each.reported_by),
        evidence=tuple(names[name] for name in each.evidence),
    )


@given(LISTS, LISTS, st.permutations(["e1", "e2", "e3", "lost", "v1", "v2", "t1"]))
@settings(max_examples=50)
def test_ids_and_orders_do_not_matter(
    gold: list[Incident], predicted: list[Incident], order: list[str]
) -> None:
    evidence = {"v1": (1, 2), "v2": (3, 4), "t1": (5, 6)}
    names = {name: f"x{place}" for place, name in enumerate(order)}
    other_mentions = {names[name]: mentions for name, mentions in MENTIONS.items()}
    other_evidence = {names[name]: place for name, place in evidence.items()}
    chance = random.Random(order[0])
    one = score_templates(
        [templates_of(gold, MENTIONS, evidence)],
        [templates_of(predicted, MENTIONS, evidence)],
        SLOTS,
    )
    mixed = [renamed(each, names) for each in chance.sample(predicted, len(predicted))]
    other = score_templates(
        [templates_of(chance.sample(gold, len(gold)), MENTIONS, evidence)],
        [templates_of(mixed, other_mentions, other_evidence)],
        SLOTS,
    )
    for field in TemplateCounts.__struct_fields__:
        assert np.array_equal(getattr(one, field), getattr(other, field)), field


@given(LISTS)
@settings(max_examples=50)
def test_records_agree_with_themselves(gold: list[Incident]) -> None:
    known = {**MENTIONS, "lost": frozenset({(90, 91)})}
    found = [msgspec.structs.replace(each, optional=False) for each in templates_of(gold, known)]
    counts = score_templates([found], [found], SLOTS)
    scores = precision_recall_f1(counts.fillers.sum(axis=(0, 1)))
    assert (np.isnan(scores) if not gold else scores == 1).all()
