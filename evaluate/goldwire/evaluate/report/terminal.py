"""A report for the terminal: a table to paste into a paper, then what to look at next.

Nothing depends on colour. All text goes through :func:`goldwire.schema.positions.visible`, so
that no article or label can move the cursor, change colours, or turn the reading direction.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from goldwire.schema.positions import visible

from .frequent import frequent_errors
from .grid import Column, fit, grid
from .model import Criterion, ErrorRow, LayerReport, Report
from .places import NOWHERE, has_place
from .remarks import remarks
from .words import FEW, intervals, number, percent, shown_criteria

__all__ = ["ReportView", "render_report"]

_BY_TYPE = ("mentions", "events")
_NARROWEST = 40
_OTHERS = "other F1"


def render_report(report: Report, *, width: int | None = None) -> ReportView:
    """The report for ``rich``; ``width`` in cells, by default that of the console."""
    return ReportView(report, width)


class ReportView:
    """A report that ``rich.console.Console.print`` shows in the width that it has."""

    def __init__(self, report: Report, width: int | None = None) -> None:
        self.report = report
        self.width = width

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The parts of the report, from above to below."""
        width = max(_NARROWEST, self.width or options.max_width)
        for part in _parts(self.report, width):
            part.rstrip()
            yield part
            yield Text("")
        last = _signature(self.report, width)
        last.rstrip()
        yield last


def _parts(report: Report, width: int) -> Iterator[Text]:
    yield _title(report, width)
    if report.layers:
        yield _scores(report, width)
        yield _legend(report, width)
    for layer in report.layers:
        if layer.layer in _BY_TYPE and layer.labels:
            yield _by_type(layer, width)
    yield from _look_next(report, width)
    yield from _beside(report, width)


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
        visible(report.created) if report.created else "",
    ]
    text.append("\n")
    text.append(_wrapped(" · ".join(filter(None, facts)), width), "dim")
    return text


def _scores(report: Report, width: int) -> Text:
    layers = report.layers
    criteria = [shown_criteria(layer) for layer in layers]
    main = [found[layer.main].micro for found, layer in zip(criteria, layers, strict=True)]
    macro = [found[layer.main].macro for found, layer in zip(criteria, layers, strict=True)]

    def others(name: str) -> tuple[str, ...]:
        return tuple(_f1(found.get(name)) for found in criteria)

    few = report.signature.documents < FEW
    columns = [
        Column("layer", tuple(fit(layer.layer, 24) for layer in layers)),
        Column("gold", tuple(number(layer.gold) for layer in layers)),
        Column("pred.", tuple(number(layer.predicted) for layer in layers)),
        Column("P", tuple(percent(score.precision) for score in main), "strict"),
        Column("R", tuple(percent(score.recall) for score in main), "strict"),
        Column("F1", tuple(percent(score.f1) for score in main), "strict", strong=True),
        Column("macro F1", tuple(percent(s.f1 if s else None) for s in macro), "strict", 3),
        Column("partial", others("partial"), _OTHERS, 1),
        Column("type", others("type"), _OTHERS, 2),
        Column("head", others("head"), _OTHERS, 4),
        Column("exact", others("exact"), _OTHERS, 5),
    ]
    if few:
        correct = tuple(number(layer.errors.get("correct", 0)) for layer in layers)
        columns.insert(3, Column("correct", correct))
    return grid(columns, width)


def _f1(criterion: Criterion | None) -> str:
    return "" if criterion is None else percent(criterion.micro.f1)


def _legend(report: Report, width: int) -> Text:
    others = [f"{row.layer} by {row.main}" for row in report.layers if row.main != "strict"]
    sentences = ["P, R, F1 in percent, micro; strict: boundaries and type must agree"]
    sentences[0] += f" ({', '.join(others)})." if others else "."
    sentences.append("macro F1: mean over types with gold.")
    for layer in report.layers:
        for name in ("unattached", "boundary"):
            if found := shown_criteria(layer).get(name):
                sentences.append(f"{layer.layer} {name}: F1 {percent(found.micro.f1)}.")
    return Text(_wrapped(" ".join(sentences), width), "dim")


