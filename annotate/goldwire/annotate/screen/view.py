"""What the screen shows, as styled pieces of lines: pure, and only of the lines that are seen.

A line of the article takes two rows: above it letters for words and the labels of what begins
there, then the text itself, underlined where an item stands and doubly where one stands in
another. So neither nesting nor overlap hangs on colour, and no mark ever moves the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.style import Style

from goldwire.corpus.view.layout import Line, wrap
from goldwire.corpus.view.marks import subscript, tone_of
from goldwire.schema.document import LAYERS, Document, Span, Zone
from goldwire.schema.positions import cut, visible

from ..edits import TYPE_FIELDS
from .labeller import Labeller, Row
from .marking import open_suggestions

__all__ = ["Article", "Keys", "Piece", "folded", "foot", "head", "pane"]

Piece = tuple[str, Style]
"""Some text of a row and how it looks."""

_TONES = {
    "person": "blue", "body": "magenta", "place": "green", "thing": "yellow", "time": "cyan",
    "quantity": "yellow", "event": "red", "speech": "blue",
}  # fmt: skip
_PLAIN = Style()
_TONE = {name: Style(color=colour) for name, colour in _TONES.items()}
_UNDER = (Style(), Style(underline=True), Style(underline2=True))
_HINT = Style(bold=True, reverse=True)
_FOCUS = Style(bold=True)
_DIM = Style(dim=True)
_CHOSEN = Style(reverse=True)
_SUGGESTED = Style(italic=True, overline=True)
_STYLES = {
    "": _PLAIN, "dim": _DIM, "bold": _FOCUS, "bold reverse": _HINT, "suggestion": _SUGGESTED,
    "mentions": _PLAIN, "times": _TONE["time"], "quantities": _TONE["quantity"],
    "events": _TONE["event"], "attributions": _TONE["speech"],
}  # fmt: skip


class _Drawn(Struct, frozen=True):
    """A fragment of an item: its label where it begins the item, its layer's or type's style."""

    start: int
    end: int
    label: str
    style: Style
    name: tuple[int, str, int]
    """Its layer, its item, and its number in that: what decides between equal places."""


class _Overlaps(Struct, frozen=True):
    """What a line shows beside its text: a row with equal ones looks the same."""

    drawn: tuple[tuple[_Drawn, int], ...]
    """Fragments on the line, outer before inner, with how deep they lie in others."""
    scored: tuple[Span, ...]
    focus: Span | None
    chosen: tuple[Span, ...]
    suggested: tuple[Span, ...]
    hints: tuple[tuple[int, str], ...]


class Article:
    """The article at a width: its lines, and what is drawn on them."""

    def __init__(self, width: int) -> None:
        self.width = max(10, width)
        self._text: str | None = None
        self._lines: list[Line] = []
        self._starts: list[int] = []
        self._layers: dict[str, tuple[Any, ...]] = {}
        self._fragments: dict[str, dict[int, tuple[Any, tuple[_Drawn, ...]]]] = {}
        self._document: Document | None = None
        self._layer = ""
        self._drawn: dict[int, list[tuple[_Drawn, int]]] = {}
        self._zones: tuple[Zone, ...] | None = None
        self._scored: dict[int, list[Span]] = {}
        self._rows: dict[int, tuple[_Overlaps, list[Piece]]] = {}
        self._now: tuple[Span, list[Span], list[Span], dict[int, str]] = ((0, 0), [], [], {})

    def prepare(self, labeller: Labeller) -> None:
        """Wrap the text, once; find what is drawn on which line, after an edit; and look at the
        labeller, before every frame."""
        document = labeller.document
        if self._text != document.text:
            self._text = document.text
            self._lines = wrap(document.text, self.width)
            self._starts = [line.start for line in self._lines]
            self._rows, self._drawn = {}, {}
            self._layers, self._fragments = {}, {}
        if self._document is not document or self._layer != labeller.layer:
            self._document, self._layer = document, labeller.layer
            self._redraw(document)
        if self._zones != document.zones:
            self._zones = document.zones
            spans = [span for zone in document.zones if zone.scored for span in zone.spans]
            self._scored = {}
            for span in spans if document.zones else [(0, len(document.text))]:
                for line in self._lines_of(*span):
                    self._scored.setdefault(line, []).append(span)
        focus = labeller.stretch
        self._now = (
            (focus.start, focus.end),
            labeller.mode.chosen(),
            [
                (int(low), int(high))
                for each in open_suggestions(labeller, focus)
                for low, high in each.item.get("spans", ())
            ],
            labeller.mode.hints(),
        )

    def _redraw(self, document: Document) -> None:
        """Find what is drawn on the lines where something has changed."""
        layers = ["mentions", "times", "quantities", "events"]
        if self._layer == "attributions":
            layers.append(self._layer)
        elif self._layer == "zones":
            layers = [self._layer]
        gone: list[_Drawn] = []
        new: list[_Drawn] = []
        for layer in {*self._layers, *layers}:
            items = getattr(document, layer) if layer in layers else ()
            if self._layers.get(layer, ()) is not items:
                self._compare(layer, items, gone, new)
                self._layers[layer] = items
        lines = {line for drawn in (*gone, *new) for line in self._lines_of(drawn.start, drawn.end)}
        dropped = {id(drawn) for drawn in gone}
        # What shares a line with a change may lie deeper, or less deep, on its other lines, too.
        there: dict[int, _Drawn] = {}
        more = lines
        while more:
            found = {id(drawn): drawn for line in more for drawn, _ in self._drawn.get(line, ())}
            there |= found
            more = {
                line for drawn in found.values() for line in self._lines_of(drawn.start, drawn.end)
            } - lines
            lines |= more
        for line in lines:
            self._drawn[line] = []
        kept = [drawn for name, drawn in there.items() if name not in dropped]
        for pair in _nested([*kept, *new]):
            for line in self._lines_of(pair[0].start, pair[0].end):
                self._drawn[line].append(pair)

    def _compare(
        self, layer: str, items: tuple[Any, ...], gone: list[_Drawn], new: list[_Drawn]
    ) -> None:
        """Add the fragments that a layer has lost and got; those of an item that stays are kept."""
        before, after = self._fragments.get(layer, {}), {}
        for item in items:
            known = before.pop(id(item), None)
            if known is None or known[0] is not item:
                if known is not None:
                    gone += known[1]
                known = item, _fragments_of(layer, item)
                new += known[1]
            after[id(item)] = known
        for _, fragments in before.values():
            gone += fragments
        self._fragments[layer] = after

    def _lines_of(self, start: int, end: int) -> range:
        return range(self.line_of(start), self.line_of(max(start, end - 1)) + 1)

    @property
    def height(self) -> int:
        """Rows of the whole article."""
        return 2 * len(self._lines)

    def line_of(self, offset: int) -> int:
        """The number of the line that holds an offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def rows_of(self, start: int, end: int) -> tuple[int, int]:
        """The first row of a stretch of text, and the one behind its last."""
        return 2 * self.line_of(start), 2 * self.line_of(max(start, end - 1)) + 2

    def offset_at(self, row: int, column: int) -> int | None:
        """The code point at a cell of the article."""
        if not 0 <= row // 2 < len(self._lines):
            return None
        line = self._lines[row // 2]
        at = bisect_right(line.left, column) - 1
        if at < 0 or column >= line.width:
            return None
        at = bisect_left(line.left, line.left[at])  # the first of those that share a cell
        return line.start + at

    def row(self, number: int) -> list[Piece]:
        """The pieces of a row as the labeller stood when ``prepare`` was called."""
        if not 0 <= number < self.height:
            return []
        at, below = divmod(number, 2)
        line = self._lines[at]
        overlaps = self._overlaps(at, line)
        known = self._rows.get(number)
        if known is not None and known[0] == overlaps:
            return known[1]
        pieces = self._words(line, overlaps) if below else self._above(line, overlaps)
        self._rows[number] = overlaps, pieces
        return pieces

    def _overlaps(self, at: int, line: Line) -> _Overlaps:
        focus, chosen, suggested, hints = self._now

        def meets(span: Span) -> bool:
            return span[0] < line.end and line.start < span[1]

        return _Overlaps(
            tuple(self._drawn.get(at, ())),
            tuple(self._scored.get(at, ())),
            focus if meets(focus) else None,
            tuple(span for span in chosen if meets(span)),
            tuple(span for span in suggested if meets(span)),
            tuple(pair for pair in hints.items() if line.start <= pair[0] < line.end),
        )

    def _words(self, line: Line, overlaps: _Overlaps) -> list[Piece]:
        styles: list[Style] = [_DIM] * (line.end - line.start)
        for low, high in overlaps.scored:
            _paint(styles, line, low, high, _PLAIN)
        if overlaps.focus:
            _paint(styles, line, *overlaps.focus, _FOCUS)
        for drawn, depth in overlaps.drawn:  # outer before inner: the inner one decides
            style = drawn.style + _UNDER[min(depth, 2)]
            _paint(styles, line, drawn.start, drawn.end, style, add=True)
        for low, high in overlaps.suggested:
            _paint(styles, line, low, high, _SUGGESTED, add=True)
        for low, high in overlaps.chosen:
            _paint(styles, line, low, high, _CHOSEN, add=True)
        return _runs(visible((self._text or "")[line.start : line.end]), styles)

    def _above(self, line: Line, overlaps: _Overlaps) -> list[Piece]:
        placed: dict[int, tuple[str, Style]] = {}
        hinted = {line.columns(offset, offset + 1)[0]: name for offset, name in overlaps.hints}
        tags: dict[int, list[_Drawn]] = {}
        for drawn, _ in overlaps.drawn:
            if drawn.label and line.start <= drawn.start < line.end:
                column = line.columns(drawn.start, drawn.start + 1)[0]
                tags.setdefault(column, []).append(drawn)
        stops = sorted({*hinted, *tags})
        for column, name in hinted.items():
            placed[column] = name, _HINT
        for column, begun in tags.items():
            at = column + cell_len(hinted.get(column, ""))
            after = [stop for stop in stops if stop > column]
            room = (after[0] if after else self.width) - at - (1 if after else 0)
            label = "·".join(drawn.label for drawn in begun)
            if room > 1:
                shown = label if cell_len(label) <= room else set_cell_size(label, room - 1) + "…"
                placed[at] = shown, begun[-1].style
        return _laid(placed)


def _fragments_of(layer: str, item: Any) -> tuple[_Drawn, ...]:
    """What is drawn of an item: its label is its type, and the number of its chain."""
    label = getattr(item, TYPE_FIELDS[layer])
    chain = getattr(item, "entity", None) or getattr(item, "hopper", None) or ""
    digits = "".join(sign for sign in chain if sign.isdecimal())
    shown = cut(label, 22) + (subscript(int(digits)) if digits else "")
    if getattr(item, "polarity", None) == "negative":
        shown = f"¬{shown}"
    tone = _TONE[_LAYER_TONES[layer]] if layer in _LAYER_TONES else _TONE[tone_of(label)]
    shown = visible(f"({shown})" if item.optional else shown)
    return tuple(
        _Drawn(low, high, "" if number else shown, tone, (LAYERS.index(layer), item.id, number))
        for number, (low, high) in enumerate(item.spans)
    )


_LAYER_TONES = {
    "times": "time", "quantities": "quantity", "events": "event", "attributions": "speech",
    "zones": "speech",
}  # fmt: skip


def _nested(fragments: Sequence[_Drawn]) -> list[tuple[_Drawn, int]]:
    """Fragments in text order, outer before inner, with how deep they lie in others, from 1."""
    open_: list[int] = []
    found = []
    for drawn in sorted(fragments, key=lambda each: (each.start, -each.end, each.name)):
        while open_ and open_[-1] <= drawn.start:
            open_.pop()
        depth = sum(end > drawn.start for end in open_) + 1
        found.append((drawn, depth))
        open_.append(drawn.end)
    return found


def _paint(
    styles: list[Style], line: Line, start: int, end: int, style: Style, *, add: bool = False
) -> None:
    low, high = max(start, line.start) - line.start, min(end, line.end) - line.start
    if not add:
        styles[low:high] = [style] * (high - low)
        return
    for at in range(low, high):
        styles[at] = styles[at] + style


def _runs(text: str, styles: Sequence[Style]) -> list[Piece]:
    """Text in pieces of one style each."""
    found: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or (styles[at] is not styles[begin] and styles[at] != styles[begin]):
            found.append((text[begin:at], styles[begin]))
            begin = at
    return found


def _laid(placed: dict[int, tuple[str, Style]]) -> list[Piece]:
    """Pieces at their columns with blanks between them."""
    found: list[Piece] = []
    column = 0
    for at, (text, style) in sorted(placed.items()):
        if at < column:
            continue
        if at > column:
            found.append((" " * (at - column), _PLAIN))
        found.append((text, style))
        column = at + cell_len(text)
    return found


def head(labeller: Labeller, place: str, width: int) -> list[Piece]:
    """The first row: which document, where in it, and how it stands."""
    document, task = labeller.document, labeller.session.task
    items = sum(len(getattr(document, layer)) for layer in LAYERS if layer != "zones")
    counts = f"{items:,} {'item' if items == 1 else 'items'}"
    if labeller.problems:
        counts += f", {labeller.problems} {'problem' if labeller.problems == 1 else 'problems'}"
    left = f" {place} {document.id} · {task.annotator} · {task.state}"
    right = f"{labeller.layer} · {counts} · {labeller.at + 1}/{len(labeller.stretches)} "
    gap = max(1, width - cell_len(left) - cell_len(right))
    return [(set_cell_size(left + " " * gap + right, width), Style(reverse=True))]


def foot(labeller: Labeller, width: int) -> list[Piece]:
    """The last row: what went wrong or what was done, else the keys that apply."""
    if labeller.message:
        return [(set_cell_size(f" {labeller.message}", width), Style(bold=True))]
    found: list[Piece] = []
    room = width
    for key, words in labeller.mode.footer():
        key = _KEY_NAMES.get(key, key)
        size = cell_len(key) + cell_len(words) + 3
        if size > room:
            break
        found += [(f" {key}", _FOCUS), (f" {words} ", _DIM)]
        room -= size
    return found


_KEY_NAMES = {
    "enter": "⏎", "escape": "esc", "backspace": "⌫", "delete": "del", "left": "←", "right": "→",
    " ": "space",
}  # fmt: skip


Keys = list[tuple[int, str]]
"""Of a row of the pane: the columns from which a click stands for a key, and the key."""


def pane(labeller: Labeller, width: int, height: int) -> list[tuple[list[Piece], Keys]]:
    """The rows of the side pane, side by side where they are too many for one column."""
    mode = labeller.mode
    title: list[Piece] = [
        (set_cell_size(visible(f" {mode.title}"), width), Style(bold=True, underline=True))
    ]
    rows = mode.rows()
    columns = max(1, min(3, width // _COLUMN, -(-len(rows) // max(1, height - 1))))
    each = width // columns
    wide = max((cell_len(_KEY_NAMES.get(row.key, row.key)) for row in rows), default=0)
    cells: list[tuple[list[Piece], str]] = []
    for row in rows:
        style = _STYLES.get(row.style, _PLAIN)
        for number, text in enumerate(folded(row, each, wide)):
            key = _KEY_NAMES.get(row.key, row.key) if not number else ""
            before = f" {set_cell_size(key, wide)}  " if row.key else " "
            pieces: list[Piece] = [(before, _FOCUS), (text, style)]
            cells.append((pieces, row.key))
    room = max(0, height - 1)
    if len(cells) > room * columns:
        more = len(cells) - room * columns + 1
        cells = [*cells[: max(0, room * columns - 1)], ([(f" … {more} more", _DIM)], "")]
    found: list[tuple[list[Piece], Keys]] = [(title, [])]
    deep = min(room, -(-len(cells) // columns))
    for number in range(deep):
        beside = cells[number::deep]
        line: list[Piece] = []
        keys: Keys = []
        for column, (pieces, key) in enumerate(beside):
            keys.append((column * each, key))
            used = sum(cell_len(text) for text, _ in pieces)
            line += pieces
            if column + 1 < len(beside):
                line.append((" " * (each - used), _PLAIN))
        found.append((line, keys))
    return found[:height]


_COLUMN = 34
"""Columns that a column of the pane needs to be read well."""


def folded(row: Row, width: int, key: int) -> list[str]:
    """The text of a row of the pane in lines that fit beside a key of some columns."""
    room = max(8, width - (3 + key if row.key else 1) - 1)
    text = visible(row.text)
    if cell_len(text) <= room:  # nearly always
        return [text]
    return [text[line.start : line.end] for line in wrap(text, room)] or [""]
