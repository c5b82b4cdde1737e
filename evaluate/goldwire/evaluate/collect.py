"""Gold and predictions, read as a stream into columns: what every metric starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NoReturn

import msgspec
import numpy as np
from msgspec import Struct

from goldwire.schema.errors import InputError, InvalidDocument
from goldwire.schema.reading import Raw, decode_raw

from .batches import GoldBatch, PredictionBatch
from .digest import digest
from .gold import Gold
from .notes import Note, Notes
from .predictions import Anchor, Prediction, anchored_spans, explain
from .tables import Labels, Shape, Spans, SpansBuilder, joined
from .tuples import DanglingReference, Places, TupleBuilder, places

__all__ = ["SPAN_LAYERS", "TUPLE_LAYERS", "Collected", "collect"]

SPAN_LAYERS = {
    "zones": "kind",
    "mentions": "type",
    "times": "type",
    "quantities": "kind",
    "events": "type",
    "attributions": "style",
}
"""Layers that are scored as spans, and the field that holds an item's type."""

TUPLE_LAYERS = {
    "arguments": ("strict", "unattached"),
    "relations": ("strict", "boundary"),
}
"""Layers that are scored as tuples of items, and the criteria of each, the main one first."""


class Collected(Struct, frozen=True, gc=False):
    """Everything as columns. Row ``i`` of every count matrix is document ``documents[i]``."""

    documents: tuple[str, ...]
    gold_documents: int
    """How many of them have gold; predictions for unknown documents come after."""
    schemas: tuple[str, ...]
    texts: tuple[str, ...]
    """Texts where they were kept, else empty: errors are shown in them."""
    scored: dict[str, int]
    """By layer, in how many documents it is annotated."""
    gold: dict[str, Spans]
    predicted: dict[str, Spans]
    unscored: Spans
    tuples: dict[str, TupleBuilder]
    notes: list[Note]
    unplaced: dict[tuple[str, int, int], str]
    """Quotes that stand nowhere, by layer, document, and place in its list."""
    digest: str
    """Hash over ids, texts, and scored items of the gold; order and file form do not matter."""


_NEW_LABELS = 64
"""Labels without gold that get rows of their own in the tables of a layer."""

_gold_decoder = msgspec.json.Decoder(Gold)
_prediction_decoder = msgspec.json.Decoder(Prediction)


