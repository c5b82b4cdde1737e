"""Every error of an extractor one by one, as records that stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from goldwire.schema.errors import InputError, UnknownName
from goldwire.schema.reading import check_standard_input

from ..columns import SPAN_LAYERS, Columns
from ..counting import Source, symmetric_types
from ..errors import error_rows, find_errors
from ..layers import SCORED_LAYERS
from ..notes import Notes
from ..references import REFERRED
from ..report.model import ErrorRow
from .links import LINKED, ArgumentError, LinkErrors, RelationError
from .reading import aligned_blocks

__all__ = ["ERROR_CLASSES", "LISTED", "ListedError", "list_errors"]

LISTED = tuple(layer for layer in SCORED_LAYERS if layer in SPAN_LAYERS or layer in LINKED)
"""Layers whose errors can be told one by one; chains and templates have none such."""

ERROR_CLASSES = ("wrong_type", "wrong_boundary", "wrong_both", "missed", "spurious")
"""Classes of errors; arguments and relations are missed or spurious."""

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
    ``InputError`` for a layer without single errors, for input that cannot be compared, and, at
    the end, where no gold document names one of the layers; ``UnknownName`` for an unknown
    layer or class.
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
    spans = [layer for layer in layers if layer in SPAN_LAYERS]
    links = LinkErrors(symmetric_types())
    beside = REFERRED if set(layers) & set(LINKED) else ()
    annotated = False
    for block in aligned_blocks(gold, predictions, spans, Notes(), beside=beside):
        annotated = annotated or _annotated(block.columns, layers)
        for layer in layers:
            if layer in LINKED:
                yield from (row for row in links.rows(block.columns, layer) if row.error in classes)
                continue
            ready, alignment = block.aligned[layer].ready, block.aligned[layer].alignment
            errors = find_errors(ready.gold, ready.predicted, alignment)
            rows = error_rows(block.columns, layer, errors, np.arange(len(errors)))
            yield from (row for row in rows if row.error in classes)
    if not annotated:
        named = layers[0] if len(layers) == 1 else f"any of {', '.join(layers)}"
        raise InputError(
            f"no errors can be listed: no gold document names {named} in annotation.layers",
            hint="Are gold and predictions swapped? A draft names no layers.",
        )


def _annotated(columns: Columns, layers: Sequence[str]) -> bool:
    """Whether a document with gold names one of the layers."""
    known = np.array(columns.block.known, bool)
    return any(
        (columns.declared["events" if layer == "arguments" else layer] & known).any()
        for layer in layers
    )


def _chosen(layers: Sequence[str] | None) -> tuple[str, ...]:
    for name in layers or ():
        if name not in SCORED_LAYERS:
            raise UnknownName("layer", name, SCORED_LAYERS)
        if name not in LISTED:
            raise InputError(
                f"the errors of {name!r} cannot be listed one by one",
                hint=f"Listed are those of {', '.join(LISTED)}.",
            )
    return tuple(name for name in LISTED if layers is None or name in layers)
