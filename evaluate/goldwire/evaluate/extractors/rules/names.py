"""Proper names: listed ones, and unknown ones by their shape and their neighbours."""

from __future__ import annotations

import re

from .gazetteer import Lexicon, Name, lexicon, longest
from .mentions import Phrase
from .tokens import Sentence, Token
from .wordlists import word_set

__all__ = ["find_names"]

_SPEECH = word_set("names", "speech")
_PLACE_WORDS = word_set("names", "place_words")
# Capitals that are no names: words that open sentences, weekdays, months, honorary words.
_NO_NAME = word_set("names", "no_name")
_NAMING_GROUP = frozenset(["called", "named", "dubbed", "itself", "themselves"])
_LOWER_ORG_HEADS = word_set("names", "lower_org_heads")

_ARABIC_ARTICLES = frozenset(("al-", "el-", "as-", "ad-", "ar-"))
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_COMPASS = frozenset(
    f"{way}{end}" for way in ("north", "south", "east", "west", "northeast", "northwest",
    "southeast", "southwest", "north-east", "north-west", "south-east", "south-west")
    for end in ("ern", "")
) | {"central"}  # fmt: skip

Known = dict[str, tuple[tuple[tuple[str, ...], Name], ...]]


def find_names(
    sentences: tuple[Sentence, ...], blocked: tuple[frozenset[int], ...]
) -> tuple[Phrase, ...]:
    """All NAM mentions; ``blocked`` holds, for each sentence, the tokens inside times.

    Two passes: names that running text makes clear teach what headlines and bare last names mean.
    """
    words = lexicon()
    first = [
        [] if sentence.titled else _scan(number, sentence, blocked[number], words, {})
        for number, sentence in enumerate(sentences)
    ]
    known = _known_names(sentences, [phrase for found in first for phrase in found])
    found: list[Phrase] = []
    for number, sentence in enumerate(sentences):
        settled = not sentence.titled and not any(token.text in known for token in sentence.tokens)
        found += (
            first[number] if settled else _scan(number, sentence, blocked[number], words, known)
        )
    return tuple(found)


def _known_names(sentences: tuple[Sentence, ...], learnt: list[Phrase]) -> Known:
    """An index of the article's own names; of a person also the last name alone."""
    table: dict[tuple[str, ...], Name] = {}
    for phrase in learnt:
        if phrase.form == "listed":
            continue
        tokens = sentences[phrase.sentence].tokens[phrase.first : phrase.last]
        name = Name(phrase.name, phrase.type, phrase.subtype, phrase.country, "learnt")
        if phrase.type == "PER":
            own = [t.text for t in tokens if t.text in phrase.name.split(" ")]
            table.setdefault(tuple(own), name)
            if len(own) > 1 and len(own[-1]) > 3:
                table.setdefault((own[-1],), name)
        else:
            table.setdefault(tuple(token.text for token in tokens), name)
    index: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
    for surface, name in table.items():
        if surface:
            index.setdefault(surface[0], []).append((surface, name))
    return {
        first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in index.items()
    }


def _scan(
    number: int, sentence: Sentence, blocked: frozenset[int], words: Lexicon, known: Known
) -> list[Phrase]:
    tokens = sentence.tokens
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        text = tokens[at].text
        opens = text[0].isupper() or text in words.names or text[:3] in _ARABIC_ARTICLES
        if not (opens or text in known) or at in blocked:
            at += 1
            continue
        phrase = _name_at(number, sentence, at, blocked, words, known)
        if phrase is None:
            at += 1
            continue
        found += phrase
        at = max(one.last for one in phrase)
        short = _initials_in_brackets(number, tokens, at, phrase[0])
        if short:
            found.append(short)
            at = short.last + 1
    return found


