"""A block of documents as columns: one table of items a layer and side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, NoReturn

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.document import LAYERS
from goldwire.schema.errors import InputError, InvalidDocument
from goldwire.schema.positions import surface

from .notes import Notes
from .quoting.placing import place_quotes
from .quoting.search import likeness
from .reading.gold import Gold
from .reading.pairing import Block, place_of
from .reading.predictions import Anchor, anchored_spans
from .tables import Ints, Labels, Shape, Spans, Variants, joined, within_reach

__all__ = ["SPAN_LAYERS", "Columns", "LabelSpaces", "Side", "columns", "unscored_text"]

SPAN_LAYERS = {
    "zones": "kind",
    "mentions": "type",
    "times": "type",
    "quantities": "kind",
    "events": "type",
    "attributions": "style",
}
"""Layers that are scored as spans, and the field that holds an item's type."""

LabelSpaces = dict[str, Labels]
"""By layer the labels and their codes: the same for all blocks."""

_flat = chain.from_iterable
_spans, _start, _end = attrgetter("spans"), attrgetter("start"), attrgetter("end")
_text, _head, _quote = attrgetter("text"), attrgetter("head"), attrgetter("quote")
_optional, _alternatives = attrgetter("optional"), attrgetter("alternatives")
_NOWHERE = ((-1, -1),)
"""Spans that are none, and are refused."""
_APART = 2
"""Code points between the made-up places of items that have none."""
_FAR = 1 << 27
"""Code points from the made-up places of one layer to those of the next: more than texts have."""


class Side(Struct, frozen=True, gc=False):
    """The items of one layer on one side, in the order of documents and of their lists.

    ``offsets`` has shape ``(documents + 1,)``: the items of document ``d`` are the rows
    ``offsets[d]:offsets[d + 1]`` of ``items`` and of ``spans``.
    """

    items: list[Any]
    offsets: Ints
    spans: Spans
    chains: dict[str, tuple[Ints, int]] = {}
    """What ``chain_numbers`` found, by the field that names the chain."""


class Columns(Struct, frozen=True, gc=False):
    """A block as columns: every span layer that was asked for, and what is not scored."""

    block: Block
    gold: dict[str, Side]
    predicted: dict[str, Side]
    unscored: Spans
    declared: dict[str, NDArray[np.bool_]]
    """By layer the documents in which it is annotated; all, where there is no gold."""
    unplaced: dict[tuple[str, int, int], str]
    """Quotes that stand nowhere, by layer, document in the block, and place in its list."""


def columns(block: Block, layers: Sequence[str], labels: LabelSpaces, notes: Notes) -> Columns:
    """Turn a block into columns. Raises ``InputError`` for spans that are not in the text."""
    reader = _Reader(block, labels, notes)
    spaces = [sorted(set(gold.annotation.layers)) for gold in block.gold]
    for number, names in enumerate(spaces):
        for name in names:
            if name not in LAYERS:
                notes.add("unknown layer", f"{name} in {block.gold[number].id}")
    declared = {
        layer: np.fromiter((layer in names for names in spaces), bool, len(spaces))
        for layer in (*SPAN_LAYERS, "entities", "relations", "incidents")
    }
    gold = {layer: reader.gold(layer) for layer in layers}
    return Columns(
        block,
        gold,
        {layer: reader.predicted(layer) for layer in layers},
        _unscored(block.gold),
        declared,
        reader.unplaced,
    )


