"""Tables by bucket, worst documents, and all of it in one record."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.counting import count
from goldwire.evaluate.diagnostics.bucket_tables import BucketTable, bucket_tables
from goldwire.evaluate.diagnostics.buckets import Bucketed
from goldwire.evaluate.diagnostics.diagnosis import Diagnosis, diagnose
from goldwire.evaluate.diagnostics.worst import worst_documents
from goldwire.evaluate.report.model import Interval
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.diagnostics.cases import hard_pair, small
from tests.evaluate.report.samples import make_gold, make_pair

FEW = Resampling(200)
NONE = Resampling(0)


def tables(ratios: list[list[list[int]]], dimension: str = "length") -> BucketTable:
    counts = np.array(ratios, np.float64)
    names = tuple("abcdef"[: counts.shape[1]])
    documents = tuple(f"d{number}" for number in range(len(counts)))
    scored = np.ones(len(counts), bool)
    (table,) = bucket_tables({dimension: Bucketed(names, counts)}, documents, scored, FEW)
    return table


def test_scores_are_closed_forms_over_sums_of_documents() -> None:
    table = tables([[[1, 2, 1, 1], [0, 0, 0, 0]], [[1, 2, 1, 3], [0, 0, 0, 0]]])
    assert [row.name for row in table.rows] == ["a"]  # nothing in b
    score = table.rows[0].score
    assert (score.precision, score.recall) == (2 / 4, 2 / 4)
    assert table.rows[0].interval is None  # two documents are too few


def test_a_bucket_that_one_side_leaves_empty_has_no_f1() -> None:
    table = tables([[[1, 2, 0, 0], [0, 0, 1, 4]]] * 6, "depth")
    first, second = (row.score for row in table.rows)
    assert (first.precision, first.recall, first.f1) == (0.5, None, None)
    assert (second.precision, second.recall, second.f1) == (None, 0.25, None)
    assert [row.interval for row in table.rows] == [None, None]


def test_levels_have_recall_only_and_its_interval() -> None:
    table = tables([[[0, 0, 1, 4]], [[0, 0, 3, 4]]] * 4, "level")
    (row,) = table.rows
    assert (row.score.precision, row.score.recall, row.score.f1) == (None, 0.5, None)
    assert row.score.correct == 16
    assert row.interval is not None
    assert row.interval.low < 0.5 < row.interval.high


def test_intervals_are_those_of_the_report_where_a_bucket_holds_all() -> None:
    gold, predictions = make_pair(8)
    report = score(gold, predictions, layers=["times"], errors=0, resampling=FEW)
    found = diagnose(gold, predictions, layers=["times"], resampling=FEW)
    (body,) = next(t for t in found.layers[0].buckets if t.dimension == "zone").rows
    assert body.interval == report.layer("times").criterion("strict").intervals["f1"]
    assert body.score == report.layer("times").criterion("strict").micro


def test_documents_that_do_not_count_are_no_part_of_resamples() -> None:
    counts = np.array([[[1, 2, 1, 2]]] * 6 + [[[0, 0, 0, 0]]] * 6, np.float64)
    names = tuple(f"d{number:02}" for number in range(12))
    scored = np.arange(12) < 6
    (table,) = bucket_tables({"length": Bucketed(("a",), counts)}, names, scored, FEW)
    assert table.rows[0].interval == Interval(0.5, 0.5)
    assert bucket_tables({}, names, scored, FEW) == ()


def test_the_worst_documents_come_first_with_their_layers() -> None:
    gold = [
        make_gold(name, ["[m PER Ada] met [m PER Bo] in [m GPE Osk] on [t DATE Saturday]."])
        for name in ("a", "b", "c", "d")
    ]
    kept = {"a": 1, "b": 0, "c": 3, "d": 3}
    predictions = [
        {
            "id": each["id"],
            "zones": each["zones"],
            "mentions": each["mentions"][: kept[each["id"]]],
            "times": [] if each["id"] == "c" else each["times"],
        }
        for each in gold
    ]
    counted = count(gold, predictions, layers=["zones", "mentions", "times"])
    worst = worst_documents(counted)
    assert [(each.document, each.errors) for each in worst] == [("b", 3), ("a", 2), ("c", 1)]
    assert [(each.layer, each.missed, each.spurious) for each in worst[2].layers] == [
        ("times", 1, 0)
    ]
    assert worst[0].score.recall == 3 / 6  # two zones and a time of six items
    assert [each.document for each in worst_documents(counted, ["times"])] == ["c"]
    assert len(worst_documents(counted, most=1)) == 1
    assert worst_documents(counted, []) == []


def test_of_equal_numbers_of_errors_the_lower_f1_is_worse_then_the_earlier_id() -> None:
    gold = [
        make_gold("b", ["[m PER Ada] met [m PER Bo]."]),
        make_gold("a", ["[m PER Ada] met [m PER Bo]."]),
        make_gold("c", ["[m PER Ada]."]),
    ]
    predictions = [{"id": g["id"], "mentions": g["mentions"][1:]} for g in gold]
    worst = worst_documents(count(gold, predictions, layers=["mentions"]))
    assert [each.document for each in worst] == ["c", "a", "b"]


def test_a_layer_that_was_not_counted_is_unknown() -> None:
    counted = count([small()], [], layers=["mentions"])
    with pytest.raises(UnknownName, match="times"):
        worst_documents(counted, ["times"])


def test_chains_alone_have_no_worst_documents() -> None:
    assert worst_documents(count([small()], [], layers=["entities"])) == []


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_errors_of_all_documents_sum_to_the_layers_errors(seed: int) -> None:
    gold, predictions = hard_pair(seed)
    counted = count(gold, predictions, layers=["mentions", "arguments"])
    worst = worst_documents(counted, most=10**6)
    totals = sum(counted.layers[layer].totals["strict"].sum(axis=0) for layer in counted.layers)
    assert sum(each.errors for each in worst) == totals[1] - totals[0] + totals[3] - totals[2]
    for each in worst:
        assert each.errors == sum(part.missed + part.spurious for part in each.layers)


def test_a_diagnosis_survives_json_and_the_order_of_documents() -> None:
    gold, predictions = make_pair(7)
    found = diagnose(gold, predictions, layers=["mentions", "events"], resampling=FEW)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Diagnosis) == found
    turned = diagnose(
        gold[::-1], predictions[3:] + predictions[:3], layers=["mentions", "events"], resampling=FEW
    )
    assert turned.layers == found.layers
    assert turned.worst == found.worst


def test_what_can_be_read_only_once_is_held() -> None:
    gold, predictions = make_pair(3)
    once = diagnose(iter(gold), iter(predictions), resampling=NONE)
    assert once == diagnose(gold, predictions, resampling=NONE)


def test_layers_that_the_gold_lacks_are_named_with_the_reason() -> None:
    gold = make_gold("a", ["[m PER Ada]."], layers=("mentions",))
    found = diagnose([gold], [{"id": "a"}], layers=["mentions", "times"], resampling=NONE)
    assert [each.layer for each in found.layers] == ["mentions"]
    assert "annotation.layers" in found.not_scored["times"]


def test_no_gold_and_layers_without_buckets_are_refused() -> None:
    with pytest.raises(InputError):
        diagnose([], [])
    with pytest.raises(InputError):
        diagnose([small()], [], layers=["relations"])


def test_an_empty_document_has_no_buckets() -> None:
    found = diagnose([make_gold("a", ["Nothing."])], [{"id": "a"}], resampling=NONE)
    assert found.layers[0].buckets == ()
    assert found.layers[0].scores.gold == 0
