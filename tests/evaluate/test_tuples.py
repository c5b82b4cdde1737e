"""Arguments and relations: accepted answers, options, zones, ids, and no order anywhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate import score
from goldwire.evaluate.report.model import Report
from goldwire.evaluate.scores import Score
from goldwire.schema.document import (
    Alternative,
    Argument,
    Document,
    Event,
    Mention,
    Relation,
    Time,
    Zone,
    to_plain,
)
from goldwire.schema.errors import InvalidDocument
from tests.making import article, at, changed, make

replace = msgspec.structs.replace
TEXT = "Army units shelled and bombed the old depot, a store near the river and the bridge."


def mention(name: str, words: str, kind: str = "FAC", **more: Any) -> Mention:
    return Mention(id=name, spans=at(TEXT, words), text=words, type=kind, **more)


def event(name: str, words: str, *arguments: Argument, kind: str = "ATTACK", **more: Any) -> Event:
    spans = at(TEXT, words)
    return Event(id=name, spans=spans, text=words, type=kind, arguments=arguments, **more)


def other(words: str) -> Alternative:
    return Alternative(spans=at(TEXT, words), text=words)


def target(filler: str, **more: Any) -> Argument:
    return Argument(role="target", filler=filler, **more)


MENTIONS = (
    mention("m1", "depot"),
    mention("m2", "store"),
    mention("m3", "bridge"),
    mention("m4", "Army", "ORG"),
)


def gold(*events: Event, **more: Any) -> Document:
    fields: dict[str, Any] = {"mentions": MENTIONS, "events": events} | more
    return make(TEXT, annotation=article().annotation, **fields)


def of(document: Document, guess: Any, layer: str = "arguments") -> Report:
    return score([document], [guess], layers=[layer])


def strict(report: Report, criterion: str = "strict") -> Score:
    (layer,) = report.layers
    return layer.criterion(criterion).micro


def counts(report: Report, criterion: str = "strict") -> tuple[float, int, int]:
    whole = strict(report, criterion)
    return whole.correct, whole.gold, whole.predicted


def test_two_events_that_accept_the_same_trigger_do_not_depend_on_order() -> None:
    one = event("v1", "shelled", target("m1"), alternatives=(other("units"),))
    two = event("v2", "bombed", target("m1"), alternatives=(other("units"),))
    guess = gold(event("v1", "units", target("m1")), event("v2", "bombed", target("m1")))
    for events in ((one, two), (two, one)):
        for guessed in (guess.events, guess.events[::-1]):
            assert counts(of(gold(*events), gold(*guessed))) == (2, 2, 2)


def test_predictions_move_along_a_path_to_make_room() -> None:
    one = event("v1", "shelled", target("m1", alternatives=("m2", "m3")))
    two = event("v1", "shelled", target("m4", alternatives=("m2",)))
    both = gold(replace(one, arguments=one.arguments + two.arguments))
    for fillers in (("m2", "m3"), ("m3", "m2")):
        guess = gold(event("v1", "shelled", *map(target, fillers)))
        assert counts(of(both, guess)) == (2, 2, 2)


def test_of_three_answers_to_one_argument_one_is_right() -> None:
    document = gold(event("v1", "shelled", target("m1", alternatives=("m2", "m3"))))
    guess = gold(event("v1", "shelled", target("m2"), target("m3"), target("m1")))
    assert counts(of(document, guess)) == (1, 1, 3)
    assert counts(of(document, guess), "unattached") == (1, 1, 3)


def test_of_one_filler_in_two_roles_the_first_by_name_counts_whatever_the_order() -> None:
    document = gold(event("v1", "shelled", target("m1", alternatives=("m2",))))
    roles = [Argument(role=name, filler="m3") for name in ("agent", "place")]
    for guessed in (roles, roles[::-1]):
        (layer,) = of(document, gold(event("v1", "shelled", *guessed))).layers
        rows = {row.label: row.scores for row in layer.labels}
        for name in ("attached_id", "unattached_id"):
            assert rows["agent"][name].predicted == 1
            assert rows["place"][name].predicted == 0


def test_an_accepted_span_of_another_item_is_not_accepted_here() -> None:
    times = (Time(id="t1", spans=at(TEXT, "river"), text="river", type="DATE",
                  alternatives=(other("old"),)),)  # fmt: skip
    document = gold(event("v1", "shelled", target("m1")), times=times)
    wrong = (mention("m1", "old"),)
    assert counts(of(document, gold(event("v1", "shelled", target("m1")), mentions=wrong)))[0] == 0
    argument = Argument(role="time", filler="t1")
    document = gold(event("v1", "shelled", argument), times=times)
    guess = gold(event("v1", "shelled", Argument(role="time", filler="m1")), mentions=wrong)
    assert counts(of(document, guess)) == (1, 1, 1)


def test_event_types_and_filler_spans_are_accepted() -> None:
    accepting = (replace(MENTIONS[0], alternatives=(other("old depot"),)), *MENTIONS[1:])
    trigger = event("v1", "shelled", target("m1"), alternatives=(Alternative(type="HARM"),))
    guess = gold(
        event("v1", "shelled", target("m1"), kind="HARM"), mentions=(mention("m1", "old depot"),)
    )
    report = of(gold(trigger, mentions=accepting), guess)
    assert counts(report) == counts(report, "unattached") == (1, 1, 1)


def test_touching_fragments_are_one_span() -> None:
    (start, end) = at(TEXT, "Army units")[0]
    cut = ((start, start + 4), (start + 4, end))
    whole = (Mention(id="m1", spans=cut, text="Army  units", type="ORG"), *MENTIONS[1:])
    document = gold(event("v1", "shelled", target("m1")), mentions=whole)
    assert counts(of(document, document)) == (1, 1, 1)
    plain = gold(
        event("v1", "shelled", target("m1")), mentions=(mention("m1", "Army units", "ORG"),)
    )
    assert counts(of(document, plain)) == (1, 1, 1)


def test_an_optional_filler_makes_its_argument_optional() -> None:
    optional = (replace(MENTIONS[0], optional=True), *MENTIONS[1:])
    document = gold(event("v1", "shelled", target("m1"), target("m2")), mentions=optional)
    assert counts(of(document, document)) == (1, 1, 1)
    assert counts(of(document, gold(event("v1", "shelled", target("m2"))))) == (1, 1, 1)


def test_arguments_at_an_optional_trigger_cost_nothing() -> None:
    free = event("v1", "shelled", target("m1"), optional=True, alternatives=(other("units"),))
    counted = event("v2", "bombed", target("m1"))
    for words in ("shelled", "units"):
        guess = gold(event("v1", words, target("m3")), counted)
        assert counts(of(gold(free, counted), guess)) == (1, 1, 1)
        assert counts(of(gold(free, counted), guess), "unattached") == (1, 1, 1)
    beside = event("v3", "shelled", target("m2"), kind="HARM")
    guess = gold(event("v1", "shelled", target("m3")))
    assert counts(of(gold(free, beside), guess)) == (0, 1, 0)  # it is aligned with the optional one


def test_what_counts_is_met_before_what_is_optional() -> None:
    free = event("v1", "shelled", target("m1"), optional=True)
    counted = event("v2", "bombed", target("m1"), alternatives=(other("shelled"),))
    for events in ((free, counted), (counted, free)):
        whole = gold(event("v1", "shelled", target("m1")))
        assert counts(of(gold(*events), whole)) == (1, 1, 1)
        both = gold(*whole.events, event("v2", "bombed", target("m1")))
        assert counts(of(gold(*events), both))[0] == 1


def test_relations_with_an_optional_end_are_optional() -> None:
    optional = (replace(MENTIONS[0], optional=True), *MENTIONS[1:])
    relations = (
        Relation(id="r1", type="near", head="m1", tail="m2"),
        Relation(id="r2", type="near", head="m2", tail="m3"),
    )
    document = gold(mentions=optional, relations=relations)
    assert counts(of(document, document, "relations")) == (1, 1, 1)


def test_accepted_spans_and_types_of_both_ends() -> None:
    accepting = (
        replace(MENTIONS[0], alternatives=(other("old depot"),)),
        replace(MENTIONS[1], alternatives=(Alternative(type="LOC"),)),
    )
    near = (Relation(id="r1", type="near", head="m1", tail="m2",
                     alternatives=(Alternative(type="part_of"),)),)  # fmt: skip
    document = gold(mentions=accepting, relations=near)
    guess = gold(
        mentions=(mention("m1", "old depot"), mention("m2", "store", "LOC")),
        relations=(Relation(id="r1", type="part_of", head="m1", tail="m2"),),
    )
    report = of(document, guess, "relations")
    assert counts(report) == counts(report, "boundary") == (1, 1, 1)
    assert [row.label for row in report.layers[0].labels] == ["near"]


def test_unscored_text_is_left_out_on_both_sides() -> None:
    spans = at(TEXT, ", a store near the river and the bridge.")
    zone = Zone(id="z1", spans=spans, text="", kind="chrome", scored=False)
    near = (Relation(id="r1", type="near", head="m1", tail="m2"),)
    document = gold(
        event("v1", "shelled", target("m1"), target("m2")), zones=(zone,), relations=near
    )
    assert counts(of(document, {"id": "velmar"})) == (0, 1, 0)
    guess = gold(event("v1", "shelled", target("m1"), target("m3")), relations=near)
    assert counts(of(document, guess)) == (1, 1, 1)
    assert counts(of(document, guess), "unattached") == (1, 1, 1)
    assert counts(of(document, guess, "relations")) == (0, 0, 0)


def _plain(words: str, **more: Any) -> dict[str, Any]:
    return {"spans": at(TEXT, words), "type": "FAC", **more}


def test_events_with_the_same_id_or_a_made_up_one_keep_their_triggers() -> None:
    document = gold(event("v1", "shelled", target("m1")), event("v2", "bombed", target("m2")))
    for names in (("v", "v"), (None, "#0"), ("#1", None), ("m1", "m2")):
        guess = to_plain(document)
        for item, name in zip(guess["events"], names, strict=True):
            item["id"] = name
        assert counts(of(document, guess)) == (2, 2, 2), names


@pytest.mark.parametrize("order", [1, -1])
def test_ids_are_looked_for_layer_by_layer_and_the_first_in_the_text_counts(order: int) -> None:
    document = gold(event("v1", "shelled", target("m1")))
    trigger = {**_plain("shelled", id="x"), "type": "ATTACK"}
    guess: dict[str, Any] = {
        "id": "velmar",
        "mentions": [_plain("depot", id="x"), _plain("bridge", id="x")][::order],
        "times": [_plain("river", id="x")],
        "events": [{**trigger, "arguments": [{"role": "target", "filler": "x"}]}],
    }
    report = of(document, guess)
    assert counts(report) == (1, 1, 1)
    notes = [(f.kind, f.count, f.examples) for f in report.findings]
    assert notes == [("id stands twice", 1, ("x in velmar",))]


def test_every_reference_to_nothing_is_a_false_alarm() -> None:
    document = gold(event("v1", "shelled", target("m1")))
    arguments = [{"role": "target", "filler": name} for name in ("a", "b", "a")]
    trigger = {**_plain("shelled"), "type": "ATTACK", "arguments": arguments}
    near = {"type": "near", "head": "a", "tail": "b"}
    guess = {"id": "velmar", "events": [trigger, trigger], "relations": [near, near]}
    report = of(document, guess)
    assert counts(report) == counts(report, "unattached") == (0, 1, 6)
    assert counts(of(document, guess, "relations")) == (0, 0, 2)


def test_items_of_an_unknown_document_stand_each_by_itself() -> None:
    items = {"mentions": [_plain("depot", id="m")], "times": [_plain("river", id="t")]}
    arguments = [{"role": "target", "filler": name} for name in ("m", "t")]
    trigger = {**_plain("shelled"), "type": "ATTACK", "arguments": arguments}
    guess = {"id": "elsewhere", **items, "events": [trigger]}
    assert counts(of(gold(), guess)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (gold(event("v1", "shelled", target("zz"))), "/events/0/arguments/0/filler"),
        (
            gold(event("v1", "shelled", target("m1", alternatives=("zz",)))),
            "/events/0/arguments/0/alternatives/0",
        ),
        (
            gold(relations=(Relation(id="r1", type="near", head="m1", tail="zz"),)),
            "/relations/0/tail",
        ),
    ],
)
def test_a_reference_to_nothing_in_gold_is_refused(document: Document, pointer: str) -> None:
    with pytest.raises(InvalidDocument, match="'velmar' refers to 'zz'") as caught:
        score([document], [])
    assert caught.value.pointer == pointer


def test_the_gold_hash_sees_what_is_accepted() -> None:
    plain = event("v1", "shelled", target("m1"))
    documents = [
        gold(plain),
        gold(event("v1", "shelled", target("m1", alternatives=("m2",)))),
        gold(event("v1", "shelled", target("m1", optional=True))),
        gold(replace(plain, alternatives=(other("units"),))),
        gold(plain, event("v2", "bombed", optional=True)),
    ]
    hashes = {of(document, document).signature.gold for document in documents}
    assert len(hashes) == len(documents)


WORDS = ["Drone", "near", "fuel", "police", "reporters", "there", "Nobody"]
LAYERS = ("mentions", "times", "events")


@st.composite
def accepting(draw: st.DrawFn) -> Document:
    """The invented article with options and other answers at random."""
    document = article()
    more = Relation(id="r2", type="opposes", head="m8", tail="m9")
    document = replace(document, relations=(*document.relations, more))
    spans = st.sampled_from(WORDS).map(lambda w: Alternative(spans=at(document.text, w), text=w))
    types = st.sampled_from(["FAC", "GPE", "HARM"]).map(lambda t: Alternative(type=t))
    others = st.lists(spans | types, max_size=2).map(tuple)
    optional = st.sampled_from([False, False, False, True])
    for layer in LAYERS:
        for place in range(len(getattr(document, layer))):
            fields = {"optional": draw(optional), "alternatives": draw(others)}
            document = changed(document, layer, place, **fields)
    ids = st.lists(st.sampled_from([m.id for m in document.mentions]), max_size=2).map(tuple)
    for place, item in enumerate(document.events):
        arguments = tuple(
            replace(a, optional=draw(optional), alternatives=draw(ids)) for a in item.arguments
        )
        document = changed(document, "events", place, arguments=arguments)
    return changed(document, "relations", 0, optional=draw(optional))


def _layers(document: Document, guess: Any) -> Any:
    report = score([document], [guess], layers=["arguments", "relations"])
    return report.layers, report.signature


def _shuffled(document: Document, random: Any) -> Document:
    def mixed(items: Any) -> Any:
        return tuple(random.sample(items, len(items)))

    events = [replace(e, arguments=mixed(e.arguments)) for e in document.events]
    layers = {layer: mixed(getattr(document, layer)) for layer in ("mentions", "times")}
    return replace(document, events=mixed(events), relations=mixed(document.relations), **layers)


@settings(max_examples=60)
@given(accepting())
def test_gold_against_itself_is_1(document: Document) -> None:
    report = score([document], [document], layers=["arguments", "relations"])
    for layer in report.layers:
        for criterion in layer.criteria:
            whole = criterion.micro
            assert whole.correct == whole.gold == whole.predicted, (layer.layer, criterion.name)


@settings(max_examples=60)
@given(accepting(), accepting(), st.randoms(use_true_random=False))
def test_order_never_matters(document: Document, drawn: Document, random: Any) -> None:
    moved = []
    for item in drawn.events:  # the fillers change, so that some are accepted and some wrong
        arguments = (
            replace(a, filler=random.choice(a.alternatives or (a.filler,))) for a in item.arguments
        )
        spans = random.choice([a.spans for a in item.alternatives if a.spans] or [item.spans])
        moved.append(replace(item, arguments=tuple(arguments), spans=spans, text=None))
    guess = replace(drawn, events=tuple(moved))
    whole = _layers(document, guess)
    assert _layers(_shuffled(document, random), _shuffled(guess, random)) == whole
