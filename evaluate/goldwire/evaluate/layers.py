"""From a block of documents to the counts of every layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .alignment.align import align
from .alignment.prepare import prepare
from .chains import CHAINED, ChainOptions, both_chains, count_chains
from .columns import SPAN_LAYERS, Columns, LabelSpaces, Side, columns
from .counts import ERRORS, SpanCounts, count_spans
from .errors.chains import ChainItems, find_chain_errors, wrong_chains
from .errors.incidents import find_incident_errors
from .errors.links import LINKED, LinkItems, find_link_errors
from .errors.rows import Errors
from .errors.spans import find_errors
from .identity import Aligned, Identity, identify
from .layer_counts import LayerCounts, of_ratios
from .memory import keep_freed_memory
from .metrics.arguments import argument_tuples, count_arguments
from .metrics.attributes import ATTRIBUTES, count_attributes
from .metrics.relations import count_relations, relation_tuples
from .notes import Notes
from .reading.digest import Digest
from .reading.pairing import Block
from .records import align_incidents, count_incidents
from .references import REFERRED, Items, Places, items_of, locate, said_at
from .tables import Ints, Labels, Spans, label_codes

__all__ = [
    "DECLARED",
    "MAIN",
    "SCORED_LAYERS",
    "BlockScores",
    "Scorer",
    "align_declared",
    "align_layer",
]

SCORED_LAYERS = (
    "mentions",
    "entities",
    "times",
    "quantities",
    "events",
    "arguments",
    "hoppers",
    "attributions",
    "relations",
    "incidents",
    "zones",
)
"""What is scored, in the order of the report: ``events`` are their triggers and attributes,
``entities`` and ``hoppers`` the chains of mentions and of events."""

MAIN = {"zones": "characters", "entities": "conll", "hoppers": "conll", "incidents": "slots"}
"""The main criterion of a layer, where it is not ``strict``."""

DECLARED = {"arguments": "events", "hoppers": "events"}
"""The layer of the document that must be annotated for a scored layer, where names differ."""

_LINKED = frozenset({"arguments", "relations", "incidents", "attributions"})
"""Layers whose items refer to others."""


class BlockScores(Struct, frozen=True, gc=False):
    """The counts of a block by layer, and its errors by span layer."""

    columns: Columns
    counts: dict[str, LayerCounts]
    errors: dict[str, Errors]
    declared: dict[str, NDArray[np.bool_]]
    """By layer, the documents with gold in which it is annotated."""


class Scorer:
    """Scores blocks; labels, notes, and the hash over the gold are kept from block to block.

    ``rows`` holds by layer the labels that have a row of their own in tables, come what may.
    """

    def __init__(
        self,
        layers: Sequence[str],
        symmetric: frozenset[str],
        notes: Notes,
        chains: ChainOptions,
        *,
        with_errors: bool,
        rows: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.layers = layers
        self.symmetric = symmetric
        self.notes = notes
        self.chains = chains
        self.with_errors = with_errors
        self.linked = bool(_LINKED & set(layers))
        self.labels: LabelSpaces = {
            layer: Labels(kept=(rows or {}).get(layer, ()))
            for layer in (*SPAN_LAYERS, "arguments", "relations")
        }
        self.digest = Digest()
        keep_freed_memory()

    def score(self, block: Block) -> BlockScores:
        """The counts of one block."""
        table = columns(block, self._needed(), self.labels, self.notes)
        aligned = {layer: align_layer(table, layer) for layer in self._needed()}
        known = np.array(block.known, bool)
        counts: dict[str, LayerCounts] = {}
        errors: dict[str, Errors] = {}
        links = self._links(table, aligned) if self.linked else None
        self.digest.add(table, self._chained(), links[0] if links else None)
        for layer in self.layers:
            if layer in SPAN_LAYERS:
                scored = align_declared(table, layer, aligned[layer])
                counts[layer] = self._spans(table, layer, scored, links)
                if self.with_errors:
                    errors[layer] = find_errors(table, layer, scored)
            elif layer in CHAINED:
                source, field = CHAINED[layer]
                both = both_chains(table, layer, aligned[source], self.chains, self.notes)
                wrong = wrong_chains(both.gold, both.predicted, both.first)
                counts[layer] = count_chains(table, both, len(wrong))
                if self.with_errors:
                    sides = (
                        ChainItems(table, source, field, True, both.gold),
                        ChainItems(table, source, field, False, both.predicted),
                    )
                    errors[layer] = find_chain_errors(layer, *sides, wrong)
            elif layer == "incidents":
                assert links is not None
                gold, predicted, places, identity = links
                records = align_incidents(
                    table, aligned["attributions"], gold, predicted, places, identity,
                    self.symmetric, self.notes,
                )  # fmt: skip
                counts[layer] = count_incidents(records)
                if self.with_errors:
                    errors[layer] = find_incident_errors(table, records, gold, predicted)
            elif links is not None:
                counts[layer] = self._tuples(table, layer, aligned, links)
                if self.with_errors and layer in LINKED:
                    errors[layer] = self._wrong_links(table, layer, links)
        declared = {
            layer: table.declared[DECLARED.get(layer, layer)] & known for layer in self.layers
        }
        return BlockScores(table, counts, errors, declared)

    def _needed(self) -> list[str]:
        needed = {layer for layer in self.layers if layer in SPAN_LAYERS}
        if self.linked:
            needed |= {*REFERRED, "attributions"}
        if "incidents" in self.layers:
            needed.add("zones")
        if "entities" in self.layers:
            needed.add("mentions")
        if "hoppers" in self.layers:
            needed.add("events")
        return [layer for layer in SPAN_LAYERS if layer in needed]

    def _chained(self) -> dict[str, str]:
        """The chain fields that play a part in what is scored."""
        whole = self.linked
        return {
            layer: field
            for layer, field, scored in (
                ("mentions", "entity", "entities"),
                ("events", "hopper", "hoppers"),
            )
            if whole or scored in self.layers
        }

    def _links(
        self, table: Columns, aligned: Mapping[str, Aligned]
    ) -> tuple[Items, Items, Places, Identity]:
        gold = items_of(table, table.gold)
        predicted = items_of(table, table.predicted)
        places = locate(table, gold)
        return gold, predicted, places, identify(table, aligned, gold, predicted, places)

    def _spans(
        self,
        table: Columns,
        layer: str,
        aligned: Aligned,
        links: tuple[Items, Items, Places, Identity] | None,
    ) -> LayerCounts:
        ready = aligned.ready
        counts = of_spans(
            count_spans(ready.gold, ready.predicted, aligned.alignment),
            MAIN.get(layer, "strict"),
        )
        counts = msgspec.structs.replace(
            counts, duplicates=ready.duplicates, unscored=ready.unscored
        )
        if layer not in ATTRIBUTES:
            return counts
        found = count_attributes(
            table, layer, aligned, self.notes, (links[0], links[1], links[3]) if links else None
        )
        return msgspec.structs.replace(
            counts,
            totals=counts.totals | {name: c.ratios.sum(axis=1) for name, c in found.items()},
            by_label=counts.by_label | {name: c.ratios.sum(axis=0) for name, c in found.items()},
            accuracies={name: c.accuracy for name, c in found.items()},
        )

    def _tuples(
        self,
        table: Columns,
        layer: str,
        aligned: Mapping[str, Aligned],
        links: tuple[Items, Items, Places, Identity],
    ) -> LayerCounts:
        gold, predicted, places, identity = links
        if layer == "arguments":
            rows, found = count_arguments(
                table, gold, predicted, places, identity, self.labels["arguments"], self.notes
            )
            return of_ratios(rows, found, "strict")
        if layer == "relations":
            rows, found = count_relations(
                table, aligned["mentions"], gold, predicted, places, identity,
                self.labels["relations"], self.symmetric, self.notes,
            )  # fmt: skip
            return of_ratios(rows, found, "strict")
        raise AssertionError(f"no layer of links: {layer}")

    def _wrong_links(
        self, table: Columns, layer: str, links: tuple[Items, Items, Places, Identity]
    ) -> Errors:
        """The links that only one side has, under ``strict``."""
        gold, predicted, places, identity = links
        notes = Notes()  # they were told when the links were counted
        if layer == "arguments":
            labels = self.labels["arguments"]
            one, other = argument_tuples(
                table, gold, predicted, places, labels, notes, identity.excused
            )
        else:
            labels = self.labels["relations"]
            one, other = relation_tuples(
                table, gold, predicted, places, labels, self.symmetric, notes
            )
        return find_link_errors(
            LinkItems(table, layer, table.gold, gold, *one, labels),
            LinkItems(table, layer, table.predicted, predicted, *other, labels),
            one[0],
            other[0],
        )


def align_layer(table: Columns, layer: str) -> Aligned:
    """One layer of a block, aligned."""
    return _aligned(table, layer, table.gold[layer].spans, table.predicted[layer].spans)


def _aligned(table: Columns, layer: str, gold: Spans, predicted: Spans) -> Aligned:
    ready = prepare(
        gold,
        predicted,
        None if layer == "zones" else table.unscored,
        partial(_said, (table.gold, table.predicted), layer),
    )
    return Aligned(ready, align(ready.gold, ready.predicted, ready.equal))


_NAMES = frozenset({"id", "entity", "hopper", "source", "text", "start", "end", "optional"})
"""Fields that say nothing of an item's content, or that only point elsewhere."""


