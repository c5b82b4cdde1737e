"""The evidence of incident records: what is the same evidence, and what counts nowhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from goldwire.evaluate import score
from goldwire.schema.document import Alternative as Other
from goldwire.schema.document import Document, to_plain
from goldwire.schema.errors import InvalidDocument
from tests.evaluate.test_records import counted
from tests.making import article, changed

replace = msgspec.structs.replace


def citing(document: Document, *names: str) -> Document:
    return changed(document, "incidents", 0, evidence=names)


def evidence(gold: Document, predicted: Any) -> list[float]:
    """Right and all predicted, right and all gold evidence."""
    return list(counted([gold], [predicted]).totals["evidence"][0].tolist())


@pytest.mark.parametrize("names", [("r1",), ("z1",), ("z3", "r1", "v1")])
def test_relations_and_zones_are_evidence(names: tuple[str, ...]) -> None:
    gold = citing(article(), *names)
    assert evidence(gold, gold) == [len(names)] * 4
    renamed = to_plain(gold)
    for layer in ("relations", "zones"):
        for item in renamed[layer]:
            item["id"] = f"my-{item['id']}"
    renamed["incidents"][0]["evidence"] = [
        name if name == "v1" else f"my-{name}" for name in reversed(names)
    ]
    for zone in renamed["zones"]:
        zone["parent"] = None
    assert evidence(gold, renamed) == [len(names)] * 4


def test_a_relation_is_the_same_evidence_between_the_same_entities() -> None:
    gold = citing(article(), "r1")
    others = citing(changed(article(), "relations", 0, head="m2", tail="m3"), "r1")
    assert evidence(gold, others) == [1, 1, 1, 1]
    for fields in ({"type": "part_of"}, {"tail": "m8"}, {"head": "m7", "tail": "m6"}):
        assert evidence(gold, citing(changed(article(), "relations", 0, **fields), "r1")) == [
            0, 1, 0, 1,
        ]  # fmt: skip
    symmetric = citing(changed(article(), "relations", 0, type="opposes"), "r1")
    turned = citing(changed(article(), "relations", 0, type="opposes", head="m7", tail="m6"), "r1")
    assert evidence(symmetric, turned) == [1, 1, 1, 1]
    accepting = changed(gold, "relations", 0, alternatives=(Other(type="part_of"),))
    assert evidence(
        accepting, citing(changed(article(), "relations", 0, type="part_of"), "r1")
    ) == [1, 1, 1, 1]


def test_evidence_that_counts_nowhere_costs_nothing() -> None:
    for layer, name in (("relations", "r1"), ("zones", "z1")):
        gold = citing(changed(article(), layer, 0, optional=True), name, "v1")
        assert evidence(gold, gold) == [1, 1, 1, 1]
    unscored = citing(changed(article(), "zones", 0, scored=False), "z1", "v2")
    assert evidence(unscored, unscored) == [1, 1, 1, 1]
    without = citing(article(), "v2")
    for left in (
        changed(article(), "attributions", 1, optional=True),
        changed(article(), "zones", 3, scored=False),
    ):
        gold = citing(left, "a2", "v1")
        assert evidence(gold, gold) == [1, 1, 1, 1]
        assert evidence(gold, citing(article(), "a2", "v2")) == evidence(gold, without)


def test_of_equal_relations_one_that_counts_is_enough() -> None:
    twice = article()
    (one,) = twice.relations
    other = msgspec.structs.replace(one, id="r2", optional=True)
    twice = msgspec.structs.replace(twice, relations=(one, other))
    for name in ("r1", "r2"):
        assert evidence(citing(twice, name), citing(twice, name)) == [1, 1, 1, 1]
        assert evidence(citing(twice, name), citing(article(), "r1")) == [1, 1, 1, 1]


@pytest.mark.parametrize("layer", ["times", "quantities"])
def test_an_optional_item_in_the_same_place_does_not_excuse_another(layer: str) -> None:
    document = article()
    one = getattr(document, layer)[0]
    field = {"times": "type", "quantities": "kind"}[layer]
    label = {"times": "SET", "quantities": "money"}[layer]
    twin = msgspec.structs.replace(one, id="twin", optional=True, **{field: label})
    for items in ((one, twin), (twin, one)):
        gold = citing(replace(document, **{layer: items}), one.id, "v1")
        assert evidence(gold, gold) == [2, 2, 2, 2]


def test_a_relation_of_gold_that_refers_to_nothing_is_no_evidence() -> None:
    gold = citing(changed(article(), "relations", 0, tail="zz"), "r1")
    with pytest.raises(InvalidDocument, match="refers to 'zz'") as caught:
        score([gold], [gold], layers=["incidents"])
    assert caught.value.pointer == "/relations/0/tail"
    uncited = citing(gold, "v1")
    other = changed(citing(article(), "z1"), "incidents", 0)
    other = replace(other, id="other")
    lost = to_plain(other) | {"sha256": other.sha256}
    lost["incidents"][0]["evidence"] = ["nothing"]
    for documents in ([uncited], [uncited, other]):
        report = score(documents, [*documents[:1], lost], layers=["incidents"])
        assert report.layer("incidents").documents == len(documents)


def test_a_zone_elsewhere_is_other_evidence() -> None:
    gold = citing(article(), "z1")
    assert evidence(gold, citing(article(), "z3")) == [0, 1, 0, 1]


def test_the_gold_hash_sees_relations_and_zones_as_evidence() -> None:
    documents = [citing(article(), *names) for names in (("r1",), ("z1",), ("z3",), ())]
    hashes = {
        score([document], [document], layers=["incidents"]).signature.gold for document in documents
    }
    assert len(hashes) == len(documents)
