"""The views of nervaluate and spaCy: spans with labels, one list a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeGuard

from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw

from ..compat.bio import spans_of
from ..compat.nervaluate import DEVIATIONS as NERVALUATE
from ..compat.nervaluate import Comparison, compare
from ..compat.spacy import DEVIATIONS as SPACY
from ..compat.spacy import SpacyScore, spacy_spans
from ..counting import Source
from ..report.model import LayerReport
from .documents import SpanLayer, covering, own_report, read_documents
from .model import Numbers, Row, View, chosen, fills_in, numbers_of
from .own import Typed, score_spans
from .sources import Kind, held, json_values, kinds_of, misfit
from .tags import read_both

__all__ = ["of_nervaluate", "of_spacy"]

Sides = tuple[list[list[Typed]], list[list[Typed]]]
"""Spans of gold and of the predictions, half-open, by document."""

_CRITERIA = {"strict": "strict", "exact": "exact", "partial": "partial", "ent_type": "type"}
"""The criterion of this package that says what a schema says."""

_UNDEFINED = {
    "undefined is 0": "A ratio without a denominator is 0; ours leaves it undefined.",
}
"""What nervaluate does beside its ``DEVIATIONS``."""

_FORM = 'A line is a list such as [{"label": "PER", "start": 0, "end": 4}], one a document.'


def of_nervaluate(
    gold: Source,
    predictions: Source,
    *,
    tags: Sequence[str] | str | None = None,
    min_overlap_percentage: float = 1.0,
    ends: Literal["inclusive", "exclusive"] = "inclusive",
    token: int = 0,
    tag: int = -1,
    layer: SpanLayer = "mentions",
) -> View:
    """What ``Evaluator`` of nervaluate says, in total and by label.

    From lists of spans in JSON Lines, whose ends are as ``ends`` says; from column files, each
    sentence a document; or from a span layer of documents. Without ``tags``, which may be a
    string with commas, the labels of the gold are taken.
    """
    gold, predictions = held(gold), held(predictions)
    one, other, notes, own, prefixes = _sides(gold, predictions, ends, (token, tag), layer)
    labels = _labels(tags, one)
    if unread := sorted(prefixes - set("BIO")):
        notes.append(
            f"nervaluate's own loaders of tags know B- and I- alone: on {'-, '.join(unread)}- they"
            " end with an error, or read spans that touch as one; here nervaluate is given the"
            " spans that the tags say"
        )
    exclusive = ends == "exclusive" and kinds_of(gold, predictions) == "json"
    shift = 0 if exclusive else 1
    given = [
        [[(label, start, end - shift) for label, start, end in spans] for spans in side]
        for side in (one, other)
    ]
    found = compare(
        given[0], given[1], labels, min_overlap_percentage=min_overlap_percentage,
        ends="exclusive" if exclusive else "inclusive",
    )  # fmt: skip
    taken = set(labels)
    rows = [_compared(each, own) for each in found if each.label is None or each.label in taken]
    felt = [name for each in found for name in each.reasons]
    if fills_in(rows, ("precision", "recall", "f1")):
        felt += _UNDEFINED
    return View(
        "nervaluate",
        "nervaluate 1.2.1",
        {"tags": ",".join(labels), "min_overlap_percentage": f"{min_overlap_percentage:g}",
         "ends": ends if exclusive else "inclusive"} | ({"layer": layer} if own else {}),
        ("precision", "recall", "f1"),
        tuple(rows),
        chosen(NERVALUATE | _UNDEFINED, felt),
        tuple(notes),
    )  # fmt: skip


def of_spacy(
    gold: Source,
    predictions: Source,
    *,
    labeled: bool = True,
    allow_overlap: bool = False,
    token: int = 0,
    tag: int = -1,
    layer: SpanLayer = "mentions",
) -> View:
    """What ``Scorer.score_spans`` of spaCy says, in total and by type.

    From lists of spans in JSON Lines with ends exclusive; from column files, each sentence a
    document; or from a span layer of documents, where a character stands for a token.
    """
    gold, predictions = held(gold), held(predictions)
    one, other, notes, own, _ = _sides(gold, predictions, "exclusive", (token, tag), layer)
    given = [
        [[(start, end, label) for label, start, end in spans] for spans in side]
        for side in (one, other)
    ]
    found = spacy_spans(given[0], given[1], labeled=labeled, allow_overlap=allow_overlap)
    criterion = "strict" if labeled else "exact"
    if own is None:
        mine = score_spans(one, other, criterion)
        total, types = mine.total, mine.labels
    else:
        total = own.criterion(criterion).micro
        types = {row.label: row.scores[criterion] for row in own.labels}
    rows = [Row("spans", _numbers(found.total), numbers_of(total))]
    rows += [
        Row(name, _numbers(score), numbers_of(types.get(name)))
        for name, score in (found.per_type or {}).items()
    ]
    felt = []
    if not allow_overlap:
        whole = spacy_spans(given[0], given[1], labeled=labeled, allow_overlap=True)
        if any(_overlapping(spans) for spans in other):
            felt.append("overlapping predictions are dropped")
        if whole != found:
            felt.append("order decides what is dropped")
    if fills_in(rows, ("p", "r", "f")):
        felt.append("undefined is 0")
    return View(
        "spacy",
        "spaCy 3.8.18",
        {"labeled": str(labeled).lower(), "allow_overlap": str(allow_overlap).lower()}
        | ({"layer": layer} if own else {}),
        ("p", "r", "f"),
        tuple(rows),
        chosen(SPACY, felt),
        tuple(notes),
    )


def _sides(
    gold: Source, predictions: Source, ends: str, columns: tuple[int, int], layer: str
) -> tuple[list[list[Typed]], list[list[Typed]], list[str], LayerReport | None, set[str]]:
    """The spans of both sides, half-open unless the file says otherwise, notes, and our report.

    And the prefixes of tags, where the spans come from tags.
    """
    prefixes: set[str] = set()
    kind: Kind = kinds_of(gold, predictions)
    if kind == "documents":
        documents, notes = read_documents(gold, predictions, [layer], layer)
        sides = [
            [[(item.label, *covering(item)) for item in side[layer]] for side in both]
            for both in (
                [document.gold for document in documents],
                [document.predicted for document in documents],
            )
        ]
        broken = sum(
            len(item.spans) > 1
            for document in documents
            for items in (document.gold[layer], document.predicted[layer])
            for item in items
        )
        if broken:
            notes.append(f"{broken} items of several fragments are taken with what is between them")
        own = own_report(gold, predictions, [layer]).layer(layer)
        return sides[0], sides[1], notes, own, prefixes
    if kind == "text":
        read = read_both(gold, predictions, *columns)
        prefixes = {tag[:1] for side in read for tags in side for tag in tags}
        one, other = (spans_of(tags, reading="lenient").by_sentence() for tags in read)
    else:
        one, other = (_lists(side, ends) for side in (gold, predictions))
        if len(one) != len(other):
            raise InputError(
                f"holds {len(other)} documents, the gold holds {len(one)}",
                source=str(predictions),
                hint="Give one list for each document, empty where there is nothing.",
            )
    return one, other, [], None, prefixes


def _lists(source: Source, ends: str) -> list[list[Typed]]:
    found: list[list[Typed]] = []
    for value, raw in json_values(str(source)):
        if not isinstance(value, list):
            raise misfit(raw, "is no list of spans", _FORM)
        documents = [value] if all(map(_is_span, value)) else value
        for spans in documents:
            if not isinstance(spans, list):
                raise misfit(raw, f"{_shown(spans)} is no list of spans", _FORM)
            found.append([_span(span, raw, ends) for span in spans])
    return found


def _is_span(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)
    )


def _span(span: Any, raw: Raw, ends: str) -> Typed:
    if isinstance(span, dict):
        span = [span.get(name) for name in ("label", "start", "end")]
    label, start, end = span if isinstance(span, list) and len(span) == 3 else (None, None, None)
    if not (isinstance(label, str) and _is_offset(start) and _is_offset(end)):
        raise misfit(raw, f"{_shown(span)} is no span", _FORM)
    past = end if ends == "exclusive" else end + 1
    if not 0 <= start < past <= 2**31 - 1:
        raise misfit(
            raw, f"{_shown(span)} ends before it starts, or lies outside", f"Ends are {ends} here."
        )
    return label, start, past


def _is_offset(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _labels(tags: Sequence[str] | str | None, gold: list[list[Typed]]) -> list[str]:
    if tags is None:
        return sorted({label for spans in gold for label, _, _ in spans})
    return [tag for tag in tags.split(",") if tag] if isinstance(tags, str) else list(tags)


def _compared(each: Comparison, own: LayerReport | None) -> Row:
    peer = each.peer
    numbers: Numbers = {name: getattr(peer, name) for name in peer.__struct_fields__}
    name = each.schema if each.label is None else f"{each.label} {each.schema}"
    if own is None:
        mine = each.ours
        return Row(name, numbers, {
            "precision": mine.precision if mine.actual else None,
            "recall": mine.recall if mine.possible else None,
            "f1": mine.f1 if mine.actual or mine.possible else None,
        })  # fmt: skip
    criterion = _CRITERIA[each.schema]
    if each.label is None:
        return Row(name, numbers, numbers_of(own.criterion(criterion).micro))
    scores = {row.label: row.scores[criterion] for row in own.labels}
    return Row(name, numbers, numbers_of(scores.get(each.label)))


def _numbers(score: SpacyScore) -> Numbers:
    return {"p": score.p, "r": score.r, "f": score.f}


def _overlapping(spans: Iterable[Typed]) -> bool:
    """Whether two spans share a token."""
    ordered = sorted((start, end) for _, start, end in spans)
    highest = -1
    for start, end in ordered:
        if start < highest:
            return True
        highest = max(highest, end)
    return False
