"""What a reader of the scores must know beside them: counted, with a few cases."""

from __future__ import annotations

from bisect import insort

from msgspec import Struct

__all__ = ["Note", "Notes"]

_KEPT = 5
"""Cases of a kind that are kept."""


class Note(Struct, frozen=True, gc=False):
    """Something a reader of the scores must know: what, how often, and a few cases."""

    kind: str
    count: int
    examples: tuple[str, ...]


class Notes:
    """Counts what is noteworthy and keeps a few cases of each kind.

    These are the first by name, so that no example hangs on the order of documents.
    """

    def __init__(self) -> None:
        self._count: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, kind: str, example: str, times: int = 1) -> None:
        """Note ``times`` cases of a kind."""
        self._count[kind] = self._count.get(kind, 0) + times
        self._keep(kind, example)

    def take(self, others: Notes) -> None:
        """Add all that was noted elsewhere."""
        for kind, count in others._count.items():
            self._count[kind] = self._count.get(kind, 0) + count
            for example in others._examples[kind]:
                self._keep(kind, example)

    def _keep(self, kind: str, example: str) -> None:
        examples = self._examples.setdefault(kind, [])
        if example not in examples:
            insort(examples, example)
            del examples[_KEPT:]

    def all(self) -> list[Note]:
        """The notes by kind, whatever the order in which they were made."""
        return [
            Note(kind, self._count[kind], tuple(self._examples[kind]))
            for kind in sorted(self._count)
        ]
