"""Gold chains that are found in part: what got worse in entities and hoppers.

A chain is known by its first item. Of it, this says how many of its items stand
together in one predicted chain, and how many others stand with them. It names places to look
at; the numbers of a gate are those of the coreference metrics.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np
from msgspec import Struct

from goldwire.schema.positions import surface

from ..chains import CHAINED, ChainOptions, both_chains
from ..columns import Columns
from ..counting import Source
from ..diagnostics.reading import aligned_blocks
from ..errors.chains import ChainItems, wrong_chains
from ..identity import Aligned
from ..notes import Notes
from .wrong_items import Worse, WrongItems

__all__ = ["broken_chains", "newly_broken"]

_KEY = re.compile(r"(\S+) (\d+)/(\d+)\+(\d+)")


class _Chain(Struct, frozen=True):
    """A gold chain that is not found whole: its first item, and how it was found."""

    document: str
    layer: str
    label: str
    text: str
    start: int
    end: int
    found: int
    size: int
    others: int

    @property
    def place(self) -> str:
        return f"{self.start}-{self.end}"

    @property
    def key(self) -> str:
        """``12-20 3/4+1``: three of four together, with one other."""
        return f"{self.place} {self.found}/{self.size}+{self.others}"


def broken_chains(
    gold: Source, predictions: Source, layers: Collection[str]
) -> dict[tuple[str, str], WrongItems]:
    """The keys of chains that are not wholly right, by (layer, document)."""
    broken: dict[tuple[str, str], WrongItems] = {}
    for chain in _chains(gold, predictions, layers):
        known = broken.setdefault((chain.layer, chain.document), WrongItems(set(), set()))
        known.wrong.add(chain.key)
    return broken


def newly_broken(
    gold: Source,
    predictions: Source,
    layers: Collection[str],
    known: Mapping[tuple[str, str], WrongItems],
) -> Iterator[Worse]:
    """The chains that are found less whole, or with more others, than is ``known``."""
    for chain in _chains(gold, predictions, layers):
        before = known.get((chain.layer, chain.document))
        if before is None:
            continue
        found, others = _state(chain, before.wrong)
        if chain.found < found or chain.others > others:
            yield Worse(
                chain.document,
                chain.layer,
                chain.label,
                f"had {_together(found, chain.size, others)}, "
                f"has {_together(chain.found, chain.size, chain.others)}",
                chain.text,
                chain.start,
                chain.end,
            )


def _state(chain: _Chain, keys: Collection[str]) -> tuple[int, int]:
    """How many were together, and how many others with them; whole, where no key says else."""
    for key in keys:
        match = _KEY.fullmatch(key)
        if match is not None and match[1] == chain.place:
            return int(match[2]), int(match[4])
    return chain.size, 0


def _together(found: int, size: int, others: int) -> str:
    with_others = f" with {others} other{'s' if others > 1 else ''}" if others else ""
    return f"{found} of {size} together{with_others}"


def _chains(gold: Source, predictions: Source, layers: Collection[str]) -> Iterator[_Chain]:
    chosen = {layer: names for layer, names in CHAINED.items() if layer in layers}
    if not chosen:
        return
    sources = [source for source, _ in chosen.values()]
    for block in aligned_blocks(gold, predictions, sources, Notes()):
        for layer, (source, field) in chosen.items():
            yield from _of_block(block.columns, block.aligned[source], layer, source, field)


def _of_block(
    columns: Columns, aligned: Aligned, layer: str, source: str, field: str
) -> Iterator[_Chain]:
    both = both_chains(columns, layer, aligned, ChainOptions(), Notes())
    wrong = wrong_chains(both.gold, both.predicted, both.first)
    items = ChainItems(columns, source, field, True, both.gold)
    sizes = np.bincount(both.gold.entity, minlength=len(items))
    for row, found, others in zip(
        wrong.gold.tolist(), wrong.together.tolist(), wrong.others.tolist(), strict=True
    ):
        start, end = items.around(row)
        document = columns.block.gold[int(items.document[row])]
        label, text = items.label(row), surface(document.text, items.first(row))
        size = int(sizes[row])
        yield _Chain(document.id, layer, label, text, start, end, found, size, others)
