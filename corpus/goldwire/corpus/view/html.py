"""An annotated article as one self-contained HTML file: no script, no network, all text escaped.

The text is cut into segments at every edge of a mark and at words, so that overlapping,
nested, and discontinuous marks can all be drawn; the layers are switched by checkboxes and CSS
alone. The content security policy admits nothing but the page's own style sheet, by its hash.
"""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import ceil

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from msgspec import Struct

from goldwire.schema.document import LAYERS, Document
from goldwire.schema.positions import grapheme_boundaries, visible

from .layout import Extent, stack, text_lines, zones_between
from .marks import DRAWN, Mark, chosen_layers, drawn_layers, make_marks, signs
from .sections import Section, make_sections

__all__ = ["render_html"]

_LABEL_RATIO = 0.8
"""Width of a label's character in characters of the text: what the style sheet sets."""


class _Part(Struct, frozen=True):
    """A fragment of a mark, or the gap between two, within one line of the text."""

    start: int
    end: int
    mark: Mark
    row: int
    gap: bool
    label: str


class _Segment(Struct, frozen=True):
    """Text without an inner edge: the parts over it, outer first, and those that begin here."""

    text: str
    scored: bool
    title: str
    parts: tuple[tuple[_Part, str], ...]
    labels: tuple[_Part, ...]


class _Block(Struct, frozen=True):
    """One line of the article's text."""

    kinds: tuple[str, ...]
    scored: bool
    rows: int
    segments: tuple[_Segment, ...]


def render_html(
    document: Document, *, layers: Sequence[str] | None = None, framed: bool = False
) -> str:
    """The article with its marks and a table for each layer that has items, as one page.

    ``layers`` limits both; by default all are in the page, and attributions are switched off at
    first. ``framed`` is for the ``srcdoc`` of a frame: links lead to places in the page itself,
    and not in the one around it. Raises ``UnknownName`` for a layer nobody knows.
    """
    chosen = chosen_layers(layers)
    drawable = [layer for layer in chosen if layer in (*DRAWN, "attributions")]
    marks = make_marks(document, drawable)
    blocks = list(_blocks(document, marks))
    sections = make_sections(document, chosen)
    style = _style(max((block.rows for block in blocks), default=0))
    present = dict.fromkeys(mark.layer for mark in marks)
    return _template().render(
        document=document,
        framed=framed,
        blocks=blocks,
        sections=sections,
        rows_of=_anchors_of_rows(sections),
        places_of={mark.item: f"t{at}" for at, mark in reversed(list(enumerate(marks)))},
        all_complete=set(LAYERS) <= set(document.annotation.layers),
        toggles=[(layer, layer in drawn_layers(layers)) for layer in drawable if layer in present],
        signs=_legend(document, marks),
        style=Markup(style),
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )


