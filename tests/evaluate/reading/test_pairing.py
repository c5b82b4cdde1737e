"""Documents are read side by side, whatever their order, and nothing is held for long."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.notes import Notes
from goldwire.evaluate.reading.pairing import Block, BlockReader, blocks
from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw

LAYERS = ("mentions",)


def raw(source: str, **fields: Any) -> Raw:
    return Raw(msgspec.json.encode(fields), source, None)


def gold(name: str, text: str = "A drone fell.") -> Raw:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return raw(f"{name}.json", id=name, schema="core/1.0", text=text, sha256=digest)


def prediction(name: str, **fields: Any) -> Raw:
    return raw(f"{name} predicted", id=name, **fields)


def read(golds: list[Raw], guesses: list[Raw], size: int = 2) -> tuple[list[Block], Notes]:
    notes = Notes()
    return list(blocks(golds, guesses, notes, LAYERS, size)), notes


@pytest.mark.parametrize("seed", range(5))
def test_every_document_meets_its_prediction(seed: int) -> None:
    names = [f"d{n}" for n in range(9)]
    golds = [gold(name) for name in names]
    guesses = [prediction(name) for name in names]
    random.Random(seed).shuffle(golds)
    random.Random(seed + 9).shuffle(guesses)
    found, notes = read(golds, guesses)
    pairs = [pair for block in found for pair in zip(block.gold, block.predictions, strict=True)]
    assert sorted(one.id for one, _ in pairs) == names
    assert all(one.id == other.id for one, other in pairs)
    assert all(len(block) <= 2 for block in found)
    assert notes.all() == []


def test_what_has_no_other_half_comes_last_and_is_listed() -> None:
    found, notes = read([gold("a"), gold("b")], [prediction("c"), prediction("b")])
    rows = [row for block in found for row in zip(block.names, block.known, strict=True)]
    assert rows == [("b", True), ("a", True), ("c", False)]
    assert [note.kind for note in notes.all()] == [
        "document without a prediction",
        "unknown document",
    ]


@pytest.mark.parametrize(
    ("golds", "guesses", "words"),
    [
        ([], [prediction("a")], "no gold"),
        ([gold("a"), gold("a")], [], "is taken by a.json"),
        ([gold("a")], [prediction("a"), prediction("a")], "predicted twice"),
        (
            [gold("a"), gold("b")],
            [prediction("b"), prediction("a", text="other")],
            "not the gold's",
        ),
        ([gold("a"), gold("b")], [prediction("b"), prediction("b")], "predicted twice"),
        (
            [gold("a")],
            [prediction("a"), Raw(b'{"id": "a", "mentions": [}', "guess", 2)],
            "is not JSON",
        ),
    ],
)
def test_what_cannot_be_paired_is_refused(golds: list[Raw], guesses: list[Raw], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(golds, guesses)


MENTION = {"id": "m", "start": 0, "end": 1, "type": "X"}
TWICE = b'"mentions": [{"start": 0, "end": 1, "type": "a:b"}], "mentions": []'


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("fields", [TWICE, TWICE + b', "times": []', b'"times": [], "times": []'])
def test_a_layer_that_stands_twice_is_refused(fields: bytes, plain: bool) -> None:
    pair = gold("a"), Raw(b'{"id": "a", ' + fields + b"}", "guess", 2)
    with pytest.raises(InputError, match="stands twice in one object") as caught:
        BlockReader(LAYERS, plain=plain).read([pair], Notes())
    assert caught.value.place.startswith("guess:2 /")


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("layer", [b"mentions", b"zones"])
def test_a_layer_of_gold_that_stands_twice_is_refused(layer: bytes, plain: bool) -> None:
    whole = gold("a")
    twice = whole._replace(data=whole.data[:-1] + b',"%s":[],"%s":[]}' % (layer, layer))
    with pytest.raises(InputError, match="stands twice in one object") as caught:
        BlockReader(LAYERS, plain=plain).read([(twice, prediction("a"))], Notes())
    assert caught.value.place == f"a.json /{layer.decode()}"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"mentions": [MENTION, MENTION]}, ["m in a"]),
        ({"mentions": [MENTION], "times": [MENTION]}, ["m in a"]),
        ({"mentions": [MENTION], "relations": [{"id": "m", "type": "r", "head": "m", "tail": "m"}]},
         ["m in a"]),
        ({"mentions": [MENTION, MENTION | {"id": "n"}, MENTION | {"id": None}]}, []),
    ],
)  # fmt: skip
def test_ids_that_stand_twice_are_told_whatever_is_scored(
    fields: dict[str, Any], names: list[str]
) -> None:
    _, notes = read([gold("a")], [prediction("a", **fields)])
    assert [name for note in notes.all() for name in note.examples] == names


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_mentions_with_one_id_the_first_is_in_the_chain(order: int) -> None:
    both = [MENTION, MENTION | {"start": 2, "end": 7}][::order]
    guess = prediction("a", mentions=both, entities=[{"id": "e", "mentions": ["m"]}])
    (block,), _ = read([gold("a")], [guess])
    chains = {mention.start: mention.entity for mention in block.predictions[0].mentions}
    assert chains == {0: "e", 2: None}


@pytest.mark.parametrize(
    "fields",
    [
        b'"mentions": [{"start": 0, "end": 1, "type": "a:b"}]',
        b'"sha256": null, "mentions": []',
        b'"mentions": [{"start": 0, "end": 1, "type": "X"}], "text": "A drone fell."',
        b'"note": {"a": 1, "a": 2}',
    ],
)
def test_colons_are_no_repeats(fields: bytes) -> None:
    pair = gold("a"), Raw(b'{"id": "a", ' + fields + b"}", "guess", 2)
    assert len(BlockReader(LAYERS, plain=True).read([pair], Notes())) == 1


def test_documents_in_the_same_order_are_not_held() -> None:
    text = "word " * 20_000

    def golds() -> Iterator[Raw]:
        return (gold(f"d{n}", text) for n in range(60))

    def guesses() -> Iterator[Raw]:
        return (prediction(f"d{n}", text=text) for n in range(60))

    def peak(size: int) -> int:
        tracemalloc.start()
        for block in blocks(golds(), guesses(), Notes(), LAYERS, size):
            assert len(block) <= size
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(2) < 30 * len(text)  # all 60, read and decoded, would be 240 times the text
