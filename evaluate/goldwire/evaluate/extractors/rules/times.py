"""Time expressions: one pattern finds them, one function a kind gives TIMEX3 and EDTF values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import regex

from .numerals import NUMBER, read_number
from .timegrammar import MONTH, MONTHS, PARTS, UNITS, WEEKDAY, WEEKDAYS, time_matches
from .tokens import Sentence

__all__ = ["FoundTime", "find_times", "stamp_of"]

_SOME_YEAR, _SOME_WEEK, _SOME_DAY = "XXXX", "XXXX-WXX", "XXXX-XX-XX"
"""What TIMEX3 writes for the part of a date that the text does not tell."""

_FUTURE = regex.compile(r"\b(?:will|would|shall|plans?|set to|due to|scheduled|expected)\b")
_MODIFIER = {
    "since": "on_or_after", "from": "on_or_after", "before": "before", "after": "after",
    "until": "on_or_before", "till": "on_or_before", "by": "on_or_before",
    "early": "start", "earlier": "start", "mid": "mid", "late": "end", "later": "end",
}  # fmt: skip
_LENGTH_MODIFIER = {
    "at least": "equal_or_more", "more than": "more_than", "over": "more_than",
    "less than": "less_than", "up to": "equal_or_less",
}  # fmt: skip


class FoundTime(NamedTuple):
    """A time expression: span, sentence, TIMEX3 type and value, EDTF.

    ``anchor`` is ``dct``, ``last`` (the time expression before it), or ``None``.
    """

    start: int
    end: int
    sentence: int
    type: str
    value: str | None
    edtf: str | None
    anchor: str | None = None
    modifier: str | None = None
    vague: bool = False
    day: date | None = None


class _Value(NamedTuple):
    type: str
    value: str | None
    edtf: str | None
    anchor: str | None = None
    vague: bool = False
    day: date | None = None


def stamp_of(text: str, sentences: tuple[Sentence, ...]) -> date | None:
    """The day of the article by its text: the first full date of a date line or the top."""
    top = [s for s in sentences if s.kind in ("byline_date", "dateline")] + list(sentences[:4])
    for sentence in top:
        for match in time_matches(text, sentence):
            full = match["iso"] or (match["day"] and match["dy"])
            if full and (value := _evaluate(match, None, False, None)) and value.day:
                return value.day
    return None


def find_times(
    text: str, sentences: tuple[Sentence, ...], dct: date | None
) -> tuple[FoundTime, ...]:
    """All time expressions, in text order; weekdays and months are read back from ``dct``."""
    found: list[FoundTime] = []
    for number, sentence in enumerate(sentences):
        future = bool(_FUTURE.search(text, sentence.start, sentence.end))
        for match in time_matches(text, sentence):
            last = found[-1].day if found else None
            value = _evaluate(match, dct, future, last)
            if value is None or _is_no_time(match, text):
                continue
            one = _counted_from(found, _framed(match, text, number, value), text)
            if found and (joined := _joined(found[-1], one, text)):
                found[-1] = joined
            else:
                found.append(one)
    return tuple(found)


_FROM_EVENT = regex.compile(r"\s(after|before|since)\b")
_YEARS = regex.compile(r"P(\d+)Y")


def _counted_from(found: list[FoundTime], one: FoundTime, text: str) -> FoundTime:
    """A length before "after" or "before" counts from the time told just before it (T8)."""
    way = _FROM_EVENT.match(text, one.end)
    before = found[-1] if found else None
    if one.type != "DURATION" or not way or before is None or before.sentence != one.sentence:
        return one
    years = _YEARS.fullmatch(one.value or "")
    edtf = before.edtf or ""
    if years and regex.fullmatch(r"\d{4}(-\d\d)?", edtf):
        year = int(edtf[:4]) + int(years[1]) * (1 if way[1] == "before" else -1)
        if 1000 <= year <= 9999:
            return one._replace(anchor="last", edtf=f"{year}{edtf[4:]}")
    return one._replace(anchor="last")


def _is_no_time(match: regex.Match[str], text: str) -> bool:
    """Words that only look like times: "may" at a sentence's start, ages, the second attack."""
    surface = match[0]
    before = text[max(0, match.start() - 12) : match.start()]
    after = text[match.end() : match.end() + 12]
    if match["month"] and surface in ("May", "March", "Mar"):
        return not _RANGE_WORDS.search(before.lower())
    if match["length"] and regex.match(r"-old|[ ]old\b", after):
        return True
    if match["length"] and match["lu"] in ("second", "night"):
        return not regex.match(rf"(?:{NUMBER})", match["ln"] or "")
    if match["year"] and not match["frame"] and not match["edge"]:
        return not _BEFORE_YEAR.search(before)
    if match["clock"]:
        return bool(regex.match(r"\d{1,2}:\d\d$", surface)) and not regex.search(
            r"(?:at|around|about|[,|(])\s$", before
        )
    return False


