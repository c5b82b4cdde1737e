"""Score predictions against gold: from documents to a report."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.labels import LabelSet
from goldwire.schema.reading import Raw, check_standard_input, iter_raw

from .article_sampling import ArticleSample, chosen_articles
from .assemble import Resampling, assemble, bootstrap_of
from .chains import ChainOptions, chain_forms
from .layer_counts import LayerCounts, joined_counts
from .layers import MAIN, SCORED_LAYERS, Scorer
from .notes import Note, Notes
from .pairing import blocks
from .report.model import Article, ErrorRow, Finding, Report, Signature
from .report.shares import fair_choice
from .sampling import ErrorSample
from .scores import Closed

__all__ = [
    "SCORED_LAYERS",
    "Counted",
    "Source",
    "count",
    "raw_documents",
    "report_of",
    "score",
    "symmetric_types",
]

Source = str | Path | Iterable[Document | dict[str, Any]]
"""Documents or predictions: a path, ``-``, or records in memory."""

_NOT_YET = {"event_links": "no metric is defined for links between events"}
_INVENTORIES = {
    "zones": "zoneKind",
    "mentions": "entityType",
    "times": "timeType",
    "quantities": "quantityKind",
    "events": "eventType",
    "attributions": "attributionStyle",
    "arguments": "role",
    "relations": "relationType",
}
_FORMLESS: dict[str, Closed] = {}


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

    def forms(self, layer: str) -> dict[str, Closed]:
        """The closed forms of a layer's criteria that are no plain ratios."""
        return chain_forms(self.chains) if layer in ("entities", "hoppers") else _FORMLESS

    def scored(self, layer: str) -> NDArray[np.bool_]:
        """The documents that count in a layer: annotated, or without gold altogether."""
        return self.declared[layer] | ~self.known


def count(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    errors: int = 0,
    chains: ChainOptions | None = None,
    on_error: Callable[[ErrorRow], None] | None = None,
) -> Counted:
    """Count predictions against gold; arguments and errors as :func:`score`.

    Documents are read in blocks and let go: memory grows with the counts of a document, not
    with its text.
    """
    chosen = _chosen(layers)
    notes = Notes()
    options = chains or ChainOptions()
    sampled = errors > 0 or on_error is not None
    symmetric = symmetric_types() if "relations" in chosen else frozenset()
    scorer = Scorer(chosen, symmetric, notes, options, with_errors=sampled)
    samples = {layer: ErrorSample(errors, on_error) for layer in chosen}
    articles = ArticleSample()
    parts: dict[str, list[LayerCounts]] = {layer: [] for layer in chosen}
    declared: dict[str, list[NDArray[np.bool_]]] = {layer: [] for layer in chosen}
    names: list[str] = []
    known: list[bool] = []
    schemas: dict[str, None] = {}
    check_standard_input(gold, predictions)
    sides = raw_documents(gold, "gold"), raw_documents(predictions, "predictions")
    for block in blocks(*sides, notes, chosen, plain=True):
        names += block.names
        known += block.known
        schemas.update((one.schema, None) for one in block.gold if one.schema)
        found = scorer.score(block)
        for layer, counts in found.counts.items():
            parts[layer].append(counts)
            declared[layer].append(found.declared[layer])
        for layer, rows in found.errors.items():
            samples[layer].add(found.columns, layer, rows)
        if errors:
            articles.add(found.columns, found.errors)
    return Counted(
        tuple(names),
        np.array(known, bool),
        {layer: joined_counts(each) for layer, each in parts.items()},
        {layer: np.concatenate(each) for layer, each in declared.items()},
        tuple(schemas),
        scorer.digest.hexadecimal(),
        tuple(notes.all()),
        {layer: sample.rows() for layer, sample in samples.items()},
        options,
        articles.articles(),
    )


def score(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    system: str = "predictions",
    split: str | None = None,
    errors: int = 2000,
    created: str | None = None,
    seconds: float | None = None,
    chains: ChainOptions | None = None,
    resampling: Resampling | None = None,
    on_error: Callable[[ErrorRow], None] | None = None,
) -> Report:
    """Score predictions against gold.

    ``layers`` defaults to all that can be scored; a document's layer that is not named in its
    ``annotation.layers`` is left out. ``errors`` limits how many errors are listed with their
    text, with a fair share for each layer; 0 lists none; ``on_error`` is told of every one.
    With errors the report holds the articles that they stand in, as far as there is room.
    ``resampling`` says how intervals are made, ``chains`` how chains are compared. Raises
    ``InputError`` for input that cannot be compared, ``UnknownName`` for an unknown layer.
    """
    counted = count(
        gold, predictions, layers=layers, errors=errors, chains=chains, on_error=on_error
    )
    return report_of(
        counted,
        layers=layers,
        system=system,
        split=split,
        errors=errors,
        created=created,
        seconds=seconds,
        resampling=resampling or Resampling(),
    )


