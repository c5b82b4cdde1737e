"""Incident records: hoppers of one happening put together, with date, place, tolls, and claim."""

from __future__ import annotations

from typing import NamedTuple

from goldwire.schema.document import (
    Attribution,
    Casualties,
    Claim,
    Entity,
    Event,
    EventLink,
    Incident,
    IncidentDate,
    Instrument,
    Location,
    Mention,
    Perpetrator,
    Quantity,
    Target,
    Time,
)

from .classes import actor_class, instrument_type, target_class
from .tolls import toll_of

__all__ = ["Evidence", "find_incidents"]

_CORE = frozenset(("ATTACK", "IMPACT", "INTERCEPT", "FIGHT"))
_ABDUCTION = ("kidnap", "abduct", "hostage")
_WHOLE_WARS = ("war", "conflict", "combat", "victory", "offensive", "campaign", "fighting")


class Evidence(NamedTuple):
    """The finished layers that records are read from, with a few tables over them."""

    mentions: dict[str, Mention]
    entities: dict[str, Entity]
    times: dict[str, Time]
    quantities: dict[str, Quantity]
    events: tuple[Event, ...]
    links: tuple[EventLink, ...]
    attributions: dict[str, Attribution]
    countries: dict[str, str]
    """Entity to ISO 3166-1 code."""
    admin1: dict[str, str]
    """Entity to the name of its first-level division, where the entity is one."""
    sentence_of: dict[str, int]
    """Event to the number of its sentence."""
    top: frozenset[str]
    """Events of headline or first body paragraph."""
    place_words: dict[tuple[str, str], str]
    """Event and mention to the preposition in front of the place."""


def find_incidents(evidence: Evidence) -> tuple[Incident, ...]:
    """All records, in the order of their first event."""
    by_hopper: dict[str, list[Event]] = {}
    for event in evidence.events:
        if event.hopper:
            by_hopper.setdefault(event.hopper, []).append(event)
    groups = _groups(evidence, by_hopper)
    found: list[Incident] = []
    for hoppers in groups:
        events = [event for hopper in hoppers for event in by_hopper[hopper]]
        events.sort(key=lambda event: event.spans[0])
        record = _record(evidence, hoppers, events, f"i{len(found) + 1}")
        if record is not None:
            found.append(record)
    return tuple(found)


def _groups(evidence: Evidence, by_hopper: dict[str, list[Event]]) -> list[list[str]]:
    """Hoppers joined by links, by claims and blames, and denied harm beside its attack."""
    parent = {hopper: hopper for hopper in by_hopper}

    def find(hopper: str) -> str:
        while parent[hopper] != hopper:
            hopper = parent[hopper]
        return hopper

    def join(one: str, two: str) -> None:
        a, b = find(one), find(two)
        if a != b:
            order = list(by_hopper)
            low, high = sorted((a, b), key=order.index)
            parent[high] = low

    for link in evidence.links:
        join(link.source, link.target)
    hopper_of = {event.id: event.hopper for event in evidence.events}
    for event in evidence.events:
        for argument in event.arguments:
            target = hopper_of.get(argument.filler)
            if argument.role == "attack" and target and event.hopper:
                join(event.hopper, target)
    cores = [
        e
        for e in evidence.events
        if e.type in _CORE and e.realis == "actual" and e.polarity == "positive"
    ]
    for event in evidence.events:
        if event.polarity == "negative" and event.type in ("HARM", "DAMAGE", "CLAIM") and cores:
            near = _nearest(evidence, cores, evidence.sentence_of[event.id])
            away = abs(evidence.sentence_of[near.id] - evidence.sentence_of[event.id])
            if away <= 2 and near.hopper and event.hopper:
                join(near.hopper, event.hopper)
    groups: dict[str, list[str]] = {}
    for hopper in by_hopper:
        groups.setdefault(find(hopper), []).append(hopper)
    return list(groups.values())


def _nearest(evidence: Evidence, cores: list[Event], sentence: int) -> Event:
    """The event of violence nearest to the sentence, the earlier of two."""

    def distance(core: Event) -> tuple[int, int]:
        return abs(evidence.sentence_of[core.id] - sentence), core.spans[0][0]

    return min(cores, key=distance)


