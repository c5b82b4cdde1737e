"""An annotated article for the terminal: brackets with labels under the text, tables below.

Nothing depends on colour: each layer has bracket strokes of its own, and labels are words.
All text goes through :func:`goldwire.schema.positions.visible`, so that none of it can
move the cursor, change colours, or turn the direction of what follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from goldwire.schema.document import LAYERS, Document, Zone
from goldwire.schema.positions import visible

from .brackets import SHAPES, Stroke, brackets, marks_by_line
from .layout import Line, stands_alone, wrap, zones_between
from .margin import margin_names, margin_signs, margin_width
from .marks import Mark, chosen_layers, drawn_layers, make_marks, signs
from .sections import Cell, Piece, Section, make_sections

__all__ = ["render_terminal"]

_STYLES = {
    "person": "blue", "body": "magenta", "place": "green", "thing": "yellow", "time": "cyan",
    "quantity": "yellow", "event": "bold red", "speech": "blue",
}  # fmt: skip

_NAMES = {
    "mentions": "mention", "times": "time", "quantities": "quantity", "events": "event",
    "attributions": "attribution",
}  # fmt: skip

_NARROWEST = 24
_INDENT = 5
_GAP = 3


def render_terminal(
    document: Document, *, layers: Sequence[str] | None = None, width: int = 100
) -> Group:
    """The article with its marks, then a table for each layer that has items.

    ``layers`` limits both; by default mentions, times, quantities, and events are drawn and all
    tables shown. ``width`` is in cells. Raises ``UnknownName`` for a layer nobody knows.
    """
    chosen, drawn = chosen_layers(layers), drawn_layers(layers)
    marks = make_marks(document, drawn)
    margin = margin_width(document.zones) if width >= 2 * _NARROWEST else 0
    lines = wrap(document.text.rstrip("\n"), max(_NARROWEST, width - margin))
    names = margin_names(document.zones, lines, margin)
    parts: list[RenderableType] = [_header(document, width)]
    if entries := [*_strokes(marks), *signs(marks), *margin_signs(names)]:
        parts.append(_legend(entries, width))
    parts.append(_article(document, lines, names, marks, max(_NARROWEST, width - margin)))
    parts.extend(_table(section, width) for section in make_sections(document, chosen))
    return Group(*parts)


def _header(document: Document, width: int) -> Text:
    meta, rights, work = document.metadata, document.rights, document.annotation
    passed_on = "may be passed on" if rights.redistributable else "may not be passed on"
    told: list[list[str | None]] = [
        [document.id, work.status, document.schema, document.language,
         f"{len(document.text):,} characters"],
        [meta.publisher, meta.agency and f"agency {meta.agency}",
         f"by {', '.join(meta.bylines)}" if meta.bylines else None],
        [meta.published and f"published {meta.published}",
         meta.updated and f"updated {meta.updated}",
         f"document creation time {meta.dct or 'not known'}"],
        [f"licence {rights.licence or 'not stated'}", passed_on,
         rights.holder and f"held by {rights.holder}"],
        [f"complete layers: {_complete(work.layers)}"],
    ]  # fmt: skip
    header = Text(overflow="fold")
    header.append(visible(meta.headline or "Without headline") + "\n", "bold")
    for facts in told:
        line = " · ".join(visible(fact) for fact in facts if fact)
        if line:
            header.append(line + "\n", "dim")
    header.append("─" * width, "dim")
    return header


def _complete(layers: Sequence[str]) -> str:
    if set(LAYERS) <= set(layers):
        return "all"
    return ", ".join(layers) or "none"


def _strokes(marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """The strokes in use, each with what it says."""
    layers = {mark.layer for mark in marks}
    found = [(f"{left}{line}{right}", _NAMES[layer]) for layer, (left, line, right, _) in
             SHAPES.items() if layer in layers]  # fmt: skip
    return [*found, ("┄", "goes on")] if marks else []


def _legend(entries: Sequence[tuple[str, str]], width: int) -> Text:
    legend, used = "", 0
    for sign, name in entries:
        entry = f"{sign} {name}"
        if used and used + 3 + cell_len(entry) > width:
            legend, used = f"{legend}\n", 0
        legend += f"   {entry}" if used else entry
        used += cell_len(entry) + (3 if used else 0)
    return Text(f"{legend}\n", "dim")


def _article(
    document: Document,
    lines: Sequence[Line],
    names: Sequence[str],
    marks: Sequence[Mark],
    room: int,
) -> Text:
    """The lines beside their names, and the brackets under them; ``room`` is without the margin."""
    shown = visible(document.text)
    article = Text(no_wrap=True, overflow="ignore")
    by_line = marks_by_line(lines, marks)
    for line, name, on_line in zip(lines, names, by_line, strict=True):
        if line.start < line.end:
            zones = zones_between(document.zones, line.start, line.end)
            article.append(name, "dim")
            article.append_text(_line(shown, line, zones, on_line))
        article.append("\n")
        for row in brackets(line, on_line, room):
            article.append(" " * cell_len(name))
            _append_row(article, row)
            article.append("\n")
    return article


def _line(shown: str, line: Line, zones: Sequence[Zone], marks: Sequence[Mark]) -> Text:
    """The text of a line: unscored zones dimmed, marked words in the colour of the inmost."""
    text = Text("◌") if stands_alone(shown[line.start : line.end]) else Text()
    shift = len(text) - line.start
    text.append(shown[line.start : line.end].rstrip(" "))
    for mark in sorted(marks, key=lambda mark: mark.start - mark.end):
        if mark.layer == "attributions":
            continue
        for start, end in mark.spans:
            low, high = max(start, line.start), min(end, line.end)
            text.stylize(_STYLES[mark.tone], max(0, low + shift), max(0, high + shift))
    for zone in zones:
        if not zone.scored:
            for start, end in zone.spans:
                text.stylize("dim", max(0, start + shift), max(0, end + shift))
    return text


def _append_row(article: Text, row: Sequence[Stroke]) -> None:
    column = 0
    for stroke in row:
        article.append(" " * (stroke.column - column))
        article.append(visible(stroke.text), _STYLES[stroke.mark.tone])
        column = stroke.column + cell_len(visible(stroke.text))


def _table(section: Section, width: int) -> Group:
    """A heading, and the rows in tables of equal columns, cut where lines below a row stand."""
    widths = _widths(section, width)
    parts: list[RenderableType] = [Text(f"\n{visible(section.title)}", "bold")]
    table = _columns(section, widths, width, header=bool(section.columns))
    for row in section.rows:
        table.add_row(*map(_cell, row.cells))
        if row.below:
            lines = [Padding(_cell(cell), (0, 0, 0, _INDENT)) for cell in row.below]
            parts += [table, *lines]
            table = _columns(section, widths, width, header=False)
    if table.row_count:
        parts.append(table)
    return Group(*parts)


def _columns(section: Section, widths: Sequence[int], width: int, *, header: bool) -> Table:
    form = not section.columns
    table = Table(
        box=SIMPLE_HEAD if header else None, width=width, show_header=header, show_edge=False,
        padding=(0, _GAP - header, 0, 0), pad_edge=False, header_style="dim",
    )  # fmt: skip
    names = section.columns or ("", "")
    for name, cells in zip(names[:-1], widths, strict=True):
        table.add_column(Text(name), overflow="fold", width=cells, style="dim" if form else "")
    table.add_column(Text(names[-1]), overflow="fold", ratio=1)
    return table


def _widths(section: Section, width: int) -> list[int]:
    """Cells of all columns but the last, which keeps a quarter of the width at least."""
    names = section.columns or ("", "")
    rows = [tuple((Piece(name),) for name in names), *(row.cells for row in section.rows)]
    widths = [
        max(1, min(width // 3, max(_cell(cells[at]).cell_len for cells in rows)))
        for at in range(len(names) - 1)
    ]
    room = width - width // 4 - _GAP * len(widths)
    while sum(widths) > max(room, len(widths)):
        widths[widths.index(max(widths))] -= 1
    return widths


def _cell(cell: Cell) -> Text:
    text = Text(overflow="fold")
    for piece in cell:
        text.append(visible(piece.text), "dim" if piece.dim else "")
    return text
