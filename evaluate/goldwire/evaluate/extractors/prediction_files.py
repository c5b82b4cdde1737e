"""Predictions that are made already: a file or a folder in the place of an extractor."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from goldwire.schema.document import Document
from goldwire.schema.errors import InvalidDocument, UnreadableInput
from goldwire.schema.reading import Raw, iter_raw

from .command import fields_of
from .protocol import NoAnswer, Options, refuse_settings

__all__ = ["FileExtractor", "is_path", "make"]


def is_path(name: str) -> bool:
    """Whether a name means predictions that are made already."""
    if name == "-" or name.endswith((".json", ".jsonl", ".ndjson")):
        return True
    try:
        return bool(name) and Path(name).exists()
    except (OSError, ValueError):  # longer than a file name may be
        return False


def make(argument: str, options: Options) -> FileExtractor:
    """The predictions of a file, a folder, or ``-``. Raises as ``iter_raw`` does."""
    refuse_settings("a path of predictions", options)
    return FileExtractor(argument)


class FileExtractor:
    """Answers with what a file holds.

    Raises ``UnreadableInput`` where that cannot be read, ``InvalidDocument`` for a prediction
    without an ``id``, or a second one for a document.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        self._found: dict[str, Raw] = {}
        digest = hashlib.sha256()
        for raw in iter_raw([path]):
            digest.update(raw.data)
            fields, name = fields_of(raw.data)
            if fields is None:
                raise UnreadableInput(
                    "is no JSON object", source=raw.source, line=raw.line,
                    hint="JSON Lines hold one prediction a line.",
                )  # fmt: skip
            if name is None:
                raise InvalidDocument("has no id", source=raw.source, line=raw.line, pointer="/id")
            if name in self._found:
                raise InvalidDocument(
                    f"document {name!r} is predicted twice", source=raw.source, line=raw.line,
                    hint="Give one prediction a document.",
                )  # fmt: skip
            self._found[name] = raw
        self.fingerprint = digest.hexdigest()

    def __call__(self, document: Document) -> Any:
        """The prediction for a document. Raises ``NoAnswer`` where there is none."""
        raw = self._found.get(document.id)
        if raw is None:
            raise NoAnswer(f"{self.name} holds no prediction for it")
        return raw.data
