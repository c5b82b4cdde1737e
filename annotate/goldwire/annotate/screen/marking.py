"""Marking text: a hint for the first word, a hint for the last, a letter for the label."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Span
from goldwire.schema.positions import grapheme_boundaries, surface, visible

from ..edits import TYPE_FIELDS
from ..tokens import LETTERS, hints
from .asking import FURTHER, Choice, Choosing, scrolled
from .fields import FIELDS, labels_of
from .labeller import Labeller, Mode, Row, item_words
from .making import make_item

if TYPE_CHECKING:
    from ..tokens import Stretch

__all__ = [
    "Ending",
    "Marking",
    "Reading",
    "layer_choices",
    "new_item",
    "open_suggestions",
    "show_guidance",
    "type_labels",
]


def type_labels(labeller: Labeller, layer: str) -> list[tuple[str, str, str]]:
    """Key, name, and title of the labels that items of a layer may have."""
    field = next(f for f in FIELDS[layer] if f.name == TYPE_FIELDS[layer])
    return labels_of(labeller.labels, field.inventory, None)


class Marking(Mode):
    """Nothing is begun: letters are the words of the sentence in focus."""

    def __init__(self, labeller: Labeller) -> None:
        super().__init__(labeller)
        self.typed = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        """The layer that new items go to."""
        layer = self.labeller.layer
        return f"{layer}: first word" if layer in ANCHORED_LAYERS else layer

    def named(self) -> list[tuple[str, Span]]:
        """The words of the sentence with their names."""
        if self.labeller.layer not in ANCHORED_LAYERS:
            return []
        words = self.labeller.stretch.words
        return list(zip(hints(len(words)), words, strict=True))

    def press(self, key: str) -> None:
        """A word's letter begins a span; other keys are commands."""
        labeller = self.labeller
        typed = self.typed + key
        for name, word in self.named():
            if name == typed:
                self.typed = ""
                labeller.push(
                    Ending(labeller, labeller.stretch, word, *new_item(labeller, labeller.layer))
                )
                return
        if any(name.startswith(typed) for name, _ in self.named()):
            self.typed = typed
            return
        self.typed = ""
        from .commanding import run_command

        if not run_command(labeller, key):
            labeller.say(f"{visible(key)} names nothing here")

    def hints(self) -> dict[int, str]:
        """The letters over the words."""
        return {
            word[0]: name[len(self.typed) :]
            for name, word in self.named()
            if name.startswith(self.typed)
        }

    def rows(self) -> list[Row]:
        """The items of the sentence in focus."""
        labeller = self.labeller
        if labeller.layer not in ANCHORED_LAYERS:
            items = getattr(labeller.document, labeller.layer)
            return [
                Row(item.id, item_words(labeller.document, labeller.layer, item)) for item in items
            ] or [Row("", f"no {labeller.layer} yet; + makes one", "dim")]
        found = []
        for layer, item in labeller.items_in(labeller.stretch):
            text = item_words(labeller.document, layer, item)
            chain = getattr(item, "entity", None) or getattr(item, "hopper", None)
            found.append(Row(item.id, f"{text} {chain or ''}", layer))
        for suggestion in open_suggestions(labeller, labeller.stretch):
            text = surface(labeller.document.text, _spans(suggestion.item))
            label = suggestion.item.get(TYPE_FIELDS[suggestion.layer], "")
            found.append(Row("?", visible(f"{label} {text}"), "suggestion"))
        return found or [Row("", "nothing is marked here yet", "dim")]

    def footer(self) -> list[tuple[str, str]]:
        """The commands that apply."""
        labeller = self.labeller
        names = ["next_sentence", "previous_sentence", "next_item", "layers"]
        if labeller.layer not in ANCHORED_LAYERS:
            names.insert(0, "new")
        if labeller.last_item:
            names += ["edit", "fill_same"]
            if labeller.last_item[0] in ("mentions", "events"):
                names += ["same_chain", "pick_chain"]
        return self.told(*names, "search", "palette", "guidance", "commands")


