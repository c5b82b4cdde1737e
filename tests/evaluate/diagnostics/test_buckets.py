"""Ratios by bucket: hand-counted cases, and what holds of any corpus."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.counting import count
from goldwire.evaluate.diagnostics.buckets import Bucketed, joined_buckets
from goldwire.evaluate.diagnostics.dimensions import BUCKETED, DIMENSIONS, NOWHERE, check_layer
from goldwire.evaluate.diagnostics.training import training_of
from goldwire.evaluate.reading.gold import Gold
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.diagnostics.cases import bucketed, hard_pair, ratios, small
from tests.evaluate.report.samples import make_gold


def guess(gold: dict[str, Any], *words: tuple[str, str], **more: Any) -> dict[str, Any]:
    text = gold["text"]
    mentions = [
        {"type": kind, "start": text.index(each), "end": text.index(each) + len(each)}
        for each, kind in words
    ]
    return {"id": gold["id"], "mentions": mentions, **more}


def known(*documents: dict[str, Any]) -> Any:
    return training_of([msgspec.convert(document, Gold) for document in documents])


def test_each_item_counts_in_the_bucket_of_its_own_property() -> None:
    gold = small()
    prediction = guess(gold, ("Delta News", "ORG"), ("Ilse", "PER"), ("her", "ORG"), ("Osk", "GPE"))
    found = {name: ratios(each) for name, each in bucketed([gold], [prediction]).items()}
    # Gold that counts: Delta News, Ilse Brandt, her, Delta. Osk is optional: so is its guess.
    assert found["length"] == {"1": [0, 2, 0, 2], "2": [1, 1, 1, 2]}
    assert found["depth"] == {"0": [1, 3, 1, 3], "1": [0, 0, 0, 1]}
    assert found["contents"] == {"holds none": [1, 3, 0, 3], "holds others": [0, 0, 1, 1]}
    assert found["zone"] == {"body": [0, 2, 0, 2], "caption": [1, 1, 1, 2]}
    assert found["document_length"] == {"<150": [1, 3, 1, 4]}
    assert found["level"] == {"NAM": [0, 0, 1, 3], "PRO": [0, 0, 0, 1]}
    assert "familiarity" not in found


def test_surfaces_are_looked_up_in_the_training_gold() -> None:
    gold = small()
    training = known(
        {**small(), "id": "t1", "annotation": {"layers": ["mentions"]}},
        {**small(), "id": "t2", "annotation": {"layers": ["times"]}},
    )
    twice = known({**small(), "id": "t1"}, {**small(), "id": "t2"})
    prediction = guess(gold, ("Delta News", "PER"), ("Ilse  Brandt", "PER"), ("met", "PER"))
    once = bucketed([gold], [prediction], training=training)
    assert ratios(once["frequency"]) == {"0": [0, 1, 0, 0], "1": [1, 2, 1, 4]}
    assert ratios(once["familiarity"]) == {
        "unseen": [0, 1, 0, 0],
        "seen with other types only": [0, 1, 0, 0],
        "seen with this type only": [1, 1, 1, 4],
    }
    again = bucketed([gold], [prediction], training=twice)
    assert ratios(again["frequency"]) == {"0": [0, 1, 0, 0], "2–4": [1, 2, 1, 4]}


def test_a_surface_with_several_types_is_told_apart() -> None:
    gold, other = small(), small()
    other["mentions"][0]["type"] = "FAC"
    training = known({**small(), "id": "t1"}, {**other, "id": "t2"})
    found = bucketed([gold], [guess(gold, ("Delta News", "ORG"))], training=training)
    assert ratios(found["familiarity"])["seen with this and other types"] == [1, 1, 1, 1]


def test_an_empty_training_gold_has_seen_nothing() -> None:
    gold = small()
    found = bucketed([gold], [guess(gold, ("her", "PER"))], training=training_of([]))
    assert ratios(found["familiarity"]) == {"unseen": [1, 1, 1, 4]}
    assert ratios(found["frequency"]) == {"0": [1, 1, 1, 4]}


def test_predictions_without_a_place_have_a_bucket_of_their_own() -> None:
    gold = small()
    lost = guess(gold)
    lost["mentions"] = [{"type": "PER", "quote": {"exact": "words that nobody ever wrote"}}]
    unknown = {"id": "unknown", "mentions": [{"type": "PER", "start": 3, "end": 9}]}
    for name, each in bucketed([gold], [lost, unknown], training=training_of([])).items():
        if name != "level":
            assert ratios(each)[NOWHERE] == [0, 2, 0, 0], name


@pytest.mark.parametrize(("words", "bucket"), [
    (149, "<150"), (150, "150–299"), (299, "150–299"), (300, "300–599"), (600, "600+"),
])  # fmt: skip
def test_buckets_of_document_length_begin_where_they_say(words: int, bucket: str) -> None:
    headline = len(make_gold("a", [])["text"].split())
    gold = make_gold("a", ["[m PER word]" + " word" * (words - headline - 1)])
    assert ratios(bucketed([gold], [{"id": "a"}])["document_length"]) == {bucket: [0, 0, 0, 1]}


def test_contents_that_are_attributed_have_a_longer_scale() -> None:
    gold = make_gold("a", ["[a direct one two three four five], she said."])
    found = bucketed([gold], [gold | {"entities": []}], "attributions")
    assert ratios(found["length"]) == {"5–9": [1, 1, 1, 1]}


def test_other_layers_have_no_buckets() -> None:
    gold = small()
    with pytest.raises(InputError, match="not diagnosed by bucket"):
        bucketed([gold], [], "zones")
    with pytest.raises(UnknownName, match="mention"):
        check_layer("mention")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_buckets_of_a_dimension_sum_to_the_strict_counts(seed: int) -> None:
    gold, predictions = hard_pair(seed)
    counted = count(gold, predictions, layers=BUCKETED)
    training = training_of([])
    for layer in BUCKETED:
        found = bucketed(gold, predictions, layer, training)
        assert list(found) == [n for n, each in DIMENSIONS.items() if layer in each.layers]
        for name, each in found.items():
            whole = counted.layers[layer].totals["strict"].copy()
            if DIMENSIONS[name].recall_only:
                whole[:, :2] = 0
            assert np.array_equal(each.ratios.sum(axis=1), whole), (layer, name)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_no_order_of_items_matters(seed: int) -> None:
    gold, predictions = hard_pair(seed)
    training = known(*(document for document in gold if document["id"] != "unknown"))
    turned = [{**each, "mentions": each["mentions"][::-1]} for each in gold]
    guesses = [{**each, "mentions": each["mentions"][::-1]} for each in predictions]
    one = bucketed(gold, predictions, training=training)
    other = bucketed(turned, guesses, training=training)
    for name, each in one.items():
        assert each.names == other[name].names
        assert np.array_equal(each.ratios, other[name].ratios), name


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4))
def test_blocks_add_up(seed: int, split: int) -> None:
    gold, predictions = hard_pair(seed)
    predictions = [each for each in predictions if each["id"] != "unknown"]
    whole = bucketed(gold, predictions)
    halves = [
        bucketed(part, [each for each in predictions if each["id"] in {g["id"] for g in part}])
        for part in (gold[:split], gold[split:])
        if part
    ]
    joined = joined_buckets(halves)
    for name, each in whole.items():
        assert ratios(joined[name]) == ratios(each), name


def test_blocks_with_other_names_are_joined_by_name() -> None:
    one = Bucketed(("body", "no zone"), np.ones((1, 2, 4)))
    other = Bucketed(("body", "headline", "no zone"), np.full((2, 3, 4), 2.0))
    whole = joined_buckets([{"zone": one}, {"zone": other}])["zone"]
    assert whole.names == ("body", "headline", "no zone")
    assert whole.ratios[:, :, 0].tolist() == [[1, 0, 1], [2, 2, 2], [2, 2, 2]]
    assert joined_buckets([]) == {}
