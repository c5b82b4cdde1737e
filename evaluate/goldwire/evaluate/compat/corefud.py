"""CorefUD's scorer, of the shared tasks on multilingual coreference (CRAC).

    corefud({"doc-1": [[(0, 3, 2), (7, 8)]]}, {"doc-1": [[(1, 3, 2), (7, 8)]]}).conll

What it says of words without empty nodes (Žabokrtský et al. 2023): singletons are left out before
mentions are matched, and these match by their heads, unless asked. Of equally good assignments
the scorer takes the one that its solver finds, here it is the one in the order of the text. See
``DEVIATIONS``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from operator import index
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from ..metrics.coreference import (
    Chains,
    first_occurrences,
    without_singletons,
)
from ..metrics.forms import Floats, precision_recall_f1
from ..metrics.mention_matching import (
    MentionMatch,
    count_mention_overlap,
    mention_codes,
    same_mentions,
)
from ..tables import Ints, Labels, Shape, Spans, SpansBuilder, joined
from .conll import Figures, chain_scores, figures_of, refuse_unknown
from .given import check_mappings, reading

__all__ = [
    "DEVIATIONS",
    "CorefUD",
    "CountedMentions",
    "InEntity",
    "Mention",
    "MentionTable",
    "corefud",
    "count_mentions",
    "headed",
    "mention_table",
]

DEVIATIONS = {
    "undefined ratio": (
        "The scorer gives 0 for a ratio without denominator; ours leaves it undefined."
    ),
    "singletons left out": (
        "The shared tasks' main score leaves singletons out on both sides; ours keeps them unless "
        "asked."
    ),
    "heads or parts": (
        "A mention is right where its head is, or where it is a part with the head; ours asks for "
        "equal boundaries unless asked."
    ),
    "mentions without a head": (
        "The scorer takes the first word for the head of a mention that names none; by head and "
        "by part ours asks that a prediction without a head covers the gold head, and gives gold "
        "without a head exact matches only."
    ),
    "BLANC class without links": (
        "The scorer leaves a class of links out only where both sides have none (Luo et al. 2014); "
        "ours does so where gold has none, as the reference scorer, unless asked."
    ),
    "repeated mentions": (
        "The scorer counts a mention of two entities in both, and looks for it in the last of "
        "them; here the first counts."
    ),
    "documents of one file only": (
        "The scorer stops at a document that one file lacks; here one that only the response has "
        "is refused, and one that only the key has is a miss in all its mentions."
    ),
}
"""What CorefUD's scorer does and what the evaluator of this package does instead."""


class Mention(Struct, frozen=True):
    """Fragments in words of the document, half-open, and the head, if one is named."""

    spans: Shape
    head: tuple[int, int] | None = None


InEntity = tuple[Mention, Hashable]
"""A mention, and what names its entity in the document."""


class CorefUD(Struct, frozen=True):
    """What CorefUD's scorer says about a response."""

    muc: Figures
    b3: Figures
    ceafm: Figures
    ceafe: Figures
    blanc: Figures
    lea: Figures
    conll: float
    """The CoNLL average: the mean F1 of MUC, B³, and CEAFe."""
    mention_overlap: Figures
    """In words, under the best assignment of mentions."""
    repeated: tuple[int, int]
    """Mentions of the key and of the response that an entity before had and that were dropped."""


def corefud(
    key: Mapping[str, Sequence[Sequence[Any]]],
    response: Mapping[str, Sequence[Sequence[Any]]],
    *,
    match: MentionMatch = "head",
    singletons: bool = False,
) -> CorefUD:
    """Score clusters by document; ``singletons`` are kept on demand.

    A mention is ``(start, end)`` or ``(start, end, head)`` in words of the document, the end
    exclusive, or ``{"words": [4, 5, 7], "head": 5}`` where it has gaps; without a head its first
    word is the head. ``match`` is ``head``, ``exact``, or ``partial`` (a part of the gold mention
    with its head). A document without a response is a miss.

    Raises ``InputError`` for what has another form and for a document that is not in the key,
    ``UnknownName`` for another ``match``.
    """
    gold, predicted = (mention_table(map(headed, side)) for side in _read(key, response))
    counted = count_mentions(gold, predicted, match, singletons)
    scores = chain_scores(counted.documents, counted.gold, counted.predicted, "2014")
    figures, conll = figures_of(scores)
    return CorefUD(
        **figures,
        conll=conll,
        mention_overlap=Figures(*np.nan_to_num(counted.overlap).tolist()),
        repeated=counted.repeated,
    )


class MentionTable(Struct, frozen=True):
    """The mentions of one side, and the number of each one's entity, shape ``(mentions,)``."""

    spans: Spans
    entity: Ints


class CountedMentions(Struct, frozen=True):
    """The mentions of both sides that count, equal numbers for the same ones.

    ``overlap`` is precision, recall, and F1 of mention overlap; ``repeated`` the mentions of
    either side that an entity before had.
    """

    documents: int
    gold: Chains
    predicted: Chains
    overlap: Floats
    repeated: tuple[int, int]


