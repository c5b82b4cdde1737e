"""What a reader must know beside the scores, in words: the same for terminal and page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from goldwire.schema.positions import cut

from .model import LayerReport, Report

__all__ = ["Remark", "remarks"]

_LONGEST = 80
"""Characters of an example that are shown: ids and quotes have any length."""

_FINDINGS = {
    "unknown document": (
        "prediction for a document without gold", "predictions for documents without gold",
        "all items count as spurious",
    ),
    "unknown label": (
        "item with a label that the schema lacks", "items with labels that the schema lacks",
        "no type can match",
    ),
    "unknown layer": (
        "name in annotation.layers that is no layer",
        "names in annotation.layers that are no layers", "nothing is scored by them",
    ),
    "quote not in the text": (
        "quote that is not in the text", "quotes that are not in the text", "counted as spurious",
    ),
    "document without a prediction": (
        "gold document without a prediction", "gold documents without a prediction",
        "all items count as missed",
    ),
    "reference to nothing": (
        "reference to an item that is not in the prediction",
        "references to items that are not in the prediction", "counted as spurious",
    ),
    "quote placed by context": (
        "quote placed by the words around it", "quotes placed by the words around them", "",
    ),
    "quote placed by occurrence": (
        "quote placed by its number", "quotes placed by their numbers", "",
    ),
    "quote placed by order": (
        "quote that stands in several places, placed by its order",
        "quotes that stand in several places, placed in their order", "",
    ),
    "quote placed by words": (
        "quote placed by its words, whatever their case and punctuation",
        "quotes placed by their words, whatever their case and punctuation", "",
    ),
    "quote placed by fuzzy": (
        "quote placed by likeness", "quotes placed by likeness", "",
    ),
    "label counted in part among others": (
        "label of gold that lacks predictions in its row", "labels of gold that lack predictions "
        "in their rows", "predictions have too many labels to keep apart in one reading; totals "
        "are right, and a file instead of standard input gives the rows, too",
    ),
    "id stands twice": (
        "id that stands twice in a prediction", "ids that stand twice in a prediction",
        "what refers to it means the item of the first layer that is first in the text",
    ),
    "extractor failed": (
        "document that the extractor failed on", "documents that the extractor failed on",
        "all items count as missed",
    ),
}  # fmt: skip
"""By kind of finding: one, several, and what it costs."""

_LED = ("unknown label", "reference to nothing")
"""Findings whose examples have a name before them: ``mentions: PERSON (1)``, ``agent: m7``."""

_COUNTED = ("unknown label", "unknown document")
"""Findings whose examples have a count behind them."""

_WHOLE = ("extractor failed", "id stands twice", "label counted in part among others")
"""Findings whose examples are sentences: ``wire-1: no answer``."""


class Remark(Struct, frozen=True):
    """How many of what, and which."""

    count: int
    what: str
    examples: tuple[str, ...]


def remarks(report: Report) -> list[Remark]:
    """Findings, and by layer what was collapsed, left out, or empty."""
    return [*_findings(report), *_left_out(report)]


def _findings(report: Report) -> Iterator[Remark]:
    for finding in report.findings:
        one, several, cost = _FINDINGS.get(finding.kind, (finding.kind, finding.kind, ""))
        what = one if finding.count == 1 else several
        more = ("…",) if len(finding.examples) < finding.count and finding.examples else ()
        if finding.kind == "unknown label":
            more = ()
        examples = tuple(_quoted(finding.kind, example) for example in finding.examples)
        yield Remark(finding.count, f"{what} ({cost})" if cost else what, examples + more)


def _quoted(kind: str, example: str) -> str:
    """An example, not too long, with quotation marks round what came from outside."""
    if kind not in _FINDINGS or kind in _WHOLE:
        return cut(example, 3 * _LONGEST)
    lead = tail = ""
    if kind in _LED:
        lead, colon, example = example.partition(": ")
        lead = cut(lead, _LONGEST) + colon
    if kind in _COUNTED:
        example, blank, tail = example.rpartition(" (")
        tail = blank + tail
    return f"{lead}“{cut(example, _LONGEST)}”{tail}"


def _left_out(report: Report) -> Iterator[Remark]:
    tallies: tuple[tuple[str, str, Callable[[LayerReport], tuple[tuple[int, str], ...]]], ...] = (
        ("duplicate collapsed", "duplicates collapsed", lambda row: _sides(row.duplicates)),
        ("item left out, in a zone that is not scored",
         "items left out, in zones that are not scored", lambda row: _sides(row.unscored)),
        ("prediction of optional gold left out", "predictions of optional gold left out",
         lambda row: ((row.ignored, ""),)),
        ("document with neither gold nor predictions in a layer, by layer",
         "documents with neither gold nor predictions in a layer, by layer",
         lambda row: ((row.empty_documents, ""),)),
    )  # fmt: skip
    for one, several, tally in tallies:
        found = [(row.layer, count, side) for row in report.layers for count, side in tally(row)]
        found = [entry for entry in found if entry[1]]
        total = sum(count for _, count, _ in found)
        if found:
            examples = tuple(f"{layer} {count:,}{side}" for layer, count, side in found)
            yield Remark(total, one if total == 1 else several, examples)


def _sides(counts: tuple[int, int]) -> tuple[tuple[int, str], ...]:
    return ((counts[0], " in the gold"), (counts[1], " predicted"))
