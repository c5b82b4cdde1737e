"""A real token classification model, tiny, and built on the spot: its weights are written by hand.

Every word of the vocabulary points in a direction of its own, and the classifier reads the label
of the word off that direction: the model finds exactly what its dictionary says.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.extractors.protocol import Options
from goldwire.evaluate.extractors.transformers import make as load
from goldwire.schema.errors import InputError
from tests.making import make

needs_models = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("torch", "transformers")),
    reason="needs torch and transformers: make test-models",
)
LABELS = ("O", "B-PER", "I-PER", "B-LOC")
DICTIONARY = {
    "colonel": "B-PER", "vael": "I-PER", "tolen": "B-LOC", "met": "O", "in": "O", "reporters": "O",
    ".": "O",
}  # fmt: skip
WINDOW = 32


def save_model(folder: Path) -> Path:
    """A BERT without layers: embeddings, their norm, and a classifier."""
    torch: Any = importlib.import_module("torch")
    library: Any = importlib.import_module("transformers")
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *DICTIONARY]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(tokens) + "\n")
    library.BertTokenizerFast(
        vocab=str(folder / "vocab.txt"), do_lower_case=True, model_max_length=WINDOW
    ).save_pretrained(folder)
    size = len(tokens)
    config = library.BertConfig(
        vocab_size=size, hidden_size=size, num_hidden_layers=0, num_attention_heads=1,
        intermediate_size=1, max_position_embeddings=WINDOW, num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)), label2id={name: at for at, name in enumerate(LABELS)},
    )  # fmt: skip
    model = library.BertForTokenClassification(config)
    with torch.no_grad():
        embeddings = model.bert.embeddings
        embeddings.word_embeddings.weight.copy_(10 * torch.eye(size))
        embeddings.position_embeddings.weight.zero_()
        embeddings.token_type_embeddings.weight.zero_()
        model.classifier.bias.zero_()
        model.classifier.weight.zero_()
        for at, token in enumerate(tokens):
            model.classifier.weight[LABELS.index(DICTIONARY.get(token, "O")), at] = 10.0
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "tiny")


def found(text: str, prediction: dict[str, Any]) -> list[tuple[str, str]]:
    return [(text[m["start"] : m["end"]], m["type"]) for m in prediction.get("mentions", ())]


@needs_models
def test_entities_become_mentions_with_offsets_in_code_points(folder: Path) -> None:
    text = "🚀 Colonel Vael met “reporters” in Tolen."
    extractor = load(str(folder), Options(settings={"labels": "conll2003"}))
    prediction = extractor(make(text, id="d"))
    assert found(text, prediction) == [("Colonel Vael", "PER"), ("Tolen", "GPE")]
    assert all(0.9 < item["score"] <= 1 for item in prediction["mentions"])
    assert found("", extractor(make("", id="e"))) == []


@needs_models
def test_a_text_longer_than_the_window_is_read_to_its_end(folder: Path) -> None:
    sentence = "Colonel Vael met reporters in Tolen. "
    text = sentence * 40
    prediction = load(str(folder), Options())(make(text, id="d"))
    assert found(text, prediction) == [("Colonel Vael", "PER"), ("Tolen", "LOC")] * 40


@needs_models
def test_the_fingerprint_follows_the_model_and_the_settings(folder: Path, tmp_path: Path) -> None:
    other = save_model(tmp_path / "other")
    (other / "note.txt").write_text("changed")
    prints = [
        load(str(folder), Options()).fingerprint,
        load(str(other), Options()).fingerprint,
        load(str(folder), Options(settings={"aggregation": "first"})).fingerprint,
    ]
    assert len(set(prints)) == 3
    assert load(str(folder), Options()).fingerprint == prints[0]


@needs_models
def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be loaded"):
        load(str(tmp_path / "none"), Options())


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(InputError, match="needs the package transformers") as caught:
        load("a/model", Options())
    assert caught.value.hint == "Install it with `pip install transformers torch`."
