"""Using a model: a document's text to the layers that were learnt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from goldwire.schema.document import (
    Argument,
    Document,
    Event,
    Mention,
    Quantity,
    Relation,
    Time,
    Zone,
)

from .classifier import Classifier, label_scores
from .features import encode
from .items import PHRASES, Item, phrase_kind
from .links import NONE, Linker, candidates, pair_features
from .model import Model, Phrases
from .phrases import context_features, head_word, phrase_features
from .reading import Reading, read_text
from .tagger import find_ranges
from .words import attributes

__all__ = ["extract"]


def extract(model: Model, document: Document) -> Document:
    """The document with the layers that the model knows, and no others.

    Zones are those of ``goldwire.corpus.zones``, not learnt; they are given where the model was
    trained on documents with zones. Chains, values of times and quantities, attributions, and
    incidents are not learnt, and left out.
    """
    from goldwire.corpus.zones import find_zones

    zones = find_zones(document.text)
    reading = read_text(document.text, zones, zoned=model.header.zoned)
    rows = attributes(reading, word_lists=model.header.word_lists is not None)
    encoded = encode(rows, model.vocabulary, grow=False)
    wide = model.vocabulary.wide()
    items: list[Item] = []
    layers: dict[str, list[dict[str, Any]]] = {layer: [] for layer in PHRASES}
    for layer, learnt in model.phrases.items():
        ranges = find_ranges(learnt.levels, encoded, wide, reading.bounds)
        found = _labelled(layer, learnt, reading, rows, ranges)
        items += [item for item, _ in found]
        layers[layer] = [_record(document, reading, *one) for one in found]
    arguments: dict[str, list[Argument]] = {}
    relations: list[Relation] = []
    for name, linker in model.links.items():
        for source, target, label in _linked(name, linker, reading, items):
            if name == "arguments":
                arguments.setdefault(source, []).append(Argument(role=label, filler=target))
            else:
                head, tail = (target, source) if label.startswith("<") else (source, target)
                number = f"r{len(relations) + 1}"
                relations.append(
                    Relation(id=number, type=label.removeprefix("<"), head=head, tail=tail)
                )
    return _assembled(document, zones if model.header.zoned else (), layers, arguments, relations)


def _labelled(
    layer: str,
    learnt: Phrases,
    reading: Reading,
    rows: Sequence[Sequence[str]],
    ranges: Sequence[tuple[int, int]],
) -> list[tuple[Item, dict[str, str | None]]]:
    """Items with their attributes."""
    if not ranges:
        return []
    features = [phrase_features(reading, rows, one) for one in ranges]
    best = label_scores(learnt.label, features).argmax(axis=1)
    labels = [learnt.label.labels[number] for number in best.tolist()]
    stated: dict[str, list[str | None]] = {}
    for name, classifier in learnt.attributes.items():
        both = [
            [*row, *context_features(reading, one, label)]
            for row, one, label in zip(features, ranges, labels, strict=True)
        ]
        allowed = [learnt.values[name].get(label, ()) for label in labels]
        stated[name] = [value or None for value in _best(classifier, both, allowed)]
    letter = PHRASES[layer].letter
    return [
        (
            Item(layer, f"{letter}{place + 1}", ranges[place], labels[place]),
            {name: values[place] for name, values in stated.items()},
        )
        for place in range(len(ranges))
    ]


def _best(
    classifier: Classifier, rows: Sequence[Sequence[str]], allowed: Sequence[Sequence[str]]
) -> list[str]:
    """By row the likeliest label of those allowed there; ``NONE`` where none is."""
    scores = label_scores(classifier, rows)
    number = {label: place for place, label in enumerate(classifier.labels)}
    masks: dict[tuple[str, ...], np.ndarray] = {}
    for place, labels in enumerate(allowed):
        key = tuple(labels)
        if key not in masks:
            masks[key] = np.full(len(number), -np.inf)
            masks[key][[number[label] for label in key if label in number]] = 0
        scores[place] += masks[key]
    best = scores.argmax(axis=1).tolist()
    return [
        classifier.labels[choice] if np.isfinite(scores[place, choice]) else NONE
        for place, choice in enumerate(best)
    ]


def _linked(
    name: str, linker: Linker, reading: Reading, items: Sequence[Item]
) -> list[tuple[str, str, str]]:
    """Ids of source and target, and the label, of all pairs that are linked."""
    pairs = list(candidates(name, reading, items))
    if not pairs:
        return []
    allowed = []
    for pair in pairs:
        of_target = linker.targets.get(phrase_kind(pair.target), ())
        of_source = linker.sources.get(pair.source.label, ())
        allowed.append((NONE, *(label for label in of_source if label in of_target)))
    labels = _best(linker.classifier, [pair_features(reading, pair) for pair in pairs], allowed)
    return [
        (pair.source.id, pair.target.id, label)
        for pair, label in zip(pairs, labels, strict=True)
        if label != NONE
    ]


def _record(
    document: Document, reading: Reading, item: Item, attributes: dict[str, str | None]
) -> dict[str, Any]:
    first, last = item.range
    start, end = reading.starts[first], reading.ends[last - 1]
    fields: dict[str, Any] = {
        "id": item.id,
        "spans": ((start, end),),
        "text": document.text[start:end],
        PHRASES[item.layer].label: item.label,
        **attributes,
    }
    if item.layer == "mentions":
        head = head_word(reading, item.range)
        fields["head"] = (reading.starts[head], reading.ends[head])
    return fields


def _assembled(
    document: Document,
    zones: tuple[Zone, ...],
    layers: dict[str, list[dict[str, Any]]],
    arguments: dict[str, list[Argument]],
    relations: list[Relation],
) -> Document:
    return msgspec.structs.replace(
        document,
        zones=zones,
        mentions=tuple(Mention(**fields) for fields in layers["mentions"]),
        times=tuple(Time(**fields) for fields in layers["times"]),
        quantities=tuple(Quantity(**fields) for fields in layers["quantities"]),
        events=tuple(
            Event(**fields, arguments=tuple(arguments.get(fields["id"], ())))
            for fields in layers["events"]
        ),
        relations=tuple(relations),
    )
