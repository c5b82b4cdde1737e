"""Templates of each document aligned one-to-one, and inside them the fillers of every slot.

The alignment has the largest total credit (Kuhn 1955): the credit of two templates is the sum
over the slots of the best one-to-one total of their fillers. Of alignments with equal credit the
one is taken that has most of it on gold that is not optional; then the one that spares most
predicted fillers, by aligning them with optional gold; then the one with most further agreement
(partial matches, equal qualifiers, shared evidence); and last the order of content decides,
which no list has a part in.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import UnknownName

from .template_assignment import best_choice, best_totals
from .template_join import Ints, join, spread
from .template_similarity import FillerPairs, Similarity, credits, filler_pairs
from .template_tables import Tables

__all__ = ["Matches", "TemplateAlignment", "align_templates"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_COUNTED, _SPARED, _AGREEMENT = 2.0**-12, 2.0**-24, 2.0**-36
"""What settles ties of credit, each only where all before it tie, too.

With whole-number credits all sums are multiples of the last, and exact; the order of the levels
holds while the sum of each is below 4096 in a document. Alignments whose fractional credits
(``prop``, ``phi4``) differ by less than these count as tied.
"""


class Matches(Struct, frozen=True):
    """Aligned fillers of aligned templates; arrays of shape ``(matches,)``.

    ``pair`` is a row of the aligned templates, ``gold`` and ``predicted`` are contents.
    """

    pair: Ints
    slot: Ints
    gold: Ints
    predicted: Ints
    credit: Floats
    full: Bools
    equal: Ints


class TemplateAlignment(Struct, frozen=True):
    """Aligned templates as rows of the two sides, shape ``(pairs,)``, and their fillers.

    ``gate`` is the slot that aligned templates had to share, or ``None``; it gives no credit.
    ``nearby`` lists all fillers of one slot of aligned templates that share a mention, also
    those that were not aligned: pair, gold content, predicted content.
    """

    similarity: Similarity
    gate: str | None
    gold: Ints
    predicted: Ints
    matches: Matches
    nearby: tuple[Ints, Ints, Ints]

    def __len__(self) -> int:
        return len(self.gold)

    def places(self, tables: Tables) -> list[tuple[int, int, int]]:
        """Each pair as document, place in its gold list, place in its predicted list."""
        return sorted(
            zip(
                tables.gold.document[self.gold].tolist(),
                tables.gold.source[self.gold].tolist(),
                tables.predicted.source[self.predicted].tolist(),
                strict=True,
            )
        )


def align_templates(
    tables: Tables,
    similarity: Similarity = "subset",
    gate: str | None = None,
    pairs: FillerPairs | None = None,
) -> TemplateAlignment:
    """The best alignment of each document; templates that share nothing stay alone.

    With a ``gate``, templates can be aligned only where their fillers of that slot share a
    mention (the type, for example), and the slot itself gives no credit. ``pairs`` are the filler
    pairs of the tables, where they are known already. Raises ``UnknownName`` for a similarity or
    a gate that does not exist.
    """
    gate_slot = _slot(tables, gate)
    pairs = filler_pairs(tables) if pairs is None else pairs
    credit, full = credits(tables, pairs, similarity)
    bundled = _bundle(tables, pairs, credit)
    grid = _grid(tables)
    templates = _choose(grid, _template_weights(tables, grid, bundled, gate_slot))
    matches, nearby = _match(tables, pairs, (credit, full), bundled, templates, gate_slot)
    return TemplateAlignment(similarity, gate, *templates, matches, nearby)


def _slot(tables: Tables, name: str | None) -> int:
    names = [slot.name for slot in tables.slots]
    if name is not None and name not in names:
        raise UnknownName("slot", name, names)
    return -1 if name is None else names.index(name)


class _Bundled(Struct, frozen=True):
    """Pairs of fillers by the two bundles they stand in, ordered by these.

    ``row`` (of the filler pairs), ``group``, and ``weight``: shape ``(rows,)``. ``gold``,
    ``predicted``, ``slot``, ``shares``: shape ``(groups,)``; ``starts``: ``(groups + 1,)``.
    """

    row: Ints
    group: Ints
    weight: Floats
    gold: Ints
    predicted: Ints
    slot: Ints
    shares: Bools
    total: Floats
    starts: Ints


def _bundle(tables: Tables, pairs: FillerPairs, credit: Floats) -> _Bundled:
    gold_bundle, gold_content = tables.gold.members
    other_bundle, other_content = tables.predicted.members
    row, at = join(pairs.gold, gold_content)
    bundle = gold_bundle[at]
    again, at = join(pairs.predicted[row], other_content)
    row, bundle, other = row[again], bundle[again], other_bundle[at]
    width = int(other_bundle.max(initial=0)) + 1
    code = bundle * width + other
    order = np.argsort(code, kind="stable")
    row, code = row[order], code[order]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    group, _ = spread(np.diff(starts, append=len(code)))
    # A partial match and each equal qualifier of a match are pieces of further agreement.
    agreement = 1 + np.where(credit > 0, pairs.equal, 0)
    weight = (credit + _AGREEMENT * agreement)[row]
    shares = np.zeros(len(starts), bool)
    np.logical_or.at(shares, group, pairs.shared[row] > 0)
    first = pairs.gold[row[starts]]
    return _Bundled(
        row,
        group,
        weight,
        code[starts] // width,
        code[starts] % width,
        tables.gold.contents.slot[first],
        shares,
        best_totals(group, pairs.gold[row], pairs.predicted[row], weight),
        np.append(starts, len(code)),
    )


class _Grid(Struct, frozen=True):
    """All pairs of templates of a document, document by document, as cells of one long array.

    ``starts``: the first cell of each document, and their number, ``(documents + 1,)``.
    ``gold`` and ``predicted``: the first template row of each document, and their number.
    """

    starts: Ints
    gold: Ints
    predicted: Ints

    def cells(self, document: Ints, gold: Ints, predicted: Ints) -> Ints:
        width = np.diff(self.predicted)[document]
        inside = (gold - self.gold[document]) * width + predicted - self.predicted[document]
        cells: Ints = self.starts[document] + inside
        return cells

    def rows(self, cells: Ints) -> tuple[Ints, Ints]:
        document = np.searchsorted(self.starts, cells, side="right") - 1
        inside, width = cells - self.starts[document], np.diff(self.predicted)[document]
        return self.gold[document] + inside // width, self.predicted[document] + inside % width


def _grid(tables: Tables) -> _Grid:
    sizes = [
        np.bincount(side.document, minlength=tables.documents)
        for side in (tables.gold, tables.predicted)
    ]
    return _Grid(*(np.append(0, np.cumsum(each)) for each in (sizes[0] * sizes[1], *sizes)))


def _template_weights(tables: Tables, grid: _Grid, bundled: _Bundled, gate: int) -> Floats:
    """What aligning two templates is worth, for every cell of the grid."""
    gold, predicted = tables.gold, tables.predicted
    size = int(grid.starts[-1])
    template, slot = np.nonzero(gold.bundles >= 0)
    group, at = join(bundled.gold, gold.bundles[template, slot])
    one = template[at]
    template, slot = np.nonzero(predicted.bundles >= 0)
    again, at = join(bundled.predicted[group], predicted.bundles[template, slot])
    group, one, other = group[again], one[again], template[at]
    cells = grid.cells(gold.document[one], one, other)

    credits = bundled.slot[group] != gate
    sums = np.bincount(cells[credits], bundled.total[group[credits]], minlength=size)
    weight = sums.astype(np.float64)
    if gate >= 0:
        passed = np.zeros(size, bool)
        passed[cells[~credits & bundled.shares[group]]] = True
        weight[~passed] = 0
    met = np.flatnonzero(weight > 0)
    one, other = grid.rows(met)
    fillers = np.bincount(predicted.template, minlength=len(predicted))
    credit = np.round(weight[met] / _SPARED) * _SPARED  # without the agreement in it
    weight[met] += _AGREEMENT * _shared_evidence(tables, grid)[met]
    weight[met] += np.where(gold.optional[one], _SPARED * fillers[other], _COUNTED * credit)
    return weight


def _shared_evidence(tables: Tables, grid: _Grid) -> Ints:
    (gold, gold_key), (predicted, predicted_key) = tables.gold.evidence, tables.predicted.evidence
    documents = tables.gold.document[gold], tables.predicted.document[predicted]
    base = int(max(gold_key.max(initial=0), predicted_key.max(initial=0))) + 1
    one, other = join(documents[0] * base + gold_key, documents[1] * base + predicted_key)
    cells = grid.cells(documents[0][one], gold[one], predicted[other])
    return np.bincount(cells, minlength=int(grid.starts[-1]))


def _choose(grid: _Grid, weight: Floats) -> tuple[Ints, Ints]:
    """The aligned templates of all documents, as rows of the two sides."""
    sizes = np.diff(grid.starts)
    single = grid.starts[:-1][sizes == 1]
    chosen = [single[weight[single] > 0]]
    heights = np.diff(grid.gold)
    for document in np.flatnonzero(sizes > 1):
        start = grid.starts[document]
        block = weight[start : start + sizes[document]].reshape(heights[document], -1)
        chosen.append(start + _best_cells(block))
    cells = np.sort(np.concatenate(chosen))
    return grid.rows(cells)


def _best_cells(block: Floats) -> Ints:
    """The cells of the best assignment of one matrix, those that are worth something."""
    if 1 in block.shape:
        cells = np.array([block.argmax()])
    else:
        from scipy.optimize import linear_sum_assignment

        rows, columns = linear_sum_assignment(block, maximize=True)
        cells = rows * block.shape[1] + columns
    worth: Ints = cells[block.ravel()[cells] > 0]
    return worth


def _match(
    tables: Tables,
    pairs: FillerPairs,
    credit: tuple[Floats, Bools],
    bundled: _Bundled,
    templates: tuple[Ints, Ints],
    gate: int,
) -> tuple[Matches, tuple[Ints, Ints, Ints]]:
    """The fillers of the aligned templates: those aligned, and all that share a mention."""
    bundles = tables.gold.bundles[templates[0]], tables.predicted.bundles[templates[1]]
    filled = (bundles[0] >= 0) & (bundles[1] >= 0)
    if gate >= 0:
        filled[:, gate] = False
    pair, slot = np.nonzero(filled)
    width = int(tables.predicted.members[0].max(initial=0)) + 1
    known = bundled.gold * width + bundled.predicted
    at, group = join(bundles[0][pair, slot] * width + bundles[1][pair, slot], known)
    number, offset = spread(np.diff(bundled.starts)[group])
    place = bundled.starts[group][number] + offset
    row = bundled.row[place]
    pair, slot = pair[at][number], slot[at][number]
    gold, predicted = pairs.gold[row], pairs.predicted[row]
    best = best_choice(number, gold, predicted, bundled.weight[place])
    matches = Matches(
        pair[best],
        slot[best],
        gold[best],
        predicted[best],
        credit[0][row[best]],
        credit[1][row[best]],
        pairs.equal[row[best]],
    )
    close = pairs.shared[row] > 0
    return matches, (pair[close], gold[close], predicted[close])