def _by_type(layer: LayerReport, width: int) -> Text:
    rows = sorted(layer.labels, key=lambda row: (-row.gold, row.label))
    scores = [row.scores[layer.main] for row in rows]

    def errors(name: str) -> tuple[str, ...]:
        return tuple(number(row.errors.get(name, 0)) for row in rows)

    columns = [
        Column(layer.layer, tuple(fit(row.label, 24) for row in rows)),
        Column("gold", tuple(number(row.gold) for row in rows)),
        Column("pred.", tuple(number(row.predicted) for row in rows)),
        Column("P", tuple(percent(score.precision) for score in scores), layer.main),
        Column("R", tuple(percent(score.recall) for score in scores), layer.main),
        Column("F1", tuple(percent(score.f1) for score in scores), layer.main, strong=True),
        Column("missed", errors("missed"), "errors", 1),
        Column("spurious", errors("spurious"), "errors", 2),
        Column("type", errors("wrong_type"), "errors", 3),
        Column("bounds", errors("wrong_boundary"), "errors", 4),
        Column("both", errors("wrong_both"), "errors", 5),
    ]
    return grid(columns, width)


def _look_next(report: Report, width: int) -> Iterator[Text]:
    found = frequent_errors(report)
    if not found:
        return
    text = _heading("Look next: the most frequent errors")
    margin = max(cell_len(number(each.count)) for each in found) + 2
    for each in found:
        text.append(f"{number(each.count):>{margin}}  ")
        text.append(fit(each.title(), width - margin - 20), "bold")
        text.append(f"  {fit(each.layer, 16)}\n", "dim")
        for row in each.examples:
            text.append(" " * (margin + 2))
            text.append_text(_example(row, width - margin - 2))
            text.append("\n")
    yield text


def _example(row: ErrorRow, width: int) -> Text:
    """An error on one line: its document, the text around it, and what was predicted instead."""
    name = fit(row.document, 16)
    instead = ""
    if row.gold and row.predicted and row.gold.text != row.predicted.text:
        instead = f"  predicted “{fit(row.predicted.text, 18)}”"
    room = width - cell_len(name) - 2 - cell_len(instead)
    text = Text()
    text.append(name + "  ", "dim")
    text.append(_around(row.context, room) if has_place(row) else fit(NOWHERE, room))
    text.append(instead, "dim")
    return text


def _around(context: str, width: int) -> str:
    """A context in one line, cut at both ends so that the marked place stays in view."""
    shown = visible(context)
    before, mark, rest = shown.partition("⟦")
    inside, close, after = rest.rpartition("⟧")
    if not mark or not close or cell_len(shown) <= width:
        return fit(shown, width)
    marked = fit(f"⟦{inside}⟧", max(4, width - 8))
    spare = max(0, width - cell_len(marked))
    left = min(cell_len(before), max(spare // 2, spare - cell_len(after)))
    head = _clipped(before[::-1], left)[::-1]
    return head + marked + _clipped(after, spare - cell_len(head))


def _clipped(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, cut between words where there are several."""
    if cell_len(text) <= width:
        return text
    cut = fit(text, width).rstrip("…")
    whole = cut.rpartition(" ")[0] or cut
    return (whole.rstrip() + "…") if whole.strip() else ""


def _beside(report: Report, width: int) -> Iterator[Text]:
    found = remarks(report)
    if found:
        text = _heading("Beside the scores")
        margin = max(cell_len(number(each.count)) for each in found) + 2
        for each in found:
            line = each.what + (f": {', '.join(each.examples)}" if each.examples else "")
            text.append(f"{number(each.count):>{margin}}  ")
            text.append(_wrapped(line, width - margin - 2).replace("\n", "\n" + " " * (margin + 2)))
            text.append("\n")
        yield text
    if report.not_scored:
        text = _heading("Not scored")
        size = max(cell_len(fit(name, 16)) for name in report.not_scored) + 2
        for name, reason in report.not_scored.items():
            shown = fit(name, 16)
            text.append("  " + shown + " " * (size - cell_len(shown)))
            text.append(_wrapped(reason, width - size - 2).replace("\n", "\n" + " " * (size + 2)))
            text.append("\n")
        yield text
    yield Text(_wrapped(intervals(report), width))


def _heading(title: str) -> Text:
    text = Text()
    text.append(title + "\n", "bold")
    return text


def _signature(report: Report, width: int) -> Text:
    return Text(_wrapped(report.signature.short(), width), "dim")


def _wrapped(text: str, width: int) -> str:
    """``text`` made harmless and broken into lines at blanks."""
    console = Console(width=width)
    return "\n".join(line.plain.rstrip() for line in Text(visible(text)).wrap(console, width))
