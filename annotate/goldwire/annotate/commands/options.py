"""Options that commands share, and how a project is opened for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from goldwire.schema.document import Document

    from ..edits import Edit
    from ..project import Project
    from ..session import Session
    from ..store import Store

__all__ = ["annotator_option", "edit_on_top", "opened", "project_option", "session_of"]

project_option = click.option(
    "--project", "project_folder", metavar="FOLDER",
    help="Folder of the project; by default the current one or one above it.",
)  # fmt: skip
_annotator = click.option(
    "--as", "annotator", metavar="NAME",
    help="Who annotates; by default $GOLDWIRE_ANNOTATOR, or the login name.",
)  # fmt: skip


def annotator_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--as`` and ``--project``: who annotates, and in which project."""
    return _annotator(project_option(command))


@contextmanager
def opened(folder: str | None) -> Iterator[tuple[Project, Store]]:
    """The project of a folder with its store, closed at the end."""
    from ..project import find_project

    project = find_project(folder)
    store = project.open()
    try:
        yield project, store
    finally:
        store.close()


@contextmanager
def session_of(
    folder: str | None, document: str, annotator: str | None
) -> Iterator[tuple[Project, Session]]:
    """An annotator on a document of the project."""
    from ..project import annotator_name

    name = annotator_name(annotator)
    with opened(folder) as (project, store):
        yield project, project.session(store, document, name)


def edit_on_top(
    session: Session, make: Callable[[Document], Edit], *, note: str | None = None
) -> None:
    """Make an edit, and make it anew where another writer was faster."""
    from ..store import Conflict

    while True:
        try:
            session.apply(make(session.document), note=note)
        except Conflict:
            session.refresh()
        else:
            return
