"""From ratios by bucket to rows with scores and intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ..assemble import Resampling
from ..metrics.forms import Floats, precision_recall_f1
from ..report.model import Interval
from ..scores import Score, scores_of
from ..statistics.intervals import intervals
from .buckets import Bucketed
from .dimensions import DIMENSIONS

__all__ = ["Bucket", "BucketTable", "bucket_tables"]


class Bucket(Struct, frozen=True):
    """One bucket: its scores, and the interval of F1, or of recall where there is only that."""

    name: str
    score: Score
    interval: Interval | None = None


class BucketTable(Struct, frozen=True):
    """The buckets of one dimension that hold any item."""

    dimension: str
    title: str
    description: str
    recall_only: bool
    rows: tuple[Bucket, ...]


def bucket_tables(
    bucketed: Mapping[str, Bucketed],
    documents: Sequence[str],
    scored: NDArray[np.bool_],
    resampling: Resampling,
) -> tuple[BucketTable, ...]:
    """Scores and intervals by bucket, one table a dimension; dimensions without items left out.

    ``documents`` names the rows of the ratios; ``scored``, shape ``(documents,)``, says which of
    them count. Resamples are those of the report: the same documents are drawn with one seed.
    """
    found = _intervals(bucketed, documents, scored, resampling)
    tables = []
    for name, each in bucketed.items():
        dimension = DIMENSIONS[name]
        scores = [
            _only_recall(score) if dimension.recall_only else _of_both(score)
            for score in scores_of(each.ratios.sum(axis=0))
        ]
        rows = [
            Bucket(bucket, score, interval)
            for bucket, score, interval in zip(each.names, scores, found[name], strict=True)
            if score.gold or score.predicted
        ]
        if rows:
            tables.append(
                BucketTable(
                    name,
                    dimension.title,
                    dimension.description,
                    dimension.recall_only,
                    tuple(rows),
                )
            )
    return tuple(tables)


def _only_recall(score: Score) -> Score:
    """A score without what predictions would have to be in the bucket for."""
    found = (score.recall or 0.0) * score.gold
    return msgspec.structs.replace(score, precision=None, f1=None, correct=float(round(found)))


def _of_both(score: Score) -> Score:
    """A score without F1 where only one side has items in the bucket.

    Over all items F1 is 0 then; here the other side's items may well be right, in other buckets.
    """
    one_sided = score.precision is None or score.recall is None
    return msgspec.structs.replace(score, f1=None) if one_sided else score


def _intervals(
    bucketed: Mapping[str, Bucketed],
    documents: Sequence[str],
    scored: NDArray[np.bool_],
    resampling: Resampling,
) -> dict[str, list[Interval | None]]:
    """The interval of each bucket, ``None`` where there is none, all from one bootstrap."""
    widths = {name: len(each.names) for name, each in bucketed.items()}
    rows = sorted(np.flatnonzero(scored).tolist(), key=documents.__getitem__)
    if not rows or not sum(widths.values()) or not resampling.resamples:
        return {name: [None] * width for name, width in widths.items()}
    value = np.repeat([1 if DIMENSIONS[n].recall_only else 2 for n in widths], [*widths.values()])
    places = np.arange(len(value))

    def closed(sums: Floats) -> Floats:
        scores = precision_recall_f1(sums.reshape(*sums.shape[:-1], len(value), 4))
        one_sided = np.isnan(scores[..., :2]).any(axis=-1)
        scores[..., 2][one_sided] = np.nan
        return np.asarray(scores[..., places, value])

    counts = np.concatenate([each.ratios for each in bucketed.values()], axis=1)[rows]
    made = intervals(
        counts.reshape(len(rows), -1),
        closed,
        method=resampling.method,
        confidence=resampling.confidence,
        resamples=resampling.resamples,
        seed=resampling.seed,
    )
    whole = [
        None if math.isnan(low) or math.isnan(high) else Interval(low, high)
        for low, high in zip(made.low.tolist(), made.high.tolist(), strict=True)
    ]
    ends = np.cumsum([*widths.values()]).tolist()
    return {name: whole[end - widths[name] : end] for name, end in zip(widths, ends, strict=True)}
