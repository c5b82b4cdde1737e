"""Paging in a terminal: styles are sent only to a pager that shows them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["page", "shows_styles"]

_FLAGS = "FRX"
"""For ``less`` where the user has set none: quit if it fits, show colours, leave it on screen."""


def page(console: Console, shown: RenderableType) -> None:
    """Show what is rendered in the user's pager."""
    with _less_flags() as flags, console.pager(styles=shows_styles(flags)):
        console.print(shown)


def shows_styles(flags: str) -> bool:
    """Whether ``less`` with these flags (the value of ``LESS``) passes colours on.

    >>> shows_styles("-iR"), shows_styles("-i -P Read on"), shows_styles("--RAW-CONTROL-CHARS")
    (True, False, True)
    """
    long = re.findall(r"--\S+", flags)
    if any(option.lower() == "--raw-control-chars" for option in long):
        return True
    short = re.sub(r"--\S+", "", flags)
    return "r" in re.sub(r"P[^$]*", "", short).lower()


@contextmanager
def _less_flags() -> Iterator[str]:
    """The user's flags; where there are none, ours stand in the environment for a while."""
    given = os.environ.get("LESS")
    if given:
        yield given
        return
    os.environ["LESS"] = _FLAGS
    try:
        yield _FLAGS
    finally:
        if given is None:
            del os.environ["LESS"]
        else:
            os.environ["LESS"] = given
