"""An annotated article, shown in the terminal and as a page: what a reader finds there."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pytest
from goldwire.corpus.view import render_html, render_terminal
from goldwire.schema.document import (
    LAYERS,
    Annotation,
    Argument,
    Attribution,
    Casualties,
    Claim,
    Cue,
    Document,
    Entity,
    Event,
    EventLink,
    Fragments,
    Incident,
    IncidentDate,
    Instrument,
    Location,
    Mention,
    Metadata,
    Perpetrator,
    Quantity,
    Relation,
    Rights,
    Target,
    Time,
    Toll,
    Zone,
)
from goldwire.schema.errors import UnknownName
from goldwire.schema.positions import surface
from rich.console import Console

TEXT = """\
Drone strikes depot near Karsa, two wounded
Firefighters at the Tolen depot. (Delta News)
Share 🔗
Drone strikes depot near Karsa, two wounded
By Mira Tolan · Updated 12 March 2023

KARSA: A drone struck an army depot near Tolen on Saturday, wounding two guards of the \
4th and 7th Brigades, a Varonian police statement said. No group claimed the attack. 🚒🇻🇦

“Roughly 2,500 litres of fuel burnt,” said Colonel Zoe\u0301 Vael, whose men had shot the \
second aircraft down 30 kilometres south of 漢城 port. She blamed the Red Dawn Brigades, \
which have targeted the base since December.
"""


def spans_of(*quotes: str, after: int = 0) -> Fragments:
    """The places of the quotes, one after the other."""
    found = []
    for quote in quotes:
        start = TEXT.index(quote, after)
        after = start + len(quote)
        found.append((start, after))
    return tuple(found)


def placed(*quotes: str, after: int = 0) -> dict[str, object]:
    spans = spans_of(*quotes, after=after)
    return {"spans": spans, "text": surface(TEXT, spans)}


BODY = TEXT.index("KARSA:")


def zones() -> Iterator[Zone]:
    kinds = iter(["headline", "caption", "chrome", "headline", "byline", "dateline", "body", "body"])
    at = 0
    paragraph = 0
    for line in TEXT.splitlines(keepends=True):
        pieces = [line.rstrip("\n")]
        if line.startswith("KARSA:"):
            pieces = ["KARSA:", line.rstrip("\n")[7:]]
        for piece in filter(None, pieces):
            kind = next(kinds)
            paragraph += kind == "body"
            start = TEXT.index(piece, at)
            repeat = piece in TEXT[:start]
            yield Zone(
                id=f"z{start}",
                spans=((start, start + len(piece)),),
                text=piece,
                kind=kind,
                scored=kind != "chrome" and not repeat,
                duplicate_of="z0" if repeat else None,
                paragraph=paragraph if kind == "body" else None,
            )
            at = start + len(piece)


def article() -> Document:
    """An invented article with all layers; nested, overlapping, and discontinuous items."""
    after = BODY

    def mention(
        id_: str, entity: str, type_: str, level: str, *quotes: str, after: int = BODY
    ) -> Mention:
        return Mention(
            id=id_, entity=entity, type=type_, level=level, **placed(*quotes, after=after)  # type: ignore[arg-type]
        )

    second = TEXT.index("“Roughly")
    mentions = (
        mention("m1", "e2", "WEA", "NOM", "Drone", after=0),
        mention("m2", "e3", "FAC", "NOM", "depot", after=0),
        mention("m3", "e1", "GPE", "NAM", "Karsa", after=0),
        mention("m4", "e1", "GPE", "NAM", "KARSA"),
        mention("m5", "e2", "WEA", "NOM", "drone"),
        mention("m6", "e3", "FAC", "NOM", "army depot"),
        mention("m7", "e4", "ORG", "NOM", "army"),
        mention("m8", "e5", "GPE", "NAM", "Tolen"),
        mention("m9", "e6", "PER", "NOM", "guards"),
        mention("m10", "e7", "ORG", "NAM", "4th", "Brigades"),
        mention("m11", "e8", "ORG", "NAM", "7th Brigades"),
        mention("m12", "e9", "PRD", "NOM", "Varonian police statement"),
        mention("m13", "e10", "ORG", "NOM", "Varonian police"),
        mention("m14", "e11", "GPE", "NAM", "Varonian"),
        mention("m15", "e12", "ORG", "NOM", "group"),
        mention("m16", "e13", "PER", "NAM", "Colonel Zoe\u0301 Vael"),
        mention("m17", "e14", "PER", "NOM", "men", after=second),
        mention("m18", "e15", "VEH", "NOM", "aircraft", after=second),
        mention("m19", "e16", "FAC", "NOM", "漢城 port"),
        mention("m20", "e17", "GPE", "NAM", "漢城"),
        mention("m21", "e13", "PER", "PRO", "She"),
        mention("m22", "e18", "ORG", "NAM", "Red Dawn Brigades"),
        mention("m23", "e3", "FAC", "NOM", "base", after=second),
    )
    entities = tuple(
        Entity(id=id_, type=type_, subtype=subtype, name=name, generic=name is None)
        for id_, type_, subtype, name in (
            ("e1", "GPE", "city", "Karsa"),
            ("e2", "WEA", "drone", "drone"),
            ("e3", "FAC", "military_base", "army depot"),
            ("e4", "ORG", "military", "army"),
            ("e5", "GPE", "city", "Tolen"),
            ("e6", "PER", "group", "guards"),
            ("e7", "ORG", "military", "4th Brigade"),
            ("e8", "ORG", "military", "7th Brigade"),
            ("e9", "PRD", "document", "police statement"),
            ("e10", "ORG", "police", "Varonian police"),
            ("e11", "GPE", "country", "Varonia"),
            ("e12", "ORG", "nonstate_armed", None),
            ("e13", "PER", "individual", "Colonel Zoe\u0301 Vael"),
            ("e14", "PER", "group", "men"),
            ("e15", "VEH", "aircraft", "aircraft"),
            ("e16", "FAC", "transport", "漢城 port"),
            ("e17", "GPE", "city", "漢城"),
            ("e18", "ORG", "nonstate_armed", "Red Dawn Brigades"),
        )
    )
    times = (
        Time(id="t1", type="DATE", value="2023-03-12", edtf="2023-03-12", **placed("12 March 2023")),  # type: ignore[arg-type]
        Time(id="t2", type="DATE", value="2023-03-11", edtf="2023-03-11", anchor="dct", **placed("Saturday")),  # type: ignore[arg-type]
        Time(id="t3", type="DATE", value="2022-12", edtf="2022-12/..", anchor="t2", modifier="on_or_after", **placed("since December")),  # type: ignore[arg-type]
    )  # fmt: skip
    quantities = (
        Quantity(id="q1", kind="count", value=2, min=2, max=2, comparator="eq", **placed("two")),  # type: ignore[arg-type]
        Quantity(id="q2", kind="count", value=2, min=2, max=2, comparator="eq", counts="m9", **placed("two", after=BODY)),  # type: ignore[arg-type]
        Quantity(id="q3", kind="other", value=2500, approximate=True, unit="litre", comparator="eq", **placed("Roughly 2,500 litres")),  # type: ignore[arg-type]
        Quantity(id="q4", kind="ordinal", value=2, optional=True, comparator="eq", **placed("second")),  # type: ignore[arg-type]
        Quantity(id="q5", kind="distance", value=30, min=30, unit="km", comparator="ge", **placed("30 kilometres")),  # type: ignore[arg-type]
    )  # fmt: skip
    told = {"realis": "actual", "polarity": "positive", "certainty": "certain", "tense": "past"}

    def event(
        id_: str, hopper: str, type_: str, place: dict[str, object], *arguments: tuple[str, str],
        **fields: object,
    ) -> Event:  # fmt: skip
        filled = tuple(Argument(role=role, filler=filler) for role, filler in arguments)
        return Event(id=id_, hopper=hopper, type=type_, arguments=filled, **(told | place | fields))  # type: ignore[arg-type]

    events = (
        event("v1", "h1", "IMPACT", placed("strikes"), ("munition", "m1"), ("place", "m2"), ("place", "m3")),
        event("v2", "h2", "HARM", placed("wounded"), ("count", "q1"), subtype="injury"),
        event("v3", "h1", "IMPACT", placed("struck"), ("munition", "m5"), ("place", "m6"), ("time", "t2")),
        event("v4", "h2", "HARM", placed("wounding"), ("victim", "m9"), ("count", "q2"), subtype="injury"),
        event("v5", "h3", "CLAIM", placed("claimed"), ("claimant", "m15"), ("attack", "v6"), polarity="negative"),
        event("v6", "h4", "ATTACK", placed("attack", after=BODY), ("instrument", "m5"), ("target", "m6")),
        event("v7", "h5", "INTERCEPT", placed("shot", "down", after=second), ("agent", "m17"), ("munition", "m18")),
        event("v8", "h6", "BLAME", placed("blamed"), ("accuser", "m21"), ("accused", "m22")),
        event("v9", "h7", "ATTACK", placed("targeted"), ("target", "m23"), ("time", "t3"), realis="generic", note="a habit"),
    )  # fmt: skip
    attributions = (
        Attribution(
            id="a1", style="indirect", source="m13", source_class="official_statement",
            stance="assert", cue=Cue(**placed("said")),  # type: ignore[arg-type]
            **placed(TEXT[TEXT.index("A drone") : TEXT.index(", a Varonian")]),  # type: ignore[arg-type]
        ),
        Attribution(
            id="a2", style="direct", source="m16", source_class="named_person", stance="assert",
            cue=Cue(**placed("said", after=second)),  # type: ignore[arg-type]
            quotes=spans_of("Roughly 2,500 litres of fuel burnt,"),
            **placed("“Roughly 2,500 litres of fuel burnt,”"),  # type: ignore[arg-type]
        ),
    )  # fmt: skip
    incident = Incident(
        id="i1", hoppers=("h1", "h2", "h4"), role="main", type="attack", stage="accomplished",
        date=IncidentDate(edtf="2023-03-11", precision="day"),
        location=Location(place="e5", place_relation="near", precision="city"),
        instruments=(Instrument(entity="e2", type="drone", count=1),),
        perpetrators=(Perpetrator(entity="e18", role_class="nonstate_armed", confidence="accused_by_authority"),),
        targets=(
            Target(entity="e3", role_class="military"),
            Target(entity="e6", role_class="military", effect="injured", count=2),
        ),
        casualties=Casualties(
            killed=Toll(stated=0, min=0, max=0),
            injured=Toll(stated=2, min=2, max=3, by_source={"e10": 2}),
        ),
        claim=Claim(claimed=False), reported_by=("e10",), evidence=("v1", "v2"),
    )  # fmt: skip
    del after
    return Document(
        id="karsa-depot",
        schema="newswire/1.0",
        language="en",
        text=TEXT,
        length=len(TEXT),
        sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
        metadata=Metadata(
            headline="Drone strikes depot near Karsa, two wounded",
            publisher="Delta News",
            published="2023-03-12",
            dct="2023-03-12",
        ),
        rights=Rights(holder="goldwire", licence="CC-BY-4.0", redistributable=True),
        annotation=Annotation(status="gold", annotators=("A", "B"), layers=LAYERS),
        zones=tuple(zones()),
        mentions=mentions,
        entities=entities,
        times=times,
        quantities=quantities,
        events=events,
        event_links=(EventLink(id="l1", type="results_in", source="h4", target="h2"),),
        attributions=attributions,
        relations=(
            Relation(id="r1", type="near", head="m6", tail="m8"),
            Relation(id="r2", type="controls", head="m7", tail="m6"),
        ),
        incidents=(incident,),
    )


def in_terminal(
    document: Document, width: int = 100, layers: list[str] | None = None, colour: bool = False
) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    console.print(render_terminal(document, width=width, layers=layers))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()
