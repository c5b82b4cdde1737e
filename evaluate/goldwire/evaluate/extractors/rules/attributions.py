"""Who says what: quotations and reported clauses with cue and source."""

from __future__ import annotations

import functools
from typing import NamedTuple

import regex

from goldwire.schema.document import Fragments, Span

from .inflection import verb_forms
from .mentions import Phrase
from .tokens import Sentence, Token
from .wordlists import read_list, word_set

__all__ = ["FoundAttribution", "find_attributions", "find_cues"]


class FoundAttribution(NamedTuple):
    """Content, quotes, and cue by offsets; the source by the position of its mention."""

    content: Fragments
    quotes: Fragments
    style: str
    cue: Span | None
    source: int | None
    source_class: str
    stance: str
    sentence: int


class Cue(NamedTuple):
    """A cue by token numbers of its sentence."""

    sentence: int
    first: int
    last: int
    lemma: str
    stance: str
    form: str


_QUOTED = regex.compile(r"“(?P<q>[^“”]+)(?:”|$)|(?<![\w])\"(?P<q2>[^\"]+)\"(?!\w)")
_OPEN_MARKS = "“\"'‘"
_EDGE = " \t\n\r\u00a0,.;:–—-"
_OFFICIAL = word_set("attributions", "official")
_NEED_CLAUSE = word_set("attributions", "need_clause")
_CLAUSE_OPENERS = word_set("attributions", "clause_openers")
_STRICT = word_set("attributions", "strict")
_STRICT_OPENERS = word_set("attributions", "strict_openers")
_WITNESS = word_set("attributions", "witness")


@functools.cache
def _cue_forms() -> dict[tuple[str, ...], tuple[str, str, str]]:
    table: dict[tuple[str, ...], tuple[str, str, str]] = {}
    for stance, lemmas in read_list("events.toml")["cues"].items():
        for lemma in lemmas:
            for form, tag in verb_forms(lemma).items():
                table.setdefault(tuple(form.split(" ")), (lemma, stance, tag))
    table.setdefault(("threatened",), ("threaten", "assert", "ed"))
    table.setdefault(("vowed",), ("vow", "assert", "ed"))
    return table


@functools.cache
def _first_words() -> frozenset[str]:
    return frozenset(form[0] for form in _cue_forms()) | {"reportedly", "allegedly", "according"}


def find_cues(sentences: tuple[Sentence, ...], mentions: tuple[Phrase, ...]) -> tuple[Cue, ...]:
    """All words that introduce speech. Nouns that look like them (reports, claims) are left out."""
    heads: dict[int, set[int]] = {}
    for mention in mentions:
        heads.setdefault(mention.sentence, set()).add(mention.head)
    found = []
    for number, sentence in enumerate(sentences):
        if sentence.kind in ("byline", "byline_date", "credit", "dateline"):
            continue
        tokens = sentence.tokens
        first_words = _first_words()
        for at, token in enumerate(tokens):
            if token.lower not in first_words:
                continue
            if token.lower == "reportedly" or token.lower == "allegedly":
                found.append(Cue(number, at, at + 1, token.lower, "assert", "adverb"))
            elif (
                token.lower == "according" and at + 1 < len(tokens) and tokens[at + 1].lower == "to"
            ):
                found.append(Cue(number, at, at + 2, "according to", "assert", "preposition"))
            elif at not in heads.get(number, ()) and (cue := _verb_cue(number, tokens, at)):
                found.append(cue)
    return tuple(found)


def _verb_cue(number: int, tokens: tuple[Token, ...], at: int) -> Cue | None:
    forms = _cue_forms()
    two = tuple(t.lower for t in tokens[at : at + 2])
    row, end = (
        (forms[two], at + 2) if len(two) == 2 and two in forms else (forms.get(two[:1]), at + 1)
    )
    if row is None:
        return None
    lemma, stance, form = row
    before = tokens[at - 1].lower if at else ""
    after = tokens[end].lower if end < len(tokens) else ""
    if (
        form == "base"
        and before not in ("to", "they", "we", "i", "who")
        and not before.endswith("s")
    ):
        return None
    if form in ("s", "base") and before in ("the", "a", "his", "its", "no", "of", "any"):
        return None
    needs_clause = lemma in _NEED_CLAUSE
    clause = after in _CLAUSE_OPENERS or (end < len(tokens) and tokens[end].capital)
    strict = lemma in _STRICT and after not in _STRICT_OPENERS
    if needs_clause and (not clause or strict):
        return None
    if lemma in ("deny", "dismiss") and after == "responsibility":
        return None
    if lemma in ("believe", "fear", "suspect") and before in (
        "is",
        "are",
        "was",
        "were",
        "been",
        "be",
    ):
        return None
    return Cue(number, at, end, lemma, stance, form)


