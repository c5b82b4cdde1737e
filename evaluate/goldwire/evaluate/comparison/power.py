"""How large a difference between systems a gold can show, and how much gold a wished one needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from goldwire.schema.errors import InputError

from ..assemble import Resampling
from ..chains import ChainOptions
from ..counting import Source
from ..metrics.forms import Floats
from ..report.power import Detectable, LayerPower, PowerReport
from ..scores import Closed
from ..scoring import report_of
from ..statistics.intervals import too_few
from ..statistics.power import (
    CORRELATIONS,
    assumed_spread,
    documents_needed,
    paired_spread,
    smallest_difference,
)
from ..statistics.spread import Spread
from .together import Together, by_rows, count_together, numbers_of

__all__ = ["power_of"]

_COMMON = (
    "a difference is near normal, its spread does not hang on its size, and more documents would "
    "be of the same kind (Card and others 2020)"
)


class _Found(Struct, frozen=True):
    """One layer: the F1 of each system, and by assumption error, smallest, and documents."""

    documents: int
    f1: tuple[float | None, ...]
    rows: tuple[tuple[float, float, float], ...]
    few: str | None
    """That there is too little gold, where there is."""


def power_of(
    gold: Source,
    systems: Mapping[str, Source],
    *,
    layers: Sequence[str] | None = None,
    difference: float | None = None,
    power: float = 0.8,
    level: float = 0.05,
    chains: ChainOptions | None = None,
    resampling: Resampling | None = None,
) -> PowerReport:
    """What a comparison on this gold can show, for the F1 of each layer's main criterion.

    With one system by name, a second one is assumed that varies as much, with a correlation of
    0, 0.5, or 0.8; with two, the spread of their difference is measured. ``difference``, as a
    ratio, is one that is wished to be shown: 0.02 are two points. Of ``resampling``, only the
    number and the seed count. See ``statistics.power`` for the method and its approximations.

    Raises ``InputError`` for no system or more than two, for a difference, power, or level out of
    range, for fewer than one resample, and for what cannot be scored.
    """
    if not 1 <= len(systems) <= 2:
        raise InputError(
            f"power is that of one system or of two, not of {len(systems)}",
            hint="Name the predictions of one system, or of the two to be compared.",
        )
    options = resampling or Resampling()
    _check(difference, power, level, options)
    together = count_together(gold, systems, layers=layers, chains=chains)
    report = report_of(
        together.counted[together.systems[0]], layers=layers, system="", split=None, errors=0,
        created=None, seconds=None, resampling=Resampling(resamples=0),
    )  # fmt: skip
    found = _measured(together, difference, power, level, options)
    one = len(systems) == 1
    correlations: tuple[float | None, ...] = CORRELATIONS if one else (None,)
    return PowerReport(
        together.systems,
        report.signature,
        power,
        level,
        difference,
        options.resamples,
        options.seed,
        (
            "The other system varies over samples of documents as much as this one, with the "
            f"correlation named; {_COMMON}."
            if one
            else f"The spread is that of these two systems; {_COMMON}."
        ),
        tuple(
            LayerPower(
                part.layer,
                part.main,
                layer.documents,
                layer.f1,
                tuple(
                    _detectable(correlation, row)
                    for correlation, row in zip(correlations, layer.rows, strict=True)
                ),
                _reason(layer),
            )
            for part in together.layers
            for layer in (found[part.layer],)
        ),
        report.not_scored,
    )


def _check(difference: float | None, power: float, level: float, options: Resampling) -> None:
    if difference is not None and not 0 < difference <= 1:
        raise InputError(
            f"the wished difference must be above 0 and at most 1, not {difference:g}",
            hint="0.02 are two points.",
        )
    if not 0 < level / 2 < 0.5:
        raise InputError(f"the level must be between 0 and 1, not {level:g}")
    if not level / 2 < power < 1:
        raise InputError(
            f"the power must be between half the level, {level / 2:g}, and 1, not {power:g}"
        )
    if options.resamples < 1:
        raise InputError(f"power needs resamples, not {options.resamples}", hint="Try 10000.")


def _measured(
    together: Together, difference: float | None, power: float, level: float, options: Resampling
) -> dict[str, _Found]:
    """By layer; every value of the main criterion is computed, and only its F1 is kept."""
    found: dict[str, _Found] = {}
    tables = [numbers_of(part, only_main=True) for part in together.layers]
    mains = {(part.layer, part.main, "f1") for part in together.layers}
    for rows, table in by_rows(tables, together.systems):
        counts = [table.counts[name][rows] for name in together.systems]
        chosen = [at for at, name in enumerate(table.names) if name in mains]
        closed = _only(table.closed, chosen)
        points = [closed(each.sum(axis=0)).tolist() for each in counts]
        few = too_few(table.declared)
        if few:  # made-up documents do not stand in for gold ones
            counts = [each[:0] for each in counts]
        spread = _spread(counts, closed, options)
        smallest = smallest_difference(spread, power=power, level=level)
        needed = np.full(smallest.shape, np.nan)
        if difference is not None:
            needed = documents_needed(spread, difference, power=power, level=level)
        shape = (-1, len(chosen))
        error = np.broadcast_to(spread.error, smallest.shape).reshape(shape)
        by_layer = np.stack([error, smallest.reshape(shape), needed.reshape(shape)], axis=-1)
        for at, column in enumerate(chosen):
            found[table.names[column][0]] = _Found(
                int(rows.sum()),
                tuple(_known(values[at]) for values in points),
                tuple(map(tuple, by_layer[:, at].tolist())),
                few,
            )
    return found


def _spread(counts: Sequence[Floats], closed: Closed, options: Resampling) -> Spread:
    """Of the difference to a system not seen, or of that between two."""
    if len(counts) == 1:
        return assumed_spread(counts[0], closed, resamples=options.resamples, seed=options.seed)
    return paired_spread(
        counts[0], counts[1], closed, resamples=options.resamples, seed=options.seed
    )


def _only(closed: Closed, columns: list[int]) -> Closed:
    """Some of the values of a closed form."""

    def chosen(sums: Floats) -> Floats:
        values: Floats = closed(sums)[..., columns]
        return values

    return chosen


def _detectable(correlation: float | None, row: tuple[float, float, float]) -> Detectable:
    error, smallest, needed = row
    return Detectable(
        correlation,
        _known(error),
        _known(smallest),
        int(needed) if math.isfinite(needed) else None,
    )


def _reason(found: _Found) -> str | None:
    if any(not math.isnan(smallest) for _, smallest, _ in found.rows):
        return None
    if found.few:
        return found.few
    if None in found.f1:
        return "F1 is undefined: neither gold nor predictions"
    return "nothing varies from document to document"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
