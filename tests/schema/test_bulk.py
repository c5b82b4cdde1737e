"""Many documents: the same results, in the same order, whoever does the work and however."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator

import pytest

from goldwire.schema import bulk, crew
from goldwire.schema.bulk import validate_in_bulk
from goldwire.schema.document import to_line, to_plain
from goldwire.schema.errors import UnreadableInput
from goldwire.schema.problems import Problem
from goldwire.schema.reading import Raw
from tests.making import article, changed

KB = 1024


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few documents, so that a test of a few hundred has many."""
    monkeypatch.setattr(bulk, "_CHUNK", 32 * KB)
    monkeypatch.setattr(crew, "SLOT", 64 * KB)


def raws(count: int) -> list[Raw]:
    """Sound documents, and in turn a wrong surface, a wrong label, no JSON, and an id twice."""
    sound = to_line(article())
    wrong = to_line(changed(article(), "mentions", 9, text="rocket"))
    plain = to_plain(article())
    plain["events"][0]["realis"] = "real"
    lines = []
    for number in range(count):
        line = {10: wrong, 20: json.dumps(plain), 30: sound[:-9]}.get(number % 60, sound)
        name = number - 1 if number % 60 == 40 else number
        lines.append(line.replace('"velmar"', f'"d{name}"', 1))
    return [Raw(line.encode(), "a.jsonl", at) for at, line in enumerate(lines, start=1)]


def test_the_number_of_processes_changes_nothing() -> None:
    documents = raws(300)
    alone = list(validate_in_bulk(documents, jobs=1))
    codes = {problem.code for problems in alone for problem in problems}
    assert codes == {"S4", "J-enum", "J-read", "R4"}
    assert len(alone) == len(documents)
    assert [p.line for problems in alone for p in problems] == [
        at for at, problems in enumerate(alone, start=1) for _ in problems
    ]
    for jobs in (2, 3):
        assert list(validate_in_bulk(documents, jobs=jobs)) == alone


def test_documents_of_all_sizes_come_back_in_order() -> None:
    documents = raws(120)
    large = to_plain(article()) | {"canary": "x" * 200 * KB}
    for at in (50, 51, 119):
        line = json.dumps(large | {"id": f"large{at}"})
        documents[at] = Raw(line.encode(), "a.jsonl", at + 1)
    alone = list(validate_in_bulk(documents, jobs=1))
    assert alone[50] == alone[51] == alone[119] == []
    assert list(validate_in_bulk(documents, jobs=2)) == alone


def test_processes_without_shared_memory_do_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = raws(120)
    alone = list(validate_in_bulk(documents, jobs=1))
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda: "spawn")
    assert list(validate_in_bulk(documents, jobs=2)) == alone


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("count", [0, 1, 15, 200])
def test_what_was_read_before_a_failure_is_not_lost(count: int, jobs: int) -> None:
    def broken_off() -> Iterator[Raw]:
        yield from raws(count)
        raise UnreadableInput("cannot be read", source="b.jsonl")

    found: list[list[Problem]] = []
    with pytest.raises(UnreadableInput, match="cannot be read"):
        found.extend(validate_in_bulk(broken_off(), jobs=jobs))
    # list.extend keeps what an iterator gave before it failed
    assert found == list(validate_in_bulk(raws(count), jobs=1))
