"""Text broken into lines for the terminal, and its headings."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from goldwire.schema.positions import visible

__all__ = ["heading", "listed", "wrapped"]


def wrapped(text: str, width: int) -> str:
    """``text`` made harmless and broken into lines of ``width`` cells at blanks."""
    lines = Text(visible(text)).wrap(Console(width=width), width)
    return "\n".join(line.plain.rstrip() for line in lines)


def heading(title: str, width: int) -> Text:
    """A line or more in bold, made harmless."""
    return Text(wrapped(title, width) + "\n", "bold")


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, or ``a, b, and c``."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"
