"""Gold documents as much as the evaluator reads of them: lean records, decoded fast."""

from __future__ import annotations

from msgspec import Struct

from .tables import Shape

__all__ = ["Gold"]


class Alternative(Struct, frozen=True, gc=False):
    """Another accepted answer."""

    spans: Shape | None = None
    type: str | None = None


class Item(Struct, frozen=True, kw_only=True, gc=False):
    """What every anchored item has."""

    id: str
    spans: Shape
    optional: bool = False
    alternatives: tuple[Alternative, ...] = ()


class Typed(Item, frozen=True, kw_only=True, gc=False):
    """A mention or a time."""

    type: str
    head: tuple[int, int] | None = None


class Kinded(Item, frozen=True, kw_only=True, gc=False):
    """A quantity."""

    kind: str


class Zone(Kinded, frozen=True, kw_only=True, gc=False):
    """A zone, scored or not."""

    scored: bool = True


class Argument(Struct, frozen=True, kw_only=True, gc=False):
    """A role and its filler."""

    role: str
    filler: str
    optional: bool = False
    alternatives: tuple[str, ...] = ()


class Event(Item, frozen=True, kw_only=True, gc=False):
    """An event mention."""

    type: str
    arguments: tuple[Argument, ...] = ()


class Attribution(Item, frozen=True, kw_only=True, gc=False):
    """An attribution; its style is its type."""

    style: str


class Relation(Struct, frozen=True, kw_only=True, gc=False):
    """A relation."""

    id: str
    type: str
    head: str
    tail: str
    optional: bool = False
    alternatives: tuple[Alternative, ...] = ()


class Annotation(Struct, frozen=True, gc=False):
    """Which layers are complete."""

    layers: tuple[str, ...] = ()


class Gold(Struct, frozen=True, kw_only=True, gc=False):
    """As much of a gold document as the evaluator reads."""

    id: str
    schema: str
    text: str
    sha256: str
    annotation: Annotation = Annotation()
    zones: tuple[Zone, ...] = ()
    mentions: tuple[Typed, ...] = ()
    times: tuple[Typed, ...] = ()
    quantities: tuple[Kinded, ...] = ()
    events: tuple[Event, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    relations: tuple[Relation, ...] = ()
