"""Views: the numbers of other scorers from their files and from documents, and ours beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction as F
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.commands.views import show_view
from goldwire.evaluate.scoring import score
from goldwire.evaluate.views import VIEWS, option_value, options_of, view
from goldwire.evaluate.views.model import Numbers, Row, View
from goldwire.evaluate.views.render import render_view
from goldwire.schema.document import Instrument, Perpetrator, Target
from goldwire.schema.errors import GoldwireError, InputError, UnknownName
from tests.evaluate.report.samples import HOSTILE, make_pair
from tests.making import article, changed
from tests.shared import conformance

Write = Callable[[str, object], str]
ARTICLE = changed(
    article(),
    "incidents",
    0,
    instruments=(Instrument(entity="e1"),),
    perpetrators=(Perpetrator(entity="e4"), Perpetrator(entity="e5")),
    targets=(Target(entity="e2"),),
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file, text as it is, a list as JSON Lines, anything else as JSON; gives its path."""

    def written(name: str, content: object) -> str:
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(json.dumps(line) + "\n" for line in content)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return str(path)

    return written


def row(found: View, name: str) -> Row:
    return next(each for each in found.scores if each.name == name)


def ratios(numbers: Numbers, *names: str) -> tuple[Any, ...]:
    chosen = names or ("precision", "recall", "f1")
    return tuple(
        None if numbers[name] is None else F(numbers[name] or 0).limit_denominator(1000)
        for name in chosen
    )  # fmt: skip


def felt(found: View) -> list[str]:
    return [each.name for each in found.deviations]


# seqeval

GOLD_TAGS = "Ann B-PER\nLee I-PER\nleft O\nAcme B-ORG\n"
PREDICTED_TAGS = "Ann I-PER\nLee I-PER\nleft O\nAcme B-LOC\n"
SEQEVAL = ("precision", "recall", "f1-score")


def test_seqeval_reads_leniently_by_default_and_averages_over_predicted_types(write: Write) -> None:
    gold, predicted = write("gold.conll", GOLD_TAGS), write("predicted.conll", PREDICTED_TAGS)
    found = view("seqeval", gold, predicted)
    assert ratios(row(found, "micro avg").peer, *SEQEVAL) == (F(1, 2), F(1, 2), F(1, 2))
    assert ratios(row(found, "macro avg").peer, *SEQEVAL) == (F(1, 3), F(1, 3), F(1, 3))
    assert ratios(row(found, "macro avg").own) == (F(1, 2), F(1, 2), F(1, 2))
    assert ratios(row(found, "LOC").own) == (0, None, 0)
    assert row(found, "token accuracy").peer == {"accuracy": 0.5}
    assert felt(found) == [
        "lenient by default", "macro over predicted types", "undefined is a number",
    ]  # fmt: skip


def test_seqeval_reads_strictly_where_asked(write: Write) -> None:
    gold, predicted = write("gold.conll", GOLD_TAGS), write("predicted.conll", PREDICTED_TAGS)
    named = view("seqeval", gold, predicted, scheme="IOB2")
    assert ratios(row(named, "micro avg").peer, *SEQEVAL) == (F(1, 2), F(1, 2), F(1, 2))
    assert ratios(row(named, "micro avg").own) == (0, 0, 0)
    strict = view("seqeval", gold, predicted, scheme="IOB2", mode="strict")
    assert ratios(row(strict, "micro avg").peer, *SEQEVAL) == (0, 0, 0)
    assert ratios(row(strict, "micro avg").own) == (0, 0, 0)


def test_seqeval_loses_spans_of_bilou(write: Write) -> None:
    tags = "a U-A\nb U-A\n"
    found = view("seqeval", write("gold.conll", tags), write("predicted.conll", tags))
    assert row(found, "A").peer["support"] == 1
    assert "L-, U-, and M- by default" in felt(found)
    assert found.differing() == []


