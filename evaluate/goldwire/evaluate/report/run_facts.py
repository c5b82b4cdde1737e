"""What a run took, as far as the report says: time, tokens, cost, answers from the cache."""

from __future__ import annotations

from .model import Report

__all__ = ["RUN_FINDINGS", "run_facts"]

_TOKENS = "tokens used"
_CACHED = "documents answered from the cache"

RUN_FINDINGS = (_TOKENS, _CACHED)
"""Kinds of findings that say what the run took, and nothing of the scores."""


def run_facts(report: Report) -> list[tuple[str, str]]:
    """Titles with what they say; nothing for a run that is not known."""
    found = []
    findings = {each.kind: each for each in report.findings if each.kind in RUN_FINDINGS}
    documents = report.signature.documents
    cached = findings.get(_CACHED)
    if report.seconds is not None:
        # With answers from the cache, a mean would say nothing of the extractor.
        mean = (
            "" if cached or not documents else f", {_time(report.seconds / documents)} a document"
        )
        found.append(("Time taken", _time(report.seconds) + mean))
    if _TOKENS in findings:
        each = findings[_TOKENS]
        money = [part for part in each.examples if part.endswith("US dollars")]
        parts = [part for part in each.examples if part not in money]
        if parts:
            found.append(("Tokens", f"{each.count:,} ({', '.join(parts)})"))
        found += [("Cost", part) for part in money]
    if cached:
        found.append(("From the cache", f"{cached.count:,} of {documents:,} documents"))
    return found


def _time(seconds: float) -> str:
    """Seconds with as many decimals as mean something, or minutes and hours."""
    if seconds < 0.0995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 100:
        return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"
