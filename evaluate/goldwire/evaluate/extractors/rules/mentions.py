"""The record of one mention before it has an id, and how names, phrases, and pronouns combine."""

from __future__ import annotations

from typing import NamedTuple

from .tokens import Sentence
from .wordlists import word_set

__all__ = ["Phrase", "combine", "full_start"]


class Phrase(NamedTuple):
    """A mention by token numbers of its sentence: ``[first, last)`` and the head token.

    ``name`` is the canonical name of a NAM, the lemma of the head of a NOM, the pronoun of a
    PRO; ``definite`` is true behind the, this, its and the like.
    """

    sentence: int
    first: int
    last: int
    head: int
    type: str
    subtype: str | None
    level: str
    name: str
    group: bool = False
    definite: bool = False
    country: str | None = None
    form: str = ""


def combine(
    sentences: tuple[Sentence, ...],
    names: tuple[Phrase, ...],
    nouns: tuple[Phrase, ...],
    pronouns: tuple[Phrase, ...],
) -> tuple[Phrase, ...]:
    """All mentions in text order, the outer first; what would cross a name is dropped."""
    names, nouns = _with_functions(names, nouns)
    kinds = {(n.sentence, at, n.type) for n in nouns for at in range(n.first, n.head)}
    names = tuple(  # Katyusha rockets: one weapon, told by make and kind
        name for name in names
        if name.type not in ("WEA", "VEH") or (name.sentence, name.head, name.type) not in kinds
    )  # fmt: skip
    kept: list[Phrase] = list(names)
    by_sentence: dict[int, list[Phrase]] = {}
    for name in names:
        by_sentence.setdefault(name.sentence, []).append(name)
    for phrase in (*nouns, *pronouns):
        others = by_sentence.setdefault(phrase.sentence, [])
        if all(_nests(phrase, other) for other in others):
            kept.append(phrase)
            others.append(phrase)
    kept.sort(key=lambda phrase: (phrase.sentence, phrase.first, -phrase.last))
    return tuple(kept)


def _with_functions(
    names: tuple[Phrase, ...], nouns: tuple[Phrase, ...]
) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    """A function or type noun before a name is inside it: ministry spokesman Ari Benn (M6)."""
    ends = {(noun.sentence, noun.last): noun for noun in nouns}
    taken: set[Phrase] = set()
    grown = []
    for name in names:
        noun = ends.get((name.sentence, name.first))
        alike = noun is not None and noun.type == name.type in ("PER", "ORG", "PRD", "WEA")
        if noun and alike and name.form != "adjective" and not noun.group and noun not in taken:
            taken.add(noun)
            name = name._replace(first=noun.first)
        grown.append(name)
    grown = _with_bodies(grown)
    return tuple(grown), tuple(noun for noun in nouns if noun not in taken)


def _with_bodies(names: list[Phrase]) -> list[Phrase]:
    """Bodies and countries right before a titled person are inside: ⟦⟦Varonian⟧ President Orsk⟧."""
    ends = {(name.sentence, name.last): name for name in names if name.type in ("GPE", "ORG")}
    found = []
    for name in names:
        titled = name.type == "PER" and name.last - name.first > name.name.count(" ") + 1
        before = ends.get((name.sentence, name.first))
        while titled and before and (before.type == "ORG" or before.form == "adjective"):
            name = name._replace(first=before.first)
            before = ends.get((name.sentence, name.first))
        found.append(name)
    return found


def _nests(new: Phrase, old: Phrase) -> bool:
    apart = new.last <= old.first or old.last <= new.first
    inside_new = new.first <= old.first and old.last <= new.last
    around_new = (
        old.first <= new.first
        and new.last <= old.last
        and (old.level == "NOM" or new.last <= old.head)
    )
    same = (new.first, new.last) == (old.first, old.last)
    headed_apart = not old.first <= new.head < old.last
    return apart or (inside_new and not same and headed_apart) or (around_new and not same)


_IN_FRONT = word_set("mentions", "in_front")

_MARKS = frozenset("\"“‘'")
_GENITIVE = ("'s", "’s")


def full_start(sentence: Sentence, first: int, numbers: frozenset[int]) -> int:
    """Where the full noun phrase begins: left over determiners, numerals, and quotation marks.

    ``numbers`` holds the numbers of tokens that lie in quantities.
    """
    tokens = sentence.tokens
    at = first
    while at > 0:
        word = tokens[at - 1]
        skipped = word.lower in _IN_FRONT and word.lower not in ("of", "to", "at", "over")
        counted = word.lower == "of" and at >= 2 and at - 2 in numbers  # dozens of women
        if word.lower in _GENITIVE:
            at = _possessor(sentence, at - 1)
        elif skipped or counted or at - 1 in numbers or word.text in _MARKS:
            at -= 1
        else:
            break
    return at


def _possessor(sentence: Sentence, at: int) -> int:
    """Where the possessor begins whose ’s is at token ``at``: a run of capitals, or one word."""
    first = max(at - 1, 0)
    while first > 0 and sentence.tokens[first].capital and sentence.tokens[first - 1].capital:
        first -= 1
    return first
