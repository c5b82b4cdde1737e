"""The event and relation scores of DyGIE++ (dwadden/dygiepp at b55dec4).

Rules of ``dygie/training/event_metrics.py`` and ``relation_metrics.py`` (Wadden et al. 2019,
"Entity, Relation, and Event Extraction with Contextualized Span Representations"). Triggers,
arguments, and relations are kept in dictionaries, so that of two items in one place the last
stands, and what is the peer's key decides what can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..metrics.forms import Floats
from .given import EVENT, check_lists, reading
from .textee import Event

__all__ = [
    "DEVIATIONS",
    "EVENT_COUNTS",
    "DygieEvents",
    "DygieRelations",
    "dygie_event_counts",
    "dygie_events",
    "dygie_relation_ratios",
    "dygie_relations",
]

DEVIATIONS: dict[str, str] = {
    "recall above 1": (
        "Every predicted argument that equals any gold argument counts as a match, so one gold "
        "argument predicted on two triggers of its type is matched twice, and recall is 2; ours "
        "matches one to one."
    ),
    "one type for a trigger": (
        "Triggers are known by their place alone: of two event types on one trigger the last "
        "stands, with the arguments of both; ours keeps both events."
    ),
    "one role for an argument": (
        "Arguments are known by trigger and span: of two roles the last stands; ours keeps both."
    ),
    "one label for a pair": (
        "Relations are known by the ordered pair of spans: of two labels the last stands, and a "
        "symmetric relation the other way round is wrong; ours keeps all labels, and knows which "
        "are symmetric."
    ),
    "undefined is 0": (
        "A ratio without a denominator is 0; ours leaves it undefined."
    ),
}  # fmt: skip
"""What DyGIE++ does and what the evaluator of this package does instead."""

EVENT_COUNTS = (
    "gold_triggers",
    "predicted_triggers",
    "matched_trigger_ids",
    "matched_trigger_classes",
    "gold_arguments",
    "predicted_arguments",
    "matched_argument_ids",
    "matched_argument_classes",
)
"""The columns of event counts, under the peer's names."""

_METRICS = {
    "trig_id": ("predicted_triggers", "gold_triggers", "matched_trigger_ids"),
    "trig_class": ("predicted_triggers", "gold_triggers", "matched_trigger_classes"),
    "arg_id": ("predicted_arguments", "gold_arguments", "matched_argument_ids"),
    "arg_class": ("predicted_arguments", "gold_arguments", "matched_argument_classes"),
}

Place = tuple[int, int]


class DygieEvents(Struct, frozen=True):
    """Scores (``trig_id_precision`` … ``arg_class_f1``) and the counts that they come from."""

    scores: dict[str, float]
    counts: dict[str, int]


def dygie_events(
    gold: Sequence[Sequence[Event]], predicted: Sequence[Sequence[Event]]
) -> DygieEvents:
    """Score events as DyGIE++'s ``EventMetrics`` does: one list of events a document.

    An argument is right where its span and the type of its event are (id), and its role, too
    (class), whatever its trigger. The peer scores sentence by sentence and takes triggers of one
    token; triggers of several are compared by their span here. All that ``DEVIATIONS`` names is
    reproduced, recall above 1 above all. Raises ``InputError`` where the numbers of documents
    differ.
    """
    sums = dygie_event_counts(gold, predicted).sum(axis=0).tolist()
    counts = dict(zip(EVENT_COUNTS, sums, strict=True))
    scores = {}
    for name, columns in _METRICS.items():
        values = _precision_recall_f1(*(counts[column] for column in columns))
        for what, value in zip(("precision", "recall", "f1"), values, strict=True):
            scores[f"{name}_{what}"] = value
    return DygieEvents(scores, counts)


def dygie_event_counts(
    gold: Sequence[Sequence[Event]], predicted: Sequence[Sequence[Event]]
) -> NDArray[np.int64]:
    """The eight counts document by document, shape ``(documents, 8)``; they add."""
    check_lists(gold, predicted, "documents", "events")
    with reading("an event", EVENT):
        rows = [_event_row(*pair) for pair in zip(gold, predicted, strict=True)]
    return np.array(rows, np.int64).reshape(-1, len(EVENT_COUNTS))


def _event_row(gold: Sequence[Event], predicted: Sequence[Event]) -> tuple[int, ...]:
    triggers, arguments = _as_kept(gold)
    guessed, guesses = _as_kept(predicted)
    shared = triggers.keys() & guessed.keys()
    classes = set(arguments)
    ids = {(span, kind) for span, kind, _ in arguments}
    return (
        len(triggers),
        len(guessed),
        len(shared),
        sum(triggers[place] == guessed[place] for place in shared),
        len(arguments),
        len(guesses),
        sum((span, kind) in ids for span, kind, _ in guesses),
        sum(argument in classes for argument in guesses),
    )


def _as_kept(
    events: Sequence[Event],
) -> tuple[dict[Place, str], list[tuple[Place, str, str]]]:
    """Types by trigger, and (span, type of the event, role) of each argument that is left."""
    triggers: dict[Place, str] = {}
    roles: dict[tuple[Place, Place], str] = {}
    for event in events:
        place = _place(event["trigger"])
        triggers[place] = event["type"]
        for argument in event["arguments"]:
            roles[place, _place(argument)] = argument[2]
    return triggers, [(span, triggers[place], role) for (place, span), role in roles.items()]


def _place(span: Sequence[Any]) -> Place:
    return int(span[0]), int(span[1])


class DygieRelations(Struct, frozen=True):
    """Precision, recall, and F1 of relations, and the counts that they come from."""

    precision: float
    recall: float
    f1: float
    matched: int
    predicted: int
    gold: int


def dygie_relations(
    gold: Sequence[Sequence[Sequence[Any]]], predicted: Sequence[Sequence[Sequence[Any]]]
) -> DygieRelations:
    """Score relations as DyGIE++'s ``RelationMetrics`` does.

    One list of relations a document, each [[start, end], [start, end], label]. A relation is
    right where both spans, in their order, and the label are; the types of the entities do not
    count. One label a pair, the last, and 0 for what is undefined are reproduced (``DEVIATIONS``).
    Raises ``InputError`` where the numbers of documents differ.
    """
    matched, guessed, _, true = (
        dygie_relation_ratios(gold, predicted).sum(axis=0).astype(int).tolist()
    )
    return DygieRelations(*_precision_recall_f1(guessed, true, matched), matched, guessed, true)


def dygie_relation_ratios(
    gold: Sequence[Sequence[Sequence[Any]]], predicted: Sequence[Sequence[Sequence[Any]]]
) -> Floats:
    """The ratios document by document, shape ``(documents, 4)``; they add."""
    check_lists(gold, predicted, "documents", "relations")
    rows = np.zeros((len(gold), 4))
    for row, pair in enumerate(zip(gold, predicted, strict=True)):
        with reading(f"a relation of document {row + 1}", '[[4, 5], [7, 9], "located_in"]'):
            one, other = (
                {(_place(head), _place(tail)): label for head, tail, label, *_ in relations}
                for relations in pair
            )
        matched = sum(one[spans] == other[spans] for spans in one.keys() & other.keys())
        rows[row] = matched, len(other), matched, len(one)
    return rows


def _precision_recall_f1(predicted: int, gold: int, matched: int) -> tuple[float, float, float]:
    precision = matched / predicted if predicted else 0.0
    recall = matched / gold if gold else 0.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0
