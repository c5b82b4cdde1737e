"""Edits of every kind with undo, redo, restarts, and another writer: always what the log says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from goldwire.annotate import edits
from goldwire.annotate.edits import DoesNotFit, Edit, Forget, Merge, Remove, Split
from goldwire.annotate.session import Session
from goldwire.annotate.store import Conflict, Store
from goldwire.schema.document import LAYERS, Document
from goldwire.schema.problems import Problem
from tests.annotate.folding import Stacks, check_offsets, references
from tests.annotate.random_edits import KINDS, random_edit
from tests.making import article, make

WIDE = "\U0001f680 fell\u200d on\r\n Åmal e\u0301 שלום 東京\u2028 end"
"""Marks that combine, signs of four bytes, two directions, and line ends of three kinds."""


class Machine(RuleBasedStateMachine):
    """A session, a second one on the same task, and two stacks of documents as what is expected."""

    @initialize(wide=st.booleans())
    def start(self, wide: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        base = make(WIDE) if wide else article()
        self.stacks = Stacks(base)
        self.url = str(Path(self.folder.name) / "goldwire.db")
        self.store = Store(self.url, create=True)
        self.store.add_document(base)
        self.task = self.store.task(base.id, "ann")
        self.session = Session(self.store, self.task)
        self.other = Session(self.store, self.task)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.replay()
            self.store.close()
            self.folder.cleanup()

    @rule(kind=st.sampled_from((*KINDS, "together")), chance=st.randoms(use_true_random=False))
    def edit(self, kind: str, chance: Random) -> None:
        self.make(random_edit(self.session.document, chance, kind))

    def make(self, edit: Edit) -> None:
        before, seq = self.session.document, self.session.seq
        try:
            found = self.session.apply(edit)
        except DoesNotFit as problem:
            assert problem.problem
            assert self.session.document is before
            assert self.store.last(self.task) == seq
        else:
            self.stacks.edited(found)
            assert edits.decode_edit(edits.encode_edit(edit)) == self.session.history()[-1].edit
            nothing_dangles(before, edit, found)

    @rule()
    def undo(self) -> None:
        assert self.session.undo() == self.stacks.undo()

    @rule()
    def redo(self) -> None:
        assert self.session.redo() == self.stacks.redo()

    @precondition(lambda self: self.session.can_undo)
    @rule()
    def undo_and_redo(self) -> None:
        before = self.session.document
        assert self.session.undo()
        assert self.session.redo()
        assert self.session.document == before

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.url)
        self.session = Session(self.store, self.task)
        self.other = Session(self.store, self.task)

    @rule(chance=st.randoms(use_true_random=False))
    def another_writes_first(self, chance: Random) -> None:
        self.other.refresh()
        edit = random_edit(self.other.document, chance)
        mine = random_edit(self.session.document, chance, "reject")
        try:
            found = self.other.apply(edit)
        except DoesNotFit:
            return
        self.stacks.edited(found)
        for stale in (lambda: self.session.apply(mine), self.session.undo, self.session.redo):
            try:
                assert stale() is False
            except Conflict as conflict:
                assert [each.edit for each in conflict.entries] == [self.other.history()[-1].edit]
        document, others = self.session.apply_on_top(mine)
        assert [each.seq for each in others] == [self.session.seq - 1]
        assert document == found
        self.stacks.edited(document)

    @rule()
    def replay(self) -> None:
        again = Stacks(self.store.base(self.task.document))
        again.follow(self.store.log(self.task))
        assert again.document == self.session.document
        assert again.undone == self.stacks.undone

    @invariant()
    def as_expected(self) -> None:
        assert self.session.document == self.stacks.document
        assert self.session.can_undo == (len(self.stacks.done) > 1)
        assert self.session.can_redo == bool(self.stacks.undone)

    @invariant()
    def sound(self) -> None:
        check_offsets(self.session.document)

    @invariant()
    def problems_are_told(self) -> None:
        assert all(isinstance(each, Problem) and each.message for each in self.session.problems)


def nothing_dangles(before: Document, edit: Edit, after: Document) -> None:
    """What removes, merges, or splits leaves no reference to what has gone by it."""
    if isinstance(edit, Forget):
        assert not references(after) & {(kind, n) for kind in ("item", "hopper") for n in edit.ids}
    if not isinstance(edit, Remove | Merge | Split):
        return

    def there(document: Document) -> set[tuple[str, str]]:
        items = {("item", item.id) for layer in LAYERS for item in getattr(document, layer)}
        return items | {("hopper", e.hopper) for e in document.events if e.hopper}

    assert not references(after) & (there(before) - there(after))
    assert references(after) - references(before) <= there(after)


TestMachine: Any = pytest.mark.filterwarnings("error")(Machine.TestCase)
TestMachine.settings = settings(max_examples=30, stateful_step_count=30)