def _initials_in_brackets(
    number: int, tokens: tuple[Token, ...], at: int, name: Phrase
) -> Phrase | None:
    """The abbreviation in "Islamic State (IS)": the same thing under its short name."""
    if name.form in ("adjective", "people") or name.type not in ("ORG", "PRD", "WEA"):
        return None
    if at + 2 >= len(tokens) or tokens[at].text != "(" or tokens[at + 2].text != ")":
        return None
    text = tokens[at + 1].text
    if not (text.isupper() and 2 <= len(text) <= 7):
        return None
    return Phrase(number, at + 1, at + 2, at + 1, name.type, name.subtype, "NAM", text)


def _name_at(
    number: int,
    sentence: Sentence,
    at: int,
    blocked: frozenset[int],
    words: Lexicon,
    known: Known,
) -> list[Phrase] | None:
    """The name that begins at token ``at``, with names nested in it; ``None`` for none."""
    tokens = sentence.tokens
    title = _title_end(tokens, at, words)
    if title and not sentence.titled:
        end = _run_end(tokens, title, blocked, words)
        if end > title and longest(words.names, tokens, title) is None:
            return [_person(number, tokens, at, title, min(end, title + 4), words)]
    heard = longest(known, tokens, at)
    listed = longest(words.names, tokens, at)
    if heard and (not listed or heard[0] >= listed[0]):
        start = heard[1]
        return [_phrase(number, tokens, at, heard[0], start.type, start.subtype, start.name)]
    if sentence.titled:
        return [_listed(number, at, *listed)] if listed else None
    end = _run_end(tokens, at, blocked, words)
    if end <= at:
        return [_listed(number, at, *listed)] if listed else None
    if listed:
        return _around_listed(number, tokens, at, end, listed, words)
    end = _before_title(tokens, at, end, words)
    return _by_shape(number, tokens, at, end, words)


def _title_end(tokens: tuple[Token, ...], at: int, words: Lexicon) -> int:
    """The end of the titles that begin at ``at``; 0 where none does."""
    end = 0
    start = at
    while start < len(tokens):
        matched = 0
        for title in words.titles.get(tokens[start].text, ()):
            stop = start + len(title)
            if tuple(t.text for t in tokens[start:stop]) == title:
                matched = stop
                break
        if not matched:
            break
        end = start = matched
    return end


def _before_title(tokens: tuple[Token, ...], at: int, end: int, words: Lexicon) -> int:
    """Cut a run of capitals where a title or a listed name begins inside it."""
    for middle in range(at + 1, end):
        if _title_end(tokens, middle, words) or (
            (hit := longest(words.names, tokens, middle)) and hit[1].form != "name"
        ):
            return middle
    return end


def _run_end(tokens: tuple[Token, ...], at: int, blocked: frozenset[int], words: Lexicon) -> int:
    """The end of the run of capitalised words and name particles that begins at ``at``."""
    end = at
    while end < len(tokens) and end not in blocked:
        token = tokens[end]
        if (_is_name_word(token) and token.lower not in _NO_NAME) or (
            token.lower in words.particles
            and end > at
            and end + 1 < len(tokens)
            and _is_name_word(tokens[end + 1])
        ):
            end += 1
        elif token.lower == "of" and end > at and tokens[end - 1].text in words.prefixes:
            end += 2 if end + 1 < len(tokens) and tokens[end + 1].lower == "the" else 1
        else:
            break
    while end > at and not _is_name_word(tokens[end - 1]):
        end -= 1
    return end


def _is_name_word(token: Token) -> bool:
    text = token.text
    return (text[0].isupper() and (len(text) > 1 or text == "I")) or (
        text[:3] in _ARABIC_ARTICLES and text[3:4].isupper()
    )


def _phrase(
    number: int,
    tokens: tuple[Token, ...],
    first: int,
    last: int,
    type_: str,
    subtype: str | None,
    name: str | None = None,
    form: str = "",
) -> Phrase:
    definite = first > 0 and tokens[first - 1].lower == "the"
    surface = " ".join(token.text for token in tokens[first:last])
    head = last - 1
    for at in range(first + 1, last - 1):  # Ministry of Defence: the word before the phrase (M23)
        if tokens[at].lower == "of":
            head = at - 1
            break
    return Phrase(
        number, first, last, head, type_, subtype, "NAM", name or surface,
        definite=definite, form=form, group=type_ == "NORP",
    )  # fmt: skip


