"""Gold, predictions, and what was kept of them."""

from __future__ import annotations

import copy

import pytest

from goldwire.evaluate.gate import (
    Baseline,
    make_baseline,
)
from tests.evaluate.gate.gating import Records
from tests.evaluate.report.samples import make_pair


@pytest.fixture(scope="module")
def pair() -> tuple[Records, Records]:
    return make_pair(20)


@pytest.fixture(scope="module")
def baseline(pair: tuple[Records, Records]) -> Baseline:
    return make_baseline(*pair, system="noisy")


@pytest.fixture(scope="module")
def degraded(pair: tuple[Records, Records]) -> Records:
    """The predictions without the second half of their mentions."""
    return [
        one | {"mentions": one["mentions"][: len(one["mentions"]) // 2], "relations": []}
        for one in copy.deepcopy(pair[1])
    ]
