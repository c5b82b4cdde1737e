"""Common noun phrases (NOM) and pronouns (PRO)."""

from __future__ import annotations

from .gazetteer import Lexicon, Noun, lexicon, longest
from .mentions import Phrase
from .tokens import Sentence, Token
from .wordlists import word_set

__all__ = ["find_nouns", "find_pronouns"]

_DEFINITE = word_set("phrases", "definite")
_VERB_SIGNS = word_set("phrases", "verb_signs")
# Nouns that are verbs as well; behind one of the signs they are.
_ALSO_VERBS = word_set("phrases", "also_verbs")
_ADJECTIVE_ENDINGS = ("ese", "ish", "ical", "ional", "ian", "ist", "ary", "ous", "ive")
_COMPASS = word_set("phrases", "compass")
_AFTER_A_HEAD = word_set("phrases", "after_a_head")
_JOINERS = word_set("phrases", "joiners")
# Persons that are adjectives where they stand bare before another noun: "insurgent activity".
_ALSO_ADJECTIVES = word_set("phrases", "also_adjectives")
_PRONOUNS: dict[str, tuple[str, bool]] = {
    **dict.fromkeys(("he", "him", "his", "himself"), ("male", False)),
    **dict.fromkeys(("she", "her", "hers", "herself"), ("female", False)),
    **dict.fromkeys(("it", "its", "itself"), ("thing", False)),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), ("", True)),
    **dict.fromkeys(("we", "us", "our", "ours", "ourselves"), ("speaker", True)),
    **dict.fromkeys(("i", "me", "my", "mine", "myself"), ("speaker", False)),
}


def find_nouns(
    sentences: tuple[Sentence, ...], names: tuple[Phrase, ...], blocked: tuple[frozenset[int], ...]
) -> tuple[Phrase, ...]:
    """All base noun phrases whose head is a listed common noun."""
    words = lexicon()
    by_sentence: dict[int, list[Phrase]] = {}
    for name in names:
        by_sentence.setdefault(name.sentence, []).append(name)
    found: list[Phrase] = []
    for number, sentence in enumerate(sentences):
        if sentence.kind not in ("byline", "byline_date", "credit"):
            inside = {
                at: name
                for name in by_sentence.get(number, ())
                for at in range(name.first, name.last)
            }
            found += _nouns(number, sentence, inside, blocked[number], words)
    return tuple(found)


def _nouns(
    number: int,
    sentence: Sentence,
    inside: dict[int, Phrase],
    blocked: frozenset[int],
    words: Lexicon,
) -> list[Phrase]:
    tokens = sentence.tokens
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        hit = None
        if tokens[at].lower in words.nouns and at not in inside and at not in blocked:
            hit = longest(words.nouns, tokens, at, lower=True)
        if hit is None:
            at += 1
            continue
        end, noun = hit
        phrase = _noun_phrase(number, sentence, at, end, noun, inside, words)
        if phrase is not None and not any(index in inside for index in range(at, end)):
            found.append(phrase)
        at = end
    return found


def _noun_phrase(
    number: int,
    sentence: Sentence,
    at: int,
    end: int,
    noun: Noun,
    inside: dict[int, Phrase],
    words: Lexicon,
) -> Phrase | None:
    tokens = sentence.tokens
    before = tokens[at - 1].lower if at else ""
    if noun.lemma in _ALSO_VERBS and (before in _VERB_SIGNS or _governs(tokens, at, end)):
        return None
    following = None if end in inside else _noun_at(tokens, end, words)
    if following is not None and noun.type == "PER":
        return None
    if noun.lemma in _ALSO_ADJECTIVES and not noun.group and _is_adjective(tokens, at, end):
        return None
    if noun.lemma in _COMPASS and (
        before != "the" or (end < len(tokens) and tokens[end].lower == "of")
    ):
        return None
    if noun.lemma in ("dead", "wounded") and (before != "the" or following is not None):
        return None
    if following is not None:
        if noun.weak:
            return None
        first = _left_edge(tokens, at, inside, words) if noun.type == "ORG" else at
        return Phrase(
            number, first, end, end - 1, noun.type, noun.subtype, "NOM", noun.lemma, noun.group
        )
    first = _left_edge(tokens, at, inside, words)
    if noun.weak and not _names_a_body(tokens, at, end, first, inside, words):
        return None
    lead = tokens[first - 1].lower if first else ""
    subtype = _weak_subtype(tokens, at, first, noun) if noun.weak else noun.subtype
    return Phrase(
        number, first, end, end - 1, noun.type, subtype, "NOM", noun.lemma, noun.group,
        lead in _DEFINITE,
    )  # fmt: skip


