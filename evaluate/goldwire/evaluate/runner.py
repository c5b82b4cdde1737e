"""Run an extractor over documents: blind, with a limit on time, a failure is one document's own."""

from __future__ import annotations

import contextlib
import queue
import re
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import CouldNotRun, InputError

from .extractors import Answer, Extractor, Reply, Usage, Worker, blind
from .extractors.admission import admit, read_answer
from .extractors.calling import CallWorker
from .extractors.offsets import in_code_points
from .extractors.protocol import NoAnswer, reason_of, total_usage
from .running.cache import Cache
from .running.journal import Journal
from .running.outcome import Outcome

__all__ = ["Failure", "Outcome", "Run", "run_extractor"]

_WAITING = 256
"""Replies that may wait to be kept before workers have to."""


class Failure(Struct, frozen=True):
    """A document that the extractor could not do, and why: a miss for all its items."""

    document: str
    reason: str


class Run(Struct, frozen=True):
    """What came of a run: an outcome for each document, in their order.

    ``seconds`` is the time from the first question to the last answer; ``cached`` and
    ``resumed`` are the documents that were not asked, since their answers were there already.
    """

    outcomes: tuple[Outcome, ...]
    seconds: float
    cached: int = 0
    resumed: int = 0

    def __repr__(self) -> str:
        """One line: documents, failures, and time."""
        failed = f", {len(self.failures):,} failed" if self.failures else ""
        noun = "document" if len(self.outcomes) == 1 else "documents"
        return f"<Run of {len(self.outcomes):,} {noun}{failed}, {self.seconds:.1f} s>"

    def _repr_html_(self) -> str:
        from .report.cells import run_cell

        return run_cell(self)

    @property
    def predictions(self) -> tuple[Document | dict[str, Any], ...]:
        """The predictions as they were given, in the order of the documents."""
        return tuple(one.prediction for one in self.outcomes if one.prediction is not None)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The documents without a prediction, and why."""
        return tuple(
            Failure(one.document, one.reason or "")
            for one in self.outcomes
            if one.prediction is None
        )

    @property
    def extractor_seconds(self) -> float:
        """The time that the extractor took: of this run, or where parts of it were there already,
        the sum over all documents.
        """
        if self.cached or self.resumed:
            return sum(one.seconds or 0.0 for one in self.outcomes)
        return self.seconds

    @property
    def usage(self) -> Usage | None:
        """Tokens and cost of this run, as far as the extractor told; nothing for the cache."""
        return total_usage(one.usage for one in self.outcomes if not one.cached)


def run_extractor(
    extractor: Extractor,
    documents: Iterable[Document],
    *,
    jobs: int = 1,
    timeout: float | None = None,
    progress: Callable[[int], None] | None = None,
    journal: Journal | None = None,
    cache: Cache | None = None,
) -> Run:
    """Run ``extractor`` over ``documents``; it sees their text and metadata only.

    ``jobs`` workers take documents as they can, ``timeout`` is in seconds a document.
    ``progress`` is called with the number of documents done. What the ``journal`` holds is not
    asked again, and every outcome is written to it before the next one is looked at; the
    ``cache`` answers for what an extractor of the same fingerprint was asked before.

    What an extractor raises ends that document alone; so does an answer about another document
    or text, or with offsets outside it. Raises ``InputError`` for two documents with one id, and
    ``CouldNotRun`` where the extractor cannot go on, or has a ``patience`` that is at its end.
    """
    documents = list(documents)
    by_id = {document.id: document for document in documents}
    if len(by_id) < len(documents):
        raise InputError("two documents have the same id", hint="Rename one, or leave one out.")
    begin = time.perf_counter()
    found: dict[str, Outcome] = {}
    if journal is not None:
        found = journal.outcomes(documents)
    resumed = len(found)

    def keep(outcome: Outcome) -> None:
        found[outcome.document] = outcome
        if journal is not None:
            journal.add(outcome, by_id[outcome.document])
        if progress is not None:
            progress(len(found))

    if progress is not None and found:
        progress(len(found))
    rest = [document for document in documents if document.id not in found]
    if cache is not None:
        for document in rest:
            earlier = cache.get(blind(document))
            if earlier is not None and (outcome := _kept(earlier, document)) is not None:
                keep(outcome)
        rest = [document for document in rest if document.id not in found]
    cached = len(found) - resumed
    feed = _Feed(rest)
    workers = _workers(extractor, timeout, max(1, min(jobs, len(rest))))
    hopeless = _Hopeless(extractor, any(one.prediction is not None for one in found.values()))
    with contextlib.closing(_replies(workers, feed)) as replies:
        for reply in replies:
            asked = by_id[reply.document]
            outcome = _outcome(reply, asked, getattr(extractor, "offsets", None))
            keep(outcome)
            if cache is not None:
                cache.put(blind(asked), outcome)
            hopeless.check(outcome)
    for document in rest:
        if document.id not in found:
            keep(Outcome(document.id, reason="the extractor gave no answer"))
    outcomes = tuple(found[document.id] for document in documents)
    return Run(outcomes, time.perf_counter() - begin, cached, resumed)


def _outcome(reply: Reply, document: Document, offsets: str | None = None) -> Outcome:
    if reply.reason is not None:
        return Outcome(document.id, reason=reply.reason, usage=reply.usage, seconds=reply.seconds)
    try:
        answer = reply.answer
        if offsets is not None:
            fields, told = read_answer(answer, document.id)
            try:
                answer = Answer(in_code_points(fields, document.text, offsets), told)
            except NoAnswer as problem:
                problem.usage = told
                raise
        prediction, usage = admit(answer, document)
    except Exception as problem:  # whatever an answer may be made of, it is its own failure
        usage = problem.usage if isinstance(problem, NoAnswer) else None
        return Outcome(document.id, reason=reason_of(problem), usage=usage, seconds=reply.seconds)
    return Outcome(document.id, prediction, usage=usage, seconds=reply.seconds)


def _kept(earlier: Outcome, document: Document) -> Outcome | None:
    """An outcome of the cache, ``None`` where it does not fit the document after all."""
    again = _outcome(Reply(document.id, earlier.prediction), document)
    if again.prediction is None:
        return None
    return Outcome(
        document.id, again.prediction, usage=earlier.usage, seconds=earlier.seconds, cached=True
    )


def _workers(extractor: Extractor, timeout: float | None, jobs: int) -> list[Worker]:
    make = getattr(extractor, "worker", None)
    if make is None:
        return [CallWorker(extractor, timeout) for _ in range(jobs)]
    return [make(timeout) for _ in range(jobs)]


class _Hopeless:
    """Ends a run in which one document after the other fails for the same reason, and only so."""

    def __init__(self, extractor: Extractor, proved: bool) -> None:
        self._patience: int | None = getattr(extractor, "patience", None)
        self._source: str | None = getattr(extractor, "name", None)
        self._proved = proved
        self._reason = ""
        self._failed: set[str] = set()

    def check(self, outcome: Outcome) -> None:
        """Take note of an outcome. Raises ``CouldNotRun`` where there is no hope."""
        self._proved |= outcome.prediction is not None
        if self._proved or self._patience is None:
            return
        # Numbers and names in a reason are the document's own: what is left is the same for all.
        reason = _particular.sub("…", outcome.reason or "")
        if reason != self._reason:
            self._reason = reason
            self._failed = set()
        self._failed.add(outcome.document)
        if len(self._failed) >= self._patience:
            raise CouldNotRun(
                f"the extractor failed on the first {len(self._failed)} documents alike: "
                f"{outcome.reason}",
                source=self._source,
                hint="Mend what it says, and run it again.",
            )


_particular = re.compile(r"'[^']*'|\d+")


class _Feed:
    """Blind documents, one after another, for any number of threads."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = iter(documents)
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def __iter__(self) -> Iterator[Document]:
        return self

    def __next__(self) -> Document:
        with self._lock:
            if self.stopped.is_set():
                raise StopIteration
            return blind(next(self._documents))


def _replies(workers: Sequence[Worker], feed: _Feed) -> Generator[Reply]:
    """The replies of all workers as they come; where one raises, all are stopped."""
    try:
        if len(workers) == 1:
            yield from workers[0].work(feed)
        else:
            yield from _together(workers, feed)
    finally:
        feed.stopped.set()
        for worker in workers:
            worker.close()


def _together(workers: Sequence[Worker], feed: _Feed) -> Iterator[Reply]:
    box: queue.Queue[Reply | BaseException | None] = queue.Queue(_WAITING)

    def put(thing: Reply | BaseException | None) -> None:
        while not feed.stopped.is_set():
            try:
                box.put(thing, timeout=0.2)
            except queue.Full:
                continue
            return

    def work(worker: Worker) -> None:
        try:
            for reply in worker.work(feed):
                put(reply)
            put(None)
        except BaseException as problem:  # it is raised again where replies are waited for
            put(problem)

    for worker in workers:
        threading.Thread(target=work, args=(worker,), daemon=True).start()
    left = len(workers)
    while left:
        thing = box.get()
        if thing is None:
            left -= 1
        elif isinstance(thing, BaseException):
            raise thing
        else:
            yield thing
