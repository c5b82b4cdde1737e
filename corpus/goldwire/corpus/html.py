"""HTML pages: the article's text, one block a line, and what the page says about itself.

The page is only read: no script runs, nothing is fetched, and the parser (Beautiful Soup on
Python's ``html.parser``) expands no entities but HTML's own characters. Every walk here is a
loop, so that pages nested a hundred thousand deep are read like others.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from bs4.exceptions import ParserRejectedMarkup

from goldwire.schema.document import Metadata
from goldwire.schema.errors import UnreadableInput

from .stamps import day_of, read_moment

__all__ = ["Page", "looks_like_html", "read_html"]

_LARGEST = 32_000_000  # characters; a page is parsed in memory, at some 30 times its size
_OPENING = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}"
    r"<(?:!doctype\s+html|html|head|body|article|main|section|header|div|h1|p|meta|title)\b[^<]*>",
    re.IGNORECASE | re.DOTALL,
)

_NOT_TEXT = frozenset(
    [
        *(
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "title",
            "nav",
            "form",
            "dialog",
            "menu",
        ),
        *("svg", "math", "iframe", "object", "canvas", "audio", "video"),
        *("button", "select", "input", "textarea"),
    ]
)
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("details", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre"),
        *("section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    ]
)
_CELLS = frozenset(["td", "th"])
_BLANKS = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029\ufeff\x00]+")
_UNKNOWN_DECLARATION = re.compile(r"<!\[(?!CDATA\[)[^<>]{0,200}>?")
_CLOSES_ANYTHING = "<!--]]>'>\"-->"  # a comment; or the end of a quote, tag, or CDATA section
_ARTICLE_TYPES = re.compile(r"(?:\w*Article|Report|BlogPosting|LiveBlogPosting)\Z")


_FIELDS = Metadata.__struct_fields__


class Page(NamedTuple):
    """A page's text, what it says about itself, and its language (``None`` where unsaid)."""

    text: str
    metadata: Metadata
    language: str | None


def looks_like_html(text: str) -> bool:
    """Whether a text begins as an HTML page or fragment does."""
    return _OPENING.match(text[:20_000]) is not None


def read_html(html: str, *, source: str | None = None) -> Page:
    """Read a page. Raises ``UnreadableInput`` where it is too large or cannot be parsed."""
    if len(html) > _LARGEST:
        raise UnreadableInput(
            f"the page has {len(html):,} characters; {_LARGEST:,} is the most that is read",
            source=source,
            hint="Save the article's text alone and ingest that.",
        )
    soup = _parse(html, source)
    linked, tagged = _metadata(_from_linked_data(soup)), _metadata(_from_meta_tags(soup))
    answers = {name: getattr(linked, name) or getattr(tagged, name) for name in _FIELDS}
    return Page(_text(soup), Metadata(**answers), _language(soup))


def _parse(html: str, source: str | None) -> BeautifulSoup:
    # the parser gives up on "<![" that it does not know; browsers skip such a declaration
    tame = _UNKNOWN_DECLARATION.sub("", html)
    # and in what is left open at the end it tries every "<" against all that follows
    tame += _CLOSES_ANYTHING
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Beautiful Soup warns of text that looks like a file name
        try:
            return BeautifulSoup(tame, "html.parser")
        except (ParserRejectedMarkup, RecursionError) as error:
            raise UnreadableInput(
                f"the page is not HTML that can be parsed: {error}",
                source=source,
                hint="Save the article's text alone and ingest that.",
            ) from error


def _text(soup: BeautifulSoup) -> str:
    root = _article(soup)
    lines = list(_lines(root))
    title = soup.find("h1")
    if isinstance(title, Tag) and not _holds(root, title):
        # many pages put the headline above the element that holds the article
        lines = [line for line in _lines(title) if line not in lines[:1]] + lines
    return "\n".join(lines)


def _holds(root: Tag, element: Tag) -> bool:
    return any(parent is root for parent in element.parents)


def _article(soup: BeautifulSoup) -> Tag:
    """The element that holds the article: ``<article>`` or ``<main>`` if most paragraphs do."""
    total = 0
    sizes: dict[int, int] = {}
    elements: dict[int, Tag] = {}
    # (what is left of an element, the outermost <article> and <main> around it, in a <p>?)
    stack: list[tuple[Iterator[Any], Tag | None, Tag | None, bool]]
    stack = [(iter(soup.contents), None, None, False)]
    while stack:
        left, article, main, in_paragraph = stack[-1]
        node = next(left, None)
        if node is None:
            stack.pop()
        elif isinstance(node, Tag):
            if node.name in _NOT_TEXT:
                continue
            article = article or (node if node.name == "article" else None)
            main = main or (node if node.name == "main" else None)
            below = in_paragraph or node.name == "p"
            stack.append((iter(node.contents), article, main, below))
        elif in_paragraph:
            total += len(node)
            for holder in (article, main):
                if holder is not None:
                    elements[id(holder)] = holder
                    sizes[id(holder)] = sizes.get(id(holder), 0) + len(node)
    largest = max(sizes, key=lambda key: (sizes[key], elements[key].name == "article"), default=0)
    return elements[largest] if largest and sizes[largest] * 2 >= total else soup


def _lines(root: Tag) -> Iterator[str]:
    """The text under ``root``, a block a line, blanks collapsed as browsers do."""
    words: list[str] = []
    for part in _flow(root):
        if part is not None:
            words.append(part)
            continue
        line = _BLANKS.sub(" ", "".join(words)).strip()
        words.clear()
        if line and line != "•":
            yield line