def new_item(
    labeller: Labeller, layer: str
) -> tuple[list[tuple[str, str, str]], Callable[..., None]]:
    """The labels that a new item may have, and what makes it of a label and its spans."""

    def make(label: str, spans: tuple[Span, ...]) -> None:
        edit, name = make_item(labeller, layer, label, spans)
        labeller.edit(edit)
        labeller.last_item = layer, name
        labeller.pop()
        if layer in ("events", "attributions"):
            from .forms import Form

            labeller.push(Form(labeller, layer, name))

    return type_labels(labeller, layer), make


class Ending(Mode):
    """A first word is chosen: letters are labels, or words that may be the last one.

    ``done`` is called with the label and the fragments. Without labels enter takes the span.
    """

    def __init__(
        self,
        labeller: Labeller,
        stretch: Stretch,
        word: Span,
        labels: list[tuple[str, str, str]],
        done: Callable[..., None],
        *,
        fragments: tuple[Span, ...] = (),
    ) -> None:
        super().__init__(labeller)
        self.stretch = stretch
        self.start, self.end = word
        self.labels = labels
        self.done = done
        self.fragments = fragments
        self.layer = labeller.layer
        self.typed = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        """The text so far."""
        said = surface(self.labeller.document.text, self.spans)
        return visible(f"{self.layer}: {said}")

    @property
    def spans(self) -> tuple[Span, ...]:
        """The fragments, and what is selected now, in text order."""
        return tuple(sorted((*self.fragments, (self.start, self.end))))

    def named(self) -> list[tuple[str, Span]]:
        """The words that may be the last, with the letters that no label has."""
        taken = {key for key, _, _ in self.labels}
        letters = "".join(letter for letter in LETTERS if letter not in taken)
        words = [word for word in self.stretch.words if word[0] > self.start]
        return list(zip(hints(len(words), letters), words, strict=True))

    def press(self, key: str) -> None:
        """A label ends it, a word moves its end; signs move it by less."""
        labeller = self.labeller
        typed = self.typed + key
        if not self.typed:
            for name, label, _ in self.labels:
                if name == key:
                    self.done(label, self.spans)
                    return
        for name, word in self.named():
            if name == typed:
                self.typed, self.end = "", word[1]
                return
        if any(name.startswith(typed) for name, _ in self.named()):
            self.typed = typed
            return
        self.typed = ""
        found = labeller.keymap.find(key, tuple(self._commands()))
        if found is None:
            labeller.say(f"{visible(key)} is no label and no word here")
        else:
            self._commands()[found]()

    def _commands(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {
            "back": self.labeller.pop,
            "grow_end": lambda: self._move_end(1),
            "shrink_end": lambda: self._move_end(-1),
            "character_later": lambda: self._nudge("end", 1),
            "character_earlier": lambda: self._nudge("end", -1),
            "start_later": lambda: self._nudge("start", 1),
            "start_earlier": lambda: self._nudge("start", -1),
            "whole_sentence": self._take_all,
            "fragment": self._begin_fragment,
            "guidance": lambda: show_guidance(self.labeller, self.layer),
        }
        if self.labels:
            found["layers"] = self._choose_layer
        else:
            found["finish"] = lambda: self.done(None, self.spans)
        return found

    def _choose_layer(self) -> None:
        """Another layer for this item alone."""

        def pick(layer: str) -> None:
            self.layer = layer
            self.labels, self.done = new_item(self.labeller, layer)

        anchored = [c for c in layer_choices(self.labeller) if c.value in ANCHORED_LAYERS]
        self.labeller.push(Choosing(self.labeller, "layer of this one", lambda: anchored, pick))

    def _move_end(self, by: int) -> None:
        ends = [word[1] for word in self.stretch.words if word[0] >= self.start]
        later = [end for end in ends if end > self.end]
        earlier = [end for end in ends if end < self.end]
        if by > 0 and later:
            self.end = later[0]
        elif by < 0 and earlier:
            self.end = earlier[-1]

    def _nudge(self, side: str, by: int) -> None:
        """Move a boundary over one character as people see them."""
        low, high = self.stretch.start, self.stretch.end
        edges = [low + edge for edge in grapheme_boundaries(self.labeller.document.text[low:high])]
        at = getattr(self, side)
        others = [edge for edge in edges if (edge > at) == (by > 0) and edge != at]
        if others:
            moved = min(others) if by > 0 else max(others)
            start, end = (moved, self.end) if side == "start" else (self.start, moved)
            if start < end:
                self.start, self.end = start, end

    def _take_all(self) -> None:
        self.start, self.end = self.stretch.start, self.stretch.end

    def _begin_fragment(self) -> None:
        labeller, fragments, labels, done = self.labeller, self.spans, self.labels, self.done
        labeller.pop()
        words = [w for w in self.stretch.words if all(w[1] <= a or b <= w[0] for a, b in fragments)]

        def pick(word: Span) -> None:
            labeller.push(Ending(labeller, self.stretch, word, labels, done, fragments=fragments))

        labeller.push(
            Choosing(
                labeller,
                "first word of the next fragment",
                lambda: [Choice(w, visible(labeller.document.text[w[0] : w[1]]), w) for w in words],
                pick,
            )
        )

    def hints(self) -> dict[int, str]:
        """The letters over the words that may be the last."""
        return {
            word[0]: name[len(self.typed) :]
            for name, word in self.named()
            if name.startswith(self.typed)
        }

    def chosen(self) -> list[Span]:
        """What is selected."""
        return list(self.spans)

    def rows(self) -> list[Row]:
        """The labels with their letters."""
        rows = [Row(key, f"{name}  {title}") for key, name, title in self.labels]
        return rows or [Row("enter", "take this")]

    def footer(self) -> list[tuple[str, str]]:
        """How to move the boundaries."""
        names = ["grow_end", "shrink_end", "character_later", "whole_sentence", "fragment"]
        names.insert(0, "layers" if self.labels else "finish")
        return self.told(*names, "guidance", "back")


def open_suggestions(labeller: Labeller, stretch: Stretch) -> list[Any]:
    """The suggestions of a sentence in text order, as far as nothing like them is there yet."""
    if not labeller.suggestions:
        return []
    there = {
        (layer, item.spans) for layer in ANCHORED_LAYERS
        for item in getattr(labeller.document, layer)
    }  # fmt: skip
    found = [
        each
        for each in labeller.suggestions
        if (spans := _spans(each.item))
        and stretch.start <= spans[0][0] < stretch.end
        and (each.layer, spans) not in there
    ]
    return sorted(found, key=lambda each: _spans(each.item))


def _spans(item: dict[str, Any]) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in item.get("spans", ()))