def mention_table(documents: Iterable[Iterable[InEntity]]) -> MentionTable:
    """The mentions of one side by document, each with its entity, as columns."""
    builder = SpansBuilder(Labels(["mention"]))
    numbers: dict[tuple[int, Hashable], int] = {}
    entity: list[int] = []
    number = -1
    for number, mentions in enumerate(documents):
        for place, (mention, name) in enumerate(mentions):
            builder.add(number, mention.spans, "mention", place=place, head=mention.head)
            entity.append(numbers.setdefault((number, name), len(numbers)))
    return MentionTable(builder.table(number + 1), np.array(entity, np.int64))


def headed(mentions: Iterable[InEntity]) -> list[InEntity]:
    """The mentions, those without a head with their first word as head."""
    return [
        (msgspec.structs.replace(mention, head=mention.head or _first_word(mention)), entity)
        for mention, entity in mentions
    ]


def count_mentions(
    gold: MentionTable, predicted: MentionTable, match: MentionMatch, singletons: bool
) -> CountedMentions:
    """Match the mentions of both sides, of each entity once.

    Without ``singletons`` they are dropped before. Raises ``UnknownName`` for another ``match``.
    """
    tables = gold.spans, predicted.spans
    codes = mention_codes(*tables, match)
    rows = [
        _rows(Chains(side.spans.document, code, side.entity), singletons)
        for side, code in zip((gold, predicted), codes, strict=True)
    ]
    spans = tables[0].rows(rows[0]), tables[1].rows(rows[1])
    codes = codes[0][rows[0]], codes[1][rows[1]]
    same = same_mentions(*spans, codes, match)
    one, once = first_occurrences(Chains(spans[0].document, codes[0], gold.entity[rows[0]]))
    other, repeated = first_occurrences(
        Chains(spans[1].document, same[codes[1]], predicted.entity[rows[1]])
    )
    overlap = count_mention_overlap(*spans, match).sum(axis=0)
    return CountedMentions(
        tables[0].documents, one, other, precision_recall_f1(overlap), (once, repeated)
    )


def _rows(chains: Chains, singletons: bool) -> Ints:
    """The rows that count: every mention once an entity, as they stand."""
    order = np.lexsort((chains.mention, chains.entity))
    ordered = chains.take(order)
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(ordered.entity) != 0) | (np.diff(ordered.mention) != 0)
    rows = np.sort(order[new])
    if singletons:
        return rows
    kept = msgspec.structs.replace(chains.take(rows), mention=rows)
    return without_singletons(kept).mention


def _first_word(mention: Mention) -> tuple[int, int]:
    return mention.spans[0][0], mention.spans[0][0] + 1


_FORM = '(start, end), (start, end, head), or {"words": [4, 5, 7], "head": 5}'
_LAST = 2**31
"""Beyond any position: products of what is below fit into numbers of arrays."""


def _read(key: object, response: object) -> tuple[list[list[InEntity]], list[list[InEntity]]]:
    """The mentions of both sides by document of the key, each with the number of its cluster."""
    check_mappings("clusters, such as [[(4, 6, 5), (7, 9)]]", key=key, response=response)
    gold: Mapping[str, Any] = key  # type: ignore[assignment]
    predicted: Mapping[str, Any] = response  # type: ignore[assignment]
    refuse_unknown(gold, predicted)
    return [_pairs(name, gold[name]) for name in gold], [
        _pairs(name, predicted.get(name, ())) for name in gold
    ]


def _pairs(name: str, clusters: Any) -> list[InEntity]:
    found: list[InEntity] = []
    for number, cluster in enumerate(clusters):
        with reading(f"a cluster of {name!r:.60}", "a list of mentions: [(4, 6, 5), (7, 9)]"):
            mentions = list(_listed(cluster))
        for mention in mentions:
            with reading(f"the mention {mention!r:.60} of {name!r:.60}", _FORM):
                found.append((_mention(mention), number))
    return found


def _listed(cluster: Any) -> Any:
    if isinstance(cluster, (str, bytes, Mapping)):
        raise ValueError("it is no list")
    return cluster


def _mention(given: Any) -> Mention:
    """Raises ``ValueError``, ``TypeError``, or ``KeyError`` for what has no such form."""
    shape: Shape
    if isinstance(given, Mapping):
        if extra := [name for name in given if name not in ("words", "head")]:
            raise ValueError(f"nothing is known of {extra[0]!r:.60}")
        words = [_position(word) for word in _listed(given["words"])]
        if not words:
            raise ValueError("it has no words")
        shape, head = joined([(word, word + 1) for word in words]), given.get("head")
    else:
        if isinstance(given, (str, bytes)) or not 2 <= len(given) <= 3:
            raise ValueError("it is neither two nor three numbers")
        start, end, head = *map(_position, given[:2]), given[2] if len(given) == 3 else None
        if start >= end:
            raise ValueError(f"it ends at {end}, and begins at {start}")
        shape = ((start, end),)
    if head is None:
        return Mention(shape)
    at = _position(head)
    if not any(low <= at < high for low, high in shape):
        raise ValueError(f"its head, {at}, is outside of it")
    return Mention(shape, (at, at + 1))


def _position(value: Any) -> int:
    at = index(value)
    if isinstance(value, bool) or not 0 <= at < _LAST:
        raise ValueError(f"{value!r:.60} is no position of a word")
    return at
