"""Sessions: undo and redo over restarts, what is kept, and two writers on one task."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from random import Random

import pytest
from sqlalchemy import select

from goldwire.annotate import database, session
from goldwire.annotate.edits import Add, DoesNotFit, Put, Remove, Together
from goldwire.annotate.session import Session
from goldwire.annotate.store import Conflict, Store, Task
from goldwire.schema.document import Document
from goldwire.schema.errors import CouldNotRun
from tests.annotate.folding import Stacks, check_offsets
from tests.annotate.random_edits import random_edit
from tests.making import article


def note(text: str) -> Put:
    return Put(layer="mentions", id="m1", field="note", value=text)


def noted(document: Document) -> str | None:
    return document.mentions[0].note


@pytest.fixture
def opened(store: Store, task: Task) -> Session:
    return Session(store, task)


def test_undo_and_redo_go_all_the_way_also_after_a_restart(store: Store, task: Task) -> None:
    for text in "abc":
        Session(store, task).apply(note(text))
    for expected in ("b", "a", None):
        assert Session(store, task).undo()
        assert noted(Session(store, task).document) == expected
    assert not Session(store, task).undo()
    for expected in "abc":
        assert Session(store, task).redo()
        assert noted(Session(store, task).document) == expected
    assert not Session(store, task).redo()


def test_a_new_edit_ends_redo_and_the_log_has_it_all(opened: Session) -> None:
    opened.apply(note("a"))
    opened.apply(note("b"), note="second thought")
    opened.undo()
    opened.apply(note("c"))
    assert not opened.can_redo
    assert [(each.seq, each.kind) for each in opened.history()] == [
        (1, "edit"), (2, "edit"), (3, "undo"), (4, "edit"),
    ]  # fmt: skip
    assert opened.history()[1].note == "second thought"
    assert opened.undo()
    assert noted(opened.document) == "a"


def test_what_does_not_fit_is_not_in_the_log(opened: Session) -> None:
    with pytest.raises(DoesNotFit):
        opened.apply(Together(edits=(note("a"), Remove(layer="mentions", id="m77"))))
    assert opened.history() == []
    assert opened.document == article()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**30, 1e300, -0.0])
def test_what_is_shown_is_what_will_be_read(opened: Session, value: float) -> None:
    opened.apply(Put(layer="quantities", id="q1", field="value", value=value))
    assert Session(opened.store, opened.task).document == opened.document


def test_text_of_any_kind_is_kept(opened: Session) -> None:
    for text in ("e\u0301 \U0001f680 \u2028 \u0000", "'; DROP TABLE entries; --", "x" * 100_000):
        opened.apply(note(text))
        assert noted(Session(opened.store, opened.task).document) == text
    with pytest.raises(DoesNotFit, match="cannot be kept"):
        opened.apply(note("\ud800"))
    assert len(opened.history()) == 3


def test_problems_follow_the_document(opened: Session) -> None:
    assert opened.problems == []
    opened.apply(Put(layer="times", id="t1", field="edtf", value="2022-13"))
    assert opened.problems
    opened.undo()
    assert opened.problems == []


def test_a_long_log_is_opened_from_a_snapshot_whatever_was_undone(
    opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_EVERY", 5)
    monkeypatch.setattr(session, "_KEPT", 5)
    chance, stacks = Random(20261123), Stacks(opened.document)
    # Every fifth entry is an undo: no node with a number that five divides stays in the path.
    for seq in range(1, 61):
        if seq % 5:
            stacks.edited(opened.apply(note(str(seq))))
        else:
            assert opened.undo() == stacks.undo()
    path = opened._path(opened._node)
    with opened.store.engine.begin() as connection:
        c = database.snapshots.c
        kept = set(connection.scalars(select(c.node).where(c.task == opened.task.id)))
    assert max(path.index(node) for node in kept if node in path) >= len(path) - 5
    again = Session(opened.store, opened.task)
    asked: list[int] = []
    documents_on = opened.store.documents_on

    def asking(task: Task, path: Sequence[int]) -> dict[int, Document]:
        asked.append(len(path))
        return documents_on(task, path)

    monkeypatch.setattr(opened.store, "documents_on", asking)
    for _ in range(20):
        assert again.undo() == stacks.undo()
        assert again.document == stacks.document
    assert len(asked) <= 6  # not for every one of them
    for _ in range(100):
        if chance.random() < 0.7:
            assert again.undo() == stacks.undo()
        else:
            assert again.redo() == stacks.redo()
        assert again.document == stacks.document
    assert len(again._states) <= 5


# Two writers


def test_the_later_writer_sees_what_the_other_did(opened: Session) -> None:
    other = Session(opened.store, opened.task)
    other.apply(note("theirs"))
    other.undo()
    for text in ("mine", "again"):
        with pytest.raises(Conflict, match="2 entries") as raised:
            opened.apply(note(text))
        assert list(raised.value.entries) == other.history()
    assert opened.document == article()
    opened.refresh()
    assert opened.can_redo
    assert noted(opened.apply(note("mine"))) == "mine"


def test_undo_and_redo_conflict_too(opened: Session) -> None:
    opened.apply(note("a"))
    opened.apply(note("b"))
    opened.undo()
    Session(opened.store, opened.task).undo()
    for late in (opened.undo, opened.redo):
        with pytest.raises(Conflict):
            late()
        assert noted(opened.document) == "a"


def test_on_top_of_another_writer_everything_is_told(
    opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Session(opened.store, opened.task)
    other.apply(Put(layer="mentions", id="m2", field="note", value="theirs"))
    moves = opened.store.moves

    def meanwhile(task: Task) -> Sequence[object]:
        monkeypatch.setattr(opened.store, "moves", moves)
        other.apply(Put(layer="mentions", id="m3", field="note", value="between"))
        return moves(task)

    monkeypatch.setattr(opened.store, "moves", meanwhile)
    document, others = opened.apply_on_top(note("mine"))
    assert others == other.history()[:2]
    assert [mention.note for mention in document.mentions[:3]] == ["mine", "theirs", "between"]
    assert opened.apply_on_top(note("alone"))[1] == []


def test_on_top_of_another_writer_it_may_not_fit_any_more(opened: Session) -> None:
    Session(opened.store, opened.task).apply(Remove(layer="mentions", id="m1"))
    with pytest.raises(DoesNotFit, match="no 'm1'"):
        opened.apply_on_top(note("mine"))
    assert opened.seq == 1
    assert opened.document.mentions[0].id == "m2"


def test_what_cannot_be_read_changes_nothing(
    opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.apply(note("a"))

    def broken(_: Task) -> None:
        raise CouldNotRun("away")

    monkeypatch.setattr(opened.store, "moves", broken)
    with pytest.raises(CouldNotRun):
        opened.refresh()
    assert noted(opened.document) == "a"
    assert noted(opened.apply(note("b"))) == "b"


def hammer(place: str, name: str, times: int) -> list[int]:
    """Add relations to Ann's task from a process of its own; the numbers of the entries."""
    store = Store(place)
    session, found = Session(store, store.task("velmar", "ann")), []
    for number in range(times):
        item = {"id": f"{name}{number}", "type": "near", "head": "m1", "tail": "m2"}
        session.apply_on_top(Add(layer="relations", item=item))
        found.append(session.seq)
        if number % 10 == 9:  # an undo that comes too late is made anew
            while True:
                try:
                    session.undo()
                    break
                except Conflict:
                    session.refresh()
    store.close()
    return found