class _Reader:
    def __init__(self, block: Block, labels: LabelSpaces, notes: Notes) -> None:
        self.block = block
        self.labels = labels
        self.notes = notes
        self.unplaced: dict[tuple[str, int, int], str] = {}
        self.limits = np.fromiter((len(gold.text) for gold in block.gold), np.int64, len(block))

    def gold(self, layer: str) -> Side:
        items, offsets = _items(self.block.gold, layer)
        document = _documents(offsets)
        labels = self.labels[layer]
        codes = labels.codes(map(attrgetter(SPAN_LAYERS[layer]), items))
        shapes = list(map(_spans, items))
        start, end, fragments = _bounds(shapes)
        optional = np.zeros(len(items), bool)
        variants: list[tuple[int, Shape, int]] = []
        plain = self.block.plain[0] and layer == "mentions"
        if not plain and any(map(_optional, items)):
            optional = np.array([bool(item.optional) for item in items], bool)
        if not plain and any(map(_alternatives, items)):
            for row, item in enumerate(items):
                for other in item.alternatives or ():
                    if other.spans is not None or other.type is not None:
                        shape = item.spans if other.spans is None else other.spans
                        code = labels.code(other.type) if other.type is not None else codes[row]
                        variants.append((row, joined(shape) or _NOWHERE, int(code)))
        headed = layer == "mentions" and not plain
        low, high = _heads(items if headed else [], len(items))
        spans = _table(
            len(self.block), document, offsets, (start, end, low, high), codes, labels,
            optional, fragments, Variants.of(variants),
        )  # fmt: skip
        self._check_gold(layer, spans, shapes)
        return Side(items, offsets, spans)

    def _check_gold(self, layer: str, table: Spans, shapes: list[Any]) -> None:
        """Spans that no text has would be counted without a word: refuse them."""
        limit = self.limits[table.document]
        wrong = (table.start < 0) | (table.start >= table.end) | (table.end > limit)
        wrong |= (table.head_start < -1) | (table.head_end > limit)
        wrong |= (table.head_start >= 0) & (table.head_start >= table.head_end)
        for row in table.fragments:
            wrong[row] |= not _sound(shapes[row], int(limit[row]))
        others = table.variants
        for row, item in enumerate(others.item.tolist()):
            shape = others.fragments.get(row) or ((int(others.start[row]), int(others.end[row])),)
            wrong[item] |= not _sound(shape, int(limit[item]))
        if not wrong.any():
            return
        row = int(np.flatnonzero(wrong)[0])
        document = int(table.document[row])
        raw = self.block.raws[document][0]
        raise InvalidDocument(
            "an item has spans or a head that are not in the text of "
            f"{self.block.gold[document].id!r}",
            source=place_of(raw) if raw else None,
            pointer=f"/{layer}/{int(table.place[row])}",
            hint="See all that is wrong with `goldwire schema validate`.",
        )

    def predicted(self, layer: str) -> Side:
        items, offsets = _items(self.block.predictions, layer)
        document = _documents(offsets)
        labels = self.labels[layer]
        codes = labels.codes(map(attrgetter(SPAN_LAYERS[layer]), items), predicted=True)
        found = self._plain_bounds(items, document)
        if found is None:
            shapes = self._shapes(layer, items, offsets)
            start, end, fragments = _bounds(shapes)
        else:
            (start, end), fragments = found, {}
        headed = layer == "mentions" and not self.block.plain[1]
        low, high = _heads(items if headed else [], len(items))
        if not all(self.block.known):  # without a text no head is in it
            nowhere = ~np.array(self.block.known, bool)[document]
            low[nowhere] = high[nowhere] = -1
        wrong = (low < -1) | (high > self.limits[document]) | ((low >= 0) & (low >= high))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            at = int(document[row])
            place = row - int(offsets[at])
            self._refuse(at, layer, place, "has a head that is not in the text")
        spans = _table(
            len(self.block), document, offsets, (start, end, low, high), codes, labels,
            np.zeros(len(items), bool), fragments, Variants.of(()),
        )  # fmt: skip
        return Side(items, offsets, spans)

    def _plain_bounds(self, items: list[Any], document: Ints) -> tuple[Ints, Ints] | None:
        """Starts and ends, where all items have just these, in the text; else ``None``."""
        if not self.block.plain[1]:
            for other in (_spans, _quote, _text):
                if list(map(other, items)).count(None) != len(items):
                    return None
        try:
            start = np.fromiter(map(_start, items), np.int64, len(items))
            end = np.fromiter(map(_end, items), np.int64, len(items))
        except (OverflowError, TypeError):
            return None  # one is missing or too large: item by item it gets its sentence
        sound = (start >= 0) & (start < end) & (end <= self.limits[document])
        return (start, end) if sound.all() else None

    def _shapes(self, layer: str, items: list[Any], offsets: Ints) -> list[Shape]:
        shapes: list[Shape] = []
        for number, gold in enumerate(self.block.gold):
            own = items[int(offsets[number]) : int(offsets[number + 1])]
            if not self.block.known[number]:  # there is no text: each item stands by itself
                shapes += _apart(layer, own)
                continue
            text = gold.text
            quoted = self._quoted(layer, number, own, text)
            for at, item in enumerate(own):
                if at in quoted:
                    shapes.append(quoted[at])
                    continue
                spans = item.spans
                if spans is not None and len(spans) == 1 and item.start is None:
                    start, end = spans[0]
                    if 0 <= start < end <= len(text) and (
                        item.text is None or text[start:end] == item.text
                    ):
                        shapes.append(spans)
                        continue
                shapes.append(self._shape(layer, number, at, item, text))
        return shapes

    def _shape(self, layer: str, number: int, at: int, item: Anchor, text: str) -> Shape:
        try:
            spans = anchored_spans(item, text)
        except ValueError as problem:
            self._refuse(number, layer, at, str(problem))
        return joined(spans or ())

    def _quoted(self, layer: str, number: int, items: list[Any], text: str) -> dict[int, Shape]:
        """Shapes of the items that have nothing but a quote, by their place in the list."""
        quoted = [at for at, item in enumerate(items) if item.quote is not None]
        waiting = [at for at in quoted if not _has_offsets(items[at])]
        shapes: dict[int, Shape] = {}
        nowhere: dict[object, Shape] = {}
        notes = []
        placed = place_quotes(text, [items[at].quote for at in waiting])
        for at, placement in zip(waiting, placed, strict=True):
            quote = items[at].quote.exact
            if placement.span is None:  # past the end of the text it meets nothing, and counts
                self.notes.add("quote not in the text", quote[:60])
                self.unplaced[layer, number, at] = quote
                beyond = sum(shape[0][1] - shape[0][0] + _APART for shape in nowhere.values())
                shapes[at] = nowhere.setdefault(
                    items[at].quote, _made_up(layer, beyond, len(quote))
                )
            else:
                shapes[at] = (placement.span,)
                notes.append((placement.how, quote, shapes[at]))
        for at in quoted:
            if _has_offsets(items[at]) and items[at].spans:  # placed by whoever wrote them
                quote, spans = items[at].quote.exact, items[at].spans
                notes.append((likeness(quote, surface(text, spans)), quote, spans))
        for how, quote, spans in notes:
            if how in ("words", "fuzzy"):
                example = f"{quote[:60]} → {surface(text, spans)[:60]}"
                self.notes.add(f"quote placed by {how}", example)
            elif how != "exact":
                self.notes.add(f"quote placed by {how}", quote[:60])
        return shapes

    def _refuse(self, number: int, layer: str, at: int, problem: str) -> NoReturn:
        raw = self.block.raws[number][1]
        noun = "quantity" if layer == "quantities" else layer[:-1]
        raise InputError(
            f"{noun} {problem}",
            source=raw.source if raw else None,
            line=raw.line if raw else None,
            pointer=f"/{layer}/{at}",
            hint=f"The document is {self.block.gold[number].id!r}; spans are half-open code"
            " points.",
        )


