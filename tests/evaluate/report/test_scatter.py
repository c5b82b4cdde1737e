"""Documents as dots: where they are drawn, which are named, and how small the drawing stays."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.report.model import DocumentRow
from goldwire.evaluate.report.scatter import HEIGHT, WIDTH, WORST, scatter
from goldwire.evaluate.scores import Score


def row(at: int, gold: int, f1: float | None) -> DocumentRow:
    return DocumentRow(f"d{at}", Score(f1, f1, f1, 0, gold, gold))


def test_dots_stand_where_the_scores_say() -> None:
    rows = [row(at, gold, f1) for at, (gold, f1) in enumerate(
        [(0, 0.0), (5, 0.25), (10, 0.5), (20, 0.75), (40, 0.8), (50, 1.0), (25, 1.0)]
    )]  # fmt: skip
    found = scatter(rows)
    assert found is not None
    assert found.ticks == ((0, 0), (10, 60), (20, 120), (30, 180), (40, 240), (50, 300))
    assert [(s.rank, s.x, s.y) for s in found.worst] == [
        (1, 0, 120), (2, 30, 90), (3, 60, 60), (4, 120, 30), (5, 240, 24),
    ]  # fmt: skip
    assert found.others == "M300 0h0M150 0h0"


def test_documents_without_a_score_are_counted_and_not_drawn() -> None:
    found = scatter([*(row(at, 3, 0.5) for at in range(6)), row(7, 0, None), row(8, 0, None)])
    assert found is not None
    assert (found.drawn, found.left_out) == (6, 2)


def test_a_handful_of_documents_has_no_drawing() -> None:
    assert scatter([]) is None
    assert scatter([row(at, 3, 0.5) for at in range(4)] + [row(9, 0, None)]) is None


def test_ranks_in_one_place_are_written_side_by_side() -> None:
    found = scatter([row(at, 3, 0.0) for at in range(9)])
    assert found is not None
    assert len({spot.label for spot in found.worst}) == WORST


def test_ten_thousand_documents_remain_a_small_drawing() -> None:
    found = scatter([row(at, at % 50, at / 10_000) for at in range(10_000)])
    assert found is not None
    assert len(found.others) < 80_000


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.none() | st.floats(0, 1)), min_size=0, max_size=40)
)
def test_everything_is_drawn_inside(pairs: list[tuple[int, float | None]]) -> None:
    found = scatter([row(at, gold, f1) for at, (gold, f1) in enumerate(pairs)])
    if found is None:
        assert sum(f1 is not None for _, f1 in pairs) < WORST
        return
    places = [(spot.x, spot.y) for spot in found.worst]
    places += [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h0", found.others)]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert 2 <= len(found.ticks) <= 6
    assert found.ticks[-1][0] >= max(gold for gold, f1 in pairs if f1 is not None)
