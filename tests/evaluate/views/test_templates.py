"""The views of GTT, CEAF-REE, and CEAF-RME."""

from __future__ import annotations

import json
from fractions import Fraction as F
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.views import view
from goldwire.evaluate.views.model import View
from goldwire.schema.errors import InputError
from tests.evaluate.views.viewing import ARTICLE, Write, felt, ratios, row
from tests.shared import conformance

WHOLE = {"incident_type": "attack", "Target": [["the depot", "a store", "it"]]}
PARTS = {"incident_type": "attack", "Target": [["depot"], ["store"], ["it"]]}


def test_gtt_lets_a_split_entity_go_free(write: Write) -> None:
    found = view("gtt", write("g.json", {"d": [WHOLE]}), write("p.json", {"d": [PARTS]}))
    assert ratios(row(found, "Target").peer, "p", "r", "f1") == (1, 1, 1)
    assert ratios(row(found, "Target").own) == (F(1, 3), 1, F(1, 2))
    assert felt(found) == ["a split entity is free", "undefined is 0"]


def test_ceaf_ree_and_rme_from_the_same_files(write: Write) -> None:
    gold, predicted = write("g.json", {"d": [WHOLE]}), write("p.json", {"d": [PARTS]})
    merged = view("ceaf-ree", gold, predicted)
    assert ratios(row(merged, "micro_avg").peer, "p", "r", "f1") == (F(1, 3), 1, F(1, 2))
    assert ratios(row(merged, "micro_avg").own) == (F(1, 3), 1, F(1, 2))
    share = view("ceaf-rme", gold, predicted, similarity="phi3")
    assert ratios(row(share, "ceaf-rme").peer, "p", "r", "f1") == (F(1, 3), F(1, 3), F(1, 3))
    subset = view("ceaf-rme", gold, predicted)
    assert ratios(row(subset, "ceaf-rme").peer, "p", "r", "f1") == (1, 1, 1)
    assert ratios(row(subset, "ceaf-rme").own) == (F(1, 3), 1, F(1, 2))


def test_the_role_of_an_entity_hangs_on_its_first_mention_in_the_text() -> None:
    first = next(each for each in ARTICLE.mentions if each.entity == "e4")
    end = len(ARTICLE.text)
    later = msgspec.structs.replace(
        first, id="m99", type="PER", spans=((end - 3, end),), text=ARTICLE.text[-3:]
    )
    for mentions in ((later, *ARTICLE.mentions), (*ARTICLE.mentions, later)):
        guess = msgspec.structs.replace(ARTICLE, mentions=mentions)
        found = view("ceaf-ree", [ARTICLE], [guess])
        assert [row(found, name).peer["p_den"] for name in ("PerpOrg", "PerpInd")] == [1, 1]


@pytest.mark.parametrize("name", ["gtt", "ceaf-ree", "ceaf-rme"])
def test_documents_without_a_prediction_are_counted(name: str, write: Write) -> None:
    template = {"incident_type": "attack", "PerpInd": [["a man"]]}
    gold = write("gold.json", {"a": [template], "b": [template], "c": []})
    found = view(name, gold, write("predicted.json", {"a": [template]}))
    assert found.notes == ("2 documents without a prediction: all their templates are missed",)
    assert view(name, gold, gold).notes == ()


def test_all_forms_of_template_files_say_the_same(write: Write) -> None:
    with_offsets = {"incident_type": "attack", "Target": [[["the depot", 3], ["a store", 9]]]}
    forms = [
        write("a.json", {"d": [with_offsets]}),
        write("b.json", {"d": {"gold_templates": [with_offsets], "pred_templates": [PARTS]}}),
        write("c.jsonl", [{"docid": "d", "templates": [with_offsets]}]),
        write("d.jsonl", [{"docid": "d", "extracts": with_offsets}]),
    ]
    predicted = write("predicted.json", {"d": {"pred_templates": [PARTS], "doctext": "x"}})
    found = [view("gtt", form, predicted).scores for form in forms]
    assert found[1:] == found[:-1]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"d": 3}, "no list of templates"),
        ({"d": [3]}, "no object"),
        ({"d": [{"Targets": []}]}, "has the role 'Targets'"),
        ({"d": [{"Target": ["depot"]}]}, "a Target that is no list"),
        ({"d": [{"Target": [[3]]}]}, "a Target with no string"),
        ([3], "is no object"),
    ],
)
def test_wrong_templates_are_refused_with_the_file(
    content: object, problem: str, write: Write
) -> None:
    path = write("templates.json", content if isinstance(content, dict) else json.dumps(content))
    with pytest.raises(InputError, match=problem) as caught:
        view("ceaf-ree", path, path)
    assert caught.value.source == path


@pytest.mark.parametrize("kind", [["attack"], {"a": 1}, 7])
@pytest.mark.parametrize("name", ["gtt", "ceaf-ree", "ceaf-rme"])
def test_a_type_of_templates_is_a_string(name: str, kind: Any, write: Write) -> None:
    good = write("gold.json", {"d": [{"incident_type": "attack"}]})
    bad = write("bad.json", {"d": [{"incident_type": kind}]})
    for sides in ((good, bad), (bad, good)):
        with pytest.raises(
            InputError, match=r"bad\.json: the document 'd' has .* as incident_type"
        ):
            view(name, *sides)


def test_template_cases_have_the_numbers_of_the_peers(write: Write) -> None:
    fields = ("p_num", "p_den", "r_num", "r_den", "p", "r", "f1")
    for case in conformance("templates.json"):
        gold, predicted = (
            write(f"{side}.json", {each["doc_id"]: each[side] for each in case["docs"]})
            for side in ("gold", "pred")
        )
        recorded: list[tuple[View, dict[str, Any]]] = [
            (view("gtt", gold, predicted), case["expected"]["gtt_template"])
        ]
        if "error" not in case["expected"]["grit_ceaf_ree"]:
            for name, numbers in case["expected"]["grit_ceaf_ree"].items():
                recorded.append((view("ceaf-ree", gold, predicted, similarity=name), numbers))
        for name, numbers in case["expected"]["iterx_ceaf_rme"].items():
            found = view("ceaf-rme", gold, predicted, similarity=name)
            recorded.append((found, {"ceaf-rme": numbers}))
        for found, expected in recorded:
            for name, numbers in expected.items():
                peer = row(found, name).peer
                wanted = {part: numbers[part] for part in fields if part in numbers}
                assert {part: peer[part] for part in wanted} == pytest.approx(wanted), case["name"]
