"""Every error of an extractor one by one, as records that stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.reading import check_standard_input

from ..chains import ChainOptions
from ..counting import Source, raw_documents, symmetric_for
from ..errors.links import LINKED
from ..errors.rows import error_rows
from ..layer_counts import WRONG
from ..layers import SCORED_LAYERS, Scorer
from ..notes import Notes
from ..reading.pairing import blocks
from ..report.model import ErrorRow
from .links import ArgumentError, RelationError, link_rows

__all__ = ["ERROR_CLASSES", "ListedError", "list_errors"]

ERROR_CLASSES = WRONG
"""Classes of errors. Arguments and relations are missed or spurious; chains partial, too, and
fillers of incidents incorrect as well."""

ListedError = ErrorRow | ArgumentError | RelationError


def list_errors(
    gold: Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    classes: Collection[str] | None = None,
) -> Iterator[ListedError]:
    """Every error under ``strict``, block by block, and in a block by layer, document, and text.

    ``layers`` and ``classes`` default to all. No more than a block is held at a time. Raises
    ``InputError`` for input that cannot be compared, and, at the end, where no gold document
    names one of the layers; ``UnknownName`` for an unknown layer or class.
    """
    check_standard_input(gold, predictions)
    chosen = _chosen(layers)
    for name in classes or ():
        if name not in ERROR_CLASSES:
            raise UnknownName("class of errors", name, ERROR_CLASSES)
    return _listed(gold, predictions, chosen, frozenset(classes or ERROR_CLASSES))


def _listed(
    gold: Source, predictions: Source, layers: Sequence[str], classes: frozenset[str]
) -> Iterator[ListedError]:
    notes = Notes()
    scorer = Scorer(layers, symmetric_for(layers), notes, ChainOptions(), with_errors=True)
    annotated = False
    for block in blocks(
        raw_documents(gold, "gold"), raw_documents(predictions, "predictions"), notes, (*layers,)
    ):
        found = scorer.score(block)
        annotated = annotated or any(each.any() for each in found.declared.values())
        for layer in layers:
            errors = found.errors[layer]
            rows: Iterator[ListedError]
            if layer in LINKED:
                rows = link_rows(found.columns, errors)
            else:
                rows = error_rows(found.columns, errors, np.arange(len(errors)))
            yield from (row for row in rows if row.error in classes)
    if not annotated:
        named = layers[0] if len(layers) == 1 else f"any of {', '.join(layers)}"
        raise InputError(
            f"no errors can be listed: no gold document names {named} in annotation.layers",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )


def _chosen(layers: Sequence[str] | None) -> tuple[str, ...]:
    for name in layers or ():
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
    return tuple(name for name in SCORED_LAYERS if layers is None or name in layers)
