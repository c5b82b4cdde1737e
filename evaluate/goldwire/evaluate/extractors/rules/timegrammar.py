"""The shape of time expressions: one pattern with a named group for each kind."""

from __future__ import annotations

import regex

from .matching import matches_near
from .numerals import NUMBER, NUMBER_WORDS
from .tokens import Sentence
from .wordlists import word_set

__all__ = ["MONTH", "MONTHS", "PARTS", "UNITS", "WEEKDAY", "WEEKDAYS", "time_matches"]

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = {
    "second": "S", "minute": "M", "hour": "H", "day": "D", "night": "D", "week": "W",
    "weekend": "W", "month": "M", "year": "Y", "decade": "DE", "century": "CE",
}  # fmt: skip
"""Units and their letters in TIMEX3 durations."""
PARTS = {
    "morning": "MO", "dawn": "MO", "sunrise": "MO", "afternoon": "AF", "midday": "MI",
    "noon": "MI", "evening": "EV", "dusk": "EV", "sunset": "EV", "night": "NI", "midnight": "NI",
}  # fmt: skip
"""Parts of the day and their letters in TIMEX3 times."""

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_UNIT = r"(?:second|minute|hour|day|night|week|weekend|month|year|decade|centur(?:y|ies))s?"
_COUNT = rf"(?:{NUMBER}|an?|several|a\ few|a\ couple\ of|some|many|dozens\ of|a\ dozen)"
_YEAR = r"(?:1[89]|20)\d\d"
_PART = r"(?:morning|afternoon|evening|night|dawn|dusk|noon|midday|midnight|sunrise|sunset)"
_CLOCK = (
    r"(?:(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?\ ?(?:[ap]\.m\.|[ap]\.?m\b)"
    r"|(?:[01]?\d|2[0-3]):[0-5]\d|(?:[01]\d|2[0-3])[0-5]\d(?=\ (?:GMT|UTC|hours|local)))"
    r"(?:\ (?:GMT|UTC|local\ time|hours))?"
)

_PATTERN = regex.compile(
    rf"""
    (?P<frame>\b(?:[Bb]efore|[Aa]fter|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Tt]ill)\ )?
    (?P<edge>\b(?:[Ee]arly|[Ll]ate|[Mm]id)(?:-|\ (?:on\ )?)
      |\b[Tt]he\ (?:early\ hours|beginning|start|end|middle)\ of\ |\b[Ee]arlier\ |\b[Ll]ater\ )?
    (?:
      (?P<iso>\b{_YEAR}-\d\d-\d\d\b(?!-))
    | (?P<day>\b(?:{WEEKDAY},?\ (?:the\ )?)?
        (?:(?:{MONTH}\ (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?)
          |(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\ of)?\ {MONTH}))
        (?!\d|:\d)(?:,?\ (?P<dy>{_YEAR})\b)?)
    | (?P<month>\b{MONTH}(?![\w-])(?:(?:,|\ of)?\ (?P<my>{_YEAR}\b|last\ year|this\ year))?)
    | (?P<weekday>\b(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his|[Tt]he\ following|[Tt]he\ previous)\ )?
        (?P<wd>{WEEKDAY})(?P<many>s)?(?:\ (?P<wpart>{_PART}))?\b)
    | (?P<near>\b(?:[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|[Oo]vernight|[Ll]ast\ night
        |[Tt]his\ (?:morning|afternoon|evening))\b(?:\ (?P<npart>{_PART})\b)?)
    | (?P<ago>\b(?:(?P<an>{_COUNT})\ )?(?P<au>{_UNIT})\ (?P<way>ago|earlier|later)\b)
    | (?P<nextday>\b[Tt]he\ (?:next|following|previous)\ day\b
        |\b(?:a|one)\ day\ (?:later|earlier)\b)
    | (?P<span>\b(?P<rel>[Ll]ast|[Tt]his|[Nn]ext|(?:[Tt]he\ )?(?:[Pp]revious|[Ff]ollowing|[Cc]oming)
          |(?:[Tt]he\ )?[Pp]ast)\ (?:(?P<rn>{NUMBER}|few|several|couple\ of)\ )?
        (?P<ru>(?:{_UNIT})|spring|summer|autumn|fall|winter|{MONTH})\b)
    | (?P<recent>\b(?:[Rr]ecent|[Cc]oming)\ {_UNIT}\b|\b[Rr]ecently\b|\b[Cc]urrently\b
        |\b[Ii]n\ the\ (?:near\ )?future\b|\b[Tt]hese\ days\b|\b[Nn]ow\b|\b[Ss]oon\b)
    | (?P<set>\b(?:[Ee]very|[Ee]ach)\ (?:{NUMBER}\ )?(?P<su>{_UNIT}|{WEEKDAY}|{_PART})\b
        |\b(?P<sa>[Dd]aily|[Hh]ourly|[Ww]eekly|[Mm]onthly|[Yy]early|[Nn]ightly|[Aa]nnual(?:ly)?)\b
        |\b(?:once|twice|{NUMBER}\ times)\ (?:a|per)\ (?P<sp>{_UNIT})\b)
    | (?P<decade>\b(?:the\ )?(?P<dec>(?:1[89]|20)\d)0s\b)
    | (?P<year>(?<![\d.,:/-])\b{_YEAR}\b(?![\d/:-]|[.,]\d
        |\ (?:{_UNIT}|km|people|troops|soldiers|men)\b))
    | (?P<length>\b(?:(?P<lmod>at\ least|more\ than|less\ than|up\ to|over|about|around|nearly
          |almost|roughly|some)\ )?
        (?:the\ )?(?P<ln>{_COUNT})(?:[ ]|-(?=\p{{Ll}}))(?P<lu>{_UNIT})(?![\w-])
        |\bfor\ (?P<lb>hours|days|weeks|months|years|decades|centuries)\b)
    | (?P<clock>\b(?:{_CLOCK}))
    | (?P<part>\b(?:(?<=\bat\ )(?:dawn|dusk|noon|midday|midnight|night|sunrise|sunset)
        |(?<=\bin\ the\ )(?:morning|afternoon|evening))\b)
    )
    """,
    regex.VERBOSE,
)

# Words that a time expression can begin with; elsewhere the pattern is not even tried. Those of
# _CORE carry it; in front of the others (the, since, about) one of _CORE must follow soon.
_CORE = (
    frozenset((*MONTHS, *WEEKDAYS, *(f"{day}s" for day in WEEKDAYS), *PARTS, *UNITS))
    | frozenset(f"{unit}s" for unit in UNITS)
    | word_set("times", "core")
)
_FIRST = _CORE | word_set("times", "first") | NUMBER_WORDS


def time_matches(text: str, sentence: Sentence) -> list[regex.Match[str]]:
    """All matches of the pattern in the sentence, in text order."""
    return matches_near(_PATTERN, text, sentence, is_core=_is_core, can_begin=_can_begin, reach=5)


def _can_begin(word: str) -> bool:
    return word in _FIRST or word.partition("-")[0] in _FIRST


def _is_core(word: str) -> bool:
    if word in _CORE or word[0].isdigit():
        return True
    return "-" in word and not _CORE.isdisjoint(word.split("-"))
