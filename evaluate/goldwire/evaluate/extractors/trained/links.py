"""Pairs of items of one sentence, and their features: arguments and relations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from goldwire.schema.document import Document

from .classifier import Classifier
from .items import Item, phrase_kind
from .phrases import head_word
from .reading import Reading

__all__ = ["LINKS", "NONE", "Linker", "Pair", "candidates", "gold_labels", "pair_features"]

NONE = ""
"""The label of a pair that nothing links."""
LINKS: Mapping[str, tuple[str, ...]] = {
    "arguments": ("mentions", "times", "quantities", "events"),
    "relations": ("mentions",),
}
"""What is learnt of pairs, and the layers that the second of a pair comes from. The first is an
event, or, of two mentions, the one that comes first; a relation whose head comes second has a
label that begins with ``<``."""

_REACH = 40
"""So many words may stand between the two of a pair."""
_BETWEEN = 8


class Pair(Struct, frozen=True):
    """Two items of one sentence; ``between`` others of the target's layer stand between them."""

    source: Item
    target: Item
    between: int


class Linker(Struct, frozen=True):
    """A classifier of pairs, and what was ever seen: by kind of source and of target, labels."""

    classifier: Classifier
    sources: dict[str, tuple[str, ...]]
    targets: dict[str, tuple[str, ...]]


def candidates(name: str, reading: Reading, items: Sequence[Item]) -> Iterator[Pair]:
    """All pairs that may be linked, in text order of their sources, then of their targets."""
    layers = LINKS[name]
    sentences: dict[int, list[Item]] = {}
    for item in sorted(items, key=lambda one: (one.range[0], -one.range[1], one.layer, one.label)):
        sentences.setdefault(reading.sentence_of(item.range[0]), []).append(item)
    for members in sentences.values():
        targets = [item for item in members if item.layer in layers]
        if name == "arguments":
            sources = [item for item in members if item.layer == "events"]
            pairs = ((a, b) for a in sources for b in targets if a is not b)
        else:
            pairs = ((a, b) for at, a in enumerate(targets) for b in targets[at + 1 :])
        for source, target in pairs:
            low, high = sorted((source.range, target.range))
            if high[0] - low[1] <= _REACH:
                yield Pair(source, target, _between(target.layer, low[1], high[0], targets))


def _between(layer: str, begin: int, end: int, items: Sequence[Item]) -> int:
    return sum(
        item.layer == layer and begin <= item.range[0] and item.range[1] <= end for item in items
    )


def gold_labels(name: str, document: Document) -> dict[tuple[str, str], str]:
    """By the ids of two items what links them; of several labels the first by alphabet.

    Relations are found under both orders of their ids.
    """
    found: dict[tuple[str, str], str] = {}
    rows: list[tuple[tuple[str, str], str]] = []
    if name == "arguments":
        rows = [((e.id, a.filler), a.role) for e in document.events for a in e.arguments]
    else:
        for relation in document.relations:
            rows.append(((relation.head, relation.tail), relation.type))
            rows.append(((relation.tail, relation.head), f"<{relation.type}"))
    for ids, label in rows:
        found[ids] = min(label, found.get(ids, label))
    return found


def pair_features(reading: Reading, pair: Pair) -> list[str]:
    """Kinds, heads, order, distance, and the words between, with their conjunctions, sorted."""
    source, target = pair.source, pair.target
    words = reading.words
    low, high = sorted((source.range, target.range))
    kinds = f"{source.label} {phrase_kind(target)}"
    inside = low[1] > high[0]
    order = "in" if inside else "<" if source.range < target.range else ">"
    between = [] if inside else [word.lower for word in words[low[1] : high[0]]]
    heads = [words[head_word(reading, item.range)].lower for item in (source, target)]
    before = [_before(reading, item) for item in (source, target)]
    distance = min(len(between).bit_length(), 6)
    found = {
        f"kinds={kinds}",
        f"order={order}",
        f"kinds order={kinds} {order}",
        f"kinds distance={kinds} {order} {distance}",
        f"target={target.layer} {target.label}",
        f"source head={heads[0]}",
        f"target head={heads[1]}",
        f"source head kind={heads[0]} {phrase_kind(target)} {order}",
        f"target head kind={source.label} {heads[1]}",
        f"heads={' '.join(heads)}",
        f"target before={source.label} {before[1]}",
        f"kinds target before={kinds} {order} {before[1]}",
        f"source before={source.label} {before[0]} {order}",
        f"kinds source before={kinds} {before[0]} {order}",
        f"distance={order} {distance}",
        f"after={_after(reading, low if inside else high)}",
    }
    if not inside:
        found.add(f"kinds path={kinds} {order} {' '.join(between)}" if len(between) <= 3 else "far")
        found |= {f"between={word}" for word in between[:_BETWEEN]}
        found |= {f"between kinds={source.label} {word}" for word in between[:_BETWEEN]}
        found |= {
            f"nearer={min(pair.between, 4)}",
            f"kinds nearer={kinds} {order} {min(pair.between, 3)}",
        }
    return sorted(found)


def _before(reading: Reading, item: Item) -> str:
    begin = reading.bounds[reading.sentence_of(item.range[0])]
    return reading.words[item.range[0] - 1].lower if item.range[0] > begin else "<"


def _after(reading: Reading, range_: tuple[int, int]) -> str:
    end = reading.bounds[reading.sentence_of(range_[0]) + 1]
    return reading.words[range_[1]].lower if range_[1] < end else ">"
