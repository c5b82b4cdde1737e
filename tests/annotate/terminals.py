"""A program in a pseudo-terminal of its own: keys go in, bytes come out, a screen is kept."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

__all__ = ["Terminal"]


class Terminal:
    """Runs a command in a pseudo-terminal of ``columns`` by ``rows``."""

    def __init__(
        self, command: Sequence[str], *, columns: int = 120, rows: int = 40,
        environment: dict[str, str] | None = None, folder: Path | None = None,
    ) -> None:  # fmt: skip
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        variables = {
            **os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(rows),
            **(environment or {}),
        }  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=variables, cwd=folder,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.output = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.process.poll() is None:
            self.kill()
        os.close(self.master)

    def kill(self) -> None:
        """End it as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def read(self, quiet: float = 0.15, most: float = 10.0) -> bytes:
        """What it writes until it has been quiet for a while."""
        found = b""
        deadline = time.monotonic() + most
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self.master], [], [], quiet)
            if not ready:
                break
            try:
                found += os.read(self.master, 65536)
            except OSError:  # it has ended
                break
        self.output += found
        return found

    def wait_for(self, words: str, most: float = 20.0) -> None:
        """Read until something has been written. Raises ``TimeoutError``."""
        deadline = time.monotonic() + most
        while words.encode() not in self.output:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError(f"{words!r} did not come: {self.output[-2000:]!r}")
            self.read(quiet=0.05, most=0.5)

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def first_byte(self, key: str, most: float = 1.0) -> float:
        """Press a key; seconds until the first byte comes back."""
        begin = time.perf_counter()
        self.send(key)
        ready, _, _ = select.select([self.master], [], [], most)
        taken = time.perf_counter() - begin
        if not ready:
            raise TimeoutError(f"nothing came back for {key!r}")
        self.read(quiet=0.03)
        return taken
