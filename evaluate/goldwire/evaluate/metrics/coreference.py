"""Coreference: MUC, B³, CEAF, BLANC, and LEA from one table of shared mentions.

Let n_ij be the mentions that gold entity i shares with predicted entity j, and k_i and r_j the
sizes of the two. All six metrics are sums over the sparse table of n_ij and over the sizes, so
all documents are counted at once, and counts of documents add. Entities may as well be event
hoppers. The rules are those of the reference scorer 8.01 (Pradhan et al. 2014): mentions that
only one side has count on that side, and so do singletons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .blanc import blanc_scores, links
from .ceaf import assignment_totals
from .forms import Floats, precision_recall_f1

__all__ = [
    "RATIOS",
    "Chains",
    "blanc_scores",
    "conll_scores",
    "count_coreference",
    "first_occurrences",
    "without_singletons",
]

RATIOS = ("muc", "b3", "ceafm", "ceafe", "lea")
"""The metrics that are two ratios; BLANC, the sixth, is made of links."""

Codes = NDArray[np.int64]


class Chains(Struct, frozen=True):
    """The mentions of one side, one row a mention; every array has shape ``(mentions,)``.

    ``mention`` is the same number on both sides exactly where the gold and the predicted
    mention are the same; ``entity`` is a number of this side alone. Both are unique over all
    documents, and at least 0.
    """

    document: Codes
    mention: Codes
    entity: Codes

    def __len__(self) -> int:
        return len(self.mention)

    def take(self, rows: NDArray[Any]) -> Chains:
        """Some of the mentions: a mask, or row numbers."""
        return Chains(self.document[rows], self.mention[rows], self.entity[rows])


def first_occurrences(chains: Chains) -> tuple[Chains, int]:
    """Every mention once, where it stands first, and how many rows were dropped.

    The reference scorer does so with a mention that stands twice in a document, in one entity
    or in two. It is the one rule of coreference that depends on the order of rows.
    """
    mention, size = _dense(chains.mention)
    first = np.zeros(size, np.int64)
    first[mention[::-1]] = np.arange(len(mention))[::-1]
    keep = first[mention] == np.arange(len(mention))
    return (chains, 0) if keep.all() else (chains.take(keep), int((~keep).sum()))


def without_singletons(chains: Chains) -> Chains:
    """The mentions of entities that have at least two, for corpora that annotate no others."""
    entity, size = _dense(chains.entity)
    return chains.take(np.bincount(entity, minlength=size)[entity] > 1)


class _Side(Struct, frozen=True):
    """The entities of one side; arrays of shape ``(entities,)``, or ``(documents,)``."""

    size: Codes
    document: Codes
    mentions: Floats
    """Mentions of each document."""
    entities: Floats
    """Entities of each document."""


class _Shared(Struct, frozen=True):
    """The cells of the table where n_ij > 0; every array has shape ``(cells,)``."""

    gold: Codes
    predicted: Codes
    document: Codes
    size: Floats
    """n_ij"""


def count_coreference(documents: int, gold: Chains, predicted: Chains) -> dict[str, Floats]:
    """Counts of every document under all six metrics.

    ``muc``, ``b3``, ``ceafm``, ``ceafe``, and ``lea`` are ratios of shape ``(documents, 4)``,
    for :func:`precision_recall_f1`; ``blanc`` has shape ``(documents, 6)``, for
    :func:`blanc_scores`. Rows of documents add; up to the rounding of sums no count depends on
    the order of rows or on which numbers stand for mentions and entities.

    - MUC (Vilain et al. 1995): links that need not be added, Σ (n_ij − 1), of Σ (k_i − 1).
      Singletons have none: without any link on a side its ratio is undefined.
    - B³ (Bagga & Baldwin 1998): Σ n_ij² / k_i of all mentions.
    - CEAF (Luo 2005): the best one-to-one alignment of entities; CEAFm adds n_ij and divides by
      mentions, CEAFe adds 2 n_ij / (k_i + r_j) and divides by entities.
    - BLANC (Recasens & Hovy 2011, Luo et al. 2014): coreferent and non-coreferent links.
    - LEA (Moosavi & Strube 2016): the share of an entity's links that are found, weighted by
      its size; a singleton is found where it is a singleton on the other side as well.

    Raises ``ValueError`` where a mention stands twice on a side (see :func:`first_occurrences`),
    where an entity, or a mention of both sides, stands in two documents, and where a number is
    negative or a document is not below ``documents``.
    """
    _check_documents(documents, gold)
    _check_documents(documents, predicted)
    gold_entity, gold_side = _entities(documents, gold)
    predicted_entity, predicted_side = _entities(documents, predicted)
    gold_rows, predicted_rows = _same_mentions(gold, predicted)
    shared = _table(
        gold_entity[gold_rows],
        predicted_entity[predicted_rows],
        gold_side.document,
        len(predicted_side.size),
    )
    n, k = shared.size, gold_side.size[shared.gold]
    r = predicted_side.size[shared.predicted]

    def total(values: Floats) -> Floats:
        return _by_document(documents, shared.document, values)

    def aligned(similarity: Floats) -> Floats:
        return assignment_totals(
            documents, shared.document, shared.gold, shared.predicted, similarity
        )

    # Of these three what is found is the same number seen from either side.
    muc, ceafm, ceafe = total(n - 1), aligned(n), aligned(2 * n / (k + r))
    sides = predicted_side, gold_side
    mentions = [side.mentions for side in sides]
    entities = [side.entities for side in sides]
    chain_links = [side.mentions - side.entities for side in sides]
    return {
        "muc": _ratios((muc, muc), chain_links),
        "b3": _ratios((total(n * n / r), total(n * n / k)), mentions),
        "ceafm": _ratios((ceafm, ceafm), mentions),
        "ceafe": _ratios((ceafe, ceafe), entities),
        "lea": _ratios((total(_found(n, r, k)), total(_found(n, k, r))), mentions),
        "blanc": _link_counts(documents, gold_side, predicted_side, shared),
    }


def conll_scores(sums: Mapping[str, NDArray[Any]]) -> Floats:
    """The CoNLL average of summed counts: the means over MUC, B³, and CEAFe, shape ``(..., 3)``.

    The mean of the three F1 is the score of the CoNLL-2011 and 2012 shared tasks (Pradhan et
    al. 2012); beside it stand the means of the three precisions and recalls, of which it is not
    the harmonic mean. NaN where one of the three is undefined: a mean of the others would not
    compare. That is so where neither side has an entity with two mentions.
    """
    three = [precision_recall_f1(sums[name]) for name in ("muc", "b3", "ceafe")]
    mean: Floats = np.mean(three, axis=0)
    return mean


def _by_document(documents: int, document: Codes, values: NDArray[Any]) -> Floats:
    """Sums of shape ``(documents,)``."""
    totals = np.bincount(document, weights=values, minlength=documents)
    return totals.astype(np.float64, copy=False)


def _check_documents(documents: int, chains: Chains) -> None:
    for codes in (chains.document, chains.mention, chains.entity):
        if len(codes) and codes.min() < 0:
            raise ValueError("documents, mentions, and entities are numbered from 0")
    if len(chains) and chains.document.max() >= documents:
        raise ValueError(f"a mention in document {chains.document.max()} of {documents}")


def _dense(codes: Codes) -> tuple[Codes, int]:
    """Numbers that index an array of reasonable size, which is the second: ranks if need be."""
    codes = codes.astype(np.int64, copy=False)  # narrower ones would overflow in a product
    size = int(codes.max()) + 1 if len(codes) else 0
    if size <= 8 * len(codes) + 1024:
        return codes, size
    known, ranks = np.unique(codes, return_inverse=True)
    return ranks, len(known)


def _entities(documents: int, chains: Chains) -> tuple[Codes, _Side]:
    """The entity of every mention, renumbered where need be, and the entities themselves."""
    entity, most = _dense(chains.entity)
    size = np.bincount(entity, minlength=most)
    document = np.zeros(most, np.int64)
    document[entity] = chains.document
    if (document[entity] != chains.document).any():
        raise ValueError("an entity stands in two documents")
    mentions = _by_document(documents, document, size)
    entities = _by_document(documents, document, size > 0)
    return entity, _Side(size, document, mentions, entities)


def _same_mentions(gold: Chains, predicted: Chains) -> tuple[Codes, Codes]:
    """Rows of the mentions that both sides have: in ``gold``, and in ``predicted``."""
    codes, size = _dense(np.concatenate([gold.mention, predicted.mention]))
    gold_codes, predicted_codes = codes[: len(gold)], codes[len(gold) :]
    for side in (gold_codes, predicted_codes):
        seen = np.zeros(size, bool)
        seen[side] = True
        if np.count_nonzero(seen) < len(side):
            raise ValueError("a mention stands twice on one side: keep its first occurrence")
    row_of = np.full(size, -1, np.int64)
    row_of[gold_codes] = np.arange(len(gold))
    gold_rows = row_of[predicted_codes]
    predicted_rows = np.flatnonzero(gold_rows >= 0)
    gold_rows = gold_rows[predicted_rows]
    if (gold.document[gold_rows] != predicted.document[predicted_rows]).any():
        raise ValueError("a mention stands in two documents")
    return gold_rows, predicted_rows


def _table(gold: Codes, predicted: Codes, document_of: Codes, width: int) -> _Shared:
    """Count the pairs of entities that shared mentions are in.

    A sort and a comparison of neighbours: much faster than ``np.unique``.
    """
    keys = np.sort(gold * width + predicted, kind="stable")
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    size = np.diff(starts, append=len(keys)).astype(np.float64)
    row, column = np.divmod(keys[starts], max(width, 1))
    return _Shared(row, column, document_of[row], size)


def _ratios(numerators: tuple[Floats, Floats], denominators: list[Floats]) -> Floats:
    """Ratios of shape ``(documents, 4)`` from those of precision and of recall."""
    columns = [numerators[0], denominators[0], numerators[1], denominators[1]]
    return np.stack(columns, axis=1)


def _found(n: Floats, own: Codes, other: Codes) -> Floats:
    """What a cell adds to LEA of the side with sizes ``own``.

    Size × shared links / links is n(n − 1) / (size − 1); a singleton's link is to itself.
    """
    single = own == 1
    return np.where(single, other == 1, n * (n - 1) / np.where(single, 1, own - 1))


def _link_counts(documents: int, gold: _Side, predicted: _Side, shared: _Shared) -> Floats:
    """The six columns of BLANC.

    A pair of shared mentions is non-coreferent on both sides where it is coreferent on neither.
    """

    def linked(entity: Codes, side: _Side) -> Floats:
        """Pairs of shared mentions that one entity of the side holds."""
        met = np.bincount(entity, weights=shared.size, minlength=len(side.size))
        return _by_document(documents, side.document, links(met))

    both = _by_document(documents, shared.document, links(shared.size))
    all_shared = links(_by_document(documents, shared.document, shared.size))
    in_gold, in_predicted = linked(shared.gold, gold), linked(shared.predicted, predicted)
    of_gold = _by_document(documents, gold.document, links(gold.size))
    of_predicted = _by_document(documents, predicted.document, links(predicted.size))
    apart = all_shared - in_gold - in_predicted + both
    columns = [
        both,
        of_gold,
        of_predicted,
        apart,
        links(gold.mentions) - of_gold,
        links(predicted.mentions) - of_predicted,
    ]
    return np.stack(columns, axis=1)
