"""How many keys the seed's gold takes, through the real key bindings.

    python -m tests.bench.annotate_keys

An annotator who knows the gold makes it from the bare article, once with hints and once with the
arrows, and once from suggestions with a precision of .8 and a recall of .7. Goals: at most 4.0
keys a span cold, 2.0 with suggestions, all moves included, and 2 keys an argument.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from pathlib import Path
from typing import Any

from goldwire.annotate.edits import TYPE_FIELDS
from goldwire.annotate.proposals import propose
from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.session import Session
from goldwire.corpus.documents import load_gold
from goldwire.schema.document import Document
from tests.annotate.screen.making import bare, labels, make_labeller
from tests.annotate.scribe import Scribe
from tests.bench.measuring import SEED, table

LAYERS = ("mentions", "times", "quantities", "events", "attributions")


def _noisy(gold: Document, chance: random.Random) -> list[tuple[str, dict[str, Any], float]]:
    """Suggestions for the gold's spans: 70 % of them, and of all suggestions 80 % right.

    Of the wrong ones half have the right span with another label, half stand where nothing is.
    """
    right = [(layer, item) for layer in LAYERS for item in getattr(gold, layer)]
    chosen = chance.sample(right, round(0.7 * len(right)))
    found = [
        (layer, {"spans": item.spans, TYPE_FIELDS[layer]: getattr(item, TYPE_FIELDS[layer])}, 0.8)
        for layer, item in chosen
    ]
    wrong = round(len(found) / 4)
    taken = {item.spans for _, item in right}
    from goldwire.annotate.tokens import stretches

    words = [word for each in stretches(gold) if each.scored for word in each.words]
    rest = [(layer, item) for layer, item in right if (layer, item) not in chosen]
    for number in range(wrong):
        if number % 2 and rest:
            layer, item = rest.pop()
            others = [each for each in ("PER", "ORG", "GPE") if each != getattr(item, "type", "")]
            if layer == "mentions":
                found.append((layer, {"spans": item.spans, "type": chance.choice(others)}, 0.4))
                continue
        place = chance.choice([word for word in words if (word,) not in taken])
        found.append(("mentions", {"spans": (place,), "type": "PER"}, 0.4))
    return sorted(found, key=lambda each: each[1]["spans"])


def _cold(gold: Document, *, plainly: bool) -> Scribe:
    with tempfile.TemporaryDirectory() as folder:
        scribe = Scribe(make_labeller(Path(folder), bare(gold)), gold, plainly=plainly)
        scribe.everything()
        if scribe.differences():
            raise RuntimeError(f"the gold was not reached: {scribe.differences()[:3]}")
        return scribe


def _suggested(gold: Document, seed: int) -> Scribe:
    with tempfile.TemporaryDirectory() as folder:
        labeller = make_labeller(Path(folder), bare(gold))
        store, task = labeller.session.store, labeller.session.task
        store.suggest(task, "noisy", _noisy(gold, random.Random(seed)))
        labeller = Labeller(Session(store, task), labels(), propose=propose)
        scribe = Scribe(labeller, gold)
        scribe.suggestions()
        scribe.remaining_spans()
        return scribe


def main() -> None:
    (gold,) = load_gold()
    spans = sum(len(getattr(gold, layer)) for layer in LAYERS)
    arguments = sum(len(event.arguments) for event in gold.events)
    rows = []
    for name, plainly in (("cold, hints", False), ("cold, arrows", True)):
        scribe = _cold(gold, plainly=plainly)
        keys = scribe.keys
        marking = sum(count for why, count in keys.items() if why.endswith("span"))
        rows.append(
            (name, f"{marking / spans:.2f}", f"{(marking + keys['moving']) / spans:.2f}",
             f"{keys['arguments'] / scribe.filled:.2f}", f"{keys.total():,}")
        )  # fmt: skip
    totals, markings = [], []
    for seed in range(SEED, SEED + 20):
        keys = _suggested(gold, seed).keys
        marking = keys.total() - keys["moving"]
        totals.append(keys.total() / spans)
        markings.append(marking / spans)
    rows.append(
        ("suggestions .8/.7, mean of 20", f"{statistics.mean(markings):.2f}",
         f"{statistics.mean(totals):.2f}", "", "")
    )  # fmt: skip
    header = (
        "how",
        "keys a span",
        "with all moves",
        "keys an argument after its trigger",
        "keys, whole gold",
    )
    table(f"The seed's gold: {spans} spans, {arguments} arguments", header, rows)


if __name__ == "__main__":
    main()
