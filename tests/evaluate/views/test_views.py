"""What all views share: names, options, any file, the table, and the command."""

from __future__ import annotations

import json
from itertools import product

import pytest

from goldwire.evaluate.commands.views import show_view
from goldwire.evaluate.views import option_value, options_of, view
from goldwire.evaluate.views.render import render_view
from goldwire.schema.document import to_json
from goldwire.schema.errors import GoldwireError, InputError, UnknownName
from tests.evaluate.report.samples import HOSTILE
from tests.evaluate.views.viewing import (
    ARTICLE,
    DOCUMENT_VIEWS,
    GOLD_TAGS,
    KEY,
    PREDICTED_TAGS,
    SHORT_FIRST,
    Write,
)


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
def test_empty_gold_is_no_gold(name: str, write: Write) -> None:
    for ending, content in product(("json", "jsonl", "conll"), ("", "\n \n")):
        path = write(f"empty.{ending}", content)
        with pytest.raises(InputError, match="is empty") as caught:
            view(name, path, path)
        assert caught.value.source == path


def test_empty_predictions_for_documents_are_named_as_such(write: Write) -> None:
    gold, empty = write("gold.json", to_json(ARTICLE)), write("empty.jsonl", "")
    with pytest.raises(InputError, match="is empty") as caught:
        view("seqeval", gold, empty)
    assert caught.value.source == empty


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
