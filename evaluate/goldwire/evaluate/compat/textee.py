"""The event scores of TextEE (ej0cl6/TextEE, ``TextEE/scorer.py`` at 25d5dca, task E2E).

Six metrics, each a comparison of two sets over the whole corpus (Huang et al. 2024, "TextEE:
Benchmark, Reevaluation, Reflections, and Future Challenges in Event Extraction"). Every item
names its document, so the sets of documents never mix, and their counts add.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from operator import index
from typing import Any, TypedDict

import numpy as np
from msgspec import Struct

from ..metrics.forms import Floats
from .given import EVENT, check_lists, reading

__all__ = ["DEVIATIONS", "ITEMS", "Event", "TexteeScore", "plain_events", "textee", "textee_ratios"]

DEVIATIONS: dict[str, str] = {
    "shared arguments collapse": (
        "Unattached arguments are known by event type, so an argument of two events of one type "
        "is one item; so they are in our unattached scores, while our strict ones are attached."
    ),
    "moved arguments are right": (
        "An argument on the wrong event of the right type scores 1 unattached and 0 attached; "
        "TextEE reports both numbers, and so do we."
    ),
    "one trigger for a place": (
        "Triggers are identified by their place alone: two events on one trigger are one item, "
        "and of equal type one event; ours keeps both events."
    ),
    "undefined is 0": (
        "A ratio without a denominator is 0, even where gold and predictions are both empty; "
        "ours leaves it undefined."
    ),
}
"""What TextEE does and what the evaluator of this package does instead."""


class Event(TypedDict):
    """One event; offsets in tokens or characters, ends exclusive or not, but all alike."""

    type: str
    trigger: Sequence[int]
    """Start and end."""
    arguments: Sequence[Sequence[Any]]
    """Start, end, and role of each; what follows, such as a text, is not read."""


def _trigger_id(event: Event) -> Iterator[Hashable]:
    yield tuple(event["trigger"][:2])


def _trigger_cls(event: Event) -> Iterator[Hashable]:
    yield (*event["trigger"][:2], event["type"])


def _argument_id(event: Event) -> Iterator[Hashable]:
    return ((event["type"], *argument[:2]) for argument in event["arguments"])


def _argument_cls(event: Event) -> Iterator[Hashable]:
    return ((event["type"], *argument[:3]) for argument in event["arguments"])


def _attached_id(event: Event) -> Iterator[Hashable]:
    place = (*event["trigger"][:2], event["type"])
    return ((*place, *argument[:2]) for argument in event["arguments"])


def _attached_cls(event: Event) -> Iterator[Hashable]:
    place = (*event["trigger"][:2], event["type"])
    return ((*place, *argument[:3]) for argument in event["arguments"])


ITEMS: dict[str, Callable[[Event], Iterator[Hashable]]] = {
    "trigger_id": _trigger_id,
    "trigger_cls": _trigger_cls,
    "argument_id": _argument_id,
    "argument_cls": _argument_cls,
    "argument_attached_id": _attached_id,
    "argument_attached_cls": _attached_cls,
}
"""What an event puts into each of the six sets."""


class TexteeScore(Struct, frozen=True):
    """One metric under the peer's names; ratios from 0 to 1 (the peer prints hundredths)."""

    pred_num: int
    gold_num: int
    match_num: int
    precision: float
    recall: float
    f1: float


def textee(
    gold: Sequence[Sequence[Event]], predicted: Sequence[Sequence[Event]]
) -> dict[str, TexteeScore]:
    """Score events as TextEE's ``compute_E2E_scores`` does: one list of events a document.

    Where texts are cut into windows, a window is a document here. All that ``DEVIATIONS`` names
    is reproduced: sets in which shared arguments collapse and moved ones match unattached, and 0
    for what is undefined. Raises ``InputError`` where
    the numbers of documents differ.
    """
    scores = {}
    for name, ratios in textee_ratios(gold, predicted).items():
        matched, guessed, _, true = ratios.sum(axis=0).astype(int).tolist()
        precision = matched / guessed if guessed else 0.0
        recall = matched / true if true else 0.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        scores[name] = TexteeScore(guessed, true, matched, precision, recall, f1)
    return scores


def plain_events(documents: Sequence[Sequence[Event]]) -> Iterator[list[Event]]:
    """The events of each document as they can be read more than once.

    Raises ``InputError`` for what is no event.
    """
    for number, events in enumerate(documents, start=1):
        with reading(f"an event of document {number}", EVENT):
            yield [
                Event(
                    type=_label(event["type"]),
                    trigger=_span(event["trigger"]),
                    arguments=[
                        (*_span(span := tuple(argument)), _label(span[2]))
                        for argument in event["arguments"]
                    ],
                )
                for event in events
            ]


def _span(given: Any) -> tuple[int, int]:
    first, last, *_ = map(index, tuple(given)[:2])
    return first, last


def _label(given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{given!r:.40} is no name of a type or a role")
    return given


def textee_ratios(
    gold: Sequence[Sequence[Event]], predicted: Sequence[Sequence[Event]]
) -> dict[str, Floats]:
    """For each metric the ratios document by document, shape ``(documents, 4)``; they add."""
    check_lists(gold, predicted, "documents", "events")
    ratios = {name: np.zeros((len(gold), 4)) for name in ITEMS}
    for row, (one, other) in enumerate(zip(*map(plain_events, (gold, predicted)), strict=True)):
        for name, items in ITEMS.items():
            true = {item for event in one for item in items(event)}
            guessed = {item for event in other for item in items(event)}
            matched = len(true & guessed)
            ratios[name][row] = matched, len(guessed), matched, len(true)
    return ratios
