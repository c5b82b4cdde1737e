"""A project: a folder with ``goldwire.toml`` and the database that it names."""

from __future__ import annotations

import contextlib
import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName, UnreadableInput
from goldwire.schema.schemas import BUILT_IN, Schema, load_schema

if TYPE_CHECKING:
    from .session import Session
    from .store import Store, Task

__all__ = ["FILE", "Project", "Suggestions", "annotator_name", "find_project", "make_project"]

FILE = "goldwire.toml"
"""The file that makes a folder a project."""

_KEYS = ("name", "schema", "database", "suggestions", "keys")


class Suggestions(Struct, frozen=True, kw_only=True):
    """Where suggestions come from, and the share of documents that go without any."""

    sources: tuple[str, ...] = ()
    without: float = 0.2
    seed: int = 0


class Project(Struct, frozen=True, kw_only=True):
    """What ``goldwire.toml`` says, and where it stands."""

    folder: Path
    name: str
    schema: str = "newswire"
    """Name of a built-in schema, or path of a file from the folder on."""
    database: str = "goldwire.db"
    """Path of an SQLite file from the folder on, or URL of a PostgreSQL database."""
    suggestions: Suggestions = Suggestions()
    keys: dict[str, Any] = {}
    """Keys of the labelling screen that are mapped anew."""

    @property
    def schema_name(self) -> str:
        """The schema by its name, or by a path that does not hang on the current folder."""
        return self.schema if self.schema in BUILT_IN else str(self.folder / self.schema)

    @property
    def url(self) -> str:
        """Of the database; the environment's ``GOLDWIRE_DATABASE`` goes before the file."""
        database = os.environ.get("GOLDWIRE_DATABASE") or self.database
        return database if "://" in database else str(self.folder / database)

    def load_schema(self) -> Schema:
        """The schema of the project. Raises ``InputError`` where it cannot be used."""
        return load_schema(self.schema_name)

    def source(self, name: str) -> str:
        """A source of suggestions; the file of a gazetteer is looked for from the folder on."""
        scheme, _, path = name.partition(":")
        if scheme == "gazetteer" and path and not Path(path).is_file():
            return f"{scheme}:{self.folder / path}"
        return name

    def open(self, *, create: bool = False) -> Store:
        """The store of the project; ``create`` makes its tables.

        Raises ``InputError`` where there is no database, ``CouldNotRun`` where it cannot be used.
        """
        from .store import Store

        return Store(self.url, create=create)

    def task(self, store: Store, document: str, annotator: str, kind: str = "annotate") -> Task:
        """The task of an annotator on a document, made where there is none.

        Raises ``UnknownName`` for a document that the project does not have.
        """
        from .assignment import goes_without

        found = store.find_task(document, annotator, kind)
        if found is None:
            store.base(document)
            without = goes_without(
                document, share=self.suggestions.without, seed=self.suggestions.seed
            )
            store.new_task(document, annotator, kind, suggested=not without)
        return store.task(document, annotator, kind)

    def session(
        self, store: Store, document: str, annotator: str, kind: str = "annotate"
    ) -> Session:
        """An annotator on a document, as :meth:`task`."""
        from .session import Session

        task = self.task(store, document, annotator, kind)
        return Session(store, task, schema=self.schema_name)


def find_project(start: str | Path | None = None) -> Project:
    """The project of a folder or of one above it; by default of the current folder.

    Raises ``InputError`` where there is none, and for what the file says wrongly.
    """
    folder = Path(start) if start is not None else Path.cwd()
    if start is not None and not folder.is_dir():
        raise InputError(
            "there is no folder of that name",
            source=str(start),
            hint="Make a project: goldwire annotate init PROJECT",
        )
    folder = folder.resolve()
    for each in (folder, *folder.parents):
        if (each / FILE).is_file():
            return _read(each)
    raise InputError(
        f"there is no project here: no {FILE} in this folder or above it",
        source=str(start or folder),
        hint="Name its folder with --project, or make one: goldwire annotate init PROJECT",
    )


def _read(folder: Path) -> Project:
    path = folder / FILE
    try:
        plain = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as problem:
        raise UnreadableInput(f"cannot be read: {problem.strerror}", source=str(path)) from problem
    except UnicodeDecodeError as problem:
        raise UnreadableInput("is not UTF-8", source=str(path), hint="Save it so.") from problem
    except tomllib.TOMLDecodeError as problem:
        said = str(problem)
        raise UnreadableInput(
            f"is not TOML: {said[:1].lower()}{said[1:]}",
            source=str(path),
            hint='Write NAME = "value", a line each.',
        ) from problem
    _refuse_unknown(plain, _KEYS, path)
    suggestions = plain.get("suggestions", {})
    if isinstance(suggestions, dict):
        _refuse_unknown(suggestions, Suggestions.__struct_fields__, path, "suggestions.")
    return _checked(folder, path, plain)


