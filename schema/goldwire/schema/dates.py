"""Calendar values: EDTF levels 0 and 1, and TIMEX3 values, as intervals of days.

EDTF: ISO 8601-2:2019, annex A; of level 2 the codes for parts of a year are read, too. TIMEX3:
TimeML 1.2.1, section 2.1.3 (attribute ``value``).
"""

from __future__ import annotations

import functools
import re
from calendar import monthrange
from datetime import date, timedelta

from msgspec import Struct

__all__ = ["WEEKDAYS", "Days", "parse_edtf", "parse_timex", "weekday_in"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY = re.compile(r"(-?)(\d{4}|\d{3}X|\d{2}XX|XXXX)(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?", re.ASCII)
_CODED = re.compile(r"(\d{4})-(2[1-9]|3\d|4[01])", re.ASCII)
_STAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-]\d{2}(?::\d{2})?)?",
    re.ASCII,
)
_WEEK = re.compile(r"(\d{4})-W(\d{2})(?:-(WE|[1-7]))?", re.ASCII)
_PART = re.compile(r"(\d{4}|\d{3}X|\d{2}XX|XXXX)-(?:(Q[1-4])|(H[12])|(SP|SU|FA|WI))", re.ASCII)
_DURATION = re.compile(r"P(?=[\dXT])(?:[\dX.]+(?:CE|DE|Y|M|W|D))*(?:T(?=[\dX])(?:[\dX.]+[HMS])+)?")
_CLOCK = re.compile(
    r"T(?:(?:[01]\d|2[0-4])(?::[0-5]\d(?::[0-5]\d)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?|MO|MI|AF|EV|NI|DT)"
)
_REFERENCES = frozenset({"PAST_REF", "PRESENT_REF", "FUTURE_REF"})


class Days(Struct, frozen=True):
    """Days from ``first`` to ``last``, both included; ``None`` is an open or unknown end."""

    first: date | None
    last: date | None
    uncertain: bool = False
    approximate: bool = False

    def overlaps(self, other: Days) -> bool:
        """Whether some day lies in both."""
        starts_in_time = self.first is None or other.last is None or self.first <= other.last
        ends_in_time = other.first is None or self.last is None or other.first <= self.last
        return starts_in_time and ends_in_time


@functools.lru_cache(4096)
def parse_edtf(value: str) -> Days | None:
    """The days an EDTF string covers; ``None`` for one without a calendar value.

    Raises ``ValueError`` with a sentence where the form is wrong or the day does not exist.
    """
    if "/" not in value:
        return _edtf_point(value)
    ends = value.split("/")
    if len(ends) != 2 or not (ends[0] or ends[1]):
        raise ValueError(f"{value!r} is no EDTF interval: two ends around one slash are needed")
    low, high = (None if end in ("", "..") else _edtf_point(end) for end in ends)
    days = Days(
        low.first if low else None,
        high.last if high else None,
        bool((low and low.uncertain) or (high and high.uncertain)),
        bool((low and low.approximate) or (high and high.approximate)),
    )
    if days.first and days.last and days.first > days.last:
        raise ValueError(f"{value!r} ends before it begins")
    return days


def _edtf_point(value: str) -> Days | None:
    body = value.rstrip("?~%")
    mark = value[len(body) :]
    if len(mark) > 1:
        raise ValueError(f"{value!r}: one of ? ~ % may stand at the end")
    if stamp := _STAMP.fullmatch(body):
        body = stamp[1]
    if coded := _CODED.fullmatch(body):
        days: Days | None = _coded(int(coded[1]), int(coded[2]), value)
    elif match := _DAY.fullmatch(body):
        days = _masked_days(match, value)
    else:
        raise ValueError(f"{value!r} is no EDTF date (as 2022-04-30, 2022-04, 2022, 202X, ../2022)")
    if days is None:
        return None
    return Days(days.first, days.last, mark in ("?", "%"), mark in ("~", "%"))


