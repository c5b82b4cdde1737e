"""The article as a page: one file that loads nothing, the text whole, links both ways."""

from __future__ import annotations

import base64
import hashlib
import re

from msgspec import structs

from goldwire.corpus.view import render_html
from tests.corpus.test_view_article import TEXT, Page, article, lines_of


def test_html_is_one_file_that_loads_nothing() -> None:
    html = render_html(article())
    page = Page(html)
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    style = html[html.index("<style>") + 7 : html.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "url(" not in style
    assert "@import" not in style
    for tag, attributes in page.elements:
        assert tag not in ("script", "link", "img", "iframe", "object")
        assert not attributes.keys() & {"src", "srcset", "style", "action"}
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


def test_html_keeps_the_text_whole() -> None:
    assert Page(render_html(article())).paragraphs == lines_of(TEXT)


def test_html_links_text_and_tables_both_ways() -> None:
    page = Page(render_html(article()))
    anchors = [a["id"] for _, a in page.elements if "id" in a]
    assert len(anchors) == len(set(anchors))
    targets = {a["href"] for tag, a in page.elements if tag == "a"}
    assert targets <= {f"#{anchor}" for anchor in anchors}
    labels = [a for tag, a in page.elements if tag == "a" and "data-label" in a]
    assert {"WEA₁", "¬CLAIM₃", "…ORG₇", "(ordinal)"} <= {a["data-label"] for a in labels}
    assert all(a["title"] and ("href" in a or "tabindex" in a) for a in labels)


def test_html_explains_its_signs() -> None:
    html = render_html(article())
    words = " ".join(re.sub(r"<[^>]+>", " ", html[html.index('class="signs"') :]).split())
    for expected in (
        "¬ negated",
        "( ) optional",
        "₁₂ number in the tables",
        "… goes on after a gap",
        "Italics not scored",
    ):
        assert expected in words, expected
    plain = structs.replace(article(), zones=(), mentions=(), events=(), quantities=())
    assert 'class="signs"' not in render_html(plain)
