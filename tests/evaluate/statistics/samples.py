"""What the tests of statistics share: drawn counts of ratios and closed forms over them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.evaluate.metrics.forms import Floats, precision_recall_f1

__all__ = ["SEED", "few_swaps", "mean", "precision_recall_f1", "ratio_counts"]

SEED = 20261123


def mean(sums: Floats) -> Floats:
    """The mean of a quantity whose documents are counted beside it: columns (x, 1)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums[..., :1] / sums[..., 1:2]


@st.composite
def ratio_counts(draw: st.DrawFn, least: int = 1, most: int = 12) -> NDArray[Any]:
    """Whole counts of precision and recall; some documents empty, some sides, some all."""
    documents = draw(st.integers(least, most))
    cells = st.tuples(*[st.integers(0, 9)] * 3)
    rows = draw(st.lists(cells, min_size=documents, max_size=documents))
    table = [(min(c, p, g), p, min(c, p, g), g) for c, p, g in rows]
    return np.array(table, np.float64).reshape(documents, 4)


@st.composite
def few_swaps(draw: st.DrawFn) -> tuple[NDArray[Any], NDArray[Any]]:
    """Two systems on the same few documents, the same gold."""
    first = draw(ratio_counts(5, 9))
    second = first.copy()
    for row in second:
        row[1] = draw(st.integers(0, 9))
        row[0] = row[2] = min(draw(st.integers(0, 9)), row[1], row[3])
    return first, second
