"""From documents to the counts of all layers, by as many processes as it takes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.crew import processes, work_together
from goldwire.schema.document import Document
from goldwire.schema.errors import GoldwireError, InputError, UnknownName, kind_of
from goldwire.schema.labels import LabelSet
from goldwire.schema.reading import Raw, check_standard_input, iter_raw

from .chains import ChainOptions, chain_forms
from .errors.articles import ArticleSample
from .errors.sampling import ErrorSample, Ranked
from .layer_counts import LayerCounts, joined_counts
from .layers import SCORED_LAYERS, Scorer
from .notes import Note, Notes
from .reading.digest import Digest
from .reading.pairing import BlockReader, RawPair, raw_pairs, uncollected
from .reading.runs import iter_predictions
from .report.model import Article, ErrorRow
from .scores import Closed

__all__ = [
    "NOT_SCORED",
    "Counted",
    "Dask",
    "Source",
    "chosen_layers",
    "count",
    "label_set",
    "raw_documents",
    "symmetric_for",
    "symmetric_types",
]

Source = str | Path | Iterable[Document | dict[str, Any]]
"""Documents or predictions: a path, ``-``, or records in memory."""

NOT_SCORED = {"event_links": "no metric is defined for links between events"}
"""Layers of a document that nothing compares, and why."""
_FORMLESS: dict[str, Closed] = {}


class Dask(Struct, frozen=True):
    """Workers of a Dask cluster instead of processes of this machine.

    ``address`` is that of the scheduler, ``None`` for a cluster that is started for the call.
    """

    address: str | None = None


class Counted(Struct, frozen=True):
    """Everything that was counted: what scores, comparisons, and gates are closed forms of.

    Row ``i`` of every matrix is document ``documents[i]``; those without gold are not ``known``.
    """

    documents: tuple[str, ...]
    known: NDArray[np.bool_]
    layers: dict[str, LayerCounts]
    declared: dict[str, NDArray[np.bool_]]
    """By layer, the documents in which it is annotated."""
    schemas: tuple[str, ...]
    digest: str
    notes: tuple[Note, ...]
    errors: dict[str, list[ErrorRow]]
    chains: ChainOptions
    articles: tuple[Article, ...] = ()
    """Of documents with errors, where errors were kept."""
    unanswered: tuple[str, ...] = ()
    """Documents of gold without a prediction, by id."""

    def forms(self, layer: str) -> dict[str, Closed]:
        """The closed forms of a layer's criteria that are no plain ratios."""
        return chain_forms(self.chains) if layer in ("entities", "hoppers") else _FORMLESS

    def scored(self, layer: str) -> NDArray[np.bool_]:
        """The documents that count in a layer: annotated, or without gold altogether."""
        return self.declared[layer] | ~self.known


class _Part(Struct, frozen=True):
    """What was counted in some documents; parts add."""

    names: list[str]
    known: list[bool]
    schemas: tuple[str, ...]
    layers: dict[str, LayerCounts]
    declared: dict[str, NDArray[np.bool_]]
    notes: Notes
    digest: Digest
    errors: dict[str, list[Ranked[ErrorRow]]]
    articles: list[Ranked[Article]]
    unanswered: list[str]


