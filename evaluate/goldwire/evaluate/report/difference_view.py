"""Where two systems differ, for the terminal: the types and the documents that make it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from ..scores import Score
from .comparison import Difference, SystemComparison
from .grid import Column, fit, grid
from .points import interval_of_points, points
from .words import number, percent
from .wrapping import heading

__all__ = ["all_types", "most_different"]

_TYPES = 3
_DOCUMENTS = 2
"""Rows on either side of a difference."""
_SHORT = 8
_NAME = 26

_Row = tuple[str, tuple[Score, Score], str]


def most_different(
    whole: SystemComparison, pair: tuple[str, str], layers: int, width: int
) -> Iterator[Text]:
    """The layers in which a pair differs most surely, with what gained and what lost most."""
    found = [(layer, layer.difference(*pair)) for layer in whole.layers]
    apart = [each for each in found if each[1].value]
    # Equal ones stay in the order of the report.
    apart.sort(key=lambda each: _doubt(each[1]))
    sure = [each for each in apart if each[1].distinguishable] or apart[:1]
    for layer, difference in sure[:layers]:
        title = f"{layer.layer}: where {pair[0]} and {pair[1]} differ"
        kind = "type, document" if difference.types else "document"
        text = heading(title, width)
        text.append_text(_table(kind, difference, _rows(difference), width))
        yield text


def all_types(whole: SystemComparison, pair: tuple[str, str], width: int) -> Iterator[Text]:
    """Every type of every layer, with the interval of its difference."""
    for layer in whole.layers:
        difference = layer.difference(*pair)
        if not difference.types:
            continue
        text = heading(f"{layer.layer}, all types: {pair[0]} - {pair[1]}", width)
        rows = [(fit(t.label, _NAME), t.scores, points(t.contribution)) for t in difference.types]
        more = [
            Column("points", tuple(points(t.difference) for t in difference.types)),
            Column("interval", tuple(interval_of_points(t.interval) for t in difference.types),
                   drop=2),
        ]  # fmt: skip
        text.append_text(_table("type", difference, rows, width, more))
        yield text


def _doubt(difference: Difference) -> float:
    return math.inf if difference.p_randomisation is None else difference.p_randomisation


def _rows(difference: Difference) -> list[_Row]:
    """Types, then documents: of either what gained most, then what lost most."""
    types = [each for each in difference.types if each.contribution]
    gained = [each for each in types if (each.contribution or 0) > 0][:_TYPES]
    lost = [each for each in types if (each.contribution or 0) < 0][-_TYPES:]
    rows = [
        (fit(each.label, _NAME), each.scores, points(each.contribution)) for each in gained + lost
    ]
    documents = [*difference.gains[:_DOCUMENTS], *reversed(difference.losses[:_DOCUMENTS])]
    rows += [
        (fit(each.document, _NAME), each.scores, points(each.contribution)) for each in documents
    ]
    return rows


def _table(
    title: str,
    difference: Difference,
    rows: Sequence[_Row],
    width: int,
    more: Sequence[Column] = (),
) -> Text:
    names = _short(difference)
    both = [scores for _, scores, _ in rows]
    columns = [Column(title, tuple(name for name, _, _ in rows))]
    columns.append(Column("gold", tuple(number(one.gold) for one, _ in both), drop=4))
    for at, name in enumerate(names):
        cells = tuple(percent(scores[at].f1) for scores in both)
        columns.append(Column(name, cells, "F1", drop=1))
    for at, name in enumerate(names):
        cells = tuple(number(scores[at].correct) for scores in both)
        columns.append(Column(name, cells, "correct", drop=5))
    for at, name in enumerate(names):
        cells = tuple(number(_spurious(scores[at])) for scores in both)
        columns.append(Column(name, cells, "spurious", drop=6))
    columns += more
    columns.append(Column("of the whole" if more else "points", tuple(part for *_, part in rows),
                          drop=3 if more else 0))  # fmt: skip
    return grid(columns, width)


def _short(difference: Difference) -> tuple[str, str]:
    names = difference.system, difference.other
    if all(cell_len(fit(name, _SHORT + 1)) <= _SHORT for name in names):
        return fit(names[0], _SHORT), fit(names[1], _SHORT)
    return "first", "second"


def _spurious(score: Score) -> float | None:
    return None if score.correct is None else score.predicted - score.correct
