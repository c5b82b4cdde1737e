"""Thresholds: what a number must reach, and how far it may fall, as a small TOML file.

::

    drop = 0.01                     # of every layer's main F1: one point may be lost
    floor = 0.5
    ignore = ["zones"]

    [layers.mentions]               # instead of the above
    floor = 0.7

    [layers.mentions.types.PER]     # F1 of one type; only what is said here
    floor = 0.8
    drop = 0.02

    [metrics]                       # any number of the catalogue
    "mentions.recall(match=exact)" = { floor = 0.75 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct, field

from goldwire.schema.errors import InputError, UnknownName, UnreadableInput

from ..catalogue import Metric, parse
from ..layers import MAIN, SCORED_LAYERS

__all__ = [
    "DROP",
    "LayerThreshold",
    "Limit",
    "Threshold",
    "Thresholds",
    "limits",
    "read_thresholds",
]

DROP = 0.01
"""The largest drop that is allowed where nothing else is said: one point."""

_HINT = (
    "Known are floor, drop, and ignore; [layers.NAME] with floor, drop, and types; [metrics] "
    "with names from `goldwire evaluate metrics`."
)


class Threshold(Struct, frozen=True, forbid_unknown_fields=True):
    """A number's floor and its largest allowed drop, ratios both; ``None`` asks for nothing."""

    floor: float | None = None
    drop: float | None = None


class LayerThreshold(Struct, frozen=True, forbid_unknown_fields=True):
    """The threshold of a layer's main F1, and of its types."""

    floor: float | None = None
    drop: float | None = None
    types: dict[str, Threshold] = field(default_factory=dict)


class Thresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """What a gate asks for: of every layer, of some layers and types, of some metrics."""

    floor: float | None = None
    drop: float | None = DROP
    ignore: tuple[str, ...] = ()
    layers: dict[str, LayerThreshold] = field(default_factory=dict)
    metrics: dict[str, Threshold] = field(default_factory=dict)


class Limit(Struct, frozen=True):
    """The threshold of one number."""

    metric: Metric
    floor: float | None
    drop: float | None


def read_thresholds(path: str | Path) -> Thresholds:
    """Thresholds from a TOML file.

    Raises ``UnreadableInput`` for a file that cannot be read, ``UnknownName`` for an unknown
    layer or metric, and ``InputError`` for what else is no threshold.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8")
        raw = tomllib.loads(text)
    except OSError as problem:
        raise UnreadableInput(
            f"cannot be read: {problem.strerror}",
            source=str(path),
            hint="Name a TOML file of thresholds, or leave --thresholds out.",
        ) from problem
    except UnicodeDecodeError as problem:
        raise UnreadableInput("is not UTF-8", source=str(path)) from problem
    except tomllib.TOMLDecodeError as problem:
        raise UnreadableInput(f"is not TOML: {problem}", source=str(path)) from problem
    try:
        found = msgspec.convert(raw, Thresholds)
        check_thresholds(found)
    except msgspec.ValidationError as problem:
        raise InputError(str(problem), source=str(path), hint=_HINT) from problem
    except InputError as problem:
        problem.source = problem.source or str(path)
        raise
    return found


def check_thresholds(thresholds: Thresholds) -> None:
    """Refuse unknown layers and metrics, and ratios that are none.

    Raises ``UnknownName`` or ``InputError``.
    """
    for name in (*thresholds.ignore, *thresholds.layers):
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
    for name in thresholds.metrics:
        parse(name)
    for name, layer in thresholds.layers.items():
        if layer.types and not Metric(name, "f1", MAIN.get(name, "strict")).description.by_type:
            raise InputError(
                f"{name} has no scores by type: its items are chains",
                hint=f"Leave [layers.{name}.types] out.",
            )
    for where, floor, drop in _all(thresholds):
        if floor is not None and not 0 <= floor <= 1:
            raise InputError(
                f"the floor of {where} is {floor:g}, not between 0 and 1",
                hint="Floors are ratios: 70 percent is 0.7.",
            )
        if drop is not None and not 0 <= drop < 1:
            raise InputError(
                f"the drop of {where} is {drop:g}, not at least 0 and below 1",
                hint="Drops are ratios: one point is 0.01.",
            )


def limits(thresholds: Thresholds, layers: Collection[str]) -> list[Limit]:
    """The numbers to check, in the order of the report; ``layers`` are those that are scored.

    Every layer is checked by its main F1, with what is said of it or else of all; then types
    and metrics with just what is said of them, a metric's own line last. What is asked of
    layers that are not scored or that are ignored is left out.
    """
    found: dict[str, Limit] = {}

    def add(metric: Metric, floor: float | None, drop: float | None) -> None:
        name = str(metric)
        earlier = found.get(name)
        if earlier is not None:
            floor = earlier.floor if floor is None else floor
            drop = earlier.drop if drop is None else drop
        found[name] = Limit(metric, floor, drop)

    chosen = [name for name in SCORED_LAYERS if name in layers and name not in thresholds.ignore]
    for name in chosen:
        own = thresholds.layers.get(name, LayerThreshold())
        metric = Metric(name, "f1", MAIN.get(name, "strict"))
        add(
            metric,
            thresholds.floor if own.floor is None else own.floor,
            thresholds.drop if own.drop is None else own.drop,
        )
        for label, threshold in sorted(own.types.items()):
            add(msgspec.structs.replace(metric, type=label), threshold.floor, threshold.drop)
    for name, threshold in thresholds.metrics.items():
        metric = parse(name)
        if metric.layer in chosen:
            add(metric, threshold.floor, threshold.drop)
    order = {name: at for at, name in enumerate(chosen)}
    kept = [each for each in found.values() if each.floor is not None or each.drop is not None]
    return sorted(kept, key=lambda each: order[each.metric.layer])


def _all(thresholds: Thresholds) -> Iterator[tuple[str, float | None, float | None]]:
    yield "all layers", thresholds.floor, thresholds.drop
    for name, layer in thresholds.layers.items():
        yield name, layer.floor, layer.drop
        for label, own in layer.types.items():
            yield f"{name} of type {label}", own.floor, own.drop
    for name, own in thresholds.metrics.items():
        yield name, own.floor, own.drop
