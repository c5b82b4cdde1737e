"""An invented article with all layers, in the terminal and as a page: what a reader finds there."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.console import Console

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
    Sourced,
    Target,
    Time,
    Toll,
    Zone,
)
from goldwire.schema.errors import UnknownName
from goldwire.schema.positions import surface, visible

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


def placed(*quotes: str, after: int = 0) -> dict[str, Any]:
    spans = spans_of(*quotes, after=after)
    return {"spans": spans, "text": surface(TEXT, spans)}


BODY = TEXT.index("KARSA:")
SECOND = TEXT.index("“Roughly")


def zones() -> Iterator[Zone]:
    kinds = iter(
        ["headline", "caption", "chrome", "headline", "byline", "dateline", "body", "body"]
    )
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


# id, entity, type, level, where to look from, quotes
MENTIONS = (
    ("m1", "e2", "WEA", "NOM", 0, "Drone"),
    ("m2", "e3", "FAC", "NOM", 0, "depot"),
    ("m3", "e1", "GPE", "NAM", 0, "Karsa"),
    ("m4", "e1", "GPE", "NAM", BODY, "KARSA"),
    ("m5", "e2", "WEA", "NOM", BODY, "drone"),
    ("m6", "e3", "FAC", "NOM", BODY, "army depot"),
    ("m7", "e4", "ORG", "NOM", BODY, "army"),
    ("m8", "e5", "GPE", "NAM", BODY, "Tolen"),
    ("m9", "e6", "PER", "NOM", BODY, "guards"),
    ("m10", "e7", "ORG", "NAM", BODY, "4th", "Brigades"),
    ("m11", "e8", "ORG", "NAM", BODY, "7th Brigades"),
    ("m12", "e9", "PRD", "NOM", BODY, "Varonian police statement"),
    ("m13", "e10", "ORG", "NOM", BODY, "Varonian police"),
    ("m14", "e11", "GPE", "NAM", BODY, "Varonian"),
    ("m15", "e12", "ORG", "NOM", BODY, "group"),
    ("m16", "e13", "PER", "NAM", SECOND, "Colonel Zoe\u0301 Vael"),
    ("m17", "e14", "PER", "NOM", SECOND, "men"),
    ("m18", "e15", "VEH", "NOM", SECOND, "aircraft"),
    ("m19", "e16", "FAC", "NOM", SECOND, "漢城 port"),
    ("m20", "e17", "GPE", "NAM", SECOND, "漢城"),
    ("m21", "e13", "PER", "PRO", SECOND, "She"),
    ("m22", "e18", "ORG", "NAM", SECOND, "Red Dawn Brigades"),
    ("m23", "e3", "FAC", "NOM", SECOND, "base"),
)

# id, type, subtype, name
ENTITIES = (
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

# id, hopper, type, subtype, where to look from, trigger, arguments
EVENTS: tuple[tuple[str, str, str, str | None, int, tuple[str, ...], dict[str, str]], ...] = (
    ("v1", "h1", "IMPACT", None, 0, ("strikes",), {"munition": "m1", "place": "m2"}),
    ("v2", "h2", "HARM", "injury", 0, ("wounded",), {"count": "q1"}),
    ("v3", "h1", "IMPACT", None, BODY, ("struck",), {"munition": "m5", "time": "t2"}),
    ("v4", "h2", "HARM", "injury", BODY, ("wounding",), {"victim": "m9", "count": "q2"}),
    ("v5", "h3", "CLAIM", None, BODY, ("claimed",), {"claimant": "m15", "attack": "v6"}),
    ("v6", "h4", "ATTACK", None, BODY, ("attack",), {"instrument": "m5", "target": "m6"}),
    ("v7", "h5", "INTERCEPT", None, SECOND, ("shot", "down"), {"agent": "m17", "munition": "m18"}),
    ("v8", "h6", "BLAME", None, SECOND, ("blamed",), {"accuser": "m21", "accused": "m22"}),
    ("v9", "h7", "ATTACK", None, SECOND, ("targeted",), {"target": "m23", "time": "t3"}),
)


def events() -> Iterator[Event]:
    for id_, hopper, type_, subtype, after, trigger, roles in EVENTS:
        yield Event(
            id=id_,
            hopper=hopper,
            type=type_,
            subtype=subtype,
            realis="generic" if id_ == "v9" else "actual",
            polarity="negative" if id_ == "v5" else "positive",
            certainty="certain",
            tense="past",
            arguments=tuple(Argument(role=role, filler=filler) for role, filler in roles.items()),
            note="a habit" if id_ == "v9" else None,
            **placed(*trigger, after=after),
        )


def times() -> Iterator[Time]:
    yield Time(id="t1", type="DATE", value="2023-03-12", **placed("12 March 2023"))
    yield Time(id="t2", type="DATE", value="2023-03-11", anchor="dct", **placed("Saturday"))
    yield Time(
        id="t3",
        type="DATE",
        value="2022-12",
        edtf="2022-12/..",
        anchor="t2",
        modifier="on_or_after",
        **placed("since December"),
    )


def quantities() -> Iterator[Quantity]:
    yield Quantity(id="q1", kind="count", value=2, comparator="eq", **placed("two"))
    yield Quantity(id="q2", kind="count", value=2, counts="m9", **placed("two", after=BODY))
    yield Quantity(
        id="q3", kind="other", value=2500, approximate=True, unit="litre",
        **placed("Roughly 2,500 litres"),
    )  # fmt: skip
    yield Quantity(id="q4", kind="ordinal", value=2, optional=True, **placed("second"))
    yield Quantity(
        id="q5", kind="distance", value=30, unit="km", comparator="ge", **placed("30 kilometres")
    )


def attributions() -> Iterator[Attribution]:
    yield Attribution(
        id="a1",
        style="indirect",
        source="m13",
        source_class="official_statement",
        stance="assert",
        cue=Cue(**placed("said")),
        **placed(TEXT[TEXT.index("A drone") : TEXT.index(", a Varonian")]),
    )
    yield Attribution(
        id="a2",
        style="direct",
        source="m16",
        source_class="named_person",
        stance="assert",
        cue=Cue(**placed("said", after=SECOND)),
        quotes=spans_of("Roughly 2,500 litres of fuel burnt,"),
        **placed("“Roughly 2,500 litres of fuel burnt,”"),
    )


INCIDENT = Incident(
    id="i1",
    hoppers=("h1", "h2", "h4"),
    role="main",
    type="attack",
    stage="accomplished",
    date=IncidentDate(edtf="2023-03-11", precision="day"),
    location=Location(place="e5", place_relation="near", precision="city"),
    instruments=(Instrument(entity="e2", type="drone", count=1),),
    perpetrators=(Perpetrator(entity="e18", role_class="nonstate_armed", confidence="accused"),),
    targets=(
        Target(entity="e3", role_class="military"),
        Target(entity="e6", role_class="military", effect="injured", count=2),
    ),
    casualties=Casualties(
        killed=Toll(stated=0, min=0, max=0),
        injured=Toll(stated=2, min=2, max=3, by_source=(Sourced(source="e10", value=2),)),
    ),
    claim=Claim(claimed=False),
    reported_by=("e10",),
    evidence=("v1", "v2"),
)


def article() -> Document:
    """Nested, overlapping, and discontinuous items; emoji, combining marks, wide characters."""
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
        mentions=tuple(
            Mention(id=id_, entity=entity, type=type_, level=level, **placed(*quotes, after=after))
            for id_, entity, type_, level, after, *quotes in MENTIONS
        ),
        entities=tuple(
            Entity(id=id_, type=type_, subtype=subtype, name=name, generic=name is None)
            for id_, type_, subtype, name in ENTITIES
        ),
        times=tuple(times()),
        quantities=tuple(quantities()),
        events=tuple(events()),
        event_links=(EventLink(id="l1", type="results_in", source="h4", target="h2"),),
        attributions=tuple(attributions()),
        relations=(
            Relation(id="r1", type="near", head="m6", tail="m8"),
            Relation(id="r2", type="controls", head="m7", tail="m6"),
        ),
        incidents=(INCIDENT,),
    )


def in_terminal(
    document: Document, width: int = 100, layers: list[str] | None = None, colour: bool = False
) -> str:
    """What is printed; without colours it is what a pipe gets."""
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    console.print(render_terminal(document, width=width, layers=layers))
    return file.getvalue()


class Page(HTMLParser):
    """What a browser would find: the article's text, elements, attributes, declarations."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.paragraphs: list[str] = []
        self.tables = ""
        self._within: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self._within.append(tag)
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._within.pop() == tag

    def handle_data(self, data: str) -> None:
        if "p" in self._within:
            self.paragraphs[-1] += data
        elif "table" in self._within:
            self.tables += data

    @property
    def text(self) -> str:
        """The article, a line of text a paragraph."""
        return "\n".join(self.paragraphs)


