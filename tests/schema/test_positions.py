"""Text positions: every unit there and back, quotes to offsets, user-perceived characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.schema.positions import (
    UNITS,
    OffsetMap,
    Unit,
    excerpt,
    find_quote,
    grapheme_boundaries,
    occurrences,
    snap_to_graphemes,
    surface,
    visible,
)

HARD = [
    "🚀",
    "👩‍🚀",
    "é",
    "e\u0301",
    "ا",
    "שלום",
    "\r\n",
    "\n",
    "“",
    "日本",
    "🇮🇶",
    " ",
    "a",
    "\u200f",
]
texts = st.lists(st.sampled_from(HARD) | st.characters(codec="utf-8"), max_size=30).map("".join)


def encoded_length(text: str, unit: Unit) -> int:
    if unit == "code_point":
        return len(text)
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text.encode())


@given(texts, st.data())
def test_offsets_agree_with_the_encodings(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for unit in UNITS:
        offsets = OffsetMap(text, unit)
        there = offsets.from_code_point(at)
        assert there == encoded_length(text[:at], unit)
        assert offsets.to_code_point(there) == at
        assert offsets.length == encoded_length(text, unit)


@given(texts)
def test_an_offset_inside_a_character_is_refused(text: str) -> None:
    for unit in UNITS:
        offsets = OffsetMap(text, unit)
        edges = {offsets.from_code_point(at) for at in range(len(text) + 1)}
        for at in range(offsets.length + 1):
            if at not in edges:
                with pytest.raises(ValueError, match="inside a character"):
                    offsets.to_code_point(at)


@pytest.mark.parametrize("offset", [-1, 5])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    offsets = OffsetMap("🚀abc", "code_point")
    with pytest.raises(IndexError):
        offsets.from_code_point(offset)
    with pytest.raises(IndexError):
        offsets.to_code_point(offset)


@given(texts, st.data())
def test_a_quote_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = text[start:end]
    found = find_quote(text, quote)
    if not quote.strip():
        assert found is None
        return
    assert found is not None
    assert text[slice(*found.span)] == quote
    assert found.how in ("exact", "first")
    places = list(occurrences(text, quote))
    again = find_quote(text, quote, occurrence=places.index(start) + 1)
    assert again is not None
    assert again.span == (start, end)


def test_context_decides_between_equal_quotes() -> None:
    text = "The base was hit. Nobody in the base was hurt."
    found = find_quote(text, "base", prefix="Nobody in the ")
    assert found is not None
    assert (found.span, found.how) == ((32, 36), "context")
    after = find_quote(text, "base", suffix=" was hit")
    assert after is not None
    assert after.span == (4, 8)
    first = find_quote(text, "base")
    assert first is not None
    assert (first.span, first.how) == ((4, 8), "first")


def test_a_quote_that_is_nearly_right_is_placed_by_similarity() -> None:
    text = "“Two rockets fell outside the Iraqi base,” a statement said."
    found = find_quote(text, "two rockets fell outside the Iraqi base")
    assert found is not None
    assert found.how == "fuzzy"
    assert text[slice(*found.span)].endswith("Iraqi base")
    assert 0.85 <= found.similarity < 1


def test_a_quote_that_is_not_there_is_not_placed() -> None:
    assert find_quote("Two rockets fell.", "an embassy in flames") is None
    assert find_quote("", "x") is None
    assert find_quote("Two rockets fell.", "two rockets fell", threshold=1.1) is None
    assert find_quote("a b a", "a", occurrence=3) is None


@given(texts)
def test_graphemes_tile_the_text(text: str) -> None:
    edges = grapheme_boundaries(text)
    assert edges[0] == 0
    assert edges[-1] == len(text)
    assert edges == sorted(set(edges))


@given(texts, st.data())
def test_snapping_covers_and_cuts_nothing(text: str, data: st.DataObject) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    low, high = snap_to_graphemes(text, (start, end))
    edges = grapheme_boundaries(text)
    assert low <= start
    assert end <= high
    assert low in edges
    assert high in edges
    assert snap_to_graphemes(text, (low, high)) == (low, high)


def test_an_astronaut_is_one_character() -> None:
    text = "a👩‍🚀b"
    assert grapheme_boundaries(text) == [0, 1, 4, 5]
    assert snap_to_graphemes(text, (2, 3)) == (1, 4)


def test_surface_of_fragments() -> None:
    assert surface("US and coalition troops", ((0, 2), (17, 23))) == "US troops"


@given(texts, st.integers(-5, 60), st.integers(-5, 60))
def test_excerpts_are_one_safe_line(text: str, start: int, end: int) -> None:
    shown = excerpt(text, start, end)
    assert "⟦" in shown
    assert "⟧" in shown
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in shown)


@pytest.mark.parametrize("hostile", ["\x1b[31m", "\u202e", "\x00", "\x9b", "\ud800"])
def test_hostile_characters_are_made_visible(hostile: str) -> None:
    shown = visible(f"a{hostile}b")
    assert hostile[0] not in shown
    shown.encode()
