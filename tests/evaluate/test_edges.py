"""Where numbers once went wrong: duplicates, options, alternatives, zones, and lost references."""

from __future__ import annotations

import hashlib
from itertools import permutations, product
from typing import Any

import pytest

from goldwire.evaluate.chains import ChainOptions
from goldwire.evaluate.counting import count
from goldwire.schema.errors import InvalidDocument

TEXT = "abcdefghijklmnopqrstuvwxyz"
LAYERS = ("zones", "mentions", "entities", "times", "quantities", "events", "attributions",
          "relations", "incidents")  # fmt: skip
X = [{"id": "x", "type": "PER"}]


def gold(name: str = "d", **layers: Any) -> dict[str, Any]:
    return {
        "id": name, "schema": "core/1.0", "language": "en", "text": TEXT, "length": len(TEXT),
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "annotation": {"status": "gold", "layers": list(LAYERS)}, **layers,
    }  # fmt: skip


def guess(name: str = "d", **layers: Any) -> dict[str, Any]:
    return {"id": name, **layers}


def span(start: int, end: int, label: str = "PER", **more: Any) -> dict[str, Any]:
    return {"spans": [[start, end]], "type": label, **more}


def event(*arguments: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": "e", "spans": [[10, 12]], "type": "A", "arguments": list(arguments)}]


def fills(filler: str, **more: Any) -> dict[str, Any]:
    return {"role": "t", "filler": filler, **more}


def totals(one: list[Any], other: list[Any], layer: str, **more: Any) -> dict[str, list[float]]:
    """By criterion: hits and all of the predictions, hits and all of the gold."""
    counted = count(one, other, layers=[layer], **more).layers[layer]
    return {name: sums.sum(axis=0).tolist() for name, sums in counted.totals.items()}


def test_an_entity_may_list_mentions_that_the_layer_has_too() -> None:
    one = [gold(mentions=[span(0, 2, id="m1", entity="x"), span(4, 6, id="m2", entity="x")],
                entities=X)]  # fmt: skip
    found = [span(0, 2), span(4, 6)]
    alone = totals(one, [guess(entities=[found])], "entities")["b3"]
    both = totals(one, [guess(mentions=found, entities=[found])], "entities")["b3"]
    assert alone == both == [2, 2, 2, 2]


def test_a_mention_in_two_entities_does_not_hang_on_their_order() -> None:
    one = [gold(mentions=[span(0, 2, id="a", entity="x"), span(4, 6, id="b", entity="x"),
                          span(8, 9, id="c", entity="y")], entities=X)]  # fmt: skip
    items = [span(0, 2, id="a"), span(4, 6, id="b"), span(8, 9, id="c")]
    chains = [["a", "b"], ["b", "c"]]
    results = [
        totals(one, [guess(mentions=items, entities=each)], "entities")
        for each in (chains, chains[::-1])
    ]
    assert results[0] == results[1]


def test_members_that_are_nowhere_cost_precision_and_are_told() -> None:
    one = [gold(mentions=[span(0, 2, id="a", entity="x"), span(4, 6, id="b", entity="x")],
                entities=X)]  # fmt: skip
    other = [guess(mentions=[span(0, 2, id="a"), span(4, 6, id="b")], entities=[["a", "b", "zz"]])]
    counted = count(one, other, layers=["entities"])
    assert counted.layers["entities"].totals["ceafm"].sum(axis=0).tolist() == [2, 3, 2, 2]
    assert [(note.kind, note.examples) for note in counted.notes] == [
        ("reference to nothing", ("entity: zz",))
    ]


def test_events_of_two_types_on_one_trigger_are_two() -> None:
    found = [
        span(0, 4, "ATTACK", id="e1", hopper="h1"), span(0, 4, "HARM", id="e2", hopper="h2"),
        span(6, 8, "ATTACK", id="e3", hopper="h1"), span(10, 12, "HARM", id="e4", hopper="h2"),
    ]  # fmt: skip
    assert totals([gold(events=found[::-1])], [guess(events=found)], "hoppers")["b3"] == [4] * 4
    some = [found[0], found[2], found[3]]
    assert totals([gold(events=found)], [guess(events=some)], "hoppers")["b3"][3] == 4


def test_the_hash_does_not_hang_on_which_documents_are_read_together() -> None:
    some = [gold(f"d{n}", mentions=[span(0, 2, id="m")]) for n in range(12)]
    some[0]["mentions"][0]["alternatives"] = [{"spans": [[0, 3]]}]
    orders = (some, some[1:] + some[:1], some[::-1])
    guesses = [guess(f"d{n}") for n in range(12)]
    hashes = {
        count(golds, other, layers=["mentions"]).digest
        for golds in orders
        for other in (guesses, guesses[::-1], guesses[:3])
    }
    assert len(hashes) == 1


def test_the_hash_sees_declared_layers_options_of_entities_and_cited_attributions() -> None:
    def hashed(evidence: str = "a1", layers: tuple[str, ...] = LAYERS, **more: Any) -> str:
        said = [{"id": i, "spans": [[s, s + 3]], "style": "d"} for i, s in (("a1", 0), ("a2", 6))]
        one = gold(mentions=[span(0, 2, id="m", entity="x")], entities=[X[0] | more],
                   attributions=said,
                   incidents=[{"id": "i", "type": "attack", "evidence": [evidence]}])  # fmt: skip
        one["annotation"]["layers"] = list(layers)
        return count([one], []).digest

    assert len({hashed(), hashed("a2"), hashed(optional=True), hashed(layers=LAYERS[1:])}) == 4


def test_an_end_that_leads_nowhere_is_wrong_at_every_level() -> None:
    one = [gold(mentions=[span(10, 14, id="m1"), span(4, 6, "GPE", id="m2")],
                relations=[{"id": "r", "type": "leads", "head": "m1", "tail": "m2"}])]  # fmt: skip
    other = [guess(mentions=[span(4, 6, "GPE", id="b")],
                   relations=[{"type": "leads", "head": "zzz", "tail": "b"}])]  # fmt: skip
    found = totals(one, other, "relations")
    assert found == {key: [0, 1, 0, 1] for key in ("strict", "boundary", "head", "entity")}


def test_of_coreferent_arguments_those_that_count_are_met_first() -> None:
    items = [span(0, 2, id="m1", entity="x"), span(4, 8, id="m2", entity="x")]
    one = [gold(mentions=items, entities=X, events=event(fills("m1", optional=True), fills("m2")))]
    found = totals(one, [guess(mentions=items, events=event(fills("m2")))], "arguments")
    assert found["strict"] == found["coreference"] == [1, 1, 1, 1]


@pytest.mark.parametrize("turned", [False, True])
def test_two_gold_mentions_in_one_place_are_right_either_way(turned: bool) -> None:
    items = [span(3, 7, "GPE", id="m0"), span(3, 7, "ORG", id="m1", entity="x")]
    one = [gold(mentions=items[::-1] if turned else items, entities=X, events=event(fills("m0")))]
    other = [guess(mentions=[span(3, 7, "ORG", id="q")], events=event(fills("q")))]
    found = totals(one, other, "arguments")
    assert found["strict"] == found["coreference"] == [1, 1, 1, 1]
    before = gold("a", mentions=[span(3, 7, "ORG", id="m", entity="x")], entities=X)
    found = totals([before, *one], [guess("a"), *other], "arguments")
    assert found["coreference"] == [1, 1, 1, 1]


def test_what_meets_an_accepted_span_is_right_under_coreference_too() -> None:
    accepting = span(2, 8, id="m1", entity="x", alternatives=[{"spans": [[4, 8]]}])
    one = [gold(mentions=[accepting], entities=X, events=event(fills("m1")))]
    other = [guess(mentions=[span(2, 8, id="a"), span(4, 8, id="b")], events=event(fills("b")))]
    found = totals(one, other, "arguments")
    assert found["strict"] == found["coreference"] == [1, 1, 1, 1]


def test_equal_predictions_are_the_same_thing() -> None:
    items = [span(0, 2, id="m1"), span(4, 8, "ORG", id="m2")]

    def near(tail: str) -> list[dict[str, Any]]:
        return [{"id": "r", "type": "near", "head": "m1", "tail": tail}]

    one = [gold(mentions=items, relations=near("m2"))]
    other = [guess(mentions=[*items, span(4, 8, "ORG", id="c")], relations=near("c"))]
    assert set(map(tuple, totals(one, other, "relations").values())) == {(1, 1, 1, 1)}


def test_heads_of_relations_are_compared_wherever_the_mention_was_aligned() -> None:
    tail = span(12, 14, id="c", head=[12, 14])

    def leads(head: str) -> list[dict[str, Any]]:
        return [{"id": "r", "type": "leads", "head": head, "tail": "c"}]

    one = [gold(mentions=[span(0, 10, id="m", head=[8, 10]), tail], relations=leads("m"))]
    short = span(8, 10, id="a", head=[8, 10])
    for more in ([], [span(5, 10, id="b", head=[8, 10])]):
        other = [guess(mentions=[short, *more, tail], relations=leads("a"))]
        assert totals(one, other, "relations")["head"] == [1, 1, 1, 1]


def test_a_gap_covers_no_head() -> None:
    one = [gold(mentions=[span(0, 10, id="m", head=[4, 6])])]
    other = [guess(mentions=[{"spans": [[0, 3], [8, 10]], "type": "PER"}])]
    assert totals(one, other, "mentions")["head"] == [0, 1, 0, 1]


@pytest.mark.parametrize("mode", ["exact", "head", "partial"])
def test_an_item_met_twice_is_met_once(mode: Any) -> None:
    accepting = span(2, 8, id="m1", entity="x", alternatives=[{"spans": [[1, 8]]}])
    one = [gold(mentions=[accepting, span(10, 12, id="m2", entity="x")], entities=X)]
    a, b, c = span(2, 8, entity="x"), span(1, 8, entity="y"), span(10, 12, entity="x")
    found = [
        totals(one, [guess(mentions=each)], "entities", chains=ChainOptions(mentions=mode))["b3"]
        for each in ([a, b, c], [b, a, c])
    ]
    assert found[0] == found[1]
    assert found[0][1] == 3


@pytest.mark.parametrize(
    ("layer", "field", "values"),
    [("times", "value", ("2022-04-30", "2022-05-01")), ("events", "realis", ("actual", "other"))],
)
def test_duplicates_that_disagree_do_not_hang_on_order(
    layer: str, field: str, values: tuple[str, str]
) -> None:
    said: dict[str, Any] = {layer: [span(0, 4, "DATE", id="t", **{field: values[0]})]}
    one = [gold(**said)]
    items = [span(0, 4, "DATE", **{field: value}) for value in values]
    guesses: list[dict[str, Any]] = [{layer: items}, {layer: items[::-1]}]
    found = [totals(one, [guess(**each)], layer)[field] for each in guesses]
    assert found[0] == found[1]


def test_the_cue_of_equal_attributions_does_not_hang_on_order() -> None:
    one = {"id": "a", "spans": [[0, 5]], "style": "d", "cue": {"spans": [[6, 10]], "text": "ghij"}}
    items = [one, one | {"id": "b", "cue": {"spans": [[12, 14]], "text": "mn"}}]
    guesses: list[dict[str, Any]] = [{"attributions": items}, {"attributions": items[::-1]}]
    found = [
        totals([gold(attributions=[one])], [guess(**each)], "attributions")["cue"]
        for each in guesses
    ]
    assert found[0] == found[1]


def test_roles_of_one_wrong_argument_do_not_hang_on_the_order_of_gold() -> None:
    mentions = [span(0, 2, id="m"), span(4, 6, id="n")]
    other = [span(4, 6, id="n", alternatives=[{"spans": [[7, 9]], "text": "hi"}])]
    roles = [fills("n", role="agent"), fills("n", role="place")]
    wrong = [fills("m", role="agent"), fills("m", role="place")]
    guesses = [guess(mentions=mentions, events=event(*wrong))]
    found = []
    for order in (roles, roles[::-1]):
        one = [gold(mentions=[mentions[0], *other], events=event(*order))]
        layer = count(one, guesses, jobs=1).layers["arguments"]
        numbers = layer.by_label["attached_id"].tolist()
        found.append(dict(zip(layer.labels, numbers, strict=True)))
    assert found[0] == found[1]


def test_another_mention_of_an_accepted_filler_is_right_whatever_role_came_first() -> None:
    mentions = [
        span(0, 2, id="m"),
        span(4, 6, id="n", entity="x"),
        span(8, 10, id="k", entity="x"),
        span(20, 22, id="o"),
    ]
    place = fills("o", role="place")
    said = event(place, fills("m", role="agent", alternatives=["n"]))
    one = [gold(mentions=mentions, entities=X, events=said)]
    guesses = [guess(mentions=mentions, events=event(place, fills("k", role="agent")))]
    found = totals(one, guesses, "arguments")
    assert found["coreference"] == found["unattached_coreference"] == [2, 2, 2, 2]


def test_mentions_that_are_not_scored_change_no_incident() -> None:
    def record(evidence: list[str]) -> list[dict[str, Any]]:
        return [{"id": "i", "type": "attack", "evidence": evidence,
                 "perpetrators": [{"entity": "x", "class": "a"}]}]  # fmt: skip

    zones = [{"id": "z", "spans": [[0, 10]], "kind": "headline", "scored": False}]
    one = [gold(zones=zones, mentions=[span(12, 14, id="a", entity="x")], entities=X,
                incidents=record(["a"]))]  # fmt: skip
    more = [span(12, 14, id="a", entity="x"), span(2, 4, id="b", entity="x")]
    found = totals(one, [guess(mentions=more, incidents=record(["a", "b"]))], "incidents")
    assert found["slots"] == [2, 2, 2, 2]
    assert found["evidence"] == [1, 1, 1, 1]


def test_evidence_is_right_whichever_of_equal_attributions_it_cites() -> None:
    def record(cited: str) -> list[dict[str, Any]]:
        return [{"id": "i", "type": "attack", "evidence": [cited]}]

    def said(name: str) -> dict[str, Any]:
        return {"id": name, "spans": [[0, 5]], "style": "d"}

    for golds in ("ab", "ba"):
        one = [gold(attributions=[said(each) for each in golds], incidents=record("a"))]
        for guesses, cited in product(("ab", "ba"), "ab"):
            items = [said(each) for each in guesses]
            other = [guess(attributions=items, incidents=record(cited))]
            assert totals(one, other, "incidents")["evidence"] == [1, 1, 1, 1]


@pytest.mark.parametrize("mentions", ["head", "partial"])
def test_a_place_in_two_entities_is_in_the_largest_whatever_the_order(mentions: Any) -> None:
    items = [span(0, 2, id="a", entity="x", head=[0, 2]), span(4, 6, id="b", entity="x")]
    one = [gold(mentions=items, entities=X)]
    guesses = [span(0, 2, entity="x"), span(4, 6, entity="x"), span(4, 6, "ORG", entity="y")]
    entities, options = [*X, {"id": "y", "type": "ORG"}], ChainOptions(mentions=mentions)
    others = [[guess(mentions=list(each), entities=entities)] for each in permutations(guesses)]
    found = [totals(one, other, "entities", chains=options) for other in others]
    assert all(each == found[0] for each in found)


@pytest.mark.parametrize(
    "cue", [{"start": 6, "end": 10}, {"quote": {"exact": "ghij"}}, {"spans": [[6, 8], [8, 10]]}]
)
def test_a_cue_may_be_anchored_in_any_way(cue: dict[str, Any]) -> None:
    def said(cue: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"id": "a", "spans": [[0, 5]], "style": "d", "cue": cue}]

    one = [gold(attributions=said({"spans": [[6, 10]], "text": "ghij"}))]
    assert totals(one, [guess(attributions=said(cue))], "attributions")["cue"] == [1, 1, 1, 1]