@pytest.mark.parametrize("name", ["IOB1", "IOB2", "IOE2", "IOBES", "BILOU"])
def test_seqeval_knows_the_scheme(name: str, write: Write) -> None:
    first, last, one = list(
        {"IOB1": "III", "IOB2": "BIB", "IOE2": "IEE", "IOBES": "BES", "BILOU": "BLU"}[name]
    )
    tags = f"a {first}-A\nb {last}-A\nc O\nd {one}-B\n"
    path = write("tags.conll", tags)
    found = view("seqeval", path, path, scheme=name, mode="strict")
    assert ratios(row(found, "micro avg").peer, *SEQEVAL) == (1, 1, 1)
    assert row(found, "micro avg").peer["support"] == 2


@pytest.mark.parametrize(
    ("gold", "predicted", "line", "problem"),
    [
        (GOLD_TAGS, "Ann B-PER\nLea I-PER\nleft O\nAcme B-ORG\n", 2, "token 2 .* 'Lea'.* 'Lee'"),
        (GOLD_TAGS, "Ann B-PER\nLee I-PER\nleft O\n", 3, "token 4 .* 'no more'"),
        (GOLD_TAGS, "Ann B-PER\nLee\n", 2, "has 1 columns, the first row has 2"),
        (GOLD_TAGS, "Ann B-PER\nLee X\n", 2, "'X' is no tag"),
        (GOLD_TAGS + "\nNo O\n", GOLD_TAGS, None, "holds 1 sentences, the gold holds 2"),
    ],
)
def test_wrong_columns_are_refused_with_file_and_line(
    gold: str, predicted: str, line: int | None, problem: str, write: Write
) -> None:
    path = write("predicted.conll", predicted)
    with pytest.raises(InputError, match=problem) as caught:
        view("seqeval", write("gold.conll", gold), path)
    assert (caught.value.source, caught.value.line) == (path, line)


# nervaluate and spaCy

SHORT_FIRST = [[{"label": "PER", "start": 0, "end": 3}, {"label": "PER", "start": 0, "end": 4}]]


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


# Coreference

KEY = "#begin document (d); part 0\nd 0 (1)\nd 1 (1)\nd 2 (2)\n#end document\n"
RESPONSE = "#begin document (d); part 0\nd 0 (1)\nd 1 (1)\nd 2 (1)\n#end document\n"


def test_conll2012_from_its_files(write: Write) -> None:
    found = view("conll2012", write("key.conll", KEY), write("response.conll", RESPONSE))
    assert ratios(row(found, "muc").peer) == (F(1, 2), 1, F(2, 3))
    assert ratios(row(found, "b3").peer) == (F(5, 9), 1, F(5, 7))
    assert found.differing() == []
    assert felt(found) == []


def test_conll2012_gives_0_where_nothing_is_defined(write: Write) -> None:
    alone = "#begin document (d)\nd 0 (1)\n#end document\n"
    path = write("key.conll", alone)
    found = view("conll2012", path, path)
    assert ratios(row(found, "muc").peer) == (0, 0, 0)
    assert ratios(row(found, "muc").own) == (None, None, None)
    assert ratios(row(found, "b3").own) == (1, 1, 1)
    assert felt(found) == ["undefined ratio"]


def test_conll2012_says_what_it_dropped_and_missed(write: Write) -> None:
    key = KEY + KEY.replace("part 0", "part 1")
    twice = RESPONSE.replace("d 1 (1)", "d 1 (1)(2)")
    found = view("conll2012", write("key.conll", key), write("response.conll", twice))
    assert felt(found) == ["repeated mentions", "documents of one file only"]
    assert found.notes == ("repeated mentions dropped: 0 of the gold, 1 of the predictions",)


def conllu(*entities: str) -> str:
    lines = ["# newdoc id = d", "# global.Entity = eid-etype-head-other"]
    for number, entity in enumerate(entities, start=1):
        misc = f"Entity={entity}" if entity else "_"
        lines.append(f"{number}\tw\tw\t_\t_\t_\t_\t_\t_\t{misc}")
    return "\n".join(lines) + "\n\n"


