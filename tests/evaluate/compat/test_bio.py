"""Tags to spans and back, in every scheme, and tags from column files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.compat.bio import (
    SCHEMES,
    Reading,
    Scheme,
    Typed,
    detect_scheme,
    read_tags,
    span_table,
    spans_of,
    tags_of,
)
from goldwire.schema.errors import InputError, UnknownName, UnreadableInput
from tests.shared import need

ALL_SCHEMES: tuple[Scheme, ...] = ("IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU")


def one(tags: str, scheme: Scheme | None = None, reading: Reading = "lenient") -> list[Typed]:
    return spans_of([tags.split()], scheme, reading).by_sentence()[0]


@pytest.mark.parametrize(
    ("tags", "scheme", "strict", "lenient"),
    [
        ("B-A I-A O B-A", "IOB2", [("A", 0, 2), ("A", 3, 4)], [("A", 0, 2), ("A", 3, 4)]),
        ("I-A I-A O", "IOB2", [], [("A", 0, 2)]),
        ("B-A I-B", "IOB2", [("A", 0, 1)], [("A", 0, 1), ("B", 1, 2)]),
        ("B-A B-A I-A", "IOB2", [("A", 0, 1), ("A", 1, 3)], [("A", 0, 1), ("A", 1, 3)]),
        ("I-A I-A B-A I-B", "IOB1", [("A", 0, 2), ("A", 2, 3), ("B", 3, 4)], None),
        ("I-A E-A I-A I-B", "IOE1", [("A", 0, 2), ("A", 2, 3), ("B", 3, 4)], None),
        ("E-A I-A O E-A", "IOE1", [("A", 0, 1), ("A", 1, 2)], None),
        ("I-A E-A E-A I-B", "IOE2", [("A", 0, 2), ("A", 2, 3)], None),
        ("B-A I-A E-A S-B", "IOBES", [("A", 0, 3), ("B", 3, 4)], None),
        ("B-A I-A I-A S-B", "IOBES", [("B", 3, 4)], [("A", 0, 3), ("B", 3, 4)]),
        ("B-A L-A B-A L-A U-B", "BILOU", [("A", 0, 2), ("A", 2, 4), ("B", 4, 5)], None),
        ("B I O", "IOB2", [("_", 0, 2)], [("_", 0, 2)]),
        ("B-A-X I-A-X", "IOB2", [("A-X", 0, 2)], [("A-X", 0, 2)]),
    ],
)
def test_readings_worked_out_by_hand(
    tags: str, scheme: Scheme, strict: list[Typed], lenient: list[Typed] | None
) -> None:
    assert one(tags, scheme, "strict") == strict
    if lenient is not None:
        assert one(tags, scheme) == one(tags) == lenient


def test_lenient_reads_bilou_and_bmes_where_seqeval_loses_spans() -> None:
    assert one("B-A L-A B-A L-A") == [("A", 0, 2), ("A", 2, 4)]
    assert one("B-A L-A B-A L-A", reading="seqeval") == [("A", 2, 4)]
    assert one("B-A M-A E-A") == one("B-A M-A E-A", reading="seqeval") == [("A", 0, 3)]


def test_seqeval_begins_no_span_with_e_in_ioe1() -> None:
    assert one("E-A I-A", "IOE1", "seqeval strict") == [("A", 1, 2)]
    assert one("E-A E-A", "IOE2", "seqeval strict") == [("A", 0, 1), ("A", 1, 2)]


def test_spans_do_not_cross_sentences() -> None:
    found = spans_of([["B-A"], [], ["I-A", "I-A"]]).by_sentence()
    assert found == [[("A", 0, 1)], [], [("A", 0, 2)]]


def test_no_sentences_and_empty_sentences_have_no_spans() -> None:
    assert spans_of([]).by_sentence() == []
    assert spans_of([[], []], "IOB2", "strict").by_sentence() == [[], []]
    assert tags_of(span_table([]), []) == []
    assert tags_of(span_table([[], []]), [0, 2]) == [[], ["O", "O"]]


def test_a_list_is_no_tag() -> None:
    with pytest.raises(InputError, match=r"sentence 1, token 2: \['B-A'\] is no tag"):
        spans_of([["O", ["B-A"]]])  # type: ignore[list-item]


@pytest.mark.parametrize("tag", ["PER", "", "O-PER", "-PER", "X-PER", "b-PER"])
def test_what_is_no_tag_is_named_with_its_place(tag: str) -> None:
    with pytest.raises(InputError, match="sentence 2, token 3"):
        spans_of([["O"], ["O", "B-A", tag]])


def test_prefixes_of_another_scheme_are_refused() -> None:
    with pytest.raises(InputError, match="not of the scheme IOB2"):
        spans_of([["B-A", "E-A"]], "IOB2", "strict")
    with pytest.raises(InputError, match="not a list of tags"):
        spans_of(["B-A"])
    with pytest.raises(UnknownName, match="tagging scheme"):
        spans_of([["B-A"]], "IOB3")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("B-A I-A O", "IOB2"),
        ("I-A I-A B-A O", "IOB1"),
        ("I-A B-B O", "IOB2"),
        ("I-A E-A", "IOE2"),
        ("B-A E-A", "IOBES"),
        ("O S-A", "IOBES"),
        ("U-A O", "BILOU"),
    ],
)
def test_the_scheme_is_told_by_the_prefixes(tags: str, scheme: Scheme) -> None:
    assert detect_scheme([tags.split()]) == scheme


@pytest.mark.parametrize("tags", ["O O", "S-A U-A", "X-A"])
def test_a_scheme_that_cannot_be_told_is_an_error(tags: str) -> None:
    with pytest.raises(InputError):
        detect_scheme([tags.split()])


@st.composite
def flat_spans(draw: st.DrawFn) -> tuple[list[list[Typed]], list[int]]:
    """Sentences of spans that do not overlap, and the sentences' lengths."""
    sentences: list[list[Typed]] = []
    lengths = []
    for _ in range(draw(st.integers(0, 4))):
        spans: list[Typed] = []
        at = 0
        for gap, size in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)))):
            spans.append((draw(st.sampled_from(["A", "B", "A-X", "_"])), at + gap, at + gap + size))
            at += gap + size
        sentences.append(spans)
        lengths.append(at + draw(st.integers(0, 2)))
    return sentences, lengths


