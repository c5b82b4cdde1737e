"""Goldwire documents for peers that know less: items with their place, side by side.

Peers know no optional items, no other accepted answers, and no text that is not scored: they
get all items, and the notes say how many of these there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from goldwire.schema.errors import InputError

from ..assemble import Resampling
from ..chains import ChainOptions
from ..columns import SPAN_LAYERS, Columns, LabelSpaces, Side, columns, unscored_text
from ..counting import Source, raw_documents
from ..notes import Notes
from ..reading.gold import Gold
from ..reading.pairing import Block, blocks
from ..reading.predictions import Prediction
from ..report.model import Report
from ..scoring import score
from ..tables import Labels, Shape

__all__ = ["Item", "ReadDocument", "SpanLayer", "covering", "own_report", "read_documents"]

SpanLayer = Literal["mentions", "times", "quantities", "events", "attributions", "zones"]
"""Layers whose items are spans with a label."""

_CHAINED = {"mentions": "entity", "events": "hopper"}
_SPECIAL = {
    "optional": "optional gold items count like any other here",
    "alternatives": "other accepted answers count as wrong here",
    "unscored": "items of either side in zones that are not scored count like any other here",
}
"""What the peers do not know, by what it is called in gold."""

_SAID = {
    "document without a prediction": "without a prediction: all its items are missed",
    "unknown document": "predicted without gold",
    "quote not in the text": "quotes stand nowhere in the text; they are wrong",
}


class Item(Struct, frozen=True):
    """One item: its label, its fragments in code points, its chain, and the record itself."""

    label: str
    spans: Shape
    chain: str | None
    record: Any


class ReadDocument(Struct, frozen=True):
    """A document with the items of both sides by layer; ``known`` says that it has gold."""

    name: str
    known: bool
    gold: dict[str, list[Item]]
    predicted: dict[str, list[Item]]
    records: tuple[Gold, Prediction]


def read_documents(
    gold: Source, predictions: Source, layers: Sequence[str], declared: str
) -> tuple[list[ReadDocument], list[str]]:
    """The documents of both sides in pairs, and notes on what the peer does not know.

    ``layers`` are span layers; documents in which ``declared`` is not annotated are left out.
    Raises what scoring raises, and ``InputError`` where no gold is left.
    """
    notes = Notes()
    labels: LabelSpaces = {layer: Labels() for layer in SPAN_LAYERS}
    found: list[ReadDocument] = []
    skipped = 0
    special = dict.fromkeys(_SPECIAL, 0)
    sides = raw_documents(gold, "gold"), raw_documents(predictions, "predictions")
    for block in blocks(*sides, notes, tuple(dict.fromkeys((*layers, declared)))):
        table = columns(block, layers, labels, notes)
        for number, name in enumerate(block.names):
            if declared in table.declared and not table.declared[declared][number]:
                skipped += 1
                continue
            found.append(_document(table, block, number, name, layers))
            _count_special(special, found[-1])
    if not any(document.known for document in found):
        raise InputError(
            f"no gold document names {declared} in annotation.layers",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )
    said = [f"{special[kind]} {words}" for kind, words in _SPECIAL.items() if special[kind]]
    if skipped:
        said.append(f"{skipped} documents without the layer {declared} are left out")
    said += [
        f"{note.count} {_SAID.get(note.kind, note.kind)}: {', '.join(note.examples)}"
        for note in notes.all()
    ]
    return found, said


def own_report(
    gold: Source, predictions: Source, layers: Sequence[str], chains: ChainOptions | None = None
) -> Report:
    """The report of this package over the same documents, without intervals and errors."""
    return score(
        gold, predictions, layers=layers, errors=0, chains=chains,
        resampling=Resampling(resamples=0),
    )  # fmt: skip


def covering(item: Item) -> tuple[int, int]:
    """First and last offset of an item, what is between its fragments included."""
    return item.spans[0][0], item.spans[-1][1]


def _document(
    table: Columns, block: Block, number: int, name: str, layers: Sequence[str]
) -> ReadDocument:
    return ReadDocument(
        name,
        block.known[number],
        {layer: _items(table.gold[layer], layer, number) for layer in layers},
        {layer: _items(table.predicted[layer], layer, number) for layer in layers},
        (block.gold[number], block.predictions[number]),
    )


def _items(side: Side, layer: str, number: int) -> list[Item]:
    begin, end = side.offsets[number : number + 2].tolist()
    field = SPAN_LAYERS[layer]
    return [
        Item(
            getattr(record, field),
            side.spans.spans_of(begin + at),
            getattr(record, _CHAINED.get(layer, ""), None),
            record,
        )
        for at, record in enumerate(side.items[begin:end])
    ]


def _count_special(special: dict[str, int], document: ReadDocument) -> None:
    for items in document.gold.values():
        for item in items:
            for each in (item.record, *getattr(item.record, "arguments", ())):
                special["optional"] += each.optional
                special["alternatives"] += len(each.alternatives)
    unscored = unscored_text(document.records[0])
    if unscored:
        special["unscored"] += sum(
            all(any(low <= start and end <= high for low, high in unscored)
                for start, end in item.spans)
            for side in (document.gold, document.predicted)
            for items in side.values()
            for item in items
        )  # fmt: skip
