"""The typed document: frozen records without behaviour, in the order of ``core.schema.json``.

The schema file is the contract; a test holds these classes to it in both directions.
Offsets are half-open Unicode code points into ``Document.text``. ``None`` is "unknown".

Two groups of fields are written differently (see :func:`to_json`): *answers* are always
written, as ``null`` where unknown; *marginalia* (``optional``, ``alternatives``, ``origin``,
``score``, ``note``, ``canary``) only where they say something.
"""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

__all__ = [
    "ANCHORED_LAYERS",
    "LAYERS",
    "Alternative",
    "Annotation",
    "Argument",
    "Attribution",
    "Casualties",
    "Claim",
    "Cue",
    "Document",
    "Entity",
    "Event",
    "EventLink",
    "Fragments",
    "Incident",
    "IncidentDate",
    "Instrument",
    "Location",
    "Mention",
    "Metadata",
    "Perpetrator",
    "Quantity",
    "Relation",
    "Rights",
    "Sourced",
    "Span",
    "Target",
    "Time",
    "Toll",
    "Zone",
    "from_json",
    "to_json",
    "to_line",
]

Span = tuple[int, int]
"""``(start, end)``: half-open, in code points of the document's text."""

Fragments = tuple[Span, ...]
"""Spans in text order that do not overlap; more than one makes a discontinuous item."""

Origin = Literal["typed", "accepted", "edited", "imported"]


class _Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of every record: immutable, keyword-only, closed."""


class Alternative(_Record, frozen=True, kw_only=True):
    """Another accepted answer: fields given here stand in for the item's own."""

    spans: Fragments | None = None
    text: str | None = None
    type: str | None = None
    subtype: str | None = None


class _Item(_Record, frozen=True, kw_only=True):
    """What every item may carry."""

    id: str
    optional: bool = False
    alternatives: tuple[Alternative, ...] = ()
    origin: Origin | None = None
    score: float | None = None
    note: str | None = None


class _Anchored(_Item, frozen=True, kw_only=True):
    """An item that stands in the text."""

    spans: Fragments
    text: str


class Zone(_Anchored, frozen=True, kw_only=True):
    """A stretch of the page and what it is for."""

    kind: str
    scored: bool = True
    duplicate_of: str | None = None
    parent: str | None = None
    paragraph: int | None = None


class Mention(_Anchored, frozen=True, kw_only=True):
    """A phrase that refers to an entity."""

    type: str
    level: str | None = None
    entity: str | None = None
    head: Span | None = None


class Entity(_Item, frozen=True, kw_only=True):
    """What the mentions of one chain refer to."""

    type: str
    subtype: str | None = None
    name: str | None = None
    group: bool | None = None
    generic: bool | None = None
    kb: str | None = None


class Time(_Anchored, frozen=True, kw_only=True):
    """A time expression and its normalised value."""

    type: str
    value: str | None = None
    edtf: str | None = None
    anchor: str | None = None
    modifier: str | None = None
    vague: bool = False


class Quantity(_Anchored, frozen=True, kw_only=True):
    """A number in words or digits, with what it counts or measures."""

    kind: str
    value: int | float | None = None
    min: int | float | None = None
    max: int | float | None = None
    comparator: str | None = None
    approximate: bool = False
    unit: str | None = None
    counts: str | None = None


class Argument(_Record, frozen=True, kw_only=True):
    """A role of an event, filled by a mention, a time, a quantity, or another event."""

    role: str
    filler: str
    optional: bool = False
    alternatives: tuple[str, ...] = ()


class Event(_Anchored, frozen=True, kw_only=True):
    """One event mention; ``spans`` is its trigger, ``hopper`` the event it belongs to."""

    type: str
    subtype: str | None = None
    hopper: str | None = None
    realis: str | None = None
    polarity: str | None = None
    certainty: str | None = None
    tense: str | None = None
    arguments: tuple[Argument, ...] = ()
    attributions: tuple[str, ...] = ()


