"""The views of nervaluate and spaCy: lists of spans."""

from __future__ import annotations

import json
from fractions import Fraction as F

import pytest

from goldwire.evaluate.views import view
from goldwire.schema.errors import InputError
from tests.evaluate.views.viewing import (
    ARTICLE,
    GOLD_TAGS,
    PREDICTED_TAGS,
    SHORT_FIRST,
    Write,
    felt,
    ratios,
    row,
)
from tests.shared import conformance


def test_nervaluate_depends_on_order(write: Write) -> None:
    gold = write("gold.jsonl", [[["PER", 0, 4]]])
    found = view("nervaluate", gold, write("predicted.jsonl", SHORT_FIRST))
    assert ratios(row(found, "strict").peer) == (0, 0, 0)
    assert ratios(row(found, "strict").own) == (F(1, 2), 1, F(2, 3))
    assert felt(found) == ["order dependence"]
    half = [[{"label": "PER", "start": 3, "end": 8}, {"label": "PER", "start": 5, "end": 9}]]
    gold = write("gold.jsonl", [[["PER", 0, 4], ["PER", 5, 9]]])
    found = view("nervaluate", gold, write("predicted.jsonl", half))
    assert row(found, "strict").own["f1"] == 0.5
    assert row(found, "PER ent_type").peer["possible"] == 2


def test_nervaluate_takes_half_open_ends_as_they_are(write: Write) -> None:
    gold, predicted = write("g.jsonl", [[["A", 0, 2]]]), write("p.jsonl", [[["A", 2, 4]]])
    found = view("nervaluate", gold, predicted, ends="exclusive")
    assert row(found, "ent_type").peer["f1"] == 1
    assert row(found, "ent_type").own["f1"] == 0
    assert felt(found) == ["adjacent spans overlap"]
    assert row(view("nervaluate", gold, predicted), "ent_type").own["f1"] == 1


def test_nervaluate_drops_labels_outside_tags(write: Write) -> None:
    gold = write("gold.jsonl", [[["PER", 0, 4]]])
    predicted = write("predicted.jsonl", [[["PER", 0, 4], ["ORG", 6, 8]]])
    found = view("nervaluate", gold, predicted, tags="PER")
    assert ratios(row(found, "strict").peer) == (1, 1, 1)
    assert ratios(row(found, "strict").own) == (F(1, 2), 1, F(2, 3))
    assert felt(found) == ["labels outside tags vanish"]
    nothing = view("nervaluate", gold, write("nothing.jsonl", [[]]))
    assert ratios(row(nothing, "strict").own) == (None, 0, 0)
    assert felt(nothing) == ["undefined is 0"]


def test_spans_are_read_from_columns_and_from_one_json_value(write: Write) -> None:
    tags = view("nervaluate", write("g.conll", GOLD_TAGS), write("p.conll", PREDICTED_TAGS),
                tags="PER,ORG,LOC")  # fmt: skip
    assert ratios(row(tags, "strict").peer) == (F(1, 2), F(1, 2), F(1, 2))
    documents = [[["PER", 0, 1]], [], [["ORG", 3, 3]]]
    path = write("spans.json", json.dumps(documents))
    assert row(view("nervaluate", path, path), "strict").peer["possible"] == 2


def test_nervaluate_on_tags_that_its_loaders_do_not_know_says_so(write: Write) -> None:
    path = write("g.conll", "Ann B-PER\nLee E-PER\nBo S-PER\n")
    found = view("nervaluate", path, path)
    assert row(found, "strict").peer["correct"] == 2
    (note,) = found.notes
    assert "know B- and I- alone: on E-, S- they end with an error" in note
    path = write("g.conll", GOLD_TAGS)
    assert view("nervaluate", path, path).notes == ()
    assert view("spacy", path, path).notes == ()


def test_spacy_is_undefined_too_where_there_is_nothing(write: Write) -> None:
    path = write("nothing.jsonl", [[], []])
    found = view("spacy", path, path)
    assert ratios(row(found, "spans").peer, "p", "r", "f") == (None, None, None)
    assert felt(found) == []
    one_sided = view("spacy", write("gold.jsonl", [[["A", 0, 1]], []]), path)
    assert felt(one_sided) == ["undefined is 0"]


def test_spacy_drops_what_nests(write: Write) -> None:
    path = write("spans.jsonl", [[["A", 0, 4], ["A", 1, 3]]])
    found = view("spacy", path, path)
    assert ratios(row(found, "spans").peer, "p", "r", "f") == (1, F(1, 2), F(2, 3))
    assert ratios(row(found, "spans").own) == (1, 1, 1)
    assert "overlapping predictions are dropped" in felt(found)
    whole = view("spacy", path, path, allow_overlap=True)
    assert whole.differing() == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"text": "x"}, "is no list of spans"),
        ([["PER", 0]], "is no span"),
        ([["PER", 4, 2]], "ends before it starts"),
        ([{"label": "PER", "start": 0}], "is no span"),
        ([["PER", 0, 1], ["PER", "0", 1]], "is no span"),
        ([["PER", 0, 10**30]], "lies outside"),
    ],
)
def test_wrong_spans_are_refused_with_file_and_line(
    line: object, problem: str, write: Write
) -> None:
    path = write("predicted.jsonl", [[], line])
    with pytest.raises(InputError, match=problem) as caught:
        view("spacy" if line else "nervaluate", write("gold.jsonl", [[], []]), path)
    assert (caught.value.source, caught.value.line) == (path, 2)


@pytest.mark.parametrize("layer", ["times", "quantities", "events", "attributions", "zones"])
def test_all_layers_of_spans_have_views(layer: str) -> None:
    for name in ("seqeval", "nervaluate", "spacy"):
        found = view(name, [ARTICLE], [ARTICLE], layer=layer)
        assert found.options["layer"] == layer
        assert found.scores[0].own["f1"] == 1


def test_nervaluate_cases_have_the_numbers_of_the_peer(write: Write) -> None:
    for case in conformance("nervaluate.json"):
        if case["kind"] != "evaluator" or len(case["gold_docs"]) != len(case["pred_docs"]):
            continue
        sides = write("g.jsonl", case["gold_docs"]), write("p.jsonl", case["pred_docs"])
        least = case["min_overlap_percentage"]
        found = view("nervaluate", *sides, tags=case["tags"], min_overlap_percentage=least)
        for schema, numbers in case["expected"]["overall"].items():
            peer = row(found, schema).peer
            assert {name: peer[name] for name in numbers} == pytest.approx(numbers), case["name"]


def test_spacy_cases_have_the_numbers_of_the_peer(write: Write) -> None:
    for case in conformance("spans_random.json"):
        sides = [
            write(f"{side}.jsonl", [
                [[label, start, end] for start, end, label in document[side]]
                for document in case["docs"]
            ])
            for side in ("gold", "pred")
        ]  # fmt: skip
        for allow, name in ((True, "spacy_labeled_overlap"), (False, "spacy_labeled_no_overlap")):
            expected = case["expected"][name]
            peer = row(view("spacy", *sides, allow_overlap=allow), "spans").peer
            assert [peer[part] for part in "prf"] == pytest.approx(
                [expected[f"sc_{part}"] for part in "prf"]
            ), case["name"]
