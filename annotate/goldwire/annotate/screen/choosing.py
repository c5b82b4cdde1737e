"""An item or a suggestion is chosen: what can be done with it."""

from __future__ import annotations

from typing import Any

from goldwire.schema.document import ANCHORED_LAYERS, Span
from goldwire.schema.positions import visible

from ..edits import TYPE_FIELDS, Edit, Put, Reject, Together, find
from .labeller import Labeller, Mode, Row, item_words
from .making import make_item
from .marking import open_suggestions, show_guidance, type_labels

__all__ = ["Chosen", "relabel"]


class Chosen(Mode):
    """An item, or a suggestion, is chosen: relabel, open, move, remove, accept, reject."""

    def __init__(self, labeller: Labeller, at: int = 0) -> None:
        super().__init__(labeller)
        self.at = at

    def found(self) -> list[tuple[str, Any, Any]]:
        """Layer, item, and suggestion: suggestions of the sentence first."""
        labeller = self.labeller
        suggested = [
            (each.layer, None, each) for each in open_suggestions(labeller, labeller.stretch)
        ]
        layers = [labeller.layer] if labeller.layer in ANCHORED_LAYERS else None
        own = [(layer, item, None) for layer, item in labeller.items_in(labeller.stretch, layers)]
        return [*suggested, *own]

    def current(self) -> tuple[str, Any, Any] | None:
        """The one that is chosen."""
        found = self.found()
        return found[self.at % len(found)] if found else None

    @property
    def title(self) -> str:  # type: ignore[override]
        """The item in words."""
        current = self.current()
        if current is None:
            return "nothing is here"
        layer, item, suggestion = current
        document = self.labeller.document
        if suggestion is None:
            return f"{item.id} {item_words(document, layer, item)}"
        score = f" {suggestion.score:.2f}" if suggestion.score is not None else ""
        label = suggestion.item.get(TYPE_FIELDS[layer], "")
        return visible(f"suggested by {suggestion.source}{score}: {label}")

    def press(self, key: str) -> None:
        """A letter is a label; other keys are commands for the item."""
        labeller = self.labeller
        current = self.current()
        if current is None:
            labeller.pop()
            return
        layer, item, suggestion = current
        for name, label, _ in type_labels(labeller, layer):
            if name == key:
                if suggestion is None:
                    relabel(labeller, layer, item.id, label)
                else:
                    _take(labeller, suggestion, label)
                    self._settled()
                return
        names = ("next_item", "back", "accept", "open", "reject", "remove", "boundary",
                 "same_chain", "pick_chain", "own_chain", "fill_same", "previous_sentence",
                 "guidance")  # fmt: skip
        command = labeller.keymap.find(key, names)
        if command == "next_item":
            self._next()
        elif command in ("back", "previous_sentence"):
            labeller.pop()
        elif command == "guidance":
            show_guidance(labeller, layer)
        elif suggestion is not None and command in ("accept", "open"):
            _take(labeller, suggestion, suggestion.item.get(TYPE_FIELDS[layer], ""))
            self._settled()
        elif suggestion is not None and command in ("reject", "remove"):
            _refuse(labeller, suggestion)
            self._settled()
        elif suggestion is None and command is not None:
            from .commanding import COMMANDS_ON_ITEMS

            labeller.last_item = layer, item.id
            labeller.pop()
            COMMANDS_ON_ITEMS[command](labeller)
        else:
            labeller.say(f"{visible(key)} does nothing here")

    def _settled(self) -> None:
        """After a decision the next suggestion is chosen; after the last one it is over."""
        labeller = self.labeller
        if not open_suggestions(labeller, labeller.stretch):
            labeller.pop()
            _next_with_suggestions(labeller)

    def _next(self) -> None:
        if self.at + 1 >= len(self.found()):
            self.labeller.pop()
        else:
            self.at += 1

    def chosen(self) -> list[Span]:
        """Where it stands."""
        current = self.current()
        if current is None:
            return []
        _, item, suggestion = current
        if suggestion is None:
            return list(item.spans)
        return [(int(start), int(end)) for start, end in suggestion.item.get("spans", ())]

    def rows(self) -> list[Row]:
        """What it holds, and the labels."""
        current = self.current()
        if current is None:
            return []
        layer, item, suggestion = current
        rows = []
        if suggestion is None:
            from .forms import Form

            rows = [
                Row("", f"{name}: {said}", "dim")
                for name, said in Form(self.labeller, layer, item.id).said()
            ]
        return rows + [
            Row(key, f"{name}  {title}") for key, name, title in type_labels(self.labeller, layer)
        ]

    def footer(self) -> list[tuple[str, str]]:
        """What can be done with it."""
        current = self.current()
        if current is not None and current[2] is not None:
            return self.told("accept", "reject", "next_item", "back")
        return self.told("next_item", "open", "remove", "boundary", "same_chain", "pick_chain",
                         "own_chain", "fill_same", "back")  # fmt: skip


def _next_with_suggestions(labeller: Labeller) -> None:
    """Go to the next sentence that has a suggestion."""
    for at in range(labeller.at + 1, len(labeller.stretches)):
        if open_suggestions(labeller, labeller.stretches[at]):
            labeller.at = at
            labeller.push(Chosen(labeller))
            return
    labeller.say("no more suggestions below")


def _take(labeller: Labeller, suggestion: Any, label: str) -> None:
    """Accept a suggestion, with its own label or with another."""
    field = TYPE_FIELDS[suggestion.layer]
    origin = "accepted" if label == suggestion.item.get(field) else "edited"
    spans = tuple((int(a), int(b)) for a, b in suggestion.item["spans"])
    edit, name = make_item(
        labeller, suggestion.layer, label, spans, origin=origin, given=suggestion.item
    )
    labeller.edit(edit)
    labeller.last_item = suggestion.layer, name
    labeller.session.store.settle_suggestion(suggestion, "accepted")
    labeller.suggestions = [each for each in labeller.suggestions if each.id != suggestion.id]


def _refuse(labeller: Labeller, suggestion: Any) -> None:
    """Reject a suggestion: the log shows it."""
    labeller.edit(Reject(layer=suggestion.layer, item=suggestion.item))
    labeller.session.store.settle_suggestion(suggestion, "rejected")
    labeller.suggestions = [each for each in labeller.suggestions if each.id != suggestion.id]


def relabel(labeller: Labeller, layer: str, name: str, label: str) -> None:
    """Give an item another label; the entity of a mention without others goes along."""
    edits: list[Edit] = [Put(layer=layer, id=name, field=TYPE_FIELDS[layer], value=label)]
    item = find(labeller.document, layer, name)
    if layer == "events" and item.type != label and item.subtype is not None:
        edits.append(Put(layer=layer, id=name, field="subtype", value=None))
    if layer == "mentions" and item.entity:
        others = [m for m in labeller.document.mentions if m.entity == item.entity]
        if len(others) == 1:
            edits.append(Put(layer="entities", id=item.entity, field="type", value=label))
            edits.append(Put(layer="entities", id=item.entity, field="subtype", value=None))
    labeller.edit(Together(edits=tuple(edits)) if len(edits) > 1 else edits[0])
    labeller.last_item = layer, name