class EventLink(_Item, frozen=True, kw_only=True):
    """A directed link between two hoppers."""

    type: str
    source: str = field(name="from")
    target: str = field(name="to")


class Cue(_Record, frozen=True, kw_only=True):
    """The words that introduce what is attributed."""

    spans: Fragments
    text: str


class Attribution(_Anchored, frozen=True, kw_only=True):
    """Content (``spans``), who it is attributed to, and the cue that says so."""

    style: str
    source: str | None = None
    source_class: str | None = None
    cue: Cue | None = None
    quotes: Fragments = ()
    stance: str | None = None


class Relation(_Item, frozen=True, kw_only=True):
    """A directed relation between two mentions."""

    type: str
    head: str
    tail: str


class IncidentDate(_Record, frozen=True, kw_only=True):
    """When an incident happened, and how exactly that is known."""

    edtf: str | None = None
    precision: str | None = None


class Location(_Record, frozen=True, kw_only=True):
    """Where an incident happened."""

    country: str | None = None
    admin1: str | None = None
    place: str | None = None
    place_relation: str | None = None
    precision: str | None = None


class Instrument(_Record, frozen=True, kw_only=True):
    """A weapon or means of an incident."""

    entity: str | None = None
    type: str | None = None
    count: int | float | None = None


class Perpetrator(_Record, frozen=True, kw_only=True):
    """Who did it, and on whose word."""

    entity: str | None = None
    role_class: str | None = field(default=None, name="class")
    confidence: str | None = None


class Target(_Record, frozen=True, kw_only=True):
    """What or whom an incident was aimed at, and what came of it."""

    entity: str | None = None
    role_class: str | None = field(default=None, name="class")
    effect: str | None = None
    count: int | float | None = None


class Sourced(_Record, frozen=True, kw_only=True):
    """The figure of one source, an entity."""

    source: str
    value: int | float


class Toll(_Record, frozen=True, kw_only=True):
    """A number of people as reported: ``stated`` where one figure is given."""

    min: int | float | None = None
    max: int | float | None = None
    stated: int | float | None = None
    by_source: tuple[Sourced, ...] = ()


class Casualties(_Record, frozen=True, kw_only=True):
    """Killed, injured, missing; ``None`` is "nothing said", a stated zero is ``0``."""

    killed: Toll | None = None
    injured: Toll | None = None
    missing: Toll | None = None


class Claim(_Record, frozen=True, kw_only=True):
    """Whether somebody claimed the incident."""

    claimed: bool | None = None
    claimants: tuple[str, ...] = ()
    channel: str | None = None


class Incident(_Item, frozen=True, kw_only=True):
    """One record for one specific, factual incident."""

    hoppers: tuple[str, ...]
    role: str | None = None
    type: str
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


class Metadata(_Record, frozen=True, kw_only=True):
    """What the publisher says of the article."""

    headline: str | None = None
    publisher: str | None = None
    agency: str | None = None
    bylines: tuple[str, ...] = ()
    dateline: str | None = None
    published: str | None = None
    updated: str | None = None
    dct: str | None = None
    url: str | None = None
    section: str | None = None


class Rights(_Record, frozen=True, kw_only=True):
    """Who holds the text, and whether it may be passed on."""

    holder: str | None = None
    licence: str | None = None
    redistributable: bool = False


class Annotation(_Record, frozen=True, kw_only=True):
    """Who annotated what, and how far."""

    status: Literal["gold", "single", "draft"] = "draft"
    annotators: tuple[str, ...] = ()
    adjudicator: str | None = None
    guidelines: str | None = None
    layers: tuple[str, ...] = ()
    minutes: int | float | None = None
    history: tuple[str, ...] = ()


