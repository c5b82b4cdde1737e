"""Python extractors in processes of their own: what hangs is ended, what crashes starts again.

The process is one of ours, ``python -m goldwire.evaluate.extractors.host NAME OPTIONS``, and is
spoken to like any other program, by line; only that it says first whether it is ready.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import CouldNotRun, GoldwireError, InputError
from goldwire.schema.positions import cut, visible

from .command import CommandWorker
from .process import Process
from .protocol import Options, Worker

__all__ = ["Greeting", "HostedExtractor"]

_START = 600.0
"""Seconds in which a process must be ready: it may have a large model to load."""


class Greeting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first line of a host: what the extractor is, or why there is none.

    ``exit_code`` is that of the error, ``batch_size`` the documents that it takes at once.
    """

    fingerprint: str | None = None
    name: str | None = None
    batch_size: int | None = None
    problem: str | None = None
    hint: str | None = None
    exit_code: int | None = None


_greeting = msgspec.json.Decoder(Greeting)


class HostedExtractor:
    """An extractor by name, in processes of its own: one for each worker.

    Making it starts the first of them. Raises what making the extractor itself raises.
    """

    patience = 5

    def __init__(self, name: str, options: Options) -> None:
        encoded = msgspec.json.encode(options).decode()
        module = "goldwire.evaluate.extractors.host"
        self._command = (sys.executable, "-m", module, name, encoded)
        self.options = options
        self.offsets = options.settings.get("offsets") if name.startswith("python:") else None
        process, greeting = self._start()
        self._ready = [process]
        self.name = greeting.name or name
        self.fingerprint = greeting.fingerprint
        self.batch_size = greeting.batch_size or 1
        self._own: CommandWorker | None = None

    def worker(self, timeout: float | None) -> Worker:
        """A process of its own; the first one is there already."""
        ahead = self.options.ahead or max(2, self.batch_size)
        return _HostedWorker(self, self._command, timeout, ahead, batch=self.batch_size)

    def process(self) -> Process:
        """The process that was started first, or another one, ready to be asked."""
        try:
            return self._ready.pop()
        except IndexError:
            return self._start()[0]

    def __call__(self, document: Document) -> Any:
        """Ask one document. Raises ``RuntimeError`` with the reason where there is no answer."""
        if self._own is None:
            self._own = _HostedWorker(self, self._command, self.options.timeout, 1, stays=True)
        *_, reply = self._own.work(iter([document]))
        if reply.reason is not None:
            raise RuntimeError(reply.reason)
        return reply.answer

    def close(self) -> None:
        """End the processes that no worker has."""
        while self._ready:
            self._ready.pop().stop()
        if self._own is not None:
            self._own.close()
            self._own = None

    def _start(self) -> tuple[Process, Greeting]:
        process = Process(self._command)
        try:
            return process, self._greeted(process)
        except BaseException:
            process.stop()
            raise

    def _greeted(self, process: Process) -> Greeting:
        end = time.monotonic() + _START
        while True:
            try:
                line = process.receive(end - time.monotonic())
            except TimeoutError:
                raise CouldNotRun(
                    f"the extractor was not ready within {_START:g} seconds"
                ) from None
            if line is None:
                raise CouldNotRun(f"the extractor could not be loaded: it {process.ending()}")
            try:
                greeting = _greeting.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                said = cut(visible(line.decode("utf-8", "replace").strip()), 100)
                raise CouldNotRun(f"the process of the extractor did not start: {said}") from None
            if greeting.problem is not None:
                raise _error(greeting)
            return greeting


class _HostedWorker(CommandWorker):
    def __init__(self, extractor: HostedExtractor, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._extractor = extractor

    def start(self) -> Process:
        return self._extractor.process()

    def refusal(self, line: bytes) -> GoldwireError | None:
        try:
            greeting = _greeting.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        return _error(greeting) if greeting.problem is not None else None


def _error(greeting: Greeting) -> GoldwireError:
    kind = CouldNotRun if greeting.exit_code == CouldNotRun.exit_code else InputError
    return kind(greeting.problem or "", hint=greeting.hint)
