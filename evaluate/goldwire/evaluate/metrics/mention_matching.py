"""Which predicted mention is which gold mention, where boundaries need not be equal.

The three ways of CorefUD (Nedoluzhko et al. 2022, Žabokrtský et al. 2023). Mentions that are
equal are the same. The others are assigned one-to-one so that the total score is largest, the
score of a pair being the share of the gold mention's characters that both cover:

- ``exact``: none but the equal ones.
- ``partial``: all characters of the prediction are in the gold mention, and the gold head is in
  the prediction.
- ``head``: the heads are equal; a prediction that names no head must cover the gold head.
  Mentions with equal spans and different heads are different mentions here.

A gold mention without a head has only exact matches. Among equally good partners the one that
starts earlier is chosen, then the one that ends earlier. Nothing depends on the order of rows.

What does not count, as singletons where they are left out, must not be among the rows: it would
use up a match.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldwire.schema.errors import UnknownName

from ..alignment.align import overlapping
from ..keys import lengths, pack
from ..tables import Shape, Spans, Variants
from .ceaf import assignment_totals, connected_rows
from .forms import Floats

__all__ = [
    "MentionMatch",
    "count_mention_overlap",
    "match_mentions",
    "mention_codes",
    "same_mentions",
]

MentionMatch = Literal["exact", "head", "partial"]

Codes = NDArray[np.int64]

_NUDGE = 1e-9
"""What place may add to a score: less than any difference of scores, more than rounding."""


def match_mentions(gold: Spans, predicted: Spans, mode: MentionMatch) -> tuple[Codes, Codes]:
    """Codes of the gold and of the predicted rows, equal exactly where the mention is the same.

    The arrays have shapes ``(gold rows,)`` and ``(predicted rows,)`` and fit ``mention`` of
    ``Chains``: unique over all documents, and equal for rows of one side that are the same
    mention. Unmatched mentions have codes of their own. Labels and other accepted answers of
    gold play no part.

    Raises ``UnknownName`` for another mode.
    """
    codes = mention_codes(gold, predicted, mode)
    return codes[0], same_mentions(gold, predicted, codes, mode)[codes[1]]


def mention_codes(gold: Spans, predicted: Spans, mode: MentionMatch) -> tuple[Codes, Codes]:
    """Codes of the rows of both sides, equal where mentions are equal as ``mode`` sees them.

    They are ranks of what a mention is: of its document, its place, and by ``head`` its head.

    Raises ``UnknownName`` for another mode.
    """
    if mode not in get_args(MentionMatch):
        raise UnknownName("mention match", mode, get_args(MentionMatch))
    return _identities(gold, predicted, heads=mode == "head")


def same_mentions(
    gold: Spans, predicted: Spans, codes: tuple[Codes, Codes], mode: MentionMatch
) -> Codes:
    """For every code, shape ``(codes,)``, that of the gold mention matched with it, or itself.

    ``codes`` are those of the rows, from :func:`mention_codes` of these tables or of larger ones.
    """
    size = 1 + max((int(side.max()) for side in codes if len(side)), default=-1)
    same_as = np.arange(size)
    if mode == "exact":
        return same_as
    gold = _without_variants(gold)
    gold_rows = _unmatched(gold, *codes)
    predicted_rows = _unmatched(predicted, *codes[::-1])
    pairs = _candidates(gold, predicted, gold_rows, predicted_rows, mode)
    chosen = _chosen(pairs, _places(gold, gold_rows), _places(predicted, predicted_rows))
    same_as[codes[1][pairs.predicted[chosen]]] = codes[0][pairs.gold[chosen]]
    return same_as


def count_mention_overlap(gold: Spans, predicted: Spans, mode: MentionMatch = "exact") -> Floats:
    """Ratios of CorefUD's mention overlap: shape ``(documents, 4)``, in characters.

    Mentions are assigned one-to-one so that as many characters as possible are covered by both
    of a pair; these over all characters of predicted, and of gold mentions. Characters of
    nested mentions count once a mention; mentions that are equal as ``mode`` sees them are one.
    """
    gold_codes, predicted_codes = mention_codes(gold, predicted, mode)
    gold_rows, predicted_rows = _firsts(gold_codes), _firsts(predicted_codes)
    pairs = overlapping(_without_variants(gold), predicted, gold_rows, predicted_rows)
    both = assignment_totals(
        gold.documents, gold.document[pairs.gold], pairs.gold, pairs.predicted, pairs.overlap
    )
    totals = [
        np.bincount(
            table.document[rows], weights=lengths(table)[rows], minlength=gold.documents
        ).astype(np.float64, copy=False)
        for table, rows in ((predicted, predicted_rows), (gold, gold_rows))
    ]
    return np.stack([both, totals[0], both, totals[1]], axis=1)


def _identities(gold: Spans, predicted: Spans, *, heads: bool) -> tuple[Codes, Codes]:
    """Ranks of what a mention is: document and spans, and the head on demand."""
    shapes = _shape_ranks(gold, predicted)

    def columns() -> Iterator[NDArray[np.int64]]:
        sides = gold, predicted
        yield np.concatenate([side.document for side in sides])
        yield np.concatenate([side.start for side in sides])
        yield np.concatenate([side.end - side.start for side in sides])
        yield np.concatenate([_shape_codes(side, shapes) for side in sides])
        if heads:
            yield np.concatenate([side.head_start for side in sides])
            yield np.concatenate([side.head_end for side in sides])

    keys = pack(columns(), len(gold) + len(predicted))
    order = np.argsort(keys, kind="stable")
    new = np.diff(keys[order], prepend=keys[order[:1]]) != 0
    codes = np.empty(len(keys), np.int64)
    codes[order] = np.cumsum(new)
    return codes[: len(gold)], codes[len(gold) :]


def _shape_ranks(*tables: Spans) -> dict[Shape, int]:
    """Ranks of the shapes of discontinuous mentions, from 1."""
    shapes = {shape for table in tables for shape in table.fragments.values()}
    return {shape: rank for rank, shape in enumerate(sorted(shapes), 1)}


def _shape_codes(table: Spans, ranks: dict[Shape, int]) -> Codes:
    codes = np.zeros(len(table), np.int64)
    for row, shape in table.fragments.items():
        codes[row] = ranks[shape]
    return codes


def _firsts(codes: Codes) -> Codes:
    """One row of every code, in the order of codes."""
    order = np.argsort(codes, kind="stable")
    firsts: Codes = order[np.diff(codes[order], prepend=-1) != 0]
    return firsts


def _unmatched(table: Spans, codes: Codes, others: Codes) -> Codes:
    """One row of every mention that the other side does not have.

    Where rows of one mention name different heads the earliest head stands for it.
    """
    size = max(int(side.max()) + 1 if len(side) else 0 for side in (codes, others))
    met = np.zeros(size, bool)
    met[others] = True
    order = np.lexsort((table.head_end, table.head_start, table.head_start < 0))
    rows = order[_firsts(codes[order])]
    return rows[~met[codes[rows]]]


def _without_variants(table: Spans) -> Spans:
    nothing = np.zeros(0, np.int64)
    none = Variants(nothing, nothing, nothing, nothing, {})
    return msgspec.structs.replace(table, variants=none)


class _Candidates(Struct, frozen=True):
    """Pairs that may match; every array has shape ``(pairs,)``."""

    gold: Codes
    predicted: Codes
    equal: NDArray[np.bool_]
    """Whether the spans are equal: these are matched before all others."""
    score: Floats


def _candidates(
    gold: Spans, predicted: Spans, gold_rows: Codes, predicted_rows: Codes, mode: MentionMatch
) -> _Candidates:
    pairs = overlapping(gold, predicted, gold_rows, predicted_rows)
    one, other, overlap = pairs.gold, pairs.predicted, pairs.overlap
    size, other_size = lengths(gold)[one], lengths(predicted)[other]
    equal = (overlap == size) & (overlap == other_size)
    headed, other_headed = gold.head_start[one] >= 0, predicted.head_start[other] >= 0
    covered = _covers_head(predicted, other, gold, one)
    if mode == "partial":
        fits = headed & covered & (overlap == other_size)
    else:
        same_head = (gold.head_start[one] == predicted.head_start[other]) & (
            gold.head_end[one] == predicted.head_end[other]
        )
        fits = headed & np.where(other_headed, same_head, covered)
        fits |= equal & ~(headed & other_headed)
    return _Candidates(one[fits], other[fits], equal[fits], (overlap / size)[fits])


def _covers_head(
    predicted: Spans, predicted_rows: Codes, gold: Spans, gold_rows: Codes
) -> NDArray[np.bool_]:
    """Whether every character of the gold head is in the prediction, pair by pair."""
    head_start, head_end = gold.head_start[gold_rows], gold.head_end[gold_rows]
    covers: NDArray[np.bool_] = (predicted.start[predicted_rows] <= head_start) & (
        head_end <= predicted.end[predicted_rows]
    )
    if predicted.fragments:
        broken = np.zeros(len(predicted), bool)
        broken[list(predicted.fragments)] = True
        for pair in np.flatnonzero(covers & broken[predicted_rows]).tolist():
            covers[pair] = any(
                start <= head_start[pair] and head_end[pair] <= end
                for start, end in predicted.fragments[int(predicted_rows[pair])]
            )
    return covers


def _places(table: Spans, rows: Codes) -> Codes:
    """For every row of the table its rank by start, end, and what else tells mentions apart."""
    order = np.lexsort(
        (
            table.head_end[rows],
            table.head_start[rows],
            _shape_codes(table, _shape_ranks(table))[rows],
            table.end[rows],
            table.start[rows],
            table.document[rows],
        )
    )
    places = np.zeros(len(table), np.int64)
    places[rows[order]] = np.arange(len(rows))
    return places


def _chosen(pairs: _Candidates, gold_places: Codes, predicted_places: Codes) -> Codes:
    """The pairs of the best assignment: mentions with few partners, then what is tangled."""
    one, other = gold_places[pairs.gold], predicted_places[pairs.predicted]
    order = np.lexsort((other, one, -pairs.score, ~pairs.equal))
    one, other = one[order], other[order]
    partners, other_partners = np.bincount(one), np.bincount(other)
    most, other_most = np.zeros_like(partners), np.zeros_like(other_partners)
    np.maximum.at(most, one, other_partners[other])
    np.maximum.at(other_most, other, partners[one])
    around_one = most[one] == 1
    around_other = (other_most[other] == 1) & ~around_one
    found = [_first_of_each(one, around_one), _first_of_each(other, around_other)]
    tangled = np.flatnonzero(~around_one & ~around_other)
    if len(tangled):
        found += _solved(pairs, order, one, other, tangled)
    return order[np.concatenate(found)]


def _first_of_each(centre: Codes, among: NDArray[np.bool_]) -> Codes:
    """Of every star its first pair."""
    rows = np.flatnonzero(among)
    return rows[_firsts(centre[rows])]


def _solved(
    pairs: _Candidates, order: Codes, one: Codes, other: Codes, tangled: Codes
) -> list[Codes]:
    """The best assignment of every connected group (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    group = connected_rows(one[tangled], other[tangled], int(one.max()) + 1, int(other.max()) + 1)
    by_group = tangled[np.argsort(group[one[tangled]], kind="stable")]
    cuts = np.flatnonzero(np.diff(group[one[by_group]])) + 1
    found = []
    for rows in np.split(by_group, cuts):
        golds, at = np.unique(one[rows], return_inverse=True)
        guesses, other_at = np.unique(other[rows], return_inverse=True)
        most = min(len(golds), len(guesses))
        # Of assignments with equal scores the nudge prefers those that pair in text order.
        nudge = (len(golds) - at) * (len(guesses) - other_at) / (len(golds) * len(guesses))
        worth = pairs.equal[order[rows]] * (most + 1) + pairs.score[order[rows]]
        weights = np.zeros((len(golds), len(guesses)))
        weights[at, other_at] = worth + _NUDGE / most * nudge
        row_of = np.full(weights.shape, -1)
        row_of[at, other_at] = rows
        picked = row_of[linear_sum_assignment(weights, maximize=True)]
        found.append(picked[picked >= 0])
    return found
