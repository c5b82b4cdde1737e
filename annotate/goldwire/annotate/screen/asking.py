"""Modes that ask for one thing: a line of text, or one of several by a letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from goldwire.schema.document import Span
from goldwire.schema.positions import visible

from ..tokens import LETTERS, hints
from .labeller import Labeller, Mode, Row

__all__ = ["FURTHER", "Choice", "Choosing", "Typing", "scrolled"]

_STEP = 5
FURTHER = ("↓ ↑", "further in the list")
"""What the footer says of lists that may be longer than the pane."""


def scrolled(top: int, key: str, rows: int) -> int | None:
    """The first row to show of a long list after an arrow; ``None`` for other keys."""
    if key not in ("down", "up"):
        return None
    return max(0, min(top + (_STEP if key == "down" else -_STEP), rows - 1))


class Choice(Struct, frozen=True):
    """One of several: its value, its words, and where in the text it stands, if it does."""

    value: Any
    text: str
    span: Span | None = None
    key: str = ""
    """The key that picks it; by default a letter in the order of the choices."""


class Choosing(Mode):
    """Pick one of several by its letter; ``many`` stays until it is done."""

    def __init__(
        self,
        labeller: Labeller,
        title: str,
        choices: Callable[[], Sequence[Choice]],
        pick: Callable[[Any], None],
        *,
        many: bool = False,
        marked: Callable[[Any], bool] | None = None,
        empty: str = "there is nothing to choose from",
    ) -> None:
        super().__init__(labeller)
        self.title = title
        self.choices = choices
        self.pick = pick
        self.many = many
        self.marked = marked
        self.typed = ""
        self.top = 0
        self.empty = empty

    def named(self) -> list[tuple[str, Choice]]:
        """The choices with their keys."""
        found = list(self.choices())
        own = {choice.key for choice in found if choice.key}
        free = [letter for letter in LETTERS if letter not in own]
        rest = [choice for choice in found if not choice.key]
        names = iter(hints(len(rest), "".join(free)))
        return [(choice.key or next(names), choice) for choice in found]

    def press(self, key: str) -> None:
        """A letter picks; escape leaves, and so does enter where several may be picked."""
        keymap = self.labeller.keymap
        if key == keymap.key("back") or (self.many and key == keymap.key("finish")):
            self.labeller.pop()
            return
        found = self.named()
        top = scrolled(self.top, key, len(found))
        if top is not None:
            self.top = top
            return
        typed = self.typed + key
        for name, choice in found:
            if name == typed:
                self.typed = ""
                if not self.many:
                    self.labeller.pop()
                self.pick(choice.value)
                return
        if any(name.startswith(typed) for name, _ in found):
            self.typed = typed
        else:
            self.typed = ""
            self.labeller.say(f"{key} names nothing here" if found else self.empty)

    def rows(self) -> list[Row]:
        """The choices that can still be meant."""
        found = [
            Row(
                name,
                f"{'✓ ' if self.marked and self.marked(choice.value) else ''}{choice.text}",
            )
            for name, choice in self.named()
            if name.startswith(self.typed)
        ]
        if not self.typed:
            found = found[self.top :]
        return found or [Row("", self.empty, "dim")]

    def hints(self) -> dict[int, str]:
        """The keys of choices that stand in the text."""
        found: dict[int, str] = {}
        for name, choice in self.named():
            if choice.span is not None and name.startswith(self.typed):
                found.setdefault(choice.span[0], name[len(self.typed) :])
        return found

    def footer(self) -> list[tuple[str, str]]:
        """What ends it."""
        found = self.told("finish", "back") if self.many else self.told("back")
        return [*found, FURTHER]


class Typing(Mode):
    """A line of text; what does not fit keeps it open."""

    def __init__(
        self,
        labeller: Labeller,
        title: str,
        given: Callable[[str], None],
        *,
        text: str = "",
        offered: Callable[[str], Sequence[Row]] | None = None,
    ) -> None:
        super().__init__(labeller)
        self.title = title
        self.given = given
        self.text = text
        self.fresh = bool(text)
        """The text was proposed: the first letter takes its place."""
        self.offered = offered

    def press(self, key: str) -> None:
        """Letters add to the text, enter gives it, escape leaves."""
        if key == "escape":
            self.labeller.pop()
        elif key == "enter":
            before = list(self.labeller.modes)
            self.given(self.text)
            if self.labeller.modes == before and not self.labeller.message:
                self.labeller.pop()
        elif key in ("backspace", "ctrl+h"):
            self.text = self.text[:-1]
            self.fresh = False
        elif key == "ctrl+u":
            self.text = ""
        elif key == "tab" or key in ("left", "right", "end", "home"):
            self.fresh = False
        elif len(key) == 1 and key.isprintable():
            self.text = key if self.fresh else self.text + key
            self.fresh = False

    def paste(self, text: str) -> None:
        """A text that came at once stands in the line as if it had been typed."""
        line = "".join(s for s in " ".join(text.split()) if unicodedata.category(s) != "Cc")
        self.text = line if self.fresh else self.text + line
        self.fresh = False

    def rows(self) -> list[Row]:
        """The line, and what it would find."""
        line = Row("›", f"{visible(self.text)}▏", "bold" if not self.fresh else "bold reverse")
        return [line, *(self.offered(self.text) if self.offered else ())]

    def footer(self) -> list[tuple[str, str]]:
        """What ends it."""
        return [("enter", "take it"), ("tab", "keep and go on typing"), ("escape", "back")]
