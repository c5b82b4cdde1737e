"""Times in one form: equal notations, nothing else equal, and what lies in what."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goldwire.evaluate.metrics.times import Form, edtf_form, holds, timex_form
from goldwire.schema.schemas import load_schema

DEFINITIONS = load_schema("newswire")["$defs"]


def forms(*notations: str) -> list[Form]:
    """``v:`` and ``e:`` before a notation say whether it is TIMEX3 or EDTF."""
    return [{"v": timex_form, "e": edtf_form}[each[0]](each[2:]) for each in notations]


@pytest.mark.parametrize(
    "notations",
    [
        ("v:2022-W17-WE", "e:2022-04-30/2022-05-01"),
        ("v:2022-W17", "e:2022-04-25/2022-05-01"),
        ("v:2022-W17-6", "v:2022-04-30", "e:2022-04-30", "e:2022-04-30/2022-04-30"),
        ("v:2022-Q2", "e:2022-34", "e:2022-04/2022-06", "e:2022-04-01/2022-06-30"),
        ("v:2022-H2", "e:2022-41", "e:2022-07/2022-12", "e:2022-35/2022-36"),
        ("e:2022-37", "e:2022-01/2022-04"),
        ("e:2022-39", "e:2022-09/2022-12"),
        ("v:2022-SU", "e:2022-22", "e:2022-26", "e:2022-32", "e:2022-06/2022-08"),
        ("v:2022-WI", "e:2022-24", "e:2022-28", "e:2022-30", "e:2022-12/2023-02"),
        ("v:2022", "v:2022-XX", "e:2022", "e:2022-XX-XX", "e:2022-01/2022-12", "e:Y2022"),
        ("v:202", "v:202X", "e:202X", "e:2020/2029"),
        ("v:20", "v:20XX", "e:20XX", "e:2000/2099"),
        ("v:-0044", "e:-0044", "e:-0044-01/-0044-12"),
        ("e:-004X", "e:-0049/-0040"),
        ("e:-000X", "e:-0009/-0001"),
        ("e:Y17E8", "e:Y1700000000"),
        ("v:2022-04-30T10", "e:2022-04-30T10:00:00/2022-04-30T10:59:59"),
        ("v:2022-04-30T10:00", "v:2022-W17-6T10:00"),
        ("v:2022-04-30T10:00:00", "e:2022-04-30T10:00:00", "v:2022-W17-6T10:00:00"),
        ("v:2022-04-30T10:00:00Z", "e:2022-04-30T10:00:00Z", "e:2022-04-30T13:00:00+03:00"),
        ("e:2022-05-01T01:30:00+03", "v:2022-04-30T22:30:00+0000"),
        ("v:2022-04-30T24:00", "v:2022-05-01T00:00"),
        ("v:2022-04-30TMO", "v:2022-W17-6TMO", "v: 2022-04-30tmo"),
        ("e:2022-04-30~", "e:2022-04-30~/2022-04-30~"),
        ("v:202X-04-XX", "e:202X-04"),
        ("v:XXXX-04-30", "e:XXXX-04-30"),
        ("v:PT60M", "v:PT1H", "v:PT3600S"),
        ("v:P24M", "v:P2Y", "v:P1Y12M", "v:P0.2DE"),
        ("v:P1CE", "v:P10DE", "v:P100Y"),
        ("v:P7D", "v:P1W", "v:P0.5W3.5D"),
        ("v:P1Y6M", "v:P18M", "v:P1.5Y"),
        ("v:P0D", "v:PT0S"),
        ("v:PXD", "v:pxd"),
    ],
)
def test_one_time_in_several_notations(notations: tuple[str, ...]) -> None:
    assert len({form.text for form in forms(*notations)}) == 1


@pytest.mark.parametrize(
    "notations",
    [
        ("v:2022-W17-WE", "v:2022-W17", "v:2022-W17-6", "v:2022-W17-7", "v:2022-W17-WETMO"),
        ("v:P1D", "v:PT24H", "v:P1M", "v:P30D", "v:P4W", "v:PXD", "v:PXW", "v:P", "v:PT"),
        ("v:P1M", "v:PT1M", "v:P1Y", "v:P365D"),
        ("v:2022-04-30", "v:2022-04-30T10", "v:2022-04-30T10:00", "v:2022-04-30T10:00:00"),
        ("v:2022-04-30TMO", "v:2022-04-30TNI", "v:2022-04-30", "v:2022-05-01TMO"),
        ("v:2022-04-30T10:00", "v:2022-04-30T10:00Z", "v:2022-04-30T10:00+03:00"),
        ("e:2022", "e:2022?", "e:2022~", "e:2022%", "e:../2022", "e:2022/..", "e:2022/2022?"),
        ("v:2022-XX-05", "v:2022-XX-06", "v:2022", "v:202X-04-05", "v:20XX-04-05"),
        ("e:2022-33", "e:2022-34", "e:2022-35", "e:2022-36", "e:2022-37", "e:2022-40"),
        ("v:-0044", "v:0044", "v:0000", "e:-0000", "e:-0045"),
        ("e:2022/XXXX-05", "e:2022/..", "e:2022/202X-05", "e:/"),
        ("v:PAST_REF", "v:PRESENT_REF", "v:FUTURE_REF", "v:", "v:no value"),
    ],
)
def test_times_that_differ(notations: tuple[str, ...]) -> None:
    assert len({form.text for form in forms(*notations)}) == len(notations)


@pytest.mark.parametrize(
    ("outer", "inner", "held"),
    [
        ("v:2022-W17-WE", "v:2022-04-30", True),
        ("v:2022-W17-WE", "v:2022-04-26", False),
        ("v:2022-W17", "v:2022-W17-WE", True),
        ("v:2022-04-30", "v:2022-04-30T10:00", True),
        ("e:2022-04-30", "v:2022-04-30TMO", True),
        ("v:2022-04", "v:2022-04-30TMO", True),
        ("v:2022-04-29", "v:2022-04-30TMO", False),
        ("v:2022-04-30TMO", "v:2022-04-30", False),
        ("v:2022-04-30TMO", "v:2022-04-30T10:00", False),
        ("v:2022-04-30T10", "e:2022-04-30T10:59:59", True),
        ("v:2022-04-30T10", "e:2022-04-30T11:00:00", False),
        ("v:2022-05-01", "e:2022-05-01T01:30:00+03:00", True),
        ("v:2022-04-30T10Z", "e:2022-04-30T13:30:00+03:00", True),
        ("v:2022-04-30T10Z", "e:2022-04-30T10:30:00+03:00", False),
        ("v:-0044", "v:-0044-03-15", True),
        ("v:-0044", "v:-0045-03-15", False),
        ("e:2022", "e:2022-40", True),
        ("e:2022-40", "v:2022-Q2", True),
        ("v:2022-XX-05", "v:2022-07-05", True),
        ("v:2022-XX-05", "v:2022-07-05T10:00", True),
        ("v:2022-XX-05", "v:2022-07-06", False),
        ("v:202X-04", "v:2023-04-12", True),
        ("v:202X-04", "v:2023-05-12", False),
        ("v:202X", "v:202X-04", True),
        ("e:../2022", "e:2021", False),
        ("e:2022?", "e:2022", True),
        ("v:P1Y", "v:P1M", False),
    ],
)
def test_what_holds_what(outer: str, inner: str, held: bool) -> None:
    assert holds(*forms(outer, inner)) is held


days = st.dates(date(1583, 1, 1), date(2399, 12, 31))


@given(days, st.integers(0, 400), days, st.integers(0, 400))
def test_intervals_are_equal_or_nested_as_their_days(
    one: date, length: int, other: date, size: int
) -> None:
    def interval(first: date, more: int) -> tuple[date, date, list[Form]]:
        last = first + timedelta(days=more)
        return first, last, forms(*written(first, last))

    low, high, own = interval(one, length)
    first, last, theirs = interval(other, size)
    assert len({form.text for form in own}) == 1
    for mine, their in ((mine, their) for mine in own for their in theirs):
        assert (mine.text == their.text) is ((low, high) == (first, last))
        assert holds(mine, their) is (low <= first and last <= high)
        assert holds(their, mine) is (first <= low and high <= last)


def written(first: date, last: date) -> list[str]:
    """The ways to write an interval of days."""
    found = [f"e:{first}/{last}"]
    if first == last:
        year, week, day = first.isocalendar()
        found += [f"v:{first}", f"e:{first}", f"v:{year}-W{week:02}-{day}"]
    return found


@given(st.integers(1583, 2399))
def test_the_parts_of_a_year_in_all_notations(year: int) -> None:
    def end(month: int) -> str:
        later, number = divmod(month - 1, 12)
        last = monthrange(year + later, number + 1)[1]
        return f"{year + later}-{number + 1:02}-{last}"

    parts = [(f"v:{year}-Q{n}", f"e:{year}-{32 + n}", 3 * n - 2, 3) for n in (1, 2, 3, 4)]
    parts += [(f"v:{year}-H{n}", f"e:{year}-{39 + n}", 6 * n - 5, 6) for n in (1, 2)]
    parts += [(f"e:{year}-{36 + n}", f"e:{year}-{36 + n}", 4 * n - 3, 4) for n in (1, 2, 3)]
    parts += [
        (f"v:{year}-{name}", f"e:{year}-{21 + n}", 3 * n + 3, 3)
        for n, name in enumerate(("SP", "SU", "FA", "WI"))
    ]
    for value, edtf, month, months in parts:
        first = f"{year}-{month:02}-01"
        found = forms(value, edtf, f"e:{first}/{end(month + months - 1)}")
        assert len({form.text for form in found}) == 1
    texts = [forms(part[0])[0].text for part in parts]
    assert len(set(texts)) == len(texts)
    for week in (1, 17, 52):
        saturday = date.fromisocalendar(year, week, 6)
        weekend, same = forms(
            f"v:{year}-W{week:02}-WE", f"e:{saturday}/{saturday + timedelta(days=1)}"
        )
        assert weekend.text == same.text


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**9))
def test_durations_are_months_days_and_seconds(months: int, days: int, seconds: int) -> None:
    plain = f"P{months}M{days}DT{seconds}S"
    years, weeks, minutes = months // 12, days // 7, seconds // 60
    longer = (
        f"P{years}Y{months % 12}M{weeks}W{days % 7}DT{minutes // 60}H{minutes % 60}M{seconds % 60}S"
    )
    assert timex_form(plain).text == timex_form(longer).text
    assert timex_form(plain).text != timex_form(f"P{months}M{days}DT{seconds + 1}S").text


def admitted(name: str) -> st.SearchStrategy[tuple[Callable[[str], Form], str]]:
    read = edtf_form if name == "edtf" else timex_form
    pattern = re.compile(DEFINITIONS[name]["pattern"])
    return st.tuples(st.just(read), st.from_regex(pattern, fullmatch=True))


NAMES = ("valueDATE", "valueTIME", "valueDURATION", "valueSET", "edtf")
written_times = st.sampled_from(NAMES).flatmap(admitted)


@given(st.lists(written_times, min_size=2, max_size=4))
def test_what_the_schema_admits_is_one_time_where_its_interval_and_marks_are(
    found: list[tuple[Callable[[str], Form], str]],
) -> None:
    assume(all(text.isascii() for _, text in found))
    made = [read(text) for read, text in found]
    for one, other in combinations(made, 2):
        sides = [(each.calendar, bool(each.gapped)) for each in (one, other)]
        if one.text == other.text:
            assert sides[0] == sides[1]
            assert holds(one, other) == holds(other, one)
        elif sides == [(True, False)] * 2 and not re.search(r"[?~%]", one.text + other.text):
            assert not (holds(one, other) and holds(other, one))


@given(admitted("edtf"))
def test_the_form_of_an_interval_is_one_of_its_notations(
    found: tuple[Callable[[str], Form], str],
) -> None:
    assume(found[1].isascii() and "T" not in found[1])
    form = edtf_form(found[1])
    assert edtf_form(form.text) == form
