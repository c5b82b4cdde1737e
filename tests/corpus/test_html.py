"""HTML pages: text, metadata, and pages that mean no good."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.corpus.html import looks_like_html, read_html
from goldwire.schema.errors import UnreadableInput

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head>
<title>Convoy attacked near town | Example News</title>
<meta property="og:site_name" content="Example News">
<meta name="author" content="https://example.org/authors/jane">
<link rel="canonical" href="https://example.org/news/1">
<script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"},
 {"@type": ["NewsArticle"], "headline": "Convoy attacked near town",
  "datePublished": "2022-01-05T10:15:00.000Z", "dateModified": "2022-01-06T08:00:00+03:00",
  "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "John Roe"}],
  "publisher": {"name": "Example  News"}, "articleSection": ["World"]}]}
</script>
<style>p { color: red }</style></head>
<body><nav><ul><li>Home</li><li>World</li></ul></nav>
<header><h1>Convoy attacked <em>near</em> town</h1></header>
<article>
<figure><img src="x.jpg"><figcaption>Trucks on the road. (AFP/File Photo)</figcaption></figure>
<p>By Jane Doe</p><p>Updated <time datetime="2022-01-06">6 January 2022</time></p>
<ul><li>Two drivers were hurt</li><li>Nobody claimed it</li></ul>
<p>TIKRIT: Gunmen attacked a&nbsp;convoy<br>on&#32;Wednesday,
   police   said.</p><script>alert(1)</script>
<p hidden>Not to be seen</p><!-- a note --><p>“It was loud,” <b>he</b> said &amp; left.</p>
</article><footer>© 2022 Example News</footer></body></html>"""


def test_text_of_a_page() -> None:
    assert read_html(PAGE).text.split("\n") == [
        "Convoy attacked near town",
        "Trucks on the road. (AFP/File Photo)",
        "By Jane Doe",
        "Updated 6 January 2022",
        "• Two drivers were hurt",
        "• Nobody claimed it",
        "TIKRIT: Gunmen attacked a\u00a0convoy",
        "on Wednesday, police said.",
        "“It was loud,” he said & left.",
    ]


def test_metadata_of_a_page() -> None:
    page = read_html(PAGE)
    said = page.metadata
    assert page.language == "en-GB"
    assert said.headline == "Convoy attacked near town"
    assert said.publisher == "Example News"
    assert said.bylines == ("Jane Doe", "John Roe")
    assert said.published == "2022-01-05T10:15:00Z"
    assert said.updated == "2022-01-06T08:00:00+03:00"
    assert said.dct == "2022-01-05"
    assert said.url == "https://example.org/news/1"
    assert said.section == "World"


def test_metadata_from_tags_alone() -> None:
    said = read_html(
        "<title>Market bomb</title><meta name=author content='Jane Doe'>"
        "<meta property='og:url' content='javascript:alert(1)'><p>Text"
        "<time datetime='2022-01-05'>today</time>"
    ).metadata
    assert (said.headline, said.bylines, said.published) == (
        "Market bomb",
        ("Jane Doe",),
        "2022-01-05",
    )
    assert said.url is None


@pytest.mark.parametrize(
    "data",
    [
        *("[" * 200_000, "{", "null", "[1, 2]", '{"@type": 3}'),
        '{"@type": "NewsArticle", "author": 7}',
        '{"@type": "NewsArticle", "headline": {"x": 1}, "datePublished": [1]}',
    ],
)
def test_linked_data_of_any_form(data: str) -> None:
    page = read_html(f'<title>T</title><script type="application/ld+json">{data}</script><p>Text')
    assert (page.text, page.metadata.headline) == ("Text", "T")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!doctype html><p>x", True),
        ("\n<?xml version='1.0'?>\n<html lang='en'>", True),
        ("<!-- saved -->\n<html>", True),
        ("<p>Text</p>", True),
        ("<div class='a'>Text</div>", True),
        ("Plain text with a <p> in it", False),
        ("<AFP> said on Sunday", False),
        ("", False),
        ("<", False),
    ],
)
def test_looks_like_html(text: str, html: bool) -> None:
    assert looks_like_html(text) is html


def test_characters_that_no_document_may_hold_are_taken_out() -> None:
    text = read_html("<p>a&#xFEFF;b&#13;c&#xD800;d\r\ne</p>").text
    assert "\ufeff" not in text
    assert "\r" not in text
    text.encode("utf-8")


def test_preformatted_lines_are_kept() -> None:
    assert read_html("<pre>one\ntwo\n</pre>").text == "one\ntwo"


UNITS = [
    *("<div>", "<p>x", "<article><p>x", "<b></i>", "<ul><li>x", "<table><tr><td>x", "<!--"),
    *("<a ", '<a b="', "<a b='", "<a b=", '<a b=">"', "<![", "<![CDATA[", "<?", "<!", "</", "&#"),
    *("<script>", "<title>", "<!DOCTYPE a [<!ENTITY x 'yy'>", "<h1>x<article>", "<"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_pages_are_read_in_good_time(unit: str) -> None:
    start = time.perf_counter()
    read_html("<html><body>" + unit * 8_000)
    assert time.perf_counter() - start < 5


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE l [<!ENTITY a "xxxx"><!ENTITY b "&a;&a;">]><html><p>&b;</p>'
    assert "xxxx xxxx" not in read_html(bomb).text
    assert len(read_html(bomb).text) < 100


def test_a_page_that_is_too_large() -> None:
    with pytest.raises(UnreadableInput, match="characters"):
        read_html("<p>" + "x" * 32_000_000)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<", ">", "/", "!", "[", "]", "-", '"', "'", "=", "&", ";", "p", "a", " ", "\n"),
                *("#", "<p>", "</p>", "<article>", "<pre>", "<li>", "<h1>", "\ufeff", "x", "--"),
            ]
        ),
        max_size=60,
    )
)
def test_any_markup_is_read(markup: list[str]) -> None:
    text = read_html("".join(markup)).text
    assert "\ufeff" not in text
    assert text == "\n".join(line.strip() for line in text.split("\n"))
