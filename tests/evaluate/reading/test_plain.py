"""Plain records are read fast, and give what whole records give."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.notes import Notes
from goldwire.evaluate.reading.pairing import BlockReader
from goldwire.evaluate.reading.plain import PlainDecoder, PlainGold, PlainPrediction
from goldwire.evaluate.scoring import score
from goldwire.schema.reading import Raw
from tests.bench.measuring import LABELS
from tests.evaluate.words import document

QUICK = Resampling(resamples=0)

spans = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 6), st.sampled_from(LABELS)), max_size=12
)


def plain_gold(found: list[tuple[int, int, str]]) -> dict[str, Any]:
    items = [
        {"id": f"m{n}", "spans": [[start, start + size]], "type": label}
        for n, (start, size, label) in enumerate(found)
    ]
    return document("d", ["mentions"], mentions=items)


def plain_guess(found: list[tuple[int, int, str]]) -> dict[str, Any]:
    items = [{"start": start, "end": start + size, "type": label} for start, size, label in found]
    return {"id": "d", "mentions": items}


@settings(max_examples=40, deadline=None)
@given(spans, spans)
def test_the_fast_way_gives_what_the_whole_way_gives(
    gold: list[tuple[int, int, str]], guess: list[tuple[int, int, str]]
) -> None:
    fast = score([plain_gold(gold)], [plain_guess(guess)], layers=["mentions"], resampling=QUICK)
    whole = plain_gold(gold)
    for item in whole["mentions"]:
        item["optional"] = False
    other = plain_guess(guess)
    for item in other["mentions"]:
        item["spans"] = [[item.pop("start"), item.pop("end")]]
    assert score([whole], [other], layers=["mentions"], resampling=QUICK) == fast


def raw(record: dict[str, Any]) -> Raw:
    return Raw(msgspec.json.encode(record), "somewhere", 1)


def test_a_block_says_whether_all_of_it_is_plain() -> None:
    gold, guess = plain_gold([(0, 3, "PER")]), plain_guess([(0, 3, "PER")])
    block = BlockReader(("mentions",), plain=True).read([(raw(gold), raw(guess))], Notes())
    assert block.plain == (True, True)
    guess["mentions"][0]["quote"] = {"exact": "www"}
    gold["mentions"][0]["head"] = [1, 3]
    block = BlockReader(("mentions",), plain=True).read([(raw(gold), raw(guess))], Notes())
    assert block.plain == (False, False)
    pair = raw(plain_gold([])), raw(plain_guess([]))
    block = BlockReader(("mentions",)).read([pair], Notes())
    assert block.plain == (False, False)


@pytest.mark.parametrize(
    "more",
    [
        {"optional": True},
        {"optional": False},
        {"alternatives": []},
        {"head": [0, 1]},
        {"spans": [[0, 1], [2, 3]]},
        {"spans": []},
    ],
)
def test_what_is_more_than_plain_is_refused(more: dict[str, Any]) -> None:
    gold = plain_gold([(0, 3, "PER")])
    gold["mentions"][0] |= more
    with pytest.raises(msgspec.ValidationError):
        PlainDecoder(PlainGold).decode(raw(gold))


@pytest.mark.parametrize("more", [{"id": "m1"}, {"text": "w"}, {"spans": [[0, 3]]}, {"end": "3"}])
def test_a_guess_that_is_more_than_plain_is_refused(more: dict[str, Any]) -> None:
    guess = plain_guess([(0, 3, "PER")])
    guess["mentions"][0] |= more
    with pytest.raises(msgspec.ValidationError):
        PlainDecoder(PlainPrediction).decode(raw(guess))


def test_labels_that_come_late_or_without_end_are_read_all_the_same() -> None:
    chance = random.Random(7)
    decoder = PlainDecoder(PlainPrediction)
    for number in range(300):
        label = f"L{number if number > 150 else chance.randrange(5)}"
        found = decoder.decode(raw(plain_guess([(0, 3, label), (4, 2, "PER")])))
        assert [mention.type for mention in found.mentions] == [label, "PER"]
