"""Texts that stand twice: word for word, nearly, in one split or in two."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.corpus import check
from goldwire.corpus.duplicates import RUN, SHORTEST, Texts
from goldwire.corpus.findings import Home
from goldwire.corpus.words import hidden, words
from goldwire.schema.document import Zone, to_json
from goldwire.schema.errors import InputError
from tests.corpus.corpora import found, near_copy, problem, save, sentence, titled
from tests.making import article, at, make


def test_the_same_text_twice(tmp_path: Path) -> None:
    text = sentence(1)
    other = text.replace(" ", "  \n").upper()
    gold = save(tmp_path, [titled("a", text), titled("b", other), titled("c", sentence(2))])
    same = problem("D2", gold)
    assert (same.document, same.pointer) == ("b", "/text")
    assert f"'a' ({gold}/test/a.json)" in same.message
    assert "split" not in same.message


def test_the_same_text_in_two_splits_is_named_as_such(tmp_path: Path) -> None:
    text = sentence(1)
    save(tmp_path, [titled("a", text), titled("b", text)], "train")
    gold = save(tmp_path, [titled("c", text)], "dev")
    first, second = check([gold]).problems
    # dev comes before train: c is the first, and lies elsewhere for both
    assert [first.document, second.document] == ["a", "b"]
    assert "'c'" in first.message
    assert "another split" in first.message
    assert "another split" in second.message


def test_words_of_the_page_hide_no_repeat(tmp_path: Path) -> None:
    text = sentence(1)
    page = f"Share 1,204 reads\n{text}"
    chrome = Zone(id="z1", kind="chrome", scored=False, spans=((0, 17),), text=page[:17])
    body = Zone(id="z2", kind="body", paragraph=1, spans=at(page, text[:-1]), text=text[:-1])
    scraped = titled("scraped", page, zones=(chrome, body))
    gold = save(tmp_path, [titled("plain", text), scraped])
    assert problem("D2", gold).document == "scraped"
    unzoned = titled("scraped", page)
    assert problem("D4", save(tmp_path, [unzoned])).document == "plain"


@pytest.mark.parametrize(("split", "code"), [("train", "D3"), ("test", "D4")])
def test_nearly_the_same_text(tmp_path: Path, split: str, code: str) -> None:
    text = sentence(1, 200)
    save(tmp_path, [titled("a", text)], split)
    gold = save(tmp_path, [titled("b", near_copy(text, 10)), titled("c", sentence(2, 200))])
    near = problem(code, gold)
    assert near.severity == ("error" if code == "D3" else "warning")
    assert near.pointer == "/text"
    assert ("another split" in near.message) == (code == "D3")
    assert near.excerpt
    assert "⟦" in near.excerpt


def test_a_short_text_that_a_longer_one_holds(tmp_path: Path) -> None:
    text = sentence(1, 50)
    longer = sentence(2, 300) + text + sentence(3, 300)
    gold = save(tmp_path, [titled("a", longer), titled("b", text)])
    near = problem("D4", gold)
    assert near.document == "b"
    assert "100%" in near.message


def test_similarity_is_the_threshold(tmp_path: Path) -> None:
    text = sentence(1, 204)  # 200 runs
    changed_text = near_copy(text, 10)
    gold = save(tmp_path, [titled("a", text), titled("b", changed_text)])
    shared = 200 - 46  # nine changes take five runs each, the first takes one
    assert problem("D4", gold, similarity=shared / 200).code == "D4"
    assert found(gold, similarity=shared / 200 + 0.001) == []


@pytest.mark.parametrize("similarity", [0.0, -1.0, 1.01, float("nan"), float("inf")])
def test_a_similarity_that_is_none(similarity: float) -> None:
    with pytest.raises(InputError, match="no share"):
        check(similarity=similarity)


def test_passes_over_one_document_are_no_repeats(tmp_path: Path) -> None:
    for name in ("one", "two"):
        annotation = msgspec.structs.replace(
            article().annotation, status="single", annotators=(name,)
        )
        (tmp_path / name).mkdir()
        single = msgspec.structs.replace(article(), annotation=annotation)
        (tmp_path / name / "velmar.json").write_text(to_json(single), "utf-8")
    save(tmp_path, [article()])
    assert found(tmp_path) == []


def runs(text: str) -> set[tuple[str, ...]]:
    said = text.lower().split()
    return {tuple(said[n : n + RUN]) for n in range(len(said) - RUN + 1)}


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from("abc"), min_size=20, max_size=90).map(" ".join),
            st.sampled_from([None, "train", "test"]),
        ),
        max_size=8,
    ),
    st.sampled_from([0.2, 0.5, 0.9]),
)
def test_near_is_what_counting_all_pairs_finds(
    corpus: list[tuple[str, str | None]], similarity: float
) -> None:
    texts = Texts()
    firsts: dict[str, int] = {}
    for number, (text, split) in enumerate(corpus):
        document = make(text)
        said = words(document, hidden(document))
        texts.add(number, Home(f"d{number}", "x", number + 1, None, split), said)
        firsts.setdefault(text, number)
    sets = {number: runs(text) for text, number in firsts.items() if len(runs(text)) >= SHORTEST}
    expected = {}
    for one, mine in sets.items():
        best = None
        for other, theirs in sets.items():
            shared = len(mine & theirs)
            if (len(theirs), -other) <= (len(mine), -one) or shared / len(mine) < similarity:
                continue
            apart = None not in (corpus[one][1], corpus[other][1])
            apart = apart and corpus[one][1] != corpus[other][1]
            best = max(best or (False, 0, 0), (apart, shared, -other))
        if best:
            expected[one] = (-best[2], best[1] / len(mine))
    assert texts.near(similarity) == expected


def test_no_text_and_short_ones_are_near_nothing(tmp_path: Path) -> None:
    short = [titled(f"s{n}", f"All five of these words, {n} times.\n") for n in range(3)]
    gold = save(tmp_path, [titled("e1", " "), titled("e2", "\n"), *short])
    assert found(gold) == []


def test_the_excerpt_is_the_longest_stretch_that_is_shared(tmp_path: Path) -> None:
    start, text = sentence(1, 8), sentence(2, 40)
    gold = save(
        tmp_path,
        [
            titled("a", start + "one\n" + text + sentence(3, 90)),
            titled("b", start + "other\n" + text + sentence(4, 10)),
        ],
    )
    excerpt = problem("D4", gold).excerpt or ""
    inside = excerpt.partition("⟦")[2].partition("⟧")[0]
    assert text.startswith(inside.partition(" … ")[0])
    assert text.strip(".\n").endswith(inside.partition(" … ")[2])