def _has_offsets(item: Anchor) -> bool:
    return item.spans is not None or (item.start is not None and item.end is not None)


def _made_up(layer: str, at: int, size: int) -> Shape:
    """A place that no text has and no other item, of whichever layer, as long as the item.

    Places of a layer are as far apart as texts are long.
    """
    start = (list(SPAN_LAYERS).index(layer) + 1) * _FAR + at
    return ((start, start + max(1, min(size, _FAR // 2))),)


def _apart(layer: str, items: list[Any]) -> list[Shape]:
    """Made-up places for the items of a document without a text; the same for equal anchors."""
    known: dict[object, Shape] = {}
    shapes = []
    at = 0
    for item in items:
        anchor = (item.spans, item.start, item.end, item.quote)
        if anchor not in known:
            known[anchor] = _made_up(layer, at, _size(item))
            at += known[anchor][0][1] - known[anchor][0][0] + _APART
        shapes.append(known[anchor])
    return shapes


def _size(item: Anchor) -> int:
    """How many characters an item says that it has."""
    if item.spans is not None:
        return sum(max(0, end - start) for start, end in item.spans)
    if item.start is not None and item.end is not None:
        return item.end - item.start
    return len(item.quote.exact) if item.quote is not None else 1


def _items(documents: Sequence[Any], layer: str) -> tuple[list[Any], Ints]:
    lists = list(map(attrgetter(layer), documents))
    offsets = np.zeros(len(lists) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, lists), np.int64, len(lists)), out=offsets[1:])
    return list(_flat(lists)), offsets


def _documents(offsets: Ints) -> Ints:
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def _bounds(
    shapes: Sequence[Shape],
) -> tuple[Ints, Ints, dict[int, Shape]]:
    """First and last offset of each item, and the fragments of those that have several.

    Raises nothing for wrong offsets: those that no array can hold become −1, and are refused.
    """
    size = len(shapes)
    try:
        flat = np.fromiter(_flat(_flat(shapes)), np.int64)
    except OverflowError:
        shapes = [within_reach(shape) for shape in shapes]
        flat = np.fromiter(_flat(_flat(shapes)), np.int64)
    if len(flat) == 2 * size and all(shapes):  # none has more than one, since none has none
        return flat[0::2], flat[1::2], {}
    fragments = {}
    start, end = np.empty(size, np.int64), np.empty(size, np.int64)
    for row, shape in enumerate(shapes):
        whole = joined(shape) or _NOWHERE
        start[row], end[row] = whole[0][0], whole[-1][1]
        if len(whole) > 1:
            fragments[row] = whole
    return start, end, fragments


def _heads(items: list[Any], size: int) -> tuple[Ints, Ints]:
    if not any(map(_head, items)):
        none = np.full(size, -1, np.int64)
        return none, none
    heads = [head or (-1, -1) for head in map(_head, items)]
    try:
        flat = np.fromiter(_flat(heads), np.int64, 2 * len(heads))
    except OverflowError:
        heads = [head if max(map(abs, head)) < 2**31 else (-2, -2) for head in heads]
        flat = np.fromiter(_flat(heads), np.int64, 2 * len(heads))
    return flat[0::2], flat[1::2]


def _table(
    documents: int,
    document: Ints,
    offsets: Ints,
    bounds: tuple[Ints, ...],
    codes: Ints,
    labels: Labels,
    optional: NDArray[np.bool_],
    fragments: dict[int, Shape],
    variants: Variants,
) -> Spans:
    start, end, head_start, head_end = bounds
    return Spans(
        documents,
        document,
        start,
        end,
        codes,
        head_start,
        head_end,
        optional,
        np.arange(len(document)) - offsets[document],
        fragments,
        variants,
        labels,
    )


def _sound(shape: Shape, size: int) -> bool:
    return bool(shape) and all(0 <= start < end <= size for start, end in shape)


def _unscored(documents: Sequence[Gold]) -> Spans:
    found = [unscored_text(gold) for gold in documents]
    sizes = np.fromiter(map(len, found), np.int64, len(found))
    flat = np.fromiter(_flat(_flat(found)), np.int64, 2 * int(sizes.sum()))
    none = np.full(int(sizes.sum()), -1, np.int64)
    document = np.repeat(np.arange(len(found)), sizes)
    return Spans(
        len(found), document, flat[0::2], flat[1::2], np.zeros(len(none), np.int64), none, none,
        np.zeros(len(none), bool), none, {}, Variants.of(()), Labels(["unscored"]),
    )  # fmt: skip


def unscored_text(gold: Gold) -> Shape:
    """Where the zones are not scored; zones with only blanks between them are one stretch."""
    found: list[tuple[int, int]] = []
    size = len(gold.text)
    spans = [span for zone in gold.zones if not zone.scored for span in zone.spans]
    for start, end in sorted(spans):
        start, end = max(0, start), min(end, size)
        if found and not gold.text[found[-1][1] : start].strip():
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif start < end:
            found.append((start, end))
    return tuple(found)
