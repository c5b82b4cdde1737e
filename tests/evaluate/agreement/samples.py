"""Invented annotators: the same articles, each read with some noise."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.evaluate.report.samples import SENTENCES, make_gold

LAYERS = (
    "zones",
    "mentions",
    "entities",
    "times",
    "quantities",
    "events",
    "attributions",
    "relations",
    "incidents",
)

_CHOICES = {
    "level": ("NAM", "NOM", "PRO"),
    "realis": ("actual", "generic", "other"),
    "polarity": ("positive", "negative"),
    "certainty": ("certain", "probable", "possible", "unknown"),
    "tense": ("past", "present", "future"),
    "stance": ("assert", "deny", "uncertain"),
    "source_class": ("media", "claimant", "witness"),
    "value": (2, 3, 12, 2500),
}
_FIELDS = {
    "mentions": ("level",),
    "events": ("realis", "polarity", "certainty", "tense"),
    "attributions": ("stance", "source_class"),
    "quantities": ("value",),
}


def make_document(name: str, random: Random, sentences: int = 6) -> dict[str, Any]:
    """A whole document: chains, hoppers, attributes, and an incident."""
    document = make_gold(name, random.choices(SENTENCES, k=sentences), LAYERS)
    document.setdefault("incidents", [])
    for layer, fields in _FIELDS.items():
        for item in document[layer]:
            for field in fields:
                item[field] = random.choice(_CHOICES[field])
    for attribution in document["attributions"]:
        attribution.pop("cue", None)
    for time in document["times"]:
        time["value"] = f"2022-{len(time['text']) % 12 + 1:02}"
    for mention in document["mentions"]:
        mention["entity"] = f"e-{mention['type']}-{mention['text'][-5:]}"
    document["entities"] = [
        {"id": name, "type": name.split("-")[1]}
        for name in sorted({mention["entity"] for mention in document["mentions"]})
    ]
    for event in document["events"]:
        event["hopper"] = f"h-{event['type']}"
    if document["events"]:
        document["incidents"] = [
            {
                "id": "i1",
                "hoppers": [document["events"][0]["hopper"]],
                "type": "attack",
                "location": {"country": random.choice(["IQ", "SY"]), "admin1": "Anbar"},
                "evidence": [document["events"][0]["id"]],
            }
        ]
    return document


def reread(document: dict[str, Any], random: Random, noise: float = 0.2) -> dict[str, Any]:
    """The document as a further annotator reads it: items left out, moved, or labelled anew."""
    copy: dict[str, Any] = dict(document)
    for layer, field in (("mentions", "type"), ("events", "type"), ("times", "type"),
                         ("quantities", "kind"), ("attributions", "style")):  # fmt: skip
        labels = sorted({item[field] for item in document[layer]})
        items = []
        for item in document[layer]:
            chance = random.random() / noise
            new = dict(item)
            if chance < 0.3:
                continue
            if chance < 0.5:
                new[field] = random.choice(labels)
            if 0.5 < chance < 0.7 and item["spans"][0][1] - item["spans"][0][0] > 2:
                start, end = item["spans"][0]
                new["spans"] = [[start, end - 1]]
                new["text"] = item["text"][:-1]
                new.pop("head", None)
            for name in _FIELDS.get(layer, ()):
                if random.random() < noise:
                    new[name] = random.choice((*_CHOICES[name], None))
            items.append(new)
        copy[layer] = items
    kept = {
        item["id"]
        for layer in ("mentions", "times", "quantities", "events")
        for item in copy[layer]
    }
    copy["events"] = [
        {**event, "arguments": [a for a in event["arguments"] if a["filler"] in kept]}
        for event in copy["events"]
    ]
    copy["relations"] = [r for r in copy["relations"] if {r["head"], r["tail"]} <= kept]
    for attribution in copy["attributions"]:
        if attribution.get("source") not in kept:
            attribution["source"] = None
    copy["incidents"] = [
        {**incident, "evidence": [name for name in incident["evidence"] if name in kept]}
        for incident in copy["incidents"]
    ]
    return copy


def make_team(
    documents: int, annotators: int = 2, *, seed: int = 7, noise: float = 0.2
) -> list[list[dict[str, Any]]]:
    """Documents by annotator."""
    random = Random(seed)
    whole = [
        make_document(f"wire-{number:03}", random, random.randint(2, 7))
        for number in range(1, documents + 1)
    ]
    return [[reread(each, random, noise) for each in whole] for _ in range(annotators)]
