"""Gold documents as much as the evaluator reads of them: lean records, decoded fast."""

from __future__ import annotations

from msgspec import Struct

from goldwire.schema.document import (
    Casualties,
    Claim,
    IncidentDate,
    Instrument,
    Location,
    Perpetrator,
    Target,
)

from ..tables import Shape

__all__ = ["Cue", "Gold", "Incident"]


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


class Mention(Item, frozen=True, kw_only=True, gc=False):
    """A mention and the entity that it belongs to."""

    type: str
    level: str | None = None
    entity: str | None = None
    head: tuple[int, int] | None = None


class Entity(Struct, frozen=True, kw_only=True, gc=False):
    """A chain, as far as its mentions do not say it."""

    id: str
    optional: bool = False


class Time(Item, frozen=True, kw_only=True, gc=False):
    """A time expression with its normalised value."""

    type: str
    value: str | None = None
    edtf: str | None = None


class Quantity(Item, frozen=True, kw_only=True, gc=False):
    """A quantity with its normalised value."""

    kind: str
    value: float | None = None
    min: float | None = None
    max: float | None = None
    unit: str | None = None


class Zone(Item, frozen=True, kw_only=True, gc=False):
    """A zone, scored or not."""

    kind: str
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
    hopper: str | None = None
    realis: str | None = None
    polarity: str | None = None
    certainty: str | None = None
    arguments: tuple[Argument, ...] = ()


class Cue(Struct, frozen=True, gc=False):
    """The words that introduce what is attributed."""

    spans: Shape = ()


class Attribution(Item, frozen=True, kw_only=True, gc=False):
    """An attribution; its style is its type."""

    style: str
    source: str | None = None
    source_class: str | None = None
    cue: Cue | None = None
    stance: str | None = None


class Relation(Struct, frozen=True, kw_only=True, gc=False):
    """A relation."""

    id: str
    type: str
    head: str
    tail: str
    optional: bool = False
    alternatives: tuple[Alternative, ...] = ()


class Incident(Struct, frozen=True, kw_only=True, gc=False):
    """The record of an incident, of gold or of a prediction."""

    id: str | None = None
    hoppers: tuple[str, ...] = ()
    role: str | None = None
    type: str | None = None
    stage: str | None = None
    date: IncidentDate | None = None
    location: Location | None = None
    instruments: tuple[Instrument, ...] = ()
    perpetrators: tuple[Perpetrator, ...] = ()
    targets: tuple[Target, ...] = ()
    casualties: Casualties | None = None
    damage: str | None = None
    claim: Claim | None = None
    reported_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
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
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    times: tuple[Time, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    events: tuple[Event, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    relations: tuple[Relation, ...] = ()
    incidents: tuple[Incident, ...] = ()
