"""Suggestions from every source, for those who are to have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from goldwire.annotate.edits import Add
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store, Task
from goldwire.annotate.suggest import (
    Lexicon,
    _labelled,
    by_uncertainty,
    from_prediction,
    read_gazetteer,
    suggest,
)
from goldwire.corpus.documents import load_gold
from goldwire.corpus.ingest import ingest
from goldwire.evaluate.extractors.trained.reading import read_document
from goldwire.schema.errors import InputError, UnknownName, UnreadableInput
from tests.annotate.passes import store_with

ONE = "VELMAR: A drone struck a fuel depot near Velmar on Friday. The drone fell."
TWO = "KARSA: Another drone fell near Velmar. Drones and dronelike things, the Amel fuel depot."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(str(tmp_path / "goldwire.db"), create=True)
    for name, text in (("one", ONE), ("two", TWO)):
        store.add_document(ingest(text, id=name))
    return store


def tasks(store: Store) -> list[Task]:
    return [store.task(name, "ann") for name in ("one", "two")]


def told(store: Store, task: Task) -> list[tuple[str, str]]:
    text = store.base(task.document).text
    return [
        (s.item.get("type", s.item.get("kind", "")), text[slice(*s.item["spans"][0])])
        for s in store.suggestions(task)
    ]


def mark(store: Store, task: Task, words: str, label: str, number: int = 1) -> None:
    session = Session(store, task)
    start = session.document.text.index(words)
    item = {"id": f"m{number}", "spans": [[start, start + len(words)]], "type": label}
    session.apply(Add(layer="mentions", item=item))


def test_the_same_words_in_other_documents(store: Store) -> None:
    one, two = tasks(store)
    mark(store, one, "drone", "WEA", 1)
    mark(store, one, "Velmar", "GPE", 2)
    mark(store, one, "fuel depot", "FAC", 3)
    mark(store, one, "depot", "FAC", 4)
    found = suggest(store, [one, two], "same-string")
    assert told(store, two) == [("WEA", "drone"), ("GPE", "Velmar"), ("FAC", "fuel depot")]
    assert told(store, one) == [("WEA", "drone")]  # the other place; what is marked is not told
    assert found.counts == {"one": 1, "two": 3}
    assert store.suggestions(two)[0].score == 0.5  # one of two places bears it


def test_tasks_without_suggestions_are_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text("Velmar\tGPE\n")
    store.new_task("one", "bob", suggested=False)
    both = [store.task("one", "bob"), store.task("two", "bob")]
    found = suggest(store, both, f"gazetteer:{tmp_path / 'names.tsv'}")
    assert found.without == ("one",)
    assert told(store, both[0]) == []
    assert told(store, both[1]) == [("GPE", "Velmar")]


def test_a_gazetteer_with_layers(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text("\ufeff# names\nAmel\tLOC\nfell\tIMPACT\tevents\n\n", encoding="utf-8")
    document = ingest(TWO, id="two")
    found = read_gazetteer(path).proposals(document)
    assert [(p.layer, p.item["type"], p.score) for p in found] == [
        ("events", "IMPACT", 1.0),
        ("mentions", "LOC", 1.0),
    ]


@pytest.mark.parametrize("line", ["Velmar", "Velmar\t", "Velmar\tGPE\tplaces", "a\tb\tmentions\tc"])
def test_a_gazetteer_of_another_form_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "names.tsv"
    path.write_text(f"Amel\tLOC\n{line}\n")
    with pytest.raises(InputError) as caught:
        read_gazetteer(path)
    assert caught.value.place == f"{path}:2"
    with pytest.raises(UnreadableInput):
        read_gazetteer(tmp_path / "nothing.tsv")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableInput, match="UTF-8"):
        read_gazetteer(path)


def test_a_gazetteer_needs_a_file(store: Store) -> None:
    with pytest.raises(InputError, match="no file is named"):
        suggest(store, tasks(store), "gazetteer:")


def test_any_extractor(store: Store) -> None:
    found = suggest(store, tasks(store), "rules")
    assert set(found.counts) == {"one", "two"}
    assert ("GPE", "Velmar") in told(store, store.task("one", "ann")) or found.counts["one"] > 1
    with pytest.raises(UnknownName):
        suggest(store, tasks(store), "no-such-extractor")


def test_the_trained_baseline_learns_from_what_is_done(tmp_path: Path) -> None:
    (gold,) = load_gold()
    store = store_with(tmp_path, {"ann": gold})
    store.add_document(ingest(gold.text.partition("FALLUJAH")[2], id="again"))
    again = store.task("again", "ann")
    found = suggest(store, [again], "trained")
    assert found.counts["again"] > 10
    assert ("WEA", "rockets") in told(store, again)
    with pytest.raises(InputError, match="nothing to learn from"):
        suggest(store, [store.task("again", "bob")], "trained")


def test_of_a_document_in_progress_only_sentences_with_spans_are_learnt(tmp_path: Path) -> None:
    (gold,) = load_gold()
    store = store_with(tmp_path, {"ann": gold}, done=False)
    store.add_document(ingest(gold.text.partition("FALLUJAH")[2], id="again"))
    again = store.task("again", "ann")
    assert suggest(store, [again], "trained").counts["again"] > 10
    (only,) = _labelled(replace(gold, times=(), quantities=(), events=(), attributions=(),
                                mentions=gold.mentions[:1]))  # fmt: skip
    assert only.annotation.layers == ("mentions",)
    (zone,) = only.zones
    assert zone.spans[0][0] <= gold.mentions[0].spans[0][0] < zone.spans[0][1]
    assert zone.text == gold.text[slice(*zone.spans[0])]
    reading = read_document(only)
    assert all(zone.spans[0][0] <= w.start and w.end <= zone.spans[0][1] for w in reading.words)


def test_what_was_rejected_is_not_proposed_again(store: Store, tmp_path: Path) -> None:
    names = tmp_path / "names.tsv"
    names.write_text("Velmar\tGPE\nAmel\tGPE\n")
    _, two = tasks(store)
    suggest(store, [two], f"gazetteer:{names}")
    first, _ = store.suggestions(two)
    store.settle_suggestion(first, "rejected")
    suggest(store, [two], f"gazetteer:{names}")
    assert told(store, two) == [("GPE", "Amel")]
    names.write_text("Velmar\tLOC\n")
    suggest(store, [two], f"gazetteer:{names}")
    assert told(store, two) == [("LOC", "Velmar")]


def test_suggestions_for_several_annotators_are_counted_together(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "names.tsv").write_text("Velmar\tGPE\n")
    both = [store.task("two", "ann"), store.task("two", "bob")]
    mark(store, both[1], "Velmar", "GPE")
    assert suggest(store, both, f"gazetteer:{tmp_path / 'names.tsv'}").counts == {"two": 1}


def test_what_stands_nowhere_is_no_suggestion() -> None:
    document = ingest(ONE, id="one")
    prediction = {
        "id": "one",
        "mentions": [
            {"start": 8, "end": 9, "type": "PER"},
            {"start": 5, "end": 10**6, "type": "PER"},
            {"spans": [[4, 4]], "type": "PER"},
            {"quote": {"exact": "fuel depot"}, "type": "FAC", "score": 0.3},
            {"quote": {"exact": "a submarine in the harbour"}, "type": "VEH"},
            {"spans": [[0, 6]]},
        ],
    }
    found = from_prediction(document, prediction)
    assert [(p.item["type"], p.score) for p in found] == [("PER", None), ("FAC", 0.3)]


def test_the_least_sure_come_first(store: Store) -> None:
    one, two = tasks(store)
    store.suggest(one, "x", [("mentions", {"spans": [[0, 6]], "type": "GPE"}, 0.99)])
    store.suggest(two, "x", [("mentions", {"spans": [[0, 5]], "type": "GPE"}, 0.5)])
    scores = store.scores("ann")
    assert scores == {"one": [0.99], "two": [0.5]}
    assert by_uncertainty(["none", "one", "two"], scores) == ["two", "one", "none"]
    assert store.scores("bob") == {}


def test_strings_that_mostly_bear_no_label_are_not_suggested() -> None:
    lexicon = Lexicon()
    document = ingest("A fell. The base fell. The base fell. The base fell.", id="x")
    assert lexicon.proposals(document) == []
