"""LangExtract's JSON Lines: offsets where it found them, quotes where it did not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.extractors.langextract import make as load
from goldwire.evaluate.extractors.protocol import NoAnswer, Options
from goldwire.schema.errors import InputError, InvalidDocument
from tests.making import make

TEXT = "Police in Tolen said police left.\n"


def extraction(kind: str, text: str, start: int | None = None, end: int | None = None,
               status: str | None = None) -> dict[str, Any]:  # fmt: skip
    """As LangExtract 1.x writes them."""
    interval = None if start is None else {"start_pos": start, "end_pos": end}
    return {
        "extraction_class": kind, "extraction_text": text, "char_interval": interval,
        "alignment_status": status, "extraction_index": 1, "group_index": 0, "description": None,
        "attributes": {"x": "y"},
    }  # fmt: skip


LINE = {
    "extractions": [
        extraction("organisation", "Police", 0, 6, "match_exact"),
        extraction("organisation", "the police left quickly", 14, 32, "match_lesser"),
        extraction("place", "TOLEN"),
        extraction("place", "Karsa"),
        extraction("mood", "grim", None, None),
        extraction("place", "", None, None),
        extraction("place", "Tolen", 400, 405, "match_fuzzy"),
    ],
    "text": TEXT,
    "document_id": "doc_1a2b3c4d",
}


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


@pytest.fixture
def map_file(tmp_path: Path) -> str:
    path = tmp_path / "map.toml"
    path.write_text('[mentions]\norganisation = "ORG"\nplace = "GPE"\n')
    return str(path)


def test_offsets_are_kept_and_what_has_none_is_placed_as_a_quote(
    tmp_path: Path, map_file: str
) -> None:
    path = write(tmp_path / "out.jsonl", LINE)
    prediction = load(path, Options(settings={"labels": map_file}))(make(TEXT, id="ours"))
    first, second, third, lost, empty, outside = prediction["mentions"]
    assert (first["spans"], first["note"]) == ([[0, 6]], "aligned by LangExtract: match_exact")
    assert second["spans"] == [[14, 32]]
    assert (third["spans"], third["text"], third["type"]) == ([[10, 15]], "Tolen", "GPE")
    assert "spans" not in lost
    assert "spans" not in empty
    assert outside["spans"] == [[10, 15]]
    assert prediction["note"] == "not in the label map, and left out: mood (1)"


def test_all_can_be_placed_by_their_text(tmp_path: Path, map_file: str) -> None:
    path = write(tmp_path / "out.jsonl", LINE)
    settings = {"labels": map_file, "placement": "quotes"}
    prediction = load(path, Options(settings=settings))(make(TEXT, id="ours"))
    assert prediction["mentions"][0]["spans"] == [[0, 6]]
    assert "spans" not in prediction["mentions"][1]


def test_a_document_is_found_by_its_id_or_by_its_text(tmp_path: Path) -> None:
    path = write(
        tmp_path / "out.jsonl",
        {"document_id": "a", "text": TEXT, "extractions": None},
        {"document_id": "doc_9", "text": "Other.\n", "extractions": []},
        {"document_id": "wrong", "text": "Other.\n", "extractions": []},
    )
    extractor = load(path, Options())
    assert extractor(make(TEXT, id="a")) == {"id": "a"}
    assert extractor(make("Other.\n", id="b")) == {"id": "b"}
    with pytest.raises(NoAnswer, match="another text"):
        extractor(make(TEXT, id="wrong"))
    with pytest.raises(NoAnswer, match="no document with this id or this text"):
        extractor(make("Unknown.\n", id="c"))


def test_what_is_no_file_of_langextract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(str(tmp_path / "no.jsonl"), Options())
    path = tmp_path / "out.jsonl"
    path.write_text('{"text": "x", "extractions": []}\n\n{"extractions": 3}\n')
    with pytest.raises(InvalidDocument, match=r"out\.jsonl:3"):
        load(str(path), Options())
    other = write(tmp_path / "other.jsonl", {"id": "a", "mentions": []})
    with pytest.raises(InvalidDocument, match=r"other\.jsonl:1: .*it has no extractions"):
        load(other, Options())
    twice = write(tmp_path / "twice.jsonl", LINE, LINE)
    with pytest.raises(InputError, match="stands there twice"):
        load(twice, Options())


def test_the_fingerprint_follows_the_file(tmp_path: Path) -> None:
    one = load(write(tmp_path / "a.jsonl", LINE), Options())
    same = load(write(tmp_path / "b.jsonl", LINE), Options())
    other = load(write(tmp_path / "c.jsonl", {**LINE, "extractions": []}), Options())
    assert one.fingerprint == same.fingerprint != other.fingerprint
