"""Times as TIMEX3 and EDTF write them, in one form: notations of the same time have the same.

A calendar value is an interval, from its first second to its last: ``10:00`` is a minute,
``2022-W17-WE`` a Saturday and a Sunday. Clock times with a zone are instants of UTC, others are
local: the two are never the same. ``24:00`` is the midnight that the next day begins with.
Beside intervals there are calendar values with a hull alone: parts of the day (TimeML tells no
hours of them), and dates with digits that are not known (``2022-XX-05``).

A duration is an amount of months, days, and seconds. Converted is what ISO 8601 holds to be
equal, whatever the place in the calendar: centuries, decades, and years to months, weeks to
days, hours and minutes to seconds. A day is not converted to hours, nor a month to days: how
long they are depends on the calendar and on changes of the local clock (ISO 8601:2004, 2.2.6).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from msgspec import Struct

from goldwire.schema.dates import Days, parse_edtf, parse_timex

__all__ = ["Form", "edtf_form", "holds", "timex_form"]

_DAY = 86_400
_CYCLE = 146_097
"""Days of 400 years: after them the calendar repeats itself."""

_CLOCK = re.compile(
    r"(?:([01]\d|2[0-3])(?::([0-5]\d)(?::([0-5]\d))?)?|(24)(?::00){0,2})"
    r"(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?",
    re.ASCII,
)
_PART = re.compile(r"MO|MI|AF|EV|NI|DT")
_FAR = re.compile(r"Y(-?\d{1,12})(?:E(\d{1,2}))?", re.ASCII)
_BEFORE = re.compile(r"-(?!0000)(\d{4}|\d{3}X|\d{2}XX)(-[\dX-]+)?", re.ASCII)
_DURATION = re.compile(r"P(?:[\d.]+(?:CE|DE|Y|M|W|D))*(?:T(?:[\d.]+[HMS])+)?(?<!P)", re.ASCII)
_AMOUNT = re.compile(r"(T)|([\d.]+)(CE|DE|[YMWDHS])")
_LENGTHS = {
    "CE": (0, 1200), "DE": (0, 120), "Y": (0, 12), "M": (0, 1),
    "W": (1, 7), "D": (1, 1),
    "TH": (2, 3600), "TM": (2, 60), "TS": (2, 1),
}  # fmt: skip
"""Which amount each unit adds to, of months, days, and seconds, and how much."""
_SHOWN = ((("Y", 12), ("M", 1)), (("W", 7), ("D", 1)), (("H", 3600), ("M", 60), ("S", 1)))


class Form(Struct, frozen=True):
    """The one form of a time: times that are written differently are the same where ``text`` is.

    ``first`` and ``last`` are seconds of the proleptic Gregorian calendar, both included;
    ``None`` is an open or unknown end, or no calendar value at all (``calendar`` is false).
    ``zone`` is the offset from UTC in seconds, ``None`` for local time. ``gapped`` is the
    notation of a calendar value whose interval is a hull only.
    """

    text: str
    calendar: bool = False
    first: int | None = None
    last: int | None = None
    zone: int | None = None
    gapped: str | None = None


class _Span(Struct, frozen=True):
    """An interval as a notation says it, with the mark of EDTF; ``None`` for an open end."""

    first: int
    last: int
    mark: str = ""
    zone: int | None = None
    gapped: str | None = None


@functools.lru_cache(4096)
def timex_form(value: str) -> Form:
    """The form of a TIMEX3 value; of one that is no such value its own text, in capitals."""
    text = value.strip().upper()
    try:
        if _DURATION.fullmatch(text):
            return Form(_duration(text))
        span = _point(text, "", parse_timex)
    except ValueError:
        span = None
    return Form(text) if span is None else _form(span, span)


@functools.lru_cache(4096)
def edtf_form(value: str) -> Form:
    """The form of an EDTF value; of one that is no such value its own text, in capitals."""
    text = value.strip().upper()
    try:
        if "/" not in text:
            span = _point(*_marked(text), parse_edtf)
            return Form(text) if span is None else _form(span, span)
        low, high = map(_end, text.split("/"))
    except ValueError:
        return Form(text)
    if (low or high) is None or (low and high and not _in_order(low, high)):
        return Form(text)
    return _form(low, high)


def _in_order(low: _Span, high: _Span) -> bool:
    """Whether an interval from one to the other runs forward; nobody knows of local and UTC."""
    return (low.zone is None) == (high.zone is None) and _utc(low) <= _utc(high)


def _end(text: str) -> _Span | None:
    """One end of an EDTF interval, ``None`` for an open or unknown one."""
    if text in ("", ".."):
        return None
    span = _point(*_marked(text), parse_edtf)
    if span is None or span.gapped is not None:
        raise ValueError(f"{text!r} is no end that is known")
    return span


def _marked(text: str) -> tuple[str, str]:
    body = text.rstrip("?~%")
    return body, text[len(body) :]


def _point(text: str, mark: str, read: Callable[[str], Days | None]) -> _Span | None:
    """What one date covers, perhaps with a time of day; ``None`` without a calendar value."""
    if len(mark) > 1:
        raise ValueError(f"{text!r} has more than one mark")
    day, cut, clock = text.partition("T")
    if cut and not (_CLOCK.fullmatch(clock) or (_PART.fullmatch(clock) and read is parse_timex)):
        raise ValueError(f"{clock!r} is no time of day")
    days = _days(day, read)
    if days is None:
        return None
    first, last = days[0] * _DAY, (days[1] + 1) * _DAY - 1
    known = re.sub(r"(?:-XX)+$", "", day)
    gapped = known if re.search(r"X.*\d", known) else None
    if not cut:
        return _Span(first, last, mark, gapped=gapped)
    time = _CLOCK.fullmatch(clock)
    if time is None or gapped or days[0] != days[1]:
        return _Span(first, last, mark, gapped=f"{gapped or _range(first, last)}T{clock}")
    hour, minute, second = (int(part or 0) for part in (time[1] or time[4], time[2], time[3]))
    colons = clock.partition("+")[0].partition("-")[0].count(":")
    first += hour * 3600 + minute * 60 + second
    return _Span(first, first + (3600, 60, 1)[colons] - 1, mark, _zone(time))


def _zone(time: re.Match[str]) -> int | None:
    if time[5]:
        return 0
    if time[6] is None:
        return None
    return (-1 if time[6] == "-" else 1) * (int(time[7]) * 3600 + int(time[8] or 0) * 60)


def _days(text: str, read: Callable[[str], Days | None]) -> tuple[int, int] | None:
    """The first and the last day by number, also before the year 1 and after 9999."""
    if read is parse_edtf and (far := _FAR.fullmatch(text)):
        year = int(far[1]) * 10 ** int(far[2] or 0)
        return _days_of_year(year, "", read)
    if before := _BEFORE.fullmatch(text):
        ends = [
            _days_of_year(-(int(before[1].replace("X", digit)) or 1), before[2] or "", read)
            for digit in "90"
        ]
        return ends[0][0], ends[1][1]
    days = read(text)
    if days is None or days.first is None or days.last is None:
        return None
    return days.first.toordinal(), days.last.toordinal()


def _days_of_year(year: int, rest: str, read: Callable[[str], Days | None]) -> tuple[int, int]:
    """The days of a date in any year: read 400 years at a time away, where dates are known."""
    cycles, number = divmod(year - 1, 400)
    days = read(f"{number + 1:04}{rest}")
    if days is None or days.first is None or days.last is None:
        raise ValueError(f"there is no date {rest!r}")
    shift = cycles * _CYCLE
    return days.first.toordinal() + shift, days.last.toordinal() + shift


def _utc(span: _Span) -> int:
    return span.first - (span.zone or 0)


def _form(low: _Span | None, high: _Span | None) -> Form:
    """The form of what lies between the begin of one and the end of the other."""
    if low is not None and low.gapped is not None:
        return Form(low.gapped + low.mark, True, low.first, low.last, None, low.gapped)
    ends = (
        None if low is None else low.first - (low.zone or 0),
        None if high is None else high.last - (high.zone or 0),
    )
    zone = low.zone if low is not None else high.zone if high is not None else None
    marks = (low.mark if low else "", high.mark if high else "")
    text = _range(*ends, marks, "" if zone is None else "Z")
    return Form(
        text,
        True,
        None if low is None else low.first,
        None if high is None or ends[1] is None else ends[1] + (zone or 0),
        zone,
    )


def _range(
    first: int | None, last: int | None, marks: tuple[str, str] = ("", ""), zone: str = ""
) -> str:
    """An interval in as few digits as it needs; no two intervals are written alike."""
    if first is not None and last is not None and marks[0] == marks[1]:
        short = _clock(first, last) if zone else _calendar(first, last) or _clock(first, last)
        if short is not None:
            return short + zone + marks[0]
    days = not zone and all(
        end is None or not end % _DAY for end in (first, None if last is None else last + 1)
    )
    ends = (
        ".."
        if end is None
        else (_date(end // _DAY) if days else f"{_date(end // _DAY)}T{_time(end, 8)}{zone}") + mark
        for end, mark in zip((first, last), marks, strict=True)
    )
    return "/".join(ends)


def _calendar(first: int, last: int) -> str | None:
    """A day, a month, or a year, where the seconds are those of one."""
    if first % _DAY or (last + 1) % _DAY:
        return None
    low, high, after = (_date(day) for day in (first // _DAY, last // _DAY, (last + 1) // _DAY))
    if low == high:
        return low
    if low.endswith("-01") and after.endswith("-01") and low[:-3] == high[:-3]:
        return low[:-3]
    if low.endswith("-01-01") and after.endswith("-01-01") and low[:-6] == high[:-6]:
        return low[:-6]
    return None


def _clock(first: int, last: int) -> str | None:
    """An hour, a minute, or a second, where the seconds are those of one."""
    for length, digits in ((3600, 2), (60, 5), (1, 8)):
        if last - first + 1 == length and not first % length:
            return f"{_date(first // _DAY)}T{_time(first, digits)}"
    return None


def _time(second: int, digits: int) -> str:
    minutes, seconds = divmod(second % _DAY, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"[:digits]


def _date(day: int) -> str:
    cycles, number = divmod(day - 1, _CYCLE)
    found = date.fromordinal(number + 1)
    year = found.year + 400 * cycles
    sign = "-" if year < 0 else "" if year < 10_000 else "Y"
    return f"{sign}{abs(year):04}-{found.month:02}-{found.day:02}"


def _duration(text: str) -> str:
    """A duration in the largest unit of each amount that it is whole in."""
    amounts = [Fraction(0)] * 3
    clock = ""
    for mark, number, unit in _AMOUNT.findall(text):
        if mark:
            clock = "T"
            continue
        at, factor = _LENGTHS[clock + unit]
        amounts[at] += Fraction(number) * factor
    parts = [
        next(f"{amount / size}{unit}" for unit, size in units if size == 1 or not amount % size)
        if amount
        else ""
        for amount, units in zip(amounts, _SHOWN, strict=True)
    ]
    days = parts[0] + parts[1]
    return "P" + (days or ("" if parts[2] else "0D")) + (f"T{parts[2]}" if parts[2] else "")


def holds(outer: Form, inner: Form) -> bool:
    """Whether all of one time lies in the other; an open or unknown end holds nothing.

    Local times are compared as they are written. A zone counts where both have one.
    """
    if None in (outer.first, outer.last, inner.first, inner.last):
        return False
    shifts = (0, 0)
    if outer.zone is not None and inner.zone is not None:
        shifts = (outer.zone, inner.zone)
    first, last = (end - shifts[0] for end in (outer.first, outer.last) if end is not None)
    low, high = (end - shifts[1] for end in (inner.first, inner.last) if end is not None)
    if not first <= low <= high <= last:
        return False
    return outer.gapped is None or _fits(outer.gapped, low, high)


def _fits(mask: str, low: int, high: int) -> bool:
    """Whether an interval lies in one of the days or months that a mask stands for."""
    first, last = (_date(second // _DAY)[: len(mask)] for second in (low, high))
    return first == last and bool(re.fullmatch(mask.replace("X", r"\d"), first))
