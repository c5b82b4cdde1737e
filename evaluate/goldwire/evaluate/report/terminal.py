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
from .grid import Column, fit, fitting, grid
from .model import Criterion, ErrorRow, LayerReport, Report
from .places import has_place, placeless
from .remarks import remarks
from .words import FEW, intervals, meaning, number, percent, shown_criteria

__all__ = ["ReportView", "render_report"]

_BY_TYPE = ("mentions", "events")
_NARROWEST = 24
_OTHERS = "other F1"
_ROOM = 32
"""Cells that the text around an error needs to be of use."""
_WORD = 24
"""Characters that no word is longer than."""


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
        columns = fitting(_scores(report), width)
        yield grid(columns, width)
        yield _legend(report, {column.title for column in columns}, width)
    else:
        yield Text("No layer was scored.")
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


def _scores(report: Report) -> list[Column]:
    layers = report.layers
    strict = layers[0].main if len(layers) == 1 else "strict"
    criteria = [shown_criteria(layer) for layer in layers]
    main = [found[layer.main].micro for found, layer in zip(criteria, layers, strict=True)]
    macro = [found[layer.main].macro for found, layer in zip(criteria, layers, strict=True)]

    def others(name: str) -> tuple[str, ...]:
        return tuple(_f1(found.get(name)) for found in criteria)

    few = report.signature.documents < FEW
    columns = [
        Column("layer", tuple(fit(layer.layer, 24) for layer in layers)),
        Column("gold", tuple(number(layer.gold) for layer in layers), drop=3),
        Column("pred.", tuple(number(layer.predicted) for layer in layers), drop=4),
        Column("P", tuple(percent(score.precision) for score in main), strict, 1),
        Column("R", tuple(percent(score.recall) for score in main), strict, 2),
        Column("F1", tuple(percent(score.f1) for score in main), strict, strong=True),
        Column("macro F1", tuple(percent(s.f1 if s else None) for s in macro), strict, 8),
        Column("partial", others("partial"), _OTHERS, 6),
        Column("type", others("type"), _OTHERS, 7),
        Column("head", others("head"), _OTHERS, 9),
        Column("exact", others("exact"), _OTHERS, 10),
    ]
    if few:
        correct = tuple(number(layer.errors.get("correct", 0)) for layer in layers)
        columns.insert(3, Column("correct", correct, drop=5))
    return columns


def _f1(criterion: Criterion | None) -> str:
    return "" if criterion is None else percent(criterion.micro.f1)


def _legend(report: Report, titles: set[str], width: int) -> Text:
    """What the columns say, of those that are shown."""
    ratios = ", ".join(name for name in ("P", "R", "F1") if name in titles)
    sentences = [f"{ratios} in percent, micro; {_main(report)}."]
    if "macro F1" in titles:
        sentences.append("macro F1: mean over types with gold.")
    for layer in report.layers:
        for name in ("unattached", "boundary"):
            if found := shown_criteria(layer).get(name):
                sentences.append(f"{layer.layer} {name}: F1 {percent(found.micro.f1)}.")
    return Text(_wrapped(" ".join(sentences), width), "dim")


def _main(report: Report) -> str:
    """What the main criterion asks for, with the layers that have another one."""
    if len(report.layers) == 1:
        (only,) = report.layers
        return f"{only.main}: {meaning(only.layer, only.main)}"
    others = [f"{row.layer} by {row.main}" for row in report.layers if row.main != "strict"]
    more = f" ({', '.join(others)})" if others else ""
    return f"strict: boundaries and type must agree{more}"


def _by_type(layer: LayerReport, width: int) -> Text:
    rows = sorted(layer.labels, key=lambda row: (-row.gold, row.label))
    scores = [row.scores[layer.main] for row in rows]

    def errors(name: str) -> tuple[str, ...]:
        return tuple(number(row.errors.get(name, 0)) for row in rows)

    columns = [
        Column(layer.layer, tuple(fit(row.label, 24) for row in rows)),
        Column("gold", tuple(number(row.gold) for row in rows), drop=3),
        Column("pred.", tuple(number(row.predicted) for row in rows), drop=4),
        Column("P", tuple(percent(score.precision) for score in scores), layer.main, 1),
        Column("R", tuple(percent(score.recall) for score in scores), layer.main, 2),
        Column("F1", tuple(percent(score.f1) for score in scores), layer.main, strong=True),
        Column("missed", errors("missed"), "errors", 5),
        Column("spurious", errors("spurious"), "errors", 6),
        Column("type", errors("wrong_type"), "errors", 7),
        Column("bounds", errors("wrong_boundary"), "errors", 8),
        Column("both", errors("wrong_both"), "errors", 9),
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
        text.append(fit(each.title(), max(8, width - margin - 20)), "bold")
        text.append(f"  {fit(each.layer, 16)}\n", "dim")
        indent = " " * (margin + 2)
        for row in each.examples:
            for line in _example(row, width - margin - 2):
                text.append_text(Text.assemble(indent, line, "\n"))
    yield text


def _example(row: ErrorRow, width: int) -> Iterator[Text]:
    """An error: its document, the text around it, and what was predicted instead.

    All on one line, or the prediction on a second one where the first would show too little.
    """
    name = fit(row.document, min(16, max(6, width // 4)))
    room = max(8, width - cell_len(name) - 2)
    lead = (name + "  ", "dim")
    marked = row.gold or row.predicted
    if marked is None or not has_place(row):
        quote = visible(marked.text) if marked else ""
        yield Text.assemble(
            lead, placeless(_clipped(quote, max(1, room - len(placeless("x")) + 1)))
        )
    elif not (row.gold and row.predicted) or row.gold.text == row.predicted.text:
        yield Text.assemble(lead, _around(row.context, room))
    else:
        instead = f"predicted “{_clipped(visible(row.predicted.text), max(1, room - 12))}”"
        beside = room - cell_len(instead) - 2
        if beside >= max(_ROOM, cell_len(visible(marked.text)) + 6):
            yield Text.assemble(lead, _around(row.context, beside), ("  " + instead, "dim"))
        else:
            yield Text.assemble(lead, _around(row.context, room))
            yield Text(" " * cell_len(lead[0]) + instead, "dim")


def _around(context: str, width: int) -> str:
    """A context in one line, cut between words; the marked place stays in view, in brackets."""
    shown = visible(context)
    before, _, rest = shown.partition("⟦")
    inside, _, after = rest.rpartition("⟧")
    if cell_len(shown) <= width:
        return shown
    marked = f"⟦{_clipped(inside, width - 4)}⟧"
    spare = width - cell_len(marked)
    left = min(cell_len(before), max(spare // 2, spare - cell_len(after)))
    head = _clipped(before[::-1], left)[::-1]
    return head + marked + _clipped(after, spare - cell_len(head))


def _clipped(text: str, width: int) -> str:
    """Harmless ``text`` in at most ``width`` cells, cut between words with an ellipsis.

    A word is cut only where it is longer than words are, as in scripts that have no blanks.
    """
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    cut = fit(text, width).removesuffix("…")
    edge = cut.rfind(" ")
    if len(text[edge + 1 :].partition(" ")[0]) <= _WORD and text[len(cut)] != " ":
        cut = cut[: max(0, edge)]
    return cut.rstrip() + "…"


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
