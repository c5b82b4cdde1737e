"""Extractors: anything that turns a document's text into a prediction.

An extractor is a callable ``Document -> Document``: it is given the text and what the publisher
says of it, never the annotation, and returns the document with the layers it found.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from goldwire.schema.document import Annotation, Document
from goldwire.schema.errors import UnknownName

__all__ = ["BUILT_IN", "Extractor", "blind", "find_extractor"]

Extractor = Callable[[Document], Document]

BUILT_IN = {
    "rules": (
        "goldwire.evaluate.extractors.rules:extract",
        "Gazetteers, patterns, date and number grammars; fills every layer in part.",
    ),
}
"""Name → (``"module:object"``, what it does); nothing is imported before it runs."""


def find_extractor(name: str) -> Extractor:
    """A built-in extractor by name. Raises ``UnknownName``."""
    if name not in BUILT_IN:
        raise UnknownName("extractor", name, BUILT_IN)
    module, _, attribute = BUILT_IN[name][0].partition(":")
    extractor: Extractor = getattr(import_module(module), attribute)
    return extractor


def blind(document: Document) -> Document:
    """What an extractor may see: text, language, and metadata, without any annotation."""
    return Document(
        id=document.id,
        schema=document.schema,
        language=document.language,
        text=document.text,
        length=document.length,
        sha256=document.sha256,
        metadata=document.metadata,
        rights=document.rights,
        annotation=Annotation(),
    )
