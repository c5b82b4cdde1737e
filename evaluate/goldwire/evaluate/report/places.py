"""Where gold and prediction stand in the text that is shown around an error."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from .model import ErrorRow, Side

__all__ = ["NOWHERE", "Piece", "has_place", "pieces", "placeless"]

NOWHERE = "(no place in the text)"
"""What stands for the context of an item that has none: a quote not found, an unknown document."""


class Piece(Struct, frozen=True):
    """A stretch of the context: in the gold's spans, in the prediction's, in both, in none."""

    text: str
    gold: bool
    predicted: bool


def has_place(row: ErrorRow) -> bool:
    """Whether the error stands in the text."""
    marked = row.gold or row.predicted
    return bool(marked and marked.spans and row.context) and "⟦⟧" not in row.context


def placeless(quote: str) -> str:
    """What stands for the context of an error without a place: its quote, where it has one."""
    return f"“{quote}” {NOWHERE}" if quote else NOWHERE


def pieces(row: ErrorRow) -> list[Piece]:
    """The context without its brackets, cut where gold or prediction begin and end.

    The brackets stand around the gold, or around the prediction where it is spurious. Where
    what they hold was shortened, only that one place can be told.
    """
    marked = row.gold or row.predicted
    if not has_place(row):
        return [Piece(placeless(marked.text if marked else ""), False, False)]
    before, _, rest = row.context.partition("⟦")
    inside, _, after = rest.rpartition("⟧")
    shown = before + inside + after
    if marked is None or not marked.spans or not inside:
        return [Piece(row.context, False, False)]
    start, end = marked.spans[0][0], marked.spans[-1][1]
    if len(inside) != end - start:
        kept = [(before, False), (inside, True), (after, False)]
        return [
            Piece(text, here and row.gold is not None, here and row.gold is None)
            for text, here in kept
            if text
        ]
    first = start - len(before)
    flags = [
        (_holds(row.gold, first + at), _holds(row.predicted, first + at))
        for at in range(len(shown))
    ]
    for edge, is_cut in ((0, shown[0] == "…"), (-1, shown[-1] == "…")):
        if is_cut:  # an ellipsis is no part of the text
            flags[edge] = (False, False)
    found = []
    at = 0
    for (gold, predicted), run in groupby(flags):
        size = len(list(run))
        found.append(Piece(shown[at : at + size], gold, predicted))
        at += size
    return found


def _holds(side: Side | None, position: int) -> bool:
    return side is not None and any(start <= position < end for start, end in side.spans)
