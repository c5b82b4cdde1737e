"""The view of the reference coreference scorer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from ..compat.conll import (
    DEVIATIONS,
    Clusters,
    Figures,
    chain_scores,
    chains,
    conll2012,
    read_conll_documents,
)
from ..counting import Source
from ..metrics.coreference import count_coreference, first_occurrences
from ..metrics.forms import Floats
from ..report.model import LayerReport
from ..tables import Shape
from .documents import Item, own_report, read_documents
from .model import Numbers, Row, View, chosen, fills_in, numbers_of
from .same_words import OtherWord, other_words
from .sources import held, kinds_of

__all__ = ["DECLARED", "METRICS", "NAMES", "SOURCES", "named", "of_conll2012", "own_numbers"]

METRICS = ("muc", "b3", "ceafm", "ceafe", "blanc", "lea")
SOURCES = {"entities": "mentions", "hoppers": "events"}
"""The layer whose items are chained."""

DECLARED = {"entities": "entities", "hoppers": "events"}
"""The layer of the document that must be annotated."""

NAMES = ("precision", "recall", "f1")


def of_conll2012(
    gold: Source, predictions: Source, *, layer: Literal["entities", "hoppers"] = "entities"
) -> View:
    """What the scorer of CoNLL-2011 and 2012 prints, and LEA.

    From CoNLL coreference files, or from chains of mentions or events in documents.
    """
    gold, predictions = held(gold), held(predictions)
    notes: list[str] = []
    said: list[str] = []
    own: LayerReport | None = None
    key: Mapping[str, Clusters]
    response: Mapping[str, Clusters]
    if kinds_of(gold, predictions) == "documents":
        key, response, notes = _clusters(gold, predictions, layer)
        own = own_report(gold, predictions, [layer]).layer(layer)
    else:
        sides = read_conll_documents(str(gold)), read_conll_documents(str(predictions))
        said = _words_noted(other_words(*sides, str(gold), str(predictions)))
        notes += said
        key, response = ({name: each.clusters for name, each in side.items()} for side in sides)
    found = conll2012(key, response)
    mine = own_numbers(own) if own else _own(key, response)
    rows = [Row(name, _figures(getattr(found, name)), mine[name]) for name in METRICS]
    rows.append(Row("conll", {"f1": found.conll}, {"f1": mine["conll"]["f1"]}))
    felt = []
    if fills_in(rows, NAMES):
        felt.append("undefined ratio")
    if _class_without_gold(key, response):
        felt.append("BLANC class without key links")
    if any(found.repeated):
        felt.append("repeated mentions")
        notes.append(f"repeated mentions dropped: {found.repeated[0]} of the gold,"
                     f" {found.repeated[1]} of the predictions")  # fmt: skip
    if set(key) - set(response):
        felt.append("documents of one file only")
    if said:
        felt.append("other words")
    return View(
        "conll2012", "reference-coreference-scorers 8.01", {"layer": layer} if own else {}, NAMES,
        tuple(rows), chosen(DEVIATIONS, felt), tuple(notes),
    )  # fmt: skip


def _words_noted(found: Sequence[OtherWord]) -> list[str]:
    """A note where words of both files are not the same."""
    if not found:
        return []
    noun = "document has" if len(found) == 1 else "documents have"
    first = found[0]
    return [
        f"{len(found)} {noun} other words than in the gold; mentions are compared by position"
        f" all the same: word {first.place} of {first.document!r} is {first.word}"
        f" (line {first.line}), in the gold {first.gold_word} (line {first.gold_line})"
    ]


def _clusters(
    gold: Source, predictions: Source, layer: str
) -> tuple[dict[str, Clusters], dict[str, Clusters], list[str]]:
    """Chains by document, mentions by their fragments; documents without gold are left out."""
    documents, notes = read_documents(gold, predictions, [SOURCES[layer]], DECLARED[layer])
    key: dict[str, Clusters] = {}
    response: dict[str, Clusters] = {}
    for document in documents:
        if document.known:
            key[document.name] = _by_chain(document.gold[SOURCES[layer]])
            response[document.name] = _by_chain(document.predicted[SOURCES[layer]])
    return key, response, notes


def _by_chain(items: Sequence[Item]) -> list[list[Shape]]:
    found: dict[str, list[Shape]] = {}
    for item in items:
        if item.chain is not None:
            found.setdefault(item.chain, []).append(item.spans)
    return list(found.values())


def _figures(figures: Figures) -> Numbers:
    return {"precision": figures.precision, "recall": figures.recall, "f1": figures.f1}


def own_numbers(layer: LayerReport) -> dict[str, Numbers]:
    """The numbers of a layer by criterion."""
    return {each.name: numbers_of(each.micro) for each in layer.criteria}


def _own(key: Mapping[str, Clusters], response: Mapping[str, Clusters]) -> dict[str, Numbers]:
    documents, *sides = chains(key, response)
    one, other = (first_occurrences(side)[0] for side in sides)
    found = chain_scores(documents, one, other, "reference")
    return {name: named(values) for name, values in found.items()}


def named(values: Floats) -> Numbers:
    """Precision, recall, and F1 by name, ``None`` for NaN."""
    found = [None if math.isnan(value) else float(value) for value in values.tolist()]
    return dict(zip(NAMES, found, strict=True))


def _class_without_gold(key: Mapping[str, Clusters], response: Mapping[str, Clusters]) -> bool:
    """Whether gold lacks a class of links that the predictions have."""
    documents, *sides = chains(key, response)
    one, other = (first_occurrences(side)[0] for side in sides)
    sums = count_coreference(documents, one, other)["blanc"].sum(axis=0)
    return bool(((sums[[1, 4]] == 0) & (sums[[2, 5]] > 0)).any())
