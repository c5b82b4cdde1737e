"""Family V: dates exist, weekdays and anchors agree, numbers are in order."""

from __future__ import annotations

from collections.abc import Iterator

from ..dates import WEEKDAYS, Days, parse_edtf, parse_timex, weekday_in
from ..document import Time
from .context import Context, Found, Rule

__all__ = ["RULES"]


def dates_exist(context: Context) -> Iterator[Found]:
    for index, time in enumerate(context.document.times):
        for name, value, read in (
            ("value", time.value, parse_timex),
            ("edtf", time.edtf, parse_edtf),
        ):
            if value is None:
                continue
            try:
                read(value)
            except ValueError as problem:
                yield Found(("times", index, name), str(problem), time.spans[0])
    metadata = context.document.metadata
    for name in ("published", "updated", "dct"):
        stated = getattr(metadata, name)
        if stated:
            try:
                parse_edtf(stated[:10])
            except ValueError as problem:
                yield Found(("metadata", name), str(problem))
    for index, incident in enumerate(context.document.incidents):
        if incident.date is not None and incident.date.edtf is not None:
            try:
                parse_edtf(incident.date.edtf)
            except ValueError as problem:
                yield Found(("incidents", index, "date", "edtf"), str(problem))


def days_of(time: Time) -> Days | None:
    """The days of a time's EDTF or TIMEX3 value, ``None`` where it has none or a broken one."""
    for value, read in ((time.edtf, parse_edtf), (time.value, parse_timex)):
        if value is None:
            continue
        try:
            days = read(value)
        except ValueError:
            return None
        if days is not None:
            return days
    return None


def weekday_agrees(context: Context) -> Iterator[Found]:
    for index, time in enumerate(context.document.times):
        named = weekday_in(time.text)
        if named is None or time.type not in ("DATE", "TIME"):
            continue
        days = days_of(time)
        if days is None or days.first is None or days.first != days.last:
            continue
        if days.first.weekday() != named:
            yield Found(
                ("times", index, "value"),
                f"{time.text!r} is given as {time.value}, a {WEEKDAYS[days.first.weekday()]}; "
                "count from the anchor again",
                time.spans[0],
            )


def weekday_is_near_its_anchor(context: Context) -> Iterator[Found]:
    by_id = {time.id: time for time in context.document.times}
    for index, time in enumerate(context.document.times):
        if time.anchor is None or weekday_in(time.text) is None:
            continue
        days = days_of(time)
        anchor = (
            _creation_day(context)
            if time.anchor == "dct"
            else days_of(by_id[time.anchor])
            if time.anchor in by_id
            else None
        )
        if days is None or anchor is None or days.first is None or anchor.first is None:
            continue
        if abs((days.first - anchor.first).days) > 14:
            yield Found(
                ("times", index, "anchor"),
                f"{time.text!r} is {abs((days.first - anchor.first).days)} days from its anchor; "
                "a weekday is read from a day near it",
                time.spans[0],
            )


def _creation_day(context: Context) -> Days | None:
    try:
        return parse_edtf(context.document.metadata.dct or "")
    except ValueError:
        return None


def value_and_edtf_agree(context: Context) -> Iterator[Found]:
    for index, time in enumerate(context.document.times):
        if time.value is None or time.edtf is None:
            continue
        try:
            timex, edtf = parse_timex(time.value), parse_edtf(time.edtf)
        except ValueError:
            continue
        if timex is not None and edtf is not None and not timex.overlaps(edtf):
            yield Found(
                ("times", index, "edtf"),
                f"value {time.value} and edtf {time.edtf} have no day in common",
                time.spans[0],
            )


def numbers_are_in_order(context: Context) -> Iterator[Found]:
    for index, quantity in enumerate(context.document.quantities):
        low, value, high = quantity.min, quantity.value, quantity.max
        if not _ordered(low, value, high):
            yield Found(
                ("quantities", index),
                f"min {low}, value {value}, max {high} are not in order",
                quantity.spans[0],
            )


def _ordered(low: float | None, value: float | None, high: float | None) -> bool:
    known = [number for number in (low, value, high) if number is not None]
    return known == sorted(known)


def comparator_fits_bounds(context: Context) -> Iterator[Found]:
    for index, quantity in enumerate(context.document.quantities):
        wrong = (quantity.comparator in ("ge", "gt") and quantity.max is not None) or (
            quantity.comparator in ("le", "lt") and (quantity.min or 0) > 0
        )
        if wrong:
            yield Found(
                ("quantities", index, "comparator"),
                f"{quantity.text!r} with {quantity.comparator} leaves one side open, but both "
                "bounds are given",
                quantity.spans[0],
            )


def anchors_are_acyclic(context: Context) -> Iterator[Found]:
    times = context.document.times
    anchor_of = {time.id: time.anchor for time in times}
    grounded: set[str | None] = {None, "dct"}
    circular: set[str] = set()
    for time in times:
        path: dict[str, None] = {}
        at: str | None = time.id
        while at is not None and at in anchor_of and at not in path and at not in grounded:
            if at in circular:
                break
            path[at] = None
            at = anchor_of[at]
        if at in path:
            on_circle = list(path)[list(path).index(at) :]
            circular.update(on_circle)
        grounded.update(path.keys() - circular)
    for index, time in enumerate(times):
        if time.id in circular:
            yield Found(
                ("times", index, "anchor"),
                f"{time.id} is read from itself, by way of its anchors; one must rest on dct "
                "or on a full date",
                time.spans[0],
            )


RULES = (
    Rule("V1", "error", "dates exist in the calendar", dates_exist),
    Rule("V2", "error", "a named weekday is the day's weekday", weekday_agrees),
    Rule("V3", "error", "min ≤ value ≤ max", numbers_are_in_order),
    Rule("V4", "error", "no time is read from itself", anchors_are_acyclic),
    Rule(
        "V5", "warning", "a weekday is within two weeks of its anchor", weekday_is_near_its_anchor
    ),
    Rule("V6", "error", "value and edtf share a day", value_and_edtf_agree),
    Rule("V7", "error", "comparator and bounds agree", comparator_fits_bounds),
)
