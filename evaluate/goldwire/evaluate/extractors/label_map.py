"""Label maps: what a model calls things, and which label of which layer that is here.

A label map is a small TOML file. Under the name of each layer stand their labels and ours::

    unmapped = "drop"            # or "keep": as mentions, under their own name

    [mentions]
    PERSON = "PER"
    "geo-political entity" = "GPE"

    [times]
    DATE = "DATE"
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError, UnknownName, UnreadableInput

from ..columns import SPAN_LAYERS

__all__ = [
    "BUILT_IN",
    "Found",
    "LabelMap",
    "label_map",
    "prediction_of",
    "unmapped_in",
    "unmapped_note",
]

Unmapped = Literal["drop", "keep"]


class LabelMap(Struct, frozen=True):
    """Their labels to a layer and a label of ours; what becomes of others is ``unmapped``."""

    places: dict[str, tuple[str, str]] = {}
    unmapped: Unmapped = "keep"

    def place(self, theirs: str) -> tuple[str, str] | None:
        """Layer and label of ours; ``None`` where it is to be dropped."""
        found = self.places.get(theirs)
        if found is None and self.unmapped == "keep":
            return "mentions", theirs
        return found

    @property
    def key(self) -> str:
        """The whole map as one line: equal where, and only where, it maps alike."""
        return msgspec.json.encode((sorted(self.places.items()), self.unmapped)).decode()


class Found(Struct, frozen=True):
    """What a model found: offsets in code points, its own label, and how sure it is."""

    start: int
    end: int
    label: str
    score: float | None = None


BUILT_IN = {
    # Weischedel et al. 2013, OntoNotes 5.0, section 2.6: what spaCy's English pipelines speak.
    # PRODUCT, EVENT, and LANGUAGE have no counterpart: they are left out, and counted.
    "ontonotes": LabelMap(
        {
            "PERSON": ("mentions", "PER"),
            "NORP": ("mentions", "NORP"),
            "FAC": ("mentions", "FAC"),
            "ORG": ("mentions", "ORG"),
            "GPE": ("mentions", "GPE"),
            "LOC": ("mentions", "LOC"),
            "WORK_OF_ART": ("mentions", "PRD"),
            "LAW": ("mentions", "PRD"),
            "DATE": ("times", "DATE"),
            "TIME": ("times", "TIME"),
            "CARDINAL": ("quantities", "count"),
            "ORDINAL": ("quantities", "ordinal"),
            "MONEY": ("quantities", "money"),
            "PERCENT": ("quantities", "percent"),
            "QUANTITY": ("quantities", "other"),
        },
        "drop",
    ),
    # Tjong Kim Sang and De Meulder 2003. Most of its LOC are countries and cities: GPE.
    "conll2003": LabelMap(
        {
            "PER": ("mentions", "PER"),
            "ORG": ("mentions", "ORG"),
            "LOC": ("mentions", "GPE"),
        },
        "drop",
    ),
}
"""Maps that go by a name instead of a file, to the labels of the newswire schema."""


def label_map(name: str | None) -> LabelMap:
    """A built-in map by name, or one from a file; without either, all labels stay as they are.

    Raises ``UnknownName``, ``UnreadableInput``, or ``InputError`` for what is no label map.
    """
    if name is None:
        return LabelMap()
    if name in BUILT_IN:
        return BUILT_IN[name]
    if not name.endswith(".toml"):
        raise UnknownName("label map", name, [*BUILT_IN, "a file, NAME.toml"])
    try:
        table = tomllib.loads(Path(name).read_text("utf-8"))
    except OSError as problem:
        raise UnreadableInput(
            f"the label map cannot be read: {problem.strerror}", source=name
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UnreadableInput(f"the label map is not TOML: {problem}", source=name) from problem
    return _read(table, name)


def _read(table: Mapping[str, Any], source: str) -> LabelMap:
    unmapped = table.get("unmapped", "drop")
    if unmapped not in get_args(Unmapped):
        raise InputError(
            f"unmapped is {unmapped!r}, not 'drop' or 'keep'", source=source, pointer="/unmapped"
        )
    places: dict[str, tuple[str, str]] = {}
    for layer, labels in table.items():
        if layer == "unmapped":
            continue
        if layer not in SPAN_LAYERS:
            raise UnknownName("layer in a label map", layer, SPAN_LAYERS, source=source)
        if not isinstance(labels, dict):
            raise InputError(
                f"{layer} is no table",
                source=source,
                pointer=f"/{layer}",
                hint=f'Write [{layer}], and below it lines such as PERSON = "PER".',
            )
        for theirs, ours in labels.items():
            pointer = f"/{layer}/{theirs}"
            if not isinstance(ours, str) or not ours:
                raise InputError("a label is a word", source=source, pointer=pointer)
            if theirs in places:
                raise InputError(
                    f"{theirs!r} is mapped twice, to {places[theirs][0]} and to {layer}",
                    source=source,
                    pointer=pointer,
                )
            places[theirs] = layer, ours
    if not places and unmapped == "drop":
        raise InputError("the label map maps nothing", source=source)
    return LabelMap(places, unmapped)


def prediction_of(document: Document, found: Iterable[Found], labels: LabelMap) -> dict[str, Any]:
    """A prediction of spans by a label map; its note counts the labels that were unmapped."""
    prediction: dict[str, Any] = {"id": document.id}
    unmapped: Counter[str] = Counter()
    for one in found:
        if one.label not in labels.places:
            unmapped[one.label] += 1
        place = labels.place(one.label)
        if place is None:
            continue
        layer, label = place
        item = {"start": one.start, "end": one.end, SPAN_LAYERS[layer]: label}
        if one.score is not None:
            item["score"] = one.score
        prediction.setdefault(layer, []).append(item)
    note = unmapped_note(unmapped, labels)
    if note:
        prediction["note"] = note
    return prediction


def unmapped_note(unmapped: Counter[str], labels: LabelMap) -> str:
    """What is noted of labels that a map does not have; empty where it has them all."""
    found = sorted((label, count) for label, count in unmapped.items() if count)
    if not found or not labels.places:
        return ""
    listed = ", ".join(f"{label} ({count})" for label, count in found)
    done = "left out" if labels.unmapped == "drop" else "kept as mentions"
    return f"{_UNMAPPED}, and {done}: {listed}"


def unmapped_in(note: object) -> Counter[str]:
    """The labels that :func:`unmapped_note` has counted in a note, and how often."""
    if not (isinstance(note, str) and note.startswith(_UNMAPPED)):
        return Counter()
    return Counter({label: int(n) for label, n in _counted.findall(note.partition(": ")[2])})


_UNMAPPED = "not in the label map"
_counted = re.compile(r"(.+?) \((\d+)\)(?:, |$)")
