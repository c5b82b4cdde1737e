"""Criteria of relations against each other: what is right stays right where less is compared."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate import score
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.counting import count
from goldwire.evaluate.scores import Score
from goldwire.schema.document import Alternative, Document, Mention, Relation
from tests.making import article, at, make

TEXT = "Army units shelled and bombed the old depot, a store near the river and the bridge."
PLACES = ("depot", "store", "bridge", "river", "units")

LENIENT = (("strict", "boundary"), ("boundary", "head"), ("boundary", "entity"))
"""Pairs of criteria: the second compares less than the first."""


def mention(name: str, words: str, **more: Any) -> Mention:
    more = {"type": "FAC", "entity": f"e-{name}"} | more
    return Mention(id=name, spans=at(TEXT, words), text=words, **more)


def span(words: str) -> Alternative:
    return Alternative(spans=at(TEXT, words), text=words)


def near(head: str, tail: str, name: str = "r0", **more: Any) -> Relation:
    return Relation(id=name, **({"type": "part_of", "head": head, "tail": tail} | more))


def document(mentions: tuple[Mention, ...], *relations: Relation) -> Document:
    annotation = article().annotation
    return make(TEXT, annotation=annotation, mentions=mentions, relations=relations)


def scores(gold: Document, predicted: Document) -> dict[str, Score]:
    (layer,) = score(
        [gold], [predicted], layers=["relations"], errors=0, resampling=Resampling(resamples=0)
    ).layers
    return {each.name: each.micro for each in layer.criteria}


def counted(gold: Document, predicted: Document) -> dict[str, tuple[float, int, int]]:
    found = scores(gold, predicted)
    return {name: (each.correct, each.gold, each.predicted) for name, each in found.items()}


def test_an_accepted_place_of_another_entity_is_right_by_entity_too() -> None:
    accepting = mention("m0", "depot", alternatives=(span("store"),))
    plain = mention("m1", "store"), mention("m2", "bridge")
    gold = document((accepting, *plain), near("m0", "m2"))
    guess = document(plain, near("m1", "m2"))
    assert set(counted(gold, guess).values()) == {(1, 1, 1)}


def test_two_types_at_one_place_are_right_for_two_relations() -> None:
    gold = document(
        (
            mention("m0", "depot", alternatives=(Alternative(spans=at(TEXT, "river"),
                                                             text="river", type="LOC"),)),
            mention("m1", "store", alternatives=(Alternative(spans=at(TEXT, "river"),
                                                             text="river", type="GPE"),)),
            mention("m2", "bridge"),
        ),
        near("m0", "m2"),
        near("m1", "m2", "r1"),
    )  # fmt: skip
    guess = document(
        (
            mention("m0", "river", type="LOC"),
            mention("m1", "river", type="GPE"),
            mention("m2", "bridge"),
        ),
        near("m0", "m2"),
        near("m1", "m2", "r1"),
    )
    found = counted(gold, guess)
    assert found["strict"] == found["boundary"] == (2, 2, 2)


def test_one_place_has_one_head() -> None:
    headed = mention("m0", "old depot", head=at(TEXT, "depot")[0])
    plain, other = mention("m1", "old depot"), mention("m2", "bridge")
    gold = document((headed, plain, other), near("m0", "m2"))
    for name in ("m0", "m1"):
        guess = document((headed, plain, other), near(name, "m2"))
        assert set(counted(gold, guess).values()) == {(1, 1, 1)}


def test_of_equal_predictions_both_have_the_head_that_one_met() -> None:
    headed = mention("m0", "depot", head=at(TEXT, "depot")[0])
    gold = document((headed, mention("m2", "bridge")), near("m0", "m2"))
    one, same = mention("m0", "old depot"), mention("m1", "old depot")
    for first in ("m0", "m1"):
        for both in ((one, same), (same, one)):
            guess = document((*both, mention("m2", "bridge")), near(first, "m2"))
            assert counted(gold, guess)["head"] == (1, 1, 1)


def test_right_by_strict_is_right_by_entity_whatever_the_mention_was_aligned_with() -> None:
    accepting = mention("m0", "old depot", alternatives=(span("depot"),))
    gold = document((accepting, mention("m1", "depot"), mention("m2", "bridge")), near("m1", "m2"))
    guess = document((mention("m1", "depot"), mention("m2", "bridge")), near("m1", "m2"))
    assert set(counted(gold, guess).values()) == {(1, 1, 1)}


def test_two_types_of_one_relation_are_one_by_head_if_they_are_by_boundary() -> None:
    headed = mention("m0", "depot", head=at(TEXT, "depot")[0])
    gold = document((headed, mention("m2", "bridge")), near("m0", "m2"))
    one, other = mention("m0", "old depot"), mention("m1", "old depot", type="LOC")
    guess = document(
        (one, other, mention("m2", "bridge")), near("m0", "m2"), near("m1", "m2", "r1")
    )
    found = counted(gold, guess)
    assert found["boundary"] == (0, 1, 1)
    assert found["head"] == (1, 1, 1)


def test_which_of_two_relations_is_met_does_not_hang_on_their_order() -> None:
    mentions = mention("m0", "depot"), mention("m1", "bridge")
    accepts = {"alternatives": (Alternative(type="near"),)}
    relations = [
        near("m0", "m1", f"r{number}", type=name, **accepts)
        for number, name in enumerate(("located_in", "part_of"))
    ]
    guess = document(mentions, near("m0", "m1", type="near"))
    for order in (relations, relations[::-1]):
        found = count([document(mentions, *order)], [guess], layers=["relations"], jobs=1)
        layer = found.layers["relations"]
        correct = dict(zip(layer.labels, layer.by_label["strict"][:, 0].tolist(), strict=True))
        assert correct == {"located_in": 1, "part_of": 0, "near": 0}


@st.composite
def annotated(draw: st.DrawFn, *, accepting: bool) -> Document:
    """A document in which much is alike; as gold with options and other accepted answers."""
    kinds = st.sampled_from(["FAC", "LOC"])
    other = st.builds(
        lambda words, kind: Alternative(spans=at(TEXT, words), text=words, type=kind),
        st.sampled_from(PLACES),
        st.none() | kinds,
    )

    def more(others: st.SearchStrategy[Alternative]) -> dict[str, Any]:
        if not accepting:
            return {}
        found = draw(st.lists(others, max_size=2, unique=True))
        optional = draw(st.sampled_from([False, False, False, True]))
        return {"optional": optional, "alternatives": tuple(found)}

    twice = () if accepting else tuple(draw(st.lists(st.sampled_from(PLACES), max_size=2)))
    mentions = tuple(
        mention(
            f"m{number}",
            words,
            type=draw(kinds),
            entity=draw(st.sampled_from(["e0", "e1", "e2", "e3", "e4"])),
            **more(other),
        )
        for number, words in enumerate(PLACES + twice)
    )
    names = st.sampled_from([each.id for each in mentions])
    types = st.sampled_from(["part_of", "near"])
    relations = [
        near(draw(names), draw(names), f"r{number}", type=draw(types),
             **more(types.map(lambda name: Alternative(type=name))))
        for number in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    return document(mentions, *relations)


@settings(max_examples=200, deadline=None)
@given(annotated(accepting=True), annotated(accepting=False))
def test_a_more_lenient_criterion_never_scores_below_a_stricter_one(
    gold: Document, predicted: Document
) -> None:
    found = scores(gold, predicted)
    for stricter, lenient in LENIENT:
        one, other = found[stricter], found[lenient]
        if other.gold < one.gold:  # gold relations that are one to the entities
            continue
        for name in ("precision", "recall", "f1"):
            low, high = getattr(one, name), getattr(other, name)
            if low is not None and high is not None:
                assert high >= low - 1e-12, (stricter, lenient, name)
