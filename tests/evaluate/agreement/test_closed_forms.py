"""The forms in few columns say what the full tables say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.agreement import closed_forms as forms
from goldwire.evaluate.metrics.alpha import alpha_counts, alpha_of
from goldwire.evaluate.metrics.coefficients import judgements
from goldwire.evaluate.metrics.continuum import Units
from goldwire.evaluate.metrics.kappa import kappa_counts, kappa_of
from goldwire.evaluate.metrics.unitising import (
    coding_of,
    relevance_of,
    unitising_counts,
    unitising_of,
)
from tests.evaluate.metrics.agreement_cases import cases

DOCUMENTS = 3


@st.composite
def tables(draw: st.DrawFn, annotators: int | None = None) -> tuple[Any, Any, int]:
    team = annotators or draw(st.integers(2, 4))
    units, categories = draw(st.integers(0, 9)), draw(st.integers(1, 4))
    row = st.lists(st.integers(-1, categories - 1), min_size=units, max_size=units)
    codes = draw(st.lists(row, min_size=team, max_size=team))
    document = draw(st.lists(st.integers(0, DOCUMENTS - 1), min_size=units, max_size=units))
    return (
        np.array(codes, np.int64).reshape(team, units),
        np.array(document, np.int64),
        categories,
    )


def same(one: Any, other: Any) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))


@given(tables(annotators=2))
@settings(deadline=None)
def test_cohen_of_columns_is_cohen_of_the_confusion(table: tuple[Any, Any, int]) -> None:
    (one, other), document, categories = table
    full = kappa_counts(one, other, document, documents=DOCUMENTS, categories=categories)
    few = forms.cohen_columns(one, other, document, documents=DOCUMENTS)
    assert same(forms.cohen_of_columns(few.sum(axis=0)), kappa_of(full.sum(axis=0)))


@given(tables())
@settings(deadline=None)
def test_alpha_of_columns_is_alpha_of_the_coincidences(table: tuple[Any, Any, int]) -> None:
    codes, document, categories = table
    full = alpha_counts(codes, document, documents=DOCUMENTS, categories=categories)
    few = forms.alpha_columns(codes, document, documents=DOCUMENTS)
    for weights in ([1, 1, 1], [0, 2, 1]):
        drawn = np.array(weights)
        assert same(
            forms.alpha_of_columns(drawn @ few), alpha_of(np.tensordot(drawn, full, axes=1))
        )


@given(tables(), st.lists(st.floats(-1e300, 1e300), min_size=4, max_size=4, unique=True))
@settings(deadline=None)
def test_interval_alpha_of_columns_is_alpha_of_the_coincidences(
    table: tuple[Any, Any, int], values: list[float]
) -> None:
    codes, document, categories = table
    scale = sorted(values)[:categories]
    full = alpha_counts(codes, document, documents=DOCUMENTS, categories=categories).sum(axis=0)
    few = forms.interval_columns(codes, scale, document, documents=DOCUMENTS).sum(axis=0)
    expected = alpha_of(full, "interval", scale)
    if not np.isnan(expected):  # differences that vanish beside the largest are no differences
        assert same(forms.interval_alpha_of_columns(few, scale), expected)


@given(
    tables(),
    st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4, unique=True),
    st.lists(st.sampled_from("ab"), min_size=4, max_size=4),
)
@settings(deadline=None)
def test_interval_alpha_on_scales_goes_by_distance_on_each_and_by_name_between(
    table: tuple[Any, Any, int], values: list[float], names: list[str]
) -> None:
    codes, document, categories = table
    own, scales = values[:categories], names[:categories]
    squares = np.ones((categories, categories))
    for name in "ab":
        at = [code for code in range(categories) if scales[code] == name]
        reach = max((abs(own[one] - own[other]) for one in at for other in at), default=0) or 1
        for one in at:
            for other in at:
                squares[one, other] = ((own[one] - own[other]) / reach) ** 2
    full = alpha_counts(codes, document, documents=DOCUMENTS, categories=categories).sum(axis=0)
    margins = full.sum(axis=1)
    expected = (np.outer(margins, margins) * squares).sum()
    few = forms.interval_columns(codes, own, document, scales, documents=DOCUMENTS).sum(axis=0)
    found = forms.interval_alpha_of_columns(few, own, scales)
    if expected > 1e-6:
        assert same(found, 1 - (margins.sum() - 1) * (full * squares).sum() / expected)
    elif not expected:
        assert np.isnan(found)


def test_interval_alpha_of_huge_and_equal_values_is_finite() -> None:
    codes = np.array([[0, 1, 1], [0, 1, 0]])
    values = (1.0, 1.7e308)
    columns = forms.interval_columns(codes, values, np.zeros(3, np.int64), documents=1)
    # Three units, one of them apart: n = 6, D = 2, margins 3 and 3: 1 - 5 · 2 / 18.
    assert same(forms.interval_alpha_of_columns(columns.sum(axis=0), values), 1 - 10 / 18)


@st.composite
def continua(draw: st.DrawFn) -> tuple[Units, Any, Any, int]:
    lengths = np.array(draw(st.lists(st.integers(1, 30), min_size=2, max_size=2)))
    annotated = np.array(
        draw(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=2, max_size=2))
    )
    rows = []
    for document, who in np.argwhere(annotated).tolist():
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, int(lengths[document]) - 1))
            end = draw(st.integers(start + 1, int(lengths[document])))
            rows.append((document, who, start, end, draw(st.integers(0, 2))))
    return Units(*np.array(rows, np.int64).reshape(-1, 5).T), lengths, annotated, 3


@given(continua())
@settings(deadline=None)
def test_unitising_of_columns_is_that_of_the_full_counts(
    case: tuple[Units, Any, Any, int],
) -> None:
    units, lengths, annotated, categories = case
    counts = unitising_counts(units, lengths, annotated, categories=categories)
    sums = counts.sum(axis=0)
    for few, full in zip(
        forms.unitising_columns(counts), (unitising_of, relevance_of, coding_of), strict=True
    ):
        assert same(forms.unitising_of_columns(few.sum(axis=0)), full(sums))


@pytest.mark.parametrize("case", cases("krippendorff"))
def test_alphas_are_those_of_the_peer(case: dict[str, Any]) -> None:
    table = judgements(case["data"])
    nowhere = np.zeros(table.codes.shape[1], np.int64)
    nominal = forms.alpha_columns(table.codes, nowhere, documents=1).sum(axis=0)
    spread = forms.interval_columns(table.codes, table.values, nowhere, documents=1).sum(axis=0)
    for level, value in (
        ("nominal", forms.alpha_of_columns(nominal)),
        ("interval", forms.interval_alpha_of_columns(spread, table.values)),
    ):
        expected = case["expected"].get(level)
        # The peer refuses what is undefined here: one value, or no pair.
        assert same(value, expected if isinstance(expected, float) else np.nan)


@pytest.mark.parametrize("case", cases("cohen"))
def test_cohen_is_that_of_the_peer(case: dict[str, Any]) -> None:
    one, other = judgements([case["a"], case["b"]]).codes
    nowhere = np.zeros(len(one), np.int64)
    columns = forms.cohen_columns(one, other, nowhere, documents=1).sum(axis=0)
    expected = case["expected"]["unweighted"]
    assert same(forms.cohen_of_columns(columns), np.nan if expected is None else expected)
