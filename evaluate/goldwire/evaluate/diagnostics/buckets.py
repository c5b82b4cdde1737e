"""Ratios by bucket: of short and long items, seen and unseen ones, nested ones, and so on.

Under the strict criterion, from the one alignment. A gold item counts in the bucket of its own
property, a predicted item in the bucket of its own. So precision answers *of what the system
predicted in this bucket, how much is right?*, recall *of the gold in this bucket, how much was
found?*; the buckets of a dimension sum to the layer's total. The two items of a right pair are in
different buckets where the property depends on other items (depth, contents), or where the pair
is right by an alternative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from msgspec import Struct

from ..alignment.pairs import BOTH
from ..columns import Columns
from ..identity import Aligned
from ..metrics.forms import Floats
from ..tables import Ints
from .dimensions import check_layer, dimensions_of, in_order
from .properties import Codes, codes_of, sides_of
from .texts import Words, words_of
from .training import Training

__all__ = ["Bucketed", "count_buckets", "joined_buckets"]


class Bucketed(Struct, frozen=True, gc=False):
    """The buckets of one dimension, and their ratios, shape ``(documents, buckets, 4)``.

    Where only gold items have the property, predictions are counted nowhere: the ratio of
    precision is 0 / 0.
    """

    names: tuple[str, ...]
    ratios: Floats


def count_buckets(
    columns: Columns,
    layer: str,
    aligned: Aligned,
    training: Training | None = None,
    words: Words | None = None,
) -> dict[str, Bucketed]:
    """The ratios of a layer of a block by dimension.

    ``words`` are those of the block's texts, where they are known already. Optional gold, and
    what is aligned with it, counts nowhere. Raises ``InputError`` for a layer without buckets.
    """
    check_layer(layer)
    words = words or words_of([gold.text for gold in columns.block.gold])
    sides = sides_of(columns, layer, aligned, training, words)
    gold, predicted, pairs = sides.gold, sides.predicted, aligned.alignment.pairs
    counted, free = ~gold.optional, np.ones(len(predicted), bool)
    free[pairs.predicted[gold.optional[pairs.gold]]] = False
    hits = pairs.take((pairs.kind == BOTH) & counted[pairs.gold])

    def ratios(codes: Codes) -> Bucketed:
        return Bucketed(
            codes.names,
            np.stack(
                [
                    _table(predicted.document, codes.predicted, hits.predicted, shape(codes)),
                    _table(predicted.document, codes.predicted, np.flatnonzero(free), shape(codes)),
                    _table(gold.document, codes.gold, hits.gold, shape(codes)),
                    _table(gold.document, codes.gold, np.flatnonzero(counted), shape(codes)),
                ],
                axis=-1,
            ).astype(np.float64),
        )

    def shape(codes: Codes) -> tuple[int, int]:
        return gold.documents, len(codes.names)

    names = dimensions_of(layer, training=training is not None)
    return {name: ratios(codes_of(sides, name)) for name in names}


def _table(document: Ints, codes: Ints, rows: Ints, shape: tuple[int, int]) -> Ints:
    """How many of the rows have each code, by document; −1 is no code."""
    chosen = codes[rows]
    cells = (document[rows] * shape[1] + chosen)[chosen >= 0]
    counts: Ints = np.bincount(cells, minlength=shape[0] * shape[1])
    return counts.reshape(shape)


def joined_buckets(parts: Sequence[Mapping[str, Bucketed]]) -> dict[str, Bucketed]:
    """The buckets of several blocks as one, documents in the order of the parts."""
    return {name: _joined([part[name] for part in parts]) for name in (parts[0] if parts else ())}


def _joined(parts: Sequence[Bucketed]) -> Bucketed:
    names = parts[0].names
    if any(part.names != names for part in parts):
        names = in_order(chain.from_iterable(part.names for part in parts))
    whole = np.zeros((sum(len(part.ratios) for part in parts), len(names), 4))
    at = 0
    for part in parts:
        end = at + len(part.ratios)
        whole[at:end, [names.index(name) for name in part.names]] = part.ratios
        at = end
    return Bucketed(names, whole)