class _Collector:
    def __init__(self, layers: Sequence[str], symmetric: frozenset[str], keep_texts: bool) -> None:
        self.spans = [layer for layer in SPAN_LAYERS if layer in layers]
        self.with_tuples = [layer for layer in TUPLE_LAYERS if layer in layers]
        self.keep_texts = keep_texts
        self.index: dict[str, int] = {}
        self.places: dict[str, str] = {}
        self.schemas: dict[str, None] = {}
        self.texts: list[str] = []
        self.declared: list[frozenset[str]] = []
        labels = {layer: Labels() for layer in self.spans}
        self.gold = {layer: SpansBuilder(labels[layer]) for layer in self.spans}
        self.predicted = {layer: SpansBuilder(labels[layer]) for layer in self.spans}
        self.unscored = SpansBuilder(Labels(["unscored"]))
        self.batches: dict[str, GoldBatch | PredictionBatch] = {
            layer: GoldBatch(
                builder, SPAN_LAYERS[layer], layer == "mentions", partial(self._add_gold, layer)
            )
            for layer, builder in self.gold.items()
        }
        self.tuples = {
            layer: TupleBuilder(TUPLE_LAYERS[layer], symmetric) for layer in self.with_tuples
        }
        self.notes = Notes()
        self.seen: dict[str, str] = {}
        self.hashes: list[str] = []
        self.unplaced: dict[tuple[str, int, int], str] = {}
        self.known_layers: dict[tuple[str, ...], frozenset[str]] = {}
        self.raws: dict[int, tuple[str, int | None]] = {}

    def add_gold(self, raw: Raw) -> None:
        try:
            gold = decode_raw(raw, _gold_decoder)
        except msgspec.ValidationError as problem:
            failure = explain(problem, raw.source, raw.line)
            failure.args = (failure.args[0].replace("no prediction", "no gold document"),)
            failure.problem = failure.args[0]
            failure.hint = "See all that is wrong with `goldwire schema validate`."
            raise failure from problem
        place = _place(raw)
        if gold.id in self.index:
            raise InputError(
                f"document id {gold.id!r} is taken by {self.places[gold.id]}",
                source=raw.source,
                line=raw.line,
                hint="Every gold document has an id of its own: rename one, or leave one out.",
            )
        if hashlib.sha256(gold.text.encode("utf-8", "surrogatepass")).hexdigest() != gold.sha256:
            raise InputError(
                "the text is not the one that was annotated: it does not have the hash in sha256",
                source=raw.source,
                line=raw.line,
                pointer="/sha256",
                hint="Restore the text, then run `goldwire schema validate`.",
            )
        number = self.index[gold.id] = len(self.index)
        self.places[gold.id] = place
        self.schemas.setdefault(gold.schema)
        self.hashes.append(gold.sha256)
        self.texts.append(gold.text)
        layers = gold.annotation.layers
        self.declared.append(self.known_layers.setdefault(layers, frozenset(layers)))
        self._add_gold_items(number, gold)

    def begin_predictions(self) -> None:
        """All gold is read: from here on, documents and texts are known."""
        for batch in self.batches.values():
            batch.flush()
        for builder in self.gold.values():
            builder.labels.limit = len(builder.labels) + _NEW_LABELS
        self.batches = {
            layer: PredictionBatch(
                builder,
                SPAN_LAYERS[layer],
                layer == "mentions",
                partial(self._add_predicted, layer),
                self.texts,
            )
            for layer, builder in self.predicted.items()
        }

    def _add_gold_items(self, number: int, gold: Gold) -> None:
        declared = self.declared[number]
        unscored = unscored_text(gold)
        for start, end in unscored:
            self.unscored.add(number, ((start, end),), "unscored")
        for layer in self.spans:
            if layer in declared:
                self.batches[layer].add(number, getattr(gold, layer))
        try:
            if "arguments" in self.tuples and "events" in declared:
                self.tuples["arguments"].add_gold_events(number, gold, unscored)
            if "relations" in self.tuples and "relations" in declared:
                self.tuples["relations"].add_gold_relations(number, gold, unscored)
        except DanglingReference as problem:
            raise InvalidDocument(
                f"{gold.id!r} {problem}",
                source=self.places[gold.id],
                pointer=problem.pointer,
                hint="See all that is wrong with `goldwire schema validate`.",
            ) from problem

    def add_prediction(self, raw: Raw) -> None:
        try:
            prediction = decode_raw(raw, _prediction_decoder)
        except msgspec.ValidationError as problem:
            raise explain(problem, raw.source, raw.line) from problem
        place = _place(raw)
        earlier = self.seen.setdefault(prediction.id, place)
        if earlier != place:
            raise InputError(
                f"document {prediction.id!r} is predicted twice, first at {earlier}",
                source=raw.source,
                line=raw.line,
                hint="Give one prediction a document.",
            )
        number = self.index.get(prediction.id)
        if number is None:
            self._add_unknown(prediction)
            return
        self._check_text(prediction, number, raw)
        self.raws[number] = raw.source, raw.line
        self._add_predicted_items(number, prediction)

    def _add_unknown(self, prediction: Prediction) -> None:
        """A document without gold: all its items are false alarms, and it is listed."""
        items = sum(len(getattr(prediction, layer)) for layer in self.spans)
        self.notes.add(
            "unknown document", f"{prediction.id} ({items} {'item' if items == 1 else 'items'})"
        )
        number = self.index[prediction.id] = len(self.index)
        self.texts.append("")
        self.declared.append(frozenset(SPAN_LAYERS) | {"relations"})
        for layer in self.spans:
            for at, item in enumerate(getattr(prediction, layer)):
                apart = ((2 * at, 2 * at + 1),)  # there is no text: each item stands by itself
                label = getattr(item, SPAN_LAYERS[layer])
                self.predicted[layer].add(number, apart, label, place=at)
        order = {layer: place for place, layer in enumerate(SPAN_LAYERS)}
        found = self._places(prediction, lambda layer, at, _: ((order[layer], at),))
        if "arguments" in self.tuples:
            self.tuples["arguments"].add_predicted_events(number, prediction, found, self.lost)
        if "relations" in self.tuples:
            self.tuples["relations"].add_predicted_relations(number, prediction, found, self.lost)

    def _check_text(self, prediction: Prediction, number: int, raw: Raw) -> None:
        other_text = prediction.text is not None and prediction.text != self.texts[number]
        other_hash = prediction.sha256 is not None and prediction.sha256 != self.hashes[number]
        if other_text or other_hash:
            raise InputError(
                f"the {'text' if other_text else 'sha256'} of {prediction.id!r} is not the gold's",
                source=raw.source,
                line=raw.line,
                pointer="/text" if other_text else "/sha256",
                hint="The extractor has read another version of the article: run it on the gold's.",
            )

    def _add_predicted_items(self, number: int, prediction: Prediction) -> None:
        declared = self.declared[number]
        for layer in self.spans:
            if layer in declared:
                self.batches[layer].add(number, getattr(prediction, layer))
        with_arguments = "arguments" in self.tuples and "events" in declared
        with_relations = "relations" in self.tuples and "relations" in declared
        if (with_arguments and prediction.events) or (with_relations and prediction.relations):
            found = self._places(prediction, partial(self._spans_of, number))
            if with_arguments:
                self.tuples["arguments"].add_predicted_events(number, prediction, found, self.lost)
            if with_relations:
                self.tuples["relations"].add_predicted_relations(
                    number, prediction, found, self.lost
                )

    def lost(self, example: str) -> None:
        """A reference in a prediction that leads nowhere: it counts, and can match nothing."""
        self.notes.add("reference to nothing", example)

    def _places(self, prediction: Prediction, spans_of: Callable[[str, int, Any], Shape]) -> Places:
        """The places of what events and relations refer to."""
        return places(
            prediction,
            spans_of,
            lambda layer, name: self.notes.add(
                "id stands twice", f"{name} in {layer} of {prediction.id}"
            ),
        )

    def _add_predicted(self, layer: str, number: int, items: Sequence[Anchor]) -> None:
        for at, item in enumerate(items):
            spans = self._spans_of(number, layer, at, item)
            if spans[-1][1] > len(self.texts[number]) and item.quote is not None:
                self.notes.add("quote not in the text", item.quote.exact[:60])
                self.unplaced[layer, number, at] = item.quote.exact
            head = getattr(item, "head", None)
            if head is not None and not _sound((head,), len(self.texts[number])):
                self._refuse(number, layer, at, "has a head that is not in the text")
            label = getattr(item, SPAN_LAYERS[layer])
            self.predicted[layer].add(number, spans, label, place=at, head=head)

    def _spans_of(self, number: int, layer: str, at: int, item: Anchor) -> Shape:
        text = self.texts[number]
        try:
            spans = anchored_spans(item, text)
        except ValueError as problem:
            self._refuse(number, layer, at, str(problem))
        if spans is None:  # a quote that stands nowhere: past the end it meets nothing, and counts
            beyond = len(text) + 2 * at
            return ((beyond, beyond + 1),)
        return joined(spans)

    def _refuse(self, number: int, layer: str, at: int, problem: str) -> NoReturn:
        source, line = self.raws[number]
        noun = "quantity" if layer == "quantities" else layer[:-1]
        name = list(self.index)[number]
        raise InputError(
            f"{noun} {problem}",
            source=source,
            line=line,
            pointer=f"/{layer}/{at}",
            hint=f"The document is {name!r}; spans are half-open code points.",
        )

    def _check_gold(self, tables: dict[str, Spans]) -> None:
        """Spans that no text has would be counted without a word: refuse them."""
        sizes = np.array([len(text) for text in self.texts], np.int64)
        for layer, table in tables.items():
            limit = sizes[table.document]
            wrong = (table.start < 0) | (table.start >= table.end) | (table.end > limit)
            wrong |= (table.head_start < -1) | (table.head_end > limit)
            if wrong.any():
                row = int(np.flatnonzero(wrong)[0])
                self._refuse_gold(layer, int(table.document[row]), int(table.place[row]))

    def _refuse_gold(self, layer: str, number: int, at: int) -> NoReturn:
        name = list(self.index)[number]
        raise InvalidDocument(
            f"an item has spans or a head that are not in the text of {name!r}",
            source=self.places[name],
            pointer=f"/{layer}/{at}",
            hint="See all that is wrong with `goldwire schema validate`.",
        )

    def _add_gold(self, layer: str, number: int, items: Sequence[Any]) -> None:
        size = len(self.texts[number])
        for at, item in enumerate(items):
            accepted = [
                (other.spans, other.type)
                for other in item.alternatives
                if other.spans is not None or other.type is not None
            ]
            head = getattr(item, "head", None)
            shapes = [item.spans, *(spans for spans, _ in accepted if spans is not None)]
            shapes += [(head,)] if head else []
            if not all(_sound(shape, size) for shape in shapes):
                self._refuse_gold(layer, number, at)
            self.gold[layer].add(
                number,
                item.spans,
                getattr(item, SPAN_LAYERS[layer]),
                place=at,
                head=head,
                optional=item.optional,
                accepted=accepted,
            )

    def finish(self) -> Collected:
        for batch in self.batches.values():
            batch.flush()
        total = len(self.index)
        gold_documents = len(self.hashes)
        missing = [name for name in list(self.index)[:gold_documents] if name not in self.seen]
        for name in missing:
            self.notes.add("document without a prediction", name)
        tables = {layer: builder.table(total) for layer, builder in self.gold.items()}
        unscored = self.unscored.table(total)
        self._check_gold(tables)
        return Collected(
            tuple(self.index),
            gold_documents,
            tuple(self.schemas),
            tuple(self.texts) if self.keep_texts else (),
            {
                layer: sum(
                    ("events" if layer == "arguments" else layer) in declared
                    for declared in self.declared[:gold_documents]
                )
                for layer in (*self.spans, *self.with_tuples)
            },
            tables,
            {layer: builder.table(total) for layer, builder in self.predicted.items()},
            unscored,
            self.tuples,
            self.notes.all(),
            self.unplaced,
            digest(
                list(self.index)[:gold_documents],
                self.hashes,
                tables | {"unscored": unscored},
                {layer: builder.gold_keys() for layer, builder in self.tuples.items()},
            ),
        )


