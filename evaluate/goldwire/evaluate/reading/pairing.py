"""Gold and predictions read side by side: documents in pairs, in blocks, in flat memory.

Two files in the same order are never held at all. A document whose other half has not come
yet waits as the bytes that it was read from.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.schema.document import LAYERS
from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw, decode_raw
from goldwire.schema.repeats import repeated_top_key

from ..notes import Notes
from .gold import Annotation, Gold
from .plain import PLAIN_LAYERS, PlainDecoder, PlainGold, PlainPrediction
from .predictions import Prediction, explain, repeated_ids, with_inline_mentions

__all__ = ["Block", "BlockReader", "RawPair", "blocks", "place_of", "raw_pairs", "uncollected"]

_DOCUMENTS = 500
"""Documents in a block: few enough to stay in the cache, enough to be worth a call."""
_BYTES = 1 << 23
"""Bytes of a block as it was read, if that is less: what memory is bounded by."""


class _Named(Struct, frozen=True, gc=False):
    id: str


_name_decoder = msgspec.json.Decoder(_Named)
_gold_decoder = msgspec.json.Decoder(Gold)
_prediction_decoder = msgspec.json.Decoder(Prediction)

AnyGold = Gold | PlainGold
AnyPrediction = Prediction | PlainPrediction
RawPair = tuple[Raw | None, Raw | None]
"""The bytes of a gold document and of what was predicted for it; one of them may be missing."""


class Block(Struct, frozen=True, gc=False):
    """Some documents with what was predicted for them; all lists are of the same length.

    A document without gold has an empty text, and ``known`` is false for it; one without a
    prediction has an empty prediction.
    """

    gold: list[Any]
    predictions: list[Any]
    known: list[bool]
    raws: list[RawPair]
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
) -> Iterator[Block]:
    """All documents in blocks: pairs first, then gold without a prediction, then the rest.

    ``layers`` are those whose items are told of where a document has no gold. Raises
    ``InputError`` or one of its kinds, naming file, line, and pointer, for what cannot be
    compared.
    """
    reader = BlockReader(layers)
    with uncollected():
        for pairs in raw_pairs(gold, predictions, size):
            yield reader.read(pairs, notes)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector: decoded documents leave no circles, it would walk them in vain."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def raw_pairs(
    gold: Iterable[Raw], predictions: Iterable[Raw], size: int | None = None
) -> Iterator[list[RawPair]]:
    """All documents in pairs by their ids, some at a time, in the order of :func:`blocks`.

    Nothing but ids is read, and no more of a record than it takes. Raises ``InputError`` or one
    of its kinds for a document without an id, for an id that stands twice on a side, and where
    there is no gold.
    """
    pairing = _Pairing()
    size = size or _DOCUMENTS
    golds, guesses = iter(gold), iter(predictions)
    while pairing.read(golds, guesses, size):
        yield from pairing.ready(size)
    if not pairing.places:
        raise InputError("there is no gold to score against")
    yield from pairing.rest(size)


class _Pairing:
    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.seen: dict[str, str] = {}
        self.waiting_gold: dict[str, Raw] = {}
        self.waiting_predictions: dict[str, Raw] = {}
        self.pairs: list[RawPair] = []

    def read(self, golds: Iterator[Raw], guesses: Iterator[Raw], size: int) -> bool:
        """Read up to ``size`` documents of either side; false at the end of both."""
        count = volume = 0
        for raw in islice(golds, size):
            name = self._gold(raw)
            count += 1
            volume += len(raw.data)
            waiting = self.waiting_predictions.pop(name, None)
            if waiting is None:
                self.waiting_gold[name] = raw
            else:
                self.pairs.append((raw, waiting))
            if volume > _BYTES // 2:
                break
        more = False
        for raw in islice(guesses, count or size):
            more = True
            name = self._prediction(raw)
            waiting = self.waiting_gold.pop(name, None)
            if waiting is None:
                self.waiting_predictions[name] = raw
            else:
                self.pairs.append((waiting, raw))
        return bool(count) or more

    def ready(self, size: int) -> Iterator[list[RawPair]]:
        """The pairs that are complete, some at a time."""
        some: list[RawPair] = []
        volume = 0
        for pair in self.pairs:
            room = sum(len(raw.data) for raw in pair if raw)
            if some and (len(some) == size or volume + room > _BYTES):
                yield some
                some, volume = [], 0
            some.append(pair)
            volume += room
        if some:
            yield some
        self.pairs = []

    def rest(self, size: int) -> Iterator[list[RawPair]]:
        """Gold without a prediction, then predictions without gold."""
        self.pairs += [(self.waiting_gold[name], None) for name in sorted(self.waiting_gold)]
        unknown = self.waiting_predictions
        self.pairs += [(None, unknown[name]) for name in sorted(unknown)]
        yield from self.ready(size)

    def _gold(self, raw: Raw) -> str:
        try:
            name = _name_of(raw)
        except msgspec.ValidationError as problem:
            raise _no_gold(problem, raw) from problem
        place = place_of(raw)
        if self.places.setdefault(name, place) is not place:
            raise InputError(
                f"document id {name!r} is taken by {self.places[name]}",
                source=raw.source,
                line=raw.line,
                hint="Every gold document has an id of its own: rename one, or leave one out.",
            )
        return name

    def _prediction(self, raw: Raw) -> str:
        try:
            name = _name_of(raw)
        except msgspec.ValidationError as problem:
            raise explain(problem, raw.source, raw.line) from problem
        place = place_of(raw)
        earlier = self.seen.setdefault(name, place)
        if earlier is not place:
            decode_raw(raw, _whole)  # an id was found: whether all of it is JSON comes first
            raise InputError(
                f"document {name!r} is predicted twice, first at {earlier}",
                source=raw.source,
                line=raw.line,
                hint="Give one prediction a document.",
            )
        return name


_whole = msgspec.json.Decoder()
_FIRST_ID = re.compile(rb'\{"id": ?"([^"\\\x00-\x1f\x80-\xff]*)"')


def _name_of(raw: Raw) -> str:
    """The id of a record: at its beginning, where most of them stand, or wherever it is."""
    found = _FIRST_ID.match(raw.data)
    if found is not None:
        return found[1].decode("ascii")
    return decode_raw(raw, _name_decoder).id


def _no_gold(problem: msgspec.ValidationError, raw: Raw) -> InputError:
    failure = explain(problem, raw.source, raw.line)
    failure.args = (failure.args[0].replace("no prediction", "no gold document"),)
    failure.problem = failure.args[0]
    failure.hint = "See all that is wrong with `goldwire schema validate`."
    return failure


_MENTIONS, _ZONES = b'"mentions"', b'"zones"'
"""What plain records are read from: where one stands there once more than it should, that is
looked into."""


class BlockReader:
    """Decodes pairs, and checks that both halves of one are about the same text.

    With ``plain``, records that hold no more than spans and types may be :class:`PlainGold` and
    :class:`PlainPrediction`, which have no other fields.
    """

    def __init__(self, layers: tuple[str, ...], *, plain: bool = False) -> None:
        self.layers = layers
        plain = plain and PLAIN_LAYERS.issuperset(layers)
        # Tried until a document holds more.
        self.plain_gold = PlainDecoder(PlainGold) if plain else None
        self.plain_predictions = PlainDecoder(PlainPrediction) if plain else None

    def read(self, pairs: Iterable[RawPair], notes: Notes) -> Block:
        """A block of these pairs. Raises what :func:`blocks` raises."""
        golds: list[AnyGold] = []
        guesses: list[AnyPrediction] = []
        raws: list[RawPair] = []
        for pair in pairs:
            gold, prediction = self._pair(*pair, notes)
            golds.append(gold)
            guesses.append(prediction)
            raws.append(pair)
        return Block(
            golds,
            guesses,
            [raw is not None for raw, _ in raws],
            raws,
            (
                all(isinstance(gold, PlainGold) for gold in golds),
                all(isinstance(guess, PlainPrediction) for guess in guesses),
            ),
        )

    def _pair(
        self, raw: Raw | None, raw_prediction: Raw | None, notes: Notes
    ) -> tuple[AnyGold, AnyPrediction]:
        gold = self._gold(raw) if raw else None
        prediction = self._prediction(raw_prediction) if raw_prediction else None
        for each, record in ((raw, gold), (raw_prediction, prediction)):
            if each and record and _name_of(each) != record.id:
                raise InputError(
                    f"the record has two ids: {_name_of(each)!r} and {record.id!r}",
                    source=each.source,
                    line=each.line,
                    pointer="/id",
                    hint="Keep the one that is meant.",
                )
        if isinstance(prediction, Prediction):
            for name in repeated_ids(prediction):
                notes.add("id stands twice", f"{name} in {prediction.id}")
        if gold and prediction and raw_prediction:
            _check_text(prediction, gold, raw_prediction)
        elif gold:
            notes.add("document without a prediction", gold.id)
            prediction = Prediction(id=gold.id)
        elif prediction:
            items = sum(len(getattr(prediction, layer, ())) for layer in self.layers)
            notes.add(
                "unknown document", f"{prediction.id} ({items} {'item' if items == 1 else 'items'})"
            )
            gold = Gold(
                id=prediction.id, schema="", text="", sha256="", annotation=Annotation(LAYERS)
            )
        if gold is None or prediction is None:
            raise ValueError("a pair of nothing")
        return gold, prediction

    def _gold(self, raw: Raw) -> AnyGold:
        try:
            gold = self._decoded_gold(raw)
        except msgspec.ValidationError as problem:
            raise _no_gold(problem, raw) from problem
        if not isinstance(gold, PlainGold) or _may_repeat(gold, raw.data):
            _refuse_repeats(raw)
        if hashlib.sha256(gold.text.encode("utf-8", "surrogatepass")).hexdigest() != gold.sha256:
            raise InputError(
                "the text is not the one that was annotated: it does not have the hash in sha256",
                source=raw.source,
                line=raw.line,
                pointer="/sha256",
                hint="Restore the text, then run `goldwire schema validate`.",
            )
        return gold

    def _decoded_gold(self, raw: Raw) -> AnyGold:
        if self.plain_gold is not None:
            try:
                found: PlainGold = self.plain_gold.decode(raw)
            except msgspec.ValidationError:
                self.plain_gold = None
            else:
                return found
        return decode_raw(raw, _gold_decoder)

    def _prediction(self, raw: Raw) -> AnyPrediction:
        if self.plain_predictions is not None:
            try:
                found: PlainPrediction = self.plain_predictions.decode(raw)
            except msgspec.ValidationError:
                self.plain_predictions = None
            else:
                if raw.data.count(_MENTIONS) > 1:
                    _refuse_repeats(raw)
                return found
        try:
            prediction = decode_raw(raw, _prediction_decoder)
        except msgspec.ValidationError as problem:
            raise explain(problem, raw.source, raw.line) from problem
        _refuse_repeats(raw)
        return with_inline_mentions(prediction) if prediction.entities else prediction


def _may_repeat(gold: PlainGold, data: bytes) -> bool:
    """Whether a layer may stand twice in plain gold; ``annotation`` names each once more."""
    layers = gold.annotation.layers
    return data.count(_MENTIONS) > 1 + ("mentions" in layers) or data.count(_ZONES) > 1 + (
        "zones" in layers
    )


def _refuse_repeats(raw: Raw) -> None:
    """Refuse a layer that is given twice: all but the last would be lost.

    Two ids are told apart from that, where they are compared.
    """
    again = repeated_top_key(raw.data)
    if again not in (None, "/id"):
        raise InputError(
            "the key stands twice in one object, and all but the last would be lost",
            source=raw.source,
            line=raw.line,
            pointer=again,
            hint="Write all items of a layer in one list.",
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
