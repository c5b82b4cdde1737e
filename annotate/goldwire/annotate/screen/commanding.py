"""Commands: what keys that name no word do, the command mode, the palette, and the search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document, Span
from goldwire.schema.errors import InputError
from goldwire.schema.positions import excerpt, visible

from ..edits import TYPE_FIELDS, Put, Remove, Respan, Together, apply
from .asking import Choice, Choosing, Typing
from .chaining import last_item, own_chain, pick_chain, same_chain
from .choosing import Chosen
from .keys import COMMANDS
from .labeller import Labeller, Mode, Row, item_words
from .making import make_item
from .marking import (
    Ending,
    Reading,
    layer_choices,
    new_item,
    show_guidance,
)

if TYPE_CHECKING:
    from goldwire.schema.problems import Problem

__all__ = ["COMMANDS_ON_ITEMS", "Commanding", "run_command"]


def run_command(labeller: Labeller, key: str) -> bool:
    """Do what a key asks for while nothing is begun; false for a key without a meaning.

    A letter has none: it names a word, and commands are letters only after ``commands``.
    """
    names = tuple(name for name in _COMMANDS if not COMMANDS[name].moded)
    name = labeller.keymap.find(key, names)
    if name is None and key in _ALIASES:
        name = _ALIASES[key]
    if name is None:
        return False
    _COMMANDS[name](labeller)
    return True


_ALIASES = {
    "down": "next_sentence", "up": "previous_sentence", " ": "next_sentence",
    "ctrl+z": "undo", "ctrl+y": "redo",
}  # fmt: skip


class Commanding(Mode):
    """Letters are commands until one of them is given."""

    title = "commands"

    def __init__(self, labeller: Labeller) -> None:
        super().__init__(labeller)
        self.word: int | None = None
        self.first: int | None = None

    def press(self, key: str) -> None:
        """A command; undo, redo, and moves stay, all others go back to marking."""
        labeller = self.labeller
        names = tuple(name for name, command in COMMANDS.items() if command.moded)
        name = labeller.keymap.find(key, names)
        if name in ("word_left", "word_right", "select"):
            self._walk(name)
        elif name in ("undo", "redo"):
            _COMMANDS[name](labeller)
            labeller.push(self)
        elif name in ("next_sentence_plain", "previous_sentence_plain"):
            self.word = self.first = None
            labeller.move(1 if name == "next_sentence_plain" else -1, scored=False)
        elif name is not None:
            labeller.pop()
            _COMMANDS[name](labeller)
        elif key == labeller.keymap.key("back"):
            labeller.pop()
        elif not run_command(labeller, key):
            labeller.say(f"{visible(key)} is no command")

    def _walk(self, name: str) -> None:
        words = self.labeller.stretch.words
        if not words:
            self.labeller.say("there is no word in this sentence")
            return
        if name == "select":
            self._select(words)
            return
        step = 1 if name == "word_right" else -1
        at = -1 if self.word is None else self.word
        self.word = min(max(0, at + step), len(words) - 1)

    def _select(self, words: Sequence[Span]) -> None:
        if self.word is None:
            self.word = 0
        if self.first is None:
            self.first = self.word
            return
        low, high = sorted((self.first, self.word))
        labeller = self.labeller
        labeller.pop()
        if labeller.layer not in ANCHORED_LAYERS:
            labeller.say(f"{labeller.layer} do not stand in the text")
            return

        mode = Ending(labeller, labeller.stretch, words[low], *new_item(labeller, labeller.layer))
        mode.end = words[high][1]
        labeller.push(mode)

    def chosen(self) -> list[Span]:
        """The words between the place where the selection began and the cursor."""
        if self.word is None:
            return []
        words = self.labeller.stretch.words
        low, high = sorted((self.word, self.word if self.first is None else self.first))
        return [(words[low][0], words[high][1])]

    def rows(self) -> list[Row]:
        """All commands of this mode."""
        keymap = self.labeller.keymap
        return [
            Row(keymap.key(name), command.words)
            for name, command in COMMANDS.items()
            if command.moded
        ]

    def footer(self) -> list[tuple[str, str]]:
        """Some of them."""
        return self.told("undo", "redo", "word_left", "word_right", "select", "next_document",
                         "previous_document", "problems", "quit", "back")  # fmt: skip


def _open(labeller: Labeller) -> None:
    from .forms import Form

    layer, item = last_item(labeller)
    labeller.push(Form(labeller, layer, item.id))


def _remove(labeller: Labeller) -> None:
    layer, item = last_item(labeller)
    labeller.edit(Remove(layer=layer, id=item.id))
    labeller.last_item = None
    labeller.say(f"removed {item.id}; {labeller.keymap.key('undo')} in commands brings it back")


def _standing(labeller: Labeller) -> tuple[str, Any]:
    """The item made or chosen last, where it stands in the text."""
    layer, item = last_item(labeller)
    if layer not in ANCHORED_LAYERS:
        raise InputError(f"{item.id} of {layer} does not stand in the text")
    return layer, item


def _boundary(labeller: Labeller) -> None:
    layer, item = _standing(labeller)

    def done(_: object, spans: tuple[Span, ...]) -> None:
        labeller.edit(Respan(layer=layer, id=item.id, spans=spans))
        labeller.pop()

    labeller.focus(item.spans[0][0])
    stretch = labeller.stretch

    def begin(word: Span) -> None:
        labeller.push(Ending(labeller, stretch, word, [], done))

    labeller.push(
        Choosing(
            labeller,
            "first word",
            lambda: [
                Choice(w, visible(labeller.document.text[w[0] : w[1]]), w) for w in stretch.words
            ],
            begin,
        )
    )


def _fill_same(labeller: Labeller) -> None:
    layer, item = _standing(labeller)
    document = labeller.document
    there = {each.spans for each in getattr(document, layer)}
    places = [
        ((at, at + len(item.text)),)
        for stretch in labeller.stretches
        if stretch.scored
        for at in _whole_words(document.text, item.text, stretch.start, stretch.end)
        if ((at, at + len(item.text)),) not in there
    ]
    if not places:
        labeller.say(f"“{item.text}” stands nowhere else unmarked")
        return
    label = getattr(item, TYPE_FIELDS[layer])

    def make(_: str) -> None:
        state, edits = document, []
        for spans in places:  # each sees those before it: ids, and entities of the same words
            edit, _name = make_item(labeller, layer, label, spans, document=state)
            edits.append(edit)
            state = apply(state, edit)
        labeller.edit(Together(edits=tuple(edits)))
        labeller.pop()
        labeller.say(f"{len(places)} more")

    labeller.push(
        Typing(
            labeller,
            f"enter marks these {len(places)} as {label}",
            make,
            offered=lambda _: [
                Row("", excerpt(document.text, *spans[0])) for spans in places
            ],
        )
    )  # fmt: skip


def _whole_words(text: str, words: str, start: int, end: int) -> list[int]:
    found = []
    at = text.find(words, start, end)
    while at >= 0:
        after = at + len(words)
        before_it = text[at - 1 : at]
        behind_it = text[after : after + 1]
        if not (before_it.isalnum() and words[:1].isalnum()) and not (
            behind_it.isalnum() and words[-1:].isalnum()
        ):
            found.append(at)
        at = text.find(words, at + 1, end)
    return found


def _choose_item(labeller: Labeller) -> None:
    """Choose an item of the sentence; in a layer that does not stand in the text, any of it."""
    layer = labeller.layer
    if layer in ANCHORED_LAYERS:
        labeller.push(Chosen(labeller))
        return

    def pick(name: str) -> None:
        labeller.last_item = layer, name
        _open(labeller)

    def choices() -> list[Choice]:
        document = labeller.document
        return [
            Choice(item.id, f"{item_words(document, layer, item)}  {item.id}")
            for item in getattr(document, layer)
        ]

    labeller.push(Choosing(labeller, f"one of the {layer}", choices, pick))


def _choose_layer(labeller: Labeller) -> None:
    def pick(layer: str) -> None:
        labeller.layer = layer

    labeller.push(Choosing(labeller, "layer", lambda: layer_choices(labeller), pick))


def _search(labeller: Labeller) -> None:
    def find_text(words: str) -> None:
        text, stretch = labeller.document.text, labeller.stretch
        folded, wanted = text.casefold(), words.casefold()
        if len(folded) != len(text):  # a letter that folds to two would move all offsets
            folded, wanted = text, words
        at = folded.find(wanted, stretch.end) if words else -1
        at = folded.find(wanted) if at < 0 and words else at
        if at < 0:
            labeller.say(f"“{words}” is not in the text")
        else:
            labeller.focus(at)

    labeller.push(Typing(labeller, "search", find_text))


def _palette(labeller: Labeller) -> None:
    def matching(words: str) -> list[tuple[str, str, str]]:
        keymap = labeller.keymap
        return [
            (name, keymap.key(name), COMMANDS[name].words)
            for name in _COMMANDS
            if all(part in f"{name} {COMMANDS[name].words}".casefold() for part in words.split())
        ]

    def run(words: str) -> None:
        found = matching(words.casefold())
        if not found:
            labeller.say(f"no command has “{words}” in its name")
            return
        labeller.pop()
        _COMMANDS[found[0][0]](labeller)

    labeller.push(
        Typing(
            labeller,
            "command",
            run,
            offered=lambda words: [
                Row(key, said) for _, key, said in matching(words.casefold())
            ],
        )
    )  # fmt: skip


def _problems(labeller: Labeller) -> None:
    """The problems with the items that they are in: a letter opens the item."""
    from .forms import Form

    document, problems = labeller.document, labeller.session.problems

    def words(problem: Problem) -> str:
        found = _item_at(document, problem.pointer)
        where = problem.excerpt or problem.pointer
        if found is not None:
            where = f"{found[1].id} {item_words(document, *found)}"
        return visible(f"{where}: {problem.message} ({problem.code})")

    def pick(problem: Problem) -> None:
        found = _item_at(document, problem.pointer)
        if found is None:
            labeller.say(f"{problem.pointer or 'the document'} is no item that can be opened")
            return
        layer, item = found
        spans = getattr(item, "spans", ()) or next(
            (m.spans for m in document.mentions if m.entity == item.id), ()
        )
        if spans:
            labeller.focus(spans[0][0])
        labeller.last_item = layer, item.id
        labeller.push(Form(labeller, layer, item.id))

    labeller.push(
        Choosing(
            labeller, "1 problem" if len(problems) == 1 else f"{len(problems):,} problems",
            lambda: [Choice(problem, words(problem)) for problem in problems], pick,
            empty="nothing is wrong",
        )
    )  # fmt: skip


def _item_at(document: Document, pointer: str) -> tuple[str, Any] | None:
    """The layer and the item that a JSON Pointer leads into."""
    layer, _, rest = pointer.removeprefix("/").partition("/")
    at = rest.partition("/")[0]
    items = getattr(document, layer) if layer in LAYERS else ()
    return (layer, items[int(at)]) if at.isdecimal() and int(at) < len(items) else None


def _history(labeller: Labeller) -> None:
    from ..words import entry_words

    rows = [
        Row(f"{entry.seq}", f"{entry.at[11:19]} {entry_words(entry)}")
        for entry in reversed(labeller.session.history()[-200:])
    ]
    labeller.push(Reading(labeller, "history", rows or [Row("", "nothing has been done yet")]))


def _mark_done(labeller: Labeller) -> None:
    wrong = [problem for problem in labeller.session.problems if problem.severity == "error"]
    labeller.session.set_state("done")
    said = "done"
    if wrong:
        left = "1 problem is" if len(wrong) == 1 else f"{len(wrong):,} problems are"
        said += f"; {left} left, which export lists, and {labeller.keymap.key('problems')} here"
    labeller.say(said)


def _reopen(labeller: Labeller) -> None:
    labeller.session.set_state("open")
    labeller.say("open again")


def _declare(labeller: Labeller) -> None:
    def choices() -> list[Choice]:
        return [*layer_choices(labeller)]

    def toggle(layer: str) -> None:
        layers = set(labeller.document.annotation.layers) ^ {layer}
        value = [name for name in LAYERS if name in layers]
        labeller.edit(Put(layer="annotation", field="layers", value=value))

    labeller.push(
        Choosing(
            labeller, "layers that are complete", choices, toggle, many=True,
            marked=lambda layer: layer in labeller.document.annotation.layers,
        )
    )  # fmt: skip


def _begin_item(labeller: Labeller) -> None:
    from .beginning import begin_item

    begin_item(labeller)


def _decide(labeller: Labeller) -> None:
    from .deciding import Deciding

    if labeller.adjudicating is None:
        raise InputError("this is no adjudication: start one with goldwire annotate adjudicate")
    labeller.push(Deciding(labeller, labeller.adjudicating))


def _ask(what: str) -> Callable[[Labeller], None]:
    def ask(labeller: Labeller) -> None:
        labeller.asked = what

    return ask


COMMANDS_ON_ITEMS: dict[str, Callable[[Labeller], None]] = {
    "open": _open,
    "accept": _open,
    "remove": _remove,
    "reject": _remove,
    "boundary": _boundary,
    "same_chain": same_chain,
    "pick_chain": pick_chain,
    "own_chain": own_chain,
    "fill_same": _fill_same,
}
"""Commands for the item that was made or chosen last."""

_COMMANDS: dict[str, Callable[[Labeller], None]] = {
    "next_sentence": lambda labeller: labeller.move(1),
    "previous_sentence": lambda labeller: labeller.move(-1),
    "next_item": _choose_item,
    "commands": lambda labeller: labeller.push(Commanding(labeller)),
    "layers": _choose_layer,
    "new": _begin_item,
    "edit": _open,
    "same_chain": same_chain,
    "pick_chain": pick_chain,
    "own_chain": own_chain,
    "fill_same": _fill_same,
    "boundary": _boundary,
    "remove": _remove,
    "search": _search,
    "palette": _palette,
    "guidance": show_guidance,
    "undo": lambda labeller: labeller.undo(),
    "redo": lambda labeller: labeller.redo(),
    "problems": _problems,
    "history": _history,
    "mark_done": _mark_done,
    "reopen": _reopen,
    "declare": _declare,
    "decide": _decide,
    "next_document": _ask("next"),
    "previous_document": _ask("previous"),
    "quit": _ask("quit"),
}
