"""Blocks of documents with their layers aligned: what every diagnosis goes through once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from goldwire.schema.reading import decode_raw, iter_raw

from ..columns import SPAN_LAYERS, Columns, LabelSpaces, columns
from ..counting import Source, raw_documents
from ..identity import Aligned
from ..layers import align_declared
from ..notes import Notes
from ..reading.pairing import blocks
from ..tables import Labels

__all__ = ["AlignedBlock", "aligned_blocks", "rereadable"]


class AlignedBlock(Struct, frozen=True, gc=False):
    """A block as columns, and those of its span layers that were asked for, aligned.

    Items of documents in which a layer is not annotated are left out of the alignment.
    """

    columns: Columns
    aligned: dict[str, Aligned]


def aligned_blocks(
    gold: Source,
    predictions: Source,
    layers: Sequence[str],
    notes: Notes,
) -> Iterator[AlignedBlock]:
    """Read gold and predictions side by side, and align some span layers of each block.

    Raises ``InputError`` or one of its kinds for what cannot be compared.
    """
    labels: LabelSpaces = {layer: Labels() for layer in SPAN_LAYERS}
    needed = [layer for layer in SPAN_LAYERS if layer in layers]
    for block in blocks(
        raw_documents(gold, "gold"), raw_documents(predictions, "predictions"), notes, (*layers,)
    ):
        table = columns(block, needed, labels, notes)
        yield AlignedBlock(table, {layer: align_declared(table, layer) for layer in layers})


def rereadable(source: Source) -> Source:
    """The source itself, or, where it can be read only once, what it holds."""
    if not isinstance(source, (str, Path)):
        return source if isinstance(source, Sequence) else list(source)
    if str(source) != "-":
        return source
    anything = msgspec.json.Decoder()
    return [decode_raw(raw, anything) for raw in iter_raw(["-"])]