def find_attributions(
    text: str, sentences: tuple[Sentence, ...], mentions: tuple[Phrase, ...], cues: tuple[Cue, ...]
) -> tuple[FoundAttribution, ...]:
    """All attributions in text order, at most one for each cue."""
    by_sentence: dict[int, list[int]] = {}
    for index, mention in enumerate(mentions):
        by_sentence.setdefault(mention.sentence, []).append(index)
    found: list[FoundAttribution] = []
    for cue in cues:
        sentence = sentences[cue.sentence]
        here = list(by_sentence.get(cue.sentence, ()))
        one = _of_cue(text, sentence, cue, here, mentions)
        if one is not None:
            found.append(one)
    return tuple(found)


def _of_cue(
    text: str, sentence: Sentence, cue: Cue, here: list[int], mentions: tuple[Phrase, ...]
) -> FoundAttribution | None:
    tokens = sentence.tokens
    source = _source(tokens, cue, here, mentions)
    content = _content(text, sentence, cue, source, mentions)
    if content is None:
        return None
    quotes = _quotes(text, sentence, content)
    low, high = content
    outside = text[low:high]
    for start, end in quotes:
        outside = outside.replace(text[start:end], "", 1)
    bare = regex.sub(r"[\W_]", "", outside)
    style = "indirect" if not quotes else "direct" if not bare else "mixed"
    stance = cue.stance
    before = {token.lower for token in tokens[max(0, cue.first - 3) : cue.first]}
    if before & {"not", "cannot", "n't"} and cue.lemma in ("confirm", "say", "verify"):
        stance = "uncertain"
    speaker, source_class = _speaker(tokens, cue, source, here, mentions)
    return FoundAttribution(
        ((low, high),), quotes, style, (tokens[cue.first].start, tokens[cue.last - 1].end),
        speaker, source_class, stance, cue.sentence,
    )  # fmt: skip


def _source(
    tokens: tuple[Token, ...], cue: Cue, here: list[int], mentions: tuple[Phrase, ...]
) -> int | None:
    """Who speaks: the mention behind "according to", before the verb, or behind it."""
    speaks = ("PER", "ORG", "GPE", "PRD", "NORP")
    if cue.form == "adverb":
        return None
    behind = [i for i in here if mentions[i].first >= cue.last and mentions[i].type in speaks]
    if cue.form == "preposition":
        return next((i for i in behind if mentions[i].first - cue.last <= 4), None)
    before = tokens[cue.first - 1].text if cue.first else ""
    if cue.lemma != "tell" and before in (",", "”", '"') and behind:
        i = behind[0]
        if mentions[i].first - cue.last <= 3 and tokens[cue.last].lower not in ("that", "it"):
            return _outermost(i, here, mentions)
    left = [i for i in here if mentions[i].last <= cue.first and mentions[i].type in speaks]
    for i in reversed([j for j in left if _outermost(j, here, mentions) == j]):
        lead = mentions[i].first
        while lead > 0 and tokens[lead - 1].lower in (
            "the",
            "a",
            "an",
            "its",
            "his",
            "her",
            "their",
            "two",
            "three",
        ):
            lead -= 1
        word = tokens[lead - 1].lower if lead else ""
        gap = tokens[mentions[i].last : cue.first]
        if any(token.text in '”“";' for token in gap):
            return None
        if (
            word in ("in", "of", "on", "at", "from", "for", "near", "with", "to", "by")
            and len(left) > 1
        ):
            continue
        return i
    return None


def _outermost(index: int, here: list[int], mentions: tuple[Phrase, ...]) -> int:
    one = mentions[index]
    for other in here:
        two = mentions[other]
        if (
            two.first <= one.first
            and one.last <= two.last
            and (two.first, two.last) != (one.first, one.last)
        ):
            return other
    return index


_CONTENT_BREAK = regex.compile(r"[;]|\s[–—]\s")


def _content(
    text: str, sentence: Sentence, cue: Cue, source: int | None, mentions: tuple[Phrase, ...]
) -> Span | None:
    tokens = sentence.tokens
    first, last = tokens[cue.first].start, tokens[cue.last - 1].end
    trailing = _is_trailing(tokens, cue, source, mentions)
    if cue.form == "adverb":
        return _trim(text, last, sentence.end)
    if cue.form == "preposition":
        if cue.first > 2:
            return _trim(text, sentence.start, first)
        comma = next((t.end for t in tokens[cue.last :] if t.text == ","), None)
        return _trim(text, comma, sentence.end) if comma else None
    if trailing:
        end = first
        marks = [t.end for t in tokens[: cue.first] if t.text in '”"']
        if (
            marks
            and tokens[0].text in _OPEN_MARKS
            and text.count('"', sentence.start, marks[-1]) % 2 == 0
        ):
            end = marks[-1]
        elif source is not None and mentions[source].last <= cue.first:
            at = mentions[source].first
            while at > 0 and tokens[at - 1].text not in (",", "”", '"'):
                at -= 1
            end = tokens[at].start if at else first
        return _trim(text, sentence.start, end)
    start = last
    rest = [t for t in tokens if t.start >= last]
    if cue.lemma == "tell":  # the listener is no content
        listener = next(
            (m for m in mentions_of(mentions, tokens, sentence, cue) if m.first - cue.last <= 3),
            None,
        )
        if listener is not None:
            start = tokens[listener.last - 1].end
            rest = [t for t in tokens if t.start >= start]
    for token in rest[:8]:
        opens = token is rest[0] or rest[0].text == ","
        if token.lower == "that" or (token.text == ":" and token is not rest[0]):
            start = token.end
            break
        if token.text in ("“", '"', ":"):
            start = token.end if token.text == ":" else token.start if opens else start
            break
    return _trim(text, start, sentence.end)