def test_arguments_of_what_is_aligned_with_an_optional_event_cost_nothing() -> None:
    def told(end: int, **more: Any) -> list[dict[str, Any]]:
        return [{"id": "e", "spans": [[4, end]], "type": "A", "arguments": [fills("m")], **more}]

    items = [span(0, 2, id="m")]
    one = [gold(mentions=items, events=told(10, optional=True))]
    found = totals(one, [guess(mentions=items, events=told(8))], "arguments")
    assert found["strict"] == [0, 0, 0, 0]


def test_labels_without_end_cost_one_each() -> None:
    for size in (60, 200):
        wrong = [span(4, 6, f"L{n}") for n in range(size)]
        other = [guess(mentions=[span(0, 2), *wrong])]
        found = totals([gold(mentions=[span(0, 2, id="m")])], other, "mentions")
        assert found["strict"] == [1, size + 1, 1, 1]


def test_items_of_unknown_documents_have_their_length_and_collapse() -> None:
    zone = {"kind": "body", "start": 0, "end": 4000}
    found = totals([gold()], [guess(), guess("other", zones=[zone, zone])], "zones")
    assert found["characters"] == [0, 4000, 0, 0]
    assert found["strict"] == [0, 1, 0, 0]


def test_equal_quotes_that_stand_nowhere_collapse() -> None:
    lost = {"type": "PER", "quote": {"exact": "no such words at all"}}
    found = totals([gold()], [guess(mentions=[lost, lost])], "mentions")
    assert found["strict"] == [0, 1, 0, 0]


