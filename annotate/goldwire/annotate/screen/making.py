"""What a new item holds before the annotator says more: the most likely value of each field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from goldwire.schema.document import Document, Fragments
from goldwire.schema.positions import surface

from ..edits import TYPE_FIELDS, Add, Edit, Together

if TYPE_CHECKING:
    from .labeller import Labeller

__all__ = ["NOT_SCORED", "level_of", "make_item", "plain", "same_entity"]

NOT_SCORED = ("chrome", "related")
"""Kinds of zones that are never scored."""

_PRONOUNS = {
    "i", "you", "he", "she", "it", "we", "they", "him", "her", "us", "them", "his", "hers", "its",
    "our", "ours", "their", "theirs", "who", "whom", "whose", "which", "that", "this", "these",
    "those", "himself", "herself", "itself", "themselves",
}  # fmt: skip


def make_item(
    labeller: Labeller,
    layer: str,
    label: str,
    spans: Fragments,
    *,
    origin: str = "typed",
    document: Document | None = None,
    given: dict[str, Any] | None = None,
) -> tuple[Edit, str]:
    """The edit that makes an item of a layer that stands in the text, and the item's id.

    ``document`` is the state that the edit is for, if it is not what is shown; ``given`` holds
    values of fields that go before those that are guessed here.
    """
    document = document or labeller.document
    own = ("spans", TYPE_FIELDS[layer])
    told = {name: value for name, value in (given or {}).items() if name not in own}
    if (given or {}).get(TYPE_FIELDS[layer]) != label:
        told.pop("subtype", None)  # that of another type
    if layer == "mentions":
        return _make_mention(labeller, document, label, spans, origin, told)
    name = labeller.fresh_id(layer, document)
    item: dict[str, Any] = {"id": name, "spans": spans, "origin": origin}
    if layer == "zones":
        item |= {"kind": label, "scored": label not in NOT_SCORED}
        if label == "body":
            item["paragraph"] = 1 + sum(zone.kind == "body" for zone in document.zones)
    elif layer == "times":
        item |= {"type": label} | _proposed(labeller, "times", spans, ("value", "edtf", "vague"))
    elif layer == "quantities":
        fields = ("value", "min", "max", "comparator", "approximate", "unit")
        item |= {"kind": label} | _proposed(labeller, "quantities", spans, fields)
    elif layer == "events":
        item |= {
            "type": label, "hopper": labeller.fresh_id("hoppers", document), "realis": "actual",
            "polarity": "positive", "certainty": "certain", "tense": "past",
        }  # fmt: skip
    else:
        item |= {"style": label, "stance": "assert"}
    return Add(layer=layer, item=item | told | {TYPE_FIELDS[layer]: label}), name


def _proposed(
    labeller: Labeller, layer: str, spans: Fragments, fields: tuple[str, ...]
) -> dict[str, Any]:
    """Values that the rules baseline reads off the same words."""
    if labeller.proposals is None:
        return {}
    for item in getattr(labeller.proposals, layer):
        if item.spans == spans:
            return {name: getattr(item, name) for name in fields}
    return {}


def _make_mention(
    labeller: Labeller,
    document: Document,
    label: str,
    spans: Fragments,
    origin: str,
    told: dict[str, Any],
) -> tuple[Edit, str]:
    """A mention with its level and head, in the entity of the same words or in a new one."""
    text = surface(document.text, spans)
    name = labeller.fresh_id("mentions", document)
    level = told.get("level") or level_of(text)
    item: dict[str, Any] = {
        "id": name, "spans": spans, "type": label, "level": level,
        "head": _head(document.text, spans), "origin": origin, **told,
    }  # fmt: skip
    entity = same_entity(document, label, text) if level != "PRO" else None
    if entity is not None:
        return Add(layer="mentions", item=item | {"entity": entity}), name
    entity = labeller.fresh_id("entities", document)
    made: dict[str, Any] = {"id": entity, "type": label, "name": text, "group": None}
    subtypes = labeller.labels.subtypes(label)
    if subtypes and len(subtypes) == 1:
        made["subtype"] = subtypes[0]
    return (
        Together(
            edits=(
                Add(layer="mentions", item=item | {"entity": entity}),
                Add(layer="entities", item=made),
            )
        ),
        name,
    )


def level_of(text: str) -> str:
    """NAM, NOM, or PRO, by capitals: a guess that the annotator sees and can change."""
    if text.casefold() in _PRONOUNS:
        return "PRO"
    last = text.rsplit(maxsplit=1)[-1] if text.split() else text
    return "NAM" if last[:1].isupper() else "NOM"


def _head(text: str, spans: Fragments) -> tuple[int, int]:
    """The last word: base noun phrases end with their heads. A name is its own head."""
    start, end = spans[-1]
    words = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    if not words or (len(spans) == 1 and all(text[start + a].isupper() for a, _ in words)):
        return start, end
    low, high = words[-1]
    return start + low, start + high


def same_entity(document: Document, label: str, text: str) -> str | None:
    """The entity of an earlier mention with the same words and type."""
    folded = text.casefold()
    for mention in document.mentions:
        if mention.type == label and mention.text.casefold() == folded and mention.level != "PRO":
            return mention.entity
    return None


def plain(item: Any) -> dict[str, Any]:
    """An item as it stands in a file."""
    found: dict[str, Any] = msgspec.to_builtins(item)
    return found
