"""``spacy:PIPELINE``: the entities that an installed or saved spaCy pipeline finds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError

from .label_map import Found, LabelMap, label_map, prediction_of
from .protocol import Options
from .settings import need_package, read_settings

__all__ = ["SpacyExtractor", "make", "tree_digest"]


class Settings(Struct, frozen=True):
    """``labels``: a label map, by default none; ``spans``: a key of ``doc.spans`` to read, too."""

    labels: str | None = None
    spans: str | None = None


class SpacyExtractor:
    """Calls a pipeline, and maps ``doc.ents`` and, where asked for, one group of spans."""

    batch_size = 32

    def __init__(self, name: str, pipeline: Any, labels: LabelMap, spans: str | None) -> None:
        self.name = name
        self._pipeline = pipeline
        self._labels = labels
        self._spans = spans
        self.fingerprint = ""

    def __call__(self, document: Document) -> dict[str, Any]:
        """The prediction for one document."""
        return self._read(document, self._pipeline(document.text))

    def batch(self, documents: list[Document]) -> list[dict[str, Any]]:
        """Predictions for several documents, in their order: faster than one by one."""
        parsed = self._pipeline.pipe([document.text for document in documents])
        return [self._read(*pair) for pair in zip(documents, parsed, strict=True)]

    def _read(self, document: Document, parsed: Any) -> dict[str, Any]:
        spans = list(parsed.ents)
        if self._spans is not None:
            spans += parsed.spans.get(self._spans, ())
        found = [Found(span.start_char, span.end_char, span.label_) for span in spans]
        return prediction_of(document, found, self._labels)


def make(argument: str, options: Options) -> SpacyExtractor:
    """Load the pipeline of that package name or folder.

    Raises ``InputError`` where spaCy or the pipeline is missing, and for wrong settings.
    """
    settings = read_settings("spacy", options.settings, Settings)
    labels = label_map(settings.labels)
    spacy = need_package("spacy", "spacy", "spacy")
    try:
        pipeline = spacy.load(argument)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"spacy: the pipeline {argument!r} cannot be loaded: {str(problem).splitlines()[0]}",
            hint="Name an installed pipeline, or the folder of a saved one.",
        ) from problem
    extractor = SpacyExtractor(f"spacy:{argument}", pipeline, labels, settings.spans)
    parts = [
        spacy.__version__,
        repr(sorted(pipeline.meta.items())),
        labels.key,
        str(settings.spans),
    ]
    if Path(argument).is_dir():
        parts.append(tree_digest(Path(argument)))
    extractor.fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return extractor


def tree_digest(folder: Path) -> str:
    """A hash of all files in a folder, their names included."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