def test_a_source_that_leads_nowhere_is_refused_in_gold_and_wrong_in_predictions() -> None:
    def said(source: str) -> list[dict[str, Any]]:
        return [{"id": "a", "spans": [[0, 5]], "style": "d", "source": source}]

    with pytest.raises(InvalidDocument, match="refers to 'nope'"):
        totals([gold(attributions=said("nope"))], [guess()], "attributions")
    one = [gold(mentions=[span(6, 8, id="m")], attributions=said("m"))]
    other = [guess(attributions=said("zzz"))]
    assert totals(one, other, "attributions")["source"] == [0, 1, 0, 1]


def test_a_huge_offset_of_an_alternative_is_refused() -> None:
    wild = span(0, 2, id="m", alternatives=[{"spans": [[0, 10**30]]}])
    with pytest.raises(InvalidDocument, match="not in the text"):
        totals([gold(mentions=[wild])], [guess()], "mentions")


def test_an_empty_list_of_spans_is_refused_whatever_stands_beside_it() -> None:
    from goldwire.schema.errors import InputError

    empty = {"spans": [], "start": 0, "end": 3, "type": "PER"}
    for more in ([], [span(4, 6)]):
        with pytest.raises(InputError, match="empty list of spans"):
            totals([gold()], [guess(mentions=[empty, *more])], "mentions")
