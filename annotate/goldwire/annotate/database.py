"""The tables, and how a database is opened: SQLite in the project folder, PostgreSQL by URL."""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from goldwire.schema.errors import CouldNotRun, InputError

__all__ = ["VERSION", "documents", "entries", "facts", "not_reached", "open_database", "reading",
           "shown", "snapshots", "suggestions", "tasks"]  # fmt: skip

VERSION = "1"
"""Of the tables; kept in ``facts`` so that a later version knows what it opens."""

_tables = MetaData()

facts = Table("facts", _tables, Column("name", String(64), primary_key=True), Column("value", Text))

documents = Table(
    "documents",
    _tables,
    Column("id", String(128), primary_key=True),
    Column("added", String(32), nullable=False),
    Column("base", Text, nullable=False),
)
"""Documents as they were added, one line of JSON: what all edits start from."""

tasks = Table(
    "tasks",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("document", ForeignKey("documents.id"), nullable=False),
    Column("annotator", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("suggested", Integer, nullable=False),
    Column("created", String(32), nullable=False),
    Column("seconds", Float, nullable=False),
    UniqueConstraint("document", "annotator", "kind"),
)
"""One annotator on one document: ``annotate`` or ``adjudicate``, ``open`` or ``done``."""

entries = Table(
    "entries",
    _tables,
    Column("task", ForeignKey("tasks.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),
    Column("node", Integer, nullable=False),
    Column("parent", Integer, nullable=False),
    Column("edit", Text),
    Column("at", String(32), nullable=False),
    Column("note", Text),
)
"""The log of a task, which only grows. ``node`` is the state after the entry (see ``store``)."""

snapshots = Table(
    "snapshots",
    _tables,
    Column("task", ForeignKey("tasks.id"), primary_key=True),
    Column("node", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)
"""Documents at some nodes: only a short cut, the log has it all."""

suggestions = Table(
    "suggestions",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("task", ForeignKey("tasks.id"), nullable=False),
    Column("source", String(256), nullable=False),
    Column("layer", String(32), nullable=False),
    Column("item", Text, nullable=False),
    Column("score", Float),
    Column("state", String(16), nullable=False),
)
"""What an extractor, a gazetteer, or a model proposes for a task: open, accepted, rejected."""


def open_database(url: str, *, create: bool = False) -> Engine:
    """An engine for a path of an SQLite file or a URL; ``create`` makes the tables.

    An SQLite file that may not be written to can be read all the same.

    Raises ``InputError`` for a URL that says nothing or a database that is not of this tool,
    ``CouldNotRun`` where it cannot be reached. No message holds a password.
    """
    where = _where(url)
    sqlite = where.get_backend_name() == "sqlite"
    if sqlite and not create and not Path(where.database or "").is_file():
        raise InputError(
            "there is no database here",
            source=where.database,
            hint="Make one: goldwire annotate init",
        )
    fixed = sqlite and not create and _only_readable(Path(where.database or ""))
    options = _SERVER if not sqlite else _reading(Path(where.database or "")) if fixed else {}
    try:
        engine = create_engine(where, **options)
    except (ArgumentError, NoSuchModuleError) as problem:
        raise _no_url(str(problem)) from problem
    except ModuleNotFoundError as problem:
        raise InputError(
            f"the driver {problem.name!r} is not installed",
            hint="Install it with: pip install 'goldwire[postgresql]'",
        ) from problem
    try:
        if sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin)
        _look_inside(engine, create=create)
        if sqlite and not fixed:
            _write_ahead(engine)
    except SQLAlchemyError as problem:
        engine.dispose()
        raise not_reached(where, problem) from problem
    except InputError:
        engine.dispose()
        raise
    return engine


_SERVER: dict[str, Any] = {
    "connect_args": {"connect_timeout": 10},
    "pool_pre_ping": True,  # it may have been started anew since the last edit
}


def _only_readable(file: Path) -> bool:
    """Whether a file, or its folder, where SQLite keeps its log, may not be written to."""
    return not (os.access(file, os.W_OK) and os.access(file.absolute().parent, os.W_OK))


def _reading(file: Path) -> dict[str, Any]:
    """How an engine opens a file that may not be written to."""

    def connect() -> sqlite3.Connection:
        # Without a log beside it nobody writes; SQLite could not make its own to find that out.
        log = file.with_name(f"{file.name}-wal")
        still = "" if log.exists() and log.stat().st_size else "&immutable=1"
        address = f"{file.absolute().as_uri()}?mode=ro{still}"
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    return {"creator": connect}


def _where(url: str) -> URL:
    if "://" not in url:
        # Not by way of a string: a path may hold what means something else in a URL.
        return URL.create("sqlite", database=url)
    try:
        where = make_url(url)
        backend = where.get_backend_name()
    except (ArgumentError, ValueError) as problem:
        raise _no_url("it cannot be read") from problem
    if backend not in ("sqlite", "postgres", "postgresql"):
        raise _no_url(f"{backend} is neither sqlite nor postgresql")
    if where.drivername in ("postgres", "postgresql"):
        where = where.set(drivername="postgresql+psycopg")
    return where


def _no_url(problem: str) -> InputError:
    return InputError(
        f"this is no URL of a database: {problem}",
        hint="Give the path of a file, or postgresql+psycopg://user@host/name.",
    )


def _look_inside(engine: Engine, *, create: bool) -> None:
    """Make the tables where there is none of them; refuse those of others."""
    source, ours = shown(engine.url), set(_tables.tables)
    with (engine if create else reading(engine)).begin() as connection:
        there = ours.intersection(inspect(connection).get_table_names())
        if create and not there:
            # In one transaction with the version: a project is there, or it is not.
            _tables.create_all(connection)
            connection.execute(insert(facts).values(name="version", value=VERSION))
            return
        version = None
        if there == ours:
            version = connection.scalar(select(facts.c.value).where(facts.c.name == "version"))
    if version is None:
        raise InputError(
            "is no database of this tool",
            source=source,
            hint="Name the database of a project, or another place for a new one.",
        )
    if version != VERSION:
        raise InputError(
            f"was made by another version: its tables are {version}, not {VERSION}",
            source=source,
            hint="Open it with the version of goldwire that made it, and export.",
        )


def shown(where: URL) -> str:
    """A place as it may be shown: without a password, and without options, which may hold one."""
    if where.get_backend_name() == "sqlite":
        return where.database or "memory"
    return where.set(query={}).render_as_string(hide_password=True)


_OTHERS = re.compile("not a database|no such (table|column)|does not exist")
_FULL = re.compile("disk is full|No space left on device")


def not_reached(where: URL, problem: SQLAlchemyError) -> InputError | CouldNotRun:
    """The error for a database that does not answer, or that holds something else."""
    source = shown(where)
    said = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
    if _OTHERS.search(said):
        return InputError(f"is no database of this tool: {said}", source=source)
    if _FULL.search(said):
        return CouldNotRun("the disk is full: nothing more can be kept", source=source,
                           hint="Free some space. All that was acknowledged is there.")  # fmt: skip
    return CouldNotRun(f"the database cannot be used: {said}", source=source,
                       hint="Check that it runs, and that you may write to it.")  # fmt: skip


def file_of(where: URL) -> tuple[int, int] | None:
    """Which file of the disk a database of SQLite is; ``None`` where there is none."""
    if where.get_backend_name() != "sqlite" or not where.database:
        return None
    try:
        found = Path(where.database).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def not_there(where: URL) -> CouldNotRun:
    """The error for a file that was moved, removed, or replaced while it was open."""
    return CouldNotRun(
        "the database is not where it was: it was moved, removed, or replaced",
        source=shown(where),
        hint="Nothing is kept until it is back. All that was acknowledged is in the file it was.",
    )


def _write_ahead(engine: Engine) -> None:
    """Kept in the file, so it is set only in one that is known to be ours."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as problem:
        raise OperationalError("PRAGMA journal_mode", None, problem) from problem
    finally:
        connection.close()


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, not by the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.execute("PRAGMA synchronous = FULL")  # a commit that returned survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def reading(engine: Engine) -> Engine:
    """The engine for transactions that write nothing: they wait for no writer, and stop none."""
    return engine.execution_options(reads=True)


def _begin(connection: Any) -> None:
    # A transaction that reads first and writes later could find the file changed in between.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
