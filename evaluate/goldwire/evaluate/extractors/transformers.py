"""``transformers:MODEL``: a token classification model of the transformers library."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError

from .label_map import Found, LabelMap, label_map, prediction_of
from .protocol import Options
from .settings import need_package, read_settings
from .spacy import tree_digest

__all__ = ["TransformersExtractor", "make"]

_STRIDE = 64
"""Tokens that neighbouring windows of a long text share."""


class Settings(Struct, frozen=True):
    """``labels``: a label map; ``aggregation``: how tokens become spans; ``device``: cpu, cuda."""

    labels: str | None = None
    aggregation: Literal["simple", "first", "average", "max"] = "simple"
    device: str = "cpu"


class TransformersExtractor:
    """Calls the pipeline; texts longer than the model's window are read in overlapping windows."""

    def __init__(self, name: str, pipeline: Any, labels: LabelMap) -> None:
        self.name = name
        self._pipeline = pipeline
        self._labels = labels
        self.fingerprint = ""

    def __call__(self, document: Document) -> dict[str, Any]:
        """The prediction for one document."""
        found = [
            Found(
                int(entity["start"]),
                int(entity["end"]),
                entity["entity_group"],
                round(float(entity["score"]), 6),
            )
            for entity in self._pipeline(document.text)
        ]
        return prediction_of(document, found, self._labels)


def make(argument: str, options: Options) -> TransformersExtractor:
    """Load the model of that name or folder.

    Raises ``InputError`` where the library or the model is missing, where the tokenizer tells no
    offsets, and for wrong settings.
    """
    settings = read_settings("transformers", options.settings, Settings)
    labels = label_map(settings.labels)
    library = need_package("transformers", "transformers", "transformers torch")
    need_package("transformers", "torch", "torch")
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(argument)
        model = library.AutoModelForTokenClassification.from_pretrained(argument)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"transformers: the model {argument!r} cannot be loaded: "
            f"{str(problem).strip().splitlines()[0]}",
            hint="Name a token classification model, or the folder of a saved one.",
        ) from problem
    if not tokenizer.is_fast:
        raise InputError(
            f"transformers: the tokenizer of {argument!r} tells no offsets",
            hint="Choose a model that has a fast tokenizer.",
        )
    window = min(tokenizer.model_max_length, model.config.max_position_embeddings)
    tokenizer.model_max_length = window  # without one, long texts would not be cut in windows
    model.eval()  # a dropout that is left on would make every run another
    pipeline = library.pipeline(
        "token-classification",
        model=model,
        tokenizer=tokenizer,
        aggregation_strategy=settings.aggregation,
        stride=min(_STRIDE, window // 4),
        device=settings.device,
    )
    extractor = TransformersExtractor(f"transformers:{argument}", pipeline, labels)
    folder = Path(argument)
    # A name on a hub stands for one commit of the model.
    version = tree_digest(folder) if folder.is_dir() else str(model.config._commit_hash)
    parts = [library.__version__, argument, version, labels.key, settings.aggregation]
    extractor.fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return extractor
