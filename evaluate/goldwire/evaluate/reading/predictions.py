"""Predictions as extractors give them: the document's layers, all optional, easy on offsets.

An item may be anchored by ``spans``, by ``start`` and ``end``, or by what it says (``quote``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InvalidDocument
from goldwire.schema.positions import OffsetMap, Unit, surface

from ..quoting.placing import Quote, place_quotes
from .gold import Incident

__all__ = [
    "Anchor",
    "Prediction",
    "Quote",
    "anchored_spans",
    "explain",
    "lost_members",
    "repeated_ids",
    "repeats",
    "with_inline_mentions",
]

Fragments = tuple[tuple[int, int], ...]


class Anchor(Struct, frozen=True, kw_only=True, gc=False):
    """What every predicted item may carry; one of ``spans``, ``start``/``end``, ``quote``."""

    id: str | None = None
    spans: Fragments | None = None
    start: int | None = None
    end: int | None = None
    quote: Quote | None = None
    text: str | None = None


class Mention(Anchor, frozen=True, kw_only=True, gc=False):
    """A mention and the entity that it belongs to."""

    type: str
    entity: str | None = None
    head: tuple[int, int] | None = None


class Time(Anchor, frozen=True, kw_only=True, gc=False):
    """A time expression with its normalised value."""

    type: str
    value: str | None = None
    edtf: str | None = None


class Quantity(Anchor, frozen=True, kw_only=True, gc=False):
    """A quantity with its normalised value."""

    kind: str
    value: float | None = None
    min: float | None = None
    max: float | None = None
    unit: str | None = None


class Zone(Anchor, frozen=True, kw_only=True, gc=False):
    """A zone."""

    kind: str


class Entity(Struct, frozen=True, kw_only=True, gc=False):
    """A chain as a record; its mentions may be listed here, or name it themselves."""

    id: str | None = None
    mentions: tuple[str | Mention, ...] = ()


class Argument(Struct, frozen=True, kw_only=True, gc=False):
    """A role and its filler."""

    role: str
    filler: str


class Event(Anchor, frozen=True, kw_only=True, gc=False):
    """An event mention; its anchor is the trigger."""

    type: str
    hopper: str | None = None
    realis: str | None = None
    polarity: str | None = None
    certainty: str | None = None
    arguments: tuple[Argument, ...] = ()


class Cue(Anchor, frozen=True, kw_only=True, gc=False):
    """The words that introduce what is attributed."""


class Attribution(Anchor, frozen=True, kw_only=True, gc=False):
    """Content; the style is its type."""

    style: str
    source: str | None = None
    source_class: str | None = None
    cue: Cue | None = None
    stance: str | None = None


class Relation(Struct, frozen=True, kw_only=True, gc=False):
    """A relation between two mentions, by their ids."""

    id: str | None = None
    type: str
    head: str
    tail: str


class Prediction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One document's prediction, as much of it as the evaluator reads."""

    id: str
    text: str | None = None
    sha256: str | None = None
    zones: tuple[Zone, ...] = ()
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity | tuple[str | Mention, ...], ...] = ()
    times: tuple[Time, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    events: tuple[Event, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    relations: tuple[Relation, ...] = ()
    incidents: tuple[Incident, ...] = ()
    # no metric reads it, or it is said of the document: admitted, and left alone
    event_links: Any = None
    schema: Any = None
    language: Any = None
    length: Any = None
    metadata: Any = None
    rights: Any = None
    annotation: Any = None
    canary: Any = None
    note: Any = None


def anchored_spans(item: Anchor, text: str) -> Fragments | None:
    """The spans of an item, however it is anchored; ``None`` for a quote that stands nowhere.

    A quote is placed as if it were the only one: see ``quotes`` for the quotes of a document.
    Raises ``ValueError`` with a sentence where the anchor is missing, outside the text, or
    does not hold the surface that the item states.
    """
    if item.spans is not None:
        spans = item.spans
        if not spans:
            raise ValueError("has an empty list of spans")
        if item.start is not None and (item.start, item.end) != (spans[0][0], spans[-1][1]):
            raise ValueError("has spans, and a start and end that say something else")
    elif item.start is not None and item.end is not None:
        spans = ((item.start, item.end),)
    elif item.quote is not None:
        span = place_quotes(text, [item.quote])[0].span
        return None if span is None else (span,)
    else:
        raise ValueError("has neither spans, nor start and end, nor a quote")
    for start, end in spans:
        if not 0 <= start < end:
            raise ValueError(f"starts at {start} and ends at {end}")
    if max(end for _, end in spans) > len(text):
        beyond = max(end for _, end in spans)
        problem = f"ends at {beyond}, beyond the text of {len(text)} code points"
        raise ValueError(problem + _other_unit(item, spans, text))
    if item.text is not None and surface(text, spans) != item.text:
        problem = f"says {item.text!r}, but its spans hold {surface(text, spans)!r}"
        raise ValueError(problem + _other_unit(item, spans, text))
    return spans


def _other_unit(item: Anchor, spans: Fragments, text: str) -> str:
    units: tuple[tuple[Unit, str], ...] = (
        ("utf16", "UTF-16 code units"),
        ("byte", "bytes of UTF-8"),
    )
    for unit, name in units:
        offsets = OffsetMap(text, unit)
        try:
            moved = [(offsets.to_code_point(a), offsets.to_code_point(b)) for a, b in spans]
        except (IndexError, ValueError):
            continue
        if moved == list(spans):
            continue
        if item.text is None or surface(text, moved) == item.text:
            setting = "utf16" if unit == "utf16" else "bytes"
            return (
                f"; the offsets fit if they count {name}: goldwire counts code points, and run "
                f"turns others into them with --set offsets={setting}"
            )
    return ""


def explain(problem: msgspec.ValidationError, source: str, line: int | None) -> InvalidDocument:
    """Say what does not fit the form of a prediction, and where."""
    sentence, _, place = str(problem).partition(" - at `$")
    pointer = place.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    hint = "See the form with `goldwire schema show prediction`."
    if pointer.endswith("quote") and "got `str`" in sentence:
        hint = 'Write a quote as {"exact": "the words"}.'
    if "unknown field" in sentence:
        known = [f for f in Prediction.__struct_fields__ if f not in ("note", "canary")]
        hint = f"A prediction has: {', '.join(known)}."
        named = re.search("`([^`]*)`", sentence)
        near = get_close_matches(named[1], known, 1) if named else []
        if near:
            hint = f"Did you mean {near[0]!r}? {hint}"
    return InvalidDocument(
        f"is no prediction: {sentence[0].lower()}{sentence[1:]}",
        source=source,
        line=line,
        pointer=pointer or None,
        hint=hint,
    )


def repeats(names: Sequence[str | None]) -> set[str]:
    """What stands more than once among these."""
    if len(set(names)) == len(names):
        return set()
    seen: set[str | None] = {None}
    again: set[str] = set()
    for name in names:
        if name in seen and name is not None:
            again.add(name)
        seen.add(name)
    return again


_id = attrgetter("id")
_lists = attrgetter(
    "mentions", "times", "quantities", "events", "attributions", "zones", "relations"
)


def repeated_ids(prediction: Prediction) -> set[str]:
    """Ids that several items have, of one layer or of several: it is not clear which is meant."""
    return repeats(list(map(_id, chain.from_iterable(_lists(prediction)))))


def with_inline_mentions(prediction: Prediction) -> Prediction:
    """Entities given as lists, written out: every mention names its entity itself.

    A mention that names an entity keeps it; one that several entities list belongs to the one
    with most members, and of equals to the one whose members stand first. Of several with one id
    the first in the text is the one that is listed. Mentions that stand inside an entity follow
    those of the layer; one that the layer has, too, is that one.
    """
    listed: dict[str, str] = {}
    inside: dict[tuple[object, ...], str] = {}
    places = {mention.id: _anchored(mention) for mention in prediction.mentions}
    own = set(places.values())
    more: list[Mention] = []
    for name, members in _by_content(prediction, places):
        for member in members:
            if isinstance(member, str):
                listed.setdefault(member, name)
            elif _anchored(member) in own:
                inside.setdefault(_anchored(member), member.entity or name)
            else:
                more.append(msgspec.structs.replace(member, entity=member.entity or name))
    twice = repeats(list(map(_id, prediction.mentions)))
    first = {
        name: min((m for m in prediction.mentions if m.id == name), key=_standing) for name in twice
    }
    mentions = []
    for mention in prediction.mentions:
        chain = mention.entity or inside.get(_anchored(mention))
        if chain is None and mention.id is not None and first.get(mention.id, mention) is mention:
            chain = listed.get(mention.id)
        mentions.append(msgspec.structs.replace(mention, entity=chain))
    mentions += more
    return msgspec.structs.replace(prediction, mentions=tuple(mentions))


def _standing(mention: Mention) -> tuple[Any, ...]:
    """Sorts mentions by where they stand, then by all that they say."""
    spans, _, _ = _anchored(mention)
    return spans is None, spans or (), repr(mention)


def _anchored(mention: Mention) -> tuple[object, ...]:
    """Where a mention stands and what type it has, however it is anchored."""
    spans = mention.spans
    if spans is None and mention.start is not None and mention.end is not None:
        spans = ((mention.start, mention.end),)
    return spans, mention.quote, mention.type


def _by_content(
    prediction: Prediction, places: Mapping[str | None, tuple[object, ...]]
) -> list[tuple[str, tuple[str | Mention, ...]]]:
    """Entities by name with the members that they list: by size, then by where these stand."""
    found = []
    for number, entity in enumerate(prediction.entities):
        members = entity.mentions if isinstance(entity, Entity) else entity
        name = (entity.id if isinstance(entity, Entity) else None) or f"\0{number}"
        stand = sorted(
            repr(places.get(member) if isinstance(member, str) else _anchored(member))
            for member in members
        )
        found.append((-len(members), stand, name, members))
    found.sort(key=lambda each: each[:3])
    return [(name, members) for _, _, name, members in found]


def lost_members(prediction: Prediction) -> list[tuple[str, list[str]]]:
    """Entities by name, with the members that they list and that are not in the prediction."""
    entities = getattr(prediction, "entities", ())
    if not entities:
        return []
    known = {mention.id for mention in prediction.mentions}
    found = []
    for number, entity in enumerate(entities):
        members = entity.mentions if isinstance(entity, Entity) else entity
        name = (entity.id if isinstance(entity, Entity) else None) or f"\0{number}"
        lost = [member for member in members if isinstance(member, str) and member not in known]
        if lost:
            found.append((name, lost))
    return found