def test_corefud_matches_by_head_without_singletons(write: Write) -> None:
    gold = write("gold.conllu", conllu("(e1--2-", "e1)", "(e1--1-)", "(e2--1-)"))
    predicted = write("predicted.conllu", conllu("", "(x--1-)", "(x--1-)", ""))
    found = view("corefud", gold, predicted)
    assert ratios(row(found, "muc").peer) == (1, 1, 1)
    assert ratios(row(found, "b3").own) == (F(1, 4), F(1, 6), F(1, 5))
    assert ratios(row(found, "mention overlap").peer) == (1, F(2, 4), F(2, 3))
    assert felt(found) == ["singletons left out", "heads or parts"]
    exact = view("corefud", gold, predicted, match="exact", singletons=True)
    assert ratios(row(exact, "b3").peer) == (F(1, 4), F(1, 6), F(1, 5))


def test_corefud_reads_parts_and_leaves_out_empty_nodes(write: Write) -> None:
    text = conllu("(e1[1/2]--2-)", "", "(e1[2/2]--2-)", "(e1--1-)").replace(
        "4\tw", "3.1\t_\t_\t_\t_\t_\t_\t_\t_\tEntity=(e1--1-)\n4\tw"
    )
    path = write("gold.conllu", text)
    found = view("corefud", path, path, match="head")
    assert ratios(row(found, "b3").peer) == (1, 1, 1)
    assert ratios(row(found, "mention overlap").peer) == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (conllu("(e1--1-"), 3, "never closes 'e1'"),
        (conllu("", "e1)"), 4, "closes 'e1', which is not open"),
        (conllu("(e1[1/2]--1-)"), 3, "lacks a part of 'e1'"),
        (conllu("((e1"), 3, "cannot be read"),
        (conllu("") + conllu(""), 5, "stands here a second time"),
        ("1\tw\n", 1, "has 2 columns"),
    ],
)
def test_wrong_conllu_is_refused_with_file_and_line(
    text: str, line: int, problem: str, write: Write
) -> None:
    path = write("gold.conllu", text)
    with pytest.raises(InputError, match=problem) as caught:
        view("corefud", path, path)
    assert (caught.value.source, caught.value.line) == (path, line)


# Events

MOVED = [
    {"trigger": [0, 1, "ATTACK", "hit"], "arguments": []},
    {"trigger": [5, 6, "ATTACK", "hit"], "arguments": [[2, 3, "target", "it"]]},
]
TRUE = [
    {"trigger": [0, 1, "ATTACK", "hit"], "arguments": [[2, 3, "target", "it"]]},
    {"trigger": [5, 6, "ATTACK", "hit"], "arguments": []},
]
MENTIONS = [
    {"event_type": "ATTACK", "trigger": {"start": 0, "end": 1},
     "arguments": [{"start": 2, "end": 3, "role": "target"}]},
    {"event_type": "ATTACK", "trigger": {"start": 5, "end": 6}, "arguments": []},
]  # fmt: skip


def test_textee_takes_moved_arguments_for_right(write: Write) -> None:
    window = {"doc_id": "d", "wnd_id": "w"}
    predicted = write("predicted.jsonl", [window | {"events": MOVED}])
    for events in ({"events": TRUE}, {"event_mentions": MENTIONS}):
        found = view("textee", write("gold.jsonl", [window | events]), predicted)
        assert ratios(row(found, "argument_cls").peer) == (1, 1, 1)
        assert ratios(row(found, "argument_attached_cls").peer) == (0, 0, 0)
        assert felt(found) == ["moved arguments are right"]
        assert found.differing() == []


