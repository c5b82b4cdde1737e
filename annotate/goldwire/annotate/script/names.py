"""Names of a script and ids of the document: what a word refers to."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from goldwire.schema.document import LAYERS, Document

from ..edits import PREFIXES, find
from ..references import CHAINS
from .errors import ScriptError
from .fields import NOUNS
from .lines import Word

__all__ = ["Names"]

_NESTED = frozenset({"place", "entity", "source", "channel", "filler"})
_NESTED_LISTS = frozenset({"claimants", "alternatives"})


class Names:
    """What is in a document, by id, and what the script itself has named."""

    def __init__(self, document: Document) -> None:
        self.given: dict[str, tuple[str, str]] = {}
        """By name: the layer, which may be ``hoppers``, and the id."""
        self.update(document)
        ids = [*self._items, *self._hoppers]
        self._next = {
            layer: max((int(i[1:]) for i in ids if i[:1] == prefix and _decimal(i[1:])), default=0)
            for layer, prefix in PREFIXES.items()
        }

    def update(self, document: Document) -> None:
        """Look at the document again."""
        self._document = document
        self._items = {item.id: layer for layer in LAYERS for item in getattr(document, layer)}
        self._hoppers = {event.hopper for event in document.events if event.hopper}

    def added(self, document: Document, layer: str, item: dict[str, Any]) -> None:
        """As :meth:`update`, where one item has been added."""
        self._document = document
        self._items[item["id"]] = layer
        if item.get("hopper"):
            self._hoppers.add(item["hopper"])

    def fresh(self, layer: str) -> str:
        """An id that nothing has: one more than the highest of its kind."""
        self._next[layer] += 1
        return f"{PREFIXES[layer]}{self._next[layer]}"

    def give(self, name: Word, layer: str, id: str) -> None:
        """Let a name stand for an item or a hopper; ``ScriptError`` where it is given already."""
        if name.text in self.given:
            raise ScriptError(
                f"the name {name.text!r} is given already", hint="Give each item one of its own."
            ).at(None, name.column)
        self.given[name.text] = layer, id

    def find(self, word: Word, wanted: Iterable[str] = ()) -> tuple[str, str]:
        """The layer and the id that a word refers to, chains by their members where wanted.

        ``wanted`` are the layers that may be referred to; none is any item. Raises
        ``ScriptError`` for a name nobody has, and for what is something else.
        """
        layers = tuple(wanted)
        layer, id = self._found(word, layers)
        if not layers or layer in layers:
            return layer, id
        for chain in layers:
            members, field = CHAINS.get(chain, ("", ""))
            if layer == members:
                name = getattr(find(self._document, layer, id), field)
                if name is None:
                    raise ScriptError(
                        f"{word.text!r} has no {field}",
                        hint=f"Give it one first: set {word.text} {field}=new",
                    ).at(None, word.column)
                return chain, name
        nouns = " or ".join(_article(each) for each in layers)
        raise ScriptError(
            f"{word.text!r} is {_article(layer)}", hint=f"What belongs here is {nouns}."
        ).at(None, word.column)

    def _found(self, word: Word, layers: tuple[str, ...]) -> tuple[str, str]:
        name = word.text
        given = self.given.get(name)
        if given is not None:
            layer, id = given
            if id in (self._hoppers if layer == "hoppers" else self._items):
                return given
            raise ScriptError(
                f"{name!r} is gone", hint="An earlier line removed it, or merged it into another."
            ).at(None, word.column)
        # A hopper may have the id of an item: the place says which is meant.
        if name in self._hoppers and ("hoppers" in layers or name not in self._items):
            return "hoppers", name
        if name in self._items:
            return self._items[name], name
        near = get_close_matches(name, [*self.given, *self._items, *self._hoppers], n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise ScriptError(
            f"there is no {name!r}.{guess}",
            hint="A name is given with 'as' on an earlier line, or is an id of the document.",
        ).at(None, word.column)

    def nested(self, value: Any, wanted: tuple[str, ...], column: int | None) -> Any:
        """JSON with the names in it replaced by ids, where the records of incidents have them."""

        def id_of(each: Any) -> Any:
            return self.find(Word(each, column), wanted)[1] if isinstance(each, str) else each

        if isinstance(value, list):
            return [self.nested(each, wanted, column) for each in value]
        if not isinstance(value, dict):
            return value
        found = {}
        for key, each in value.items():
            if key in _NESTED:
                found[key] = id_of(each)
            elif key in _NESTED_LISTS and isinstance(each, list):
                found[key] = [id_of(one) for one in each]
            else:
                found[key] = self.nested(each, wanted, column)
        return found


def _decimal(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _article(layer: str) -> str:
    noun = "hopper" if layer == "hoppers" else NOUNS[layer]
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
