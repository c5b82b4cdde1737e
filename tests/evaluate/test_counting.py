"""Counts come out the same whoever does the work: one process or several, in chunks of any size."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.evaluate import counting
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.counting import count
from goldwire.evaluate.reading import pairing
from goldwire.evaluate.report.model import ErrorRow, Report
from goldwire.evaluate.scoring import score
from goldwire.evaluate.tables import FOREIGN, OTHER_LABELS
from goldwire.schema.errors import InputError, UnreadableInput
from tests.bench.full_documents import make_document, make_prediction

QUICK = Resampling(resamples=0)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few documents, so that some dozens are many."""
    monkeypatch.setattr(pairing, "_DOCUMENTS", 5)


def sides(size: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chance = random.Random(7)
    gold = [make_document(number, chance) for number in range(size)]
    return gold, [make_prediction(document, chance) for document in gold]


def plain_report(gold: list[Any], guesses: list[Any], jobs: int) -> Report:
    report = score(gold, guesses, errors=40, jobs=jobs, resampling=QUICK)
    assert report.layers
    return report


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("order", ["same", "other", "halves missing"])
def test_the_number_of_processes_changes_nothing(order: str) -> None:
    gold, guesses = sides(33)
    if order == "other":
        random.Random(3).shuffle(guesses)
    elif order == "halves missing":
        gold, guesses = gold[:-6], guesses[6:]
    alone = plain_report(gold, guesses, 1)
    assert len(alone.errors) == 40
    assert alone.articles
    for jobs in (2, 3):
        assert plain_report(gold, guesses, jobs) == alone


@pytest.mark.usefixtures("small_blocks")
def test_blocks_add_to_what_one_block_has(monkeypatch: pytest.MonkeyPatch) -> None:
    gold, guesses = sides(17)
    several = plain_report(gold, guesses, 2)
    monkeypatch.setattr(pairing, "_DOCUMENTS", 1000)
    assert plain_report(gold, guesses, 1) == several


@pytest.mark.usefixtures("small_blocks")
def test_every_error_is_told_in_order_whatever_the_number_of_processes() -> None:
    gold, guesses = sides(12)
    told: list[ErrorRow] = []
    count(gold, guesses, layers=["mentions"], on_error=told.append, jobs=4)
    names = [row.document for row in told]
    assert names == sorted(names, key=[document["id"] for document in gold].index)
    assert len(set(names)) > 6


def _half_a_line(lines: list[bytes]) -> None:
    lines[20] = lines[20][:-9]


def _outside_the_text(lines: list[bytes]) -> None:
    document = msgspec.json.decode(lines[20])
    document["mentions"][0]["spans"] = [[0, 10**6]]
    lines[20] = msgspec.json.encode(document)


def _an_id_twice(lines: list[bytes]) -> None:
    lines[20] = lines[4]


def _two_ids(lines: list[bytes]) -> None:
    lines[20] = lines[20][:-1] + b',"id":"another"}'


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_half_a_line, "cut off|whole object"),
        (_outside_the_text, "not in the text"),
        (_an_id_twice, "is taken by"),
        (_two_ids, "two ids: .* and 'another'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, spoil: Callable[[list[bytes]], None], words: str, jobs: int
) -> None:
    gold, guesses = sides(33)
    lines = [msgspec.json.encode(document) for document in gold]
    spoil(lines)
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(InputError, match=words) as caught:
        count(path, guesses, jobs=jobs)
    assert caught.value.place.startswith(f"{path}:21")


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_first_of_two_faults_is_told(tmp_path: Path, jobs: int) -> None:
    gold, guesses = sides(33)
    lines = [msgspec.json.encode(document) for document in gold]
    _outside_the_text(lines)
    lines[31] = b"{"
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(InputError) as caught:
        count(path, guesses, jobs=jobs)
    assert caught.value.place.startswith(f"{path}:21")
    assert not isinstance(caught.value, UnreadableInput)


@pytest.mark.usefixtures("small_blocks")
def test_labels_that_only_predictions_have_share_a_row_beyond_the_limit() -> None:
    gold, guesses = sides(30)
    for number, guess in enumerate(guesses):
        guess["mentions"] = [
            {"start": 0, "end": 4, "type": f"X{number * 5 + at}"} for at in range(5)
        ]
    guesses[0]["mentions"] += [{"start": at, "end": at + 1, "type": "often"} for at in range(9)]
    found = [count(gold, guesses, layers=["mentions"], jobs=jobs) for jobs in (1, 2)]
    counts = [each.layers["mentions"] for each in found]
    assert counts[0].labels == counts[1].labels
    foreign = [name for name in counts[0].labels if name[0] == "X"]
    assert {"often", OTHER_LABELS} < set(counts[0].labels)
    assert len(foreign) == FOREIGN - 1
    assert counts[0].main[:, :, 1].sum() == 30 * 5 + 9
    assert (counts[0].main == counts[1].main).all()
    assert counts[0].confusion is not None
    assert counts[0].confusion[:, :-1].sum() == 30 * 5 + 9


def _in_a_daemon(answer: Any) -> None:
    gold, guesses = sides(12)
    answer.put(count(gold, guesses, layers=["mentions"], jobs=2).documents)


@pytest.mark.usefixtures("small_blocks")
def test_a_process_that_may_start_none_works_alone() -> None:
    answer: Any = multiprocessing.get_context("fork").Queue()
    process = multiprocessing.get_context("fork").Process(
        target=_in_a_daemon, args=(answer,), daemon=True
    )
    process.start()
    assert len(answer.get(timeout=60)) == 12
    process.join()


def test_gold_that_is_one_document_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a process for one document")

    monkeypatch.setattr(counting, "work_together", never)
    gold, guesses = sides(1)
    assert count(gold, guesses).documents == (gold[0]["id"],)
