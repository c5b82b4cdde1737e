"""What may stand at the beginning of a line before the text: letterheads and datelines."""

from __future__ import annotations

import re
from typing import NamedTuple

from .furniture import AGENCIES, LONGEST, RELEASE_NUMBER
from .stamps import MONTH

__all__ = ["Dateline", "find_dateline", "issuer", "letterhead_length"]

_ORGANISATION = (
    r"(?i:command|task force|ministry|department|office|force|directorate|bureau|headquarters"
    r"|embassy|mission|affairs|council|committee|agency|police|guard|corps|navy|army|authority"
    r"|centre|center)"
)
_PROPER = r"[A-Z][\w&.'’]*"
_ISSUER = re.compile(
    rf"(?:{_PROPER}\s+(?:(?:of|the|and|for)\s+)*){{0,6}}{_ORGANISATION}\b"
    rf"(?:\s+(?:of|for)\s+(?:the\s+)?{_PROPER}(?:\s+{_PROPER}){{0,3}})?"
    rf"(?P<place>\s?[-–—]\s{{0,3}}{_PROPER}(?:\s{_PROPER}){{0,2}})?"
)
_LETTERHEAD_PIECE = re.compile(
    rf"(?:{RELEASE_NUMBER}|\d{{3,4}}(?:,\s{{0,2}}\d{{3,4}})*(?=\s)|"
    r"(?i:for immediate release|(?:news|press|media) release|download pdf))(?=\s|$)"
)


class Dateline(NamedTuple):
    """The opening of a report: how long it is, its place, and how sure the form is.

    ``bare`` is a place in capitals and a colon or dash, without a date or agency: labels such
    as "SUMMARY:" look alike, so it counts at the opening of a report only.
    """

    length: int
    place: str | None
    inside: str
    bare: bool


_WORD = r"[^\W\d_](?:[\w.'’‘`-]*[\w.’])?"
_DATELINE = re.compile(
    rf"(?P<city>(?!{MONTH} ?\d){_WORD}(?:[ /]{_WORD}){{0,5}})?"
    rf"(?P<region>(?:, ?(?!{MONTH} ?\d){_WORD}(?: {_WORD}){{0,3}}){{0,2}})"
    rf"(?P<date>(?:^|,? )(?:{MONTH} ?\d{{1,2}}(?:, ?\d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?))?"
    r"(?P<source>\s{0,3}\([^()\n]{1,60}\))?"
    r"(?P<end>\s{0,3}(?:--|[–—:]|(?<=\s)-(?=\s|$)|(?<=\))-(?=\s|$)))?",
    re.IGNORECASE,
)
_DATED = re.compile(rf"{MONTH}\s{{0,3}}\d{{1,2}}|\d{{1,2}}\s{{1,2}}{MONTH}", re.IGNORECASE)
_AGENCY_INSIDE = re.compile(rf"\b(?:{AGENCIES})\b|\bnews\b|\bagenc(?:y|ies)\b", re.IGNORECASE)
_JOINERS = frozenset(
    [
        *("of", "the", "and", "on", "in", "by", "as", "ad", "upon", "sur", "al", "el", "bin"),
        *("ibn", "de", "la", "le", "du", "da", "do", "di", "des"),
    ]
)
_LABEL = re.compile(  # words in capitals before a colon or dash that are no place
    r"(?:update|updated|breaking|exclusive|watch|live|video|photos?|pictures?|file|note|opinion"
    r"|analysis|explainer|factbox|correct(?:ion|ed)|question|answer|read|related|more|sources?"
    r"|contact|summary|background|editor(?:ial)?|alert|urgent|just|key|timeline|listen|audio"
    r"|podcast|interview|review|profile|feature|comment|gallery|fact|who|what|when|where|why|how"
    r"|caption|credit|warning|advisory|developing|recap|headline|byline|location|date|time"
    r"|subject|from|to|re|nato|isaf|isis|isil|daesh|us|uk|un|eu|usa)\b",
    re.IGNORECASE,
)


def issuer(line: str) -> str | None:
    """The office that a letterhead names, such as "Joint Command - Kabul"; ``None`` elsewhere."""
    match = _ISSUER.match(line[:LONGEST])
    return match[0].strip() if match else None


def letterhead_length(line: str, *, beside_letterhead: bool = False) -> int:
    """How much of a line's beginning is the letterhead of a press release, blanks after included.

    The issuer alone counts where it names a place after a dash ("Joint Command - Kabul") or
    where other letterhead stands beside it; else "Gunmen Storm Ministry" would be one.
    """
    head = line[:LONGEST]
    named = _ISSUER.match(head)
    at = _after_blanks(head, named.end()) if named else 0
    hard = False
    while piece := _LETTERHEAD_PIECE.match(head, at):
        # a number alone opens many a sentence; in a letterhead it follows another piece
        if piece[0].isdecimal() and not hard:
            break
        hard = True
        at = _after_blanks(head, piece.end())
    if hard:  # "Press release by the group said …" goes on as a sentence
        return 0 if line[at : at + 1].islower() else at
    whole = named is not None and at == len(line)
    return at if named and whole and (named["place"] or beside_letterhead) else 0


def _after_blanks(line: str, at: int) -> int:
    while at < len(line) and line[at].isspace():
        at += 1
    return at


def find_dateline(line: str) -> Dateline | None:
    """The dateline that a line begins with, such as "KABUL, Afghanistan (Jan. 5, 2012) –"."""
    head = line[:200]
    match = _DATELINE.match(head)
    if match is None or match.end() == 0:
        return None
    city, source, end = match["city"], match["source"], match["end"]
    dated = bool(match["date"]) or bool(source and _DATED.search(source))
    from_agency = bool(source and _AGENCY_INSIDE.search(source))
    rest = line[match.end() : match.end() + 300].strip()
    if city is None:
        good = bool(match["date"] and from_agency and end)  # "Jan 5 (Reuters) - "
        return Dateline(match.end(), None, match[0], False) if good and rest else None
    if not _is_region(match["region"]):
        return None
    place = city + match["region"]
    if _in_capitals(city):
        if (source and (dated or (end and _is_source(source)))) or (dated and end):
            return Dateline(match.end(), place, match[0][len(place) :], False)
        if end and not source and _may_be_bare(city, rest):
            return Dateline(match.end(), place, "", True)
        return None
    capitalised = all(word[0].isupper() for word in city.split() if word not in _JOINERS)
    if capitalised and source and end and (dated or from_agency) and rest:
        return Dateline(match.end(), place, match[0][len(place) :], False)
    return None


def _in_capitals(city: str) -> bool:
    words = [word for word in re.split(r"[ /-]", city) if word and word.lower() not in _JOINERS]
    letters = sum(char.isalpha() for char in city)
    return letters >= 3 and bool(words) and all(word.isupper() for word in words)


def _is_region(region: str) -> bool:
    words = re.split(r"[\s,/]+", region.strip(" ,"))
    return all(not word or word[0].isupper() or word in _JOINERS for word in words)


def _is_source(source: str) -> bool:
    inside = source.strip(" ()\t\xa0")
    return inside[:1].isupper() and inside.count(" ") <= 5


def _may_be_bare(city: str, rest: str) -> bool:
    if _LABEL.match(city.replace(".", "")):
        return False
    return len(rest) >= 20 and any(char.islower() for char in rest)
