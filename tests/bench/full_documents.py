"""Invented documents with every layer filled, and predictions for them, as JSON Lines."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

from tests.bench.measuring import LABELS, SEED

EVENTS = ("ATTACK", "HARM", "STATEMENT", "DEPLOY")
ROLES = {
    "ATTACK": ("attacker", "target", "place", "instrument"),
    "HARM": ("victim", "agent", "place", "instrument"),
    "STATEMENT": ("speaker", "audience", "topic", "place"),
    "DEPLOY": ("force", "origin", "place", "time"),
}
RELATIONS = ("located_in", "part_of", "affiliated_with", "opposes")
MENTIONS, ENTITIES, EVENT_COUNT = 30, 12, 8
LAYERS = [
    "zones", "mentions", "entities", "times", "quantities", "events", "attributions",
    "relations", "incidents",
]  # fmt: skip


def write_documents(folder: Path, documents: int, start: int = 0) -> tuple[Path, Path]:
    """Gold and predictions; of the predicted items about three quarters are right.

    A document has 30 mentions of 12 entities, 3 times, 3 quantities, 8 events with 16
    arguments, 2 attributions, 8 relations, and an incident: some 12 kB of JSON.
    """
    gold_path, predicted_path = folder / "gold.jsonl", folder / "predictions.jsonl"
    with gold_path.open("w") as gold_file, predicted_path.open("w") as predicted_file:
        for number in range(start, start + documents):
            chance = random.Random(SEED + number)
            gold = make_document(number, chance)
            print(json.dumps(gold, separators=(",", ":")), file=gold_file)
            guess = make_prediction(gold, chance)
            print(json.dumps(guess, separators=(",", ":")), file=predicted_file)
    return gold_path, predicted_path


def make_document(number: int, chance: random.Random) -> dict[str, Any]:
    """One gold document, by its number and a source of chance."""
    words = ["w" * chance.randint(2, 9) for _ in range(160)]
    text = " ".join(words)
    places, at = [], 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    picked = iter(sorted(chance.sample(places, 60)))

    def anchored(name: str) -> dict[str, Any]:
        start, end = next(picked)
        return {"id": name, "spans": [[start, end]], "text": text[start:end]}

    mentions = [
        {**anchored(f"m{n}"), "type": LABELS[n % ENTITIES % 8], "level": "NAM",
         "entity": f"e{n % ENTITIES}"}
        for n in range(MENTIONS)
    ]  # fmt: skip
    for mention in mentions:
        mention["head"] = mention["spans"][0]
    entities = [
        {"id": f"e{n}", "type": LABELS[n % 8], "subtype": None, "name": None, "group": False,
         "generic": False, "kb": None}
        for n in range(ENTITIES)
    ]  # fmt: skip
    times = [
        {**anchored(f"t{n}"), "type": "DATE", "value": f"2022-04-{n + 8:02}",
         "edtf": f"2022-04-{n + 8:02}", "anchor": "dct", "modifier": None, "vague": False}
        for n in range(3)
    ]  # fmt: skip
    quantities = [
        {**anchored(f"q{n}"), "kind": "count", "value": n + 2, "min": n + 2, "max": n + 2,
         "comparator": "eq", "approximate": False, "unit": None, "counts": f"m{n}"}
        for n in range(3)
    ]  # fmt: skip
    events = []
    for n in range(EVENT_COUNT):
        kind = EVENTS[n % 4]
        arguments = [
            {"role": role, "filler": f"m{chance.randrange(MENTIONS)}"}
            for role in chance.sample(ROLES[kind], 2)
        ]
        events.append(
            {**anchored(f"v{n}"), "type": kind, "subtype": None, "hopper": f"h{n // 8 + n % 4}",
             "realis": "actual", "polarity": "positive", "certainty": "certain",
             "tense": "past", "arguments": arguments, "attributions": []}
        )  # fmt: skip
    attributions = []
    for n in range(2):
        item = anchored(f"a{n}")
        start, end = next(picked)
        attributions.append(
            {**item, "style": "indirect", "source": f"m{n}", "source_class": "media",
             "cue": {"spans": [[start, end]], "text": text[start:end]}, "quotes": [],
             "stance": "assert"}
        )  # fmt: skip
    relations = [
        {"id": f"r{n}", "type": chance.choice(RELATIONS), "head": f"m{chance.randrange(15)}",
         "tail": f"m{15 + chance.randrange(15)}"}
        for n in range(8)
    ]  # fmt: skip
    incidents = [
        {"id": "i1", "hoppers": ["h0"], "role": "main", "type": "attack", "stage": "accomplished",
         "date": {"edtf": "2022-04-08", "precision": "day"},
         "location": {"country": "IQ", "admin1": "Anbar", "place": "e2", "place_relation": "at",
                      "precision": "site"},
         "instruments": [{"entity": "e1", "type": "rocket", "count": 2}],
         "perpetrators": [{"entity": "e3", "class": "nonstate_armed", "confidence": "claimed"}],
         "targets": [{"entity": "e4", "class": "military", "effect": "none", "count": None}],
         "casualties": {"killed": {"min": 0, "max": 0, "stated": 0, "by_source": []},
                        "injured": None, "missing": None},
         "damage": "none", "claim": {"claimed": True, "claimants": ["e3"], "channel": None},
         "reported_by": ["e5"], "evidence": ["v0", "m3"]}
    ]  # fmt: skip
    zones = [
        {"id": "z1", "spans": [[0, len(text)]], "text": text, "kind": "body", "scored": True,
         "duplicate_of": None, "parent": None, "paragraph": 1}
    ]  # fmt: skip
    return {
        "id": f"d{number}", "schema": "newswire/1.0", "language": "en", "text": text,
        "length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "annotation": {"status": "gold", "layers": LAYERS}, "zones": zones,
        "mentions": mentions, "entities": entities, "times": times, "quantities": quantities,
        "events": events, "attributions": attributions, "relations": relations,
        "incidents": incidents,
    }  # fmt: skip


def make_prediction(gold: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The gold with items dropped, moved, relabelled, and put into other chains."""
    guess: dict[str, Any] = {"id": gold["id"]}
    for layer in LAYERS:
        items = []
        for item in gold[layer]:
            lot = chance.random()
            copy = dict(item)
            if "spans" in copy:
                copy.pop("text")
                copy.pop("head", None)
                ((start, end),) = copy.pop("spans")
                copy["start"], copy["end"] = start, end
                if lot < 0.1 and layer not in ("zones", "incidents"):
                    copy["end"] = end + 2
            if lot > 0.9 and layer == "mentions":
                copy["entity"] = f"e{chance.randrange(ENTITIES)}"
            if 0.1 < lot < 0.18 and layer == "mentions":
                copy["type"] = chance.choice(LABELS)
            if 0.85 < lot < 0.9 and layer in ("events", "relations", "times"):
                continue
            items.append(copy)
        guess[layer] = items
    return guess
