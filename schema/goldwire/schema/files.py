"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from .errors import CouldNotRun, InputError

__all__ = ["not_written", "write_atomically"]


def write_atomically(path: str | Path, data: str | bytes) -> None:
    """Write ``data`` to a temporary name beside ``path``, sync it, and rename it.

    A reader sees the old file or the new one, never a part. Raises ``CouldNotRun`` for a full
    disk, ``InputError`` for a place that may not be written to.
    """
    path = Path(path).resolve()  # what a link points to is replaced, not the link
    raw = data.encode("utf-8") if isinstance(data, str) else data
    temporary: str | None = None
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to
            path.write_bytes(raw)
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as problem:
        raise not_written(path, problem) from problem
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what the umask leaves of a new one."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def not_written(path: str | Path, problem: OSError) -> InputError | CouldNotRun:
    """The error for a file that could not be written: a full disk, or a place that is refused."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return CouldNotRun(
            "not written: the disk is full",
            source=str(path),
            hint="What stood there before is untouched. Free some space and try again.",
        )
    return InputError(
        f"cannot be written: {problem.strerror}",
        source=str(path),
        hint="Check that the folder exists and that you may write to it.",
    )
