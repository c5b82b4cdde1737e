"""What a trained baseline is: a header, a vocabulary, and what was learnt layer by layer."""

from __future__ import annotations

from msgspec import Struct

from .classifier import Classifier
from .features import Vocabulary
from .links import Linker
from .tagger import Level

__all__ = ["FORMAT", "Header", "Model", "Phrases"]

FORMAT = 1
"""Of model files; it changes whenever features do, since weights mean nothing without them."""


class Header(Struct, frozen=True, kw_only=True):
    """What a model was made from, and by which versions."""

    format: int = FORMAT
    goldwire: str
    libraries: dict[str, str]
    """By name, the version of every library that took part in the fitting."""
    training: str
    """SHA-256 of the training documents, in the order of their ids."""
    documents: int
    sentences: int
    words: int
    languages: tuple[str, ...]
    labels: dict[str, dict[str, int]]
    """By layer, how often every label was seen in training."""
    skipped: dict[str, int]
    """By reason, training documents or items that nothing was learnt from."""
    word_lists: str | None
    """SHA-256 of the word lists that were features; ``None`` where none were."""
    zoned: bool
    """Whether training documents had zones: then unscored ones are not read."""
    penalty: float


class Phrases(Struct, frozen=True):
    """What was learnt of one layer of phrases: where they are, their labels, their attributes.

    ``values`` holds, for every attribute, by label the values that it was seen with.
    """

    levels: tuple[Level, ...]
    label: Classifier
    attributes: dict[str, Classifier]
    values: dict[str, dict[str, tuple[str, ...]]]


class Model(Struct, frozen=True):
    """A trained baseline; ``phrases`` and ``links`` by name, only what was annotated."""

    header: Header
    vocabulary: Vocabulary
    phrases: dict[str, Phrases]
    links: dict[str, Linker]
