"""What items refer to: ids of a block's documents turned into rows of its tables.

Mentions, times, quantities, and events are numbered together, in this order: one *item number*
for everything that an argument, a relation, or an attribution may refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InvalidDocument

from .columns import Columns, Side
from .keys import ordering, pack
from .reading.pairing import place_of
from .reading.predictions import repeats
from .tables import Ints, Shape

__all__ = [
    "REFERRED",
    "Items",
    "Links",
    "Places",
    "flattened",
    "items_of",
    "locate",
    "ranked",
    "refuse_dangling",
    "refuse_dangling_relations",
    "refuse_relation",
    "said_at",
]

REFERRED = ("mentions", "times", "quantities", "events")
"""Layers that other layers refer to, in the order in which an id is looked for."""

_id = attrgetter("id")


class Links(Struct, frozen=True, gc=False):
    """What refers to items on one side of a block, and the item numbers that it refers to.

    ``arguments`` stand in the order of events and of their lists, ``event`` are the rows of
    their events; ``relations`` stand in the order of documents. ``sources`` has a number for
    each attribution. A number is −1 where a reference leads nowhere, or there is none.
    """

    arguments: list[Any]
    event: Ints
    fillers: Ints
    relations: list[Any]
    document: Ints
    heads: Ints
    tails: Ints
    sources: Ints


class Items(Struct, frozen=True, gc=False):
    """All items of one side of a block that may be referred to, and what refers to them.

    ``first`` holds the item number of each layer's first item, ``by_id`` a map from ids to item
    numbers for each document, ``document`` and ``optional`` have shape ``(items,)``.
    """

    first: dict[str, int]
    by_id: list[dict[str, int]]
    document: Ints
    optional: NDArray[np.bool_]
    links: Links

    def numbers(self, documents: Ints, names: Iterable[str | None]) -> Ints:
        """The item numbers of ids, each in its document; −1 where one leads nowhere."""
        return _numbers(self.by_id, documents, names)


def _numbers(
    by_id: Sequence[Mapping[str, int]], documents: Ints, names: Iterable[str | None]
) -> Ints:
    maps = map(by_id.__getitem__, documents.tolist())
    # No map knows None: it leads nowhere, too.
    found = [known.get(name, -1) for known, name in zip(maps, names, strict=True)]  # type: ignore[arg-type]
    return np.array(found, np.int64)


def items_of(columns: Columns, sides: Mapping[str, Side]) -> Items:
    """Number the items of one side.

    An id is looked for in mentions, times, quantities, and last in events; of an id that stands
    twice in one layer the item that is first in the text counts.
    """
    first: dict[str, int] = {}
    total = 0
    for layer in REFERRED:
        first[layer] = total
        total += len(sides[layer].items)
    by_id: list[dict[str, int]] = [{} for _ in range(len(columns.block))]
    for layer in reversed(REFERRED):
        side = sides[layer]
        names = list(map(_id, side.items))
        bounds = side.offsets.tolist()
        for number, known in enumerate(by_id):
            begin, end = bounds[number], bounds[number + 1]
            if begin == end:
                continue
            own = names[begin:end]
            base = first[layer] + begin
            known.update(zip(own, range(base, base + end - begin), strict=True))
            known.pop(None, None)  # type: ignore[call-overload]
            twice = repeats(own)
            rows = [row for row in range(begin, end) if names[row] in twice] if twice else []
            for row in sorted(rows, key=partial(said_at, side), reverse=True):
                known[names[row]] = first[layer] + row
    return Items(
        first,
        by_id,
        np.concatenate([sides[layer].spans.document for layer in REFERRED]),
        np.concatenate([sides[layer].spans.optional for layer in REFERRED]),
        _links(columns, sides, by_id),
    )


def _links(
    columns: Columns, sides: Mapping[str, Side], by_id: Sequence[Mapping[str, int]]
) -> Links:
    block = columns.block
    documents = block.gold if sides is columns.gold else block.predictions
    events, attributions = sides["events"], sides.get("attributions")
    arguments, event = flattened(map(attrgetter("arguments"), events.items))
    relations, document = flattened(map(attrgetter("relations"), documents))
    return Links(
        arguments,
        event,
        _numbers(by_id, events.spans.document[event], map(attrgetter("filler"), arguments)),
        relations,
        document,
        _numbers(by_id, document, map(attrgetter("head"), relations)),
        _numbers(by_id, document, map(attrgetter("tail"), relations)),
        np.zeros(0, np.int64)
        if attributions is None
        else _numbers(
            by_id, attributions.spans.document, map(attrgetter("source"), attributions.items)
        ),
    )


def said_at(side: Side, row: int) -> tuple[Any, ...]:
    """Where an item stands and what it says: sorts items by that, whatever their order."""
    table = side.spans
    return table.spans_of(row), table.labels.names[table.label[row]], repr(side.items[row])


class Places(Struct, frozen=True, gc=False):
    """A number for every place, the same for gold and predictions: document and fragments.

    ``gold`` and ``predicted`` have shape ``(items,)``. ``heads`` is the place of the gold item's
    head, its own place where none is named; ``predicted_heads`` that of a predicted item's, −1
    where none is. ``answers`` maps the number of a gold item with other accepted answers to all
    of them as (place, label), its own first. ``labels`` are ranks of the labels of mentions and
    events, −1 for other items.
    """

    gold: Ints
    predicted: Ints
    heads: Ints
    predicted_heads: Ints
    gold_labels: Ints
    predicted_labels: Ints
    answers: dict[int, list[tuple[int, int]]]
    size: int
    """One more than the largest number."""


def locate(columns: Columns, gold: Items) -> Places:
    """Number the places of a block."""
    documents, starts, ends, shapes = _places(columns)
    codes: dict[Shape, int] = {}
    for shape in sorted(set(shapes.values())):
        codes[shape] = len(codes) + 1
    broken = np.zeros(len(starts), np.int64)
    for row, shape in shapes.items():
        broken[row] = codes[shape]
    keys = pack([documents, starts, ends - starts, broken], len(starts))
    numbers, size = ranked(keys)
    golds = sum(len(columns.gold[layer].items) for layer in REFERRED)
    guesses = sum(len(columns.predicted[layer].items) for layer in REFERRED)
    ends = np.cumsum([golds, guesses, golds, guesses])
    own, guessed, heads, guessed_heads, others = np.split(numbers, ends)
    unnamed = np.concatenate([columns.predicted[layer].spans.head_start < 0 for layer in REFERRED])
    guessed_heads = np.where(unnamed, -1, guessed_heads)
    labels = _labels(columns, columns.gold)
    answers: dict[int, list[tuple[int, int]]] = {}
    at = 0
    for layer in REFERRED:
        table = columns.gold[layer].spans
        ranks = _ranks(columns, layer)
        for row, label in zip(
            table.variants.item.tolist(), table.variants.label.tolist(), strict=True
        ):
            item = gold.first[layer] + row
            known = answers.setdefault(item, [(int(own[item]), int(labels[item]))])
            answer = int(others[at]), int(ranks[label]) if len(ranks) else -1
            if answer not in known:
                known.append(answer)
            at += 1
    return Places(
        own,
        guessed,
        heads,
        guessed_heads,
        labels,
        _labels(columns, columns.predicted),
        answers,
        size,
    )


def _places(columns: Columns) -> tuple[Ints, Ints, Ints, dict[int, Shape]]:
    """Document, start, and end: of gold items, predicted items, the heads of both, variants."""
    parts: list[tuple[Ints, Ints, Ints, dict[int, Shape]]] = []
    tables = [columns.gold[layer].spans for layer in REFERRED]
    parts += [(t.document, t.start, t.end, t.fragments) for t in tables]
    guesses = [columns.predicted[layer].spans for layer in REFERRED]
    parts += [(t.document, t.start, t.end, t.fragments) for t in guesses]
    for table in (*tables, *guesses):
        named = table.head_start >= 0
        whole = {row: shape for row, shape in table.fragments.items() if not named[row]}
        start = np.where(named, table.head_start, table.start)
        parts.append((table.document, start, np.where(named, table.head_end, table.end), whole))
    for table in tables:
        others = table.variants
        parts.append((table.document[others.item], others.start, others.end, others.fragments))
    shapes: dict[int, Shape] = {}
    base = 0
    for _, start, _, fragments in parts:
        shapes |= {base + row: shape for row, shape in fragments.items()}
        base += len(start)
    document, starts, ends = (
        np.concatenate([part[column] for part in parts]) for column in range(3)
    )
    return document, starts, ends, shapes


def _ranks(columns: Columns, layer: str) -> Ints:
    """Ranks of the labels that tell items apart: of mentions, then of events."""
    labels = columns.gold[layer].spans.labels
    if layer == "mentions":
        return labels.ranks()
    if layer == "events":
        return labels.ranks() + len(columns.gold["mentions"].spans.labels)
    return np.zeros(0, np.int64)


def _labels(columns: Columns, sides: Mapping[str, Side]) -> Ints:
    parts = []
    for layer in REFERRED:
        label = sides[layer].spans.label
        ranks = _ranks(columns, layer)
        parts.append(ranks[label] if len(ranks) else np.full(len(label), -1, np.int64))
    return np.concatenate(parts)


def ranked(keys: Ints) -> tuple[Ints, int]:
    """Dense ranks of keys, equal for equal keys, and how many there are."""
    if not len(keys):
        return keys, 0
    order = ordering(keys)
    new = np.ones(len(keys), np.int64)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    ranks = np.empty(len(keys), np.int64)
    ranks[order] = np.cumsum(new) - 1
    return ranks, int(new.sum())


def refuse_dangling(columns: Columns, document: int, name: str, pointer: str) -> InvalidDocument:
    """The error for a reference in gold that leads nowhere."""
    raw = columns.block.raws[document][0]
    return InvalidDocument(
        f"{columns.block.gold[document].id!r} refers to {name!r}, which is not in the document",
        source=place_of(raw) if raw else None,
        pointer=pointer,
        hint="See all that is wrong with `goldwire schema validate`.",
    )


def refuse_dangling_relations(columns: Columns, links: Links) -> None:
    """Raise ``InvalidDocument`` for a relation of the gold with an end that leads nowhere."""
    lost = (np.minimum(links.heads, links.tails) < 0) & columns.declared["relations"][
        links.document
    ]
    for at in np.flatnonzero(lost)[:1].tolist():
        document = int(links.document[at])
        raise refuse_relation(
            columns, document, at - int(np.searchsorted(links.document, document))
        )


def refuse_relation(columns: Columns, document: int, number: int) -> InvalidDocument:
    """The error for a relation of the gold, by its number, with an end that leads nowhere."""
    gold = columns.block.gold[document]
    known = {item.id for layer in REFERRED for item in getattr(gold, layer)}
    relation = gold.relations[number]
    part = "head" if relation.head not in known else "tail"
    name = getattr(relation, part)
    return refuse_dangling(columns, document, name, f"/relations/{number}/{part}")


def flattened(lists: Iterable[Sequence[Any]]) -> tuple[list[Any], Ints]:
    """The parts of all lists, and the number of the list that each came from."""
    kept = list(lists)
    sizes = np.fromiter(map(len, kept), np.int64, len(kept))
    return list(chain.from_iterable(kept)), np.repeat(np.arange(len(kept)), sizes)