def _is_adjective(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """Whether the word qualifies the next: a lower-case word that is no function word."""
    after = tokens[end] if end < len(tokens) else None
    return bool(
        after
        and after.lower[0].isalpha()
        and not after.capital
        and after.lower not in _AFTER_A_HEAD
        and not after.lower.endswith("ed")
    )


def _governs(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """Whether the word takes an object as a verb does: "officials suspect the group"."""
    return (
        end < len(tokens)
        and tokens[end].lower in ("the", "a", "an", "that", "their", "its")
        and at > 0
        and tokens[at - 1].lower.endswith("s")
        and not tokens[at].lower.endswith("s")
    )


def _noun_at(tokens: tuple[Token, ...], at: int, words: Lexicon) -> Noun | None:
    hit = longest(words.nouns, tokens, at, lower=True) if at < len(tokens) else None
    return hit[1] if hit else None


def _left_edge(
    tokens: tuple[Token, ...], at: int, inside: dict[int, Phrase], words: Lexicon
) -> int:
    """Left over adjectives, nouns, and names that stand in front of the head."""
    first = at
    while first > 0:
        before = tokens[first - 1]
        name = inside.get(first - 1)
        if name is not None:
            if name.type in ("GPE", "NORP", "ORG", "WEA", "VEH") and name.form != "people":
                first = name.first
                continue
            break
        both = inside.get(first - 2) if first >= 2 and before.lower == "and" else None
        if both is not None and both.form == "adjective" and first < at and first not in inside:
            first = both.first  # Varonian and coalition soldiers: one mention (M10)
            continue
        if before.lower in _JOINERS and first >= 3 and tokens[first - 2].text == "-":
            first = inside[first - 3].first if first - 3 in inside else first - 3
            continue
        if before.text == "-" and first >= 2 and tokens[first - 2].lower in ("pro", "anti"):
            first -= 2
            continue
        if not _modifies(before, words):
            break
        first -= 1
    return first


def _modifies(token: Token, words: Lexicon) -> bool:
    word = token.lower
    if word in words.determiners or not word[0].isalpha():
        return False
    if word in words.premodifiers or word in words.nouns:
        return not word.endswith("s") or word in words.premodifiers
    return ("-" in word and not word.endswith("-old")) or word.endswith(_ADJECTIVE_ENDINGS)


def _names_a_body(
    tokens: tuple[Token, ...],
    at: int,
    end: int,
    first: int,
    inside: dict[int, Phrase],
    words: Lexicon,
) -> bool:
    """Whether "group", "force" and the like mean an organisation here."""
    if end < len(tokens) and tokens[end].lower == "of":
        return False
    if at and (tokens[at - 1].lower in words.organisers or at - 1 in inside):
        return True
    if first < at:
        return any(i in inside or tokens[i].lower in words.organisers for i in range(first, at))
    lead = tokens[first - 1].lower if first else ""
    named = end < len(tokens) and tokens[end].lower in ("called", "named", "known", "calling")
    return lead in ("the", "this", "that", "no", "a", "any", "another") or named


def _weak_subtype(tokens: tuple[Token, ...], at: int, first: int, noun: Noun) -> str | None:
    modifiers = {token.lower for token in tokens[first:at]}
    if noun.lemma == "force":
        return (
            "police"
            if modifiers & {"security", "police", "border"} and not modifiers & {"coalition"}
            else "military"
        )
    if modifiers & {"aid", "rights", "human", "monitoring", "advocacy", "relief", "humanitarian"}:
        return "ngo"
    if modifiers & {"political", "parliamentary"}:
        return "political"
    return "nonstate_armed"


def find_pronouns(sentences: tuple[Sentence, ...]) -> tuple[Phrase, ...]:
    """Personal, possessive, and reflexive pronouns; only "he" and "she" have a type so far."""
    found = []
    for number, sentence in enumerate(sentences):
        if sentence.kind in ("byline", "byline_date", "credit"):
            continue
        for at, token in enumerate(sentence.tokens):
            kind = _PRONOUNS.get(token.lower)
            if kind is None or token.text in ("US", "IT") or _is_empty_it(sentence.tokens, at):
                continue
            type_ = "" if kind[0] in ("thing", "", "speaker") else "PER"
            found.append(
                Phrase(
                    number,
                    at,
                    at + 1,
                    at,
                    type_,
                    None,
                    "PRO",
                    token.lower,
                    kind[1],
                    True,
                    form=kind[0],
                )
            )
    return tuple(found)


_EMPTY = word_set("phrases", "empty")


def _is_empty_it(tokens: tuple[Token, ...], at: int) -> bool:
    """ "It was not immediately clear …" refers to nothing."""
    if tokens[at].lower != "it" or at + 2 >= len(tokens):
        return False
    return tokens[at + 1].lower in ("is", "was", "remains", "remained", "seems", "appears") and (
        tokens[at + 2].lower in _EMPTY
    )
