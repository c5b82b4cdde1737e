"""What a view is: the numbers of a peer, and beside them those of this package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from ..scores import Score

__all__ = ["Deviation", "Numbers", "Row", "View", "chosen", "fills_in", "numbers_of"]

Numbers = dict[str, float | int | None]
"""Numbers by name: counts are whole, ratios are floats, undefined ones are ``None``."""

_CLOSE = 1e-9


class Row(Struct, frozen=True):
    """One line of a view.

    ``peer`` holds what the peer reports, under its own names. ``own`` holds ``precision``,
    ``recall``, and ``f1`` as this package counts them, where it counts the same.
    """

    name: str
    peer: Numbers
    own: Numbers = {}


class Deviation(Struct, frozen=True):
    """Something that the peer does in another way, and that makes itself felt in this input."""

    name: str
    text: str


class View(Struct, frozen=True):
    """The scores that a peer reports, for the same gold and predictions."""

    name: str
    peer: str
    """The peer and its version."""
    options: dict[str, str]
    names: tuple[str, str, str]
    """What the peer calls precision, recall, and F1."""
    scores: tuple[Row, ...]
    deviations: tuple[Deviation, ...]
    notes: tuple[str, ...]
    signature: str = ""
    """The version of this package, the view, its options, and a hash of the bytes of the gold."""

    def rows(self) -> list[dict[str, object]]:
        """Plain records, one a line, for pandas or polars; own numbers are ``goldwire_…``."""
        found: list[dict[str, object]] = []
        for row in self.scores:
            own = {f"goldwire_{name}": value for name, value in row.own.items()}
            found.append({"view": self.name, "name": row.name, **row.peer, **own})
        return found

    def differing(self) -> list[Row]:
        """The lines in which a number of the peer and of this package are not the same."""
        return [row for row in self.scores if self._differs(row)]

    def _differs(self, row: Row) -> bool:
        return any(
            (one is None) != (other is None)
            or (one is not None and other is not None and abs(one - other) > _CLOSE)
            for one, other in _pairs(row, self.names)
        )


def fills_in(rows: Iterable[Row], names: Sequence[str]) -> bool:
    """Whether the peer has a number where ours is undefined; ``names`` are its three."""
    return any(
        one is not None and other is None for row in rows for one, other in _pairs(row, names)
    )


def _pairs(row: Row, names: Sequence[str]) -> list[tuple[float | int | None, float | int | None]]:
    """The peer's numbers beside ours, as far as both are there."""
    return [
        (row.peer[theirs], row.own[ours])
        for theirs, ours in zip(names, ("precision", "recall", "f1"), strict=True)
        if ours in row.own and theirs in row.peer
    ]


def numbers_of(score: Score | None) -> Numbers:
    """Precision, recall, and F1 of a score as numbers; none of no score."""
    if score is None:
        return {}
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}


def chosen(known: Mapping[str, str], felt: Iterable[str]) -> tuple[Deviation, ...]:
    """The deviations that make themselves felt, in the order in which they are known."""
    names = set(felt)
    return tuple(Deviation(name, text) for name, text in known.items() if name in names)
