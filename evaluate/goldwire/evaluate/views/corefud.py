"""The view of CorefUD's scorer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

from ..chains import CONLL, ChainOptions
from ..compat.conll import chain_scores
from ..compat.corefud import (
    DEVIATIONS,
    InEntity,
    Mention,
    count_mentions,
    headed,
    mention_table,
)
from ..counting import Source
from ..metrics.blanc import BlancVariant
from ..metrics.mention_matching import MentionMatch
from ..report.model import LayerReport
from .chains import DECLARED, METRICS, NAMES, SOURCES, named, own_numbers
from .conllu import read_conllu
from .documents import Item, ReadDocument, own_report, read_documents
from .model import Numbers, Row, View, chosen
from .same_words import other_words
from .sources import held, kinds_of

__all__ = ["of_corefud"]

Sides = tuple[list[list[InEntity]], list[list[InEntity]]]
"""The mentions of gold and of the predictions by document."""


def of_corefud(
    gold: Source,
    predictions: Source,
    *,
    match: MentionMatch = "head",
    singletons: bool = False,
    layer: Literal["entities", "hoppers"] = "entities",
) -> View:
    """What CorefUD's scorer says; by default as the CRAC shared tasks: heads, no singletons.

    From CoNLL-U files with ``Entity=`` in MISC, words as offsets and empty nodes left out; or from
    chains in documents, where the first word of a mention ends at the first blank. The value of
    this package beside it is over the same mentions, compared by equal boundaries, with
    singletons.
    """
    gold, predictions = held(gold), held(predictions)
    own: LayerReport | None = None
    kind = kinds_of(gold, predictions)
    missing: list[str] = []
    if kind == "documents":
        documents, notes = read_documents(gold, predictions, [SOURCES[layer]], DECLARED[layer])
        sides, plain = (_of_documents(documents, SOURCES[layer], first) for first in (True, False))
        own = own_report(gold, predictions, [layer], ChainOptions()).layer(layer)
    elif kind == "text":
        plain, missing = _of_files(str(gold), str(predictions))
        sides = [headed(each) for each in plain[0]], [headed(each) for each in plain[1]]
        notes = _missing_noted(missing)
    else:
        raise InputError("is JSON, not CoNLL-U", source=str(gold))
    figures = _figures(sides, match, singletons, "2014")
    if any(figures.repeated):
        notes.append(
            f"{sum(figures.repeated)} repeated mentions: the first counts here, but the peer counts"
            " them in every entity, so its own numbers differ from these"
        )
    found = figures.scores
    mine = own_numbers(own) if own else _figures(sides, "exact", True, "reference").scores
    rows = [
        Row(name, {part: value or 0.0 for part, value in found[name].items()}, mine[name])
        for name in METRICS
    ]
    conll = sum(found[name]["f1"] or 0.0 for name in CONLL) / len(CONLL)
    rows.append(Row("conll", {"f1": conll}, {"f1": mine["conll"]["f1"]}))
    overlap: Numbers = {part: value or 0.0 for part, value in figures.overlap.items()}
    rows.append(Row("mention overlap", overlap))
    felt = _felt(sides, plain, figures, match, singletons)
    if missing:
        felt.append("documents of one file only")
    return View(
        "corefud", "corefud-scorer at 4fd7b0e",
        {"match": match, "singletons": "kept" if singletons else "left out"}
        | ({"layer": layer} if own else {}),
        NAMES, tuple(rows), chosen(DEVIATIONS, felt), tuple(notes),
    )  # fmt: skip


class _Figures(Struct, frozen=True):
    """The numbers by metric, and how many mentions repeat on either side."""

    scores: dict[str, Numbers]
    overlap: Numbers
    repeated: tuple[int, int]


def _figures(sides: Sides, match: MentionMatch, singletons: bool, blanc: BlancVariant) -> _Figures:
    one, other = map(mention_table, sides)
    counted = count_mentions(one, other, match, singletons)
    scores = chain_scores(counted.documents, counted.gold, counted.predicted, blanc)
    return _Figures(
        {name: named(values) for name, values in scores.items()},
        named(counted.overlap),
        counted.repeated,
    )


def _felt(
    sides: Sides, plain: Sides, figures: _Figures, match: MentionMatch, singletons: bool
) -> list[str]:
    """What the peer does in another way, where that changes a number."""
    found = figures.scores
    felt = []
    if not singletons and found != _figures(sides, match, True, "2014").scores:
        felt.append("singletons left out")
    if match != "exact" and found != _figures(sides, "exact", singletons, "2014").scores:
        felt.append("heads or parts")
    if match != "exact" and found != _figures(plain, match, singletons, "2014").scores:
        felt.append("mentions without a head")
    if any(None in numbers.values() for numbers in found.values()):
        felt.append("undefined ratio")
    if found["blanc"] != _figures(sides, match, singletons, "reference").scores["blanc"]:
        felt.append("BLANC class without links")
    if any(figures.repeated):
        felt.append("repeated mentions")
    return felt


def _of_documents(documents: Sequence[ReadDocument], layer: str, first: bool) -> Sides:
    """The mentions of both sides; on demand their ``first`` word stands for a lacking head."""
    sides: list[list[list[InEntity]]] = [
        [
            [
                (Mention(item.spans, _head(item, text if first else None)), item.chain)
                for item in getattr(each, side)[layer]
                if item.chain is not None
            ]
            for each in documents
            for text in [each.records[0].text]
        ]
        for side in ("gold", "predicted")
    ]
    return sides[0], sides[1]


def _head(item: Item, text: str | None) -> tuple[int, int] | None:
    """The head of an item; where it names none, its first word in the text, if that is given."""
    head = getattr(item.record, "head", None)
    if head is not None or text is None:
        return head
    start, end = item.spans[0]
    word = re.search(r"\S+", text[start:end])
    return (start + word.start(), start + word.end()) if word else (start, end)


def _of_files(gold: str, predictions: str) -> tuple[Sides, list[str]]:
    """The mentions of both files, and the documents that the predictions lack.

    Raises ``InputError`` for a document that gold lacks, and where words are not the same: the
    scorer refuses these, too.
    """
    key, response = read_conllu(gold), read_conllu(predictions)
    for name in response:
        if name not in key:
            raise UnknownName("document", name, key, source=predictions)
    if others := other_words(key, response, gold, predictions):
        first = others[0]
        raise InputError(
            f"word {first.place} of document {first.document!r} is {first.word}, in the gold"
            f" {first.gold_word} ({gold}:{first.gold_line})",
            source=predictions,
            line=first.line,
            hint="Gold and predictions have the same words: the scorer refuses others.",
        )
    sides: list[list[list[InEntity]]] = [
        [
            [
                (mention, entity)
                for entity, mentions in (side[name].entities if name in side else {}).items()
                for mention in mentions
            ]
            for name in key
        ]
        for side in (key, response)
    ]
    return (sides[0], sides[1]), [name for name in key if name not in response]


def _missing_noted(missing: Sequence[str]) -> list[str]:
    """A note on documents of the gold that the predictions lack."""
    if not missing:
        return []
    names = ", ".join(missing[:3]) + ("…" if len(missing) > 3 else "")
    return [f"{len(missing)} without a prediction: all its items are missed: {names}"]
