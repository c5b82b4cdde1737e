"""The views of the reference coreference scorer and of CorefUD's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.positions import cut

from ..chains import CONLL, ChainOptions
from ..compat.conll import (
    DEVIATIONS,
    Clusters,
    ConllDocument,
    Figures,
    chains,
    conll2012,
    read_conll_documents,
)
from ..counting import Source
from ..metrics.blanc import blanc_scores
from ..metrics.coreference import (
    RATIOS,
    Chains,
    conll_scores,
    count_coreference,
    first_occurrences,
    without_singletons,
)
from ..metrics.forms import Floats, precision_recall_f1
from ..metrics.mention_matching import MentionMatch, count_mention_overlap, match_mentions
from ..report.model import LayerReport
from ..tables import Ints, Labels, Shape, Spans, SpansBuilder
from .conllu import Mention, read_conllu
from .documents import Item, own_report, read_documents
from .model import Numbers, Row, View, chosen, fills_in, numbers_of
from .sources import held, kinds_of

__all__ = ["COREFUD", "of_conll2012", "of_corefud"]

COREFUD: dict[str, str] = {
    "undefined ratio": (
        "The scorer gives 0 for a ratio without denominator; ours leaves it undefined."
    ),
    "singletons left out": (
        "The shared tasks' main score leaves singletons out on both sides; ours keeps them unless "
        "asked."
    ),
    "heads or parts": (
        "A mention is right where its head is, or where it is a part with the head; ours asks for "
        "equal boundaries unless asked."
    ),
    "BLANC class without links": (
        "The scorer leaves a class of links out only where both sides have none (Luo et al. 2014); "
        "ours does so where gold has none, as the reference scorer, unless asked."
    ),
}
"""What CorefUD's scorer does and what the evaluator of this package does instead."""

_METRICS = ("muc", "b3", "ceafm", "ceafe", "blanc", "lea")
_SOURCES = {"entities": "mentions", "hoppers": "events"}
"""The layer whose items are chained."""

_DECLARED = {"entities": "entities", "hoppers": "events"}
"""The layer of the document that must be annotated."""

_NAMES = ("precision", "recall", "f1")


