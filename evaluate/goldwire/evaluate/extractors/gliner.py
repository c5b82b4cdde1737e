"""``gliner:MODEL``: GLiNER, which is told in words what to look for (Zaratiana et al. 2024)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError
from goldwire.schema.labels import read_labels
from goldwire.schema.schemas import load_schema

from .label_map import Found, LabelMap, label_map, prediction_of
from .protocol import Options
from .settings import need_package, read_settings
from .spacy import tree_digest

__all__ = ["GlinerExtractor", "make", "pieces"]

_INVENTORIES = {"mentions": "entityType"}
"""What is looked for without a label map: the titles of these labels."""
_piece_end = re.compile(r"\n+|(?<=[.!?…])[\"”’)]*\s+")


class Settings(Struct, frozen=True):
    """``labels``: a label map whose left sides are the words to look for; without it they are the
    titles of the entity types of ``schema``. ``threshold``: how sure the model must be.
    ``words``: read the text in pieces of at most so many words."""

    labels: str | None = None
    schema: str = "newswire"
    threshold: float = 0.5
    words: int = 200


class GlinerExtractor:
    """Calls the model on pieces of a text: what is longer than its window it would not read."""

    def __init__(self, name: str, model: Any, labels: LabelMap, settings: Settings) -> None:
        self.name = name
        self._model = model
        self._labels = labels
        self._settings = settings
        self._prompts = sorted(labels.places)
        self.fingerprint = ""

    def __call__(self, document: Document) -> dict[str, Any]:
        """The prediction for one document."""
        found = []
        for start, end in pieces(document.text, self._settings.words):
            for entity in self._model.predict_entities(
                document.text[start:end], self._prompts, threshold=self._settings.threshold
            ):
                found.append(
                    Found(
                        start + int(entity["start"]),
                        start + int(entity["end"]),
                        entity["label"],
                        round(float(entity["score"]), 6),
                    )
                )
        return prediction_of(document, found, self._labels)


def pieces(text: str, words: int) -> Iterator[tuple[int, int]]:
    """The text in pieces of whole sentences or lines, none of more than ``words`` words.

    A sentence that is longer is cut between words.
    """
    ends = [match.end() for match in _piece_end.finditer(text)] + [len(text)]
    start = at = count = 0
    for end in ends:
        starts = [at + match.start() for match in re.finditer(r"\S+", text[at:end])]
        if count and count + len(starts) > words:
            yield start, at
            start, count = at, 0
        while len(starts) > words:
            cut = starts[words]
            yield start, cut
            start, starts = cut, starts[words:]
        count += len(starts)
        at = end
    if count:
        yield start, len(text)


def make(argument: str, options: Options) -> GlinerExtractor:
    """Load the model of that name or folder.

    Raises ``InputError`` where the library or the model is missing, and for wrong settings.
    """
    settings = read_settings("gliner", options.settings, Settings)
    if settings.words < 1:
        raise InputError("the setting words of gliner is less than 1")
    labels = label_map(settings.labels) if settings.labels else _titles(settings.schema)
    library = need_package("gliner", "gliner", "gliner")
    try:
        model = library.GLiNER.from_pretrained(argument)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"gliner: the model {argument!r} cannot be loaded: {str(problem).splitlines()[0]}",
            hint="Name a GLiNER model, or the folder of a saved one.",
        ) from problem
    extractor = GlinerExtractor(f"gliner:{argument}", model, labels, settings)
    folder = Path(argument)
    version = tree_digest(folder) if folder.is_dir() else ""
    parts = [
        str(getattr(library, "__version__", "")), argument, version, labels.key,
        str(settings.threshold), str(settings.words),
    ]  # fmt: skip
    extractor.fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return extractor


def _titles(schema: str) -> LabelMap:
    label_set = read_labels(load_schema(schema))
    places = {}
    for layer, inventory in _INVENTORIES.items():
        found = label_set.inventories.get(inventory)
        for label in found.labels if found else ():
            places[label.title.lower()] = layer, label.name
    if not places:
        raise InputError(
            f"gliner: the schema {schema} names no entity types",
            hint="Say what to look for in a label map: labels=FILE.toml.",
        )
    return LabelMap(places, "drop")
