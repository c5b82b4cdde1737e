"""Relations between mentions of one sentence, from constructions that say them outright."""

from __future__ import annotations

from typing import NamedTuple

from .layout import Chunk, Layout
from .mentions import Phrase
from .tokens import Sentence, Token
from .wordlists import word_set

__all__ = ["FoundRelation", "find_relations"]


class FoundRelation(NamedTuple):
    """A relation by positions of its mentions."""

    type: str
    head: int
    tail: int


# Types that may stand at either end, as in the guidelines (R12).
_ENDS: dict[str, tuple[str, str]] = {
    "located_in": ("PER ORG GPE LOC FAC WEA VEH", "GPE LOC FAC"),
    "near": ("PER ORG GPE LOC FAC WEA VEH", "GPE LOC FAC"),
    "part_of": ("ORG FAC PRD", "ORG FAC PRD"),
    "affiliated_with": ("PER ORG VEH WEA PRD", "ORG GPE NORP PER"),
    "controls": ("PER ORG GPE", "GPE LOC FAC VEH WEA PRD ORG"),
    "stationed_at": ("PER ORG VEH WEA", "GPE LOC FAC"),
    "leads": ("PER ORG GPE", "ORG GPE PER"),
    "opposes": ("PER ORG GPE NORP", "PER ORG GPE NORP"),
    "aligned_with": ("PER ORG GPE NORP PRD", "PER ORG GPE NORP"),
    "uses": ("PER ORG GPE", "WEA VEH PRD FAC"),
}
_LEADERS = word_set("relations", "leaders")
_PLACES = frozenset(("GPE", "LOC", "FAC"))
_STATIONED = frozenset(["stationed", "based", "deployed", "housed", "hosted", "garrisoned"])
_HOSTING = frozenset(["hosting", "hosts", "hosted", "housing", "houses", "housed"])
_BACKED = frozenset(["backed", "linked", "aligned", "funded", "trained", "allied"])
_HELD = frozenset(["controlled", "held", "occupied", "run"])
_OWNERS = frozenset(["its", "their", "his", "her", "our"])


def find_relations(
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    layouts: tuple[Layout, ...],
    entity_of: dict[int, int],
    sides: tuple[tuple[int, int], ...],
) -> tuple[FoundRelation, ...]:
    """All relations in text order; ``sides`` are pairs of mentions that fight each other."""
    found: list[FoundRelation] = []
    for number, sentence in enumerate(sentences):
        if sentence.kind in ("byline", "byline_date", "credit"):
            continue
        layout = layouts[number]
        here = sorted([c.mention for c in layout.chunks] + list(layout.inner))
        found += _nested(sentence.tokens, here, mentions)
        found += _possessed(sentence.tokens, here, mentions)
        found += _beside(sentence.tokens, layout, mentions)
    found += [FoundRelation("opposes", min(pair), max(pair)) for pair in sides]
    return _admitted(found, mentions, entity_of)


def _admitted(
    found: list[FoundRelation], mentions: tuple[Phrase, ...], entity_of: dict[int, int]
) -> tuple[FoundRelation, ...]:
    """One relation a pair, the first said; ends of the right types; never within one entity."""
    kept: list[FoundRelation] = []
    pairs: set[tuple[int, int]] = set()
    for relation in found:
        head, tail = relation.head, relation.tail
        if head not in entity_of or tail not in entity_of or entity_of[head] == entity_of[tail]:
            continue
        heads, tails = _ENDS[relation.type]
        types = (_type(mentions, head), _type(mentions, tail))
        fits = (not types[0] or types[0] in heads.split()) and (
            not types[1] or types[1] in tails.split()
        )
        pair = (min(head, tail), max(head, tail))
        if fits and pair not in pairs:
            pairs.add(pair)
            kept.append(relation)
    return tuple(kept)


def _type(mentions: tuple[Phrase, ...], index: int) -> str:
    return mentions[index].type


def _nested(
    tokens: tuple[Token, ...], here: list[int], mentions: tuple[Phrase, ...]
) -> list[FoundRelation]:
    """What a name or noun in front of a head says of it: Varonian base, army spokesman."""
    found = []
    for inner in here:
        one = mentions[inner]
        around = [
            i for i in here
            if i != inner and mentions[i].first <= one.first and one.last <= mentions[i].last
            and (mentions[i].first, mentions[i].last) != (one.first, one.last)
        ]  # fmt: skip
        if not around:
            continue
        outer = min(around, key=lambda i: mentions[i].last - mentions[i].first)
        found += _of_modifier(tokens, inner, outer, one, mentions[outer])
    return found


