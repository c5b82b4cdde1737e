"""The article in the terminal: brackets under the words, zones in the margin, the width kept."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.corpus.test_view_article import article, in_terminal


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
    lines = in_terminal(article()).splitlines()
    assert any(line.startswith("chrome") and "Share 🔗" in line for line in lines)
    assert any(line.startswith("dateline+ KARSA: A drone") for line in lines)
    coloured = in_terminal(article(), colour=True).splitlines()
    repeat = [line for line in coloured if "Drone strikes depot near Karsa" in line]
    assert "\x1b[2mDrone strikes depot near Karsa, two wounded" in repeat[-1]


@pytest.mark.parametrize("width", [30, 80, 120])
def test_terminal_keeps_to_the_width(width: int) -> None:
    for line in in_terminal(article(), width=width).splitlines():
        assert cell_len(line.rstrip()) <= width, line
