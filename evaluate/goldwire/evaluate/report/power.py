"""What a gold can show, as plain records; as JSON, an object with the same fields.

Differences are of F1, as ratios between 0 and 1; ``null`` is unknown, with a reason beside, or
for documents beyond all bounds.
"""

from __future__ import annotations

from msgspec import Struct

from goldwire.schema.errors import UnknownName

from .model import Signature

__all__ = ["Detectable", "LayerPower", "PowerReport"]


class Detectable(Struct, frozen=True):
    """What can be shown in one layer under one assumption."""

    correlation: float | None
    """Of the F1 of both systems over samples of documents, assumed; ``None``: as in the data."""
    error: float | None
    """The standard error of the difference."""
    smallest: float | None
    """The smallest true difference that this gold shows with the wished power; above 1, none."""
    documents: int | None
    """How many documents of the same kind the wished difference needs; ``None`` without a wish,
    where the error is unknown, or where a thousand million would not do."""


class LayerPower(Struct, frozen=True):
    """One layer, under its main criterion."""

    layer: str
    main: str
    documents: int
    """Documents that were drawn from."""
    f1: tuple[float | None, ...]
    """By system."""
    shown: tuple[Detectable, ...]
    """One system: a row for each assumed correlation. Two systems: one row, from the data."""
    reason: str | None = None
    """Why nothing is known of the error."""


class PowerReport(Struct, frozen=True):
    """How large a difference this gold can show, and how much gold a wished one needs."""

    systems: tuple[str, ...]
    signature: Signature
    power: float
    level: float
    """Two-sided, of one comparison."""
    difference: float | None
    """The wished difference."""
    resamples: int
    seed: int
    assumption: str
    """What the numbers take for granted."""
    layers: tuple[LayerPower, ...]
    not_scored: dict[str, str]
    """Layers that were not scored, each with the reason."""

    def layer(self, name: str) -> LayerPower:
        """One layer by name.

        Raises ``goldwire.schema.errors.UnknownName`` for one that was not scored.
        """
        for each in self.layers:
            if each.layer == name:
                return each
        raise UnknownName("layer", name, [each.layer for each in self.layers])
