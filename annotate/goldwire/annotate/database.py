"""The tables, and how a database is opened: SQLite in the project folder, PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
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
    make_url,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from goldwire.schema.errors import CouldNotRun, InputError

__all__ = ["VERSION", "documents", "entries", "facts", "open_database", "snapshots", "suggestions",
           "tasks"]  # fmt: skip

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

    Raises ``InputError`` for a URL that says nothing or a file that is no database,
    ``CouldNotRun`` where it cannot be reached. No message holds a password.
    """
    if "://" not in url:
        path = Path(url)
        if not create and not path.is_file():
            raise InputError(
                "there is no database here", source=url, hint="Make one: goldwire annotate init"
            )
        url = f"sqlite:///{path}"
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_at_once)
        if create:
            _tables.create_all(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM facts")
    except (ArgumentError, NoSuchModuleError) as problem:
        raise InputError(
            f"is no URL of a database: {problem}",
            hint="Give the path of a file, or postgresql+psycopg://user@host/name.",
        ) from problem
    except ModuleNotFoundError as problem:
        raise InputError(
            f"the driver {problem.name!r} is not installed",
            hint="Install it with: pip install 'goldwire[postgresql]'",
        ) from problem
    except SQLAlchemyError as problem:
        raise not_reached(url, problem) from problem
    return engine


def not_reached(url: str, problem: SQLAlchemyError) -> InputError | CouldNotRun:
    """The error for a database that does not answer, or that holds something else."""
    where = make_url(url).render_as_string(hide_password=True)
    said = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
    if "not a database" in said or "no such table" in said or "does not exist" in said:
        return InputError(f"is no database of this tool: {said}", source=where)
    if isinstance(problem, OperationalError) and "disk is full" in said:
        return CouldNotRun("the disk is full: nothing more can be kept", source=where,
                           hint="Free some space. All that was acknowledged is there.")  # fmt: skip
    return CouldNotRun(f"the database cannot be used: {said}", source=where,
                       hint="Check that it runs, and that you may write to it.")  # fmt: skip


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, not by the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a commit that returned survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_at_once(connection: Any) -> None:
    # A transaction that reads first and writes later could find the file changed in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
