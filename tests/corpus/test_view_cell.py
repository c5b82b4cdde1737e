"""Documents show themselves in a notebook: short as text, the article as a closed-off frame."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from goldwire.corpus import load_gold
from goldwire.corpus.view import render_html
from goldwire.schema.positions import visible
from tests.corpus.test_view_hostile import HOSTILE, hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog


class Tags(HTMLParser):
    """The elements of a cell, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_document_is_one_short_line() -> None:
    (document,) = (each for each in load_gold() if each.id == "ain-al-asad")
    shown = repr(document)
    assert shown.startswith("<Document 'ain-al-asad', 2,072 characters, ")
    assert f"{len(document.mentions)} mentions" in shown
    assert len(shown) < 300
    assert "\n" not in shown


def test_a_document_shows_its_page_in_a_frame() -> None:
    document = load_gold()[0]
    cell = document._repr_html_()
    assert cell is not None
    tags = Tags(cell).found
    assert [tag for tag, _ in tags] == ["p", "code", "iframe"]
    frame = tags[-1][1]
    assert frame["sandbox"] in ("", None)
    assert frame["srcdoc"] == render_html(document, framed=True)


def test_hostile_text_stays_in_the_frame(browser: Browser) -> None:
    cell = hostile()._repr_html_()
    assert cell is not None
    assert [tag for tag, _ in Tags(cell).found] == ["p", "code", "iframe"]
    assert visible(HOSTILE.split(" ")[0]) in unescape(cell)
    page = browser.new_page()
    said: list[str] = []

    def note(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.set_content(f"<main>{cell}</main>")
    inside = page.frames[1]
    inside.wait_for_selector("h1")
    assert inside.locator("img, script, iframe").count() == 0
    assert page.locator("img, script").count() == 0
    assert said == []
    page.close()


def test_marks_lead_to_their_rows_inside_the_frame(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(load_gold()[0]._repr_html_() or "")
    inside = page.frames[1]
    inside.locator("main a.l[href]").first.click()
    page.wait_for_timeout(200)
    assert page.frames[1].locator("main").count() == 1
    assert page.frames[1].locator("tr:target").count() == 1
    page.close()


def test_where_nobody_knows_how_the_text_is_shown() -> None:
    code = (
        "import sys\n"
        "from goldwire.schema.document import Document\n"
        "one = Document(id='a', schema='x', language='en', text='', length=0, sha256='')\n"
        "print(one._repr_html_(), one, 'goldwire.corpus' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout == "None <Document 'a', 0 characters> False\n"
