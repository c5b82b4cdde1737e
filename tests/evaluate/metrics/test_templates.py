"""Templates: the alignment, the counts off it, and what no order of a list may change."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.metrics.forms import precision_recall_f1
from goldwire.evaluate.metrics.template_assignment import best_choice, best_totals
from goldwire.evaluate.metrics.templates import (
    CATEGORIES,
    SIMILARITIES,
    Filler,
    Similarity,
    Slot,
    Template,
    TemplateCounts,
    align_templates,
    category_ratios,
    ceaf_ree,
    ceaf_rme,
    muc4,
    score_templates,
    tabulate,
    value,
)
from goldwire.schema.errors import UnknownName

SLOTS = (
    Slot("type"),
    Slot("who"),
    Slot("target", ("effect", "count")),
    Slot("date", near="cover"),
    Slot("killed", near="overlap"),
)


def entity(mentions: str, **qualifiers: Any) -> Filler:
    """An entity with one mention for each letter."""
    return Filler(frozenset(mentions), None, tuple(qualifiers.items()))


def template(kind: str = "attack", **slots: Any) -> Template:
    return Template({"type": [value(kind)]} | slots)


def score(
    gold: list[Template], predicted: list[Template], similarity: Similarity = "subset"
) -> TemplateCounts:
    return score_templates([gold], [predicted], SLOTS, similarity)


def row(counts: TemplateCounts, slot: str) -> list[float]:
    numbers: list[float] = counts.fillers[0, counts.slots.index(slot)].tolist()
    return numbers


def category(counts: TemplateCounts, slot: str) -> dict[str, int]:
    numbers = counts.categories[0, counts.slots.index(slot)].tolist()
    return {name: n for name, n in zip(CATEGORIES, numbers, strict=True) if n}


def test_similarities_are_their_formulas() -> None:
    # gold abc, predicted ab: n = 2, k = 3, r = 2; gold abc, predicted cd: n = 1, k = 3, r = 2
    gold = [template(who=[entity("abc")])]
    expected: dict[Similarity, tuple[Fraction, Fraction]] = {
        "subset": (Fraction(1), Fraction(0)),
        "prop": (Fraction(2, 2), Fraction(1, 2)),
        "overlap": (Fraction(1), Fraction(1)),
        "phi3": (Fraction(2), Fraction(1)),
        "phi4": (Fraction(2 * 2, 3 + 2), Fraction(2 * 1, 3 + 2)),
    }
    for similarity, credits in expected.items():
        for mentions, credit in zip(("ab", "cd"), credits, strict=True):
            counts = score(gold, [template(who=[entity(mentions)])], similarity)
            sizes = (2.0, 3.0) if similarity == "phi3" else (1.0, 1.0)
            assert row(counts, "who") == [float(credit), sizes[0], float(credit), sizes[1]]


def test_a_split_entity_gets_credit_once_and_is_reported() -> None:
    counts = score([template(who=[entity("abc")])], [template(who=[entity("a"), entity("bc")])])
    assert row(counts, "who") == [1, 2, 1, 1]
    assert counts.split[0, 1] == 1
    assert counts.merged.sum() == 0


def test_a_merged_entity_is_wrong_and_is_reported() -> None:
    counts = score([template(who=[entity("a"), entity("bc")])], [template(who=[entity("abc")])])
    assert row(counts, "who") == [0, 1, 0, 2]
    assert counts.merged[0, 1] == 1
    assert counts.split.sum() == 0


def test_an_entity_without_mentions_is_never_correct() -> None:
    nobody = Filler()
    for similarity in SIMILARITIES:
        counts = score([template(who=[entity("a")])], [template(who=[nobody])], similarity)
        assert row(counts, "who") == [0, 1, 0, 1]
        counts = score([template(who=[nobody])], [template(who=[nobody, nobody])], similarity)
        assert row(counts, "who") == [0, 2, 0, 1]


def test_templates_are_aligned_for_the_best_total_not_greedily() -> None:
    # The best single pair is worth 3 and leaves 0 for the rest; the best alignment is 2 + 2.
    day = [value(1)]
    gold = [
        template(who=[entity("a")]),
        template(who=[entity("a")], target=[entity("b")], date=day),
    ]
    predicted = [
        template(who=[entity("a")], target=[entity("b")]),
        template("bombing", target=[entity("b")], date=day),
    ]
    tables = tabulate([gold], [predicted], SLOTS)
    assert align_templates(tables).places(tables) == [(0, 0, 0), (0, 1, 1)]
    counts = score(gold, predicted)
    assert counts.fillers[0, :, 0].sum() == 4
    assert counts.templates.tolist() == [[2, 2, 2, 2]]


def test_categories_of_muc_4() -> None:
    gold = [
        template(who=[entity("ab"), entity("c"), entity("d")], date=[value(5, (5, 5))]),
        template("bombing", target=[entity("x")]),
    ]
    predicted = [template(who=[entity("ab"), entity("cz"), entity("y")], date=[value(0, (1, 9))])]
    counts = score(gold, predicted)
    assert category(counts, "who") == {"correct": 1, "partial": 1, "incorrect": 1}
    assert category(counts, "date") == {"partial": 1}
    assert category(counts, "type") == {"correct": 1, "missing": 1}
    assert category(counts, "target") == {"missing": 1}
    sums = counts.categories.sum(axis=(0, 1))
    # possible 7, actual 5, earned 2 + 2 / 2
    assert sums.tolist() == [2, 2, 1, 2, 0]
    recall, precision = Fraction(3, 7), Fraction(3, 5)
    expected = [precision, recall, 2 * precision * recall / (precision + recall), Fraction(0)]
    assert muc4(sums) == pytest.approx([float(each) for each in expected])
    assert category_ratios(sums, partial=1).tolist() == [4, 5, 4, 7]
    assert category_ratios(sums, partial=0).tolist() == [2, 5, 2, 7]


def test_overgeneration_is_the_share_of_spurious_fillers() -> None:
    counts = score([], [template(who=[entity("a")])])
    assert muc4(counts.categories.sum(axis=(0, 1)))[[0, 3]].tolist() == [0, 1]
    assert np.isnan(muc4(np.zeros(5))).all()


@pytest.mark.parametrize(
    ("slot", "gold", "predicted", "outcome"),
    [
        ("date", (5, 5), (1, 9), "partial"),
        ("date", (1, 9), (5, 5), "incorrect"),
        ("date", (1, 9), (8, 12), "incorrect"),
        ("killed", (3, float("inf")), (5, 5), "partial"),
        ("killed", (0, 4), (4, 9), "partial"),
        ("killed", (0, 4), (5, 9), "incorrect"),
        ("killed", (0, 4), (9, 3), "incorrect"),
    ],
)
def test_ranges_nearly_agree_by_the_rule_of_their_slot(
    slot: str, gold: tuple[float, float], predicted: tuple[float, float], outcome: str
) -> None:
    one = Template({slot: [value("one", gold)], "type": [value("attack")]})
    other = Template({slot: [value("other", predicted)], "type": [value("attack")]})
    assert category(score([one], [other]), slot) == {outcome: 1}


def test_qualifiers_count_where_their_filler_is_right() -> None:
    gold = [template(target=[entity("a", effect="killed", count=2), entity("b", effect="none")])]
    predicted = [
        template(target=[entity("a", effect="killed", count=3), entity("z", effect="none")])
    ]
    counts = score(gold, predicted)
    assert counts.qualifiers == ("target.effect", "target.count")
    assert counts.attached.tolist() == [[[1, 2, 1, 2], [0, 1, 0, 1]]]


def test_qualifiers_tell_fillers_of_one_entity_apart() -> None:
    both = [entity("a", effect="killed"), entity("a", effect="wounded")]
    counts = score([template(target=both)], [template(target=both[::-1])])
    assert row(counts, "target") == [2, 2, 2, 2]
    assert counts.attached[0, 0].tolist() == [2, 2, 2, 2]
    assert counts.split.sum() == counts.merged.sum() == 0
    counts = score([template(target=both)], [template(target=both[1:])])
    assert counts.attached[0, 0].tolist() == [1, 1, 1, 2]


def test_repeated_fillers_are_one_and_are_counted() -> None:
    counts = score([template(who=[entity("a")])], [template(who=[entity("a"), entity("a")])])
    assert row(counts, "who") == [1, 1, 1, 1]
    assert counts.duplicates.tolist() == [[0, 1]]


def test_repeated_templates_stay_two() -> None:
    one = template(who=[entity("a")])
    assert row(score([one], [one, one]), "who") == [1, 2, 1, 1]


def test_optional_templates_are_neither_hit_nor_miss() -> None:
    sure, maybe = template(who=[entity("a")]), template("bombing", who=[entity("b")])
    maybe = msgspec.structs.replace(maybe, optional=True)
    for predicted in ([sure], [sure, maybe]):
        counts = score([sure, maybe], predicted)
        assert row(counts, "who") == [1, 1, 1, 1]
        assert counts.templates.tolist() == [[1, 1, 1, 1]]
    assert counts.ignored.tolist() == [1]
    only = score([maybe], [maybe])
    assert only.detection.tolist() == [[0, 0, 0, 0]]
    assert only.categories.sum() == 0
    assert score([maybe], [sure]).detection.tolist() == [[0, 1, 0, 0]]


def test_of_equal_gold_the_one_that_counts_is_aligned() -> None:
    sure = template(who=[entity("a")])
    maybe = msgspec.structs.replace(sure, optional=True)
    for gold in ([sure, maybe], [maybe, sure]):
        assert score(gold, [sure]).templates.tolist() == [[1, 1, 1, 1]]


def test_optional_fillers_are_neither_hit_nor_miss() -> None:
    maybe = Filler(frozenset("b"), optional=True)
    gold = [template(who=[entity("a"), maybe])]
    for predicted in ("a", "ab"):
        counts = score(gold, [template(who=[entity(each) for each in predicted])])
        assert row(counts, "who") == [1, 1, 1, 1]
        assert category(counts, "who") == {"correct": 1}


def test_evidence_counts_inside_aligned_templates() -> None:
    one = Template({"type": [value("attack")]}, frozenset({1, 2, 3}), 0)
    other = Template({"type": [value("bombing")]}, frozenset({4}), 0)
    guess = Template({"type": [value("attack")]}, frozenset({2, 3, 4}), 2)
    assert score([one, other], [guess]).evidence.tolist() == [[2, 5, 2, 4]]


def test_of_equal_templates_shared_evidence_decides() -> None:
    golds = [Template({"type": [value("attack")]}, frozenset({n})) for n in (1, 2, 3)]
    for predicted in itertools.permutations(golds):
        assert score(golds, list(predicted)).evidence.tolist() == [[3, 3, 3, 3]]


def test_detection_counts_documents() -> None:
    one = [template()]
    counts = score_templates([one, one, [], []], [one, [], one, []], SLOTS)
    assert counts.detection.tolist() == [[1, 1, 1, 1], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]


def test_nothing_is_undefined_and_not_zero() -> None:
    for gold, predicted in ([[], []], [[[]], [[]]]):
        counts = score_templates(gold, predicted, SLOTS)
        assert np.isnan(precision_recall_f1(counts.fillers.sum(axis=0))).all()
    assert score_templates([[template()]], [[]], SLOTS).categories.sum() == 1
    assert score_templates([[Template({})]], [[Template({})]], ()).templates.tolist() == [
        [0, 1, 0, 1]
    ]


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(UnknownName, match="unknown slot 'whom'"):
        score([Template({"whom": []})], [])
    with pytest.raises(UnknownName, match="unknown qualifier 'affect'"):
        score([template(target=[entity("a", affect="none")])], [])
    with pytest.raises(UnknownName, match="unknown similarity"):
        score([], [], "phi5")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="unknown slot"):
        ceaf_rme([], [], SLOTS, type_slot="kind")
    with pytest.raises(ValueError, match="1 documents of gold, 0 of predictions"):
        tabulate([[]], [], SLOTS)


def test_ceaf_ree_looks_at_the_document() -> None:
    gold = [template(who=[entity("ab")]), template(who=[entity("ab")], target=[entity("c")])]
    merged = [template(who=[entity("a"), Filler()], target=[entity("c", effect="none")])]
    assert ceaf_ree([gold], [merged], SLOTS).tolist()[0][:3] == [
        [1, 1, 1, 1], [1, 2, 1, 1], [1, 1, 1, 1],
    ]  # fmt: skip
    wide = [template(who=[entity("abcd")])]
    assert ceaf_ree([gold], [wide], SLOTS, "prop")[0, 1].tolist() == [0.5, 1, 0.5, 1]


def test_ceaf_ree_leaves_optional_templates_out() -> None:
    maybe = msgspec.structs.replace(template("bombing", who=[entity("b")]), optional=True)
    gold = [template(who=[entity("a")]), maybe]
    for predicted in ([gold[0]], gold):
        assert ceaf_ree([gold], [predicted], SLOTS)[0, 1].tolist() == [1, 1, 1, 1]


def test_ceaf_rme_does_not_fix_a_type_before_aligning() -> None:
    # The peer fixes "bombing" for the first gold template, whose predictions have the larger sum
    # (2 + 2 over 3), and finds 2 entities where 3 + 2 are there to be found.
    two = Filler(frozenset({"attack", "bombing"}))
    gold = [
        Template({"type": [two], "who": [entity(each) for each in "abc"]}),
        template("bombing", who=[entity("a"), entity("b")]),
    ]
    predicted = [
        template("attack", who=[entity(each) for each in "abc"]),
        template("bombing", who=[entity("a"), entity("b")]),
        template("bombing", who=[entity("a"), entity("b")]),
    ]
    ratios = ceaf_rme([gold], [predicted], SLOTS, type_slot="type")
    assert ratios.shape == (1, 4, 4)
    assert ratios[0, 0].tolist() == [5, 7, 5, 5]
    mentions = ceaf_rme([gold], [predicted], SLOTS, "phi3", "type")
    assert mentions[0, 0].tolist() == [5, 7, 5, 5]


def test_templates_of_other_types_are_not_aligned_by_ceaf_rme() -> None:
    one, other = template(who=[entity("a")]), template("bombing", who=[entity("a")])
    assert ceaf_rme([[one]], [[other]], SLOTS, type_slot="type")[0, 0].tolist() == [0, 1, 0, 1]
    assert ceaf_rme([[one]], [[other]], SLOTS)[0, 1].tolist() == [1, 1, 1, 1]


MENTIONS = st.sampled_from([(0, 3), (3, 5), (7, 9), (7, 12), "name", 1.0])
FILLERS = st.builds(
    Filler,
    st.frozensets(MENTIONS, min_size=1, max_size=3),
    st.none() | st.tuples(st.integers(0, 3), st.integers(3, 6)),
    st.sampled_from([(), (("effect", "killed"),), (("effect", "none"), ("count", 2))]),
)
PLAIN = FILLERS.map(lambda filler: msgspec.structs.replace(filler, qualifiers=()))
TEMPLATES = st.builds(
    Template,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["attack", "bombing"]).map(lambda kind: [value(kind)])},
        optional={
            "who": st.lists(PLAIN, max_size=3),
            "target": st.lists(FILLERS, max_size=6),
            "date": st.lists(PLAIN, max_size=1),
            "killed": st.lists(PLAIN, max_size=1),
        },
    ),
    st.frozensets(st.integers(0, 4), max_size=3),
    st.integers(0, 1),
    st.booleans(),
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(TEMPLATES, max_size=4), st.lists(TEMPLATES, max_size=4)), max_size=3
)
PHIS = st.sampled_from(SIMILARITIES)


def arrays(counts: TemplateCounts) -> dict[str, Any]:
    return {
        name: each.tolist()
        for name, each in msgspec.structs.asdict(counts).items()
        if isinstance(each, np.ndarray)
    }


def sides(documents: Any) -> tuple[list[list[Template]], list[list[Template]]]:
    return [gold for gold, _ in documents], [predicted for _, predicted in documents]


@settings(max_examples=40)
@given(st.lists(TEMPLATES, min_size=1, max_size=5), PHIS)
def test_gold_against_itself_is_perfect(templates: list[Template], similarity: Similarity) -> None:
    gold = [msgspec.structs.replace(each, optional=False, unplaced=0) for each in templates]
    counts = score(gold, gold, similarity)
    for ratios in (counts.fillers, counts.attached, counts.templates, counts.evidence):
        found = precision_recall_f1(ratios)
        assert np.isin(found[~np.isnan(found)], 1.0).all()
    assert counts.categories[..., 1:].sum() == 0
    assert (counts.detection == 1).all()


@settings(max_examples=40)
@given(DOCUMENTS, PHIS, st.randoms(use_true_random=False))
def test_no_order_matters(documents: Any, similarity: Similarity, chance: random.Random) -> None:
    def shuffled(templates: list[Template]) -> list[Template]:
        found = [
            msgspec.structs.replace(
                each,
                slots={
                    name: chance.sample(fillers, len(fillers))
                    for name, fillers in chance.sample(list(each.slots.items()), len(each.slots))
                },
            )
            for each in templates
        ]
        return chance.sample(found, len(found))

    mixed = [(shuffled(gold), shuffled(predicted)) for gold, predicted in documents]
    one = score_templates(*sides(documents), SLOTS, similarity)
    other = score_templates(*sides(mixed), SLOTS, similarity)
    assert arrays(one) == arrays(other)


@settings(max_examples=40)
@given(DOCUMENTS, PHIS, st.integers(0, 3))
def test_counts_of_parts_add_up(documents: Any, similarity: Similarity, at: int) -> None:
    whole = arrays(score_templates(*sides(documents), SLOTS, similarity))
    one = arrays(score_templates(*sides(documents[:at]), SLOTS, similarity))
    other = arrays(score_templates(*sides(documents[at:]), SLOTS, similarity))
    assert whole == {name: one[name] + other[name] for name in one}


@settings(max_examples=40)
@given(st.lists(TEMPLATES, max_size=4), st.lists(TEMPLATES, max_size=4), PHIS)
def test_a_spurious_template_never_raises_precision(
    gold: list[Template], predicted: list[Template], similarity: Similarity
) -> None:
    noise = template("noise", who=[Filler(frozenset({"elsewhere"}))])
    before = score(gold, predicted, similarity).fillers.sum(axis=(0, 1))
    after = score(gold, [*predicted, noise], similarity).fillers.sum(axis=(0, 1))
    assert after[0] == pytest.approx(before[0])
    assert after[1] == before[1] + 2
    assert after[2:] == pytest.approx(before[2:])


@settings(max_examples=40)
@given(st.lists(TEMPLATES, max_size=4), st.lists(TEMPLATES, max_size=4), PHIS)
def test_categories_account_for_every_filler(
    gold: list[Template], predicted: list[Template], similarity: Similarity
) -> None:
    counts = score(gold, predicted, similarity)
    ratios = category_ratios(counts.categories)
    assert (counts.categories >= 0).all()
    if similarity != "phi3":
        assert np.array_equal(ratios[..., [1, 3]], counts.fillers[..., [1, 3]])
    if similarity in ("subset", "overlap"):
        assert np.array_equal(counts.categories[..., 0], counts.fillers[..., 0])


@given(st.lists(TEMPLATES, max_size=3), st.lists(TEMPLATES, max_size=3), PHIS)
@settings(max_examples=40)
def test_the_alignment_is_the_best_there_is(
    gold: list[Template], predicted: list[Template], similarity: Similarity
) -> None:
    gold = [msgspec.structs.replace(each, optional=False) for each in gold]
    pair = [
        [score([one], [other], similarity).fillers[..., 0].sum() for other in predicted]
        for one in gold
    ]
    width = max(len(gold), len(predicted))
    best = max(
        sum(pair[i][j] for i, j in enumerate(order) if i < len(gold) and j < len(predicted))
        for order in itertools.permutations(range(width))
    )
    assert score(gold, predicted, similarity).fillers[..., 0].sum() == pytest.approx(best, abs=1e-4)


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9)),
            min_size=1,
            max_size=10,
            unique_by=lambda each: each[:2],
        ),
        max_size=4,
    )
)
def test_many_assignments_are_each_the_best(
    groups: list[list[tuple[int, int, int]]],
) -> None:
    rows = np.array(
        [(number, *each) for number, group in enumerate(groups) for each in group], np.int64
    ).reshape(-1, 4)
    number, left, right, weight = rows.T
    totals = best_totals(number, left, right, weight.astype(float))
    chosen = best_choice(number, left, right, weight.astype(float))
    assert totals.tolist() == pytest.approx(
        np.bincount(number[chosen], weight[chosen], minlength=len(groups)).tolist()
    )
    for side in (left, right):
        taken = list(zip(number[chosen].tolist(), side[chosen].tolist(), strict=True))
        assert len(taken) == len(set(taken))
    for group, total in zip(groups, totals.tolist(), strict=True):
        assert total == max(
            sum(w for *_, w in part)
            for size in range(len(group) + 1)
            for part in itertools.combinations(group, size)
            if len({a for a, *_ in part}) == len({b for _, b, _ in part}) == size
        )


def test_a_large_group_is_solved_like_the_small_ones() -> None:
    # Rows of a 9 × 9 table whose best choice is its diagonal, 9 × 3; off it stand ones and twos.
    left, right = np.divmod(np.arange(81), 9)
    weight = np.where(left == right, 3.0, 1.0 + (left + right) % 2)
    groups = np.repeat([0, 1], 81)
    both = np.tile(left, 2), np.tile(right, 2), np.tile(weight, 2)
    assert best_totals(groups, *both).tolist() == [27, 27]
    assert best_choice(groups, *both).tolist() == [*range(0, 81, 10), *range(81, 162, 10)]
