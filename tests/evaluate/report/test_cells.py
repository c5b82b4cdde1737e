"""Records in a notebook: one line as text, a small table as HTML, and nothing hostile."""

from __future__ import annotations

import re

import pytest

from goldwire.evaluate import compare_systems
from goldwire.evaluate.gate import Verdict
from goldwire.evaluate.report.comparison import SystemComparison
from goldwire.evaluate.report.model import Report
from tests.evaluate.verdicts import failed_verdict, hostile_verdict, passed_verdict

from .samples import HOSTILE, RESAMPLING, make_hostile, make_pair, make_report

KNOWN = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "b", "br", "small"}


def comparison(first: str = "rules", second: str = "other") -> SystemComparison:
    gold, predictions = make_pair(6)
    return compare_systems(
        gold, {first: predictions, second: predictions[:4]}, resampling=RESAMPLING
    )


def tags(html: str) -> set[str]:
    return set(re.findall(r"<([a-z]\w*)", html))


@pytest.mark.parametrize(
    "record",
    [make_report(6), make_report(6).layers[0], make_hostile(), comparison(),
     comparison(HOSTILE, "b"), failed_verdict(), passed_verdict(), hostile_verdict()],
    ids=lambda record: type(record).__name__,
)  # fmt: skip
def test_a_record_is_one_line(record: object) -> None:
    shown = repr(record)
    assert shown.startswith(f"<{type(record).__name__} ")
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert len(shown) < 2000


def test_the_line_says_what_matters() -> None:
    report = make_report(6)
    assert "mentions " in repr(report)
    assert f"{report.system!r}, 6 documents" in repr(report)
    assert ", 1 document of gold " in repr(make_report(1))
    verdict = failed_verdict()
    assert verdict.failed[0].metric in repr(verdict)
    assert "'rules'" in repr(comparison())


@pytest.mark.parametrize(
    "record", [make_hostile(), comparison(HOSTILE, "b"), hostile_verdict()],
    ids=lambda record: type(record).__name__,
)  # fmt: skip
def test_a_hostile_cell_is_a_table(record: Report | SystemComparison | Verdict) -> None:
    assert tags(record._repr_html_()) <= KNOWN


def test_a_comparison_shows_scores_and_differences() -> None:
    made = comparison()
    cell = made._repr_html_()
    assert cell.count("<table>") == 2
    assert cell.count("<tr>") == 2 + sum(1 + len(each.differences) for each in made.layers)
    assert made.layers[0].differences[0].verdict in cell


def test_a_verdict_shows_why_it_failed() -> None:
    verdict = failed_verdict()
    cell = verdict._repr_html_()
    assert cell.count("<tr>") == 1 + len(verdict.checks)
    assert verdict.failed[0].metric in cell
    assert "gate failed" in cell
