"""The normal and Student's distribution, without scipy's half second of import.

Student's t is the expansion of Abramowitz and Stegun (1964, 26.7.5): within 0.1 % at levels up
to .975, and within 1 % up to .995, from four degrees of freedom on; fewer count as four.
"""

from __future__ import annotations

from statistics import NormalDist

__all__ = [
    "LEAST_FREEDOM",
    "normal_cdf",
    "normal_quantile",
    "student_cdf",
    "student_quantile",
]

_NORMAL = NormalDist()

normal_cdf = _NORMAL.cdf
normal_quantile = _NORMAL.inv_cdf

LEAST_FREEDOM = 4.0
"""Degrees of freedom from which the expansion holds."""


def student_quantile(level: float, freedom: float) -> float:
    """The quantile of Student's t with ``freedom`` degrees of freedom at ``level`` in (0, 1)."""
    return _expanded(normal_quantile(level), freedom)


def student_cdf(t: float, freedom: float) -> float:
    """The probability of a value up to ``t``: ``student_quantile`` turned round, by bisection."""
    # Student's tails are the heavier: z lies between 0 and t.
    near, far = 0.0, t
    for _ in range(60):
        middle = (near + far) / 2
        if abs(_expanded(middle, freedom)) < abs(t):
            near = middle
        else:
            far = middle
    return normal_cdf(far)


def _expanded(z: float, freedom: float) -> float:
    """Student's quantile at the level where the normal's is ``z``."""
    freedom = max(freedom, LEAST_FREEDOM)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))
