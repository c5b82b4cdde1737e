"""A hash over gold as columns: the same for the same documents in any order and file form.

Every item is a word of 64 bits that mixes its document, offsets, label, and options; what
refers to items mixes their words, so that ids play no part. Words of a layer are summed, which
has no order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..chains import optional_chains
from ..columns import Columns, Side
from ..identity import chain_numbers
from ..metrics.attributes import cue_of
from ..references import REFERRED, Items, flattened
from ..tables import Spans
from .gold import Incident

__all__ = ["Digest"]

Words = NDArray[np.uint64]

_WHOLE = 1 << 256

_STATED = {
    "times": ("value", "edtf"),
    "quantities": ("value", "min", "max", "unit"),
    "events": ("realis", "polarity", "certainty"),
    "attributions": ("source_class", "stance"),
}
"""The fields of items that attributes are read off."""


class Digest:
    """Adds up the hash of gold, block by block."""

    def __init__(self) -> None:
        self._documents = 0
        self._layers: dict[str, int] = {}
        self._known: dict[Hashable, int] = {}

    def add(self, columns: Columns, chained: Mapping[str, str], items: Items | None) -> None:
        """Add the gold of a block.

        ``chained`` names the field of the chain in layers whose chains are scored; ``items`` are
        given where what refers to items is.
        """
        names = []
        declared = set(columns.declared)
        spelt: dict[tuple[str, ...], str] = {}
        for gold, known in zip(columns.block.gold, columns.block.known, strict=True):
            layers = gold.annotation.layers
            if layers not in spelt:
                spelt[layers] = " ".join(sorted(declared.intersection(layers)))
            said = f"{gold.id} {gold.sha256} {spelt[layers]}".encode("utf-8", "surrogatepass")
            whole = hashlib.sha256(said).digest()
            names.append(int.from_bytes(whole[:8], "big"))
            if known:
                self._documents += int.from_bytes(whole, "big")
        documents = np.array(names, np.uint64)
        words = {layer: self._items(documents, side.spans) for layer, side in columns.gold.items()}
        for layer, found in words.items():
            self._sum(layer, found)
            self._attributes(layer, columns.gold[layer], found)
            if layer in chained:
                self._chains(columns, layer, chained[layer], found)
        self._sum("unscored", self._items(documents, columns.unscored))
        if items is not None:
            self._links(columns, items, words)

    def take(self, other: Digest) -> None:
        """Add the hash of other gold."""
        self._documents += other._documents
        for layer, total in other._layers.items():
            self._layers[layer] = (self._layers.get(layer, 0) + total) % (1 << 64)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_known": {}}  # what was looked up is of no use elsewhere

    def hexadecimal(self) -> str:
        """The hash so far, 64 digits."""
        whole = hashlib.sha256(f"{self._documents % _WHOLE}\n".encode())
        for layer, total in sorted(self._layers.items()):
            whole.update(f"{layer} {total}\n".encode())
        return whole.hexdigest()

    def _sum(self, layer: str, words: Words) -> None:
        total = self._layers.get(layer, 0) + int(words.sum())
        self._layers[layer] = total % (1 << 64)

    def _items(self, documents: Words, table: Spans) -> Words:
        if not len(table):
            return np.zeros(0, np.uint64)
        labels = np.array([_word(label) for label in table.labels.names], np.uint64)
        half = np.uint64(32)
        mixed = documents[table.document]
        # Offsets are below 2³¹, and −1 stands for none: two of them fit into a word.
        for first, second in ((table.start, table.end), (table.head_start, table.head_end)):
            pair = ((first + 1).astype(np.uint64) << half) | (second + 1).astype(np.uint64)
            mixed = _mix(mixed + pair)
        mixed = _mix(mixed + labels[table.label] + table.optional)
        for row, shape in table.fragments.items():
            mixed[row] ^= np.uint64(_word(repr(shape)))
        variants = table.variants
        if len(variants.item):
            shapes = [
                variants.fragments.get(row) or ((start, end),)
                for row, (start, end) in enumerate(
                    zip(variants.start.tolist(), variants.end.tolist(), strict=True)
                )
            ]
            others = np.array([_word(repr(shape)) for shape in shapes], np.uint64)
            np.add.at(mixed, variants.item, _mix(others + labels[variants.label]))
            varied = np.unique(variants.item)
            mixed[varied] = _mix(mixed[varied])
        return mixed

    def _attributes(self, layer: str, side: Side, words: Words) -> None:
        if layer == "attributions":
            cues = self._words(cue_of(item) for item in side.items)
            self._sum("cues", _mix(words + cues))
        if layer in _STATED:
            values = map(attrgetter(*_STATED[layer]), side.items)
            self._sum(f"{layer} values", _mix(words + self._words(values)))

    def _options_of(self, columns: Columns, layer: str) -> Words:
        """1 for items of optional entities, else 0."""
        if layer != "mentions":
            return np.zeros(len(columns.gold[layer].items), np.uint64)
        return optional_chains(columns, "entities").astype(np.uint64)

    def _chains(self, columns: Columns, layer: str, field: str, words: Words) -> None:
        sides = columns.gold
        chains = self._chain_words(sides, layer, field, words)
        chained = chains != 0
        told = chains[chained] + self._options_of(columns, layer)[chained]
        self._sum(f"{layer}.{field}", _mix(words[chained] + _mix(told)))

    def _links(self, columns: Columns, items: Items, by_layer: Mapping[str, Words]) -> None:
        words = np.concatenate([by_layer[layer] for layer in REFERRED])
        first = items.first["events"]
        links = items.links
        arguments = links.arguments
        linked = _mix(words[first + links.event] + self._words(a.role for a in arguments))
        linked = _mix(linked + _word_of(words, links.fillers) + self._options(arguments))
        more, at = flattened(argument.alternatives for argument in arguments)
        others = items.numbers(columns.gold["events"].spans.document[links.event[at]], more)
        np.add.at(linked, at, _mix(_word_of(words, others)))
        self._sum("arguments", _mix(linked))
        relations = links.relations
        linked = self._words(relation.type for relation in relations)
        for ends in (links.heads, links.tails):
            linked = _mix(linked + _word_of(words, ends))
        accepted = self._words(
            tuple(sorted(str(other.type) for other in relation.alternatives))
            for relation in relations
        )
        linked = _mix(linked + self._options(relations) + accepted)
        self._sum("relations", linked)
        own = by_layer["attributions"]
        self._sum("sources", _mix(own + _mix(_word_of(words, links.sources))))
        self._incidents(columns, items, by_layer, linked)

    def _incidents(
        self, columns: Columns, items: Items, by_layer: Mapping[str, Words], relations: Words
    ) -> None:
        """Records with entities, hoppers, and evidence as words, lists in no order."""
        filled = [n for n, gold in enumerate(columns.block.gold) if gold.incidents]
        if not filled:
            return
        words = np.concatenate([by_layer[layer] for layer in REFERRED])
        first = items.first["events"]
        listed = words.tolist()
        mentions, events = columns.gold["mentions"], columns.gold["events"]
        chains = (
            (mentions, attrgetter("entity"),
             self._chain_words(columns.gold, "mentions", "entity", words).tolist()),
            (events, attrgetter("hopper"),
             self._chain_words(columns.gold, "events", "hopper", words[first:]).tolist()),
        )  # fmt: skip
        for number in filled:
            known = {
                name: listed[item]
                for incident in columns.block.gold[number].incidents
                for name in incident.evidence
                if (item := items.by_id[number].get(name)) is not None
            }
            for layer in ("attributions", "zones"):
                if layer in by_layer:
                    side = columns.gold[layer]
                    begin, end = side.offsets[number : number + 2].tolist()
                    for row in range(begin, end):
                        known.setdefault(side.items[row].id, int(by_layer[layer][row]))
            begin, end = np.searchsorted(items.links.document, [number, number + 1]).tolist()
            for row in range(begin, end):
                known.setdefault(items.links.relations[row].id, int(relations[row]))
            named: list[dict[str | None, int]] = []  # entities, then hoppers
            for side, name, found in chains:
                begin, end = side.offsets[number : number + 2].tolist()
                rows = zip(side.items[begin:end], found[begin:end], strict=True)
                named.append({name(item): word for item, word in rows})
            for incident in columns.block.gold[number].incidents:
                said = _said(incident, named[0], named[1], known)
                text = f"{columns.block.gold[number].id} {said!r}"
                self._sum("incidents", np.array([_word(text)], np.uint64))

    def _chain_words(self, sides: dict[str, Side], layer: str, field: str, words: Words) -> Words:
        """The word of each item's chain; 0 for none."""
        numbers, size = chain_numbers(sides, layer, field)
        chained = np.flatnonzero(numbers >= 0)
        chains = np.zeros(size + 1, np.uint64)
        np.add.at(chains, numbers[chained], words[chained])
        return chains[numbers]

    def _options(self, parts: Iterable[Any]) -> Words:
        return np.array([int(part.optional) for part in parts], np.uint64)

    def _words(self, values: Iterable[Hashable]) -> Words:
        known = self._known
        found = []
        for value in values:
            word = known.get(value)
            if word is None:
                if len(known) >= 1 << 16:
                    known.clear()
                word = known[value] = _word(repr(value))
            found.append(word)
        return np.array(found, np.uint64)


