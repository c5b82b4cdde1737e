"""Quick proofs that rules have nothing to find, each a few passes over a layer.

Most documents are sound. A rule must look at each item to say where and why it is wrong; that
none is can be seen by comparing whole lists and sets, for several rules at once. A clearance
may fail to clear a sound document, since the rules then look for themselves; it must never
clear one in which they find something. A property test holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from operator import le

from ..dates import weekday_in
from ..document import Attribution, Cue, Event, Fragments, Mention, Quantity, Time, Zone
from ..positions import surface
from .context import Context
from .references import incident_references

__all__ = ["CLEARANCES"]

Thing = Zone | Mention | Time | Quantity | Event | Attribution | Cue


def _ascend(spans: Iterable[tuple[int, int]]) -> bool:
    """Whether each span ends where it begins or later, and before the next one begins."""
    bounds = list(chain.from_iterable(spans))
    return bounds == sorted(bounds)


def zones_tile_the_text(context: Context) -> bool:
    """Z1, Z2: before, between, and after the zones stands nothing but blanks."""
    pieces = sorted([span for zone in context.document.zones for span in zone.spans])
    ends = [0, *[end for _, end in pieces]]
    starts = [*[start for start, _ in pieces], context.size]
    gaps = [context.text[end:start] for end, start in zip(ends, starts, strict=True)]
    return _ascend(pieces) and not "".join(gaps).strip()


def no_zone_repeats(context: Context) -> bool:
    """Z3."""
    return {zone.duplicate_of for zone in context.document.zones} <= {None}


def all_zones_are_scored(context: Context) -> bool:
    """Z4."""
    return {zone.scored for zone in context.document.zones} <= {True}


def spans_hold_their_surfaces(context: Context) -> bool:
    """S1 to S5: each span lies in the text, holds its surface, and has no blank at an edge."""
    text, size, document = context.text, context.size, context.document
    things: Iterable[Thing] = chain(
        document.zones,
        document.mentions,
        document.times,
        document.quantities,
        document.events,
        document.attributions,
        [attribution.cue for attribution in document.attributions if attribution.cue],
    )
    for item in things:
        stated = item.text
        if len(item.spans) > 1:
            if not _fragments_hold(context, item.spans, stated):
                return False
            continue
        ((start, end),) = item.spans
        if not start < end <= size or text[start:end] != stated or stated.strip() != stated:
            return False
    return True


def _fragments_hold(context: Context, spans: Fragments, stated: str) -> bool:
    held = [context.text[start:end] for start, end in spans]
    return (
        all(start < end <= context.size for start, end in spans)
        and _ascend(spans)
        and [each.strip() for each in held] == held
        and surface(context.text, spans) == stated
    )


def mentions_are_apart(context: Context) -> bool:
    """S6: each mention ends before the next begins."""
    ends = context.mention_ends
    starts = sorted(ends)
    distinct = len(starts) == len(context.document.mentions)
    return distinct and all(map(le, map(ends.__getitem__, starts), starts[1:]))


def starts_differ(context: Context) -> bool:
    """S8: no two items of a layer begin at one place."""
    document = context.document
    return len(context.mention_ends) == len(document.mentions) and all(
        len({item.spans[0][0] for item in layer}) == len(layer)
        for layer in (document.times, document.quantities, document.events)
    )


def ids_differ(context: Context) -> bool:
    """R1."""
    return context.ids_differ


def references_fit(context: Context) -> bool:
    """R2, R3: every id that is named is one of a layer that it may be of."""
    document, ids, events = context.document, context.ids, context.document.events
    mentions, hoppers = ids["mentions"], context.hoppers
    counted = {quantity.counts for quantity in document.quantities} - mentions
    return (
        context.ids_differ  # of an id that stands twice, R3 sees the first alone
        and None not in {kind for _, kind in context.fillers}
        and ids["entities"] >= context.mentioned - {None}
        and ids["times"] >= {time.anchor for time in document.times} - {None, "dct"}
        and ids["events"] >= counted - {None}
        and ids["attributions"].issuperset([name for e in events for name in e.attributions])
        and mentions >= {item.source for item in document.attributions} - {None}
        and mentions.issuperset([relation.head for relation in document.relations])
        and mentions.issuperset([relation.tail for relation in document.relations])
        and ids["zones"] >= {zone.parent for zone in document.zones} - {None}
        and ids["zones"] >= {zone.duplicate_of for zone in document.zones} - {None}
        and hoppers.issuperset([link.source for link in document.event_links])
        and hoppers.issuperset([link.target for link in document.event_links])
        and all(_incident_fits(context, at) for at in range(len(document.incidents)))
    )


def _incident_fits(context: Context, at: int) -> bool:
    incident = context.document.incidents[at]
    return context.hoppers.issuperset(incident.hoppers) and all(
        any(name in context.ids[layer] for layer in layers)
        for _, name, layers in incident_references(at, incident)
    )


def mentions_have_entities(context: Context) -> bool:
    """C1."""
    return None not in context.mentioned


def chains_have_one_type(context: Context) -> bool:
    """C2."""
    document = context.document
    type_of: dict[str | None, str] = {entity.id: entity.type for entity in document.entities}
    expected = [type_of.get(mention.entity) for mention in document.mentions]
    return expected == [mention.type for mention in document.mentions]


def entities_have_mentions(context: Context) -> bool:
    """C3."""
    return context.mentioned >= context.ids["entities"]


def fillers_fit(context: Context) -> bool:
    """E2: each pair of a role and a kind of filler that occurs is admitted."""
    admits = context.labels.admits
    return all(not kind or admits(role, kind) for role, kind in context.fillers)


def hoppers_differ(context: Context) -> bool:
    """E3, E4: no hopper has two events that could disagree."""
    return len(context.hoppers) == len(context.document.events)


def arguments_differ(context: Context) -> bool:
    """E6."""
    arguments = context.arguments
    return len(set(arguments)) == len(arguments)


def events_have_hoppers(context: Context) -> bool:
    """E7."""
    return None not in [event.hopper for event in context.document.events]


def no_weekday_is_named(context: Context) -> bool:
    """V2, V5."""
    return {weekday_in(time.text) for time in context.document.times} <= {None}


def anchors_are_grounded(context: Context) -> bool:
    """V4."""
    return {time.anchor for time in context.document.times} <= {None, "dct"}


def nothing_is_linked(context: Context) -> bool:
    """E5."""
    return not context.document.event_links


def nothing_is_attributed(context: Context) -> bool:
    """A1 to A5."""
    return not context.document.attributions


def there_is_no_incident(context: Context) -> bool:
    """I1 to I6."""
    return not context.document.incidents


CLEARANCES: tuple[tuple[Callable[[Context], bool], frozenset[str]], ...] = (
    (zones_tile_the_text, frozenset({"Z1", "Z2"})),
    (no_zone_repeats, frozenset({"Z3"})),
    (all_zones_are_scored, frozenset({"Z4"})),
    (spans_hold_their_surfaces, frozenset({"S1", "S2", "S3", "S4", "S5"})),
    (mentions_are_apart, frozenset({"S6"})),
    (starts_differ, frozenset({"S8"})),
    (ids_differ, frozenset({"R1"})),
    (references_fit, frozenset({"R2", "R3"})),
    (mentions_have_entities, frozenset({"C1"})),
    (chains_have_one_type, frozenset({"C2"})),
    (entities_have_mentions, frozenset({"C3"})),
    (fillers_fit, frozenset({"E2"})),
    (hoppers_differ, frozenset({"E3", "E4"})),
    (nothing_is_linked, frozenset({"E5"})),
    (arguments_differ, frozenset({"E6"})),
    (events_have_hoppers, frozenset({"E7"})),
    (no_weekday_is_named, frozenset({"V2", "V5"})),
    (anchors_are_grounded, frozenset({"V4"})),
    (nothing_is_attributed, frozenset({"A1", "A2", "A3", "A4", "A5"})),
    (there_is_no_incident, frozenset({"I1", "I2", "I3", "I4", "I5", "I6"})),
)
"""Each clearance with the codes of the rules that find nothing where it holds."""
