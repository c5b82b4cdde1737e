"""A real spaCy pipeline: blank, with an entity ruler, saved and loaded again."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.extractors.protocol import Options
from goldwire.evaluate.extractors.spacy import make as load
from goldwire.schema.errors import InputError, UnknownName
from tests.making import make

needs_spacy = pytest.mark.skipif(
    importlib.util.find_spec("spacy") is None, reason="needs spaCy: pip install spacy"
)
TEXT = "🚀 Colonel Vael met Delta News in Tolen.\nTolen’s mayor left."


def save_pipeline(folder: Path, label: str = "GPE") -> Path:
    import importlib

    spacy: Any = importlib.import_module("spacy")
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "Colonel Vael"},
            {"label": label, "pattern": "Tolen"},
            {"label": "EVENT", "pattern": "met"},
        ]
    )
    pipeline.to_disk(folder)
    return folder


def surfaces(prediction: dict[str, Any]) -> list[tuple[str, str]]:
    return [(TEXT[item["start"] : item["end"]], item["type"]) for item in prediction["mentions"]]


@needs_spacy
def test_entities_become_mentions_with_offsets_in_code_points(tmp_path: Path) -> None:
    folder = save_pipeline(tmp_path / "pipeline")
    extractor = load(str(folder), Options(settings={"labels": "ontonotes"}))
    prediction = extractor(make(TEXT, id="d"))
    assert prediction["id"] == "d"
    assert surfaces(prediction) == [("Colonel Vael", "PER"), ("Tolen", "GPE"), ("Tolen", "GPE")]
    assert prediction["note"] == "not in the label map, and left out: EVENT (1)"


@needs_spacy
def test_a_batch_answers_as_single_documents_do(tmp_path: Path) -> None:
    extractor = load(str(save_pipeline(tmp_path / "pipeline")), Options())
    documents = [make(TEXT, id="a"), make("", id="b"), make("In Tolen.", id="c")]
    assert extractor.batch(documents) == [extractor(document) for document in documents]
    assert [len(each.get("mentions", ())) for each in extractor.batch(documents)] == [4, 0, 1]


@needs_spacy
def test_the_fingerprint_follows_the_pipeline_and_the_map(tmp_path: Path) -> None:
    one = save_pipeline(tmp_path / "one")
    other = save_pipeline(tmp_path / "other", label="LOC")
    prints = {
        load(str(one), Options()).fingerprint,
        load(str(other), Options()).fingerprint,
        load(str(one), Options(settings={"labels": "ontonotes"})).fingerprint,
    }
    assert len(prints) == 3
    assert load(str(one), Options()).fingerprint in prints


@needs_spacy
def test_a_pipeline_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="the pipeline 'no_such_pipeline' cannot be loaded"):
        load("no_such_pipeline", Options())


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(InputError, match="needs the package spacy") as caught:
        load("en_core_web_sm", Options())
    assert caught.value.hint == "Install it with `pip install spacy`."
    assert caught.value.exit_code == 2


def test_an_unknown_setting_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'labels'"):
        load("en_core_web_sm", Options(settings={"label": "x"}))
