"""What a reader of the scores must know beside them: counted, with the first few cases."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Note", "Notes"]


class Note(Struct, frozen=True, gc=False):
    """Something a reader of the scores must know: what, how often, and the first few."""

    kind: str
    count: int
    examples: tuple[str, ...]


class Notes:
    """Counts what is noteworthy and keeps the first few of each kind."""

    def __init__(self) -> None:
        self._count: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, kind: str, example: str, times: int = 1) -> None:
        """Note ``times`` cases of a kind."""
        self._count[kind] = self._count.get(kind, 0) + times
        examples = self._examples.setdefault(kind, [])
        if len(examples) < 5 and example not in examples:
            examples.append(example)

    def all(self) -> list[Note]:
        """The notes in the order in which they were first made."""
        return [Note(kind, n, tuple(self._examples[kind])) for kind, n in self._count.items()]
