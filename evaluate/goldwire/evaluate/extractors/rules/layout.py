"""A sentence by its participants: outermost mentions with their prepositions, times, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .mentions import Phrase, full_start
from .quantities import FoundQuantity
from .times import FoundTime
from .tokens import Sentence
from .wordlists import word_set

__all__ = ["PREPOSITIONS", "Chunk", "Layout", "lay_out"]

PREPOSITIONS = word_set("layout", "prepositions")


class Chunk(NamedTuple):
    """A participant: position of the mention, tokens of the full phrase, preposition before it."""

    mention: int
    start: int
    last: int
    preposition: str | None
    joined: bool


class Layout(NamedTuple):
    """What one sentence offers to its events; times and quantities by position and tokens."""

    chunks: tuple[Chunk, ...]
    inner: tuple[int, ...]
    times: tuple[tuple[int, int, int], ...]
    quantities: tuple[tuple[int, int, int], ...]
    counts: dict[int, int]


def lay_out(
    sentences: tuple[Sentence, ...],
    mentions: tuple[Phrase, ...],
    times: tuple[FoundTime, ...],
    quantities: tuple[FoundQuantity, ...],
) -> tuple[Layout, ...]:
    """The layout of every sentence. ``counts`` maps quantities to the mentions that they count."""
    per_sentence: list[list[int]] = [[] for _ in sentences]
    for index, mention in enumerate(mentions):
        per_sentence[mention.sentence].append(index)
    timed = _by_sentence(sentences, times)
    numbered = _by_sentence(sentences, quantities)
    return tuple(
        _layout(sentence, tuple(per_sentence[n]), mentions, timed[n], numbered[n])
        for n, sentence in enumerate(sentences)
    )


def _by_sentence(
    sentences: tuple[Sentence, ...], items: Sequence[FoundTime | FoundQuantity]
) -> list[tuple[tuple[int, int, int], ...]]:
    rows: list[list[tuple[int, int, int]]] = [[] for _ in sentences]
    for index, item in enumerate(items):
        tokens = sentences[item.sentence].tokens
        inside = [n for n, t in enumerate(tokens) if t.start < item.end and item.start < t.end]
        if inside:
            rows[item.sentence].append((index, inside[0], inside[-1] + 1))
    return [tuple(row) for row in rows]


def _layout(
    sentence: Sentence,
    here: tuple[int, ...],
    mentions: tuple[Phrase, ...],
    timed: tuple[tuple[int, int, int], ...],
    numbered: tuple[tuple[int, int, int], ...],
) -> Layout:
    numbers = frozenset(at for _, first, last in numbered for at in range(first, last))
    chunks: list[Chunk] = []
    inner: list[int] = []
    end = 0
    for index in here:
        mention = mentions[index]
        if mention.last <= end:
            inner.append(index)
            continue
        end = mention.last
        pronoun = mention.level == "PRO"
        start = mention.first if pronoun else full_start(sentence, mention.first, numbers)
        word = sentence.tokens[start - 1].lower if start else ""
        previous = chunks[-1] if chunks else None
        joined = bool(previous and word in ("and", "or", ",", "&") and previous.last == start - 1)
        if previous and _owns(sentence, previous, mention.first):
            start, preposition = min(start, previous.start), previous.preposition
        elif previous and joined:
            preposition = previous.preposition
        else:
            preposition = word if word in PREPOSITIONS else None
        chunks.append(Chunk(index, start, mention.last, preposition, joined))
    counts = {}
    for quantity, first, last in numbered:
        chunk = next((c for c in chunks if c.start <= first and last <= c.last), None)
        if chunk is not None:
            counts[quantity] = chunk.mention
    return Layout(tuple(chunks), tuple(inner), timed, numbered, counts)


def _owns(sentence: Sentence, owner: Chunk, first: int) -> bool:
    """Whether the phrase at token ``first`` is what "’s" behind ``owner`` says it has."""
    between = [token.lower for token in sentence.tokens[owner.last : first]]
    return bool(between) and between[0] in ("'s", "’s") and len(between) <= 3
