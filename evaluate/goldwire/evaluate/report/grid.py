"""A table of numbers in plain characters, with headings over groups of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from goldwire.schema.positions import visible

__all__ = ["Column", "fit", "fitting", "grid"]

_GAP = 2
_SHORTEST = 6
"""Cells that are left to names where a terminal is very narrow."""


class Column(Struct, frozen=True):
    """A column of strings. Where there is no room, the highest ``drop`` goes first; 0 stays."""

    title: str
    cells: tuple[str, ...]
    group: str = ""
    drop: int = 0
    strong: bool = False

    def width(self) -> int:
        """Cells of the terminal that it needs."""
        return max(map(cell_len, (self.title, *self.cells)))


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns to show in ``width`` cells: none that is empty in every row, and none cut."""
    kept = [column for column in columns if column.drop == 0 or any(column.cells)]
    while len(kept) > 1 and _total(_widths(kept)) > width:
        last = max(range(len(kept)), key=lambda at: kept[at].drop)
        if not kept[last].drop:
            break
        del kept[last]
    return kept


def fit(text: str, width: int) -> str:
    """``text`` made harmless, in at most ``width`` cells, with an ellipsis where it was cut."""
    shown = visible(text)
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, max(0, width - 1)).rstrip() + "…" * (width > 0)


def grid(columns: Sequence[Column], width: int) -> Text:
    """The table of the columns that fit: the first left-aligned, the others right-aligned.

    Only the first column, of names, may be cut. All cells are harmless text already (see
    :func:`fit`).
    """
    kept = fitting(columns, width)
    widths = _widths(kept)
    widths[0] -= max(0, min(_total(widths) - width, widths[0] - _SHORTEST))
    text = Text(no_wrap=True, overflow="ignore")
    if any(column.group for column in kept):
        text.append(_groups(kept, widths) + "\n", "dim")
    text.append(_line([column.title for column in kept], widths) + "\n", "dim")
    text.append("─" * _total(widths) + "\n", "dim")
    for row in range(len(kept[0].cells)):
        start = len(text)
        text.append(_line([column.cells[row] for column in kept], widths) + "\n")
        for at, column in enumerate(kept):
            if column.strong:
                low = _offset(text.plain[start:], sum(widths[:at]) + _GAP * at)
                text.stylize("bold", start + low, start + low + widths[at])
    return text


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _widths(columns: Sequence[Column]) -> list[int]:
    """The width of each column; the first of a group is wider where its heading needs it."""
    widths = [column.width() for column in columns]
    for name, at, size in _runs(columns):
        widths[at] += max(0, cell_len(name) - _total(widths[at : at + size]))
    return widths


def _runs(columns: Sequence[Column]) -> Iterator[tuple[str, int, int]]:
    """Groups of neighbours: the heading, the first column, how many."""
    at = 0
    for name, members in groupby(columns, key=lambda column: column.group):
        size = len(list(members))
        yield name, at, size
        at += size


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = set_cell_size(fit(cells[0], widths[0]), widths[0])
    rest = (
        " " * (width - cell_len(cell)) + cell
        for cell, width in zip(cells[1:], widths[1:], strict=True)
    )
    return (" " * _GAP).join((first, *rest)).rstrip()


def _groups(columns: Sequence[Column], widths: Sequence[int]) -> str:
    """The headings of the groups, each centred in a rule over its columns."""
    parts: list[str] = []
    for name, at, size in _runs(columns):
        span = _total(widths[at : at + size])
        heading = f" {name} " if span > cell_len(name) + 2 else name
        parts.append(heading.center(span, "─" if span > cell_len(heading) + 1 else " "))
        if not name:
            parts[-1] = " " * span
    return (" " * _GAP).join(parts).rstrip()


def _offset(line: str, cells: int) -> int:
    """The index of the character that begins at a cell."""
    used = 0
    for at, char in enumerate(line):
        if used >= cells:
            return at
        used += cell_len(char)
    return len(line)
