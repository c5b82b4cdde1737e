"""Attributes of what several annotators marked on the same place, as tables of judgements.

The *unit* is a place: equal spans, for relations equal ends, for arguments equal trigger and
filler. An annotator's judgement of it is the value of the item there. Several items of one
annotator on one place are one judgement, the set of their values; on a scale there is no set,
and such a judgement is missing, as is one whose value is not given.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.document import Document

from ..counting import symmetric_types
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
    read = _READERS.get((attribute.layer, attribute.name)) or _field(attribute.name)
    team = len(marks[0])
    found: list[list[Hashable]] = []
    marked = np.zeros((team, len(units)), bool)
    for who in range(team):
        row: list[Hashable] = []
        for at, (number, place) in enumerate(units):
            own = marks[number][who]
            items = [] if own is None else own.get(place, [])
            marked[who, at] = bool(items)
            row.append(_judgement([read(item) for item in items], attribute.level))
        found.append(row)
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


def _time(item: Any) -> Hashable:
    value: str | None = item.value if item.value is not None else item.edtf
    return None if value is None else value.strip().upper()


def _quantity(item: Any) -> Hashable:
    try:
        value = None if item.value is None else float(item.value)
    except OverflowError:
        return None
    return value if value is not None and math.isfinite(value) else None


def _certainty(item: Any) -> Hashable:
    return item.certainty if item.certainty in SCALE else None


_READERS: dict[tuple[str, str], Callable[[Any], Hashable]] = {
    ("times", "value"): _time,
    ("quantities", "value"): _quantity,
    ("events", "certainty"): _certainty,
}
"""How an attribute is read off an item, where it is not plain: values of times without regard to
case, EDTF where no TIMEX3 value is given; numbers of quantities in the unit that they state;
certainty where it is a step of the scale."""
