"""A comparison of systems for the terminal: the numbers side by side, then what may be said.

Nothing depends on colour. All text goes through :func:`goldwire.schema.positions.visible`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from rich.text import Text

from goldwire.schema.positions import visible

from ..statistics.intervals import confidence_words
from .comparison import (
    INDISTINGUISHABLE,
    Difference,
    Estimate,
    LayerComparison,
    SystemComparison,
)
from .difference_view import all_types, most_different
from .grid import Column, fit, grid
from .points import interval_of_points, percent_with_interval, points, probability
from .words import number
from .wrapping import View, heading, listed, wrapped

__all__ = ["render_comparison", "verdict_rule", "verdict_sentence"]

_NARROWEST = 40
_NAMED = 20
"""Cells of a system's name above its numbers."""
_GAP = 2
_METHODS = {"bca": "BCa"}
_CONTRIBUTED = (
    "Points: what a type or a document contributes to the difference of the layer, which would "
    "be so much smaller with the same output of both systems there."
)
_OF_TYPES = (
    "Points and interval: of the type's own F1, for this type alone, not adjusted for the number "
    "of types. Of the whole: what the type contributes to the difference of the layer."
)


def render_comparison(
    comparison: SystemComparison, *, width: int | None = None, type_differences: bool = False
) -> View:
    """The comparison for ``rich``; ``type_differences`` adds a table of all types of all layers."""
    parts = partial(_parts, comparison, type_differences)
    return View(parts, width=width, narrowest=_NARROWEST)


