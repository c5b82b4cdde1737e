"""Templates as Python objects, to be read into columns.

A template has slots, a slot holds fillers, and a filler is a set of mentions. A value (a
string, a number, a date) is a filler with one mention: the value itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from goldwire.schema.errors import UnknownName

from .template_join import Ints
from .template_tables import Rows, Slot, Tables, arrange, lexical_ranks

__all__ = ["NO_RANGE", "Filler", "Template", "numbered", "set_columns", "tabulate", "value"]

NO_RANGE = (np.inf, -np.inf)
"""A range that meets no other."""


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


def tabulate(
    gold: Sequence[Sequence[Template]],
    predicted: Sequence[Sequence[Template]],
    slots: Sequence[Slot],
) -> Tables:
    """The templates of each document, gold and predicted, as columns.

    Mentions, qualifier values, and evidence keys are equal where Python says so, and are put in
    the order of `numbered`. Fillers that are equal in all are one; those without mentions are
    kept apart. Raises ``ValueError`` where the two sides have different numbers of documents,
    ``UnknownName`` for a slot or a qualifier that is not among ``slots``.
    """
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} documents of gold, {len(predicted)} of predictions")
    codes = numbered(_keys((*gold, *predicted)))
    sides = [
        arrange(len(gold), len(slots), _rows(documents, slots, codes))
        for documents in (gold, predicted)
    ]
    return Tables(len(gold), tuple(slots), *sides)


def numbered(keys: Iterable[Hashable]) -> dict[Hashable, int]:
    """A number from 1 on for every key, in an order that holds in any set of keys.

    Whole numbers come first, by size; then the rest, by how they print.
    """
    whole: list[Any] = []
    others: list[Hashable] = []
    for key in set(keys):
        (whole if _is_whole(key) else others).append(key)
    ordered = [*sorted(whole), *sorted(others, key=_printed)]
    return {key: code for code, key in enumerate(ordered, start=1)}


def set_columns(sets: Iterable[Iterable[int]]) -> tuple[Ints, Ints]:
    """Sets of codes as `Rows` have them: the size of each, and all codes, ascending in a set."""
    kept = [sorted(codes) for codes in sets]
    sizes = np.fromiter(map(len, kept), np.int64, len(kept))
    return sizes, np.array([code for codes in kept for code in codes], np.int64)


def _keys(documents: Iterable[Sequence[Template]]) -> set[Hashable]:
    """Mentions, qualifier values, and evidence of all templates."""
    keys: set[Hashable] = set()
    for templates in documents:
        for template in templates:
            keys |= template.evidence
            for fillers in template.slots.values():
                for filler in fillers:
                    keys |= filler.mentions
                    keys.update(told for _, told in filler.qualifiers)
    return keys


def _is_whole(key: Hashable) -> bool:
    return isinstance(key, int) or (isinstance(key, float) and key.is_integer())


def _printed(key: Hashable) -> str:
    """How a key prints, the same for equal numbers, and for sets whatever the hash seed."""
    if isinstance(key, tuple):
        return f"({','.join(map(_printed, key))})"
    if isinstance(key, frozenset):
        return f"{{{','.join(sorted(map(_printed, key)))}}}"
    if isinstance(key, int | float) and _is_whole(key):
        return hex(int(key))  # of any length, and the same for 1, 1.0, and True
    return repr(key)


def _rows(
    documents: Sequence[Sequence[Template]], slots: Sequence[Slot], codes: Mapping[Hashable, int]
) -> Rows:
    places = {slot.name: place for place, slot in enumerate(slots)}
    offsets = np.cumsum([0, *(len(slot.qualifiers) for slot in slots)]).tolist()
    templates: list[tuple[int, int, bool, int]] = []
    fillers: list[tuple[int, int, int, bool]] = []
    ranges: list[tuple[float, float]] = []
    told: list[tuple[int, int, int]] = []
    evidence: list[tuple[int, int]] = []
    sets: dict[frozenset[Hashable], int] = {}
    for number, listed in enumerate(documents):
        for source, template in enumerate(listed):
            row = len(templates)
            templates.append((number, source, template.optional, template.unplaced))
            evidence += [(row, codes[key]) for key in template.evidence]
            for name, each in template.slots.items():
                if name not in places:
                    raise UnknownName("slot", name, places)
                slot = places[name]
                for filler in each:
                    for column, said in _said(filler, slots[slot]):
                        told.append((len(fillers), offsets[slot] + column, codes[said]))
                    entity = sets.setdefault(filler.mentions, len(sets))
                    fillers.append((row, slot, entity, filler.optional))
                    ranges.append(filler.range or NO_RANGE)
    of_templates, of_fillers = _columns(templates, 4), _columns(fillers, 4)
    filled, columns, said_codes = _columns(told, 3)
    qualifiers = np.zeros((len(fillers), offsets[-1]), np.int64)
    qualifiers[filled, columns] = said_codes
    low, high = np.array(ranges, np.float64).reshape(-1, 2).T
    holders, keys = _columns(evidence, 2)
    columns_of_sets = set_columns([codes[key] for key in mentions] for mentions in sets)
    return Rows(
        of_templates[0],
        of_templates[1],
        of_templates[2].astype(bool),
        of_templates[3],
        of_fillers[0],
        of_fillers[1],
        of_fillers[2],
        low,
        high,
        of_fillers[3].astype(bool),
        qualifiers,
        columns_of_sets,
        lexical_ranks(*columns_of_sets),
        (holders, keys),
    )


def _said(filler: Filler, slot: Slot) -> Iterable[tuple[int, Hashable]]:
    """What is said of a filler, each with the place of its qualifier."""
    for name, said in dict(filler.qualifiers).items():
        if name not in slot.qualifiers:
            raise UnknownName("qualifier", name, slot.qualifiers, pointer=f"/{slot.name}")
        if said is not None:
            yield slot.qualifiers.index(name), said


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Ints]:
    table = np.array(rows, np.int64).reshape(-1, width)
    return [np.ascontiguousarray(table[:, column]) for column in range(width)]
