"""Lines and rows: wrapping by cells, and marks that never collide."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from goldwire.corpus.view.brackets import brackets
from goldwire.corpus.view.layout import Extent, stack, text_lines, wrap
from goldwire.corpus.view.marks import Mark, amount
from goldwire.schema.document import Fragments, Quantity
from goldwire.schema.positions import visible


def shown(text: str, width: int) -> list[str]:
    return [text[line.start : line.end] for line in wrap(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 8, ["one two ", "three"]),
        ("one  two", 5, ["one  ", "two"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("well-known fact", 6, ["well-", "known ", "fact"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("a\nb\r\nc", 9, ["a", "b", "c"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("👩🏽‍🚒👩🏽‍🚒", 3, ["👩🏽‍🚒", "👩🏽‍🚒"]),
    ],
)
def test_wrapping(text: str, width: int, lines: list[str]) -> None:
    assert shown(text, width) == lines


@given(st.text(max_size=80), st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(text[line.start : line.end] for line in lines) == "".join(
        text[start:end] for start, end in text_lines(text)
    )
    for line in lines:
        shown = visible(text[line.start : line.end])
        assert line.width - (len(shown) - len(shown.rstrip(" "))) <= width


EXTENTS = st.lists(
    st.builds(
        lambda start, size, before, after: Extent(
            start, start + size, start - before, start + size + after
        ),
        st.integers(5, 40), st.integers(1, 12), st.integers(0, 5), st.integers(0, 6),
    ),
    max_size=14,
)  # fmt: skip


@given(EXTENTS)
def test_rows_are_free_of_collisions_and_outer_lies_below_inner(extents: list[Extent]) -> None:
    rows = stack(extents)
    for (one, row), (other, other_row) in combinations(zip(extents, rows, strict=True), 2):
        if row == other_row:
            assert one.high <= other.low or other.high <= one.low
        inside = other.start <= one.start and one.end <= other.end
        if inside and one.end - one.start < other.end - other.start:
            assert row < other_row


def drawn(text: str, spans: Fragments, label: str, width: int = 40) -> list[str]:
    mark = Mark("m1", "mentions", label, "body", spans, "")
    rows = []
    for line in wrap(text, width):
        for row in brackets(line, [mark], width):
            drawing = ""
            for stroke in row:
                drawing += " " * (stroke.column - cell_len(drawing)) + stroke.text
            rows.append(drawing)
    return rows


@pytest.mark.parametrize(
    ("text", "spans", "width", "rows"),
    [
        ("the army depot", ((4, 14),), 40, ["    └──ORG───┘"]),
        ("the army", ((4, 8),), 40, ["    └──┘ORG"]),
        ("of a b", ((3, 4),), 40, ["   ╵ORG"]),
        ("the army", ((4, 8),), 8, [" ORG└──┘"]),
        ("4th and 7th unit", ((0, 3), (12, 16)), 40, ["└─┘┄┄┄┄┄┄┄┄┄└──┘ORG"]),
        ("Red Dawn Brigades", ((0, 17),), 9, ["└──ORG──┄", "┄─ORG──┘"]),
        ("the 4th and 7th unit", ((4, 7), (16, 20)), 12, ["    └─┘ORG┄", "    └──┘┄ORG"]),
        ("漢字漢字!", ((0, 4),), 40, ["└─ORG──┘"]),
    ],
)
def test_brackets(text: str, spans: Fragments, width: int, rows: list[str]) -> None:
    assert drawn(text, spans, "ORG", width) == rows


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ({"value": 2, "min": 2, "max": 2, "comparator": "eq"}, "2"),
        ({"value": 0}, "0"),
        ({"value": 3, "min": 3, "comparator": "ge"}, "≥ 3"),
        ({"value": 2500, "approximate": True}, "≈ 2,500"),
        ({"min": 24, "approximate": True}, "≈ ≥ 24"),
        ({"min": 2, "max": 3.5, "unit": "km"}, "2 to 3.5 km"),
        ({}, "—"),
    ],
)
def test_amounts(quantity: dict[str, float], words: str) -> None:
    kind = Quantity(id="q", spans=((0, 1),), text="x", kind="count", **quantity)  # type: ignore[arg-type]
    assert amount(kind) == words
