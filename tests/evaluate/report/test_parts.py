"""What the faces of a report share: frequent errors, fair choice, places, matrix, remarks."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.chains import CHAINED
from goldwire.evaluate.columns import SPAN_LAYERS
from goldwire.evaluate.report.frequent import Frequent, frequent_errors
from goldwire.evaluate.report.matrix import confusion_matrix
from goldwire.evaluate.report.model import ErrorRow, Finding, Side
from goldwire.evaluate.report.places import NOWHERE, has_place, pieces
from goldwire.evaluate.report.remarks import remarks
from goldwire.evaluate.report.shares import fair_choice
from goldwire.evaluate.report.words import number, percent, shown_criteria

from .samples import make_report


@given(st.lists(st.integers(0, 40).map(lambda n: list(range(n))), max_size=6), st.integers(0, 60))
def test_fair_choice_fills_the_room_and_favours_none(groups: list[list[int]], limit: int) -> None:
    chosen = fair_choice(groups, limit)
    assert sum(map(len, chosen)) == min(limit, sum(map(len, groups)))
    for group, kept in zip(groups, chosen, strict=True):
        assert kept == sorted(set(kept))
        assert set(kept) <= set(group)
        if len(kept) < len(group):  # a cut group has what any other has, give or take one
            assert all(len(kept) + 1 >= len(other) for other in chosen)


def test_every_layer_has_errors_in_a_short_list() -> None:
    report = make_report(60, errors=100)
    assert len(report.errors) == 100
    assert {"mentions", "times", "events", "zones"} <= {row.layer for row in report.errors}
    assert report.errors_total > 100


def test_frequent_errors_count_what_the_report_counts() -> None:
    report = make_report(12)
    found = frequent_errors(report, kinds=8)
    assert len(found) == 8
    assert [each.count for each in found] == sorted((e.count for e in found), reverse=True)
    for each in found:
        layer = report.layer(each.layer)
        row = next(r for r in layer.labels if r.label == (each.gold or each.predicted))
        if each.gold == each.predicted:
            wrong = "incorrect" if each.layer == "incidents" else "wrong_boundary"
            assert each.count == row.errors[wrong]
        elif each.predicted is None:
            assert each.count == row.errors["missed"]
        elif each.gold is None:
            assert each.count == row.errors["spurious"]
        for example in each.examples:
            assert (example.gold.label if example.gold else None) == each.gold
            assert (example.predicted.label if example.predicted else None) == each.predicted
    assert any(each.gold and each.predicted for each in found)
    assert any(each.predicted is None for each in found)


def test_a_slot_with_other_fillers_is_told_from_a_wrong_boundary() -> None:
    assert Frequent("incidents", "place", "place", 2).title() == "place with wrong filler"
    assert Frequent("mentions", "GPE", "GPE", 2).title() == "GPE with wrong boundary"
    incidents = make_report(12, layers=["incidents"])
    row = next(r for r in incidents.layers[0].labels if r.errors["incorrect"])
    titles = [each.title() for each in frequent_errors(incidents)]
    assert any(title.endswith("with wrong filler") for title in titles), row.label


def test_a_perfect_system_has_no_frequent_errors() -> None:
    from goldwire.evaluate.scoring import score

    from .samples import make_pair

    gold, _ = make_pair(3)
    assert frequent_errors(score(gold, gold)) == []


def row(context: str, gold: Side | None, predicted: Side | None) -> ErrorRow:
    return ErrorRow("d", "mentions", "wrong_boundary", gold, predicted, context)


def test_pieces_mark_gold_and_prediction() -> None:
    found = pieces(
        row(
            "…met ⟦Ann Lee⟧ there",
            Side("PER", ((40, 47),), "Ann Lee"),
            Side("PER", ((44, 53),), "Lee there"),
        )
    )
    assert [(p.text, p.gold, p.predicted) for p in found] == [
        ("…met ", False, False), ("Ann ", True, False), ("Lee", True, True),
        (" there", False, True),
    ]  # fmt: skip


def test_pieces_mark_both_fragments_and_not_the_gap() -> None:
    found = pieces(row("⟦4th and 7th⟧ Brigades", Side("ORG", ((0, 3), (8, 11)), "4th 7th"), None))
    assert [p.text for p in found if p.gold] == ["4th", "7th"]


def test_pieces_where_the_place_was_shortened_or_is_unknown() -> None:
    found = pieces(row("a ⟦long … place⟧ b", Side("X", ((2, 400),), "long"), None))
    assert [(p.text, p.gold) for p in found] == [
        ("a ", False),
        ("long … place", True),
        (" b", False),
    ]
    assert pieces(row("the end⟦⟧", None, Side("X", ((90, 91),), "")))[0].text == NOWHERE


def test_pieces_of_every_error_hold_its_sides() -> None:
    for each in make_report(20).errors:
        found = pieces(each)
        if not each.gold or not has_place(each) or len(each.gold.text) >= 100:
            continue
        marked = "".join(p.text for p in found if p.gold)
        if each.layer in SPAN_LAYERS:
            assert marked == each.gold.text.replace("\n", "⏎")
        elif each.layer in CHAINED:
            assert each.gold.text in (marked, f"{marked} ({each.gold.text.split(' (')[-1]}")
        else:
            assert marked


def test_a_quote_without_a_place_is_shown_as_it_is() -> None:
    for context in ("", "the end⟦⟧"):
        nowhere = row(context, None, Side("X", (), "nobody wrote this"))
        assert not has_place(nowhere)
        assert pieces(nowhere)[0].text == f"“nobody wrote this” {NOWHERE}"
    assert pieces(row("", None, Side("X", (), "")))[0].text == NOWHERE


def test_kinds_without_examples_do_not_crowd_out_the_others() -> None:
    report = make_report(60)
    kept = [row for row in report.errors if row.layer in ("mentions", "relations")]
    report = msgspec.structs.replace(report, errors=tuple(kept))
    bare = [each for each in frequent_errors(report) if not each.examples]
    assert 0 < len(bare) <= 3
    listed_none = frequent_errors(msgspec.structs.replace(report, errors=()))
    assert len(listed_none) == 8


def test_examples_of_findings_stand_in_quotation_marks() -> None:
    findings = (
        Finding("quote not in the text", 3, ("", "a (b)")),
        Finding("unknown document", 1, ("wire (x) (2 items)",)),
        Finding("unknown label", 1, ("mentions: A: (b) (1)",)),
        Finding("reference to nothing", 1, ("agent: m7",)),
        Finding("extractor failed", 1, ("wire-1: no answer",)),
    )
    report = msgspec.structs.replace(make_report(1, layers=[]), findings=findings)
    assert [remark.examples for remark in remarks(report)] == [
        ("“”", "“a (b)”", "…"), ("“wire (x)” (2 items)",), ("mentions: “A: (b)” (1)",),
        ("agent: “m7”",), ("wire-1: no answer",),
    ]  # fmt: skip


def test_matrix_rows_sum_to_what_the_gold_has() -> None:
    layer = make_report(12).layer("mentions")
    matrix = confusion_matrix(layer)
    assert matrix is not None
    gold = {each.label: each.gold for each in layer.labels}
    for name, cells in zip(matrix.labels, matrix.rows, strict=False):
        assert sum(cell.count for cell in cells) == gold[name]
        assert cells[-1].predicted is None
    assert sum(cell.count for cell in matrix.rows[-1]) == layer.errors["spurious"]
    small = confusion_matrix(layer, most=3)
    assert small is not None
    assert (len(small.labels), small.left_out) == (3, len(matrix.labels) - 3)
    assert confusion_matrix(make_report(12).layer("arguments")) is None


def test_remarks_and_words() -> None:
    found = {remark.what.split(" (")[0]: remark for remark in remarks(make_report(12))}
    assert found["gold document without a prediction"].examples == ("“wire-012”",)
    assert found["quote that is not in the text"].examples == ("“words that nobody ever wrote”",)
    assert found["item with a label that the schema lacks"].examples == ("mentions: “PERSON” (1)",)
    assert found["duplicates collapsed"].examples[0].startswith("mentions ")
    assert found["duplicates collapsed"].count > 1
    assert percent(None) == "n/a"
    assert percent(0.12345) == "12.3"
    assert number(1234.5) == "1,234.5"
    assert number(1234.0) == "1,234"
    report = make_report(3)
    assert next(iter(shown_criteria(report.layer("zones")))) == "characters"
    assert "head" in shown_criteria(report.layer("mentions"))
    assert "head" not in shown_criteria(report.layer("times"))
