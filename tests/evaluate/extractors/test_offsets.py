"""Offsets that count UTF-16 code units or bytes: converted where said, suspected where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.commands.run import _cut_words
from goldwire.evaluate.extractors import Options, find_extractor
from goldwire.evaluate.extractors.offsets import cut_words, in_code_points
from goldwire.evaluate.extractors.protocol import NoAnswer
from goldwire.evaluate.runner import run_extractor
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.positions import OffsetMap, Unit

from .programs import TEXT, document, documents, line

COUNTING = """
import json, sys
for line in sys.stdin:
    document = json.loads(line)
    before, word, _ = document["text"].partition("Velmar")
    size = lambda text: len(text.encode(sys.argv[1])) // int(sys.argv[2])
    start = size(before)
    end = start + size(word)
    mentions = [
        {"start": start, "end": end, "type": "GPE", "text": word, "head": [start, end]},
        {"spans": [[start, end]], "type": "GPE"},
    ]
    print(json.dumps({"id": document["id"], "mentions": mentions}), flush=True)
"""
PYTHON = """
def extract(document):
    start = len(document.text.partition("Velmar")[0].encode("utf-16-le")) // 2
    return {"mentions": [{"start": start, "end": start + 6, "type": "GPE", "text": "Velmar"}]}
"""


@pytest.mark.parametrize(("offsets", "codec"), [("utf16", "utf-16-le 2"), ("bytes", "utf-8 1")])
def test_a_program_may_count_otherwise(tmp_path: Path, offsets: str, codec: str) -> None:
    name = line(tmp_path, COUNTING, *codec.split())
    options = Options(settings={"offsets": offsets})
    found = run_extractor(find_extractor(name, options), documents("one", "two"), timeout=10)
    assert found.failures == ()
    at = TEXT.index("Velmar")
    for prediction in found.predictions:
        assert isinstance(prediction, dict)
        first, second = prediction["mentions"]
        assert (first["start"], first["end"], first["head"]) == (at, at + 6, [at, at + 6])
        assert second["spans"] == [[at, at + 6]]


@pytest.mark.parametrize("isolated", [False, True])
def test_a_python_object_may_count_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolated: bool
) -> None:
    (tmp_path / "counts_utf16.py").write_text(PYTHON)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    options = Options(settings={"offsets": "utf16"})
    extractor = find_extractor("python:counts_utf16:extract", options, isolated=isolated)
    assert run_extractor(extractor, documents("one"), timeout=20).failures == ()
    wrong = Options(settings={"offsets": "lines"})
    with pytest.raises(InputError, match="offsets"):
        find_extractor("python:counts_utf16:extract", wrong, isolated=isolated)


@pytest.mark.parametrize("name", ["cmd:cat", "http://localhost"])
def test_settings_of_programs_and_servers(name: str) -> None:
    with pytest.raises(UnknownName, match="unknown setting"):
        find_extractor(name, Options(settings={"a": "1"}))
    with pytest.raises(InputError, match="offsets"):
        find_extractor(name, Options(settings={"offsets": "lines"}))


@given(st.text(min_size=1), st.data())
def test_there_and_back(text: str, data: st.DataObject) -> None:
    units: list[tuple[str, Unit]] = [("utf16", "utf16"), ("bytes", "byte")]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    ours = {"id": "d", "times": [{"start": start, "end": end, "type": "DATE"}], "note": "start"}
    for name, unit in units:
        table = OffsetMap(text, unit)
        at = [table.from_code_point(start), table.from_code_point(end)]
        theirs = {**ours, "times": [{"start": at[0], "end": at[1], "type": "DATE"}]}
        assert in_code_points(theirs, text, name) == ours


@pytest.mark.parametrize("start", [1, 10**6])
def test_offsets_that_are_none_are_told(start: int) -> None:
    with pytest.raises(NoAnswer, match=f"offset {start} "):
        in_code_points({"mentions": [{"start": start, "end": 9}]}, TEXT, "utf16")


def test_many_spans_within_words_raise_a_question() -> None:
    texts = [document(f"d{number}", f"🚀 {TEXT}") for number in range(4)]
    at = texts[0].text.index("Velmar")

    def predictions(moved: int) -> list[dict[str, Any]]:
        item = {"start": at + moved, "end": at + moved + 6, "type": "GPE"}
        return [{"id": each.id, "mentions": [item]} for each in texts]

    assert cut_words(texts, predictions(0)) is None
    found = cut_words(texts, predictions(2))
    assert found is not None
    assert (found.cut, found.spans, found.better) == (4, 4, "utf16")
    found = cut_words(texts, predictions(6))
    assert found is not None
    assert found.better == "bytes"
    plain = [document(f"d{number}", "Rockets hit Velmar.") for number in range(4)]
    assert cut_words(plain, predictions(2)) is None
    ran = run_extractor(lambda one: json.dumps(predictions(2)[int(one.id[1])]), texts)
    (finding,) = _cut_words(texts, ran)
    assert "--set offsets=utf16" in finding.examples[0]
