"""The article in the terminal: brackets under the words, zones in the margin, the width kept."""

from __future__ import annotations

import re

import pytest
from msgspec import structs
from rich.cells import cell_len

from goldwire.corpus.view.layout import wrap
from goldwire.corpus.view.margin import margin_names, margin_width
from goldwire.schema.document import Zone
from tests.corpus.test_view_article import INCIDENT, article, in_terminal


def test_terminal_brackets_stand_under_their_words() -> None:
    lines = in_terminal(article(), layers=["mentions"]).splitlines()
    at = next(i for i, line in enumerate(lines) if "an army depot" in line)
    column = lines[at].index("army depot")
    assert lines[at + 1][column:].startswith("└──┘ORG₄")
    assert lines[at + 2][column:].startswith("└──FAC₂──┘")


def test_terminal_counts_cells_not_characters() -> None:
    lines = in_terminal(article(), width=100, layers=["mentions"]).splitlines()
    at = next(i for i, line in enumerate(lines) if "漢城 port" in line)
    column = cell_len(lines[at][: lines[at].index("漢城")])
    assert lines[at + 1][column:].startswith("└──┘GPE₁₆")
    assert lines[at + 2][column:].startswith("└─FAC₁₇─┘")
    at = next(i for i, line in enumerate(lines) if "Zoe\u0301" in line)
    assert "└────PER₁₃─────┘" in lines[at + 1]  # 16 cells, 17 code points


def test_terminal_joins_the_fragments_of_a_discontinuous_item() -> None:
    shown = in_terminal(article(), width=120, layers=["mentions", "events"])
    assert "└─┘┄┄┄┄┄┄┄┄┄└─ORG₇─┘" in shown
    assert "¬CLAIM₃" in shown


def test_terminal_says_the_layer_by_the_stroke() -> None:
    shown = in_terminal(article(), width=100)
    for stroke in ("└───┘GPE₃", "╰─╯count", "┗━━━━━┛IMPACT₁", "╚═DATE═╝", "(ordinal)"):
        assert stroke in shown, stroke
    assert "indirect╛" not in shown
    assert "indirect" in in_terminal(article(), layers=["attributions"]).split("Attributions")[0]


def test_terminal_shows_zones_in_the_margin() -> None:
    shown = in_terminal(article())
    lines = shown.splitlines()
    assert any(line.startswith("(chrome)") and "Share 🔗" in line for line in lines)
    assert any(line.startswith("dateline+   KARSA: A drone") for line in lines)
    assert any(line.startswith("(headline)  Drone strikes") for line in lines)
    assert "(zone) not scored" in shown
    assert "zone+ another begins on the line" in shown
    coloured = in_terminal(article(), colour=True).splitlines()
    repeat = [line for line in coloured if "Drone strikes depot near Karsa" in line]
    assert "\x1b[2mDrone strikes depot near Karsa, two wounded" in repeat[-1]


@pytest.mark.parametrize(
    ("scored", "names"),
    [
        ((True, True), ["caption", "caption+"]),
        ((False, True), ["(caption)", "(caption)+"]),
        ((True, False), ["caption", "capti…(+)"]),
        ((False, False), ["(caption)", "(caption+)"]),
    ],
)
def test_a_line_is_named_by_its_first_zone(scored: tuple[bool, bool], names: list[str]) -> None:
    text = "A depot after the strike. (News/File)"
    places = (("caption", 0, 25), ("credit", 26, 37))
    zones = [
        Zone(id=kind, kind=kind, spans=((start, end),), text=text[start:end], scored=is_scored)
        for (kind, start, end), is_scored in zip(places, scored, strict=True)
    ]
    lines = wrap(text, 19)
    width = margin_width(zones)
    found = margin_names(zones, lines, width)
    assert {cell_len(name) for name in found} == {width}
    assert [name.rstrip() for name in found] == names
    assert margin_names(zones, lines, 0) == [""] * len(lines)


def test_lines_below_an_event_take_the_whole_width() -> None:
    lines = in_terminal(article(), width=80, layers=["events"]).splitlines()
    at = next(i for i, line in enumerate(lines) if re.match(r"1 +struck", line))
    assert lines[at].split() == ["1", "struck", "IMPACT", "actual,", "past"]
    assert lines[at + 1].strip() == "munition=drone₁  time=Saturday"
    assert any(line.strip() == "note: a habit" for line in lines)


def test_relations_show_the_numbers_of_entities() -> None:
    shown = in_terminal(article(), width=80, layers=["relations"])
    assert re.search(r"army depot₂ +—near→ +Tolen₅", shown)


def test_the_header_tells_who_wrote_and_when() -> None:
    document = structs.replace(
        article(),
        metadata=structs.replace(
            article().metadata,
            bylines=("Mira Tolan", "Jan Roe"),
            agency="AFP",
            updated="2023-03-13",
        ),
    )
    shown = in_terminal(document)
    assert "Delta News · agency AFP · by Mira Tolan, Jan Roe" in shown
    assert "published 2023-03-12 · updated 2023-03-13 · document creation time" in shown


def test_remarks_begin_with_a_word() -> None:
    incident = structs.replace(INCIDENT, note="see above", optional=True)
    shown = in_terminal(structs.replace(article(), incidents=(incident,)), layers=["incidents"])
    assert re.search(r"^remarks +optional · note: see above", shown, re.MULTILINE)


@pytest.mark.parametrize("width", [30, 80, 120])
def test_terminal_keeps_to_the_width(width: int) -> None:
    for line in in_terminal(article(), width=width).splitlines():
        assert cell_len(line.rstrip()) <= width, line
