"""Which articles a report holds beside its errors, with what was marked on both sides.

Documents are ranked by the smallest rank of their errors, as :class:`.sampling.ErrorSample`
ranks them: what is kept does not hang on the order of documents, and it is where the listed
errors are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from goldwire.schema.reading import Raw, decode_raw

from ..columns import Columns
from ..report.model import Article, ArticleLayer, ErrorRow, Mark
from ..tables import Ints
from .rows import Errors, ItemTable
from .sampling import NEVER, Ranked, Smallest, error_ranks

__all__ = ["CHARACTERS", "DOCUMENTS", "ArticleSample", "chosen_articles"]

DOCUMENTS = 400
"""Articles that are kept while documents are read: what memory is bounded by."""

CHARACTERS = 1_000_000
"""Code points of text in the articles of a report."""


class ArticleSample:
    """Keeps the articles whose errors have the smallest ranks, at most ``limit`` of them."""

    def __init__(self, limit: int = DOCUMENTS) -> None:
        self.kept: Smallest[Article] = Smallest(limit)

    def add(self, columns: Columns, errors: Mapping[str, Errors]) -> None:
        """Take in the documents of a block that have errors, and a text that they stand in."""
        ranks = _document_ranks(columns, errors)
        chosen = np.flatnonzero((ranks <= self.kept.bound) & (ranks < NEVER))
        chosen = chosen[np.argsort(ranks[chosen], kind="stable")[: self.kept.limit]]
        articles = _articles(columns, errors, chosen)
        self.kept.add(
            Ranked(int(ranks[at]), article.document, 0, article)
            for at, article in zip(chosen, articles, strict=True)
        )


def chosen_articles(
    articles: Sequence[Article], errors: Sequence[ErrorRow], characters: int = CHARACTERS
) -> tuple[Article, ...]:
    """The articles of listed errors, by id: those with the most errors, as long as there is room.

    ``characters`` are the code points that all their texts may have together; an article that
    does not fit makes room for a shorter one.
    """
    counts = Counter(row.document for row in errors if row.reason is None)
    chosen = []
    for each in sorted(articles, key=lambda each: (-counts[each.document], each.document)):
        if counts[each.document] and len(each.text) <= characters:
            characters -= len(each.text)
            chosen.append(each)
    return tuple(sorted(chosen, key=lambda each: each.document))


def _document_ranks(columns: Columns, errors: Mapping[str, Errors]) -> Ints:
    """The smallest rank of the errors of each document of a block, shape ``(documents,)``."""
    found = np.full(len(columns.block), NEVER)
    for each in errors.values():
        gold, predicted = each.tables
        documents = np.zeros(len(each), np.int64)
        for rows, table in ((each.predicted, predicted), (each.gold, gold)):
            documents[rows >= 0] = table.document[rows[rows >= 0]]
        np.minimum.at(found, documents, error_ranks(columns, each))
    found[~np.array(columns.block.known, bool)] = NEVER
    return found


def _articles(columns: Columns, errors: Mapping[str, Errors], chosen: Ints) -> list[Article]:
    sides = {
        layer: [_marks(columns, table, chosen) for table in each.tables]
        for layer, each in errors.items()
    }
    return [
        Article(
            columns.block.gold[document].id,
            columns.block.gold[document].text,
            tuple(
                ArticleLayer(layer, tuple(gold[document]), tuple(predicted[document]))
                for layer, (gold, predicted) in sides.items()
                if gold[document] or predicted[document]
            ),
            _redistributable(columns.block.raws[document][0]),
        )
        for document in chosen.tolist()
    ]


class _Owned(msgspec.Struct):
    rights: Any = None


_owned = msgspec.json.Decoder(_Owned)


def _redistributable(raw: Raw | None) -> bool | None:
    """What a gold document says of passing its text on."""
    if raw is None:
        return None
    rights = decode_raw(raw, _owned).rights
    said = rights.get("redistributable") if isinstance(rights, dict) else None
    return said if isinstance(said, bool) else None


def _marks(columns: Columns, table: ItemTable, chosen: Ints) -> dict[int, list[Mark]]:
    """By document, the marks of a table that stand in the text, in its order, each once."""
    found: dict[int, dict[Mark, None]] = {document: {} for document in chosen.tolist()}
    rows = np.flatnonzero(np.isin(table.document, chosen))
    order = np.lexsort((-table.end[rows], table.start[rows], table.document[rows]))
    for row in rows[order].tolist():
        document = int(table.document[row])
        if table.end[row] <= len(columns.block.gold[document].text):
            found[document][table.mark(row)] = None
    return {document: list(marks) for document, marks in found.items()}
