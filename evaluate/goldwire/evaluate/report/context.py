"""Text around a place, fitted into a line of the terminal."""

from __future__ import annotations

from rich.cells import cell_len

from goldwire.schema.positions import visible

from .grid import fit

__all__ = ["around", "clipped"]

_WORD = 24
"""Characters that no word is longer than."""


def around(context: str, width: int) -> str:
    """A context in one line, cut between words; the marked place stays in view, in brackets."""
    shown = visible(context)
    before, _, rest = shown.partition("⟦")
    inside, _, after = rest.rpartition("⟧")
    if cell_len(shown) <= width:
        return shown
    marked = f"⟦{clipped(inside, width - 4)}⟧"
    spare = width - cell_len(marked)
    left = min(cell_len(before), max(spare // 2, spare - cell_len(after)))
    head = clipped(before[::-1], left)[::-1]
    return head + marked + clipped(after, spare - cell_len(head))


def clipped(text: str, width: int) -> str:
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
