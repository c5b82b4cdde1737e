"""The verdict of a gate as JUnit XML: one test case a number, for the test report of any CI.

The form is that of the schema of the Jenkins xUnit plugin: ``testsuites``, ``testsuite``,
``testcase`` with a ``failure``. Characters that XML 1.0 cannot hold are made visible.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from goldwire.schema.positions import visible

from ..gate.verdict import Check, Verdict
from ..gate.words import check_lines, headline, lost_lines

__all__ = ["render_junit"]

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-�\U00010000-\U0010ffff]")


def render_junit(verdict: Verdict) -> str:
    """The verdict as an XML document; a failed number has its reasons and what got worse."""
    failures = str(len(verdict.failed) + bool(verdict.lost))
    tests = str(len(verdict.checks) + bool(verdict.lost))
    sizes = {"tests": tests, "failures": failures, "errors": "0"}
    root = ElementTree.Element("testsuites", {"name": "goldwire gate", **sizes})
    suite = ElementTree.SubElement(
        root, "testsuite", {"name": "goldwire.gate", **sizes, "skipped": "0", "time": "0"}
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in {
        "system": verdict.system,
        "baseline": verdict.baseline,
        "signature": verdict.signature.short(),
    }.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    if verdict.lost:
        names = {"classname": "goldwire.gate", "name": "documents", "time": "0"}
        case = ElementTree.SubElement(suite, "testcase", names)
        lost = list(map(_clean, lost_lines(verdict)))
        failure = ElementTree.SubElement(case, "failure", {"message": lost[0], "type": "gate"})
        failure.text = "\n".join(lost)
    for check in verdict.checks:
        _case(suite, check)
    ElementTree.SubElement(suite, "system-out").text = _clean(
        "\n".join([headline(verdict), *verdict.notes])
    )
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _case(suite: ElementTree.Element, check: Check) -> None:
    names = {"classname": f"goldwire.gate.{check.layer}", "name": _clean(check.metric), "time": "0"}
    case = ElementTree.SubElement(suite, "testcase", names)
    if check.outcome == "failed":
        message = _clean("; ".join(check.reasons))
        failure = ElementTree.SubElement(case, "failure", {"message": message, "type": "gate"})
        failure.text = _clean("\n".join(check_lines(check)))
    elif check.remarks:
        ElementTree.SubElement(case, "system-out").text = _clean("; ".join(check.remarks))


def _clean(text: str) -> str:
    shown = "\n".join(map(visible, text.split("\n")))
    return _FORBIDDEN.sub("�", shown)
