"""Edits: every change of an annotation as a small piece of data, and what it makes of a document.

``apply(document, edit)`` is pure. An edit that does not fit raises ``DoesNotFit``, which says
why, and changes nothing. Edits say what they do by ids and plain values, so that a log of them
can be read, kept, and replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct

from goldwire.schema.document import (
    ANCHORED_LAYERS,
    LAYERS,
    Argument,
    Document,
    Fragments,
)
from goldwire.schema.errors import InputError
from goldwire.schema.positions import surface

from .ids import next_id, taken_names
from .records import PARTS, PREFIXES, RECORDS, TYPE_FIELDS
from .references import CHAINS, forget, renamed

__all__ = [
    "PARTS",
    "PREFIXES",
    "RECORDS",
    "TYPE_FIELDS",
    "Add",
    "DoesNotFit",
    "Edit",
    "Fill",
    "Forget",
    "Merge",
    "Put",
    "Reject",
    "Remove",
    "Respan",
    "Split",
    "Together",
    "Unfill",
    "apply",
    "decode_edit",
    "encode_edit",
    "find",
    "next_id",
    "settled",
]

replace = msgspec.structs.replace


class DoesNotFit(InputError):
    """An edit that cannot be made in this document."""


class _Edit(Struct, frozen=True, kw_only=True, tag_field="do", omit_defaults=True):
    """Base of all edits."""


class Add(_Edit, tag="add", frozen=True, kw_only=True):
    """A new item, as it would stand in the file; ``text`` is what stands under its spans."""

    layer: str
    item: dict[str, Any]


class Remove(_Edit, tag="remove", frozen=True, kw_only=True):
    """Take an item out, with every reference to it, and what is nothing without it."""

    layer: str
    id: str


class Respan(_Edit, tag="respan", frozen=True, kw_only=True):
    """Move the boundaries of an item; more than one fragment makes it discontinuous."""

    layer: str
    id: str
    spans: Fragments


class Put(_Edit, tag="put", frozen=True, kw_only=True):
    """Set one field of an item, or of a part of the document, which has no id."""

    layer: str
    id: str = ""
    field: str
    value: Any


class Fill(_Edit, tag="fill", frozen=True, kw_only=True):
    """Fill a role of an event."""

    event: str
    role: str
    filler: str
    optional: bool = False


class Unfill(_Edit, tag="unfill", frozen=True, kw_only=True):
    """Take an argument away."""

    event: str
    role: str
    filler: str


class Merge(_Edit, tag="merge", frozen=True, kw_only=True):
    """Make one entity, or one hopper, of two: all members and references go to ``keep``."""

    layer: str
    keep: str
    gone: str


class Split(_Edit, tag="split", frozen=True, kw_only=True):
    """Move some members of an entity, or of a hopper, to a new one, which is like the old."""

    layer: str
    members: tuple[str, ...]
    new: str


class Forget(_Edit, tag="forget", frozen=True, kw_only=True):
    """Drop every reference to ids that are not there, and what is nothing without it."""

    ids: tuple[str, ...]


class Reject(_Edit, tag="reject", frozen=True, kw_only=True):
    """Refuse a suggestion: nothing changes, and the log shows it."""

    layer: str
    item: dict[str, Any]


class Together(_Edit, tag="together", frozen=True, kw_only=True):
    """Several edits as one: all of them or none, undone at once."""

    edits: tuple[Edit, ...]


Edit = Add | Remove | Respan | Put | Fill | Unfill | Merge | Split | Forget | Reject | Together

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Edit)


def encode_edit(edit: Edit) -> str:
    """An edit as one line of JSON. Raises ``DoesNotFit`` for what JSON cannot hold."""
    try:
        return _encoder.encode(edit).decode()
    except (msgspec.EncodeError, TypeError, ValueError, OverflowError, RecursionError) as problem:
        raise DoesNotFit(f"cannot be kept: {problem}") from problem


def settled(edit: Edit) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The suggestions that an edit settled: layer, item, and what became of them."""
    if isinstance(edit, Together):
        for each in edit.edits:
            yield from settled(each)
    elif isinstance(edit, Reject):
        yield edit.layer, edit.item, "rejected"
    elif isinstance(edit, Add) and edit.item.get("origin") in ("accepted", "edited"):
        yield edit.layer, edit.item, "accepted"


