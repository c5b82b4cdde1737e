"""The reference coreference scorer: its numbers, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.compat.conll import (
    DEVIATIONS,
    chains,
    conll2012,
    parse_conll,
    read_conll,
)
from goldwire.evaluate.metrics.coreference import count_coreference, first_occurrences
from goldwire.schema.errors import InputError, UnreadableInput
from tests.shared import conformance, need

METRICS = ("muc", "b3", "ceafm", "ceafe", "blanc", "lea")

ONE_DOCUMENT = """\
#begin document (bc/01); part 000
bc/01\t0\t0\tThe\t(1|(2
bc/01\t0\t1\tnews\t2)
bc/01\t0\t2\ttoday\t-

bc/01\t0\t0\tIt\t(2)|1)
#end document
"""


def side(documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {document["doc_id"]: document["clusters"] for document in documents}


def test_all_cases_have_the_numbers_of_the_reference_scorer() -> None:
    for case in conformance("coref.json"):
        found = conll2012(side(case["key_docs"]), side(case["sys_docs"]))
        for source, tolerance in (("expected", 1e-6), ("published", 2e-4)):
            for metric, scores in case.get(source, {}).items():
                figures = getattr(found, metric)
                assert (figures.precision, figures.recall, figures.f1) == pytest.approx(
                    (scores["p"], scores["r"], scores["f"]), abs=tolerance
                ), (case["name"], source, metric)


def test_all_cases_have_the_counts_of_the_reference_scorer() -> None:
    for case in conformance("coref.json"):
        documents, *sides = chains(side(case["key_docs"]), side(case["sys_docs"]))
        counts = count_coreference(documents, *(first_occurrences(each)[0] for each in sides))
        for metric, expected in case["expected"].items():
            if metric == "blanc":
                links = [expected["links"][kind] for kind in ("coref", "noncoref")]
                numbers = [kind[who] for kind in links for who in ("tp", "key", "sys")]
            else:
                numbers = [expected[name] for name in ("num_p", "den_p", "num_r", "den_r")]
            assert counts[metric].sum(axis=0) == pytest.approx(numbers, abs=1e-6), case["name"]


def test_the_files_of_the_reference_scorer_are_read_as_it_reads_them() -> None:
    for case in conformance("coref.json"):
        if not case["name"].startswith("conll-"):
            continue
        letter, number = case["name"][6], case["name"][7:]
        for documents, name in (
            (case["key_docs"], f"TC-{letter}.key"),
            (case["sys_docs"], f"TC-{letter}-{number}.response"),
        ):
            inclusive = [
                [[[first, end - 1] for first, end in entity] for entity in clusters]
                for clusters in read_conll(need("corpora", "conll2012_coref", name)).values()
            ]
            assert inclusive == [document["clusters"] for document in documents], name


def test_files_of_gum_are_read_with_all_mentions_of_their_source() -> None:
    folder = need("corpora", "gum_news")
    for path in sorted((folder / "coref_conll").glob("*.conll")):
        ((name, clusters),) = read_conll(path).items()
        source = (folder / "dep" / f"{name}.conllu").read_text("utf-8")
        opened = sum(column.count("(") for column in _entity_columns(source))
        assert sum(map(len, clusters)) == opened
        assert conll2012({name: clusters}, {name: clusters}).conll == pytest.approx(1)


def _entity_columns(source: str) -> list[str]:
    words = (line.split("\t")[9] for line in source.splitlines() if line[:1].isdigit())
    return [
        field.removeprefix("Entity=")
        for misc in words
        for field in misc.split("|")
        if field.startswith("Entity=")
    ]


def test_files_of_litbank_are_read() -> None:
    for path in sorted(need("corpora", "litbank", "coref", "conll").glob("*.conll")):
        ((name, clusters),) = read_conll(path).items()
        assert name == f"{path.stem} part 0"
        assert conll2012({name: clusters}, {name: clusters}).repeated == (0, 0)


def test_a_file_gives_clusters_by_document_and_part(tmp_path: Path) -> None:
    path = tmp_path / "key.conll"
    path.write_text("\ufeff" + ONE_DOCUMENT.replace("\n", "\r\n"), "utf-8")
    assert read_conll(path) == {"bc/01 part 000": [[(0, 4)], [(0, 2), (3, 4)]]}


def test_brackets_may_touch_and_entities_may_have_names() -> None:
    lines = ["# begin document GUM_x", "0\tA\t(time-8-May(place-1)", "1\tb\ttime-8-May)", "2\tc\t_"]
    assert parse_conll([*lines, "# end document"]) == {"GUM_x": [[(0, 2)], [(0, 1)]]}


def test_of_nested_mentions_of_one_entity_the_inner_closes_first() -> None:
    lines = ["#begin document (x);", "a (1", "b (1(1)", "c 1)1)", "#end document"]
    assert parse_conll(lines) == {"x": [[(1, 2), (1, 3), (0, 3)]]}


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        (["a (1)"], 1, "outside of a document"),
        (["#end document"], 1, "no document has begun"),
        (["#begin document (x);", "a (1)"], 1, "'x' has no end"),
        (["#begin document (x);", "#begin document (y);"], 2, "before the last one has ended"),
        (["#begin document (x);", "a (1", "#end document"], 2, "never closes '1'"),
        (["#begin document (x);", "a 1)", "#end document"], 2, "closes '1', which is not open"),
        (["#begin document (x);", "a (1))", "#end document"], 2, "last column is '(1))'"),
        (["#begin document (x);", "", "a word", "#end document"], 3, "last column is 'word'"),
        (["#begin document (x);", "#end document"] * 2, 3, "'x' stands here a second time"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_line(
    lines: list[str], line: int, problem: str
) -> None:
    with pytest.raises(InputError) as refused:
        parse_conll(lines, source="key.conll")
    assert (refused.value.source, refused.value.line) == ("key.conll", line)
    assert problem in refused.value.problem


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="absent"):
        read_conll(tmp_path / "absent")
    (tmp_path / "latin").write_bytes(ONE_DOCUMENT.replace("news", "n\xe9ws").encode("latin-1"))
    with pytest.raises(UnreadableInput, match="not UTF-8"):
        read_conll(tmp_path / "latin")


def test_a_repeated_mention_counts_where_it_stands_first_and_is_reported() -> None:
    key = {"d": [list("ab"), list("cd")]}
    found = conll2012(key, {"d": [list("aba"), list("bcd")]})
    assert found.repeated == (0, 2)
    assert found.conll == pytest.approx(1)


def test_undefined_ratios_are_zero() -> None:
    singletons = {"d": [list("a"), list("b")]}
    found = conll2012(singletons, singletons)
    assert (found.muc.precision, found.muc.recall, found.muc.f1) == (0, 0, 0)
    assert found.b3.f1 == 1
    assert found.conll == pytest.approx(2 / 3)
    empty = conll2012({}, {})
    assert [getattr(empty, metric).f1 for metric in METRICS] == [0] * 6


def test_a_missing_document_is_a_miss_and_an_unknown_one_is_refused() -> None:
    found = conll2012({"d": [list("ab")], "e": [list("cd")]}, {"d": [list("ab")]})
    assert (found.b3.precision, found.b3.recall) == (1, 0.5)
    with pytest.raises(InputError, match="'f', which the key does not, and 1 more"):
        conll2012({"d": [list("ab")]}, {"f": [list("ab")], "g": []})


def test_mentions_may_be_numbers() -> None:
    key = {"d": [[1, 2, 3], [4, 5]]}
    assert conll2012(key, {"d": [[4, 5], [3, 2, 1]]}).conll == 1
    with pytest.raises(InputError, match=r"\(1, 2\) is no list of mentions"):
        conll2012({"d": [(1, 2)]}, {"d": [(1, 2)]})


def test_an_empty_cluster_is_no_entity() -> None:
    assert conll2012({"d": [list("ab"), list("")]}, {"d": [list(""), list("ab")]}).ceafe.f1 == 1


def test_every_deviation_is_a_sentence() -> None:
    assert all(text.endswith(".") for text in DEVIATIONS.values())
