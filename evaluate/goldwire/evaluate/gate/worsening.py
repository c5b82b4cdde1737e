"""Where a drop arises: the types, the documents, and the items that got worse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
from msgspec import Struct

from ..catalogue import Metric
from ..comparison.contributions import contributions
from ..counting import Source
from ..metrics.forms import Floats, precision_recall_f1
from ..scores import Closed
from .baseline import Baseline
from .chain_items import newly_broken
from .file_lines import item_line
from .numbers import LayerPair, NumberPair
from .sentences import Article, articles, sentence_around
from .verdict import WorseDocument, WorseItem, WorseType
from .wrong_items import Worse, WrongItems, newly_wrong

__all__ = ["LISTED_MOST", "Sources", "WorseItems", "found_worse", "worse_documents", "worse_types"]

LISTED_MOST = 10
"""Types, documents, and items that are named for each number."""


class Sources(Struct, frozen=True):
    """What items are found in."""

    gold: Source
    predictions: Source
    baseline: Baseline
    documents: Collection[str]
    """Those that the baseline knows."""


class WorseItems(Struct, frozen=True):
    """The items of some layers that got worse, in the order of documents and text."""

    found: tuple[Worse, ...]
    texts: dict[str, Article]

    def of(self, metric: Metric, documents: Sequence[WorseDocument]) -> list[Worse]:
        """The items behind a number, those of the ``documents`` with the largest losses first."""
        rank = {each.document: at for at, each in enumerate(documents)}
        own = [
            each
            for each in self.found
            if each.layer == metric.layer and metric.type in (None, each.label)
        ]
        return sorted(own, key=lambda each: rank.get(each.document, len(rank)))

    def placed(self, chosen: Iterable[Worse]) -> Iterator[WorseItem]:
        """The items with the sentences they stand in."""
        for each in chosen:
            article = self.texts.get(each.document)
            sentence = ""
            if article is not None and each.start is not None and each.end is not None:
                sentence = sentence_around(article.text, each.start, each.end)
            yield WorseItem(
                each.document,
                each.layer,
                each.label,
                each.change,
                each.text,
                sentence,
                each.start,
                each.end,
                article.source if article else None,
                _line(article, each),
            )


def found_worse(sources: Sources, pairs: Collection[LayerPair]) -> WorseItems:
    """The items of some layers that are wrong now and were not in the baseline."""
    layers = {pair.layer for pair in pairs}
    known = {
        (layer, document): WrongItems(set(each.wrong), set(each.spurious))
        for layer, part in sources.baseline.layers.items()
        if layer in layers
        for document, each in part.documents.items()
        if document in sources.documents
    }
    found = [
        *newly_wrong(sources.gold, sources.predictions, layers, known),
        *newly_broken(sources.gold, sources.predictions, layers, known),
    ]
    for pair in pairs:
        if pair.layer == "incidents":
            found += _slots(pair)
    found.sort(key=_place)
    placed = {each.document for each in found if each.start is not None}
    return WorseItems(tuple(found), articles(sources.gold, placed))


def _line(article: Article | None, each: Worse) -> int | None:
    """The line of a document in JSON Lines, or of the item in a file of its document."""
    if article is None or article.data is None or each.start is None or each.end is None:
        return article.line if article else None
    return item_line(article.data, each.layer, each.start, each.end)


def _place(each: Worse) -> tuple[str, int, int, str, str, str]:
    """What items are sorted by: nothing that hangs on the order of lists."""
    start, end = (-1 if at is None else at for at in (each.start, each.end))
    return each.document, start, end, each.label, each.change, each.text


def _slots(pair: LayerPair) -> Iterator[Worse]:
    """The slots of incidents with fewer right fillers, or more wrong ones: records, not spans."""
    then, now = pair.then.main, pair.now.main
    fewer = now[..., 2] < then[..., 2]
    wrong = (now[..., 1] - now[..., 0]) - (then[..., 1] - then[..., 0])
    for row, slot in zip(*np.nonzero(fewer | (wrong > 0)), strict=True):
        old, new = (f"{side[row, slot, 2]:g}" for side in (then, now))
        change = f"had {old} of {then[row, slot, 3]:g} right, has {new}"
        if wrong[row, slot] > 0:
            change += f"; {wrong[row, slot]:g} more wrong"
        document, label = pair.documents[row], pair.now.labels[slot]
        yield Worse(document, "incidents", label, change, "", None, None)


def worse_types(pair: LayerPair) -> list[WorseType]:
    """The types with a part in a drop of the main criterion, the largest part first."""
    before, after = (each.main.sum(axis=0) for each in (pair.then, pair.now))
    return [
        WorseType(pair.then.labels[at], *values, gained)
        for at, values, gained in _losses(after, before, _f1, pair.then.labels)
    ]


def worse_documents(pair: NumberPair) -> list[WorseDocument]:
    """The documents with a part in a drop, the largest part first."""
    return [
        WorseDocument(pair.documents[at], *values, gained)
        for at, values, gained in _losses(pair.now, pair.then, pair.closed, pair.documents)
    ]


def _losses(
    now: Floats, then: Floats, closed: Closed, names: Sequence[str]
) -> Iterator[tuple[int, tuple[float | None, float | None], float]]:
    """Rows that made a value smaller: the row, its values then and now, what it contributed."""

    def first(sums: Floats) -> Floats:
        value: Floats = closed(sums)[..., 0]
        return value

    if not len(names):
        return
    gained = contributions(now, then, first)
    own = [first(side).tolist() for side in (then, now)]
    rows = np.flatnonzero(gained < 0).tolist()
    for at in sorted(rows, key=lambda at: (gained[at], names[at])):
        before, after = (None if np.isnan(side[at]) else float(side[at]) for side in own)
        yield at, (before, after), float(gained[at])


def _f1(sums: Floats) -> Floats:
    value: Floats = precision_recall_f1(sums)[..., 2:]
    return value