def lines_of(text: str) -> list[str]:
    """The text as it should be shown: line by line, made harmless."""
    return [visible(line) for line in text.rstrip("\n").replace("\r\n", "\n").split("\n")]


def test_tables_tell_what_the_layers_hold() -> None:
    for shown in (in_terminal(article(), width=160), Page(render_html(article())).tables):
        words = " ".join(shown.split())
        for expected in (
            "WEA drone",
            "2022-12",
            "EDTF 2022-12/..",
            "≥ 30 km",
            "≈ 2,500 litre",
            "victim=guards",
            "attack=attack",
            "actual, negative, past",
            "note: a habit",
            "—results_in→",
            "—near→",
            "official_statement",
            "near Tolen₅",
            "guards₆ · military · injured · ×2",
            "from 2 to 3",
            "not claimed",
        ):
            assert expected in words, expected
        assert "generic" in words


def test_a_stated_zero_is_shown_and_silence_is_not() -> None:
    shown = in_terminal(article(), layers=["incidents"])
    assert re.search(r"killed +0 *$", shown, re.MULTILINE)
    assert "missing" not in shown


def test_layers_limit_marks_and_tables() -> None:
    shown = in_terminal(article(), layers=["times"])
    assert "DATE" in shown
    assert "Times" in shown
    for absent in ("ORG", "IMPACT", "Entities", "Events", "Incident"):
        assert absent not in shown.split("─" * 20, 1)[1]
    page = render_html(article(), layers=["times"])
    assert 'class="m times' in page
    assert 'class="m mentions' not in page
    assert "Entities" not in page


@pytest.mark.parametrize("render", [render_terminal, render_html])
def test_an_unknown_layer_names_the_known(render: Callable[..., object]) -> None:
    with pytest.raises(UnknownName, match="mention"):
        render(article(), layers=["mention"])