def show_guidance(labeller: Labeller, layer: str | None = None) -> None:
    """What the schema says of the labels of a layer: rule, examples, counter-examples."""
    layer = layer or labeller.layer
    field = next(f for f in FIELDS[layer] if f.name == TYPE_FIELDS[layer])
    inventory = labeller.labels.inventories.get(field.inventory)
    labels = inventory.labels if inventory else ()

    def choices() -> list[Choice]:
        return [
            Choice(label, f"{label.name}  {label.description}", key=label.key or "")
            for label in labels
        ]

    def pick(label: Any) -> None:
        labeller.push(Reading(labeller, label.name, _guidance(label)))

    labeller.push(
        Choosing(
            labeller,
            inventory.description if inventory else "guidance",
            choices,
            pick,
            empty="the schema says nothing of labels here",
        )
    )


def _guidance(label: Any) -> list[Row]:
    return [
        Row("", label.title, "bold"),
        Row("", label.description),
        *(Row("+", example) for example in label.examples),
        *(Row("−", example) for example in label.counter_examples),
    ]


class Reading(Mode):
    """A page to read; arrows go on in it, any other key leaves it."""

    def __init__(self, labeller: Labeller, title: str, page: list[Row]) -> None:
        super().__init__(labeller)
        self.title = title
        self.page = page
        self.top = 0

    def press(self, key: str) -> None:
        """Arrows go on and back in the page, any other key leaves it."""
        top = scrolled(self.top, key, len(self.page))
        if top is None:
            self.labeller.pop()
        else:
            self.top = top

    def rows(self) -> list[Row]:
        """The page, from where it was scrolled to."""
        return self.page[self.top :]

    def footer(self) -> list[tuple[str, str]]:
        """How to leave."""
        return [FURTHER, ("any other key", "back")]


def layer_choices(labeller: Labeller) -> list[Choice]:
    """The layers, with how many items each has."""
    return [
        Choice(layer, f"{layer} ({len(getattr(labeller.document, layer))})", key=letter)
        for layer, letter in zip(LAYERS, "zmetqvlari", strict=True)
    ]
