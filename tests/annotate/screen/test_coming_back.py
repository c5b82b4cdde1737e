"""Undo, suggestions, and other writers: what was decided is there again, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from goldwire.annotate.edits import Put
from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.screen.marking import Marking
from goldwire.annotate.session import Session
from goldwire.corpus.ingest import ingest
from tests.annotate.screen.making import make_labeller
from tests.annotate.screen.pressing import TEXT, focus, mark, named_words, press


def test_undo_goes_back_after_a_restart(labeller: Labeller, tmp_path: Path) -> None:
    focus(labeller, "A drone")
    mark(labeller, "drone", "WEA")
    mark(labeller, "depot", "FAC")
    session = Session(labeller.session.store, labeller.session.task)
    again = Labeller(session, labeller.labels)
    press(again, "ctrl+z", "ctrl+z", "ctrl+z")
    assert again.message == "nothing to undo"
    assert not again.document.mentions
    press(again, "ctrl+y")
    assert [each.text for each in again.document.mentions] == ["drone"]


def test_suggestions_are_accepted_relabelled_and_rejected(tmp_path: Path) -> None:
    document = ingest(TEXT, id="velmar")
    labeller = make_labeller(tmp_path, document)
    places = [("drone", "WEA"), ("depot", "LOC"), ("police", "PER")]
    items = [
        ("mentions", {"spans": [[at, at + len(words)]], "type": label}, 0.5)
        for words, label in places
        for at in [document.text.index(words)]
    ]
    store, task = labeller.session.store, labeller.session.task
    store.suggest(task, "rules", items)
    labeller = Labeller(Session(store, task), labeller.labels)
    focus(labeller, "A drone")
    assert [row.key for row in labeller.mode.rows()] == ["?", "?", "?"]
    press(labeller, "tab", "enter", "f", "delete")
    found = {m.text: (m.type, m.origin) for m in labeller.document.mentions}
    assert found == {"drone": ("WEA", "accepted"), "depot": ("FAC", "edited")}
    assert store.suggestions(task) == []
    assert [s.state for s in store.suggestions(task, None)] == ["accepted", "accepted", "rejected"]
    assert isinstance(labeller.mode, Marking)
    assert labeller.session.history()[-1].edit.__class__.__name__ == "Reject"


def test_a_decision_on_a_suggestion_is_undone_and_redone_also_after_a_restart(
    tmp_path: Path,
) -> None:
    document = ingest(TEXT, id="velmar")
    labeller = make_labeller(tmp_path, document)
    store, task = labeller.session.store, labeller.session.task
    at = document.text.index("drone")
    items = [("mentions", {"spans": [[at, at + 5]], "type": kind}, None) for kind in ("WEA", "VEH")]
    store.suggest(task, "rules", items)

    def states() -> list[str]:
        return [each.state for each in store.suggestions(task, None)]

    labeller = Labeller(Session(store, task), labeller.labels)
    focus(labeller, "A drone")
    press(labeller, "tab", "delete", "enter")
    assert states() == ["rejected", "accepted"]
    press(labeller, "ctrl+z")
    assert states() == ["rejected", "open"]
    labeller = Labeller(Session(store, task), labeller.labels)
    press(labeller, "ctrl+z")
    assert states() == ["open", "open"]
    assert [each.item["type"] for each in labeller.suggestions] == ["WEA", "VEH"]
    press(labeller, "ctrl+y", "ctrl+y")
    assert states() == ["rejected", "accepted"]
    assert labeller.suggestions == []
    assert [each.type for each in labeller.document.mentions] == ["VEH"]


def test_a_document_opens_where_the_work_was_left(labeller: Labeller) -> None:
    session = labeller.session
    again = Labeller(Session(session.store, session.task), labeller.labels)
    assert again.at == labeller.at
    focus(labeller, "Two guards")
    name = mark(labeller, "guards", "PER")
    focus(labeller, "A drone")
    again = Labeller(Session(session.store, session.task), labeller.labels)
    assert again.stretch.start <= again.document.text.index("guards") < again.stretch.end
    labeller.edit(Put(layer="mentions", id=name, field="note", value="who?"))
    again = Labeller(Session(session.store, session.task), labeller.labels)
    assert again.stretch.start <= again.document.text.index("guards") < again.stretch.end
    press(labeller, "ctrl+z", "ctrl+z")
    again = Labeller(Session(session.store, session.task), labeller.labels)
    assert again.at == 0


def test_another_writer_is_not_overwritten(labeller: Labeller) -> None:
    other = Labeller(Session(labeller.session.store, labeller.session.task), labeller.labels)
    focus(labeller, "A drone")
    focus(other, "A drone")
    mark(labeller, "drone", "WEA")
    press(
        other, *next(n for n, w in named_words(other) if other.document.text[slice(*w)] == "police")
    )
    press(other, "o")
    assert "another writer was faster: 1 edit" in other.message
    assert [m.text for m in other.document.mentions] == ["drone"]
    mark(other, "police", "ORG")
    assert [m.text for m in other.document.mentions] == ["drone", "police"]


def test_undo_under_another_writer_reads_what_that_one_did(labeller: Labeller) -> None:
    other = Labeller(Session(labeller.session.store, labeller.session.task), labeller.labels)
    focus(labeller, "A drone")
    mark(labeller, "drone", "WEA")
    other.session.refresh()
    mark(labeller, "depot", "FAC")
    press(other, "ctrl+z")
    assert "another writer was faster: 1 edit" in other.message
    assert [m.text for m in other.document.mentions] == ["drone", "depot"]
    press(other, "ctrl+z")
    assert other.message == "undone"
    labeller.session.refresh()
    press(other, "ctrl+y", "ctrl+z")
    press(labeller, "ctrl+y")
    assert "another writer was faster: 2 edits" in labeller.message
    press(labeller, "ctrl+y")
    assert labeller.message == "redone"
