"""New items of layers that do not stand in the text: their label, then their ends or a form."""

from __future__ import annotations

from typing import Any

from goldwire.schema.errors import InputError
from goldwire.schema.positions import visible

from ..edits import Add
from .asking import Choice, Choosing
from .chaining import chain_choices
from .forms import Form
from .labeller import Labeller
from .marking import type_labels

__all__ = ["begin_item"]


def begin_item(labeller: Labeller) -> None:
    """Make an item of a layer that does not stand in the text: its label, then its ends."""
    layer = labeller.layer
    if layer not in ("relations", "event_links", "incidents", "entities"):
        raise InputError(f"{layer} are made in the text: give the letter of a word")
    rows = [Choice(name, f"{name}  {title}", key=key)
            for key, name, title in type_labels(labeller, layer)]  # fmt: skip

    def pick(label: str) -> None:
        if layer == "relations":
            _ask_ends(labeller, label, ("head", "tail"), _mentions)
        elif layer == "event_links":
            _ask_ends(labeller, label, ("from", "to"), lambda lab: chain_choices(lab, "events"))
        else:
            item: dict[str, Any] = {"type": label}
            if layer == "incidents":
                item |= {"hoppers": [], "stage": "accomplished"}
            _made(labeller, layer, item)
            labeller.push(Form(labeller, layer, str(labeller.last_item and labeller.last_item[1])))

    labeller.push(Choosing(labeller, f"a new one of {layer}", lambda: rows, pick))


def _mentions(labeller: Labeller) -> list[Choice]:
    here = labeller.stretch.start
    items = sorted(
        labeller.document.mentions, key=lambda m: (abs(m.spans[0][0] - here), m.spans, m.id)
    )
    return [Choice(m.id, f"{m.type} {visible(m.text)}  {m.id}", m.spans[0]) for m in items]


def _ask_ends(labeller: Labeller, label: str, ends: tuple[str, str], choices: Any) -> None:
    def first(one: str) -> None:
        def second(other: str) -> None:
            if one == other:
                raise InputError("both ends are the same")
            _made(labeller, labeller.layer, {"type": label, ends[0]: one, ends[1]: other})

        labeller.push(
            Choosing(labeller, f"{label}: {labeller.words(one)} → {ends[1]}",
                     lambda: choices(labeller), second)
        )  # fmt: skip

    labeller.push(Choosing(labeller, f"{label}: {ends[0]}", lambda: choices(labeller), first))


def _made(labeller: Labeller, layer: str, item: dict[str, Any]) -> None:
    name = labeller.fresh_id(layer)
    labeller.edit(Add(layer=layer, item={"id": name, "origin": "typed", **item}))
    labeller.last_item = layer, name
