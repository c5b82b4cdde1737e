"""Families I and L: incident records rest on the text, and rights are stated."""

from __future__ import annotations

from collections.abc import Iterator

from ..dates import Days, parse_edtf
from ..document import Incident, Toll
from .context import Context, Found, Rule
from .values import days_of

__all__ = ["RULES"]


def _tolls(incident: Incident) -> Iterator[tuple[str, Toll]]:
    if incident.casualties is not None:
        for kind in ("killed", "injured", "missing"):
            toll = getattr(incident.casualties, kind)
            if toll is not None:
                yield kind, toll


def incident_is_actual(context: Context) -> Iterator[Found]:
    if not context.document.incidents:
        return
    realis: dict[str, set[str | None]] = {}
    for event in context.document.events:
        if event.hopper:
            realis.setdefault(event.hopper, set()).add(event.realis)
    for index, incident in enumerate(context.document.incidents):
        if incident.stage == "threatened":
            continue
        seen = [realis[hopper] for hopper in incident.hoppers if hopper in realis]
        if seen and not any("actual" in values or None in values for values in seen):
            yield Found(
                ("incidents", index, "hoppers"),
                "none of its events is actual; habits and aggregates get no record",
            )


def date_is_in_the_text(context: Context) -> Iterator[Found]:
    if not context.document.incidents:
        return
    known = [days for time in context.document.times if (days := days_of(time)) is not None]
    for index, incident in enumerate(context.document.incidents):
        if incident.date is None or incident.date.edtf is None:
            continue
        try:
            days = parse_edtf(incident.date.edtf)
        except ValueError:
            continue
        dct = _days_of_creation(context)
        if days is not None and not any(days.overlaps(other) for other in (*known, *dct)):
            yield Found(
                ("incidents", index, "date", "edtf"),
                f"no time in the text falls on {incident.date.edtf}; annotate the time it rests on",
            )


def _days_of_creation(context: Context) -> list[Days]:
    try:
        days = parse_edtf(context.document.metadata.dct or "")
    except ValueError:
        return []
    return [days] if days is not None else []


def counts_are_in_the_text(context: Context) -> Iterator[Found]:
    if not context.document.incidents:
        return
    stated = {
        number
        for quantity in context.document.quantities
        for number in (quantity.value, quantity.min, quantity.max)
        if number is not None
    }
    for index, incident in enumerate(context.document.incidents):
        for kind, toll in _tolls(incident):
            if toll.stated is not None and toll.stated > 1 and toll.stated not in stated:
                yield Found(
                    ("incidents", index, "casualties", kind, "stated"),
                    f"no quantity in the text is {toll.stated}; annotate the quantity it rests on",
                )


def tolls_are_in_order(context: Context) -> Iterator[Found]:
    for index, incident in enumerate(context.document.incidents):
        for kind, toll in _tolls(incident):
            known = [n for n in (toll.min, toll.stated, toll.max) if n is not None]
            if known != sorted(known) or (known and known[0] < 0):
                yield Found(
                    ("incidents", index, "casualties", kind),
                    f"min {toll.min}, stated {toll.stated}, max {toll.max} are not in order",
                )


def places_are_places(context: Context) -> Iterator[Found]:
    if not context.document.incidents:
        return
    types = {entity.id: entity.type for entity in context.document.entities}
    for index, incident in enumerate(context.document.incidents):
        place = incident.location.place if incident.location else None
        if place in types and types[place] not in ("GPE", "LOC", "FAC"):
            yield Found(
                ("incidents", index, "location", "place"),
                f"{place} is {types[place]}; a place is GPE, LOC, or FAC",
            )


def stated_zero_is_denied(context: Context) -> Iterator[Found]:
    if not context.document.incidents:
        return
    denied = {event.type for event in context.document.events if event.polarity == "negative"}
    for index, incident in enumerate(context.document.incidents):
        for kind, toll in _tolls(incident):
            if toll.stated == 0 and "HARM" not in denied:
                yield Found(
                    ("incidents", index, "casualties", kind, "stated"),
                    "a stated zero needs a HARM event of negative polarity behind it; "
                    "write null where nothing is said",
                )
        if incident.damage == "none" and not denied & {"DAMAGE", "HARM", "IMPACT"}:
            yield Found(
                ("incidents", index, "damage"),
                "damage none needs a DAMAGE event of negative polarity behind it; "
                "write null where nothing is said",
            )


def licence_is_stated(context: Context) -> Iterator[Found]:
    document = context.document
    if document.annotation.status == "gold" and not document.rights.licence:
        yield Found(
            ("rights", "licence"), "gold needs a licence: an SPDX identifier, or a sentence"
        )
    passed_on = document.annotation.status == "gold" or document.rights.redistributable
    if passed_on and not document.rights.holder:
        yield Found(("rights", "holder"), "name who holds the rights in the text")


def gold_names_its_layers(context: Context) -> Iterator[Found]:
    annotation = context.document.annotation
    if annotation.status == "gold" and not annotation.layers:
        yield Found(
            ("annotation", "layers"),
            "gold that names no complete layer is never scored; name the layers that are complete",
        )


RULES = (
    Rule("I1", "error", "an incident has an actual event", incident_is_actual),
    Rule("I2", "error", "an incident's date is a time of the text", date_is_in_the_text),
    Rule("I3", "error", "a stated count is a quantity of the text", counts_are_in_the_text),
    Rule("I4", "error", "an incident's place is a place", places_are_places),
    Rule("I5", "error", "a stated zero is denied in the text", stated_zero_is_denied),
    Rule("I6", "error", "min ≤ stated ≤ max", tolls_are_in_order),
    Rule("L1", "error", "licence and holder are stated", licence_is_stated),
    Rule("L2", "error", "gold names the layers that are complete", gold_names_its_layers),
)