def _refuse_unknown(
    plain: dict[str, Any], known: tuple[str, ...], path: Path, before: str = ""
) -> None:
    for name in plain:
        if name not in known:
            raise UnknownName(
                "key", before + name, [before + each for each in known], source=str(path)
            )


def _checked(folder: Path, path: Path, plain: dict[str, Any]) -> Project:
    given = {"name": folder.name or "project", **plain}
    try:
        project = msgspec.convert(
            {**given, "folder": str(folder)}, Project, dec_hook=lambda kind, value: kind(value)
        )
    except msgspec.ValidationError as problem:
        sentence, _, place = str(problem).partition(" - at `$.")
        key = place.rstrip("`") or "a value"
        raise InputError(
            f"{key} cannot be used: {sentence[:1].lower()}{sentence[1:]}", source=str(path)
        ) from problem
    if not 0 <= project.suggestions.without <= 1:
        raise InputError(
            f"suggestions.without is a share of documents, not {project.suggestions.without}",
            source=str(path),
            hint="Write it between 0 and 1, as 0.2.",
        )
    _refuse_password(project.database, path)
    return project


def _refuse_password(database: str, source: Path) -> None:
    try:
        password = "://" in database and urlsplit(database).password
    except ValueError as problem:
        raise InputError(f"database is no URL: {problem}", source=str(source)) from problem
    if password:
        raise InputError(
            "a password does not belong in this file",
            source=str(source),
            hint="Take it out; put it into PGPASSWORD, or the whole URL into GOLDWIRE_DATABASE.",
        )


def make_project(
    folder: str | Path,
    *,
    name: str | None = None,
    schema: str = "newswire",
    database: str = "goldwire.db",
) -> Project:
    """Make a folder a project, with an empty database.

    Raises ``InputError`` for a folder that is one, or that cannot be written to, and for a
    schema nobody knows; then nothing is left behind.
    """
    from goldwire.schema.files import not_written, write_atomically

    folder = Path(folder).absolute()
    if (folder / FILE).exists():
        raise InputError(
            "is a project already", source=str(folder), hint="Add to it: goldwire annotate add"
        )
    load_schema(schema)
    if schema not in BUILT_IN:
        schema = os.path.relpath(schema, folder)
    path = folder / FILE
    _refuse_password(database, path)
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_written(folder, problem) from problem
    try:
        write_atomically(path, _written(name or folder.name, schema, database))
        project = _read(folder)
        _make_database(project)
    except BaseException:
        path.unlink(missing_ok=True)
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return project


def _make_database(project: Project) -> None:
    file = None if "://" in project.url else Path(project.url)
    if file is not None and file.exists():
        raise InputError(
            "a file stands where the database would be",
            source=str(file),
            hint=f"Move it away, or put the {FILE} beside it back.",
        )
    try:
        project.open(create=True).close()
    except BaseException:
        if file is not None:
            file.unlink(missing_ok=True)
        raise


def _written(name: str, schema: str, database: str) -> str:
    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

    return (
        f"name = {text(name)}\n"
        f"schema = {text(schema)}\n"
        f"database = {text(database)}\n"
        "\n"
        "[suggestions]\n"
        "sources = []\n"
        "without = 0.2  # share of documents that are annotated without suggestions\n"
        "seed = 0\n"
        "\n"
        "[keys]\n"
    )


def annotator_name(given: str | None = None) -> str:
    """Who annotates: the name given, ``GOLDWIRE_ANNOTATOR``, or the login name.

    Raises ``InputError`` where there is none, or where it cannot be a name.
    """
    import getpass

    name = given if given is not None else os.environ.get("GOLDWIRE_ANNOTATOR")
    if not name and given is None:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError) as problem:
            raise InputError(
                "nobody knows who annotates", hint="Say it with --as NAME."
            ) from problem
    name = (name or "").strip()
    if not name or len(name) > 128 or not name.isprintable():
        raise InputError(
            f"{name!r} cannot be the name of an annotator",
            hint="Use a name or a code of at most 128 characters on one line.",
        )
    return name
