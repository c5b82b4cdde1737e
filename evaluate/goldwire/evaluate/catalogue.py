"""Metrics by name: what is printed can be parsed, and read out of a report.

A name is a layer, a value, and parameters: ``mentions.f1(match=strict)``,
``mentions.precision(match=iou,iou=0.5)``, ``entities.f1(metric=conll,mentions=head)``,
``events.accuracy(attribute=realis)``, ``incidents.f1(metric=slots,type=date)``,
``mentions.f1(match=strict,average=macro)``.

The first parameter names the criterion: ``match`` of spans and tuples, ``metric`` of chains and
incidents, ``attribute`` of attributes and values. ``average`` is ``micro``, ``macro`` (over
types with gold), or ``macro_union`` (over types with gold or predictions); ``type`` is one
label: a type, role, or slot. A parameter with its default may be left out. A value is a word, or
a JSON string in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName

from .catalogue_entries import CATALOGUE, FORMS, Description, described
from .counts import IOU
from .layers import SCORED_LAYERS
from .metrics.blanc import BlancVariant
from .metrics.mention_matching import MentionMatch
from .report.model import Interval, LayerReport, Report
from .scores import Score

__all__ = [
    "CATALOGUE",
    "FORMS",
    "Average",
    "Description",
    "Metric",
    "Reading",
    "described",
    "metrics_of",
    "parse",
    "read",
]

Average = Literal["micro", "macro", "macro_union"]

_NAME = re.compile(r"\s*(\w+)\.(\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_PARAMETER = re.compile(
    r"\s*(\w+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[\w.:/+-]+)\s*(?:,(?=.)|$)", re.DOTALL
)
_WORD = re.compile(r"[\w.:/+-]+")
_GRAMMAR = "A name is like mentions.f1(match=strict,type=PER); see `goldwire evaluate metrics`."


class Metric(Struct, frozen=True):
    """One number that a report may hold; ``str()`` gives the name, :func:`parse` takes it."""

    layer: str
    value: str
    """``precision``, ``recall``, ``f1``, or ``accuracy``."""
    criterion: str
    average: Average = "micro"
    type: str | None = None
    """One label; ``None`` is all of them."""
    mentions: MentionMatch = "exact"
    singletons: bool = True
    blanc: BlancVariant = "reference"

    @property
    def description(self) -> Description:
        """What the catalogue says of it. Raises ``UnknownName`` where it says nothing."""
        return _describe(self.layer, self.value, self.criterion)

    def __str__(self) -> str:
        parameters = [f"{self.description.selector}={_quoted(self.criterion)}"]
        if self.criterion == "iou":
            parameters.append(f"iou={IOU}")
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value != default:
                shown = str(value).lower() if isinstance(value, bool) else _quoted(value)
                parameters.append(f"{name}={shown}")
        return f"{self.layer}.{self.value}({','.join(parameters)})"


_DEFAULTS: dict[str, Any] = {
    "mentions": "exact",
    "singletons": True,
    "blanc": "reference",
    "average": "micro",
    "type": None,
}
"""The parameters beside the criterion, in the order in which they are printed."""

_ALLOWED: dict[str, tuple[str, ...]] = {
    "mentions": get_args(MentionMatch),
    "singletons": ("true", "false"),
    "blanc": get_args(BlancVariant),
    "average": get_args(Average),
}


class Reading(Struct, frozen=True):
    """A number out of a report: ``None`` where it is undefined, with its interval if it has one."""

    metric: Metric
    value: float | None
    interval: Interval | None = None


def parse(name: str) -> Metric:
    """The metric that a name means.

    Raises ``InputError`` for what is no name, and ``UnknownName`` with the nearest known one for
    a layer, value, criterion, or parameter that does not exist.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise InputError(f"{name!r} is not the name of a metric", hint=_GRAMMAR)
    layer, value, inside = found.groups()
    if layer not in SCORED_LAYERS:
        raise UnknownName("layer", layer, SCORED_LAYERS)
    values = dict.fromkeys(value for each in described(layer) for value in each.values)
    if value not in values:
        raise UnknownName(f"value of {layer}", value, values)
    given = _parameters(name, inside or "")
    description = _chosen(layer, value, given)
    options = {}
    for key, text in given.items():
        if key not in description.parameters:
            what = f"parameter of {layer}.{value}({description.selector}={description.criterion})"
            raise UnknownName(what, key, description.parameters)
        if key in _ALLOWED and text not in _ALLOWED[key]:
            raise UnknownName(key, text, _ALLOWED[key])
        if key in _DEFAULTS:
            options[key] = text == "true" if key == "singletons" else text
        elif key == "iou" and not _is_number(text, IOU):
            raise InputError(
                f"{name!r}: the only share of characters that is scored is {IOU}",
                hint="Leave iou= out.",
            )
    metric = msgspec.convert(
        {"layer": layer, "value": value, "criterion": description.criterion, **options}, Metric
    )
    if metric.type is not None and metric.average != "micro":
        raise InputError(f"{name!r}: an average over types is not of one type")
    return metric


