"""Invented gold and noisy predictions, and the reports over them.

A sentence is written with its marks: ``[m PER Colonel Vael]`` is a mention, ``t`` a time, ``q`` a
quantity, ``e`` an event, ``a`` an attribution.
"""

from __future__ import annotations

import functools
import hashlib
import re
from random import Random
from typing import Any

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.report.model import Report
from goldwire.evaluate.scoring import score

from .records import add_records, spoil_records

SENTENCES = (
    "[m PER Colonel Vael] told [m ORG Delta News] that [q count three] [m PER guards] were "
    "[e HARM wounded] when a [m WEA drone] [e IMPACT struck] the [m FAC army depot] near "
    "[m GPE Tolen] on [t DATE Saturday].",
    "[a indirect No group has admitted the blasts], a [m ORG police] [m PRD statement] said, but "
    "[m ORG Red Dawn] had [e CLAIM claimed] an [e ATTACK attack] in [m GPE Karsa] "
    "[t DURATION two weeks] earlier.",
    "[m ORG Varonian troops] [e INTERCEPT shot down] [q count two] [m VEH aircraft] over the "
    "[m LOC Osk valley], [q distance 30 kilometres] from the [m FAC port] of [m GPE Tolen].",
    "[a direct “We shall rebuild the bridge”], [m PER Mayor Ilse Brandt] [e STATEMENT told] "
    "[m PER residents] of [m GPE Karsa] in [t DATE December].",
    "[m NORP Varonian] [m ORG police] [e DETAIN arrested] [q count a dozen] [m PER men] and "
    "[e BLAME blamed] the [m ORG Osk Front] for the [e DAMAGE damage] to the [m FAC market].",
    "The [m ORG army] has [e DEPLOY sent] [q count 2,500] [m PER soldiers] to the [m LOC border] "
    "since [t DATE March], and [e FIGHT clashes] go on [t SET every night].",
)
_ROLES = {"HARM": "victim", "DETAIN": "detainee", "ATTACK": "attacker", "INTERCEPT": "agent"}
_FIELDS = {"m": ("mentions", "type"), "t": ("times", "type"), "q": ("quantities", "kind"),
           "e": ("events", "type"), "a": ("attributions", "style")}  # fmt: skip
LAYERS = (
    "zones", "mentions", "entities", "times", "quantities", "events", "attributions", "relations",
    "incidents",
)  # fmt: skip
RESAMPLING = Resampling(resamples=400)
"""Enough for an interval to look at."""


def make_gold(name: str, sentences: list[str], layers: tuple[str, ...] = LAYERS) -> dict[str, Any]:
    """A gold document of a headline and marked sentences."""
    headline = f"Two hurt as drone hits depot ({name})"
    text = headline + "\n"
    document: dict[str, Any] = {layer: [] for layer in LAYERS}
    for sentence in sentences:
        found: dict[str, list[dict[str, Any]]] = {layer: [] for layer in LAYERS}
        at = 0
        for mark in re.finditer(r"\[([mtqea]) (\w+) ([^\]]*)\]", sentence):
            text += sentence[at : mark.start()]
            layer, field = _FIELDS[mark[1]]
            item = {"id": f"{mark[1]}{len(text)}", "spans": [[len(text), len(text) + len(mark[3])]],
                    "text": mark[3], field: mark[2]}  # fmt: skip
            if mark[1] == "m":
                last = mark[3].split()[-1]
                item["head"] = [len(text) + len(mark[3]) - len(last), len(text) + len(mark[3])]
            found[layer].append(item)
            text += mark[3]
            at = mark.end()
        text += sentence[at:] + " "
        _join(found)
        for layer in LAYERS:
            document[layer] += found[layer]
    text = text.rstrip() + "\n"
    for number, (kind, start, end) in enumerate(
        (("headline", 0, len(headline)), ("body", len(headline) + 1, len(text) - 1))
    ):
        document["zones"].append(
            {"id": f"z{number}", "spans": [[start, end]], "text": text[start:end], "kind": kind}
        )
    document["text"] = text
    add_records(document)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"id": name, "schema": "newswire/1.0", "language": "en",
            "length": len(text), "sha256": digest, "annotation": {"layers": list(layers)},
            **document}  # fmt: skip


