"""A model as named texts and arrays, and back, with everything checked that reading relies on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldwire.schema.errors import InputError, UnreadableInput

from .classifier import Classifier
from .features import WINDOW, Vocabulary
from .items import PHRASES
from .links import LINKS, Linker
from .model import FORMAT, Header, Model, Phrases
from .skops_files import Part, read_parts, write_parts
from .tagger import BELOW, Level
from .tags import LEGAL, TAGS

__all__ = ["load_model", "model_digest", "save_model"]


class _Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What is no array, beside the header."""

    levels: dict[str, int]
    labels: dict[str, tuple[str, ...]]
    values: dict[str, dict[str, dict[str, tuple[str, ...]]]]
    sources: dict[str, dict[str, tuple[str, ...]]]
    targets: dict[str, dict[str, tuple[str, ...]]]


def save_model(model: Model, path: str | Path) -> int:
    """Write a model to one file, whole or not at all; returns its size in bytes."""
    return write_parts(_parts(model), path)


def load_model(path: str | Path) -> Model:
    """Read a model.

    Raises ``UnreadableInput`` for a file that is none, and ``InputError`` for one of another
    format, and for one that holds anything else than a model does.
    """
    parts = read_parts(path)
    source = str(path)
    found = parts.get("header")
    try:
        stated = msgspec.json.decode(found if isinstance(found, str) else "")
        if stated["format"] != FORMAT:
            raise InputError(
                f"the model has format {stated['format']!r}, written by goldwire "
                f"{stated['goldwire']!r}; this goldwire reads format {FORMAT}",
                source=source,
                hint="Train it again with this version.",
            )
        return _model(msgspec.convert(stated, Header), parts)
    except (ValueError, KeyError, TypeError, msgspec.DecodeError) as problem:
        raise UnreadableInput(
            "is no whole model of goldwire",
            source=source,
            hint="Make one with `goldwire evaluate train --on GOLD --out MODEL`.",
        ) from problem


def model_digest(model: Model) -> str:
    """SHA-256 of all that the model's answers depend on; the same for the same training."""
    digest = hashlib.sha256()
    for name, part in sorted(_parts(model).items()):
        digest.update(name.encode())
        if isinstance(part, str):
            digest.update(part.encode("utf-8", "surrogatepass"))
        else:
            digest.update(f"{part.dtype.str}{part.shape}".encode() + part.tobytes())
    return digest.hexdigest()


def _parts(model: Model) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    labels: dict[str, tuple[str, ...]] = {}

    def add(prefix: str, classifier: Classifier) -> None:
        labels[prefix] = classifier.labels
        parts[f"{prefix}/features"] = _names(classifier.vocabulary)
        parts[f"{prefix}/weights"] = classifier.weights
        parts[f"{prefix}/bias"] = classifier.bias

    for layer, phrases in model.phrases.items():
        for place, level in enumerate(phrases.levels):
            for field in Level.__struct_fields__:
                parts[f"{layer}/levels/{place}/{field}"] = getattr(level, field)
        add(f"{layer}/label", phrases.label)
        for name, classifier in phrases.attributes.items():
            add(f"{layer}/{name}", classifier)
    for name, linker in model.links.items():
        add(f"{name}/link", linker.classifier)
    outline = _Outline(
        levels={layer: len(phrases.levels) for layer, phrases in model.phrases.items()},
        labels=labels,
        values={layer: phrases.values for layer, phrases in model.phrases.items()},
        sources={name: linker.sources for name, linker in model.links.items()},
        targets={name: linker.targets for name, linker in model.links.items()},
    )
    return {
        "header": msgspec.json.encode(model.header).decode(),
        "outline": msgspec.json.encode(outline).decode(),
        "vocabulary": _names(model.vocabulary),
        **parts,
    }


def _model(header: Header, parts: Mapping[str, Part]) -> Model:
    outline = msgspec.json.decode(str(parts["outline"]), type=_Outline)
    if not (outline.levels.keys() <= PHRASES.keys() and outline.sources.keys() <= LINKS.keys()):
        raise ValueError("an unknown layer")
    vocabulary = _vocabulary(parts["vocabulary"])

    def classifier(prefix: str) -> Classifier:
        labels = outline.labels[prefix]
        features = _vocabulary(parts[f"{prefix}/features"])
        shape = (len(features), len(labels))
        return Classifier(
            labels,
            features,
            _array(parts[f"{prefix}/weights"], np.float32, shape),
            _array(parts[f"{prefix}/bias"], np.float32, shape[1:]),
        )

    phrases = {
        layer: Phrases(
            tuple(_level(parts, f"{layer}/levels/{n}", n, len(vocabulary)) for n in range(count)),
            classifier(f"{layer}/label"),
            {name: classifier(f"{layer}/{name}") for name in _attributes(layer, outline)},
            outline.values[layer],
        )
        for layer, count in outline.levels.items()
    }
    links = {
        name: Linker(classifier(f"{name}/link"), outline.sources[name], outline.targets[name])
        for name in outline.sources
    }
    return Model(header, vocabulary, phrases, links)


def _attributes(layer: str, outline: _Outline) -> list[str]:
    return [name for name in PHRASES[layer].attributes if name in outline.values[layer]]


def _level(parts: Mapping[str, Part], prefix: str, place: int, attributes: int) -> Level:
    keys = parts[f"{prefix}/keys"]
    keys = _array(keys, np.int64, np.shape(keys))
    if keys.ndim != 1 or (np.diff(keys) <= 0).any():
        raise ValueError("keys do not ascend")
    if len(keys) and not (keys[0] >= 0 and keys[-1] < len(WINDOW) * attributes):
        raise ValueError("keys beyond the vocabulary")
    tags = len(TAGS)
    below = (len(BELOW) if place else 0, tags, tags)
    transitions = _array(parts[f"{prefix}/transitions"], np.float32, LEGAL.shape)
    if (np.isfinite(transitions) != LEGAL).any():
        raise ValueError("transitions are not legal")
    return Level(
        keys,
        _array(parts[f"{prefix}/weights"], np.float32, (len(keys), tags)),
        _array(parts[f"{prefix}/below"], np.float32, below),
        transitions,
    )


def _array(part: Part, dtype: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
    if isinstance(part, str) or part.dtype != dtype or part.shape != shape:
        raise ValueError("an array of another form")
    return part


def _names(vocabulary: Vocabulary) -> NDArray[np.uint8]:
    """Names, which hold no line ends, as lines of UTF-8: ``(bytes,)``."""
    lines = "".join(f"{name}\n" for name in vocabulary.numbers)
    return np.frombuffer(lines.encode("utf-8", "surrogatepass"), np.uint8)


def _vocabulary(part: Part) -> Vocabulary:
    data = _array(part, np.uint8, np.shape(part)).tobytes()
    names = data.decode("utf-8", "surrogatepass").split("\n")
    found = Vocabulary(names[:-1])
    if len(found) != len(names) - 1:
        raise ValueError("a name stands twice")
    return found
