"""A report as one self-contained page, and as a small table for notebooks.

Nothing is loaded from anywhere: the content security policy admits the page's own style sheet
and script by their hashes, and nothing else. All that comes from articles, labels, and names is
escaped by jinja2 and passed through :func:`goldwire.schema.positions.visible`; none of it stands
in the script, which works on attributes of the list and does nothing but hide rows.
"""

from __future__ import annotations

from markupsafe import Markup

from .articles import page_articles
from .frequent import frequent_errors
from .model import ErrorRow, LayerReport, Report
from .page import asset, fingerprint, template
from .remarks import remarks
from .run_facts import run_facts
from .scatter import WORST as DRAWN_WORST
from .shares import fair_choice
from .words import (
    CHAINS,
    ERRORS,
    confidence,
    has_intervals,
    intervals,
    mains,
)

__all__ = ["LISTED", "render_html", "render_summary"]

LISTED = 1000
"""Errors that the page lists; with more it would be slow to open and to send."""

OF_WORST = 5
"""Errors of each of the worst documents that are listed in any case."""

WORST = 100
"""Documents that the page lists for each layer."""

_RIGHT = "correct"
_SPANS = ("wrong_type", "wrong_boundary", "wrong_both")
_FILLERS = ("partial", "incorrect")
_ONE_SIDED = ("missed", "spurious")
_CLASSES = (_RIGHT, *_FILLERS, *_SPANS, *_ONE_SIDED)


def render_html(report: Report, *, text: bool = True) -> str:
    """The whole report as one page that needs no network.

    Without ``text`` neither the articles nor what items and contexts quote of them are there,
    and errors keep their labels and offsets: for articles that may not be passed on.
    """
    if not text:
        report = report.without_text()
    errors = _listed(report)
    style, script = asset("report.css"), asset("report.js") + asset("reader.js")
    return template("report.html.j2").render(
        report=report,
        text=text,
        errors=errors,
        codes=_Codes(errors),
        articles=page_articles(report, errors),
        frequent=frequent_errors(report, kinds=8, examples=3),
        remarks=remarks(report),
        run_facts=run_facts(report),
        intervals=intervals(report),
        intervals_shown=has_intervals(report),
        confidence=confidence(report),
        mains=mains(report),
        faulty=any(map(_faulty, report.layers)),
        worst=WORST,
        classes=_CLASSES,
        error_columns=_error_columns,
        chains=CHAINS,
        style=Markup(style),
        style_hash=fingerprint(style),
        script=Markup(script),
        script_hash=fingerprint(script),
    )


def render_summary(report: Report) -> str:
    """The scores by layer and the signature as a small table, for notebooks."""
    return template("summary.html.j2").render(
        report=report,
        intervals=intervals(report),
        intervals_shown=has_intervals(report),
        confidence=confidence(report),
    )


class _Codes:
    """Numbers for the labels and documents of the listed errors: what the filters compare."""

    def __init__(self, errors: list[ErrorRow]) -> None:
        sides = {side.label for row in errors for side in (row.gold, row.predicted) if side}
        self.labels = {name: at for at, name in enumerate(sorted(sides))}
        names = dict.fromkeys(row.document for row in errors)
        self.documents = {name: at for at, name in enumerate(sorted(names))}
        self.layers = list(dict.fromkeys(row.layer for row in errors))
        self.errors = [name for name in ERRORS if any(row.error == name for row in errors)]
        self._kinds = {(r.layer, *map(_label, (r.gold, r.predicted))) for r in errors}
        self._classes = {(r.layer, r.error, _label(r.gold or r.predicted)) for r in errors}
        self._places = {(row.layer, row.document) for row in errors}

    def label(self, name: str | None) -> int:
        """The number of a label; -1 is no label."""
        return -1 if name is None else self.labels[name]

    def lists(self, layer: str, gold: str | None, predicted: str | None) -> bool:
        """Whether such an error is in the list."""
        return (layer, gold, predicted) in self._kinds

    def lists_class(self, layer: str, error: str, label: str) -> bool:
        """Whether an error of a class of a label is in the list."""
        return (layer, error, label) in self._classes

    def lists_document(self, layer: str, document: str) -> bool:
        """Whether an error of a document is in the list."""
        return (layer, document) in self._places


def _label(side: object) -> str | None:
    label: str | None = getattr(side, "label", None)
    return label


def _listed(report: Report) -> list[ErrorRow]:
    """The errors to list, in their order: all, or a fair choice over layers and classes.

    A few of each of the worst documents are there in any case: their dots lead to them.
    """
    if len(report.errors) <= LISTED:
        return list(report.errors)
    worst = {
        (layer.layer, row.document): OF_WORST
        for layer in report.layers
        for row in layer.by_document[:DRAWN_WORST]
    }
    kept: list[int] = []
    groups: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(report.errors):
        if left := worst.get((row.layer, row.document)):
            worst[row.layer, row.document] = left - 1
            kept.append(at)
        else:
            groups.setdefault((row.layer, row.error), []).append(at)
    chosen = fair_choice(list(groups.values()), LISTED - len(kept))
    kept += [at for group in chosen for at in group]
    return [report.errors[at] for at in sorted(kept)]


def _faulty(layer: LayerReport) -> bool:
    """Whether anything was wrong, be it an error that is counted or a chain that is not whole."""
    wrong = any(layer.errors.get(name) for name in _CLASSES if name != _RIGHT)
    return wrong or layer.criterion(layer.main).micro.f1 not in (None, 1.0)


def _error_columns(layer: LayerReport) -> tuple[str, ...]:
    """The classes of errors to show beside a label, in their order."""
    if layer.layer == "incidents":
        return (_RIGHT, *_FILLERS, *_ONE_SIDED)
    return (*_ONE_SIDED, *_SPANS) if "wrong_type" in layer.errors else _ONE_SIDED
