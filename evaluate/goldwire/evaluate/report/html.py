"""A report as one self-contained page, and as a small table for notebooks.

Nothing is loaded from anywhere: the content security policy admits the page's own style sheet
and script by their hashes, and nothing else. All that comes from articles, labels, and names is
escaped by jinja2 and passed through :func:`goldwire.schema.positions.visible`; none of it stands
in the script, which works on attributes of the list and does nothing but hide rows.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from goldwire.schema.positions import visible

from .frequent import frequent_errors
from .matrix import confusion_matrix
from .model import ErrorRow, LayerReport, Report
from .places import pieces
from .remarks import remarks
from .shares import fair_choice
from .words import (
    CHAINS,
    ERRORS,
    TUPLES,
    bracket,
    confidence,
    credited,
    has_intervals,
    intervals,
    mains,
    meaning,
    number,
    percent,
    shown_attributes,
    shown_criteria,
    titled,
)

__all__ = ["LISTED", "render_html", "render_summary"]

LISTED = 1000
"""Errors that the page lists; with more it would be slow to open and to send."""

WORST = 100
"""Documents that the page lists for each layer."""

_RIGHT = "correct"
_SPANS = ("wrong_type", "wrong_boundary", "wrong_both")
_FILLERS = ("partial", "incorrect")
_ONE_SIDED = ("missed", "spurious")
_CLASSES = (_RIGHT, *_FILLERS, *_SPANS, *_ONE_SIDED)
_UNLISTED = (*CHAINS, *TUPLES, "incidents")
"""Layers whose errors are counted, and not listed one by one."""


def render_html(report: Report) -> str:
    """The whole report as one page that needs no network."""
    errors = _listed(report)
    style, script = _asset("report.css"), _asset("report.js")
    return _template("report.html.j2").render(
        report=report,
        errors=errors,
        codes=_Codes(errors),
        frequent=frequent_errors(report, kinds=8, examples=3),
        remarks=remarks(report),
        intervals=intervals(report),
        intervals_shown=has_intervals(report),
        confidence=confidence(report),
        mains=mains(report),
        faulty=any(map(_faulty, report.layers)),
        unlisted=[each.layer for each in report.layers if each.layer in _UNLISTED],
        worst=WORST,
        classes=_CLASSES,
        chains=CHAINS,
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
    )


def render_summary(report: Report) -> str:
    """The scores by layer and the signature as a small table, for notebooks."""
    return _template("summary.html.j2").render(
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
    """The errors to list: all, or a fair choice over layers and classes, in their order."""
    if len(report.errors) <= LISTED:
        return list(report.errors)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(report.errors):
        groups.setdefault((row.layer, row.error), []).append(at)
    chosen = fair_choice(list(groups.values()), LISTED)
    return [report.errors[at] for at in sorted(at for group in chosen for at in group)]


def _faulty(layer: LayerReport) -> bool:
    """Whether anything was wrong, be it an error that is counted or a chain that is not whole."""
    wrong = any(layer.errors.get(name) for name in _CLASSES if name != _RIGHT)
    return wrong or layer.criterion(layer.main).micro.f1 not in (None, 1.0)


def _error_columns(layer: LayerReport) -> tuple[str, ...]:
    """The classes of errors to show beside a label, in their order."""
    if layer.layer == "incidents":
        return (_RIGHT, *_FILLERS, *_ONE_SIDED)
    return (*_ONE_SIDED, *_SPANS) if "wrong_type" in layer.errors else _ONE_SIDED


def _histogram(layer: LayerReport) -> list[int]:
    """How many documents have an F1 from 0 to 0.1, from 0.1 to 0.2, and so on."""
    bins = [0] * 10
    for row in layer.by_document:
        if row.score.f1 is not None:
            bins[min(9, int(row.score.f1 * 10))] += 1
    return bins


def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Whatever is put out is escaped by jinja2, and made harmless here.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {
        "bracket": bracket,
        "number": number,
        "percent": percent,
        "pieces": pieces,
    }
    environment.globals |= {
        "confusion_matrix": confusion_matrix,
        "credited": credited,
        "error_columns": _error_columns,
        "error_words": ERRORS,
        "histogram": _histogram,
        "meaning": meaning,
        "shown_attributes": shown_attributes,
        "shown_criteria": shown_criteria,
        "titled": titled,
    }
    return environment


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
