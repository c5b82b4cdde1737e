"""Tables of spans: the same rows however they are chosen."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.tables import Labels, Spans, SpansBuilder


def table(size: int) -> Spans:
    """Items of which some have fragments, heads, and other answers."""
    builder = SpansBuilder(Labels("AB"))
    for row in range(size):
        spans = [(row, row + 2)] if row % 7 else [(row, row + 1), (row + 3, row + 4)]
        builder.add(
            row // 10, spans, "AB"[row % 2], place=row % 10, optional=row % 5 == 0,
            head=(row, row + 1) if row % 3 == 0 else None,
            accepted=[([(row, row + 9)], None)] if row % 11 == 0 else [],
        )  # fmt: skip
    return builder.table(size // 10 + 1)


def items(spans: Spans) -> list[tuple[object, ...]]:
    """Everything that is known of each item."""
    answers: dict[int, list[tuple[int, int]]] = {}
    variants = spans.variants
    for row, start, end in zip(variants.item, variants.start, variants.end, strict=True):
        answers.setdefault(int(row), []).append((int(start), int(end)))
    columns = (spans.document, spans.start, spans.end, spans.label, spans.head_start,
               spans.head_end, spans.optional, spans.place)  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(*row, spans.spans_of(at), answers.get(at)) for at, row in enumerate(rows)]


@given(st.integers(0, 300), st.floats(0, 1), st.integers(0, 99))
def test_a_mask_and_row_numbers_choose_the_same(size: int, share: float, seed: int) -> None:
    whole = table(size)
    keep = np.random.default_rng(seed).random(size) < share
    chosen = whole.rows(keep)
    every = items(whole)
    assert items(chosen) == [every[row] for row in np.flatnonzero(keep).tolist()]
    assert items(whole.rows(np.flatnonzero(keep))) == items(chosen)
    turned = np.flatnonzero(keep)[::-1]
    assert items(whole.rows(turned)) == items(chosen)[::-1]
    assert whole.rows(keep).start.flags.c_contiguous
