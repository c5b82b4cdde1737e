"""How far a project is: a row for each document and annotator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from goldwire.schema.document import LAYERS, Document

if TYPE_CHECKING:
    from .store import Store, Task

__all__ = ["Progress", "count_items", "progress"]


class Progress(Struct, frozen=True, kw_only=True):
    """One annotator on one document; without an annotator, a document that nobody has."""

    document: str
    annotator: str | None = None
    kind: str | None = None
    state: str = "unassigned"
    suggestions: bool | None = None
    """Whether suggestions are shown to the annotator."""
    items: int = 0
    edits: int = 0
    """Those that were made, whether or not they were taken back."""
    minutes: float = 0.0
    edits_per_hour: float | None = None
    """``None`` where no time was spent on the screen."""


def count_items(document: Document) -> int:
    """The items of all layers but zones, which are found when an article is added."""
    return sum(len(getattr(document, layer)) for layer in LAYERS if layer != "zones")


def progress(store: Store, document: str | None = None) -> list[Progress]:
    """Every task of a project, or of one document, and the documents that nobody has.

    Raises ``UnknownName`` for a document that the project does not have.
    """
    if document is not None:
        store.base(document)
    tasks = store.all_tasks(document=document)
    rows = [_row(store, task) for task in tasks]
    assigned = {task.document for task in tasks}
    names = [document] if document is not None else store.document_ids()
    rows += [Progress(document=name) for name in names if name not in assigned]
    return sorted(rows, key=lambda row: (row.document, row.kind or "", row.annotator or ""))


def _row(store: Store, task: Task) -> Progress:
    from .session import Session

    edits = sum(kind == "edit" for _, kind, _, _ in store.moves(task))
    items = count_items(Session(store, task).document)
    hours = task.seconds / 3600
    return Progress(
        document=task.document,
        annotator=task.annotator,
        kind=task.kind,
        state=task.state,
        suggestions=task.suggested,
        items=items,
        edits=edits,
        minutes=round(task.seconds / 60, 1),
        edits_per_hour=round(edits / hours, 1) if hours > 0 else None,
    )
