"""Spans against the reference scorers: exact set counts and spaCy's totals on 200 random cases."""

from __future__ import annotations

from typing import Any

import pytest

from goldwire.evaluate.alignment.align import align
from goldwire.evaluate.alignment.prepare import prepare
from goldwire.evaluate.counts import SpanCounts, count_spans
from goldwire.evaluate.scores import Score, score_of
from goldwire.evaluate.tables import Labels, SpansBuilder
from tests.shared import conformance


def counted(case: dict[str, Any]) -> SpanCounts:
    labels = Labels()
    tables = []
    for side in ("gold", "pred"):
        builder = SpansBuilder(labels)
        for number, document in enumerate(case["docs"]):
            for start, end, label in document[side]:
                builder.add(number, [(start, end)], label)
        tables.append(builder)
    gold, predicted = (builder.table(len(case["docs"])) for builder in tables)
    ready = prepare(gold, predicted)
    return count_spans(ready.gold, ready.predicted, align(ready.gold, ready.predicted))


def totals(counts: SpanCounts, criterion: str) -> Score:
    of_gold, of_predicted = counts.pairs[criterion]
    return score_of(
        int(counts.gold.sum()), int(counts.predicted.sum()), of_predicted.sum(), of_gold.sum()
    )


def test_exact_set_counts() -> None:
    for case in conformance("spans_random.json"):
        counts = counted(case)
        hits = counts.pairs["strict"][0].sum(axis=0)
        expected = case["expected"]["exact_set_counts"]
        for label, wanted in expected["per_label"].items():
            at = counts.rows.names.index(label)
            found = {
                "tp": hits[at],
                "fp": counts.predicted.sum(axis=0)[at] - hits[at],
                "fn": counts.gold.sum(axis=0)[at] - hits[at],
            }
            assert found == wanted, (case["name"], label)
        whole = totals(counts, "strict")
        assert whole.correct == expected["tp"]
        assert whole.predicted - whole.correct == expected["fp"]
        assert whole.gold - whole.correct == expected["fn"]


def test_spacy_labelled_totals() -> None:
    for case in conformance("spans_random.json"):
        score = totals(counted(case), "strict")
        expected = case["expected"]["spacy_labeled_overlap"]
        if expected["sc_f"] is None:
            assert score.f1 is None
            continue
        for found, name in ((score.precision, "sc_p"), (score.recall, "sc_r"), (score.f1, "sc_f")):
            assert (found or 0.0) == pytest.approx(expected[name], abs=1e-9), case["name"]