def _framed(match: regex.Match[str], text: str, sentence: int, value: _Value) -> FoundTime:
    """Add what the words around the core say: since, early, at least."""
    start, end = match.span()
    kind, form, edtf, modifier = value.type, value.value, value.edtf, None
    frame = (match["frame"] or "").strip().lower()
    edge = _EDGES.split((match["edge"] or "").lower().removeprefix("the "))[0]
    edge = {"beginning": "early", "start": "early", "end": "late", "middle": "mid"}.get(edge, edge)
    daylike = kind == "DATE" and value.day is not None and form == value.day.isoformat()
    if frame and (kind not in ("DATE", "TIME") or value.vague):
        start += len(match["frame"])
        frame = ""
    if edge and daylike and edge in ("early", "late"):
        kind, form = "TIME", f"{form}T{'MO' if edge == 'early' else 'EV'}"
    elif edge and kind == "DATE":
        modifier = _MODIFIER[edge]
    elif edge and not frame and kind != "DATE":
        start += len(match["edge"])
    if frame:
        modifier = _MODIFIER[frame]
        if edtf and "/" not in edtf:
            edtf = f"{edtf}/.." if modifier in ("after", "on_or_after") else f"../{edtf}"
    if match["length"]:
        told = match["lmod"] or ""
        modifier = _LENGTH_MODIFIER.get(told, "approx" if told else None)
        if match["lb"]:
            start = match.start("lb")
    if leading := _ARTICLE.match(text[start:end]):
        start += leading.end() if kind != "DURATION" or leading[0].lower() == "the " else 0
    return FoundTime(
        start, end, sentence, kind, form, edtf, value.anchor, modifier, value.vague, value.day
    )


_BETWEEN = regex.compile(r",? (?:on |at |around |about |in )?(?:the )?|’s |'s | of ")
_ARTICLE = regex.compile(r"(?:the|an?|in\ the) ", regex.IGNORECASE)
_EDGES = regex.compile(r"[ -]")
_RANGE_WORDS = regex.compile(r"\b(?:in|of|last|this|next|mid|early|late|and|between)[ -]$")
_BEFORE_YEAR = regex.compile(r"(?:\b(?:in|of|during|and|to|the|for|or)\ |[(,–-]\s?)$")


def _joined(one: FoundTime, two: FoundTime, text: str) -> FoundTime | None:
    """One expression out of a time of day and its day: "3 am on Friday", "Friday at 3 am"."""
    gap = text[one.end : two.start]
    if one.sentence != two.sentence or len(gap) > 8:
        return None
    clock, day = (one, two) if one.type == "TIME" else (two, one)
    if clock.type != "TIME" or day.type != "DATE" or day.day is None:
        return None
    if clock.value is None or not clock.value.startswith(f"{_SOME_DAY}T"):
        return None
    if not _BETWEEN.fullmatch(gap):
        return None
    value = day.day.isoformat() + clock.value.removeprefix(_SOME_DAY)
    return day._replace(
        start=one.start, end=two.end, type="TIME", value=value, edtf=day.day.isoformat()
    )


