"""What holds of every layer, whatever the documents: order, ids, partitions, perfection."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.counting import Counted, count
from goldwire.evaluate.layers import SCORED_LAYERS
from goldwire.evaluate.report.model import Report
from goldwire.evaluate.scoring import score
from tests.bench.full_documents import make_document, make_prediction

QUICK = Resampling(resamples=0)
LISTS = (
    "zones", "mentions", "entities", "times", "quantities", "events", "attributions",
    "relations", "incidents",
)  # fmt: skip

seeds = st.integers(0, 10**6)


def pair(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    chance = random.Random(seed)
    gold = make_document(seed, chance)
    return gold, make_prediction(gold, chance)


def quick(gold: list[Any], guesses: list[Any]) -> Report:
    return score(gold, guesses, errors=0, resampling=QUICK)


def numbers(report: Report) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Every micro score, rounded where sums of shares may differ in the last digits."""
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    for layer in report.layers:
        for each in layer.criteria:
            micro = each.micro
            values = (micro.precision, micro.recall, micro.f1, micro.correct)
            found[layer.layer, each.name] = tuple(
                None if value is None else round(value, 9) for value in values
            )
        for accuracy in layer.accuracies:
            found[layer.layer, f"accuracy {accuracy.attribute}"] = (
                accuracy.right,
                accuracy.compared,
            )
    return found


def shuffled(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The document with the items of every layer, and arguments, in another order."""
    found = dict(document)
    for layer in LISTS:
        items = [dict(item) for item in found.get(layer, ())]
        chance.shuffle(items)
        for item in items:
            for name in ("arguments", "evidence", "instruments", "targets"):
                if name in item:
                    item[name] = chance.sample(item[name], len(item[name]))
        found[layer] = items
    return found


def renamed(document: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The document with every id of an item changed, wherever it stands."""
    ids = {item[key] for layer in LISTS for item in document.get(layer, ())
           for key in ("id", "entity", "hopper") if isinstance(item.get(key), str)}  # fmt: skip

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: changed(part) for key, part in value.items()}
        if isinstance(value, list):
            return [changed(part) for part in value]
        return prefix + value if isinstance(value, str) and value in ids else value

    return document | {layer: changed(document[layer]) for layer in LISTS if layer in document}


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_gold_against_itself_is_1_in_every_layer(seed: int) -> None:
    gold, _ = pair(seed)
    report = quick([gold], [gold])
    assert {layer.layer for layer in report.layers} == set(SCORED_LAYERS)
    for layer in report.layers:
        for each in layer.criteria:
            assert each.micro.f1 is None or each.micro.f1 == pytest.approx(1), (
                layer.layer,
                each.name,
            )
        assert all(row.right == row.compared for row in layer.accuracies)


@settings(max_examples=15, deadline=None)
@given(st.lists(seeds, min_size=1, max_size=4, unique=True), st.randoms(use_true_random=False))
def test_no_order_matters(chosen: list[int], chance: random.Random) -> None:
    pairs = [pair(seed) for seed in chosen]
    golds, guesses = [gold for gold, _ in pairs], [guess for _, guess in pairs]
    usual = quick(golds, guesses)
    golds = [shuffled(gold, chance) for gold in golds]
    guesses = [shuffled(guess, chance) for guess in guesses]
    chance.shuffle(golds)
    chance.shuffle(guesses)
    other = quick(golds, guesses)
    assert numbers(other) == numbers(usual)
    assert other.signature == usual.signature


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_ids_play_no_part(seed: int) -> None:
    gold, guess = pair(seed)
    usual = quick([gold], [guess])
    other = quick([renamed(gold, "g-")], [renamed(guess, "p-")])
    assert numbers(other) == numbers(usual)
    assert other.signature == usual.signature


@settings(max_examples=10, deadline=None)
@given(st.lists(seeds, min_size=2, max_size=5, unique=True), st.data())
def test_counts_of_any_partition_add_up(chosen: list[int], data: Any) -> None:
    pairs = [pair(seed) for seed in chosen]
    sides = [data.draw(st.booleans()) for _ in pairs]
    whole = count([g for g, _ in pairs], [p for _, p in pairs])
    parts = [
        count([g for g, _ in part], [p for _, p in part])
        for part in (
            [each for each, side in zip(pairs, sides, strict=True) if side],
            [each for each, side in zip(pairs, sides, strict=True) if not side],
        )
        if part
    ]
    for layer, counts in whole.layers.items():
        for name, total in counts.totals.items():
            summed = sum(part.layers[layer].totals[name].sum(axis=0) for part in parts)
            assert np.allclose(summed, total.sum(axis=0)), (layer, name)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_counts_by_label_sum_to_the_total(seed: int) -> None:
    gold, guess = pair(seed)
    counted: Counted = count([gold], [guess])
    for layer, counts in counted.layers.items():
        for name, sums in counts.by_label.items():
            assert np.allclose(sums.sum(axis=0), counts.totals[name].sum(axis=0)), (layer, name)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_what_is_wrong_never_raises_precision(seed: int) -> None:
    gold, guess = pair(seed)
    size = len(gold["text"])
    wrong = {"start": size - 1, "end": size, "type": "no such type", "id": "wrong"}
    worse = dict(guess)
    worse["mentions"] = [*guess["mentions"], {**wrong, "entity": "wrong entity"}]
    worse["times"] = [*guess["times"], {**wrong, "id": "wrong time", "value": "1999"}]
    worse["relations"] = [
        *guess["relations"], {"type": "no such relation", "head": "wrong", "tail": "wrong"},
    ]  # fmt: skip
    worse["events"] = [
        *guess["events"],
        {**wrong, "id": "wrong event", "arguments": [{"role": "agent", "filler": "wrong"}]},
    ]
    before, after = numbers(quick([gold], [guess])), numbers(quick([gold], [worse]))
    for name, (precision, *_) in before.items():
        if "accuracy" in name[1] or name[0] in ("entities", "hoppers"):
            continue  # a link more or less may go either way: chains are no sets of items
        assert precision is None or after[name][0] <= precision + 1e-9, name


@settings(max_examples=5, deadline=None)
@given(st.lists(seeds, min_size=5, max_size=7, unique=True))
def test_intervals_hold_the_point(chosen: list[int]) -> None:
    pairs = [pair(seed) for seed in chosen]
    report = score(
        [g for g, _ in pairs], [p for _, p in pairs], errors=0, resampling=Resampling(resamples=200)
    )
    seen = 0
    for layer in report.layers:
        for each in layer.criteria:
            points = {"precision": each.micro.precision, "recall": each.micro.recall,
                      "f1": each.micro.f1,
                      "macro_f1": each.macro.f1 if each.macro else None}  # fmt: skip
            for name, interval in each.intervals.items():
                point = points[name]
                assert point is not None
                assert interval.low <= point + 1e-12
                assert point <= interval.high + 1e-12
                seen += 1
    assert seen > 50
