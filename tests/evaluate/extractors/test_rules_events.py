"""Events, arguments, claims, and records of the rules extractor."""

from __future__ import annotations

import pytest

from goldwire.evaluate.extractors.rules import extract
from goldwire.schema.document import Document

from .rules_article import article


def _rows(document: Document) -> list[tuple[str, str, str, str, set[tuple[str, str]]]]:
    surface = {
        item.id: item.text
        for layer in (document.mentions, document.times, document.quantities, document.events)
        for item in layer
    }
    return [
        (
            e.text,
            e.type,
            e.realis or "",
            e.polarity or "",
            {(a.role, surface[a.filler]) for a in e.arguments},
        )
        for e in document.events
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Police arrested two suspects in Mosul on Friday.",
            (
                "arrested",
                "DETAIN",
                "actual",
                "positive",
                {
                    ("agent", "Police"),
                    ("detainee", "suspects"),
                    ("count", "two"),
                    ("place", "Mosul"),
                    ("time", "Friday"),
                },
            ),
        ),
        (
            "Three soldiers were killed by gunmen.",
            (
                "killed",
                "HARM",
                "actual",
                "positive",
                {
                    ("victim", "soldiers"),
                    ("agent", "gunmen"),
                    ("count", "Three"),
                },
            ),
        ),
        (
            "Gunmen opened fire on a bus in Mosul.",
            (
                "opened fire",
                "ATTACK",
                "actual",
                "positive",
                {
                    ("attacker", "Gunmen"),
                    ("target", "bus"),
                    ("place", "Mosul"),
                },
            ),
        ),
        (
            "Rebels kidnapped dozens of women, residents and police said.",
            (
                "kidnapped",
                "DETAIN",
                "actual",
                "positive",
                {("agent", "Rebels"), ("detainee", "women"), ("count", "dozens")},
            ),
        ),
        (
            "The rockets landed without causing casualties.",
            ("casualties", "HARM", "actual", "negative", set()),
        ),
        (
            "Dozens of attacks have targeted the base.",
            ("attacks", "ATTACK", "actual", "positive", {("target", "base"), ("count", "Dozens")}),
        ),
        (
            "Rebels frequently target the base.",
            (
                "target",
                "ATTACK",
                "generic",
                "positive",
                {("attacker", "Rebels"), ("target", "base")},
            ),
        ),
        (
            "The militia threatened to attack US troops.",
            ("attack", "ATTACK", "other", "positive", {("target", "US troops")}),
        ),
        (
            "The army shot down a drone.",
            (
                "shot down",
                "INTERCEPT",
                "actual",
                "positive",
                {("agent", "army"), ("munition", "drone")},
            ),
        ),
        (
            "Clashes between the army and the rebels went on.",
            (
                "Clashes",
                "FIGHT",
                "actual",
                "positive",
                {("participant", "army"), ("opponent", "rebels")},
            ),
        ),
        (
            "Some 2,500 US troops are deployed in Iraq.",
            (
                "deployed",
                "DEPLOY",
                "actual",
                "positive",
                {
                    ("force", "US troops"),
                    ("count", "Some 2,500"),
                    ("place", "Iraq"),
                },
            ),
        ),
    ],
)
def test_events(text: str, expected: tuple[str, str, str, str, set[tuple[str, str]]]) -> None:
    assert expected in _rows(extract(article(text)))


@pytest.mark.parametrize(
    "text", ["The army said it.", "The base hosts troops.", "The base is in Iraq."]
)
def test_reporting_and_being_are_no_events(text: str) -> None:
    assert extract(article(text)).events == ()


def test_a_claim_never_fills_attacker() -> None:
    found = extract(
        article("The Taliban claimed responsibility for the bombing in Kabul on Monday.")
    )
    roles = {argument.role for event in found.events for argument in event.arguments}
    assert "claimant" in roles
    assert "attacker" not in roles
    (incident,) = found.incidents
    assert incident.claim is not None
    assert incident.claim.claimed
    assert [p.confidence for p in incident.perpetrators] == ["claimed"]


def test_no_casualties_is_zero_and_silence_is_null() -> None:
    text = "Rockets landed near an airport in Basra on Friday. There were no casualties."
    (incident,) = extract(article(text)).incidents
    assert incident.casualties is not None
    assert incident.casualties.killed is not None
    assert incident.casualties.killed.stated == 0
    assert incident.casualties.missing is None
    assert incident.damage is None


def test_habits_and_aggregates_get_no_record() -> None:
    text = "Rebels frequently target the base. Dozens of attacks hit Mosul in recent months."
    assert extract(article(text)).incidents == ()


@pytest.mark.parametrize(
    ("text", "style", "source", "content"),
    [
        ("“We shot it down,” an officer said.", "direct", "officer", "We shot it down,"),
        ("The army said that it shot down a drone.", "indirect", "army", "it shot down a drone"),
        ("A drone fell, according to residents.", "indirect", "residents", "A drone fell"),
        ("The army said it had “foiled” a raid.", "mixed", "army", "it had “foiled” a raid"),
        ("“It fell,” said Lena Orsk, a doctor.", "direct", "Lena Orsk", "It fell,"),
    ],
)
def test_attributions(text: str, style: str, source: str, content: str) -> None:
    found = extract(article(text))
    (one,) = found.attributions
    surface = {mention.id: mention.text for mention in found.mentions}
    assert (one.style, surface.get(one.source or ""), one.text) == (style, source, content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The base lies in Basra. A base in Basra fell.", ("located_in", "base", "Basra")),
        ("A depot near Mosul burned.", ("near", "depot", "Mosul")),
        ("A depot 30 km south of Mosul burned.", ("near", "depot", "Mosul")),
        ("The US-led coalition left.", ("leads", "US", "US-led coalition")),
        ("Pro-Russian and pro-Iran militias met.", ("aligned_with", "pro-Iran militias", "Iran")),
        ("The governor of Helmand spoke.", ("leads", "governor", "Helmand")),
        ("Troops stationed at a base in Gao left.", ("stationed_at", "Troops", "base")),
        ("The group and its fighters fled.", ("affiliated_with", "fighters", "its")),
    ],
)
def test_relations(text: str, expected: tuple[str, str, str]) -> None:
    found = extract(article(text))
    surface = {mention.id: mention.text for mention in found.mentions}
    assert expected in {(r.type, surface[r.head], surface[r.tail]) for r in found.relations}
