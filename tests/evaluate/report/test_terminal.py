"""The report in the terminal: everything is there, nothing runs over, nothing moves the cursor."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from goldwire.evaluate.report import ErrorRow, Report, Side, render_report

from .samples import make_hostile, make_report


def shown(report: Report, width: int = 80, *, colours: bool = False) -> str:
    file = io.StringIO()
    Console(
        file=file, width=width, force_terminal=colours, no_color=not colours, highlight=False
    ).print(render_report(report))
    return file.getvalue()


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report(12)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_fits_the_width(report: Report, width: int) -> None:
    assert max(map(cell_len, shown(report, width).splitlines())) <= width


def test_width_of_its_own() -> None:
    file = io.StringIO()
    Console(file=file, width=200).print(render_report(make_report(3), width=70))
    assert max(map(cell_len, file.getvalue().splitlines())) <= 70


def test_has_all_layers_with_their_numbers(report: Report) -> None:
    text = shown(report)
    for layer in report.layers:
        micro = layer.criterion(layer.main).micro
        wanted = [f"{100 * (x or 0):.1f}" for x in (micro.precision, micro.recall, micro.f1)]
        counts = [str(layer.gold), str(layer.predicted)]
        row = r" +".join([layer.layer, *counts, *map(re.escape, wanted)])
        assert re.search(rf"^{row}\b", text, re.M)


def test_wide_terminals_get_more_columns(report: Report) -> None:
    assert "exact" not in shown(report, 80).split("─────")[0]
    assert "exact" in shown(report, 100)
    for width in (80, 100):
        assert all(name in shown(report, width) for name in ("partial", "type", "head", "macro F1"))


LAYERS = ("mentions", "times", "events", "arguments", "relations", "zones")


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100])
@pytest.mark.parametrize("layer", [*LAYERS, "all"])
def test_no_number_and_no_header_is_cut(layer: str, width: int) -> None:
    report = make_report(3) if layer == "all" else make_report(3, layers=[layer])
    wide, text = shown(report, 200), shown(report, width)
    tables = [part for part in text.split("\n\n") if "───\n" in part]
    words = set(wide.split())
    for table in tables:
        assert max(map(cell_len, table.splitlines())) <= width
        shortened = {word for word in table.split() if word.endswith("…")}
        assert {word for word in table.split() if word.strip("─")} <= words | shortened
        assert not shortened or width < 40


def test_columns_that_are_empty_or_not_shown_are_not_spoken_of() -> None:
    text = shown(make_report(3, layers=["arguments"]), 200)
    assert "partial" not in text
    assert "other F1" not in text
    assert "macro F1: mean" in text
    assert "macro" not in shown(make_report(3, layers=["times"]), 60).partition("Look")[0]
    assert "characters: character by character" in shown(make_report(3, layers=["zones"]))


def test_undefined_is_not_applicable_and_another_criterion_is_blank() -> None:
    text = shown(make_report(1, layers=["mentions", "arguments"]), 100)
    assert re.search(r"PERSON +0 +1 +0\.0 +n/a +0\.0", text)
    arguments = next(line for line in text.splitlines() if line.startswith("arguments"))
    assert len(arguments.split()) == 8  # layer, gold, pred., correct, P, R, F1, macro F1


def test_says_what_stands_beside_the_scores(report: Report) -> None:
    text = " ".join(shown(report).split())
    assert "1 gold document without a prediction (all items count as missed): “wire-012”" in text
    assert "1 prediction for a document without gold" in text
    assert "1 quote that is not in the text (counted as spurious): “words that nobody" in text
    assert "mentions: “PERSON” (1)" in text
    assert "duplicates collapsed: mentions" in text
    assert "entities coreference metrics are not in this version" in text
    assert report.signature.gold in text
    assert "goldwire" in text.splitlines()[-1]


def test_says_that_there_are_no_intervals() -> None:
    assert "This version prints no confidence intervals" in shown(make_report(6))
    few = shown(make_report(4))
    assert "4 documents: too few for intervals; counts are given." in few
    assert "correct" in few
    assert "1 document: too few" in shown(make_report(1))


def test_look_next_shows_places_in_the_text(report: Report) -> None:
    text = shown(report, 100).partition("Look next")[2].partition("Beside")[0]
    assert "with wrong boundary  mentions" in text
    assert "predicted “" in text
    assert text.count("⟦") == text.count("⟧") > 3


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_contexts_are_cut_between_words_and_keep_their_brackets(report: Report, width: int) -> None:
    text = shown(report, width).partition("Look next")[2].partition("Beside")[0]
    words = {w for row in report.errors for w in re.split(r"[\s⏎⟦⟧“”…]+", row.context)}
    lines = [line for line in text.splitlines() if "⟦" in line]
    assert lines
    for line in lines:
        assert line.count("⟦") == line.count("⟧") == 1
        around = line.split("  ")[-1] if "predicted" not in line else line.split("  ")[-2]
        assert set(re.split(r"[\s⏎⟦⟧“”…]+", around)) <= words


def test_a_quote_without_a_place_is_shown() -> None:
    row = ErrorRow("d", "mentions", "spurious", None, Side("PER", (), "no such words " * 9), "")
    report = msgspec.structs.replace(make_report(1), errors=(row,))
    confusion = ((None, "PER", 9),)
    mentions = msgspec.structs.replace(report.layers[0], confusion=confusion)
    text = shown(msgspec.structs.replace(report, layers=(mentions,)), 80)
    assert re.search(r"d  “no such words .* (no|such|words)…” \(no place in the text\)\n", text)


@pytest.mark.parametrize("colours", [False, True])
def test_hostile_text_is_shown_and_does_nothing(colours: bool) -> None:
    text = shown(make_hostile(), 100, colours=colours)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text)  # rich's own bold and dim
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", bare)
    assert "\x1b[31m" not in text
    assert "onerror" in text


def test_nothing_depends_on_colour(report: Report) -> None:
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", shown(report, 100, colours=True))
    assert coloured == shown(report, 100)
    assert not re.search(r"\x1b\[(3[0-7]|4[0-7]|38|48)", shown(report, 100, colours=True))


def test_a_report_without_layers() -> None:
    empty = make_report(1, layers=[])
    assert not empty.layers
    assert "No layer was scored." in shown(empty)
