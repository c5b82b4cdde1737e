"""Coreference: hand-worked cases, the definitions of the papers, and what must never matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.evaluate.metrics.blanc import BlancVariant
from goldwire.evaluate.metrics.coreference import (
    RATIOS,
    Chains,
    blanc_scores,
    conll_scores,
    count_coreference,
    first_occurrences,
    without_singletons,
)
from goldwire.evaluate.metrics.forms import precision_recall_f1
from goldwire.schema.errors import UnknownName

Entity = frozenset[int]
Document = list[Entity]
Corpus = list[Document]
Six = dict[str, NDArray[Any]]
Exact = dict[str, list[Fraction]]


def chains(corpus: Iterable[Iterable[Iterable[int]]]) -> Chains:
    """Mentions are numbers below 100 that may come again in another document."""
    rows = []
    entity = 0
    for document, entities in enumerate(corpus):
        for mentions in entities:
            rows += [(document, 100 * document + mention, entity) for mention in mentions]
            entity += 1
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return Chains(columns[0], columns[1], columns[2])


def count(gold: Corpus, predicted: Corpus) -> Six:
    return count_coreference(len(gold), chains(gold), chains(predicted))


def summed(counts: Six) -> Six:
    return {metric: columns.sum(axis=0) for metric, columns in counts.items()}


# What the papers say, mention by mention and link by link ----------------------------------------


def pairs(mentions: Iterable[int]) -> set[tuple[int, int]]:
    return set(combinations(sorted(mentions), 2))


def holding(mention: int, side: Document) -> Entity:
    return next((entity for entity in side if mention in entity), frozenset())


def muc(own: Document, other: Document) -> list[Fraction]:
    """Vilain et al. 1995: an entity loses one link for every part that the other cuts it into."""
    found = total = 0
    for entity in own:
        parts = {holding(m, other) or frozenset([-1, m]) for m in entity}
        found += len(entity) - len(parts)
        total += len(entity) - 1
    return [Fraction(found), Fraction(total)]


def b3(own: Document, other: Document) -> list[Fraction]:
    """Bagga & Baldwin 1998: mention by mention, the share of its entity that is found."""
    mentions = [(m, entity) for entity in own for m in entity]
    shares = [Fraction(len(entity & holding(m, other)), len(entity)) for m, entity in mentions]
    return [sum(shares, Fraction(0)), Fraction(len(mentions))]


def best(own: Document, other: Document, alike: Callable[[Entity, Entity], Fraction]) -> Fraction:
    """Luo 2005: all one-to-one alignments, one after the other."""
    if not own:
        return Fraction(0)
    first, rest = own[0], own[1:]
    found = best(rest, other, alike)
    for at, entity in enumerate(other):
        gained = alike(first, entity) + best(rest, other[:at] + other[at + 1 :], alike)
        found = max(found, gained)
    return found


def lea(own: Document, other: Document) -> list[Fraction]:
    """Moosavi & Strube 2016: size times the share of links; a singleton links to itself."""
    found = Fraction(0)
    for entity in own:
        links = pairs(entity) or {(m, m) for m in entity}
        met = set[tuple[int, int]]().union(
            *(pairs(e) or {(m, m) for m in e} for e in other if e & entity)
        )
        found += len(entity) * Fraction(len(links & met), len(links))
    return [found, Fraction(sum(map(len, own)))]


def blanc(gold: Document, predicted: Document) -> list[Fraction]:
    """Luo et al. 2014: sets of coreferent and of non-coreferent links."""
    sides = []
    for side in (gold, predicted):
        together = set[tuple[int, int]]().union(*map(pairs, side))
        sides.append((together, pairs(m for entity in side for m in entity) - together))
    sizes = []
    for ours, theirs in zip(*sides, strict=True):
        sizes += [len(ours & theirs), len(ours), len(theirs)]
    return list(map(Fraction, sizes))


def by_definition(gold: Document, predicted: Document) -> Exact:
    """The counts of one document."""
    shared = best(gold, predicted, lambda k, r: Fraction(len(k & r)))
    alike = best(gold, predicted, lambda k, r: Fraction(2 * len(k & r), len(k) + len(r)))
    sizes = [Fraction(sum(map(len, side))) for side in (predicted, gold)]
    entities = [Fraction(len(side)) for side in (predicted, gold)]
    return {
        "muc": muc(predicted, gold) + muc(gold, predicted),
        "b3": b3(predicted, gold) + b3(gold, predicted),
        "ceafm": [shared, sizes[0], shared, sizes[1]],
        "ceafe": [alike, entities[0], alike, entities[1]],
        "lea": lea(predicted, gold) + lea(gold, predicted),
        "blanc": blanc(gold, predicted),
    }


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Some of eight mentions in up to four entities."""
    entity_of = draw(st.lists(st.integers(-1, 3), min_size=8, max_size=8))
    found = [frozenset(m for m in range(8) if entity_of[m] == entity) for entity in range(4)]
    return [entity for entity in found if entity]


