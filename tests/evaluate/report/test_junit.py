"""JUnit XML of a gate: one case a number, and well-formed whatever the text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from goldwire.evaluate.gate import Verdict
from goldwire.evaluate.report.junit import render_junit
from tests.evaluate.gate.verdicts import failed_verdict, hostile_verdict, passed_verdict


@pytest.mark.parametrize("verdict", [failed_verdict(), passed_verdict(), hostile_verdict()])
def test_one_case_a_number_and_one_failure_a_failed_one(verdict: Verdict) -> None:
    root = ElementTree.fromstring(render_junit(verdict).encode())
    suite = root.find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    lost = ["documents"] if verdict.lost else []
    assert [case.get("name") for case in cases] == lost + [each.metric for each in verdict.checks]
    failures = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failures == lost + [each.metric for each in verdict.failed]
    for element in (root, suite):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(len(failures))


def test_a_failure_says_why_and_where() -> None:
    verdict = failed_verdict()
    root = ElementTree.fromstring(render_junit(verdict))
    failure = root.find(".//failure")
    check = verdict.failed[0]
    assert failure is not None
    assert failure.get("message") == "; ".join(check.reasons)
    text = failure.text or ""
    assert check.documents[0].document in text
    assert check.types[0].label in text
    assert check.items[0].sentence in text


def test_no_control_character_is_left() -> None:
    page = render_junit(hostile_verdict())
    assert not any(ord(char) < 32 and char != "\n" for char in page)
    assert "\u202e" not in page
    assert "<img" not in page
