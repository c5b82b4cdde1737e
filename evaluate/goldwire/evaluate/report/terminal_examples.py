"""What to look at next, for the terminal: frequent errors with places in the text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from goldwire.schema.positions import visible

from .frequent import frequent_errors
from .grid import fit
from .model import ErrorRow, Report
from .places import has_place, placeless
from .words import number

__all__ = ["look_next"]

_ROOM = 32
"""Cells that the text around an error needs to be of use."""
_WORD = 24
"""Characters that no word is longer than."""


def look_next(report: Report, width: int) -> Iterator[Text]:
    """The most frequent errors, where there are any, with examples."""
    found = frequent_errors(report)
    if not found:
        return
    text = Text()
    text.append("Look next: the most frequent errors\n", "bold")
    margin = max(cell_len(number(each.count)) for each in found) + 2
    for each in found:
        text.append(f"{number(each.count):>{margin}}  ")
        text.append(fit(each.title(), max(8, width - margin - 20)), "bold")
        text.append(f"  {fit(each.layer, 16)}\n", "dim")
        indent = " " * (margin + 2)
        for row in each.examples:
            for line in _example(row, width - margin - 2):
                text.append_text(Text.assemble(indent, line, "\n"))
    yield text


def _example(row: ErrorRow, width: int) -> Iterator[Text]:
    """An error: its document, the text around it, and what was predicted instead.

    All on one line, or the prediction on a second one where the first would show too little.
    """
    name = fit(row.document, min(16, max(6, width // 4)))
    room = max(8, width - cell_len(name) - 2)
    lead = (name + "  ", "dim")
    marked = row.gold or row.predicted
    if marked is None or not has_place(row):
        quote = visible(marked.text) if marked else ""
        yield Text.assemble(
            lead, placeless(_clipped(quote, max(1, room - len(placeless("x")) + 1)))
        )
    elif not (row.gold and row.predicted) or row.gold.text == row.predicted.text:
        yield Text.assemble(lead, _around(row.context, room))
    else:
        instead = f"predicted “{_clipped(visible(row.predicted.text), max(1, room - 12))}”"
        beside = room - cell_len(instead) - 2
        if beside >= max(_ROOM, cell_len(visible(marked.text)) + 6):
            yield Text.assemble(lead, _around(row.context, beside), ("  " + instead, "dim"))
        else:
            yield Text.assemble(lead, _around(row.context, room))
            yield Text(" " * cell_len(lead[0]) + instead, "dim")


def _around(context: str, width: int) -> str:
    """A context in one line, cut between words; the marked place stays in view, in brackets."""
    shown = visible(context)
    before, _, rest = shown.partition("⟦")
    inside, _, after = rest.rpartition("⟧")
    if cell_len(shown) <= width:
        return shown
    marked = f"⟦{_clipped(inside, width - 4)}⟧"
    spare = width - cell_len(marked)
    left = min(cell_len(before), max(spare // 2, spare - cell_len(after)))
    head = _clipped(before[::-1], left)[::-1]
    return head + marked + _clipped(after, spare - cell_len(head))


def _clipped(text: str, width: int) -> str:
    """Harmless ``text`` in at most ``width`` cells, cut between words with an ellipsis.

    A word is cut only where it is longer than words are, as in scripts that have no blanks.
    """
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    cut = fit(text, width).removesuffix("…")
    edge = cut.rfind(" ")
    if len(text[edge + 1 :].partition(" ")[0]) <= _WORD and text[len(cut)] != " ":
        cut = cut[: max(0, edge)]
    return cut.rstrip() + "…"