corpora = st.lists(st.tuples(documents(), documents()), max_size=4)
Pairs = list[tuple[Document, Document]]


def split(corpus: Pairs) -> tuple[Corpus, Corpus]:
    return [gold for gold, _ in corpus], [predicted for _, predicted in corpus]


@given(corpora)
def test_counts_are_those_of_the_definitions(corpus: Pairs) -> None:
    counts = count(*split(corpus))
    for number, (gold, predicted) in enumerate(corpus):
        for metric, expected in by_definition(gold, predicted).items():
            assert counts[metric][number] == pytest.approx(list(map(float, expected))), metric


# Worked out by hand ------------------------------------------------------------------------------

GOLD = [[frozenset("abc"), frozenset("defg")]]
PREDICTED = [[frozenset("ab"), frozenset("cd"), frozenset("fghi")]]


def lettered(corpus: list[list[frozenset[str]]]) -> Corpus:
    return [[frozenset(map(ord, entity)) for entity in document] for document in corpus]


def near(*expected: Fraction | float) -> Any:
    return pytest.approx([float(value) for value in expected], nan_ok=True)


def test_the_example_of_pradhan_and_others_by_hand() -> None:
    # The worked example of Pradhan et al. 2014, "Scoring coreference partitions".
    counts = summed(count(lettered(GOLD), lettered(PREDICTED)))
    assert counts["muc"] == near(2, 5, 2, 5)
    assert counts["b3"] == near(4, 8, Fraction(5, 3) + Fraction(5, 4), 7)
    assert counts["ceafm"] == near(4, 8, 4, 7)
    assert counts["ceafe"] == near(Fraction(13, 10), 3, Fraction(13, 10), 2)
    assert counts["lea"] == near(2 + Fraction(2, 3), 8, 1 + Fraction(2, 3), 7)
    assert counts["blanc"] == near(2, 9, 8, 8, 12, 20)
    assert precision_recall_f1(counts["b3"]) == near(
        Fraction(1, 2), Fraction(5, 12), Fraction(5, 11)
    )
    for variant in get_args(BlancVariant):
        scores = blanc_scores(counts["blanc"], variant=variant)
        assert scores == near(Fraction(13, 40), Fraction(4, 9), Fraction(25, 68))
    assert conll_scores(counts)[2] == pytest.approx(
        float((Fraction(2, 5) + Fraction(5, 11) + Fraction(13, 25)) / 3)
    )


def test_a_lone_singleton_is_found_only_as_a_singleton() -> None:
    gold: Corpus = [[frozenset([1]), frozenset([2])]]
    predicted: Corpus = [[frozenset([1]), frozenset([2, 3])]]
    # Gold: 1 is found, 2 is not. Predicted: of three mentions 1 is found, the link 2-3 is not.
    assert count(gold, predicted)["lea"][0] == near(1, 3, 1, 2)


