"""Documents without their annotation, and with ids that say nothing but the order of items."""

from __future__ import annotations

from typing import Any

import msgspec

from goldwire.schema.document import LAYERS, Annotation, Document, to_plain

REFERENCES = {
    "id", "entity", "anchor", "counts", "hopper", "filler", "alternatives", "attributions",
    "from", "to", "source", "head", "tail", "hoppers", "place", "channel", "claimants",
    "reported_by", "evidence", "duplicate_of", "parent",
}  # fmt: skip


def bare(document: Document) -> Document:
    """The document with no annotation at all."""
    return msgspec.structs.replace(document, annotation=Annotation(), **dict.fromkeys(LAYERS, ()))


def numbered(document: Document) -> Any:
    """The document as plain values, every id and hopper replaced by its number in the order."""
    plain = to_plain(document)
    names = {}
    for layer in LAYERS:
        for number, item in enumerate(plain[layer]):
            names[item["id"]] = f"{layer} {number}"
    hoppers: dict[str, str] = {}
    for event in plain["events"]:
        if event["hopper"]:
            hoppers.setdefault(event["hopper"], f"hopper {len(hoppers)}")
    for event in plain["events"]:
        if event["hopper"]:
            event["hopper"] = hoppers[event["hopper"]]
    for link in plain["event_links"]:
        link["from"], link["to"] = hoppers[link["from"]], hoppers[link["to"]]
    for incident in plain["incidents"]:
        incident["hoppers"] = [hoppers[name] for name in incident["hoppers"]]
    for layer in LAYERS:
        plain[layer] = [_renamed(item, names) for item in plain[layer]]
    return plain


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, each in value.items():
        if key in REFERENCES and isinstance(each, str):
            found[key] = names.get(each, each)
        elif key in REFERENCES and isinstance(each, list):
            found[key] = [
                names.get(one, one) if isinstance(one, str) else _renamed(one, names)
                for one in each
            ]
        else:
            found[key] = _renamed(each, names)
    return found
