"""Gold and predictions, read as a stream into columns: what every metric starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter, lt
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InputError, InvalidDocument
from goldwire.schema.reading import Raw, decode_raw

from .digest import digest
from .predictions import Anchor, Prediction, Unplaced, anchored_spans, explain
from .tables import Labels, Spans, SpansBuilder
from .tuples import TupleBuilder

__all__ = ["SPAN_LAYERS", "TUPLE_LAYERS", "Collected", "Note", "collect"]

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

Fragments = tuple[tuple[int, int], ...]

# Readers of fields and of nested pairs that run in C: reading is the hot path.
_flat = chain.from_iterable
_spans, _start, _end = attrgetter("spans"), attrgetter("start"), attrgetter("end")
_text, _head = attrgetter("text"), attrgetter("head")
_optional, _alternatives = attrgetter("optional"), attrgetter("alternatives")


class _Alternative(Struct, frozen=True, gc=False):
    spans: Fragments | None = None
    type: str | None = None


class _Item(Struct, frozen=True, kw_only=True, gc=False):
    id: str
    spans: Fragments
    optional: bool = False
    alternatives: tuple[_Alternative, ...] = ()


class _Typed(_Item, frozen=True, kw_only=True, gc=False):
    type: str
    head: tuple[int, int] | None = None


class _Kinded(_Item, frozen=True, kw_only=True, gc=False):
    kind: str


class _Zone(_Kinded, frozen=True, kw_only=True, gc=False):
    scored: bool = True


class _Argument(Struct, frozen=True, kw_only=True, gc=False):
    role: str
    filler: str
    optional: bool = False
    alternatives: tuple[str, ...] = ()


class _Event(_Item, frozen=True, kw_only=True, gc=False):
    type: str
    arguments: tuple[_Argument, ...] = ()


class _Attribution(_Item, frozen=True, kw_only=True, gc=False):
    style: str


class _Relation(Struct, frozen=True, kw_only=True, gc=False):
    id: str
    type: str
    head: str
    tail: str
    optional: bool = False
    alternatives: tuple[_Alternative, ...] = ()


class _Annotation(Struct, frozen=True, gc=False):
    layers: tuple[str, ...] = ()


class _Gold(Struct, frozen=True, kw_only=True, gc=False):
    """As much of a gold document as the evaluator reads."""

    id: str
    schema: str
    text: str
    sha256: str
    annotation: _Annotation = _Annotation()
    zones: tuple[_Zone, ...] = ()
    mentions: tuple[_Typed, ...] = ()
    times: tuple[_Typed, ...] = ()
    quantities: tuple[_Kinded, ...] = ()
    events: tuple[_Event, ...] = ()
    attributions: tuple[_Attribution, ...] = ()
    relations: tuple[_Relation, ...] = ()


class Note(Struct, frozen=True, gc=False):
    """Something a reader of the scores must know: what, how often, and the first few."""

    kind: str
    count: int
    examples: tuple[str, ...]


class _Notes:
    """Counts what is noteworthy and keeps the first few of each kind."""

    def __init__(self) -> None:
        self._count: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, kind: str, example: str, times: int = 1) -> None:
        """Note ``times`` cases of a kind."""
        self._count[kind] = self._count.get(kind, 0) + times
        examples = self._examples.setdefault(kind, [])
        if len(examples) < 5 and example not in examples:
            examples.append(example)

    def all(self) -> list[Note]:
        """The notes in the order in which they were first made."""
        return [Note(kind, n, tuple(self._examples[kind])) for kind, n in self._count.items()]


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
    digest: str
    """Hash over ids, texts, and scored items of the gold; order and file form do not matter."""


_gold_decoder = msgspec.json.Decoder(_Gold)
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
        self.tuples = {
            layer: TupleBuilder(TUPLE_LAYERS[layer], symmetric) for layer in self.with_tuples
        }
        self.notes = _Notes()
        self.seen: dict[str, str] = {}
        self.hashes: list[str] = []

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
        self.declared.append(frozenset(gold.annotation.layers))
        try:
            self._add_gold_items(number, gold)
        except (IndexError, ValueError) as problem:
            raise InvalidDocument(
                f"an item of the gold cannot be read: {problem}",
                source=raw.source,
                line=raw.line,
                hint="See all that is wrong with `goldwire schema validate`.",
            ) from problem

    def _add_gold_items(self, number: int, gold: _Gold) -> None:
        declared = self.declared[number]
        for zone in gold.zones:
            if not zone.scored:
                for start, end in zone.spans:
                    self.unscored.add(number, ((start, end),), "unscored")
        for layer in self.spans:
            if layer in declared:
                _add_items(self.gold[layer], number, getattr(gold, layer), SPAN_LAYERS[layer])
        if "arguments" in self.tuples and "events" in declared:
            self.tuples["arguments"].add_gold_events(number, gold)
        if "relations" in self.tuples and "relations" in declared:
            self.tuples["relations"].add_gold_relations(number, gold)

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
        try:
            self._add_predicted_items(number, prediction, self.texts[number])
        except _Misplaced as problem:
            raise InputError(
                f"{problem.layer[:-1] if problem.layer != 'quantities' else 'quantity'} "
                f"{problem.reason}",
                source=raw.source,
                line=raw.line,
                pointer=f"/{problem.layer}/{problem.index}",
                hint=f"The document is {prediction.id!r}; spans are half-open code points.",
            ) from problem

    def _add_unknown(self, prediction: Prediction) -> None:
        """A document without gold: all its items are false alarms, and it is listed."""
        items = sum(len(getattr(prediction, layer)) for layer in self.spans)
        self.notes.add("unknown document", f"{prediction.id} ({items} items)")
        number = self.index[prediction.id] = len(self.index)
        self.texts.append("")
        self.declared.append(frozenset(SPAN_LAYERS) | {"relations"})
        for layer in self.spans:
            for at in range(len(getattr(prediction, layer))):
                item = getattr(prediction, layer)[at]
                label = getattr(item, SPAN_LAYERS[layer])
                self.predicted[layer].add(number, ((2 * at, 2 * at + 1),), label, place=at)

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

    def _add_predicted_items(self, number: int, prediction: Prediction, text: str) -> None:
        declared = self.declared[number]
        size = len(text)
        places: dict[str, Fragments] = {}
        needs_places = bool(self.tuples) and bool(prediction.events or prediction.relations)
        for layer in self.spans if not needs_places else SPAN_LAYERS:
            items = getattr(prediction, layer)
            if not items:
                continue
            field = SPAN_LAYERS[layer]
            wanted = layer in declared and layer in self.predicted
            if wanted and not needs_places:
                bounds = _plain_bounds(items, size)
                if bounds is not None:
                    heads = list(map(_head, items)) if layer == "mentions" else None
                    labels = map(attrgetter(field), items)
                    self.predicted[layer].add_plain(number, bounds, labels, heads)
                    continue
            for at, item in enumerate(items):
                spans = self._spans_of(item, layer, at, text, number)
                if item.id is not None:
                    places[item.id] = spans
                if wanted:
                    self.predicted[layer].add(
                        number,
                        spans,
                        getattr(item, field),
                        place=at,
                        head=getattr(item, "head", None),
                    )
        if "arguments" in self.tuples and "events" in declared:
            self.tuples["arguments"].add_predicted_events(number, prediction, places)
        if "relations" in self.tuples and "relations" in declared:
            self.tuples["relations"].add_predicted_relations(number, prediction, places)

    def _spans_of(self, item: Anchor, layer: str, at: int, text: str, number: int) -> Fragments:
        try:
            spans = anchored_spans(item, text)
        except ValueError as problem:
            raise _Misplaced(layer, at, str(problem)) from problem
        if isinstance(spans, Unplaced):
            self.notes.add("quote not in the text", spans.quote[:60])
            beyond = len(text) + 2 * at  # past the end: it meets nothing, and counts
            return ((beyond, beyond + 1),)
        return spans

    def finish(self) -> Collected:
        total = len(self.index)
        gold_documents = len(self.hashes)
        missing = [name for name in list(self.index)[:gold_documents] if name not in self.seen]
        for name in missing:
            self.notes.add("document without a prediction", name)
        tables = {layer: builder.table(total) for layer, builder in self.gold.items()}
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
            self.unscored.table(total),
            self.tuples,
            self.notes.all(),
            digest(list(self.index)[:gold_documents], self.hashes, tables),
        )


class _Misplaced(Exception):
    def __init__(self, layer: str, index: int, reason: str) -> None:
        super().__init__(reason)
        self.layer, self.index, self.reason = layer, index, reason


def _place(raw: Raw) -> str:
    return f"{raw.source}:{raw.line}" if raw.line else raw.source


def _add_items(builder: SpansBuilder, number: int, items: Sequence[Any], field: str) -> None:
    """Append a document's gold items, the usual ones in one go."""
    if not items:
        return
    if not any(map(_optional, items)) and not any(map(_alternatives, items)):
        bounds = list(_flat(_flat(map(_spans, items))))
        if len(bounds) == 2 * len(items):
            heads = list(map(_head, items)) if isinstance(items[0], _Typed) else None
            builder.add_plain(number, bounds, map(attrgetter(field), items), heads)
            return
    for at, item in enumerate(items):
        row = builder.add(
            number,
            item.spans,
            getattr(item, field),
            place=at,
            head=getattr(item, "head", None),
            optional=item.optional,
        )
        for other in item.alternatives:
            if other.spans is not None or other.type is not None:
                builder.accept(row, other.spans, other.type)


def _plain_bounds(items: Sequence[Anchor], size: int) -> list[int] | None:
    """The bounds of items that are anchored by sound single spans and nothing else to check."""
    if any(map(_text, items)):
        return None
    spans = list(map(_spans, items))
    if None not in spans:
        bounds = list(_flat(_flat(spans)))
    elif spans.count(None) == len(spans):
        bounds = list(_flat(zip(map(_start, items), map(_end, items), strict=True)))
    else:
        return None
    if len(bounds) != 2 * len(items) or None in bounds:
        return None
    starts, ends = bounds[0::2], bounds[1::2]
    sound = min(starts) >= 0 and max(ends) <= size and all(map(lt, starts, ends))
    return bounds if sound else None


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
    for raw in predictions:
        collector.add_prediction(raw)
    return collector.finish()
