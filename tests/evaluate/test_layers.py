"""Scores of attributes, chains, arguments, relations, and incidents, worked out by hand."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from goldwire.evaluate import score
from goldwire.evaluate.chains import ChainOptions
from goldwire.evaluate.report.model import LayerReport
from goldwire.schema.document import Alternative, Argument, Document, Entity, Relation, to_plain
from tests.making import TEXT, article, at, changed

replace = msgspec.structs.replace


def scored(
    gold: Document, guess: Document | dict[str, Any], layer: str, **more: Any
) -> LayerReport:
    return score([gold], [guess], layers=[layer], **more).layer(layer)


def credit(layer: LayerReport, criterion: str) -> tuple[float, int, int]:
    micro = layer.criterion(criterion).micro
    return micro.correct, micro.gold, micro.predicted


def test_attributes_are_compared_on_right_triggers_and_end_to_end() -> None:
    guess = changed(article(), "events", 0, realis="generic")
    guess = changed(guess, "events", 1, realis=None)
    guess = changed(guess, "events", 2, type="DAMAGE", subtype=None)
    layer = scored(article(), guess, "events")
    (realis, polarity, _) = layer.accuracies
    # Of four triggers three are right; of these one realis is wrong, and one is not told.
    assert (realis.right, realis.compared, realis.accuracy) == (1, 3, 1 / 3)
    assert credit(layer, "realis") == (1, 4, 3)
    assert (polarity.right, polarity.compared) == (3, 3)
    assert credit(layer, "polarity") == (3, 4, 4)


def test_an_attribute_that_the_gold_leaves_open_is_not_compared() -> None:
    gold = changed(article(), "events", 0, realis=None)
    layer = scored(gold, article(), "events")
    assert (layer.accuracies[0].right, layer.accuracies[0].compared) == (3, 3)
    assert credit(layer, "realis") == (3, 3, 4)


def test_values_are_compared_where_times_overlap() -> None:
    wider = at(TEXT, "on Friday")
    guess = changed(article(), "times", 0, spans=wider, text="on Friday", value="2022-05")
    guess = changed(replace(guess), "times", 0, edtf=None)
    layer = scored(article(), guess, "times")
    assert credit(layer, "strict") == (1, 2, 2)
    assert credit(layer, "value") == (1, 2, 2)
    assert credit(layer, "granularity") == (2, 2, 2)
    assert {row.attribute: row.accuracy for row in layer.accuracies} == {
        "value": 0.5,
        "granularity": 1.0,
    }


def test_a_source_is_right_by_its_entity() -> None:
    speaker = replace(
        article().mentions[8], id="m11", spans=at(TEXT, "reporters"), text="reporters",
        head=at(TEXT, "reporters")[0],
    )  # fmt: skip
    gold = replace(article(), mentions=(*article().mentions, speaker))
    layer = scored(gold, changed(gold, "attributions", 1, source="m11"), "attributions")
    assert credit(layer, "source") == (2, 2, 2)
    layer = scored(gold, changed(gold, "attributions", 1, source="m8"), "attributions")
    assert credit(layer, "source") == (1, 2, 2)
    layer = scored(gold, changed(gold, "attributions", 1, source=None, cue=None), "attributions")
    assert credit(layer, "source") == (1, 2, 1)
    assert credit(layer, "cue") == (1, 2, 1)


def test_chains_worked_out_by_hand() -> None:
    # Velmar's three mentions are split into two and one; the rest is right: five entities more.
    guess = changed(article(), "mentions", 3, entity="e9")
    guess = replace(guess, entities=(*guess.entities, Entity(id="e9", type="GPE")))
    layer = scored(article(), guess, "entities")
    metrics = {each.name: each.micro for each in layer.criteria}
    assert (metrics["muc"].recall, metrics["muc"].precision) == (3 / 4, 1)
    assert metrics["b3"].recall == pytest.approx((7 + 2 * 2 / 3 + 1 / 3) / 10)
    assert metrics["b3"].precision == 1
    assert metrics["ceafe"].recall == pytest.approx((5 + 4 / 5) / 6)
    assert metrics["ceafe"].precision == pytest.approx((5 + 4 / 5) / 7)
    assert metrics["ceafm"].recall == 9 / 10
    assert metrics["conll"].f1 == pytest.approx(
        sum(metrics[name].f1 or 0 for name in ("muc", "b3", "ceafe")) / 3
    )


def test_chains_may_be_given_as_lists_of_mentions() -> None:
    plain = to_plain(article())
    chains: dict[str, list[Any]] = {}
    for mention in plain["mentions"]:
        chains.setdefault(mention.pop("entity"), []).append(mention["id"])
    by_list = {"id": "velmar", "mentions": plain["mentions"], "entities": list(chains.values())}
    records = [{"id": name, "mentions": members} for name, members in chains.items()]
    by_record = {"id": "velmar", "mentions": plain["mentions"], "entities": records}
    spans = {m["id"]: {"spans": m["spans"], "type": m["type"]} for m in plain["mentions"]}
    inline = {"id": "velmar", "entities": [[spans[m] for m in c] for c in chains.values()]}
    for guess in (by_list, by_record, inline):
        layer = scored(article(), guess, "entities")
        assert all(each.micro.f1 == 1 for each in layer.criteria), guess
    assert score([article()], [inline]).layer("mentions").criterion("strict").micro.f1 == 1


def test_no_chains_predicted_is_a_miss() -> None:
    layer = scored(article(), {"id": "velmar"}, "entities")
    assert layer.criterion("b3").micro.recall == 0
    assert layer.criterion("b3").micro.precision is None


def test_chains_by_head_and_without_singletons() -> None:
    wider = replace(
        article().mentions[5], spans=at(TEXT, "a fuel depot"), text="a fuel depot", head=None
    )
    guess = replace(article(), mentions=(*article().mentions[:5], wider, *article().mentions[6:]))
    exact = scored(article(), guess, "entities").criterion("muc").micro
    heads = scored(article(), guess, "entities", chains=ChainOptions(mentions="head"))
    assert exact.recall == 3 / 4
    assert heads.criterion("muc").micro.recall == 1
    few = scored(article(), guess, "entities", chains=ChainOptions(singletons=False))
    assert few.gold == 3


def test_optional_mentions_and_entities_play_no_part_in_chains() -> None:
    gold = changed(article(), "entities", 2, optional=True)
    guess = replace(article(), mentions=tuple(m for m in article().mentions if m.entity != "e3"))
    for given in (guess, article()):
        layer = scored(gold, given, "entities")
        assert layer.criterion("lea").micro.f1 == 1
    gold = changed(article(), "mentions", 2, optional=True)
    for given in (gold, changed(article(), "mentions", 2, entity="e1")):
        assert scored(gold, given, "entities").criterion("b3").micro.f1 == 1


def test_a_mention_met_by_an_accepted_span_is_the_same_mention() -> None:
    words = Alternative(spans=at(TEXT, "a fuel depot"), text="a fuel depot")
    gold = changed(article(), "mentions", 5, alternatives=(words,))
    guess = changed(article(), "mentions", 5, spans=at(TEXT, "a fuel depot"), text="a fuel depot")
    assert scored(gold, guess, "entities").criterion("b3").micro.f1 == 1
    assert scored(gold, guess, "relations").criterion("entity").micro.f1 == 1


def test_another_mention_of_the_right_entity_is_right_under_coreference() -> None:
    arguments = (
        Argument(role="instrument", filler="m1"),
        Argument(role="target", filler="m2"),
        Argument(role="time", filler="t1"),
    )
    guess = changed(article(), "events", 1, arguments=arguments)
    layer = scored(article(), guess, "arguments")
    assert credit(layer, "strict") == (5, 7, 7)
    assert credit(layer, "coreference") == (7, 7, 7)
    assert credit(layer, "unattached") == (5, 7, 5)
    # Unattached, mentions that two events share are predicted once, but are right for both.
    assert credit(layer, "unattached_coreference") == (7, 7, 7)


def test_one_argument_is_met_once_however_many_mentions_are_given() -> None:
    arguments = (
        Argument(role="instrument", filler="m5"),
        Argument(role="instrument", filler="m1"),
        Argument(role="target", filler="m6"),
        Argument(role="time", filler="t1"),
    )
    layer = scored(article(), changed(article(), "events", 1, arguments=arguments), "arguments")
    assert credit(layer, "coreference") == (7, 7, 8)
    assert credit(layer, "strict") == (7, 7, 8)


def test_a_wrong_role_is_right_under_identification() -> None:
    arguments = (*article().events[0].arguments[:1], Argument(role="place", filler="m2"))
    layer = scored(article(), changed(article(), "events", 0, arguments=arguments), "arguments")
    assert credit(layer, "attached_id") == (7, 7, 7)
    assert credit(layer, "strict") == (6, 7, 7)


def test_relations_at_four_levels() -> None:
    # The tail by another mention of the town; the head with another type; with another span.
    other = replace(article(), relations=(Relation(id="r1", type="near", head="m6", tail="m4"),))
    names = ("strict", "boundary", "head", "entity")
    layer = scored(article(), other, "relations")
    assert [layer.criterion(name).micro.correct for name in names] == [0, 0, 0, 1]
    layer = scored(article(), changed(article(), "mentions", 5, type="LOC"), "relations")
    assert [layer.criterion(name).micro.correct for name in names] == [0, 1, 1, 1]
    wider = changed(article(), "mentions", 5, spans=at(TEXT, "a fuel depot"), text="a fuel depot")
    layer = scored(article(), wider, "relations")
    assert [layer.criterion(name).micro.correct for name in names] == [0, 0, 1, 0]


def test_a_symmetric_relation_holds_both_ways_and_once() -> None:
    turned = Relation(id="r2", type="opposes", head="m7", tail="m6")
    gold = changed(article(), "relations", 0, type="opposes")
    guess = replace(gold, relations=(turned, replace(turned, id="r3", head="m6", tail="m7")))
    for criterion in scored(gold, guess, "relations").criteria:
        assert (criterion.micro.correct, criterion.micro.predicted) == (1, 1), criterion.name
    directed = replace(article(), relations=(replace(turned, type="near"),))
    assert scored(article(), directed, "relations").criterion("strict").micro.correct == 0


def test_relations_that_lead_nowhere_cost_precision() -> None:
    guess = {"id": "velmar", "relations": [{"type": "near", "head": "x", "tail": "y"}] * 2}
    layer = scored(article(), guess, "relations")
    assert {c.name: (c.micro.correct, c.micro.predicted) for c in layer.criteria} == dict.fromkeys(
        ("strict", "boundary", "head", "entity"), (0, 2)
    )


def test_incident_slots_and_evidence() -> None:
    (incident,) = article().incidents
    wrong = replace(incident, type="bombing", evidence=("v2", "t2"))
    layer = scored(article(), replace(article(), incidents=(wrong,)), "incidents")
    rows = {row.label: row.scores["slots"].f1 for row in layer.labels}
    assert rows["type"] == 0
    assert rows["date"] == rows["place"] == rows["injured"] == 1
    assert credit(layer, "evidence") == (1, 3, 2)
    assert layer.criterion("detection").micro.f1 == 1


def test_evidence_may_be_another_mention_of_the_event() -> None:
    (incident,) = article().incidents
    other = replace(incident, evidence=("v1", "t1", "a2"))
    layer = scored(article(), replace(article(), incidents=(other,)), "incidents")
    assert credit(layer, "evidence") == (3, 3, 3)
