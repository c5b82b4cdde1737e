"""Predictions counted once, and kept where they can be read again for what got worse."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from goldwire.schema.errors import InputError

from ..assemble import Resampling
from ..counting import Counted, Source, count
from ..diagnostics.reading import rereadable
from ..report.model import Report
from ..scoring import report_of

__all__ = ["Measured", "measure"]


class Measured(Struct, frozen=True):
    """Both sides, their counts, and the report over these, without intervals."""

    gold: Source
    predictions: Source
    counted: Counted
    report: Report


def measure(gold: Source, predictions: Source, system: str) -> Measured:
    """Count predictions against gold.

    Raises ``InputError`` where both are standard input, where no layer has gold, and for what
    cannot be compared.
    """
    if all(isinstance(each, (str, Path)) and str(each) == "-" for each in (gold, predictions)):
        raise InputError(
            "standard input can be read only once",
            hint="Use - for one of them, a file for the other.",
        )
    gold, predictions = rereadable(gold), rereadable(predictions)
    counted = count(gold, predictions)
    report = report_of(
        counted, layers=None, system=system, split=None, errors=0, created=None, seconds=None,
        resampling=Resampling(resamples=0),
    )  # fmt: skip
    if not report.layers:
        raise InputError(
            "no layer could be scored: no gold document names one in annotation.layers",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )
    return Measured(gold, predictions, counted, report)
