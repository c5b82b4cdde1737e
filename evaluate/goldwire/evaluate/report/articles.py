"""The articles of a page: the text once, and what is marked in it as numbers.

The page's script draws both sides from that: marked up twice, the articles would be several
times as large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from goldwire.schema.positions import visible

from .model import Article, ErrorRow, Mark, Report, Side

__all__ = ["ROOM", "PageArticle", "PageArticles", "numbers_of", "page_articles"]

ROOM = 700_000
"""Bytes that the articles of a page may have together."""


class PageArticle(Struct, frozen=True):
    """One article: ``layers`` are names with the marks of both sides as numbers."""

    number: int
    document: str
    text: Markup
    layers: tuple[tuple[str, str, str], ...]

    def size(self) -> int:
        """About how many bytes it has on the page."""
        numbers = sum(sum(map(len, layer)) + 60 for layer in self.layers)
        return len(self.text.encode()) + 4 * len(self.document) + numbers + 120


class PageArticles(Struct, frozen=True):
    """The articles of a page, the labels that their marks have by number, and how many lack."""

    shown: tuple[PageArticle, ...]
    labels: tuple[str, ...]
    left_out: int
    """Documents with listed errors whose article is not on the page."""
    restricted: int = 0
    """Of those shown, how many may not be passed on."""

    def number(self, row: ErrorRow) -> int | None:
        """The number of the article that an error stands in; ``None`` where it is not there."""
        return None if row.reason is not None else self._numbers().get(row.document)

    def _numbers(self) -> dict[str, int]:
        return {each.document: each.number for each in self.shown}


def page_articles(report: Report, errors: Sequence[ErrorRow], room: int = ROOM) -> PageArticles:
    """The articles of the errors that a page lists: those with the most errors, as they fit."""
    counts = Counter(row.document for row in errors if row.reason is None)
    found = [each for each in report.articles if counts[each.document]]
    names = {
        mark.label
        for each in found
        for layer in each.layers
        for mark in (*layer.gold, *layer.predicted)
    }
    labels = {name: at for at, name in enumerate(sorted(names))}
    room -= sum(map(len, labels))
    shown: list[PageArticle] = []
    for each in sorted(found, key=lambda each: (-counts[each.document], each.document)):
        article = _article(len(shown), each, labels)
        if article.size() <= room:
            room -= article.size()
            shown.append(article)
    shown.sort(key=lambda each: each.document)
    on_page = {each.document for each in shown}
    restricted = sum(each.redistributable is False for each in found if each.document in on_page)
    return PageArticles(tuple(shown), tuple(labels), len(counts) - len(shown), restricted)


def numbers_of(side: Side | None) -> str:
    """The spans of one side of an error as numbers: ``0 4 9 12``; nothing where it has none."""
    return "" if side is None else _offsets(side.spans)


def _article(number: int, article: Article, labels: dict[str, int]) -> PageArticle:
    # As many code points as before: each unsafe one is replaced by one that can be seen.
    text = "\n".join(visible(line) for line in article.text.split("\n"))
    layers = tuple(
        (layer.layer, _marks(layer.gold, labels), _marks(layer.predicted, labels))
        for layer in article.layers
    )
    return PageArticle(number, article.document, escape(text), layers)


def _marks(marks: Sequence[Mark], labels: dict[str, int]) -> str:
    """``3 0 4;5 9 12 15 20``: of each mark the label's number, then its spans."""
    return ";".join(f"{labels[mark.label]} {_offsets(mark.spans)}" for mark in marks)


def _offsets(spans: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{start} {end}" for start, end in spans)