def test_a_window_without_a_prediction_is_a_miss(write: Write) -> None:
    gold = write("gold.jsonl", [{"doc_id": "d", "events": TRUE}, {"doc_id": "e", "events": TRUE}])
    found = view("textee", gold, write("p.jsonl", [{"doc_id": "e", "events": TRUE}]))
    assert ratios(row(found, "trigger_cls").peer) == (1, F(1, 2), F(2, 3))
    assert found.notes == ("1 lines without a prediction: all their events are missed",)


def test_dygie_reports_a_recall_above_1(write: Write) -> None:
    argument = [2, 2, "target"]
    gold = {"doc_key": "d", "events": [[[[0, "ATTACK"], argument], [[5, "ATTACK"]]]]}
    scored = [2, 2, "target", 3.5, 0.9]
    predicted = gold | {
        "predicted_events": [[[[0, "ATTACK", 7.1, 0.9], scored], [[5, "ATTACK", 7.1, 0.9], scored]]]
    }
    found = view("dygie", write("gold.jsonl", [gold]), write("predicted.jsonl", [predicted]))
    assert ratios(row(found, "arg_class").peer) == (1, 2, F(4, 3))
    assert ratios(row(found, "arg_class").own) == (1, 1, 1)
    assert felt(found) == ["recall above 1", "arguments count once a trigger"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"events": []}, "has no doc_id"),
        ({"doc_id": "e"}, "cannot be read"),
        ({"doc_id": "e", "events": [{"trigger": [1]}]}, "cannot be read"),
        ({"doc_id": "e", "events": [{"trigger": ["1", 2, "A"], "arguments": []}]}, "cannot be"),
        ({"doc_id": "d", "events": []}, "stands here again"),
        (3, "is no object"),
    ],
)
def test_wrong_events_are_refused_with_file_and_line(
    line: object, problem: str, write: Write
) -> None:
    path = write("gold.jsonl", [{"doc_id": "d", "events": []}, line])
    with pytest.raises(InputError, match=problem) as caught:
        view("textee", path, path)
    assert (caught.value.source, caught.value.line) == (path, 2)


# Templates

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


# Documents

DOCUMENT_VIEWS = list(VIEWS)


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
    assert view(name, gold, predicted) == view(name, [ARTICLE], iter([less]))


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


@pytest.mark.parametrize("layer", ["times", "quantities", "events", "attributions", "zones"])
def test_all_layers_of_spans_have_views(layer: str) -> None:
    for name in ("seqeval", "nervaluate", "spacy"):
        found = view(name, [ARTICLE], [ARTICLE], layer=layer)
        assert found.options["layer"] == layer
        assert found.scores[0].own["f1"] == 1


def test_tags_leave_out_what_nests() -> None:
    nested = changed(ARTICLE, "mentions", 1, spans=((0, 28),), text="Drone hits depot near Velmar")
    found = view("seqeval", [nested], [nested])
    assert row(found, "micro avg").peer["support"] == 8
    assert found.notes[0].startswith("2 gold and 2 predicted items lie in or across a longer one")


# What all share


def test_unknown_views_options_and_values_suggest_the_nearest(write: Write) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'seqeval'"):
        view("seqevall", [], [])
    with pytest.raises(UnknownName, match="Did you mean 'scheme'"):
        view("seqeval", [], [], schema="IOB2")
    with pytest.raises(UnknownName, match="Did you mean 'IOBES'"):
        view("seqeval", [], [], scheme="IOBE")
    with pytest.raises(UnknownName, match="Did you mean 'mentions'"):
        view("spacy", [], [], layer="mention")
    with pytest.raises(UnknownName, match="Did you mean 'strict'"):
        option_value("seqeval", "mode", "strickt")
    with pytest.raises(InputError, match="no number"):
        option_value("seqeval", "token", "first")
    with pytest.raises(InputError, match="standard input can be read only once"):
        view("seqeval", "-", "-")


def test_options_are_read_from_text() -> None:
    assert option_value("seqeval", "zero_division", "1") == 1
    assert option_value("seqeval", "tag", "3") == 3
    assert option_value("spacy", "allow_overlap", "True") is True
    assert option_value("nervaluate", "min_overlap_percentage", "50") == 50.0
    assert option_value("nervaluate", "tags", "PER,ORG") == "PER,ORG"
    assert options_of("textee") == ()


