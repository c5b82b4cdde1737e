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
    """The document with all that refers to a chain referring to another one of its kind.

    What has come to say the same by that stands once: links between hoppers, and what a record
    of an incident says of one entity.
    """

    def same(each: Any) -> Any:
        return each

    def name(each: str | None) -> str | None:
        return new if each == old else each

    if kind == "entities":
        incidents = (_joined(_incident(each, name, same), each, new) for each in document.incidents)
        return replace(document, incidents=tuple(incidents))
    incidents = (_incident(each, same, name) for each in document.incidents)
    links = _relinked(document.event_links, name)
    return replace(document, event_links=links, incidents=tuple(incidents))


def _relinked(links: tuple[Any, ...], name: Callable[[str | None], str | None]) -> tuple[Any, ...]:
    there = {_ends(link) for link in links}
    found = []
    for link in links:
        moved = replace(link, source=name(link.source), target=name(link.target))
        if moved == link:
            found.append(link)
        elif moved.source != moved.target and _ends(moved) not in there:
            there.add(_ends(moved))
            found.append(moved)
    return tuple(found)


def _ends(link: Any) -> tuple[str, str, str]:
    return link.type, link.source, link.target


_OF_ENTITIES = ("instruments", "perpetrators", "targets")
_TOLLS = ("killed", "injured", "missing")


def _joined(incident: Any, before: Any, entity: str) -> Any:
    """The record, where it has changed, with what it says of an entity said once."""
    if incident is before:
        return incident
    fillers = {field: _once(getattr(incident, field), "entity", entity) for field in _OF_ENTITIES}
    casualties = incident.casualties
    if casualties is not None:
        tolls = {
            field: toll and replace(toll, by_source=_once(toll.by_source, "source", entity))
            for field in _TOLLS
            for toll in (getattr(casualties, field),)
        }
        casualties = replace(casualties, **tolls)
    return replace(incident, casualties=casualties, **fillers)


def _once(records: tuple[Any, ...], field: str, entity: str) -> tuple[Any, ...]:
    """Records of one entity as one, where none says what another contradicts.

    Those that contradict each other stay: which one is right only the annotator knows.
    """
    found: list[Any] = []
    for record in records:
        if getattr(record, field) == entity:
            for at, other in enumerate(found):
                if getattr(other, field) == entity and (both := _both(other, record)) is not None:
                    found[at] = both
                    break
            else:
                found.append(record)
        else:
            found.append(record)
    return tuple(found)


def _both(one: Any, other: Any) -> Any | None:
    """What two records say together; ``None`` where they contradict each other."""
    said = {}
    for field in one.__struct_fields__:
        mine, others = getattr(one, field), getattr(other, field)
        if mine is not None and others is not None and mine != others:
            return None
        said[field] = others if mine is None else mine
    return replace(one, **said)


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
