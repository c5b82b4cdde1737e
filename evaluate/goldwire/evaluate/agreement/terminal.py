"""An agreement report for the terminal: layers, attributes, pairs, and what to look at next.

Nothing depends on colour, and all text from outside is made harmless first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from rich.text import Text

from goldwire.schema.positions import visible

from ..report.grid import Column, fit, fitting, grid
from ..report.model import Interval
from ..report.words import number, percent
from ..report.wrapping import View, heading, wrapped
from ..statistics.intervals import confidence_words
from .model import AgreementReport, AttributeAgreement, Estimate, LayerAgreement
from .terminal_examples import look_next

__all__ = ["render_agreement"]

_NARROWEST = 40
_BY_TYPE = ("mentions", "events")
_CHAINED = ("entities", "hoppers", "arguments", "relations", "incidents")
"""Layers whose other criteria have a table of their own: spans have theirs in the summary."""
_PAIR = 5
"""Cells of a number in the table of pairs."""


def render_agreement(report: AgreementReport, *, width: int | None = None) -> View:
    """The report for ``rich``; ``width`` in cells, by default that of the console."""
    return View(partial(_parts, report), width=width, narrowest=_NARROWEST)


def _parts(report: AgreementReport, width: int) -> Iterator[Text]:
    yield _title(report, width)
    if not report.layers:
        yield Text("No layer was compared.")
    else:
        yield grid(_summary(report), width)
        yield Text(wrapped(_legend(report), width), "dim")
    if report.attributes:
        yield _attributes(report, width)
    if report.unitising:
        yield _unitising(report, width)
    if report.gamma:
        yield _gamma(report, width)
    for layer in report.layers:
        if layer.layer in _BY_TYPE and layer.labels:
            yield _by_label(report, layer, width)
    if any(layer.layer in _CHAINED for layer in report.layers):
        yield _criteria(report, width)
    if len(report.pairs) > 1 and report.layers:
        yield from _pairs(report, width)
    yield from look_next(report, width)
    yield from _beside(report, width)
    yield Text(wrapped(report.signature(), width), "dim")


def _title(report: AgreementReport, width: int) -> Text:
    names = " · ".join(fit(each.name, width // 2) for each in report.annotators)
    text = heading(f"Agreement of {len(report.annotators)} annotators", width)
    documents = "1 document" if report.documents == 1 else f"{report.documents:,} documents"
    shared = "in common" if len(report.annotators) == 2 else "that two or more have"
    text.append(wrapped(f"{names} · {documents} {shared}", width), "dim")
    return text


def _summary(report: AgreementReport) -> list[Column]:
    layers = report.layers
    main = [layer.criterion(layer.main).mean for layer in layers]
    first = [_first_attribute(report, layer.layer) for layer in layers]
    two = len(report.annotators) == 2

    def other(name: str) -> tuple[str, ...]:
        known = [{each.name: each.mean for each in layer.criteria} for layer in layers]
        return tuple(percent(each[name].value) if name in each else "" for each in known)

    return [
        Column("layer", tuple(fit(layer.layer, 14) for layer in layers)),
        Column("docs", tuple(number(layer.documents) for layer in layers), drop=4),
        Column("items", tuple(number(sum(layer.items)) for layer in layers), drop=5),
        Column("F1", tuple(percent(each.value) for each in main), "F1", strong=True),
        Column(
            _interval(report), tuple(_bracket(each.interval, percent) for each in main), "F1", 1
        ),
        Column("exact", other("exact"), "F1", 7),
        Column("overlap", other("type"), "F1", 6),
        Column(
            "κ",
            tuple(_score(_kappa(each, two)) if each else "" for each in first),
            "labels",
            3,
        ),
        Column("α", tuple(_score(each.alpha) if each else "" for each in first), "labels", 2),
    ]


def _first_attribute(report: AgreementReport, layer: str) -> AttributeAgreement | None:
    """The label of a layer, as it is judged on equal places."""
    return next((each for each in report.attributes if each.layer == layer), None)


def _kappa(attribute: AttributeAgreement, two: bool) -> Estimate:
    return attribute.cohen[0] if two else attribute.fleiss


def _interval(report: AgreementReport) -> str:
    return f"{confidence_words(report.bootstrap.confidence)}% CI"


def _bracket(interval: Interval | None, say: Callable[[float | None], str]) -> str:
    return "" if interval is None else f"[{say(interval.low)}, {say(interval.high)}]"


def _decimals(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


def _score(estimate: Estimate) -> str:
    return _decimals(estimate.value)


def _legend(report: AgreementReport) -> str:
    others = [f"{each.layer} by {each.main}" for each in report.layers if each.main != "strict"]
    of = "mean over pairs" if len(report.pairs) > 1 else "the same whoever is called gold"
    kappa = "Cohen's" if len(report.annotators) == 2 else "Fleiss'"
    return (
        f"F1 in percent, {of}; strict: boundaries and type"
        + (f" ({', '.join(others)})" if others else "")
        + "; exact: boundaries; overlap: type, and a character in common. "
        f"κ: {kappa} kappa, α: Krippendorff's alpha, of the label where both marked the same place."
    )


def _attributes(report: AgreementReport, width: int) -> Text:
    rows = report.attributes
    two = len(report.annotators) == 2
    kappas = [_kappa(each, two) for each in rows]
    alphas = [each.alpha for each in rows]
    columns = fitting(
        [
            Column("attributes", tuple(fit(f"{each.layer} {each.attribute}", 26) for each in rows)),
            Column("units", tuple(number(each.alpha.units) for each in rows), drop=2),
            Column("open", tuple(number(each.unanswered or None) for each in rows), drop=5),
            Column("equal", tuple(percent(each.observed) for each in alphas), drop=1),
            Column("κ", tuple(map(_score, kappas)), strong=True),
            Column(
                _interval(report),
                tuple(_bracket(each.interval, _decimals) for each in kappas),
                drop=4,
            ),
            Column("α", tuple(map(_score, alphas)), strong=True),
            Column(
                _interval(report),
                tuple(_bracket(each.interval, _decimals) for each in alphas),
                drop=3,
            ),
        ],
        width,
    )
    text = grid(columns, width)
    levels = [f"{each.layer} {each.attribute} {each.level}" for each in rows]
    scales = [each for each in levels if not each.endswith("nominal")]
    said = "units: places that two or more judged; equal: pairs of judgements that are, in percent."
    if any(column.title == "open" for column in columns):
        said += " open: marked, but without a value where another gave one."
    if scales:
        said += f" α is nominal but for {', '.join(scales)}."
    text.append("\n" + wrapped(" ".join([said, *_undefined(rows)]), width), "dim")
    return text


def _undefined(rows: Sequence[AttributeAgreement]) -> Iterator[str]:
    """Why coefficients are missing, each reason once with what it is true of."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        if row.alpha.value is None and row.alpha.reason is not None:
            by_reason.setdefault(row.alpha.reason, []).append(f"{row.layer} {row.attribute}")
    for reason, names in by_reason.items():
        yield f"{', '.join(names)}: {reason}."


