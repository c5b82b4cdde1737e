"""Adjudication: two or more passes over one document become gold, one decision at a time.

What all passes say is taken at once. Everything else is a list of decisions, each between what
the passes say: an item that some have, or a field that they fill differently. Who belongs to
which chain is compared by links: a mention's nearest earlier mention of the same chain, among
those that all passes have. Ids never matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.document import ANCHORED_LAYERS, LAYERS, Document
from goldwire.schema.errors import InputError
from goldwire.schema.positions import cut, surface, visible

from .descriptions import (
    CHAIN_FIELDS,
    Key,
    Pass,
    Reference,
    described,
    keys_of,
    link_chains,
    sortable,
)
from .edits import (
    PREFIXES,
    Add,
    Edit,
    Forget,
    Put,
    Remove,
    Together,
    apply,
    find,
    next_id,
)

__all__ = ["Adjudication", "Decision", "Key", "Version", "difference_words", "is_first"]

_ORDER = ("zones", "mentions", "times", "quantities", "events", "attributions", "entities",
          "relations", "event_links", "incidents")  # fmt: skip


class Version(Struct, frozen=True):
    """What one or more passes say of an item: ``None`` is that there is none."""

    passes: tuple[str, ...]
    item: dict[str, Any] | None


class Decision(Struct, frozen=True):
    """One thing that the passes do not agree on, with their versions, most backed first."""

    key: Key
    layer: str
    kind: Literal["item", "fields"]
    versions: tuple[Version, ...]
    text: str
    """The words in the article that it is about."""


class Adjudication:
    """The passes over one document, what they agree on, and what is left to decide.

    ``passes`` maps annotators to their documents. Raises ``InputError`` for fewer than two, or
    for passes over different texts.
    """

    def __init__(self, base: Document, passes: Mapping[str, Document]) -> None:
        if len(passes) < 2:
            raise InputError(
                "adjudication needs two passes at least",
                hint="Have the document labelled by another annotator first.",
            )
        for name, document in passes.items():
            if document.text != base.text:
                raise InputError(f"the pass of {name!r} is over another text")
        self.base = base
        self.passes = [Pass(name, passes[name], described(passes[name])) for name in sorted(passes)]
        common = {
            layer: set.intersection(*(set(each.items[layer]) for each in self.passes))
            for layer in CHAIN_FIELDS
        }
        for each in self.passes:
            link_chains(each, common)
        self.ids = self._numbered()
        self.chains = self._chains()

    @property
    def names(self) -> set[str]:
        """The ids of all items, entities, and hoppers that there are, or that there may be."""
        return {*self.ids.values(), *self.chains.values()}

    def _numbered(self) -> dict[Key, str]:
        """An id for every item that any pass has, in the order of the text.

        Zones that the article came with keep theirs.
        """
        own = {zone.id for zone in self.base.zones}
        found = {key: name for name, key in keys_of(self.base).items() if name in own}
        for layer in _ORDER:
            names = (f"{PREFIXES[layer]}{number}" for number in count(1))
            free = (name for name in names if name not in own)
            for key in self.keys(layer) if layer != "entities" else ():
                if key not in found:
                    found[key] = next(free)
        return found

    def _chains(self) -> dict[Key, str]:
        """The chain of every chained item as it would be if the most backed versions were taken."""
        found: dict[Key, str] = {}
        for layer, chains in (("mentions", "entities"), ("events", "hoppers")):
            number = 0
            for key in self.keys(layer):
                path = [key]
                while path[-1] not in found and (link := self.link(layer, path[-1])) is not None:
                    path.append(link)
                if path[-1] not in found:
                    number += 1
                    found[path[-1]] = f"{PREFIXES[chains]}{number}"
                found.update(dict.fromkeys(path, found[path[-1]]))
        return found

    def link(self, layer: str, key: Key) -> Any:
        """The earlier item that the most backed version of an item is linked to."""
        items = [v.item for v in self.versions(layer, key) if v.item is not None]
        return items[0].get("link") if items else None

    def keys(self, layer: str) -> list[Key]:
        """The keys of all items of a layer that any pass has, in the order of the text."""
        found: dict[Key, None] = {}
        for each in self.passes:
            found.update(dict.fromkeys(each.items[layer]))
        return sorted(found, key=sortable)

    def versions(self, layer: str, key: Key) -> tuple[Version, ...]:
        """What the passes say of an item, most backed first."""
        grouped: list[tuple[dict[str, Any] | None, list[str]]] = []
        for each in self.passes:
            item = each.items[layer].get(key)
            if layer == "entities" and item is None:
                continue  # whether there is one is decided with its mention
            for other, names in grouped:
                if _says_the_same(other, item):
                    names.append(each.name)
                    break
            else:
                grouped.append((item, [each.name]))
        grouped.sort(key=lambda pair: (-len(pair[1]), pair[1]))
        return tuple(Version(tuple(names), item) for item, names in grouped)

    def decisions(self) -> list[Decision]:
        """Everything that the passes do not agree on: spans first, then what refers to them."""
        found = []
        for layer in _ORDER:
            for key in self.keys(layer):
                versions = self.versions(layer, key)
                if len(versions) > 1:
                    there = all(version.item is not None for version in versions)
                    found.append(
                        Decision(key, layer, "fields" if there else "item", versions,
                                 self._words(layer, key, versions))
                    )  # fmt: skip
        return found

    def agreed(self) -> list[tuple[str, Key, dict[str, Any]]]:
        """Layer, key, and item of all that every pass says alike."""
        return [
            (layer, key, versions[0].item)
            for layer in _ORDER
            for key in self.keys(layer)
            if len(versions := self.versions(layer, key)) == 1 and versions[0].item is not None
        ]

    def _words(self, layer: str, key: Key, versions: Sequence[Version]) -> str:
        if layer in ANCHORED_LAYERS:
            return surface(self.base.text, key[1])
        if layer in ("relations", "event_links"):
            ends = [self._of_key(key[2]), self._of_key(key[3])]
            return " → ".join(ends)
        return self._of_key(key[1]) if len(key) > 1 else layer

    def _of_key(self, key: Any) -> str:
        if isinstance(key, tuple) and len(key) > 1 and key[0] in ANCHORED_LAYERS:
            return surface(self.base.text, key[1])
        if isinstance(key, tuple) and key:
            return self._of_key(key[-1])
        return str(key)

    # Making gold

    def begin(self) -> Edit:
        """The edit that puts all that is agreed into the document as it was added."""
        maker = _Maker(self.base, self)
        maker.clear()
        before = maker.document
        for layer, key, item in self.agreed():
            if layer != "entities":
                maker.add(layer, key, item)
        maker.name_entities(before)
        maker.set_parts()
        complete = [set(each.document.annotation.layers) for each in self.passes]
        layers = [layer for layer in LAYERS if all(layer in each for each in complete)]
        return Together(edits=(*maker.edits, Put(layer="annotation", field="layers", value=layers)))

    def taken(
        self, document: Document, decision: Decision, items: Sequence[dict[str, Any]]
    ) -> Edit:
        """The edit that puts what was decided into a document: no version, one, or several."""
        maker = _Maker(document, self)
        for item in items:
            maker.add(decision.layer, decision.key, item)
        if not items and decision.key in self.ids:
            maker.leave_out(decision.layer, self.ids[decision.key])
        if decision.layer == "mentions":
            maker.name_entities(document)
        return maker.edit()


def _says_the_same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Whether two versions are alike; what annotators note beside is no part of them."""
    if one is None or other is None:
        return one is other
    return {**one, "note": None} == {**other, "note": None}


