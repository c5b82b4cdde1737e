"""Answers by what was asked and who was asked: the same question is not paid for twice."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import msgspec

from goldwire.schema.document import Document
from goldwire.schema.files import write_atomically

from ..extractors.protocol import request_line
from .journal import Entry
from .outcome import Outcome

__all__ = ["Cache"]

_decoder = msgspec.json.Decoder(Entry)


class Cache:
    """A folder of answers. Failures are not kept: they may go another way next time.

    An answer is found by the extractor's fingerprint and a hash over all that it was given:
    the text, its language, its metadata, its id.
    """

    def __init__(self, folder: str | Path, fingerprint: str) -> None:
        self.folder = Path(folder) / fingerprint[:16]

    def get(self, document: Document) -> Outcome | None:
        """What was answered for a blind document, ``None`` where that is not known."""
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            return _decoder.decode(self._path(document).read_bytes()).outcome()
        return None

    def put(self, document: Document, outcome: Outcome) -> None:
        """Keep an answer to a blind document; a failure takes back what was kept of it.

        Raises ``InputError`` where the folder may not be written to.
        """
        path = self._path(document)
        if outcome.prediction is None:
            with contextlib.suppress(OSError):
                path.unlink()
            return
        with contextlib.suppress(OSError):  # what is wrong with the folder, writing says
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, msgspec.json.encode(Entry.of(outcome, document)) + b"\n")

    def _path(self, document: Document) -> Path:
        name = hashlib.sha256(request_line(document)).hexdigest()
        return self.folder / name[:2] / f"{name}.json"
