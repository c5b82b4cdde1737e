"""The store: what is kept, what is refused, and what it says when a database cannot be used."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import URL, delete, make_url, select, update

from goldwire.annotate import database
from goldwire.annotate.edits import Put
from goldwire.annotate.session import Session
from goldwire.annotate.store import Conflict, Store, Task
from goldwire.schema.errors import CouldNotRun, GoldwireError, InputError, UnknownName
from tests.annotate.folding import Stacks
from tests.making import article, make


def note(text: str) -> Put:
    return Put(layer="mentions", id="m1", field="note", value=text)


def test_documents_are_kept_as_they_were_added(store: Store) -> None:
    odd = make("\U0001f680 e\u0301\r\n\u2028 שלום\t\u0000", id="odd")
    store.add_document(odd)
    assert store.base("odd") == odd
    assert store.base("velmar") == article()
    assert store.document_ids() == ["odd", "velmar"]
    with pytest.raises(InputError, match="has a document 'odd' already"):
        store.add_document(odd)
    with pytest.raises(UnknownName, match="Did you mean 'velmar'"):
        store.base("velmer")


def test_documents_are_added_together_or_not_at_all(store: Store) -> None:
    store.add_document(replace(article(), id="karsa"))
    with pytest.raises(InputError, match="'karsa' already"):
        store.add_documents([replace(article(), id=name) for name in ("amel", "karsa", "zor")])
    assert "amel" not in store.document_ids()


def test_a_text_that_is_none_is_refused_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(InputError, match="no text that can be kept"):
        store.add_document(replace(article(), id="broken", canary="\ud800"))
    assert store.document_ids() == ["velmar"]


def test_there_is_one_task_of_an_annotator_on_a_document(store: Store) -> None:
    task = store.task("velmar", "ann")
    assert store.task("velmar", "ann") == task
    assert not store.new_task("velmar", "ann")
    assert store.task("velmar", "ann", "adjudicate").id != task.id
    assert store.new_task("velmar", "Zoë 🚀", suggested=False)
    assert [each.annotator for each in store.all_tasks(kind="annotate")] == ["Zoë 🚀", "ann"]
    assert [each.suggested for each in store.all_tasks(annotator="Zoë 🚀")] == [False]
    for make_one in (store.task, store.new_task):
        with pytest.raises(UnknownName, match="unknown document"):
            make_one("nothing", "ann")
    assert store.find_task("nothing", "ann") is None


def test_state_and_time_of_a_task_are_kept(store: Store, task: Task) -> None:
    store.set_state(task, "done")
    store.add_seconds(task, 1.5)
    store.add_seconds(task, 2.25)
    found = store.task("velmar", "ann")
    assert (found.state, found.seconds) == ("done", 3.75)


def test_the_log_refuses_a_number_that_is_taken(store: Store, task: Task) -> None:
    first = store.append(task, 0, "edit", 1, 0, note("a"), note="why")
    assert store.log(task) == [first]
    with pytest.raises(Conflict) as raised:
        store.append(task, 0, "edit", 1, 0, note("b"))
    assert raised.value.entries == (first,)
    second = store.append(task, 1, "undo", 0, 1)
    assert store.log(task, after=1) == [second]
    assert store.moves(task) == [(1, "edit", 1, 0), (2, "undo", 0, 1)]
    assert store.last(task) == 2


def test_a_task_that_is_gone_is_no_conflict(store: Store, task: Task) -> None:
    session = Session(store, task)
    with store.engine.begin() as connection:
        connection.execute(delete(database.tasks))
    with pytest.raises(InputError, match="no task 1") as raised:
        session.apply_on_top(note("a"))
    assert not isinstance(raised.value, Conflict)


def test_tasks_do_not_see_each_other(store: Store, task: Task) -> None:
    other = store.task("velmar", "bob")
    Session(store, task).apply(note("a"))
    assert Session(store, other).document == article()
    assert store.last(other) == 0


def test_a_source_proposes_anew_and_what_was_settled_stays(store: Store, task: Task) -> None:
    item = {"spans": [[0, 5]], "type": "WEA"}
    proposed = [("mentions", item, 0.5), ("quantities", item, None)]
    assert store.suggest(task, "same string", proposed) == 2
    first = store.suggestions(task)[0]
    assert (first.item, first.score, first.source) == (item, 0.5, "same string")
    store.settle_suggestion(first, "accepted")
    assert store.suggest(task, "same string", [("times", item, 1)]) == 1
    assert store.suggest(task, "gazetteer", []) == 0
    assert [each.layer for each in store.suggestions(task)] == ["times"]
    assert [each.state for each in store.suggestions(task, None)] == ["accepted", "open"]


def test_what_is_proposed_again_can_still_be_settled(store: Store, task: Task) -> None:
    items = [("mentions", {"spans": [[at, at + 1]], "type": "GPE"}, 0.5) for at in range(3)]
    store.suggest(task, "x", items)
    shown = store.suggestions(task)
    assert store.suggest(task, "x", [(*items[1][:2], 0.7), items[2]]) == 2  # by somebody else
    store.settle_suggestion(shown[1], "rejected")
    assert [each.id for each in store.suggestions(task)] == [shown[2].id]
    assert [each.score for each in store.suggestions(task, "rejected")] == [0.7]


def version_of(store: Store) -> object:
    with store.engine.begin() as connection:
        return connection.scalar(select(database.facts.c.value))


def test_a_project_is_made_once(place: str, store: Store) -> None:
    again = Store(place, create=True)
    assert again.document_ids() == ["velmar"]
    again.close()
    opened = Store(place)
    assert version_of(opened) == database.VERSION
    opened.close()


@pytest.mark.parametrize("create", [False, True])
def test_tables_of_another_version_are_left_alone(place: str, store: Store, create: bool) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(database.facts).values(value="0"))
    with pytest.raises(InputError, match="its tables are 0, not 1") as raised:
        Store(place, create=create)
    assert version_of(store) == "0"
    hidden(raised.value, place)


@pytest.mark.parametrize("create", [False, True])
def test_tables_of_another_program_are_left_alone(place: str, create: bool) -> None:
    store = Store(place, create=True)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE suggestions")
    store.close()
    with pytest.raises(InputError, match="is no database of this tool") as raised:
        Store(place, create=create)
    hidden(raised.value, place)


def hidden(problem: GoldwireError, place: str) -> None:
    """A message names the place and no password."""
    if "://" in place:
        word = make_url(place).password
        assert word
        assert word not in str(problem) + repr(problem)
        assert "***" in str(problem)
    else:
        assert place in str(problem)


# SQLite


def test_a_path_is_a_path_whatever_it_holds(tmp_path: Path) -> None:
    for name in ("what?mode=ro.db", "50%41.db", "a#b.db", "ä b.db"):
        Store(str(tmp_path / name), create=True).close()
        Store(str(tmp_path / name)).close()
        assert (tmp_path / name).is_file()


def test_what_is_no_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("Buy milk. " * 200)
    before = file.read_bytes()
    for create in (False, True):
        with pytest.raises(InputError, match="no database of this tool"):
            Store(str(file), create=create)
    assert file.read_bytes() == before
    for missing in (tmp_path / "none.db", tmp_path):
        for url in (str(missing), f"sqlite:///{missing}"):
            with pytest.raises(InputError, match="there is no database here"):
                Store(url)
    assert [each.name for each in tmp_path.iterdir()] == ["notes.db"]


def test_the_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE facts (fact TEXT)")
    other.close()
    before = file.read_bytes()
    for create in (False, True):
        with pytest.raises(InputError, match="no database of this tool"):
            Store(str(file), create=create)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["other.db"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    place = tmp_path / "none" / "goldwire.db"
    with pytest.raises(CouldNotRun, match="unable to open") as raised:
        Store(str(place), create=True)
    assert str(place) in str(raised.value)


def test_a_commit_is_on_the_disk(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "goldwire.db"), create=True)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


@pytest.fixture
def own_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(["mount", *options], check=False).returncode:
        pytest.skip("only the superuser can make a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_nothing_is_lost(own_disk: Path) -> None:
    place = str(own_disk / "goldwire.db")
    store = Store(place, create=True)
    store.add_document(article())
    session, stacks = Session(store, store.task("velmar", "ann")), Stacks(article())

    def fill() -> None:
        for number in range(1000):
            stacks.edited(session.apply(note(f"{number} " * 500)))

    with pytest.raises(CouldNotRun, match="the disk is full") as raised:
        fill()
    assert raised.value.exit_code == 3
    assert session.document == stacks.document
    again = Store(place)
    assert Session(again, session.task).document == stacks.document
    again.close()
    kept = len(session.history())
    assert kept == len(stacks.done) - 1
    subprocess.run(["mount", "-o", "remount,size=4m", str(own_disk)], check=True)
    stacks.edited(session.apply(note("there is room")))
    assert Session(store, session.task).document == stacks.document
    assert session.seq == kept + 1
    store.close()


@pytest.mark.parametrize("logged", [False, True])
def test_a_disk_that_cannot_be_written_is_read_and_told(
    tmp_path: Path, own_disk: Path, logged: bool
) -> None:
    store = Store(str(tmp_path / "goldwire.db"), create=True)
    store.add_document(article())
    task = store.task("velmar", "ann")
    document = Session(store, task).apply(note("kept"))
    if not logged:  # else SQLite's log lies beside the file, and holds what is not in it yet
        store.close()
    for file in tmp_path.glob("goldwire.db*"):
        shutil.copy(file, own_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(own_disk)], check=True)
    place = str(own_disk / "goldwire.db")
    session = Session(Store(place), task)
    assert session.document == document
    with pytest.raises(CouldNotRun, match="that you may write to it") as raised:
        session.apply(note("lost"))
    assert place in str(raised.value)
    with pytest.raises(CouldNotRun, match="that you may write to it"):
        Store(str(own_disk / "new.db"), create=True)


def test_who_reads_waits_for_no_writer(tmp_path: Path) -> None:
    place = str(tmp_path / "goldwire.db")
    store, other = Store(place, create=True), Store(place)
    store.add_document(article())
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM documents")
        began = time.monotonic()
        assert other.document_ids() == ["velmar"]
        assert time.monotonic() - began < 5
    assert other.document_ids() == []


def test_a_file_that_was_moved_or_replaced_gets_no_edit(tmp_path: Path) -> None:
    file = tmp_path / "goldwire.db"
    store = Store(str(file), create=True)
    store.add_document(article())
    file.rename(tmp_path / "elsewhere.db")
    with pytest.raises(CouldNotRun, match="not where it was"):
        store.task("velmar", "ann")
    shutil.copy(tmp_path / "elsewhere.db", file)
    with pytest.raises(CouldNotRun, match="not where it was"):
        store.task("velmar", "ann")
    (tmp_path / "elsewhere.db").replace(file)
    assert store.document_ids() == ["velmar"]


# PostgreSQL


def test_a_wrong_password_is_told_but_not_shown(postgresql: URL) -> None:
    where = postgresql.set(password="swordfish").render_as_string(hide_password=False)
    with pytest.raises(CouldNotRun, match="password authentication failed") as raised:
        Store(where)
    hidden(raised.value, where)
    with pytest.raises(CouldNotRun) as raised:
        Store(f"{postgresql.set(password='x').render_as_string(False)}?password=swordfish")
    assert "swordfish" not in str(raised.value)


def test_a_server_without_the_database_or_without_the_project_is_told(postgresql: URL) -> None:
    for where in (postgresql.set(database="nothing"), postgresql):
        url = where.render_as_string(hide_password=False)
        with pytest.raises(InputError, match="no database of this tool") as raised:
            Store(url)
        hidden(raised.value, url)


def test_a_short_name_of_the_driver_will_do(postgresql: URL) -> None:
    for name in ("postgres", "postgresql"):
        with pytest.raises(InputError, match="no database of this tool"):
            Store(postgresql.set(drivername=name).render_as_string(hide_password=False))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "nowhere.invalid"])
def test_a_server_that_does_not_answer_is_told(host: str) -> None:
    with pytest.raises(CouldNotRun, match=r"Connection refused|resolve") as raised:
        Store(f"postgresql+psycopg://writer:swordfish@{host}:1/project")
    assert "swordfish" not in str(raised.value)
    assert f"writer:***@{host}" in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "://writer:swordfish@host/name",
        "postgresql://writer:swordfish@host:port/name",
        "postgresql://writer:swordfish@[::1/name",
        "postgresql+none://writer:swordfish@host/name",
        "mysql://writer:swordfish@host/name",
    ],
)
def test_what_is_no_url_is_told_without_the_password(url: str) -> None:
    with pytest.raises(InputError, match="no URL of a database") as raised:
        Store(url)
    assert "swordfish" not in str(raised.value)
    assert raised.value.hint


def test_a_driver_that_is_not_there_is_named() -> None:
    code = (
        "import sys\n"
        "sys.modules['psycopg'] = None\n"
        "from goldwire.annotate.store import Store\n"
        "from goldwire.schema.errors import InputError\n"
        "try: Store('postgresql://writer:swordfish@127.0.0.1:1/name')\n"
        "except InputError as problem: print(problem)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "the driver 'psycopg' is not installed" in done.stdout
    assert "pip install 'goldwire[postgresql]'" in done.stdout


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_a_server_that_was_away_in_between_is_found_again(
    place: str, store: Store, task: Task
) -> None:
    session = Session(store, task)
    session.apply(note("a"))
    other = Store(place)
    with other.engine.connect() as one:
        one.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE pid <> pg_backend_pid() AND usename = 'writer'")  # fmt: skip
    other.close()
    session.apply(note("b"))
    assert Session(store, task).document.mentions[0].note == "b"
    assert len(session.history()) == 2
