"""The four schemas of nervaluate 1.2.1, and beside them what the one optimal alignment gives.

The schemas are those of SemEval-2013 task 9 (Segura-Bedmar et al. 2013), after MUC (Chinchor and
Sundheim 1993): strict, exact, partial, ent_type. The peer (github.com/MantisAI/nervaluate)
visits the predictions in the order of the list. Each takes a free gold span that it equals, or
else the first free one that it overlaps far enough; under ent_type the nearest of its type.

So a schema is an order of preference among overlapping pairs, and its result what is left when
the pairs are taken greedily in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import index, itemgetter
from typing import Any, Literal, TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InputError

from ..alignment.align import align, overlapping
from ..alignment.pairs import BOTH, BOUNDARY, TYPE
from ..alignment.prepare import prepare
from ..counts import count_spans
from ..tables import Labels, Spans, SpansBuilder
from .given import check_lists

__all__ = [
    "DEVIATIONS",
    "SCHEMAS",
    "Comparison",
    "NervaluateReport",
    "SchemaIndices",
    "SchemaScore",
    "compare",
    "nervaluate",
]

SCHEMAS = ("strict", "exact", "partial", "ent_type")

DEVIATIONS: dict[str, str] = {
    "adjacent spans overlap": (
        "Ends are inclusive, so half-open offsets given as they are make spans that only touch "
        "overlap; ours reads them as half-open."
    ),
    "labels outside tags vanish": (
        "Spans whose label is not in tags are dropped, predictions without costing precision; "
        "ours counts every span."
    ),
    "duplicates count": (
        "A span that stands twice is two items; ours collapses exact duplicates and reports how "
        "many."
    ),
    "overlap threshold": (
        "An overlap counts from a share of the gold span on, 1 % by default; ours counts from one "
        "character on."
    ),
    "order dependence": (
        "Predictions take gold spans greedily in the order of the list, so another order may give "
        "another score; ours is the one best alignment, whatever the order."
    ),
    "labels apart": (
        "The table of a label comes from a matching of that label alone: a confusion is incorrect "
        "in the total, but missed and spurious by label, so labels do not sum to the total; ours "
        "are read off the one alignment, and do."
    ),
}
"""What nervaluate does and what the evaluator of this package does instead."""

Span = Sequence[Any] | Mapping[str, Any]
"""[label, start, end], or a mapping with these keys; ends inclusive."""

T = TypeVar("T")
Tables = dict[str | None, dict[str, T]]
"""By label, ``None`` for the total, and by schema."""

_LARGEST = 2**31 - 2


class SchemaScore(Struct, frozen=True):
    """Counts and scores of one schema under the peer's names; an undefined ratio is 0."""

    correct: int
    incorrect: int
    partial: int
    missed: int
    spurious: int
    actual: int
    possible: int
    precision: float
    recall: float
    f1: float


_NOTHING = SchemaScore(0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0)


class SchemaIndices(Struct, frozen=True):
    """(document, place) of the spans in each class, both from 0.

    Places are in the gold list for ``missed`` and in the predicted list for the others, counted
    among the spans that take part: those with a label in ``tags``, or with the one label.
    """

    correct: list[tuple[int, int]]
    incorrect: list[tuple[int, int]]
    partial: list[tuple[int, int]]
    missed: list[tuple[int, int]]
    spurious: list[tuple[int, int]]


class NervaluateReport(Struct, frozen=True):
    """What ``Evaluator.evaluate`` returns: by schema, and by label and schema."""

    overall: dict[str, SchemaScore]
    entities: dict[str, dict[str, SchemaScore]]
    overall_indices: dict[str, SchemaIndices]
    entity_indices: dict[str, dict[str, SchemaIndices]]


class Comparison(Struct, frozen=True):
    """One schema, in total (``label`` is ``None``) or for a label: the peer's value and ours.

    ``reasons`` says by how much each difference of rule, a name in ``DEVIATIONS``, moves F1; they
    sum to ``ours.f1 - peer.f1``. A rule that changes counts but not F1 is there with 0.
    """

    schema: str
    label: str | None
    peer: SchemaScore
    ours: SchemaScore
    reasons: dict[str, float]


