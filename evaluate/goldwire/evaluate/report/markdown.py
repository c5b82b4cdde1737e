"""Markdown for a pull request: the verdict of a gate, or the scores of one report.

GitHub's flavour, which others read as well: tables, and details that unfold. What comes from
outside is escaped: no label, text, or name can add a row, a link, a mention, or markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from goldwire.schema.positions import cut, visible

from ..gate.verdict import Check, Verdict, WorseItem
from ..gate.words import headline, lost_lines
from ..statistics.intervals import confidence_words
from .model import Report
from .points import interval_of_points, points, probability
from .run_facts import run_facts
from .words import bracket, confidence, has_intervals, intervals, number, percent, titled

__all__ = ["escaped", "render_report_markdown", "render_verdict_markdown"]

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_MENTION = re.compile(r"([@#])")
_LINK = re.compile(r"(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)
_LIST = re.compile(r"^(?=(?:[-+]|\d+[.)])(?:\s|$)|(?:=+|-+)$)")
"""What begins an item of a list, or makes a heading of the line above."""
_ITEM = 120
"""Characters of an item's text."""


def render_verdict_markdown(verdict: Verdict) -> str:
    """The verdict: a table of the numbers with deltas and intervals, and what got worse."""
    mark = "✅" if verdict.passed else "❌"
    first, _, rest = headline(verdict).partition(": ")
    parts = [f"### {mark} {escaped(first.capitalize())}", escaped(rest) + "."]
    if verdict.lost:
        parts.append("\n".join(f"- **{escaped(line)}**" for line in lost_lines(verdict)))
    parts.append(_table(verdict))
    for check in verdict.failed:
        parts.append(f"**{escaped(check.metric)}** {escaped('; '.join(check.reasons))}.")
        parts += _details(check)
    excused = [check for check in verdict.checks if check.outcome == "passed" and check.remarks]
    if excused:
        lines = [f"- {escaped(f'{each.metric} ' + '; '.join(each.remarks))}." for each in excused]
        parts.append(_unfolding(f"Passed, to be watched ({len(excused)})", "\n".join(lines)))
    beside = [*verdict.notes]
    beside += [f"{each.kind} ({number(each.count)})" for each in verdict.findings]
    if beside:
        parts.append("\n".join(f"- {escaped(line)}" for line in beside))
    parts.append(f"<sub>{escaped(_made(verdict))} {escaped(verdict.signature.short())}</sub>")
    return "\n\n".join(parts) + "\n"


def render_report_markdown(report: Report) -> str:
    """The scores of a report by layer under the main criterion, and those by type, unfolding."""
    parts = [f"### {escaped(report.system)}"]
    shown = has_intervals(report)
    header = ["layer", "gold", "predicted", "P", "R", "F1"] + [confidence(report)] * shown
    rows = []
    for layer in report.layers:
        main = layer.criterion(layer.main)
        name = layer.layer if layer.main == "strict" else f"{layer.layer} ({titled(layer.main)})"
        row = [name, number(layer.gold), number(layer.predicted)]
        row += [percent(value) for value in (main.micro.precision, main.micro.recall)]
        row.append(percent(main.micro.f1))
        rows.append(row + [bracket(main.intervals.get("f1"))] * shown)
    parts.append(_rows(header, rows) if rows else "No layer was scored.")
    for layer in report.layers:
        by_type = [
            [label.label, number(label.gold), number(label.predicted),
             percent(label.scores[layer.main].f1)]
            for label in layer.labels
            if layer.main in label.scores
        ]  # fmt: skip
        if by_type:
            table = _rows(["type", "gold", "predicted", "F1"], by_type)
            parts.append(_unfolding(f"{layer.layer} by type", table))
    findings = [f"- {escaped(f'{each.kind} ({number(each.count)})')}" for each in report.findings]
    findings += [f"- {escaped(f'{title}: {words}')}" for title, words in run_facts(report)]
    if findings:
        parts.append("\n".join(findings))
    parts.append(f"<sub>{escaped(intervals(report))} {escaped(report.signature.short())}</sub>")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """``text`` on one line, shown by Markdown as it stands.

    Mentions and references are kept apart from their marks by a space of no width, since GitHub
    looks for them after Markdown was read.
    """
    shown = " ".join(visible(text).split()).translate(_HTML)
    shown = _SPECIAL.sub(r"\\\1", shown)
    shown = _MENTION.sub("\\1&#8203;", shown)
    shown = _LINK.sub(lambda mark: f"&#{ord(mark[0])};", shown)
    return _LIST.sub("&#8203;", shown)


def _table(verdict: Verdict) -> str:
    header = ["", "number", "before", "now", "points", "interval", "p", "allowed", "floor"]
    rows = [
        [
            "❌" if each.outcome == "failed" else "⚠️" if each.remarks else "✅",
            each.metric,
            "" if each.before is None else percent(each.before),
            percent(each.value),
            "" if each.before is None else points(each.difference),
            interval_of_points(each.interval),
            probability(each.p_adjusted),
            "" if each.allowed is None else f"-{percent(each.allowed)}",
            "" if each.floor is None else percent(each.floor),
        ]
        for each in verdict.checks
    ]
    return _rows(header, rows, left=2)


def _rows(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    lines = [header, rule, *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _details(check: Check) -> Iterator[str]:
    if check.types:
        rows = [
            [each.label, percent(each.before), percent(each.after), points(each.contribution)]
            for each in check.types
        ]
        table = _rows(["type", "before", "now", "points of the whole"], rows)
        yield _unfolding(f"Types ({len(check.types)})", table)
    if check.documents:
        rows = [
            [each.document, percent(each.before), percent(each.after), points(each.contribution)]
            for each in check.documents
        ]
        table = _rows(["document", "before", "now", "points of the whole"], rows)
        shown = _of(len(check.documents), check.documents_total)
        yield _unfolding(f"Documents that got worse ({shown})", table)
    if check.items:
        shown = _of(len(check.items), check.items_total)
        yield _unfolding(f"Items that got worse ({shown})", "\n".join(map(_item, check.items)))


def _of(shown: int, total: int) -> str:
    return str(total) if shown == total else f"{shown} of {number(total)}"


def _item(item: WorseItem) -> str:
    text = f" **{escaped(cut(item.text, _ITEM))}**" if item.text.strip() else ""
    line = f"- {escaped(item.document)}: {escaped(item.label)}{text} {escaped(item.change)}"
    return line + (f"<br>{escaped(item.sentence)}" if item.sentence else "")


def _unfolding(title: str, body: str) -> str:
    return f"<details><summary>{html.escape(title)}</summary>\n\n{body}\n\n</details>"


def _made(verdict: Verdict) -> str:
    made = verdict.bootstrap
    if not verdict.tested:
        return f"Chance was not tested: {made.reason or 'no drop was looked for'}."
    rule = "whether chance explains it or not" if verdict.strict else "and by more than chance"
    return (
        f"A number fails below its floor, or where it fell by more than is allowed, {rule}: "
        f"{confidence_words(made.confidence)} % interval, paired bootstrap over documents "
        f"({made.resamples:,} resamples, seed {made.seed}); p by approximate randomisation, "
        f"two-sided, after Holm over {verdict.tested} drops."
    )
