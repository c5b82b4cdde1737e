"""A running program: lines go in, lines come out, and no full pipe can stop either side.

One thread writes what is sent, one reads what is answered, one reads standard error and keeps
its end. Whoever owns the process never waits but for the next line, and that with a limit.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO

from goldwire.schema.errors import InputError
from goldwire.schema.positions import cut, visible

__all__ = ["LONGEST", "Process"]

LONGEST = 64 * 1024 * 1024
"""Bytes of one line; a program that writes more without a line end is out of its mind."""

_KEPT = 4096
"""Bytes of standard error that are kept."""

_PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""

_PATIENCE = 2.0
"""Seconds that a process gets to end after it has closed its output."""


class Process:
    """A program with its three pipes served. Raises ``InputError`` where it cannot be started.

    Where ``tied``, Linux ends it with the thread that started it, however that ends.
    """

    def __init__(self, command: Sequence[str], *, tied: bool = True) -> None:
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # A group of its own: what the program starts can be ended with it.
                start_new_session=True,
                # Even what is killed with kill -9 leaves no program behind.
                preexec_fn=_tied_to(os.getpid()) if tied else None,
                # Python programs would hold their answers back until a buffer is full.
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except (OSError, ValueError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else str(problem)
            raise InputError(
                f"the program cannot be started: {why}",
                source=cut(command[0], 200),
                hint="Check its name, and that it may be executed: chmod +x, and a first line "
                "such as #!/bin/sh.",
            ) from problem
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said = bytearray()
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        self._listener = _started(self._listen, stderr)
        _started(self._write, stdin)
        _started(self._read, stdout)

    def send(self, line: bytes) -> None:
        """Send one line, line end included; returns at once."""
        self._outbox.put(line)

    def receive(self, timeout: float | None) -> bytes | None:
        """The next line, ``None`` at the end; the last one may lack its line end.

        Raises ``TimeoutError`` where none comes within ``timeout`` seconds.
        """
        try:
            return self._inbox.get(timeout=None if timeout is None else max(0.0, timeout))
        except queue.Empty:
            raise TimeoutError from None

    def finish(self) -> None:
        """Say that nothing more will be sent."""
        self._outbox.put(None)

    def ending(self) -> str:
        """How it ended, and the last that it wrote to standard error; ends it if need be."""
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.stop()
            code = None
        how = "closed its output" if code is None else _ending(code)
        self._listener.join(_PATIENCE)
        return f"{how}{self.last_words()}"

    def last_words(self) -> str:
        """The last line on standard error, as ``: line``; empty where there is none."""
        lines = self._said.decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f": {cut(visible(said[-1]), 300)}" if said else ""

    def stop(self) -> None:
        """End it and what it has started, at once."""
        self._outbox.put(None)
        if self._process.returncode is None:  # while it is not reaped its number is its own
            _kill(self._process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)

    def _write(self, stdin: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), stdin:  # it ended: its output says so
            while (line := self._outbox.get()) is not None:
                stdin.write(line)
                stdin.flush()

    def _read(self, stdout: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), stdout:
            while line := stdout.readline(LONGEST):
                self._inbox.put(line)
                if len(line) == LONGEST:
                    break
        self._inbox.put(None)

    def _listen(self, stderr: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), stderr:
            while part := os.read(stderr.fileno(), 65536):
                self._said += part
                del self._said[:-_KEPT]


def _tied_to(parent: int) -> Callable[[], None] | None:
    """What a child calls before it becomes the program: let the kernel end it with its parent.

    Only Linux can (prctl(2), PR_SET_PDEATHSIG); elsewhere a program sees that its input ends.
    """
    if sys.platform != "linux":
        return None
    try:
        import ctypes

        prctl = ctypes.CDLL(None).prctl  # found before the fork: nothing is loaded behind it
    except (ImportError, OSError, AttributeError):
        return None

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:  # it was too late
            os._exit(1)

    return tie


def _started(target: object, stream: IO[bytes]) -> threading.Thread:
    thread = threading.Thread(target=target, args=(stream,), daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
