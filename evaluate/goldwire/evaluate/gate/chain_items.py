"""Gold chains that are found in part: what got worse in entities and hoppers.

A chain is known by its first item that counts. Of it, this says how many of its items stand
together in one predicted chain, and how many others stand with them. It names places to look
at; the numbers of a gate are those of the coreference metrics.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from goldwire.schema.positions import surface

from ..columns import Columns
from ..counting import Source
from ..diagnostics.reading import aligned_blocks
from ..identity import Aligned, chain_numbers, item_rows
from ..notes import Notes
from ..pairs import BOUNDARY
from .wrong_items import Worse, WrongItems

__all__ = ["broken_chains", "newly_broken"]

_CHAINS = {"entities": ("mentions", "entity"), "hoppers": ("events", "hopper")}
_KEY = re.compile(r"(\S+) (\d+)/(\d+)\+(\d+)")


class _Chain(Struct, frozen=True):
    """A gold chain: its first item, and how it was found."""

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
        if chain.found < chain.size or chain.others:
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
    chosen = {layer: names for layer, names in _CHAINS.items() if layer in layers}
    if not chosen:
        return
    sources = [source for source, _ in chosen.values()]
    for block in aligned_blocks(gold, predictions, sources, Notes()):
        for layer, (source, field) in chosen.items():
            yield from _of_block(block.columns, block.aligned[source], layer, source, field)


def _of_block(
    columns: Columns, aligned: Aligned, layer: str, source: str, field: str
) -> Iterator[_Chain]:
    ready, pairs = aligned.ready, aligned.alignment.pairs
    own, other = (
        chain_numbers(sides, source, field)[0][item_rows(sides[source], table)]
        for sides, table in ((columns.gold, ready.gold), (columns.predicted, ready.predicted))
    )
    met = pairs.take(pairs.kind >= BOUNDARY)
    answer = np.full(len(ready.gold), -1, np.int64)
    answer[met.gold] = other[met.predicted]
    sizes = Counter(other.tolist())
    declared = columns.declared["events" if layer == "hoppers" else layer]
    counts = ~ready.gold.optional & (own >= 0) & declared[ready.gold.document]
    members: defaultdict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(counts).tolist():
        members[int(own[row])].append(row)
    table = ready.gold
    for rows in members.values():
        first = min(rows, key=lambda row: (table.start[row], table.end[row]))
        document = columns.block.gold[int(table.document[first])]
        found, others = _best([int(answer[row]) for row in rows], sizes)
        yield _Chain(
            document.id,
            layer,
            table.labels.names[table.label[first]],
            surface(document.text, table.spans_of(first)),
            int(table.start[first]),
            int(table.end[first]),
            found,
            len(rows),
            others,
        )


def _best(answers: Sequence[int], sizes: Mapping[int, int]) -> tuple[int, int]:
    """Of the predicted chains of some items, the most in one, and the fewest others with them."""
    found = Counter(answer for answer in answers if answer >= 0)
    if not found:
        return 0, 0
    most = max(found.values())
    return most, min(sizes[answer] - most for answer, size in found.items() if size == most)
