"""A report for the terminal: tables to paste into a paper, then what to look at next.

Nothing depends on colour. All text goes through :func:`goldwire.schema.positions.visible`, so
that no article or label can move the cursor, change colours, or turn the reading direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.cells import cell_len
from rich.text import Text

from goldwire.schema.positions import visible

from .grid import Column, fit, fitting, grid
from .model import Report
from .remarks import remarks
from .run_facts import run_facts
from .terminal_examples import look_next
from .terminal_tables import by_attribute, by_criterion, by_label, by_span_criterion, overview
from .words import (
    CHAINS,
    TUPLES,
    confidence,
    has_intervals,
    intervals,
    mains,
    number,
)
from .wrapping import View, wrapped

__all__ = ["render_report"]

_BY_CRITERION = (*CHAINS, *TUPLES, "incidents")
_BY_LABEL = ("mentions", "events", "incidents")
_MUC4 = {
    "COR": "correct",
    "PAR": "partial",
    "INC": "incorrect",
    "MIS": "missing",
    "SPU": "spurious",
}
_NARROWEST = 24


def render_report(report: Report, *, width: int | None = None) -> View:
    """The report for ``rich``; ``width`` in cells, by default that of the console."""
    return View(partial(_parts, report), width=width, narrowest=_NARROWEST)


def _parts(report: Report, width: int) -> Iterator[Text]:
    yield _title(report, width)
    if report.layers:
        columns = fitting(overview(report), width)
        yield grid(columns, width)
        yield _legend(report, {column.title for column in columns}, width)
        yield from _tables(report, width)
    else:
        yield Text("No layer was scored.")
    yield from look_next(report, width)
    yield from _beside(report, width)
    yield _signature(report, width)


def _tables(report: Report, width: int) -> Iterator[Text]:
    """The tables behind the overview; none that would have no rows."""
    tables = [by_span_criterion(report)]
    for layer in report.layers:
        if layer.layer in _BY_LABEL and layer.labels:
            tables.append(by_label(report, layer))
        if layer.layer in _BY_CRITERION:
            tables.append(by_criterion(report, layer))
    tables.append(by_attribute(report))
    for columns in tables:
        if columns[0].cells:
            yield grid(columns, width)
            shown = fitting(columns, width)
            if any(column.title in _MUC4 for column in shown):
                yield _categories(shown, width)


def _categories(columns: list[Column], width: int) -> Text:
    """What the headings of MUC-4 say, of those that are shown."""
    shown = [f"{each.title} {_MUC4[each.title]}" for each in columns if each.title in _MUC4]
    return Text(wrapped(f"{', '.join(shown)}: fillers, as in MUC-4.", width), "dim")


def _title(report: Report, width: int) -> Text:
    signature = report.signature
    text = Text()
    text.append(fit(report.system, width // 2), "bold")
    text.append(f" against gold {visible(signature.gold)}")
    facts = [
        "1 document" if signature.documents == 1 else f"{signature.documents:,} documents",
        visible(signature.schema),
        f"split {visible(signature.split)}" if signature.split else "",
        f"{report.seconds:,.1f} s" if report.seconds is not None else "",
        *(f"{title.lower()} {words}" for title, words in run_facts(report)[1:]),
        visible(report.created) if report.created else "",
    ]
    text.append("\n")
    text.append(wrapped(" · ".join(filter(None, facts)), width), "dim")
    return text


def _legend(report: Report, titles: set[str], width: int) -> Text:
    """What the columns say, of those that are shown, and how the intervals were made."""
    ratios = ", ".join(name for name in ("P", "R", "F1") if name in titles)
    sentences = [f"{ratios} in percent.", f"{mains(report)}."]
    if "macro F1" in titles:
        sentences.append("macro F1: mean over types with gold.")
    if confidence(report) in titles or not has_intervals(report):
        sentences.append(intervals(report))
    return Text(wrapped(" ".join(sentences), width), "dim")


def _beside(report: Report, width: int) -> Iterator[Text]:
    found = remarks(report)
    if found:
        text = _heading("Beside the scores")
        margin = max(cell_len(number(each.count)) for each in found) + 2
        for each in found:
            line = each.what + (f": {', '.join(each.examples)}" if each.examples else "")
            text.append(f"{number(each.count):>{margin}}  ")
            text.append(wrapped(line, width - margin - 2).replace("\n", "\n" + " " * (margin + 2)))
            text.append("\n")
        yield text
    if report.not_scored:
        text = _heading("Not scored")
        size = max(cell_len(fit(name, 16)) for name in report.not_scored) + 2
        for name, reason in report.not_scored.items():
            shown = fit(name, 16)
            text.append("  " + shown + " " * (size - cell_len(shown)))
            text.append(wrapped(reason, width - size - 2).replace("\n", "\n" + " " * (size + 2)))
            text.append("\n")
        yield text


def _heading(title: str) -> Text:
    text = Text()
    text.append(title + "\n", "bold")
    return text


def _signature(report: Report, width: int) -> Text:
    return Text(wrapped(report.signature.short(), width), "dim")
