"""Markdown for a pull request: tables that hold, details that unfold, nothing that acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.evaluate.report.markdown import (
    escaped,
    render_report_markdown,
    render_verdict_markdown,
)
from tests.evaluate.gate.verdicts import failed_verdict, hostile_verdict, passed_verdict

from .samples import make_hostile, make_report

TAGS = re.compile(r"<(?!/?(?:details|summary|sub)>|br>)")
BARE_PIPE = re.compile(r"(?<!\\)\|")

PAGES = {
    "failed": render_verdict_markdown(failed_verdict()),
    "passed": render_verdict_markdown(passed_verdict()),
    "hostile": render_verdict_markdown(hostile_verdict()),
    "report": render_report_markdown(make_report()),
    "hostile report": render_report_markdown(make_hostile()),
}


@pytest.mark.parametrize("name", PAGES)
def test_tables_have_equal_rows_and_details_close(name: str) -> None:
    page = PAGES[name]
    widths: list[int] = []
    for line in [*page.splitlines(), ""]:
        if line.startswith("|"):
            widths.append(len(BARE_PIPE.findall(line)))
        else:
            assert len(set(widths)) <= 1
            widths = []
    assert page.count("<details>") == page.count("</details>")
    assert page.endswith("\n")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_from_outside_acts(name: str) -> None:
    page = PAGES[name]
    assert not TAGS.search(page)
    assert not re.search(r"@\w", page)
    assert not re.search(r"(?<!&)#\d", page)
    assert "http://" not in page
    assert "\x1b" not in page
    assert not re.search(r"(?<!\\)\]\(", page)


def test_the_verdict_has_deltas_intervals_and_what_got_worse() -> None:
    verdict, page = failed_verdict(), PAGES["failed"]
    assert page.startswith("### ❌ Gate failed\n")
    assert PAGES["passed"].startswith("### ✅ Gate passed\n")
    for check in verdict.checks:
        assert check.metric in page
    check = verdict.failed[0]
    assert f"Items that got worse ({len(check.items)} of {check.items_total:,})" in page
    assert check.documents[0].document in page
    assert "95 % interval" in page


def test_strict_says_that_chance_is_no_excuse() -> None:
    assert "whether chance explains it or not" in render_verdict_markdown(failed_verdict(True))


def test_a_report_has_its_layers_with_intervals() -> None:
    page = PAGES["report"]
    assert "| layer | gold | predicted | P | R | F1 | 95% CI |" in page
    for layer in make_report().layers:
        assert f"| {layer.layer}" in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mentions.f1(match=strict)", "mentions.f1(match=strict)"),
        ("-4.3", "-4.3"),
        ("- a", "&#8203;- a"),
        ("1. a", "&#8203;1. a"),
        ("a|b", r"a\|b"),
        ("<b>", "&lt;b&gt;"),
        ("@me #1", "@&#8203;me #&#8203;1"),
        ("https://a www.b", "https&#58;//a www&#46;b"),
        ("a\nb", "a⏎b"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert escaped(text) == shown


@given(st.text(max_size=80))
def test_escaped_text_stays_in_its_cell(text: str) -> None:
    shown = escaped(text)
    assert len(shown.splitlines()) <= 1
    assert not BARE_PIPE.search(shown.replace("\\\\", ""))
    assert "<" not in shown
