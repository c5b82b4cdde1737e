"""Dates as pages print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.corpus.stamps import day_of, is_stamp, read_day, read_day_of_month, read_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Updated 30 April 2022", "2022-04-30"),
        ("April 30th, 2022", "2022-04-30"),
        ("Sat, Apr. 30, 2022, 10:14 AM GMT", "2022-04-30T10:14Z"),
        ("Sat, 30 Apr 2022 12:05:09 +0300", "2022-04-30T12:05:09+03:00"),
        ("30 April 2022 12:05 am", "2022-04-30T00:05"),
        ("2022-04-30T10:15:00.123Z", "2022-04-30T10:15:00Z"),
        ("2022/04/30 22:15", "2022-04-30T22:15"),
        ("30/04/2022", "2022-04-30"),
        ("04/30/2022", "2022-04-30"),
        ("05/05/2022", "2022-05-05"),
        ("05/04/2022", None),
        ("31 April 2022", None),
        ("2022-13-01", None),
        ("30 April", None),
        ("30 April 2022 at 25:99", "2022-04-30"),
        ("", None),
    ],
)
def test_moments(text: str, moment: str | None) -> None:
    assert read_moment(text) == moment
    assert read_day(text) == day_of(moment)


@pytest.mark.parametrize(
    ("text", "near", "day"),
    [
        ("(Sept. 1)", "2010-09", "2010-09-01"),
        ("(Aug. 31)", "2010-09", "2010-08-31"),
        ("(Dec. 31)", "2011-01", "2010-12-31"),
        ("(Jan. 2)", "2010-12-31", "2011-01-02"),
        ("5 May", "2010-05", "2010-05-05"),
        ("(Feb. 30)", "2010-02", None),
        ("(Monday)", "2010-02", None),
    ],
)
def test_days_without_a_year(text: str, near: str, day: str | None) -> None:
    assert read_day_of_month(text, near) == day


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("Updated 30 April 2022", True),
        ("Published: Jan. 5, 2022 at 3:15 PM EST", True),
        ("2022-01-05T10:15:00Z", True),
        ("3 days ago", True),
        ("On 30 April 2022 two rockets fell.", False),
        ("30 April", False),
        ("Share", False),
        ("2022", False),
    ],
)
def test_lines_that_are_stamps(line: str, stamp: bool) -> None:
    assert is_stamp(line) is stamp


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    is_stamp(text)
    moment = read_moment(text)
    assert moment is None or len(moment) >= 10


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    assert read_day(f"Updated {day:%d %B %Y}") == str(day)
    assert read_day(f"{day:%B %d, %Y}") == str(day)
    assert read_day(str(day)) == str(day)
