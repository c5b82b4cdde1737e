"""Which errors are listed where there is no room for all."""

from __future__ import annotations

import random

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.report.model import ErrorRow
from goldwire.evaluate.scoring import score
from tests.evaluate.report.samples import make_pair

QUICK = Resampling(resamples=0)


def test_a_sample_does_not_hang_on_the_order_of_documents() -> None:
    gold, guesses = make_pair(8)
    usual = score(gold, guesses, errors=40, resampling=QUICK).errors
    random.Random(3).shuffle(gold)
    random.Random(4).shuffle(guesses)
    other = score(gold, guesses, errors=40, resampling=QUICK).errors
    assert len(usual) == 40
    assert sorted(map(repr, usual)) == sorted(map(repr, other))


def test_every_error_is_told_and_those_that_are_kept_are_among_them() -> None:
    gold, guesses = make_pair(6)
    told: list[ErrorRow] = []
    report = score(gold, guesses, errors=30, resampling=QUICK, on_error=told.append)
    assert len(told) == report.errors_total
    assert all(row in told for row in report.errors)
    whole = score(gold, guesses, errors=10**6, resampling=QUICK)
    assert sorted(map(repr, whole.errors)) == sorted(map(repr, told))


def test_no_errors_are_listed_where_none_are_wanted() -> None:
    gold, guesses = make_pair(3)
    report = score(gold, guesses, errors=0, resampling=QUICK)
    assert report.errors == ()
    assert report.errors_total > 0
