"""Documents with something odd in every layer, for property tests of what is written and read."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from goldwire.schema.document import (
    LAYERS,
    Alternative,
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
    Perpetrator,
    Quantity,
    Relation,
    Sourced,
    Target,
    Time,
    Toll,
    Zone,
)
from goldwire.schema.positions import surface
from tests.making import make

PIECES = [
    "the", "he", "a", " ", " ", "\n", "\r\n", "\t", '"', "\\", "#", "#2", "+", "=", "“", "”",
    "🚀", "👩‍🚀", "é", "e\u0301", "سلام", "\u202e", "\u2028", "中", "1:2", "{", "]", "new", "null",
]  # fmt: skip
WORDS = st.sampled_from(["PER", "x-1", "a/b", "Typ", "ضرب", "true", "12", "null:x", "é", "it's"])
IDS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,5}", fullmatch=True),
    st.sampled_from(["new", "null", "as", "12:30", "true", "m1", "h1", "7"]),
)
SAID = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
    st.sampled_from(["2022", "true", "null", "2022-05-06", "1e5", "a,b", "x#y", "-", "1:2", " x "]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)
MAYBE = st.none() | SAID
NUMBERS = st.none() | st.integers(-5, 10**6) | st.floats(-1e6, 1e6, allow_nan=False)
FLAGS = st.booleans()


@st.composite
def spans(draw: st.DrawFn, text: str, most: int = 3) -> Fragments:
    size = draw(st.integers(1, most))
    ends = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=2 * size)))
    return tuple(zip(ends[::2], ends[1::2], strict=False))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document that holds together, though no schema would take its labels."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=8, max_size=40))) + "."
    taken = iter(draw(st.lists(IDS, min_size=24, max_size=24, unique=True)))
    ids = {layer: [next(taken) for _ in range(draw(st.integers(0, 2)))] for layer in LAYERS}
    hoppers = draw(st.lists(IDS, min_size=1, max_size=2, unique=True))
    used: list[str] = []

    def one(*layers: str, empty: bool = True) -> str | None:
        names = [name for layer in layers for name in ids[layer]]
        choices = st.sampled_from(names) if names else st.nothing()
        return draw(st.none() | choices if empty else choices) if names else None

    def some(*layers: str) -> tuple[str, ...]:
        names = [name for layer in layers for name in ids[layer]]
        return (
            tuple(draw(st.lists(st.sampled_from(names), max_size=3, unique=True))) if names else ()
        )

    def margin() -> dict[str, Any]:
        more: dict[str, Any] = {"note": draw(MAYBE), "optional": draw(FLAGS)}
        if draw(st.integers(0, 3)) == 0:
            more["alternatives"] = (alternative(), Alternative(type=draw(WORDS)))
        if draw(st.integers(0, 3)) == 0:
            more["origin"] = draw(st.sampled_from(["typed", "imported"]))
        return more

    def alternative() -> Alternative:
        other = draw(spans(text))
        return Alternative(spans=other, text=surface(text, other), subtype=draw(SAID))

    def place(most: int = 3) -> dict[str, Any]:
        found = draw(spans(text, most))
        return {"spans": found, "text": surface(text, found)}

    def within(found: Fragments) -> tuple[int, int]:
        low, high = draw(st.sampled_from(found))
        start = draw(st.integers(low, high - 1))
        return start, draw(st.integers(start + 1, high))

    def mention(name: str) -> Mention:
        where = place()
        return Mention(
            id=name, type=draw(WORDS), level=draw(MAYBE), entity=one("entities"),
            head=draw(st.none() | st.just(within(where["spans"]))), **where, **margin(),
        )  # fmt: skip

    def event(name: str) -> Event:
        hopper = draw(st.none() | st.sampled_from(hoppers))
        used.extend([hopper] if hopper else [])
        fillers = ("mentions", "times", "quantities", "events")
        arguments = []
        for _ in range(draw(st.integers(0, 3))):
            filler = one(*fillers, empty=False)
            if filler is not None:
                arguments.append(
                    Argument(role=draw(WORDS | st.just("note")), filler=filler,
                             optional=draw(FLAGS), alternatives=some("mentions"))
                )  # fmt: skip
        return Event(
            id=name, type=draw(WORDS), subtype=draw(MAYBE), hopper=hopper, realis=draw(MAYBE),
            arguments=tuple(arguments), attributions=some("attributions"), **place(), **margin(),
        )  # fmt: skip

    def attribution(name: str) -> Attribution:
        where = place()
        return Attribution(
            id=name, style=draw(WORDS), source=one("mentions"), cue=draw(st.none() | cues),
            quotes=draw(st.sampled_from([(), (within(where["spans"]),)])), **where, **margin(),
        )  # fmt: skip

    cues = spans(text).map(lambda found: Cue(spans=found, text=surface(text, found)))
    in_text: dict[str, Any] = {
        "zones": lambda name: Zone(
            id=name, kind=draw(WORDS), scored=draw(FLAGS), duplicate_of=one("zones"),
            parent=one("zones"), paragraph=draw(st.none() | st.integers(1, 9)), **place(1),
            **margin(),
        ),
        "mentions": mention,
        "times": lambda name: Time(
            id=name, type=draw(WORDS), value=draw(MAYBE), vague=draw(FLAGS),
            anchor=draw(st.sampled_from(["dct", one("times")])), **place(), **margin(),
        ),
        "quantities": lambda name: Quantity(
            id=name, kind=draw(WORDS), value=draw(NUMBERS), min=draw(NUMBERS), unit=draw(MAYBE),
            counts=one("mentions", "events"), **place(), **margin(),
        ),
        "events": event,
        "attributions": attribution,
    }  # fmt: skip
    layers: dict[str, Any] = {
        layer: tuple(
            sorted(
                (made(name) for name in ids[layer]),
                key=lambda item: (item.spans[0][0], -item.spans[-1][1]),
            )
        )
        for layer, made in in_text.items()
    }
    layers["entities"] = tuple(
        Entity(
            id=name, type=draw(WORDS), name=draw(MAYBE), group=draw(st.none() | FLAGS), **margin()
        )
        for name in ids["entities"]
    )
    if used:
        chain = st.sampled_from(used)
        layers["event_links"] = tuple(
            EventLink(id=name, type=draw(WORDS), source=draw(chain), target=draw(chain), **margin())
            for name in ids["event_links"]
        )
        layers["incidents"] = tuple(
            Incident(
                id=name, type=draw(WORDS), hoppers=(draw(chain),), damage=draw(MAYBE),
                date=draw(st.sampled_from([None, IncidentDate(edtf="2022")])),
                location=draw(st.sampled_from([None, Location(place=one("entities"))])),
                instruments=(Instrument(entity=one("entities"), count=draw(NUMBERS)),),
                perpetrators=tuple(Perpetrator(entity=e, role_class="x") for e in some("entities")),
                targets=(Target(entity=one("entities"), effect=draw(MAYBE)),),
                casualties=Casualties(killed=Toll(
                    stated=0, by_source=tuple(Sourced(source=e, value=1) for e in some("entities"))
                )),
                claim=Claim(
                    claimed=draw(FLAGS), claimants=some("entities"), channel=one("entities")
                ),
                reported_by=some("entities"),
                evidence=some("mentions", "events", "times"), **margin(),
            )
            for name in ids["incidents"]
        )  # fmt: skip
    if ids["mentions"]:
        ends = st.sampled_from(ids["mentions"])
        layers["relations"] = tuple(
            Relation(id=name, type=draw(WORDS), head=draw(ends), tail=draw(ends), **margin())
            for name in ids["relations"]
        )
    annotation = Annotation(
        layers=tuple(draw(st.lists(st.sampled_from(LAYERS), unique=True))),
        guidelines=draw(MAYBE), history=tuple(draw(st.lists(SAID, max_size=2))),
    )  # fmt: skip
    return make(text, schema="core/1.0", annotation=annotation, **layers)
