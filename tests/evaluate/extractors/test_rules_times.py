"""Times and quantities of the rules extractor, value by value."""

from __future__ import annotations

import pytest

from goldwire.evaluate.extractors.rules import extract

from .rules_article import article

DCT = "2023-03-12"  # a Sunday


@pytest.mark.parametrize(
    ("text", "surface", "type_", "value", "edtf"),
    [
        ("It fell on Saturday.", "Saturday", "DATE", "2023-03-11", "2023-03-11"),
        ("It fell on Sunday.", "Sunday", "DATE", "2023-03-12", "2023-03-12"),
        ("It fell on Saturday night.", "Saturday night", "TIME", "2023-03-11TNI", "2023-03-11"),
        ("It fell at 3 am on Friday.", "3 am on Friday", "TIME", "2023-03-10T03:00", "2023-03-10"),
        ("It fell in early March.", "early March", "DATE", "2023-03", "2023-03"),
        ("It fell in December.", "December", "DATE", "2022-12", "2022-12"),
        ("It fell yesterday.", "yesterday", "DATE", "2023-03-11", "2023-03-11"),
        ("It fell last week.", "last week", "DATE", "2023-W09", "2023-02-27/2023-03-05"),
        ("It fell last month.", "last month", "DATE", "2023-02", "2023-02"),
        ("It fell two weeks ago.", "two weeks ago", "DATE", "2023-02-26", "2023-02-26~"),
        ("They fell in recent months.", "recent months", "DATE", "PAST_REF", "../2023-03-12"),
        ("It has stood since 2014.", "since 2014", "DATE", "2014", "2014/.."),
        ("It stood until March.", "until March", "DATE", "2023-03", "../2023-03"),
        ("It lasted for about two weeks.", "about two weeks", "DURATION", "P2W", None),
        ("They meet every Friday.", "every Friday", "SET", "XXXX-WXX-5", None),
        ("They will leave on Tuesday.", "Tuesday", "DATE", "2023-03-14", "2023-03-14"),
        ("It fell on 30 April 2022.", "30 April 2022", "DATE", "2022-04-30", "2022-04-30"),
    ],
)
def test_times(text: str, surface: str, type_: str, value: str, edtf: str | None) -> None:
    (time,) = extract(article(text, DCT)).times
    assert (time.text, time.type, time.value, time.edtf) == (surface, type_, value, edtf)


def test_a_length_counts_from_the_time_before_it() -> None:
    text = "The post closed in December, four years after it was built."
    december, years = extract(article(text, "2022-04-30")).times
    assert (years.type, years.value, years.edtf) == ("DURATION", "P4Y", "2017-12")
    assert years.anchor == december.id


def test_a_weekday_that_is_not_the_dates_gives_no_value() -> None:
    (time,) = extract(article("It fell on Monday, April 30, 2022.", DCT)).times
    assert time.value is None


def test_without_a_day_of_writing_the_stamp_of_the_page_is_read() -> None:
    text = (
        "Guard killed near Tolen\n\nUpdated March 12, 2023\n\n"
        "A guard was killed on Saturday, police said."
    )
    found = extract(article(text, None))
    (saturday,) = (time for time in found.times if time.text == "Saturday")
    assert (saturday.value, saturday.anchor) == ("2023-03-11", None)


@pytest.mark.parametrize(
    ("text", "surface", "kind", "value", "low", "high", "comparator", "approximate", "unit"),
    [
        ("Two guards fled.", "Two", "count", 2, 2, 2, "eq", False, None),
        ("At least 3 guards fled.", "At least 3", "count", 3, 3, None, "ge", False, None),
        (
            "More than a dozen guards fled.",
            "More than a dozen",
            "count",
            12,
            12,
            None,
            "gt",
            False,
            None,
        ),
        ("Up to 40 guards fled.", "Up to 40", "count", 40, None, 40, "le", False, None),
        (
            "Roughly 2,500 guards fled.",
            "Roughly 2,500",
            "count",
            2500,
            None,
            None,
            "eq",
            True,
            None,
        ),
        (
            "Between 10 and 15 guards fled.",
            "Between 10 and 15",
            "count",
            None,
            10,
            15,
            "eq",
            False,
            None,
        ),
        ("Dozens of guards fled.", "Dozens", "count", None, 24, None, "ge", True, None),
        (
            "It cost $2.5 million.",
            "$2.5 million",
            "money",
            2500000,
            2500000,
            2500000,
            "eq",
            False,
            "USD",
        ),
        ("He lost 40 percent.", "40 percent", "percent", 40, 40, 40, "eq", False, "percent"),
        ("It lies 30 kilometres away.", "30 kilometres", "distance", 30, 30, 30, "eq", False, "km"),
        (
            "He held a 34-year-old driver.",
            "34-year-old",
            "duration",
            34,
            34,
            34,
            "eq",
            False,
            "year",
        ),
        ("It was the third attack.", "third", "ordinal", 3, 3, 3, "eq", False, None),
        ("Twenty-three guards fled.", "Twenty-three", "count", 23, 23, 23, "eq", False, None),
    ],
)
def test_quantities(
    text: str,
    surface: str,
    kind: str,
    value: float | None,
    low: float | None,
    high: float | None,
    comparator: str,
    approximate: bool,
    unit: str | None,
) -> None:
    (one,) = extract(article(text, DCT)).quantities
    assert one.text == surface
    assert (one.kind, one.value, one.min, one.max) == (kind, value, low, high)
    assert (one.comparator, one.approximate, one.unit) == (comparator, approximate, unit)


@pytest.mark.parametrize(
    "text",
    ["No one fled.", "Several guards fled.", "One of them fled.", "Resolution 1540 passed."],
)
def test_what_is_no_quantity(text: str) -> None:
    assert extract(article(text, DCT)).quantities == ()
