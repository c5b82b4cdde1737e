"""The scores of whole documents equal the peers' where both mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from goldwire.evaluate import score
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.report.model import LayerReport
from tests.evaluate.words import clustered, document, events, mentions
from tests.shared import conformance

QUICK = Resampling(resamples=0)


def scored(gold: list[Any], guesses: list[Any], layer: str) -> LayerReport:
    return score(gold, guesses, layers=[layer], errors=0, resampling=QUICK).layer(layer)


def test_arguments_equal_textee() -> None:
    for case in conformance("events.json"):
        docs = case["docs"]
        gold = [document(d["doc_id"], ["events"], **events(d["gold"])) for d in docs]
        guesses = [{"id": d["doc_id"], **events(d["pred"])} for d in docs]
        layer = scored(gold, guesses, "arguments")
        for ours, theirs in (
            ("strict", "argument_attached_cls"),
            ("attached_id", "argument_attached_id"),
            ("unattached", "argument_cls"),
            ("unattached_id", "argument_id"),
        ):
            micro, peer = layer.criterion(ours).micro, case["expected"]["textee_e2e"][theirs]
            counts = (micro.correct, micro.gold, micro.predicted)
            wanted = (peer["match_num"], peer["gold_num"], peer["pred_num"])
            assert counts == wanted, (case["name"], ours)


def test_triggers_equal_textee() -> None:
    for case in conformance("events.json"):
        docs = case["docs"]
        gold = [document(d["doc_id"], ["events"], **events(d["gold"])) for d in docs]
        guesses = [{"id": d["doc_id"], **events(d["pred"])} for d in docs]
        micro = scored(gold, guesses, "events").criterion("strict").micro
        peer = case["expected"]["textee_e2e"]["trigger_cls"]
        counts = (micro.correct, micro.gold, micro.predicted)
        assert counts == (peer["match_num"], peer["gold_num"], peer["pred_num"]), case["name"]


def _repeats(document: dict[str, Any]) -> bool:
    mentions = [tuple(mention) for cluster in document["clusters"] for mention in cluster]
    return len(mentions) > len(set(mentions))


def test_chains_equal_the_reference_scorer() -> None:
    for case in conformance("coref.json"):
        # Of a mention in two chains the reference keeps the first (so does the conll2012 view);
        # no score of ours hangs on the order of a list.
        if any(map(_repeats, case["sys_docs"])):
            continue
        pairs = zip(case["key_docs"], case["sys_docs"], strict=True)
        names = [(f"{key['doc_id']} {n}", key, sys) for n, (key, sys) in enumerate(pairs)]
        gold = [
            document(name, ["entities"], mentions=clustered(key["clusters"]))
            for name, key, _ in names
        ]
        guesses = [{"id": name, "mentions": clustered(sys["clusters"])} for name, _, sys in names]
        layer = scored(gold, guesses, "entities")
        for metric, expected in case["expected"].items():
            micro = layer.criterion(metric).micro
            found = [value or 0.0 for value in (micro.recall, micro.precision, micro.f1)]
            wanted = [expected["r"], expected["p"], expected["f"]]
            assert found == pytest.approx(wanted, abs=1e-6), (case["name"], metric)


def test_relations_equal_dygie_by_boundary() -> None:
    for case in conformance("relations.json"):
        gold = [document(d["doc_id"], ["relations"], **_relations(d["gold"])) for d in case["docs"]]
        guesses = [{"id": d["doc_id"], **_relations(d["pred"])} for d in case["docs"]]
        micro = scored(gold, guesses, "relations").criterion("boundary").micro
        peer = case["expected"]["dygie"]
        counts = (micro.correct, micro.gold, micro.predicted)
        assert counts == (peer["matched"], peer["gold"], peer["predicted"]), case["name"]


def _relations(found: list[Any]) -> dict[str, Any]:
    ends = [(span[0], span[1]) for head, tail, _ in found for span in (head, tail)]
    return {
        "mentions": mentions(ends),
        "relations": [
            {
                "id": f"r{number}", "type": label,
                "head": f"m{head[0]}-{head[1]}", "tail": f"m{tail[0]}-{tail[1]}",
            }
            for number, (head, tail, label) in enumerate(found)
        ],
    }  # fmt: skip
