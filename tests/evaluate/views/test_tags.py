"""The view of seqeval: columns of tags."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from goldwire.evaluate.views import view
from goldwire.schema.errors import InputError
from tests.evaluate.views.viewing import (
    ARTICLE,
    GOLD_TAGS,
    PREDICTED_TAGS,
    Write,
    felt,
    ratios,
    row,
)
from tests.making import changed
from tests.shared import conformance

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


@pytest.mark.parametrize("name", ["IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU"])
def test_seqeval_knows_the_scheme(name: str, write: Write) -> None:
    first, last, one = list(
        {
            "IOB1": "III",
            "IOB2": "BIB",
            "IOE1": "III",
            "IOE2": "IEE",
            "IOBES": "BES",
            "BILOU": "BLU",
        }[name]
    )
    tags = f"a {first}-A\nb {last}-A\nc O\nd {one}-B\n"
    path = write("tags.conll", tags)
    found = view("seqeval", path, path, scheme=name, mode="strict")
    assert ratios(row(found, "micro avg").peer, *SEQEVAL) == (1, 1, 1)
    assert row(found, "micro avg").peer["support"] == 2


def test_seqeval_says_what_it_loses_in_ioe1(write: Write) -> None:
    path = write("tags.conll", "a E-A\nb I-A\n")
    found = view("seqeval", path, path, scheme="IOE1", mode="strict")
    assert row(found, "micro avg").peer["support"] == 1
    assert felt(found) == ["IOE1 loses spans of one token"]
    whole = write("whole.conll", "a I-A\nb O\n")
    assert felt(view("seqeval", whole, whole, scheme="IOE1", mode="strict")) == []


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


def test_tags_leave_out_what_nests() -> None:
    nested = changed(ARTICLE, "mentions", 1, spans=((0, 28),), text="Drone hits depot near Velmar")
    found = view("seqeval", [nested], [nested])
    assert row(found, "micro avg").peer["support"] == 8
    assert found.notes[0].startswith("2 gold and 2 predicted items lie in or across a longer one")


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