def _listed(number: int, at: int, end: int, name: Name) -> Phrase:
    if name.form == "people":  # three Varonians: persons, by rule M27
        return Phrase(number, at, end, end - 1, "PER", "group", "NOM", name.name + " people",
                      True, country=name.country, form="people")  # fmt: skip
    form = "adjective" if name.form == "adjective" else "listed"
    return Phrase(
        number, at, end, end - 1, name.type, name.subtype, "NAM", name.name,
        country=name.country, form=form, group=name.type == "NORP",
    )  # fmt: skip


def _person(
    number: int, tokens: tuple[Token, ...], first: int, start: int, last: int, words: Lexicon
) -> Phrase:
    name = " ".join(token.text for token in tokens[start:last])
    told = {token.text for token in tokens[first:last]}
    form = "female" if told & words.female else "male" if told & words.male else ""
    return Phrase(number, first, last, last - 1, "PER", "individual", "NAM", name, form=form)


def _around_listed(
    number: int,
    tokens: tuple[Token, ...],
    at: int,
    end: int,
    listed: tuple[int, Name],
    words: Lexicon,
) -> list[Phrase]:
    """A listed name, or the longer name that begins with it (Baghdad International Airport)."""
    stop, name = listed
    inner = _listed(number, at, stop, name)
    if end > stop and tokens[end - 1].lower in words.suffixes:
        type_, subtype = words.suffixes[tokens[end - 1].lower]
        return [_phrase(number, tokens, at, end, type_, subtype or _default(type_))]
    after = tokens[stop].lower if stop < len(tokens) else ""
    if name.form == "name" and name.subtype == "admin1" and after == "state":
        return [_westward(tokens, inner._replace(last=stop + 1, head=stop))]
    if name.form == "name" and name.type in ("GPE", "LOC") and after in words.suffixes:
        type_, subtype = words.suffixes[after]
        if type_ == "GPE" and (subtype == "admin1" or name.subtype == "city"):
            return [_westward(tokens, inner._replace(last=stop + 1, head=stop, subtype=subtype))]
    if name.type == "ORG" and after == "group":
        return [inner._replace(last=stop + 1, head=stop)]
    if name.form == "name" and name.type == "GPE" and at and tokens[at - 1].lower in _COMPASS:
        region = inner._replace(first=at - 1, type="LOC", subtype="region",
                                name=f"{tokens[at - 1].lower} {name.name}")  # fmt: skip
        return [region, inner]
    return [inner]


def _westward(tokens: tuple[Token, ...], place: Phrase) -> Phrase:
    """A compass word before a name with a type noun is inside and changes nothing (M9)."""
    if place.first and tokens[place.first - 1].lower in _COMPASS:
        return place._replace(first=place.first - 1)
    return place


def _default(type_: str) -> str | None:
    return {"ORG": "ngo", "GPE": "city", "LOC": "region", "PER": "individual"}.get(type_)