def _parts(whole: SystemComparison, type_differences: bool, width: int) -> Iterator[Text]:
    yield _title(whole, width)
    yield from _side_by_side(whole, width)
    yield Text(wrapped(_legend(whole), width), "dim")
    pairs = [(each.system, each.other) for each in whole.layers[0].differences]
    for pair in pairs:
        yield _pair(whole, pair, width)
    yield Text(wrapped(verdict_rule(whole, f"; –: {INDISTINGUISHABLE}"), width), "dim")
    apart = [
        part
        for pair in pairs
        for part in most_different(whole, pair, max(2, 4 // len(pairs)), width)
    ]
    yield from apart
    if apart:
        yield Text(wrapped(_CONTRIBUTED, width), "dim")
    if type_differences:
        types = [part for pair in pairs for part in all_types(whole, pair, width)]
        yield from types
        if types:
            yield Text(wrapped(_OF_TYPES, width), "dim")
    yield from _beside(whole, width)
    yield Text(wrapped(whole.signature.short(), width), "dim")


def verdict_sentence(pair: tuple[str, str], layers: Sequence[LayerComparison]) -> str:
    """What may be said of a pair on this gold, in plain words."""
    system, other = pair
    found: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    for layer in layers:
        difference = layer.difference(system, other)
        found.setdefault(difference.verdict, []).append(layer.layer)
        if difference.reason:
            reasons.setdefault(difference.reason, []).append(layer.layer)
    sentences = [
        f"{system} is {verdict} than {other} in {listed(found[verdict])}."
        for verdict in ("better", "worse")
        if verdict in found
    ]
    if alike := found.get(INDISTINGUISHABLE):
        if sentences:
            sentences.append(f"They are {INDISTINGUISHABLE} in {listed(alike)}.")
        elif len(alike) == len(layers):
            sentences.append(f"{system} and {other} are {INDISTINGUISHABLE}.")
        else:
            sentences.append(f"{system} and {other} are {INDISTINGUISHABLE} in {listed(alike)}.")
    for reason, names in reasons.items():
        where = "" if len(names) == len(layers) else f" in {listed(names)}"
        sentences.append(f"Nothing was tested{where}: {reason}.")
    return " ".join(sentences)


def _title(whole: SystemComparison, width: int) -> Text:
    signature = whole.signature
    text = heading(f"{listed(whole.systems)} on the same gold", width)
    documents = "1 document" if signature.documents == 1 else f"{signature.documents:,} documents"
    facts = [f"gold {signature.gold}", documents, signature.schema]
    facts += [f"split {signature.split}"] if signature.split else []
    facts += [f"against the baseline {whole.baseline}"] if whole.baseline else []
    text.append(wrapped(" · ".join(facts), width), "dim")
    return text


def _side_by_side(whole: SystemComparison, width: int) -> Iterator[Text]:
    """Layers by systems; in several tables, where the systems do not fit beside each other."""
    names = _titles(whole.systems)
    layers = tuple(fit(each.layer, 16) for each in whole.layers)
    columns = [
        Column(name, tuple(_cell(layer, at) for layer in whole.layers))
        for at, name in enumerate(names)
    ]
    gold = Column("gold", tuple(number(layer.scores[0].gold) for layer in whole.layers), drop=1)
    first = Column("F1", layers)
    room = width - first.width() - _GAP
    while columns:
        kept, used = 1, columns[0].width()
        while kept < len(columns) and used + _GAP + columns[kept].width() <= room:
            used += _GAP + columns[kept].width()
            kept += 1
        table = grid([first, gold, *columns[:kept]], width)
        table.highlight_regex(r"\S+( \[[^\]]*\])?\*", "bold")
        yield table
        del columns[:kept]


def _titles(systems: Sequence[str]) -> list[str]:
    """The names of systems, short; numbered where short names are alike."""
    short = [fit(name, _NAMED) for name in systems]
    if len(set(short)) == len(short):
        return short
    return [fit(f"{at} {name}", _NAMED) for at, name in enumerate(systems, start=1)]


def _cell(layer: LayerComparison, at: int) -> str:
    estimate: Estimate = layer.number(layer.main, "f1").estimates[at]
    return percent_with_interval(estimate) + ("*" if at == _best(layer) else "")


def _best(layer: LayerComparison) -> int | None:
    """The system that is better than every other one, beyond chance."""
    systems = len(layer.scores)
    wins: dict[str, int] = {}
    for each in layer.differences:
        if each.distinguishable:
            winner = each.system if each.verdict == "better" else each.other
            wins[winner] = wins.get(winner, 0) + 1
    names = sorted({name for each in layer.differences for name in (each.system, each.other)})
    return next((names.index(name) for name, won in wins.items() if won == systems - 1), None)


def _legend(whole: SystemComparison) -> str:
    others = [f"{each.layer} by {each.main}" for each in whole.layers if each.main != "strict"]
    made = whole.bootstrap
    method = _METHODS.get(made.method, made.method)
    sentences = [f"F1 in percent, micro, strict{f' ({listed(others)})' if others else ''}."]
    if made.reason:
        sentences.append(f"No intervals: {made.reason}.")
    else:
        sentences.append(
            f"In brackets the {confidence_words(made.confidence)} % interval: bootstrap over "
            f"documents ({method}, {made.resamples:,} resamples, seed {made.seed})."
        )
    if any(_best(layer) is not None for layer in whole.layers):
        sentences.append("*: better than every other one beyond chance.")
    return " ".join(sentences)


def _pair(whole: SystemComparison, pair: tuple[str, str], width: int) -> Text:
    """One pair: the verdict in words, then the differences by layer."""
    found = [layer.difference(*pair) for layer in whole.layers]
    tested = any(each.interval for each in found)
    columns = [
        Column("layer", tuple(fit(layer.layer, 16) for layer in whole.layers)),
        Column("points", tuple(points(each.value) for each in found)),
        Column("interval", tuple(interval_of_points(each.interval) for each in found)),
        Column("p", tuple(probability(each.p_randomisation) for each in found), drop=3),
        Column("p bootstrap", tuple(probability(each.p_bootstrap) for each in found), drop=4),
        Column("p Holm", tuple(probability(each.p_adjusted) for each in found)),
        Column("better", tuple(number(each.better) for each in found), "documents", drop=1),
        Column("worse", tuple(number(each.worse) for each in found), "documents", drop=1),
        Column("verdict", tuple(_verdict(each) for each in found), drop=2),
    ]
    if not tested:
        columns = [columns[at] for at in (0, 1, 6, 7)]
    text = heading(f"{pair[0]} - {pair[1]}", width)
    text.append(wrapped(verdict_sentence(pair, whole.layers), width) + "\n")
    text.append_text(grid(columns, width))
    return text


def _verdict(difference: Difference) -> str:
    return "–" if difference.verdict == INDISTINGUISHABLE else difference.verdict


def verdict_rule(whole: SystemComparison, signs: str = "") -> str:
    """How verdicts are reached, or why there are none; ``signs`` explains what stands for one."""
    family = whole.family
    if not family.comparisons:
        return "No difference was tested: the numbers are what was counted, and no more."
    sentences = [
        "Points of F1, the first system's less the second's.",
        "p: approximate randomisation, two-sided.",
        f"p Holm: p adjusted for {family.over}.",
        f"Better or worse is said only where the interval excludes 0 and p Holm is below "
        f"{family.level:g}{signs}.",
    ]
    if reason := _powerless(whole):
        sentences.append(reason)
    return " ".join(sentences)


def _powerless(whole: SystemComparison) -> str | None:
    """That no p can be small enough, where that is so."""
    tested = [
        each
        for layer in whole.layers
        for each in layer.differences
        if each.p_randomisation is not None
    ]
    least = min(
        2.0 ** (1 - each.documents) if each.exact else 1 / (1 + whole.bootstrap.resamples)
        for each in tested
    )
    if least * whole.family.comparisons < whole.family.level:
        return None
    return (
        f"Here no p can be below {least:.2g}, and no p Holm below "
        f"{min(1, least * whole.family.comparisons):.2g}: whatever the systems do, nothing can "
        "be distinguished. More documents, more resamples, or fewer layers would help."
    )


def _beside(whole: SystemComparison, width: int) -> Iterator[Text]:
    rows = [
        (each.count, f"{each.kind}, {system}: {', '.join(each.examples)}".rstrip(": "))
        for system, findings in whole.findings.items()
        for each in findings
    ]
    if rows:
        text = heading("Beside the numbers", width)
        margin = max(len(number(count)) for count, _ in rows) + 2
        for count, line in rows:
            text.append(f"{number(count):>{margin}}  ")
            text.append(wrapped(line, width - margin - 2).replace("\n", "\n" + " " * (margin + 2)))
            text.append("\n")
        yield text
    if whole.not_scored:
        text = heading("Not scored", width)
        for name, reason in whole.not_scored.items():
            text.append(wrapped(f"{visible(name)}: {reason}", width) + "\n")
        yield text
