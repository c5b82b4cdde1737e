"""Fillers of incidents that are not right: by category, with what is said and where it stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from goldwire.evaluate.diagnostics.listing import list_errors
from goldwire.evaluate.report.model import ErrorRow
from goldwire.evaluate.scoring import score
from goldwire.schema.document import to_plain
from tests.making import article


@pytest.fixture
def prediction() -> dict[str, Any]:
    return to_plain(article())


def wrong(prediction: dict[str, Any]) -> list[ErrorRow]:
    found = list(list_errors([article()], [prediction], layers=["incidents"]))
    rows = [row for row in found if isinstance(row, ErrorRow)]
    report = score([article()], [prediction], layers=["incidents"])
    counted = {n: c for n, c in report.layer("incidents").errors.items() if n not in
               ("correct", "split", "merged") and c}  # fmt: skip
    assert Counter(str(row.error) for row in rows) == counted
    assert report.errors_total == len(rows)
    return rows


def test_gold_against_itself_has_no_wrong_filler(prediction: dict[str, Any]) -> None:
    assert wrong(prediction) == []


def test_a_value_is_incorrect_and_stands_where_its_incident_is_told(
    prediction: dict[str, Any],
) -> None:
    prediction["incidents"][0]["stage"] = "foiled"
    gold = to_plain(article())["incidents"][0]
    (row,) = wrong(prediction)
    assert (row.error, row.reason) == ("incorrect", None)
    assert row.gold is not None
    assert row.predicted is not None
    assert row.gold.label == row.predicted.label == "stage"
    assert row.gold.text == f"{gold['stage']} [{gold['type']} {gold['date']['edtf']}]"
    assert row.predicted.text.startswith("foiled [")
    assert row.gold.spans
    assert "⟦" in row.context


def test_a_coarser_date_is_partial(prediction: dict[str, Any]) -> None:
    prediction["incidents"][0]["date"]["edtf"] = "2022-05"
    (row,) = wrong(prediction)
    assert row.error == "partial"
    assert row.predicted is not None
    assert row.predicted.text.startswith("2022-05 [")


def test_an_entry_stands_at_its_entity_and_tells_its_qualifiers(
    prediction: dict[str, Any],
) -> None:
    prediction["incidents"][0]["targets"] = [
        {"entity": "e2", "class": "infrastructure", "effect": "damaged"},
        {"class": "civilians"},
    ]
    rows = wrong(prediction)
    (nobody,) = [r for r in rows if r.predicted is not None and "nobody" in r.predicted.text]
    (depot,) = [row for row in rows if row is not nobody]
    assert (depot.error, depot.gold) == ("spurious", None)
    assert depot.predicted is not None
    assert nobody.predicted is not None
    text = article().text
    assert depot.predicted.label == "targets"
    assert [text[a:b] for a, b in depot.predicted.spans] == ["depot", "fuel depot"]
    assert depot.predicted.text.startswith("depot (class infrastructure, effect damaged) [")
    assert nobody.predicted.text.startswith("nobody named (class civilians) [")


def test_an_incident_that_is_not_there_loses_all_its_fillers(prediction: dict[str, Any]) -> None:
    prediction["incidents"] = []
    rows = wrong(prediction)
    assert {row.error for row in rows} == {"missed"}
    assert len(rows) == len({row.gold for row in rows})


def test_of_an_entity_that_is_not_there_the_name_is_told(prediction: dict[str, Any]) -> None:
    prediction["incidents"][0]["location"]["place"] = "e99"
    (row,) = wrong(prediction)
    assert row.error == "incorrect"
    assert row.predicted is not None
    assert row.predicted.text.startswith("e99 (not in the document) [")


def test_without_evidence_a_record_stands_where_its_entities_do(prediction: dict[str, Any]) -> None:
    record = prediction["incidents"][0]
    alone: dict[str, Any] = {"type": "arson", "evidence": [], "hoppers": []}
    prediction["incidents"].append(alone)
    spurious = [row for row in wrong(prediction) if row.error == "spurious"]
    assert [row.reason for row in spurious] == ["no evidence in the text"]
    alone["location"] = {"place": record["location"]["place"]}
    spurious = [row for row in wrong(prediction) if row.error == "spurious"]
    assert {row.reason for row in spurious} == {None}


def test_in_a_document_without_gold_fillers_are_spurious() -> None:
    stray = {"id": "stray", "incidents": [{"type": "arson"}]}
    rows = list(list_errors([article()], [to_plain(article()), stray], layers=["incidents"]))
    assert [(row.document, row.error) for row in rows] == [("stray", "spurious")]