class _Counter:
    """Counts pairs of documents; every process has one of its own, and none knows of another.

    Labels are learnt anew with every call, so that no count hangs on what came before.
    """

    def __init__(
        self,
        layers: tuple[str, ...],
        chains: ChainOptions,
        errors: int,
        rows: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.layers = layers
        self.rows = rows
        self.chains = chains
        self.errors = errors
        self.symmetric = symmetric_for(layers)
        self.on_error: Callable[[ErrorRow], None] | None = None
        self.reader = BlockReader(layers, plain=True)
        self.samples = {layer: ErrorSample(errors) for layer in layers}
        self.articles = ArticleSample() if errors else None

    def hear(self, on_error: Callable[[ErrorRow], None]) -> None:
        """Tell ``on_error`` of every error."""
        for sample in self.samples.values():
            sample.told = on_error

    def __call__(self, raws: Iterable[Raw]) -> _Part:
        """Count what :func:`_flat` made of pairs."""
        each = iter(raws)
        with uncollected():
            halves = zip(each, each, strict=True)
            return self._count((_half(gold), _half(guess)) for gold, guess in halves)

    def _count(self, pairs: Iterable[RawPair]) -> _Part:
        notes = Notes()
        block = self.reader.read(pairs, notes)
        sampled = self.articles is not None or any(s.told for s in self.samples.values())
        scorer = Scorer(
            self.layers, self.symmetric, notes, self.chains, with_errors=sampled, rows=self.rows
        )
        found = scorer.score(block)
        for layer, rows in found.errors.items():
            self.samples[layer].add(found.columns, rows)
        if self.articles is not None:
            self.articles.add(found.columns, found.errors)
        return _Part(
            block.names,
            block.known,
            tuple(dict.fromkeys(one.schema for one in block.gold if one.schema)),
            found.counts,
            found.declared,
            notes,
            scorer.digest,
            {layer: sample.kept.handed_over() for layer, sample in self.samples.items()},
            self.articles.kept.handed_over() if self.articles is not None else [],
            [
                name
                for name, (_, guess) in zip(block.names, block.raws, strict=True)
                if guess is None
            ],
        )


def count(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    errors: int = 0,
    chains: ChainOptions | None = None,
    on_error: Callable[[ErrorRow], None] | None = None,
    jobs: int | None = None,
    engine: Dask | None = None,
) -> Counted:
    """Count predictions against gold; arguments and errors as :func:`.scoring.score`.

    Documents are read in blocks and let go: memory grows with the counts of a document, not
    with its text. Counts are the same for any number of ``jobs``, the processes that share the
    work, and for any ``engine``; with ``on_error`` it is one process.

    Where predictions hold so many labels of their own that some share a row, and gold turns out
    to have one of these further on, the layer is counted once more.
    """
    chosen = chosen_layers(layers)
    options = chains or ChainOptions()
    check_standard_input(gold, predictions)
    share = functools.partial(_counted, gold, predictions, jobs=jobs, engine=engine)
    counted = share(functools.partial(_Counter, chosen, options, errors), on_error)
    short = {layer: names for layer, of in counted.layers.items() if (names := of.cut_short())}
    if not short:
        return counted
    if not (_stays(gold) and _stays(predictions)):
        notes = Notes()
        for layer, names in short.items():
            for name in names:
                notes.add("label counted in part among others", f"{name} in {layer}")
        return msgspec.structs.replace(counted, notes=(*counted.notes, *notes.all()))
    again = share(functools.partial(_Counter, tuple(short), options, 0, short))
    same = all(
        np.array_equal(total, counted.layers[layer].totals[name])
        for layer, of in again.layers.items()
        for name, total in of.totals.items()
    )
    if again.documents != counted.documents or not same:
        raise InputError(
            "the documents changed while they were read", hint="Score them when they are finished."
        )
    return msgspec.structs.replace(counted, layers=counted.layers | again.layers)


def _stays(source: Source) -> bool:
    """Whether the same can be read from it again."""
    if isinstance(source, (str, Path)):
        return str(source) != "-" and (Path(source).is_file() or Path(source).is_dir())
    return isinstance(source, Collection)


def _counted(
    gold: Source,
    predictions: Source,
    make: Callable[[], _Counter],
    on_error: Callable[[ErrorRow], None] | None = None,
    *,
    jobs: int | None,
    engine: Dask | None,
) -> Counted:
    """All documents, counted once."""
    counter = make()
    sides = raw_documents(gold, "gold"), raw_documents(predictions, "predictions")
    notes, digest = Notes(), Digest()
    samples = {layer: ErrorSample(counter.errors) for layer in counter.layers}
    articles = ArticleSample()
    names: list[str] = []
    known: list[bool] = []
    schemas: dict[str, None] = {}
    unanswered: list[str] = []
    parts = []
    pairs = raw_pairs(*sides)
    if on_error is not None:
        counter.hear(on_error)
        shared = _parts(counter, pairs, 1)
    elif engine is not None:
        from .distributed import count_distributed

        shared = count_distributed(make, map(_flat, pairs), address=engine.address)
    else:
        shared = _parts(counter, pairs, processes(jobs))
    for part in shared:
        names += part.names
        known += part.known
        schemas.update(dict.fromkeys(part.schemas))
        parts.append((part.layers, part.declared))
        notes.take(part.notes)
        digest.take(part.digest)
        for layer, rows in part.errors.items():
            samples[layer].kept.add(rows)
        articles.kept.add(part.articles)
        unanswered += part.unanswered
    return Counted(
        tuple(names),
        np.array(known, bool),
        {layer: joined_counts([counts[layer] for counts, _ in parts]) for layer in samples},
        {layer: np.concatenate([declared[layer] for _, declared in parts]) for layer in samples},
        tuple(schemas),
        digest.hexadecimal(),
        tuple(notes.all()),
        {layer: sample.kept.all() for layer, sample in samples.items()},
        counter.chains,
        tuple(articles.kept.all()),
        tuple(sorted(unanswered)),
    )


def _parts(counter: _Counter, pairs: Iterator[list[RawPair]], jobs: int) -> Iterator[_Part]:
    """What is counted in these pairs, in their order; by several processes if they are many."""
    chunks = map(_flat, pairs)
    first = next(chunks)
    try:
        second = next(chunks, None)
    except GoldwireError:
        yield counter(first)  # what is wrong there comes first
        raise
    if second is None:
        yield counter(first)
    elif jobs == 1:
        yield from map(counter, chain([first, second], chunks))
    else:
        together = work_together(counter, chain([first, second], chunks), jobs=jobs)
        yield from (part for _, part in together)


_NONE = Raw(b"", "")
"""Stands for the half that a pair lacks: no document is read from nothing."""


def _flat(pairs: list[RawPair]) -> list[Raw]:
    """Pairs as one list, which can be sent to another process."""
    return [raw or _NONE for pair in pairs for raw in pair]


def _half(raw: Raw) -> Raw | None:
    return raw if raw.data else None


def chosen_layers(layers: Sequence[str] | None) -> tuple[str, ...]:
    """The layers to score, in the order of reports; all for ``None``.

    Raises ``UnknownName``, and ``InputError`` for a layer that nothing compares.
    """
    for name in layers or ():
        if name in NOT_SCORED:
            raise InputError(
                f"the layer {name!r} cannot be scored: {NOT_SCORED[name]}",
                hint=f"Scored are: {', '.join(SCORED_LAYERS)}.",
            )
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
    return tuple(name for name in SCORED_LAYERS if layers is None or name in layers)


def raw_documents(source: Source, name: str) -> Iterable[Raw]:
    """The bytes of documents or predictions; ``name`` is where those in memory are said to be."""
    if isinstance(source, (str, Path)):
        return iter_predictions(source) if name == "predictions" else iter_raw([source])
    if isinstance(source, (bytes, Mapping)) or not isinstance(source, Iterable):
        raise InputError(
            f"{name} is {kind_of(source)}, not a path or a list of documents",
            hint="Give a path, or documents in a list.",
        )
    return (Raw(_encoded(item), name, number) for number, item in enumerate(source, start=1))


def _encoded(item: Document | dict[str, Any]) -> bytes:
    if isinstance(item, Document):
        from goldwire.schema.document import to_line

        return to_line(item).encode()
    return msgspec.json.encode(item)


@functools.cache
def label_set() -> LabelSet:
    from goldwire.schema.labels import read_labels
    from goldwire.schema.schemas import load_schema

    return read_labels(load_schema("newswire"))


def symmetric_for(layers: Collection[str]) -> frozenset[str]:
    """The relation types that hold both ways, where some of ``layers`` ask for them."""
    return symmetric_types() if {"relations", "incidents"} & set(layers) else frozenset()


@functools.cache
def symmetric_types() -> frozenset[str]:
    """The relation types that hold both ways."""
    labels = label_set()
    return frozenset(
        name
        for name in labels.names("relationType") or ()
        if (signature := labels.signature(name)) and signature.symmetric
    )
