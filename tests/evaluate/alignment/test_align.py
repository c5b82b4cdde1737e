"""The alignment: optimal, one-to-one, and the same whatever the order of the lists."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.alignment.align import align
from goldwire.evaluate.alignment.pairs import BOTH, BOUNDARY, OVERLAP, TYPE
from goldwire.evaluate.alignment.prepare import prepare
from goldwire.evaluate.tables import Labels, Spans, SpansBuilder

Item = tuple[tuple[tuple[int, int], ...], str]


class Case(NamedTuple):
    gold: list[Item]
    predicted: list[Item]


def table(documents: list[list[Item]], labels: Labels) -> Spans:
    builder = SpansBuilder(labels)
    for number, items in enumerate(documents):
        for spans, label in items:
            builder.add(number, spans, label)
    return builder.table(len(documents))


def chosen(case: Case) -> list[tuple[Item, Item, int, int]]:
    labels = Labels("AB")
    ready = prepare(table([case.gold], labels), table([case.predicted], labels))
    pairs = align(ready.gold, ready.predicted).pairs
    return [
        (item(ready.gold, g), item(ready.predicted, p), int(kind), int(overlap))
        for g, p, kind, overlap in zip(
            pairs.gold, pairs.predicted, pairs.kind, pairs.overlap, strict=True
        )
    ]


def item(spans: Spans, row: int) -> Item:
    return spans.spans_of(int(row)), spans.labels.names[spans.label[row]]


def characters(spans: tuple[tuple[int, int], ...]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def kind_of(gold: Item, predicted: Item) -> tuple[int, int]:
    overlap = len(characters(gold[0]) & characters(predicted[0]))
    if not overlap:
        return 0, 0
    if gold[0] == predicted[0]:
        return (BOTH if gold[1] == predicted[1] else BOUNDARY), overlap
    return (TYPE if gold[1] == predicted[1] else OVERLAP), overlap


def quality(pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    kinds = Counter(kind for kind, _ in pairs)
    overlap = sum(overlap for _, overlap in pairs)
    return (kinds[BOTH], kinds[BOUNDARY], kinds[TYPE], kinds[OVERLAP], overlap)


def best_by_trying_all(case: Case) -> tuple[int, ...]:
    gold, predicted = sorted(set(case.gold)), sorted(set(case.predicted))
    slots: list[Item | None] = [*predicted, *[None] * len(gold)]
    best: tuple[int, ...] = (0, 0, 0, 0, 0)
    for order in set(permutations(slots, len(gold))):
        pairs = [kind_of(g, p) for g, p in zip(gold, order, strict=True) if p is not None]
        best = max(best, quality([pair for pair in pairs if pair[0]]))
    return best


span = st.tuples(st.integers(0, 8), st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1]))


def fragments(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    covered = sorted(characters(tuple(spans)))
    joined: list[tuple[int, int]] = []
    for at in covered:
        if joined and joined[-1][1] == at:
            joined[-1] = (joined[-1][0], at + 1)
        else:
            joined.append((at, at + 1))
    return tuple(joined)


items = st.tuples(st.lists(span, min_size=1, max_size=2).map(fragments), st.sampled_from("AB"))
cases = st.builds(Case, st.lists(items, max_size=4), st.lists(items, max_size=4))


@settings(max_examples=250, deadline=None)
@given(cases)
def test_no_matching_is_better(case: Case) -> None:
    found = chosen(case)
    assert quality([(kind, overlap) for _, _, kind, overlap in found]) == best_by_trying_all(case)
    assert all(kind_of(g, p) == (kind, overlap) for g, p, kind, overlap in found)


@given(cases)
def test_one_to_one(case: Case) -> None:
    found = chosen(case)
    assert len({g for g, *_ in found}) == len(found) == len({p for _, p, *_ in found})


@settings(deadline=None)
@given(cases, st.randoms(use_true_random=False))
def test_order_of_lists_does_not_matter(case: Case, random: object) -> None:
    gold, predicted = list(case.gold), list(case.predicted)
    random.shuffle(gold)  # type: ignore[attr-defined]
    random.shuffle(predicted)  # type: ignore[attr-defined]
    assert sorted(chosen(case)) == sorted(chosen(Case(gold, predicted)))


def test_adjacent_spans_do_not_overlap() -> None:
    assert chosen(Case([(((0, 4),), "A")], [(((4, 8),), "A")])) == []


def test_documents_are_apart() -> None:
    labels = Labels("A")
    one: list[list[Item]] = [[(((0, 4),), "A")], []]
    other: list[list[Item]] = [[], [(((0, 4),), "A")]]
    assert len(align(table(one, labels), table(other, labels)).pairs) == 0


def test_an_alternative_counts_as_a_match() -> None:
    labels = Labels("AB")
    builder = SpansBuilder(labels)
    builder.add(0, [(0, 4)], "A", accepted=[([(0, 9)], None), (None, "B")])
    gold = builder.table(1)
    for guess in ((((0, 9),), "A"), (((0, 4),), "B"), (((0, 4),), "A")):
        pairs = align(gold, table([[guess]], labels)).pairs
        assert pairs.kind.tolist() == [BOTH]


def test_an_alternative_does_not_rob_another_item() -> None:
    labels = Labels("A")
    builder = SpansBuilder(labels)
    builder.add(0, [(0, 4)], "A", accepted=[([(0, 9)], None)])
    builder.add(0, [(0, 9)], "A")
    predicted = table([[(((0, 9),), "A"), (((0, 4),), "A")]], labels)
    pairs = align(builder.table(1), predicted).pairs
    assert pairs.kind.tolist() == [BOTH, BOTH]


def test_what_counts_comes_before_what_is_optional() -> None:
    labels = Labels("A")
    builder = SpansBuilder(labels)
    builder.add(0, [(0, 4)], "A", optional=True)
    builder.add(0, [(2, 6)], "A")
    predicted = table([[(((1, 5),), "A")]], labels)
    pairs = align(builder.table(1), predicted).pairs
    assert pairs.gold.tolist() == [1]


def test_a_long_chain_is_settled_optimally() -> None:
    """Shifted by half, every gold item touches two predictions: all but none can be paired."""
    gold: list[Item] = [(((10 * i, 10 * i + 10),), "A") for i in range(300)]
    predicted: list[Item] = [(((10 * i + 5, 10 * i + 15),), "A") for i in range(300)]
    found = chosen(Case(gold, predicted))
    assert len(found) == 300


@pytest.mark.parametrize("size", [0, 1])
def test_empty_sides(size: int) -> None:
    items: list[Item] = [(((0, 4),), "A")]
    assert chosen(Case(items[:size], [])) == []
    assert chosen(Case([], items[:size])) == []


def test_duplicates_collapse_and_are_counted() -> None:
    labels = Labels("A")
    one: list[list[Item]] = [[(((0, 4),), "A")] * 3]
    ready = prepare(table(one, labels), table(one, labels))
    assert ready.duplicates == (2, 2)
    assert len(ready.gold) == len(ready.predicted) == 1
    assert np.array_equal(align(ready.gold, ready.predicted).pairs.kind, [BOTH])