def _unitising(report: AgreementReport, width: int) -> Text:
    rows = report.unitising
    columns = [
        Column("unitising", tuple(fit(row.layer, 14) for row in rows)),
        Column("units", tuple(number(row.whole.units) for row in rows), drop=4),
    ]
    for title, drop, parts in (
        ("ᵤα", 1, [row.whole for row in rows]),
        ("|ᵤα", 2, [row.relevance for row in rows]),
        ("cᵤα", 3, [row.coding for row in rows]),
    ):
        columns.append(Column(title, tuple(map(_score, parts)), strong=True))
        cells = tuple(_bracket(each.interval, _decimals) for each in parts)
        columns.append(Column(_interval(report), cells, drop=drop))
    text = grid(columns, width)
    said = (
        "Krippendorff's alpha of unitising, by character: ᵤα of boundaries and labels, |ᵤα of "
        "units against gaps, cᵤα of labels where units meet."
    )
    text.append("\n" + wrapped(said, width), "dim")
    return text


def _gamma(report: AgreementReport, width: int) -> Text:
    rows = report.gamma
    columns = [
        Column("aligned units", tuple(fit(row.layer, 14) for row in rows)),
        Column("units", tuple(number(row.gamma.units) for row in rows), drop=4),
    ]
    for title, drop, parts in (
        ("γ", 1, [row.gamma for row in rows]),
        ("γcat", 2, [row.cat for row in rows]),
    ):
        columns.append(Column(title, tuple(map(_score, parts)), strong=True))
        cells = tuple(_bracket(each.interval, _decimals) for each in parts)
        columns.append(Column(_interval(report), cells, drop=drop))
    text = grid(columns, width)
    labels = [(f"{row.layer} {each.label}", each.k) for row in rows for each in row.labels]
    text.append("\n\n")
    text.append_text(
        grid(
            [
                Column("aligned units", tuple(fit(name, 30) for name, _ in labels)),
                Column("units", tuple(number(each.units) for _, each in labels), drop=2),
                Column("γₖ", tuple(_score(each) for _, each in labels), strong=True),
                Column(
                    _interval(report),
                    tuple(_bracket(each.interval, _decimals) for _, each in labels),
                    drop=1,
                ),
            ],
            width,
        )
    )
    said = (
        "γ: places and labels of the best alignment of units against that of random texts; γcat: "
        "labels where units are aligned; γₖ: the same of one label."
    )
    text.append("\n" + wrapped(said, width), "dim")
    return text


