"""Labels that say here what they do not say elsewhere: likely slips, never certain ones.

The idea is that of variation (Dickinson and Meurers, Detecting errors in part-of-speech
annotation, 2003): where the same words are labelled alike nearly always, the few places that
differ are worth a look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from goldwire.schema.document import Document, Mention, Span
from goldwire.schema.positions import cut, occurrences

from .findings import Finding
from .words import Word, covered

__all__ = [
    "FEWEST_MENTIONS",
    "FEWEST_TRIGGERS",
    "TRIGGER_SHARE",
    "TYPE_SHARE",
    "Usage",
    "UsualType",
    "missed_names",
    "missed_triggers",
    "odd_entities",
    "odd_types",
]

TYPE_SHARE, FEWEST_MENTIONS = 0.9, 10
"""A surface has a usual type where this share of at least so many mentions has it."""

TRIGGER_SHARE, FEWEST_TRIGGERS = 0.8, 5
"""A word is a usual trigger where it is one in this share of its places, and in so many."""

_Surface = tuple[str, str | None, str]
"""Language, level, and surface of a mention."""


class UsualType(NamedTuple):
    """The type of nearly all mentions of a surface: how many have it, of how many."""

    type: str
    having: int
    total: int


class Usage:
    """How surfaces are typed and words are triggers in documents that go by.

    What is kept is counts: one for each surface and type, and for each word of each language.
    """

    def __init__(self) -> None:
        self._types: Counter[tuple[_Surface, str]] = Counter()
        self._uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._triggers: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, document: Document, words: Sequence[Word]) -> None:
        """Count the next document."""
        for mention in document.mentions:
            if mention.level != "PRO":  # pronouns refer to anything
                self._types[_surface(document, mention), mention.type] += 1
        uses = list(_uses(document, words))
        self._uses[document.language].update([word.form for word, _ in uses])
        triggers = [word.form for word, is_trigger in uses if is_trigger]
        self._triggers[document.language].update(triggers)

    def usual_types(self) -> dict[_Surface, UsualType]:
        """The surfaces of which nearly all mentions have one type, and some another."""
        totals: Counter[_Surface] = Counter()
        for (surface, _), count in self._types.items():
            totals[surface] += count
        return {
            surface: UsualType(kind, count, total)
            for (surface, kind), count in self._types.items()
            if FEWEST_MENTIONS <= (total := totals[surface]) > count >= TYPE_SHARE * total
        }

    def usual_triggers(self) -> dict[tuple[str, str], tuple[int, int]]:
        """The words, by language, that are triggers nearly everywhere: in how many of all places.

        Those that are triggers everywhere are left out.
        """
        return {
            (language, word): (count, total)
            for language, triggers in self._triggers.items()
            for word, count in triggers.items()
            if FEWEST_TRIGGERS <= count < (total := self._uses[language][word])
            and count >= TRIGGER_SHARE * total
        }


def _surface(document: Document, mention: Mention) -> _Surface:
    return document.language, mention.level, " ".join(mention.text.split())


def odd_types(document: Document, usual: Mapping[_Surface, UsualType]) -> Iterator[Finding]:
    """Mentions with another type than their surface has nearly everywhere (U1)."""
    for index, mention in enumerate(document.mentions):
        known = usual.get(_surface(document, mention))
        if known is None or mention.type == known.type:
            continue
        if any(alternative.type == known.type for alternative in mention.alternatives):
            continue  # the annotator has thought of it
        yield Finding(
            "U1",
            ("mentions", index, "type"),
            f"{cut(mention.text, 40)!r} is {mention.type} here, {known.type} in {known.having:,} "
            f"of its {known.total:,} mentions in the corpus; make it {known.type}, unless it "
            "refers to something else",
            next(iter(mention.spans), None),
        )


def missed_names(document: Document, hidden: bytearray) -> Iterator[Finding]:
    """Places of a name that are no mention, though others in the document are (U2).

    Not looked at are places where ``hidden`` is set, inside a longer name, and inside another
    mention of the same entity: there the guidelines want no mention (M8, M14, M15). Where a name
    is missed, names in it are not reported. Takes as many steps as text and names multiplied.
    """
    if "mentions" not in document.annotation.layers:
        return
    text = document.text
    names: dict[str, list[Mention]] = {}
    for mention in document.mentions:
        if mention.level == "NAM" and len(mention.spans) == 1 and mention.text.strip():
            names.setdefault(mention.text, []).append(mention)
    places = list(_places(document))
    labelled = {span for span, _ in places}
    reported = bytearray(len(text))
    for name, mentions in sorted(names.items(), key=lambda pair: -len(pair[0])):
        found = [(start, start + len(name)) for start in occurrences(text, name)]
        unlabelled = [
            span
            for span in found
            if span not in labelled and not hidden[span[0]] and _stands_alone(text, *span)
        ]
        if not unlabelled:
            continue
        entities = {mention.entity for mention in mentions} - {None}
        inside = covered(
            len(text),
            [span for span, m in places if m.level == "NAM" or m.entity in entities],
        )
        for start, end in unlabelled:
            if 0 not in inside[start:end] or reported[start]:
                continue
            reported[start:end] = b"\1" * len(name)
            yield Finding(
                "U2",
                ("mentions",),
                f"{cut(name, 40)!r} is a named mention elsewhere ({mentions[0].id}, "
                f"{mentions[0].type}), and none at {start}–{end}; mark it there too, if it "
                "names the same",
                (start, end),
            )


def _places(document: Document) -> Iterator[tuple[Span, Mention]]:
    """Every span that is accepted for a mention, with the mention."""
    for mention in document.mentions:
        for span in mention.spans:
            yield span, mention
        for alternative in mention.alternatives:
            for span in alternative.spans or ():
                yield span, mention


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a place begins and ends where words do."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not before and not after


def missed_triggers(
    document: Document, words: Sequence[Word], usual: Mapping[tuple[str, str], tuple[int, int]]
) -> Iterator[Finding]:
    """Words that are no trigger here, though they are nearly everywhere (U3)."""
    for word, is_trigger in _uses(document, words):
        known = usual.get((document.language, word.form))
        if known is None or is_trigger:
            continue
        yield Finding(
            "U3",
            ("events",),
            f"{cut(word.form, 40)!r} is a trigger in {known[0]:,} of its {known[1]:,} places in "
            f"the corpus, and none at {word.start}–{word.end}; mark it there too, if it tells an "
            "event",
            (word.start, word.end),
        )


def _uses(document: Document, words: Sequence[Word]) -> Iterator[tuple[Word, bool]]:
    """Each word of a document whose events are complete, and whether it is a trigger.

    Left out are words inside longer triggers and alternatives of triggers, where the event is
    marked already; inside cues, which are no events (guidelines, E11); and inside names.
    """
    if "events" not in document.annotation.layers:
        return
    triggers: set[Span] = set()
    others: list[Span] = []
    for event in document.events:
        if len(event.spans) == 1:
            triggers.add(event.spans[0])
        others += event.spans
        for alternative in event.alternatives:
            others += alternative.spans or ()
    for attribution in document.attributions:
        if attribution.cue is not None:
            others += attribution.cue.spans
    for mention in document.mentions:
        if mention.level == "NAM":
            others += mention.spans
    elsewhere = covered(len(document.text), others)
    for word in words:
        if (word.start, word.end) in triggers:
            yield word, True
        elif not elsewhere[word.start]:
            yield word, False


def odd_entities(document: Document) -> Iterator[Finding]:
    """Chains with a name whose entity has another type than most of their mentions (U4)."""
    chains: dict[str | None, list[int]] = {}
    for index, mention in enumerate(document.mentions):
        chains.setdefault(mention.entity, []).append(index)
    for entity in document.entities:
        chain = chains.get(entity.id, [])
        types = Counter(document.mentions[index].type for index in chain)
        named = [index for index in chain if document.mentions[index].level == "NAM"]
        if len(chain) < 2 or not named:
            continue
        kind, count = types.most_common(1)[0]
        if kind == entity.type or 2 * count <= len(chain):
            continue
        mention = document.mentions[named[0]]
        yield Finding(
            "U4",
            ("mentions", named[0], "entity"),
            f"{cut(mention.text, 40)!r} belongs to {entity.id}, which is {entity.type}, but "
            f"{count} of its {len(chain)} mentions are {kind}; correct the type of the entity, "
            "or link its mentions to others",
            next(iter(mention.spans), None),
        )
