"""Every view of documents, and our own numbers beside it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from goldwire.evaluate.scoring import score
from goldwire.evaluate.views import view
from goldwire.evaluate.views.render import render_view
from goldwire.schema.document import to_json, to_line
from goldwire.schema.errors import InputError
from tests.evaluate.report.samples import make_pair
from tests.evaluate.views.viewing import ARTICLE, DOCUMENT_VIEWS, Write, row
from tests.making import changed


@pytest.mark.parametrize("name", DOCUMENT_VIEWS)
def test_a_document_against_itself_is_perfect_with_us(name: str) -> None:
    found = view(name, [ARTICLE], [ARTICLE])
    values = [value for each in found.scores for value in each.own.values()]
    assert set(values) <= {1.0, None}
    assert any(values)
    assert all(each.peer for each in found.scores)


@pytest.mark.parametrize("name", DOCUMENT_VIEWS)
def test_nothing_predicted_is_a_miss(name: str) -> None:
    found = view(name, [ARTICLE], [{"id": ARTICLE.id}])
    recalls = [each.peer[found.names[1]] for each in found.scores if found.names[1] in each.peer]
    assert set(recalls) == {0.0}


@pytest.mark.parametrize("name", DOCUMENT_VIEWS)
def test_files_and_documents_in_memory_say_the_same(name: str, write: Write) -> None:
    less = changed(ARTICLE, "mentions", 1, type="LOC", spans=((0, 5),), text="Drone")
    gold, predicted = (
        write(path, msgspec.json.encode(each).decode())
        for path, each in (("gold.json", ARTICLE), ("predicted.json", less))
    )
    one, other = view(name, gold, predicted), view(name, iter([ARTICLE]), iter([less]))
    assert msgspec.structs.replace(one, signature="") == msgspec.structs.replace(
        other, signature=""
    )


def test_the_signature_tells_gold_and_options_apart(tmp_path: Path) -> None:
    gold = tmp_path / "gold.json"
    gold.write_text(to_line(ARTICLE), "utf-8")
    less = changed(ARTICLE, "mentions", 1, type="LOC")
    plain = view("seqeval", gold, [less]).signature
    assert plain.startswith("goldwire ")
    assert " | view seqeval | " in plain
    assert view("seqeval", gold, [ARTICLE]).signature == plain
    assert view("seqeval", [less], [ARTICLE]).signature != plain
    assert view("seqeval", gold, [less], mode="strict").signature != plain
    assert "mode strict" in view("seqeval", gold, [less], mode="strict").signature
    assert view("seqeval", tmp_path, [less]).signature == plain
    gold.write_text(to_json(ARTICLE), "utf-8")
    assert view("seqeval", gold, [less]).signature == plain
    assert score(gold, [ARTICLE]).signature.gold[:12] in plain
    other = msgspec.structs.replace(ARTICLE, id="other")
    both = [ARTICLE, other]
    assert view("seqeval", both, both).signature == view("seqeval", both[::-1], both).signature


def test_own_values_are_those_of_the_report() -> None:
    gold, predictions = make_pair(6)
    layer = score(gold, predictions, layers=["mentions"], errors=0).layer("mentions")
    found = view("nervaluate", gold, predictions)
    for schema, criterion in (("strict", "strict"), ("partial", "partial"), ("ent_type", "type")):
        assert row(found, schema).own["f1"] == layer.criterion(criterion).micro.f1


def test_sets_of_spans_are_what_strict_counts() -> None:
    gold, predictions = make_pair(6)
    found = view("spacy", gold, predictions, allow_overlap=True)
    assert found.differing() == []
    assert row(found, "spans").own["f1"] not in (None, 0, 1)


def test_chains_are_what_the_report_counts() -> None:
    merged = changed(ARTICLE, "mentions", 1, entity="e1")
    found = view("conll2012", [ARTICLE], [merged])
    assert found.differing() == []
    assert row(found, "b3").own["precision"] not in (None, 1)
    assert view("conll2012", [ARTICLE], [ARTICLE], layer="hoppers").options == {"layer": "hoppers"}


def test_events_carry_the_spans_of_their_fillers() -> None:
    moved = changed(ARTICLE, "events", 0, arguments=ARTICLE.events[0].arguments[:1])
    found = view("textee", [ARTICLE], [moved])
    counts = {"pred_num": 6, "gold_num": 7, "match_num": 6}
    scores = {"precision": 1, "recall": 6 / 7, "f1": 12 / 13}
    assert row(found, "argument_attached_cls").peer == pytest.approx(counts | scores)
    assert found.differing() == []


def test_textee_says_what_it_cannot_keep_apart() -> None:
    trigger = ARTICLE.events[0]
    start, end = trigger.spans[0]
    broken = changed(ARTICLE, "events", 0, spans=((start, start + 1), (end - 1, end)))
    found = view("textee", [broken], [ARTICLE])
    assert "1 trigger or filler of several fragments is taken" in " ".join(found.notes)
    assert row(found, "trigger_id").peer["f1"] == 1
    twin = msgspec.structs.replace(trigger, id="v9", type="STATEMENT", arguments=())
    both = msgspec.structs.replace(ARTICLE, events=(*ARTICLE.events, twin))
    found = view("textee", [both], [ARTICLE])
    assert "one trigger for a place" in [each.name for each in found.deviations]


def test_incidents_become_templates_of_strings() -> None:
    incident = {
        "id": "i1", "type": "attack", "hoppers": ["h1"], "instruments": [{"entity": "e1"}],
        "perpetrators": [{"entity": "e4"}, {"entity": "e5"}, {"class": "crowd"}],
        "targets": [{"entity": "e2"}],
    }  # fmt: skip
    document = msgspec.to_builtins(ARTICLE) | {"incidents": [incident]}
    found = view("gtt", [document], [document])
    counts = {each.name: each.peer["r_den"] for each in found.scores}
    assert counts == {
        "incident_type": 1, "PerpInd": 1, "PerpOrg": 1, "Target": 1, "Victim": 0, "Weapon": 1,
        "micro_avg": 5,
    }  # fmt: skip
    assert "2 fillers name no entity with mentions: left out" in found.notes


def test_notes_say_what_the_peer_does_not_know() -> None:
    gold = changed(ARTICLE, "mentions", 0, optional=True)
    gold = changed(gold, "zones", 0, scored=False)
    stranger = {"id": "nobody", "mentions": [{"type": "PER", "start": 0, "end": 3}]}
    found = view("spacy", [gold], [ARTICLE, stranger])
    assert "1 optional gold items count like any other here" in found.notes
    assert "1 predicted without gold: nobody (1 item)" in found.notes
    assert any("zones that are not scored" in note for note in found.notes)


@pytest.mark.parametrize("name", DOCUMENT_VIEWS)
def test_a_layer_that_no_gold_has_is_refused(name: str) -> None:
    draft = msgspec.to_builtins(ARTICLE) | {"annotation": {"layers": []}}
    with pytest.raises(InputError, match=r"no gold document names \w+ in annotation"):
        view(name, [draft], [ARTICLE])


def test_a_document_is_a_document_whatever_else_there_is() -> None:
    empty = msgspec.structs.replace(
        ARTICLE, mentions=(), entities=(), times=(), quantities=(), events=(), event_links=(),
        attributions=(), relations=(), incidents=(), zones=(),
    )  # fmt: skip
    for name in DOCUMENT_VIEWS:
        found = view(name, [empty], [{"id": empty.id}])
        assert all(value is None for each in found.scores for value in each.own.values())
        assert render_view(found, 80)
