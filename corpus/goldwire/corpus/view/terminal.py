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
from rich.table import Table
from rich.text import Text

from goldwire.schema.document import LAYERS, Document, Zone
from goldwire.schema.positions import cut, visible

from .brackets import SHAPES, Stroke, brackets, marks_by_line
from .layout import Line, stands_alone, wrap, zones_between
from .marks import Mark, chosen_layers, drawn_layers, make_marks, subscript
from .sections import Cell, Section, make_sections

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


def render_terminal(
    document: Document, *, layers: Sequence[str] | None = None, width: int = 100
) -> Group:
    """The article with its marks, then a table for each layer that has items.

    ``layers`` limits both; by default mentions, times, quantities, and events are drawn and all
    tables shown. ``width`` is in cells. Raises ``UnknownName`` for a layer nobody knows.
    """
    chosen, drawn = chosen_layers(layers), drawn_layers(layers)
    marks = make_marks(document, drawn)
    parts: list[RenderableType] = [_header(document, width)]
    if marks:
        parts.append(_legend(marks, width))
    parts.append(_article(document, marks, width))
    parts.extend(_table(section, width) for section in make_sections(document, chosen))
    return Group(*parts)


def _header(document: Document, width: int) -> Text:
    meta, rights, work = document.metadata, document.rights, document.annotation
    passed_on = "may be passed on" if rights.redistributable else "may not be passed on"
    told: list[list[str | None]] = [
        [document.id, work.status, document.schema, document.language,
         f"{len(document.text):,} characters"],
        [meta.publisher, meta.published and f"published {meta.published}",
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


def _legend(marks: Sequence[Mark], width: int) -> Text:
    """One line that names the strokes in use."""
    layers = dict.fromkeys(mark.layer for mark in marks)
    parts = [(f"{left}{line}{right}", _NAMES[layer]) for layer, (left, line, right, _) in
             SHAPES.items() if layer in layers]  # fmt: skip
    parts.append(("┄", "goes on"))
    if any("¬" in mark.label for mark in marks):
        parts.append(("¬", "negated"))
    if any(mark.label.startswith("(") for mark in marks):
        parts.append(("( )", "optional"))
    if any(subscript(1)[0] <= mark.label[-1] <= "₉" for mark in marks):
        parts.append((f"{subscript(1)}{subscript(2)}", "number in the tables"))
    legend, used = "", 0
    for sign, name in parts:
        entry = f"{sign} {name}"
        if used and used + 3 + cell_len(entry) > width:
            legend, used = f"{legend}\n", 0
        legend += f"   {entry}" if used else entry
        used += cell_len(entry) + (3 if used else 0)
    return Text(f"{legend}\n", "dim")


def _article(document: Document, marks: Sequence[Mark], width: int) -> Text:
    kinds = [cell_len(visible(zone.kind)) for zone in document.zones]
    margin = min(14, max(kinds, default=0) + 2) if width >= 2 * _NARROWEST else 0
    room = max(_NARROWEST, width - margin)
    lines = wrap(document.text.rstrip("\n"), room)
    shown = visible(document.text)
    article = Text(no_wrap=True, overflow="ignore")
    seen: set[str] = set()
    by_line = marks_by_line(lines, marks)
    for line, on_line in zip(lines, by_line, strict=True):
        zones = zones_between(document.zones, line.start, line.end)
        new = [zone for zone in zones if zone.id not in seen]
        seen.update(zone.id for zone in new)
        if line.start < line.end:
            article.append(_margin(new, margin), "dim")
            article.append_text(_line(shown, line, zones, on_line))
        article.append("\n")
        for row in brackets(line, on_line, room):
            article.append(" " * margin)
            _append_row(article, row)
            article.append("\n")
    return article


def _margin(new: Sequence[Zone], margin: int) -> str:
    """The kind of the zones that begin on a line, at most the last of them where it is short."""
    if not new or not margin:
        return " " * margin
    kinds = dict.fromkeys(visible(zone.kind) for zone in new)
    name = "+".join(kinds)
    if cell_len(name) > margin - 1:
        name = cut(next(iter(kinds)), margin - 2) + ("+" if len(kinds) > 1 else "")
    return name + " " * (margin - cell_len(name))


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
    form = not section.columns
    columns = section.columns or ("", "")
    table = Table(
        box=None if form else SIMPLE_HEAD, width=width, show_header=not form, show_edge=False,
        padding=(0, 2, 0, 0), pad_edge=False, header_style="dim",
    )  # fmt: skip
    for name in columns[:-1]:
        table.add_column(Text(name), overflow="fold", max_width=width // 3,
                         style="dim" if form else "")  # fmt: skip
    table.add_column(Text(columns[-1]), overflow="fold", ratio=1, min_width=width // 4)
    for row in section.rows:
        table.add_row(*map(_cell, row.cells))
    return Group(Text(f"\n{visible(section.title)}", "bold"), table)


def _cell(cell: Cell) -> Text:
    text = Text(overflow="fold")
    for piece in cell:
        text.append(visible(piece.text), "dim" if piece.dim else "")
    return text
