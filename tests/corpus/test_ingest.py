"""Ingest: bytes and text to documents, metadata, and input that is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.corpus.ingest import SCHEMA, find_metadata, ingest, read_text
from goldwire.corpus.zones import find_zones
from goldwire.schema.document import Annotation, Document, Metadata, Rights, from_json, to_json
from goldwire.schema.errors import InputError, UnreadableInput

SHARED = Path(__file__).parents[2].parent / "shared"
SEED = SHARED / "seed" / "ain-al-asad.txt"

ARTICLE = """\
Convoy attacked near town, police say
By Jane Doe and John Roe
Updated 30 April 2022
TIKRIT: Gunmen attacked a convoy on Saturday, police said.
“It was loud,” a driver said.
"""


def said(text: str) -> Metadata:
    return find_metadata(text, find_zones(text))


def test_a_document_of_plain_text() -> None:
    document = ingest(ARTICLE.encode(), id="convoy")
    assert document.text == ARTICLE
    assert document.length == len(ARTICLE)
    assert document.sha256 == hashlib.sha256(ARTICLE.encode()).hexdigest()
    assert (document.id, document.schema, document.language) == ("convoy", SCHEMA, "en")
    assert document.annotation == Annotation(status="draft")
    assert document.annotation.layers == ()
    assert document.rights == Rights()
    assert document.zones == find_zones(ARTICLE)
    assert document.metadata == Metadata(
        headline="Convoy attacked near town, police say",
        bylines=("Jane Doe", "John Roe"),
        dateline="TIKRIT",
        updated="2022-04-30",
        dct="2022-04-30",
    )
    assert from_json(to_json(document)) == document


def test_the_seed_article() -> None:
    if not SEED.exists():
        pytest.skip("the shared seed article is not here")
    document = ingest(SEED.read_bytes(), id="ain-al-asad")
    assert document.text == SEED.read_bytes().decode()
    assert document.metadata == Metadata(
        headline="Two rockets target coalition troops in Iraq, no casualties",
        dateline="FALLUJAH",
        updated="2022-04-30",
        dct="2022-04-30",
    )


def problems(document: Document) -> list[str]:
    """Findings of the integrity rules for text, zones, and spans."""
    from goldwire.schema.rules import spans, text
    from goldwire.schema.rules.context import Context

    context = Context(document, labels=None)  # type: ignore[arg-type]
    rules = [rule for rule in (*text.RULES, *spans.RULES) if rule.code[0] in "TZ"]
    rules += [rule for rule in spans.RULES if rule.code in ("S1", "S2", "S3", "S5")]
    return [found.message for rule in rules for found in rule.find(context)]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_kept_or_refused(text: str) -> None:
    try:
        document = ingest(text, id="x", html=False)
    except UnreadableInput:
        bad = set(text) & {"\x00", "\ufeff", "\r"} or any("\ud800" <= c <= "\udfff" for c in text)
        assert bad or not text.strip()
        return
    assert document.text == text
    assert problems(document) == []
    assert from_json(to_json(document)) == document


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = ingest(data, id="x")
    except UnreadableInput:
        return
    assert problems(document) == []


def test_line_ends_and_blanks_are_kept() -> None:
    text = "  One line of text.\r\n\tAnother\u00a0line 🎉 of text.\r\n"
    assert ingest(text.encode(), id="x").text == text


def test_marks_of_encodings() -> None:
    assert read_text("\ufeffText".encode()) == "Text"
    assert read_text("Text £".encode("utf-16")) == "Text £"
    assert read_text(b"\xfe\xff" + "Text £".encode("utf-16-be")) == "Text £"


@pytest.mark.parametrize(
    ("data", "problem", "hint"),
    [
        (b"He said \x93no\x94.", "0x93 at position 8", "windows-1252"),
        ("\u0420\u0430\u043a\u0435\u0442\u044b".encode("cp1251"), "position 0", "windows-1251"),
        ("<meta charset='latin-1'>caf\u00e9".encode("latin-1"), "position 27", "latin-1"),
        ("Text".encode("utf-32"), "position 0", "UTF-32"),
        ("T\u00e9xt of an article".encode("utf-16-le"), "position 2", "UTF-16"),
        (b"\xff\xfea", "UTF-16", "UTF-8"),
        (b"%PDF-1.7 \xff", "a PDF", "text"),
        (b"PK\x03\x04abc", "ZIP", "text"),
        (b"abc\x00def", "NUL character at character 3", "binary"),
        (b"", "no text", "word"),
        (b" \n\t\xc2\xa0", "no text", "word"),
        (b"<p> </p>", "no text", "word"),
        ("one\rtwo", "lone carriage return at character 3", "LF"),
        ("one\n\ufefftwo", "U+FEFF", "invisible"),
        ("one \ud800", "unpaired surrogate at character 4", "decode"),
    ],
)
def test_what_is_refused(data: bytes | str, problem: str, hint: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        ingest(data, id="x")
    assert problem in caught.value.problem
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("bad", ["", "a b", "-a", "a/b", "a" * 129, "é"])
def test_ids_of_wrong_form(bad: str) -> None:
    with pytest.raises(InputError, match="id of a document"):
        ingest("Text.", id=bad)


def test_a_language_of_wrong_form() -> None:
    with pytest.raises(InputError, match="language"):
        ingest("Text.", id="x", language="English")


def test_given_metadata_goes_first() -> None:
    given_fields = Metadata(published="2022-04-28", publisher="Example News")
    found = ingest(ARTICLE, id="x", metadata=given_fields).metadata
    assert found.publisher == "Example News"
    assert found.dct == "2022-04-28"
    assert found.updated == "2022-04-30"
    assert found.dateline == "TIKRIT"
    rights = Rights(holder="Example News", redistributable=False)
    assert ingest(ARTICLE, id="x", rights=rights).rights == rights


HTML = (
    '<html lang="de"><head><meta property="og:site_name" content="Example"></head><body>'
    "<h1>Convoy attacked near town</h1><p>By Jane Doe</p><p>30 April 2022</p>"
    "<p>TIKRIT (AFP) - Gunmen attacked a convoy, police said.</p></body></html>"
)


def test_an_html_page() -> None:
    document = ingest(HTML, id="x")
    assert document.text.split("\n")[0] == "Convoy attacked near town"
    assert [zone.kind for zone in document.zones] == [
        *("headline", "byline", "byline_date", "dateline", "body"),
    ]
    assert document.language == "de"
    assert ingest(HTML, id="x", language="en").language == "en"
    assert document.metadata == Metadata(
        headline="Convoy attacked near town",
        publisher="Example",
        agency="AFP",
        bylines=("Jane Doe",),
        dateline="TIKRIT",
        published="2022-04-30",
        dct="2022-04-30",
    )
    assert problems(document) == []


def test_html_can_be_said_or_denied() -> None:
    assert ingest(HTML, id="x", html=False).text == HTML
    assert ingest("Text <b>in</b> bold.", id="x", html=True).text == "Text in bold."
    assert ingest("Text <b>in</b> bold.", id="x").text == "Text <b>in</b> bold."


@pytest.mark.parametrize(
    ("text", "dct"),
    [
        ("KABUL, Afghanistan (Jan. 5, 2012) – Troops found arms.", "2012-01-05"),
        ("2010-09-CA-005\nKABUL, Afghanistan (Sept. 1) - Troops found arms.", "2010-09-01"),
        ("2011-01-S-001\nKABUL, Afghanistan (Dec. 31) - Troops found arms.", "2010-12-31"),
        ("June 17: Forces find arms\n2010-06-CA-063\nTroops found arms today.", "2010-06-17"),
        ("KABUL, Afghanistan (Sept. 1) - Troops found arms.", None),
        ("Troops found arms on Jan. 5, 2012, and left.", None),
    ],
)
def test_the_day_of_a_document(text: str, dct: str | None) -> None:
    assert said(text).dct == dct


def test_two_stamps_on_a_line() -> None:
    text = (
        "Bomb hurts five\nPublished 3 May 2022, updated 4 May 2022 10:00\nFive were hurt, he said."
    )
    found = said(text)
    assert (found.published, found.updated) == ("2022-05-03", "2022-05-04T10:00")
    assert found.dct == "2022-05-03"


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("© 2022 Example News. All rights reserved.", "Example News"),
        ("Copyright 2022 The Example Press", "The Example Press"),
        ("Joint Command - Northland", "Joint Command - Northland"),
        ("Share", None),
    ],
)
def test_publishers(line: str, publisher: str | None) -> None:
    text = f"Bomb hurts five\n{line}\nFive were hurt on Sunday, he said."
    assert said(text).publisher == publisher


def test_agencies_are_no_authors() -> None:
    found = said("Bomb hurts five\nBy AFP\nFive were hurt on Sunday, he said.")
    assert (found.agency, found.bylines) == ("AFP", ())


def test_a_photo_agency_is_not_the_agency_of_the_text() -> None:
    text = "Bomb hurts five\nA market on Sunday. (AFP/File Photo)\nFive were hurt, he said today."
    assert said(text).agency is None
