"""A verdict in plain words: what stands in a failing test, in a log, and in JUnit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goldwire.schema.positions import cut, visible

from ..report.points import points
from ..report.words import number, percent
from .verdict import Check, Verdict, WorseDocument, WorseItem, WorseType

__all__ = [
    "check_lines",
    "check_text",
    "document_words",
    "headline",
    "item_words",
    "lost_lines",
    "more",
    "type_words",
    "verdict_text",
]

_NAMED = 5
"""Types and documents in a line of text."""
_LONGEST = 80
"""Characters of an item's own text."""


def verdict_text(verdict: Verdict) -> str:
    """The verdict as lines of text, every failed number with what got worse; made harmless."""
    lines = [headline(verdict), *lost_lines(verdict)]
    for check in verdict.failed:
        lines += ["", *check_lines(check)]
    excused = [check for check in verdict.checks if check.outcome == "passed" and check.remarks]
    if excused:
        lines.append("")
        lines += [f"{visible(each.metric)} {'; '.join(each.remarks)}" for each in excused]
    beside = [*verdict.notes, *(f"{each.kind} ({each.count})" for each in verdict.findings)]
    if beside:
        lines += ["", *map(visible, beside)]
    return "\n".join(lines)


def headline(verdict: Verdict) -> str:
    """One sentence: passed or failed, in how many numbers, against which baseline."""
    total = len(verdict.checks)
    numbers = "1 number" if total == 1 else f"{number(total)} numbers"
    documents = "1 document" if verdict.compared == 1 else f"{number(verdict.compared)} documents"
    what = f"{visible(verdict.system)} against the baseline {visible(verdict.baseline)}"
    if verdict.passed:
        return f"gate passed: {what}, {numbers} on {documents}"
    said = f"gate failed: {what}, {len(verdict.failed)} of {numbers} on {documents}"
    if verdict.lost:
        lost = len(verdict.lost)
        said += f", {number(lost)} {'document' if lost == 1 else 'documents'} lost"
    return said


def lost_lines(verdict: Verdict) -> list[str]:
    """The documents without a prediction, those with one reason together."""
    by_reason: dict[str | None, list[str]] = {}
    for each in verdict.lost:
        by_reason.setdefault(each.reason, []).append(visible(each.document))
    lines = []
    for reason, names in by_reason.items():
        has = "has" if len(names) == 1 else "have"
        why = f": {visible(reason)}" if reason else ""
        lines.append(f"{_some(names, len(names))} {has} no prediction any more{why}")
    return lines


def check_text(check: Check) -> str:
    """A check in one line: the number, and why it failed or what to know of it."""
    said = "; ".join((*check.reasons, *check.remarks)) or f"is {percent(check.value)}"
    return f"{visible(check.metric)} {visible(said)}"


def check_lines(check: Check) -> Iterator[str]:
    """A check with the types, documents, and items that got worse."""
    yield check_text(check)
    if check.types:
        yield f"  types: {_some([type_words(each) for each in check.types], len(check.types))}"
    if check.documents:
        named = [document_words(each) for each in check.documents]
        yield f"  documents: {_some(named, check.documents_total)}"
    for item in check.items:
        yield f"  {item_words(item)}"
        if item.sentence:
            yield f"    {visible(item.sentence)}"
    if check.items_total > len(check.items):
        yield f"  {more(check.items_total - len(check.items), 'item')} that got worse"


def type_words(each: WorseType) -> str:
    """``ORG 77.7 to 60.1``."""
    return f"{visible(each.label)} {percent(each.before)} to {percent(each.after)}"


def document_words(each: WorseDocument) -> str:
    """``wire-029 93.2 to 47.2 (-1.2 points of the whole)``."""
    change = f"{percent(each.before)} to {percent(each.after)}"
    return f"{visible(each.document)} {change} ({points(each.contribution)} of the whole)"


def item_words(item: WorseItem) -> str:
    """``wire-029: PER “Colonel Vael” was right, is missed``."""
    text = f"“{visible(cut(item.text, _LONGEST))}” " if item.text else ""
    return f"{visible(item.document)}: {visible(item.label)} {text}{visible(item.change)}"


def more(count: int, noun: str) -> str:
    """``and 3 more items``."""
    return f"and {number(count)} more {noun}{'' if count == 1 else 's'}"


def _some(named: Sequence[str], total: int) -> str:
    shown = ", ".join(named[:_NAMED])
    left = total - min(total, _NAMED)
    return f"{shown}, and {number(left)} more" if left > 0 else shown
