"""Verdicts to render: one of every kind, and one in which every string is hostile."""

from __future__ import annotations

import functools
from random import Random

import msgspec

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.gate import Thresholds, Verdict, gate, make_baseline
from goldwire.evaluate.gate.thresholds import LayerThreshold
from tests.evaluate.report.samples import HOSTILE, make_gold, make_pair, make_prediction

RESAMPLING = Resampling(resamples=300)


@functools.cache
def failed_verdict(strict: bool = False) -> Verdict:
    """Some numbers fail, some pass, and some pass as chance; every kind of list is there."""
    gold, predictions = make_pair(16)
    kept = make_baseline(gold, predictions, system="rules 0.1")
    worse = [make_prediction(one, Random(one["id"]), 0.75) for one in gold]
    for one, other in zip(worse, predictions, strict=True):
        one |= {name: other[name] for name in ("zones", "times", "attributions")}
    worse[0] |= {"times": []}
    return gate(
        gold, worse, kept, strict=strict, resampling=RESAMPLING, system="rules 0.2",
        thresholds=Thresholds(layers={"quantities": LayerThreshold(floor=0.9)}),
    )  # fmt: skip


@functools.cache
def passed_verdict() -> Verdict:
    """Nothing has changed."""
    gold, predictions = make_pair(8)
    return gate(gold, predictions, make_baseline(gold, predictions), resampling=RESAMPLING)


@functools.cache
def hostile_verdict() -> Verdict:
    """Markup, controls, and escapes in ids, labels, texts, and names."""
    gold = [
        make_gold(f"wire-{n}", [f"[m PER {HOSTILE}] | met [m ORG @you #1 `x`\n::error::]."],
                  ("mentions",))
        for n in range(3)
    ]  # fmt: skip
    for one in gold:
        one["id"] += f"\n::error::{HOSTILE} % | @all"
        for mention in one["mentions"]:
            mention["type"] = f"{HOSTILE} | @all [x](http://x.y)"
    right = [
        {"id": one["id"], "mentions": [{"type": m["type"], "spans": m["spans"]}
                                       for m in one["mentions"]]}
        for one in gold
    ]  # fmt: skip
    kept = make_baseline(gold, right, system=HOSTILE)
    verdict = gate(gold, right[:1], kept, system=f"{HOSTILE} | @all", resampling=RESAMPLING)
    items = tuple(
        msgspec.structs.replace(item, source=f"gold/{HOSTILE},:%.json", line=3)
        for item in verdict.checks[0].items
    )
    check = msgspec.structs.replace(verdict.checks[0], items=items)
    return msgspec.structs.replace(verdict, checks=(check,))
