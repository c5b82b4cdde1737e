"""Templates, and their columns: gold and predicted templates of many documents as arrays.

A template has slots, a slot holds fillers, and a filler is a set of mentions. A value (a
string, a number, a date) is a filler with one mention: the value itself.

Everything is put into an order of its own content. Two lists that hold the same templates, in
whatever order of templates, fillers, and mentions, and under whatever ids, become the same
columns, so nothing behind this module can depend on the order of a list.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import UnknownName

from .template_join import Ints

__all__ = ["Contents", "Filler", "Side", "Slot", "Tables", "Template", "tabulate", "value"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_NO_RANGE = (np.inf, -np.inf)
"""A range that meets no other."""


class Slot(Struct, frozen=True):
    """A slot: its name, the names of its qualifiers, and when two ranges in it nearly agree.

    ``near`` is ``"overlap"`` (the ranges have a point in common), ``"cover"`` (the predicted
    range holds the gold one: right, but coarser), or ``None`` (ranges say nothing).
    """

    name: str
    qualifiers: tuple[str, ...] = ()
    near: Literal["overlap", "cover"] | None = None


class Filler(Struct, frozen=True):
    """One filler of a slot: an entity as the set of its mentions, or a value (see `value`).

    Without mentions it can match nothing. ``range`` holds two ends, both included. A qualifier
    says something of this filler (``("effect", "killed")``); ``None`` says nothing. An optional
    filler of gold is neither hit nor miss.
    """

    mentions: frozenset[Hashable] = frozenset()
    range: tuple[float, float] | None = None
    qualifiers: tuple[tuple[str, Hashable], ...] = ()
    optional: bool = False


class Template(Struct, frozen=True):
    """One template: fillers by slot, and what the template rests on.

    ``evidence`` holds a key for each item that it rests on; ``unplaced`` counts the items that
    lead nowhere. An optional template of gold is neither hit nor miss.
    """

    slots: Mapping[str, Sequence[Filler]]
    evidence: frozenset[Hashable] = frozenset()
    unplaced: int = 0
    optional: bool = False


def value(
    key: Hashable,
    range: tuple[float, float] | None = None,
    qualifiers: tuple[tuple[str, Hashable], ...] = (),
) -> Filler:
    """A filler that is one value; two of them agree where the values are equal."""
    return Filler(frozenset({key}), range, qualifiers)


class Contents(Struct, frozen=True):
    """The different fillers of each document and slot, in the order of their content.

    Arrays of shape ``(contents,)``, but ``qualifiers``: ``(contents, qualifiers of all slots)``,
    codes of values, 0 where nothing is said; and ``mentions``: two arrays, the content and the
    code of each of its mentions. ``entity`` numbers the different sets of mentions.
    """

    document: Ints
    slot: Ints
    entity: Ints
    size: Ints
    low: Floats
    high: Floats
    optional: Bools
    qualifiers: Ints
    mentions: tuple[Ints, Ints]

    def __len__(self) -> int:
        return len(self.document)


class Side(Struct, frozen=True):
    """All templates of one side, document by document, each document's in canonical order.

    ``document``, ``source`` (the place in the list that was given), ``optional``, ``unplaced``:
    shape ``(templates,)``. ``template``, ``slot``, ``content``: one row a filler, shape
    ``(fillers,)``. ``bundles``, shape ``(templates, slots)``, numbers the different sets of
    fillers of a slot, −1 where a slot is empty; ``members`` lists the contents of each bundle
    and ``evidence`` the keys of each template, as two arrays each. ``duplicates``, shape
    ``(documents,)``, counts fillers that repeat one of their slot and were dropped.
    """

    document: Ints
    source: Ints
    optional: Bools
    unplaced: Ints
    template: Ints
    slot: Ints
    content: Ints
    bundles: Ints
    members: tuple[Ints, Ints]
    evidence: tuple[Ints, Ints]
    duplicates: Ints
    contents: Contents

    def __len__(self) -> int:
        return len(self.document)


class Tables(Struct, frozen=True):
    """Both sides over the same documents and slots."""

    documents: int
    slots: tuple[Slot, ...]
    gold: Side
    predicted: Side

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """The names of all qualifiers, as ``slot.qualifier``."""
        return tuple(f"{slot.name}.{name}" for slot in self.slots for name in slot.qualifiers)


def tabulate(
    gold: Sequence[Sequence[Template]],
    predicted: Sequence[Sequence[Template]],
    slots: Sequence[Slot],
) -> Tables:
    """The templates of each document, gold and predicted, as columns.

    Mentions, qualifier values, and evidence keys are equal where Python says so, and are put in
    order by how they print. Fillers that are equal in all are one; those without mentions are
    kept apart. Raises ``ValueError`` where the two sides have different numbers of documents,
    ``UnknownName`` for a slot or a qualifier that is not among ``slots``.
    """
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} documents of gold, {len(predicted)} of predictions")
    codes = _codes((*gold, *predicted))
    sides = [_side(documents, tuple(slots), codes) for documents in (gold, predicted)]
    return Tables(len(gold), tuple(slots), *sides)


def _codes(documents: Iterable[Sequence[Template]]) -> dict[Hashable, int]:
    """A number from 1 on for every key, in an order that holds in any set of documents."""
    keys: set[Hashable] = set()
    for templates in documents:
        for template in templates:
            keys |= template.evidence
            for fillers in template.slots.values():
                for filler in fillers:
                    keys |= filler.mentions
                    keys.update(told for _, told in filler.qualifiers)
    return {key: code for code, key in enumerate(sorted(keys, key=_printed), start=1)}


def _printed(key: Hashable) -> str:
    """How a key prints, the same for equal numbers, and for sets whatever the hash seed."""
    if isinstance(key, tuple):
        return f"({','.join(map(_printed, key))})"
    if isinstance(key, frozenset):
        return f"{{{','.join(sorted(map(_printed, key)))}}}"
    if isinstance(key, int) or (isinstance(key, float) and key.is_integer()):
        return hex(int(key))  # of any length, and the same for 1, 1.0, and True
    return repr(key)


class _Read(Struct):
    """Templates as they are read: one row each, in the order of the lists."""

    place: list[tuple[int, int]]
    """The document, and the place in its list."""
    cells: list[list[list[int]]]
    """For every slot the numbers of its fillers' contents."""
    evidence: list[tuple[int, ...]]
    template: list[Template]
    known: dict[tuple[Any, ...], int]
    """The contents, numbered as they were met."""
    duplicates: Ints