@given(flat_spans(), st.sampled_from(ALL_SCHEMES))
def test_spans_survive_the_way_there_and_back(
    made: tuple[list[list[Typed]], list[int]], scheme: Scheme
) -> None:
    sentences, lengths = made
    tags = tags_of(span_table(sentences), lengths, scheme)
    assert [len(line) for line in tags] == lengths
    assert {tag[0] for line in tags for tag in line} <= set(SCHEMES[scheme])
    assert spans_of(tags, scheme, "strict").by_sentence() == sentences
    assert spans_of(tags, scheme).by_sentence() == sentences
    assert spans_of(tags).by_sentence() == sentences


@given(st.lists(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]))))
def test_in_the_lenient_reading_every_tag_but_o_is_in_one_span(tags: list[list[str]]) -> None:
    for line, spans in zip(tags, spans_of(tags).by_sentence(), strict=True):
        covered = [at for _, start, end in spans for at in range(start, end)]
        assert covered == [at for at, tag in enumerate(line) if tag != "O"]
        assert all(line[at][2:] == name for name, start, end in spans for at in range(start, end))


@given(
    st.lists(st.lists(st.sampled_from(["O", "B-A", "I-A", "I-B"]), max_size=6), max_size=4),
    st.sampled_from(["lenient", "strict", "seqeval"]),
)
def test_sentences_are_read_one_by_one(tags: list[list[str]], reading: Reading) -> None:
    together = spans_of(tags, "IOB2", reading).by_sentence()
    assert together == [spans_of([line], "IOB2", reading).by_sentence()[0] for line in tags]


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ([("A", 0, 2), ("B", 1, 3)], "overlaps"),
        ([("A", 0, 3), ("B", 1, 2)], "overlaps"),
        ([("A", 1, 1)], "empty"),
        ([("A", 2, 4)], "outside"),
    ],
)
def test_what_tags_cannot_say_is_refused(spans: list[Typed], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        tags_of(span_table([spans]), [3])


def test_column_files_are_read_with_documents_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "some.conll"
    path.write_text(
        "-DOCSTART- -X- O\r\n\r\nAda NNP B-PER\r\nsang VBD O\r\n\r\n\r\n# NN O\r\n"
        "-DOCSTART- -X- O\r\nOslo NNP B-LOC\r\n",
        "utf-8",
    )
    found = list(read_tags(path, comments=False))
    assert [(s.document, s.line, s.tokens, s.tags) for s in found] == [
        (0, 3, ["Ada", "sang"], ["B-PER", "O"]),
        (0, 7, ["#"], ["O"]),
        (1, 9, ["Oslo"], ["B-LOC"]),
    ]
    assert list(read_tags(str(path), comments=False)) == found


def test_comments_name_documents_and_a_token_may_hold_blanks() -> None:
    lines = [
        "# newdoc id = d1",
        "# text = New York",
        "1\tNew York\tB-LOC",
        "",
        "# newdoc",
        "1\tA\tO",
    ]
    first, second = read_tags(lines, token=1, tag=2)
    assert (first.document, first.name, first.tokens) == (0, "d1", ["New York"])
    assert (second.document, second.name, second.line) == (1, None, 6)


@pytest.mark.parametrize(
    ("lines", "place", "problem"),
    [
        (["a O", "b x O"], 2, "3 columns"),
        (["a O", "", "b"], 3, "1 columns"),
        (["a O", "b B+X"], 2, "is no tag"),
        (["a E-X"], 1, "not of the scheme IOB2"),
    ],
)
def test_wrong_lines_are_named(lines: list[str], place: int, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.conll"
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(InputError, match=problem) as raised:
        list(read_tags(path, scheme="IOB2"))
    assert (raised.value.source, raised.value.line) == (str(path), place)


def test_a_column_that_is_not_there_and_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 4"):
        list(read_tags(["a O"], token=4))
    with pytest.raises(UnreadableInput):
        list(read_tags(tmp_path / "missing"))
    path = tmp_path / "latin.conll"
    path.write_bytes("Zoë O\n".encode("latin-1"))
    with pytest.raises(UnreadableInput, match="UTF-8"):
        list(read_tags(path))


def test_a_real_corpus_is_read_and_written_back() -> None:
    path = need("corpora", "uner_ewt", "en_ewt-ud-test.iob2")
    sentences = list(read_tags(path, token=1, tag=2, scheme="IOB2"))
    tags = [sentence.tags for sentence in sentences]
    assert len(sentences) == 2077
    assert sum(map(len, tags)) == 25097
    assert detect_scheme(tags) == "IOB2"
    spans = spans_of(tags, "IOB2", "strict")
    assert len(spans) == 449 + 322 + 317  # lines with B-PER, B-ORG, B-LOC
    assert tags_of(spans, [len(line) for line in tags], "IOB2") == tags
