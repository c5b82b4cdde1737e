"""A hash of what is annotated in each gold document, whatever the order of its lists."""

from __future__ import annotations

import hashlib

from ..columns import SPAN_LAYERS, LabelSpaces, columns
from ..counting import Source, raw_documents
from ..layers import SCORED_LAYERS
from ..notes import Notes
from ..reading.digest import Digest
from ..reading.pairing import blocks
from ..references import items_of
from ..tables import Labels

__all__ = ["gold_hashes"]

_CHAINED = {"mentions": "entity", "events": "hopper"}


def gold_hashes(gold: Source) -> dict[str, str]:
    """Twelve digits by document, over its text, the layers that it names, and their items.

    Raises ``InputError`` or one of its kinds for gold that cannot be read.
    """
    labels: LabelSpaces = {layer: Labels() for layer in SPAN_LAYERS}
    notes = Notes()
    found = {}
    # One document a block: the hash over a block is a sum that cannot be taken apart.
    for block in blocks(raw_documents(gold, "gold"), (), notes, SCORED_LAYERS, size=1):
        table = columns(block, list(SPAN_LAYERS), labels, notes)
        digest = Digest()
        digest.add(table, _CHAINED, items_of(table, table.gold))
        layers = " ".join(sorted(set(block.gold[0].annotation.layers)))
        whole = hashlib.sha256(f"{layers}\n{digest.hexadecimal()}".encode())
        found[block.gold[0].id] = whole.hexdigest()[:12]
    return found
