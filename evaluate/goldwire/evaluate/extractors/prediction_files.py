"""Predictions that are made already: a file or a folder in the place of an extractor.

They are read as the scorer reads them, so that a run of a file and a score of it say the same:
of documents that the gold does not have, too.
"""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError
from goldwire.schema.reading import Raw, decode_raw

from ..reading.predictions import Prediction, explain
from ..reading.runs import iter_predictions
from .protocol import NoAnswer, Options, refuse_settings

__all__ = ["FileExtractor", "is_path", "make"]


class _Named(msgspec.Struct, frozen=True, gc=False):
    id: str


_named = msgspec.json.Decoder(_Named)
_whole = msgspec.json.Decoder(Prediction)


def is_path(name: str) -> bool:
    """Whether a name means predictions that are made already."""
    if name == "-" or name.endswith((".json", ".jsonl", ".ndjson")):
        return True
    try:
        return bool(name) and Path(name).exists()
    except (OSError, ValueError):  # longer than a file name may be
        return False


def make(argument: str, options: Options) -> FileExtractor:
    """The predictions of a file, a folder, or ``-``. Raises as ``iter_raw`` does.

    A program is none of these: raises ``InputError``, which says how to run it.
    """
    refuse_settings("a path of predictions", options)
    _refuse_program(Path(argument))
    return FileExtractor(argument)


def _refuse_program(path: Path) -> None:
    try:
        runs = path.is_file() and path.suffix not in _DATA and os.access(path, os.X_OK)
        python = path.is_file() and path.suffix == ".py"
    except (OSError, ValueError):
        return
    if runs or python:
        ways = [f"python:{path.stem}:FUNCTION"] if python else []
        ways += [f"cmd:{path}" if path.is_absolute() else f"cmd:./{path}"] if runs else []
        raise InputError(
            "is a program, not predictions",
            source=str(path),
            hint=f"Run it as {' or '.join(ways)}.",
        )


_DATA = (".json", ".jsonl", ".ndjson")


class FileExtractor:
    """Answers with what a file holds.

    Raises what scoring the file raises: ``UnreadableInput`` where it cannot be read,
    ``InvalidDocument`` for a prediction without an ``id``, ``InputError`` for a second one for a
    document.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        self._found: dict[str, Raw] = {}
        digest = hashlib.sha256()
        for raw in iter_predictions(path):
            digest.update(raw.data)
            try:
                name = decode_raw(raw, _named).id
            except msgspec.ValidationError as problem:
                raise explain(problem, raw.source, raw.line) from problem
            if (earlier := self._found.get(name)) is not None:
                place = f"{earlier.source}:{earlier.line}" if earlier.line else earlier.source
                raise InputError(
                    f"document {name!r} is predicted twice, first at {place}",
                    source=raw.source, line=raw.line, hint="Give one prediction a document.",
                )  # fmt: skip
            self._found[name] = raw._replace(data=raw.data.removeprefix(codecs.BOM_UTF8))
        self.fingerprint = digest.hexdigest()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were read."""
        sources = dict.fromkeys(raw.source for raw in self._found.values())
        return tuple(Path(source) for source in sources if source != "-")

    def beside(self, documents: Iterable[Document]) -> tuple[dict[str, Any], ...]:
        """The predictions for documents other than these, which count as spurious.

        Raises ``InvalidDocument`` for one that is no prediction.
        """
        asked = {document.id for document in documents}
        others = []
        for name, raw in self._found.items():
            if name in asked:
                continue
            try:
                decode_raw(raw, _whole)
            except msgspec.ValidationError as problem:
                raise explain(problem, raw.source, raw.line) from problem
            others.append(msgspec.json.decode(raw.data))
        return tuple(others)

    def __call__(self, document: Document) -> Any:
        """The prediction for a document. Raises ``NoAnswer`` where there is none."""
        raw = self._found.get(document.id)
        if raw is None:
            raise NoAnswer(f"{self.name} holds no prediction for it")
        return raw.data
