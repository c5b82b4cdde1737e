"""Who refers to whom in a document, and what is left when something is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from goldwire.schema.document import Document

__all__ = ["CHAINS", "forget", "renamed"]

replace = msgspec.structs.replace

CHAINS = {"entities": ("mentions", "entity"), "hoppers": ("events", "hopper")}
"""By chain: the layer of its members, and the field that names it."""


def forget(
    document: Document,
    names: Collection[str],
    *,
    hoppers: Collection[str] = (),
    left: tuple[str, str | None] | None = None,
) -> Document:
    """The document without any reference to the items, and to the hoppers, that are gone.

    What is nothing without them goes, too: arguments, relations, links between events, and a
    chain that has no member any more. ``left`` is the chain, by its kind and its name, that has
    just lost a member. A hopper is no item: it may have the name of one.
    """
    items, hoppers = set(names), set(hoppers)
    if left is not None and left[1] and left[1] not in _chains(document, left[0]):
        (items if left[0] == "entities" else hoppers).add(left[1])
    while items or hoppers:
        before = document.relations
        document = _cleared(document, items, hoppers)
        # A relation that went with its mention can be the evidence of an incident.
        items, hoppers = {r.id for r in before} - {r.id for r in document.relations}, set()
    return document


def _chains(document: Document, kind: str) -> set[str | None]:
    """Entities, or hoppers, that have members."""
    members, field = CHAINS[kind]
    return {getattr(item, field) for item in getattr(document, members)}


def _cleared(document: Document, gone: set[str], hoppers: set[str]) -> Document:
    def item(name: str | None) -> str | None:
        return None if name in gone else name

    def hopper(name: str) -> str | None:
        return None if name in hoppers else name

    changes: dict[str, Any] = {
        "zones": _each(document.zones, gone, ("duplicate_of", "parent")),
        "mentions": _each(document.mentions, gone, ("entity",)),
        "entities": _kept(document.entities, lambda entity: entity.id not in gone),
        "times": _each(document.times, gone, ("anchor",)),
        "quantities": _each(document.quantities, gone, ("counts",)),
        "events": tuple(_event(event, gone) for event in document.events),
        "attributions": _each(document.attributions, gone, ("source",)),
        "relations": _kept(document.relations, lambda r: not gone.intersection((r.head, r.tail))),
        "event_links": _kept(document.event_links,
                             lambda link: not hoppers.intersection((link.source, link.target))),
        "incidents": tuple(_incident(each, item, hopper) for each in document.incidents),
    }  # fmt: skip
    return replace(
        document, **{name: value for name, value in changes.items()
                     if value != getattr(document, name)}
    )  # fmt: skip


def _kept(items: tuple[Any, ...], wanted: Callable[[Any], bool]) -> tuple[Any, ...]:
    return tuple(item for item in items if wanted(item))


def _each(items: tuple[Any, ...], gone: set[str], fields: tuple[str, ...]) -> tuple[Any, ...]:
    """The items with nothing in the fields that name what is gone."""
    found = []
    for item in items:
        lost = {field: None for field in fields if getattr(item, field) in gone}
        found.append(replace(item, **lost) if lost else item)
    return tuple(found)


def _event(event: Any, gone: set[str]) -> Any:
    arguments = tuple(
        replace(each, alternatives=tuple(n for n in each.alternatives if n not in gone))
        if gone.intersection(each.alternatives)
        else each
        for each in event.arguments
        if each.filler not in gone
    )
    attributions = tuple(name for name in event.attributions if name not in gone)
    if arguments == event.arguments and attributions == event.attributions:
        return event
    return replace(event, arguments=arguments, attributions=attributions)


def renamed(document: Document, kind: str, old: str, new: str) -> Document:
    """The document with all that refers to a chain referring to another one of its kind."""

    def same(each: Any) -> Any:
        return each

    def name(each: str | None) -> str | None:
        return new if each == old else each

    if kind == "entities":
        incidents = (_incident(each, name, same) for each in document.incidents)
        return replace(document, incidents=tuple(incidents))
    links = []
    for link in document.event_links:
        link = replace(link, source=name(link.source), target=name(link.target))
        if link.source != link.target:  # a link between what has become one
            links.append(link)
    incidents = (_incident(each, same, name) for each in document.incidents)
    return replace(document, event_links=tuple(links), incidents=tuple(incidents))


def _incident(
    incident: Any, name: Callable[[str | None], str | None], hopper: Callable[[str], str | None]
) -> Any:
    """The record with every item and every hopper that it names given another name, or none."""

    def names(each: tuple[str, ...], name: Callable[[str], str | None] = name) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found for one in each if (found := name(one)) is not None))

    def fillers(each: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(one, entity=name(one.entity)) for one in each)

    location, claim = incident.location, incident.claim
    found = replace(
        incident,
        hoppers=names(incident.hoppers, hopper),
        location=location and replace(location, place=name(location.place)),
        instruments=fillers(incident.instruments),
        perpetrators=fillers(incident.perpetrators),
        targets=fillers(incident.targets),
        casualties=_tolls(incident.casualties, name),
        claim=claim
        and replace(claim, claimants=names(claim.claimants), channel=name(claim.channel)),
        reported_by=names(incident.reported_by),
        evidence=names(incident.evidence),
    )
    return incident if found == incident else found


def _tolls(casualties: Any, name: Callable[[str | None], str | None]) -> Any:
    if casualties is None:
        return None

    def toll(each: Any) -> Any:
        if each is None:
            return None
        sources = []
        for sourced in each.by_source:
            source = name(sourced.source)
            if source is not None:
                sources.append(replace(sourced, source=source))
        return replace(each, by_source=tuple(sources))

    return replace(
        casualties,
        killed=toll(casualties.killed),
        injured=toll(casualties.injured),
        missing=toll(casualties.missing),
    )
