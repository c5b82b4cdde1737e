"""Words in many texts at once, and nesting: both against the slow and plain way."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.diagnostics.nesting import DEEPEST, nesting
from goldwire.evaluate.diagnostics.texts import words_of
from goldwire.evaluate.tables import Labels, Spans, SpansBuilder

texts = st.lists(st.text("ab  \n\t\u00a0\u2003\u3000é漢🚀\ud800", max_size=12), max_size=5)
extents = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 7), st.integers(1, 6)), max_size=14
)  # fmt: skip


def table(rows: list[tuple[int, int, int]]) -> Spans:
    builder = SpansBuilder(Labels())
    for document, start, size in rows:
        builder.add(document, [(start, start + size)], "PER")
    return builder.table(3)


@given(texts, st.data())
def test_words_are_what_split_says(found: list[str], data: st.DataObject) -> None:
    words = words_of(found)
    assert words.sizes().tolist() == [len(text) for text in found]
    assert words.in_texts().tolist() == [len(text.split()) for text in found]
    for number, text in enumerate(found):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        counted = words.between(np.array([number]), np.array([start]), np.array([end]))
        assert counted.tolist() == [len(text[start:end].split())]


def test_words_of_fragments_leave_the_gap_out() -> None:
    builder = SpansBuilder(Labels())
    builder.add(0, [(0, 4), (18, 22)], "PER")  # "west … bank"
    words = words_of(["west and the east bank"])
    assert words.in_items(builder.table(1)).tolist() == [2]


def test_offsets_past_the_end_stand_for_the_end() -> None:
    words = words_of(["one two", "three"])
    document, start, end = np.array([0, 0]), np.array([4, 90]), np.array([80, 91])
    assert words.between(document, start, end).tolist() == [1, 0]


@given(extents)
def test_depth_and_contents_are_what_comparing_all_pairs_says(
    rows: list[tuple[int, int, int]],
) -> None:
    items = table(rows)
    depth, holds = nesting(items)
    own = list(map(tuple, np.stack([items.document, items.start, items.end], axis=1).tolist()))
    distinct = set(own)
    for at, (document, start, end) in enumerate(own):
        others = {other for other in distinct if other[0] == document} - {own[at]}
        around = [other for other in others if other[1] <= start and end <= other[2]]
        within = [other for other in others if start <= other[1] and other[2] <= end]
        assert depth[at] == min(DEEPEST, len(around))
        assert holds[at] == bool(within)


def test_nothing_has_no_depth() -> None:
    depth, holds = nesting(table([]))
    assert (depth.tolist(), holds.tolist()) == ([], [])
