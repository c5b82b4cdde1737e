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

__all__ = ["annotator_option", "edit_document", "opened", "project_option", "session_of",
           "state_of"]  # fmt: skip

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


def edit_document(
    folder: str | None,
    document: str,
    annotator: str | None,
    make: Callable[[Project, Document], Edit],
    *,
    note: str | None = None,
) -> None:
    """Make an edit, and make it anew where another writer was faster.

    Where the edit cannot be made, nothing has changed, and no task was begun. ``make`` may give
    an edit of nothing, which is not kept.
    """
    from ..edits import Together
    from ..project import annotator_name
    from ..store import Conflict

    name = annotator_name(annotator)
    with opened(folder) as (project, store):
        if store.find_task(document, name) is None:
            make(project, store.base(document))
        session = project.session(store, document, name)
        while True:
            edit = make(project, session.document)
            if isinstance(edit, Together) and not edit.edits:
                return
            try:
                session.apply(edit, note=note)
            except Conflict:
                session.refresh()
            else:
                return


@contextmanager
def session_of(
    folder: str | None,
    document: str,
    annotator: str | None,
    *,
    begin: bool = False,
    adjudication: bool = False,
) -> Iterator[tuple[Project, Session]]:
    """An annotator on a document of the project; ``begin`` makes the task where there is none.

    With ``adjudication`` it may be the one that the annotator adjudicates instead. Raises
    ``InputError`` where the annotator has not begun it.
    """
    from goldwire.schema.errors import InputError

    from ..project import annotator_name

    name = annotator_name(annotator)
    kinds = ("annotate", "adjudicate") if adjudication else ("annotate",)
    with opened(folder) as (project, store):
        store.base(document)
        kind = next((k for k in kinds if store.find_task(document, name, k)), None)
        if kind is None and not begin:
            tasks = [t for k in kinds for t in store.all_tasks(document=document, kind=k)]
            people = ", ".join(dict.fromkeys(task.annotator for task in tasks))
            raise InputError(
                f"{name} has not begun {document}",
                hint=f"Say who it is with --as; it was begun by: {people or 'nobody'}.",
            )
        yield project, project.session(store, document, name, kind or "annotate")


def state_of(folder: str | None, document: str, annotator: str | None) -> Document:
    """The document as an annotator has it, or as it was added where there is no task."""
    from ..project import annotator_name
    from ..session import Session

    name = annotator_name(annotator)
    with opened(folder) as (_, store):
        task = store.find_task(document, name)
        return Session(store, task).document if task else store.base(document)
