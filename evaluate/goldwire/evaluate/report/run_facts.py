"""What a run took, as far as the report says: time, tokens, cost, answers from the cache."""

from __future__ import annotations

from .model import Report

__all__ = ["run_facts"]


def run_facts(report: Report) -> list[tuple[str, str]]:
    """Titles with what they say; nothing for a run that is not known."""
    found = []
    documents, usage = report.signature.documents, report.usage
    cached = usage.cached if usage else 0
    if report.seconds is not None:
        # With answers from the cache, a mean would say nothing of the extractor.
        mean = (
            "" if cached or not documents else f", {_time(report.seconds / documents)} a document"
        )
        found.append(("Time taken", _time(report.seconds) + mean))
    if usage is not None:
        told = [
            (count, what)
            for count, what in ((usage.input_tokens, "in"), (usage.output_tokens, "out"))
            if count is not None
        ]
        if told:
            parts = ", ".join(f"{count:,} {what}" for count, what in told)
            found.append(("Tokens", f"{sum(count for count, _ in told):,} ({parts})"))
        if usage.cost is not None:
            found.append(("Cost", f"{usage.cost:.4f} US dollars"))
    if cached:
        found.append(("From the cache", f"{cached:,} of {documents:,} documents"))
    return found


def _time(seconds: float) -> str:
    """Seconds with as many decimals as mean something, or minutes and hours."""
    if seconds < 0.0995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 100:
        return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"
