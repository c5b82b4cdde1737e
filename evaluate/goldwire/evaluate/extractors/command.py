"""``cmd:PROGRAM ARGUMENTS``: a program that reads documents and writes predictions, by line.

One document is one line of JSON on its standard input, one prediction one line on its standard
output, in any order. The program stays: it is started once for each job, and again after it
has failed.

Who is to blame when a program ends with several documents unanswered cannot be known. So each
of them is asked again with no other beside it, and a document fails for good where it was all
that a fresh process was asked. A program that ends after each answer is slow, but no failure.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shlex
import shutil
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schema.document import Document
from goldwire.schema.errors import CouldNotRun, GoldwireError, InputError
from goldwire.schema.positions import cut, visible

from .offsets import OffsetSettings
from .process import LONGEST, Process
from .protocol import Answer, Options, Reply, Usage, Worker, request_line
from .settings import read_settings

__all__ = ["CommandExtractor", "CommandWorker", "make"]

_AHEAD = 4
"""Documents that a program is sent before it has answered the first: it need not wait for us."""

_STARTS = 3
"""Documents in a row that a program may fail on before it has ever answered one."""

_FAREWELL = 5.0
"""Seconds that a program gets to end when there is nothing more to do."""

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def make(argument: str, options: Options) -> CommandExtractor:
    """The extractor for a command line, which is split as a shell would, and run without one.

    Raises ``InputError`` where it is empty, has an open quotation mark, or names no program.
    """
    read_settings("cmd", options.settings, OffsetSettings)
    try:
        command = shlex.split(argument)
    except ValueError as problem:
        raise InputError(
            f"the command cannot be read: {problem}", hint="Quote it as in a shell."
        ) from problem
    if not command:
        raise InputError("cmd: names no program", hint="Write cmd:./program --flag.")
    if shutil.which(command[0]) is None:  # told before anything else is done
        raise InputError(
            "there is no such program, or it may not be executed",
            source=cut(visible(command[0]), 200),
            hint="Give its path, as in cmd:./program, and run chmod +x on it.",
        )
    return CommandExtractor(command, options)


class CommandExtractor:
    """A program behind a command line; called as a function, it is asked one document."""

    patience = 5

    def __init__(self, command: Sequence[str], options: Options) -> None:
        self.command = tuple(command)
        self.name = f"cmd:{shlex.join(command)}"
        self.options = options
        self.offsets = options.settings.get("offsets")
        self._own: CommandWorker | None = None

    @property
    def fingerprint(self) -> str:
        """A hash over the command line and the files that it names, the program among them.

        What these read or import is not seen.
        """
        digest = hashlib.sha256(json.dumps(self.command).encode())
        for path in _program_files(self.command):
            # One that may be executed but not read counts by its name.
            with contextlib.suppress(PermissionError), path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        return digest.hexdigest()

    def worker(self, timeout: float | None) -> Worker:
        """A process of its own, started when it is first needed."""
        return CommandWorker(self.command, timeout, self.options.ahead or _AHEAD)

    def __call__(self, document: Document) -> Any:
        """Ask one document. Raises ``RuntimeError`` with the reason where there is no answer."""
        if self._own is None:
            self._own = CommandWorker(self.command, self.options.timeout, 1, stays=True)
        *_, reply = self._own.work(iter([document]))
        if reply.reason is not None:
            raise RuntimeError(reply.reason)
        return reply.answer

    def close(self) -> None:
        """End the process that calls were answered by."""
        if self._own is not None:
            self._own.close()
            self._own = None


def _program_files(command: Sequence[str]) -> list[Path]:
    found = shutil.which(command[0])
    named = [Path(word) for word in command[1:] if len(word) < 4096]
    return ([Path(found)] if found else []) + [path for path in named if path.is_file()]


class _Sent(msgspec.Struct):
    """A document that is not answered yet, and since when."""

    document: Document
    since: float


class CommandWorker:
    """A process, kept running: it is sent up to ``ahead`` documents before it must answer.

    ``timeout`` is the time in seconds from one answer to the next, and from the first question
    to the first answer; as often as there are documents, up to ``batch``, where these may be
    answered all at once. With ``stays``, the process is not ended when there is no more work.
    """

    def __init__(
        self,
        command: Sequence[str],
        timeout: float | None,
        ahead: int,
        *,
        batch: int = 1,
        stays: bool = False,
    ) -> None:
        self.command = command
        self.timeout = timeout
        self.ahead = max(1, ahead)
        self.batch = batch
        self.stays = stays
        self._process: Process | None = None
        self._finished = False
        """Whether this process was told that there is no more."""
        self._asked = 0
        """Documents that this process was sent."""
        self._answered: set[str] = set()
        """Documents that this process has answered."""
        self._sent: dict[str, _Sent] = {}
        self._suspects: deque[Document] = deque()
        self._since = 0.0
        self._closed = False
        self._proved = False
        self._failures = 0

    def work(self, feed: Iterator[Document]) -> Iterator[Reply]:
        """Ask the documents of ``feed``; see :class:`goldwire.evaluate.extractors.Worker`."""
        try:
            while self._ask(feed):
                yield from self._hear()
            if not self.stays:
                yield from self._farewell()
        finally:
            if not self.stays:
                self._end()

    def close(self) -> None:
        """End the process, and start no other."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        self._finished = False
        if process is not None:
            process.stop()

    def start(self) -> Process:
        """A fresh process. Raises ``InputError`` where there can be none."""
        return Process(self.command, tied=not self.stays)

    def refusal(self, line: bytes) -> GoldwireError | None:
        """The error that a line without an id says; programs of others do not say any."""
        return None

    def _ask(self, feed: Iterator[Document]) -> bool:
        """Send what may be sent; false where there is nothing left to wait for."""
        dry = False
        if self._closed:
            return False
        if self._suspects:
            if not self._sent:
                self._send(self._suspects.popleft())
        else:
            while not dry and len(self._sent) < self.ahead:
                document = next(feed, None)
                if document is None:
                    dry = True
                else:
                    self._send(document)
        if dry and self._process is not None and not (self.stays or self._finished):
            self._process.finish()  # some hold answers back until there is no more to read
            self._finished = True
        return bool(self._sent)

    def _send(self, document: Document) -> None:
        if self._finished:
            self._end()
        if self._process is None:
            self._process = self.start()
            self._finished = False
            self._asked = 0
            self._answered = set()
        now = time.monotonic()
        if not self._sent:
            self._since = now
        self._sent[document.id] = _Sent(document, now)
        self._asked += 1
        self._process.send(request_line(document))

    def _hear(self) -> Iterator[Reply]:
        process = self._process
        if process is None:  # it was closed by another thread
            self._sent = {}
            return
        left = None
        if self.timeout is not None:
            limit = self.timeout * min(self.batch, len(self._sent))
            left = self._since + limit - time.monotonic()
        try:
            line = process.receive(left)
        except TimeoutError:
            yield from self._late(process)
            return
        if line is None:
            yield from self._broken(f"no answer: the program {process.ending()}")
        elif len(line) >= LONGEST:
            yield from self._broken(f"the program wrote a line of more than {LONGEST:,} bytes")
        elif not line.endswith(b"\n"):
            yield from self._broken(f"half an answer: the program {process.ending()}")
        elif not line.isspace():
            yield from self._read(line)

    def _read(self, line: bytes) -> Iterator[Reply]:
        fields, name = fields_of(line)
        if fields is None:
            yield from self._broken(
                f"the program wrote a line that is no JSON object: {_shown(line)}; standard output"
                " is for answers alone"
            )
        elif name is None:
            if (refusal := self.refusal(line)) is not None:
                raise refusal
            yield from self._broken(f"the program wrote an answer without an id: {_shown(line)}")
        elif name in self._sent:
            self._proved = True
            one = self._sent.pop(name)
            now = time.monotonic()
            seconds = now - max(one.since, self._since)
            self._since = now
            self._answered.add(name)
            yield reply_of(name, fields, line, seconds)
        elif name in self._answered:
            yield Reply(name, reason="the program answered twice")
            self._restart()
        else:
            shown = cut(visible(name), 80)
            yield from self._broken(f"the program answered for {shown!r}, which it was not asked")

    def _late(self, process: Process) -> Iterator[Reply]:
        reason = (
            f"no answer within {self.timeout:g} s{process.last_words()}"
            " (does the program flush what it writes?)"
        )
        if len(self._sent) == 1:
            yield self._failed(reason)
        self._restart()

    def _broken(self, reason: str) -> Iterator[Reply]:
        """The process is of no more use: blame the only one that it was asked, if it is."""
        if len(self._sent) == self._asked == 1:
            yield self._failed(reason)
        self._restart()

    def _failed(self, reason: str) -> Reply:
        """The only document that is not answered fails; so does the run, if all have."""
        _, one = self._sent.popitem()
        self._failures += 1
        if not self._proved and self._failures >= _STARTS:
            raise CouldNotRun(
                f"the extractor has answered none of {self._failures} documents: {reason}",
                source=cut(visible(shlex.join(self.command)), 200),
                hint="Try it by hand: one document, a line of JSON, on its standard input.",
            )
        return Reply(
            one.document.id, reason=reason, seconds=time.monotonic() - max(one.since, self._since)
        )

    def _restart(self) -> None:
        self._suspects.extend(one.document for one in self._sent.values())
        self._sent = {}
        self._end()

    def _farewell(self) -> Iterator[Reply]:
        """Wait for the end: whoever answers twice may do so with its last breath."""
        if self._process is None:
            return
        if not self._finished:
            self._process.finish()
        end = time.monotonic() + _FAREWELL
        while (left := end - time.monotonic()) > 0:
            try:
                line = self._process.receive(left)
            except TimeoutError:
                return
            if line is None:
                return
            _, name = fields_of(line)
            if name in self._answered:
                yield Reply(name, reason="the program answered twice")


def fields_of(line: bytes) -> tuple[dict[str, msgspec.Raw] | None, str | None]:
    """The members of a JSON object, not decoded, and its ``id``; ``None`` for what is not there."""
    try:
        fields = _fields.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, None
    try:
        return fields, msgspec.json.decode(fields["id"], type=str)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError):
        return fields, None


def reply_of(
    name: str, fields: dict[str, msgspec.Raw], line: bytes, seconds: float | None = None
) -> Reply:
    """The reply that a line of JSON is: ``error`` says why there is no prediction."""
    if "error" in fields:
        said = bytes(fields["error"]).decode("utf-8", "replace")
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            said = msgspec.json.decode(fields["error"], type=str)
        usage = None
        with contextlib.suppress(KeyError, msgspec.DecodeError, UnicodeDecodeError):
            usage = msgspec.json.decode(fields["usage"], type=Usage)
        reason = cut(visible(said), 500) or "no reason given"
        return Reply(name, reason=reason, seconds=seconds, usage=usage)
    return Reply(name, Answer(line.strip()), seconds=seconds)


def _shown(line: bytes) -> str:
    return repr(cut(visible(line.decode("utf-8", "replace").strip()), 120))
