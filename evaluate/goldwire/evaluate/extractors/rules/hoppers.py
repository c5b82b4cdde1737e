"""Which event mentions tell of one event: hoppers, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .arguments import Filled
from .tokens import Sentence, Token
from .triggers import Trigger

__all__ = ["Hopper", "Link", "find_hoppers", "find_links"]

_TOP = frozenset(("headline", "deck", "summary", "caption"))
_DEFINITE = frozenset(["the", "this", "that", "these", "those", "its", "his", "their"])


@dataclass
class Hopper:
    """One event while it is being built; ``members`` are positions in the list of triggers."""

    type: str
    subtype: str | None
    polarity: str
    realis: str
    members: list[int] = field(default_factory=list)
    entities: dict[str, set[int]] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)
    counts: set[int | float] = field(default_factory=set)
    at_top: bool = False
    in_body: bool = False


class Link(NamedTuple):
    """A link between two hoppers by position."""

    type: str
    source: int
    target: int


def find_hoppers(
    sentences: tuple[Sentence, ...],
    triggers: tuple[Trigger, ...],
    arguments: tuple[tuple[Filled, ...], ...],
    entity_of: dict[int, int],
    day_of: dict[int, str],
    figure_of: dict[int, int | float],
) -> tuple[Hopper, ...]:
    """All hoppers in the order of first mention.

    ``entity_of`` maps mentions to entities, ``day_of`` times to EDTF values, ``figure_of``
    quantities to values.
    """
    found: list[Hopper] = []
    for index, trigger in enumerate(triggers):
        entities: dict[str, set[int]] = {}
        days, counts = set(), set()
        for filled in arguments[index]:
            if filled.kind == "mention" and filled.item in entity_of:
                entities.setdefault(filled.role, set()).add(entity_of[filled.item])
            elif filled.kind == "time" and filled.item in day_of:
                days.add(day_of[filled.item])
            elif filled.kind == "quantity" and filled.item in figure_of:
                counts.add(figure_of[filled.item])
        kind = sentences[trigger.sentence].kind
        tokens = sentences[trigger.sentence].tokens
        definite = trigger.voice == "noun" and _is_definite(tokens, trigger.first)
        hopper = _same_event(found, trigger, entities, days, counts, kind, definite)
        if hopper is None:
            hopper = Hopper(
                trigger.frame.type, trigger.frame.subtype, trigger.polarity, trigger.realis
            )
            found.append(hopper)
        hopper.members.append(index)
        for role, ids in entities.items():
            hopper.entities.setdefault(role, set()).update(ids)
        hopper.days |= days
        hopper.counts |= counts
        hopper.at_top = hopper.at_top or kind in _TOP
        hopper.in_body = hopper.in_body or kind == "body"
    return tuple(found)


def _is_definite(tokens: tuple[Token, ...], at: int) -> bool:
    return any(token.lower in _DEFINITE for token in tokens[max(0, at - 3) : at])


def _same_event(
    found: list[Hopper],
    trigger: Trigger,
    entities: dict[str, set[int]],
    days: set[str],
    counts: set[int | float],
    kind: str,
    definite: bool,
) -> Hopper | None:
    """The latest hopper that may be meant: same kind, nothing against it, something for it."""
    frame = trigger.frame
    for hopper in reversed(found):
        if (hopper.type, hopper.polarity, hopper.realis) != (
            frame.type,
            trigger.polarity,
            trigger.realis,
        ):
            continue
        if hopper.subtype != frame.subtype or _conflict(hopper, entities, days, counts):
            continue
        shared = any(ids & hopper.entities.get(role, set()) for role, ids in entities.items())
        retold = (hopper.at_top and not hopper.in_body) if kind not in _TOP else hopper.at_top
        same_figures = bool(counts & hopper.counts)
        negative = trigger.polarity == "negative" and frame.type in ("HARM", "DAMAGE")
        if (
            definite
            or shared
            or same_figures
            or negative
            or (retold and not entities.keys() & {"place"})
        ):
            return hopper
    return None


def _conflict(
    hopper: Hopper, entities: dict[str, set[int]], days: set[str], counts: set[int | float]
) -> bool:
    if days and hopper.days and not days & hopper.days:
        return True
    if counts and hopper.counts and not counts & hopper.counts:
        return True
    for role in ("place", "target", "victim", "attacker", "detainee", "claimant", "speaker"):
        one, two = entities.get(role), hopper.entities.get(role)
        if one and two and not one & two:
            return True
    return False


_HARMING = frozenset(("HARM", "DAMAGE"))
_ACTING = frozenset(("ATTACK", "IMPACT", "FIGHT"))


def find_links(triggers: tuple[Trigger, ...], hoppers: tuple[Hopper, ...]) -> tuple[Link, ...]:
    """Impact to its attack, attack to its harm, where told in one sentence or the next."""
    links: list[Link] = []
    usable = [
        n for n, hopper in enumerate(hoppers)
        if hopper.realis == "actual" and hopper.polarity == "positive" and not _is_aggregate(hopper)
    ]  # fmt: skip
    for one in usable:
        if hoppers[one].type in ("IMPACT", "INTERCEPT"):
            whole = _nearest(
                one, [n for n in usable if hoppers[n].type == "ATTACK"], triggers, hoppers, 2
            )
            if whole is not None:
                links.append(Link("subevent_of", one, whole))
    for one in usable:
        if hoppers[one].type in _HARMING:
            cause = _nearest(
                one, [n for n in usable if hoppers[n].type == "ATTACK"], triggers, hoppers, 0
            )
            if cause is None:
                cause = _nearest(
                    one, [n for n in usable if hoppers[n].type in _ACTING], triggers, hoppers, 0
                )
            if cause is None:
                cause = _nearest(
                    one, [n for n in usable if hoppers[n].type in _ACTING], triggers, hoppers, 1
                )
            if cause is not None:
                cause = _whole(links, cause)
                links.append(Link("results_in", cause, one))
    return tuple(links)


def _whole(links: list[Link], part: int) -> int:
    """The event that ``part`` is a part of, or ``part`` itself."""
    return next(
        (link.target for link in links if link.type == "subevent_of" and link.source == part), part
    )


def _is_aggregate(hopper: Hopper) -> bool:
    """Dozens of attacks, attacks in recent months: no one event to link to."""
    open_ended = any(".." in day for day in hopper.days)
    return hopper.type == "ATTACK" and (bool(hopper.counts) or open_ended)


def _nearest(
    one: int,
    others: list[int],
    triggers: tuple[Trigger, ...],
    hoppers: tuple[Hopper, ...],
    reach: int,
) -> int | None:
    """The hopper with a mention nearest to one of ``one``'s, at most ``reach`` sentences away."""
    best: tuple[int, int, int] | None = None
    for other in others:
        for a in hoppers[one].members:
            for b in hoppers[other].members:
                away = abs(triggers[a].sentence - triggers[b].sentence)
                if away > reach:
                    continue
                key = (away, abs(triggers[a].first - triggers[b].first), other)
                if best is None or key < best:
                    best = key
    return best[2] if best else None
