"""Gold and predictions read side by side: documents in pairs, in blocks, in flat memory.

Two files in the same order are never held at all. A document whose other half has not come
yet waits as the bytes that it was read from.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.schema.document import LAYERS
from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw, decode_raw

from .gold import Annotation, Gold
from .notes import Notes
from .plain import PLAIN_LAYERS, PlainDecoder, PlainGold, PlainPrediction
from .predictions import Prediction, explain, with_inline_mentions

__all__ = ["Block", "blocks", "place_of"]

_DOCUMENTS = 1000
"""Documents in a block: few enough to stay in the cache, enough to be worth a call."""
_BYTES = 1 << 24
"""Bytes of gold in a block, if that is less: what memory is bounded by."""

_gold_decoder = msgspec.json.Decoder(Gold)
_prediction_decoder = msgspec.json.Decoder(Prediction)

AnyGold = Gold | PlainGold
AnyPrediction = Prediction | PlainPrediction
Pair = tuple[AnyGold, AnyPrediction, bool, tuple[Raw | None, Raw | None]]


class Block(Struct, frozen=True, gc=False):
    """Some documents with what was predicted for them; all lists are of the same length.

    ``first`` is the number of the first one. A document without gold has an empty text, and
    ``known`` is false for it; one without a prediction has an empty prediction.
    """

    first: int
    gold: list[Any]
    predictions: list[Any]
    known: list[bool]
    raws: list[tuple[Raw | None, Raw | None]]
    """The bytes of both, and where they came from: what the text of an error names."""
    plain: tuple[bool, bool] = (False, False)
    """Whether all gold, and all predictions, hold plain mentions and nothing else."""

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def names(self) -> list[str]:
        """The ids of the documents."""
        return [gold.id for gold in self.gold]


def blocks(
    gold: Iterable[Raw],
    predictions: Iterable[Raw],
    notes: Notes,
    layers: tuple[str, ...],
    size: int | None = None,
    *,
    plain: bool = False,
) -> Iterator[Block]:
    """All documents in blocks: pairs first, then gold without a prediction, then the rest.

    ``layers`` are those whose items are told of where a document has no gold. With ``plain``,
    records that hold no more than spans and types may be :class:`PlainGold` and
    :class:`PlainPrediction`, which have no other fields. Raises
    ``InputError`` or one of its kinds, naming file, line, and pointer, for what cannot be
    compared.
    """
    pairing = _Pairing(notes, layers, plain and PLAIN_LAYERS.issuperset(layers))
    size = size or _DOCUMENTS
    golds, guesses = iter(gold), iter(predictions)
    # Decoded documents leave no circles behind: the collector would walk them for nothing.
    collecting = gc.isenabled()
    gc.disable()
    try:
        first = 0
        while pairing.read(golds, guesses, size):
            for block in pairing.ready(first, size):
                first += len(block)
                yield block
        if not pairing.places:
            raise InputError("there is no gold to score against")
        for block in pairing.rest(first, size):
            yield block
    finally:
        if collecting:
            gc.enable()


class _Pairing:
    def __init__(self, notes: Notes, layers: tuple[str, ...], plain: bool) -> None:
        self.notes = notes
        self.layers = layers
        self.places: dict[str, str] = {}
        self.seen: dict[str, str] = {}
        self.waiting_gold: dict[str, Raw] = {}
        self.waiting_predictions: dict[str, Raw] = {}
        self.pairs: list[Pair] = []
        # Tried until a document holds more.
        self.plain_gold = PlainDecoder(PlainGold) if plain else None
        self.plain_predictions = PlainDecoder(PlainPrediction) if plain else None

    def read(self, golds: Iterator[Raw], guesses: Iterator[Raw], size: int) -> bool:
        """Read up to ``size`` documents of either side; false at the end of both."""
        fresh: dict[str, tuple[Raw, AnyGold]] = {}
        count = volume = 0
        for raw in islice(golds, size):
            gold = self._gold(raw)
            count += 1
            volume += len(raw.data)
            waiting = self.waiting_predictions.pop(gold.id, None)
            if waiting is None:
                fresh[gold.id] = raw, gold
            else:
                self._pair(raw, gold, waiting, self._decoded(waiting))
            if volume > _BYTES:
                break
        more = False
        for raw in islice(guesses, count or size):
            more = True
            prediction = self._prediction(raw)
            name = prediction.id
            found = fresh.pop(name, None)
            if found is not None:
                self._pair(*found, raw, prediction)
            elif name in self.waiting_gold:
                earlier = self.waiting_gold.pop(name)
                self._pair(earlier, self._read_gold(earlier), raw, prediction)
            else:
                self.waiting_predictions[name] = raw
        self.waiting_gold.update((name, raw) for name, (raw, _) in fresh.items())
        return bool(count) or more

    def ready(self, first: int, size: int) -> Iterator[Block]:
        """The pairs that are complete, in blocks."""
        for at in range(0, len(self.pairs), size):
            yield _block(first + at, self.pairs[at : at + size])
        self.pairs = []

    def rest(self, first: int, size: int) -> Iterator[Block]:
        """Gold without a prediction, then predictions without gold."""
        for name in sorted(self.waiting_gold):
            self.notes.add("document without a prediction", name)
            raw = self.waiting_gold[name]
            self.pairs.append((self._read_gold(raw), Prediction(id=name), True, (raw, None)))
            if len(self.pairs) == size:
                yield from self.ready(first, size)
                first += size
        for name in sorted(self.waiting_predictions):
            raw = self.waiting_predictions[name]
            self.pairs.append((*self._unknown(raw), False, (None, raw)))
            if len(self.pairs) == size:
                yield from self.ready(first, size)
                first += size
        yield from self.ready(first, size)

    def _unknown(self, raw: Raw) -> tuple[Gold, AnyPrediction]:
        prediction = self._decoded(raw)
        items = sum(len(getattr(prediction, layer, ())) for layer in self.layers)
        self.notes.add(
            "unknown document", f"{prediction.id} ({items} {'item' if items == 1 else 'items'})"
        )
        gold = Gold(id=prediction.id, schema="", text="", sha256="", annotation=Annotation(LAYERS))
        return gold, prediction

    def _pair(
        self, raw: Raw, gold: AnyGold, raw_prediction: Raw, prediction: AnyPrediction
    ) -> None:
        _check_text(prediction, gold, raw_prediction)
        self.pairs.append((gold, prediction, True, (raw, raw_prediction)))

    def _read_gold(self, raw: Raw) -> AnyGold:
        if self.plain_gold is not None:
            try:
                found: PlainGold = self.plain_gold.decode(raw)
            except msgspec.ValidationError:
                self.plain_gold = None
            else:
                return found
        return decode_raw(raw, _gold_decoder)

    def _gold(self, raw: Raw) -> AnyGold:
        try:
            gold = self._read_gold(raw)
        except msgspec.ValidationError as problem:
            failure = explain(problem, raw.source, raw.line)
            failure.args = (failure.args[0].replace("no prediction", "no gold document"),)
            failure.problem = failure.args[0]
            failure.hint = "See all that is wrong with `goldwire schema validate`."
            raise failure from problem
        place = place_of(raw)
        if self.places.setdefault(gold.id, place) is not place:
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
        return gold

    def _prediction(self, raw: Raw) -> AnyPrediction:
        prediction = self._decoded(raw)
        place = place_of(raw)
        earlier = self.seen.setdefault(prediction.id, place)
        if earlier is not place:
            raise InputError(
                f"document {prediction.id!r} is predicted twice, first at {earlier}",
                source=raw.source,
                line=raw.line,
                hint="Give one prediction a document.",
            )
        return prediction

    def _decoded(self, raw: Raw) -> AnyPrediction:
        if self.plain_predictions is not None:
            try:
                found: PlainPrediction = self.plain_predictions.decode(raw)
            except msgspec.ValidationError:
                self.plain_predictions = None
            else:
                return found
        try:
            prediction = decode_raw(raw, _prediction_decoder)
        except msgspec.ValidationError as problem:
            raise explain(problem, raw.source, raw.line) from problem
        return with_inline_mentions(prediction) if prediction.entities else prediction


def _block(first: int, pairs: list[Pair]) -> Block:
    return Block(
        first,
        [gold for gold, _, _, _ in pairs],
        [prediction for _, prediction, _, _ in pairs],
        [known for _, _, known, _ in pairs],
        [raws for _, _, _, raws in pairs],
        (
            all(isinstance(gold, PlainGold) for gold, _, _, _ in pairs),
            all(isinstance(prediction, PlainPrediction) for _, prediction, _, _ in pairs),
        ),
    )


def _check_text(prediction: AnyPrediction, gold: AnyGold, raw: Raw) -> None:
    other_text = prediction.text is not None and prediction.text != gold.text
    other_hash = prediction.sha256 is not None and prediction.sha256 != gold.sha256
    if other_text or other_hash:
        raise InputError(
            f"the {'text' if other_text else 'sha256'} of {prediction.id!r} is not the gold's",
            source=raw.source,
            line=raw.line,
            pointer="/text" if other_text else "/sha256",
            hint="The extractor has read another version of the article: run it on the gold's.",
        )


def place_of(raw: Raw) -> str:
    """Where a document came from, in words."""
    return f"{raw.source}:{raw.line}" if raw.line else raw.source