def decode_edit(line: str | bytes) -> Edit:
    """The edit of a line of JSON. Raises ``DoesNotFit`` for what is none."""
    try:
        edit: Edit = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise DoesNotFit(f"is no edit: {problem}") from problem
    return edit


def apply(document: Document, edit: Edit) -> Document:
    """The document after an edit. Raises ``DoesNotFit`` for one that cannot be made in it."""
    return _APPLIERS[type(edit)](document, edit)


def find(document: Document, layer: str, id: str) -> Any:
    """An item by its id. Raises ``DoesNotFit`` where the layer has none of that id."""
    return _layer(document, layer)[_place(document, layer, id)]


def _layer(document: Document, layer: str) -> tuple[Any, ...]:
    if layer not in RECORDS:
        raise DoesNotFit(f"there is no layer {layer!r}", hint=f"Layers are: {', '.join(LAYERS)}.")
    items: tuple[Any, ...] = getattr(document, layer)
    return items


def _place(document: Document, layer: str, id: str) -> int:
    for at, item in enumerate(_layer(document, layer)):
        if item.id == id:
            return at
    raise DoesNotFit(f"there is no {id!r} in {layer}")


def _with(document: Document, layer: str, items: Iterable[Any]) -> Document:
    return replace(document, **{layer: tuple(items)})


def _swapped(document: Document, layer: str, at: int, item: Any) -> Document:
    items = getattr(document, layer)
    return _with(document, layer, (*items[:at], item, *items[at + 1 :]))


def _add(document: Document, edit: Add) -> Document:
    _layer(document, edit.layer)
    item = dict(edit.item)
    if edit.layer in ANCHORED_LAYERS:
        item = _anchored(document, item)
    if edit.layer == "attributions":
        item["cue"] = _quoted(document, item.get("cue"))
    if isinstance(item.get("alternatives"), (list, tuple)):
        item["alternatives"] = [_quoted(document, each) for each in item["alternatives"]]
    try:
        made = msgspec.convert(item, RECORDS[edit.layer])
    except msgspec.ValidationError as problem:
        raise DoesNotFit(f"is no item of {edit.layer}: {_lowered(problem)}") from problem
    name = getattr(made, "id", "")
    if not name or any(name == each.id for layer in LAYERS for each in getattr(document, layer)):
        raise DoesNotFit(f"the id {name!r} is taken" if name else "an item needs an id")
    return _inserted(document, edit.layer, made)


def _anchored(document: Document, item: dict[str, Any]) -> dict[str, Any]:
    """The item with what stands under its spans; ``DoesNotFit`` where it says something else."""
    said = surface(document.text, _spans(document, item.get("spans")))
    if item.get("text", said) != said:
        raise DoesNotFit(f"{said!r} stands under the spans, not {item['text']!r}")
    return {**item, "text": said}


def _inserted(document: Document, layer: str, item: Any) -> Document:
    """Items that stand in the text are kept in its order, outer before inner; others come last."""
    items: tuple[Any, ...] = getattr(document, layer)
    at = len(items)
    if layer in ANCHORED_LAYERS:
        key = _order(item)
        while at and _order(items[at - 1]) > key:
            at -= 1
    return _with(document, layer, (*items[:at], item, *items[at:]))


def _order(item: Any) -> tuple[int, int]:
    if not item.spans:  # an edit makes none like this, but a document may come with one
        return 0, 0
    return item.spans[0][0], -item.spans[-1][1]


def _spans(document: Document, spans: Any) -> Fragments:
    """Spans as they must be. Raises ``DoesNotFit`` for those that no item can have."""
    try:
        found = msgspec.convert(spans, Fragments)
    except msgspec.ValidationError as problem:
        raise DoesNotFit(f"these are no spans: {_lowered(problem)}") from problem
    before = -1
    for start, end in found:
        if not before < start < end <= len(document.text):
            raise DoesNotFit(
                f"spans {[list(span) for span in found]} are not in the text in order",
                hint=f"The text has {len(document.text)} characters; fragments must not touch.",
            )
        before = end
    if not found:
        raise DoesNotFit("an item that stands in the text needs a span")
    return found


