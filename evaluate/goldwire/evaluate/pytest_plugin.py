"""A plugin of pytest: the gate as a fixture, so that a test fails where an extractor got worse.

::

    def test_my_extractor_did_not_get_worse(goldwire_gate):
        goldwire_gate("predictions.jsonl")

Where things are is said once, in the configuration of pytest::

    [tool.pytest.ini_options]
    goldwire_gold = "corpus/gold"
    goldwire_baseline = "tests/baseline.json"
    goldwire_thresholds = "tests/gate.toml"

``pytest --goldwire-update`` writes the baseline anew, ``--goldwire-strict`` takes chance for no
excuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from goldwire.schema.document import Document

    from .gate import Verdict

    Records = str | Path | Iterable[Document | dict[str, Any]]

__all__ = ["GoldwireGate", "goldwire_gate", "pytest_addoption"]

_PATHS = {
    "goldwire_gold": "Gold that goldwire_gate compares with: a file or a folder.",
    "goldwire_baseline": "The committed baseline of goldwire_gate.",
    "goldwire_thresholds": "Floors and allowed drops of goldwire_gate, as TOML.",
}


class GoldwireGate(Protocol):
    """What the fixture gives: fails the test, or returns the verdict that was passed."""

    def __call__(
        self,
        predictions: Records,
        *,
        gold: Records | None = None,
        baseline: str | Path | None = None,
        thresholds: str | Path | None = None,
        strict: bool | None = None,
        name: str = "predictions",
    ) -> Verdict:
        """Compare predictions, a path or records in memory, with the baseline."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and of the configuration."""
    group = parser.getgroup("goldwire", "the gate of goldwire")
    group.addoption(
        "--goldwire-update",
        action="store_true",
        help="write the baselines of goldwire_gate instead of comparing with them",
    )
    group.addoption(
        "--goldwire-strict",
        action="store_true",
        help="let goldwire_gate fail on any drop beyond the allowed, chance or not",
    )
    for name, line in _PATHS.items():
        parser.addini(name, line, type="string", default="")
    parser.addini(
        "goldwire_strict", "Whether goldwire_gate is always strict.", type="bool", default=False
    )


@pytest.fixture
def goldwire_gate(request: pytest.FixtureRequest) -> GoldwireGate:
    """Compare predictions with a committed baseline; the test fails where they got worse."""
    config = request.config

    def said(name: str) -> Path | None:
        found = str(config.getini(name))
        return config.rootpath / found if found else None

    def run(
        predictions: Records,
        *,
        gold: Records | None = None,
        baseline: str | Path | None = None,
        thresholds: str | Path | None = None,
        strict: bool | None = None,
        name: str = "predictions",
    ) -> Verdict:
        __tracebackhide__ = True
        from goldwire.schema.errors import GoldwireError

        place = baseline or said("goldwire_baseline")
        if place is None:
            pytest.fail(
                "goldwire_gate knows no baseline: set goldwire_baseline in the configuration of "
                "pytest, or give baseline=",
                pytrace=False,
            )
        if strict is None:
            strict = bool(config.getoption("--goldwire-strict") or config.getini("goldwire_strict"))
        try:
            verdict = _verdict(
                said("goldwire_gold") if gold is None else gold,
                predictions,
                place,
                thresholds or said("goldwire_thresholds"),
                strict=strict,
                update=bool(config.getoption("--goldwire-update")),
                name=name,
            )
        except GoldwireError as problem:
            pytest.fail(f"goldwire_gate could not compare: {problem}", pytrace=False)
        if verdict is None:
            pytest.skip(f"wrote the baseline {place}")
        if not verdict.passed:
            pytest.fail(str(verdict), pytrace=False)
        return verdict

    return run


def _verdict(
    gold: Records | None,
    predictions: Records,
    baseline: str | Path,
    thresholds: str | Path | None,
    *,
    strict: bool,
    update: bool,
    name: str,
) -> Verdict | None:
    """The verdict; ``None`` where the baseline was written instead."""
    from goldwire.corpus.documents import load_gold

    from .gate import (
        Thresholds,
        gate,
        make_baseline,
        read_baseline,
        read_thresholds,
        write_baseline,
    )

    asked = read_thresholds(thresholds) if thresholds else Thresholds()
    source = load_gold(None) if gold is None else gold
    if update:
        made = make_baseline(source, predictions, thresholds=asked, system=name)
        write_baseline(made, baseline)
        return None
    return gate(
        source, predictions, read_baseline(baseline), thresholds=asked, strict=strict, system=name
    )
