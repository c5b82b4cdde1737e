"""From tasks to gold files: whose annotation is taken, and what it says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.document import Document
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.problems import Problem
from goldwire.schema.validation import validate

if TYPE_CHECKING:
    from .project import Project
    from .store import Store, Task

__all__ = ["Exported", "Kind", "export", "write_exported"]

Kind = Literal["annotate", "adjudicate"]


class Exported(Struct, frozen=True):
    """A document as it leaves the project, with what is wrong with it."""

    document: Document
    annotator: str
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep a document from being gold."""
        return tuple(each for each in self.problems if each.severity == "error")


def export(
    project: Project,
    store: Store,
    *,
    documents: Sequence[str] = (),
    annotator: str | None = None,
    kind: Kind | None = None,
    draft: bool = False,
) -> tuple[list[Exported], list[str]]:
    """The documents that are done, and the ids of those that are not.

    By default an adjudicated document is taken, or else that of its only annotator; where
    several have one, ``annotator`` chooses. With ``draft``, tasks that are open are taken too,
    and what is open or has errors is marked as a draft.

    Raises ``InputError`` where it is not clear whose is meant, ``UnknownName`` for a document or
    an annotator that the project does not have. Errors in a document are in its ``problems``.
    """
    names = store.document_ids()
    for name in documents:
        if name not in names:
            raise UnknownName("document", name, names)
    tasks = store.all_tasks()
    known = sorted({task.annotator for task in tasks})
    if annotator is not None and annotator not in known:
        raise UnknownName("annotator", annotator, known)
    found, left = [], []
    for name in dict.fromkeys(documents) if documents else names:
        own = [task for task in tasks if task.document == name]
        task = _chosen(name, own, annotator, kind, draft=draft)
        if task is None:
            left.append(name)
        else:
            found.append(_exported(project, store, task, own, draft=draft))
    return found, left


def _chosen(
    name: str, tasks: list[Task], annotator: str | None, kind: Kind | None, *, draft: bool
) -> Task | None:
    fit = [
        task
        for task in tasks
        if (draft or task.state == "done")
        and annotator in (None, task.annotator)
        and kind in (None, task.kind)
    ]
    adjudicated = [task for task in fit if task.kind == "adjudicate"]
    fit = adjudicated or fit
    if len(fit) > 1:
        people = ", ".join(task.annotator for task in fit)
        raise InputError(
            f"several annotators have it: {people}",
            source=name,
            hint="Choose one with --annotator, or adjudicate it.",
        )
    return fit[0] if fit else None


def _exported(
    project: Project, store: Store, task: Task, tasks: list[Task], *, draft: bool
) -> Exported:
    from .adjudicating import adjudicated, decisions_line
    from .session import Session

    session = Session(store, task)
    document = session.document
    annotation = document.annotation
    minutes = round(sum(each.seconds for each in tasks) / 60, 1)
    if task.kind == "adjudicate":
        people = adjudicated(session)
        people = people or [each.annotator for each in tasks if each.kind == "annotate"]
        annotation = msgspec.structs.replace(
            annotation,
            status="gold",
            annotators=tuple(people),
            adjudicator=task.annotator,
            history=(*annotation.history, decisions_line(session)),
        )
    else:
        minutes = round(task.seconds / 60, 1)
        annotation = msgspec.structs.replace(
            annotation, status="single", annotators=(task.annotator,), adjudicator=None
        )
    if minutes:
        annotation = msgspec.structs.replace(annotation, minutes=minutes)
    document = msgspec.structs.replace(document, annotation=annotation)
    problems = validate(document, schema=project.schema_name)
    if draft and (task.state != "done" or any(each.severity == "error" for each in problems)):
        annotation = msgspec.structs.replace(annotation, status="draft")
        document = msgspec.structs.replace(document, annotation=annotation)
        problems = validate(document, schema=project.schema_name)
    return Exported(document, task.annotator, tuple(problems))


def write_exported(exported: Sequence[Exported], folder: str | Path) -> None:
    """Write documents into a folder in canonical form, each whole or not at all.

    The folder is made where there is none. Raises ``InputError`` for a place that may not be
    written to, ``CouldNotRun`` for a full disk.
    """
    from goldwire.corpus.documents import save
    from goldwire.schema.files import not_written

    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_written(folder, problem) from problem
    for each in exported:
        save(each.document, folder / f"{each.document.id}.json")