def _lowered(problem: msgspec.ValidationError) -> str:
    said = str(problem)
    return said[:1].lower() + said[1:]


def _remove(document: Document, edit: Remove) -> Document:
    at = _place(document, edit.layer, edit.id)
    items = getattr(document, edit.layer)
    left = None
    for kind, (members, field) in CHAINS.items():
        if members == edit.layer:
            left = kind, getattr(items[at], field)
    rest = _with(document, edit.layer, (*items[:at], *items[at + 1 :]))
    return forget(rest, {edit.id}, left=left)


def _respan(document: Document, edit: Respan) -> Document:
    if edit.layer not in ANCHORED_LAYERS:
        raise DoesNotFit(f"items of {edit.layer} do not stand in the text")
    at = _place(document, edit.layer, edit.id)
    items = getattr(document, edit.layer)
    spans = _spans(document, edit.spans)
    item = replace(items[at], spans=spans, text=surface(document.text, spans))
    head = getattr(item, "head", None)
    if head and not any(low <= head[0] and head[1] <= high for low, high in spans):
        item = replace(item, head=None)
    rest = _with(document, edit.layer, (*items[:at], *items[at + 1 :]))
    return _inserted(rest, edit.layer, item)


def _fields(record: type[Struct]) -> dict[str, tuple[str, Any]]:
    """By the name in files: the attribute and its type."""
    types = get_type_hints(record)
    return {f.encode_name: (f.name, types[f.name]) for f in msgspec.structs.fields(record)}


_FIELDS = {name: _fields(record) for name, record in (RECORDS | PARTS).items()}
_FIXED = {"id", "spans", "text"}


def _put(document: Document, edit: Put) -> Document:
    if edit.layer in PARTS:
        part = getattr(document, edit.layer)
        return replace(document, **{edit.layer: _changed(edit, part, document)})
    at = _place(document, edit.layer, edit.id)
    item = getattr(document, edit.layer)[at]
    found = _swapped(document, edit.layer, at, _changed(edit, item, document))
    for kind, member in CHAINS.items():
        if member == (edit.layer, edit.field):
            return forget(found, (), left=(kind, getattr(item, edit.field)))
    return found


def _changed(edit: Put, record: Any, document: Document) -> Any:
    known = _FIELDS[edit.layer]
    if edit.field not in known or (edit.layer in RECORDS and edit.field in _FIXED):
        names = [name for name in known if edit.layer in PARTS or name not in _FIXED]
        raise DoesNotFit(
            f"{edit.layer} have no field {edit.field!r} that can be set",
            hint=f"Fields are: {', '.join(names)}.",
        )
    name, type_ = known[edit.field]
    value = edit.value
    if edit.field == "cue" and value is not None:
        value = _quoted(document, value)
    elif edit.field == "alternatives" and isinstance(value, (list, tuple)):
        value = [_quoted(document, each) for each in value]
    try:
        return replace(record, **{name: msgspec.convert(value, type_)})
    except msgspec.ValidationError as problem:
        raise DoesNotFit(f"{edit.field} cannot be {value!r}: {_lowered(problem)}") from problem


def _quoted(document: Document, value: Any) -> Any:
    """A plain record with what stands under its spans, if it has any."""
    if not isinstance(value, dict) or value.get("spans") is None:
        return value
    return {**value, "text": surface(document.text, _spans(document, value["spans"]))}


def _fill(document: Document, edit: Fill) -> Document:
    at = _place(document, "events", edit.event)
    fillers = (*document.mentions, *document.times, *document.quantities, *document.events)
    if not any(item.id == edit.filler for item in fillers):
        raise DoesNotFit(
            f"{edit.filler!r} cannot fill a role",
            hint="A filler is a mention, a time, a quantity, or an event.",
        )
    event = document.events[at]
    if any((a.role, a.filler) == (edit.role, edit.filler) for a in event.arguments):
        raise DoesNotFit(f"{edit.filler!r} is {edit.role} of {edit.event!r} already")
    argument = Argument(role=edit.role, filler=edit.filler, optional=edit.optional)
    return _swapped(document, "events", at, replace(event, arguments=(*event.arguments, argument)))


