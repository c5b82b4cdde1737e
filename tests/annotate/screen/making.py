"""Labellers over documents in a store of their own."""

from __future__ import annotations

from pathlib import Path

import msgspec

from goldwire.annotate.proposals import propose
from goldwire.annotate.screen.keys import Keymap
from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store
from goldwire.schema.document import LAYERS, Document
from goldwire.schema.labels import LabelSet, read_labels
from goldwire.schema.schemas import load_schema

__all__ = ["bare", "labels", "make_labeller"]


def labels() -> LabelSet:
    """The label set of the newswire schema."""
    return read_labels(load_schema("newswire"))


def bare(document: Document) -> Document:
    """A document with its zones and nothing else, as it is when it comes to an annotator."""
    empty = {layer: () for layer in LAYERS if layer != "zones"}
    annotation = msgspec.structs.replace(document.annotation, layers=())
    return msgspec.structs.replace(document, annotation=annotation, **empty)


def make_labeller(folder: Path, document: Document, keymap: Keymap | None = None) -> Labeller:
    """A labeller on a document, in a new store."""
    store = Store(str(folder / "goldwire.db"), create=True)
    store.add_document(document)
    session = Session(store, store.task(document.id, "ann"))
    return Labeller(session, labels(), keymap, propose=propose)
