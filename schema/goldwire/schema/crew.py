"""Processes that work on chunks of raw documents, which reach them through shared memory.

A pipe takes what is sent in pieces of 64 kB and wakes the other side for each: for documents
that costs as much as decoding them. So a chunk is copied into memory that the processes share,
and the pipe carries only lengths and places.
"""

from __future__ import annotations

import mmap
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, NamedTuple

from .errors import UnreadableInput
from .reading import Raw

__all__ = ["Work", "work_together"]

Work = Callable[[Iterable[Raw]], list[Any]]
"""What is done to a chunk; it must be importable by name, so that any process can find it."""

_SLOT = 2 * 1024 * 1024
"""Bytes of shared memory for one chunk; a larger one goes through the pipe."""


class _Sent(NamedTuple):
    """A chunk that is being worked on, and the slot of the shared memory that it fills."""

    chunk: list[Raw]
    slot: int | None
    answer: Future[list[Any]]


def work_together(
    work: Work, chunks: Iterable[list[Raw]], *, jobs: int
) -> Iterator[tuple[list[Raw], list[Any]]]:
    """Each chunk in turn with what ``work`` gives for it, done by ``jobs`` processes.

    At most ``2 * jobs + 1`` chunks are held at a time. Where ``chunks`` ends with
    ``UnreadableInput``, that is raised when all that came before it is given.
    """
    slots = list(range(2 * jobs + 1))
    # Only a fork finds the memory of its parent; other processes are sent everything.
    forks = multiprocessing.get_start_method() == "fork"
    memory = mmap.mmap(-1, _SLOT * len(slots)) if forks else None
    waiting: deque[_Sent] = deque()
    failure = None
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(work, memory)) as pool:
        try:
            for chunk in chunks:
                waiting.append(_send(chunk, pool, memory, slots))
                if len(waiting) > 2 * jobs:
                    yield _receive(waiting.popleft(), slots)
        except UnreadableInput as problem:
            failure = problem
        while waiting:
            yield _receive(waiting.popleft(), slots)
    if failure is not None:
        raise failure


def _send(
    chunk: list[Raw], pool: ProcessPoolExecutor, memory: mmap.mmap | None, slots: list[int]
) -> _Sent:
    if memory is None or sum(len(raw.data) for raw in chunk) > _SLOT:
        return _Sent(chunk, None, pool.submit(_do, chunk))
    slot = slots.pop()
    begin = at = slot * _SLOT
    for raw in chunk:
        memory[at : at + len(raw.data)] = raw.data
        at += len(raw.data)
    places = [(len(raw.data), raw.source, raw.line) for raw in chunk]
    return _Sent(chunk, slot, pool.submit(_do_shared, begin, places))


def _receive(sent: _Sent, slots: list[int]) -> tuple[list[Raw], list[Any]]:
    answer = sent.answer.result()
    if sent.slot is not None:
        slots.append(sent.slot)
    return sent.chunk, answer


# What follows runs in the other processes.

_work: Work
_memory: mmap.mmap | None


def _begin(work: Work, memory: mmap.mmap | None) -> None:
    global _work, _memory
    _work, _memory = work, memory


def _do(chunk: list[Raw]) -> list[Any]:
    return _work(chunk)


def _do_shared(at: int, places: list[tuple[int, str, int | None]]) -> list[Any]:
    if _memory is None:
        raise RuntimeError("there is no shared memory in this process")
    return _work(_read(_memory, at, places))


def _read(memory: mmap.mmap, at: int, places: list[tuple[int, str, int | None]]) -> Iterator[Raw]:
    # One by one: a document that is copied just before its turn is still in the fast cache.
    for length, source, line in places:
        yield Raw(memory[at : at + length], source, line)
        at += length
