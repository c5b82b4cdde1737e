"""Which errors are listed where there is no room for all: a sample that no order decides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from .columns import Columns
from .errors import Errors, error_rows
from .report.model import ErrorRow
from .tables import Ints

__all__ = ["ErrorSample", "error_ranks"]


class ErrorSample:
    """Keeps the errors of a layer with the smallest hashes of what and where they are."""

    def __init__(self, limit: int, told: Callable[[ErrorRow], None] | None = None) -> None:
        self.limit = limit
        self.told = told
        self._kept: list[tuple[int, int, int, ErrorRow]] = []
        self._bound = 2**63 - 1

    def add(self, columns: Columns, layer: str, errors: Errors) -> None:
        """Take in the errors of a block; ``told`` hears of each of them."""
        if not len(errors):
            return
        if self.told is not None:
            for row in error_rows(columns, layer, errors, np.arange(len(errors))):
                self.told(row)
        if not self.limit:
            return
        ranks = error_ranks(columns, errors)
        chosen = np.flatnonzero(ranks <= self._bound)
        if len(chosen) > self.limit:
            chosen = np.sort(chosen[np.argsort(ranks[chosen], kind="stable")[: self.limit]])
        rows = error_rows(columns, layer, errors, chosen)
        self._kept += [
            (int(ranks[at]), columns.block.first, int(at), row)
            for at, row in zip(chosen.tolist(), rows, strict=True)
        ]
        if len(self._kept) > self.limit:
            self._kept.sort(key=lambda kept: kept[:3])
            del self._kept[self.limit :]
            self._bound = self._kept[-1][0]

    def rows(self) -> list[ErrorRow]:
        """The errors that were kept, by the ids of documents and in the order of the text."""
        kept = sorted(self._kept, key=lambda kept: (kept[3].document, kept[1], kept[2]))
        return [row for *_, row in kept]


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
