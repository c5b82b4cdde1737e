"""A writer that is killed at random moments, and whoever looks what is left.

The writer makes edits by chance, undoes and redoes some, and reports every acknowledged entry
before it makes the next one; it opens the task anew each time, and sometimes closes it.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from goldwire.annotate.edits import DoesNotFit, Edit, encode_edit
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store, Task
from tests.annotate.folding import Stacks, check_offsets
from tests.annotate.random_edits import random_edit
from tests.making import article

AFRESH = 100
"""Kills after which another database is begun: so that some are large and some are new."""


class Toll(NamedTuple):
    """What came of it all."""

    kills: int
    acknowledged: int
    unreported: int
    """Entries that were on the disk when the writer was killed before it could say so."""


def survive(kills: int, folder: Path, *, longest: float = 0.15, seed: int = 20261123) -> Toll:
    """Kill a writer again and again. Fails where anything that it acknowledged is lost."""
    chance = Random(seed)
    acknowledged = unreported = 0
    for begin in range(0, kills, AFRESH):
        url = str(folder / f"{begin}.db")
        store = Store(url, create=True)
        store.add_document(article())
        task = store.task("velmar", "ann")
        store.close()
        stacks, seq = Stacks(article()), 0
        for number in range(begin, min(begin + AFRESH, kills)):
            said = _killed(url, task, seed + number, chance.uniform(0, longest))
            found = _look(url, task, stacks, seq)
            assert found[: len(said)] == said, "what was acknowledged is not what is there"
            assert len(found) - len(said) in (0, 1)
            acknowledged += len(said)
            unreported += len(found) - len(said)
            seq += len(found)
        _replay(url, task, stacks)
    return Toll(kills, acknowledged, unreported)


def _killed(url: str, task: Task, seed: int, seconds: float) -> list[str]:
    """What a writer acknowledged in the time that it was given: a line for an entry."""
    read, write = os.pipe()
    writer = os.fork()
    if not writer:
        try:
            _write(url, task, Random(seed), write)
        finally:
            os._exit(1)
    os.close(write)
    time.sleep(seconds)
    os.kill(writer, signal.SIGKILL)
    _, status = os.waitpid(writer, 0)
    assert os.WIFSIGNALED(status), "the writer ended before it was killed"
    with os.fdopen(read, "rb") as pipe:
        return pipe.read().decode().splitlines()


def _write(url: str, task: Task, chance: Random, pipe: int) -> None:
    while True:
        store = Store(url)
        session = Session(store, task)
        for _ in range(chance.randint(1, 40)):
            before, lot, edit = session.seq, chance.random(), None
            if lot < 0.15:
                session.undo()
            elif lot < 0.25:
                session.redo()
            else:
                edit = random_edit(session.document, chance)
                try:
                    session.apply(edit)
                except DoesNotFit:
                    continue
            if session.seq > before:
                os.write(pipe, f"{_line(session.seq, edit)}\n".encode())
        store.close()


def _line(seq: int, edit: Edit | None) -> str:
    return f"{seq} {encode_edit(edit) if edit else ''}"


def _look(url: str, task: Task, stacks: Stacks, seq: int) -> list[str]:
    """Check what is there behind an entry: a line for each."""
    with sqlite3.connect(url) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    raw.close()
    store = Store(url)
    entries = store.log(task, after=seq)
    assert [each.seq for each in entries] == list(range(seq + 1, seq + 1 + len(entries)))
    stacks.follow(entries)
    session = Session(store, task)
    assert session.document == stacks.document
    assert session.can_redo == bool(stacks.undone)
    check_offsets(session.document)
    store.close()
    return [_line(each.seq, each.edit) for each in entries]


def _replay(url: str, task: Task, stacks: Stacks) -> None:
    """The whole log once more, from the document as it was added."""
    store = Store(url)
    again = Stacks(store.base(task.document))
    again.follow(store.log(task))
    assert again.document == stacks.document
    assert again.undone == stacks.undone
    store.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as where:
        print(*survive(int(sys.argv[1]), Path(where)))
