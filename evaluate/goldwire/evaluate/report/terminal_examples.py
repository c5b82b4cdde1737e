"""What to look at next, for the terminal: frequent errors with places in the text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from goldwire.schema.positions import visible

from .context import around, clipped
from .frequent import frequent_errors
from .grid import fit
from .model import ErrorRow, Report
from .places import has_place, placeless
from .words import number

__all__ = ["look_next"]

_ROOM = 32
"""Cells that the text around an error needs to be of use."""


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
        yield Text.assemble(lead, placeless(clipped(quote, max(1, room - len(placeless("x")) + 1))))
    elif not (row.gold and row.predicted) or row.gold.text == row.predicted.text:
        yield Text.assemble(lead, around(row.context, room))
    else:
        instead = f"predicted “{clipped(visible(row.predicted.text), max(1, room - 12))}”"
        beside = room - cell_len(instead) - 2
        if beside >= max(_ROOM, cell_len(visible(marked.text)) + 6):
            yield Text.assemble(lead, around(row.context, beside), ("  " + instead, "dim"))
        else:
            yield Text.assemble(lead, around(row.context, room))
            yield Text(" " * cell_len(lead[0]) + instead, "dim")