def test_singletons_have_no_muc_and_leave_the_average_undefined() -> None:
    corpus: Corpus = [[frozenset([1]), frozenset([2])]]
    counts = summed(count(corpus, corpus))
    assert precision_recall_f1(counts["muc"]) == near(np.nan, np.nan, np.nan)
    assert precision_recall_f1(counts["b3"]) == near(1, 1, 1)
    assert conll_scores(counts) == near(np.nan, np.nan, np.nan)


def test_blanc_variants_differ_where_only_the_prediction_has_a_class() -> None:
    # Gold: one entity of three, so no non-coreferent link; predicted: the same and another.
    counts = summed(count([[frozenset([1, 2, 3])]], [[frozenset([1, 2, 3]), frozenset([4])]]))
    assert counts["blanc"] == near(3, 3, 3, 0, 0, 3)
    assert blanc_scores(counts["blanc"]) == near(1, 1, 1)
    assert blanc_scores(counts["blanc"], variant="2014") == near(
        Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)
    )


def test_blanc_without_links_on_one_side_is_a_miss_and_without_any_undefined() -> None:
    assert blanc_scores(np.array([0, 3, 0, 0, 0, 0])) == near(np.nan, 0, 0)
    assert blanc_scores(np.array([0, 0, 3, 0, 0, 0])) == near(0, np.nan, 0)
    assert blanc_scores(np.zeros(6)) == near(np.nan, np.nan, np.nan)
    with pytest.raises(UnknownName, match="reference, 2014"):
        blanc_scores(np.zeros(6), variant="2011")  # type: ignore[arg-type]


def test_closed_forms_take_any_leading_axes() -> None:
    counts = count(lettered(GOLD * 6), lettered(PREDICTED * 6))
    stacked = {metric: columns.reshape(2, 3, -1) for metric, columns in counts.items()}
    assert conll_scores(stacked).shape == (2, 3, 3)
    assert blanc_scores(stacked["blanc"]).shape == (2, 3, 3)


def test_no_documents_and_empty_documents_are_undefined() -> None:
    empty: list[Corpus] = [[], [[]], [[], []]]
    for corpus in empty:
        counts = count(corpus, corpus)
        assert {metric: columns.shape for metric, columns in counts.items()} == {
            **dict.fromkeys(RATIOS, (len(corpus), 4)),
            "blanc": (len(corpus), 6),
        }
        sums = summed(counts)
        assert all(np.isnan(precision_recall_f1(sums[metric])).all() for metric in RATIOS)
        assert np.isnan(conll_scores(sums)).all()
        assert np.isnan(blanc_scores(sums["blanc"])).all()


def test_a_document_without_predictions_is_a_miss() -> None:
    sums = summed(count(lettered(GOLD), [[]]))
    for metric in RATIOS:
        assert precision_recall_f1(sums[metric]) == near(np.nan, 0, 0)
    assert blanc_scores(sums["blanc"]) == near(np.nan, 0, 0)


def test_huge_numbers_for_mentions_and_entities_are_fine() -> None:
    far = 2**62
    gold = Chains(np.zeros(3, np.int64), np.array([0, far, 5]), np.array([far, far, 7]))
    other = Chains(np.zeros(2, np.int64), np.array([far, 5]), np.array([3, far - 1]))
    counts = count_coreference(1, gold, other)
    assert counts["muc"][0] == near(0, 0, 0, 1)
    assert counts["ceafm"][0] == near(2, 2, 2, 3)


def test_the_first_occurrence_of_a_mention_is_kept() -> None:
    twice = chains([[[1, 2, 1], [2, 3]], [[1]]])
    kept, dropped = first_occurrences(twice)
    assert dropped == 2
    assert kept.mention.tolist() == [1, 2, 3, 101]
    assert kept.entity.tolist() == [0, 0, 1, 2]
    assert first_occurrences(kept)[1] == 0
    with pytest.raises(ValueError, match="stands twice"):
        count_coreference(2, kept, twice)
    with pytest.raises(ValueError, match="stands twice"):
        count_coreference(2, twice, kept)


