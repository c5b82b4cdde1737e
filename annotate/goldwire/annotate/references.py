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
    maybe_empty: tuple[str, str | None] | None = None,
) -> Document:
    """The document without any reference to what is gone.

    What is nothing without it goes, too: arguments, relations, links between events, and chains
    that have no member any more. ``maybe_empty`` is a chain that has just lost a member: its
    layer, or ``hoppers``, and its id. A hopper may have the id of an item, which is not it.
    """
    gone = {"entities": set(names), "hoppers": set(names) - _chains(document, "hoppers")}
    if maybe_empty is not None:
        chain, name = maybe_empty
        if name and name not in _chains(document, chain):
            gone[chain].add(name)
    while any(gone.values()):
        before = {chain: _chains(document, chain) for chain in CHAINS}
        document = _cleared(document, gone["entities"], gone["hoppers"])
        # these have just lost their last member
        gone = {chain: before[chain] - _chains(document, chain) for chain in CHAINS}
    return document


def _chains(document: Document, chain: str) -> set[str]:
    """Entities, or hoppers, that have members."""
    members, field = CHAINS[chain]
    return {name for item in getattr(document, members) if (name := getattr(item, field))}


def _cleared(document: Document, gone: set[str], hoppers: set[str]) -> Document:
    def there(name: str | None) -> bool:
        return name not in gone

    def linked(link: Any) -> bool:
        return link.source not in hoppers and link.target not in hoppers

    def item(name: str | None) -> str | None:
        return None if name in gone else name

    def hopper(name: str | None) -> str | None:
        return None if name in hoppers else name

    changes: dict[str, Any] = {
        "zones": _each(document.zones, gone, ("duplicate_of", "parent")),
        "mentions": _each(document.mentions, gone, ("entity",)),
        "entities": _kept(document.entities, lambda entity: there(entity.id)),
        "times": _each(document.times, gone, ("anchor",)),
        "quantities": _each(document.quantities, gone, ("counts",)),
        "events": tuple(_event(event, gone) for event in document.events),
        "attributions": _each(document.attributions, gone, ("source",)),
        "relations": _kept(document.relations, lambda r: there(r.head) and there(r.tail)),
        "event_links": _kept(document.event_links, linked),
        "incidents": tuple(_incident(each, item, hopper) for each in document.incidents),
    }
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


def renamed(document: Document, chain: str, old: str, new: str) -> Document:
    """The document with all that refers to a chain referring to another one."""

    def name(each: str | None) -> str | None:
        return new if each == old else each

    def same(each: str | None) -> str | None:
        return each

    if chain == "entities":
        incidents = tuple(_incident(each, name, same) for each in document.incidents)
        return replace(document, incidents=incidents)
    links = []
    for link in document.event_links:
        link = replace(link, source=name(link.source), target=name(link.target))
        if link.source != link.target:  # a link between what has become one
            links.append(link)
    return replace(
        document,
        event_links=tuple(links),
        incidents=tuple(_incident(each, same, name) for each in document.incidents),
    )


_Name = Callable[[str | None], str | None]
"""What an id is called now; nothing where it is gone."""


def _incident(incident: Any, name: _Name, hopper: _Name) -> Any:
    """The record with every reference to an item, and to a hopper, given another name, or none."""

    def names(each: tuple[str, ...], name: _Name = name) -> tuple[str, ...]:
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


def _tolls(casualties: Any, name: _Name) -> Any:
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
