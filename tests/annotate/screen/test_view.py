"""What is shown: every overlap, at every width, whatever the characters; and nothing moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from goldwire.annotate.edits import Add, Put
from goldwire.annotate.screen.forms import Form
from goldwire.annotate.screen.labeller import Labeller, Row
from goldwire.annotate.screen.view import Article, Piece, folded, foot, head, pane
from goldwire.corpus.documents import load_gold
from goldwire.corpus.ingest import ingest
from tests.annotate.screen.making import bare, make_labeller

WIDTHS = (20, 50, 80, 137)


def shown(article: Article) -> list[list[Piece]]:
    return [article.row(number) for number in range(article.height)]


def text_of(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def prepared(labeller: Labeller, width: int) -> Article:
    article = Article(width)
    article.prepare(labeller)
    return article


@pytest.fixture
def gold(tmp_path: Path) -> Labeller:
    return make_labeller(tmp_path, load_gold()[0])


@pytest.mark.parametrize("width", WIDTHS)
def test_labels_never_move_the_text_nor_leave_the_width(
    gold: Labeller, tmp_path: Path, width: int
) -> None:
    rows = shown(prepared(gold, width))
    assert all(cell_len(text_of(pieces).rstrip()) <= width for pieces in rows)
    folder = tmp_path / "bare"
    folder.mkdir()
    without = shown(prepared(make_labeller(folder, bare(gold.document)), width))
    assert [text_of(row) for row in rows[1::2]] == [text_of(row) for row in without[1::2]]


def test_nesting_shows_without_colour(gold: Labeller) -> None:
    article = prepared(gold, 80)
    depths = {}
    for text, style in article.row(1):
        depths[text.strip()] = 2 if style.underline2 else 1 if style.underline else 0
    assert depths == {"Two": 1, "rockets": 1, "target": 1, "coalition": 2, "troops": 1, "": 0,
                      "in": 0, "Iraq": 1, ", no": 0, "casualties": 1}  # fmt: skip


def test_a_row_is_made_anew_only_where_something_changed(gold: Labeller) -> None:
    article = prepared(gold, 80)
    before = shown(article)
    gold.press("enter")
    article.prepare(gold)
    after = shown(article)
    same = sum(one is other for one, other in zip(before, after, strict=True))
    assert same > len(before) - 10
    assert before != after
    gold.edit(Put(layer="mentions", id="m1", field="type", value="VEH"))
    article.prepare(gold)
    assert shown(article) == shown(prepared(gold, 80))


samples = st.text(
    st.sampled_from("ab Z’“\t\u0301\u200d👩👧🇮🇶日本ع\u202e\u0007é-\n"), min_size=1, max_size=60
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples, st.integers(12, 40), st.data())
def test_any_characters_stay_in_their_cells(
    tmp_path_factory: pytest.TempPathFactory, text: str, width: int, data: st.DataObject
) -> None:
    text = "A " + text.replace("\n ", "\n") + " z"
    labeller = make_labeller(tmp_path_factory.mktemp("view"), ingest(text, id="x"))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    labeller.edit(Add(layer="mentions", item={"id": "m1", "spans": [[start, end]], "type": "PER"}))
    article = prepared(labeller, width)
    for pieces in shown(article):
        whole = text_of(pieces)
        assert cell_len(whole.rstrip()) <= width
        assert not any(ord(sign) < 32 or sign == "\u202e" for sign in whole)
    for row in range(article.height):
        for column in range(width):
            offset = article.offset_at(row, column)
            assert offset is None or article.line_of(offset) == row // 2


def test_head_foot_and_pane_fit(gold: Labeller) -> None:
    for width in (20, 80, 200):
        for line in (head(gold, "1/2", width), foot(gold, width)):
            assert cell_len(text_of(line)) <= width
        for height in (3, 10, 40):
            rows = pane(gold, width, height)
            assert len(rows) <= height
            assert all(cell_len(text_of(pieces).rstrip()) <= width for pieces, _ in rows)
    gold.say("a very long message " * 30)
    assert cell_len(text_of(foot(gold, 80))) <= 80


def test_long_rows_of_the_pane_are_folded() -> None:
    assert folded(Row("a", "one two three four"), 14, 1) == ["one two ", "three ", "four"]


def test_no_title_of_the_pane_is_a_command_to_the_terminal(tmp_path: Path) -> None:
    labeller = make_labeller(tmp_path, ingest("A \x1b[31mdrone\x1b[0m fell.", id="x"))
    labeller.edit(
        Add(layer="events", item={"id": "v1", "type": "ATTACK", "spans": [[0, 18]]}),
    )
    form = Form(labeller, "events", "v1")
    labeller.push(form)
    form.press(form.roles()[0][0])
    assert "drone" in labeller.mode.title
    for pieces, _ in pane(labeller, 60, 12):
        assert text_of(pieces).isprintable()
