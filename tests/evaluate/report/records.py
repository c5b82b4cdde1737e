"""What the invented documents say beyond spans: chains, values, sources, and incidents."""

from __future__ import annotations

from random import Random
from typing import Any

__all__ = ["add_records", "spoil_records"]

_VALUES = {"Saturday": "2024-12-07", "December": "2024-12", "two weeks": "P2W",
           "March": "2024-03", "every night": "P1D"}  # fmt: skip
_NUMBERS = {"three": 3, "two": 2, "30 kilometres": 30, "a dozen": 12, "2,500": 2500}
_ATTRIBUTES = {
    "realis": ("actual", "generic", "other"),
    "polarity": ("positive", "negative"),
    "certainty": ("certain", "probable", "possible", "unknown"),
    "source_class": ("named_person", "official_statement", "media", "unknown"),
    "stance": ("assert", "deny", "uncertain"),
}
_SHARE = 0.3
"""Of the values that may go wrong, the share that does, in the noisiest documents."""


def add_records(document: dict[str, Any]) -> None:
    """Chains by wording, values, sources, cues, and one incident where there was an attack."""
    chains: dict[tuple[str, str], str] = {}
    for mention in document["mentions"]:
        key = mention["type"], mention["text"].split()[-1]
        mention["entity"] = chains.setdefault(key, f"e{len(chains) + 1}")
    document["entities"] = [
        {"id": name, "type": kind, "name": words} for (kind, words), name in chains.items()
    ]
    for time in document["times"]:
        time["value"] = _VALUES[time["text"]]
    for quantity in document["quantities"]:
        quantity["value"] = _NUMBERS[quantity["text"]]
        quantity["unit"] = "kilometre" if quantity["kind"] == "distance" else None
    for event in document["events"]:
        event |= {"hopper": f"h{event['type']}", "realis": "actual", "polarity": "positive",
                  "certainty": "certain"}  # fmt: skip
    people = [m for m in document["mentions"] if m["type"] in ("PER", "ORG")]
    for at, content in enumerate(document["attributions"]):
        end = content["spans"][0][1]
        content |= {"source_class": _ATTRIBUTES["source_class"][at % 4], "stance": "assert",
                    "source": people[at % len(people)]["id"] if people else None,
                    "cue": {"spans": [[end, end + 2]]}}  # fmt: skip
    document["incidents"] = _incidents(document, chains)


def _incidents(document: dict[str, Any], chains: dict[tuple[str, str], str]) -> list[Any]:
    attacks = [e for e in document["events"] if e["type"] in ("ATTACK", "IMPACT", "HARM")]
    if not attacks:
        return []
    found = {kind: [name for (k, _), name in chains.items() if k == kind] for kind, _ in chains}
    return [
        {
            "id": "i1", "hoppers": sorted({e["hopper"] for e in attacks}), "role": "main",
            "type": "attack", "stage": "accomplished", "damage": "minor",
            "date": {"edtf": "2024-12-07", "precision": "day"},
            "location": {"country": "XV", "place": next(iter(found.get("GPE", [])), None)},
            "instruments": [{"entity": n, "type": "drone", "count": 1}
                            for n in found.get("WEA", ())],
            "targets": [{"entity": n, "class": "military", "effect": "damaged"}
                        for n in found.get("FAC", ())],
            "casualties": {"killed": {"min": 0, "max": 0, "stated": 0},
                           "injured": {"min": 3, "max": 5, "stated": None}},
            "reported_by": found.get("ORG", [])[:1],
            "evidence": [e["id"] for e in attacks],
        }
    ]  # fmt: skip


def spoil_records(prediction: dict[str, Any], incidents: list[Any], noise: float) -> None:
    """Wrong values, entities cut in two or joined, and incidents that are nearly right."""
    random = Random(prediction["id"])
    share = _SHARE * min(1.0, 2 * noise)
    for layer in ("events", "attributions"):
        for item in prediction[layer]:
            for name, values in _ATTRIBUTES.items():
                if name in item and random.random() < share:
                    item[name] = random.choice(values)
    for time in prediction["times"]:
        if random.random() < share and "value" in time:
            time["value"] = random.choice(["2024-12", "2024-12-08", "P2D"])
    for quantity in prediction["quantities"]:
        if random.random() < share and "value" in quantity:
            quantity["value"] += 1
    for mention in prediction["mentions"]:
        if random.random() < share:
            mention["entity"] = random.choice(["e1", "e2", "other"])
    for event in prediction["events"]:
        if random.random() < share and "hopper" in event:
            event["hopper"] = "hATTACK"
    prediction["incidents"] = [_nearly(one, random, share) for one in incidents
                               if random.random() > share / 2]  # fmt: skip


def _nearly(incident: dict[str, Any], random: Random, share: float) -> dict[str, Any]:
    copy = dict(incident)
    if random.random() < share:
        copy["date"] = {"edtf": "2024-12", "precision": "month"}
    if random.random() < share:
        copy["type"] = "bombing"
    if random.random() < share:
        copy["instruments"] = [dict(each, type="missile", count=2) for each in copy["instruments"]]
    if random.random() < share:
        del copy["casualties"]
    else:
        injured = {"min": 4, "max": 9, "stated": None} if random.random() < share else None
        copy["casualties"] = dict(
            copy["casualties"], injured=injured or copy["casualties"]["injured"]
        )
    if random.random() < share:
        copy["targets"] = copy["targets"][1:]
    if random.random() < share:
        copy["evidence"] = copy["evidence"][:1]
    return copy
