"""The views of the reference coreference scorer and of CorefUD."""

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