def nervaluate(
    gold: Sequence[Sequence[Span]],
    predicted: Sequence[Sequence[Span]],
    tags: Sequence[str],
    *,
    min_overlap_percentage: float = 1.0,
) -> NervaluateReport:
    """Score spans as nervaluate 1.2.1 does (``Evaluator``): a list of spans a document.

    Ends are inclusive. Labels that occur and are in ``tags`` have a table of their own. All that
    ``DEVIATIONS`` names is reproduced: inclusive ends, labels outside ``tags`` dropped,
    duplicates, the threshold, greedy matching in the order of the lists, and labels matched
    apart from the total.

    Raises ``InputError`` for unequal numbers of documents, a threshold outside 1 to 100, ``tags``
    in one string, and a span that is none, ends before it starts, or lies outside 0 to 2³¹ − 2.
    """
    _check_threshold(min_overlap_percentage)
    one, other = _with_labels(_tables(gold, predicted, half_open=False), tags)
    matchings = _matchings(one, other, min_overlap_percentage)
    scores = _tabulated(one, other, matchings, _score_of)
    places = _tabulated(one, other, matchings, lambda classes: _indices(one, other, classes))
    return NervaluateReport(scores.pop(None), _named(scores), places.pop(None), _named(places))


def _check_threshold(percentage: float) -> None:
    if not 1.0 <= percentage <= 100.0:
        raise InputError(f"min_overlap_percentage is {percentage}", hint="It is from 1 to 100.")


def _named(tables: Tables[T]) -> dict[str, dict[str, T]]:
    """The tables of labels, in alphabetical order."""
    named = ((label, table) for label, table in tables.items() if label is not None)
    return dict(sorted(named, key=itemgetter(0)))


def compare(
    gold: Sequence[Sequence[Span]],
    predicted: Sequence[Sequence[Span]],
    tags: Sequence[str],
    *,
    min_overlap_percentage: float = 1.0,
    ends: Literal["inclusive", "exclusive"] = "inclusive",
) -> list[Comparison]:
    """The values of nervaluate beside our own, and what makes the difference.

    The peer's rules are replaced by ours one after the other, in the order of ``DEVIATIONS``, and
    the change of F1 at each step is what that rule accounts for. With ``ends="exclusive"`` the
    offsets are half-open, and the peer is given them as they are. Totals first, then labels in
    alphabetical order. Raises as ``nervaluate`` does.
    """
    _check_threshold(min_overlap_percentage)
    given = _tables(gold, predicted, half_open=False)
    read = _tables(gold, predicted, half_open=True) if ends == "exclusive" else given
    prepared = prepare(*read)
    once = prepared.gold, prepared.predicted
    steps = [
        _scores(*_with_labels(given, tags), min_overlap_percentage),
        _scores(*_with_labels(read, tags), min_overlap_percentage),
        _scores(*read, min_overlap_percentage),
        _scores(*once, min_overlap_percentage),
        _scores(*once, 0.0),
    ]
    ours = _aligned(*once)
    rows = []
    for label in ours:
        last = [] if label is None else [_aligned(*_with_labels(once, [label]))[None]]
        last.append(ours[label])
        for schema in SCHEMAS:
            chain = [step[label][schema] if label in step else _NOTHING for step in steps]
            chain += [table[schema] for table in last]
            reasons = {
                name: after.f1 - before.f1
                for name, before, after in zip(DEVIATIONS, chain, chain[1:], strict=False)
                if after != before
            }
            rows.append(Comparison(schema, label, chain[0], chain[-1], reasons))
    return rows


def _tables(
    gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]], *, half_open: bool
) -> tuple[Spans, Spans]:
    """Both sides as tables of half-open spans, in the order of the lists."""
    check_lists(gold, predicted, "documents", "spans")
    labels = Labels()
    tables = []
    for name, side in (("gold", gold), ("predicted", predicted)):
        builder = SpansBuilder(labels)
        for number, document in enumerate(side):
            for place, span in enumerate(document):
                try:
                    label, start, end = _read(span)
                except (KeyError, TypeError, ValueError) as problem:
                    raise InputError(
                        f"{name} document {number + 1}, span {place + 1}: {span!r:.60} is no span",
                        hint="Give [label, start, end] or a mapping with these keys; offsets are"
                        " whole numbers.",
                    ) from problem
                last = end - 1 if half_open else end
                if not 0 <= start <= last <= _LARGEST:
                    raise InputError(
                        f"{name} document {number + 1}, span {place + 1}: {start} to {end} is no "
                        f"span with {'exclusive' if half_open else 'inclusive'} ends"
                    )
                builder.add(number, [(start, last + 1)], label, place=place)
        tables.append(builder.table(len(side)))
    return tables[0], tables[1]