def of_conll2012(
    gold: Source, predictions: Source, *, layer: Literal["entities", "hoppers"] = "entities"
) -> View:
    """What the scorer of CoNLL-2011 and 2012 prints, and LEA.

    From CoNLL coreference files, or from chains of mentions or events in documents.
    """
    gold, predictions = held(gold), held(predictions)
    notes: list[str] = []
    other_words: list[str] = []
    own: LayerReport | None = None
    key: Mapping[str, Clusters]
    response: Mapping[str, Clusters]
    if kinds_of(gold, predictions) == "documents":
        key, response, notes = _clusters(gold, predictions, layer)
        own = own_report(gold, predictions, [layer]).layer(layer)
    else:
        sides = read_conll_documents(str(gold)), read_conll_documents(str(predictions))
        other_words = _other_words(*sides, str(gold), str(predictions))
        notes += other_words
        key, response = ({name: each.clusters for name, each in side.items()} for side in sides)
    found = conll2012(key, response)
    mine = _own_of(own) if own else _own(key, response)
    rows = [Row(name, _figures(getattr(found, name)), mine[name]) for name in _METRICS]
    rows.append(Row("conll", {"f1": found.conll}, {"f1": mine["conll"]["f1"]}))
    felt = []
    if fills_in(rows, _NAMES):
        felt.append("undefined ratio")
    if _class_without_gold(key, response):
        felt.append("BLANC class without key links")
    if any(found.repeated):
        felt.append("repeated mentions")
        notes.append(f"repeated mentions dropped: {found.repeated[0]} of the gold,"
                     f" {found.repeated[1]} of the predictions")  # fmt: skip
    if set(key) - set(response):
        felt.append("documents of one file only")
    if other_words:
        felt.append("other words")
    return View(
        "conll2012", "reference-coreference-scorers 8.01", {"layer": layer} if own else {}, _NAMES,
        tuple(rows), chosen(DEVIATIONS, felt), tuple(notes),
    )  # fmt: skip


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
    chains in documents. The value of this package beside it is over the same mentions, compared
    by equal boundaries, with singletons.
    """
    gold, predictions = held(gold), held(predictions)
    notes: list[str] = []
    own: LayerReport | None = None
    kind = kinds_of(gold, predictions)
    if kind == "documents":
        documents, notes = read_documents(gold, predictions, [_SOURCES[layer]], _DECLARED[layer])
        sides = [
            [_chained(getattr(each, side)[_SOURCES[layer]]) for each in documents]
            for side in ("gold", "predicted")
        ]
        own = own_report(gold, predictions, [layer], ChainOptions()).layer(layer)
    elif kind == "text":
        sides = _of_files(str(gold), str(predictions))
    else:
        raise InputError("is JSON, not CoNLL-U", source=str(gold))
    tables = _tables(sides)
    if repeated := _repeated(tables):
        notes.append(
            f"{repeated} repeated mentions: the first counts here, but the peer counts them in"
            " every entity, so its own numbers differ from these"
        )
    found = _figures_of(tables, match, singletons, "2014")
    mine = _own_of(own) if own else _figures_of(tables, "exact", True, "reference")
    rows = [
        Row(name, {part: value or 0.0 for part, value in found[name].items()}, mine[name])
        for name in _METRICS
    ]
    conll = sum(found[name]["f1"] or 0.0 for name in CONLL) / len(CONLL)
    rows.append(Row("conll", {"f1": conll}, {"f1": mine["conll"]["f1"]}))
    overlap = count_mention_overlap(tables[0][0], tables[1][0]).sum(axis=0)
    rows.append(Row("mention overlap", {
        part: value or 0.0 for part, value in _named(precision_recall_f1(overlap)).items()
    }))  # fmt: skip
    felt = []
    if not singletons and found != _figures_of(tables, match, True, "2014"):
        felt.append("singletons left out")
    if match != "exact" and found != _figures_of(tables, "exact", singletons, "2014"):
        felt.append("heads or parts")
    if any(None in numbers.values() for numbers in found.values()):
        felt.append("undefined ratio")
    if found["blanc"] != _figures_of(tables, match, singletons, "reference")["blanc"]:
        felt.append("BLANC class without links")
    return View(
        "corefud", "corefud-scorer at 4fd7b0e",
        {"match": match, "singletons": "kept" if singletons else "left out"}
        | ({"layer": layer} if own else {}),
        _NAMES, tuple(rows), chosen(COREFUD, felt), tuple(notes),
    )  # fmt: skip


def _other_words(
    key: Mapping[str, ConllDocument],
    response: Mapping[str, ConllDocument],
    gold: str,
    predictions: str,
) -> list[str]:
    """A note where words of both files are not the same, in documents of the same length.

    Raises ``InputError`` with both lines for a document whose words are not as many: positions
    mean something else from there on.
    """
    places: list[str] = []
    for name in sorted(key.keys() & response.keys()):
        one, other = key[name], response[name]
        if one.words == other.words:
            continue
        at = _parting(one.words, other.words)
        short = len(one.words) != len(other.words)
        if at is None and not short:
            continue
        at = min(len(one.words), len(other.words)) if at is None else at
        here, there = (_word_at(each, at) for each in (other, one))
        lines = [_line_at(each, at) for each in (other, one)]
        if short:
            raise InputError(
                f"document {name!r} has {len(other.words)} words, in the gold {len(one.words)}:"
                f" word {at + 1} is {here}, in the gold {there} ({gold}:{lines[1]})",
                source=predictions,
                line=lines[0],
                hint="Gold and predictions have the same words: mentions are compared by position.",
            )
        places.append(
            f"word {at + 1} of {name!r} is {here} (line {lines[0]}), in the gold {there}"
            f" (line {lines[1]})"
        )
    if not places:
        return []
    noun = "document has" if len(places) == 1 else "documents have"
    return [
        f"{len(places)} {noun} other words than in the gold; mentions are compared by position"
        f" all the same: {places[0]}"
    ]


def _parting(one: Sequence[str | None], other: Sequence[str | None]) -> int | None:
    """The first position at which two words are not the same; a missing one is like any."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b and None not in (a, b)), None)


def _word_at(document: ConllDocument, at: int) -> str:
    if at >= len(document.words):
        return "no more"
    word = document.words[at]
    return "not there" if word is None else repr(cut(word, 60))


def _line_at(document: ConllDocument, at: int) -> int | None:
    """The line of a word, of the last one where there are no more."""
    return document.lines[min(at, len(document.lines) - 1)] if document.lines else None


def _clusters(
    gold: Source, predictions: Source, layer: str
) -> tuple[dict[str, Clusters], dict[str, Clusters], list[str]]:
    """Chains by document, mentions by their fragments; documents without gold are left out."""
    documents, notes = read_documents(gold, predictions, [_SOURCES[layer]], _DECLARED[layer])
    key: dict[str, Clusters] = {}
    response: dict[str, Clusters] = {}
    for document in documents:
        if document.known:
            key[document.name] = _by_chain(document.gold[_SOURCES[layer]])
            response[document.name] = _by_chain(document.predicted[_SOURCES[layer]])
    return key, response, notes