def _said(
    sides: tuple[Mapping[str, Side], Mapping[str, Side]],
    layer: str,
    side: int,
    document: Ints,
    place: Ints,
) -> list[str]:
    """What items say beside spans and type: those that belong to a chain first, by the chain.

    Of chains in the same places one goes first by its name: in all of these places the same.
    """
    own = sides[side][layer]
    chain = next((field for source, field in CHAINED.values() if source == layer), None)
    members = {
        number: _places(own, number, chain) if chain else {}
        for number in set(document.tolist())
    }  # fmt: skip
    sources = {
        number: _sources(sides[side], number) if layer == "attributions" else {}
        for number in members
    }
    found = []
    for row, number in zip(
        (own.offsets[document] + place).tolist(), document.tolist(), strict=True
    ):
        item = own.items[row]
        plain = [
            (name, value)
            for name in item.__struct_fields__
            if name not in _NAMES
            and (
                isinstance(value := getattr(item, name), str | int | float | None) or name == "cue"
            )
        ]
        named: str | None = getattr(item, chain, None) if chain else None
        at = members[number].get(named or "", [])
        source = sources[number].get(getattr(item, "source", None) or "")
        found.append(f"{int(not at)} {at!r} {plain!r} {source!r} {named!r}")
    return found


def _places(side: Side, document: int, field: str) -> dict[str, list[tuple[int, int]]]:
    """Where the members of each chain of a document stand."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in range(*side.offsets[document : document + 2].tolist()):
        name = getattr(side.items[row], field, None)  # plain mentions have no such field
        if name is not None:
            found[name].append((int(side.spans.start[row]), int(side.spans.end[row])))
    return {name: sorted(places) for name, places in found.items()}


def _sources(sides: Mapping[str, Side], document: int) -> dict[str, list[Any]]:
    """What each id of a document may be the source by: layer, place, and type of its items."""
    found: dict[str, list[Any]] = defaultdict(list)
    for number, layer in enumerate(REFERRED):
        if layer in sides:
            side = sides[layer]
            for row in range(*side.offsets[document : document + 2].tolist()):
                name = side.items[row].id
                if name is not None:
                    found[name].append((number, said_at(side, row)[:2]))
    return {name: sorted(items) for name, items in found.items()}


def align_declared(table: Columns, layer: str, aligned: Aligned | None = None) -> Aligned:
    """As :func:`align_layer`, without the documents in which the layer is not annotated.

    ``aligned`` is the whole layer, where that is known.
    """
    declared = table.declared[layer]
    if declared.all():
        return aligned or align_layer(table, layer)
    sides: list[Side] = [table.gold[layer], table.predicted[layer]]
    gold, predicted = (side.spans.rows(declared[side.spans.document]) for side in sides)
    return _aligned(table, layer, gold, predicted)


def of_spans(counts: SpanCounts, main: str) -> LayerCounts:
    """The counts of a layer of spans by criterion."""
    ratios = {name: _ratios(counts, *pair) for name, pair in counts.pairs.items()}
    overlap = ratios.pop("overlap")
    half = ratios["exact"].copy()
    half[..., [0, 2]] = (half[..., [0, 2]] + overlap[..., [0, 2]]) / 2
    of_gold, of_predicted, of_both = counts.characters
    ratios["partial"] = half
    ratios["characters"] = np.stack([of_both, of_predicted, of_both, of_gold], axis=-1)
    order = ("strict", "exact", "partial", "type", "iou", "head", "characters")
    return LayerCounts(
        counts.rows.names,
        {name: ratios[name].sum(axis=1, dtype=np.float64) for name in order},
        {name: ratios[name].sum(axis=0, dtype=np.float64) for name in order},
        ratios[main].astype(np.float32),
        {name: counts.errors[name].sum(axis=0) for name in ERRORS},
        counts.confusion,
        items=(int(counts.gold.sum()), int(counts.predicted.sum())),
        ignored=int(counts.ignored.sum()),
        folded=label_codes(counts.rows.folded),
    )


def _ratios(counts: SpanCounts, of_gold: np.ndarray, of_predicted: np.ndarray) -> np.ndarray:
    return np.stack([of_predicted, counts.predicted, of_gold, counts.gold], axis=-1).astype(
        np.float32
    )
