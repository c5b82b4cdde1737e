"""A verdict for the terminal: one table of the numbers, then what failed and what got worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from goldwire.schema.positions import visible

from ..report.context import around
from ..report.grid import Column, fit, grid
from ..report.points import interval_of_points, points, probability
from ..report.words import number, percent
from ..report.wrapping import heading, wrapped
from ..statistics.intervals import confidence_words
from .verdict import Check, Verdict
from .words import document_words, headline, item_words, lost_lines, more, type_words

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["verdict_parts"]

_NARROWEST = 40
_NAMED = 5
"""Types, documents, and items that are shown for each number."""


def verdict_parts(verdict: Verdict, width: int) -> Iterator[Text]:
    """The parts of a verdict in at most ``width`` cells, from above to below."""
    width = max(_NARROWEST, width)
    yield heading(headline(verdict), width)
    for line in lost_lines(verdict):
        yield _plain(line, width)
    yield _table(verdict.checks, width)
    yield _dim(_legend(verdict), width)
    for check in verdict.checks:
        if check.outcome == "failed" or check.remarks:
            yield _check(check, width)
    beside = [*verdict.notes]
    beside += [f"{each.kind} ({number(each.count)})" for each in verdict.findings]
    for line in beside:
        yield _plain(line, width)
    yield _dim(verdict.signature.short(), width)


def _table(checks: Sequence[Check], width: int) -> Text:
    return grid(
        [
            Column("number", tuple(fit(each.metric, 44) for each in checks)),
            Column("before", tuple(_ratio(each.before) for each in checks), drop=2),
            Column("now", tuple(percent(each.value) for each in checks)),
            Column("points", tuple(_points(each) for each in checks)),
            Column("interval", tuple(interval_of_points(each.interval) for each in checks), drop=3),
            Column("p Holm", tuple(probability(each.p_adjusted) for each in checks), drop=4),
            Column("allowed", tuple(_allowed(each) for each in checks), drop=5),
            Column("floor", tuple(_ratio(each.floor) for each in checks), drop=6),
            Column("verdict", tuple(map(_outcome, checks))),
        ],
        width,
    )


def _outcome(check: Check) -> str:
    """The verdict on a number; one that passed although it fell too far is not like the others."""
    fell = check.allowed is not None and (check.difference or 0.0) < -check.allowed
    return "passed, fell" if check.outcome == "passed" and fell else check.outcome


def _ratio(value: float | None) -> str:
    return "" if value is None else percent(value)


def _points(check: Check) -> str:
    return "" if check.before is None else points(check.difference)


def _allowed(check: Check) -> str:
    return "" if check.allowed is None else f"-{percent(check.allowed)}"


def _legend(verdict: Verdict) -> str:
    made = verdict.bootstrap
    share = f"{confidence_words(made.confidence)} %"
    rule = "A number fails below its floor" + (
        ", or where it fell by more than is allowed (--strict)."
        if verdict.strict
        else ", or where it fell by more than is allowed and than chance explains."
    )
    if not verdict.tested:
        reason = made.reason or "no drop was looked for"
        return f"{rule} Chance was not tested: {reason}."
    return (
        f"{rule} Points and {share} interval: paired bootstrap over documents "
        f"({made.resamples:,} resamples, seed {made.seed}). p: approximate randomisation, "
        f"two-sided, after Holm over {verdict.tested} drops; more than chance is below "
        f"{verdict.level:g}."
    )


def _check(check: Check, width: int) -> Text:
    text = heading(f"{check.metric}: {check.outcome}", width)
    for line in (*check.reasons, *check.remarks):
        text.append(_indented(f"{line}.", width, 2))
    if check.types:
        shown = ", ".join(map(type_words, check.types[:_NAMED]))
        text.append(_indented(f"types: {shown}{_left(len(check.types))}", width, 2))
    if check.documents:
        shown = ", ".join(map(document_words, check.documents[:_NAMED]))
        text.append(_indented(f"documents: {shown}{_left(check.documents_total)}", width, 2))
    for item in check.items[:_NAMED]:
        text.append(_indented(item_words(item), width, 2))
        if item.sentence:
            text.append(f"    {around(item.sentence, width - 4)}\n", "dim")
    left = check.items_total - min(_NAMED, len(check.items))
    if left > 0:
        text.append(_indented(f"{more(left, 'item')} that got worse", width, 2))
    return text


def _left(total: int) -> str:
    left = total - _NAMED
    return f", and {number(left)} more" if left > 0 else ""


def _indented(line: str, width: int, margin: int) -> str:
    blank = " " * margin
    inside = wrapped(visible(line), width - margin).replace("\n", f"\n{blank}  ")
    return f"{blank}{inside}\n"


def _plain(line: str, width: int) -> Text:
    from rich.text import Text

    return Text(wrapped(line, width))


def _dim(line: str, width: int) -> Text:
    from rich.text import Text

    return Text(wrapped(line, width), "dim")