def _record(
    evidence: Evidence, hoppers: list[str], events: list[Event], name: str
) -> Incident | None:
    core = [event for event in events if _is_violence(event)]
    if not core or _is_aggregate(evidence, core):
        return None
    date, day = _date(evidence, core)
    location = _location(evidence, core)
    if date is None and location is None:
        return None
    abduction = any(event.type == "DETAIN" for event in core)
    kind = _kind(evidence, core, abduction)
    casualties, tolls = _casualties(evidence, events)
    sources = _sources(evidence, events)
    times = [
        argument.filler
        for event in core
        for argument in event.arguments
        if argument.filler in evidence.times
    ]
    told = [a for event in events for a in event.attributions]
    ids = {event.id for event in events} | set(times[:1] if day else ()) | set(tolls) | set(told)
    return Incident(
        id=name,
        hoppers=tuple(hoppers),
        role="main" if any(event.id in evidence.top for event in events) else "background",
        type=kind,
        stage="attempted" if kind == "interception" else "accomplished",
        date=date,
        location=location,
        instruments=_instruments(evidence, core),
        perpetrators=_perpetrators(evidence, events),
        targets=_targets(evidence, events),
        casualties=casualties,
        damage=_damage(events),
        claim=_claim(evidence, events),
        reported_by=sources,
        evidence=_in_text_order(evidence, ids),
    )


def _is_violence(event: Event) -> bool:
    if event.realis != "actual" or event.polarity != "positive":
        return False
    if event.type == "DETAIN":
        return any(word in event.text.lower() for word in _ABDUCTION)
    if event.type == "FIGHT":
        return (
            not any(word in event.text.lower() for word in _WHOLE_WARS) and event.subtype != "end"
        )
    return event.type in _CORE or (event.type == "HARM" and event.subtype in ("death", "injury"))


def _is_aggregate(evidence: Evidence, core: list[Event]) -> bool:
    """Dozens of attacks, attacks in recent months: no single incident."""
    for event in core:
        for argument in event.arguments:
            quantity = evidence.quantities.get(argument.filler)
            if event.type == "ATTACK" and quantity is not None and argument.role == "count":
                return True
            time = evidence.times.get(argument.filler)
            if time is not None and (
                time.vague or time.type == "SET" or (time.edtf or "").endswith("/..")
            ):
                return True
    return False


def _fills(events: list[Event], *roles: str) -> list[tuple[Event, str]]:
    return [(e, a.filler) for e in events for a in e.arguments if a.role in roles]


def _date(evidence: Evidence, core: list[Event]) -> tuple[IncidentDate | None, str | None]:
    best: tuple[int, str] | None = None
    for _, filler in _fills(core, "time"):
        time = evidence.times.get(filler)
        if time is None or not time.edtf or ".." in time.edtf:
            continue
        rank = {"day": 0, "week": 1, "month": 2, "year": 3}[_precision(time.edtf)]
        if best is None or rank < best[0]:
            best = (rank, time.edtf)
    if best is None:
        return None, None
    return IncidentDate(edtf=best[1], precision=_precision(best[1])), best[1]


def _precision(edtf: str) -> str:
    if "/" in edtf:
        return "week"
    size = len(edtf.rstrip("?~%"))
    return "day" if size >= 10 else "month" if size == 7 else "year"


def _location(evidence: Evidence, core: list[Event]) -> Location | None:
    """The narrowest named place, else an unnamed facility; country and division read off it."""
    fills = [
        (event, filler)
        for event, filler in _fills(core, "place", "target", "object")
        if filler in evidence.mentions and evidence.mentions[filler].type in ("FAC", "GPE", "LOC")
    ]
    if not fills:
        return None
    order = {("FAC", None): 0, ("GPE", "city"): 1, ("GPE", "admin1"): 2, ("LOC", "region"): 3}

    def rank(row: tuple[Event, str]) -> tuple[bool, int]:
        mention = evidence.mentions[row[1]]
        entity = evidence.entities[mention.entity or ""]
        key = (entity.type, None if entity.type == "FAC" else entity.subtype)
        return mention.level != "NAM", order.get(key, 4)

    event, filler = min(fills, key=rank)
    entity = evidence.entities[evidence.mentions[filler].entity or ""]
    linked = [evidence.mentions[f].entity or "" for _, f in fills]
    country = next(
        (evidence.countries[e] for e in [entity.id, *linked] if e in evidence.countries), None
    )
    admin = next((evidence.admin1[e] for e in [entity.id, *linked] if e in evidence.admin1), None)
    word = evidence.place_words.get((event.id, filler), "")
    relation = "near" if word == "near" else "outside" if word == "outside" else "at"
    precision = {"FAC": "site", "LOC": "region"}.get(entity.type) or entity.subtype
    if entity.type == "LOC" and entity.subtype == "address":
        precision = "site"
    return Location(
        country=country, admin1=admin, place=entity.id, place_relation=relation, precision=precision
    )


