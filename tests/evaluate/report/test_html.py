"""The report as a page, read as a file: closed to the network, escaped, complete, small."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import msgspec
import pytest

from goldwire.evaluate.report import Report, render_html, render_summary
from goldwire.evaluate.report.html import LISTED
from goldwire.evaluate.report.model import Usage
from goldwire.evaluate.report.words import bracket, meaning, shown_criteria
from goldwire.evaluate.scoring import score

from .samples import HOSTILE, make_hostile, make_pair, make_report


class Page(HTMLParser):
    """The tags of a page, with what each kind holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"style": [], "script": []}
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inside:
            self.inside[self.open[-1]].append(data)
        else:
            self.text += data


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report(12)


def test_admits_only_its_own_style_and_script(report: Report) -> None:
    page = Page(render_html(report))
    policy = next(a["content"] for _, a in page.tags if "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for name in ("style", "script"):
        (body,) = page.inside[name]
        assert f"{name}-src 'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'" in policy
    assert not any("src" in a or "style" in a for _, a in page.tags)
    assert all(a["href"].startswith("#") for _, a in page.tags if a.get("href"))  # type: ignore[union-attr]
    assert not re.search(r"https?:|url\(|@import", page.inside["style"][0])


def test_hostile_text_is_text() -> None:
    for text in (render_html(make_hostile()), render_summary(make_hostile())):
        page = Page(text)
        assert "img" not in {tag for tag, _ in page.tags}
        assert not any(name.startswith("on") for _, a in page.tags for name in a)
        assert "</script><img src=x onerror=alert(1)>␛[31m" in page.text
        assert HOSTILE not in text
        assert not re.search("[\x1b\x07\u202e]", text)
        assert "49" not in re.findall(r"REP[^ ]{0,8}", page.text)  # no template is run


def test_tables_have_headers_and_links_have_targets(report: Report) -> None:
    page = Page(render_html(report))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in page.tags if a.get("href")} <= set(ids)  # type: ignore[index]
    assert all(a.get("scope") for tag, a in page.tags if tag == "th")
    for layer in report.layers:
        assert layer.layer in ids


def test_numbers_of_the_report_are_on_the_page(report: Report) -> None:
    page = Page(render_html(report))
    for layer in report.layers:
        for criterion in layer.criteria:
            if criterion.name in shown_criteria(layer):
                assert f"{100 * (criterion.micro.f1 or 0):.1f}" in page.text
                assert bracket(criterion.intervals["f1"]) in page.text
                assert meaning(layer.layer, criterion.name) in page.text
        for each in layer.accuracies:
            assert f"{each.right} of {each.compared}" in page.text
        for row in layer.labels:
            assert row.label in page.text
            assert bracket(row.interval) in page.text
    assert report.signature.short() in page.text
    assert sum(tag == "li" and "data-error" in a for tag, a in page.tags) == len(report.errors)


def test_every_interval_is_drawn_over_its_bar(report: Report) -> None:
    text = render_html(report)
    drawn = re.findall(r'<svg class="bar".*?</svg>', text, re.S)
    ends = [re.search(r'<path d="M([\d.]+) 3v6M[\d.]+ 6H([\d.]+)M', each) for each in drawn]
    shown = [found for found in ends if found]
    # Labels in fewer documents than an interval needs have none.
    rare = sum(row.interval is None for layer in report.layers for row in layer.labels)
    assert len(shown) == len(drawn) - rare > 80
    assert rare < 5
    main = report.layers[0].criterion("strict")
    low, high = (float(end) for end in shown[0].groups())
    assert low == pytest.approx(100 * main.intervals["f1"].low, abs=0.5)
    assert high == pytest.approx(100 * main.intervals["f1"].high, abs=0.5)


def test_too_few_documents_have_counts_and_no_intervals() -> None:
    text = render_html(make_report(3))
    assert "No intervals: 3 documents; an interval needs at least 5." in text
    assert 'class="warning"' in text
    assert 'class="interval"' not in text
    assert "CI</th>" not in text
    assert "<path d=" not in "".join(re.findall(r'<svg class="bar".*?</svg>', text, re.S))
    assert "warning" not in render_html(make_report(12)).partition("</style>")[2]


