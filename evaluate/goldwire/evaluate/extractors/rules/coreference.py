"""Mentions to entities: from left to right, each mention to an earlier chain or a new one."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapidfuzz.distance import JaroWinkler

from .mentions import Phrase
from .tokens import Sentence

__all__ = ["Chain", "find_chains"]

_TOP = frozenset(("headline", "deck", "summary", "caption"))
# Definite phrases that take up a name of another kind of word: head to type and subtypes.
_ANAPHORS: dict[str, tuple[str, frozenset[str]]] = {
    "country": ("GPE", frozenset({"country"})),
    "nation": ("GPE", frozenset({"country"})),
    "province": ("GPE", frozenset({"admin1"})),
    "governorate": ("GPE", frozenset({"admin1"})),
    "district": ("GPE", frozenset({"admin1"})),
    "city": ("GPE", frozenset({"city"})),
    "town": ("GPE", frozenset({"city"})),
    "village": ("GPE", frozenset({"city"})),
    "group": ("ORG", frozenset({"nonstate_armed"})),
    "movement": ("ORG", frozenset({"nonstate_armed", "political"})),
    "militia": ("ORG", frozenset({"nonstate_armed"})),
    "faction": ("ORG", frozenset({"nonstate_armed"})),
    "network": ("ORG", frozenset({"nonstate_armed"})),
    "base": ("FAC", frozenset({"military_base"})),
    "camp": ("FAC", frozenset({"military_base"})),
    "airport": ("FAC", frozenset({"transport"})),
    "hospital": ("FAC", frozenset({"medical"})),
    "mosque": ("FAC", frozenset({"worship"})),
    "agency": ("ORG", frozenset({"media", "government"})),
}


@dataclass
class Chain:
    """One entity while it is being built; ``members`` are positions in the list of mentions."""

    type: str
    subtype: str | None
    name: str | None = None
    group: bool = False
    generic: bool = False
    gender: str = ""
    country: str | None = None
    members: list[int] = field(default_factory=list)
    lemmas: set[str] = field(default_factory=set)
    surfaces: set[str] = field(default_factory=set)
    at_top: bool = False
    last_sentence: int = 0


def find_chains(
    text: str,
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    speakers: dict[int, int],
) -> tuple[Chain, ...]:
    """All entities, in the order of their first mention.

    ``speakers`` gives, for the positions of "I" and "me" in quotations, the mention of who
    speaks. Pronouns without an antecedent have no chain; the caller leaves them out.
    """
    chains: list[Chain] = []
    chain_of: dict[int, Chain] = {}
    for index, mention in enumerate(mentions):
        surface = _surface(text, sentences, mention)
        chain = _antecedent(
            index, mention, surface, sentences, mentions, chains, chain_of, speakers
        )
        if chain is None:
            if mention.level == "PRO":
                continue
            chain = Chain(mention.type, mention.subtype)
            tokens = sentences[mention.sentence].tokens
            denied = mention.first > 0 and tokens[mention.first - 1].lower in ("no", "any")
            chain.generic = denied and mention.level == "NOM"
            chains.append(chain)
        _add(chain, index, mention, surface, sentences[mention.sentence], mentions)
        chain_of[index] = chain
    return tuple(chains)


def _surface(text: str, sentences: tuple[Sentence, ...], mention: Phrase) -> str:
    tokens = sentences[mention.sentence].tokens
    return text[tokens[mention.first].start : tokens[mention.last - 1].end]


def _add(
    chain: Chain,
    index: int,
    mention: Phrase,
    surface: str,
    sentence: Sentence,
    mentions: tuple[Phrase, ...],
) -> None:
    chain.members.append(index)
    chain.last_sentence = mention.sentence
    if mention.level == "PRO":
        return
    chain.surfaces.add(surface.lower())
    chain.group = chain.group or mention.group
    chain.at_top = chain.at_top or sentence.kind in _TOP
    if mention.level == "NAM":
        chain.gender = chain.gender or mention.form * (mention.form in ("male", "female"))
        chain.country = chain.country or mention.country
        told = surface if mention.form == "listed" else mention.name
        named = [i for i in chain.members if mentions[i].level == "NAM"]
        if len(named) == 1 or len(told) > len(chain.name or ""):
            chain.name = told
        if mention.subtype and chain.subtype in (None, "ngo"):
            chain.subtype = mention.subtype
    else:
        chain.lemmas.add(mention.name)
        if mention.name in ("man", "boy", "father", "son", "husband", "brother", "spokesman"):
            chain.gender = chain.gender or "male"
        elif mention.name in (
            "woman",
            "girl",
            "mother",
            "daughter",
            "wife",
            "sister",
            "spokeswoman",
        ):
            chain.gender = chain.gender or "female"
        if chain.name is None:
            chain.name = surface


def _antecedent(
    index: int,
    mention: Phrase,
    surface: str,
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    chains: list[Chain],
    chain_of: dict[int, Chain],
    speakers: dict[int, int],
) -> Chain | None:
    if mention.level == "PRO":
        if mention.form == "speaker":
            return chain_of.get(speakers.get(index, -1))
        return _of_pronoun(index, mention, sentences, mentions, chains, chain_of)
    beside = _apposed(index, mention, sentences, mentions, chain_of)
    if mention.level == "NAM":
        named = _of_name(mention, chains, mentions)
        if named is not None and beside is not None and named is not beside:
            _merge(named, beside, chains, chain_of, mentions)
        return named or beside
    if beside is not None:
        return beside
    return _of_noun(index, mention, surface, sentences, mentions, chains, chain_of)


def _merge(
    named: Chain,
    beside: Chain,
    chains: list[Chain],
    chain_of: dict[int, Chain],
    mentions: tuple[Phrase, ...],
) -> None:
    """The city of Basra: what the noun refers to is what the name refers to."""
    if beside.type != named.type or any(mentions[i].level == "NAM" for i in beside.members):
        return
    named.members = sorted(named.members + beside.members)
    named.lemmas |= beside.lemmas
    named.surfaces |= beside.surfaces
    for member in beside.members:
        chain_of[member] = named
    chains[:] = [chain for chain in chains if chain is not beside]


def _of_name(mention: Phrase, chains: list[Chain], mentions: tuple[Phrase, ...]) -> Chain | None:
    """The chain of the same name; of a person also by last name; of a body also by its initials."""
    for chain in chains:
        if chain.type != mention.type:
            continue
        for member in chain.members:
            other = mentions[member]
            if other.level == "NAM" and _same_name(mention, other):
                return chain
    return None


def _same_name(one: Phrase, two: Phrase) -> bool:
    if one.type == "GPE" and "country" in (one.subtype, two.subtype) and one.subtype != two.subtype:
        return False
    if one.name == two.name:
        return True
    a, b = one.name.split(" "), two.name.split(" ")
    if one.type == "PER":
        short, long = sorted((a, b), key=len)
        if len(short) == 1:
            return short[0] == long[-1] and len(short[0]) > 2
        # Romanised names differ in a letter or two: Mohammed, Muhammad.
        return short[-1] == long[-1] and JaroWinkler.similarity(short[0], long[0]) > 0.9
    if one.type == "ORG":
        return _abbreviates(one.name, b) or _abbreviates(two.name, a)
    return False


def _abbreviates(short: str, long: list[str]) -> bool:
    """Whether the capitals of the words make up the short name: RDB, Red Dawn Brigades."""
    initials = "".join(word[0] for word in long if word[:1].isupper())
    return short.isupper() and len(short) > 1 and len(long) > 1 and initials == short


def _apposed(
    index: int,
    mention: Phrase,
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    chain_of: dict[int, Chain],
) -> Chain | None:
    """The chain of the mention before, where comma, bracket, "of", or "is" equates the two."""
    tokens = sentences[mention.sentence].tokens
    for before in range(index - 1, -1, -1):
        other = mentions[before]
        if other.sentence != mention.sentence:
            return None
        modifies = other.form == "adjective"
        if modifies or other.type != mention.type or other.level == "PRO" or before not in chain_of:
            continue
        gap = [token.lower for token in tokens[other.last : mention.first]]
        if len(gap) > 3:
            return None
        if gap == ["("] and mention.level == "NAM" and other.level == "NAM":
            return chain_of[before]
        levels = {other.level, mention.level}
        same_number = other.group == mention.group or mention.type != "PER"
        if gap in (["of"],) and other.level == "NOM" and mention.level == "NAM":
            return chain_of[before] if mention.type in ("GPE", "FAC") else None
        identity = gap in (["is", "a"], ["is", "the"], ["was", "a"], ["was", "the"], ["is", "an"])
        if identity and same_number:
            return chain_of[before]
        if levels == {"NAM", "NOM"} and same_number and mention.type in ("PER", "ORG", "FAC"):
            called = gap in (["called"], ["named"], ["calling", "itself"], ["known", "as"])
            if gap in ([",", "a"], [",", "the"], [",", "an"], [","]) or called:
                after = tokens[mention.last].text if mention.last < len(tokens) else "."
                person = mention.type == "PER" and (other.level == "NAM" or after in ",.")
                listed = gap == [","] and not person
                return None if listed else chain_of[before]
        return None
    return None


def _of_noun(
    index: int,
    mention: Phrase,
    surface: str,
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    chains: list[Chain],
    chain_of: dict[int, Chain],
) -> Chain | None:
    """Same words before, same head behind a definite article, or a name that the head describes."""
    sentence = sentences[mention.sentence]
    lead = sentence.tokens[mention.first - 1].lower if mention.first else ""
    if lead in ("no", "another", "other"):
        return None
    fitting = [
        chain for chain in reversed(chains)
        if chain.type == mention.type and not chain.generic
        and _subtypes_fit(chain.subtype, mention.subtype, mention.type)
    ]  # fmt: skip
    several_words = " " in surface
    singular_body = mention.type == "ORG" and not mention.group
    for chain in fitting:
        same_words = surface.lower() in chain.surfaces
        if same_words and (mention.definite or several_words or singular_body):
            return chain
    if mention.definite:
        for chain in fitting:
            if (
                mention.name in chain.lemmas
                and chain.group == mention.group
                and _modifiers_fit(surface, chain)
            ):
                return chain
        for chain in fitting:
            named = any(mentions[i].level == "NAM" for i in chain.members)
            words = (chain.name or "").lower().split(" ")
            told = {word.lower() for word in surface.split()} <= set(words)
            if named and told and mention.name in words and chain.group == mention.group:
                return chain
        if (anaphor := _ANAPHORS.get(mention.name)) and mention.last - mention.first == 1:
            for chain in fitting:
                named = any(mentions[i].level == "NAM" for i in chain.members)
                near = mention.sentence - chain.last_sentence <= 4
                named = named and any(
                    mentions[i].level == "NAM" and mentions[i].form != "adjective"
                    for i in chain.members
                )
                if named and near and chain.type == anaphor[0] and chain.subtype in anaphor[1]:
                    return chain
    if sentence.kind not in _TOP:  # the body takes up what the headline told
        for chain in fitting:
            only_top = chain.at_top and all(
                sentences[mentions[i].sentence].kind in _TOP for i in chain.members
            )
            fits = only_top and _modifiers_fit(surface, chain)
            if fits and mention.name in chain.lemmas and chain.group == mention.group:
                return chain
    return None


def _modifiers_fit(surface: str, chain: Chain) -> bool:
    """Whether the words before the head are known of the chain, or it is bare and they no names."""
    modifiers = set(surface.split()[:-1])
    known = {word for told in chain.surfaces for word in told.split()}
    if {word.lower() for word in modifiers} <= known:
        return True
    bare = all(" " not in told for told in chain.surfaces)
    first = surface.split(maxsplit=1)[0]
    return bare and not any(word[0].isupper() for word in modifiers if word != first)


def _subtypes_fit(one: str | None, two: str | None, type_: str) -> bool:
    return type_ not in ("ORG", "GPE") or one == two or None in (one, two)


def _of_pronoun(
    index: int,
    mention: Phrase,
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    chains: list[Chain],
    chain_of: dict[int, Chain],
) -> Chain | None:
    """The nearest subject-like chain of fitting gender and number within two sentences."""
    best: tuple[float, int] | None = None
    for before in range(index - 1, -1, -1):
        other = mentions[before]
        distance = mention.sentence - other.sentence
        if distance > 2:
            break
        chain = chain_of.get(before)
        if chain is None or other.form == "adjective" or not _agrees(mention, chain):
            continue
        zone_change = sentences[other.sentence].kind != sentences[mention.sentence].kind
        if zone_change and distance:
            continue
        score = 3.0 - 1.5 * distance + 1.5 * (other.first <= 3)
        score += 1.0 * (other.level == "NAM") + 0.5 * min(len(chain.members), 3)
        score -= 0.05 * (mention.first - other.first if distance == 0 else 10)
        if distance == 0 and _is_within(mention, mentions, before):
            continue
        if best is None or score > best[0]:
            best = (score, before)
    return chain_of[best[1]] if best else None


def _is_within(mention: Phrase, mentions: tuple[Phrase, ...], before: int) -> bool:
    other = mentions[before]
    return other.first <= mention.first < other.last


def _agrees(mention: Phrase, chain: Chain) -> bool:
    if mention.form in ("male", "female"):
        return chain.type == "PER" and not chain.group and chain.gender in ("", mention.form)
    if mention.form == "thing":
        return not chain.group and chain.type in ("ORG", "GPE", "FAC", "WEA", "VEH")
    plural_body = chain.type == "ORG" and (
        chain.group or chain.subtype in ("police", "military", "nonstate_armed")
    )
    return (
        (chain.type in ("PER", "NORP") and chain.group)
        or plural_body
        or (chain.group and chain.type in ("WEA", "VEH"))
    )