def _said(
    incident: Incident,
    entities: Mapping[str | None, int],
    hoppers: Mapping[str | None, int],
    items: Mapping[str, int],
) -> tuple[Any, ...]:
    """What a record says, without ids and without the order of its lists."""
    place, claim = incident.location, incident.claim

    def entries(found: Iterable[Any], *fields: str) -> list[str]:
        return sorted(
            repr((entities.get(each.entity), *(getattr(each, field) for field in fields)))
            for each in found
        )

    tolls = incident.casualties and [
        toll and (toll.min, toll.max, toll.stated)
        for toll in (
            incident.casualties.killed,
            incident.casualties.injured,
            incident.casualties.missing,
        )
    ]
    return (
        (incident.type, incident.stage, incident.role, incident.damage, incident.optional),
        sorted(repr(other.type) for other in incident.alternatives),
        incident.date and (incident.date.edtf, incident.date.precision),
        place and (place.country, place.admin1, place.place_relation, entities.get(place.place)),
        entries(incident.instruments, "type", "count"),
        entries(incident.perpetrators, "role_class", "confidence"),
        entries(incident.targets, "role_class", "effect", "count"),
        tolls,
        claim and (claim.claimed, entities.get(claim.channel)),
        sorted(str(entities.get(name)) for name in (claim.claimants if claim else ())),
        sorted(str(entities.get(name)) for name in incident.reported_by),
        sorted(str(hoppers.get(name)) for name in incident.hoppers),
        sorted(str(items.get(name)) for name in incident.evidence),
    )


def _word_of(words: Words, items: NDArray[np.int64]) -> Words:
    """The words of items; 0 for −1."""
    return np.append(words, np.uint64(0))[items]


def _word(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _mix(words: Words) -> Words:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit changes every other."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
