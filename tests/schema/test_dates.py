"""Calendar values: what the schema's patterns admit is read, and what no calendar has is not."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goldwire.schema.dates import Days, parse_edtf, parse_timex, weekday_in
from goldwire.schema.schemas import load_schema

DEFINITIONS = load_schema("newswire")["$defs"]


def days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022-04-30", days("2022-04-30", "2022-04-30")),
        ("2022-02", days("2022-02-01", "2022-02-28")),
        ("2024-02", days("2024-02-01", "2024-02-29")),
        ("2022", days("2022-01-01", "2022-12-31")),
        ("202X", days("2020-01-01", "2029-12-31")),
        ("2022-04-XX", days("2022-04-01", "2022-04-30")),
        ("2022-24", days("2022-12-01", "2023-02-28")),
        ("2022-25", days("2022-03-01", "2022-05-31")),
        ("2022-29", days("2022-09-01", "2022-11-30")),
        ("2022-30", days("2022-12-01", "2023-02-28")),
        ("2022-32", days("2022-06-01", "2022-08-31")),
        ("2022-34", days("2022-04-01", "2022-06-30")),
        ("2022-38", days("2022-05-01", "2022-08-31")),
        ("2022-41", days("2022-07-01", "2022-12-31")),
        ("../2022-04-30", Days(None, date(2022, 4, 30))),
        ("2022-04-01/2022-04-30", days("2022-04-01", "2022-04-30")),
        ("XXXX-04-05", None),
    ],
)
def test_edtf(value: str, expected: Days | None) -> None:
    assert parse_edtf(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-12", days("2021-12-01", "2021-12-31")),
        ("2022-W17", days("2022-04-25", "2022-05-01")),
        ("2022-W17-5", days("2022-04-29", "2022-04-29")),
        ("2022-W17-WE", days("2022-04-30", "2022-05-01")),
        ("2022-Q2", days("2022-04-01", "2022-06-30")),
        ("2022-04-30TEV", days("2022-04-30", "2022-04-30")),
        ("P4Y", None),
        ("PT36H", None),
        ("PAST_REF", None),
        ("XXXX-WXX-6", None),
    ],
)
def test_timex(value: str, expected: Days | None) -> None:
    assert parse_timex(value) == expected


@pytest.mark.parametrize("value", ["2022-02-30", "2022-13-01", "2023-02-29", "0000"])
def test_days_that_no_calendar_has(value: str) -> None:
    for read in (parse_edtf, parse_timex):
        with pytest.raises(ValueError, match=value[:4]):
            read(value)


def test_an_interval_runs_forward() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        parse_edtf("2022-05-01/2022-04-01")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_as_itself(day: date) -> None:
    assert parse_edtf(day.isoformat()) == parse_timex(day.isoformat()) == Days(day, day)
    year, week, weekday = day.isocalendar()
    assert parse_timex(f"{year}-W{week:02}-{weekday}") == Days(day, day)


@given(st.from_regex(re.compile(DEFINITIONS["edtf"]["pattern"]), fullmatch=True))
def test_what_the_pattern_of_edtf_admits_is_a_form_we_know(value: str) -> None:
    assume(value.isascii() and not value.endswith("\n"))
    try:
        parse_edtf(value)
    except ValueError as problem:
        assert "is no EDTF" not in str(problem)


@given(
    st.sampled_from(["valueDATE", "valueTIME", "valueDURATION", "valueSET"]).flatmap(
        lambda name: st.from_regex(re.compile(DEFINITIONS[name]["pattern"]), fullmatch=True)
    )
)
def test_what_the_patterns_of_timex_admit_is_a_form_we_know(value: str) -> None:
    assume(value.isascii() and not value.endswith("\n"))
    try:
        parse_timex(value)
    except ValueError as problem:
        assert "is no TIMEX3" not in str(problem)
        assert "is no time of day" not in str(problem)


@given(st.dates(), st.dates())
def test_overlap_is_symmetric(one: date, other: date) -> None:
    a = Days(one, one + timedelta(days=3)) if one.year < 9999 else Days(one, None)
    b = Days(None, other)
    assert a.overlaps(b) == b.overlaps(a) == (one <= other)


def test_weekdays() -> None:
    assert weekday_in("early Saturday") == 5
    assert weekday_in("Monday or Tuesday") is None
    assert weekday_in("Sundays") is None
    assert weekday_in("April") is None


@pytest.mark.parametrize(
    "value",
    [
        "2022-XX-45",
        "2022-20",
        "2022-42",
        "0000-34",
        "XXXX-13-45",
        "-2022-13-99",
        "2022-04-30T99:99:99",
        "٢٠٢٢-21",
        "2022-00",
    ],
)
def test_forms_with_impossible_parts(value: str) -> None:
    with pytest.raises(ValueError, match=value[:4]):
        parse_edtf(value)


@pytest.mark.parametrize("value", ["9999-W52", "0000-W01", "2022-W60"])
def test_weeks_that_no_calendar_has(value: str) -> None:
    with pytest.raises(ValueError, match="no such week"):
        parse_timex(value)
