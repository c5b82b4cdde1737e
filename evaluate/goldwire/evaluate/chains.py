"""Chains of a block: mentions by entity, events by hopper, counted by all coreference metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .alignment.pairs import BOUNDARY
from .columns import Columns, Side
from .identity import Aligned, chain_numbers, item_rows
from .layer_counts import LayerCounts
from .metrics.blanc import BlancVariant, blanc_scores
from .metrics.chain_matching import largest_first, match_chains
from .metrics.coreference import (
    RATIOS,
    Chains,
    conll_scores,
    count_coreference,
    first_occurrences,
    without_singletons,
)
from .metrics.forms import Floats
from .metrics.mention_matching import MentionMatch, mention_codes
from .notes import Notes
from .reading.predictions import lost_members
from .scores import Closed
from .tables import Ints

__all__ = [
    "CHAINED",
    "CONLL",
    "BothChains",
    "ChainOptions",
    "both_chains",
    "chain_forms",
    "conll_form",
    "count_chains",
    "optional_chains",
]

CONLL = ("muc", "b3", "ceafe")
"""The metrics that the CoNLL average is made of, four columns each."""

_GRAIN = 2.0**-32
"""What counts are rounded to: sums of fractions differ in their last bits with the order."""

CHAINED = {"entities": ("mentions", "entity"), "hoppers": ("events", "hopper")}
"""The layer whose items are chained, and the field that names the chain."""


class ChainOptions(Struct, frozen=True):
    """How chains are compared."""

    mentions: MentionMatch = "exact"
    singletons: bool = True
    blanc: BlancVariant = "reference"


def chain_forms(options: ChainOptions) -> dict[str, Closed]:
    """The closed forms of the criteria that are no plain ratios."""

    def blanc(sums: NDArray[Any]) -> Floats:
        return blanc_scores(sums[..., :6], variant=options.blanc)

    return {"conll": conll_form, "blanc": blanc}


def conll_form(sums: NDArray[Any]) -> Floats:
    """The CoNLL average of its columns: shape ``(..., 12)`` to ``(..., 3)``."""
    return conll_scores({name: sums[..., 4 * at : 4 * at + 4] for at, name in enumerate(CONLL)})


class BothChains(Struct, frozen=True, gc=False):
    """The chains of both sides of a block, as they are compared, and what was left out."""

    gold: Chains
    predicted: Chains
    first: Ints
    """Ranks of the predicted chains by where their first items stand."""
    ignored: int
    duplicates: tuple[int, int]


def both_chains(
    columns: Columns, layer: str, aligned: Aligned, options: ChainOptions, notes: Notes
) -> BothChains:
    """The chains of ``entities`` or ``hoppers``; ``aligned`` is the layer of their items.

    Mentions that match exactly are those that the alignment pairs by equal or accepted spans;
    triggers match no other way. Optional items and entities, and what is aligned with them, are
    left out on both sides. By head or part, what is left out or in no chain takes no part in
    the matching, nor do singletons where they are left out.
    """
    source, _ = CHAINED[layer]
    ready, pairs = aligned.ready, aligned.alignment.pairs
    gold_rows = item_rows(columns.gold[source], ready.gold)
    optional = ready.gold.optional | optional_chains(columns, layer)[gold_rows]
    free = np.zeros(len(ready.predicted), bool)
    free[pairs.predicted[optional[pairs.gold]]] = True
    declared = columns.declared["events" if layer == "hoppers" else layer]
    entities = (
        _entity_of(columns.gold, layer, gold_rows),
        _entity_of(columns.predicted, layer, item_rows(columns.predicted[source], ready.predicted)),
    )
    chosen = (
        np.flatnonzero(~optional & declared[ready.gold.document] & (entities[0] >= 0)),
        np.flatnonzero(~free & declared[ready.predicted.document] & (entities[1] >= 0)),
    )
    mode = options.mentions if layer == "entities" else "exact"
    rows = _numbered(aligned, chosen, entities, mode)
    gold, predicted = rows if mode == "exact" else (largest_first(rows[0]), largest_first(rows[1]))
    if layer == "entities":
        predicted = _with_lost_members(columns, predicted, declared, notes)
    gold, once = first_occurrences(gold)
    predicted, repeated = first_occurrences(predicted)
    if not options.singletons:
        gold, predicted = without_singletons(gold), without_singletons(predicted)
    if mode != "exact":
        gold, predicted = _matched(aligned, chosen, rows, (gold, predicted), mode)
    last = int(predicted.entity.max(initial=-1))
    first = _first_places(columns.predicted, source, CHAINED[layer][1], last)
    return BothChains(gold, predicted, first, int(free.sum()), (once, repeated))


def count_chains(columns: Columns, both: BothChains, wrong: int) -> LayerCounts:
    """The counts of a layer of chains, ``wrong`` of which are not found whole, or spurious."""
    gold, predicted = both.gold, both.predicted
    found = {
        name: np.round(counts / _GRAIN) * _GRAIN
        for name, counts in count_coreference(len(columns.block), gold, predicted).items()
    }
    totals = {"conll": np.concatenate([found[name] for name in CONLL], axis=-1)}
    totals |= {name: found[name] for name in RATIOS}
    # The last ratio of either form says how many entities there were.
    totals["blanc"] = np.concatenate([found["blanc"], found["ceafe"]], axis=-1)
    return LayerCounts(
        (),
        totals,
        {},
        np.zeros((len(columns.block), 0, 4)),
        {},
        items=(_entities(gold), _entities(predicted)),
        ignored=both.ignored,
        duplicates=both.duplicates,
        wrong_chains=wrong,
    )


def _entity_of(sides: Mapping[str, Side], layer: str, rows: Ints) -> Ints:
    """The chain of each row, −1 for none."""
    numbers, _ = chain_numbers(sides, *CHAINED[layer])
    return numbers[rows]


def _numbered(
    aligned: Aligned, chosen: tuple[Ints, Ints], entities: tuple[Ints, Ints], mode: MentionMatch
) -> tuple[Chains, Chains]:
    """The chosen rows as chains, with equal numbers for equal items.

    In ``exact`` mode for those that the alignment pairs; else for equal mentions of either side,
    before any others are matched.
    """
    ready, pairs = aligned.ready, aligned.alignment.pairs
    if mode == "exact":
        met = pairs.take(pairs.kind >= BOUNDARY)
        size = len(ready.gold)
        one, other = np.arange(size), size + np.arange(len(ready.predicted))
        other[met.predicted] = met.gold
        codes = one[chosen[0]], other[chosen[1]]
    else:
        codes = mention_codes(ready.gold.rows(chosen[0]), ready.predicted.rows(chosen[1]), mode)
    return (
        Chains(ready.gold.document[chosen[0]], codes[0], entities[0][chosen[0]]),
        Chains(ready.predicted.document[chosen[1]], codes[1], entities[1][chosen[1]]),
    )


def _matched(
    aligned: Aligned,
    chosen: tuple[Ints, Ints],
    rows: tuple[Chains, Chains],
    kept: tuple[Chains, Chains],
    mode: MentionMatch,
) -> tuple[Chains, Chains]:
    """The chains that count, matched by ``mode``; what alignment pairs by accepted spans first."""
    ready, pairs = aligned.ready, aligned.alignment.pairs
    at = np.full(len(ready.gold), -1), np.full(len(ready.predicted), -1)
    for places, side in zip(at, chosen, strict=True):
        places[side] = np.arange(len(side))
    met = pairs.take((pairs.kind >= BOUNDARY) & (pairs.answer >= 0))
    met = met.take((at[0][met.gold] >= 0) & (at[1][met.predicted] >= 0))
    spans = ready.gold.rows(chosen[0]), ready.predicted.rows(chosen[1])
    accepted = at[0][met.gold], at[1][met.predicted]
    return match_chains(spans, rows, kept, accepted, mode)


def _first_places(sides: Mapping[str, Side], source: str, field: str, last: int) -> Ints:
    """The rank of each chain by where its first item stands, to the number ``last`` at least."""
    numbers, size = chain_numbers(sides, source, field)
    spans = sides[source].spans
    rows = np.flatnonzero(numbers >= 0)
    order = np.lexsort((spans.end[rows], spans.start[rows]))
    ranks = np.full(max(size, last + 1), len(rows))
    np.minimum.at(ranks, numbers[rows[order]], np.arange(len(rows)))
    return ranks


def optional_chains(columns: Columns, layer: str) -> NDArray[np.bool_]:
    """Which gold items belong to an optional entity."""
    source, _ = CHAINED[layer]
    side = columns.gold[source]
    found = np.zeros(len(side.items), bool)
    if layer != "entities":
        return found
    bounds = side.offsets.tolist()
    for number, gold in enumerate(columns.block.gold):
        names = {entity.id for entity in gold.entities if entity.optional}
        if names:
            for row in range(bounds[number], bounds[number + 1]):
                found[row] = side.items[row].entity in names
    return found


def _with_lost_members(
    columns: Columns, chains: Chains, declared: NDArray[np.bool_], notes: Notes
) -> Chains:
    """Members that an entity lists and that are not in the prediction: each a mention amiss."""
    side = columns.predicted["mentions"]
    numbers, size = chain_numbers(columns.predicted, "mentions", "entity")
    rows: list[tuple[int, int]] = []
    for document, prediction in enumerate(columns.block.predictions):
        for name, members in lost_members(prediction) if declared[document] else ():
            begin, end = side.offsets[document : document + 2].tolist()
            known = [row for row in range(begin, end) if side.items[row].entity == name]
            number = int(numbers[known[0]]) if known else size
            size += not known
            rows += [(document, number)] * len(members)
            for member in members:
                notes.add("reference to nothing", f"entity: {member}")
    if not rows:
        return chains
    document_of, entity = np.array(rows, np.int64).T
    most = len(columns.gold["mentions"].items) + len(side.items) + 1
    alone = 2 * most + int(chains.mention.max(initial=0)) + np.arange(len(rows))
    return Chains(
        np.concatenate([chains.document, document_of]),
        np.concatenate([chains.mention, alone]),
        np.concatenate([chains.entity, entity]),
    )


def _entities(chains: Chains) -> int:
    codes = np.sort(chains.entity)
    return int((codes[1:] != codes[:-1]).sum()) + int(len(codes) > 0)
