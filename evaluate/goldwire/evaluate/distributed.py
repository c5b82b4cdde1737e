"""Chunks of raw documents counted by the workers of a Dask cluster, on one machine or on many.

What is sent back is counts, which add: so no number depends on who counted which documents.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from goldwire.schema.errors import GoldwireError, InputError
from goldwire.schema.reading import Raw

__all__ = ["count_distributed"]

T = TypeVar("T")


def count_distributed(
    make: Callable[[], Callable[[Iterable[Raw]], T]],
    chunks: Iterable[list[Raw]],
    *,
    address: str | None = None,
) -> Iterator[T]:
    """What is counted in each chunk in turn, done by the workers of a Dask cluster.

    ``make`` makes what counts, anew for each chunk: it keeps state, and the threads of a worker
    may not share it. ``address`` is that of the
    scheduler; without one a cluster is started here, with a worker a core. Twice as many chunks
    as there are threads are in work at a time. Where ``chunks`` ends with one of the errors of
    this package, that is raised when all that came before it is given. Raises ``InputError``
    where Dask is not installed or the scheduler cannot be reached.
    """
    waiting: deque[Any] = deque()
    failure = None
    with _client(address) as client:
        window = 2 * max(1, sum(client.nthreads().values()))
        try:
            for chunk in chunks:
                # Equal chunks are no less work: what is counted there is counted twice.
                waiting.append(client.submit(_count, make, chunk, pure=False))
                if len(waiting) >= window:
                    yield waiting.popleft().result()
        except GoldwireError as problem:
            failure = problem
        while waiting:
            yield waiting.popleft().result()
    if failure is not None:
        raise failure


def _client(address: str | None) -> Any:
    try:
        from distributed import Client
    except ImportError as problem:
        raise InputError(
            "the engine 'dask' needs Dask, which is not installed",
            hint="Install it with: pip install 'goldwire[dask]'",
        ) from problem
    if address is None:
        return Client(threads_per_worker=1, dashboard_address=None)
    try:
        return Client(address, timeout=10)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"the Dask scheduler at {address!r} cannot be reached",
            hint="Start one with `dask scheduler`, and workers that have goldwire installed.",
        ) from problem


def _count(make: Callable[[], Callable[[Iterable[Raw]], T]], chunk: list[Raw]) -> T:
    return make()(chunk)
