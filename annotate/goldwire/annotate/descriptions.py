"""A pass described without ids: every item by where it stands, or by what it joins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document

from .records import ENDS, TYPE_FIELDS
from .references import CHAINS

__all__ = [
    "CHAIN_FIELDS",
    "Key",
    "Pass",
    "Reference",
    "described",
    "keys_of",
    "link_chains",
    "sortable",
]

Key = tuple[Any, ...]
"""What an item is, whatever its id: its layer, and its place or what it joins."""

_MARGIN = ("id", "origin", "score")
"""Fields that say nothing of what an item is."""

CHAIN_FIELDS = {"mentions": "entity", "events": "hopper"}
"""The layers whose items are in chains, and the field that names the chain."""


class Pass(NamedTuple):
    """What one annotator made of a document."""

    name: str
    document: Document
    items: dict[str, dict[Key, dict[str, Any]]]
    """By layer and key: the item with keys in place of ids."""


class Reference(Struct, frozen=True):
    """Stands for an id: the key of the item, or of the first member of the chain."""

    key: Key
    chain: str | None = None
    words: str = ""
    """What stands there in the text."""


def keys_of(document: Document) -> dict[str, Key]:
    """By id the keys of all items that stand in the text: several at one place are numbered."""
    found: dict[str, Key] = {}
    for layer in ANCHORED_LAYERS:
        seen: dict[Key, int] = {}
        for item in sorted(
            getattr(document, layer),
            key=lambda each: (each.spans, getattr(each, TYPE_FIELDS[layer])),
        ):
            key = layer, item.spans
            number = seen[key] = seen.get(key, 0) + 1
            found[item.id] = key if number == 1 else (*key, number)
    return found


def described(document: Document) -> dict[str, dict[Key, dict[str, Any]]]:
    """The items of a document by layer and key, with keys in place of ids."""
    keys = keys_of(document)
    texts = {item.id: item.text for layer in ANCHORED_LAYERS for item in getattr(document, layer)}
    first: dict[str, Reference] = {}
    for chains, (members, field) in CHAINS.items():
        for item in sorted(getattr(document, members), key=lambda each: each.spans):
            chain = getattr(item, field)
            if chain and chain not in first:
                first[chain] = Reference(keys[item.id], chains, item.text)

    def named(value: Any) -> Any:
        if isinstance(value, str):
            if value in first:
                return first[value]
            return Reference(keys[value], None, texts[value]) if value in keys else value
        if isinstance(value, dict):
            return {name: named(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [named(each) for each in value]
        return value

    found: dict[str, dict[Key, dict[str, Any]]] = {layer: {} for layer in LAYERS}
    for layer in ANCHORED_LAYERS:
        for item in getattr(document, layer):
            found[layer][keys[item.id]] = _fields(layer, item, named)
    for entity in document.entities:
        if entity.id in first:
            item = _fields("entities", entity, lambda value: value)
            found["entities"]["entities", first[entity.id].key] = item
    for layer, ends in ENDS.items():
        for item in getattr(document, layer):
            plain = _fields(layer, item, named)
            one, other = (plain[end] for end in ends)
            key: Key = layer, plain["type"], _key_of(one), _key_of(other)
            found[layer][key] = plain
            if layer == "relations":  # they can be the evidence of an incident
                keys[item.id] = key
                texts[item.id] = " → ".join(
                    texts.get(each, each) for each in (item.head, item.tail)
                )
    for incident in sorted(document.incidents, key=lambda each: (each.type, each.role or "")):
        plain = _fields("incidents", incident, named)
        hoppers = sorted((_key_of(each) for each in plain["hoppers"]), key=sortable)
        first_key: Key = "incidents", hoppers[0] if hoppers else incident.type
        key, number = first_key, 1
        while key in found["incidents"]:  # several of one hopper are numbered
            number += 1
            key = *first_key, number
        found["incidents"][key] = plain
    return found


def _key_of(value: Any) -> Any:
    return value.key if isinstance(value, Reference) else value


def _fields(layer: str, item: Any, named: Callable[[Any], Any]) -> dict[str, Any]:
    """The plain fields of an item without its margin; references as keys, sets in one order."""
    plain = msgspec.to_builtins(item)
    found = {}
    for field, value in plain.items():
        if field in _MARGIN or (layer in CHAIN_FIELDS and field == CHAIN_FIELDS[layer]):
            continue
        if field in ("text", "note", "name", "kb", TYPE_FIELDS[layer], "spans"):
            found[field] = value
        else:
            found[field] = named(value)
    for field in ("arguments", "attributions", "hoppers", "evidence", "reported_by"):
        if isinstance(found.get(field), list):
            found[field] = sorted(found[field], key=repr)
    return found


def link_chains(each: Pass, common: Mapping[str, set[Key]]) -> None:
    """Say of each chained item which other one of its chain it is linked to.

    An item that all passes have is linked to the nearest earlier one that all have; another one
    to the nearest earlier one, or else to the next that all have. So no link goes round.
    """
    keys = keys_of(each.document)
    for layer, field in CHAIN_FIELDS.items():
        chains: dict[str, list[Key]] = {}
        for item in sorted(getattr(each.document, layer), key=lambda item: item.spans):
            chain = getattr(item, field)
            if chain is not None:
                chains.setdefault(chain, []).append(keys[item.id])
        for members in chains.values():
            for at, key in enumerate(members):
                before = members[:at]
                if key in common[layer]:
                    before = [other for other in before if other in common[layer]]
                    after: list[Key] = []
                else:
                    after = [other for other in members[at + 1 :] if other in common[layer]]
                link = before[-1] if before else after[0] if after else None
                each.items[layer][key]["link"] = link


def sortable(key: Any) -> tuple[Any, ...]:
    """Keys in the order of the text, whatever they are made of."""
    if isinstance(key, tuple):
        return 1, tuple(sortable(part) for part in key)
    if isinstance(key, int):
        return 0, key
    return 2, str(key)
