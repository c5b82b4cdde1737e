"""Is a drop larger than allowed, and more than chance?

The paired bootstrap interval and approximate randomisation of ``statistics.paired``, both
two-sided, and Holm's adjustment over all drops that are looked for. A number fails where its
drop is larger than allowed, its interval excludes 0, and its adjusted p is below one minus the
confidence. So of changes that are mere noise at most that share fails, in all numbers together:
half of it, where noise does as much good as harm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..assemble import Resampling
from ..metrics.forms import Floats
from ..statistics.intervals import too_few
from ..statistics.paired import compare, holm
from .numbers import NumberPair

__all__ = ["Change", "changes"]


class Change(Struct, frozen=True):
    """One number now and then; NaN is undefined, or not tested."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float
    reason: str | None
    """Why chance cannot be told from a drop here; ``None`` where it can."""

    def beyond(self, allowed: float) -> bool:
        """Whether it fell by more than is allowed; to fall to undefined is to fall to 0."""
        if math.isnan(self.before):
            return False
        after = 0.0 if math.isnan(self.after) else self.after
        # Ratios of counts: what differs in the last bits is the same number.
        return self.before - after > allowed + 1e-9

    def distinguishable(self, level: float) -> bool:
        """Whether the difference is more than chance."""
        return self.p_adjusted < level and (self.low > 0 or self.high < 0)


def changes(pairs: Sequence[NumberPair], options: Resampling) -> list[Change]:
    """What happened to each number, in the order of ``pairs``, which are one family.

    Numbers over the same documents are drawn together. With fewer documents than an interval
    needs, or so few that no p could be small enough, there is a reason instead of a test.
    """
    tests: list[_Test] = [_UNTESTED] * len(pairs)
    groups: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for at, pair in enumerate(pairs):
        groups.setdefault((pair.declared, pair.documents), []).append(at)
    for (declared, _), members in groups.items():
        reason = too_few(declared) or (None if options.resamples else "no resamples were asked for")
        own = _tested([pairs[at] for at in members], options, reason)
        for at, test in zip(members, own, strict=True):
            tests[at] = test
    adjusted = holm(np.array([test.p for test in tests], np.float64)).tolist()
    family = sum(not math.isnan(test.p) for test in tests)
    level = 1 - options.confidence
    found = []
    for pair, test, p in zip(pairs, tests, adjusted, strict=True):
        before, after = (float(pair.closed(side.sum(axis=0))[0]) for side in (pair.then, pair.now))
        reason = test.reason
        if reason is None and test.least * family >= level:
            reason = f"{test.limit}; no p could be small enough"
        found.append(Change(before, after, after - before, test.low, test.high, test.p, p, reason))
    return found


class _Test(Struct, frozen=True):
    """One number: the ends of the interval, p, the least p that there can be, and why."""

    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    least: float = 0.0
    limit: str = ""
    reason: str | None = None


_UNTESTED = _Test()


def _tested(pairs: Sequence[NumberPair], options: Resampling, reason: str | None) -> list[_Test]:
    """The tests of numbers over the same documents."""
    if reason is not None:
        return [_Test(reason=reason)] * len(pairs)
    ends = np.cumsum([pair.now.shape[1] for pair in pairs]).tolist()
    pieces = [
        (slice(end - pair.now.shape[1], end), pair.closed)
        for end, pair in zip(ends, pairs, strict=True)
    ]

    def closed(sums: NDArray[np.float64]) -> Floats:
        return np.concatenate([form(sums[..., piece]) for piece, form in pieces], axis=-1)

    made = compare(
        np.hstack([pair.now for pair in pairs]),
        np.hstack([pair.then for pair in pairs]),
        closed,
        method=options.method,
        confidence=options.confidence,
        resamples=options.resamples,
        seed=options.seed,
    )
    documents = len(pairs[0].documents)
    least = 2.0 ** (1 - documents) if made.exact else 1 / (1 + options.resamples)
    limit = f"{documents:,} documents" if made.exact else f"{options.resamples:,} resamples"
    columns = (made.low.tolist(), made.high.tolist(), made.p_randomisation.tolist())
    return [
        _Test(low, high, p, least, limit, "it is undefined" if math.isnan(p) else None)
        for low, high, p in zip(*columns, strict=True)
    ]