def _of_modifier(
    tokens: tuple[Token, ...], inner: int, outer: int, one: Phrase, two: Phrase
) -> list[FoundRelation]:
    joiner = (
        tokens[one.last + 1].lower
        if one.last + 1 < two.last and tokens[one.last].text == "-"
        else ""
    )
    before = (
        tokens[one.first - 2].lower if one.first >= 2 and tokens[one.first - 1].text == "-" else ""
    )
    if before == "pro":
        return [FoundRelation("aligned_with", outer, inner)]
    if before == "anti":
        return [FoundRelation("opposes", outer, inner)]
    if joiner == "led":
        return [FoundRelation("leads", inner, outer)]
    if joiner in _HELD:
        return [FoundRelation("controls", inner, outer)]
    if joiner in _BACKED:
        return [FoundRelation("affiliated_with", outer, inner)]
    if one.type in _PLACES and two.type in ("FAC", "LOC", "GPE"):
        return [FoundRelation("located_in", outer, inner)]
    if one.type in ("ORG", "GPE", "NORP") and two.type in ("PER", "ORG", "PRD", "VEH", "WEA"):
        controls = one.type == "ORG" and two.type in ("VEH", "WEA")
        return [
            FoundRelation("controls", inner, outer)
            if controls
            else FoundRelation("affiliated_with", outer, inner)
        ]
    if one.type == "ORG" and two.type == "FAC":
        return [FoundRelation("controls", inner, outer)]
    return []


def _possessed(
    tokens: tuple[Token, ...], here: list[int], mentions: tuple[Phrase, ...]
) -> list[FoundRelation]:
    """Karsa's port, the group's leader, its troops."""
    found = []
    starts: dict[int, list[int]] = {}
    for index in here:
        starts.setdefault(mentions[index].first, []).append(index)
    pairs = (
        (a, b) for a in here for away in (0, 1) for b in starts.get(mentions[a].last + away, ())
    )
    for owner, owned in pairs:
        one, two = mentions[owner], mentions[owned]
        gap = [t.lower for t in tokens[one.last : two.first]]
        genitive = gap in (["'s"], ["’s"], ["'"], ["’"])
        pronoun = one.level == "PRO" and one.name in _OWNERS and one.last == two.first
        if not (genitive or pronoun):
            continue
        if two.type == "PER" and two.name in _LEADERS and not two.group:
            found.append(FoundRelation("leads", owned, owner))
        elif two.type in ("PER", "ORG", "PRD"):
            found.append(FoundRelation("affiliated_with", owned, owner))
        elif one.type in ("GPE", "LOC") and two.type in _PLACES:
            found.append(FoundRelation("located_in", owned, owner))
        elif one.type in ("ORG", "PER", "GPE") and two.type in ("FAC", "VEH", "WEA"):
            found.append(FoundRelation("controls", owner, owned))
    return found


def _beside(
    tokens: tuple[Token, ...], layout: Layout, mentions: tuple[Phrase, ...]
) -> list[FoundRelation]:
    """Neighbouring phrases and the words between them: base in Dorat, leader of the group."""
    found = []
    for left, right in zip(layout.chunks, layout.chunks[1:], strict=False):
        gap = tuple(t.lower for t in tokens[left.last : right.start])
        found += _joined(left, right, gap, layout, mentions)
    return found


def _joined(
    left: Chunk, right: Chunk, gap: tuple[str, ...], layout: Layout, mentions: tuple[Phrase, ...]
) -> list[FoundRelation]:
    one, two = mentions[left.mention], mentions[right.mention]
    a, b = left.mention, right.mention
    to_place = two.type in _PLACES
    if len(gap) > 7:
        return []
    words = set(gap)
    if to_place and words & _STATIONED and one.type in ("PER", "ORG", "VEH", "WEA"):
        return [FoundRelation("stationed_at", a, b)]
    if one.type in _PLACES and gap[:1] and gap[0] in _HOSTING and two.type in ("PER", "ORG"):
        return [FoundRelation("stationed_at", b, a)]
    if one.type in ("FAC", "GPE", "LOC") and to_place:
        distance = any(
            left.last <= first and last <= right.start + 1 for _, first, last in layout.quantities
        )
        if gap in (("near",), ("outside",), ("close", "to")) or (
            gap[-1:] in (("of",), ("from",)) and distance
        ):
            return [FoundRelation("near", a, b)]
        if gap in (("in",), ("at",), ("inside",), ("on",), (",", "in")):
            return [FoundRelation("located_in", a, b)]
        named = one.level == two.level == "NAM" and two.type == "GPE" and two.subtype != "city"
        if gap == (",",) and named and one.type in ("GPE", "FAC"):
            return [FoundRelation("located_in", a, b)]
    if gap == ("of",) and two.type in ("ORG", "GPE"):
        if one.type == "PER" and one.name in _LEADERS:
            return [FoundRelation("leads", a, b)]
        if one.type == "PER":
            return [FoundRelation("affiliated_with" if two.type == "ORG" else "located_in", a, b)]
        if one.type == two.type == "ORG":
            return [FoundRelation("part_of", a, b)]
    if one.type in ("ORG", "PER") and two.type in ("ORG", "GPE", "PER"):
        if gap[-2:] in (
            ("linked", "to"),
            ("backed", "by"),
            ("affiliated", "with"),
            ("loyal", "to"),
            ("funded", "by"),
        ):
            return [FoundRelation("affiliated_with", a, b)]
        if gap[-2:] in (("allied", "with"), ("allied", "to"), ("aligned", "with")):
            return [FoundRelation("aligned_with", a, b)]
    return []