def report_of(
    counted: Counted,
    *,
    layers: Sequence[str] | None,
    system: str,
    split: str | None,
    errors: int,
    created: str | None,
    seconds: float | None,
    resampling: Resampling,
) -> Report:
    """The report over what was counted."""
    reports = []
    not_scored = {name: why for name, why in _NOT_YET.items() if layers is None or name in layers}
    total = 0
    for layer, counts in counted.layers.items():
        annotated = counted.declared[layer] & counted.known
        if not annotated.any():
            not_scored[layer] = "no gold document names it in annotation.layers"
            continue
        reports.append(
            assemble(
                layer, MAIN.get(layer, "strict"), counts, counted.documents, annotated,
                counted.known, counted.forms(layer), resampling,
            )
        )  # fmt: skip
        if counts.confusion is not None:
            wrong = ("wrong_type", "wrong_boundary", "wrong_both", "missed", "spurious")
            total += sum(int(counts.errors[name].sum()) for name in wrong)
    found = [counted.errors[each.layer] for each in reports]
    listed = tuple(row for rows in fair_choice(found, errors) for row in rows)
    return Report(
        system,
        created,
        _signature(counted, tuple(r.layer for r in reports), split),
        tuple(reports),
        not_scored,
        tuple(Finding(n.kind, n.count, n.examples) for n in _all_notes(counted)),
        listed,
        total,
        seconds,
        bootstrap_of(resampling, int(counted.known.sum())),
        chosen_articles(counted.articles, listed),
    )


def _chosen(layers: Sequence[str] | None) -> tuple[str, ...]:
    for name in layers or ():
        if name in _NOT_YET:
            raise InputError(
                f"the layer {name!r} cannot be scored: {_NOT_YET[name]}",
                hint=f"Scored are: {', '.join(SCORED_LAYERS)}.",
            )
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
    return tuple(name for name in SCORED_LAYERS if layers is None or name in layers)


def raw_documents(source: Source, name: str) -> Iterable[Raw]:
    """The bytes of documents or predictions; ``name`` is where those in memory are said to be."""
    if isinstance(source, (str, Path)):
        return iter_raw([source])
    return (Raw(_encoded(item), name, number) for number, item in enumerate(source, start=1))


def _encoded(item: Document | dict[str, Any]) -> bytes:
    if isinstance(item, Document):
        from goldwire.schema.document import to_line

        return to_line(item).encode()
    return msgspec.json.encode(item)


@functools.cache
def _label_set() -> LabelSet:
    from goldwire.schema.labels import read_labels
    from goldwire.schema.schemas import load_schema

    return read_labels(load_schema("newswire"))


@functools.cache
def symmetric_types() -> frozenset[str]:
    """The relation types that hold both ways."""
    labels = _label_set()
    return frozenset(
        name
        for name in labels.names("relationType") or ()
        if (signature := labels.signature(name)) and signature.symmetric
    )


def _all_notes(counted: Counted) -> list[Note]:
    """What was noted, and labels in the predictions that the gold's schema lacks."""
    notes = list(counted.notes)
    if not any(schema.startswith("newswire/") for schema in counted.schemas):
        return notes
    known = _label_set()
    for layer, counts in counted.layers.items():
        if layer not in _INVENTORIES:
            continue
        inventory = set(known.names(_INVENTORIES[layer]) or ())
        predicted = counts.main[:, :, 1].sum(axis=0, dtype=np.int64).tolist()
        if "strict" in counts.by_label:
            predicted = counts.by_label["strict"][:, 1].astype(np.int64).tolist()
        labels = dict(zip(counts.labels, predicted, strict=True))
        unknown = {name: n for name, n in labels.items() if n and name not in inventory}
        if unknown:
            examples = tuple(f"{layer}: {name} ({n})" for name, n in list(unknown.items())[:5])
            notes.append(Note("unknown label", sum(unknown.values()), examples))
    return notes


def _signature(counted: Counted, layers: tuple[str, ...], split: str | None) -> Signature:
    from importlib.metadata import version

    chains = counted.chains
    kept = "singletons kept" if chains.singletons else "singletons left out"
    return Signature(
        goldwire=version("goldwire"),
        report="1.0",
        schema=", ".join(sorted(counted.schemas)),
        gold=counted.digest[:12],
        documents=int(counted.known.sum()),
        split=split,
        layers=layers,
        alignment="optimal one-to-one",
        duplicates="collapsed",
        undefined="null",
        average="micro; macro over types with gold",
        chains=f"mentions {chains.mentions}, {kept}, blanc {chains.blanc}"
        if {"entities", "hoppers"} & set(layers)
        else None,
    )
