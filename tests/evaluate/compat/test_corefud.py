"""CorefUD's scorer: its numbers from plain values, and what is no mention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest

from goldwire.evaluate.compat.conll import Figures
from goldwire.evaluate.compat.corefud import DEVIATIONS, CorefUD, corefud
from goldwire.schema.errors import InputError, UnknownName
from tests.shared import conformance

TWICE = ("exact-match::TC-A-8", "exact-match::TC-A-9")
"""There the scorer counts a mention of two entities twice."""


def side(documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {document["doc_id"]: document["clusters"] for document in documents}


def ratios(figures: Figures) -> tuple[float, float, float]:
    return figures.precision, figures.recall, figures.f1


def test_all_cases_have_the_numbers_of_the_peer() -> None:
    for case in conformance("coref_mention_matching.json"):
        for match, expected in case["expected"].items():
            found = corefud(
                side(case["key_docs"]), side(case["sys_docs"]), match=match, singletons=True
            )
            assert any(found.repeated) == (case["name"] in TWICE)
            if case["name"] in TWICE:
                continue
            for metric, numbers in expected.items():
                assert ratios(getattr(found, metric)) == pytest.approx(
                    [numbers["p"], numbers["r"], numbers["f"]], abs=1e-6
                ), (case["name"], match, metric)


def test_the_example_of_the_module() -> None:
    found = corefud({"doc-1": [[(0, 3, 2), (7, 8)]]}, {"doc-1": [[(1, 3, 2), (7, 8)]]})
    assert found.conll == 1
    assert ratios(found.mention_overlap) == pytest.approx((1, 3 / 4, 6 / 7))
    assert found.repeated == (0, 0)


def test_mentions_may_be_written_in_any_form() -> None:
    forms: list[Any] = [
        (1, 4, 2), [1, 4, 2], {"words": [3, 1, 2], "head": 2}, np.array([1, 4, 2]),
        {"words": (word for word in (1, 2, 3)), "head": np.int64(2)},
    ]  # fmt: skip
    for form in forms:
        found = corefud({"d": [[(1, 4, 2), (5, 6)]]}, {"d": [[form, {"words": [5]}]]})
        assert found.conll == 1
    gaps = {"words": [1, 3, 4], "head": 3}
    assert corefud({"d": [[gaps, (6, 7)]]}, {"d": [[gaps, (6, 7)]]}, match="exact").conll == 1


def test_singletons_are_dropped_before_mentions_are_matched() -> None:
    key: dict[str, Any] = {"d": [[(0, 2, 0), (3, 4)], [(0, 1)]]}
    response = {"d": [[(0, 1), (3, 4)]]}
    found = corefud(key, response)
    assert found.conll == 1
    assert ratios(found.mention_overlap) == pytest.approx((1, 2 / 3, 4 / 5))
    kept = corefud(key, response, singletons=True)
    assert ratios(kept.muc) == (0, 0, 0)
    assert ratios(kept.mention_overlap) == pytest.approx((1, 2 / 4, 2 / 3))


def test_an_entity_that_repeats_its_mention_is_a_singleton() -> None:
    key = {"d": [[(0, 1), (0, 1)], [(2, 3), (4, 5)]]}
    assert corefud(key, {"d": [[(2, 3), (4, 5)]]}).conll == 1
    assert corefud(key, key, singletons=True).repeated == (0, 0)


def test_the_first_word_is_the_head_of_a_mention_that_names_none() -> None:
    key = {"d": [[(0, 3, 1), (3, 4)]]}
    assert ratios(corefud(key, {"d": [[(0, 2), (3, 4)]]}).muc) == (0, 0, 0)
    assert ratios(corefud(key, {"d": [[(1, 2, None), (3, 4)]]}).muc) == (1, 1, 1)
    assert ratios(corefud({"d": [[(0, 3), (3, 4)]]}, {"d": [[(0, 1), (3, 4)]]}).muc) == (1, 1, 1)


def test_modes_differ() -> None:
    key, response = {"d": [[(0, 3, 1), (5, 6)]]}, {"d": [[(0, 4, 1), (5, 6)]]}
    part = {"d": [[(1, 3, 2), (5, 6)]]}
    found = {
        match: (corefud(key, response, match=match).muc.f1, corefud(key, part, match=match).muc.f1)
        for match in ("head", "partial", "exact")
    }
    assert found == {"head": (1, 0), "partial": (0, 1), "exact": (0, 0)}
    with pytest.raises(UnknownName, match="Known: exact, head, partial"):
        corefud(key, response, match="fuzzy")  # type: ignore[arg-type]


def test_a_mention_of_two_entities_counts_in_the_first_and_is_told() -> None:
    key = {"d": [[(0, 1), (2, 3)], [(0, 1), (4, 5)]]}
    found = corefud(key, {"d": [[(0, 1), (2, 3)]]})
    assert found.repeated == (1, 0)
    assert ratios(found.b3) == (1, 2 / 3, 0.8)


def test_a_document_without_a_response_is_missed_and_an_unknown_one_refused() -> None:
    one = [[(0, 1), (2, 3)]]
    assert ratios(corefud({"a": one, "b": one}, {"a": one}).b3) == pytest.approx((1, 1 / 2, 2 / 3))
    with pytest.raises(InputError, match="the response holds 'b', which the key does not") as it:
        corefud({"a": one}, {"a": one, "b": one})
    assert it.value.hint


def test_nothing_scores_0() -> None:
    found = corefud({}, {})
    assert isinstance(found, CorefUD)
    assert msgspec.to_builtins(found.muc) == {"precision": 0, "recall": 0, "f1": 0}
    assert found.conll == 0
    assert corefud({"a": []}, {"a": []}) == corefud({"a": [[(0, 1)]]}, {}) == found


@pytest.mark.parametrize(
    ("cluster", "problem"),
    [
        ([(1, 1)], "it ends at 1, and begins at 1"),
        ([(3, 1)], "it ends at 1, and begins at 3"),
        ([(-1, 1)], "-1 is no position"),
        ([(0, 2**40)], "is no position"),
        ([(True, 3)], "True is no position"),
        ([(0, 2.5)], "it has another form"),
        ([("0", "2")], "it has another form"),
        ([(0, 2, 2)], "its head, 2, is outside of it"),
        ([(1, 2, 3, 4)], "neither two nor three numbers"),
        ([4], "the mention 4 of 'd' cannot be read"),
        (["ab"], "neither two nor three numbers"),
        ([{"words": []}], "it has no words"),
        ([{"words": "ab"}], "it is no list"),
        ([{"head": 1}], "it has no 'words'"),
        ([{"words": [1, 3], "head": 2}], "its head, 2, is outside of it"),
        ([{"words": [1], "heads": 1}], "nothing is known of 'heads'"),
        ("ab", "a cluster of 'd' cannot be read: it is no list"),
        ({"words": [1]}, "a cluster of 'd' cannot be read: it is no list"),
        (7, "a cluster of 'd' cannot be read"),
        (None, "a cluster of 'd' cannot be read"),
    ],
)
def test_what_is_no_mention_is_told_with_its_form(cluster: Any, problem: str) -> None:
    good: Mapping[str, Any] = {"d": [[(0, 1)]]}
    for sides in (({"d": [cluster]}, good), (good, {"d": [cluster]})):
        with pytest.raises(InputError, match=problem) as caught:
            corefud(*sides)
        assert "form is" in str(caught.value.hint)


def test_deviations_are_sentences() -> None:
    assert all(text.endswith(".") for text in DEVIATIONS.values())
