"""Adjudication: agreed items at once, one decision for the rest, whatever the ids."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from goldwire.annotate.adjudicate import Adjudication, difference_words
from goldwire.annotate.adjudicating import BOTH, NEITHER, Adjudicating, adjudicated
from goldwire.annotate.edits import Add, Merge, Put, Remove, apply, find
from goldwire.annotate.screen.deciding import Deciding
from goldwire.annotate.screen.labeller import Labeller
from goldwire.annotate.screen.making import make_item
from goldwire.annotate.session import Session
from goldwire.corpus.documents import load_gold, read, root
from goldwire.schema.document import LAYERS, Document, from_json, to_json
from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.validation import validate
from tests.annotate.passes import alike, store_with
from tests.annotate.screen.making import bare, labels
from tests.making import article


def renamed(document: Document) -> Document:
    """The document with other ids."""
    text = to_json(document)
    for layer, letter in zip(LAYERS, "zmetqvlari", strict=True):
        for item in getattr(document, layer):
            if layer != "zones":
                text = text.replace(f'"{item.id}"', f'"{letter}9{item.id[1:]}"')
    for hopper in {event.hopper for event in document.events}:
        text = text.replace(f'"{hopper}"', f'"h9{hopper}"')
    return from_json(text)


def real_passes() -> dict[str, Document]:
    folder = Path(str(root() / "passes"))
    return {d.annotation.annotators[0]: d for d in read([folder])}


def test_equal_passes_leave_nothing_to_decide() -> None:
    for document in (article(), load_gold()[0]):
        adjudication = Adjudication(bare(document), {"a": document, "b": renamed(document)})
        assert adjudication.decisions() == []
        made = apply(bare(document), adjudication.begin())
        assert alike(made, document)
        assert {p.code for p in validate(made)} <= {"L2"}


@pytest.mark.parametrize("number", [0, 1])
def test_taking_one_pass_everywhere_gives_that_pass(tmp_path: Path, number: int) -> None:
    passes = real_passes()
    name = sorted(passes)[number]
    store = store_with(tmp_path, passes)
    court = Adjudicating(store, "ain-al-asad", "judge")
    assert 5 < len(court.all) < 30
    for decision in court.open():
        court.decide(decision, name)
    assert court.open() == []
    assert alike(court.session.document, passes[name])
    assert {p.code for p in validate(court.session.document)} <= {"L2"}


def disturbed(document: Document, chance: random.Random) -> Document:
    """A pass of somebody who sees some things otherwise."""
    for _ in range(chance.randint(1, 4)):
        lot = chance.randrange(4)
        mentions, events = document.mentions, document.events
        if lot == 0 and len(mentions) > 2:
            document = apply(document, Remove(layer="mentions", id=chance.choice(mentions).id))
        elif lot == 1 and len(events) > 1:
            document = apply(document, Remove(layer="events", id=chance.choice(events).id))
        elif lot == 2 and len(document.entities) > 2:
            one, other = chance.sample([entity.id for entity in document.entities], 2)
            document = apply(document, Merge(layer="entities", keep=one, gone=other))
        elif events:
            edit = Put(layer="events", id=chance.choice(events).id, field="realis",
                       value=chance.choice(["generic", "other"]))  # fmt: skip
            document = apply(document, edit)
    return document


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6))
def test_whatever_the_passes_either_can_be_had(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    passes = {"a": disturbed(article(), chance), "b": renamed(disturbed(article(), chance))}
    for name, wanted in passes.items():
        store = store_with(tmp_path_factory.mktemp("court"), passes)
        court = Adjudicating(store, "velmar", "judge")
        for decision in court.open():
            court.decide(decision, name)
        assert alike(court.session.document, wanted), seed


def test_decisions_are_kept_undone_and_named(tmp_path: Path) -> None:
    other = apply(article(), Put(layer="mentions", id="m1", field="type", value="VEH"))
    store = store_with(tmp_path, {"ann": article(), "bob": other})
    court = Adjudicating(store, "velmar", "judge")
    (first, *rest) = court.open()
    assert (first.layer, first.kind) == ("mentions", "fields")
    assert court.answers(first) == ["ann", "bob", BOTH, NEITHER]
    with pytest.raises(UnknownName, match="cid"):
        court.decide(first, "cid")
    court.decide(first, "bob")
    again = Adjudicating(store, "velmar", "judge")
    assert len(again.open()) == len(rest)
    assert again.decided() == {repr(first.key): "bob"}
    assert next(m for m in again.session.document.mentions if m.spans == first.key[1]).type == "VEH"
    again.session.undo()
    assert len(again.open()) == len(rest) + 1
    again.decide(first, NEITHER)
    assert first.key[1] not in [m.spans for m in again.session.document.mentions]
    again.session.undo()
    again.decide(first, BOTH)
    types = [m.type for m in again.session.document.mentions if m.spans == first.key[1]]
    assert sorted(types) == ["VEH", "WEA"]


def test_an_item_that_one_pass_has_is_told_by_what_it_says(tmp_path: Path) -> None:
    other = apply(article(), Remove(layer="times", id=article().times[0].id))
    store = store_with(tmp_path, {"ann": article(), "bob": other})
    first = next(d for d in Adjudicating(store, "velmar", "judge").open() if d.layer == "times")
    said = {v.passes[0]: difference_words(first, v.item) for v in first.versions}
    assert said["bob"] == "nothing here"
    assert said["ann"].startswith("type DATE; value ")
    assert not {"–", "False", "no"} & set(said["ann"].replace(";", "").split())


def test_three_passes_are_weighed(tmp_path: Path) -> None:
    other = apply(article(), Put(layer="events", id="v1", field="realis", value="generic"))
    passes = {"ann": article(), "bob": other, "cid": article()}
    court = Adjudicating(store_with(tmp_path, passes), "velmar", "judge")
    (decision,) = court.open()
    assert [version.passes for version in decision.versions] == [("ann", "cid"), ("bob",)]


def begun(base: Document, *passes: Document) -> Document:
    """What an adjudication of passes begins with."""
    named = {f"pass{number}": each for number, each in enumerate(passes)}
    return apply(base, Adjudication(base, named).begin())


def test_an_annotation_that_came_with_the_article_is_not_made_twice() -> None:
    made = begun(article(), article(), renamed(article()))
    for layer in LAYERS:
        assert len(getattr(made, layer)) == len(getattr(article(), layer)), layer
    assert alike(made, article())
    assert not begun(article(), bare(article()), bare(article())).mentions


def test_zones_and_metadata_are_taken_too() -> None:
    base = bare(article())
    changed = apply(base, Put(layer="zones", id="z1", field="kind", value="caption"))
    changed = apply(changed, Put(layer="metadata", field="section", value="World"))
    new = {"id": "z0", "kind": "related", "spans": [[0, 5]], "scored": False}
    changed = apply(apply(changed, Remove(layer="zones", id="z2")), Add(layer="zones", item=new))
    made = begun(base, changed, changed)
    assert made.metadata.section == "World"
    assert [(z.kind, z.spans) for z in made.zones] == [(z.kind, z.spans) for z in changed.zones]
    assert len({zone.id for zone in made.zones}) == len(made.zones)


@pytest.mark.parametrize("name", ["ann", "bob"])
def test_zones_are_decided_like_anything_else(tmp_path: Path, name: str) -> None:
    base = bare(article())
    other = apply(base, Put(layer="zones", id="z1", field="kind", value="caption"))
    other = apply(other, Remove(layer="zones", id="z2"))
    passes = {"ann": base, "bob": other}
    adjudication = Adjudication(base, passes)
    document = apply(base, adjudication.begin())
    for decision in adjudication.decisions():
        (item,) = (v.item for v in decision.versions if name in v.passes)
        items = [item] if item is not None else []
        document = apply(document, adjudication.taken(document, decision, items))
    assert document.zones == passes[name].zones


def test_incidents_of_one_hopper_and_evidence_that_is_a_relation_are_kept() -> None:
    first = replace(article().incidents[0], evidence=("r1",))
    document = replace(article(), incidents=(first, replace(first, id="i2", role="mentioned")))
    assert Adjudication(bare(document), {"a": document, "b": renamed(document)}).decisions() == []
    made = begun(bare(document), document, renamed(document))
    assert [i.role for i in made.incidents] == [i.role for i in document.incidents]
    assert {i.evidence for i in made.incidents} == {(made.relations[0].id,)}


def test_an_adjudication_is_over_the_passes_as_they_stood_when_it_began(tmp_path: Path) -> None:
    other = apply(article(), Remove(layer="times", id="t1"))
    passes = {"ann": article(), "bob": other, "cid": article()}
    store = store_with(tmp_path, passes)
    before = Adjudicating(store, "velmar", "judge", ["ann", "bob"])
    Session(store, store.task("velmar", "ann")).apply(Remove(layer="mentions", id="m1"))
    store.set_state(store.task("velmar", "bob"), "open")
    again = Adjudicating(store, "velmar", "judge")
    assert [each.key for each in again.open()] == [each.key for each in before.open()]
    assert again.changed == ("ann",)
    for decision in again.open():
        again.decide(decision, "ann")
    assert alike(again.session.document, article())
    assert adjudicated(again.session) == ["ann", "bob"]
    with pytest.raises(InputError, match="other passes: ann, bob"):
        Adjudicating(store, "velmar", "judge", ["ann", "cid"])


def test_what_cannot_be_adjudicated(tmp_path: Path) -> None:
    store = store_with(tmp_path, {"ann": article(), "bob": article()}, done=False)
    with pytest.raises(InputError, match="0 passes"):
        Adjudicating(store, "velmar", "judge")
    with pytest.raises(UnknownName, match="cid"):
        Adjudicating(store, "velmar", "judge", ["ann", "cid"])
    assert Adjudicating(store, "velmar", "judge", ["ann", "bob"]).open() == []


def test_one_key_a_decision_on_the_screen(tmp_path: Path) -> None:
    passes = real_passes()
    store = store_with(tmp_path, passes)
    court = Adjudicating(store, "ain-al-asad", "judge")
    labeller = Labeller(court.session, labels(), adjudicating=court)
    count = len(court.open())
    mode: Any = labeller.mode
    assert isinstance(mode, Deciding)
    assert str(count) in mode.title
    for _ in range(count):
        assert mode.rows()
        labeller.press("a")
        assert not labeller.message
    assert mode.title == "all is decided"
    labeller.press("u")
    assert len(court.open()) == 1
    labeller.press("U")
    labeller.press("escape")
    assert find(labeller.document, "mentions", labeller.document.mentions[0].id)
    notes = [entry.note for entry in court.session.done()]
    assert sum('"decision"' in (note or "") for note in notes) == count


def test_what_is_added_by_hand_takes_no_name_of_what_is_left_to_decide(tmp_path: Path) -> None:
    other = apply(article(), Remove(layer="mentions", id="m10"))
    court = Adjudicating(store_with(tmp_path, {"ann": article(), "bob": other}), "velmar", "judge")
    labeller = Labeller(court.session, labels(), adjudicating=court)
    labeller.edit(make_item(labeller, "mentions", "PER", ((0, 3),))[0])
    for decision in court.open():
        court.decide(decision, "bob")
    assert [m.spans for m in labeller.document.mentions if m.spans == ((0, 3),)]
    labeller.undo()
    while len(court.session.done()) > 1:
        labeller.undo()
    labeller.undo()
    assert labeller.message == "nothing to undo"
    assert labeller.document.mentions