@pytest.mark.parametrize("name", DOCUMENT_VIEWS)
def test_any_file_gives_a_view_or_one_message(name: str, write: Write) -> None:
    contents = ("", "\n\n", "{", "[", "null", "3", "\0\1", "{}\n{}\n", "[[[]]]", "[[], 1]")
    for content, ending in product(contents, ("json", "jsonl", "conll")):
        path = write(f"odd.{ending}", content)
        try:
            found = view(name, path, path)
        except GoldwireError:
            continue
        assert render_view(found, 80)


def test_different_forms_are_refused(write: Write) -> None:
    with pytest.raises(InputError, match="the gold is text in columns, the predictions are JSON"):
        view("nervaluate", write("g.conll", GOLD_TAGS), write("p.jsonl", SHORT_FIRST))
    with pytest.raises(InputError, match="cannot be read"):
        view("conll2012", "nowhere.conll", "nowhere.conll")


def test_a_view_is_shown_in_the_width_there_is(write: Write) -> None:
    gold = write("gold.jsonl", [[["PER", 0, 4]]])
    predicted = write("predicted.jsonl", [[["PER", 0, 4], ["ORG", 6, 8]]])
    found = view("nervaluate", gold, predicted, tags="PER")
    for width in (40, 80, 120):
        shown = render_view(found, width)
        assert max(map(len, shown.splitlines())) <= width
    assert "4 of 8 lines differ from goldwire's own numbers; what the peer does else:" in shown
    assert "labels outside tags vanish: " in shown
    assert "goldwire gives the same numbers." in render_view(view("nervaluate", gold, gold), 80)


