"""The view of seqeval: tags in columns, or mentions of documents as tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from goldwire.schema.errors import InputError

from ..compat.bio import (
    Reading,
    Scheme,
    TaggedSentence,
    read_tags,
    span_table,
    spans_of,
    tags_of,
)
from ..compat.seqeval import DEVIATIONS, SeqevalReport, SeqevalScore, seqeval
from ..counting import Source
from ..report.model import LayerReport
from .documents import Item, SpanLayer, covering, own_report, read_documents
from .model import Numbers, Row, View, chosen, numbers_of
from .own import Typed, score_spans
from .sources import held, kinds_of

__all__ = ["of_seqeval", "read_both", "sentences"]

Tags = Sequence[Sequence[str]]


def of_seqeval(
    gold: Source,
    predictions: Source,
    *,
    mode: Literal["default", "strict"] = "default",
    scheme: Scheme | None = None,
    zero_division: Literal[0, 1] = 0,
    token: int = 0,
    tag: int = -1,
    layer: SpanLayer = "mentions",
) -> View:
    """What ``classification_report`` of seqeval says.

    From column files with a tag in column ``tag``; or from a span layer of documents, written
    as tags. Raises ``InputError`` with file and line for what cannot be read or compared.
    """
    gold, predictions = held(gold), held(predictions)
    notes: list[str] = []
    layered: LayerReport | None = None
    if kinds_of(gold, predictions) == "documents":
        one, other, notes = _of_documents(gold, predictions, layer, scheme or "IOB2")
        layered = own_report(gold, predictions, [layer]).layer(layer)
    else:
        strictly = scheme if mode == "strict" else None
        one, other = read_both(gold, predictions, token, tag, strictly)
    found = seqeval(one, other, mode=mode, scheme=scheme, zero_division=zero_division)
    own = _own(one, other, mode, scheme) if layered is None else _of_layer(layered)
    return View(
        "seqeval",
        "seqeval 1.2.2",
        {
            "mode": mode,
            "scheme": scheme or ("found" if mode == "strict" else "none"),
            "zero_division": str(zero_division),
        }
        | ({} if layered is None else {"layer": layer}),
        ("precision", "recall", "f1-score"),
        _rows(found, own, accuracy=layered is None),
        chosen(DEVIATIONS, _felt(one, other, found, mode, scheme)),
        tuple(notes),
    )


def sentences(source: object, token: int, tag: int, scheme: Scheme | None) -> list[TaggedSentence]:
    """The sentences of one column file."""
    if not isinstance(source, (str, Path)):
        raise InputError("tags are read from files")
    return list(read_tags(source, token=token, tag=tag, scheme=scheme))


def read_both(
    gold: object, predictions: object, token: int, tag: int, scheme: Scheme | None = None
) -> tuple[list[list[str]], list[list[str]]]:
    """The tags of two column files over the same tokens.

    Raises ``InputError`` with file and line where the tokens are not the same.
    """
    ones = sentences(gold, token, tag, scheme)
    others = sentences(predictions, token, tag, scheme)
    for one, other in zip(ones, others, strict=False):
        _check_tokens(one, other, str(gold), str(predictions))
    if len(ones) != len(others):
        raise InputError(
            f"holds {len(others)} sentences, the gold holds {len(ones)}",
            source=str(predictions),
            hint="Give every token of the gold a tag; a blank line ends a sentence.",
        )
    return [one.tags for one in ones], [other.tags for other in others]


def _check_tokens(one: TaggedSentence, other: TaggedSentence, gold: str, predictions: str) -> None:
    if one.tokens == one.tags or other.tokens == other.tags:  # a file of tags alone
        different = min(len(one.tags), len(other.tags))
    else:
        pairs = zip(one.tokens, other.tokens, strict=False)
        different = next(
            (at for at, (mine, theirs) in enumerate(pairs) if mine != theirs),
            min(len(one.tokens), len(other.tokens)),
        )
    if different == len(one.tags) == len(other.tags):
        return
    where = other.line + min(different, len(other.tokens) - 1)
    here = other.tokens[different] if different < len(other.tokens) else "no more"
    there = one.tokens[different] if different < len(one.tokens) else "no more"
    raise InputError(
        f"token {different + 1} of the sentence is {here!r}, in the gold {there!r}"
        f" ({gold}:{one.line + min(different, len(one.tokens) - 1)})",
        source=predictions,
        line=where,
        hint="Gold and predictions have the same tokens and sentences; a cut-off token is O.",
    )


def _of_documents(
    gold: Source, predictions: Source, layer: str, scheme: Scheme
) -> tuple[list[list[str]], list[list[str]], list[str]]:
    """Each text as one sentence, cut where any item of either side begins or ends."""
    documents, notes = read_documents(gold, predictions, [layer], layer)
    sides: tuple[list[list[Typed]], list[list[Typed]]] = [], []
    lengths: list[int] = []
    lost = [0, 0]
    broken = 0
    for document in documents:
        both = document.gold[layer], document.predicted[layer]
        broken += sum(len(item.spans) > 1 for items in both for item in items)
        edges = sorted({edge for items in both for item in items for edge in covering(item)})
        place = {edge: at for at, edge in enumerate(edges)}
        lengths.append(max(1, len(edges)))
        for at, items in enumerate(both):
            kept = _outermost(items)
            lost[at] += len(items) - len(kept)
            sides[at].append([(label, place[start], place[end]) for label, start, end in kept])
    if any(lost):
        notes.append(
            f"{lost[0]} gold and {lost[1]} predicted items lie in or across a longer one, or stand"
            " twice: tags cannot say them, and they are left out"
        )
    if broken:
        notes.append(f"{broken} items of several fragments are taken with what is between them")
    one, other = (tags_of(span_table(side), lengths, scheme) for side in sides)
    return one, other, notes


def _outermost(items: Iterable[Item]) -> list[Typed]:
    """Items that do not overlap: longer ones first, then what stands earlier."""
    wanted = sorted(
        ((item.label, *covering(item)) for item in items),
        key=lambda item: (item[1] - item[2], item[1], item[0]),
    )
    kept: list[Typed] = []
    for label, start, end in wanted:
        if all(end <= low or high <= start for _, low, high in kept):
            kept.append((label, start, end))
    return kept


OwnNumbers = tuple[Numbers, Numbers, dict[str, Numbers]]
"""Micro, macro, and by type."""


def _own(one: Tags, other: Tags, mode: str, scheme: Scheme | None) -> OwnNumbers:
    """The scores of this package: strictly where a scheme is named, else leniently."""
    reading: Reading = "strict" if scheme or mode == "strict" else "lenient"
    try:
        sides = [
            [[(label, start, end) for label, start, end in spans] for spans in table.by_sentence()]
            for table in (spans_of(tags, scheme, reading) for tags in (one, other))
        ]
    except InputError:  # a prefix that the scheme does not have: no strict reading
        return {}, {}, {}
    found = score_spans(sides[0], sides[1])
    return (
        numbers_of(found.total),
        numbers_of(found.macro),
        {name: numbers_of(score) for name, score in found.labels.items()},
    )


def _of_layer(layer: LayerReport) -> OwnNumbers:
    strict = layer.criterion("strict")
    return (
        numbers_of(strict.micro),
        numbers_of(strict.macro),
        {row.label: numbers_of(row.scores["strict"]) for row in layer.labels},
    )


def _rows(found: SeqevalReport, own: OwnNumbers, *, accuracy: bool) -> tuple[Row, ...]:
    micro, macro, types = own
    rows = [Row(name, _numbers(score), types.get(name, {})) for name, score in found.types.items()]
    rows.append(Row("micro avg", _numbers(found.micro), micro))
    rows.append(Row("macro avg", _numbers(found.macro), macro))
    rows.append(Row("weighted avg", _numbers(found.weighted)))
    if accuracy:
        rows.append(Row("token accuracy", {"accuracy": found.accuracy}))
    return tuple(rows)


def _numbers(score: SeqevalScore) -> Numbers:
    return {
        "precision": score.precision,
        "recall": score.recall,
        "f1-score": score.f1,
        "support": score.support,
    }


def _felt(
    one: Tags, other: Tags, found: SeqevalReport, mode: str, scheme: Scheme | None
) -> Iterable[str]:
    prefixes = {tag[:1] for side in (one, other) for tags in side for tag in tags}
    if mode == "default":
        if prefixes & set("LUM"):
            yield "L-, U-, and M- by default"
        elif _reads_otherwise(one, other, scheme):
            yield "lenient by default"
    elif scheme is None:
        yield "strict without a scheme"
    elif scheme == "IOE1" and any(
        spans_of(tags, scheme, "strict").by_sentence()
        != spans_of(tags, scheme, "seqeval strict").by_sentence()
        for tags in (one, other)
    ):
        yield "IOE1 loses spans of one token"
    scores = found.types.values()
    if any(not score.support for score in scores):
        yield "macro over predicted types"
    if not scores or any(not score.support for score in scores) or _unpredicted(other, found):
        yield "undefined is a number"


def _unpredicted(other: Tags, found: SeqevalReport) -> bool:
    predicted = set(spans_of(other, reading="seqeval").types)
    return any(name not in predicted for name in found.types)


def _reads_otherwise(one: Tags, other: Tags, scheme: Scheme | None) -> bool:
    """Whether a strict reading finds other spans than the peer's."""
    for tags in (one, other):
        if not any(tag != "O" for each in tags for tag in each):
            continue
        try:
            strict = spans_of(tags, scheme or "IOB2", "strict")
        except InputError:
            return scheme is not None
        if strict.by_sentence() != spans_of(tags, reading="seqeval").by_sentence():
            return True
    return False
