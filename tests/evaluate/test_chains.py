"""Chains by head and by part: what takes part in the matching, and what an order may not do."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.chains import ChainOptions
from goldwire.evaluate.metrics.mention_matching import MentionMatch
from tests.evaluate.test_edges import gold, guess, span, totals

MODES: tuple[MentionMatch, ...] = get_args(MentionMatch)
LOOSE = ("head", "partial")


def named(*mentions: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": f"m{number}", **mention} for number, mention in enumerate(mentions)]


def entities(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = sorted({mention["entity"] for mention in mentions if "entity" in mention})
    return [{"id": name, "type": "PER"} for name in names]


def scored(
    one: list[dict[str, Any]],
    other: list[dict[str, Any]],
    mentions: Any,
    *,
    singletons: bool = True,
) -> dict[str, list[float]]:
    return totals(
        [gold(mentions=named(*one), entities=entities(one))],
        [guess(mentions=named(*other), entities=entities(other))],
        "entities",
        chains=ChainOptions(mentions=mentions, singletons=singletons),
    )


WIDE = span(0, 6, entity="x", head=[2, 4])
FAR = span(8, 10, entity="x", head=[8, 10])
PART = span(2, 5, entity="x", head=[2, 4])
CLOSER = span(2, 6, head=[2, 4])
"""Takes ``PART`` before ``WIDE`` does: more of it is covered."""


@pytest.mark.parametrize("mentions", LOOSE)
@pytest.mark.parametrize(
    ("more", "singletons"),
    [
        ({"entity": "y"}, False),
        ({}, True),  # in no entity
        ({}, False),
        ({"entity": "y", "optional": True}, True),
        ({"entity": "y", "optional": True}, False),
    ],
)
def test_gold_that_does_not_count_uses_up_no_match(
    mentions: Any, more: dict[str, Any], singletons: bool
) -> None:
    alone = scored([WIDE, FAR], [PART, FAR], mentions, singletons=singletons)
    assert alone["b3"] == alone["ceafm"] == [2, 2, 2, 2]
    # Optional gold has an exact partner of its own, which is ignored with it.
    own = [CLOSER | {"entity": "z"}] if "optional" in more else []
    found = scored([WIDE, FAR, CLOSER | more], [PART, FAR, *own], mentions, singletons=singletons)
    assert found == alone


@pytest.mark.parametrize("mentions", LOOSE)
def test_predictions_that_do_not_count_use_up_no_match(mentions: Any) -> None:
    closer = span(1, 6, head=[2, 4])
    alone = scored([WIDE, FAR], [PART, FAR], mentions, singletons=False)
    for more in ({"entity": "y"}, {}):
        assert scored([WIDE, FAR], [PART, FAR, closer | more], mentions, singletons=False) == alone
    assert scored([WIDE, FAR], [PART, FAR, closer], mentions) == alone


@pytest.mark.parametrize("mentions", LOOSE)
def test_members_that_are_nowhere_make_an_entity_no_singleton(mentions: Any) -> None:
    one, other = named(WIDE, FAR), named(span(2, 5, head=[2, 4]))
    found = totals(
        [gold(mentions=one, entities=entities(one))],
        [guess(mentions=other, entities=[["m0", "zz"]])],
        "entities",
        chains=ChainOptions(mentions=mentions, singletons=False),
    )
    assert found["ceafm"] == [1, 2, 1, 2]


@pytest.mark.parametrize("mentions", LOOSE)
def test_what_the_alignment_accepts_leaves_other_gold_its_match(mentions: Any) -> None:
    # The first prediction is the alternative of WIDE; the second has what is left, by its head.
    first = WIDE | {"alternatives": [{"spans": [[2, 8]]}]}
    second = span(0, 7, entity="x", head=[2, 4])
    found = scored([first, second, FAR], [span(2, 8, entity="x", head=[2, 4]), PART, FAR], mentions)
    assert found["ceafm"] == [3, 3, 3, 3]


@pytest.mark.parametrize("mentions", LOOSE)
def test_a_place_in_two_entities_of_one_size_counts_in_the_first_by_content(mentions: Any) -> None:
    # Sums of places are the same, 0 + 2 + 8 = 0 + 4 + 6, and so are the first ones.
    def at(place: int, entity: str, label: str) -> dict[str, Any]:
        return span(place, place + 1, label, entity=entity, head=[place, place + 1])

    one = [at(0, "x", "PER"), at(0, "y", "ORG"), *(at(place, "x", "PER") for place in (2, 8)),
           *(at(place, "y", "ORG") for place in (4, 6))]  # fmt: skip
    guesses = [mention for mention in one if mention["entity"] == "x"]
    mixed = [one[1], one[0], *one[:1:-1]]
    assert scored(one, guesses, mentions) == scored(mixed, guesses, mentions)
    assert scored(one, mixed, mentions)["b3"] == [5, 5, 5, 5]
    assert scored(one, guesses, mentions)["b3"] == [3, 3, 3, 5]


@pytest.mark.parametrize("mentions", LOOSE)
def test_equal_entities_of_equal_mentions_are_one_whatever_the_order(mentions: Any) -> None:
    one = [span(place, place + 1, label, entity=entity, head=[place, place + 1])
           for place in (0, 4) for entity, label in (("x", "PER"), ("y", "ORG"))]  # fmt: skip
    for mixed in (one, one[::-1], [one[0], one[3], one[2], one[1]]):
        assert scored(one, mixed, mentions)["muc"] == [1, 1, 1, 1]


def mention(at: tuple[int, int, int], entity: str | None, label: str) -> dict[str, Any]:
    start, size, head = at
    own = {"head": [start + head % size, start + head % size + 1]} if head < 4 else {}
    return span(start, start + size, label, **own, **({"entity": entity} if entity else {}))


mention_lists = st.lists(
    st.builds(
        mention,
        st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 4)),
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from(["PER", "ORG"]),
    ),
    max_size=8,
    unique_by=lambda one: (one["spans"][0][0], one["spans"][0][1], one["type"]),
)


@settings(max_examples=60, deadline=None)
@given(mention_lists, st.sampled_from(LOOSE), st.booleans(), st.randoms(use_true_random=False))
def test_gold_against_itself_is_right_in_any_order(
    one: list[dict[str, Any]], mentions: Any, singletons: bool, chance: Any
) -> None:
    mixed = chance.sample(one, len(one))
    for metric, sums in scored(one, mixed, mentions, singletons=singletons).items():
        ratios = [sums[:4], sums[4:8], sums[8:]] if metric == "conll" else [sums[:4]]
        if metric != "blanc":
            assert all(hit == full for each in ratios for hit, full in
                       zip(each[::2], each[1::2], strict=True)), metric  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    mention_lists, mention_lists, st.sampled_from(MODES), st.booleans(),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_no_order_of_a_list_matters(
    one: list[dict[str, Any]],
    other: list[dict[str, Any]],
    mentions: Any,
    singletons: bool,
    chance: Any,
) -> None:
    mixed = chance.sample(one, len(one)), chance.sample(other, len(other))
    assert scored(one, other, mentions, singletons=singletons) == scored(
        *mixed, mentions, singletons=singletons
    )


@settings(max_examples=60, deadline=None)
@given(mention_lists, mention_lists, mention_lists, st.sampled_from(LOOSE))
def test_singletons_that_are_left_out_change_nothing(
    one: list[dict[str, Any]],
    other: list[dict[str, Any]],
    more: list[dict[str, Any]],
    mentions: Any,
) -> None:
    def alone(side: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Where no other mention of the side stands, each in an entity of its own."""
        taken = {tuple(each["spans"][0]) for each in side}
        free = [each for each in more if tuple(each["spans"][0]) not in taken]
        once = {tuple(each["spans"][0]): each for each in free}.values()
        return [*side, *(each | {"entity": f"s{at}"} for at, each in enumerate(once))]

    plain = scored(one, other, mentions, singletons=False)
    assert scored(alone(one), other, mentions, singletons=False) == plain
    assert scored(one, alone(other), mentions, singletons=False) == plain


@pytest.mark.parametrize("mentions", MODES)
def test_of_chains_in_the_same_places_one_stays_whatever_the_order(mentions: Any) -> None:
    one, other = span(4, 7, head=[4, 7]), span(20, 23, head=[20, 23])
    key = [one | {"entity": "x"}, other | {"entity": "x"}]
    guesses = [part | {"entity": name} for part in (one, other) for name in "ab"]
    for order in ([0, 1, 2, 3], [0, 1, 3, 2], [1, 0, 2, 3], [3, 0, 1, 2]):
        both = [guesses[at] for at in order]
        assert scored(key, both, mentions)["muc"] == [1, 1, 1, 1]
        assert scored(both, both[::-1], mentions)["muc"] == [1, 1, 1, 1]
