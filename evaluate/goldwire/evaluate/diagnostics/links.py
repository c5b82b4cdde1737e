"""The errors of arguments and of relations one by one: both ends as items of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from ..columns import Columns
from ..errors.links import LinkItems
from ..errors.rows import Errors, error_rows
from ..report.model import ErrorRow, Side

__all__ = ["ArgumentError", "RelationError", "link_rows"]

LinkClass = Literal["missed", "spurious"]
Unlinked = Literal["unknown document", "reference to nothing", "quote not in the text"]
"""Why an end of a link has no place in a text of the gold."""


class ArgumentError(Struct, frozen=True):
    """An argument that only one side has; ``context`` marks the text from end to end.

    ``filler`` is ``None`` where a prediction refers to nothing.
    """

    document: str
    layer: Literal["arguments"]
    error: LinkClass
    label: str
    trigger: Side
    filler: Side | None
    context: str
    reason: Unlinked | None = None


class RelationError(Struct, frozen=True):
    """A relation that only one side has; ``context`` marks the text from end to end.

    An end is ``None`` where a prediction refers to nothing.
    """

    document: str
    layer: Literal["relations"]
    error: LinkClass
    label: str
    head: Side | None
    tail: Side | None
    context: str
    reason: Unlinked | None = None


def link_rows(columns: Columns, errors: Errors) -> Iterator[ArgumentError | RelationError]:
    """The errors of a layer of links, in the order of documents and text."""
    golds, guesses = errors.gold.tolist(), errors.predicted.tolist()
    told = error_rows(columns, errors, np.arange(len(errors)))
    for gold, predicted, row in zip(golds, guesses, told, strict=True):
        table, at = errors.tables[gold < 0], max(gold, predicted)
        assert isinstance(table, LinkItems)
        first, second = table.ends_of(at)
        label = table.name(at)
        error: LinkClass = "missed" if gold >= 0 else "spurious"
        what = error, label
        reason = _reason(row, (first, second))
        if row.layer == "arguments" and first is not None:
            yield ArgumentError(
                row.document, "arguments", *what, first, second, row.context, reason
            )
        else:
            yield RelationError(
                row.document, "relations", *what, first, second, row.context, reason
            )


def _reason(row: ErrorRow, ends: tuple[Side | None, Side | None]) -> Unlinked | None:
    if row.reason == "unknown document":
        return "unknown document"
    if None in ends:
        return "reference to nothing"
    return None if all(end and end.spans for end in ends) else "quote not in the text"
