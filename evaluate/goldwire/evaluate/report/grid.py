"""A table of numbers in plain characters, with headings over groups of columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from goldwire.schema.positions import visible

__all__ = ["Column", "fit", "grid"]

_GAP = 2


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


def fit(text: str, width: int) -> str:
    """``text`` made harmless, in at most ``width`` cells, with an ellipsis where it was cut."""
    shown = visible(text)
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, max(0, width - 1)).rstrip() + "…" * (width > 0)


def grid(columns: Sequence[Column], width: int) -> Text:
    """The table: the first column left-aligned and cut to fit, the others right-aligned.

    All cells are harmless text already (see :func:`fit`).
    """
    kept = list(columns)
    while _needed(kept) > width and (at := max(range(len(kept)), key=lambda i: kept[i].drop)):
        if not kept[at].drop:
            break
        del kept[at]
    spare = width - _needed(kept[1:]) - _GAP
    first = max(6, min(kept[0].width(), spare))
    widths = [first, *(column.width() for column in kept[1:])]
    text = Text(no_wrap=True, overflow="crop")
    if any(column.group for column in kept):
        text.append(_groups(kept, widths) + "\n", "dim")
    text.append(_line([column.title for column in kept], widths) + "\n", "dim")
    text.append("─" * (sum(widths) + _GAP * (len(widths) - 1)) + "\n", "dim")
    for row in range(len(kept[0].cells)):
        start = len(text)
        text.append(_line([column.cells[row] for column in kept], widths) + "\n")
        for at, column in enumerate(kept):
            if column.strong:
                low = _offset(text.plain[start:], sum(widths[:at]) + _GAP * at)
                text.stylize("bold", start + low, start + low + widths[at])
    return text


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width() for column in columns) + _GAP * (len(columns) - 1)


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
    at = 0
    for name, members in groupby(columns, key=lambda column: column.group):
        size = len(list(members))
        span = sum(widths[at : at + size]) + _GAP * (size - 1)
        heading = f" {fit(name, span - 4)} " if span > 6 else ""
        parts.append(heading.center(span, "─") if name else " " * span)
        at += size
    return (" " * _GAP).join(parts).rstrip()


def _offset(line: str, cells: int) -> int:
    """The index of the character that begins at a cell."""
    used = 0
    for at, char in enumerate(line):
        if used >= cells:
            return at
        used += cell_len(char)
    return len(line)
