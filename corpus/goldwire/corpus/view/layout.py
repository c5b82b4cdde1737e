"""Text to lines of character cells, and marks to rows that do not collide: pure, no colours."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex
from msgspec import Struct

from goldwire.schema.document import Zone
from goldwire.schema.positions import visible

__all__ = ["Extent", "Line", "stack", "stands_alone", "text_lines", "wrap", "zones_between"]


class Line(Struct, frozen=True):
    """A stretch of text shown on one line.

    ``start`` and ``end`` are code points; ``first`` tells a line of the text from its
    continuations. ``left`` and ``right`` hold, for each code point of the line, the cells where
    the user-perceived character that it belongs to begins and ends.
    """

    start: int
    end: int
    first: bool
    left: tuple[int, ...]
    right: tuple[int, ...]

    @property
    def width(self) -> int:
        """Cells of the whole line."""
        return self.right[-1] if self.right else 0

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """The cells under ``start:end`` (code points, inside the line), at least one."""
        low = self.left[start - self.start]
        return low, max(low + 1, self.right[end - self.start - 1])


def text_lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line of the text, line ends (LF, CR LF) left out."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        yield start, end - (end > start and end < len(text) and text[end - 1] == "\r")
        start = end + 1


def wrap(text: str, width: int) -> list[Line]:
    """Lines of at most ``width`` cells, broken after blanks, hyphens, and wide characters.

    A user-perceived character (UAX #29) is never cut, and blanks hang over the edge. Cells are
    counted as rich counts them, and of the text as :func:`visible` shows it.
    """
    shown = visible(text)
    return [
        line
        for start, end in text_lines(text)
        for line in _wrap(_characters(shown, start, end), start, width)
    ]


class _Character(NamedTuple):
    start: int
    end: int
    cells: int
    blank: bool
    may_break: bool


def _characters(shown: str, start: int, end: int) -> list[_Character]:
    from rich.cells import cell_len

    found = []
    for match in regex.finditer(r"\X", shown, pos=start, endpos=end):
        low, high = match.span()
        cells = cell_len(match[0])
        blank = match[0] == " "
        if not cells and low == start and stands_alone(match[0]):
            cells = 1
        may_break = blank or cells == 2 or match[0] in _BREAKS
        found.append(_Character(low, high, cells, blank, may_break))
    return found


_BREAKS = frozenset("-–—/\u200b")


def stands_alone(text: str) -> bool:
    """Whether the text starts with a combining mark, which needs a base to be seen on."""
    return unicodedata.category(text[0]).startswith("M") if text else False


def _wrap(characters: list[_Character], start: int, width: int) -> Iterator[Line]:
    if not characters:
        yield Line(start, start, True, (), ())
        return
    begin = chance = column = at = 0
    first = True
    while at < len(characters):
        here = characters[at]
        if column + here.cells > width and not here.blank and at > begin:
            cut = chance if chance > begin else at
            yield _line(characters[begin:cut], first)
            begin = at = cut
            column, first = 0, False
            continue
        column += here.cells
        at += 1
        if here.may_break:
            chance = at
    yield _line(characters[begin:], first)


def _line(characters: Sequence[_Character], first: bool) -> Line:
    left: list[int] = []
    right: list[int] = []
    column = 0
    for low, high, cells, _, _ in characters:
        left.extend([column] * (high - low))
        column += cells
        right.extend([column] * (high - low))
    return Line(characters[0].start, characters[-1].end, first, tuple(left), tuple(right))


class Extent(Struct, frozen=True):
    """The place a mark takes on a line: what it covers, and with its label."""

    start: int
    end: int
    low: int
    high: int


def stack(extents: Sequence[Extent]) -> list[int]:
    """A row for each extent, from 0: no two of a row touch, and outer lies below inner.

    Shorter ones come first and so lie nearer to the text; each takes the first row that is
    free of others and below all that it covers.
    """
    rows: list[list[tuple[int, int, int, int]]] = []
    placed = [0] * len(extents)
    order = sorted(
        range(len(extents)), key=lambda at: (extents[at].end - extents[at].start, extents[at].low)
    )
    for at in order:
        extent = extents[at]
        row = 0
        for below in range(len(rows) - 1, -1, -1):
            if _meets(rows[below], extent.start, extent.end, covered=True):
                row = below + 1
                break
        while row < len(rows) and _meets(rows[row], extent.low, extent.high, covered=False):
            row += 1
        if row == len(rows):
            rows.append([])
        key = (extent.low, extent.high, extent.start, extent.end)
        rows[row].insert(bisect_left(rows[row], key), key)
        placed[at] = row
    return placed


def _meets(row: list[tuple[int, int, int, int]], low: int, high: int, *, covered: bool) -> bool:
    """Whether ``low:high`` overlaps what is in the row: the text covered, or label and all."""
    # Extents of a row are apart, so only the last two that begin before the end can meet it.
    at = bisect_left(row, (high, 0, 0, 0))
    for taken in reversed(row[max(0, at - 2) : at]):
        start, end = taken[2:] if covered else taken[:2]
        if start < high and low < end:
            return True
    return False


def zones_between(zones: Sequence[Zone], start: int, end: int) -> list[Zone]:
    """The zones that have text between two offsets, in text order.

    ``zones`` may come in any order; those of one line are few.
    """
    return sorted(
        (z for z in zones if any(low < end and start < high for low, high in z.spans)),
        key=lambda zone: zone.spans[:1],
    )