def _read(span: Span) -> tuple[str, int, int]:
    if isinstance(span, Mapping):
        span = span["label"], span["start"], span["end"]
    label, start, end = span
    return str(label), index(start), index(end)


def _with_labels(sides: tuple[Spans, Spans], tags: Sequence[str]) -> tuple[Spans, Spans]:
    if isinstance(tags, str):
        raise InputError(f"tags is the string {tags!r}", hint=f"Give a list: [{tags!r}].")
    known = set(tags)
    wanted = np.array([name in known for name in sides[0].labels.names], bool)
    gold, predicted = (side.rows(np.flatnonzero(wanted[side.label])) for side in sides)
    return gold, predicted


class _Matching(Struct, frozen=True):
    """For each prediction the gold row it took, −1 for none, and whether the pair is correct.

    Both of shape ``(predictions,)``.
    """

    taken: NDArray[np.int64]
    correct: NDArray[np.bool_]


class _Classes(Struct, frozen=True):
    """The rows that take part, and the class of each; all but two are rows of predictions.

    ``in_gold`` and ``missed`` have shape ``(gold,)``, the others ``(predictions,)``.
    """

    in_gold: NDArray[np.bool_]
    in_predicted: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    incorrect: NDArray[np.bool_]
    partial: NDArray[np.bool_]
    missed: NDArray[np.bool_]
    spurious: NDArray[np.bool_]


def _scores(gold: Spans, predicted: Spans, threshold: float) -> Tables[SchemaScore]:
    """The peer's scores; a ``threshold`` of 0 asks for one character."""
    return _tabulated(gold, predicted, _matchings(gold, predicted, threshold), _score_of)


def _tabulated(
    gold: Spans,
    predicted: Spans,
    matchings: tuple[dict[str, _Matching], dict[str, _Matching]],
    read: Callable[[_Classes], T],
) -> Tables[T]:
    """What ``read`` says of every schema, in total and for each label that occurs."""
    overall, apart = matchings
    every = np.ones(len(gold), bool), np.ones(len(predicted), bool)
    tables: Tables[T] = {
        None: {name: read(_classes(name, overall[name], *every)) for name in SCHEMAS}
    }
    for code in np.union1d(gold.label, predicted.label).tolist():
        rows = gold.label == code, predicted.label == code
        tables[gold.labels.names[code]] = {
            name: read(_classes(name, apart[name], *rows)) for name in SCHEMAS
        }
    return tables


def _matchings(
    gold: Spans, predicted: Spans, threshold: float
) -> tuple[dict[str, _Matching], dict[str, _Matching]]:
    """What each schema matches: among all spans, and among those of one label."""
    pairs = overlapping(gold, predicted, np.arange(len(gold)), np.arange(len(predicted)))
    equal = (pairs.kind == BOTH) | (pairs.kind == BOUNDARY)
    same = (pairs.kind == BOTH) | (pairs.kind == TYPE)
    size = gold.end[pairs.gold] - gold.start[pairs.gold]
    enough = pairs.overlap / size * 100.0 >= threshold
    distance = np.abs(gold.start[pairs.gold] - predicted.start[pairs.predicted])
    distance += np.abs(gold.end[pairs.gold] - predicted.end[pairs.predicted])
    correct = {"strict": equal & same, "exact": equal, "partial": equal, "ent_type": same}
    overall: dict[str, _Matching] = {}
    apart: dict[str, _Matching] = {}
    for schema in SCHEMAS:
        right = correct[schema]
        # Only ent_type asks how near a correct span is; elsewhere it is equal, or the first.
        near = distance * (right & (schema == "ent_type"))
        order = np.lexsort((pairs.gold, near, ~right, pairs.predicted))
        order = order[enough[order]]
        for rows, found in ((order, overall), (order[same[order]], apart)):
            found[schema] = _greedy(
                pairs.gold[rows], pairs.predicted[rows], right[rows], len(predicted)
            )
    return overall, apart


def _greedy(
    gold: NDArray[np.int64],
    predicted: NDArray[np.int64],
    correct: NDArray[np.bool_],
    predictions: int,
) -> _Matching:
    """Take the pairs in their order as long as both sides are free."""
    taken = [-1] * predictions
    right = [False] * predictions
    used: set[int] = set()
    for one, other, good in zip(gold.tolist(), predicted.tolist(), correct.tolist(), strict=True):
        if taken[other] < 0 and one not in used:
            taken[other], right[other] = one, good
            used.add(one)
    return _Matching(np.array(taken, np.int64), np.array(right, bool))


