"""What is drawn on the text: one mark an item, with a short label and a full description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from msgspec import Struct

from goldwire.schema.document import (
    LAYERS,
    Attribution,
    Document,
    Event,
    Fragments,
    Mention,
    Quantity,
    Time,
)
from goldwire.schema.errors import UnknownName
from goldwire.schema.positions import cut

__all__ = [
    "DRAWN",
    "Mark",
    "Numbers",
    "amount",
    "chosen_layers",
    "drawn_layers",
    "figures",
    "make_marks",
    "number",
    "signs",
    "subscript",
    "tone_of",
]

DRAWN = ("mentions", "times", "quantities", "events")
"""The layers drawn on the text when none is chosen; attributions are drawn on request."""

_TONES = {
    "PER": "person", "ORG": "body", "NORP": "body", "GPE": "place", "LOC": "place",
    "FAC": "place", "WEA": "thing", "VEH": "thing", "PRD": "thing",
}  # fmt: skip


_LONGEST_LABEL = 22


class Mark(Struct, frozen=True):
    """One item on the text.

    ``spans`` are clipped to the text and not empty. ``tone`` groups kinds of things for
    colours: person, body, place, thing, time, quantity, event, speech.
    """

    item: str
    layer: str
    label: str
    tone: str
    spans: Fragments
    title: str

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where its last fragment ends."""
        return self.spans[-1][1]


class Numbers(Struct, frozen=True):
    """Short numbers, from 1 in text order, for entities and for hoppers by their ids."""

    entities: dict[str, int]
    hoppers: dict[str, int]


def chosen_layers(layers: Sequence[str] | None) -> tuple[str, ...]:
    """The layers to show, in schema order: all where none is named. Raises ``UnknownName``."""
    if layers is None:
        return LAYERS
    for layer in layers:
        if layer not in LAYERS:
            raise UnknownName("layer", layer, LAYERS)
    return tuple(layer for layer in LAYERS if layer in layers)


def drawn_layers(layers: Sequence[str] | None) -> tuple[str, ...]:
    """The layers to draw on the text. Raises ``UnknownName``."""
    if layers is None:
        return DRAWN
    return tuple(layer for layer in chosen_layers(layers) if layer in (*DRAWN, "attributions"))


def number(document: Document) -> Numbers:
    """Number entities and hoppers by their first place in the text."""
    mentions = sorted(document.mentions, key=lambda m: m.spans[:1])
    events = sorted(document.events, key=lambda e: e.spans[:1])
    declared = [entity.id for entity in document.entities]
    linked = [m.entity for m in mentions if m.entity is not None]
    return Numbers(
        _numbered([*linked, *declared]), _numbered([e.hopper for e in events if e.hopper])
    )


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(dict.fromkeys(names), 1)}


def make_marks(document: Document, layers: Sequence[str]) -> list[Mark]:
    """The marks of ``layers`` in text order, outer before inner.

    Offsets that lie outside the text are clipped, and an item without any text is left out:
    a draft may hold such items, and its reader should see the rest.
    """
    numbers = number(document)
    names = {entity.id: entity.name or entity.subtype or "" for entity in document.entities}
    length = len(document.text)
    found: list[Mark] = []
    for layer in layers:
        for item in getattr(document, layer):
            label, tone, title = _look(item, numbers, names)
            words = _joined(*title, item.note, item.id)
            if spans := _clip(item.spans, length):
                label = cut(label, _LONGEST_LABEL)
                shown = f"({label})" if item.optional else label
                found.append(Mark(item.id, layer, shown, tone, spans, words))
            cue = getattr(item, "cue", None)
            if cue and (spans := _clip(cue.spans, length)):
                found.append(Mark(item.id, layer, "cue", tone, spans, _joined("cue", words)))
    return sorted(found, key=lambda mark: (mark.start, -mark.end))


def _look(
    item: Mention | Time | Quantity | Event | Attribution,
    numbers: Numbers,
    names: dict[str, str],
) -> tuple[str, str, tuple[str | None, ...]]:
    """(label, tone, words of the description) of an item."""
    match item:
        case Mention(type=type_, entity=entity):
            label = type_ + subscript(numbers.entities.get(entity or ""))
            return label, tone_of(type_), (type_, item.level, names.get(entity or "", entity))
        case Event(type=type_):
            denied = "¬" if item.polarity == "negative" else ""
            label = denied + type_ + subscript(numbers.hoppers.get(item.hopper or ""))
            words = (type_, item.subtype, item.realis, item.polarity, item.certainty, item.tense)
            return label, "event", words
        case Time(type=type_):
            return type_, "time", (type_, item.value, item.modifier, "vague" if item.vague else "")
        case Quantity(kind=kind):
            return kind, "quantity", (kind, amount(item))
        case Attribution(style=style):
            return style, "speech", (style, item.source_class, item.stance)


def amount(quantity: Quantity) -> str:
    """The figure and its bounds as a reader writes them: ``≥ 3``, ``≈ 2,500``, ``30 km``."""
    sign = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< "}.get(quantity.comparator or "", "")
    if quantity.value is not None:
        figure = sign + figures(quantity.value)
    elif quantity.min is None and quantity.max is None:
        figure = "—"
    elif quantity.max is None:
        figure = f"≥ {figures(quantity.min)}"
    elif quantity.min is None:
        figure = f"≤ {figures(quantity.max)}"
    else:
        figure = f"{figures(quantity.min)} to {figures(quantity.max)}"
    unit = f" {quantity.unit}" if quantity.unit else ""
    return f"{'≈ ' if quantity.approximate else ''}{figure}{unit}"


def figures(value: int | float | None) -> str:
    """A number with separators; a dash where it is not known."""
    return "—" if value is None else f"{value:,}"


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _clip(spans: Fragments, length: int) -> Fragments:
    """Fragments inside the text, in order, those that touch or overlap joined."""
    clipped: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if clipped and start <= clipped[-1][1]:
            clipped[-1] = (clipped[-1][0], max(end, clipped[-1][1]))
        else:
            clipped.append((start, end))
    return tuple(clipped)


def tone_of(type_: str) -> str:
    """The tone of a type of entities: the same in every run, also for types of other schemas."""
    return (
        _TONES.get(type_)
        or ("person", "body", "place", "thing")[crc32(type_.encode("utf-8", "replace")) % 4]
    )


def signs(marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """The signs in the labels of ``marks``, each with what it says."""
    found = []
    if any("¬" in mark.label for mark in marks):
        found.append(("¬", "negated"))
    if any(mark.label.startswith("(") for mark in marks):
        found.append(("( )", "optional"))
    if any("₀" <= mark.label.rstrip(")")[-1:] <= "₉" for mark in marks):
        found.append(("₁₂", "number in the tables"))
    return found


def subscript(value: int | None) -> str:
    """A number in small digits, as it stands after labels and names; nothing for ``None``."""
    return "" if value is None else str(value).translate(_LOWERED)


_LOWERED = {ord(digit): 0x2080 + int(digit) for digit in "0123456789"}
