"""The baseline: what a system scored, in a file small enough to commit and to read in a diff.

It holds the headline numbers, and by document the counts that these are closed forms of and the
items that were wrong: enough to compare a later run document by document without the old
predictions. Documents, labels, and items are sorted, one document a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from goldwire.schema.errors import InputError, UnreadableInput
from goldwire.schema.files import write_atomically

from ..layers import SCORED_LAYERS
from ..report.model import Signature

__all__ = [
    "FORMAT",
    "Baseline",
    "BaselineDocument",
    "BaselineLayer",
    "baseline_text",
    "read_baseline",
    "write_baseline",
]

FORMAT = "goldwire-baseline/1"

_HINT = "Write it anew with --update, and commit it."
_WIDTHS = {"conll": 12, "blanc": 10}
"""Columns of counts by criterion; all others are ratios of four."""


class BaselineDocument(Struct, frozen=True, omit_defaults=True):
    """One document in one layer; a document without items is an empty object."""

    types: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By label the four counts of the main criterion (see ``metrics.forms``), zeros left out."""
    totals: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By criterion the counts of chains, and of criteria that thresholds name."""
    accuracies: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By attribute the right pairs and those compared, where thresholds name them."""
    wrong: tuple[str, ...] = ()
    """Keys of the gold items that were not right."""
    spurious: tuple[str, ...] = ()
    """Keys of the predicted items that met no gold."""


class BaselineLayer(Struct, frozen=True):
    """One layer."""

    main: str
    numbers: dict[str, float | None]
    """Headline numbers by their names in the catalogue; for the reader, not for the gate."""
    documents: dict[str, BaselineDocument]
    """The documents in which the layer is annotated, and those that were made up."""
    held: tuple[str, ...] = ()
    """Criteria and attributes that are held beside the main criterion."""


class Baseline(Struct, frozen=True):
    """What one system scored on one gold."""

    format: str
    system: str
    signature: Signature
    gold: dict[str, str]
    """The hash of what is annotated, by gold document."""
    layers: dict[str, BaselineLayer]
    unanswered: tuple[str, ...] = ()
    """Documents of the gold that had no prediction."""


def read_baseline(path: str | Path) -> Baseline:
    """A baseline from its file.

    Raises ``UnreadableInput`` where there is none, ``InputError`` where it is damaged or of a
    later version.
    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError as problem:
        raise UnreadableInput(
            "there is no baseline yet",
            source=str(path),
            hint="Write it with --update, look at it, and commit it.",
        ) from problem
    except OSError as problem:
        raise UnreadableInput(f"cannot be read: {problem.strerror}", source=str(path)) from problem
    try:
        version = msgspec.json.decode(data, type=_Version)
        if version.format != FORMAT:
            raise InputError(
                f"the baseline has the format {version.format!r}, not {FORMAT!r}",
                source=str(path),
                hint=_HINT,
            )
        found = msgspec.json.decode(data, type=Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise InputError(
            f"this is no baseline: {problem}", source=str(path), hint=_HINT
        ) from problem
    for damage in _unsound(found):
        raise InputError(f"the baseline is damaged: {damage}", source=str(path), hint=_HINT)
    return found


class _Version(Struct):
    format: str


def _unsound(baseline: Baseline) -> Iterator[str]:
    """What no gate has written."""
    for name, layer in baseline.layers.items():
        if name not in SCORED_LAYERS:
            yield f"there is no layer {name!r}"
        for document, each in layer.documents.items():
            rows = [(f"type {key}", 4, row) for key, row in each.types.items()]
            rows += [(key, _WIDTHS.get(key, 4), row) for key, row in each.totals.items()]
            rows += [(key, 2, row) for key, row in each.accuracies.items()]
            for key, width, row in rows:
                if len(row) != width or not all(0 <= count < 2**53 for count in row):
                    yield f"{document} has no {width} counts of {key} in {name}"


def write_baseline(baseline: Baseline, path: str | Path) -> None:
    """Write a baseline; the file is the old one or the new one, never a part.

    Raises ``CouldNotRun`` for a full disk, ``InputError`` for a place that may not be written to.
    """
    write_atomically(path, baseline_text(baseline))


def baseline_text(baseline: Baseline) -> str:
    """The baseline as JSON for people: one line a document, so that a diff names what changed."""
    head = {
        "format": baseline.format,
        "system": baseline.system,
        "signature": baseline.signature,
    }
    lines = [f"  {_json(key)}: {_json(value)}" for key, value in head.items()]
    lines.append(f"  {_json('gold')}: {_object(baseline.gold, 4)}")
    lines.append(f"  {_json('unanswered')}: {_json(baseline.unanswered)}")
    layers = [
        f"    {_json(name)}: " + "{\n"
        f"      {_json('main')}: {_json(layer.main)},\n"
        f"      {_json('held')}: {_json(layer.held)},\n"
        f"      {_json('numbers')}: {_object(layer.numbers, 8)},\n"
        f"      {_json('documents')}: {_object(layer.documents, 8)}\n"
        "    }"
        for name, layer in baseline.layers.items()
    ]
    whole = "{\n" + ",\n".join(layers) + "\n  }" if layers else "{}"
    lines.append(f"  {_json('layers')}: {whole}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _object(values: Mapping[str, Any], indent: int) -> str:
    if not values:
        return "{}"
    blank = " " * indent
    inside = ",\n".join(
        f"{blank}{_json(key)}: {msgspec.json.encode(values[key]).decode()}"
        for key in sorted(values)
    )
    return "{\n" + inside + "\n" + " " * (indent - 2) + "}"


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
