"""What a system could have learnt by heart: the surfaces of the training gold, with their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import InvalidDocument
from goldwire.schema.positions import surface
from goldwire.schema.reading import Raw, decode_raw, iter_raw

from ..columns import SPAN_LAYERS
from ..reading.gold import Gold
from ..reading.predictions import explain
from ..tables import Ints

__all__ = ["Surfaces", "Training", "read_training", "squeezed", "training_of"]

_LAYERS = ("mentions", "times", "quantities", "events")
"""Layers whose surfaces come again; what is attributed seldom does."""

_decoder = msgspec.json.Decoder(Gold)
_spans = attrgetter("spans")


class Surfaces(Struct, frozen=True):
    """The surfaces of one layer: ``counts`` holds how often each has each type.

    ``rows`` numbers the surfaces; ``totals`` and ``kinds`` have shape ``(surfaces,)``: how often
    each stands there, and with how many types. ``types`` numbers the types, and ``known`` holds
    ``row · types + type`` for each pair that was seen.
    """

    counts: dict[str, dict[str, int]]
    rows: dict[str, int]
    types: dict[str, int]
    totals: Ints
    kinds: Ints
    known: Ints

    def seen_with(self, rows: Ints, types: Ints) -> NDArray[np.bool_]:
        """Whether surfaces were seen with types; −1 stands for one that was not seen at all."""
        keys = np.where((rows >= 0) & (types >= 0), rows * len(self.types) + types, -1)
        found: NDArray[np.bool_] = np.isin(keys, self.known)
        return found


class Training(Struct, frozen=True):
    """The surfaces of the training gold by layer, and how many documents they come from."""

    documents: int
    layers: dict[str, Surfaces]


def read_training(paths: Iterable[str | Path]) -> Training:
    """Read training gold: files, folders, JSON Lines, or ``-``.

    Raises ``InvalidDocument`` for what is no gold document, ``UnreadableInput`` for what cannot
    be read.
    """
    return training_of(map(_gold, iter_raw(paths)))


def training_of(documents: Iterable[Gold]) -> Training:
    """Count the surfaces of gold documents, case kept, blanks squeezed.

    A layer that ``annotation.layers`` does not name is left out.
    """
    counts: dict[str, dict[str, dict[str, int]]] = {layer: {} for layer in _LAYERS}
    number = 0
    for document in documents:
        number += 1
        for layer in _LAYERS:
            if layer not in document.annotation.layers:
                continue
            known, label = counts[layer], attrgetter(SPAN_LAYERS[layer])
            for item in getattr(document, layer):
                own = known.setdefault(squeezed(surface(document.text, item.spans)), {})
                own[label(item)] = own.get(label(item), 0) + 1
    return Training(number, {layer: _surfaces(found) for layer, found in counts.items()})


def squeezed(text: str) -> str:
    """``text`` with one blank for each run of blanks, and none at its ends."""
    return " ".join(text.split())


def _surfaces(counts: Mapping[str, Mapping[str, int]]) -> Surfaces:
    types = {name: code for code, name in enumerate(sorted(set().union(*counts.values())))}
    known = [
        row * len(types) + types[name] for row, own in enumerate(counts.values()) for name in own
    ]
    return Surfaces(
        {name: dict(own) for name, own in counts.items()},
        {name: row for row, name in enumerate(counts)},
        types,
        _ints([sum(own.values()) for own in counts.values()]),
        _ints([len(own) for own in counts.values()]),
        _ints(known),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _gold(raw: Raw) -> Gold:
    try:
        gold = decode_raw(raw, _decoder)
    except msgspec.ValidationError as problem:
        failure = explain(problem, raw.source, raw.line)
        raise InvalidDocument(
            failure.problem.replace("no prediction", "no gold document"),
            source=raw.source,
            line=raw.line,
            pointer=failure.pointer,
            hint="Training is gold, too: see what is wrong with `goldwire schema validate`.",
        ) from problem
    size = len(gold.text)
    for layer in _LAYERS:
        for place, shape in enumerate(map(_spans, getattr(gold, layer))):
            if not shape or not all(0 <= start < end <= size for start, end in shape):
                raise InvalidDocument(
                    f"an item has spans that are not in the text of {gold.id!r}",
                    source=raw.source,
                    line=raw.line,
                    pointer=f"/{layer}/{place}",
                    hint="See all that is wrong with `goldwire schema validate`.",
                )
    return gold
