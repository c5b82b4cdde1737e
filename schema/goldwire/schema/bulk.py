"""Validation of many documents: in order, in flat memory, on all cores where it pays."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from .crew import Place, processes, work_together
from .errors import UnreadableInput
from .problems import Problem
from .reading import Raw
from .validation import validate_raw

__all__ = ["until_unreadable", "validate_in_bulk"]

_CHUNK = 1024 * 1024
_ALONE = 4
"""Chunks that one process takes before others are started: they cost a fifth of a second."""

Result = tuple[str | None, list[Problem]]


def validate_in_bulk(
    raws: Iterable[Raw], *, schema: str | None = None, jobs: int | None = None
) -> Iterator[list[Problem]]:
    """The problems of each raw document in turn; empty where it is sound.

    An id that an earlier document has is a problem too (R4): that takes some 100 bytes a
    document, everything else is as large as a few chunks of a megabyte.
    """
    jobs = processes(jobs)
    earlier: dict[int, str] = {}
    for raw, (name, problems) in _results(_chunks(raws), schema, jobs):
        if name is not None:
            place = f"{raw.source}:{raw.line}" if raw.line else raw.source
            first = earlier.setdefault(hash(name), place)
            if first is not place:
                problems.append(
                    Problem(
                        code="R4",
                        pointer="/id",
                        message=f"document id {name!r} is taken by {first}; rename one",
                        source=raw.source,
                        line=raw.line,
                        document=name,
                    )
                )
        yield problems


def until_unreadable(results: Iterator[list[Problem]]) -> Iterator[list[Problem]]:
    """The results, and what cannot be opened as a last one: it ends the reading."""
    try:
        yield from results
    except UnreadableInput as problem:
        message = f"{problem.problem}. {problem.hint or ''} Nothing after it was read."
        yield [Problem(code="J-read", message=message, source=problem.source, line=problem.line)]


def _chunks(raws: Iterable[Raw]) -> Iterator[list[Raw]]:
    chunk: list[Raw] = []
    size = 0
    try:
        for raw in raws:
            chunk.append(raw)
            size += len(raw.data)
            if size >= _CHUNK:
                yield chunk
                chunk, size = [], 0
    except UnreadableInput:
        if chunk:  # what was read before is not lost
            yield chunk
        raise
    if chunk:
        yield chunk


def _results(
    chunks: Iterator[list[Raw]], schema: str | None, jobs: int
) -> Iterator[tuple[Raw | Place, Result]]:
    work = functools.partial(_validate_chunk, schema=schema)
    for chunk in islice(chunks, _ALONE):
        yield from zip(chunk, work(chunk), strict=True)
    first = next(chunks, None)
    if first is None:
        return
    rest = chain([first], chunks)
    if jobs == 1:
        for chunk in rest:
            yield from zip(chunk, work(chunk), strict=True)
        return
    for places, results in work_together(work, rest, jobs=jobs):
        yield from zip(places, results, strict=True)


def _validate_chunk(chunk: Iterable[Raw], schema: str | None) -> list[Result]:
    # Sound documents leave no circles behind: the collector would walk them for nothing.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return list(validate_raw(chunk, schema=schema))
    finally:
        if collecting:
            gc.enable()
