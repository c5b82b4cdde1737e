"""The articles of a report and of its page: which ones, with which marks, and how large."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.errors.articles import ArticleSample, chosen_articles
from goldwire.evaluate.report import Report, render_html
from goldwire.evaluate.report.articles import numbers_of, page_articles
from goldwire.evaluate.report.model import Article, ArticleLayer, ErrorRow, Mark, Side
from goldwire.evaluate.scoring import score
from goldwire.evaluate.tables import joined

from .samples import RESAMPLING, make_hostile, make_pair, make_report

ONE = Side("PER", ((0, 3), (5, 9)), "Ann")


def error(document: str, reason: Any = None) -> ErrorRow:
    return ErrorRow(document, "mentions", "missed", ONE, None, "", reason)


def article(name: str, size: int) -> Article:
    marks = (Mark("PER", ((0, 3), (5, 9))), Mark("GPE", ((4, 5),)))
    return Article(name, "x" * size, (ArticleLayer("mentions", marks, marks[:1]),))


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report(12)


def test_every_document_with_listed_errors_has_its_article(report: Report) -> None:
    gold = {one["id"]: one["text"] for one in make_pair(12)[0]}
    wrong = {row.document for row in report.errors if row.reason is None}
    assert {each.document: each.text for each in report.articles} == {n: gold[n] for n in wrong}


def test_every_listed_error_is_among_the_marks(report: Report) -> None:
    found = {
        (each.document, layer.layer, side, joined(mark.spans))
        for each in report.articles
        for layer in each.layers
        for side, marks in (("gold", layer.gold), ("predicted", layer.predicted))
        for mark in marks
    }
    for row in report.errors:
        for name, side in (("gold", row.gold), ("predicted", row.predicted)):
            if row.reason is None and side is not None:
                assert (row.document, row.layer, name, side.spans) in found


def test_chains_are_marked_by_type_and_number_the_same_on_both_sides(report: Report) -> None:
    found = 0
    for each in report.articles:
        chains = [layer for layer in each.layers if layer.layer == "entities"]
        for layer in chains:
            gold = {mark.spans: mark.label for mark in layer.gold}
            assert len({*gold.values()}) == len(layer.gold)
            for mark in layer.predicted:
                if mark.spans in gold:
                    found += 1
                    assert mark.label.split()[-1] == gold[mark.spans].split()[-1]
    assert found > 20


def test_marks_stand_in_the_text_and_are_as_many_as_were_scored(report: Report) -> None:
    for each in report.articles:
        for layer in each.layers:
            for mark in (*layer.gold, *layer.predicted):
                assert all(0 <= start < end <= len(each.text) for start, end in mark.spans)
            rows = {row.document: row.score for row in report.layer(layer.layer).by_document}
            # Zones are scored by character; values of incidents have one mark together.
            if layer.layer not in ("zones", "incidents", "entities", "hoppers"):
                assert len(layer.gold) == rows[each.document].gold


def test_the_order_of_documents_does_not_matter() -> None:
    gold, predictions = make_pair(30)
    first = score(gold, predictions, layers=["mentions", "events"])
    both = list(zip(gold, predictions, strict=True))
    Random(3).shuffle(both)
    again = score([g for g, _ in both], [p for _, p in both], layers=["mentions", "events"])
    assert again.articles == first.articles


def test_a_sample_keeps_no_more_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    gold, predictions = make_pair(20)
    monkeypatch.setattr("goldwire.evaluate.counting.ArticleSample", lambda: ArticleSample(6))
    found = [score(*sides, layers=["mentions"]).articles
             for sides in ((gold, predictions), (gold[::-1], predictions[::-1]))]  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0]) == 6


def test_without_errors_there_are_no_articles() -> None:
    assert make_report(3, errors=0).articles == ()
    gold, _ = make_pair(2)
    assert score(gold, gold, layers=["mentions"]).articles == ()


def test_those_with_the_most_errors_come_first_as_long_as_there_is_room() -> None:
    articles = [article("a", 10), article("b", 30), article("c", 10), article("d", 10)]
    rows = [error("a"), *[error("b")] * 3, *[error("c")] * 2, error("d", "quote not in the text")]
    names = [
        [each.document for each in chosen_articles(articles, rows, room)]
        for room in (0, 10, 20, 30, 40, 50)
    ]
    assert names == [[], ["c"], ["a", "c"], ["b"], ["b", "c"], ["a", "b", "c"]]


def test_the_page_has_marks_as_numbers_and_says_what_is_left_out(report: Report) -> None:
    rows = [error("a"), error("a"), error("b"), error("c")]
    whole = msgspec.structs.replace(report, articles=(article("a", 9), article("b", 5000)))
    found = page_articles(whole, rows)
    assert found.labels == ("GPE", "PER")
    assert [each.layers for each in found.shown] == [
        (("mentions", "1 0 3 5 9;0 4 5", "1 0 3 5 9"),)
    ] * 2
    assert [found.number(row) for row in rows] == [0, 0, 1, None]
    assert found.number(error("a", "quote not in the text")) is None
    assert found.left_out == 1
    assert [each.document for each in page_articles(whole, rows, 1000).shown] == ["a"]
    assert page_articles(whole, rows, 1000).left_out == 2
    assert numbers_of(ONE) == "0 3 5 9"
    assert numbers_of(None) == ""


def test_harmless_text_has_as_many_code_points_as_before() -> None:
    report = make_hostile()
    (shown,) = page_articles(report, report.errors).shown
    assert len(shown.text.unescape()) == len(report.articles[0].text)
    assert "<" not in shown.text
    assert "\x1b" not in shown.text


def test_the_page_says_where_text_may_not_be_passed_on() -> None:
    gold, predictions = make_pair(3)
    for at, one in enumerate(gold):
        one["rights"] = {"holder": None, "licence": None, "redistributable": at > 0}
    report = score(gold, predictions, resampling=RESAMPLING)
    said = {each.document: each.redistributable for each in report.articles}
    assert said == {one["id"]: at > 0 for at, one in enumerate(gold) if one["id"] in said}
    assert False in said.values()
    text = render_html(report)
    assert "text that may not be passed on, of 1 article by" in text
    assert "may not be passed on" not in render_html(report, text=False)
    free = tuple(msgspec.structs.replace(each, redistributable=True) for each in report.articles)
    assert "may not be passed on" not in render_html(msgspec.structs.replace(report, articles=free))


@pytest.mark.parametrize("rights", ["none", {"redistributable": "no"}, None, {}])
def test_rights_that_say_nothing_are_unknown(rights: Any) -> None:
    gold, predictions = make_pair(2)
    report = score([one | {"rights": rights} for one in gold], predictions, resampling=RESAMPLING)
    assert {each.redistributable for each in report.articles} == {None}