def _by_chain(items: Sequence[Item]) -> list[list[Shape]]:
    found: dict[str, list[Shape]] = {}
    for item in items:
        if item.chain is not None:
            found.setdefault(item.chain, []).append(item.spans)
    return list(found.values())


def _figures(figures: Figures) -> Numbers:
    return {"precision": figures.precision, "recall": figures.recall, "f1": figures.f1}


def _own_of(layer: LayerReport) -> dict[str, Numbers]:
    return {each.name: numbers_of(each.micro) for each in layer.criteria}


def _own(key: Mapping[str, Clusters], response: Mapping[str, Clusters]) -> dict[str, Numbers]:
    documents, *sides = chains(key, response)
    one, other = (first_occurrences(side)[0] for side in sides)
    return _scored(documents, one, other, "reference")


def _scored(
    documents: int, gold: Chains, predicted: Chains, variant: Literal["reference", "2014"]
) -> dict[str, Numbers]:
    counts = count_coreference(documents, gold, predicted)
    sums = {name: columns.sum(axis=0) for name, columns in counts.items()}
    scores = {name: _named(precision_recall_f1(sums[name])) for name in RATIOS}
    scores["blanc"] = _named(blanc_scores(sums["blanc"], variant=variant))
    scores["conll"] = _named(conll_scores(sums))
    return scores


def _named(values: Floats) -> Numbers:
    found = [None if math.isnan(value) else float(value) for value in values.tolist()]
    return dict(zip(_NAMES, found, strict=True))


def _class_without_gold(key: Mapping[str, Clusters], response: Mapping[str, Clusters]) -> bool:
    """Whether gold lacks a class of links that the predictions have."""
    documents, *sides = chains(key, response)
    one, other = (first_occurrences(side)[0] for side in sides)
    sums = count_coreference(documents, one, other)["blanc"].sum(axis=0)
    return bool(((sums[[1, 4]] == 0) & (sums[[2, 5]] > 0)).any())


Chained = tuple[Mention, str]
"""A mention and its chain."""

Side = tuple[Spans, Ints]
"""Mentions as a table, and the number of each one's chain."""


def _chained(items: Sequence[Item]) -> list[Chained]:
    return [
        (Mention(item.spans, getattr(item.record, "head", None)), item.chain)
        for item in items
        if item.chain is not None
    ]


def _of_files(gold: str, predictions: str) -> list[list[list[Chained]]]:
    key, response = read_conllu(gold), read_conllu(predictions)
    for name in response:
        if name not in key:
            raise UnknownName("document", name, key, source=predictions)
    return [
        [
            [(mention, entity) for entity, mentions in side.get(name, {}).items()
             for mention in mentions]
            for name in key
        ]
        for side in (key, response)
    ]  # fmt: skip


def _tables(sides: Sequence[Sequence[Sequence[Chained]]]) -> tuple[Side, Side]:
    import numpy as np

    found: list[Side] = []
    labels = Labels(["mention"])
    for side in sides:
        builder = SpansBuilder(labels)
        numbers: dict[tuple[int, str], int] = {}
        chain: list[int] = []
        for number, mentions in enumerate(side):
            for place, (mention, entity) in enumerate(mentions):
                builder.add(number, mention.spans, "mention", place=place, head=mention.head)
                chain.append(numbers.setdefault((number, entity), len(numbers)))
        found.append((builder.table(len(side)), np.array(chain, np.int64)))
    return found[0], found[1]


def _figures_of(
    tables: tuple[Side, Side],
    match: MentionMatch,
    singletons: bool,
    variant: Literal["reference", "2014"],
) -> dict[str, Numbers]:
    codes = match_mentions(tables[0][0], tables[1][0], match)
    one, other = (
        first_occurrences(Chains(spans.document, mention, entity))[0]
        for (spans, entity), mention in zip(tables, codes, strict=True)
    )
    if not singletons:
        one, other = without_singletons(one), without_singletons(other)
    return _scored(tables[0][0].documents, one, other, variant)


def _repeated(tables: tuple[Side, Side]) -> int:
    """Mentions that stand in the same words as an earlier one of their side."""
    codes = match_mentions(tables[0][0], tables[1][0], "exact")
    return sum(
        first_occurrences(Chains(spans.document, mention, entity))[1]
        for (spans, entity), mention in zip(tables, codes, strict=True)
    )
