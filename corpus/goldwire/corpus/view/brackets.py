"""Brackets with labels under a line of text: each layer has strokes of its own.

``└ORG₂┘`` is a mention, ``╚DATE╝`` a time, ``╰count╯`` a quantity, ``┗ATTACK₁┛`` an event,
``╘indirect╛`` an attribution. A label that does not fit between its brackets stands beside
them. ``┄`` says that the item goes on: over the gap to its next fragment, or on another line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from msgspec import Struct
from rich.cells import cell_len

from .layout import Extent, Line, stack
from .marks import Mark

__all__ = ["SHAPES", "Stroke", "brackets", "marks_by_line"]

SHAPES = {
    "mentions": ("└", "─", "┘", "╵"),
    "times": ("╚", "═", "╝", "║"),
    "quantities": ("╰", "─", "╯", "╵"),
    "events": ("┗", "━", "┛", "╹"),
    "attributions": ("╘", "═", "╛", "╵"),
}
"""Left end, line, right end, and the stroke under a single cell, by layer."""

_GOES_ON = "┄"


class Stroke(Struct, frozen=True):
    """Something to draw from a column on, in the style of its mark."""

    column: int
    text: str
    mark: Mark


class _Piece(Struct, frozen=True):
    """One fragment on one line, in cells; open where it goes on on another line."""

    low: int
    high: int
    open_left: bool
    open_right: bool


def marks_by_line(lines: Sequence[Line], marks: Sequence[Mark]) -> list[list[Mark]]:
    """For each line the marks with text on it, in the order of ``marks``."""
    starts = [line.start for line in lines]
    found: list[list[Mark]] = [[] for _ in lines]
    for mark in marks:
        for start, end in mark.spans:
            first = max(0, bisect_right(starts, start) - 1)
            for at in range(first, bisect_left(starts, end)):
                line = lines[at]
                touches = start < line.end and line.start < end
                if touches and not (found[at] and found[at][-1] is mark):
                    found[at].append(mark)
    return found


def brackets(line: Line, marks: Sequence[Mark], width: int) -> list[list[Stroke]]:
    """Rows of strokes for the marks of a line, from left to right, none over another."""
    drawn = [_draw(mark, _label(line, mark), _pieces(line, mark), width) for mark in marks]
    rows: list[list[Stroke]] = []
    for (_, strokes), row in zip(drawn, stack([extent for extent, _ in drawn]), strict=True):
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend(strokes)
    return [sorted(row, key=lambda stroke: stroke.column) for row in rows]


def _label(line: Line, mark: Mark) -> str:
    """The label, with a sign that other fragments stand on lines before or after."""
    before = any(end <= line.start for _, end in mark.spans)
    after = any(start >= line.end for start, _ in mark.spans)
    return f"{_GOES_ON * before}{mark.label}{_GOES_ON * after}"


def _pieces(line: Line, mark: Mark) -> list[_Piece]:
    pieces: list[_Piece] = []
    for start, end in mark.spans:
        low, high = max(start, line.start), min(end, line.end)
        if low >= high:
            continue
        left, right = line.columns(low, high)
        if pieces and left < pieces[-1].high:  # two fragments in one character
            continue
        pieces.append(_Piece(left, right, start < low, end > high))
    return pieces


def _draw(
    mark: Mark, label: str, pieces: Sequence[_Piece], width: int
) -> tuple[Extent, list[Stroke]]:
    """The strokes of a mark on a line and the place that they take, one blank included."""
    shape = SHAPES.get(mark.layer, SHAPES["mentions"])
    size = cell_len(label)
    widest = max(pieces, key=lambda piece: piece.high - piece.low)
    inside = widest.high - widest.low >= size + 2
    strokes: list[Stroke] = []
    for at, piece in enumerate(pieces):
        if at and piece.low > pieces[at - 1].high:
            gap = _GOES_ON * (piece.low - pieces[at - 1].high)
            strokes.append(Stroke(pieces[at - 1].high, gap, mark))
        within = label if inside and piece is widest else ""
        strokes.append(Stroke(piece.low, _bracket(piece, shape, within), mark))
    start, end = pieces[0].low, pieces[-1].high
    low, high = start, end
    if not inside:
        if end + size > width and start >= size:
            low = start - size
            strokes.insert(0, Stroke(low, label, mark))
        else:
            high = end + size
            strokes.append(Stroke(end, label, mark))
    return Extent(start, end, low, high + 1), strokes


def _bracket(piece: _Piece, shape: tuple[str, str, str, str], label: str) -> str:
    left, line, right, single = shape
    size = piece.high - piece.low
    if size == 1:
        return _GOES_ON if piece.open_left or piece.open_right else single
    left = _GOES_ON if piece.open_left else left
    right = _GOES_ON if piece.open_right else right
    room = size - 2 - cell_len(label)
    return f"{left}{line * (room // 2)}{label}{line * (room - room // 2)}{right}"