def test_hostile_labels_do_no_harm(write: Write) -> None:
    path = write("gold.jsonl", [[[HOSTILE, 0, 4]]])
    shown = render_view(view("spacy", path, path), 80)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_command_prints_a_table_or_json(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, predicted = write("gold.conll", GOLD_TAGS), write("predicted.conll", PREDICTED_TAGS)
    show_view("seqeval", gold, predicted, ["zero-division=1", "scheme=IOB2"])
    assert "seqeval 1.2.2 (mode default, scheme IOB2, zero_division 1)" in capsys.readouterr().out
    show_view("seqeval", gold, predicted, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["peer"] == "seqeval 1.2.2"
    assert found["scores"][-1] == {
        "name": "token accuracy", "peer": {"accuracy": 0.5}, "own": {},
    }  # fmt: skip
    for wrong in (["mode"], ["mode=strict", "mode=default"]):
        with pytest.raises(InputError):
            show_view("seqeval", gold, predicted, wrong)


def test_rows_are_plain_records(write: Write) -> None:
    path = write("key.conll", KEY)
    first = view("conll2012", path, path).rows()[0]
    assert first == {
        "view": "conll2012", "name": "muc", "precision": 1.0, "recall": 1.0, "f1": 1.0,
        "goldwire_precision": 1.0, "goldwire_recall": 1.0, "goldwire_f1": 1.0,
    }  # fmt: skip


WORDS = "#begin document (d); part 0\nd 0 0 Ann (1)\nd 0 1 saw -\n\nd 0 0 her (1)\n#end document\n"


def test_conll2012_says_where_words_are_others(write: Write) -> None:
    key = write("key.conll", WORDS)
    found = view("conll2012", key, write("other.conll", WORDS.replace("her", "him")))
    assert felt(found) == ["other words"]
    assert found.notes == (
        "1 document has other words than in the gold; mentions are compared by position all the"
        " same: word 3 of 'd part 0' is 'him' (line 5), in the gold 'her' (line 5)",
    )
    assert found.scores == view("conll2012", key, key).scores
    assert view("conll2012", key, key).notes == ()


@pytest.mark.parametrize(
    ("lost", "place"),
    [
        ("d 0 1 saw -\n", r"response.conll:4: document 'd part 0' has 2 words, in the gold 3: "
                          r"word 2 is 'her', in the gold 'saw' \(.*key.conll:3\)"),
        ("d 0 0 her (1)\n", r"response.conll:3: .* word 3 is no more, in the gold 'her' \(.*:5\)"),
    ],
)  # fmt: skip
def test_conll2012_refuses_documents_of_other_lengths(write: Write, lost: str, place: str) -> None:
    key, response = write("key.conll", WORDS), write("response.conll", WORDS.replace(lost, ""))
    with pytest.raises(InputError, match=place):
        view("conll2012", key, response)


def test_conll2012_finds_the_word_in_every_form(write: Write) -> None:
    forms = [
        "#begin document (d); part 0\nAnn (1)\nsaw -\nher (1)\n#end document\n",
        "#begin document (d); part 0\n0\tAnn\t(1)\n1\tsaw\t_\n2\ther\t(1)\n#end document\n",
        "#begin document (d); part 0\nd (1)\nd -\nd (1)\n#end document\n",  # no words
        "#begin document (d); part 0\n(1)\n-\n(1)\n#end document\n",
    ]
    key = write("key.conll", WORDS)
    for form in forms:
        assert view("conll2012", key, write("form.conll", form)).notes == ()
    with pytest.raises(InputError, match="2 words, in the gold 3"):
        view("conll2012", key, write("form.conll", forms[3].replace("-\n", "")))


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


# Recorded cases


def test_seqeval_cases_have_the_numbers_of_the_peer(write: Write) -> None:
    done = 0
    for case in conformance("seqeval.json"):
        expected = case["expected"]["default"].get("report_zero_division_0", {})
        if "error" in expected or not expected or not all(case["gold"]):
            continue
        sides = [
            write(f"{side}.conll", "\n".join(
                "".join(f"w{at}\t{tag}\n" for at, tag in enumerate(tags)) for tags in case[side]
            ))
            for side in ("gold", "pred")
        ]  # fmt: skip
        found = view("seqeval", sides[0], sides[1])
        for name, numbers in expected.items():
            assert row(found, name).peer == pytest.approx(numbers), (case["name"], name)
        done += 1
    assert done > 10


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


def as_conll(documents: list[dict[str, Any]]) -> str:
    """Documents of 40 words each: longer than the text of any case."""
    lines = []
    for document in documents:
        words = [""] * 40
        for number, cluster in enumerate(document["clusters"]):
            for start, end in sorted(cluster, key=lambda mention: mention[0] - mention[1]):
                if start == end:
                    words[start] += f"({number})"
                else:
                    words[start] = f"({number}" + words[start]
                    words[end] += f"{number})"
        lines += [f"#begin document {document['doc_id']}"]
        lines += [f"w\t{word or '-'}" for word in words]
        lines += ["#end document"]
    return "\n".join(lines) + "\n"


def test_conll2012_cases_have_the_numbers_of_the_peer(write: Write) -> None:
    twice = ("conll-A7", "conll-A8", "conll-A9")  # columns lose the order of repeated mentions
    done = 0
    for case in conformance("coref.json"):
        if not case["name"].startswith("conll-A") or case["name"] in twice:
            continue
        sides = write("key", as_conll(case["key_docs"])), write("sys", as_conll(case["sys_docs"]))
        found = view("conll2012", *sides)
        for metric, expected in case["expected"].items():
            peer = row(found, metric).peer
            assert [peer["recall"], peer["precision"], peer["f1"]] == pytest.approx(
                [expected["r"], expected["p"], expected["f"]]
            ), (case["name"], metric)
        done += 1
    assert done > 5


def as_conllu(documents: list[dict[str, Any]]) -> str:
    lines = ["# global.Entity = eid-etype-head-other"]
    for document in documents:
        lines.append(f"# newdoc id = {document['doc_id']}")
        mentions = [(f"e{n}", m) for n, c in enumerate(document["clusters"]) for m in c]
        size = 1 + max((max(m["words"]) for _, m in mentions), default=0)
        opens: list[list[str]] = [[] for _ in range(size)]
        closes: list[list[str]] = [[] for _ in range(size)]
        ones: list[list[str]] = [[] for _ in range(size)]
        for name, mention in sorted(mentions, key=lambda each: -len(each[1]["words"])):
            words = sorted(mention["words"])
            head = words.index(mention["head"]) + 1 if mention["head"] is not None else ""
            runs: list[list[int]] = []
            for word in words:
                if runs and runs[-1][-1] == word - 1:
                    runs[-1].append(word)
                else:
                    runs.append([word])
            for part, run in enumerate(runs, start=1):
                own = name if len(runs) == 1 else f"{name}[{part}/{len(runs)}]"
                if len(run) == 1:
                    ones[run[0]].append(f"({own}--{head}-)")
                else:
                    opens[run[0]].append(f"({own}--{head}-")
                    closes[run[-1]].insert(0, f"{own})")
        for word in range(size):
            marks = "".join(closes[word] + opens[word] + ones[word])
            misc = f"Entity={marks}" if marks else "_"
            lines.append(f"{word + 1}\tw\t_\t_\t_\t_\t_\t_\t_\t{misc}")
        lines.append("")
    return "\n".join(lines) + "\n"


def test_corefud_cases_have_the_numbers_of_the_peer(write: Write) -> None:
    twice = ("exact-match::TC-A-8", "exact-match::TC-A-9")  # there the peer counts a mention twice
    for case in conformance("coref_mention_matching.json"):
        sides = write("key", as_conllu(case["key_docs"])), write("sys", as_conllu(case["sys_docs"]))
        for match, expected in case["expected"].items():
            found = view("corefud", *sides, match=match, singletons=True)
            assert any("repeated mentions" in note for note in found.notes) == (
                case["name"] in twice
            )
            if case["name"] in twice:
                continue
            for metric, numbers in expected.items():
                peer = row(found, metric.replace("_", " ")).peer
                assert [peer["recall"], peer["precision"], peer["f1"]] == pytest.approx(
                    [numbers["r"], numbers["p"], numbers["f"]], abs=1e-6
                ), (case["name"], match, metric)


def test_textee_and_dygie_cases_have_the_numbers_of_the_peers(write: Write) -> None:
    for case in conformance("events.json"):
        sides = [
            write(f"{side}.jsonl", [
                {"doc_id": document["doc_id"], "events": [
                    {"trigger": [*event["trigger"], event["type"], ""],
                     "arguments": event["arguments"]}
                    for event in document[side]
                ]}
                for document in case["docs"]
            ])
            for side in ("gold", "pred")
        ]  # fmt: skip
        found = view("textee", *sides)
        for name, numbers in case["expected"]["textee_e2e"].items():
            assert row(found, name).peer == pytest.approx(numbers), (case["name"], name)
        if "dygie" in case["expected"]:
            scores = case["expected"]["dygie"].get("scores", case["expected"]["dygie"])
            peer = view("dygie", *sides)
            for name, value in scores.items():
                metric, _, part = name.rpartition("_")
                if part in ("precision", "recall", "f1"):
                    assert row(peer, metric).peer[part] == pytest.approx(value), case["name"]


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


def test_a_document_is_a_document_whatever_else_there_is() -> None:
    empty = msgspec.structs.replace(
        ARTICLE, mentions=(), entities=(), times=(), quantities=(), events=(), event_links=(),
        attributions=(), relations=(), incidents=(), zones=(),
    )  # fmt: skip
    for name in DOCUMENT_VIEWS:
        found = view(name, [empty], [{"id": empty.id}])
        assert all(value is None for each in found.scores for value in each.own.values())
        assert render_view(found, 80)
