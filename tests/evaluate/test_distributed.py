"""Counting by Dask: the same numbers, errors where they belong, and what to install."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from goldwire.evaluate import counting
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.cli import evaluate
from goldwire.evaluate.counting import Dask
from goldwire.evaluate.reading import pairing
from goldwire.evaluate.scoring import score
from goldwire.schema.errors import GoldwireError, InputError
from tests.evaluate.test_counting import sides

QUICK = Resampling(resamples=0)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("documents", [3, 23])
def test_the_engine_changes_nothing(
    documents: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "_DOCUMENTS", 5)
    gold, guesses = sides(documents)
    guesses = guesses[1:]
    alone = score(gold, guesses, errors=40, jobs=1, resampling=QUICK)
    assert score(gold, guesses, errors=40, resampling=QUICK, engine=Dask(address)) == alone


def test_an_error_is_raised_as_it_is_by_one_process(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "_DOCUMENTS", 5)
    gold, guesses = sides(23)
    guesses[12]["mentions"][0]["spans"] = [[5, 3]]
    told = []
    for engine in (None, Dask(address)):
        with pytest.raises(GoldwireError) as caught:
            score(gold, guesses, jobs=1, resampling=QUICK, engine=engine)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    gold, guesses = sides(1)
    with pytest.raises(InputError, match="not installed") as caught:
        score(gold, guesses, engine=Dask())
    assert "goldwire[dask]" in str(caught.value)


def test_a_scheduler_that_is_not_there_is_named(address: str) -> None:
    gold, guesses = sides(1)
    with pytest.raises(InputError, match="no-such-scheme://x"):
        score(gold, guesses, engine=Dask("no-such-scheme://x"))


def test_an_address_is_for_dask(tmp_path: Path) -> None:
    gold, guesses = sides(1)
    paths = []
    for name, documents in (("gold", gold), ("guesses", guesses)):
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(msgspec.json.encode(documents[0]))
        paths.append(str(path))
    done = CliRunner().invoke(evaluate, ["score", *paths, "--address", "tcp://x:1"])
    assert isinstance(done.exception, InputError)


def test_the_command_hands_the_engine_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def noted(*sides: Any, engine: Dask | None = None, **more: Any) -> Any:
        asked.append(engine)
        return count(*sides, **more)

    count = counting.count
    monkeypatch.setattr("goldwire.evaluate.scoring.count", noted)
    gold, guesses = sides(1)
    for name, documents in (("gold", gold), ("guesses", guesses)):
        (tmp_path / f"{name}.jsonl").write_bytes(msgspec.json.encode(documents[0]))
    command = ["score", str(tmp_path / "gold.jsonl"), str(tmp_path / "guesses.jsonl")]
    options = ["--engine", "dask", "--address", "tcp://x:1", "--json"]
    CliRunner().invoke(evaluate, [*command, *options], catch_exceptions=False)
    CliRunner().invoke(evaluate, [*command, "--json"], catch_exceptions=False)
    assert asked == [Dask("tcp://x:1"), None]
