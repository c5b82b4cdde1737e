"""The report in Chromium: hostile text does nothing, filters work by keyboard, text is legible."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldwire.evaluate.report import Report, render_html
from goldwire.evaluate.scoring import score
from goldwire.schema.positions import visible

from .samples import make_hostile, make_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page


class Opened:
    """A page with what it tried to do."""

    def __init__(self, browser: Browser, path: Path, report: Report, **options: object) -> None:
        path.write_text(render_html(report), "utf-8")
        self.page: Page = browser.new_page(**options)  # type: ignore[arg-type]
        self.dialogs: list[str] = []
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page.on("dialog", self._dismiss)
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.messages.append(m.text))
        self.page.on("pageerror", lambda e: self.messages.append(str(e)))
        self.page.goto(path.as_uri())

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def shown(self) -> int:
        """How many errors are on the page and not hidden."""
        return self.page.locator("#list > li:visible").count()


def test_hostile_text_does_nothing(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, tmp_path / "report.html", make_hostile())
    for name in ("layer", "error", "gold", "predicted", "document"):
        select = opened.page.locator(f"select[name={name}]")
        for at in range(select.locator("option").count()):
            select.select_option(index=at)
        select.select_option(index=0)
    opened.page.locator("input[name=text]").fill("<img src=x onerror=alert(2)>")
    opened.page.locator("button[type=reset]").click()
    opened.page.locator("#list a").first.click()
    assert "<img src=x onerror=alert(1)>" in opened.page.locator("#reader-text").inner_text()
    opened.page.locator("#reader-next").click()
    assert opened.page.locator("img, iframe, object").count() == 0
    assert opened.page.locator("script").count() == 1
    assert opened.dialogs == []
    assert opened.requests == [(tmp_path / "report.html").as_uri()]
    assert opened.messages == []
    opened.page.close()


def test_filters_work_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    report = make_report(12)
    opened = Opened(browser, tmp_path / "report.html", report)
    page = opened.page
    assert opened.shown() == len(report.errors)
    page.locator("#errors").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "layer"
    page.keyboard.type("events")
    events = sum(row.layer == "events" for row in report.errors)
    assert opened.shown() == events > 0
    page.keyboard.press("Tab")
    page.keyboard.type("missed")
    missed = [r for r in report.errors if r.layer == "events" and r.error == "missed"]
    assert opened.shown() == len(missed) > 0
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "text"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.type("no such words anywhere")
    assert opened.shown() == 0
    assert page.locator("#none").is_visible()
    assert page.locator("#shown").inner_text() == "0 shown"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button that clears the filters
    page.get_by_text(f"{len(report.errors)} shown").wait_for(timeout=5000)
    assert opened.shown() == len(report.errors)
    assert opened.messages == []
    page.close()


def test_a_number_leads_to_its_errors(browser: Browser, tmp_path: Path) -> None:
    report = make_report(12)
    opened = Opened(browser, tmp_path / "report.html", report)
    link = opened.page.locator(".matrix a[data-layer=mentions]").first
    count = int(link.inner_text())
    link.focus()
    opened.page.keyboard.press("Enter")
    assert opened.shown() == count
    assert opened.page.evaluate("document.activeElement.id") == "errors"
    document = opened.page.locator("th a[data-document][data-layer=events]").first
    document.focus()
    opened.page.keyboard.press("Enter")
    name = document.inner_text()
    wanted = [row for row in report.errors if row.layer == "events" and row.document == name]
    assert opened.shown() == len(wanted)
    opened.page.close()


def test_a_dot_leads_to_the_errors_of_its_document(browser: Browser, tmp_path: Path) -> None:
    report = make_report(12)
    opened = Opened(browser, tmp_path / "report.html", report)
    dot = opened.page.locator(".scatter a[data-layer=mentions]").last  # drawn last: the worst
    name = report.layer("mentions").by_document[0].document
    words = dot.get_attribute("aria-label")
    assert words is not None
    assert words.startswith(f"1: {name}, F1 ")
    dot.focus()
    opened.page.keyboard.press("Enter")
    wanted = [row for row in report.errors if (row.layer, row.document) == ("mentions", name)]
    assert opened.shown() == len(wanted) > 0
    opened.page.close()


def marked(page: Page, side: str) -> list[str]:
    """What is marked on a side of the article as the error in question, without its label."""
    nodes = page.locator(f"#reader p[data-side={side}] .here")
    found: list[str] = nodes.evaluate_all("(all) => all.map((node) => node.firstChild.data)")
    return found


def test_an_error_leads_to_its_article_and_to_the_next_error(
    browser: Browser, tmp_path: Path
) -> None:
    report = make_report(12)
    opened = Opened(browser, tmp_path / "report.html", report)
    page = opened.page
    page.locator("select[name=error]").select_option("wrong_type")
    page.locator("select[name=layer]").select_option("mentions")
    rows = [r for r in report.errors if (r.layer, r.error) == ("mentions", "wrong_type")]
    assert opened.shown() == len(rows) > 2
    link = page.locator("#list > li:visible a").first
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#reader").is_visible()
    articles = {each.document: each for each in report.articles}
    for row in rows:
        assert page.locator("#reader-title").inner_text() == row.document
        assert row.gold is not None
        assert row.predicted is not None
        assert marked(page, "Gold")[0].startswith(row.gold.text[:3])
        assert marked(page, "Predicted") == [row.predicted.text]
        assert f"Predicted: {row.predicted.label}" in page.locator("#reader-error").inner_text()
        (layer,) = (each for each in articles[row.document].layers if each.layer == "mentions")
        counts = f"Gold: {len(layer.gold)}", f"Predicted: {len(layer.predicted)}"
        assert tuple(page.locator("#reader .names > *").all_inner_texts()) == counts
        page.locator("#reader-next").focus()
        page.keyboard.press("Enter")
    assert page.locator("#reader-next").is_disabled()
    page.locator("#reader-layer").select_option("events")
    assert marked(page, "Gold") == []
    page.keyboard.press("Escape")
    assert not page.locator("#reader").is_visible()
    last = page.locator("#list > li:visible a").last
    assert last.evaluate("(node) => node === document.activeElement")
    assert opened.messages == []
    page.close()


def test_both_sides_of_an_article_hold_the_whole_text(browser: Browser, tmp_path: Path) -> None:
    text = "A \U0001f600 na\u00efve e\u0301 Ann Lee of Bo & <b>Co</b>\n\n  said:\tno.\u2028It's.\n"
    spans = [[4, 9], [12, 25], [12, 15], [20, 40], [27, 29], [13, 47], [30, 31]]
    kinds = [("PER", span) for span in spans]
    gold = {
        "id": "d", "schema": "newswire/1.0", "language": "en", "text": text, "length": len(text),
        "sha256": hashlib.sha256(text.encode()).hexdigest(), "annotation": {"layers": ["mentions"]},
        "mentions": [{"id": f"m{at}", "type": kind, "spans": [span]}
                     for at, (kind, span) in enumerate(kinds)]
        + [{"id": "m9", "type": "ORG", "spans": [[0, 1], [16, 19]]}],
    }  # fmt: skip
    predicted = {"id": "d", "mentions": [{"type": "GPE", "spans": [span]} for span in spans[2:]]}
    report = score([gold], [predicted], layers=["mentions"])
    opened = Opened(browser, tmp_path / "report.html", report)
    lines = [visible(line) for line in text.split("\n") if line.strip()]
    page = opened.page
    page.locator("#list a").first.click()
    for side in ("Gold", "Predicted"):
        found = page.locator(f"#reader p[data-side={side}]").evaluate_all(
            """(all) => all.map((node) => {
              const copy = node.cloneNode(true);
              copy.querySelectorAll("small").forEach((label) => label.remove());
              return copy.textContent;
            })"""
        )
        assert found == lines
    names = page.locator("#reader p[data-side=Gold] small").all_text_contents()
    assert sorted(names) == ["ORG"] + ["PER"] * len(spans)
    page.close()


def test_without_script_the_list_is_whole(browser: Browser, tmp_path: Path) -> None:
    report = make_report(3)
    opened = Opened(browser, tmp_path / "report.html", report, java_script_enabled=False)
    assert opened.shown() == len(report.errors)
    assert not opened.page.locator("#filters").is_visible()
    opened.page.locator("#list a").first.click()
    opened.page.locator("#articles summary").first.click()
    assert opened.page.locator("#articles pre").first.inner_text() == report.articles[0].text
    assert not opened.page.locator("#copy").is_visible()
    opened.page.close()


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor);
      if (found[3] === 255) return found;
    }
  };
  const low = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    const svg = node.closest("svg");
    const [a, b] = [light(parse(getComputedStyle(node)[svg ? "fill" : "color"])),
      light(paper(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.add(`${node.tagName}.${node.className}: ${ratio.toFixed(2)}`);
  }
  return [...low];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast(browser: Browser, tmp_path: Path, scheme: str) -> None:
    opened = Opened(browser, tmp_path / "report.html", make_report(12), color_scheme=scheme)
    assert opened.page.evaluate(CONTRAST) == []
    opened.page.locator("#list a").first.click()
    assert opened.page.evaluate(CONTRAST) == []
    opened.page.close()


OVERFLOW = """() => ["reader", "reader-text"].map((name) => document.getElementById(name))
  .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.id)"""


@pytest.mark.parametrize("width", [360, 800, 1300])
def test_the_page_never_scrolls_sideways(browser: Browser, tmp_path: Path, width: int) -> None:
    size = {"width": width, "height": 900}
    for number, report in enumerate((make_report(12), make_hostile())):
        opened = Opened(browser, tmp_path / f"{number}.html", report, viewport=size)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        opened.page.locator("#list a").first.click()
        assert opened.page.evaluate(OVERFLOW) == []
        opened.page.close()


def test_on_a_phone_f1_is_seen_first_and_wide_tables_say_that_they_scroll(
    browser: Browser, tmp_path: Path
) -> None:
    size = {"width": 375, "height": 740}
    opened = Opened(browser, tmp_path / "report.html", make_report(6), viewport=size)
    page = opened.page
    table = page.locator("table.counted").first
    heads = table.locator("thead th:visible").all_inner_texts()
    assert heads[:4] == ["Layer", "P", "R", "F1"]
    cell = table.locator("tbody tr").first.locator("td.main").bounding_box()
    assert cell is not None
    assert cell["x"] + cell["width"] <= size["width"]
    wide = page.locator(".scroll[data-scrolls]").first
    said = wide.evaluate("each => getComputedStyle(each, '::before').content")
    assert "Scrolls sideways" in said
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.set_viewport_size({"width": 2600, "height": 900})
    page.wait_for_function("!document.querySelector('.scroll[data-scrolls]')")
    assert table.locator("thead th:visible").all_inner_texts()[:3] == ["Layer", "Gold", "Pred."]
    page.close()


def test_in_print_what_is_folded_stays_folded_and_a_matrix_whole(
    browser: Browser, tmp_path: Path
) -> None:
    opened = Opened(browser, tmp_path / "report.html", make_report(12))
    page = opened.page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details").count() > 0
    assert page.locator("details[open]").count() == 0
    assert page.locator(".layer details table:visible").count() == 0
    rule = "each => getComputedStyle(each).breakInside"
    assert page.locator(".matrix").first.evaluate(rule) == "avoid"
    page.close()


def test_every_drawing_says_what_it_is(browser: Browser, tmp_path: Path) -> None:
    opened = Opened(browser, tmp_path / "report.html", make_report(12))
    page = opened.page
    svgs = page.locator("svg").count()
    assert svgs == page.locator("svg:is([role=img], [role=group])[aria-label]").count() > 0
    label = page.locator("svg.bar").first.get_attribute("aria-label") or ""
    assert label[0].isdigit() or label == "n/a"
    assert "missed" in (page.locator("svg.classes").first.get_attribute("aria-label") or "")
    page.close()


def test_without_text_no_word_of_an_article_is_on_the_page() -> None:
    report = make_report(12)
    assert report.articles
    page = render_html(report, text=False)
    assert "made without the text of the articles" in page
    for article in report.articles:
        for word in {word for word in article.text.split() if len(word) > 6}:
            assert word not in page, word
    assert page.count("<li data-layer") == len(report.errors)
