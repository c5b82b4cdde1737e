"""Tolls of casualties: figures of several sources as one range."""

from __future__ import annotations

from goldwire.schema.document import Quantity, Sourced, Toll

__all__ = ["toll_of"]


def toll_of(rows: list[tuple[str | None, Quantity]], zero: bool, single: bool) -> Toll | None:
    """The toll over (source entity, quantity) pairs; ``zero`` where the text denies any.

    ``single`` says that one person was harmed without a figure.

    One figure is stated and both bounds; "at least 3" leaves the upper bound open; figures that
    differ make a range without a stated figure.
    """
    if not rows:
        if zero:
            return Toll(min=0, max=0, stated=0)
        return Toll(min=1, max=1, stated=1) if single else None
    lows = [low for _, q in rows if (low := q.min if q.min is not None else q.value) is not None]
    highs = [high for _, q in rows if (high := q.max) is not None]
    values = [value for _, q in rows if (value := q.value) is not None]
    by_source = {source: q.value for source, q in rows if source and q.value is not None}
    same = len(set(values)) == 1
    return Toll(
        min=min(lows) if lows else None,
        max=max(highs) if len(highs) == len(rows) else None,
        stated=values[0] if same else None,
        by_source=tuple(Sourced(source=name, value=n) for name, n in by_source.items()),
    )
