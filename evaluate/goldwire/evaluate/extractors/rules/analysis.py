"""The whole analysis of one article: each stage reads what the stages before it found."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from goldwire.schema.document import Zone

from .arguments import Filled, find_arguments
from .attributions import FoundAttribution, find_attributions, find_cues
from .coreference import Chain, find_chains
from .hoppers import Hopper, Link, find_hoppers, find_links
from .layout import Layout, lay_out
from .mentions import Phrase, combine
from .names import find_names
from .phrases import find_nouns, find_pronouns
from .quantities import FoundQuantity, find_quantities
from .relations import FoundRelation, find_relations
from .times import FoundTime, find_times, stamp_of
from .tokens import Sentence, split_sentences
from .triggers import Trigger, find_triggers

__all__ = ["Analysis", "analyse"]


class Analysis(NamedTuple):
    """All layers by positions: an index into a tuple stands for an item of that layer."""

    text: str
    zones: tuple[Zone, ...]
    sentences: tuple[Sentence, ...]
    times: tuple[FoundTime, ...]
    quantities: tuple[FoundQuantity, ...]
    mentions: tuple[Phrase, ...]
    chains: tuple[Chain, ...]
    triggers: tuple[Trigger, ...]
    layouts: tuple[Layout, ...]
    arguments: tuple[tuple[Filled, ...], ...]
    hoppers: tuple[Hopper, ...]
    links: tuple[Link, ...]
    attributions: tuple[FoundAttribution, ...]
    relations: tuple[FoundRelation, ...]


def analyse(text: str, zones: tuple[Zone, ...], dct: date | None) -> Analysis:
    """Run all stages on the scored zones. Without ``dct`` a stamp in the text is the anchor."""
    sentences = split_sentences(text, zones)
    day = dct or stamp_of(text, sentences)
    times = find_times(text, sentences, day)
    quantities = find_quantities(text, sentences, times)
    mentions = _mentions(sentences, times)
    cues = find_cues(sentences, mentions)
    attributions = find_attributions(text, sentences, mentions, cues)
    speakers = _speakers(sentences, mentions, attributions)
    chains = find_chains(text, sentences, mentions, speakers)
    entity_of = {member: n for n, chain in enumerate(chains) for member in chain.members}
    triggers = find_triggers(sentences, mentions)
    layouts = lay_out(sentences, mentions, times, quantities)
    told: list[set[int]] = [set() for _ in sentences]
    for cue in cues:
        told[cue.sentence].update(range(cue.first, cue.last))
    arguments = find_arguments(
        sentences, mentions, triggers, layouts, tuple(frozenset(at) for at in told), entity_of
    )
    hoppers = find_hoppers(
        sentences, triggers, arguments, entity_of,
        {n: time.edtf for n, time in enumerate(times) if time.edtf},
        {n: q.value for n, q in enumerate(quantities) if q.value is not None},
    )  # fmt: skip
    relations = find_relations(
        sentences, mentions, layouts, entity_of, _fighting(triggers, arguments)
    )
    links = find_links(triggers, hoppers)
    return Analysis(
        text, zones, sentences, times, quantities, mentions, chains, triggers, layouts, arguments,
        hoppers, links, attributions, relations,
    )  # fmt: skip


def _mentions(sentences: tuple[Sentence, ...], times: tuple[FoundTime, ...]) -> tuple[Phrase, ...]:
    timed: list[set[int]] = [set() for _ in sentences]
    for time in times:
        for at, token in enumerate(sentences[time.sentence].tokens):
            if token.start < time.end and time.start < token.end:
                timed[time.sentence].add(at)
    blocked = tuple(frozenset(tokens) for tokens in timed)
    names = find_names(sentences, blocked)
    return combine(
        sentences, names, find_nouns(sentences, names, blocked), find_pronouns(sentences)
    )


def _speakers(
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    attributions: tuple[FoundAttribution, ...],
) -> dict[int, int]:
    """Whom "I" and "my" mean inside quotations: the source."""
    found = {}
    for index, mention in enumerate(mentions):
        if mention.form != "speaker" or mention.group:
            continue
        at = sentences[mention.sentence].tokens[mention.first].start
        for attribution in attributions:
            inside = any(start <= at < end for start, end in attribution.quotes)
            if inside and attribution.source is not None:
                found[index] = attribution.source
    return found


def _fighting(
    triggers: tuple[Trigger, ...], arguments: tuple[tuple[Filled, ...], ...]
) -> tuple[tuple[int, int], ...]:
    """Pairs of mentions that are the two sides of an actual fight."""
    pairs = []
    for trigger, rows in zip(triggers, arguments, strict=True):
        if trigger.frame.type != "FIGHT" or (trigger.realis, trigger.polarity) != (
            "actual",
            "positive",
        ):
            continue
        one = [row.item for row in rows if row.role == "participant"]
        two = [row.item for row in rows if row.role == "opponent"]
        pairs += [(a, b) for a in one[:1] for b in two[:1]]
    return tuple(pairs)
