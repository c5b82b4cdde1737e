"""The durable log of edits: an entry is on the disk before it is acknowledged.

Undo and redo are entries like any other: history is never rewritten. Each edit makes a *node*,
a state of the document, whose parent is the state that the edit was made in. Undo goes to the
parent, redo back to the child; the node of the last entry is where the task stands. Node 0 is
the document as it was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from goldwire.schema.document import Document, from_json, to_line
from goldwire.schema.errors import GoldwireError, InputError, UnknownName

from . import database
from .edits import Edit, apply, decode_edit, encode_edit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Conflict", "Entry", "Kind", "Store", "Suggestion", "Task", "now"]

Kind = Literal["edit", "undo", "redo"]


class Conflict(InputError):
    """Somebody else has added to the log in between: ``entries`` says what."""

    def __init__(self, others: Sequence[Entry]) -> None:
        more = "1 entry was" if len(others) == 1 else f"{len(others):,} entries were"
        super().__init__(
            f"the task has changed: {more} added since it was read",
            hint="Read it again; what you wanted is made on top of that, if it still fits.",
        )
        self.entries = tuple(others)


class Entry(Struct, frozen=True):
    """One line of the log: an edit with the node that it made, or a move between nodes."""

    seq: int
    kind: Kind
    node: int
    parent: int
    at: str
    edit: Edit | None = None
    note: str | None = None


class Task(Struct, frozen=True):
    """One annotator on one document."""

    id: int
    document: str
    annotator: str
    kind: str
    state: str
    suggested: bool
    """Whether suggestions are shown: a share of documents goes without."""
    created: str
    seconds: float
    """Time that the annotator has spent in it."""


class Suggestion(Struct, frozen=True):
    """An item that was proposed for a task."""

    id: int
    source: str
    layer: str
    item: dict[str, Any]
    score: float | None
    state: str


def now() -> str:
    """The time in UTC, as it is kept."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Store:
    """Documents, tasks, and their logs in one database.

    Methods raise ``CouldNotRun`` where the database cannot be used.
    """

    def __init__(self, url: str, *, create: bool = False) -> None:
        self.url = url
        self.engine = database.open_database(url, create=create)
        self._file = database.file_of(self.engine.url)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, *, reads: bool = False) -> Iterator[Connection]:
        # SQLite would go on writing to a file that nobody can find any more.
        if self._file is not None and self._file != database.file_of(self.engine.url):
            raise database.not_there(self.engine.url)
        engine = database.reading(self.engine) if reads else self.engine
        try:
            with engine.begin() as connection:
                yield connection
        except (GoldwireError, IntegrityError):
            raise
        except UnicodeEncodeError as problem:
            raise InputError(f"is no text that can be kept: {problem}") from problem
        except SQLAlchemyError as problem:
            raise database.not_reached(self.engine.url, problem) from problem

    # Documents and tasks

    def add_document(self, document: Document) -> None:
        """As :meth:`add_documents`, for one."""
        self.add_documents([document])

    def add_documents(self, documents: Sequence[Document]) -> None:
        """Keep documents as what edits start from, all of them or none.

        Raises ``InputError`` for an id that is taken.
        """
        name = ""
        try:
            with self._transaction() as connection:
                for document in documents:
                    name = document.id
                    connection.execute(
                        insert(database.documents).values(
                            id=name, added=now(), base=to_line(document)
                        )
                    )
        except IntegrityError as problem:
            raise InputError(
                f"the project has a document {name!r} already",
                hint="Give the new one another id.",
            ) from problem

    def document_ids(self) -> list[str]:
        """The ids of all documents, by name."""
        with self._transaction(reads=True) as connection:
            return sorted(connection.scalars(select(database.documents.c.id)))

    def base(self, name: str) -> Document:
        """A document as it was added. Raises ``UnknownName``."""
        with self._transaction(reads=True) as connection:
            documents = database.documents
            found = connection.scalar(select(documents.c.base).where(documents.c.id == name))
        if found is None:
            raise UnknownName("document", name, self.document_ids())
        return from_json(found)

    def task(self, document: str, annotator: str, kind: str = "annotate") -> Task:
        """The task of an annotator on a document; made where there is none.

        Raises ``UnknownName`` for a document that the project does not have.
        """
        found = self.find_task(document, annotator, kind)
        if found is None:
            self.new_task(document, annotator, kind)
            found = self.find_task(document, annotator, kind)
        if found is None:
            raise InputError(f"the task of {annotator!r} on {document!r} is gone")
        return found

    def new_task(
        self, document: str, annotator: str, kind: str = "annotate", *, suggested: bool = True
    ) -> bool:
        """Make a task; false where it is there already. Raises ``UnknownName``."""
        values = {
            "document": document, "annotator": annotator, "kind": kind, "state": "open",
            "suggested": int(suggested), "created": now(), "seconds": 0.0,
        }  # fmt: skip
        try:
            with self._transaction() as connection:
                connection.execute(insert(database.tasks).values(values))
        except IntegrityError:
            self.base(document)
            return False
        return True

    def find_task(self, document: str, annotator: str, kind: str = "annotate") -> Task | None:
        """The task of an annotator on a document, if there is one."""
        found = self.all_tasks(document=document, annotator=annotator, kind=kind)
        return found[0] if found else None

    def all_tasks(
        self, *, document: str | None = None, annotator: str | None = None, kind: str | None = None
    ) -> list[Task]:
        """Tasks by document and annotator."""
        tasks = database.tasks
        query = select(tasks)
        for column, value in ((tasks.c.document, document), (tasks.c.annotator, annotator),
                              (tasks.c.kind, kind)):  # fmt: skip
            if value is not None:
                query = query.where(column == value)
        with self._transaction(reads=True) as connection:
            found = [
                Task(
                    row.id, row.document, row.annotator, row.kind, row.state,
                    bool(row.suggested), row.created, row.seconds,
                )
                for row in connection.execute(query)
            ]  # fmt: skip
        # Not sorted by the database: the order would hang on the language of the server.
        return sorted(found, key=lambda task: (task.document, task.kind, task.annotator))

    def set_state(self, task: Task, state: Literal["open", "done"]) -> None:
        """Say that a task is done, or open again."""
        tasks = database.tasks
        with self._transaction() as connection:
            connection.execute(update(tasks).where(tasks.c.id == task.id).values(state=state))

    def add_seconds(self, task: Task, seconds: float) -> None:
        """Add time that was spent in a task."""
        tasks = database.tasks
        with self._transaction() as connection:
            connection.execute(
                update(tasks).where(tasks.c.id == task.id).values(seconds=tasks.c.seconds + seconds)
            )

    # The log

    def append(
        self,
        task: Task,
        after: int,
        kind: Kind,
        node: int,
        parent: int,
        edit: Edit | None = None,
        *,
        snapshot: Document | None = None,
        note: str | None = None,
    ) -> Entry:
        """Add an entry behind entry ``after``; on the disk when this returns.

        ``snapshot`` is the document at ``node``, given now and then so that a task opens fast.
        Raises ``Conflict`` where there is more behind ``after`` already, ``InputError`` where
        there is no such task.
        """
        entry = Entry(after + 1, kind, node, parent, now(), edit, note)
        try:
            with self._transaction() as connection:
                connection.execute(
                    insert(database.entries).values(
                        task=task.id, seq=entry.seq, kind=kind, node=node, parent=parent,
                        edit=encode_edit(edit) if edit is not None else None,
                        at=entry.at, note=note,
                    )
                )  # fmt: skip
                if snapshot is not None:
                    connection.execute(
                        insert(database.snapshots).values(
                            task=task.id, node=node, document=to_line(snapshot)
                        )
                    )
        except IntegrityError as problem:
            others = self.log(task, after=after)
            if not others:
                raise InputError(f"there is no task {task.id}", source=task.document) from problem
            raise Conflict(others) from problem
        return entry

    def log(self, task: Task, *, after: int = 0) -> list[Entry]:
        """The entries of a task in their order, with their edits."""
        entries = database.entries
        query = (
            select(entries)
            .where(entries.c.task == task.id, entries.c.seq > after)
            .order_by(entries.c.seq)
        )
        with self._transaction(reads=True) as connection:
            return [
                Entry(
                    row.seq, row.kind, row.node, row.parent, row.at,
                    decode_edit(row.edit) if row.edit is not None else None, row.note,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def edit_at(self, task: Task, node: int) -> Edit | None:
        """The edit that made a node of a task; ``None`` for the document as it was added."""
        c = database.entries.c
        query = select(c.edit).where(c.task == task.id, c.seq == node, c.kind == "edit")
        with self._transaction(reads=True) as connection:
            found = connection.scalar(query)
        return None if found is None else decode_edit(found)

    def moves(self, task: Task) -> list[tuple[int, Kind, int, int]]:
        """Seq, kind, node, and parent of every entry: the log without its edits."""
        c = database.entries.c
        query = select(c.seq, c.kind, c.node, c.parent).where(c.task == task.id).order_by(c.seq)
        with self._transaction(reads=True) as connection:
            return [tuple(row) for row in connection.execute(query)]

    def last(self, task: Task) -> int:
        """The number of the last entry; 0 where there is none."""
        c = database.entries.c
        with self._transaction(reads=True) as connection:
            return connection.scalar(select(func.max(c.seq)).where(c.task == task.id)) or 0

    def documents_on(self, task: Task, path: Sequence[int]) -> dict[int, Document]:
        """The documents at the nodes of a path, from the last one that has a snapshot on."""
        nodes, c = list(path), database.entries.c
        kept = database.snapshots.c
        with self._transaction(reads=True) as connection:
            having = select(kept.node).where(kept.task == task.id)
            snapshots = set(connection.scalars(having))
            at = len(nodes)
            while at and nodes[at - 1] not in snapshots:
                at -= 1
            document = None
            if at:
                document = connection.scalar(
                    select(kept.document).where(kept.task == task.id, kept.node == nodes[at - 1])
                )
            found: dict[int, str] = {}
            for begin in range(at, len(nodes), 500):
                some = nodes[begin : begin + 500]
                edits = select(c.node, c.edit).where(
                    c.task == task.id, c.kind == "edit", c.node.in_(some)
                )
                found.update((node, edit) for node, edit in connection.execute(edits))
        state = from_json(document) if document is not None else self.base(task.document)
        states = {nodes[at - 1] if at else 0: state}
        for node in nodes[at:]:
            states[node] = state = apply(state, decode_edit(found[node]))
        return states

    # Suggestions

    def suggest(
        self,
        task: Task,
        source: str,
        items: Iterable[tuple[str, dict[str, Any], float | None]],
    ) -> int:
        """Propose items (layer, item, score) for a task, in place of what the source proposed.

        What it proposes again is the same suggestion: somebody may be about to settle it.
        """
        import msgspec

        table = database.suggestions
        new = {(layer, msgspec.json.encode(item).decode()): score for layer, item, score in items}
        query = select(table.c.id, table.c.layer, table.c.item, table.c.score).where(
            table.c.task == task.id, table.c.source == source, table.c.state == "open"
        )
        with self._transaction() as connection:
            again = set()
            for row in connection.execute(query).all():
                key = row.layer, row.item
                if key not in new or key in again:
                    connection.execute(table.delete().where(table.c.id == row.id))
                    continue
                again.add(key)
                if row.score != new[key]:
                    changed = update(table).where(table.c.id == row.id).values(score=new[key])
                    connection.execute(changed)
            rows = [
                {"task": task.id, "source": source, "layer": layer, "score": score,
                 "state": "open", "item": item}
                for (layer, item), score in new.items()
                if (layer, item) not in again
            ]  # fmt: skip
            if rows:
                connection.execute(insert(table), rows)
        return len(new)

    def suggestions(self, task: Task, state: str | None = "open") -> list[Suggestion]:
        """What was proposed for a task and is still open, or in another state; ``None`` is all."""
        import msgspec

        table = database.suggestions
        query = select(table).where(table.c.task == task.id).order_by(table.c.id)
        if state is not None:
            query = query.where(table.c.state == state)
        with self._transaction(reads=True) as connection:
            return [
                Suggestion(
                    row.id, row.source, row.layer, msgspec.json.decode(row.item), row.score,
                    row.state,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def scores(self, annotator: str) -> dict[str, list[float]]:
        """By document the scores of the suggestions that are open for an annotator."""
        tasks, proposed = database.tasks, database.suggestions
        query = (
            select(tasks.c.document, proposed.c.score)
            .join(tasks, tasks.c.id == proposed.c.task)
            .where(
                tasks.c.annotator == annotator,
                proposed.c.state == "open",
                proposed.c.score.is_not(None),
            )
        )
        found: dict[str, list[float]] = {}
        with self._transaction(reads=True) as connection:
            for document, score in connection.execute(query):
                found.setdefault(document, []).append(score)
        return found

    def resettle(
        self, task: Task, layer: str, item: dict[str, Any], before: str, after: str
    ) -> None:
        """Give the suggestion that an item was another state: where it stands decides, and of
        several in one place the one that says the same."""
        found = [
            each
            for each in self.suggestions(task, before)
            if each.layer == layer and each.item.get("spans") == item.get("spans")
        ]
        if found:
            found.sort(key=lambda each: each.item != item)
            self.settle_suggestion(found[0], after)

    def settle_suggestion(self, suggestion: Suggestion, state: str) -> None:
        """Say what became of a suggestion."""
        table = database.suggestions
        with self._transaction() as connection:
            connection.execute(update(table).where(table.c.id == suggestion.id).values(state=state))
