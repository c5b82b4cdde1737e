"""What a gold can show, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.text import Text

from goldwire.schema.positions import visible

from .grid import Column, fit, grid
from .power import Detectable, PowerReport
from .words import number, percent
from .wrapping import View, heading, listed, wrapped

__all__ = ["render_power"]

_NARROWEST = 40
_BEYOND = ">10⁹"


def render_power(report: PowerReport, *, width: int | None = None) -> View:
    """The report for ``rich``; ``width`` in cells, by default that of the console."""
    return View(partial(_parts, report), width=width, narrowest=_NARROWEST)


def _parts(report: PowerReport, width: int) -> Iterator[Text]:
    signature = report.signature
    text = heading(f"What this gold can show: {listed(report.systems)}", width)
    documents = "1 document" if signature.documents == 1 else f"{signature.documents:,} documents"
    text.append(wrapped(f"gold {signature.gold} · {documents} · {signature.schema}", width), "dim")
    yield text
    yield grid(_columns(report), width)
    yield Text(wrapped(_sentences(report), width))
    missing = [(each.layer, each.reason) for each in report.layers if each.reason]
    missing += list(report.not_scored.items())
    if missing:
        text = heading("Not known", width)
        for layer, reason in missing:
            text.append(wrapped(f"{visible(layer)}: {reason}", width) + "\n")
        yield text
    yield Text(wrapped(report.signature.short(), width), "dim")


def _columns(report: PowerReport) -> list[Column]:
    layers = report.layers
    columns = [
        Column("layer", tuple(fit(each.layer, 16) for each in layers)),
        Column("documents", tuple(number(each.documents) for each in layers), drop=2),
    ]
    for at, name in enumerate(report.systems):
        title = "F1" if len(report.systems) == 1 else fit(name, 12)
        group = "" if len(report.systems) == 1 else "F1"
        columns.append(Column(title, tuple(percent(each.f1[at]) for each in layers), group, drop=3))
    assumed = [each.correlation for each in layers[0].shown]
    for at, correlation in enumerate(assumed):
        title = "points" if correlation is None else f"ρ {correlation:g}"
        cells = tuple(_points(each.shown[at]) for each in layers)
        group = "smallest" if correlation is None else "smallest, points"
        columns.append(Column(title, cells, group))
    if report.difference is not None:
        for at, correlation in enumerate(assumed):
            title = "documents" if correlation is None else f"ρ {correlation:g}"
            group = f"for {100 * report.difference:g} points"
            group += "" if correlation is None else ", documents"
            cells = tuple(_documents(each.shown[at]) for each in layers)
            columns.append(Column(title, cells, group))
    return columns


def _points(shown: Detectable) -> str:
    beyond = shown.smallest is not None and shown.smallest > 1
    return ">100" if beyond else percent(shown.smallest)


def _documents(shown: Detectable) -> str:
    if shown.documents is None:
        return "n/a" if shown.smallest is None else _BEYOND
    return number(shown.documents)


def _sentences(report: PowerReport) -> str:
    power, level = f"{100 * report.power:g} %", f"{report.level:g}"
    sentences = [
        "Smallest: the smallest true difference of F1 that this gold shows "
        f"with a chance of {power}, in one two-sided comparison at the level {level}; several "
        "comparisons need more."
    ]
    if report.difference is not None:
        sentences.append(
            f"For {100 * report.difference:g} points: so many documents of this kind are needed "
            "to show such a difference with that chance."
        )
    if len(report.systems) == 1:
        sentences.append(
            "ρ: the assumed correlation of both F1 over samples of documents; 0 strangers, 0.5 "
            "ordinary systems, 0.8 near relatives."
        )
    return " ".join([*sentences, f"Assumed: {report.assumption[0].lower()}{report.assumption[1:]}"])
