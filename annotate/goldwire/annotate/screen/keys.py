"""The keyboard: every command with its plain key, which a project may change."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

__all__ = ["COMMANDS", "Command", "Keymap"]


class Command(Struct, frozen=True):
    """Something that a key does: its key, and what the footer and the palette say of it."""

    name: str
    key: str
    words: str
    moded: bool = False
    """Whether the key is a letter: then it works in command mode, after ``commands``."""


COMMANDS = {
    command.name: command
    for command in (
        Command("next_sentence", "enter", "next sentence"),
        Command("previous_sentence", "backspace", "sentence before"),
        Command("next_item", "tab", "next item"),
        Command("commands", "escape", "commands"),
        Command("back", "escape", "back"),
        Command("finish", "enter", "done"),
        Command("accept", "enter", "accept"),
        Command("reject", "delete", "reject"),
        Command("remove", "delete", "remove"),
        Command("open", "enter", "open"),
        Command("edit", ";", "open the last one"),
        Command("same_chain", "=", "to the last chain"),
        Command("pick_chain", "#", "to another chain"),
        Command("own_chain", "-", "chain of its own"),
        Command("fill_same", "*", "same words elsewhere"),
        Command("boundary", ",", "move boundaries"),
        Command("fragment", "+", "add a fragment"),
        Command("new", "+", "new one"),
        Command("grow_end", "right", "end one word later"),
        Command("shrink_end", "left", "end one word earlier"),
        Command("character_later", "]", "end one character later"),
        Command("character_earlier", "[", "end one character earlier"),
        Command("start_later", ")", "start one character later"),
        Command("start_earlier", "(", "start one character earlier"),
        Command("whole_sentence", ".", "the whole sentence"),
        Command("search", "/", "search"),
        Command("palette", ":", "all commands"),
        Command("guidance", "?", "guidance"),
        Command("layers", "'", "choose the layer"),
        Command("next_sentence_plain", "j", "next sentence", True),
        Command("previous_sentence_plain", "k", "sentence before", True),
        Command("word_left", "h", "a word to the left", True),
        Command("word_right", "l", "a word to the right", True),
        Command("select", "v", "start or end a span here", True),
        Command("undo", "u", "undo", True),
        Command("redo", "U", "redo", True),
        Command("next_document", "n", "next document", True),
        Command("previous_document", "p", "document before", True),
        Command("problems", "e", "problems", True),
        Command("history", "t", "history", True),
        Command("mark_done", "d", "document done", True),
        Command("reopen", "o", "open again", True),
        Command("declare", "y", "layers that are complete", True),
        Command("decide", "c", "decisions of an adjudication", True),
        Command("quit", "q", "leave", True),
    )
}
"""All commands by name."""

_WITHIN = frozenset({
    "back", "finish", "accept", "reject", "open", "fragment", "grow_end", "shrink_end",
    "character_later", "character_earlier", "start_later", "start_earlier", "whole_sentence",
})  # fmt: skip
"""Commands that wait until something is begun: they may share keys with those that do not."""


class Keymap:
    """Which key does what: the defaults, with what the project changes."""

    def __init__(self, changes: Mapping[str, str] | None = None) -> None:
        self._keys = {name: command.key for name, command in COMMANDS.items()}
        for name, key in (changes or {}).items():
            if name not in COMMANDS:
                raise UnknownName("command", name, COMMANDS)
            letter = len(key) == 1 and key.isalpha()
            if not key or (letter and not COMMANDS[name].moded):
                raise InputError(
                    f"the command {name!r} cannot have the key {key!r}",
                    hint="Letters name words and labels there: take a sign, or a named key.",
                )
            self._keys[name] = key
        taken: dict[str, str] = {}
        for name, key in self._keys.items():
            if name in _WITHIN:
                continue
            if key in taken:
                raise InputError(
                    f"the commands {taken[key]!r} and {name!r} have the same key {key!r}",
                    hint="Only one of them could be given: map the other one, too.",
                )
            taken[key] = name

    def key(self, name: str) -> str:
        """The key of a command. Raises ``KeyError`` for a name nobody knows."""
        return self._keys[name]

    def find(self, key: str, names: tuple[str, ...]) -> str | None:
        """Which of these commands the key is for."""
        for name in names:
            if self._keys[name] == key:
                return name
        return None
