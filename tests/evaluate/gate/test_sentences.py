"""The sentence around an item."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.gate.sentences import sentence_around


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("One. Two fell on May 2. Three.", "fell", "Two ⟦fell⟧ on May 2."),
        ("Gen. Vael met Dr. Osk. They left.", "met", "Gen. Vael ⟦met⟧ Dr. Osk."),
        ("He said “go.” She went.", "said", "He ⟦said⟧ “go.”"),
        ("Headline\nBody here", "Body", "⟦Body⟧ here"),
        ("One. Two. Three.", "One. Two", "⟦One. Two⟧."),
        ("だれ。ここ。", "ここ", "⟦ここ⟧。"),
        ("A\x1b[31m red.", "red", "A␛[31m ⟦red⟧."),
    ],
)
def test_sentences(text: str, word: str, sentence: str) -> None:
    start = text.index(word)
    assert sentence_around(text, start, start + len(word)) == sentence


@given(st.text(max_size=400), st.data())
@settings(max_examples=60)
def test_a_sentence_holds_its_place_on_one_line(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(-2, len(text) + 2))
    end = data.draw(st.integers(-2, len(text) + 2))
    found = sentence_around(text, start, end)
    assert bool(found) == (0 <= start < end <= len(text))
    assert len(found.splitlines()) <= 1