def _join(found: dict[str, list[dict[str, Any]]]) -> None:
    """Arguments and a relation between what stands in one sentence."""
    people = [m for m in found["mentions"] if m["type"] in ("PER", "ORG")]
    places = [m for m in found["mentions"] if m["type"] in ("GPE", "LOC")]
    for event in found["events"]:
        role = _ROLES.get(event["type"], "agent")
        event["arguments"] = [{"role": role, "filler": m["id"]} for m in people[:1]]
        event["arguments"] += [{"role": "place", "filler": m["id"]} for m in places[:1]]
        event["arguments"] += [{"role": "time", "filler": t["id"]} for t in found["times"][:1]]
    if people and places:
        found["relations"].append(
            {"id": f"r{people[0]['id']}", "type": "located_in", "head": people[0]["id"],
             "tail": places[0]["id"]}
        )  # fmt: skip


def make_prediction(gold: dict[str, Any], random: Random, noise: float = 0.3) -> dict[str, Any]:
    """The gold with items left out, moved, relabelled, made up, and doubled."""
    size = len(gold["text"])
    prediction: dict[str, Any] = {"id": gold["id"], "relations": list(gold["relations"])}
    for layer, field in (("zones", "kind"), *_FIELDS.values()):
        labels = sorted({item[field] for item in gold[layer]} | {"PER"} & {layer[:3]})
        items = []
        for item in gold[layer]:
            copy = {k: v for k, v in item.items() if k not in ("text", "head")}
            start, end = item["spans"][0]
            chance = random.random() / noise
            if chance < 0.25:
                continue
            if chance < 0.5:
                copy[field] = random.choice(labels)
            if 0.4 < chance < 0.7:
                copy["spans"] = [[max(0, start - random.randrange(5)), max(start + 1, end - 2)]]
            if 0.7 < chance < 0.8:
                items.append(dict(copy, id=copy["id"] + "x"))
            if 0.8 < chance < 1:
                wild = random.randrange(size - 9)
                items.append({"spans": [[wild, wild + 8]], field: random.choice(labels)})
            items.append(copy)
        prediction[layer] = items
    kept = {item["id"] for item in prediction["mentions"] if "id" in item}
    prediction["relations"] = [r for r in prediction["relations"] if {r["head"], r["tail"]} <= kept]
    spoil_records(prediction, gold["incidents"], noise)
    return prediction


def make_pair(documents: int, seed: int = 7) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Gold and predictions; some extractors are worse than others, and so are some documents."""
    random = Random(seed)
    gold = [
        make_gold(f"wire-{n:03}", random.choices(SENTENCES, k=random.randint(2, 9)))
        for n in range(1, documents + 1)
    ]
    return gold, [make_prediction(one, random, random.uniform(0.1, 0.7)) for one in gold]


def make_report(documents: int = 12, seed: int = 7, **options: Any) -> Report:
    """A report with every layer, every class of error, and every kind of finding."""
    layers = options.pop("layers", None)
    return _report(documents, seed, None if layers is None else tuple(layers), **options)


@functools.cache
def _report(documents: int, seed: int, layers: tuple[str, ...] | None, **options: Any) -> Report:
    options.setdefault("resampling", RESAMPLING)
    gold, predictions = make_pair(documents, seed)
    predictions[0]["mentions"] += [
        {"type": "PERSON", "start": 0, "end": 3},
        {"type": "PER", "quote": {"exact": "words that nobody ever wrote"}},
    ]
    if documents > 2:
        predictions.pop()
    predictions.append({"id": "wire-unknown", "mentions": [{"type": "PER", "start": 0, "end": 2}]})
    system = options.pop("system", "rules 0.1")
    return score(gold, predictions, layers=layers, system=system, **options)


HOSTILE = "</script><img src=x onerror=alert(1)>\x1b[31m\u202eREP\x07'\"&{{7*7}}"
"""Markup, a terminal's control codes, a direction override, quotes, and a template."""


def make_hostile() -> Report:
    """A report in which every string that comes from outside is hostile."""
    gold = make_gold("wire-1", [f"[m PER {HOSTILE}] met [m ORG them{HOSTILE}] and [m PER her]."])
    gold["id"] = f"wire {HOSTILE}"
    for mention in gold["mentions"][:2]:
        mention["type"] = HOSTILE
    wrong = [
        {"type": f"{HOSTILE}2", "spans": gold["mentions"][0]["spans"]},
        {"type": HOSTILE, "quote": {"exact": f"nowhere {HOSTILE}"}},
        {"type": HOSTILE, "spans": gold["mentions"][2]["spans"]},
    ]
    predictions = [{"id": gold["id"], "mentions": wrong},
                   {"id": f"unknown {HOSTILE}", "mentions": wrong[:1]}]  # fmt: skip
    return score([gold], predictions, system=f"system {HOSTILE}", split=HOSTILE, created=HOSTILE)
