"""How intervals are made: what no interval can be made of is refused."""

from __future__ import annotations

from typing import Any

import pytest

from goldwire.evaluate.assemble import Resampling
from goldwire.schema.errors import InputError


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"resamples": 1}, "a 95 % interval needs 39 resamples, not 1"),
        ({"resamples": 38}, "needs 39 resamples, not 38"),
        ({"resamples": -1}, "needs 39 resamples, not -1"),
        ({"confidence": 0.9999999}, "a 99.99999 % interval needs 19,999,999 resamples"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"confidence": float("nan")}, "between 0 and 1"),
        ({"method": "normal"}, "unknown method of intervals 'normal'"),
    ],
)
def test_what_carries_no_interval_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Resampling(**asked)


def test_none_and_just_enough_are_taken() -> None:
    assert Resampling(resamples=0, confidence=0.9999999).resamples == 0
    assert Resampling(resamples=39).resamples == 39
    assert Resampling(resamples=19, confidence=0.9).resamples == 19