def _flow(root: Tag) -> Iterator[str | None]:
    """Pieces of text in page order; ``None`` where a line ends."""
    stack: list[Iterator[Any]] = [iter([root])]
    blocks: list[bool] = [False]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
            if blocks.pop():
                yield None
        elif isinstance(node, Tag):
            if node.name in _NOT_TEXT or node.has_attr("hidden"):
                continue
            is_block = node.name in _BLOCKS
            if is_block:
                yield None
            if node.name == "li" and node.parent is not None and node.parent.name == "ul":
                yield "• "
            if node.name in _CELLS:
                yield " "
            stack.append(iter(node.contents))
            blocks.append(is_block)
        elif isinstance(node, NavigableString) and type(node) is NavigableString:
            yield from _verbatim(node) if _in_pre(node) else (str(node),)
    yield None


def _in_pre(node: NavigableString) -> bool:
    return node.parent is not None and node.parent.name == "pre"


def _verbatim(node: str) -> Iterator[str | None]:
    for line in node.splitlines():
        yield line
        yield None


def _language(soup: BeautifulSoup) -> str | None:
    page = soup.find("html")
    said = str(page.get("lang") or "") if isinstance(page, Tag) else ""
    match = re.fullmatch(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8})*)", said.strip().replace("_", "-"))
    return match[1].lower() + match[2] if match else None


_META = {
    "headline": ("og:title", "twitter:title", "dc.title"),
    "publisher": ("og:site_name", "application-name", "dc.publisher"),
    "author": ("author", "article:author", "dc.creator", "parsely-author", "byl"),
    "published": ("article:published_time", "datepublished", "date", "pubdate", "dc.date"),
    "updated": ("article:modified_time", "og:updated_time", "datemodified", "lastmod"),
    "section": ("article:section", "section"),
    "url": ("og:url",),
}


def _from_meta_tags(soup: BeautifulSoup) -> dict[str, Any]:
    said: dict[str, str] = {}
    for tag in soup.find_all("meta", limit=2_000):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        content = str(tag.get("content") or "").strip()
        if content:
            said.setdefault(str(name).lower(), content)
    facts: dict[str, Any] = {
        fact: next((said[name] for name in names if name in said), None)
        for fact, names in _META.items()
    }
    if facts["headline"] is None:
        for name in ("h1", "title"):
            element = soup.find(name)
            if isinstance(element, Tag) and element.get_text().strip():
                facts["headline"] = element.get_text()
                break
    if facts["published"] is None:
        stamp = soup.find("time", attrs={"datetime": True})
        facts["published"] = stamp.get("datetime") if isinstance(stamp, Tag) else None
    link = soup.find("link", rel="canonical")
    if isinstance(link, Tag) and link.get("href"):
        facts["url"] = str(link.get("href"))
    return {name: value for name, value in facts.items() if value}


def _from_linked_data(soup: BeautifulSoup) -> dict[str, Any]:
    """What the page's JSON-LD says of the first article in it (schema.org, ``NewsArticle``)."""
    for script in soup.find_all("script", type="application/ld+json", limit=50):
        source = script.string or ""
        try:
            data = json.loads(source[:1_000_000])
        except (ValueError, RecursionError):
            continue
        for thing in _things(data):
            kinds = thing.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLE_TYPES.match(kind) for kind in names):
                return _article_facts(thing)
    return {}


def _things(data: Any) -> Iterator[dict[str, Any]]:
    queue = [data]
    while queue and len(queue) < 10_000:
        thing = queue.pop(0)
        if isinstance(thing, list):
            queue.extend(thing)
        elif isinstance(thing, dict):
            yield thing
            queue.extend(thing[key] for key in ("@graph", "mainEntity") if key in thing)


def _article_facts(thing: dict[str, Any]) -> dict[str, Any]:
    facts = {
        "headline": thing.get("headline"),
        "publisher": next(iter(_names(thing.get("publisher"))), None),
        "author": _names(thing.get("author")),
        "published": thing.get("datePublished"),
        "updated": thing.get("dateModified"),
        "section": next(iter(_names(thing.get("articleSection"))), None),
        "url": thing.get("url"),
    }
    return {name: value for name, value in facts.items() if value}


def _names(value: Any) -> list[str]:
    """Names out of what JSON-LD allows: a text, an object with a name, or a list of them."""
    values = value if isinstance(value, list) else [value]
    found = [v.get("name") if isinstance(v, dict) else v for v in values]
    return [name for name in found if isinstance(name, str)]


def _metadata(facts: dict[str, Any]) -> Metadata:
    authors = facts.get("author", [])
    names = [_clean(name) for name in ([authors] if isinstance(authors, str) else authors)]
    published, updated = (_moment(facts.get(name)) for name in ("published", "updated"))
    url = _clean(facts.get("url"))
    return Metadata(
        headline=_clean(facts.get("headline")),
        publisher=_clean(facts.get("publisher")),
        bylines=tuple(dict.fromkeys(n for n in names if n and not n.startswith("http"))),
        published=published,
        updated=updated,
        dct=day_of(published or updated),
        url=url if url and url.startswith(("http://", "https://")) else None,
        section=_clean(facts.get("section")),
    )


def _clean(value: Any) -> str | None:
    """A short text on one line, or nothing."""
    if not isinstance(value, str):
        return None
    line = _BLANKS.sub(" ", value[:2_000]).strip()
    return line.encode("utf-8", "ignore").decode("utf-8") or None


def _moment(value: Any) -> str | None:
    return read_moment(value[:100]) if isinstance(value, str) else None
