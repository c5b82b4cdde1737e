"""The documents of a layer as dots: F1 against how many items the gold has."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from .model import DocumentRow

__all__ = ["HEIGHT", "WIDTH", "WORST", "Scatter", "Spot", "scatter"]

WIDTH, HEIGHT = 300, 120
"""Size of the plotted area, in units of the drawing."""

WORST = 5
"""Documents that are drawn with their rank, and lead to their errors."""

_FEWEST = 5
"""With fewer documents, the table says all there is to see."""


class Spot(Struct, frozen=True):
    """A document by its rank, 1 for the worst, and where it is drawn."""

    rank: int
    row: DocumentRow
    x: float
    y: float
    label: float
    """How far right of the dot its rank is written, so that ranks do not cover one another."""


class Scatter(Struct, frozen=True):
    """A drawing: the worst documents one by one, all others as the data of one path."""

    worst: tuple[Spot, ...]
    others: str
    ticks: tuple[tuple[int, float], ...]
    """Numbers of gold items with where they stand on the axis."""
    height: int
    drawn: int
    left_out: int
    """Documents without an F1: neither gold nor predictions."""


def scatter(rows: Sequence[DocumentRow]) -> Scatter | None:
    """The drawing of documents, the worst first; ``None`` where there are too few.

    x grows with the gold items from 0, y falls with F1 from 1 at the top. Others than the worst
    are drawn once where they would cover one another: 10,000 documents remain a small drawing.
    """
    defined = [row for row in rows if row.score.f1 is not None]
    if len(defined) < _FEWEST:
        return None
    ticks = _ticks(max(row.score.gold for row in defined))
    last = ticks[-1]
    places = [_place(row, last) for row in defined]
    worst = []
    taken: dict[tuple[int, int], int] = {}
    for rank, (row, (x, y)) in enumerate(zip(defined[:WORST], places, strict=False), start=1):
        cell = round(x / 8), round(y / 10)
        worst.append(Spot(rank, row, x, y, 5 + 8 * taken.get(cell, 0)))
        taken[cell] = taken.get(cell, 0) + 1
    others = dict.fromkeys((round(x), round(y)) for x, y in places[WORST:])
    return Scatter(
        tuple(worst),
        "".join(f"M{x} {y}h0" for x, y in others),
        tuple((tick, round(WIDTH * tick / last, 1)) for tick in ticks),
        HEIGHT,
        len(defined),
        len(rows) - len(defined),
    )


def _place(row: DocumentRow, last: int) -> tuple[float, float]:
    f1 = row.score.f1 or 0.0
    return round(WIDTH * row.score.gold / last, 1), round(HEIGHT * (1 - f1), 1)


def _ticks(most: float) -> list[int]:
    """Round numbers from 0 to no less than ``most``, at most six of them."""
    power = 10 ** max(0, len(str(int(most))) - 2)
    step = next(size * power for size in (1, 2, 5, 10, 20) if most <= 5 * size * power)
    count = max(1, -int(-most // step))
    return [step * at for at in range(count + 1)]
