"""An analysis as the layers of a document: positions become ids, chains become entities."""

from __future__ import annotations

import regex

from goldwire.schema.document import (
    Argument,
    Attribution,
    Cue,
    Entity,
    Event,
    EventLink,
    Fragments,
    Mention,
    Quantity,
    Relation,
    Span,
    Time,
)

from .analysis import Analysis
from .incidents import Evidence, find_incidents
from .mentions import Phrase
from .triggers import Trigger

__all__ = ["Layers", "assemble"]

_SUBTYPES = {"PER": "individual", "ORG": "ngo", "NORP": "ethnic", "GPE": "city", "LOC": "region",
             "VEH": "ground", "PRD": "document"}  # fmt: skip
_KIND_IDS = {"mention": "m", "time": "t", "quantity": "q", "event": "v"}
_DIVISION = regex.compile(
    r"(?:(?:north|south|east|west|central)\w*[ -])?(.+?)"
    r"(?: (?:province|governorate|district|oblast|county|prefecture|state))?",
    regex.IGNORECASE,
)

Layers = dict[str, tuple[object, ...]]


def assemble(analysis: Analysis, has_dct: bool) -> Layers:
    """All layers by name. Pronouns without a chain are left out, and what refers to them."""
    mentions, entities = _entities(analysis)
    known = {mention.id for mention in mentions}
    times = _times(analysis, has_dct)
    attributions = _attributions(analysis, known)
    events = _events(analysis, known, attributions)
    quantities = _quantities(analysis, known)
    links = tuple(
        EventLink(
            id=f"l{n}", type=link.type, source=f"h{link.source + 1}", target=f"h{link.target + 1}"
        )
        for n, link in enumerate(analysis.links, 1)
    )
    relations = tuple(
        Relation(id=f"r{n}", type=one.type, head=f"m{one.head + 1}", tail=f"m{one.tail + 1}")
        for n, one in enumerate(
            (r for r in analysis.relations if {f"m{r.head + 1}", f"m{r.tail + 1}"} <= known), 1
        )
    )
    evidence = _evidence(
        analysis, mentions, entities, times, quantities, events, links, attributions
    )
    return {
        "zones": analysis.zones, "mentions": mentions, "entities": entities, "times": times,
        "quantities": quantities, "events": events, "event_links": links,
        "attributions": attributions, "relations": relations, "incidents": find_incidents(evidence),
    }  # fmt: skip


def _span(analysis: Analysis, item: Phrase | Trigger) -> Span:
    tokens = analysis.sentences[item.sentence].tokens
    return tokens[item.first].start, tokens[item.last - 1].end


def _cut(analysis: Analysis, spans: Fragments) -> str:
    return " ".join(analysis.text[start:end] for start, end in spans)


def _entities(analysis: Analysis) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    mentions: dict[int, Mention] = {}
    entities = []
    for number, chain in enumerate(analysis.chains, 1):
        for index in chain.members:
            phrase = analysis.mentions[index]
            start, end = _span(analysis, phrase)
            head = analysis.sentences[phrase.sentence].tokens[phrase.head]
            mentions[index] = Mention(
                id=f"m{index + 1}",
                spans=((start, end),),
                text=analysis.text[start:end],
                type=chain.type,
                level=phrase.level,
                entity=f"e{number}",
                head=(head.start, head.end),
            )
        first = analysis.mentions[chain.members[0]]
        subtype = chain.subtype or _SUBTYPES.get(chain.type)
        if chain.type == "PER":
            subtype = "group" if chain.group else "individual"
        name = chain.name or _cut(analysis, (_span(analysis, first),))
        entities.append(
            Entity(
                id=f"e{number}",
                type=chain.type,
                subtype=subtype,
                name=name,
                group=chain.group,
                generic=chain.generic,
            )
        )
    return tuple(mentions[index] for index in sorted(mentions)), tuple(entities)


def _times(analysis: Analysis, has_dct: bool) -> tuple[Time, ...]:
    """Times; without a dct in the metadata there is nothing that ``dct`` could name."""
    found = []
    for number, time in enumerate(analysis.times, 1):
        anchor = time.anchor if has_dct or time.anchor != "dct" else None
        if anchor == "last":
            anchor = f"t{number - 1}" if number > 1 else None
        found.append(
            Time(
                id=f"t{number}",
                spans=((time.start, time.end),),
                text=analysis.text[time.start : time.end],
                type=time.type,
                value=time.value,
                edtf=time.edtf,
                anchor=anchor,
                modifier=time.modifier,
                vague=time.vague,
            )
        )
    return tuple(found)


def _quantities(analysis: Analysis, known: set[str]) -> tuple[Quantity, ...]:
    counted: dict[int, str] = {}
    for layout in analysis.layouts:
        counted |= {q: f"m{m + 1}" for q, m in layout.counts.items() if f"m{m + 1}" in known}
    for index, rows in enumerate(analysis.arguments):
        for row in rows:
            if row.role == "count":
                counted.setdefault(row.item, f"v{index + 1}")
    return tuple(
        Quantity(
            id=f"q{n + 1}",
            spans=((q.start, q.end),),
            text=analysis.text[q.start : q.end],
            kind=q.kind,
            value=q.value,
            min=q.min,
            max=q.max,
            comparator=q.comparator,
            approximate=q.approximate,
            unit=q.unit,
            counts=counted.get(n) if q.kind in ("count", "ordinal", "duration") else None,
        )
        for n, q in enumerate(analysis.quantities)
    )


