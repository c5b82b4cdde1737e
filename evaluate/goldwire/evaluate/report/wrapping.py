"""Text broken into lines for the terminal, its headings, and parts shown one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from goldwire.schema.positions import visible

__all__ = ["View", "heading", "listed", "wrapped"]


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


class View:
    """Parts that ``rich.console.Console.print`` shows in the width that it has, lines between.

    ``parts`` gives them for a width in cells. ``width`` is by default that of the console, and
    never below ``narrowest``.
    """

    def __init__(
        self, parts: Callable[[int], Iterable[Text]], *, width: int | None, narrowest: int
    ) -> None:
        self._parts = parts
        self._width = width
        self._narrowest = narrowest

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The parts, from above to below."""
        width = max(self._narrowest, self._width or options.max_width)
        for number, part in enumerate(self._parts(width)):
            if number:
                yield Text("")
            part.rstrip()
            yield part
