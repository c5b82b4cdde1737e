"""The word lists beside this module, read once into look-up tables."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple, TypeVar

from .inflection import plural
from .tokens import Token, tokenise
from .wordlists import read_list

__all__ = ["Lexicon", "Name", "Noun", "lexicon", "longest"]


T = TypeVar("T")


class Name(NamedTuple):
    """What a proper name stands for; ``country`` is ISO 3166-1, ``form`` tells adjectives apart."""

    name: str
    type: str
    subtype: str | None
    country: str | None = None
    form: str = "name"


class Noun(NamedTuple):
    """A common noun as head: type, subtype, and whether the form means several."""

    lemma: str
    type: str
    subtype: str | None
    group: bool
    weak: bool = False


class Lexicon(NamedTuple):
    """All tables. Names and titles are indexed by their first token, the longest first."""

    names: dict[str, tuple[tuple[tuple[str, ...], Name], ...]]
    nouns: dict[str, tuple[tuple[tuple[str, ...], Noun], ...]]
    titles: dict[str, tuple[tuple[str, ...], ...]]
    premodifiers: frozenset[str]
    organisers: frozenset[str]
    determiners: frozenset[str]
    particles: frozenset[str]
    female: frozenset[str]
    male: frozenset[str]
    countries: dict[str, str]
    suffixes: dict[str, tuple[str, str | None]]
    prefixes: dict[str, tuple[str, str | None]]


def _words(name: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenise(name + " "))


def _country_names() -> list[tuple[str, Name]]:
    found: list[tuple[str, Name]] = []
    for code, row in read_list("countries.toml").items():
        main = row["name"]
        for name in (main, *row.get("also", ())):
            found.append((name, Name(main, "GPE", "country", code)))
        for adjective in row["adjectives"]:
            found.append((adjective, Name(main, "GPE", "country", code, "adjective")))
        people = row.get("people") or [
            adjective + "s" for adjective in row["adjectives"] if adjective.endswith(("n", "i"))
        ]
        found += [(word, Name(main, "GPE", "country", code, "people")) for word in people]
        if capital := row.get("capital"):
            found.append((capital, Name(capital, "GPE", "city", code)))
    return found


_PLACE_KINDS = {
    "admin1": ("GPE", "admin1"),
    "cities": ("GPE", "city"),
    "regions": ("LOC", "region"),
    "natural": ("LOC", "natural"),
    "border": ("LOC", "border"),
}


def _place_names() -> list[tuple[str, Name]]:
    found = []
    for code, kinds in read_list("places.toml").items():
        country = None if code == "YY" else code
        for kind, rows in kinds.items():
            type_, subtype = _PLACE_KINDS[kind]
            for row in rows:
                main, *also = row.split("=")
                found += [(name, Name(main, type_, subtype, country)) for name in (main, *also)]
    return found


def _other_names() -> list[tuple[str, Name]]:
    return [
        (name, Name(row.split("=")[0], type_, subtype))
        for type_, kinds in read_list("organisations.toml").items()
        for subtype, rows in kinds.items()
        for row in rows
        for name in row.split("=")
    ]


def _name_index() -> dict[str, tuple[tuple[tuple[str, ...], Name], ...]]:
    table: dict[tuple[str, ...], Name] = {}
    for surface, name in (*_country_names(), *_place_names(), *_other_names()):
        table.setdefault(_words(surface), name)
        if name.type in ("GPE", "LOC") and len(surface) > 3:  # datelines are set in capitals
            table.setdefault(_words(surface.upper()), name)
    return _by_first_word(table)


def _by_first_word(
    table: dict[tuple[str, ...], T],
) -> dict[str, tuple[tuple[tuple[str, ...], T], ...]]:
    index: dict[str, list[tuple[tuple[str, ...], T]]] = {}
    for words, value in table.items():
        index.setdefault(words[0], []).append((words, value))
    return {
        first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in index.items()
    }


def _noun_index(lists: dict[str, Any]) -> dict[str, tuple[tuple[tuple[str, ...], Noun], ...]]:
    table: dict[tuple[str, ...], Noun] = {}
    for type_, kinds in lists.items():
        if type_ in ("words", "heads"):
            continue
        for kind, rows in kinds.items():
            subtype = None if kind == "none" else kind
            for row in rows:
                weak, collective = row.startswith("@"), row.endswith("!")
                lemma = row.strip("@!")
                many = "group" if type_ == "PER" else subtype
                collective = collective or (type_, kind) == ("PER", "group")
                one = "group" if type_ == "PER" and collective else subtype
                body = type_ == "ORG"  # one body is no group, however many its members
                forces = body and lemma.endswith("force")
                table.setdefault(
                    _words(lemma), Noun(lemma, type_, one, collective and not body, weak)
                )
                table.setdefault(_words(plural(lemma)), Noun(lemma, type_, many, not forces, weak))
    return _by_first_word(table)


def _heads(rows: dict[str, list[str]]) -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for key, words in rows.items():
        type_, _, subtype = key.partition("_")
        for word in words:
            found.setdefault(word, (type_, subtype or None))
    return found


@functools.cache
def lexicon() -> Lexicon:
    """The tables, read on first use."""
    nouns, titles = read_list("nouns.toml"), read_list("titles.toml")
    words = nouns["words"]
    title_table: dict[tuple[str, ...], bool] = {_words(title): True for title in titles["titles"]}
    return Lexicon(
        names=_name_index(),
        nouns=_noun_index(nouns),
        titles={
            first: tuple(row[0] for row in rows)
            for first, rows in _by_first_word(title_table).items()
        },
        premodifiers=frozenset(words["premodifiers"]),
        organisers=frozenset(words["organisers"]),
        determiners=frozenset(words["determiners"]),
        particles=frozenset(titles["particles"]),
        female=frozenset(titles["female"]) | frozenset(titles["female_names"]),
        male=frozenset(titles["male_names"]),
        countries={code: row["name"] for code, row in read_list("countries.toml").items()},
        suffixes=_heads(nouns["heads"]["suffix"]),
        prefixes=_heads(nouns["heads"]["prefix"]),
    )


def longest(
    index: dict[str, tuple[tuple[tuple[str, ...], T], ...]],
    tokens: tuple[Token, ...],
    at: int,
    lower: bool = False,
) -> tuple[int, T] | None:
    """The longest entry of ``index`` that stands at token ``at``: its end and its value."""
    rows = index.get(tokens[at].lower if lower else tokens[at].text)
    if rows is None:
        return None
    for words, value in rows:
        end = at + len(words)
        if end == at + 1:
            return end, value
        if end > len(tokens):
            continue
        for token, word in zip(tokens[at + 1 : end], words[1:], strict=True):
            if (token.lower if lower else token.text) != word:
                break
        else:
            return end, value
    return None
