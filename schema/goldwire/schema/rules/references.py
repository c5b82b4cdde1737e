"""Families R and C: references resolve, and mentions are partitioned into entities."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import LAYERS, Incident
from ..positions import cut
from .context import Context, Found, Rule

__all__ = ["RULES", "incident_references"]

Reference = tuple[tuple[str | int, ...], str, tuple[str, ...]]
"""Address, id, and the layers it may point into."""

_FILLERS = ("mentions", "times", "quantities", "events")
_EVIDENCE = ("mentions", "times", "quantities", "events", "attributions", "relations")


def ids_are_unique(context: Context) -> Iterator[Found]:
    seen: set[str] = set()
    for layer in LAYERS:
        for index, item in enumerate(getattr(context.document, layer)):
            if item.id in seen:
                yield Found(
                    (layer, index, "id"),
                    f"id {item.id!r} is used twice, first in {context.layer_of[item.id]}; "
                    "rename one",
                )
            seen.add(item.id)


def references_resolve(context: Context) -> Iterator[Found]:
    for path, name, layers in _references(context):
        if name not in context.layer_of and name not in context.hidden:
            kinds = " or ".join(layers)
            yield Found(path, f"there is no {name!r} in this document; name one of its {kinds}")
    for path, hopper in _hopper_references(context):
        if hopper not in context.hoppers and hopper not in context.hidden:
            known = ", ".join(sorted(context.hoppers)[:12]) or "none"
            yield Found(path, f"no event has the hopper {hopper!r}; known: {known}")


def references_fit(context: Context) -> Iterator[Found]:
    layer_of = context.layer_of
    for path, name, layers in _references(context):
        found = layer_of.get(name)
        if found is not None and found not in layers:
            yield Found(
                path, f"{name!r} is in {found}; a reference into {' or '.join(layers)} belongs here"
            )


def _references(context: Context) -> Iterator[Reference]:
    document = context.document
    for index, zone in enumerate(document.zones):
        if zone.duplicate_of is not None:
            yield ("zones", index, "duplicate_of"), zone.duplicate_of, ("zones",)
        if zone.parent is not None:
            yield ("zones", index, "parent"), zone.parent, ("zones",)
    for index, mention in enumerate(document.mentions):
        if mention.entity is not None:
            yield ("mentions", index, "entity"), mention.entity, ("entities",)
    for index, time in enumerate(document.times):
        if time.anchor is not None and time.anchor != "dct":
            yield ("times", index, "anchor"), time.anchor, ("times",)
    for index, quantity in enumerate(document.quantities):
        if quantity.counts is not None:
            yield ("quantities", index, "counts"), quantity.counts, ("mentions", "events")
    for index, event in enumerate(document.events):
        for at, argument in enumerate(event.arguments):
            yield ("events", index, "arguments", at, "filler"), argument.filler, _FILLERS
            for number, other in enumerate(argument.alternatives):
                yield ("events", index, "arguments", at, "alternatives", number), other, _FILLERS
        for at, name in enumerate(event.attributions):
            yield ("events", index, "attributions", at), name, ("attributions",)
    for index, attribution in enumerate(document.attributions):
        if attribution.source is not None:
            yield ("attributions", index, "source"), attribution.source, ("mentions",)
    for index, relation in enumerate(document.relations):
        yield ("relations", index, "head"), relation.head, ("mentions",)
        yield ("relations", index, "tail"), relation.tail, ("mentions",)
    for index, incident in enumerate(document.incidents):
        yield from incident_references(index, incident)


def incident_references(index: int, incident: Incident) -> Iterator[Reference]:
    """What an incident record names, but for its hoppers."""
    entities = ("entities",)
    if incident.location is not None and incident.location.place is not None:
        yield ("incidents", index, "location", "place"), incident.location.place, entities
    for slot in ("instruments", "perpetrators", "targets"):
        for at, fill in enumerate(getattr(incident, slot)):
            if fill.entity is not None:
                yield ("incidents", index, slot, at, "entity"), fill.entity, entities
    if incident.casualties is not None:
        for kind in ("killed", "injured", "missing"):
            toll = getattr(incident.casualties, kind)
            for at, figure in enumerate(toll.by_source if toll else ()):
                path = ("incidents", index, "casualties", kind, "by_source", at, "source")
                yield path, figure.source, entities
    if incident.claim is not None:
        for at, name in enumerate(incident.claim.claimants):
            yield ("incidents", index, "claim", "claimants", at), name, entities
        if incident.claim.channel is not None:
            yield ("incidents", index, "claim", "channel"), incident.claim.channel, entities
    for at, name in enumerate(incident.reported_by):
        yield ("incidents", index, "reported_by", at), name, entities
    for at, name in enumerate(incident.evidence):
        yield ("incidents", index, "evidence", at), name, _EVIDENCE


def _hopper_references(context: Context) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, link in enumerate(context.document.event_links):
        yield ("event_links", index, "from"), link.source
        yield ("event_links", index, "to"), link.target
    for index, incident in enumerate(context.document.incidents):
        for at, hopper in enumerate(incident.hoppers):
            yield ("incidents", index, "hoppers", at), hopper


def every_mention_has_an_entity(context: Context) -> Iterator[Found]:
    if not context.declared("entities"):
        return
    for index, mention in enumerate(context.document.mentions):
        if mention.entity is None:
            yield Found(
                ("mentions", index, "entity"),
                f"{cut(mention.text, 30)!r} belongs to no entity; give it one, "
                "of its own if need be",
                mention.spans[0],
            )


def one_type_in_a_chain(context: Context) -> Iterator[Found]:
    types = {entity.id: entity.type for entity in context.document.entities}
    for index, mention in enumerate(context.document.mentions):
        expected = types.get(mention.entity or "")
        if expected is not None and expected != mention.type:
            yield Found(
                ("mentions", index, "type"),
                f"{cut(mention.text, 30)!r} is {mention.type}, its entity {mention.entity} is "
                f"{expected}; the referent decides, for the whole chain",
                mention.spans[0],
            )


def no_entity_without_mention(context: Context) -> Iterator[Found]:
    mentioned = {mention.entity for mention in context.document.mentions}
    for index, entity in enumerate(context.document.entities):
        if entity.id not in mentioned:
            yield Found(
                ("entities", index),
                f"no mention belongs to {entity.id} ({entity.name or entity.type}); remove it, "
                "or link its mentions",
            )


RULES = (
    Rule("R1", "error", "ids are unique in the document", ids_are_unique),
    Rule("R2", "error", "every reference resolves", references_resolve),
    Rule("R3", "error", "a reference points to the right kind of item", references_fit),
    Rule("C1", "error", "every mention belongs to an entity", every_mention_has_an_entity),
    Rule("C2", "error", "all mentions of an entity have its type", one_type_in_a_chain),
    Rule("C3", "error", "every entity has a mention", no_entity_without_mention),
)
