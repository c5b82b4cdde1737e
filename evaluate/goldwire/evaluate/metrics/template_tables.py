"""Templates as columns: gold and predicted templates of many documents as arrays.

Templates are read into `Rows`, in whatever order they stand, and `arrange` puts everything into
an order of its own content. Two lists that hold the same templates, in whatever order of
templates, fillers, and mentions, and under whatever ids, become the same columns, so nothing
behind this module can depend on the order of a list.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..keys import ordering, pack
from .template_join import Ints, spread

__all__ = ["Contents", "Rows", "Side", "Slot", "Tables", "arrange", "lexical_ranks"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Slot(Struct, frozen=True):
    """A slot: its name, the names of its qualifiers, and when two ranges in it nearly agree.

    ``near`` is ``"overlap"`` (the ranges have a point in common), ``"cover"`` (the predicted
    range holds the gold one: right, but coarser), or ``None`` (ranges say nothing).
    """

    name: str
    qualifiers: tuple[str, ...] = ()
    near: Literal["overlap", "cover"] | None = None


class Rows(Struct, frozen=True):
    """Templates of one side and their fillers as they were read, in any order.

    ``document``, ``source`` (the place in the document's list), ``optional``, ``unplaced``: shape
    ``(templates,)``. ``template``, ``slot``, ``entity``, ``low``, ``high``, ``spare`` (an optional
    filler): shape ``(fillers,)``. ``qualifiers``: codes of values, 0 where nothing is said, shape
    ``(fillers, qualifiers of all slots)``. ``entity`` is a row of the sets of mentions, two
    arrays: how many mentions each set has, and their codes, none negative, ascending in a set;
    ``set_ranks`` has their `lexical_ranks`. ``evidence``: two arrays, a template and the code of
    what it rests on, no pair twice.

    ``origin``, shape ``(fillers,)``, says which filler a row is, where that is not its place.

    A code of a mention stands for the same in all fillers of a document and slot, gold and
    predicted, and so does one of a qualifier's value or of evidence in a document.
    """

    document: Ints
    source: Ints
    optional: Bools
    unplaced: Ints
    template: Ints
    slot: Ints
    entity: Ints
    low: Floats
    high: Floats
    spare: Bools
    qualifiers: Ints
    sets: tuple[Ints, Ints]
    set_ranks: Ints
    evidence: tuple[Ints, Ints]
    origin: Ints | None = None


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
    ``(fillers,)``; so is ``origin``, as in `Rows`. ``bundles``, shape ``(templates, slots)``,
    numbers the different sets of fillers of a slot, −1 where a slot is empty; ``members`` lists
    the contents of each bundle and ``evidence`` the keys of each template, as two arrays each.
    ``duplicates``, shape ``(documents,)``, counts fillers that repeat one of their slot and were
    dropped.
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
    origin: Ints

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


def arrange(documents: int, slots: int, rows: Rows) -> Side:
    """The columns of one side from its rows, over so many documents and slots.

    Fillers of a slot that are equal in all are one; those without mentions are kept apart.
    """
    content, contents = _contents(rows)
    keys = pack([rows.template, rows.slot, content], len(content))
    order = ordering(keys)
    repeated = np.zeros(len(order), bool)
    repeated[1:] = keys[order[1:]] == keys[order[:-1]]
    repeated &= contents.size[content[order]] > 0
    dropped = rows.document[rows.template[order[repeated]]]
    order = order[~repeated]
    template, slot, content = rows.template[order], rows.slot[order], content[order]

    bundles, members = _bundles((len(rows.document), slots), template, slot, content)
    templates = _canonical(rows, bundles)
    rank = np.empty(len(templates), np.int64)
    rank[templates] = np.arange(len(templates))
    origin = np.arange(len(rows.template)) if rows.origin is None else rows.origin
    moved, held = ordering(rank[template]), ordering(rank[rows.evidence[0]])
    return Side(
        document=rows.document[templates],
        source=rows.source[templates],
        optional=rows.optional[templates],
        unplaced=rows.unplaced[templates],
        template=rank[template[moved]],
        slot=slot[moved],
        content=content[moved],
        bundles=bundles[templates],
        members=members,
        evidence=(rank[rows.evidence[0][held]], rows.evidence[1][held]),
        duplicates=np.bincount(dropped, minlength=documents),
        contents=contents,
        origin=origin[order[moved]],
    )


def _contents(rows: Rows) -> tuple[Ints, Contents]:
    """The content of each filler, and the contents in order."""
    sizes, codes = rows.sets
    sets = rows.set_ranks
    keys = pack(
        [
            rows.document[rows.template],
            rows.slot,
            sets[rows.entity],
            *_range_ranks(rows.low, rows.high),
            rows.spare,
            *rows.qualifiers.T,
        ],
        len(rows.template),
    )
    content, first = _dense(keys)
    entity = rows.entity[first]
    row, place = spread(sizes[entity])
    starts = np.cumsum(sizes) - sizes
    return content, Contents(
        rows.document[rows.template[first]],
        rows.slot[first],
        sets[entity],
        sizes[entity],
        rows.low[first],
        rows.high[first],
        rows.spare[first],
        rows.qualifiers[first],
        (row, codes[starts[entity][row] + place]),
    )


def _range_ranks(low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """Ranks of the two ends; most fillers have no range, and come last."""
    chosen = np.flatnonzero((low < np.inf) | (high > -np.inf))
    ranks = []
    for ends in (low, high):
        rank = np.full(len(ends), len(chosen))
        rank[chosen] = np.unique(ends[chosen], return_inverse=True)[1]
        ranks.append(rank)
    return ranks[0], ranks[1]


def _bundles(
    shape: tuple[int, int], template: Ints, slot: Ints, content: Ints
) -> tuple[Ints, tuple[Ints, Ints]]:
    """The bundle in each slot of each template, and the contents of each bundle.

    The fillers stand in the order of templates, slots, and contents.
    """
    first = np.flatnonzero(np.diff(template * shape[1] + slot, prepend=-1))
    sizes = np.diff(first, append=len(content))
    number = lexical_ranks(sizes, content) - 1
    bundles = np.full(shape, -1)
    bundles[template[first], slot[first]] = number
    _, sample = _dense(number)
    bundle, place = spread(sizes[sample])
    width = int(content.max(initial=0)) + 1
    # Fillers without mentions may stand there several times.
    members = bundle * width + content[first[sample][bundle] + place]
    members = members[np.diff(members, prepend=-1) > 0]
    return bundles, (members // width, members % width)


def _canonical(rows: Rows, bundles: Ints) -> Ints:
    """The templates in the order of their content, document by document."""
    template, key = rows.evidence
    keys = key[ordering(pack([template, key], len(key)))]
    evidence = lexical_ranks(np.bincount(template, minlength=len(bundles)), keys)
    return ordering(
        pack([rows.document, rows.optional, *bundles.T, evidence, rows.unplaced], len(bundles))
    )


def lexical_ranks(sizes: Ints, codes: Ints) -> Ints:
    """Ranks of sequences in lexical order, 0 for an empty one: shape ``(sequences,)``.

    ``sizes`` says how many of the ``codes`` each sequence has; none is negative. Neighbours are
    put together, two by two, and replaced by their rank, until one number a sequence is left
    (as in prefix doubling: Karp, Miller, Rosenberg 1972).
    """
    row, place = spread(sizes)
    codes = codes + 1  # 0 is the neighbour that a last element does not have
    while len(codes) and place.max():
        left = np.flatnonzero(place % 2 == 0)
        right = np.zeros(len(left), np.int64)
        paired = np.flatnonzero(np.append(place, 0)[left + 1] % 2)
        right[paired] = codes[left[paired] + 1]
        codes = _dense(pack([codes[left], right], len(left)))[0] + 1
        row, place = row[left], place[left] // 2
    ranks = np.zeros(len(sizes), np.int64)
    ranks[row] = _dense(codes)[0] + 1
    return ranks


def _dense(keys: Ints) -> tuple[Ints, Ints]:
    """Ranks of keys without a gap, equal for equal keys, and the first row of each."""
    order = ordering(keys)
    new = np.ones(len(keys), bool)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    ranks = np.empty(len(keys), np.int64)
    ranks[order] = np.cumsum(new) - 1
    return ranks, order[new]
