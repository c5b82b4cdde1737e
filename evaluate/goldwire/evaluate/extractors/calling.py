"""Extractors that are Python calls: one document or a batch at a time, with a limit on time."""

from __future__ import annotations

import os
import queue
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from goldwire.schema.document import Document
from goldwire.schema.errors import CouldNotRun, GoldwireError
from goldwire.schema.positions import cut, visible

from .protocol import Extractor, NoAnswer, Reply, reason_of

__all__ = ["CallWorker", "answers_of", "batch_size_of"]

_BATCH = 16
"""Documents in a batch where the extractor does not say."""


def batch_size_of(extractor: Extractor) -> int:
    """How many documents the extractor takes at once; 1 where it takes no batches."""
    if not hasattr(extractor, "batch"):
        return 1
    size = getattr(extractor, "batch_size", None)
    return size if isinstance(size, int) and size > 0 else _BATCH


def answers_of(extractor: Extractor, documents: Sequence[Document]) -> Iterator[Reply]:
    """A reply to each of some blind documents, as a batch where the extractor takes batches.

    Where a batch fails, its documents are asked one by one, so that the failure is one
    document's own. Raises ``CouldNotRun`` where the extractor does.
    """
    batch = getattr(extractor, "batch", None)
    if batch is None:
        yield from (_reply(extractor, document) for document in documents)
        return
    begin = time.perf_counter()
    try:
        answers = list(batch(list(documents)))
        if len(answers) != len(documents):
            raise ValueError(f"the batch of {len(documents)} has {len(answers)} answers")
    except CouldNotRun:
        raise
    except (Exception, SystemExit) as problem:
        if len(documents) == 1:
            yield _failure(documents[0], problem, _since(begin))
        else:
            for document in documents:
                yield from answers_of(extractor, [document])
        return
    seconds = _since(begin) / max(1, len(documents))
    for document, answer in zip(documents, answers, strict=True):
        if isinstance(answer, BaseException):
            yield _failure(document, answer, seconds)
        else:
            yield Reply(document.id, answer, seconds=seconds)


def _reply(extractor: Extractor, document: Document) -> Reply:
    begin = time.perf_counter()
    try:
        answer = extractor(document)
    except CouldNotRun:
        raise
    except (Exception, SystemExit) as problem:
        return _failure(document, problem, _since(begin))
    return Reply(document.id, answer, seconds=_since(begin))


def _failure(document: Document, problem: BaseException, seconds: float) -> Reply:
    usage = problem.usage if isinstance(problem, NoAnswer) else None
    reason = f"{_place(problem)}{reason_of(problem)}"
    return Reply(document.id, reason=reason, seconds=seconds, usage=usage)


def _place(problem: BaseException) -> str:
    """``file.py:12 in function: ``, where an exception was raised; of the extractor's own files
    the last that the call went through, rather than a library's. Empty for what says all itself.
    """
    if isinstance(problem, (NoAnswer, GoldwireError, SystemExit)):
        return ""
    frames = [
        frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename != __file__
    ]
    own = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES)]
    if not frames:
        return ""
    frame = (own or frames)[-1]
    return cut(visible(f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}: "), 200)


_LIBRARIES = tuple(
    {sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib", "platlib")} | {"<frozen "}
)
"""What begins the names of files that are not the extractor's own."""


def _since(begin: float) -> float:
    return time.perf_counter() - begin


class CallWorker:
    """Calls an extractor in this process.

    With a time-out, calls are made in a thread: one that takes too long is left to itself, since
    a thread cannot be ended, and another one goes on.
    """

    def __init__(self, extractor: Extractor, timeout: float | None) -> None:
        self.extractor = extractor
        self.timeout = timeout
        self._thread: _Thread | None = None

    def work(self, feed: Iterator[Document]) -> Iterator[Reply]:
        """Ask the documents of ``feed``; see :class:`goldwire.evaluate.extractors.Worker`."""
        size = batch_size_of(self.extractor)
        while documents := list(islice(feed, size)):
            if self.timeout is None:
                yield from answers_of(self.extractor, documents)
            else:
                yield from self._timed(documents)

    def close(self) -> None:
        """Let the thread end after its call."""
        if self._thread is not None:
            self._thread.end()
            self._thread = None

    def _timed(self, documents: list[Document]) -> Iterator[Reply]:
        assert self.timeout is not None
        if self._thread is None:
            self._thread = _Thread()
        thread = self._thread
        try:
            found = thread.call(
                lambda: list(answers_of(self.extractor, documents)), self.timeout * len(documents)
            )
        except TimeoutError:
            self.close()
            if len(documents) == 1:
                late = f"no answer within {self.timeout:g} s"
                yield Reply(documents[0].id, reason=late, seconds=self.timeout)
            else:
                for document in documents:
                    yield from self._timed([document])
            return
        yield from found


class _Thread:
    """A thread that makes one call after another; whoever waits may stop to."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def call(self, function: Callable[[], Any], timeout: float) -> Any:
        """What ``function`` returns or raises; ``TimeoutError`` where that takes too long."""
        self._calls.put(function)
        try:
            result, problem = self._results.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None
        if problem is not None:
            raise problem
        return result

    def end(self) -> None:
        self._calls.put(None)

    def _run(self) -> None:
        while (function := self._calls.get()) is not None:
            try:
                self._results.put((function(), None))
            except BaseException as problem:  # it is raised again where it is waited for
                self._results.put((None, problem))
