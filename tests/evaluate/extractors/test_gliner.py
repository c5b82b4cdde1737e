"""GLiNER: a stand-in with its interface; the adapter cuts texts, and maps labels and offsets."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.extractors.gliner import make as load
from goldwire.evaluate.extractors.gliner import pieces
from goldwire.evaluate.extractors.protocol import Options
from goldwire.schema.errors import InputError
from tests.making import make


class Model:
    """Finds capitalised words, and keeps what it was asked."""

    asked: list[tuple[str, list[str], float]]

    @classmethod
    def from_pretrained(cls, name: str) -> Model:
        if name == "missing":
            raise OSError("no such model\nand much more")
        model = cls()
        model.asked = []
        return model

    def predict_entities(
        self, text: str, labels: list[str], threshold: float = 0.5
    ) -> list[dict[str, Any]]:
        self.asked.append((text, labels, threshold))
        return [
            {"start": m.start(), "end": m.end(), "text": m[0], "label": "person", "score": 0.75}
            for m in re.finditer(r"[A-Z]\w+", text)
        ]


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in: Any = SimpleNamespace(GLiNER=Model, __version__="0")
    monkeypatch.setitem(sys.modules, "gliner", stand_in)


def test_a_long_text_is_read_in_pieces_and_offsets_are_of_the_whole() -> None:
    text = "Vael left. Ilse stayed. " * 30
    extractor = load("model", Options(settings={"words": "10", "threshold": "0.3"}))
    found = extractor(make(text, id="d"))["mentions"]
    assert len(found) == 60
    assert {text[item["start"] : item["end"]] for item in found} == {"Vael", "Ilse"}
    assert {(item["type"], item["score"]) for item in found} == {("PER", 0.75)}


def test_the_titles_of_the_schema_are_looked_for() -> None:
    extractor = load("model", Options())
    extractor(make("Vael left.", id="d"))
    ((_, labels, threshold),) = extractor._model.asked
    assert {"person", "organisation", "weapon"} <= set(labels)
    assert threshold == 0.5


@given(st.text(alphabet="ab .\n!", max_size=200), st.integers(1, 7))
def test_pieces_hold_all_words_and_none_is_too_long(text: str, words: int) -> None:
    found = list(pieces(text, words))
    assert all(len(text[start:end].split()) <= words for start, end in found)
    assert [word for start, end in found for word in text[start:end].split()] == text.split()
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))


def test_what_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="'missing' cannot be loaded: no such model"):
        load("missing", Options())
    with pytest.raises(InputError, match="names no entity types"):
        load("model", Options(settings={"schema": "core"}))
    monkeypatch.setitem(sys.modules, "gliner", None)
    with pytest.raises(InputError, match="needs the package gliner"):
        load("model", Options())
