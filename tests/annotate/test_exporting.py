"""What leaves a project, what is said of edits, and edits beside another writer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from goldwire.annotate.commands.options import edit_document
from goldwire.annotate.edits import (
    Add,
    DoesNotFit,
    Edit,
    Fill,
    Merge,
    Put,
    Reject,
    Remove,
    Respan,
    Split,
    Together,
    Unfill,
)
from goldwire.annotate.exporting import export, write_exported
from goldwire.annotate.project import Project, make_project
from goldwire.annotate.script import lines_edit, read_lines
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store
from goldwire.annotate.words import edit_words
from goldwire.corpus.documents import read_one
from goldwire.schema.document import Document
from goldwire.schema.errors import InputError, UnknownName
from tests.making import article


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "p")


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    store = project.open()
    store.add_document(article())
    yield store
    store.close()


def finish(project: Project, store: Store, name: str, kind: str = "annotate") -> None:
    task = project.task(store, "velmar", name, kind)
    store.add_seconds(task, 90)
    store.set_state(task, "done")


def test_what_was_adjudicated_is_gold(project: Project, store: Store, tmp_path: Path) -> None:
    for name in ("anna", "ben"):
        finish(project, store, name)
    with pytest.raises(InputError, match="several annotators have it: anna, ben"):
        export(project, store)
    finish(project, store, "cleo", "adjudicate")
    (exported,), left = export(project, store)
    annotation = exported.document.annotation
    assert (annotation.status, annotation.annotators) == ("gold", ("anna", "ben"))
    assert (annotation.adjudicator, annotation.minutes) == ("cleo", 4.5)
    assert (exported.errors, left) == ((), [])
    (single,), _ = export(project, store, annotator="ben", kind="annotate")
    assert single.document.annotation.status == "single"
    assert single.document.annotation.minutes == 1.5
    write_exported([exported], tmp_path / "gold" / "test")
    assert read_one(tmp_path / "gold" / "test" / "velmar.json") == exported.document


def test_what_is_open_is_left_out_or_a_draft(project: Project, store: Store) -> None:
    assert export(project, store) == ([], ["velmar"])
    project.task(store, "velmar", "anna")
    assert export(project, store) == ([], ["velmar"])
    (draft,), _ = export(project, store, draft=True)
    assert draft.document.annotation.status == "draft"
    with pytest.raises(UnknownName):
        export(project, store, documents=["x"])
    with pytest.raises(UnknownName):
        export(project, store, annotator="x")


def test_a_schema_of_ones_own_is_what_counts(tmp_path: Path) -> None:
    from goldwire.schema.schemas import load_schema

    schema = msgspec.json.decode(msgspec.json.encode(load_schema("newswire")))
    schema["$id"] = "urn:goldwire:schema:mine:2.0"
    schema["properties"]["schema"] = {"const": "mine/2.0"}
    schema["$defs"]["level"]["enum"].append("ZERO")
    (tmp_path / "mine.schema.json").write_bytes(msgspec.json.encode(schema))
    project = make_project(tmp_path / "p", schema=str(tmp_path / "mine.schema.json"))
    store = project.open()
    document = msgspec.structs.replace(article(), schema="mine/2.0")
    store.add_document(document)
    session = project.session(store, "velmar", "anna")
    made = lines_edit(document, read_lines("set m1 level=ZERO"), schema=project.load_schema())
    session.apply(made.edit)
    store.set_state(session.task, "done")
    (exported,), _ = export(project, store)
    assert exported.errors == ()
    store.close()


def test_an_edit_is_made_on_top_of_anothers(project: Project, store: Store) -> None:
    finish(project, store, "anna")
    calls: list[int] = []

    def make(_: Project, document: Document) -> Edit:
        calls.append(len(document.mentions))
        if len(calls) == 1:  # somebody else with the same task is faster
            other = Session(store, project.task(store, "velmar", "anna"))
            other.apply(Remove(layer="mentions", id="m1"))
        return Put(layer="mentions", id="m2", field="note", value=f"of {len(document.mentions)}")

    edit_document(str(project.folder), "velmar", "anna", make)
    state = Session(store, project.task(store, "velmar", "anna")).document
    assert calls == [10, 9]
    assert state.mentions[0].note == "of 9"


def test_an_edit_that_does_not_fit_begins_no_task(project: Project, store: Store) -> None:
    def make(_: Project, document: Document) -> Edit:
        raise DoesNotFit("no")

    with pytest.raises(DoesNotFit):
        edit_document(str(project.folder), "velmar", "anna", make)
    assert store.all_tasks() == []


ADD = Add(layer="mentions", item={"id": "m1", "spans": [[0, 5]], "type": "WEA"})


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (ADD, "added WEA m1 “Drone” to mentions"),
        (Add(layer="entities", item={"id": "e1", "type": "PER"}), "added PER e1 to entities"),
        (Remove(layer="mentions", id="m1"), "removed m1 “Drone” from mentions"),
        (Respan(layer="mentions", id="m1", spans=((0, 5),)), "moved m1 “Drone”"),
        (
            Put(layer="mentions", id="m1", field="level", value=None),
            "set level of m1 “Drone” to null",
        ),
        (Put(layer="annotation", field="layers", value=["a"]), 'set layers of annotation to ["a"]'),
        (Fill(event="v1", role="target", filler="m1"), "made m1 “Drone” the target of v1"),
        (Unfill(event="v1", role="target", filler="m1"), "took m1 “Drone” away as target of v1"),
        (Merge(layer="entities", keep="e1", gone="e2"), "merged e2 into e1 (entities)"),
        (
            Split(layer="hoppers", members=("v1", "v2"), new="h2"),
            "split v1, v2 off as h2 (hoppers)",
        ),
        (Reject(layer="mentions", item={}), "rejected a suggestion for mentions"),
        (Together(edits=(ADD,)), "added WEA m1 “Drone” to mentions"),
        (
            Together(edits=(ADD, ADD, ADD, Remove(layer="times", id="t1"))),
            "made 4 edits at once: 3 added to mentions, 1 other",
        ),
    ],
)
def test_edits_in_words(edit: Edit, words: str) -> None:
    assert edit_words(edit, {"m1": "Drone"}) == words
