"""Records in a notebook: one line as text, a small table as HTML, and nothing hostile."""

from __future__ import annotations

import re

import pytest

from goldwire.evaluate import compare_systems
from goldwire.evaluate.gate import Verdict
from goldwire.evaluate.report.comparison import SystemComparison
from goldwire.evaluate.report.model import Report
from goldwire.evaluate.runner import Outcome, Run
from tests.evaluate.gate.verdicts import failed_verdict, hostile_verdict, passed_verdict

from .samples import HOSTILE, RESAMPLING, make_hostile, make_pair, make_report

KNOWN = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "b", "br", "small"}


def comparison(first: str = "rules", second: str = "other") -> SystemComparison:
    gold, predictions = make_pair(6)
    return compare_systems(
        gold, {first: predictions, second: predictions[:4]}, resampling=RESAMPLING
    )


def hostile_run() -> Run:
    """A run of two documents, the first of which failed."""
    failed = Outcome(HOSTILE, None, f"{HOSTILE} raised", None, 0.25)
    return Run((Outcome("sound", {"id": "sound"}, None, None, 1.5), failed), 2.0)


def tags(html: str) -> set[str]:
    return set(re.findall(r"<([a-z]\w*)", html))


@pytest.mark.parametrize(
    "record",
    [make_report(6), make_report(6).layers[0], make_hostile(), comparison(),
     comparison(HOSTILE, "b"), failed_verdict(), passed_verdict(), hostile_verdict(),
     hostile_run()],
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
    assert repr(hostile_run()) == "<Run of 2 documents, 1 failed, 2.0 s>"


def test_the_failures_of_a_run_come_first() -> None:
    cell = hostile_run()._repr_html_()
    assert cell.index("failed</td>") < cell.index("sound")
    many = Run(tuple(Outcome(f"d{n}", {"id": f"d{n}"}) for n in range(70)), 1.0)
    assert "and 20 more" in many._repr_html_()


@pytest.mark.parametrize(
    "record", [make_hostile(), comparison(HOSTILE, "b"), hostile_verdict(), hostile_run()],
    ids=lambda record: type(record).__name__,
)  # fmt: skip
def test_a_hostile_cell_is_a_table(record: Report | SystemComparison | Verdict | Run) -> None:
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
