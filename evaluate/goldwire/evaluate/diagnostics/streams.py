"""Records as JSON Lines that stream into a file, which is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from goldwire.schema.files import not_written

__all__ = ["encoded", "write_lines"]


def encoded(rows: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    """Each record as one line of JSON."""
    encoder = msgspec.json.Encoder()
    for row in rows:
        yield encoder.encode(row) + b"\n"


def write_lines(lines: Iterable[bytes], path: str | Path) -> int:
    """Write lines as they come, and say how many they were.

    They go to a temporary name beside ``path``, which is renamed at the end; a device or a pipe
    is written to. What reading the lines raises goes through, and leaves no file. Raises
    ``CouldNotRun`` for a full disk, ``InputError`` for a place that may not be written to.
    """
    target = Path(path).resolve()  # what a link points to is replaced, not the link
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as device:
                return _write(lines, device)
        return _replace(lines, target)
    except OSError as problem:  # of writing: reading has errors of its own
        raise not_written(path, problem) from problem


def _replace(lines: Iterable[bytes], target: Path) -> int:
    stream, temporary = _beside(target)
    try:
        with stream:
            written = _write(lines, stream)
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else _fresh_mode())
        temporary.replace(target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return written


def _beside(path: Path) -> tuple[IO[bytes], Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    return os.fdopen(handle, "wb"), Path(name)


def _write(lines: Iterable[bytes], stream: IO[bytes]) -> int:
    written = 0
    for line in lines:
        stream.write(line)
        written += 1
    return written


def _fresh_mode() -> int:
    """The mode that the umask leaves of a new file."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
