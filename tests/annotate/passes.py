"""Passes of annotators in a store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from goldwire.annotate.adjudicate import Adjudication
from goldwire.annotate.edits import Add, Together
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store
from goldwire.schema.document import LAYERS, Document
from tests.annotate.screen.making import bare

__all__ = ["alike", "store_with"]


def store_with(folder: Path, passes: Mapping[str, Document], *, done: bool = True) -> Store:
    """A store with one document and a task for each pass, labelled as the pass is."""
    store = Store(str(folder / "goldwire.db"), create=True)
    base = bare(next(iter(passes.values())))
    store.add_document(base)
    for name, document in passes.items():
        session = Session(store, store.task(base.id, name))
        items = tuple(
            Add(layer=layer, item=msgspec.to_builtins(item))
            for layer in LAYERS
            if layer != "zones"
            for item in getattr(document, layer)
        )
        session.apply(Together(edits=items))
        if done:
            store.set_state(session.task, "done")
    return store


def alike(one: Document, other: Document) -> bool:
    """Whether two documents say the same, ids and order apart."""
    return Adjudication(bare(one), {"one": one, "other": other}).decisions() == []