def _unfill(document: Document, edit: Unfill) -> Document:
    at = _place(document, "events", edit.event)
    event = document.events[at]
    rest = tuple(a for a in event.arguments if (a.role, a.filler) != (edit.role, edit.filler))
    if len(rest) == len(event.arguments):
        raise DoesNotFit(f"{edit.filler!r} is not {edit.role} of {edit.event!r}")
    return _swapped(document, "events", at, replace(event, arguments=rest))


def _chain(layer: str) -> tuple[str, str]:
    """The layer and the field of the members. Raises ``DoesNotFit`` for what has none."""
    if layer not in CHAINS:
        raise DoesNotFit(f"{layer} are no chains", hint="Chains are entities and hoppers.")
    return CHAINS[layer]


def _members(document: Document, layer: str, name: str) -> list[str]:
    members, field = _chain(layer)
    return [item.id for item in getattr(document, members) if getattr(item, field) == name]


def _merge(document: Document, edit: Merge) -> Document:
    members, field = _chain(edit.layer)
    for name in (edit.keep, edit.gone):
        if edit.layer == "entities":
            find(document, "entities", name)
        elif not any(getattr(item, field) == name for item in getattr(document, members)):
            raise DoesNotFit(f"there is no {name!r} in {edit.layer}")
    if edit.keep == edit.gone:
        raise DoesNotFit(f"{edit.keep!r} cannot be merged with itself")
    moved = tuple(
        replace(item, **{field: edit.keep}) if getattr(item, field) == edit.gone else item
        for item in getattr(document, members)
    )
    document = renamed(_with(document, members, moved), edit.layer, edit.gone, edit.keep)
    if edit.layer == "entities":
        kept = tuple(entity for entity in document.entities if entity.id != edit.gone)
        document = replace(document, entities=kept)
    return document


def _split(document: Document, edit: Split) -> Document:
    members, field = _chain(edit.layer)
    chosen = set(edit.members)
    items = getattr(document, members)
    old = {getattr(item, field) for item in items if item.id in chosen}
    found = [item.id for item in items if item.id in chosen]
    if len(found) != len(chosen) or not chosen or len(old) != 1 or old == {None}:
        raise DoesNotFit(f"{', '.join(edit.members)} are not members of one chain")
    (name,) = old
    if len(_members(document, edit.layer, name)) == len(chosen):
        raise DoesNotFit(f"nothing would be left of {name!r}")
    if not edit.new or edit.new in taken_names(document):
        raise DoesNotFit(f"the id {edit.new!r} is taken" if edit.new else "a chain needs an id")
    moved = (replace(i, **{field: edit.new}) if i.id in chosen else i for i in items)
    document = _with(document, members, moved)
    if edit.layer == "entities":
        entity = replace(find(document, "entities", name), id=edit.new, name=None, kb=None)
        document = _with(document, "entities", (*document.entities, entity))
    return document


def _forget(document: Document, edit: Forget) -> Document:
    there = {item.id for layer in LAYERS for item in getattr(document, layer)}
    for name in edit.ids:
        if name in there:
            raise DoesNotFit(f"{name!r} is there", hint="Remove it, and its references go, too.")
    hoppers = set(edit.ids) - {event.hopper for event in document.events}
    return forget(document, edit.ids, hoppers=hoppers)


def _reject(document: Document, edit: Reject) -> Document:
    _layer(document, edit.layer)
    return document


def _together(document: Document, edit: Together) -> Document:
    for each in edit.edits:
        document = apply(document, each)
    return document


_APPLIERS: dict[type[Struct], Callable[[Document, Any], Document]] = {
    Add: _add,
    Remove: _remove,
    Respan: _respan,
    Put: _put,
    Fill: _fill,
    Unfill: _unfill,
    Merge: _merge,
    Split: _split,
    Forget: _forget,
    Reject: _reject,
    Together: _together,
}