def _kind(evidence: Evidence, core: list[Event], abduction: bool) -> str:
    types = {event.type for event in core}
    weapons = {
        evidence.entities[evidence.mentions[f].entity or ""].subtype
        for _, f in _fills(core, "instrument", "munition")
        if f in evidence.mentions
    }
    words = " ".join(event.text.lower() for event in core)
    if abduction:
        return "abduction"
    if weapons & {"ied", "bomb"} or "bombing" in words or ("explo" in words and not weapons):
        return "bombing"
    if "FIGHT" in types:
        return "armed_clash"
    if "INTERCEPT" in types and not types & {"IMPACT", "HARM", "ATTACK"}:
        return "interception"
    return "attack"


def _instruments(evidence: Evidence, core: list[Event]) -> tuple[Instrument, ...]:
    found: dict[str, Instrument] = {}
    for _, filler in _fills(core, "instrument", "munition"):
        mention = evidence.mentions.get(filler)
        if mention is None or mention.entity is None or mention.type not in ("WEA", "VEH"):
            continue
        entity = evidence.entities[mention.entity]
        count = _count_of(evidence, mention.entity)
        kind = instrument_type(entity)
        key = kind or entity.id
        old = found.get(key)
        if old is None or (old.count is None and count is not None):
            found[key] = Instrument(entity=old.entity if old else entity.id, type=kind, count=count)
    return tuple(found.values())


def _count_of(evidence: Evidence, entity: str) -> int | float | None:
    """The figure that counts a mention of the entity; one where the entity is single."""
    for quantity in evidence.quantities.values():
        mention = evidence.mentions.get(quantity.counts or "")
        if mention is not None and mention.entity == entity and quantity.kind == "count":
            return quantity.value
    return 1 if not evidence.entities[entity].group else None


def _perpetrators(evidence: Evidence, events: list[Event]) -> tuple[Perpetrator, ...]:
    order = ("fact", "claimed", "accused_by_authority", "accused", "possible", "denied")
    found: dict[str, str] = {}
    for event in events:
        for argument in event.arguments:
            mention = evidence.mentions.get(argument.filler)
            if mention is None or mention.entity is None:
                continue
            word = _confidence(evidence, event, argument.role)
            if word is None:
                continue
            entity = evidence.entities[mention.entity]
            if entity.generic:
                continue
            if entity.id not in found or order.index(word) < order.index(found[entity.id]):
                found[entity.id] = word
    return tuple(
        Perpetrator(entity=e, role_class=actor_class(evidence.entities[e]), confidence=word)
        for e, word in found.items()
    )


def _confidence(evidence: Evidence, event: Event, role: str) -> str | None:
    violent = _is_violence(event)
    if violent and (role == "attacker" or (role == "agent" and event.type in ("HARM", "DETAIN"))):
        if event.certainty != "certain":
            return "possible"
        return "accused_by_authority" if event.attributions else "fact"
    if event.type == "CLAIM" and role == "claimant":
        return "claimed" if event.polarity == "positive" else None
    if event.type == "BLAME" and role == "accused" and event.polarity == "positive":
        for argument in event.arguments:
            accuser = evidence.mentions.get(argument.filler)
            if (
                argument.role == "accuser"
                and accuser is not None
                and accuser.type in ("GPE", "ORG", "PER")
            ):
                entity = evidence.entities[accuser.entity or ""]
                official = entity.type == "GPE" or entity.subtype in (
                    "government",
                    "military",
                    "police",
                    "intergovernmental",
                )
                named = any(
                    w in accuser.text.lower()
                    for w in ("official", "minister", "president", "spokes")
                )
                return "accused_by_authority" if official or named else "accused"
        return "accused"
    return None


