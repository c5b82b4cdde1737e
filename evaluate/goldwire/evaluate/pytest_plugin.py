"""A plugin of pytest: the gate as a fixture, so that a test fails where an extractor got worse.

::

    def test_my_extractor_did_not_get_worse(goldwire_gate):
        goldwire_gate("predictions.jsonl")

Where things are is said once, in the configuration of pytest::

    [tool.pytest.ini_options]
    goldwire_gold = "corpus/gold"
    goldwire_baseline = "tests/baseline.json"
    goldwire_thresholds = "tests/gate.toml"

Paths, these and those that a test gives, are taken from the root folder of pytest, whatever the
working folder is. ``pytest --goldwire-update`` writes the baseline anew, ``--goldwire-strict``
takes chance for no excuse. A baseline belongs to one test: a second one that would write over it
in the same session is refused.
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


_WRITTEN = pytest.StashKey[dict[Path, str]]()
"""The baselines that were written in this session, each with the test that wrote it."""


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
        name: str | None = None,
    ) -> Verdict:
        """Compare predictions, a path or records in memory, with the baseline.

        Paths are taken from the root folder of pytest; the system is called ``name``, or else by
        the name of the file without its ending.
        """


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
    written = config.stash.setdefault(_WRITTEN, {})

    def rooted(place: str | Path) -> Path:
        return config.rootpath / place

    def said(name: str) -> Path | None:
        found = str(config.getini(name))
        return rooted(found) if found else None

    def source(records: Records) -> Records:
        return rooted(records) if isinstance(records, (str, Path)) else records

    def run(
        predictions: Records,
        *,
        gold: Records | None = None,
        baseline: str | Path | None = None,
        thresholds: str | Path | None = None,
        strict: bool | None = None,
        name: str | None = None,
    ) -> Verdict:
        __tracebackhide__ = True
        from goldwire.schema.errors import GoldwireError

        place = rooted(baseline) if baseline else said("goldwire_baseline")
        if place is None:
            pytest.fail(
                "goldwire_gate knows no baseline: set goldwire_baseline in the configuration of "
                "pytest, or give baseline=",
                pytrace=False,
            )
        update = bool(config.getoption("--goldwire-update"))
        if not update and not place.exists():
            pytest.fail(
                f"goldwire_gate: there is no baseline {place} yet; write it with "
                "pytest --goldwire-update, look at it, and commit it",
                pytrace=False,
            )
        earlier = written.setdefault(place.resolve(), request.node.nodeid) if update else ""
        if update and earlier != request.node.nodeid:
            pytest.fail(
                f"goldwire_gate: {earlier} has written the baseline {place} already; give each "
                "test a baseline= of its own",
                pytrace=False,
            )
        if strict is None:
            strict = bool(config.getoption("--goldwire-strict") or config.getini("goldwire_strict"))
        if name is None:
            name = Path(predictions).stem if isinstance(predictions, (str, Path)) else "predictions"
        verdict, trouble = None, None
        try:
            verdict = _verdict(
                said("goldwire_gold") if gold is None else source(gold),
                source(predictions),
                place,
                rooted(thresholds) if thresholds else said("goldwire_thresholds"),
                strict=strict,
                update=update,
                name=name,
            )
        except GoldwireError as problem:
            trouble = str(problem)
        if trouble is not None:  # outside of the handler: the reader sees one error, not two
            pytest.fail(f"goldwire_gate could not compare: {trouble}", pytrace=False)
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
