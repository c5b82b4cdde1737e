"""The report in the terminal: everything is there, nothing runs over, nothing moves the cursor."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.report import ErrorRow, Report, Side, render_report
from goldwire.evaluate.report.words import titled

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


def table(text: str, first: str) -> list[str]:
    """The rows of the table whose first heading this is."""
    for part in text.split("\n\n"):
        lines = part.splitlines()
        for at, line in enumerate(lines):
            if line.startswith("───") and lines[at - 1].startswith(f"{first}  "):
                return lines[at + 1 :]
    raise AssertionError(f"no table of {first}")


def test_has_all_layers_with_their_numbers_and_intervals(report: Report) -> None:
    rows = table(shown(report), "layer")
    for layer, line in zip(report.layers, rows, strict=True):
        main = layer.criterion(layer.main)
        ratios = (main.micro.precision, main.micro.recall, main.micro.f1)
        wanted = [f"{100 * (x or 0):.1f}" for x in ratios]
        counts = [str(layer.gold), str(layer.predicted)]
        low, high = main.intervals["f1"].low, main.intervals["f1"].high
        words = [layer.layer, titled(layer.main), *counts, *wanted]
        assert line.split()[:7] == words
        assert f"{wanted[2]}  [{100 * low:.1f}, {100 * high:.1f}]" in re.sub(r" +\[", "  [", line)


def test_the_interval_goes_where_there_is_no_room(report: Report) -> None:
    for width, there in ((140, True), (80, True), (40, False)):
        text = shown(report, width)
        assert ("95% CI" in text) == there
        assert ("BCa bootstrap" in " ".join(text.split())) == there
        assert [row.split()[0] for row in table(text, "layer")] == [x.layer for x in report.layers]


def test_wide_terminals_get_more_columns(report: Report) -> None:
    assert "documents\n" not in shown(report, 80)
    assert "documents\n" in shown(report, 140)
    names = ("strict", "exact", "partial", "type", "IoU", "head", "characters")
    assert all(name in shown(report, 80) for name in names)


METRICS = ["CoNLL", "MUC", "B³", "CEAFm", "CEAFe", "LEA", "BLANC"]


def test_chains_are_shown_by_metric(report: Report) -> None:
    for layer in ("entities", "hoppers"):
        rows = [row.split() for row in table(shown(report), layer)]
        assert [row[0] for row in rows] == METRICS
        for row, criterion in zip(rows, report.layer(layer).criteria, strict=True):
            assert f"{100 * (criterion.micro.f1 or 0):.1f}" in row


def test_incidents_are_shown_by_slot_with_the_categories_of_muc_4(report: Report) -> None:
    text = shown(report)
    rows = {line.split()[0]: line.split() for line in table(text, "incidents by slot")}
    names = ("correct", "partial", "incorrect", "missed", "spurious")
    for label in report.layer("incidents").labels:
        assert rows[label.label][-5:] == [str(label.errors[name]) for name in names]
    assert "COR correct, PAR partial, INC incorrect, MIS missing, SPU spurious" in text
    assert "COR correct" not in shown(report, 40)
    assert [row.split()[0] for row in table(text, "incidents")][:3] == [
        "slots",
        "MUC-4",
        "qualifiers",
    ]


def test_attributes_are_shown_as_right_of_compared(report: Report) -> None:
    rows = table(shown(report), "attributes")
    found = [(layer, each) for layer in report.layers for each in layer.accuracies]
    assert len(rows) == len(found) == 11
    for (layer, each), line in zip(found, rows, strict=True):
        right = f"{each.right} of {each.compared}"
        assert line.startswith(f"{layer.layer} {titled(each.attribute)} ")
        assert re.search(rf" {right} +{100 * (each.accuracy or 0):.1f} +\[", line)


def test_attributes_that_nobody_has_are_left_out() -> None:
    assert "times value" in shown(make_report(3))
    assert "attributes" not in shown(make_report(3, layers=["mentions"]))


LAYERS = ("mentions", "entities", "times", "events", "arguments", "relations", "incidents", "zones")


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
    assert "F1 by criterion" not in text
    assert "macro F1: mean" in text
    assert "macro" not in shown(make_report(3, layers=["times"]), 40).partition("Look")[0]
    assert "CI" not in shown(make_report(3), 200).replace("INCI", "")
    assert "characters: character by character" in shown(make_report(3, layers=["zones"]))


def test_undefined_is_not_applicable_and_another_criterion_is_blank() -> None:
    text = shown(make_report(1, layers=["mentions", "arguments"]), 100)
    assert re.search(r"PERSON +0 +1 +0\.0 +n/a +0\.0", text)
    arguments = next(line for line in text.splitlines() if line.startswith("arguments"))
    assert len(arguments.split()) == 10  # also by, gold, pred., correct, P, R, macro F1, documents


def test_says_what_stands_beside_the_scores(report: Report) -> None:
    text = " ".join(shown(report).split())
    assert "1 gold document without a prediction (all items count as missed): “wire-012”" in text
    assert "1 prediction for a document without gold" in text
    assert "1 quote that is not in the text (counted as spurious): “words that nobody" in text
    assert "mentions: “PERSON” (1)" in text
    assert "duplicates collapsed: mentions" in text
    assert "event_links no metric is defined" in text
    assert report.signature.gold in text
    assert "goldwire" in text.splitlines()[-1]


def test_says_why_there_are_no_intervals() -> None:
    few = " ".join(shown(make_report(4)).split())
    assert "No intervals: 4 documents; an interval needs at least 5. Counts are given." in few
    assert "correct" in table_heading(shown(make_report(4)))
    assert "[" not in shown(make_report(1)).partition("Look next")[0]
    assert "1 document; an interval needs" in " ".join(shown(make_report(1)).split())
    without = make_report(6, resampling=Resampling(resamples=0))
    assert "No intervals: no resamples were asked for." in " ".join(shown(without).split())


def table_heading(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("layer  "))


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