def read(report: Report, name: str | Metric) -> Reading:
    """The number of that name in a report.

    Raises what :func:`parse` raises, ``UnknownName`` for a layer, criterion, or type that the
    report does not have, and ``InputError`` where its chains were compared in another way.
    """
    metric = parse(name) if isinstance(name, str) else name
    description = metric.description
    layer = report.layer(metric.layer)
    _check_chains(report, metric, description)
    if metric.value == "accuracy":
        for each in layer.accuracies:
            if each.attribute == metric.criterion:
                return Reading(metric, each.accuracy, each.interval)
        known = [each.attribute for each in layer.accuracies]
        raise UnknownName(f"attribute of {metric.layer}", metric.criterion, known)
    criterion = layer.criterion(metric.criterion)
    if metric.type is not None:
        score, interval = _of_type(layer, metric)
        return Reading(metric, _value(score, metric.value), interval)
    if metric.average == "micro":
        return Reading(
            metric, _value(criterion.micro, metric.value), criterion.intervals.get(metric.value)
        )
    of_macro = metric.average == "macro" and metric.value == "f1"
    score = criterion.macro if metric.average == "macro" else criterion.macro_union
    interval = criterion.intervals.get("macro_f1") if of_macro else None
    return Reading(metric, _value(score, metric.value), interval)


def metrics_of(report: Report) -> Iterator[Metric]:
    """The metrics of all that a report says of its layers as a whole, types aside."""
    options = _chain_options(report)
    for layer in report.layers:
        criteria = {each.name for each in layer.criteria}
        attributes = {each.attribute for each in layer.accuracies}
        for each in described(layer.layer):
            if each.criterion not in (attributes if each.form == "accuracy" else criteria):
                continue
            own = {name: value for name, value in options.items() if name in each.parameters}
            averages = get_args(Average) if each.by_type else ("micro",)
            for average in averages:
                for value in each.values:
                    yield Metric(layer.layer, value, each.criterion, average, **own)


def _parameters(name: str, inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(inside.rstrip()):
        part = _PARAMETER.match(inside, at)
        if part is None:
            raise InputError(f"{name!r}: cannot read {inside[at:]!r}", hint=_GRAMMAR)
        key, text = part.groups()
        if key in found:
            raise InputError(f"{name!r} names {key} twice")
        try:
            found[key] = json.loads(text) if text.startswith('"') else text
        except ValueError as problem:
            raise InputError(f"{name!r}: {text} is no JSON string", hint=_GRAMMAR) from problem
        at = part.end()
    return found


def _chosen(layer: str, value: str, given: dict[str, str]) -> Description:
    """The description that the first parameter names, or the main one."""
    known = [each for each in described(layer) if value in each.values]
    selectors = dict.fromkeys(each.selector for each in known)
    named = [key for key in given if key in selectors]
    if len(named) > 1:
        raise InputError(f"{layer}.{value} takes one of {' and '.join(named)}, not both")
    if named:
        criterion = given[named[0]]
        choices = [each for each in known if each.selector == named[0]]
        for each in choices:
            if each.criterion == criterion:
                return each
        names = [each.criterion for each in choices]
        raise UnknownName(f"{named[0]} of {layer}", criterion, names)
    for each in known:
        if each.main:
            return each
    names = [f"{each.selector}={each.criterion}" for each in known]
    raise InputError(f"{layer}.{value} needs to know of what", hint=f"Known: {', '.join(names)}.")


def _describe(layer: str, value: str, criterion: str) -> Description:
    known = [each for each in described(layer) if value in each.values]
    for each in known:
        if each.criterion == criterion:
            return each
    names = [each.criterion for each in known]
    raise UnknownName(f"criterion of {layer}.{value}", criterion, names)


def _of_type(layer: LayerReport, metric: Metric) -> tuple[Score | None, Interval | None]:
    for row in layer.labels:
        if row.label == metric.type:
            of_main = metric.criterion == layer.main and metric.value == "f1"
            return row.scores.get(metric.criterion), row.interval if of_main else None
    raise UnknownName(f"type of {layer.layer}", str(metric.type), [r.label for r in layer.labels])


def _value(score: Score | None, value: str) -> float | None:
    found: float | None = getattr(score, value) if score is not None else None
    return found


_CHAINS = re.compile(r"mentions (\w+), singletons (kept|left out), blanc (\w+)")


def _chain_options(report: Report) -> dict[str, Any]:
    """How the report's chains were compared, by the names of parameters."""
    found = _CHAINS.fullmatch(report.signature.chains or "")
    if found is None:
        return {}
    return {"mentions": found[1], "singletons": found[2] == "kept", "blanc": found[3]}


def _check_chains(report: Report, metric: Metric, description: Description) -> None:
    for name, value in _chain_options(report).items():
        if name in description.parameters and getattr(metric, name) != value:
            shown = str(value).lower() if isinstance(value, bool) else value
            raise InputError(
                f"{metric} is not in this report: its chains were compared with {name}={shown}",
                hint=f"Score again with the other {name}, or say {name}={shown}.",
            )


def _is_number(text: str, wanted: float) -> bool:
    try:
        return float(text) == wanted
    except ValueError:
        return False


def _quoted(text: str) -> str:
    return text if _WORD.fullmatch(text) else json.dumps(text)
