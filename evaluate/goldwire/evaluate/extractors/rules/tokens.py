"""Scored zones to sentences, sentences to tokens; every later stage reads only these."""

from __future__ import annotations

from typing import NamedTuple

import regex

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
    [A-Za-z][a-z]*+(?=[\ ,;)\n])                               # most words, told apart at once
    | (?:\p{{Lu}}\.){{2,}}                                     # U.S.
    | (?:{_ABBREVIATIONS})\.(?=\s)
    | [$£€]
    | \d+(?:[.,:]\d+)*(?:st|nd|rd|th)?(?![\p{{L}}\d-])         # 2,500  7:30  3rd
    | [ap]\.m\.?(?!\w)
    | (?:pro|anti)(?=-\p{{Lu}})
    | \p{{L}}[\p{{L}}\p{{M}}]*(?=-(?:{_JOINED})\b)
    | [\p{{L}}\d][\p{{L}}\p{{M}}\d]*(?:(?:[-‐‑.](?=[\p{{L}}\d])|['’](?!s\b)(?=\p{{L}}))
        [\p{{L}}\p{{M}}\d]+)*
    | ['’]s\b
    | ['’](?=\s)
    | \S
    """,
    regex.VERBOSE,
)


def tokenise(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """Tokens of ``text[start:end]`` with offsets into ``text``."""
    found = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        word = match[0]
        at = match.start()
        found.append(Token(at, at + len(word), word, word.lower()))
    return tuple(found)


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
                    titled = _is_titled(tokens, zone.kind)
                    found.append(
                        Sentence(tokens[0].start, tokens[-1].end, zone.kind, number, titled, tokens)
                    )
    return tuple(found)


_STOP = regex.compile(r"""[.!?…]+["”’')\]]*\s+(?=["“‘'(\[]*[\p{Lu}\d•])|\n\s*\n""")
_OPEN_END = regex.compile(
    rf"(?:\b(?:{_ABBREVIATIONS}|No|vs|[ap]\.m)\.|(?:\p{{Lu}}\.){{2,}}|\b\p{{Lu}}\.)\s*$"
)


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of sentences between ``start`` and ``end``; a closing mark stays with its sentence."""
    cuts = [start]
    for match in _STOP.finditer(text, start, end):
        at = match.end()
        if at < end and not _OPEN_END.search(text[max(start, at - 12) : at]):
            cuts.append(at)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _is_titled(tokens: tuple[Token, ...], kind: str) -> bool:
    """Title Case or CAPITALS: there a capital says nothing about names."""
    long = [token for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    least = 8 if kind == "body" else 4  # a short sentence of the report may be all names
    return len(long) >= least and sum(token.capital for token in long) >= 0.75 * len(long)
