"""The properties that items are put into buckets by, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

from ..layers import SCORED_LAYERS

__all__ = [
    "BUCKETED",
    "DIMENSIONS",
    "NOWHERE",
    "NO_LEVEL",
    "NO_ZONE",
    "Dimension",
    "check_layer",
    "dimensions_of",
    "in_order",
]

BUCKETED = ("mentions", "times", "quantities", "events", "attributions")
"""Layers whose items are put into buckets."""

NOWHERE = "no place"
"""The bucket of predictions that have no place in a text: a quote that stands nowhere, or an
item of a document that the gold does not have."""

NO_ZONE, NO_LEVEL = "no zone", "no level"
"""The buckets of items in no zone, and of gold mentions without a level."""

_REPEATED = ("mentions", "times", "quantities", "events")
"""Layers whose surfaces come again."""


class Dimension(Struct, frozen=True):
    """A property of items, the layers in which it says something, and how it is read."""

    title: str
    description: str
    layers: tuple[str, ...] = BUCKETED
    recall_only: bool = False
    """Whether only gold items have the property: there is no precision by bucket."""
    from_training: bool = False
    """Whether it is known only beside training gold."""


DIMENSIONS = {
    "length": Dimension(
        "length in words", "words between blanks; of fragments together, gaps left out"
    ),
    "frequency": Dimension(
        "frequency in training",
        "how often the surface stands in the training gold, in this layer, with any type",
        _REPEATED,
        from_training=True,
    ),
    "familiarity": Dimension(
        "familiarity",
        "whether the surface stands in the training gold, and with which types;"
        " of predictions the predicted type",
        _REPEATED,
        from_training=True,
    ),
    "depth": Dimension(
        "nesting depth",
        "how many others of its side and layer an item lies in",
        ("mentions", "attributions"),
    ),
    "contents": Dimension(
        "contents",
        "whether others of its side and layer lie in an item",
        ("mentions", "attributions"),
    ),
    "zone": Dimension("zone", "the smallest gold zone that holds the item's first character"),
    "document_length": Dimension("document length", "words of the document"),
    "level": Dimension(
        "level",
        "of the gold mention; predictions have none, so there is recall only",
        ("mentions",),
        recall_only=True,
    ),
}
"""By name, in the order of the report."""


def dimensions_of(layer: str, *, training: bool) -> tuple[str, ...]:
    """The dimensions of a layer, with or without training gold."""
    return tuple(
        name
        for name, each in DIMENSIONS.items()
        if layer in each.layers and (training or not each.from_training)
    )


def check_layer(layer: str) -> None:
    """Refuse a layer whose items are not put into buckets.

    Raises ``UnknownName`` for one that nobody knows, ``InputError`` for another.
    """
    if layer not in SCORED_LAYERS:
        raise UnknownName("layer", layer, BUCKETED)
    if layer not in BUCKETED:
        raise InputError(
            f"the layer {layer!r} is not diagnosed by bucket",
            hint=f"Diagnosed are: {', '.join(BUCKETED)}.",
        )


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names of buckets, each once: by the alphabet, those that say "none" last."""
    return tuple(sorted(set(names), key=lambda name: (name in (NO_ZONE, NO_LEVEL, NOWHERE), name)))
