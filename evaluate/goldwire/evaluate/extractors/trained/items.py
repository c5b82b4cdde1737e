"""The layers of phrases that are learnt, and their items as ranges of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from goldwire.schema.document import Document

from .reading import Reading
from .tags import Range

__all__ = ["PHRASES", "Item", "PhraseLayer", "items_of", "phrase_kind"]


class PhraseLayer(Struct, frozen=True):
    """What a layer calls its label, what else is learnt, and the letter that its ids begin with."""

    label: str
    attributes: tuple[str, ...]
    letter: str


PHRASES: Mapping[str, PhraseLayer] = {
    "mentions": PhraseLayer("type", ("level",), "m"),
    "times": PhraseLayer("type", (), "t"),
    "quantities": PhraseLayer("kind", ("comparator",), "q"),
    "events": PhraseLayer(
        "type", ("subtype", "realis", "polarity", "certainty", "tense"), "v"
    ),
}  # fmt: skip
"""By name of the layer; values of times and quantities are not learnt."""

_KINDS = {"times": "time", "quantities": "quantity", "events": "event"}


class Item(Struct, frozen=True):
    """A phrase: its layer, its id in the document, its range of words, its label."""

    layer: str
    id: str
    range: Range
    label: str


def phrase_kind(item: Item) -> str:
    """What an item is as a filler: a mention's type, else ``time``, ``quantity``, ``event``."""
    return item.label if item.layer == "mentions" else _KINDS[item.layer]


def items_of(document: Document, reading: Reading, layers: Sequence[str]) -> list[tuple[Item, Any]]:
    """The items of some layers that are ranges of words of one sentence, with their records.

    A discontinuous item stands for all that is between its first and its last word.
    """
    found = []
    for layer in layers:
        for record in getattr(document, layer):
            words = reading.words_of(record.spans)
            if words is not None:
                label = getattr(record, PHRASES[layer].label)
                found.append((Item(layer, record.id, words, label), record))
    return found