def _classes(
    schema: str,
    matching: _Matching,
    in_gold: NDArray[np.bool_],
    in_predicted: NDArray[np.bool_],
) -> _Classes:
    missed = in_gold.copy()
    missed[matching.taken[matching.taken >= 0]] = False
    paired = in_predicted & (matching.taken >= 0)
    correct, near = paired & matching.correct, paired & ~matching.correct
    nothing = np.zeros(len(paired), bool)
    incorrect, partial = (nothing, near) if schema == "partial" else (near, nothing)
    spurious = in_predicted & ~paired
    return _Classes(in_gold, in_predicted, correct, incorrect, partial, missed, spurious)


def _score_of(classes: _Classes) -> SchemaScore:
    """P = (correct + partial / 2) / actual, R = the same / possible; the peer's 0 for undefined."""
    correct, incorrect, partial, missed, spurious = (
        int(rows.sum())
        for rows in (
            classes.correct, classes.incorrect, classes.partial, classes.missed, classes.spurious,
        )
    )  # fmt: skip
    actual = correct + incorrect + partial + spurious
    possible = correct + incorrect + partial + missed
    credit = correct + 0.5 * partial
    precision = credit / actual if actual else 0.0
    recall = credit / possible if possible else 0.0
    return SchemaScore(
        correct, incorrect, partial, missed, spurious, actual, possible,
        precision, recall, _f1(precision, recall),
    )  # fmt: skip


def _indices(gold: Spans, predicted: Spans, classes: _Classes) -> SchemaIndices:
    of_predicted = _ranks(predicted, classes.in_predicted)
    return SchemaIndices(
        _places(predicted, of_predicted, classes.correct),
        _places(predicted, of_predicted, classes.incorrect),
        _places(predicted, of_predicted, classes.partial),
        _places(gold, _ranks(gold, classes.in_gold), classes.missed),
        _places(predicted, of_predicted, classes.spurious),
    )


def _ranks(table: Spans, among: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each row how many before it in its document take part, shape ``(rows,)``."""
    before: NDArray[np.int64] = np.cumsum(among) - among
    return before - before[np.searchsorted(table.document, table.document)]


def _places(
    table: Spans, ranks: NDArray[np.int64], rows: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    return list(zip(table.document[rows].tolist(), ranks[rows].tolist(), strict=True))


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * (precision * recall) / total if total else 0.0


_CRITERIA = {"strict": "strict", "exact": "exact", "partial": "exact", "ent_type": "type"}
"""What is correct under each schema, as a criterion of ``counts``."""


def _aligned(gold: Spans, predicted: Spans) -> Tables[SchemaScore]:
    """The schemas read off the one optimal alignment, in total and by label.

    Pairs stand with the gold item's label; precision has the credit of the predicted one's.
    """
    counts = count_spans(gold, predicted, align(gold, predicted))
    sums = {name: [side.sum(axis=0) for side in pair] for name, pair in counts.pairs.items()}
    golds, guesses = counts.gold.sum(axis=0), counts.predicted.sum(axis=0)
    found: Tables[SchemaScore] = {}
    named = sorted(
        (label, at) for at, label in enumerate(counts.rows.names) if golds[at] + guesses[at]
    )
    rows: list[tuple[str | None, Any]] = [(None, slice(None)), *named]
    for label, at in rows:
        found[label] = {}
        for schema, criterion in _CRITERIA.items():
            paired, right = (
                [int(side[at].sum()) for side in sums[name]] for name in ("overlap", criterion)
            )
            possible, actual = int(golds[at].sum()), int(guesses[at].sum())
            half = 0.5 if schema == "partial" else 0.0
            near = paired[0] - right[0]
            recall, precision = (
                (good + half * (all_pairs - good)) / size if size else 0.0
                for good, all_pairs, size in zip(right, paired, (possible, actual), strict=True)
            )
            found[label][schema] = SchemaScore(
                right[0], 0 if half else near, near if half else 0,
                possible - paired[0], actual - paired[1], actual, possible,
                precision, recall, _f1(precision, recall),
            )  # fmt: skip
    return found
