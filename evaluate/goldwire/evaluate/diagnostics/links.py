"""The errors of arguments and of relations one by one: both ends as items of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from ..columns import Columns
from ..errors.links import LinkItems
from ..errors.rows import Errors, error_rows
from ..report.model import Side

__all__ = ["ArgumentError", "RelationError", "link_rows"]

LinkClass = Literal["missed", "spurious"]


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
        if row.layer == "arguments" and first is not None:
            yield ArgumentError(row.document, "arguments", error, label, first, second, row.context)
        else:
            yield RelationError(row.document, "relations", error, label, first, second, row.context)