def _sound(shape: Shape, size: int) -> bool:
    return bool(shape) and all(0 <= start < end <= size for start, end in shape)


def unscored_text(gold: Gold) -> Shape:
    """Where the zones are not scored; zones with only blanks between them are one stretch."""
    found: list[tuple[int, int]] = []
    size = len(gold.text)
    spans = [span for zone in gold.zones if not zone.scored for span in zone.spans]
    for start, end in sorted(spans):
        start, end = max(0, start), min(end, size)
        if found and not gold.text[found[-1][1] : start].strip():
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif start < end:
            found.append((start, end))
    return tuple(found)


def _place(raw: Raw) -> str:
    return f"{raw.source}:{raw.line}" if raw.line else raw.source


def collect(
    gold: Iterable[Raw],
    predictions: Iterable[Raw],
    *,
    layers: Sequence[str],
    symmetric: frozenset[str] = frozenset(),
    keep_texts: bool = False,
) -> Collected:
    """Read gold, then predictions, into columns; one document is held at a time.

    Raises ``InputError`` or one of its kinds, naming file, line, and pointer: for what is not
    JSON or has not the form of a document, ids that stand twice, text that does not have its
    hash, predictions for another text, spans outside the text or in another unit.
    """
    collector = _Collector(layers, symmetric, keep_texts)
    for raw in gold:
        collector.add_gold(raw)
    if not collector.index:
        raise InputError("there is no gold to score against")
    collector.begin_predictions()
    for raw in predictions:
        collector.add_prediction(raw)
    return collector.finish()
