"""From a document to the script that makes its annotation."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Annotation, Document, to_plain
from goldwire.schema.errors import InputError

from ..records import ENDS, TYPE_FIELDS
from .errors import ScriptError
from .fields import FIELDS, LISTS, NOUNS, REFERENCES, plain_value
from .lines import NAME, RESERVED, Field, Value
from .places import fragments_at, quoted

__all__ = ["document_script"]

_ORDER = (
    "zones", "entities", "mentions", "times", "quantities", "attributions", "events",
    "event_links", "relations", "incidents",
)  # fmt: skip
"""Layers as a script is written: what is referred to comes first where it can."""

_LATER = frozenset({
    ("zones", "duplicate_of"), ("zones", "parent"), ("times", "anchor"), ("quantities", "counts"),
    ("events", "arguments"),
})  # fmt: skip
"""References that may be to a line further down."""

_BARE = re.compile(r"[^\s\"#=+,{}\[\]\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_OFFSETS = re.compile(r"[0-9]+:[0-9]+")


def document_script(document: Document, layers: Collection[str] = LAYERS) -> str:
    """The annotation of a document as a script; ``layers`` are those that are written.

    Applied to the document without these layers and without ``annotation``, it makes an equal
    one; items that stand in the text come in its order, and ids are given anew. Names are the
    ids of the document. What a layer that is left out holds is referred to by id.

    Raises ``InputError`` for a reference to what the document does not have.
    """
    writer = _Writer(document, [layer for layer in _ORDER if layer in layers])
    return "\n".join(writer.lines()) + "\n"


class _Writer:
    """A document, and the names under which a script refers to its items."""

    def __init__(self, document: Document, layers: list[str]) -> None:
        self.document = document
        self.layers = layers
        self.plain = to_plain(document)
        self.names: dict[str, str] = {}
        self.hoppers: dict[str, str] = {}
        self.written: set[str] = set()
        """Ids that can be referred to: what is written already, or what the document keeps."""
        taken = {item.id for layer in LAYERS for item in getattr(document, layer)}
        for layer in LAYERS:
            for item in getattr(document, layer):
                self.names[item.id] = item.id
                if layer in layers and not _is_name(item.id):
                    self.names[item.id] = _new_name(NOUNS[layer], taken)
                if layer not in layers:
                    self.written.add(item.id)
        for event in document.events:
            if event.hopper is not None and "events" in layers:
                self.hoppers.setdefault(event.hopper, self.names[event.id])
            elif event.hopper is not None:
                self.hoppers.setdefault(event.hopper, event.hopper)

    def lines(self) -> Iterator[str]:
        title = self.document.metadata.headline or self.document.id
        yield f"# {' '.join(title.split())}".translate(_HARMLESS)
        annotation = {
            name: value
            for name, value in self.plain["annotation"].items()
            if name != "layers" and value != _DRAFT[name]
        }
        if annotation:
            fields = (self.plain_field("annotation", *each) for each in annotation.items())
            yield " ".join(["annotation", *fields])
        if self.document.annotation.layers:
            yield " ".join(["layers", *self.document.annotation.layers])
        later: list[str] = []
        for layer in self.layers:
            items = getattr(self.document, layer)
            if items:
                yield f"\n# {layer}"
            for item, plain in zip(items, self.plain[layer], strict=True):
                yield self.item(layer, item, plain, later)
                yield from self.alternatives(layer, item, plain)
                self.written.add(item.id)
        if later:
            yield "\n# what refers to a line further down"
            yield from later

    def item(self, layer: str, item: Any, plain: dict[str, Any], later: list[str]) -> str:
        """The line that adds an item; what cannot be said yet is added to ``later``."""
        name = self.names[item.id]
        parts = [NOUNS[layer], _word(plain[TYPE_FIELDS[layer]])]
        parts += [self.reference(layer, end, plain[end]) for end in ENDS.get(layer, ())]
        if layer in ANCHORED_LAYERS:
            parts.append(fragments_at(self.document.text, item.spans))
        parts += ["as", name]
        record = type(item)
        defaults = {f.encode_name: f.default for f in msgspec.structs.fields(record)}
        for field, value in plain.items():
            if field in (TYPE_FIELDS[layer], *ENDS.get(layer, ())) or field not in FIELDS[layer]:
                continue
            if field == "alternatives":
                continue
            if field == "hopper":
                parts += self.hopper(item)
            elif value != _plain_default(defaults[field]):
                said = self.field(layer, field, value, item)
                if (layer, field) in _LATER and not self.can_say(field, value):
                    verb = "set"
                    if field == "arguments" and not said.startswith("arguments="):
                        verb = "argument"
                    later.append(f"{verb} {name} {said}")
                else:
                    parts.append(said)
        return " ".join(parts)

    def alternatives(self, layer: str, item: Any, plain: dict[str, Any]) -> Iterator[str]:
        for given, each in zip(plain.get("alternatives", ()), item.alternatives, strict=True):
            parts = ["alternative", self.names[item.id]]
            if each.spans:
                parts.append(fragments_at(self.document.text, each.spans))
            parts += [
                self.plain_field("alternatives", name, given[name])
                for name in ("type", "subtype")
                if name in given
            ]
            yield " ".join(parts)

    def hopper(self, event: Any) -> list[str]:
        """Nothing for the first event of a hopper: it gets a new one by itself."""
        if event.hopper is None:
            return ["hopper=null"]
        first = self.hoppers[event.hopper]
        return [] if first == self.names[event.id] else [f"hopper={first}"]

    def can_say(self, field: str, value: Any) -> bool:
        """Whether all that a value refers to is written already."""
        if field != "arguments":
            return value == "dct" or value in self.written
        return all(
            name in self.written
            for each in value
            for name in (each["filler"], *each.get("alternatives", ()))
        )

    def field(self, layer: str, field: str, value: Any, item: Any) -> str:
        key = (layer, field)
        if key == ("attributions", "cue"):
            return f"cue={fragments_at(self.document.text, item.cue.spans)}"
        if key == ("mentions", "head"):
            return f"head={fragments_at(self.document.text, (item.head,), item.spans)}"
        if key == ("attributions", "quotes"):
            return f"quotes={fragments_at(self.document.text, item.quotes, item.spans)}"
        if key not in REFERENCES:
            return self.plain_field(layer, field, value)
        if key == ("events", "arguments"):
            return self.arguments(value)
        if key in LISTS:
            return f"{field}={','.join(self.reference(layer, field, each) for each in value)}"
        if layer == "incidents":
            return f"{field}={_json(self.nested(layer, field, value))}"
        return f"{field}={self.reference(layer, field, value)}"

    def arguments(self, value: list[dict[str, Any]]) -> str:
        """ROLE=NAME for each argument; as JSON where one of them says more than that."""
        once = len({(each["role"], each["filler"]) for each in value}) == len(value)
        short = once and all(
            set(each) <= {"role", "filler"}
            and NAME.fullmatch(each["role"])
            and each["role"] not in FIELDS["events"]
            for each in value
        )
        if not short:
            return f"arguments={_json(self.nested('events', 'arguments', value))}"
        return " ".join(
            f"{each['role']}={self.reference('events', 'arguments', each['filler'])}"
            for each in value
        )

    def nested(self, layer: str, field: str, value: Any) -> Any:
        """Records with the ids in them replaced by names, without what is empty by default."""
        if isinstance(value, list):
            return [self.nested(layer, field, each) for each in value]
        if not isinstance(value, dict):
            return value
        found: dict[str, Any] = {}
        for key, each in value.items():
            if each is None or each == []:
                continue
            if key in ("place", "entity", "source", "channel", "filler"):
                found[key] = self.reference(layer, field, each)
            elif key in ("claimants", "alternatives"):
                found[key] = [self.reference(layer, field, one) for one in each]
            else:
                found[key] = self.nested(layer, field, each)
        return found

    def reference(self, layer: str, field: str, name: str) -> str:
        if name == "dct" and (layer, field) == ("times", "anchor"):
            return name
        known = self.hoppers if REFERENCES[layer, field] == ("hoppers",) else self.names
        if name not in known:
            raise InputError(
                f"{field} of {NOUNS[layer]} refers to {name!r}, which is not in the document",
                source=self.document.id,
                hint="See all that is wrong with `goldwire schema validate`.",
            )
        return known[name]

    def plain_field(self, layer: str, field: str, value: Any) -> str:
        """FIELD=VALUE, the value bare where it is read back as it is."""
        if isinstance(value, str):
            if _BARE.fullmatch(value):
                try:
                    read = plain_value(layer, Field(field, Value(word=value)))
                except ScriptError:
                    read = None
                if read == value and isinstance(read, str):
                    return f"{field}={value}"
            return f"{field}={quoted(value)}"
        return f"{field}={_json(value)}"


_DRAFT = msgspec.json.decode(msgspec.json.encode(Annotation()))
_HARMLESS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ")


def _plain_default(default: Any) -> Any:
    return [] if default == () else default


def _is_name(id: str) -> bool:
    return (
        NAME.fullmatch(id) is not None
        and id not in RESERVED
        and _OFFSETS.fullmatch(id) is None
        and "," not in id
    )


def _new_name(noun: str, taken: set[str]) -> str:
    number = 1
    while f"{noun}{number}" in taken:
        number += 1
    taken.add(f"{noun}{number}")
    return f"{noun}{number}"


def _word(label: str) -> str:
    """A label as a bare word. Raises ``InputError`` for one that cannot be one."""
    if label in RESERVED or _BARE.fullmatch(label) is None or _OFFSETS.fullmatch(label):
        raise InputError(
            f"the label {label!r} cannot be written in a script",
            hint="Labels are words without blanks, quotes, and signs such as # or =.",
        )
    return label


def _json(value: Any) -> str:
    """JSON on one line, with what cannot be seen escaped."""
    return json.dumps(value, ensure_ascii=False) if value is not None else "null"
