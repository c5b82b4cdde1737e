"""Statistics over per-document counts: intervals, comparisons of two systems, power.

Everything works on counts of shape ``(documents, columns)`` and a closed form from sums
``(..., columns)`` to values ``(..., values)``, NaN for undefined; no metric needs code of its own.
"""
