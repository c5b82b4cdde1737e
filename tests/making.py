"""Small documents for tests, anchored by what they say and never by counted offsets."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from goldwire.schema.document import (
    Annotation,
    Argument,
    Attribution,
    Casualties,
    Cue,
    Document,
    Entity,
    Event,
    EventLink,
    Incident,
    IncidentDate,
    Location,
    Mention,
    Metadata,
    Quantity,
    Relation,
    Rights,
    Time,
    Toll,
    Zone,
)

Fragments = tuple[tuple[int, int], ...]

TEXT = (
    "Drone hits depot near Velmar\n"
    "\n"
    "VELMAR: A drone struck a fuel depot near Velmar on Friday, police said.\n"
    "“Nobody was hurt,” a spokesman told reporters.\n"
    "Three rockets fell there on May 2.\n"
)
"""An invented article; May 6, 2022, is a Friday."""


def at(text: str, words: str, occurrence: int = 1) -> Fragments:
    """The span of the n-th occurrence of some words."""
    start = -1
    for _ in range(occurrence):
        start = text.index(words, start + 1)
    return ((start, start + len(words)),)


def make(text: str = TEXT, **fields: Any) -> Document:
    """A document with the right length and hash."""
    known: dict[str, Any] = {
        "id": "velmar",
        "schema": "newswire/1.0",
        "language": "en",
        "text": text,
        "length": len(text),
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    }
    return Document(**(known | fields))


def mention(name: str, words: str, kind: str, entity: str, n: int = 1, **more: Any) -> Mention:
    spans = at(TEXT, words, n)
    fields: dict[str, Any] = {"level": "NOM", "head": spans[0]} | more
    return Mention(id=name, spans=spans, text=words, type=kind, entity=entity, **fields)


def event(name: str, words: str, kind: str, hopper: str, n: int = 1, **more: Any) -> Event:
    fields: dict[str, Any] = {
        "realis": "actual",
        "polarity": "positive",
        "certainty": "certain",
        "tense": "past",
    } | more
    return Event(id=name, spans=at(TEXT, words, n), text=words, type=kind, hopper=hopper, **fields)


def article() -> Document:
    """The invented article, with something in every layer, sound by all rules."""
    lines = TEXT.split("\n")
    body = lines[2].removeprefix("VELMAR: ")
    zones = [
        Zone(id="z1", spans=at(TEXT, lines[0]), text=lines[0], kind="headline"),
        Zone(id="z2", spans=at(TEXT, "VELMAR:"), text="VELMAR:", kind="dateline", parent="z3"),
        *(
            Zone(id=f"z{3 + n}", spans=at(TEXT, line), text=line, kind="body", paragraph=n + 1)
            for n, line in enumerate([body, lines[3], lines[4]])
        ),
    ]
    said = "A drone struck a fuel depot near Velmar on Friday"
    quote = "Nobody was hurt,"
    return make(
        metadata=Metadata(headline=lines[0], dateline="VELMAR", dct="2022-05-07"),
        rights=Rights(holder="the goldwire authors", licence="CC-BY-4.0", redistributable=True),
        annotation=Annotation(
            status="gold",
            annotators=("one",),
            guidelines="1.1",
            layers=(
                "zones", "mentions", "entities", "times", "quantities", "events",
                "event_links", "attributions", "relations", "incidents",
            ),
        ),
        zones=tuple(zones),
        mentions=(
            mention("m1", "Drone", "WEA", "e1"),
            mention("m2", "depot", "FAC", "e2"),
            mention("m3", "Velmar", "GPE", "e3", level="NAM"),
            mention("m4", "VELMAR", "GPE", "e3", level="NAM"),
            mention("m5", "drone", "WEA", "e1"),
            mention("m6", "fuel depot", "FAC", "e2", head=at(TEXT, "depot", 2)[0]),
            mention("m7", "Velmar", "GPE", "e3", 2, level="NAM"),
            mention("m8", "police", "ORG", "e4"),
            mention("m9", "spokesman", "PER", "e5"),
            mention("m10", "rockets", "WEA", "e6"),
        ),
        entities=(
            Entity(id="e1", type="WEA", subtype="drone", group=False, generic=False),
            Entity(id="e2", type="FAC", subtype="energy", group=False, generic=False),
            Entity(id="e3", type="GPE", subtype="city", name="Velmar", group=False, generic=False),
            Entity(id="e4", type="ORG", subtype="police", group=True, generic=False),
            Entity(id="e5", type="PER", subtype="individual", group=False, generic=False),
            Entity(id="e6", type="WEA", subtype="rocket", group=True, generic=False),
        ),
        times=(
            Time(
                id="t1", spans=at(TEXT, "Friday"), text="Friday", type="DATE",
                value="2022-05-06", edtf="2022-05-06", anchor="dct",
            ),
            Time(
                id="t2", spans=at(TEXT, "May 2"), text="May 2", type="DATE",
                value="2022-05-02", edtf="2022-05-02", anchor="dct",
            ),
        ),
        quantities=(
            Quantity(
                id="q1", spans=at(TEXT, "Three"), text="Three", kind="count",
                value=3, min=3, max=3, comparator="eq", counts="m10",
            ),
        ),
        events=(
            event("v1", "hits", "ATTACK", "h1", tense="present", arguments=(
                Argument(role="instrument", filler="m1"),
                Argument(role="target", filler="m2"),
            )),
            event("v2", "struck", "ATTACK", "h1", attributions=("a1",), arguments=(
                Argument(role="instrument", filler="m5"),
                Argument(role="target", filler="m6"),
                Argument(role="time", filler="t1"),
            )),
            event("v3", "hurt", "HARM", "h2", subtype="injury", polarity="negative",
                  attributions=("a2",)),
            event("v4", "fell", "IMPACT", "h3", arguments=(
                Argument(role="munition", filler="m10"),
                Argument(role="time", filler="t2"),
            )),
        ),
        event_links=(EventLink(id="l1", type="results_in", source="h1", target="h2"),),
        attributions=(
            Attribution(
                id="a1", spans=at(TEXT, said), text=said, style="indirect", source="m8",
                source_class="named_organisation", stance="assert",
                cue=Cue(spans=at(TEXT, "said"), text="said"),
            ),
            Attribution(
                id="a2", spans=at(TEXT, quote), text=quote, style="direct", source="m9",
                source_class="unnamed_official", stance="assert", quotes=at(TEXT, quote),
                cue=Cue(spans=at(TEXT, "told"), text="told"),
            ),
        ),
        relations=(Relation(id="r1", type="near", head="m6", tail="m7"),),
        incidents=(
            Incident(
                id="i1", hoppers=("h1", "h2"), role="main", type="attack", stage="accomplished",
                date=IncidentDate(edtf="2022-05-06", precision="day"),
                location=Location(country=None, place="e3", place_relation="near"),
                casualties=Casualties(injured=Toll(stated=0, min=0, max=0)),
                evidence=("v2", "t1", "a2"),
            ),
        ),
    )  # fmt: skip


def changed(document: Document, layer: str, index: int, **fields: Any) -> Document:
    """The document with some fields of one item changed."""
    items = list(getattr(document, layer))
    items[index] = msgspec.structs.replace(items[index], **fields)
    return msgspec.structs.replace(document, **{layer: tuple(items)})
