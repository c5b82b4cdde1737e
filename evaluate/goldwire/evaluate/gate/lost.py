"""Documents that have no prediction any more, and what the run that lost them says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ..counting import Source
from ..reading.runs import RECORD, predictions_file
from .baseline import Baseline
from .measuring import Measured
from .verdict import LostDocument

__all__ = ["lost_documents"]


def lost_documents(measured: Measured, baseline: Baseline) -> tuple[LostDocument, ...]:
    """The documents of the baseline that had a prediction then and have none now, by id.

    Where predictions are a file of ``goldwire evaluate run``, its record says why.
    """
    known = baseline.gold.keys() - set(baseline.unanswered)
    lost = [name for name in measured.counted.unanswered if name in known]
    reasons = _reasons(measured.predictions) if lost else {}
    return tuple(LostDocument(name, reasons.get(name)) for name in lost)


def _reasons(predictions: Source) -> Mapping[str, str]:
    """By document why it failed, as a record beside the predictions says it."""
    if not isinstance(predictions, (str, Path)):
        return {}
    from ..running.folder import RunRecord

    try:
        found = (Path(predictions_file(predictions)).parent / RECORD).read_bytes()
        record = msgspec.json.decode(found, type=RunRecord)
    except (OSError, ValueError, msgspec.DecodeError):  # another file of that name
        return {}
    return {each.id: each.reason for each in record.documents if each.reason}
