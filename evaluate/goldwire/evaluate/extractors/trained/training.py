"""Training: from annotated documents to a model."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from msgspec import Struct

from goldwire.schema.document import Document, to_line
from goldwire.schema.errors import InputError

from .classifier import fit_classifier
from .features import Encoded, Vocabulary, concatenate, encode
from .fitting import fit_levels
from .gazetteers import lists_digest
from .items import PHRASES, Item, items_of, phrase_kind
from .links import LINKS, NONE, Linker, candidates, gold_labels, pair_features
from .model import Header, Model, Phrases
from .phrases import context_features, phrase_features
from .reading import Reading, read_document
from .tagger import Level
from .tags import Range
from .words import attributes

__all__ = ["PENALTY", "train"]

PENALTY = 0.1
"""Of the taggers, λ in λ/2 · ‖w‖²; F1 on the corpora of the bench hardly depends on it."""


class _Read(Struct, frozen=True):
    """A training document, read."""

    document: Document
    reading: Reading
    attributes: list[list[str]]
    encoded: Encoded


def train(
    documents: Iterable[Document],
    *,
    word_lists: bool = True,
    penalty: float = PENALTY,
    progress: Callable[[str], None] | None = None,
) -> Model:
    """A model of all layers that the documents say are annotated.

    Of a layer only documents that name it in ``annotation.layers`` count; the order of the
    documents plays no part. ``progress`` is called with what is done next. Raises ``InputError``
    where two documents have one id, where a label holds a line end, and where no layer that can
    be learnt is annotated.
    """
    tell = progress or (lambda _: None)
    tell("reading")
    skipped: Counter[str] = Counter()
    vocabulary = Vocabulary()
    read, digest = _read(documents, vocabulary, word_lists, skipped)
    wide = vocabulary.wide()
    phrases: dict[str, Phrases] = {}
    labels: dict[str, dict[str, int]] = {}
    for layer in PHRASES:
        chosen = [one for one in read if layer in one.document.annotation.layers]
        items = [items_of(one.document, one.reading, [layer]) for one in chosen]
        _note_skipped(layer, chosen, items, skipped)
        if any(items):
            tell(layer)
            labels[layer] = _labels(layer, items)
            levels = _fit_levels(chosen, items, wide, penalty)
            phrases[layer] = _fit_phrases(layer, chosen, items, levels)
    links: dict[str, Linker] = {}
    for name in LINKS:
        needed = {"events", "mentions"} if name == "arguments" else {"relations", "mentions"}
        chosen = [one for one in read if needed <= set(one.document.annotation.layers)]
        if chosen and phrases:
            tell(name)
        found = _fit_links(name, chosen)
        if found is not None:
            links[name], labels[name] = found
    if not phrases:
        raise InputError(
            "there is nothing to learn from: no document holds an annotated layer",
            hint=f"Name the layers in annotation.layers; of use are {', '.join(PHRASES)}.",
        )
    header = Header(
        goldwire=version("goldwire"),
        libraries={name: version(name) for name in ("numpy", "scikit-learn", "scipy", "skops")},
        training=digest,
        documents=len(read),
        sentences=sum(len(one.reading.bounds) - 1 for one in read),
        words=sum(len(one.reading.words) for one in read),
        languages=tuple(sorted({one.document.language for one in read})),
        labels=labels,
        skipped=dict(sorted(skipped.items())),
        word_lists=lists_digest() if word_lists else None,
        zoned=any(one.document.zones for one in read),
        penalty=penalty,
    )
    return _compact(Model(header, vocabulary, phrases, links))


def _read(
    documents: Iterable[Document],
    vocabulary: Vocabulary,
    word_lists: bool,
    skipped: Counter[str],
) -> tuple[list[_Read], str]:
    ordered = sorted(documents, key=lambda document: document.id)
    digest = hashlib.sha256()
    read = []
    for number, document in enumerate(ordered):
        if number and document.id == ordered[number - 1].id:
            raise InputError(
                f"two training documents have the id {document.id!r}",
                hint="Name every document once.",
            )
        if not document.annotation.layers:
            skipped["documents without annotated layers"] += 1
            continue
        digest.update(to_line(document).encode("utf-8", "surrogatepass") + b"\n")
        reading = read_document(document)
        rows = attributes(reading, word_lists=word_lists)
        read.append(_Read(document, reading, rows, encode(rows, vocabulary, grow=True)))
    return read, digest.hexdigest()


def _note_skipped(
    layer: str, chosen: Sequence[_Read], items: Sequence[Sequence[Any]], skipped: Counter[str]
) -> None:
    there = sum(len(getattr(one.document, layer)) for one in chosen)
    lost = there - sum(map(len, items))
    if lost:
        skipped[f"{layer} outside the scored text or across sentences"] += lost


def _labels(layer: str, items: Sequence[Sequence[tuple[Item, Any]]]) -> dict[str, int]:
    found = _counted(item.label for row in items for item, _ in row)
    for label in found:
        if "\n" in label:  # in model files, names of features are lines
            raise InputError(
                f"a label of {layer} holds a line end: {label!r}", hint="Name it in one line."
            )
    return found


def _fit_levels(
    chosen: Sequence[_Read],
    items: Sequence[Sequence[tuple[Item, Any]]],
    wide: np.ndarray,
    penalty: float,
) -> tuple[Level, ...]:
    bounds = [0]
    ranges: list[list[Range]] = []
    for one, row in zip(chosen, items, strict=True):
        base = bounds[-1]
        of_sentence: list[list[Range]] = [[] for _ in one.reading.kinds]
        for item, _ in row:
            first, last = item.range
            of_sentence[one.reading.sentence_of(first)].append((first + base, last + base))
        ranges += of_sentence
        bounds += [base + bound for bound in one.reading.bounds[1:]]
    return fit_levels(concatenate([one.encoded for one in chosen]), wide, bounds, ranges, penalty)


def _fit_phrases(
    layer: str,
    chosen: Sequence[_Read],
    items: Sequence[Sequence[tuple[Item, Any]]],
    levels: tuple[Level, ...],
) -> Phrases:
    rows, contexts, labels, records = [], [], [], []
    for one, row in zip(chosen, items, strict=True):
        for item, record in row:
            rows.append(phrase_features(one.reading, one.attributes, item.range))
            contexts.append(context_features(one.reading, item.range, item.label))
            labels.append(item.label)
            records.append(record)
    learnt, values = {}, {}
    for name in PHRASES[layer].attributes:
        stated = [getattr(record, name) or NONE for record in records]
        if any(stated):
            both = [[*row, *context] for row, context in zip(rows, contexts, strict=True)]
            learnt[name] = fit_classifier(both, stated)
            values[name] = _seen(zip(labels, stated, strict=True))
    return Phrases(levels, fit_classifier(rows, labels), learnt, values)


def _fit_links(name: str, chosen: Sequence[_Read]) -> tuple[Linker, dict[str, int]] | None:
    rows, labels, sources, targets = [], [], [], []
    for one in chosen:
        layers = ("events", *LINKS[name]) if name == "arguments" else LINKS[name]
        annotated = [
            layer for layer in dict.fromkeys(layers) if layer in one.document.annotation.layers
        ]
        items = [item for item, _ in items_of(one.document, one.reading, annotated)]
        gold = gold_labels(name, one.document)
        for pair in candidates(name, one.reading, items):
            rows.append(pair_features(one.reading, pair))
            labels.append(gold.get((pair.source.id, pair.target.id), NONE))
            sources.append(pair.source.label)
            targets.append(phrase_kind(pair.target))
    if not any(labels):
        return None
    linked = [place for place, label in enumerate(labels) if label]
    counts = _counted(labels[place].lstrip("<") for place in linked)
    return Linker(
        fit_classifier(rows, labels),
        _seen((sources[place], labels[place]) for place in linked),
        _seen((targets[place], labels[place]) for place in linked),
    ), counts


def _seen(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: tuple(sorted(found[key])) for key in sorted(found)}


def _counted(labels: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(labels).items()))


def _compact(model: Model) -> Model:
    """The model without the attributes that no level has a feature of."""
    size = len(model.vocabulary)
    levels = [level for phrases in model.phrases.values() for level in phrases.levels]
    used = np.unique(np.concatenate([level.keys % size for level in levels] or [np.zeros(0, int)]))
    number = np.zeros(size, np.int64)
    number[used] = np.arange(len(used))
    names = list(model.vocabulary.numbers)

    def renumbered(level: Level) -> Level:
        keys = level.keys // size * len(used) + number[level.keys % size]
        return Level(keys, level.weights, level.below, level.transitions)

    phrases = {
        layer: Phrases(
            tuple(map(renumbered, learnt.levels)), learnt.label, learnt.attributes, learnt.values
        )
        for layer, learnt in model.phrases.items()
    }
    vocabulary = Vocabulary(names[place] for place in used.tolist())
    return Model(model.header, vocabulary, phrases, model.links)