def _legend(document: Document, marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """The signs on the page, each with what it says."""
    found = signs(marks)
    if any(len(mark.spans) > 1 for mark in marks):
        found.append(("…", "goes on after a gap"))
    if not all(zone.scored for zone in document.zones):
        found.append(("Italics", "not scored"))
    return found


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever is put out is escaped by jinja2, and made harmless here.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    return environment.from_string((files(__package__) / "article.html.j2").read_text("utf-8"))


def _style(rows: int) -> str:
    """The style sheet, with a rule for each row of marks that the article needs."""
    rules = [(files(__package__) / "article.css").read_text("utf-8")]
    rules += [f".rows{row}{{--rows:{row}}}.row{row}{{--row:{row}}}" for row in range(1, rows + 1)]
    return "\n".join(rules)


def _anchors_of_rows(sections: Sequence[Section]) -> dict[str, str]:
    """Item id to the anchor of the first table row that tells of it."""
    anchors: dict[str, str] = {}
    for at, section in enumerate(sections):
        for row_at, row in enumerate(section.rows):
            for item in row.items:
                anchors.setdefault(item, f"s{at}r{row_at}")
    return anchors


def _blocks(document: Document, marks: Sequence[Mark]) -> Iterator[_Block]:
    text = document.text
    edges = None if text.isascii() else grapheme_boundaries(text)
    parts = sorted(
        (part for mark in marks for part in _parts(mark, edges)), key=lambda part: part.start
    )
    starts = [part.start for part in parts]
    longest = max((part.end - part.start for part in parts), default=0)
    seen: set[str] = set()
    for start, end in text_lines(text.rstrip("\n")):
        near = parts[bisect_left(starts, start - longest) : bisect_left(starts, end)]
        here = [part for part in near if part.end > start]
        zones = zones_between(document.zones, start, end)
        new = [zone for zone in zones if zone.id not in seen]
        seen.update(zone.id for zone in new)
        placed, rows = _in_rows(here, start, end)
        unscored = [span for zone in zones if not zone.scored for span in zone.spans]
        yield _Block(
            tuple(dict.fromkeys(zone.kind for zone in new)),
            not zones or any(zone.scored for zone in zones),
            rows,
            tuple(_segments(text, start, end, placed, unscored)),
        )


def _parts(mark: Mark, edges: list[int] | None) -> Iterator[_Part]:
    """The fragments of a mark and the gaps between them, at edges of characters as seen."""
    before: int | None = None
    for start, end in mark.spans:
        if edges is not None:
            start = edges[bisect_right(edges, start) - 1]
            end = edges[bisect_left(edges, end)]
        if before is not None and before < start:
            yield _Part(before, start, mark, 0, True, "")
        label = mark.label if before is None else f"…{mark.label}"
        yield _Part(start, end, mark, 0, False, label)
        before = end


def _in_rows(parts: Sequence[_Part], start: int, end: int) -> tuple[list[_Part], int]:
    """Parts clipped to the line ``start:end`` with their rows from 1, and the number of rows.

    Attributions take no row: they are drawn around the text.
    """
    extents: dict[int, tuple[int, int, int]] = {}
    clipped: list[_Part] = []
    for part in parts:
        low, high = max(part.start, start), min(part.end, end)
        if low >= high:
            continue
        label = part.label if low == part.start else ""
        clipped.append(_Part(low, high, part.mark, 0, part.gap, label))
        if part.mark.layer != "attributions":
            reach = max(high, low + ceil(len(label) * _LABEL_RATIO)) + 1
            first, last, far = extents.get(id(part.mark), (low, high, reach))
            extents[id(part.mark)] = (min(first, low), max(last, high), max(far, reach))
    rows = stack([Extent(low, high, low, far) for low, high, far in extents.values()])
    row_of = dict(zip(extents, rows, strict=True))
    placed = [
        _Part(p.start, p.end, p.mark, row_of.get(id(p.mark), -1) + 1, p.gap, p.label)
        for p in clipped
    ]
    return placed, max(rows, default=-1) + 1


def _segments(
    text: str, start: int, end: int, parts: Sequence[_Part], unscored: Sequence[tuple[int, int]]
) -> Iterator[_Segment]:
    cuts = {start, end}
    for low, high in (*((p.start, p.end) for p in parts), *unscored):
        cuts.update((max(start, low), min(end, high)))
    cuts.update(_word_starts(text, parts))
    edges = sorted(cut for cut in cuts if start <= cut <= end)
    waiting = sorted(parts, key=lambda part: part.start, reverse=True)
    over: list[_Part] = []
    for low, high in zip(edges, edges[1:], strict=False):
        over = [part for part in over if part.end > low]
        while waiting and waiting[-1].start <= low:
            over.append(waiting.pop())
        outer_first = sorted(over, key=lambda p: (p.mark.layer != "attributions", -p.row, p.start))
        yield _Segment(
            text[low:high],
            not any(a <= low and high <= b for a, b in unscored),
            "; ".join(part.mark.title for part in reversed(outer_first) if not part.gap),
            tuple((part, _classes(part, low, high)) for part in outer_first),
            tuple(part for part in outer_first if part.start == low and part.label),
        )


def _word_starts(text: str, parts: Sequence[_Part]) -> Iterator[int]:
    """Starts of the words under marks: a segment within one line has its ticks in place."""
    done = 0
    for part in sorted(parts, key=lambda part: part.start):
        for at in range(max(done, part.start) + 1, part.end):
            if text[at - 1] == " " and text[at] != " ":
                yield at
        done = max(done, part.end)


def _classes(part: _Part, low: int, high: int) -> str:
    names = ["m", part.mark.layer, part.mark.tone]
    if part.mark.label == "cue":
        names.append("cue")
    if part.row > 1:
        names.append(f"row{part.row - 1}")
    if part.gap:
        names.append("gap")
    else:
        names += ["begins"] * (part.start == low) + ["ends"] * (part.end == high)
    return " ".join(names)
