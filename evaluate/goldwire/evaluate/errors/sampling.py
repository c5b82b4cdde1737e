"""Which errors are listed where there is no room for all: a sample that no order decides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from ..columns import Columns
from ..report.model import ErrorRow
from ..tables import Ints
from .rows import Errors, error_rows

__all__ = ["NEVER", "ErrorSample", "Ranked", "Smallest", "error_ranks"]

T = TypeVar("T")

NEVER = 2**63 - 1
"""A rank that is above all others."""


class Ranked(NamedTuple, Generic[T]):
    """Something with its rank, its document, and its place in that document."""

    rank: int
    document: str
    place: int
    what: T


class Smallest(Generic[T]):
    """Keeps what has the smallest ranks, at most ``limit`` of it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bound = NEVER
        """What ranks above this is not kept."""
        self._kept: list[Ranked[T]] = []
        self._ranks: list[int] = []

    def add(self, found: Iterable[Ranked[T]]) -> None:
        """Take these in, as far as they belong to the smallest so far."""
        new = [each for each in found if each.rank <= self.bound]
        self._kept += new
        self._ranks = sorted(self._ranks + [each.rank for each in new])[: self.limit]
        if self._ranks and len(self._ranks) == self.limit:
            self.bound = self._ranks[-1]
        if len(self._kept) > self.limit:
            self._kept.sort(key=lambda each: each[:3])
            del self._kept[self.limit :]

    def handed_over(self) -> list[Ranked[T]]:
        """What is kept, to be kept elsewhere; the bound stays."""
        kept, self._kept = self._kept, []
        return kept

    def all(self) -> list[T]:
        """What is kept, by the ids of documents and the places in them."""
        return [each.what for each in sorted(self._kept, key=lambda each: each[1:3])]


class ErrorSample:
    """Keeps the errors of a layer with the smallest hashes of what and where they are."""

    def __init__(self, limit: int, told: Callable[[ErrorRow], None] | None = None) -> None:
        self.kept: Smallest[ErrorRow] = Smallest(limit)
        self.told = told

    def add(self, columns: Columns, errors: Errors) -> None:
        """Take in the errors of a block; ``told`` hears of each of them."""
        if not len(errors):
            return
        if self.told is not None:
            for row in error_rows(columns, errors, np.arange(len(errors))):
                self.told(row)
        limit = self.kept.limit
        if not limit:
            return
        ranks = error_ranks(columns, errors)
        chosen = np.flatnonzero(ranks <= self.kept.bound)
        if len(chosen) > limit:
            chosen = np.sort(chosen[np.argsort(ranks[chosen], kind="stable")[:limit]])
        rows = error_rows(columns, errors, chosen)
        self.kept.add(
            Ranked(int(ranks[at]), row.document, int(at), row)
            for at, row in zip(chosen.tolist(), rows, strict=True)
        )


def error_ranks(columns: Columns, errors: Errors) -> Ints:
    """A hash of document and place of each error, below 2⁶³."""
    gold, predicted = errors.tables
    names = np.array(
        [int.from_bytes(hashlib.sha256(n.encode("utf-8", "surrogatepass")).digest()[:8], "big")
         for n in columns.block.names],
        np.uint64,
    )  # fmt: skip
    words = np.zeros(len(errors), np.uint64)
    for rows, table in ((errors.gold, gold), (errors.predicted, predicted)):
        has = rows >= 0
        own = rows[has]
        words[has] += names[table.document[own]]
        for column in (table.start, table.end):
            words[has] = (words[has] ^ column[own].astype(np.uint64)) * np.uint64(
                0x9E3779B97F4A7C15
            )
            words[has] ^= words[has] >> np.uint64(29)
    return (words >> np.uint64(1)).astype(np.int64)
