"""Items that are wrong, by keys that are the same in every run: what got worse since a baseline.

A key is a label and the spans, ``PER 12-20``; of an argument or a relation it is the label and
both ends, ``victim(HARM 31-37, PER 12-20)``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from ..chains import CHAINED
from ..counting import Source
from ..diagnostics.links import ArgumentError, RelationError
from ..diagnostics.listing import ListedError, list_errors
from ..layers import SCORED_LAYERS
from ..report.model import Side

__all__ = ["Worse", "WrongItems", "newly_wrong", "wrong_items"]

_CHANGES = {
    "missed": "was right, is missed",
    "wrong_type": "was right, is taken for {label}",
    "wrong_boundary": "was right, has the wrong boundary",
    "wrong_both": "was right, has the wrong boundary and is taken for {label}",
    "partial": "was right, is right in part",
    "incorrect": "was right, is wrong",
    "spurious": "is newly spurious",
}


class WrongItems(Struct, frozen=True):
    """The wrong items of a document in a layer, by key."""

    wrong: set[str]
    """Of the gold: those that were not right."""
    spurious: set[str]
    """Of the predictions: those that met no gold."""


class Worse(Struct, frozen=True):
    """An item that was right and is not, or a spurious one that was not there."""

    document: str
    layer: str
    label: str
    change: str
    text: str
    start: int | None
    end: int | None


def wrong_items(
    gold: Source, predictions: Source, layers: Collection[str]
) -> dict[tuple[str, str], WrongItems]:
    """The wrong items under ``strict`` by (layer, document); of layers without items, nothing."""
    found: dict[tuple[str, str], WrongItems] = {}
    for row in _errors(gold, predictions, layers):
        known = found.setdefault((row.layer, row.document), WrongItems(set(), set()))
        if row.error == "spurious":
            known.spurious.add(_key(row))
        else:
            known.wrong.add(_key(row))
    return found


def newly_wrong(
    gold: Source,
    predictions: Source,
    layers: Collection[str],
    known: Mapping[tuple[str, str], WrongItems],
) -> Iterator[Worse]:
    """The items that are wrong and are not ``known`` to be, in the documents that are.

    Of a gold item that was wrong already, another mistake is nothing new.
    """
    for row in _errors(gold, predictions, layers):
        before = known.get((row.layer, row.document))
        if before is not None:
            keys = before.spurious if row.error == "spurious" else before.wrong
            if _key(row) not in keys:
                yield _worse(row)


def _errors(gold: Source, predictions: Source, layers: Collection[str]) -> Iterator[ListedError]:
    chosen = [layer for layer in SCORED_LAYERS if layer in layers and layer not in CHAINED]
    return list_errors(gold, predictions, layers=chosen) if chosen else iter(())


def _key(row: ListedError) -> str:
    if isinstance(row, (ArgumentError, RelationError)):
        return f"{row.label}({', '.join(map(_side, _ends(row)))})"
    return _side(row.predicted if row.error == "spurious" else row.gold)


def _side(side: Side | None) -> str:
    if side is None:
        return "nothing"
    if not side.spans:
        return f"{side.label} “{side.text}”"
    return f"{side.label} {'+'.join(f'{start}-{end}' for start, end in side.spans)}"


def _ends(row: ArgumentError | RelationError) -> tuple[Side | None, Side | None]:
    if isinstance(row, ArgumentError):
        return row.trigger, row.filler
    return row.head, row.tail


def _worse(row: ListedError) -> Worse:
    if isinstance(row, (ArgumentError, RelationError)):
        sides = [side for side in _ends(row) if side is not None]
        arrow = " – " if isinstance(row, RelationError) else " ← "
        text = arrow.join("nothing" if side is None else side.text for side in _ends(row))
        label, taken = row.label, ""
    else:
        shown = row.predicted if row.error == "spurious" else row.gold
        sides = [] if shown is None else [shown]
        text = "" if shown is None else shown.text
        label = "" if shown is None else shown.label
        taken = "" if row.predicted is None else row.predicted.label
    spans = [span for side in sides for span in side.spans]
    change = _CHANGES[row.error].format(label=taken)
    return Worse(row.document, row.layer, label, change, text, *_bounds(spans))


def _bounds(spans: Sequence[tuple[int, int]]) -> tuple[int | None, int | None]:
    if not spans:
        return None, None
    return min(start for start, _ in spans), max(end for _, end in spans)