def _evaluate(
    match: regex.Match[str], dct: date | None, future: bool, last: date | None
) -> _Value | None:
    """The value of one match; ``last`` is the day of the time before it in the text."""
    if match["iso"] or match["day"]:
        return _day(match, dct, future)
    if match["month"]:
        return _month(match, dct, future)
    if match["weekday"]:
        return _weekday(match, dct, future)
    if match["near"]:
        return _near(match, dct)
    if match["ago"]:
        return _ago(match, dct, last)
    if match["nextday"]:
        return _next_day(match["nextday"].lower(), last)
    if match["span"]:
        return _span(match, dct)
    if match["recent"]:
        word = match["recent"].lower()
        form = (
            "FUTURE_REF" if "coming" in word or "future" in word or word == "soon" else "PAST_REF"
        )
        if word.startswith(("currently", "these", "now")):
            form = "PRESENT_REF"
        return _vague(form, dct)
    if match["set"]:
        return _set(match)
    if match["decade"]:
        return _Value("DATE", match["dec"], match["dec"] + "X")
    if match["year"]:
        return _Value("DATE", match["year"], match["year"])
    if match["length"]:
        return _length(match)
    return _clock(match["clock"] or match["part"])


def _of_day(day: date, anchor: str | None) -> _Value:
    return _Value("DATE", day.isoformat(), day.isoformat(), anchor, False, day)


def _month_number(text: str) -> int:
    name = regex.search(MONTH, text)
    return next(
        n for n, month in enumerate(MONTHS, 1) if name and month.startswith(name[0][:3].lower())
    )


def _day(match: regex.Match[str], dct: date | None, future: bool) -> _Value | None:
    try:
        if match["iso"]:
            return _of_day(date.fromisoformat(match["iso"]), None)
        month, day = _month_number(match["day"]), int(match["d1"] or match["d2"])
        if match["dy"]:
            return _unless_misnamed(match["day"], _of_day(date(int(match["dy"]), month, day), None))
        if dct is None:
            date(2000, month, day)
            return _Value("DATE", f"{_SOME_YEAR}-{month:02}-{day:02}", None)
        found = date(dct.year, month, day)
        if found > dct and not future and found - dct > timedelta(days=1):
            found = date(dct.year - 1, month, day)
        return _unless_misnamed(match["day"], _of_day(found, "dct"))
    except ValueError:  # 31 April, or 29 February of a common year
        return None


def _unless_misnamed(text: str, value: _Value) -> _Value:
    """No value where the weekday in the text is not that of the date."""
    named = regex.match(WEEKDAY, text)
    if named and value.day and WEEKDAYS.index(named[0].lower()) != value.day.weekday():
        return _Value("DATE", None, None)
    return value


def _month(match: regex.Match[str], dct: date | None, future: bool) -> _Value:
    month, told = _month_number(match["month"]), match["my"]
    if told and told[0].isdigit():
        return _Value("DATE", f"{told}-{month:02}", f"{told}-{month:02}")
    if dct is None:
        return _Value("DATE", f"{_SOME_YEAR}-{month:02}", None)
    year = dct.year
    if told == "last year" or (not told and month > dct.month and not future):
        year -= 1
    elif not told and month < dct.month and future:
        year += 1
    return _Value("DATE", f"{year}-{month:02}", f"{year}-{month:02}", "dct")


def _weekday(match: regex.Match[str], dct: date | None, future: bool) -> _Value:
    number = WEEKDAYS.index(match["wd"].lower())
    part = PARTS.get(match["wpart"] or "")
    if match["many"]:
        return _Value("SET", f"{_SOME_WEEK}-{number + 1}", None)
    if dct is None:
        week = f"{_SOME_WEEK}-{number + 1}"
        return _Value("TIME", f"{week}T{part}", None) if part else _Value("DATE", week, None)
    which = (match["which"] or "").lower()
    back = (dct.weekday() - number) % 7
    day = dct - timedelta(days=back)
    if which == "last" and back == 0:
        day -= timedelta(days=7)
    elif which in ("next", "the following") or (future and back):
        day += timedelta(days=7)
    if part:
        return _Value("TIME", f"{day.isoformat()}T{part}", day.isoformat(), "dct", False, day)
    return _of_day(day, "dct")