def test_singletons_can_be_left_out() -> None:
    left = without_singletons(chains([[[1], [2, 3]], [[4]]]))
    assert left.mention.tolist() == [2, 3]
    assert len(without_singletons(left.take(np.zeros(0, np.int64)))) == 0


def test_an_entity_or_a_mention_in_two_documents_is_refused() -> None:
    two, same = np.array([0, 1]), np.array([0, 0])
    with pytest.raises(ValueError, match="entity stands in two"):
        count_coreference(2, Chains(two, two, same), Chains(two, two, two))
    with pytest.raises(ValueError, match="mention stands in two"):
        count_coreference(2, Chains(two, two, two), Chains(1 - two, two, two))
    with pytest.raises(ValueError, match="document 1 of 1"):
        count_coreference(1, Chains(two, two, two), Chains(same, two, two))
    with pytest.raises(ValueError, match="numbered from 0"):
        count_coreference(2, Chains(two, two - 1, two), Chains(two, two, two))


# What must hold for any corpus -------------------------------------------------------------------


def scored(sums: Six) -> dict[str, NDArray[Any]]:
    found = {metric: precision_recall_f1(sums[metric]) for metric in RATIOS}
    return found | {
        "blanc": blanc_scores(sums["blanc"]),
        "blanc 2014": blanc_scores(sums["blanc"], variant="2014"),
        "conll": conll_scores(sums),
    }


@given(corpora)
def test_gold_against_itself_is_perfect_where_it_is_defined(corpus: Pairs) -> None:
    gold, _ = split(corpus)
    for values in scored(summed(count(gold, gold))).values():
        assert np.isnan(values).all() or values == near(1, 1, 1)


@given(corpora)
def test_scores_lie_between_0_and_1(corpus: Pairs) -> None:
    for values in scored(summed(count(*split(corpus)))).values():
        defined = values[~np.isnan(values)]
        assert ((defined >= 0) & (defined <= 1 + 1e-12)).all()


@given(corpora)
def test_swapping_the_sides_swaps_precision_and_recall(corpus: Pairs) -> None:
    gold, predicted = split(corpus)
    there, back = scored(summed(count(gold, predicted))), scored(summed(count(predicted, gold)))
    for metric in (*RATIOS, "blanc 2014", "conll"):
        precision, recall, f1 = there[metric]
        assert back[metric] == near(recall, precision, f1)


@given(corpora, st.integers(0, 2**32))
def test_no_order_and_no_numbering_matters(corpus: Pairs, seed: int) -> None:
    chance = np.random.default_rng(seed)
    gold, predicted = map(chains, split(corpus))
    expected = count_coreference(len(corpus), gold, predicted)
    mentions = chance.permutation(1000)

    def disguised(side: Chains) -> Chains:
        side = side.take(chance.permutation(len(side)))
        entities = chance.permutation(1000)
        return Chains(side.document, mentions[side.mention], entities[side.entity])

    found = count_coreference(len(corpus), disguised(gold), disguised(predicted))
    for metric, columns in expected.items():
        assert found[metric] == pytest.approx(columns), metric


@given(corpora, st.integers(0, 4))
def test_counts_of_parts_add_up(corpus: Pairs, cut: int) -> None:
    whole = summed(count(*split(corpus)))
    parts = [summed(count(*split(part))) for part in (corpus[:cut], corpus[cut:])]
    for metric, columns in whole.items():
        assert columns == pytest.approx(parts[0][metric] + parts[1][metric]), metric


@given(corpora)
def test_documents_are_counted_where_they_stand(corpus: Pairs) -> None:
    there, back = count(*split(corpus)), count(*split(corpus[::-1]))
    for metric, columns in there.items():
        assert columns[::-1] == pytest.approx(back[metric]), metric
