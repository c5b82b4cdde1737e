"""Attributes of what several annotators marked on the same place, as tables of judgements.

The *unit* is a place: equal spans, for relations equal ends, for arguments equal trigger and
filler. An annotator's judgement of it is the value of the item there. Several items of one
annotator on one place are one judgement, the set of their values; on a scale there is no set,
and such a judgement is missing, as is one whose value is not given.

Values of times and quantities are normalised as for scores: what `times_equal` and
`quantities_equal` hold to be the same on one place is one judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.document import Document

from ..counting import symmetric_types
from ..metrics.values import (
    Quantity,
    measure_of,
    quantities_equal,
    quantity_of,
    time_name,
    time_of,
    times_equal,
    unit_name,
)
from ..references import REFERRED
from ..tables import Ints, Shape, joined
from .annotators import Team, declares, lies_in, shared_unscored

__all__ = ["ATTRIBUTES", "Attribute", "Judged", "Place", "judge"]

Level = Literal["nominal", "ordinal", "interval"]

Place = tuple[Shape, ...]
"""What a judgement is about: the spans of an item, or of both ends of a pair."""


class Attribute(Struct, frozen=True):
    """An attribute that is judged: its layer, its name, and its level of measurement."""

    layer: str
    name: str
    level: Level = "nominal"


ATTRIBUTES = (
    Attribute("mentions", "type"),
    Attribute("mentions", "level"),
    Attribute("times", "type"),
    Attribute("times", "value"),
    Attribute("quantities", "kind"),
    Attribute("quantities", "value", "interval"),
    Attribute("quantities", "unit"),
    Attribute("events", "type"),
    Attribute("events", "realis"),
    Attribute("events", "polarity"),
    Attribute("events", "certainty", "ordinal"),
    Attribute("events", "tense"),
    Attribute("arguments", "role"),
    Attribute("attributions", "style"),
    Attribute("attributions", "source_class"),
    Attribute("attributions", "stance"),
    Attribute("relations", "type"),
    Attribute("zones", "kind"),
)
"""What is judged; the first of a layer is its label."""

SCALE = ("unknown", "possible", "probable", "certain")
"""The steps of certainty, from the least to the most."""


class Judged(Struct, frozen=True):
    """The judgements of one attribute over all documents.

    ``codes`` has shape ``(annotators, units)`` with −1 for missing, ``document`` has shape
    ``(units,)``; ``values`` are the values of the codes in their order. ``took_part`` has shape
    ``(annotators, documents)``: who annotated the layer where. ``places`` are what each unit
    stands on: the spans, or those of both ends.
    """

    attribute: Attribute
    codes: Ints
    document: Ints
    values: tuple[Any, ...]
    took_part: NDArray[np.bool_]
    unanswered: int
    places: tuple[Place, ...]

    @property
    def annotated(self) -> NDArray[np.bool_]:
        """The documents in which at least two annotated the layer: shape ``(documents,)``."""
        found: NDArray[np.bool_] = self.took_part.sum(axis=0) >= 2
        return found


_Marks = dict[Place, list[Any]]


def judge(team: Team, layer: str) -> list[Judged]:
    """The judgements of every attribute of a layer; none for layers without attributes."""
    wanted = [each for each in ATTRIBUTES if each.layer == layer]
    if not wanted:
        return []
    marks = [_marks(team, name, layer) for name in team.ids]
    took_part = np.array([[each is not None for each in own] for own in marks], bool).T
    annotated = took_part.sum(axis=0) >= 2
    units = [
        (number, place)
        for number, own in enumerate(marks)
        for place in sorted({place for each in own if each is not None for place in each})
        if annotated[number]
    ]
    return [_judged(attribute, marks, units, took_part) for attribute in wanted]


def _judged(
    attribute: Attribute,
    marks: Sequence[Sequence[_Marks | None]],
    units: Sequence[tuple[int, Place]],
    took_part: NDArray[np.bool_],
) -> Judged:
    known_as = (attribute.layer, attribute.name)
    read, normal = _READERS.get(known_as) or _field(attribute.name), _NORMAL.get(known_as)
    team = len(marks[0])
    found: list[list[Hashable]] = [[] for _ in range(team)]
    marked = np.zeros((team, len(units)), bool)
    for at, (number, place) in enumerate(units):
        given = [
            [read(item) for item in own.get(place, ())] if own is not None else []
            for own in marks[number]
        ]
        marked[:, at] = [bool(values) for values in given]
        if normal is not None:
            names = normal({value for values in given for value in values if value is not None})
            given = [[names.get(value) for value in values] for values in given]
        for row, own_values in zip(found, given, strict=True):
            row.append(_judgement(own_values, attribute.level))
    values = _ordered({value for row in found for value in row if value is not None}, attribute)
    known = {value: code for code, value in enumerate(values)}
    codes = np.array(
        [[-1 if value is None else known[value] for value in row] for row in found], np.int64
    ).reshape(team, len(units))
    judged = codes >= 0
    return Judged(
        attribute,
        codes,
        np.array([number for number, _ in units], np.int64),
        values,
        took_part,
        int((marked & ~judged)[:, judged.any(axis=0)].sum()),
        tuple(place for _, place in units),
    )


def _ordered(values: set[Any], attribute: Attribute) -> tuple[Any, ...]:
    if attribute.level == "ordinal":
        return SCALE
    return tuple(sorted(values))


def _judgement(values: Sequence[Hashable], level: Level) -> Hashable:
    given = {value for value in values if value is not None}
    if not given:
        return None
    if level == "nominal":
        return " + ".join(sorted(map(str, given)))
    return given.pop() if len(given) == 1 else None


def _marks(team: Team, name: str, layer: str) -> list[_Marks | None]:
    """The items of a layer by place, for each annotator; ``None`` where one did not annotate."""
    versions = [own.get(name) for own in team.documents]
    apart = shared_unscored([version for version in versions if version is not None])
    return [
        _by_place(version, layer, () if layer == "zones" else apart)
        if version is not None and declares(version, layer)
        else None
        for version in versions
    ]


def _by_place(document: Document, layer: str, apart: Shape) -> _Marks:
    found: defaultdict[Place, list[Any]] = defaultdict(list)
    for place, item in _PLACED.get(layer, _spans)(document, layer):
        if not any(lies_in(shape, apart) for shape in place):
            found[place].append(item)
    return found


def _spans(document: Document, layer: str) -> Iterator[tuple[Place, Any]]:
    for item in getattr(document, layer):
        yield (joined(item.spans),), item


def _arguments(document: Document, layer: str) -> Iterator[tuple[Place, Any]]:
    known = _shapes(document, REFERRED)
    for event in document.events:
        for argument in event.arguments:
            if argument.filler in known:
                yield (joined(event.spans), known[argument.filler]), argument


def _relations(document: Document, layer: str) -> Iterator[tuple[Place, Any]]:
    known = _shapes(document, ("mentions",))
    for relation in document.relations:
        if relation.head in known and relation.tail in known:
            ends = known[relation.head], known[relation.tail]
            yield (tuple(sorted(ends)) if relation.type in symmetric_types() else ends), relation


_PLACED: dict[str, Callable[[Document, str], Iterator[tuple[Place, Any]]]] = {
    "arguments": _arguments,
    "relations": _relations,
}


def _shapes(document: Document, layers: Sequence[str]) -> dict[str, Shape]:
    """The spans of items by id; of an id that stands twice the first in the order of layers."""
    found: dict[str, Shape] = {}
    for layer in layers:
        for item in getattr(document, layer):
            found.setdefault(item.id, joined(item.spans))
    return found


def _field(name: str) -> Callable[[Any], Hashable]:
    def read(item: Any) -> Hashable:
        value: Hashable = getattr(item, name)
        return value

    return read


def _unit(item: Any) -> Hashable:
    return unit_name(item.unit)


def _certainty(item: Any) -> Hashable:
    return item.certainty if item.certainty in SCALE else None


_READERS: dict[tuple[str, str], Callable[[Any], Hashable]] = {
    ("times", "value"): time_of,
    ("quantities", "value"): quantity_of,
    ("quantities", "unit"): _unit,
    ("events", "certainty"): _certainty,
}
"""How an attribute is read off an item, where it is not plain; certainty where it is a step of
the scale."""

_Names = Callable[[set[Any]], Mapping[Any, Hashable]]


def _normal(name: Callable[[Any], Any], equal: Callable[[Any, Any], bool]) -> _Names:
    """Names of the values on one place: one name for those that are all equal to each other.

    Equality has tolerances and need not be transitive: where it is not, each value keeps its own.
    """

    def names(values: set[Any]) -> Mapping[Any, Hashable]:
        found = {value: name(value) for value in values}
        groups: list[set[Any]] = []
        for value in values:
            met = [group for group in groups if any(equal(value, other) for other in group)]
            groups = [group for group in groups if group not in met]
            groups.append({value}.union(*met))
        for group in groups:
            if all(equal(one, other) for one, other in combinations(group, 2)):
                known = [found[value] for value in group if found[value] is not None]
                found.update(dict.fromkeys(group, min(known, default=None)))
        return found

    return names


def _same_quantity(one: Quantity, other: Quantity) -> bool:
    return one[0] == other[0] and quantities_equal(one, other)


_NORMAL: dict[tuple[str, str], _Names] = {
    ("times", "value"): _normal(time_name, times_equal),
    ("quantities", "value"): _normal(measure_of, _same_quantity),
}
"""What the values on one place are called, where several notations mean the same."""