def _near(match: regex.Match[str], dct: date | None) -> _Value:
    word = match["near"].lower()
    part = PARTS.get(match["npart"] or word.rpartition(" ")[2])
    if word in ("overnight", "last night", "tonight"):
        part = "NI"
    shift = -1 if word.startswith(("yesterday", "last night")) else word.startswith("tomorrow")
    if dct is None:
        return _Value("TIME", f"{_SOME_DAY}T{part}", None) if part else _Value(
            "DATE", "PRESENT_REF" if word == "today" else _SOME_DAY, None)  # fmt: skip
    day = dct + timedelta(days=int(shift))
    if part:
        return _Value("TIME", f"{day.isoformat()}T{part}", day.isoformat(), "dct", False, day)
    return _of_day(day, "dct")


def _unit(word: str) -> str:
    return UNITS["century" if word.startswith("centur") else word.removesuffix("s")]


def _number(text: str | None) -> int | float | None:
    """The figure, 1 for "a", ``None`` for what tells no figure."""
    text = text.lower() if text else None
    if text in ("a", "an"):
        return 1
    if text == "a couple of" or text == "couple of":
        return 2
    if text == "a dozen":
        return 12
    if text and regex.fullmatch(NUMBER, text):
        return read_number(text)
    return None


def _vague(form: str, dct: date | None) -> _Value:
    """A reference without bounds: open towards the past or the future."""
    if dct is None:
        return _Value("DATE", form, None, None, True)
    edtf = {"PAST_REF": f"../{dct.isoformat()}", "FUTURE_REF": f"{dct.isoformat()}/.."}.get(form)
    return _Value("DATE", form, edtf, "dct", True)


def _moved(day: date, number: int | float, unit: str, sign: int) -> _Value | None:
    """``number`` units away from ``day``, as exact as the unit is."""
    steps = sign * int(number)
    try:
        if unit in ("D", "W"):
            return _of_day(day + timedelta(days=steps * (7 if unit == "W" else 1)), "dct")
        if unit == "M":
            months = day.year * 12 + day.month - 1 + steps
            form = f"{date(months // 12, months % 12 + 1, 1):%Y-%m}"
        elif unit in ("Y", "DE"):
            form = f"{date(day.year + steps * (10 if unit == 'DE' else 1), 1, 1):%Y}"
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return _Value("DATE", form, form, "dct") if len(form) in (4, 7) else None


def _ago(match: regex.Match[str], dct: date | None, last: date | None) -> _Value | None:
    way, number = match["way"], _number(match["an"])
    vague = _vague("FUTURE_REF" if way == "later" else "PAST_REF", dct)
    base = dct if way == "ago" else last or dct
    if match["an"] is None and match["au"].removesuffix("s") == match["au"]:
        return None
    if number is None or base is None:
        return vague
    unit = _unit(match["au"])
    if unit in ("H", "S") or match["au"].startswith("minute"):
        return _of_day(base, "dct") if number < 12 else vague
    counted = _moved(base, number, unit, 1 if way == "later" else -1)
    if counted is None:
        return vague
    if way != "ago" and last is not None:
        counted = counted._replace(anchor="last")
    if unit != "D":  # weeks and more are rarely meant to the day
        counted = counted._replace(edtf=f"{counted.edtf}~")
    return counted


def _next_day(text: str, last: date | None) -> _Value | None:
    """The day beside the one that was told before; vague where none was."""
    forward = "previous" not in text and "earlier" not in text
    if last is None:
        return _Value("DATE", "FUTURE_REF" if forward else "PAST_REF", None, None, True)
    try:
        return _of_day(last + timedelta(days=1 if forward else -1), "last")
    except OverflowError:
        return None


