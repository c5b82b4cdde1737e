"""Dates as pages print them, read into ISO 8601: "Updated 30 April 2022" is ``2022-04-30``.

Only what is certain is read: ``05/04/2022`` may be April or May, so it stays unknown.
"""

from __future__ import annotations

import re
from datetime import date

__all__ = ["MONTH", "day_of", "is_stamp", "read_day", "read_day_of_month", "read_moment"]

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
"""A month in English, long or short, as a pattern to use with ``re.IGNORECASE``."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TH = r"(?:st|nd|rd|th)?"

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        rf"\b(?P<day>\d{{1,2}}){_TH}(?:\s+of)?[\s-]{{1,3}}(?P<month>{MONTH})[,\s-]{{1,3}}(?P<year>\d{{4}})\b",
        rf"\b(?P<month>{MONTH})\s{{0,3}}(?P<day>\d{{1,2}}){_TH}[,.]?\s{{1,3}}(?P<year>\d{{4}})\b",
        r"(?<![\d/.])(?P<one>\d{1,2})(?P<mark>[/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})\b",
    )
)
_DAY_OF_MONTH = (
    re.compile(rf"\b(?P<month>{MONTH})\s{{0,3}}(?P<day>\d{{1,2}}){_TH}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}}){_TH}\s{{1,3}}(?P<month>{MONTH})", re.IGNORECASE),
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s{0,2}(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s{0,2}(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b))?(?!\d)",
    re.IGNORECASE,
)
_AGO = re.compile(r"\b(?:\d{1,3}|an?|one)\s+(?:minute|min|hour|hr|day|week|month)s?\s+ago\b", re.I)
_AROUND_A_STAMP = re.compile(  # what may stand on a line with a date without being text
    r"\b(?:first\s+)?(?:published|updated|posted|modified|last|created|date|edited|uploaded|issued"
    r"|update|on|at|by|time|utc|gmt|est|edt|pst|pdt|cet|cest|bst|eet|eest|ast|ist|local"
    r"|[ap]\.?m|hrs?|and|the"
    r"|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(r"\d|\bago\b", re.IGNORECASE)
_T_OF_ISO = re.compile(r"\bT(?=\d)")
_LONGEST_STAMP = 160


def is_stamp(line: str) -> bool:
    """Whether a line holds a date or "2 hours ago", its label, and nothing else."""
    if len(line) > _LONGEST_STAMP or not _TIME_WORD.search(line):
        return False
    rest = line
    for pattern in (*_DATES, _AGO):
        rest = pattern.sub(" ", rest)
    if rest == line:
        return False
    rest = _AROUND_A_STAMP.sub(" ", _CLOCK.sub(" ", _T_OF_ISO.sub(" ", rest)))
    return not any(char.isalnum() for char in rest)


def read_day(text: str) -> str | None:
    """The first full date in a short text as ``YYYY-MM-DD``, or ``None``."""
    found = _first_date(text)
    return found[0].isoformat() if found else None


def read_moment(text: str) -> str | None:
    """The first full date and, where a time of day stands by it, that too.

    The answer is ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM[:SS][zone]``; the zone is given where
    the text gives it as UTC, GMT, Z, or an offset.
    """
    found = _first_date(text)
    if found is None:
        return None
    day, (start, end) = found
    beside = text[max(0, start - 30) : start] + " " + text[end : end + 40].lstrip("Tt")
    clock = _CLOCK.search(beside)
    time = _time(clock) if clock else None
    return f"{day.isoformat()}T{time}" if time else day.isoformat()


def read_day_of_month(text: str, near: str) -> str | None:
    """A date without its year, read as the one closest to ``near`` (``YYYY-MM`` or longer)."""
    for pattern in _DAY_OF_MONTH:
        match = pattern.search(text[:400])
        if match is None:
            continue
        month = _MONTHS.index(match["month"][:3].lower()) + 1
        year, reference = int(near[:4]), int(near[5:7])
        if abs(month - reference) > 6:  # the turn of the year lies between the two
            year += 1 if month < reference else -1
        found = _date(year, month, int(match["day"]))
        return found.isoformat() if found else None
    return None


def day_of(moment: str | None) -> str | None:
    """The day of an ISO date or time."""
    return moment[:10] if moment else None


def _first_date(text: str) -> tuple[date, tuple[int, int]] | None:
    found: tuple[date, tuple[int, int]] | None = None
    for pattern in _DATES:
        match = pattern.search(text[:400])
        if match is None:
            continue
        day = _day(match)
        if day is not None and (found is None or match.start() < found[1][0]):
            found = day, match.span()
    return found


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    if "one" in parts:
        one, other = int(parts["one"]), int(parts["other"])
        if one <= 12 and other <= 12 and one != other:
            return None  # day first or month first: nobody can tell
        day, month = max(one, other), min(one, other)
    else:
        day, named = int(parts["day"]), parts["month"]
        month = int(named) if named.isdecimal() else _MONTHS.index(named[:3].lower()) + 1
    return _date(int(parts["year"]), month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= 1000 else None
    except ValueError:
        return None


def _time(clock: re.Match[str]) -> str | None:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if half := clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    written = f"{hour:02}:{minute:02}" + (f":{second:02}" if clock["second"] else "")
    return written + _zone(clock["zone"])


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone[0] not in "+-":
        return "Z"
    digits = zone[1:].replace(":", "")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