def mentions_of(
    mentions: tuple[Phrase, ...], tokens: tuple[Token, ...], sentence: Sentence, cue: Cue
) -> list[Phrase]:
    """Mentions of the cue's sentence behind the cue."""
    return [m for m in mentions if m.sentence == cue.sentence and m.first >= cue.last]


def _is_trailing(
    tokens: tuple[Token, ...], cue: Cue, source: int | None, mentions: tuple[Phrase, ...]
) -> bool:
    """Whether the content stands before the cue: "…, police said." or "“…,” said Benn."."""
    if source is not None and mentions[source].first >= cue.last:
        return True
    after = tokens[cue.last].text if cue.last < len(tokens) else "."
    rest = [t for t in tokens[cue.last :] if t.text not in '.”"']
    start = mentions[source].first if source is not None else cue.first
    while start > 0 and tokens[start - 1].text not in (",", "”", '"'):
        start -= 1
    comma_before = start > 2 and tokens[start - 1].text in (",", "”", '"')
    short_end = len(rest) <= 4 and all(t.lower not in ("that", "it", "the") for t in rest)
    return comma_before and (after in (".", ",") or short_end)


def _trim(text: str, start: int, end: int) -> Span | None:
    """Draw the edges in to the words; a comma before a closing quotation mark stays (B4)."""
    while start < end and (text[start] in _EDGE or text[start] in "”"):
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if end > start and text[end - 1] in '”"':
        inner = text[start : end - 1]
        if text[end - 1] == "”" or inner.count('"') % 2 == 1:
            end -= 1
            while end > start and text[end - 1].isspace():
                end -= 1
    if (
        (
            start < end
            and text[start] in _OPEN_MARKS
            and (text[start] != "“" or text.find("”", start, end) < 0)
        )
        and text[start] in '“"'
        and not (text[start] == '"' and text.count('"', start, end) % 2 == 0)
    ):
        start += 1
    while start < end and text[start].isspace():
        start += 1
    return (start, end) if end - start >= 3 else None


def _quotes(text: str, sentence: Sentence, content: Span) -> Fragments:
    """Stretches between quotation marks inside the content."""
    low, high = content
    found = []
    for match in _QUOTED.finditer(text, max(0, low - 1), min(len(text), high + 1)):
        start, end = match.span("q") if match["q"] else match.span("q2")
        closed = end < len(text) and text[end] in '”"'
        if (
            closed
            and low <= start < end <= high
            and not (text[start].isspace() or text[end - 1].isspace())
        ):
            words = text[start:end].split()
            if (start == low and end == high) or any(word[0].islower() for word in words):
                found.append((start, end))
    return tuple(found)


def _speaker(
    tokens: tuple[Token, ...],
    cue: Cue,
    source: int | None,
    here: list[int],
    mentions: tuple[Phrase, ...],
) -> tuple[int | None, str]:
    """Who speaks and of what class; a document speaks for the body that stands in front of it."""
    if source is None:
        return None, "unknown"
    mention = mentions[source]
    if mention.type == "PRD":
        bodies = [
            i for i in here
            if mentions[i].type in ("ORG", "GPE", "PER")
            and (mention.first <= mentions[i].first < mention.head
                 or (mentions[i].last < mention.first <= mentions[i].last + 2
                     and tokens[mentions[i].last].lower in ("'s", "’s"))
                 or (0 < mentions[i].first - mention.last <= 3
                     and tokens[mention.last].lower in ("by", "from", "of")))
        ]  # fmt: skip
        body = bodies[0] if bodies else source
        return body, "official_statement" if mention.subtype == "document" else "media"
    issued = [token.lower for token in tokens[cue.last : cue.last + 4]]
    if mention.type in ("ORG", "GPE") and "statement" in issued:
        return source, "official_statement"
    if mention.type == "ORG":
        return source, "media" if mention.subtype == "media" else "named_organisation"
    if mention.type == "GPE":
        return source, "named_organisation"
    if mention.level == "NAM":
        return source, "named_person"
    if mention.level == "PRO":
        return source, "named_person"
    if mention.name in _WITNESS:
        return source, "witness"
    return (
        source,
        "unnamed_official" if mention.name in _OFFICIAL or mention.type == "PER" else "unknown",
    )
