"""One annotator on one document: edit, undo, redo, and what is wrong at the moment. No screen."""

from __future__ import annotations

from itertools import chain
from typing import Any, Literal

import msgspec

from goldwire.schema.document import ANCHORED_LAYERS, Document
from goldwire.schema.problems import Problem
from goldwire.schema.validation import validate

from .edits import Add, Edit, Reject, Together, apply, decode_edit, encode_edit, settled
from .store import Conflict, Entry, Kind, Store, Task

__all__ = ["Session"]

_EVERY = 500
"""Edits between two snapshots: what is applied anew when a task is opened."""

_KEPT = 500
"""States in memory: an undo further back reads the log. A state of a long text takes 10 kB."""


class Session:
    """The document of a task as it stands, and every change of it through the store.

    What a method returns is on the disk. ``Conflict`` is raised where another writer was
    faster; :meth:`refresh` reads what that one did.
    """

    def __init__(self, store: Store, task: Task, *, schema: str | None = None) -> None:
        self.store = store
        self.task = task
        self.schema = schema
        """What the document is held to, if it is not what it names itself."""
        self.seq = 0
        self._parents: dict[int, int] = {}
        self._depths: dict[int, int] = {}
        self._states: dict[int, Document] = {}
        self._node = 0
        self._undone: list[int] = []
        self._problems: tuple[Document, list[Problem]] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Read the log again, from the beginning; where that fails, nothing has changed."""
        before = self._parents, self._depths, self._states, self._node, self._undone, self.seq
        moves = self.store.moves(self.task)
        self._parents, self._depths, self._states = {}, {0: 0}, {}
        self._node, self._undone, self.seq = 0, [], 0
        try:
            for seq, kind, node, parent in moves:
                self._follow(seq, kind, node, parent)
            self._state(self._node)
        except BaseException:
            self._parents, self._depths, self._states, self._node, self._undone, self.seq = before
            raise

    def _follow(self, seq: int, kind: str, node: int, parent: int) -> None:
        if kind == "edit":
            self._parents[node] = parent
            self._depths[node] = self._depths[parent] + 1
            self._undone = []
        elif kind == "undo":
            self._undone.append(self._node)
        else:
            self._undone.pop()
        self._node, self.seq = node, seq

    def _path(self, node: int) -> list[int]:
        """The nodes from the first edit to this one."""
        found = []
        while node:
            found.append(node)
            node = self._parents[node]
        return found[::-1]

    @property
    def node(self) -> int:
        """The state of the document as the log names it."""
        return self._node

    @property
    def document(self) -> Document:
        """The document as it stands."""
        return self._state(self._node)

    def document_at(self, node: int) -> Document:
        """The document as it stood at a node of the log."""
        return self._state(node)

    def _state(self, node: int) -> Document:
        if node not in self._states:
            # All that had to be made anew: most likely the next undo asks for the one before.
            for each, document in self.store.documents_on(self.task, self._path(node)).items():
                self._keep(each, document)
        return self._states[node]

    def _keep(self, node: int, document: Document) -> None:
        self._states.pop(node, None)
        self._states[node] = document
        if len(self._states) > _KEPT:
            del self._states[next(iter(self._states))]

    @property
    def problems(self) -> list[Problem]:
        """What the schema and the integrity rules find in the document as it stands."""
        document = self.document
        if self._problems is None or self._problems[0] is not document:
            self._problems = document, validate(document, schema=self.schema)
        return self._problems[1]

    def apply(self, edit: Edit, *, note: str | None = None) -> Document:
        """Make an edit. Raises ``DoesNotFit``, and then nothing has changed."""
        edit = decode_edit(encode_edit(edit))  # as it will be read again: what is no number is null
        document = apply(self.document, edit)
        self._append("edit", self.seq + 1, self._node, edit, document, note)
        return document

    def undo(self) -> bool:
        """Take the last edit back; false where there is none.

        A suggestion that it settled is open again.
        """
        if not self._node:
            return False
        node = self._node
        self._append("undo", self._parents[node], node)
        for layer, item, state in self._settled_at(node):
            self.store.resettle(self.task, layer, item, state, "open")
        return True

    def redo(self) -> bool:
        """Make the edit that was taken back last once more; false where there is none."""
        if not self._undone:
            return False
        self._append("redo", self._undone[-1], self._node)
        for layer, item, state in self._settled_at(self._node):
            self.store.resettle(self.task, layer, item, "open", state)
        return True

    def _settled_at(self, node: int) -> list[tuple[str, dict[str, Any], str]]:
        edit = self.store.edit_at(self.task, node)
        return [] if edit is None else list(settled(edit))

    def _append(
        self,
        kind: Kind,
        node: int,
        parent: int,
        edit: Edit | None = None,
        document: Document | None = None,
        note: str | None = None,
    ) -> None:
        # By edits on the way, not by number: a node of any number may have been taken back.
        deep = document is not None and (self._depths[parent] + 1) % _EVERY == 0
        entry = self.store.append(
            self.task, self.seq, kind, node, parent, edit,
            snapshot=document if deep else None, note=note,
        )  # fmt: skip
        self._follow(entry.seq, kind, node, parent)
        if document is not None:
            self._keep(node, document)

    def set_state(self, state: Literal["open", "done"]) -> None:
        """Say that the task is done, or open again."""
        self.store.set_state(self.task, state)
        self.task = msgspec.structs.replace(self.task, state=state)

    def last_place(self) -> int | None:
        """Where an item of the last edit stands, if one is there and stands somewhere."""
        edit = self.store.edit_at(self.task, self._node) if self._node else None
        return None if edit is None else self._place_of(edit)

    def _place_of(self, edit: Edit) -> int | None:
        if isinstance(edit, Together):
            return next((at for each in edit.edits if (at := self._place_of(each)) is not None),
                        None)  # fmt: skip
        if isinstance(edit, (Add, Reject)):
            spans = edit.item.get("spans")
        else:
            name = getattr(edit, "id", None) or getattr(edit, "event", None)
            items = chain.from_iterable(getattr(self.document, layer) for layer in ANCHORED_LAYERS)
            spans = next((item.spans for item in items if item.id == name), None)
        return spans[0][0] if spans else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._node != 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to make once more."""
        return bool(self._undone)

    def done(self) -> list[Entry]:
        """The edits that made the document as it stands: nothing that was undone."""
        path = set(self._path(self._node))
        return [e for e in self.history() if e.kind == "edit" and e.node in path]

    def history(self) -> list[Entry]:
        """The whole log of the task."""
        return self.store.log(self.task)

    def apply_on_top(self, edit: Edit, *, note: str | None = None) -> tuple[Document, list[Entry]]:
        """As :meth:`apply`; after a conflict on top of what the other writer did, which is told.

        Raises ``DoesNotFit`` where the edit does not fit any more.
        """
        before, others = self.seq, list[Entry]()
        while True:
            try:
                document = self.apply(edit, note=note)
            except Conflict:
                self.refresh()
                continue
            if self.seq > before + 1:
                others = self.store.log(self.task, after=before)[: self.seq - before - 1]
            return document, others
