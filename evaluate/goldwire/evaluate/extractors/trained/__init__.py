"""The ``trained`` baseline: linear models over words, affixes, shapes, contexts, and word lists.

It learns the layers that its training documents say are annotated: mentions with their levels of
nesting, times and quantities as typed phrases, event triggers with their attributes, arguments of
events, and relations. Chains, values, attributions, and incidents it does not learn.

The stages, each in its module, in the order in which data flows::

    zones → reading → words (with gazetteers) → features
          → tagger, level by level (chain, tags) → phrases → classifier → items
          → links → classifier → document

Training is in ``training`` and ``fitting``, files are in ``storage`` and ``skops_files``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from goldwire.schema.document import Document

from ..protocol import Options
from ..settings import read_settings

if TYPE_CHECKING:
    from .model import Model

__all__ = ["TrainedExtractor", "make"]


class Settings(Struct, frozen=True):
    """There are none."""


class TrainedExtractor:
    """Calls a trained model."""

    def __init__(self, name: str, model: Model) -> None:
        from .storage import model_digest

        self.name = name
        self.model = model
        self.fingerprint = model_digest(model)

    def __call__(self, document: Document) -> Document:
        """The document with the layers that the model knows."""
        from .extraction import extract

        return extract(self.model, document)


def make(argument: str, options: Options) -> TrainedExtractor:
    """Load the model of that file.

    Raises ``InputError`` for a file that is no model, one of another format, one that holds what
    no model does, and one that was trained with other word lists than are installed.
    """
    from pathlib import Path

    from goldwire.schema.errors import InputError

    from .gazetteers import lists_digest
    from .storage import load_model

    read_settings("trained", options.settings, Settings)
    model = load_model(argument)
    if model.header.word_lists not in (None, lists_digest()):
        raise InputError(
            f"the model was trained with the word lists of goldwire {model.header.goldwire}, "
            "which have changed since",
            source=argument,
            hint="Train it again with this version.",
        )
    return TrainedExtractor(f"trained:{Path(argument).stem}", model)
