"""What to look at next: the most frequent disagreements of all pairs, with places in the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal

import numpy as np
from msgspec import Struct

from goldwire.schema.positions import cut, excerpt, surface

from ..counting import Counted
from ..report.model import ErrorRow, Side
from .annotators import Team
from .judgements import Judged
from .model import Disagreement, Example
from .pairs import PairCounts

__all__ = ["find_disagreements"]

_EXAMPLES = 2
_OF_LAYER = 3
"""Kinds of disagreement that one layer may fill of those that are listed."""

_LABELS = ("type", "kind", "style", "role")
"""Attributes that are labels: how these differ is read off the alignment."""

Kind = Literal["label", "boundary", "one_only", "value"]


class _Key(Struct, frozen=True, order=True):
    layer: str
    attribute: str
    kind: Kind
    labels: tuple[str, ...]


def find_disagreements(
    team: Team, pairs: Sequence[PairCounts], judged: Sequence[Judged], *, kinds: int = 10
) -> tuple[Disagreement, ...]:
    """The most frequent kinds of disagreement, the most frequent first.

    No layer has more than three, so that none hides the others. Labels and boundaries are read
    off the alignment of each pair, values off what both marked on the same place.
    """
    counts: Counter[_Key] = Counter()
    sides: defaultdict[_Key, Counter[str]] = defaultdict(Counter)
    examples: defaultdict[_Key, list[Example]] = defaultdict(list)
    for pair in pairs:
        for first, counted in pair.counted:
            other = pair.pair[1] if first == pair.pair[0] else pair.pair[0]
            names = (team.names[first], team.names[other])
            for key, count, marked in _of_pair(counted, names):
                counts[key] += count
                if marked is not None:
                    sides[key][marked] += count
            for rows in counted.errors.values():
                for row in rows:
                    examples[_key_of(row)].append(_example(row, names))
    for each in judged:
        for key, example in _of_values(team, each):
            counts[key] += 1
            examples[key].append(example)
        for key, example in _of_tuples(team, each):
            examples[key].append(example)
    ranked = sorted(counts, key=lambda key: (-counts[key], key))
    taken: Counter[str] = Counter()
    found: list[Disagreement] = []
    for key in ranked:
        if len(found) < kinds and taken[key.layer] < _OF_LAYER:
            taken[key.layer] += 1
            found.append(
                Disagreement(
                    key.layer,
                    key.attribute or None,
                    key.kind,
                    key.labels,
                    counts[key],
                    dict(sorted(sides[key].items())),
                    _chosen(examples[key]),
                )
            )
    return tuple(found)


def _of_pair(counted: Counted, names: tuple[str, str]) -> Iterator[tuple[_Key, int, str | None]]:
    """Kinds, how often, and who marked it where one of the two did not."""
    for layer, counts in counted.layers.items():
        labels = [*counts.labels, None]
        if counts.confusion is not None:
            for row, column in zip(*counts.confusion.nonzero(), strict=True):
                one, other = labels[row], labels[column]
                count = int(counts.confusion[row, column])
                if one is not None and other is not None:
                    if one != other:
                        yield _Key(layer, "", "label", tuple(sorted((one, other)))), count, None
                elif (label := one or other) is not None:
                    marked = names[0] if other is None else names[1]
                    yield _Key(layer, "", "one_only", (label,)), count, marked
            for label, count in zip(
                counts.labels, counts.errors["wrong_boundary"].tolist(), strict=True
            ):
                if count:
                    yield _Key(layer, "", "boundary", (label,)), int(count), None
            continue
        for error, marked in (("missed", names[0]), ("spurious", names[1])):
            if error in counts.errors:
                for label, count in zip(counts.labels, counts.errors[error].tolist(), strict=True):
                    if count:
                        yield _Key(layer, "", "one_only", (label,)), int(count), marked


def _key_of(row: ErrorRow) -> _Key:
    labels = tuple(side.label for side in (row.gold, row.predicted) if side is not None)
    if len(labels) == 1:
        return _Key(row.layer, "", "one_only", labels)
    if labels[0] == labels[1]:
        return _Key(row.layer, "", "boundary", labels[:1])
    return _Key(row.layer, "", "label", tuple(sorted(labels)))


def _example(row: ErrorRow, names: tuple[str, str]) -> Example:
    return Example(row.document, names, row.gold, row.predicted, row.context)


def _of_values(team: Team, judged: Judged) -> Iterator[tuple[_Key, Example]]:
    """Values that differ on one place, of attributes that are no labels."""
    attribute = judged.attribute
    if attribute.name in _LABELS:
        return
    for one, other in _by_name(team):
        first, second = judged.codes[one], judged.codes[other]
        for at in np.flatnonzero((first >= 0) & (second >= 0) & (first != second)).tolist():
            own, theirs = (str(judged.values[row[at]]) for row in (first, second))
            key = _Key(attribute.layer, attribute.name, "value", tuple(sorted((own, theirs))))
            yield key, _at(team, judged, at, (one, other), own, theirs)


def _of_tuples(team: Team, judged: Judged) -> Iterator[tuple[_Key, Example]]:
    """Places of arguments and relations that only one of two marked: these are not aligned."""
    layer = judged.attribute.layer
    if layer not in ("arguments", "relations"):
        return
    for one, other in _by_name(team):
        both = (judged.took_part[one] & judged.took_part[other])[judged.document]
        for at in np.flatnonzero(
            both & ((judged.codes[one] >= 0) != (judged.codes[other] >= 0))
        ).tolist():
            marked = one if judged.codes[one, at] >= 0 else other
            label = str(judged.values[judged.codes[marked, at]])
            sides = (label, None) if marked == one else (None, label)
            yield (
                _Key(layer, "", "one_only", (label,)),
                _at(team, judged, at, (one, other), *sides),
            )


def _by_name(team: Team) -> Iterator[tuple[int, int]]:
    """Pairs of annotators, so that no order of theirs decides what an example shows first."""
    return combinations(sorted(range(len(team.names)), key=team.names.__getitem__), 2)


def _at(
    team: Team,
    judged: Judged,
    at: int,
    pair: tuple[int, int],
    one: str | None,
    other: str | None,
) -> Example:
    """A unit with what both said of it, and the words it stands on."""
    name = team.ids[int(judged.document[at])]
    text = next(own[name].text for own in team.documents if name in own)
    place = judged.places[at]
    words = " → ".join(cut(surface(text, spans), 96) for spans in place)
    first, second = (
        None if value is None else Side(value, place[0], words) for value in (one, other)
    )
    context = excerpt(text, place[0][0][0], place[0][-1][1], 60)
    return Example(name, (team.names[pair[0]], team.names[pair[1]]), first, second, context)


def _chosen(examples: Sequence[Example]) -> tuple[Example, ...]:
    """A few examples that differ in their text where they can, the most frequent texts first."""
    texts = Counter(map(_text, examples))
    first: dict[str, Example] = {}
    for example in sorted(examples, key=lambda each: (each.document, _text(each), each.annotators)):
        first.setdefault(_text(example), example)
    ranked = sorted(texts, key=lambda text: (-texts[text], text))
    return tuple(first[text] for text in ranked[:_EXAMPLES])


def _text(example: Example) -> str:
    side = example.one or example.other
    return side.text if side else ""