def test_chains_slots_and_attributes_have_their_tables(report: Report) -> None:
    text = render_html(report)
    for layer in ("entities", "hoppers"):
        part = text.partition(f'<h2 id="{layer}">')[2].partition("</section>")[0]
        assert "<h3>By metric</h3>" in part
        assert "By type" not in part
        assert all(
            name in part for name in ("CoNLL", "MUC", "B³", "CEAFm", "CEAFe", "LEA", "BLANC")
        )
    part = text.partition('<h2 id="incidents">')[2].partition("</section>")[0]
    titles = re.findall(r'<th scope="col">(\w+)</th>', part.partition("</thead>")[0])
    wanted = ["Correct", "Partial", "Incorrect", "Missing", "Spurious"]
    assert titles[0] == "Slot"
    assert titles[-5:] == wanted
    assert text.count("<h3>Attributes</h3>") == 4


def test_errors_of_every_layer_are_listed(report: Report) -> None:
    assert {row.layer for row in report.errors} == {each.layer for each in report.layers}


def test_a_perfect_prediction_has_no_errors_to_list() -> None:
    gold, _ = make_pair(2)
    assert "There is none." in render_html(score(gold, gold, layers=["mentions", "entities"]))
    assert "No error was kept" in render_html(make_report(6, layers=["entities"], errors=0))


def test_many_documents_stay_small_and_say_what_is_left_out() -> None:
    report = make_report(200, errors=5000)
    assert len(report.errors) > LISTED
    text = render_html(report)
    assert len(text.encode()) < 2_000_000
    rows = re.findall(r'<li data-layer="(\w+)" data-error="(\w+)"', text)
    assert len(rows) == LISTED
    assert set(rows) == {(row.layer, row.error) for row in report.errors}
    assert f"{report.errors_total - LISTED:,} more are not" in text


def test_worst_documents_lead_to_their_errors_however_many_there_are() -> None:
    report = make_report(200, errors=5000)
    text = render_html(report)
    dots = re.findall(r'<a href="#errors" data-layer="(\w+)"[^>]*aria-label="\d: ([^,]+),', text)
    listed = {(row.layer, row.document) for row in report.errors}
    wanted = {
        (layer.layer, row.document)
        for layer in report.layers
        for row in layer.by_document[:5]
        if (layer.layer, row.document) in listed
    }
    assert set(dots) == wanted
    assert len(wanted) > 20


def test_without_listed_errors_and_without_layers() -> None:
    assert "No error was kept" in render_html(make_report(3, errors=0))
    assert "No layer was scored" in render_html(make_report(1, layers=[]))


def test_articles_of_many_documents_fit_and_those_left_out_are_told() -> None:
    report = make_report(200, errors=5000)
    text = render_html(report)
    found = re.findall(r'<details id="article-\d+">', text)
    assert f"holds the whole text of {len(found)} articles" in text
    assert len(found) > 100
    long = tuple(msgspec.structs.replace(each, text=each.text * 40) for each in report.articles)
    text = render_html(msgspec.structs.replace(report, articles=long))
    assert len(text.encode()) < 2_000_000
    found = re.findall(r'<details id="article-\d+">', text)
    assert re.search(r"The text of \d+ more documents with listed errors is left out", text)
    without = render_html(msgspec.structs.replace(report, articles=()))
    assert "whole text" not in without
    assert "documents with listed errors is left out." in without
    assert 'id="reader"' not in without


def test_says_what_the_run_took() -> None:
    report = make_report(12)
    assert "Time taken" not in render_html(report)
    usage = Usage(1000, 234, 0.0321, 30.0, 0)
    text = render_html(msgspec.structs.replace(report, seconds=30.0, usage=usage))
    assert "<dt>Time taken</dt><dd>30.0 s, 2.50 s a document</dd>" in text
    assert "<dt>Tokens</dt><dd>1,234 (1,000 in, 234 out)</dd>" in text
    assert "<dt>Cost</dt><dd>0.0321 US dollars</dd>" in text
    cached = Usage(None, None, None, 0.05, 11)
    text = render_html(msgspec.structs.replace(report, seconds=0.05, usage=cached))
    assert "<dt>Tokens</dt>" not in text
    assert "<dt>Time taken</dt><dd>50.0 ms</dd>" in text
    assert "<dt>From the cache</dt><dd>11 of 12 documents</dd>" in text


def test_summary_is_what_a_notebook_shows(report: Report) -> None:
    text = render_summary(report)
    assert report._repr_html_() == text
    assert len(text) < 4000
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("tr") == 1 + len(report.layers)
    assert report.signature.short() in page.text
