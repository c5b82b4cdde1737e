"""Criteria of arguments against each other: what is right stays right where less is compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate import score
from goldwire.evaluate.assemble import Resampling
from goldwire.schema.document import Alternative, Argument, Document, Event, Mention
from tests.making import article, at, make

TEXT = "Army units shelled and bombed the old depot, a store near the river and the bridge."
FILLERS = {"m0": "depot", "m1": "store", "m2": "bridge", "m3": "river"}
TRIGGERS = {"v0": "shelled", "v1": "bombed", "v2": "units"}

FROM_STRICT = (
    ("strict", "attached_id"),
    ("strict", "unattached"),
    ("attached_id", "unattached_id"),
    ("unattached", "unattached_id"),
    ("strict", "coreference"),
    ("coreference", "unattached_coreference"),
    ("unattached", "unattached_coreference"),
)
"""Pairs of criteria: the second compares less than the first."""


def mention(name: str, **more: Any) -> Mention:
    words = FILLERS[name]
    more = {"entity": f"e-{name}"} | more
    return Mention(id=name, spans=at(TEXT, words), text=words, type="FAC", **more)


def event(name: str, *arguments: Argument, kind: str = "ATTACK", **more: Any) -> Event:
    words = TRIGGERS[name]
    spans = at(TEXT, words)
    return Event(id=name, spans=spans, text=words, type=kind, arguments=arguments, **more)


def target(filler: str, *others: str, **more: Any) -> Argument:
    return Argument(role="target", filler=filler, alternatives=others, **more)


def span(words: str) -> Alternative:
    return Alternative(spans=at(TEXT, words), text=words)


def document(*events: Event, mentions: tuple[Mention, ...] | None = None) -> Document:
    return make(
        TEXT,
        annotation=article().annotation,
        mentions=tuple(map(mention, FILLERS)) if mentions is None else mentions,
        events=events,
    )


def counted(gold: Document, predicted: Document) -> dict[str, tuple[float, int, int]]:
    (layer,) = score(
        [gold], [predicted], layers=["arguments"], errors=0, resampling=Resampling(resamples=0)
    ).layers
    whole = {each.name: each.micro for each in layer.criteria}
    return {name: (each.correct, each.gold, each.predicted) for name, each in whole.items()}


def test_one_filler_that_two_events_accept_is_right_for_both() -> None:
    gold = document(event("v0", target("m0", "m1")), event("v1", target("m1")))
    guess = document(event("v0", target("m1")), event("v1", target("m1")))
    assert set(counted(gold, guess).values()) == {(2, 2, 2)}


def test_one_filler_that_two_roles_accept_is_right_for_both() -> None:
    victim = Argument(role="victim", filler="m1", alternatives=("m2",))
    gold = document(event("v0", target("m0", "m2"), victim))
    guess = document(event("v0", target("m2"), Argument(role="victim", filler="m2")))
    assert set(counted(gold, guess).values()) == {(2, 2, 2)}


def test_two_right_answers_are_not_one_right_and_one_wrong_without_their_roles() -> None:
    victim = Argument(role="victim", filler="m0")
    gold = document(event("v0", target("m0", "m1"), victim))
    guess = document(event("v0", target("m1"), victim))
    found = counted(gold, guess)
    assert found["strict"] == found["unattached"] == (2, 2, 2)
    assert found["attached_id"] == found["unattached_id"] == (1, 1, 1)


def test_what_is_said_twice_is_right_once_where_one_gold_argument_accepts_it() -> None:
    gold = document(event("v0", target("m0", "m1")))
    guess = document(event("v0", target("m1")), event("v1", target("m1")))
    found = counted(gold, guess)
    assert found["strict"] == (1, 1, 2)
    assert found["unattached"] == (1, 1, 1)


def test_a_prediction_that_costs_nothing_does_not_take_the_place_of_one_that_does() -> None:
    gold = document(event("v0", target("m0", "m1")), event("v1", target("m2", "m0", optional=True)))
    guess = document(event("v0", target("m1")), event("v1", target("m0")))
    assert set(counted(gold, guess).values()) == {(1, 1, 1)}


def test_gold_arguments_that_become_equal_are_one_as_in_textee() -> None:
    gold = document(event("v0", target("m0")), event("v1", target("m0")), event("v2", target("m1")))
    guess = document(
        event("v0", target("m0")), event("v1", target("m0")), event("v2", target("m2"))
    )
    found = counted(gold, guess)
    assert found["strict"] == (2, 3, 3)
    assert found["unattached"] == (1, 2, 2)


@pytest.mark.parametrize("first", [True, False])
def test_all_answers_of_equal_arguments_count_by_entity_too(first: bool) -> None:
    plain, accepting = target("m0"), target("m0", "m1", optional=True)
    both = (plain, accepting) if first else (accepting, plain)
    guess = document(event("v0", target("m1")))
    assert set(counted(document(event("v0", *both)), guess).values()) == {(1, 1, 1)}


OPTIONAL = st.sampled_from([False, False, False, True])


@st.composite
def annotated(draw: st.DrawFn, *, accepting: bool) -> Document:
    """A document in which much is alike; as gold with options and other accepted answers."""

    def more(others: st.SearchStrategy[Any]) -> dict[str, Any]:
        if not accepting:
            return {}
        found = draw(st.lists(others, max_size=2, unique=True))
        return {"optional": draw(OPTIONAL), "alternatives": tuple(found)}

    entities = st.sampled_from(["e0", "e1", "e2", "e3"])
    mentions = tuple(
        mention(
            name, entity=draw(entities), **more(st.sampled_from(list(FILLERS.values())).map(span))
        )
        for name in FILLERS
    )
    kinds, names = st.sampled_from(["ATTACK", "HARM"]), st.sampled_from(list(FILLERS))
    answers = st.sampled_from(list(TRIGGERS.values())).map(span) | kinds.map(
        lambda kind: Alternative(type=kind)
    )
    roles = st.sampled_from(["target", "victim"])
    events = [
        event(
            name,
            *(
                Argument(role=draw(roles), filler=draw(names), **more(names))
                for _ in range(draw(st.integers(0, 2)))
            ),
            kind=draw(kinds),
            **more(answers),
        )
        for name in TRIGGERS
    ]
    return document(*events, mentions=mentions)


def items(gold: Document, criterion: str) -> int:
    """How many gold arguments there are to a criterion, none left out."""
    attached, role = criterion in ("strict", "attached_id", "coreference"), "_id" not in criterion
    return len(
        {
            (event.type, event.spans if attached else None, each.filler, role and each.role)
            for event in gold.events
            for each in event.arguments
        }
    )


@settings(max_examples=150, deadline=None)
@given(annotated(accepting=True), annotated(accepting=False))
def test_a_more_lenient_criterion_never_scores_below_a_stricter_one(
    gold: Document, predicted: Document
) -> None:
    (layer,) = score(
        [gold], [predicted], layers=["arguments"], errors=0, resampling=Resampling(resamples=0)
    ).layers
    for stricter, lenient in FROM_STRICT:
        if items(gold, lenient) < items(gold, "strict"):
            continue
        one, other = layer.criterion(stricter).micro, layer.criterion(lenient).micro
        for name in ("precision", "recall", "f1"):
            low, high = getattr(one, name), getattr(other, name)
            if low is not None and high is not None:
                assert high >= low - 1e-12, (stricter, lenient, name)
