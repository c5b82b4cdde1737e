"""A real GLiNER model, tiny, random, and built on the spot: its interface is the one we call."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.extractors.gliner import make as load
from goldwire.evaluate.extractors.protocol import Options
from tests.making import make

needs_gliner = pytest.mark.skipif(
    importlib.util.find_spec("gliner") is None, reason="needs gliner: make test-models"
)
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "colonel", "vael", "met", "in", "tolen", ".")


def save_model(folder: Path) -> Path:
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    gliner: Any = importlib.import_module("gliner")
    torch.manual_seed(7)
    encoder = folder / "encoder"
    encoder.mkdir()
    (encoder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    transformers.BertTokenizerFast(vocab=str(encoder / "vocab.txt")).save_pretrained(encoder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=16,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(encoder)
    model = gliner.GLiNER.from_config(
        {"model_name": str(encoder), "model_type": "gliner_uni_encoder_span", "hidden_size": 16,
         "num_rnn_layers": 0, "span_mode": "markerV0", "max_len": 50}
    )  # fmt: skip
    model.save_pretrained(folder / "model")
    return folder / "model"


@needs_gliner
def test_a_saved_model_is_loaded_and_read_to_the_end_of_the_text(tmp_path: Path) -> None:
    text = "🚀 Colonel Vael met Vael in Tolen. " * 12
    settings = {"threshold": "0.0", "words": "20"}  # what a random model finds means nothing
    extractor = load(str(save_model(tmp_path)), Options(settings=settings))
    prediction = extractor(make(text, id="d"))
    mentions = prediction["mentions"]
    assert max(item["end"] for item in mentions) > len(text) - 10
    for item in mentions:
        found = text[item["start"] : item["end"]]
        assert found == found.strip() != ""
    assert "note" not in prediction