def _first_mentions(document: Document) -> dict[str, str]:
    """The first mention of each entity."""
    found: dict[str, str] = {}
    for mention in sorted(document.mentions, key=lambda each: each.spans):
        if mention.entity:
            found.setdefault(mention.entity, mention.id)
    return found


def is_first(document: Document, name: str) -> bool:
    """Whether a mention is there, and is the first one of its entity."""
    return name in _first_mentions(document).values()


class _Maker:
    """Makes items of their descriptions: keys become ids, and chains are made of links.

    What an item refers to may not be decided yet: its id is known, and it is left out where it
    is decided that it is nothing.
    """

    def __init__(self, document: Document, adjudication: Adjudication) -> None:
        self.document = document
        self.known = adjudication
        self.edits: list[Edit] = []
        self.placed: set[str] = set()
        """Items that were made, and zones of the article that were given what was decided."""

    def edit(self) -> Edit:
        """All edits as one."""
        return Together(edits=tuple(self.edits))

    def _do(self, edit: Edit) -> None:
        self.document = apply(self.document, edit)
        self.edits.append(edit)

    def leave_out(self, layer: str, name: str) -> None:
        """Nothing may refer to an item that is decided to be none; a zone may be there."""
        there = self._there(layer, name)
        self._do(Remove(layer=layer, id=name) if there else Forget(ids=(name,)))

    def clear(self) -> None:
        """Take out what the document came with: annotation, and zones that no pass has."""
        kept = {self.known.ids[key] for key in self.known.keys("zones")}
        for layer in LAYERS:
            for item in getattr(self.known.base, layer):
                if item.id not in kept and self._there(layer, item.id):
                    self._do(Remove(layer=layer, id=item.id))

    def set_parts(self) -> None:
        """Set what all passes say alike of the article."""
        passes = [each.document for each in self.known.passes]
        for part in ("metadata", "rights"):
            before = msgspec.to_builtins(getattr(self.known.base, part))
            first, *others = [msgspec.to_builtins(getattr(each, part)) for each in passes]
            for field, value in first.items():
                if value != before[field] and all(each[field] == value for each in others):
                    self._do(Put(layer=part, field=field, value=value))

    def add(self, layer: str, key: Key, item: dict[str, Any]) -> None:
        """Put an item; of an entity its fields, where its first mention is there."""
        if layer == "entities":
            if is_first(self.document, self.known.ids[key[1]]):
                self._entity(self._chain_at("mentions", key[1]), item)
            return
        name = self.known.ids[key]
        plain = {field: self._named(value) for field, value in item.items() if field != "link"}
        if self._there(layer, name):
            if layer == "zones" and name not in self.placed:  # the article came with it
                self._zone(name, plain)
                return
            name = next_id(self.document, layer, self.known.ids.values())
        self.placed.add(name)
        chain = self._chain(layer, key, item)
        if chain:
            plain[CHAIN_FIELDS[layer]] = chain
        self._do(Add(layer=layer, item={"id": name, **plain}))
        if layer == "mentions" and chain and not self._there("entities", chain):
            self._do(Add(layer="entities", item={"id": chain, "type": plain["type"]}))
        if chain and chain != self.known.chains[key]:
            self._follow(layer, key, chain)

    def _zone(self, name: str, plain: dict[str, Any]) -> None:
        self.placed.add(name)
        now = msgspec.to_builtins(find(self.document, "zones", name))
        for field, value in plain.items():
            if field not in ("spans", "text") and value != now[field]:
                self._do(Put(layer="zones", id=name, field=field, value=value))

    def _there(self, layer: str, name: str) -> bool:
        return any(each.id == name for each in getattr(self.document, layer))

    def _chain(self, layer: str, key: Key, item: dict[str, Any]) -> str | None:
        """The chain that an item is linked to, or one of its own; ``None`` where it has none."""
        if layer not in CHAIN_FIELDS or "link" not in item:
            return None
        if item["link"] is not None:
            return self._chain_at(layer, item["link"])
        own = self.known.chains[key]
        if self.known.link(layer, key) is None:
            return own
        chains = "entities" if layer == "mentions" else "hoppers"
        return next_id(self.document, chains, self.known.chains.values())

    def _chain_at(self, layer: str, key: Key) -> str:
        """The chain of an item: as it stands, or as it would be."""
        name = self.known.ids[key]
        for each in getattr(self.document, layer):
            if each.id == name:
                found: str | None = getattr(each, CHAIN_FIELDS[layer])
                return found or self.known.chains[key]
        return self.known.chains[key]

    def _follow(self, layer: str, key: Key, chain: str) -> None:
        """What is linked to an item that went to another chain goes along."""
        links = {other: self.known.link(layer, other) for other in self.known.keys(layer)}
        moved: set[Key] = set()
        more = {key}
        while more:
            moved |= more
            more = {other for other, link in links.items() if link in moved and other not in moved}
            for other in sorted(more, key=sortable):
                name = self.known.ids[other]
                if self._there(layer, name):
                    self._do(Put(layer=layer, id=name, field=CHAIN_FIELDS[layer], value=chain))

    def _entity(self, name: str, item: dict[str, Any]) -> None:
        """The fields of an entity, which may be there already."""
        if not self._there("entities", name):
            self._do(Add(layer="entities", item={"id": name, **item}))
            return
        for field, value in item.items():
            self._do(Put(layer="entities", id=name, field=field, value=value))

    def name_entities(self, before: Document) -> None:
        """Give entities that begin with another mention than before what all say of them."""
        keys = {name: key for key, name in self.known.ids.items()}
        old = _first_mentions(before)
        for chain, mention in _first_mentions(self.document).items():
            if old.get(chain) != mention and mention in keys:
                versions = self.known.versions("entities", ("entities", keys[mention]))
                if len(versions) == 1 and versions[0].item is not None:
                    self._entity(chain, versions[0].item)

    def _named(self, value: Any) -> Any:
        """A description with ids in place of keys."""
        if isinstance(value, Reference):
            if value.chain is None:
                return self.known.ids[value.key]
            return self._chain_at("mentions" if value.chain == "entities" else "events", value.key)
        if isinstance(value, dict):
            return {name: self._named(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._named(each) for each in value]
        return value


def difference_words(decision: Decision, item: dict[str, Any] | None) -> str:
    """What a version says that others do not."""
    if item is None:
        return "nothing here"
    others = [version.item for version in decision.versions if version.item is not item]
    alone = all(other is None for other in others)
    found = []
    for field, value in item.items():
        if field in ("note", "text", "spans"):
            continue
        if alone and (value is None or value is False or value == []):
            continue  # nobody says anything else of it
        if any(other is None or other.get(field) != value for other in others):
            found.append(f"{field} {_shown(value)}")
    if item.get("note"):
        found.append(f"note: {item['note']}")
    return visible(cut("; ".join(found), 300))


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        if "role" in value and "filler" in value:
            more = " (optional)" if value.get("optional") else ""
            return f"{value['role']} {_shown(value['filler'])}{more}"
        plain = {name: each for name, each in value.items() if name != "spans"}
        return " ".join(_shown(each) for each in plain.values() if each not in (None, [], False))
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(each) for each in value) or "–"
    words = getattr(value, "words", None)
    return str(words) if words else str(value)