class Document(_Record, frozen=True, kw_only=True):
    """One article with its annotation."""

    id: str
    schema: str
    language: str
    text: str
    length: int
    sha256: str
    metadata: Metadata = Metadata()
    rights: Rights = Rights()
    annotation: Annotation = Annotation()
    canary: str | None = None
    zones: tuple[Zone, ...] = ()
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    times: tuple[Time, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    events: tuple[Event, ...] = ()
    event_links: tuple[EventLink, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    relations: tuple[Relation, ...] = ()
    incidents: tuple[Incident, ...] = ()

    def __repr__(self) -> str:
        """One line: the id, how long the text is, and how many items each layer has."""
        counts = [f"{len(getattr(self, layer)):,} {layer}" for layer in LAYERS]
        shown = [each for each in counts if not each.startswith("0 ")]
        parts = [repr(self.id), f"{len(self.text):,} characters", *shown]
        return f"<Document {', '.join(parts)}>"

    def _repr_html_(self) -> str | None:
        from .showing import rendered

        return rendered("document", self)


LAYERS: tuple[str, ...] = (
    "zones",
    "mentions",
    "entities",
    "times",
    "quantities",
    "events",
    "event_links",
    "attributions",
    "relations",
    "incidents",
)

ANCHORED_LAYERS: tuple[str, ...] = (
    "zones",
    "mentions",
    "times",
    "quantities",
    "events",
    "attributions",
)

# An alternative says only what differs: none of its fields is written empty.
_MARGINALIA = frozenset({"optional", "alternatives", "origin", "score", "note", "canary"})


def _writing_plan(record: type[Struct]) -> list[tuple[str, str, object]]:
    """(attribute, name in JSON, default where it may be left out) in canonical order."""
    answers: list[tuple[str, str, object]] = []
    margin: list[tuple[str, str, object]] = []
    for f in msgspec.structs.fields(record):
        if f.name in _MARGINALIA or record is Alternative:
            margin.append((f.name, f.encode_name, f.default))
        else:
            answers.append((f.name, f.encode_name, msgspec.NODEFAULT))
    if record is Document:  # the canary has a place of its own, before the layers
        at = next(i for i, (name, _, _) in enumerate(answers) if name == "zones")
        return answers[:at] + margin + answers[at:]
    identity = [a for a in answers if a[0] == "id"]
    return identity + [a for a in answers if a[0] != "id"] + margin


_PLANS: dict[type, list[tuple[str, str, object]]] = {}


def _plain(value: Any) -> Any:
    """Records as dicts in canonical order, everything else as it is."""
    if isinstance(value, Struct):
        kind = type(value)
        plan = _PLANS.get(kind)
        if plan is None:
            plan = _PLANS[kind] = _writing_plan(kind)
        return {
            name: _plain(found)
            for attribute, name, default in plan
            if (found := getattr(value, attribute)) is not default and found != default
        }
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def to_plain(document: Document) -> dict[str, Any]:
    """The document as plain dicts and lists, properties in schema order."""
    plain = _plain(document)
    assert isinstance(plain, dict)
    return plain


def to_line(document: Document) -> str:
    """The document as one line of JSON Lines, without the line end."""
    return json.dumps(to_plain(document), ensure_ascii=False, separators=(",", ":"))


def to_json(document: Document) -> str:
    """The canonical file: pretty, properties in schema order, one item a line, final newline."""
    lines: list[str] = []
    for name, value in to_plain(document).items():
        key = json.dumps(name)
        if name in LAYERS and value:
            items = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
            lines.append(f"  {key}: [\n{items}\n  ]")
        elif isinstance(value, dict) and value:
            fields = ",\n".join(
                f"    {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}"
                for k, v in value.items()
            )
            lines.append(f"  {key}: {{\n{fields}\n  }}")
        else:
            lines.append(f"  {key}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


_decoder = msgspec.json.Decoder(Document)


def from_json(data: bytes | str) -> Document:
    """Decode one document. Raises ``msgspec.ValidationError`` where it does not fit the types."""
    return _decoder.decode(data)
