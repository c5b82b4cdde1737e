"""The template scorers of papers: their numbers, their defects, and the search for the best map."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate.compat import templates as peers
from goldwire.evaluate.compat.templates import (
    DEVIATIONS,
    PeerScore,
    ceaf_ree,
    ceaf_ree_ratios,
    ceaf_rme,
    ceaf_rme_ratios,
    gtt,
    gtt_ratios,
    normalise,
)
from goldwire.evaluate.metrics import template_search
from goldwire.evaluate.metrics.template_search import best_map
from goldwire.schema.errors import CouldNotRun, InputError, UnknownName
from tests.shared import conformance

FIELDS = ("p_num", "p_den", "r_num", "r_den", "p", "r", "f1")


def numbers(score: PeerScore) -> dict[str, float]:
    return {name: getattr(score, name) for name in FIELDS}


def sides(case: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    documents = case["docs"]
    return (
        {each["doc_id"]: each["gold"] for each in documents},
        {each["doc_id"]: each["pred"] for each in documents},
    )


def test_gtt_has_the_numbers_of_the_peer() -> None:
    for case in conformance("templates.json"):
        found = gtt(*sides(case))
        for name, expected in case["expected"]["gtt_template"].items():
            assert numbers(found[name]) == pytest.approx(expected), (case["name"], name)


@pytest.mark.parametrize("scorer", [gtt, ceaf_ree, ceaf_rme])
@pytest.mark.parametrize("fillers", ["abc", ["abc"]])
def test_strings_are_no_lists_of_letters(scorer: Any, fillers: Any) -> None:
    right = {"d": [{"incident_type": "attack", "PerpInd": [["abc"]]}]}
    wrong = {"d": [{"incident_type": "attack", "PerpInd": fillers}]}
    for sides in ((right, wrong), (wrong, right)):
        with pytest.raises(InputError, match="a PerpInd is a string"):
            scorer(*sides)


@pytest.mark.parametrize("similarity", ["strict", "prop"])
def test_ceaf_ree_has_the_numbers_of_the_peer(similarity: Any) -> None:
    failed = []
    for case in conformance("templates.json"):
        expected = case["expected"]["grit_ceaf_ree"]
        if "error" in expected:
            failed.append(case["name"])
            continue
        found = ceaf_ree(*sides(case), similarity)
        for name, row in expected[similarity].items():
            assert numbers(found[name]) == pytest.approx(row), (case["name"], name)
    assert failed == ["predicted entity with no mentions"]


@pytest.mark.parametrize("similarity", ["phi_subset", "phi3"])
def test_ceaf_rme_has_the_numbers_of_the_peer(similarity: Any) -> None:
    for case in conformance("templates.json"):
        found = numbers(ceaf_rme(*sides(case), similarity))
        assert found == pytest.approx(case["expected"]["iterx_ceaf_rme"][similarity]), case["name"]


def attack(kind: str = "attack", **roles: Any) -> dict[str, Any]:
    return {"incident_type": kind} | roles


def counts(score: PeerScore) -> tuple[float, float, float, float]:
    return score.p_num, score.p_den, score.r_num, score.r_den


def one(*templates: Any) -> dict[str, Any]:
    return {"d": list(templates)}


def test_an_entity_without_mentions_is_correct_to_the_peers_or_kills_them() -> None:
    gold, predicted = one(attack(Victim=[["x"]])), one(attack(Victim=[[]]))
    assert counts(gtt(gold, predicted)["Victim"]) == (1, 1, 1, 1)
    assert counts(ceaf_ree(gold, predicted)["Victim"]) == (1, 1, 1, 1)
    with pytest.raises(InputError, match="d: a predicted Victim has no mentions"):
        ceaf_ree(gold, predicted, "prop")
    assert counts(ceaf_ree(one(attack()), predicted, "prop")["Victim"]) == (0, 1, 0, 0)
    assert counts(ceaf_rme(gold, predicted, "phi3")) == (0, 0, 0, 1)


def test_a_split_entity_costs_no_precision() -> None:
    gold = one(attack(Victim=[["x", "y", "z"]]))
    predicted = one(attack(Victim=[["x"], ["y"], ["z"]]))
    assert counts(gtt(gold, predicted)["Victim"]) == (3, 3, 1, 1)
    assert counts(ceaf_rme(gold, predicted)) == (3, 3, 1, 1)


def test_subset_is_any_overlap_in_ceaf_rme() -> None:
    gold, predicted = one(attack(Victim=[["x"]])), one(attack(Victim=[["x", "other"]]))
    assert counts(ceaf_rme(gold, predicted)) == (1, 1, 1, 1)


def test_gtt_compares_types_as_substrings() -> None:
    gold, predicted = one(attack("forced work stoppage")), one(attack("work"))
    assert counts(gtt(gold, predicted)["incident_type"]) == (1, 1, 1, 1)
    assert counts(gtt(one(attack()), one({}))["incident_type"]) == (1, 1, 1, 1)


def test_ceaf_rme_fixes_one_of_two_types_before_aligning() -> None:
    gold = one(
        attack("attack / bombing", Victim=[["a"], ["b"], ["c"]]),
        attack("bombing", Victim=[["a"], ["b"]]),
    )
    predicted = one(
        attack("attack", Victim=[["a"], ["b"], ["c"]]),
        attack("bombing", Victim=[["a"], ["b"]]),
        attack("bombing", Victim=[["a"], ["b"]]),
    )
    # Whole-document optimum 3 + 2; "bombing" has the sum 2 + 2 over predictions, and 3 is lost.
    assert counts(ceaf_rme(gold, predicted)) == (4, 7, 4, 5)
    assert counts(ceaf_rme(gold, predicted, "phi3")) == (4, 7, 4, 8)


def test_ceaf_rme_splits_types_where_a_template_is_predicted_even_an_empty_one() -> None:
    gold = one(attack("attack / bombing", PerpInd=[["a"]]))
    assert counts(ceaf_rme(gold, one(attack("robbery")), "phi3")) == (0, 0, 0, 2)
    assert counts(ceaf_rme(gold, one(), "phi3")) == (0, 0, 0, 1)
    assert counts(ceaf_rme(gold, one(attack("robbery")))) == (0, 0, 0, 1)


def test_of_equal_maps_gtt_takes_the_first() -> None:
    # (1 + 2) / 2 either way, in other roles: the order of gold decides which.
    gold = [attack(Victim=[["x"]]), attack(Target=[["y"]])]
    predicted = one(attack(Victim=[["x"]], Target=[["y"]]))
    assert counts(gtt(one(*gold), predicted)["Victim"]) == (1, 1, 1, 1)
    assert counts(gtt(one(*gold[::-1]), predicted)["Victim"]) == (0, 1, 0, 1)


def test_merging_incidents_is_free_in_ceaf_ree() -> None:
    gold = one(attack(Victim=[["x"]]), attack("bombing", Victim=[["y"]]))
    predicted = one(attack(Victim=[["x"], ["y"]]))
    assert ceaf_ree(gold, predicted)["micro_avg"].f1 == 1


def test_a_document_without_predictions_is_missed() -> None:
    gold, nothing = one(attack(Victim=[["x"]])), dict[str, Any]()
    assert counts(gtt(gold, nothing)["micro_avg"]) == (0, 0, 0, 2)
    assert counts(ceaf_ree(gold, nothing)["micro_avg"]) == (0, 0, 0, 1)
    assert counts(ceaf_rme(gold, nothing)) == (0, 0, 0, 1)
    assert counts(gtt(nothing, gold)["micro_avg"]) == (0, 0, 0, 0)
    assert counts(ceaf_rme(nothing, gold)) == (0, 1, 0, 0)
    assert gtt(nothing, nothing)["micro_avg"].f1 == 0


def test_counts_stand_in_one_row_a_document() -> None:
    gold = {"a": [attack(Victim=[["x"]])], "b": [attack()]}
    predicted = {"a": [attack(Victim=[["x"]])], "c": [attack(Weapon=[["y"]])]}
    assert gtt_ratios(gold, predicted).sum(axis=1).tolist() == [[2, 2, 2, 2], [0, 0, 0, 1]]
    assert ceaf_ree_ratios(gold, predicted).sum(axis=1).tolist() == [[1] * 4, [0] * 4]
    assert ceaf_rme_ratios(gold, predicted).tolist() == [[1] * 4, [0] * 4, [0, 1, 0, 0]]


def test_what_does_not_fit_is_told() -> None:
    bad = one(attack(Victims=[["x"]]))
    for scorer in (gtt, ceaf_ree, ceaf_rme):
        with pytest.raises(UnknownName, match="unknown role 'Victims'"):
            scorer(bad, {})
    for scorer in (ceaf_ree, ceaf_rme):
        with pytest.raises(UnknownName, match="unknown similarity"):
            scorer({}, {}, "phi4")  # type: ignore[arg-type]
    for scorer in (gtt, ceaf_rme):
        with pytest.raises(InputError, match="a template has None as its incident_type"):
            scorer(one({}), one(attack()))


def test_input_stays_as_it_is() -> None:
    gold = one(attack(Victim=[["The X."]]))
    for scorer in (gtt, ceaf_ree, ceaf_rme):
        scorer(gold, gold)
    assert gold == one(attack(Victim=[["The X."]]))


def test_strings_are_normalised_as_by_the_peers() -> None:
    assert normalise("  The U.S.  army's an A-team ") == "us armys ateam"
    assert normalise("the") == ""


def test_every_deviation_has_a_sentence() -> None:
    assert all(each.endswith(".") for each in DEVIATIONS.values())
    assert "DEVIATIONS" in peers.__all__


def enumerated(precise: Any, found: Any, predicted: int, gold: int) -> Sequence[tuple[int, int]]:
    """The best map by going through all of them, as the peer does, with exact fractions."""
    height, width = precise.shape
    best = Fraction(-1)
    chosen: tuple[tuple[int, int], ...] = ()
    for order in itertools.product([*range(width), -1], repeat=height):
        used = [place for place in order if place >= 0]
        if len(set(used)) < len(used):
            continue
        pairs = tuple((i, j) for i, j in enumerate(order) if j >= 0 and precise[i, j])
        a = sum(int(precise[pair]) for pair in pairs)
        b = sum(int(found[pair]) for pair in pairs)
        f1 = Fraction(2 * a * b, a * gold + b * predicted) if a else Fraction(0)
        if f1 > best:
            best, chosen = f1, pairs
    return list(chosen)


@st.composite
def pairings(draw: st.DrawFn) -> tuple[Any, Any, int, int]:
    height, width = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    cells = [
        draw(st.just((0, 0)) | st.tuples(st.integers(1, 4), st.integers(1, 4)))
        for _ in range(height * width)
    ]
    table = np.array(cells, np.int64).reshape(height, width, 2)
    precise, found = table[..., 0], table[..., 1]
    extra = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    return precise, found, int(precise.sum()) + extra[0], int(found.sum()) + extra[1]


@given(pairings())
@settings(max_examples=150)
def test_the_search_finds_the_map_of_the_enumeration(pairing: tuple[Any, Any, int, int]) -> None:
    assert best_map(*pairing) == enumerated(*pairing)


def test_the_search_gives_up_with_a_clear_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_search, "LIMIT", 3)
    with pytest.raises(CouldNotRun, match="no best map of 3 predicted to 3 gold templates"):
        best_map(np.ones((3, 3), int), np.ones((3, 3), int), 9, 9)
