"""The demonstration: a degradation of ``rules`` is caught, random noise is not, at stated rates.

Both are drawn 200 times over invented articles. In a trial, documents are drawn with
replacement, and every document twice with its own noise: items are left out at random, as an
extractor does that is not deterministic. Where the noise is the same before and after, nothing
got worse, and the gate may fail in one trial of twenty at most.
"""

from __future__ import annotations

import functools
from random import Random
from typing import Any

import msgspec
import numpy as np
from scipy.stats import binom

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.catalogue import Metric
from goldwire.evaluate.counting import Counted, count
from goldwire.evaluate.extractors import find_extractor
from goldwire.evaluate.gate import gate, make_baseline
from goldwire.evaluate.gate.numbers import LayerPair, NumberPair, number_pair
from goldwire.evaluate.gate.testing import changes
from goldwire.evaluate.layer_counts import LayerCounts
from goldwire.evaluate.layers import MAIN
from goldwire.evaluate.runner import run_extractor
from goldwire.schema.document import Document
from tests.evaluate.report.samples import make_pair

Records = list[dict[str, Any]]
DOCUMENTS, VARIANTS, TRIALS = 60, 6, 200
NOISE, DEGRADED = 0.06, 0.12
LEVEL = 0.05
LAYERS = ("mentions", "times", "events")
OPTIONS = Resampling(resamples=400)


@functools.cache
def rules() -> tuple[Records, Records]:
    """Invented gold, and what the rules find in its texts."""
    gold, _ = make_pair(DOCUMENTS)
    named = ("id", "schema", "language", "length", "sha256", "text")
    documents = [msgspec.convert({name: one[name] for name in named}, Document) for one in gold]
    done = run_extractor(find_extractor("rules"), documents)
    assert not done.failures
    found: Records = msgspec.json.decode(msgspec.json.encode(done.predictions))
    return gold, found


def without(predictions: Records, share: float, seed: int, layers: tuple[str, ...]) -> Records:
    """Predictions without some of their items, and without what refers to others."""
    random = Random(seed)
    spans = ("mentions", "times", "events")
    return [
        {"id": one["id"]}
        | {
            layer: [
                {key: value for key, value in item.items() if key not in ("arguments", "hopper")}
                for item in one.get(layer, ())
                if layer not in layers or random.random() >= share
            ]
            for layer in spans
        }
        for one in predictions
    ]


@functools.cache
def counted(share: float, layers: tuple[str, ...]) -> list[Counted]:
    """Several draws of the same noise, counted."""
    gold, predictions = rules()
    noise = [without(predictions, NOISE, seed, LAYERS) for seed in range(VARIANTS)]
    if share:
        noise = [without(one, share, 99 + at, layers) for at, one in enumerate(noise)]
    return [count(gold, one, layers=LAYERS) for one in noise]


def drawn(variants: list[Counted], layer: str, rows: Any, choice: Any) -> LayerCounts:
    """The counts of some documents, each in the draw that was chosen for it."""
    parts = [each.layers[layer] for each in variants]
    main = MAIN.get(layer, "strict")
    totals = np.stack([part.totals[main] for part in parts])
    return LayerCounts((), {main: totals[choice, rows]}, {}, np.zeros((len(rows), 0, 4)), {})


def trial(before: list[Counted], after: list[Counted], seed: int, allowed: float) -> bool:
    """Whether the gate fails."""
    random = np.random.default_rng(seed)
    rows = random.integers(0, DOCUMENTS, DOCUMENTS)
    then = random.integers(0, VARIANTS, DOCUMENTS)
    now = (then + random.integers(1, VARIANTS, DOCUMENTS)) % VARIANTS
    names = tuple(f"d{at:02}" for at in range(DOCUMENTS))
    pairs: list[NumberPair] = []
    for layer in LAYERS:
        one, other = drawn(before, layer, rows, then), drawn(after, layer, rows, now)
        pair = LayerPair(layer, names, DOCUMENTS, other, one, before[0].forms(layer))
        pairs.append(number_pair(Metric(layer, "f1", MAIN.get(layer, "strict")), pair))
    return any(
        change.beyond(allowed) and change.distinguishable(LEVEL)
        for change in changes(pairs, msgspec.structs.replace(OPTIONS, seed=seed))
    )


def test_noise_fails_no_more_often_than_is_stated() -> None:
    noise = counted(0.0, ())
    failed = sum(trial(noise, noise, seed, allowed=0.0) for seed in range(TRIALS))
    # Half the level is expected at most: noise does as much good as harm.
    assert failed <= binom.ppf(0.999, TRIALS, LEVEL / 2), failed


def test_a_degradation_is_caught() -> None:
    noise, worse = counted(0.0, ()), counted(DEGRADED, ("mentions",))
    caught = sum(trial(noise, worse, seed, allowed=0.01) for seed in range(TRIALS))
    assert caught >= 0.95 * TRIALS, caught


def test_the_degradation_is_named_and_the_noise_passes() -> None:
    gold, predictions = rules()
    noise = [without(predictions, NOISE, seed, LAYERS) for seed in (1, 2)]
    kept = make_baseline(gold, noise[0], system="rules")
    assert gate(gold, noise[1], kept, resampling=OPTIONS).passed
    worse = without(noise[0], DEGRADED, 3, ("mentions",))
    verdict = gate(gold, worse, kept, resampling=OPTIONS)
    assert {check.layer for check in verdict.failed} <= {"mentions", "entities", "relations"}
    check = verdict.failed[0]
    assert check.layer == "mentions"
    assert check.interval is not None
    assert check.interval.high < 0
    assert sum("was right, is missed" in item.change for item in check.items) > 5
    assert all(f"⟦{item.text}⟧" in item.sentence for item in check.items)