def _masked_days(match: re.Match[str], value: str) -> Days | None:
    """The days of year, month, day, each perhaps with unknown digits written X."""
    sign, year, month, day = match.groups()
    if month not in (None, "XX") and not 1 <= int(month) <= 12:
        raise ValueError(f"{value!r}: there is no month {month}")
    if day not in (None, "XX") and not 1 <= int(day) <= 31:
        raise ValueError(f"{value!r}: there is no day {day}")
    if sign or year == "XXXX":
        return None  # before our calendar, or in a year that is not known
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if not low:
        raise ValueError(f"{value!r}: the year 0000 is not used")
    if month in (None, "XX"):
        return Days(date(low, 1, 1), date(high, 12, 31))
    if day in (None, "XX"):
        return Days(date(low, int(month), 1), _last_of_month(high, int(month)))
    length = max(monthrange(each, int(month))[1] for each in range(low, min(high, low + 4) + 1))
    if not 1 <= int(day) <= length:
        raise ValueError(f"{value!r}: the month has {length} days")
    last = min(int(day), monthrange(high, int(month))[1])
    first = min(int(day), monthrange(low, int(month))[1])
    return Days(date(low, int(month), first), date(high, int(month), last))


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _coded(year: int, code: int, value: str) -> Days:
    """A season, quarter, quadrimester (four months), or half of a year by its code in EDTF."""
    if not year:
        raise ValueError(f"{value!r}: the year 0000 is not used")
    if code <= 28:  # 21 to 24 wherever it is, 25 to 28 in the northern half
        return _season(year, (code - 21) % 4)
    if code <= 32:  # in the southern half: its spring is the northern autumn of the same year
        return _season(year, (code - 27) % 4)
    first, months = (33, 3) if code <= 36 else (37, 4) if code <= 39 else (40, 6)
    return _months(year, (code - first) * months + 1, months)


def _months(year: int, first: int, months: int) -> Days:
    return Days(date(year, first, 1), _last_of_month(year, first + months - 1))


def _season(year: int, which: int) -> Days:
    """Spring, summer, autumn, winter of the northern half, by whole months from March on."""
    first = date(year, 3 * which + 3, 1)
    after = date(year + 1, 3, 1) if which == 3 else date(year, 3 * which + 6, 1)
    return Days(first, after - timedelta(days=1))


@functools.lru_cache(4096)
def parse_timex(value: str) -> Days | None:
    """The days a TIMEX3 value covers; ``None`` for durations, sets, references, times of day.

    Raises ``ValueError`` with a sentence where the form is wrong or the day does not exist.
    """
    if value in _REFERENCES or _DURATION.fullmatch(value) or _CLOCK.fullmatch(value):
        return None
    day, _, clock = value.partition("T")
    if clock and not _CLOCK.fullmatch("T" + clock):
        raise ValueError(f"{value!r}: {clock!r} is no time of day (as T14:30, TMO, TEV)")
    if week := _WEEK.fullmatch(day):
        return _week(int(week[1]), int(week[2]), week[3], day)
    if part := _PART.fullmatch(day):
        if "X" in part[1]:
            return None
        return _part_of_year(int(part[1]), part[2], part[3], part[4])
    if re.fullmatch(r"(?:\d{4}|\d{3}X|\d{2}XX|XXXX)-W(?:\d{2}|XX)(?:-(?:[1-7]|WE))?", day):
        return None  # the week, or its year, is not known
    if re.fullmatch(r"\d{2,3}", day):  # century or decade
        low, high = int(day.ljust(4, "0")), int(day.ljust(4, "9"))
        return Days(date(max(low, 1), 1, 1), date(high, 12, 31))
    match = _DAY.fullmatch(day)
    if match is None:
        raise ValueError(f"{value!r} is no TIMEX3 value (as 2022-04-30, 2021-12, P4Y, PAST_REF)")
    return _masked_days(match, value)


def _week(year: int, week: int, part: str | None, value: str) -> Days:
    """A week, one day of it, or its weekend: Saturday and Sunday."""
    low, high = {None: (1, 7), "WE": (6, 7)}.get(part) or (int(part or 1),) * 2
    try:
        return Days(date.fromisocalendar(year, week, low), date.fromisocalendar(year, week, high))
    except ValueError:
        raise ValueError(f"{value!r}: {year} has no such week") from None


def _part_of_year(year: int, quarter: str | None, half: str | None, season: str | None) -> Days:
    if season:
        return _season(year, ("SP", "SU", "FA", "WI").index(season))
    if quarter:
        return _months(year, 3 * int(quarter[1]) - 2, 3)
    return _months(year, 6 * int((half or "H1")[1]) - 5, 6)


@functools.lru_cache(4096)
def weekday_in(text: str) -> int | None:
    """The one weekday named in ``text`` (0 is Monday); ``None`` for none or several."""
    named = {
        number
        for number, name in enumerate(WEEKDAYS)
        if re.search(rf"\b{name}\b", text, re.IGNORECASE)
    }
    return named.pop() if len(named) == 1 else None
