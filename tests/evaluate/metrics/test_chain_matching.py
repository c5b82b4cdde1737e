"""Chains that match by head or part: the order of entities, and what counts."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.chain_matching import largest_first, match_chains
from goldwire.evaluate.metrics.coreference import Chains
from goldwire.evaluate.metrics.mention_matching import MentionMatch, mention_codes
from tests.evaluate.metrics.test_mention_matching import Mention, mention, table


def chains(*entities: str) -> Chains:
    """Each letter is a mention."""
    mentions = [ord(letter) - ord("a") for entity in entities for letter in entity]
    numbers = np.repeat(np.arange(len(entities)), [len(entity) for entity in entities])
    return Chains(np.zeros(len(mentions), np.int64), np.array(mentions, np.int64), numbers)


def order(found: Chains) -> list[int]:
    return list(dict.fromkeys(found.entity.tolist()))


def test_the_largest_entity_comes_first_then_the_first_mentions_decide() -> None:
    assert order(largest_first(chains("ab", "abc"))) == [1, 0]
    assert order(largest_first(chains("ade", "acf"))) == [1, 0]  # sums are the same
    assert order(largest_first(chains("abf", "ace", "abd"))) == [2, 0, 1]


def test_a_mention_that_repeats_in_its_entity_makes_it_no_larger() -> None:
    assert order(largest_first(chains("aaab", "acd"))) == [1, 0]


def test_entities_of_equal_mentions_keep_theirs_together() -> None:
    mixed = chains("ab", "ab").take(np.array([0, 3, 2, 1]))
    found = largest_first(mixed)
    assert found.entity[0] == found.entity[1] != found.entity[2]


def test_nothing_moves_where_no_mention_repeats() -> None:
    plain = chains("b", "acd")
    assert largest_first(plain) is plain
    assert len(largest_first(chains())) == 0


@given(st.lists(st.text("abcdef", min_size=1, max_size=4), max_size=6), st.randoms())
def test_the_order_is_that_of_contents(entities: list[str], chance: object) -> None:
    plain = chains(*entities)
    mixed = plain.take(np.random.default_rng(len(entities)).permutation(len(plain)))
    repeats = len(set(plain.mention.tolist())) < len(plain)
    contents = [
        [
            (-len(set(entities[number])), sorted(set(entities[number])))
            for number in order(largest_first(side))
            if any(set(entities[number]) & set(each) for at, each in enumerate(entities)
                   if at != number)
        ]
        for side in (plain, mixed)
    ]  # fmt: skip
    if repeats:
        assert contents[0] == contents[1] == sorted(contents[0])


def test_many_entities_that_share_mentions_are_ordered_fast() -> None:
    size = 200_000
    rng = np.random.default_rng(0)
    many = Chains(np.zeros(size, np.int64), rng.integers(0, size // 2, size), np.arange(size) // 4)
    began = perf_counter()
    found = largest_first(many)
    assert perf_counter() - began < 5
    assert len(found) == size


def matched(
    gold: list[Mention],
    predicted: list[Mention],
    kept: tuple[str, str],
    mode: MentionMatch,
    accepted: tuple[tuple[int, int], ...] = (),
) -> list[int | None]:
    """For every kept prediction the place of its gold mention; all are of one entity a side."""
    spans = table([gold]), table([predicted])
    rows = tuple(
        Chains(side.document, codes, np.zeros(len(side), np.int64))
        for side, codes in zip(spans, mention_codes(*spans, mode), strict=True)
    )
    counted = [side.take(np.array([letter == "1" for letter in marks], bool))
               for side, marks in zip(rows, kept, strict=True)]  # fmt: skip
    pairs = np.array(accepted, np.int64).reshape(-1, 2)
    one, other = match_chains(
        spans, (rows[0], rows[1]), (counted[0], counted[1]), (pairs[:, 0], pairs[:, 1]), mode
    )
    assert len(set(other.mention.tolist())) == len(other)
    place = {code: at for at, code in enumerate(rows[0].mention.tolist())}
    known = set(one.mention.tolist())
    return [place[code] if code in known else None for code in other.mention.tolist()]


LONG, MIDDLE, PART = mention("abcdef", "c"), mention("abcde", "c"), mention("bcd", "c")


@pytest.mark.parametrize("mode", ["head", "partial"])
def test_what_does_not_count_takes_no_part(mode: MentionMatch) -> None:
    assert matched([LONG, MIDDLE], [PART], ("11", "1"), mode) == [1]
    assert matched([LONG, MIDDLE], [PART], ("10", "1"), mode) == [0]
    assert matched([LONG], [MIDDLE, PART], ("1", "11"), mode) == [0, None]
    assert matched([LONG], [MIDDLE, PART], ("1", "01"), mode) == [0]
    assert matched([LONG], [LONG, PART], ("1", "01"), mode) == [0]


@pytest.mark.parametrize("mode", ["head", "partial"])
def test_accepted_pairs_come_first_and_what_stands_there_is_another(mode: MentionMatch) -> None:
    far = mention("xy", "x")
    assert matched([LONG], [far], ("1", "1"), mode, ((0, 0),)) == [0]
    # The prediction in the place of the gold mention has lost it to the accepted answer.
    assert matched([LONG], [LONG, far], ("1", "11"), mode, ((0, 1),)) == [None, 0]
    assert matched([LONG, MIDDLE], [PART, far], ("11", "11"), mode, ((1, 1),)) == [0, 1]
    assert matched([LONG, MIDDLE], [PART, far], ("10", "11"), mode, ((1, 1),)) == [0, None]
