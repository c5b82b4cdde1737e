"""Every integrity rule finds the error planted for it, by its code and at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from goldwire.schema.document import (
    Argument,
    Document,
    EventLink,
    IncidentDate,
    Location,
    Mention,
    Rights,
    Time,
    Toll,
    Zone,
)
from goldwire.schema.labels import read_labels
from goldwire.schema.rules import RULES, check
from goldwire.schema.schemas import load_schema
from goldwire.schema.validation import validate
from tests.making import TEXT, article, at, changed, make

Plant = Callable[[], Document]


def replace(record: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(record, **fields)


def whole(**fields: object) -> Document:
    found: Document = replace(article(), **fields)
    return found


def with_item(layer: str, item: object) -> Document:
    return whole(**{layer: (*getattr(article(), layer), item)})


def crossing() -> Document:
    spans = ((TEXT.index("depot near"), TEXT.index("depot near") + len("depot near")),)
    start = TEXT.index("fuel depot near") + 5
    spans = ((start, start + len("depot near")),)
    return with_item(
        "mentions",
        Mention(id="m99", spans=spans, text="depot near", type="FAC", level="NOM", entity="e2"),
    )


def incident(**fields: object) -> Document:
    return changed(article(), "incidents", 0, **fields)


def attribution(index: int, **fields: object) -> Document:
    return changed(article(), "attributions", index, **fields)


def repeated_zone() -> Document:
    zones = list(article().zones)
    zones[1] = replace(zones[1], duplicate_of="z1", scored=False, kind="headline", parent=None)
    return whole(zones=tuple(zones))


HEADLINE = at(TEXT, "Drone hits depot near Velmar")

PLANTED: list[tuple[str, str, Plant]] = [
    ("T1", "/length", lambda: whole(length=7)),
    ("T2", "/sha256", lambda: whole(sha256="0" * 64)),
    ("T3", "/text", lambda: make("one\rtwo")),
    ("T3", "/text", lambda: make("one\ufefftwo")),
    ("Z1", "/zones/1/spans", lambda: changed(article(), "zones", 1, spans=((6, 10),), text="hits")),
    ("Z2", "/zones", lambda: whole(zones=article().zones[:-1])),
    ("Z3", "/zones/1/duplicate_of", repeated_zone),
    ("Z4", "/mentions/0", lambda: changed(article(), "zones", 0, scored=False)),
    ("S1", "/mentions/0/spans/0", lambda: changed(article(), "mentions", 0, spans=((5, 5),))),
    ("S2", "/mentions/0/spans", lambda: changed(article(), "mentions", 0, spans=((0, 9999),))),
    ("S3", "/mentions/0/spans", lambda: changed(article(), "mentions", 0, spans=((3, 5), (0, 2)))),
    ("S4", "/mentions/0/text", lambda: changed(article(), "mentions", 0, text="drone")),
    ("S4", "/attributions/0/cue/text",
     lambda: attribution(0, cue=replace(article().attributions[0].cue, text="says"))),
    ("S5", "/mentions/0/spans",
     lambda: changed(article(), "mentions", 0, spans=((0, 6),), text="Drone ")),
    ("S6", "/mentions/10/spans", crossing),
    ("S7", "/mentions/0/head", lambda: changed(article(), "mentions", 0, head=(7, 9))),
    ("S8", "/mentions/10",
     lambda: with_item("mentions", replace(article().mentions[0], id="m99"))),
    ("R1", "/mentions/1/id", lambda: changed(article(), "mentions", 1, id="m1")),
    ("R2", "/mentions/0/entity", lambda: changed(article(), "mentions", 0, entity="e99")),
    ("R2", "/quantities/0/counts", lambda: changed(article(), "quantities", 0, counts="m99")),
    ("R2", "/times/0/anchor", lambda: changed(article(), "times", 0, anchor="t99")),
    ("R2", "/relations/0/head", lambda: changed(article(), "relations", 0, head="m99")),
    ("R2", "/relations/0/tail", lambda: changed(article(), "relations", 0, tail="m99")),
    ("R2", "/zones/1/parent", lambda: changed(article(), "zones", 1, parent="z99")),
    ("R2", "/attributions/0/source", lambda: attribution(0, source="m99")),
    ("R2", "/events/0/arguments/0/filler",
     lambda: changed(article(), "events", 0, arguments=(Argument(role="target", filler="m99"),))),
    ("R2", "/events/0/arguments/0/alternatives/0",
     lambda: changed(article(), "events", 0, arguments=(
         Argument(role="target", filler="m2", alternatives=("m99",)),))),
    ("R2", "/events/0/attributions/0",
     lambda: changed(article(), "events", 0, attributions=("a99",))),
    ("R2", "/event_links/0/from", lambda: changed(article(), "event_links", 0, source="h99")),
    ("R2", "/incidents/0/hoppers/0", lambda: incident(hoppers=("h99",))),
    ("R2", "/incidents/0/evidence/0", lambda: incident(evidence=("v99",))),
    ("R2", "/incidents/0/location/place", lambda: incident(location=Location(place="e99"))),
    ("R3", "/mentions/0/entity", lambda: changed(article(), "mentions", 0, entity="t1")),
    ("C1", "/mentions/0/entity", lambda: changed(article(), "mentions", 0, entity=None)),
    ("C2", "/mentions/0/type", lambda: changed(article(), "mentions", 0, type="VEH")),
    ("C3", "/entities/5", lambda: changed(article(), "mentions", 9, entity="e1")),
    ("E1", "/events/0/arguments/0/role",
     lambda: changed(article(), "events", 0, arguments=(Argument(role="claimant", filler="m8"),))),
    ("E2", "/events/0/arguments/0/filler",
     lambda: changed(article(), "events", 0, arguments=(Argument(role="place", filler="m8"),))),
    ("E3", "/events/1/type", lambda: changed(article(), "events", 1, type="DAMAGE", arguments=())),
    ("E4", "/events/1/polarity", lambda: changed(article(), "events", 1, polarity="negative")),
    ("E5", "/event_links/1",
     lambda: with_item("event_links",
                       EventLink(id="l9", type="results_in", source="h2", target="h1"))),
    ("E6", "/events/0/arguments/2",
     lambda: changed(article(), "events", 0, arguments=(
         *article().events[0].arguments, Argument(role="target", filler="m2")))),
    ("E7", "/events/3/hopper", lambda: changed(article(), "events", 3, hopper=None)),
    ("V1", "/times/1/value", lambda: changed(article(), "times", 1, value="2022-02-30", edtf=None)),
    ("V1", "/metadata/dct", lambda: whole(metadata=replace(article().metadata, dct="2022-02-30"))),
    ("V2", "/times/0/value",
     lambda: changed(article(), "times", 0, value="2022-05-05", edtf="2022-05-05")),
    ("V3", "/quantities/0", lambda: changed(article(), "quantities", 0, min=5)),
    ("V4", "/times/0/anchor", lambda: changed(article(), "times", 0, anchor="t1")),
    ("V5", "/times/0/anchor",
     lambda: changed(article(), "times", 0, value="2022-03-04", edtf="2022-03-04")),
    ("V6", "/times/1/edtf", lambda: changed(article(), "times", 1, edtf="2021-05-02")),
    ("V7", "/quantities/0/comparator",
     lambda: changed(article(), "quantities", 0, comparator="ge")),
    ("A1", "/attributions/0/quotes/0",
     lambda: attribution(0, style="mixed", quotes=at(TEXT, "Nobody was hurt,"))),
    ("A2", "/attributions/0/quotes/0",
     lambda: attribution(0, style="mixed", quotes=at(TEXT, "fuel depot"))),
    ("A3", "/attributions/0/cue",
     lambda: attribution(0, cue=replace(article().attributions[0].cue,
                                        spans=at(TEXT, "struck"), text="struck"))),
    ("A4", "/attributions/1/style", lambda: attribution(1, quotes=())),
    ("A5", "/events/3/attributions/0",
     lambda: changed(article(), "events", 3, attributions=("a1",))),
    ("I1", "/incidents/0/hoppers",
     lambda: whole(events=tuple(replace(event, realis="generic") for event in article().events))),
    ("I2", "/incidents/0/date/edtf",
     lambda: incident(date=IncidentDate(edtf="2019-01-01", precision="day"))),
    ("I3", "/incidents/0/casualties/killed/stated",
     lambda: incident(casualties=replace(article().incidents[0].casualties,
                                         killed=Toll(stated=17)))),
    ("I4", "/incidents/0/location/place", lambda: incident(location=Location(place="e4"))),
    ("I5", "/incidents/0/casualties/injured/stated",
     lambda: changed(article(), "events", 2, polarity="positive")),
    ("I6", "/incidents/0/casualties/killed",
     lambda: incident(casualties=replace(article().incidents[0].casualties,
                                         killed=Toll(stated=3, min=5)))),
    ("L1", "/rights/licence", lambda: whole(rights=Rights(holder="one"))),
    ("L1", "/rights/holder", lambda: whole(rights=Rights(licence="CC-BY-4.0"))),
    ("L2", "/annotation/layers",
     lambda: whole(annotation=replace(article().annotation, layers=()))),
    ("L1", "/rights/holder", lambda: whole(rights=Rights(licence="x", redistributable=True))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "place", "plant"), PLANTED, ids=[f"{code}{place}" for code, place, _ in PLANTED]
)
def test_a_planted_error_is_found(code: str, place: str, plant: Plant) -> None:
    found = [(problem.code, problem.pointer) for problem in validate(plant())]
    assert (code, place) in found


def test_the_article_is_sound() -> None:
    assert validate(article()) == []


def test_every_rule_has_a_planted_error() -> None:
    assert {rule.code for rule in RULES} | {"E1"} == {code for code, _, _ in PLANTED}


def test_codes_are_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))


def test_sentences_say_what_to_do() -> None:
    for _, _, plant in PLANTED:
        for problem in validate(plant()):
            assert problem.message
            assert problem.message[0].islower() or not problem.message[0].isalpha()


def test_offsets_that_count_utf16_are_recognised() -> None:
    text = "🚀🚀 rockets fell"
    word = Mention(id="m1", spans=((5, 12),), text="rockets", type="WEA", level="NOM", head=(5, 12))
    zone = Zone(id="z1", spans=((0, len(text)),), text=text, kind="body", paragraph=1)
    problems = validate(make(text, mentions=(word,), zones=(zone,)))
    assert any(p.code == "S4" and "UTF-16" in p.message and "3–10" in p.message for p in problems)


def test_offsets_that_count_bytes_are_recognised() -> None:
    text = "“Rockets” fell"
    word = Mention(id="m1", spans=((3, 10),), text="Rockets", type="WEA", level="NOM")
    problems = validate(make(text, mentions=(word,)))
    assert any(p.code == "S4" and "bytes of UTF-8" in p.message for p in problems)


def test_discontinuous_mentions_may_interleave() -> None:
    text = "US and coalition troops left"
    both = (
        Mention(id="m1", spans=((0, 2), (17, 23)), text="US troops", type="PER", level="NOM"),
        Mention(id="m2", spans=((7, 23),), text="coalition troops", type="PER", level="NOM"),
    )
    assert not [p for p in validate(make(text, mentions=both)) if p.code.startswith("S")]


def test_a_long_chain_of_links_does_not_exhaust_the_stack() -> None:
    links = tuple(
        EventLink(id=f"l{n}", type="subevent_of", source=f"h{n}", target=f"h{n + 1}")
        for n in range(5000)
    )
    document = make("x", event_links=links)
    labels = read_labels(load_schema("core"))
    assert "E5" not in {problem.code for problem in check(document, labels)}


def test_excerpts_mark_the_place() -> None:
    problem = next(p for p in validate(changed(article(), "mentions", 9, text="rocket")))
    assert problem.excerpt is not None
    assert "Three ⟦rockets⟧ fell" in problem.excerpt
    assert HEADLINE


def test_a_long_chain_of_anchors_is_no_circle_and_takes_no_time() -> None:
    words = tuple(
        Time(id=f"t{n}", spans=((0, 1),), text="x", type="DATE", anchor=f"t{n + 1}")
        for n in range(8000)
    )
    labels = read_labels(load_schema("core"))
    assert "V4" not in {problem.code for problem in check(make("x", times=words), labels)}


def test_only_times_on_the_circle_are_named() -> None:
    words = tuple(
        Time(id=f"t{n}", spans=((0, 1),), text="x", type="DATE", anchor=anchor)
        for n, anchor in enumerate(("t1", "t2", "t1"))
    )
    labels = read_labels(load_schema("core"))
    found = [p.pointer for p in check(make("x", times=words), labels) if p.code == "V4"]
    assert found == ["/times/1/anchor", "/times/2/anchor"]


def test_an_alternative_filler_must_fit_too() -> None:
    argument = Argument(role="target", filler="m2", alternatives=("t1",))
    problems = validate(changed(article(), "events", 0, arguments=(argument,)))
    assert ("E2", "/events/0/arguments/0/filler") in {(p.code, p.pointer) for p in problems}
