"""How the reports say it: numbers, criteria, and classes of errors in words."""

from __future__ import annotations

from .model import Criterion, LayerReport, Report

__all__ = [
    "CRITERIA",
    "ERRORS",
    "FEW",
    "intervals",
    "meaning",
    "number",
    "percent",
    "shown_criteria",
]

FEW = 5
"""With fewer documents than this an interval would say nothing."""

CRITERIA = {
    "strict": "same boundaries and same type",
    "exact": "same boundaries, any type",
    "partial": "same boundaries, or half a point for an overlap; any type",
    "type": "overlap and same type",
    "iou": "same type, and at least half of the characters of either in common",
    "head": "same type and same head",
    "characters": "character by character, same type",
    "unattached": "same role and filler for the type of event, whichever trigger it hangs on",
    "boundary": "same ends and same relation, whatever the types of the mentions",
}
"""What a criterion asks of a match; ``strict`` means more for tuples, see below."""

_STRICT = {
    "arguments": "same trigger, event type, role, and filler",
    "relations": "same ends with their types, and same relation",
}

ERRORS = {
    "correct": "correct",
    "wrong_type": "wrong type",
    "wrong_boundary": "wrong boundary",
    "wrong_both": "wrong both",
    "missed": "missed",
    "spurious": "spurious",
    "split": "split",
    "merged": "merged",
}
"""Classes of errors in words."""


def percent(ratio: float | None) -> str:
    """A ratio in percent with one decimal; ``n/a`` where it is undefined."""
    return "n/a" if ratio is None else f"{100 * ratio:.1f}"


def number(count: float | None) -> str:
    """A count with commas; parts are shown where there are some, nothing where there is none."""
    if count is None:
        return ""
    return f"{count:,.0f}" if count == int(count) else f"{count:,.1f}"


def meaning(layer: str, criterion: str) -> str:
    """What a criterion asks for in a layer."""
    if criterion == "strict" and layer in _STRICT:
        return _STRICT[layer]
    return CRITERIA.get(criterion, "")


def shown_criteria(layer: LayerReport) -> dict[str, Criterion]:
    """The criteria of a layer by name, the main one first.

    Heads are marked on mentions only: elsewhere ``head`` says what ``strict`` says.
    """
    found = {each.name: each for each in layer.criteria}
    if layer.layer != "mentions":
        found.pop("head", None)
    return {name: found[name] for name in sorted(found, key=lambda name: name != layer.main)}


def intervals(report: Report) -> str:
    """Why no interval stands beside the scores."""
    documents = report.signature.documents
    if documents < FEW:
        some = "1 document" if documents == 1 else f"{documents} documents"
        return f"{some}: too few for intervals; counts are given. This version prints none."
    return "This version prints no confidence intervals: a small difference may be chance."