def _targets(evidence: Evidence, events: list[Event]) -> tuple[Target, ...]:
    found: dict[tuple[str, str | None], Target] = {}
    effects = {"death": "killed", "injury": "injured", "missing": "missing"}
    for event in events:
        if event.realis != "actual" or event.polarity != "positive":
            continue
        for argument in event.arguments:
            mention = evidence.mentions.get(argument.filler)
            if mention is None or mention.entity is None:
                continue
            effect: str | None
            if event.type == "ATTACK" and argument.role in ("target", "victim"):
                effect = None
            elif event.type == "HARM" and argument.role == "victim":
                effect = effects.get(event.subtype or "", "unspecified")
            elif event.type == "DAMAGE" and argument.role == "object":
                effect = (
                    "destroyed"
                    if event.text.lower().startswith(("destr", "demol", "level"))
                    else "damaged"
                )
            elif event.type == "DETAIN" and argument.role == "detainee" and _is_violence(event):
                effect = "captured"
            else:
                continue
            entity = evidence.entities[mention.entity]
            harmed = [key for key in found if key[0] == entity.id]
            if effect is None and harmed:
                continue
            found.pop((entity.id, None), None)
            people = effect in ("killed", "injured", "missing", "captured")
            count = _count_of(evidence, entity.id) if people else None
            found[entity.id, effect] = Target(
                entity=entity.id, role_class=target_class(entity), effect=effect, count=count
            )
    return tuple(found.values())


def _casualties(evidence: Evidence, events: list[Event]) -> tuple[Casualties | None, list[str]]:
    figures: dict[str, list[tuple[str | None, Quantity]]] = {
        "killed": [],
        "injured": [],
        "missing": [],
    }
    zero: set[str] = set()
    single: set[str] = set()
    used: list[str] = []
    slots = {"death": "killed", "injury": "injured", "missing": "missing"}
    for event in events:
        if event.type != "HARM" or event.realis != "actual":
            continue
        slot = slots.get(event.subtype or "")
        if event.polarity == "negative":
            zero |= {slot} if slot else {"killed", "injured"}
            continue
        if slot is None:
            continue
        source = _source_entity(evidence, event)
        counted = [
            evidence.quantities[a.filler]
            for a in event.arguments
            if a.filler in evidence.quantities
        ]
        for quantity in counted:
            figures[slot].append((source, quantity))
            used.append(quantity.id)
        victims = [
            evidence.mentions[a.filler]
            for a in event.arguments
            if a.role == "victim" and a.filler in evidence.mentions
        ]
        if not counted and any(
            not evidence.entities[m.entity or ""].group and m.type == "PER" for m in victims
        ):
            single.add(slot)
    tolls = {slot: toll_of(figures[slot], slot in zero, slot in single) for slot in figures}
    if not any(tolls.values()):
        return None, used
    return Casualties(**tolls), used


def _source_entity(evidence: Evidence, event: Event) -> str | None:
    for name in event.attributions:
        mention = evidence.mentions.get(evidence.attributions[name].source or "")
        if mention is not None:
            return mention.entity
    return None


def _damage(events: list[Event]) -> str | None:
    told = [event for event in events if event.type == "DAMAGE" and event.realis == "actual"]
    positive = [event.text.lower() for event in told if event.polarity == "positive"]
    if positive:
        if any(word.startswith(("destr", "demol", "flatten", "wreck")) for word in positive):
            return "destroyed"
        return "unspecified"
    return "none" if told else None


def _claim(evidence: Evidence, events: list[Event]) -> Claim | None:
    claims = [event for event in events if event.type == "CLAIM" and event.realis == "actual"]
    if not claims:
        return None
    made = [event for event in claims if event.polarity == "positive"]
    if not made:
        denied = all(event.text.lower() == "denied" for event in claims)
        return None if denied else Claim(claimed=False)
    who = _entities(evidence, made, "claimant")
    channel = _entities(evidence, made, "channel")
    return Claim(claimed=True, claimants=who, channel=channel[0] if channel else None)


def _entities(evidence: Evidence, events: list[Event], role: str) -> tuple[str, ...]:
    names = [evidence.mentions[f].entity for _, f in _fills(events, role) if f in evidence.mentions]
    return tuple(dict.fromkeys(name for name in names if name))


def _sources(evidence: Evidence, events: list[Event]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for event in events:
        for name in event.attributions:
            mention = evidence.mentions.get(evidence.attributions[name].source or "")
            if mention is not None and mention.entity is not None:
                found[mention.entity] = None
    return tuple(found)


def _in_text_order(evidence: Evidence, ids: set[str]) -> tuple[str, ...]:
    place: dict[str, tuple[int, int]] = {event.id: event.spans[0] for event in evidence.events}
    for layer in (evidence.times, evidence.quantities, evidence.attributions):
        place |= {name: item.spans[0] for name, item in layer.items()}
    return tuple(sorted(ids, key=lambda name: (place[name], name)))