def test_two_processes_on_one_task_lose_nothing(place: str, store: Store, task: Task) -> None:
    times = 30
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2) as pool:
        one, two = pool.starmap(hammer, [(place, "one", times), (place, "two", times)], 1)
    log = store.log(task)
    assert [each.seq for each in log] == list(range(1, len(log) + 1))
    assert len(log) == 2 * times + 6
    assert not set(one) & set(two)
    for name, seqs in (("one", one), ("two", two)):
        for number, seq in enumerate(seqs):
            edit = log[seq - 1].edit
            assert isinstance(edit, Add)
            assert edit.item["id"] == f"{name}{number}"
    stacks = Stacks(article())
    stacks.follow(log)
    document = Session(store, task).document
    assert document == stacks.document
    assert len(document.relations) == 1 + 2 * times - 6
    check_offsets(document)


def test_any_edits_come_back_as_they_were(opened: Session) -> None:
    chance, stacks = Random(20261123), Stacks(opened.document)
    for _ in range(60):
        try:
            stacks.edited(opened.apply(random_edit(opened.document, chance)))
        except DoesNotFit:
            continue
        if chance.random() < 0.2:
            assert opened.undo() == stacks.undo()
    again = Session(opened.store, opened.task)
    assert again.document == opened.document == stacks.document
    assert again.can_redo == bool(stacks.undone)


def test_a_refresh_that_fails_changes_nothing(
    store: Store, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(store, task)
    before = session.document
    Session(store, task).apply(note("theirs"))

    def fail(*_: object) -> None:
        raise CouldNotRun("the database is away")

    monkeypatch.setattr(store, "documents_on", fail)
    with pytest.raises(CouldNotRun):
        session.refresh()
    monkeypatch.undo()
    assert (session.seq, session.document) == (0, before)
    with pytest.raises(Conflict):
        session.apply(note("mine"))