def _read(
    documents: Sequence[Sequence[Template]],
    slots: tuple[Slot, ...],
    codes: Mapping[Hashable, int],
) -> _Read:
    places = {slot.name: place for place, slot in enumerate(slots)}
    read = _Read([], [], [], [], {}, np.zeros(len(documents), np.int64))
    for document, templates in enumerate(documents):
        for source, template in enumerate(templates):
            row: list[list[int]] = [[] for _ in slots]
            for name, fillers in template.slots.items():
                if name not in places:
                    raise UnknownName("slot", name, places)
                slot = places[name]
                for filler in fillers:
                    key = (document, slot, *_content(filler, slots[slot], codes))
                    number = read.known.setdefault(key, len(read.known))
                    if filler.mentions and number in row[slot]:
                        read.duplicates[document] += 1
                    else:
                        row[slot].append(number)
            read.place.append((document, source))
            read.cells.append(row)
            read.evidence.append(tuple(sorted(codes[key] for key in template.evidence)))
            read.template.append(template)
    return read


def _side(
    documents: Sequence[Sequence[Template]],
    slots: tuple[Slot, ...],
    codes: Mapping[Hashable, int],
) -> Side:
    read = _read(documents, slots, codes)
    contents = sorted(read.known)
    rank = {read.known[key]: place for place, key in enumerate(contents)}
    cells = [[tuple(sorted(rank[n] for n in cell)) for cell in row] for row in read.cells]
    bundles = sorted({cell for row in cells for cell in row if cell})
    numbers = {cell: number for number, cell in enumerate(bundles)} | {(): -1}
    coded = [tuple(numbers[cell] for cell in row) for row in cells]

    def content(row: int) -> tuple[Any, ...]:
        template = read.template[row]
        evidence = read.evidence[row], template.unplaced
        return read.place[row][0], template.optional, coded[row], evidence

    order = sorted(range(len(coded)), key=content)
    fillers = [
        (template, slot, number)
        for template, row in enumerate(order)
        for slot, cell in enumerate(cells[row])
        for number in cell
    ]
    template, slot, number = _columns(fillers, 3)
    return Side(
        document=np.array([read.place[row][0] for row in order], np.int64),
        source=np.array([read.place[row][1] for row in order], np.int64),
        optional=np.array([read.template[row].optional for row in order], bool),
        unplaced=np.array([read.template[row].unplaced for row in order], np.int64),
        template=template,
        slot=slot,
        content=number,
        bundles=np.array([coded[row] for row in order], np.int64).reshape(len(order), len(slots)),
        members=_two([(numbers[cell], each) for cell in bundles for each in sorted(set(cell))]),
        evidence=_two(
            [(place, key) for place, row in enumerate(order) for key in read.evidence[row]]
        ),
        duplicates=read.duplicates,
        contents=_contents(contents, slots),
    )


def _content(filler: Filler, slot: Slot, codes: Mapping[Hashable, int]) -> tuple[Any, ...]:
    """What makes a filler: mentions, range, optional, qualifiers, as numbers that sort."""
    told = dict(filler.qualifiers)
    for name in told:
        if name not in slot.qualifiers:
            raise UnknownName("qualifier", name, slot.qualifiers, pointer=f"/{slot.name}")
    return (
        tuple(sorted([codes[key] for key in filler.mentions])),
        filler.range or _NO_RANGE,
        filler.optional,
        tuple(0 if (said := told.get(name)) is None else codes[said] for name in slot.qualifiers),
    )


def _contents(keys: Sequence[tuple[Any, ...]], slots: tuple[Slot, ...]) -> Contents:
    sets = {mentions: number for number, mentions in enumerate(sorted({key[2] for key in keys}))}
    offsets = np.cumsum([0, *(len(slot.qualifiers) for slot in slots)])
    qualifiers = np.zeros((len(keys), offsets[-1]), np.int64)
    for row, (_, slot, *_, told) in enumerate(keys):
        if told:
            qualifiers[row, offsets[slot] : offsets[slot + 1]] = told
    return Contents(
        np.array([key[0] for key in keys], np.int64),
        np.array([key[1] for key in keys], np.int64),
        np.array([sets[key[2]] for key in keys], np.int64),
        np.array([len(key[2]) for key in keys], np.int64),
        np.array([key[3][0] for key in keys], np.float64),
        np.array([key[3][1] for key in keys], np.float64),
        np.array([key[4] for key in keys], bool),
        qualifiers,
        _two([(row, mention) for row, key in enumerate(keys) for mention in key[2]]),
    )


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Ints]:
    table = np.array(rows, np.int64).reshape(-1, width)
    return [np.ascontiguousarray(table[:, column]) for column in range(width)]


def _two(rows: Sequence[tuple[int, ...]]) -> tuple[Ints, Ints]:
    one, other = _columns(rows, 2)
    return one, other
