"""Compare systems on the same gold: which differences are more than chance, and whence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import msgspec
import numpy as np
from msgspec import Struct

from goldwire.schema.errors import InputError, UnknownName, kind_of

from ..assemble import Resampling, bootstrap_of
from ..chains import ChainOptions
from ..counting import Source
from ..metrics.forms import Floats, precision_recall_f1
from ..report.comparison import (
    INDISTINGUISHABLE,
    Difference,
    DocumentDifference,
    Estimate,
    Family,
    LayerComparison,
    Number,
    SystemComparison,
    TypeDifference,
    Verdict,
)
from ..report.model import Interval
from ..scores import Closed, Score, scores_of
from ..scoring import report_of
from ..statistics.intervals import intervals, too_few
from ..statistics.paired import compare, holm
from .contributions import contributions
from .together import LayerTogether, Numbers, Together, by_rows, count_together, numbers_of

__all__ = ["compare_systems"]

_LISTED = 10
"""Documents that are listed on either side of a difference."""

_Name = tuple[str, str, str]


class _Tested(Struct, frozen=True):
    """One number of one pair."""

    value: float
    low: float = math.nan
    high: float = math.nan
    p_randomisation: float = math.nan
    p_bootstrap: float = math.nan
    exact: bool = False
    documents: int = 0
    reason: str | None = None


def compare_systems(
    gold: Source,
    systems: Mapping[str, Source],
    *,
    layers: Sequence[str] | None = None,
    baseline: str | None = None,
    resampling: Resampling | None = None,
    chains: ChainOptions | None = None,
    split: str | None = None,
    listed: int = _LISTED,
) -> SystemComparison:
    """Compare two or more systems by name on the same gold, layer by layer.

    Each is counted as :func:`goldwire.evaluate.score` counts it, and its numbers are the same.
    Every pair is compared, in order of names, or every other system with the ``baseline``, by
    the F1 of the layer's main criterion: a paired bootstrap interval, approximate randomisation
    (Noreen 1989), the paired bootstrap's p (Koehn 2004), and Holm's adjustment (1979) of the
    randomisation's p over all layers and pairs. The level is one minus the confidence of
    ``resampling``; without resamples, nothing is tested. ``listed`` documents are named on either
    side of a difference.

    The order of documents and of systems changes nothing. Raises ``InputError`` for fewer than
    two systems and for what cannot be scored, ``UnknownName`` for an unknown layer or baseline.
    """
    if not isinstance(systems, Mapping):
        raise InputError(
            f"the systems are {kind_of(systems)}, not a mapping",
            hint='Give predictions by name: {"rules": run.predictions, "mine": "mine.jsonl"}.',
        )
    if len(systems) < 2:
        raise InputError(
            f"a comparison needs two systems or more, not {len(systems)}",
            hint="To see one system's numbers, score it.",
        )
    if baseline is not None and baseline not in systems:
        raise UnknownName("system", baseline, sorted(systems))
    options = resampling or Resampling()
    together = count_together(gold, systems, layers=layers, chains=chains)
    pairs = _pairs(together.systems, baseline)
    tested = {pair: _tested(together, pair, options) for pair in pairs}
    family, adjusted = _adjusted(together, tested, options)
    estimates = [_estimates(together, name, options) for name in together.systems]
    plain = {
        name: report_of(
            together.counted[name], layers=layers, system=name, split=split, errors=0,
            created=None, seconds=None,
            resampling=msgspec.structs.replace(options, resamples=0),
        )
        for name in together.systems
    }  # fmt: skip
    first = plain[together.systems[0]]
    return SystemComparison(
        together.systems,
        baseline,
        first.signature,
        bootstrap_of(options, first.signature.documents),
        family,
        tuple(
            LayerComparison(
                part.layer,
                part.main,
                part.declared,
                tuple(_whole(part, name) for name in together.systems),
                _numbers(part.layer, estimates),
                tuple(
                    _difference(
                        together, part, pair, tested[pair], adjusted[part.layer, pair],
                        family.level, listed,
                    )
                    for pair in pairs
                ),
            )
            for part in together.layers
        ),
        first.not_scored,
        {name: report.findings for name, report in plain.items()},
    )  # fmt: skip


def _pairs(systems: Sequence[str], baseline: str | None) -> list[tuple[str, str]]:
    if baseline is None:
        return list(combinations(systems, 2))
    return [(name, baseline) for name in systems if name != baseline]


def _estimates(together: Together, system: str, options: Resampling) -> dict[_Name, Estimate]:
    """Every number of a system, over the documents that count for it."""
    found: dict[_Name, Estimate] = {}
    for rows, table in by_rows(map(numbers_of, together.layers), [system]):
        counts = table.counts[system][rows]
        if _untestable(table, options):
            points = table.closed(counts.sum(axis=0)).tolist()
            found |= {n: Estimate(_known(p)) for n, p in zip(table.names, points, strict=True)}
            continue
        made = intervals(
            counts,
            table.closed,
            method=options.method,
            confidence=options.confidence,
            resamples=options.resamples,
            seed=options.seed,
        )
        columns = (made.point.tolist(), made.low.tolist(), made.high.tolist())
        for name, point, low, high in zip(table.names, *columns, strict=True):
            found[name] = Estimate(_known(point), _interval(low, high))
    return found


def _untestable(table: Numbers, options: Resampling) -> str | None:
    """Why there is no interval; made-up documents do not stand in for gold ones."""
    few = too_few(table.declared)
    return few or (None if options.resamples else "no resamples were asked for")


def _numbers(layer: str, estimates: Sequence[Mapping[_Name, Estimate]]) -> tuple[Number, ...]:
    return tuple(
        Number(name[1], name[2], tuple(each[name] for each in estimates))
        for name in estimates[0]
        if name[0] == layer
    )


def _tested(together: Together, pair: tuple[str, str], options: Resampling) -> dict[_Name, _Tested]:
    """Every number of the main criteria of a pair, first minus second."""
    found: dict[_Name, _Tested] = {}
    tables = [numbers_of(part, only_main=True) for part in together.layers]
    for rows, table in by_rows(tables, pair):
        found |= _tested_together(table, [table.counts[name][rows] for name in pair], options)
    return found


def _tested_together(
    table: Numbers, counts: Sequence[Floats], options: Resampling
) -> dict[_Name, _Tested]:
    one, other = counts
    documents = len(one)
    if reason := _untestable(table, options):
        apart = table.closed(one.sum(axis=0)) - table.closed(other.sum(axis=0))
        return {
            name: _Tested(value, documents=documents, reason=reason)
            for name, value in zip(table.names, apart.tolist(), strict=True)
        }
    made = compare(
        one,
        other,
        table.closed,
        method=options.method,
        confidence=options.confidence,
        resamples=options.resamples,
        seed=options.seed,
    )
    columns = (made.difference, made.low, made.high, made.p_randomisation, made.p_bootstrap)
    return {
        name: _Tested(value, low, high, p, p_bootstrap, made.exact, documents)
        for name, value, low, high, p, p_bootstrap in zip(
            table.names, *(each.tolist() for each in columns), strict=True
        )
    }


def _adjusted(
    together: Together,
    tested: Mapping[tuple[str, str], Mapping[_Name, _Tested]],
    options: Resampling,
) -> tuple[Family, dict[tuple[str, tuple[str, str]], float]]:
    """Holm's p by layer and pair; NaN where nothing was tested."""
    keys = [(part, pair) for part in together.layers for pair in tested]
    raw = [tested[pair][part.layer, part.main, "f1"].p_randomisation for part, pair in keys]
    p = holm(np.array(raw, np.float64)).tolist()
    count = sum(not math.isnan(value) for value in p)
    some = [_counted(len(together.layers), "layer"), _counted(len(tested), "pair of systems")]
    left = "" if count == len(raw) else f", less {len(raw) - count} that could not be tested"
    family = Family(
        "Holm 1979",
        count,
        round(1 - options.confidence, 12),
        f"{_counted(count, 'comparison')}: {' × '.join(some)}{left}",
    )
    return family, {(part.layer, pair): q for (part, pair), q in zip(keys, p, strict=True)}