def _span(match: regex.Match[str], dct: date | None) -> _Value | None:
    relation = match["rel"].lower().removeprefix("the ")
    unit, number = match["ru"], match["rn"]
    past = relation in ("last", "past", "previous")
    if unit.endswith("s") and not number:
        return _vague("PAST_REF" if past else "FUTURE_REF", dct)
    if number:
        known = unit[0].islower() and (unit.removesuffix("s") in UNITS or unit.startswith("centur"))
        return _duration(_number(number), unit) if known else None
    if unit[0].isupper():
        month, year = _month_number(unit), dct.year if dct else 0
        if not dct:
            return _Value("DATE", f"{_SOME_YEAR}-{month:02}", None)
        year += (
            -1
            if past and month >= dct.month
            else 1
            if relation == "next" and month <= dct.month
            else 0
        )
        return _Value("DATE", f"{year}-{month:02}", f"{year}-{month:02}", "dct")
    if dct is None or relation in ("following", "previous"):
        return _vague("PAST_REF" if past else "FUTURE_REF", dct)
    step = -1 if past else 0 if relation == "this" else 1
    if unit in ("spring", "summer", "autumn", "fall", "winter"):
        index = {"spring": 0, "summer": 1, "autumn": 2, "fall": 2, "winter": 3}[unit]
        year = dct.year + step
        return _Value(
            "DATE", f"{year}-{('SP', 'SU', 'FA', 'WI')[index]}", f"{year}-{21 + index}", "dct"
        )
    if unit in ("week", "weekend"):
        day = dct + timedelta(days=7 * step)
        year, week, _ = day.isocalendar()
        end = "-WE" if unit == "weekend" else ""
        monday = date.fromisocalendar(year, week, 6 if end else 1)
        edtf = f"{monday.isoformat()}/{date.fromisocalendar(year, week, 7).isoformat()}"
        return _Value("DATE", f"{year}-W{week:02}{end}", edtf, "dct")
    return _moved(dct, abs(step), _unit(unit), -1 if step < 0 else 1)


def _duration(number: int | float | None, unit: str) -> _Value:
    code = _unit(unit)
    figure = "X" if number is None else f"{number:g}" if number < 10**6 else str(int(number))
    clock = "T" if code in ("S", "H") or unit.startswith("minute") else ""
    return _Value("DURATION", f"P{clock}{figure}{code}", None, None, number is None)


def _length(match: regex.Match[str]) -> _Value | None:
    if match["lb"]:
        return _duration(None, match["lb"])
    if match["lu"].startswith("weekend"):
        return None
    return _duration(_number(match["ln"]), match["lu"])


def _set(match: regex.Match[str]) -> _Value:
    if match["sa"]:
        unit = {"d": "P1D", "h": "PT1H", "w": "P1W", "m": "P1M", "y": "P1Y", "n": "P1D", "a": "P1Y"}
        return _Value("SET", unit[match["sa"][0].lower()], None)
    word = match["su"] or match["sp"]
    if word.lower() in WEEKDAYS:
        return _Value("SET", f"{_SOME_WEEK}-{WEEKDAYS.index(word.lower()) + 1}", None)
    if word in PARTS:
        return _Value("SET", f"{_SOME_DAY}T{PARTS[word]}", None)
    return _Value("SET", _duration(1, word).value, None)


def _clock(text: str) -> _Value | None:
    if text in PARTS:
        return _Value("TIME", f"{_SOME_DAY}T{PARTS[text]}", None)
    digits = regex.match(r"(\d{1,2}?)(?:[:.]?(\d\d))?(?!\d)", text)
    if digits is None:
        return None
    hour, minute = int(digits[1]), digits[2]
    afternoon = regex.search(r"p\.?m", text)
    if afternoon and hour < 12:
        hour += 12
    elif regex.search(r"a\.?m", text) and hour == 12:
        hour = 0
    if hour > 24:
        return None
    zone = "Z" if text.endswith(("GMT", "UTC")) else ""
    return _Value("TIME", f"{_SOME_DAY}T{hour:02}:{minute or '00'}{zone}", None)
