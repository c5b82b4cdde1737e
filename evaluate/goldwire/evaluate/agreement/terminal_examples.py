"""The most frequent disagreements for the terminal, each with places in the text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from goldwire.schema.positions import visible

from ..report.context import around
from ..report.grid import fit
from ..report.wrapping import heading
from .model import AgreementReport, Disagreement, Example

__all__ = ["look_next"]


def look_next(report: AgreementReport, width: int) -> Iterator[Text]:
    """The most frequent disagreements, where there are any."""
    if not report.disagreements:
        return
    text = heading("Look next: the most frequent disagreements", width)
    margin = max(len(f"{each.count:,}") for each in report.disagreements) + 2
    indent = " " * (margin + 2)
    for each in report.disagreements:
        text.append(f"{each.count:>{margin},}  ")
        layer = f"{each.layer} {each.attribute}" if each.attribute else each.layer
        text.append(fit(_title(each), max(8, width - margin - 26)), "bold")
        text.append(f"  {fit(layer, 22)}\n", "dim")
        for example in each.examples:
            for line in _lines(example, width - len(indent)):
                text.append_text(Text.assemble(indent, line, "\n"))
    yield text


def _title(each: Disagreement) -> str:
    labels = [fit(label, 24) for label in each.labels]
    if each.kind == "boundary":
        return f"{labels[0]}: other boundaries"
    if each.kind == "one_only":
        by = each.marked_by
        if len(by) == 1:
            return f"{labels[0]}: {fit(next(iter(by)), 24)} only"
        counts = ", ".join(f"{fit(name, 16)} {count:,}" for name, count in by.items())
        return f"{labels[0]}: one only ({counts})"
    return " or ".join(labels)


def _lines(example: Example, width: int) -> Iterator[Text]:
    """The text around the place, and what each of the two says where both say something."""
    name = fit(example.document, min(16, max(6, width // 4)))
    lead = (name + "  ", "dim")
    marked = example.one or example.other
    words = visible(marked.text) if marked else ""
    context = example.context or f"“{words}”"
    yield Text.assemble(lead, around(context, max(8, width - cell_len(name) - 2)))
    if example.one and example.other:
        sides = zip(example.annotators, (example.one, example.other), strict=True)
        same = example.one.text == example.other.text
        said = " · ".join(
            f"{fit(who, 16)}: {visible(side.label)}" + ("" if same else f" “{visible(side.text)}”")
            for who, side in sides
        )
        indent = " " * (cell_len(name) + 2)
        yield Text(indent + fit(said, max(8, width - len(indent))), "dim")
    elif "→" in words:  # an argument or a relation: what it leads to need not stand in the context
        indent = " " * (cell_len(name) + 2)
        yield Text(indent + fit(words, max(8, width - len(indent))), "dim")
