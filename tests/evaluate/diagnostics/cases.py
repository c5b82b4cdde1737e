"""What the tests of diagnostics share: invented corpora that are hard to count, and a small one."""

from __future__ import annotations

from random import Random
from typing import Any

from goldwire.evaluate.diagnostics.buckets import Bucketed, count_buckets, joined_buckets
from goldwire.evaluate.diagnostics.reading import aligned_blocks
from goldwire.evaluate.diagnostics.training import Training
from goldwire.evaluate.notes import Notes
from tests.evaluate.report.samples import make_gold, make_pair

__all__ = ["bucketed", "hard_pair", "ratios", "small"]


def bucketed(
    gold: list[Any],
    predictions: list[Any],
    layer: str = "mentions",
    training: Training | None = None,
) -> dict[str, Bucketed]:
    """The buckets of a layer over all documents."""
    return joined_buckets(
        [
            count_buckets(block.columns, layer, block.aligned[layer], training)
            for block in aligned_blocks(gold, predictions, [layer], Notes())
        ]
    )


def ratios(each: Bucketed) -> dict[str, list[float]]:
    """By bucket the sums over documents, of those that hold anything."""
    sums = each.ratios.sum(axis=0).tolist()
    return {name: row for name, row in zip(each.names, sums, strict=True) if any(row)}


def small() -> dict[str, Any]:
    """One document: nested mentions, one optional, two zones with one of them inside the other."""
    gold = make_gold("a", ["[m ORG Delta News] met [m PER Ilse  Brandt] and [m PER her] in Osk."])
    text = gold["text"]
    start = text.index("Delta")
    levels = ("NAM", "NAM", "PRO")
    for mention, level in zip(gold["mentions"], levels, strict=True):
        mention["level"] = level
    gold["mentions"].append(
        {"id": "n", "spans": [[start, start + 5]], "text": "Delta", "type": "LOC", "level": "NAM"}
    )
    where = text.index("Osk")
    gold["mentions"].append(
        {"id": "o", "spans": [[where, where + 3]], "type": "GPE", "level": "NAM", "optional": True}
    )
    gold["zones"].append({"id": "in", "kind": "caption", "spans": [[start, start + 10]]})
    return gold


def hard_pair(seed: int, documents: int = 4) -> tuple[list[Any], list[Any]]:
    """Gold and predictions with optional items, alternatives, fragments, unscored zones, levels,
    layers that are not annotated, quotes that stand nowhere, and unknown documents."""
    random = Random(seed)
    gold, predictions = make_pair(documents, seed)
    for document in gold:
        text = document["text"]
        for layer in ("mentions", "events", "times"):
            for item in document[layer]:
                start, end = item["spans"][0]
                item["optional"] = random.random() < 0.1
                if random.random() < 0.1:
                    item["alternatives"] = [{"spans": [[max(0, start - 2), end]]}]
                if layer == "mentions":
                    item["level"] = random.choice(["NAM", "NOM", "PRO"])
                    if end - start > 6 and random.random() < 0.2:
                        item["spans"] = [[start, start + 2], [end - 2, end]]
                        item.pop("head", None)
                        item["text"] = f"{text[start : start + 2]} {text[end - 2 : end]}"
        ids = [mention["id"] for mention in document["mentions"]]
        for argument in [each for event in document["events"] for each in event["arguments"]]:
            argument["optional"] = random.random() < 0.2
            if random.random() < 0.3:
                argument["alternatives"] = random.sample(ids, 1)
        for relation in document["relations"]:
            relation["optional"] = random.random() < 0.2
        if random.random() < 0.3:
            document["zones"][0]["scored"] = False
        if random.random() < 0.2:
            document["annotation"]["layers"] = ["mentions", "zones"]
        if random.random() < 0.5:
            random.shuffle(document["mentions"])
    for prediction in predictions:
        ids = [each["id"] for each in prediction["mentions"] if "id" in each] or ["gone"]
        for event in prediction["events"]:
            for argument in list(event.get("arguments", ())):
                if random.random() < 0.3:
                    event["arguments"] = [
                        *event["arguments"],
                        argument,  # the same once more, and with other fillers
                        {**argument, "filler": random.choice([*ids, "gone"])},
                    ]
        if prediction["relations"] and random.random() < 0.5:
            first = prediction["relations"][0]
            prediction["relations"] += [first, {**first, "head": "gone"}]
    predictions[0]["mentions"].append({"type": "PER", "quote": {"exact": "never written by any"}})
    if random.random() < 0.5:
        predictions.pop()
    predictions.append({"id": "unknown", "mentions": [{"type": "PER", "start": 0, "end": 2}]})
    return gold, predictions