def _counted(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    head, blank, rest = noun.partition(" ")
    return f"{number} {head}s{blank}{rest}"


def _difference(
    together: Together,
    part: LayerTogether,
    pair: tuple[str, str],
    tested: Mapping[_Name, _Tested],
    adjusted: float,
    level: float,
    listed: int,
) -> Difference:
    found = tested[part.layer, part.main, "f1"]
    verdict, reason = _verdict(found, adjusted, level)
    one, other = (part.counts[name].totals[part.main] for name in pair)
    gained = contributions(one, other, _f1_of(part))
    gains, losses = (
        tuple(
            _document(together, part, at, (one, other), gained)
            for at in _order(gained * sign, together.documents)[:listed]
            if gained[at] * sign > 0
        )
        for sign in (1, -1)
    )
    return Difference(
        *pair,
        found.documents,
        _known(found.value),
        _interval(found.low, found.high),
        _known(found.p_randomisation),
        _known(found.p_bootstrap),
        _known(adjusted),
        found.exact,
        verdict,
        reason,
        int((gained > 0).sum()),
        int((gained < 0).sum()),
        tuple(_types(part, pair, tested)),
        gains,
        losses,
    )


def _verdict(found: _Tested, adjusted: float, level: float) -> tuple[Verdict, str | None]:
    if found.reason is not None:
        return "not tested", found.reason
    if math.isnan(adjusted):
        return "not tested", "F1 is undefined: neither gold nor predictions"
    if adjusted < level and (found.low > 0 or found.high < 0):
        return ("better" if found.value > 0 else "worse"), None
    return INDISTINGUISHABLE, None


def _document(
    together: Together, part: LayerTogether, at: int, counts: tuple[Floats, Floats], gained: Floats
) -> DocumentDifference:
    one, other = (_score(part, each[at]) for each in counts)
    return DocumentDifference(together.documents[at], (one, other), _known(gained[at]))


def _types(
    part: LayerTogether, pair: tuple[str, str], tested: Mapping[_Name, _Tested]
) -> Iterator[TypeDifference]:
    """The labels of a layer; those of a layer add up to its main criterion."""
    if not part.labels:
        return
    sums = [part.counts[name].main.sum(axis=0, dtype=np.float64) for name in pair]
    gained = contributions(sums[0], sums[1], _f1_of(part))
    one, other = (scores_of(each) for each in sums)
    for at in _order(gained, part.labels):
        scores = one[at], other[at]
        if not any(score.gold or score.predicted for score in scores):
            continue
        found = tested[part.layer, "label", part.labels[at]]
        yield TypeDifference(
            part.labels[at],
            scores,
            _known(found.value),
            _interval(found.low, found.high),
            _known(gained[at]),
        )


def _order(gained: Floats, names: Sequence[str]) -> list[int]:
    """The greatest first, ties by name, unknown ones last."""
    kept = np.where(np.isnan(gained), -np.inf, gained).tolist()
    return sorted(range(len(kept)), key=lambda at: (-kept[at], names[at]))


def _f1_of(part: LayerTogether) -> Closed:
    form = part.form or precision_recall_f1

    def closed(sums: Floats) -> Floats:
        values: Floats = form(sums)[..., 2]
        return values

    return closed


def _whole(part: LayerTogether, system: str) -> Score:
    return _score(part, part.counts[system].totals[part.main].sum(axis=0))


def _score(part: LayerTogether, sums: Floats) -> Score:
    return scores_of(sums[None], part.form or precision_recall_f1)[0]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _interval(low: float, high: float) -> Interval | None:
    return None if math.isnan(low) or math.isnan(high) else Interval(low, high)
