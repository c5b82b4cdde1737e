"""The view of the reference coreference scorer."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

from goldwire.evaluate.views import view
from goldwire.schema.errors import InputError
from tests.evaluate.views.viewing import KEY, RESPONSE, Write, felt, ratios, row
from tests.shared import conformance


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
