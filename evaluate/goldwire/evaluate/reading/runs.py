"""The files of a run, and its folder in the place of its predictions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from goldwire.schema.reading import Raw, iter_raw

__all__ = ["PREDICTIONS", "RECORD", "iter_predictions", "predictions_file"]

PREDICTIONS = "predictions.jsonl"
RECORD = "run.json"
"""The record of a run, beside its predictions."""


def predictions_file(path: str | Path) -> str | Path:
    """The predictions of a run where ``path`` is its folder; else the path itself."""
    inside = Path(path) / PREDICTIONS
    return inside if str(path) not in ("", "-") and _of_run(inside) else path


def iter_predictions(path: str | Path) -> Iterator[Raw]:
    """The predictions of a file, a folder, or a run's folder; ``-`` is standard input.

    A run that failed on every document has an empty file: that is no prediction, and no error.
    Raises as ``iter_raw`` does.
    """
    found = predictions_file(path)
    if not (_of_run(Path(found)) and Path(found).stat().st_size == 0):
        yield from iter_raw([found])


def _of_run(path: Path) -> bool:
    try:
        both = path.is_file() and (path.parent / RECORD).is_file()
    except (OSError, ValueError):  # whoever opens it says what is wrong
        return False
    return both and path.name == PREDICTIONS
