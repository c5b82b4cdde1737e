"""Scored zones to sentences, sentences to tokens; every later stage reads only these."""

from __future__ import annotations

from typing import NamedTuple

import regex
from syntok import segmenter

from goldwire.schema.document import Zone

__all__ = ["Sentence", "Token", "split_sentences", "tokenise"]


class Token(NamedTuple):
    """One word, number, or mark: offsets in code points of the document, text, lower case."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def capital(self) -> bool:
        """Whether the first letter is a capital."""
        return self.text[0].isupper()


class Sentence(NamedTuple):
    """One sentence: offsets, its zone's kind and number, whether it is set in title case."""

    start: int
    end: int
    kind: str
    zone: int
    titled: bool
    tokens: tuple[Token, ...]


_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Prof|Gen|Maj|Brig|Lt|Col|Capt|Cmdr|Sgt|Cpl|Pvt|Pfc|Spc|Adm|Sen|Rep|Gov|Hon|Rev"
    "|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Inc|Ltd|Co"
)
_JOINED = "backed|led|based|linked|aligned|controlled|allied|held|funded|occupied|born|trained|run"
_TOKEN = regex.compile(
    rf"""
    (?:\p{{Lu}}\.){{2,}}                                       # U.S.
    | (?:{_ABBREVIATIONS})\.(?=\s)
    | [$£€]
    | \d+(?:[.,:]\d+)*(?:st|nd|rd|th)?(?![\p{{L}}\d-])         # 2,500  7:30  3rd
    | [ap]\.m\.?(?!\w)
    | (?:pro|anti)(?=-\p{{Lu}})
    | \p{{L}}[\p{{L}}\p{{M}}]*(?=-(?:{_JOINED})\b)
    | [\p{{L}}\d][\p{{L}}\p{{M}}\d]*(?:(?:[-‐‑.](?=[\p{{L}}\d])|['’](?!s\b)(?=\p{{L}}))[\p{{L}}\p{{M}}\d]+)*
    | ['’]s\b
    | ['’](?=\s)
    | \S
    """,
    regex.VERBOSE,
)
_CLOSING = "\"'”’)»"


def tokenise(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """Tokens of ``text[start:end]`` with offsets into ``text``."""
    return tuple(
        Token(m.start(), m.end(), m[0], m[0].lower())
        for m in _TOKEN.finditer(text, start, len(text) if end is None else end)
    )


def split_sentences(text: str, zones: tuple[Zone, ...]) -> tuple[Sentence, ...]:
    """Sentences of all scored zones, in text order. A headline is one sentence."""
    found: list[Sentence] = []
    for number, zone in enumerate(zones):
        if not zone.scored:
            continue
        for start, end in zone.spans:
            whole = zone.kind in ("headline", "byline", "byline_date", "credit")
            for first, last in ((start, end),) if whole else _sentences(text, start, end):
                tokens = tokenise(text, first, last)
                if tokens:
                    titled = _is_titled(tokens)
                    found.append(
                        Sentence(tokens[0].start, tokens[-1].end, zone.kind, number, titled, tokens)
                    )
    return tuple(found)


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of sentences between ``start`` and ``end``; a closing mark stays with its sentence."""
    starts: list[int] = []
    for paragraph in segmenter.process(text[start:end]):
        for sentence in paragraph:
            first = next((token for token in sentence if token.value.strip()), None)
            if first is not None:
                at = start + first.offset
                while at < end and text[at] in _CLOSING and starts and text[at + 1 : at + 2].isspace():
                    at += 1
                starts.append(at)
    if not starts:
        return [(start, end)]
    starts[0] = start
    merged = [starts[0]]
    for at in starts[1:]:
        if at > merged[-1] and not _continues(text, merged[-1], at):
            merged.append(at)
    return list(zip(merged, [*merged[1:], end], strict=True))


_OPEN_END = regex.compile(
    rf"(?:\b(?:{_ABBREVIATIONS})\.|(?:\p{{Lu}}\.){{2,}}|\p{{Lu}}\.)\s*$"
)


def _continues(text: str, start: int, at: int) -> bool:
    """Whether the cut at ``at`` falls behind an abbreviation or inside a word."""
    return at > 0 and (
        not text[at - 1].isspace() or bool(_OPEN_END.search(text[max(start, at - 12) : at]))
    )


def _is_titled(tokens: tuple[Token, ...]) -> bool:
    """Title Case or CAPITALS: there a capital says nothing about names."""
    long = [token for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    return len(long) >= 4 and sum(token.capital for token in long) >= 0.75 * len(long)