def _attributions(analysis: Analysis, known: set[str]) -> tuple[Attribution, ...]:
    unnamed = {
        member
        for chain in analysis.chains
        if not any(analysis.mentions[i].level == "NAM" for i in chain.members)
        for member in chain.members
    }
    found: list[Attribution] = []
    for one in analysis.attributions:
        if one.cue and any(low < one.cue[1] and one.cue[0] < high for low, high in one.content):
            continue
        source = f"m{one.source + 1}" if one.source is not None else None
        source_class = one.source_class
        if one.source in unnamed and source_class == "named_person":
            source_class = "unnamed_official"
        found.append(
            Attribution(
                id=f"a{len(found) + 1}",
                spans=one.content,
                text=_cut(analysis, one.content),
                style=one.style,
                source=source if source in known else None,
                source_class=source_class,
                cue=Cue(spans=(one.cue,), text=_cut(analysis, (one.cue,))) if one.cue else None,
                quotes=one.quotes,
                stance=one.stance,
            )
        )
    return tuple(found)


def _events(
    analysis: Analysis, known: set[str], attributions: tuple[Attribution, ...]
) -> tuple[Event, ...]:
    hopper_of = {
        i: f"h{n + 1}" for n, hopper in enumerate(analysis.hoppers) for i in hopper.members
    }
    found = []
    for index, trigger in enumerate(analysis.triggers):
        start, end = _span(analysis, trigger)
        rows = []
        for row in analysis.arguments[index]:
            filler = f"{_KIND_IDS[row.kind]}{row.item + 1}"
            if row.kind != "mention" or filler in known:
                rows.append(Argument(role=row.role, filler=filler))
        inside = sorted(
            (a for a in attributions if any(low <= start and end <= high for low, high in a.spans)),
            key=lambda a: a.spans[0][0] - a.spans[-1][1],
        )
        found.append(
            Event(
                id=f"v{index + 1}",
                spans=((start, end),),
                text=analysis.text[start:end],
                type=trigger.frame.type,
                subtype=trigger.frame.subtype,
                hopper=hopper_of[index],
                realis=trigger.realis,
                polarity=trigger.polarity,
                certainty=trigger.certainty,
                tense=trigger.tense,
                arguments=tuple(rows),
                attributions=tuple(a.id for a in inside),
            )
        )
    return tuple(found)


def _evidence(
    analysis: Analysis,
    mentions: tuple[Mention, ...],
    entities: tuple[Entity, ...],
    times: tuple[Time, ...],
    quantities: tuple[Quantity, ...],
    events: tuple[Event, ...],
    links: tuple[EventLink, ...],
    attributions: tuple[Attribution, ...],
) -> Evidence:
    countries, admin1 = _geography(analysis)
    words = {}
    for layout in analysis.layouts:
        for chunk in layout.chunks:
            if chunk.preposition:
                words[f"m{chunk.mention + 1}"] = chunk.preposition
    return Evidence(
        mentions={item.id: item for item in mentions},
        entities={item.id: item for item in entities},
        times={item.id: item for item in times},
        quantities={item.id: item for item in quantities},
        events=events,
        links=links,
        attributions={item.id: item for item in attributions},
        countries=countries,
        admin1=admin1,
        sentence_of={f"v{n + 1}": trigger.sentence for n, trigger in enumerate(analysis.triggers)},
        top=_top(analysis),
        place_words={
            (event.id, argument.filler): words[argument.filler]
            for event in events
            for argument in event.arguments
            if argument.filler in words
        },
    )


def _top(analysis: Analysis) -> frozenset[str]:
    """Events of the headline or the first paragraph."""
    kinds = [(n, zone.kind, zone.paragraph) for n, zone in enumerate(analysis.zones)]
    first = {n for n, kind, paragraph in kinds if kind == "headline" or paragraph == 1}
    if not any(kind == "body" and n in first for n, kind, _ in kinds):
        first |= {next((n for n, kind, _ in kinds if kind == "body"), -1)}
    return frozenset(
        f"v{index + 1}"
        for index, trigger in enumerate(analysis.triggers)
        if analysis.sentences[trigger.sentence].zone in first
    )


def _geography(analysis: Analysis) -> tuple[dict[str, str], dict[str, str]]:
    """Country codes and divisions of places, from lists and from "located in" up to the country."""
    countries: dict[str, str] = {}
    admin1: dict[str, str] = {}
    entity_of = {i: f"e{n}" for n, chain in enumerate(analysis.chains, 1) for i in chain.members}
    for number, chain in enumerate(analysis.chains, 1):
        if chain.country:
            countries[f"e{number}"] = chain.country
        if chain.type == "GPE" and chain.subtype == "admin1" and chain.name:
            match = _DIVISION.fullmatch(chain.name)
            admin1[f"e{number}"] = match[1] if match else chain.name
    inside = [
        (entity_of[r.head], entity_of[r.tail])
        for r in analysis.relations
        if r.type in ("located_in", "near")
    ]
    for _ in range(3):  # a site in a town in a province in a country
        for part, whole in inside:
            if whole in countries:
                countries.setdefault(part, countries[whole])
            if whole in admin1:
                admin1.setdefault(part, admin1[whole])
    return countries, admin1