def _by_label(report: AgreementReport, layer: LayerAgreement, width: int) -> Text:
    rows = sorted(layer.labels, key=lambda row: (-row.f1.units, row.label))
    return grid(
        [
            Column(layer.layer, tuple(fit(row.label, 24) for row in rows)),
            Column("items", tuple(number(row.f1.units) for row in rows), drop=2),
            Column("F1", tuple(percent(row.f1.value) for row in rows), layer.main, strong=True),
            Column(
                _interval(report),
                tuple(_bracket(row.f1.interval, percent) for row in rows),
                layer.main,
                1,
            ),
        ],
        width,
    )


def _criteria(report: AgreementReport, width: int) -> Text:
    rows = [
        (layer.layer, each)
        for layer in report.layers
        if layer.layer in _CHAINED
        for each in layer.criteria
    ]
    return grid(
        [
            Column(
                "chains, tuples, records",
                tuple(fit(f"{layer} {each.name}", 30) for layer, each in rows),
            ),
            Column("F1", tuple(percent(each.mean.value) for _, each in rows), strong=True),
            Column(
                _interval(report),
                tuple(_bracket(each.mean.interval, percent) for _, each in rows),
                drop=1,
            ),
        ],
        width,
    )


def _pairs(report: AgreementReport, width: int) -> Iterator[Text]:
    """F1 of each layer and kappa of each attribute by pair: as many pairs a table as fit."""
    numbers = {each.name: at for at, each in enumerate(report.annotators, start=1)}
    titles = [f"{numbers[one]}–{numbers[other]}" for one, other in report.pairs]
    room = max(1, (width - 24) // (_PAIR + 2))
    named = ", ".join(f"{number} {visible(name)}" for name, number in numbers.items())
    yield Text(wrapped(f"Pairs: {named}. F1 in percent, and Cohen's κ.", width), "dim")
    for begin in range(0, len(titles), room):
        chosen = range(begin, min(begin + room, len(titles)))
        layers, attributes = report.layers, report.attributes
        yield grid(
            [
                Column(
                    "pairs",
                    (
                        *(f"{each.layer} F1" for each in layers),
                        *(fit(f"{each.layer} {each.attribute} κ", 24) for each in attributes),
                    ),
                ),
                *(
                    Column(
                        titles[at],
                        (
                            *(
                                percent(each.criterion(each.main).pairs[at].value)
                                for each in layers
                            ),
                            *(_score(each.cohen[at]) for each in attributes),
                        ),
                    )
                    for at in chosen
                ),
            ],
            width,
        )


def _beside(report: AgreementReport, width: int) -> Iterator[Text]:
    if report.findings:
        text = heading("Beside the numbers", width)
        for each in report.findings:
            more = ", …" if len(each.examples) < each.count and len(each.examples) == 5 else ""
            line = f"{each.count:,}  {each.kind}: {', '.join(each.examples)}{more}"
            text.append(wrapped(line, width) + "\n")
        yield text
    if report.not_compared:
        text = heading("Not compared", width)
        for layer, reason in report.not_compared.items():
            text.append(wrapped(f"{layer}: {reason}", width) + "\n")
        yield text
    made = report.bootstrap
    if made.reason is not None:
        yield Text(wrapped(f"No intervals: {made.reason}.", width))