def _by_shape(
    number: int, tokens: tuple[Token, ...], at: int, end: int, words: Lexicon
) -> list[Phrase] | None:
    """A name that no list knows, typed by its own words and by its neighbours."""
    before = tokens[at - 1].lower if at else ""
    after = tokens[end].lower if end < len(tokens) else ""
    last = tokens[end - 1].lower
    size = end - at
    if at and last in words.suffixes and _ORDINAL.fullmatch(before):  # 4th Brigade (M3)
        type_, subtype = words.suffixes[last]
        return [_phrase(number, tokens, at - 1, end, type_, subtype or _default(type_))]
    if size > 1 and last in words.suffixes:
        type_, subtype = words.suffixes[last]
        return [_phrase(number, tokens, at, end, type_, subtype or _default(type_))]
    if size > 1 and tokens[at].text in words.prefixes:
        type_, subtype = words.prefixes[tokens[at].text]
        end += words.suffixes.get(after, ("", None))[0] == type_
        return [_phrase(number, tokens, at, end, type_, subtype)]
    if size == 1 and (last in words.suffixes or tokens[at].text in words.prefixes):
        return None
    if tokens[at].lower in words.premodifiers and size == 1:
        return None
    if after in words.suffixes and (type_row := words.suffixes[after])[0] in ("FAC", "GPE", "LOC"):
        place = _phrase(number, tokens, at, end + 1, type_row[0], type_row[1])
        return [_westward(tokens, place)]
    if after in _LOWER_ORG_HEADS:
        return [
            _phrase(
                number,
                tokens,
                at,
                end + 1,
                "ORG",
                words.suffixes.get(after, ("", "nonstate_armed"))[1],
            )
        ]
    if before in _NAMING_GROUP:
        return [_phrase(number, tokens, at, end, "ORG", "nonstate_armed")]
    if _is_person(tokens, at, end, words):
        return [_person(number, tokens, at, at, end, words)]
    opening = at == 0 or tokens[at - 1].text in '“"‘.:–—-•'
    if before == "of" and at >= 2 and tokens[at - 2].lower in words.suffixes:
        type_, subtype = words.suffixes[tokens[at - 2].lower]
        if type_ in ("GPE", "LOC"):
            return [_phrase(number, tokens, at, end, type_, subtype)]
    if before in _PLACE_WORDS or _followed_by_place(tokens, end, words):
        return [_phrase(number, tokens, at, end, "GPE", "city")] if size <= 3 else None
    if before == "the" and (size > 1 or (tokens[at].text.isupper() and len(tokens[at].text) > 2)):
        return [_phrase(number, tokens, at, end, "ORG", "ngo")]
    if before == "(" and after == ")" and tokens[at].text.isupper() and size == 1:
        return [_phrase(number, tokens, at, end, "ORG", "ngo", form="acronym")]
    plain = any(
        t.lower in words.nouns or t.lower in words.premodifiers or t.lower in words.suffixes
        for t in tokens[at:end]
    )
    if plain:
        return (
            [_phrase(number, tokens, at, end, "ORG", "ngo")] if size > 1 and not opening else None
        )
    if 2 <= size <= 4 and not opening and after != "-":
        return [_person(number, tokens, at, at, end, words)]
    return None


def _is_person(tokens: tuple[Token, ...], at: int, end: int, words: Lexicon) -> bool:
    first = tokens[at].text
    before = tokens[at - 1].lower if at else ""
    after = tokens[end].lower if end < len(tokens) else ""
    two = end - at >= 2
    if first in words.male or first in words.female:
        return two or before in words.nouns
    if any(
        token.lower in words.particles or token.lower[:3] == "al-" for token in tokens[at + 1 : end]
    ):
        return before not in _PLACE_WORDS and before != "the"
    before_is_post = before in words.nouns and words.nouns[before][-1][1].type == "PER"
    if before_is_post:
        return True
    if two and (after in _SPEECH or (before in _SPEECH and tokens[end - 1].text[-1].islower())):
        return True
    if two and after == "," and end + 2 < len(tokens):
        window = [token.lower for token in tokens[end + 1 : end + 6]]
        return any(
            word in words.nouns and words.nouns[word][-1][1].type == "PER" for word in window
        ) and window[0] in ("a", "an", "the", "who", *words.nouns, *words.premodifiers)
    return False


def _followed_by_place(tokens: tuple[Token, ...], end: int, words: Lexicon) -> bool:
    """Whether ", Afghanistan" or ", Helmand province" follows."""
    if end + 1 >= len(tokens) or tokens[end].text != ",":
        return False
    hit = longest(words.names, tokens, end + 1)
    return bool(hit and hit[1].type == "GPE" and hit[1].form == "name")
