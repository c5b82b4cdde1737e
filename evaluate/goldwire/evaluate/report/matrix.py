"""The confusion matrix of a layer, ready to draw: ordered, capped, and shaded."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from .model import LayerReport

__all__ = ["LEVELS", "Cell", "Matrix", "confusion_matrix"]

LEVELS = 9
"""Steps of shading, from 1; 0 is an empty cell."""


class Cell(Struct, frozen=True):
    """A count, its labels (``None``: missed or spurious), and its share of the row."""

    gold: str | None
    predicted: str | None
    count: int
    share: float

    @property
    def right(self) -> bool:
        """Whether the types agree."""
        return self.gold is not None and self.gold == self.predicted

    @property
    def level(self) -> int:
        """How dark the cell is, 0 to ``LEVELS``."""
        return 0 if not self.count else 1 + round((LEVELS - 1) * self.share)


class Matrix(Struct, frozen=True):
    """Rows are gold labels, then the spurious; columns predicted labels, then the missed."""

    labels: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int
    """Labels that did not fit."""


def confusion_matrix(layer: LayerReport, *, most: int = 24) -> Matrix | None:
    """The matrix over the ``most`` frequent labels; ``None`` for a layer without one.

    The share of a cell is its part of all gold items of its row, or of all spurious ones.
    """
    weight: Counter[str] = Counter()
    totals: Counter[str | None] = Counter()
    counts: dict[tuple[str | None, str | None], int] = {}
    for gold, predicted, count in layer.confusion:
        counts[gold, predicted] = count
        totals[gold] += count
        for name in {gold, predicted} - {None}:
            if name is not None:
                weight[name] += count
    if not counts:
        return None
    gold_counts = {row.label: row.gold for row in layer.labels}
    chosen = [name for name, _ in sorted(weight.items(), key=lambda e: (-e[1], e[0]))[:most]]
    chosen.sort(key=lambda name: (-gold_counts.get(name, 0), name))
    ends: tuple[str | None, ...] = (*chosen, None)
    rows = tuple(
        tuple(
            Cell(gold, predicted, count, count / max(1, totals[gold]))
            for predicted in ends
            for count in [counts.get((gold, predicted), 0)]
        )
        for gold in ends
    )
    return Matrix(tuple(chosen), rows, len(weight) - len(chosen))
