"""Processes that work on chunks of raw documents, which reach them through shared memory.

A pipe takes what is sent in pieces of 64 kB and wakes the other side for each: for documents
that costs as much as decoding them. So a chunk is copied into memory that the processes share,
and the pipe carries only lengths and places.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Generic, NamedTuple, TypeVar

from .errors import GoldwireError
from .reading import Raw

__all__ = ["SLOT", "Place", "processes", "work_together"]

T = TypeVar("T")

SLOT = 8 * 1024 * 1024
"""Bytes of shared memory for one chunk; a larger one goes through the pipe."""


class Place(NamedTuple):
    """Where a document came from, as in :class:`.reading.Raw`, and its length in bytes."""

    length: int
    source: str
    line: int | None


class _Sent(NamedTuple, Generic[T]):
    """A chunk that is being worked on, and the slot of the shared memory that it fills."""

    places: list[Place]
    slot: int | None
    answer: Future[T]


def processes(jobs: int | None) -> int:
    """How many processes to work with where ``jobs`` are asked for; ``None`` is one a core.

    A daemonic process may not start others: it works alone.
    """
    if multiprocessing.current_process().daemon:
        return 1
    return jobs or os.cpu_count() or 1


def work_together(
    work: Callable[[Iterable[Raw]], T], chunks: Iterable[list[Raw]], *, jobs: int
) -> Iterator[tuple[list[Place], T]]:
    """The places of each chunk in turn with what ``work`` gives for it, done by ``jobs`` processes.

    ``work`` must be picklable; each process has a copy of its own. At most ``2 * jobs + 1``
    chunks are in work at a time, and none is held longer. Where ``chunks`` ends with one of the
    errors of this package, that is raised when all that came before it is given.
    """
    slots = list(range(2 * jobs + 1))
    # Only a fork finds the memory of its parent; other processes are sent everything.
    forks = multiprocessing.get_start_method() == "fork"
    # A page of this is memory only once it is written to.
    memory = mmap.mmap(-1, SLOT * len(slots)) if forks else None
    waiting: deque[_Sent[T]] = deque()
    failure = None
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(work, memory)) as pool:
        try:
            for chunk in chunks:
                waiting.append(_send(chunk, pool, memory, slots))
                if len(waiting) > 2 * jobs:
                    yield _receive(waiting.popleft(), slots)
        except GoldwireError as problem:
            failure = problem
        while waiting:
            yield _receive(waiting.popleft(), slots)
    if failure is not None:
        raise failure


def _send(
    chunk: list[Raw], pool: ProcessPoolExecutor, memory: mmap.mmap | None, slots: list[int]
) -> _Sent[Any]:
    places = [Place(len(raw.data), raw.source, raw.line) for raw in chunk]
    if memory is None or sum(place.length for place in places) > SLOT:
        return _Sent(places, None, pool.submit(_do, chunk))
    slot = slots.pop()
    begin = at = slot * SLOT
    for raw in chunk:
        memory[at : at + len(raw.data)] = raw.data
        at += len(raw.data)
    plain = [tuple(place) for place in places]  # half as much to pickle
    return _Sent(places, slot, pool.submit(_do_shared, begin, plain))


def _receive(sent: _Sent[T], slots: list[int]) -> tuple[list[Place], T]:
    answer = sent.answer.result()
    if sent.slot is not None:
        slots.append(sent.slot)
    return sent.places, answer


# What follows runs in the other processes.

_work: Callable[[Iterable[Raw]], Any]
_memory: mmap.mmap | None


def _begin(work: Callable[[Iterable[Raw]], Any], memory: mmap.mmap | None) -> None:
    global _work, _memory
    _work, _memory = work, memory


def _do(chunk: list[Raw]) -> Any:
    return _work(chunk)


def _do_shared(at: int, places: list[tuple[Any, ...]]) -> Any:
    if _memory is None:
        raise RuntimeError("there is no shared memory in this process")
    return _work(_read(_memory, at, places))


def _read(memory: mmap.mmap, at: int, places: list[tuple[Any, ...]]) -> Iterator[Raw]:
    # One by one: a document that is copied just before its turn is still in the fast cache.
    for length, source, line in places:
        yield Raw(memory[at : at + length], source, line)
        at += length
