"""Items that are tuples of other items, compared as sets: numbers stand for what they hold.

A gold tuple has its own key and the keys of the other answers it accepts; the pairs of gold
and predicted tuples are one-to-one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .keys import ordering, pack
from .metrics.forms import Floats
from .tables import Ints, LabelRows

__all__ = [
    "Compared",
    "GoldTuples",
    "Key",
    "PredictedTuples",
    "carried",
    "compare_tuples",
    "count_compared",
    "count_tuples",
    "keys_of",
    "match",
    "occurrences",
    "once",
]

Key = int


class GoldTuples(Struct, frozen=True, gc=False):
    """Gold tuples; arrays of shape ``(tuples,)``, every column of shape ``(tuples,)`` too.

    ``columns`` are what a tuple holds. ``others`` are the columns of other accepted answers,
    ``owner`` the rows of the tuples that accept them.
    """

    columns: Sequence[Ints]
    label: Ints
    document: Ints
    optional: NDArray[np.bool_]
    others: Sequence[Ints]
    owner: Ints

    def select(self, chosen: Sequence[int]) -> GoldTuples:
        """The same tuples, holding some of their columns."""
        columns = [self.columns[at] for at in chosen]
        others = [self.others[at] for at in chosen]
        return GoldTuples(columns, self.label, self.document, self.optional, others, self.owner)


class PredictedTuples(Struct, frozen=True, gc=False):
    """Predicted tuples; ``ignored`` ones cost nothing wherever they meet no gold that counts."""

    columns: Sequence[Ints]
    label: Ints
    document: Ints
    ignored: NDArray[np.bool_]

    def select(self, chosen: Sequence[int]) -> PredictedTuples:
        """The same tuples, holding some of their columns."""
        columns = [self.columns[at] for at in chosen]
        return PredictedTuples(columns, self.label, self.document, self.ignored)


class Compared(Struct, frozen=True, gc=False):
    """What came of comparing tuples: rows of those that count, and of those that met.

    ``gold`` and ``predicted`` hold one row of each key that counts, ``hits`` the pairs that met,
    shape ``(pairs, 2)``.
    """

    gold: Ints
    predicted: Ints
    hits: Ints


def count_tuples(
    gold: GoldTuples, predicted: PredictedTuples, documents: int, ranks: Ints, rows: LabelRows
) -> Floats:
    """Ratios by document and label, shape ``(documents, rows, 4)``.

    ``ranks`` are the ranks of the labels: of equal tuples that differ in the label the first
    label counts. A hit has the label of the gold tuple on both sides. Optional gold and its
    matches are left out.
    """
    compared = compare_tuples(
        gold, predicted, documents, (ranks[gold.label], ranks[predicted.label])
    )
    return count_compared(gold, predicted, compared, documents, rows)


def count_compared(
    gold: GoldTuples,
    predicted: PredictedTuples,
    compared: Compared,
    documents: int,
    rows: LabelRows,
) -> Floats:
    """The ratios of :func:`count_tuples`, of what was compared."""
    hits = compared.hits
    own, label = rows.of(gold.label), rows.of(predicted.label).copy()
    label[hits[:, 1]] = own[hits[:, 0]]
    shape = documents, len(rows)

    def table(document: Ints, labels: Ints) -> Ints:
        cells = document * shape[1] + labels
        counts: Ints = np.bincount(cells, minlength=shape[0] * shape[1])
        return counts.reshape(shape)

    golds, guesses = compared.gold, compared.predicted
    correct = table(gold.document[hits[:, 0]], own[hits[:, 0]])
    ratios = np.empty((*shape, 4))
    ratios[..., 0] = ratios[..., 2] = correct
    ratios[..., 1] = table(predicted.document[guesses], label[guesses])
    ratios[..., 3] = table(gold.document[golds], own[golds])
    return ratios


def compare_tuples(
    gold: GoldTuples, predicted: PredictedTuples, documents: int, ranks: tuple[Ints, Ints]
) -> Compared:
    """Pair the tuples of both sides one-to-one; optional gold and its matches are left out.

    ``ranks``, one of each tuple of gold and of the predictions, say which of equal tuples of a
    side stands for all: the lowest.
    """
    own, others, guessed = keys_of(gold, predicted)
    rows, optional = once(own, ranks[0], gold.optional)
    guesses, ignored = once(guessed, ranks[1], predicted.ignored)
    irregular = np.zeros(documents, bool)
    irregular[gold.document[gold.owner]] = True
    irregular[gold.document[rows[optional]]] = True
    irregular[predicted.document[guesses[ignored]]] = True
    hits = _equal(own, rows, guessed, guesses)
    if irregular.any():
        hits = hits[~irregular[gold.document[hits[:, 0]]]]
        at_gold, at_guess = irregular[gold.document[rows]], irregular[predicted.document[guesses]]
        found, free = _matched(
            own, others, gold.owner, rows[at_gold], optional[at_gold],
            guessed, guesses[at_guess], ignored[at_guess],
        )  # fmt: skip
        hits = np.concatenate([hits, found])
        rows = rows[~optional]
        guesses = np.setdiff1d(guesses, free, assume_unique=True)
    return Compared(rows, guesses, hits)


def carried(
    stricter: tuple[GoldTuples, PredictedTuples],
    lenient: tuple[GoldTuples, PredictedTuples],
    compared: Compared,
) -> PredictedTuples:
    """The predictions of a more lenient criterion, where what is right stays right.

    A prediction that met a gold tuple under the stricter criterion stands for that tuple, not for
    another one. What cost nothing there, or repeated another prediction, costs nothing where it
    meets no gold that counts. ``compared`` is what came of the stricter criterion.
    """
    gold, predicted = stricter
    one, other = lenient
    _, _, keys = keys_of(gold, predicted)
    rows, guesses = compared.hits[np.argsort(keys[compared.hits[:, 1]])].T
    met = np.searchsorted(keys[guesses], keys)
    found = np.append(keys[guesses], -1)[met] == keys
    columns = [column.copy() for column in other.columns]
    for column, own in zip(columns, one.columns, strict=True):
        column[found] = own[rows[met[found]]]
    ignored = np.ones(len(keys), bool)
    ignored[compared.predicted] = False
    return PredictedTuples(columns, other.label, other.document, ignored | other.ignored)


def keys_of(gold: GoldTuples, predicted: PredictedTuples) -> tuple[Ints, Ints, Ints]:
    """Keys of gold tuples, of other accepted answers, and of predicted tuples."""
    sizes = len(gold.label), len(gold.owner), len(predicted.label)
    whole = [
        np.concatenate(parts)
        for parts in zip(gold.columns, gold.others, predicted.columns, strict=True)
    ]
    keys = pack(whole, sum(sizes))
    own, others, guessed = np.split(keys, np.cumsum(sizes)[:2])
    return own, others, guessed


def once(keys: Ints, ranks: Ints, marked: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
    """One row of each key, and whether all rows with that key are marked; in key order.

    Of rows with one key it is the one with the lowest rank.
    """
    if not len(keys):
        return np.zeros(0, np.int64), np.zeros(0, bool)
    order = np.lexsort((ranks, keys))
    new = np.ones(len(keys), bool)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    begins = np.flatnonzero(new)
    return order[begins], np.logical_and.reduceat(marked[order], begins)


def _equal(own: Ints, rows: Ints, guessed: Ints, guesses: Ints) -> Ints:
    """Rows of both sides with equal keys, shape ``(pairs, 2)``."""
    keys = np.concatenate([own[rows], guessed[guesses]])
    order = ordering(keys)
    first = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    return np.stack([rows[order[first]], guesses[order[first + 1] - len(rows)]], axis=1)


def _matched(
    own: Ints,
    others: Ints,
    owner: Ints,
    rows: Ints,
    optional: NDArray[np.bool_],
    guessed: Ints,
    guesses: Ints,
    ignored: NDArray[np.bool_],
) -> tuple[Ints, Ints]:
    """Pairs ``(pairs, 2)`` where answers or options play a part, and predictions that are free."""
    golds = dict(zip(own[rows].tolist(), rows.tolist(), strict=True))
    by_option = dict(zip(own[rows].tolist(), optional.tolist(), strict=True))
    accepted: defaultdict[Key, set[Key]] = defaultdict(set)
    for row, key in zip(owner.tolist(), others.tolist(), strict=True):
        if int(own[row]) in golds and key != own[row]:
            accepted[int(own[row])].add(key)
    counted = {key for key, option in by_option.items() if not option}
    excused = {key for key, option in by_option.items() if option}
    excused |= {key for own_key in excused for key in accepted.get(own_key, ())}
    known = dict(zip(guessed[guesses].tolist(), guesses.tolist(), strict=True))
    costless = dict(zip(guessed[guesses].tolist(), ignored.tolist(), strict=True))
    free = {key for key, nothing in costless.items() if nothing or key in excused}
    met = match(
        counted,
        {key: keys for key, keys in accepted.items() if key in counted},
        known.keys(),
        last=free,
    )
    pairs = [(golds[key], known[guess]) for guess, key in met.items()]
    left = [known[key] for key in free if key not in met]
    return np.array(pairs, np.int64).reshape(-1, 2), np.array(left, np.int64)


def occurrences(keys: Ints, last: NDArray[np.bool_]) -> Ints:
    """A number for each of several equal keys, shape ``(keys,)``: what makes them distinct.

    Those in ``last`` are numbered after the others.
    """
    order = ordering(2 * keys + last)
    begins = np.ones(len(keys), bool)
    begins[1:] = keys[order[1:]] != keys[order[:-1]]
    places = np.arange(len(keys))
    first = np.maximum.accumulate(np.where(begins, places, 0)) if len(keys) else places
    counts = np.empty(len(keys), np.int64)
    counts[order] = places - first
    return counts


def match(
    gold: AbstractSet[Key],
    accepted: Mapping[Key, Collection[Key]],
    predicted: AbstractSet[Key],
    last: AbstractSet[Key] = frozenset(),
) -> dict[Key, Key]:
    """A maximum matching: by predicted key, the gold key that it is right for.

    A prediction may be right for the gold with its own key and for gold that accepts its key.
    Equal keys are paired first; the rest by augmenting paths (Kuhn 1955) over sorted keys, so
    that nothing depends on order; those in ``last`` take what the others leave, equal or not.
    """
    right_for: dict[Key, list[Key]] = {key: [key] for key in predicted if key in gold}
    for key in sorted(accepted):
        for other in accepted[key]:
            if other in predicted:
                right_for.setdefault(other, []).append(key)
    met = {key: key for key in predicted if key in gold and key not in last}
    holders = {key: key for key in met}
    left = [key for key in right_for if key not in met]
    for key in sorted(left, key=lambda key: (key in last, key)):
        _augment(key, right_for, met, holders)
    return met


def _augment(
    start: Key, right_for: Mapping[Key, list[Key]], met: dict[Key, Key], holders: dict[Key, Key]
) -> None:
    """Pair ``start`` with gold if others can move to make room."""
    came: dict[Key, Key] = {}
    queue = [start]
    for key in queue:
        for gold in right_for.get(key, ()):
            if gold in came:
                continue
            came[gold] = key
            if gold in holders:
                queue.append(holders[gold])
                continue
            free: Key | None = gold
            while free is not None:  # everyone on the path moves on by one
                mover = came[free]
                before = met.get(mover)
                met[mover], holders[free] = free, mover
                free = before
            return
