"""The view of CorefUD's scorer."""

from __future__ import annotations

import hashlib
from fractions import Fraction as F
from typing import Any

import pytest

from goldwire.evaluate.views import view
from goldwire.schema.errors import InputError, UnknownName
from tests.evaluate.views.viewing import Write, felt, ratios, row
from tests.shared import conformance


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
    assert ratios(row(found, "mention overlap").peer) == (1, F(2, 3), F(4, 5))
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
        (conllu("(e1-x-9-)"), 3, "the head of 'e1' is '9'"),
        (conllu("", "(e1-x-0-", "e1)"), 4, "the head of 'e1' is '0'"),
        (conllu("(e1-x-3-", "e1)"), 3, "the head of 'e1' is '3'"),
        (conllu("(e1-x-zz-)"), 3, "the head of 'e1' is 'zz'"),
        (conllu("(e1-x-1,2-", "e1)"), 3, "the head of 'e1' is '1,2'"),
        (conllu("(e1[1/2]-x-1-)", "", "(e1[2/2]-x-3-)"), 5, "the head of 'e1' is '3'"),
        (conllu("(e1--1-)").replace("# global", "# local"), 3, "no line before says what"),
        (conllu("(e1--1-)").replace("eid", "id"), 2, "global.Entity has no eid"),
    ],
)
def test_wrong_conllu_is_refused_with_file_and_line(
    text: str, line: int, problem: str, write: Write
) -> None:
    path = write("gold.conllu", text)
    with pytest.raises(InputError, match=problem) as caught:
        view("corefud", path, path)
    assert (caught.value.source, caught.value.line) == (path, line)


def as_conllu(documents: list[dict[str, Any]]) -> str:
    lines = ["# global.Entity = eid-etype-head-other"]
    for document in documents:
        lines.append(f"# newdoc id = {document['doc_id']}")
        mentions = [(f"e{n}", m) for n, c in enumerate(document["clusters"]) for m in c]
        size = 90  # longer than the text of any case
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


def test_singletons_are_dropped_before_mentions_are_matched(write: Write) -> None:
    # The key's e2 would take the response's first mention by its head and its words.
    key = write("key.conllu", conllu("(e1-x-1-(e2-x-1-)", "e1)", "", "(e1-x-1-)"))
    response = write("response.conllu", conllu("(e1-x-1-)", "", "", "(e1-x-1-)"))
    found = view("corefud", key, response)
    assert ratios(row(found, "muc").peer) == (1, 1, 1)
    assert row(found, "conll").peer == {"f1": 1}
    assert ratios(row(found, "mention overlap").peer) == (1, F(2, 3), F(4, 5))
    kept = view("corefud", key, response, singletons=True)
    assert ratios(row(kept, "muc").peer) == (0, 0, 0)
    assert ratios(row(kept, "mention overlap").peer) == (1, F(2, 4), F(2, 3))
    for match in ("exact", "partial"):
        once = view("corefud", key, key, match=match)
        assert ratios(row(once, "b3").peer) == (1, 1, 1)


def test_the_first_word_is_the_head_of_a_mention_that_names_none(write: Write) -> None:
    key = write("key.conllu", conllu("(e1-x-2-", "", "e1)", "(e1-x-1-)"))
    text = conllu("(e1", "e1)", "", "(e1)").replace("eid-etype-head-other", "eid")
    found = view("corefud", key, write("response.conllu", text))
    assert ratios(row(found, "muc").peer) == (0, 0, 0)
    assert "mentions without a head" in felt(found)
    first = view("corefud", write("first.conllu", conllu("(e1-x-1-", "e1)", "", "(e1-x-1-)")), key)
    assert "mentions without a head" not in felt(first)
    assert first.scores == view("corefud", write("no.conllu", text), key).scores
    # As udapi reads a file, the last part of a mention says what its head is.
    parts = conllu("(e1[1/2]-x-1-)", "", "(e1[2/2]-x-2-", "e1[2/2])", "(e1-x-1-)")
    one = conllu("", "", "(e1-x-1-)", "", "(e1-x-1-)")
    found = view("corefud", write("parts.conllu", parts), write("one.conllu", one))
    assert ratios(row(found, "muc").peer) == (1, 1, 1)


def spoken(text: str, *mentions: tuple[int, int, tuple[int, int] | None]) -> dict[str, Any]:
    items = [
        {"id": f"m{at}", "spans": [[start, end]], "text": text[start:end], "type": "PER",
         "entity": "e", **({"head": list(head)} if head else {})}
        for at, (start, end, head) in enumerate(mentions)
    ]  # fmt: skip
    return {
        "id": "d", "schema": "core/1.0", "language": "en", "text": text, "length": len(text),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "annotation": {"status": "gold", "layers": ["mentions", "entities"]},
        "mentions": items, "entities": [{"id": "e", "type": "PER"}],
    }  # fmt: skip


def test_in_documents_the_first_word_ends_at_a_blank() -> None:
    gold = spoken("big dogs ran. Dogs ran", (0, 8, (4, 8)), (14, 18, (14, 18)))
    predicted = spoken("big dogs ran. Dogs ran", (0, 8, None), (14, 18, None))
    guess = {name: predicted[name] for name in ("id", "mentions", "entities")}
    found = view("corefud", [gold], [guess])
    assert ratios(row(found, "muc").peer) == (0, 0, 0)
    assert ratios(row(found, "muc").own) == (1, 1, 1)
    assert "mentions without a head" in felt(found)
    gold = spoken("big dogs ran. Dogs ran", (0, 8, (0, 3)), (14, 18, (14, 18)))
    assert ratios(row(view("corefud", [gold], [guess]), "muc").peer) == (1, 1, 1)


def test_other_words_are_refused_with_both_lines(write: Write) -> None:
    key = write("key.conllu", conllu("(e--1-)", "", "(e--1-)"))
    other = write("other.conllu", conllu("(e--1-)", "", "(e--1-)").replace("3\tw", "3\thim"))
    with pytest.raises(
        InputError, match=r"word 3 of document 'd' is 'him', in .* 'w' \(.*:5\)"
    ) as it:
        view("corefud", key, other)
    assert (it.value.source, it.value.line) == (other, 5)
    assert it.value.hint
    for response in (conllu("(e--1-)", ""), conllu("(e--1-)", "", "(e--1-)", "")):
        with pytest.raises(InputError, match=r"'d' has [24] words, in the gold 3"):
            view("corefud", key, write("short.conllu", response))


def test_a_document_that_the_response_lacks_is_missed_and_told(write: Write) -> None:
    one = conllu("(e--1-)", "(e--1-)")
    key = write("key.conllu", one + one.replace("id = d", "id = f"))
    for response, names in ((one, "f"), ("", "d, f"), ("\n", "d, f")):
        found = view("corefud", key, write("response.conllu", response))
        assert any(
            note.endswith(f"without a prediction: all its items are missed: {names}")
            for note in found.notes
        )
        assert "documents of one file only" in felt(found)
        assert row(found, "b3").peer["recall"] == (0.5 if response == one else 0)
    with pytest.raises(UnknownName, match="unknown document 'f'"):
        view("corefud", write("one.conllu", one), key)


def test_a_mention_of_two_entities_counts_in_the_first(write: Write) -> None:
    key = write("key.conllu", conllu("(a--1-)(b--1-)", "(a--1-)", "(b--1-)"))
    found = view("corefud", key, key)
    assert felt(found)[-1] == "repeated mentions"
    assert found.notes[0].startswith("2 repeated mentions: the first counts here")
