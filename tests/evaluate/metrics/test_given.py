"""What notebooks give to the coefficients of agreement: taken, or refused with a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from goldwire.evaluate.metrics.alpha import krippendorff_alpha
from goldwire.evaluate.metrics.gamma import gamma, gamma_counts
from goldwire.evaluate.metrics.gamma_categories import gamma_cat, gamma_k
from goldwire.evaluate.metrics.kappa import cohen_kappa, fleiss_kappa, randolph_kappa
from goldwire.schema.errors import InputError, UnknownName


class Frame:
    """A table as pandas has it: iterated over, it gives the names of its columns."""

    columns = ("anna", "ben")

    def __iter__(self) -> Any:
        return iter(self.columns)

    def to_numpy(self) -> Any:
        return np.array([[1, 1], [2, 2]])


class Missing:
    """As ``pandas.NA``: whatever it is compared with, the answer is itself, and no truth."""

    def __eq__(self, other: object) -> Any:
        return self

    __ne__ = __eq__

    def __hash__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


NA = Missing()
TABLES: list[tuple[Any, str]] = [
    (None, "the judgements are None, not a list of lists"),
    (7, "are 7"),
    ("aab", "are 'aab'"),
    ({"anna": [1, 2]}, "are a mapping of 'anna'"),
    ([1, 2, 3], "annotator 0 is 1, not a list of judgements"),
    ([[1, 2], None], "annotator 1 is None"),
    (["aab", "abb"], "annotator 0 is 'aab'"),
    ([{1, 2}], "annotator 0 is a set"),
    ([[1, [2]], [1, 2]], "annotator 0, unit 1: a list cannot be a category"),
    (np.array([1, 2, 3]), "an array of shape (3,), not (annotators, units)"),
    (np.zeros((1, 2, 3)), "shape (1, 2, 3)"),
    (Frame(), "whether its rows are annotators or units"),
]


@pytest.mark.parametrize(("given", "words"), TABLES)
@pytest.mark.parametrize("measure", [krippendorff_alpha, fleiss_kappa, randolph_kappa])
def test_what_is_no_table_of_judgements_is_refused(measure: Any, given: Any, words: str) -> None:
    with pytest.raises(InputError) as problem:
        measure(given)
    assert words in problem.value.problem
    assert problem.value.hint


@pytest.mark.parametrize("given", [None, 7, "ab", {"a": 1}, np.array(3), Frame()])
def test_cohen_refuses_what_is_no_list(given: Any) -> None:
    for pair in ((given, ["a", "b"]), (["a", "b"], given)):
        with pytest.raises(InputError):
            cohen_kappa(*pair)


def test_the_sign_of_a_library_for_missing_is_missing() -> None:
    plain = krippendorff_alpha([[1, 2, None, 1], [1, 2, 2, 2]])
    assert krippendorff_alpha([[1, 2, NA, 1], [1, 2, 2, 2]]) == plain
    assert krippendorff_alpha([[1, 2, np.datetime64("NaT"), 1], [1, 2, 2, 2]]) == plain
    assert cohen_kappa(["a", NA, "b"], ["a", "b", "b"]) == cohen_kappa(["a", "b"], ["a", "b"])
    truths = fleiss_kappa([[True, False, False], [True, False, True]])
    assert truths.units == 3  # a False that is not unequal to itself is no missing one
    frame = Frame().to_numpy()
    assert krippendorff_alpha(frame).value == krippendorff_alpha(frame.tolist()).value


def test_levels_are_known_and_numbers_are_finite() -> None:
    for level in ("metric", None):
        with pytest.raises(UnknownName, match="level of measurement"):
            krippendorff_alpha([["a", "b"], ["a", "b"]], level)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs finite numbers"):
        krippendorff_alpha([[10**400, 1], [1, 2]], "interval")


UNITS: list[tuple[Any, str]] = [
    (None, "the annotations are None"),
    (Frame(), "the annotations are a Frame"),
    ([(0, 5, "A"), (6, 9, "B")], "annotator 0, unit 0: 0 is no (start, end, category)"),
    ([[(0, 5, "A")], None], "annotator 1 is None"),
    ([[(0, 5)]], "(0, 5) is no (start, end, category)"),
    ([["ABC"]], "'ABC' is no (start, end, category)"),
    ([[("A", 0, 5)]], "annotator 0, unit 0: 'A' is no offset"),
    ([[(0, None, "A")]], "None is no offset"),
    ([[(0, 5, None)]], "annotator 0, unit 0 has no category"),
    ([[(0, 5, NA)]], "has no category"),
    ([[(0, 5, ["A"])]], "a list cannot be a category"),
    ([[(0, 5, "A")], [(0, 5, 1)]], "categories are of several types: int, str"),
]


@pytest.mark.parametrize(("given", "words"), UNITS)
@pytest.mark.parametrize("measure", [gamma, gamma_cat, gamma_k])
def test_what_are_no_units_is_refused(measure: Any, given: Any, words: str) -> None:
    with pytest.raises(InputError) as problem:
        measure(given)
    assert words in problem.value.problem


def test_units_may_come_one_by_one() -> None:
    units = [[(0, 5, "A"), (6, 9, "B")], [(0, 5, "A"), (6, 8, "B")]]
    once = gamma_k([iter(each) for each in units])
    assert once == gamma_k(units)
    assert gamma({(0, 5, "A")} for _ in range(2)) == gamma([[(0, 5, "A")]] * 2)  # type: ignore[arg-type]
    assert gamma_counts([units]).shape == (1, 2)
