"""The journal of a run: every outcome on the disk before the next one, whatever happens then.

One line of JSON for each outcome, after a first one that says whose they are. A later line about
a document stands in for an earlier one. A line that a kill has cut off is left out.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document, to_plain
from goldwire.schema.errors import CouldNotRun, InputError

from ..extractors.protocol import Usage
from .outcome import Outcome

__all__ = ["Entry", "Journal", "check_same"]


class _Head(Struct, frozen=True):
    run: str
    fingerprint: str | None


class Entry(Struct, frozen=True, omit_defaults=True):
    """An outcome as it is kept: about which text, and what came of it."""

    id: str
    sha256: str
    reason: str | None = None
    usage: Usage | None = None
    seconds: float | None = None
    cached: bool = False
    prediction: dict[str, Any] | None = None

    @classmethod
    def of(cls, outcome: Outcome, document: Document) -> Entry:
        """The entry for an outcome."""
        prediction = outcome.prediction
        return cls(
            document.id,
            document.sha256,
            outcome.reason,
            outcome.usage,
            None if outcome.seconds is None else round(outcome.seconds, 4),
            outcome.cached,
            to_plain(prediction) if isinstance(prediction, Document) else prediction,
        )

    def outcome(self) -> Outcome:
        """The outcome that was kept."""
        return Outcome(self.id, self.prediction, self.reason, self.usage, self.seconds, self.cached)


_head = msgspec.json.Decoder(_Head)
_entry = msgspec.json.Decoder(Entry)


class Journal:
    """The outcomes of one run, in a file that is only ever added to.

    ``fingerprint`` is that of the extractor: outcomes of another one are not gone on with.
    """

    def __init__(self, path: Path, name: str, fingerprint: str | None) -> None:
        self.path = path
        self._head = _Head(name, fingerprint)
        self._entries: dict[str, Entry] = {}
        self._stream: IO[bytes] | None = None

    @property
    def predictions(self) -> int:
        """How many of the outcomes are predictions."""
        return sum(entry.prediction is not None for entry in self._entries.values())

    def begin(self, earlier: Iterable[Entry] = ()) -> None:
        """Begin anew, with outcomes that are known already.

        Raises ``InputError`` where the file may not be written, or another run writes to it.
        """
        stream = self._open()
        self._entries = {entry.id: entry for entry in earlier}
        stream.truncate(0)
        self._write([msgspec.json.encode(each) for each in (self._head, *self._entries.values())])

    def resume(self) -> None:
        """Go on with what is there. Raises ``InputError`` where another extractor wrote it."""
        stream = self._open()
        data = stream.read()
        whole = data.rfind(b"\n") + 1
        lines = data[:whole].splitlines()
        try:
            head = _head.decode(lines[0]) if lines else self._head
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise InputError(
                "is no journal of a run",
                source=str(self.path),
                hint="Begin anew with --restart.",
            ) from None
        check_same(head.run, head.fingerprint, self._head.run, self._head.fingerprint, self.path)
        for line in lines[1:]:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                entry = _entry.decode(line)
                self._entries[entry.id] = entry
        stream.truncate(whole)
        stream.seek(whole)
        if not lines:
            self._write([msgspec.json.encode(self._head)])

    def forget_failures(self) -> None:
        """Let the documents that failed be asked again."""
        self._entries = {n: e for n, e in self._entries.items() if e.prediction is not None}

    def outcomes(self, documents: Iterable[Document]) -> dict[str, Outcome]:
        """By id, what is known of documents with just these texts."""
        return {
            document.id: entry.outcome()
            for document in documents
            if (entry := self._entries.get(document.id)) and entry.sha256 == document.sha256
        }

    def add(self, outcome: Outcome, document: Document) -> None:
        """Keep an outcome; it is on the disk when this returns. Raises ``CouldNotRun``."""
        entry = Entry.of(outcome, document)
        self._entries[entry.id] = entry
        self._write([msgspec.json.encode(entry)])

    def close(self) -> None:
        """Write no more."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def remove(self) -> None:
        """Close and remove the file: what it held is elsewhere."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _write(self, lines: Iterable[bytes]) -> None:
        assert self._stream is not None
        try:
            self._stream.write(b"".join(line + b"\n" for line in lines))
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as problem:
            raise CouldNotRun(
                f"cannot be written: {problem.strerror}",
                source=str(self.path),
                hint="Make room, then go on with --resume.",
            ) from problem

    def _open(self) -> IO[bytes]:
        """The file, not emptied before it is known that no other run writes to it."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            self._stream = os.fdopen(handle, "r+b")
            _lock(self._stream)
        except OSError as problem:
            raise InputError(
                f"cannot be written: {problem.strerror}",
                source=str(self.path),
                hint="Name another folder with --output.",
            ) from problem
        return self._stream


def check_same(
    name: str, fingerprint: str | None, other: str, other_fingerprint: str | None, path: Path
) -> None:
    """Raise ``InputError`` unless both runs are by the same extractor in the same version."""
    if name == other and fingerprint is not None and fingerprint == other_fingerprint:
        return
    why = f"of another extractor, {name}" if name != other else "of another version of it"
    if name == other and fingerprint is None:
        why = "of an extractor whose version is not known"
    raise InputError(
        f"holds a run {why}", source=str(path),
        hint="Begin anew with --restart, or name another folder with --output.",
    )  # fmt: skip


def _lock(stream: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        raise OSError(problem.errno, "another run is writing to it") from problem
