"""Python callables, in this process and in processes of their own."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.extractors import Answer, Options, Usage, blind, find_extractor
from goldwire.evaluate.extractors.calling import batch_size_of
from goldwire.evaluate.extractors.fingerprints import fingerprint_of, run_fingerprint
from goldwire.evaluate.extractors.protocol import reason_of, request_line, total_usage
from goldwire.evaluate.runner import Run, run_extractor
from goldwire.evaluate.scoring import score
from goldwire.schema.document import Document, from_json
from goldwire.schema.errors import CouldNotRun, InputError, UnknownName
from tests.making import article

from .programs import TEXT, document, documents, good_ids

MODULE = """
import json, os, sys, time
import numpy as np
from goldwire.evaluate.extractors import Answer, Usage
from goldwire.schema.errors import CouldNotRun

VELMAR = {"quote": {"exact": "Velmar"}, "type": "GPE"}

def extract(document):
    print("I may print,", document.id)
    os.write(1, b"even so")
    if document.id == "reads": assert not os.read(0, 9)
    name = document.id.split("-")[0]
    if name == "hang": time.sleep(60)
    if name == "crash": os._exit(7)
    if name == "raise": raise KeyError("no\\nsuch label")
    if name == "exit": sys.exit("giving up")
    if name == "number": return 42
    if name == "numpy": return {"mentions": [{"start": np.int64(15), "end": np.int32(21),
        "type": "GPE"}], "quantities": [{"spans": np.array([[0, 1]]), "kind": "count",
        "value": np.float32(0.5)}]}
    if name == "deep": return json.loads("{")
    if name == "other": return {"id": "another"}
    if name == "odd": return {"mentions": [object()]}
    if name == "stop": raise CouldNotRun("the key is not valid", hint="Set KEY.")
    return Answer({"mentions": [VELMAR]}, Usage(input_tokens=10, cost=0.5))

class Batches:
    batch_size = 3
    fingerprint = "batches 1"
    def __call__(self, document):
        return self.batch([document])[0]
    def batch(self, documents):
        if any(document.id.startswith("bad") for document in documents):
            raise ValueError(f"bad batch of {len(documents)}")
        return [
            LookupError("not this one") if document.id.startswith("skip") else {}
            for document in documents
        ]

broken = 3
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "my_extractor.py").write_text(MODULE)
    (tmp_path / "no_good.py").write_text("raise RuntimeError('no model here')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield "python:my_extractor:"
    for name in ("my_extractor", "no_good"):
        sys.modules.pop(name, None)


def reasons(run: Run) -> dict[str, str]:
    return {failure.document: failure.reason for failure in run.failures}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_host_isolates_every_fault(module: str, jobs: int) -> None:
    extractor = find_extractor(module + "extract", isolated=True)
    names = ["good-1", "hang-1", "crash-1", "raise-1", "exit-1", "number-1", "other-1", "odd-1",
             "reads"]  # fmt: skip
    found = run_extractor(extractor, documents(*names), jobs=jobs, timeout=1.0)
    told = reasons(found)
    assert [one["id"] for one in found.predictions if isinstance(one, dict)] == ["good-1", "reads"]
    assert sorted(told) == sorted(names[1:-1])
    assert "no answer within 1 s" in told["hang-1"]
    assert "exit code 7" in told["crash-1"]
    assert re.fullmatch(
        r"my_extractor\.py:\d+ in extract: KeyError: 'no\\nsuch label'", told["raise-1"]
    )
    assert told["exit-1"] == "SystemExit: giving up"
    assert "returned int, not a prediction" in told["number-1"]
    assert "another document, 'another'" in told["other-1"]
    assert "object" in told["odd-1"]
    assert found.usage == Usage(input_tokens=20, cost=1.0)


@pytest.mark.parametrize("isolated", [False, True])
def test_numbers_of_numpy_are_numbers(module: str, isolated: bool) -> None:
    extractor = find_extractor(module + "extract", isolated=isolated)
    found = run_extractor(extractor, documents("numpy-1"), timeout=20)
    assert found.failures == ()
    (prediction,) = found.predictions
    assert prediction == {
        "id": "numpy-1",
        "mentions": [{"start": 15, "end": 21, "type": "GPE"}],
        "quantities": [{"spans": [[0, 1]], "kind": "count", "value": 0.5}],
    }
    assert msgspec.json.encode(prediction)


@pytest.mark.parametrize("isolated", [False, True])
def test_what_a_library_raises_names_the_line_of_the_extractor(module: str, isolated: bool) -> None:
    extractor = find_extractor(module + "extract", isolated=isolated)
    told = reasons(run_extractor(extractor, documents("deep-1"), timeout=20))
    line = MODULE.split("\n").index('    if name == "deep": return json.loads("{")') + 1
    assert told["deep-1"].startswith(f"my_extractor.py:{line} in extract: JSONDecodeError: ")


def test_a_call_in_this_process_isolates_what_it_can(module: str) -> None:
    extractor = find_extractor(module + "extract")
    names = ["good-1", "raise-1", "exit-1", "number-1", "other-1", "odd-1", "good-2"]
    found = run_extractor(extractor, documents(*names))
    assert sorted(reasons(found)) == sorted(names[1:-1])
    assert found.usage == Usage(input_tokens=20, cost=1.0)


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_call_that_hangs_is_left_behind(jobs: int) -> None:
    stop = threading.Event()

    def extract(document: Document) -> dict[str, Any]:
        if document.id == "hang":
            stop.wait(20)
        return {}

    found = run_extractor(extract, documents("one", "hang", "two"), jobs=jobs, timeout=0.3)
    stop.set()
    assert reasons(found) == {"hang": "no answer within 0.3 s"}


@pytest.mark.parametrize("isolated", [False, True])
def test_what_stops_the_run_stops_it_with_its_words(module: str, isolated: bool) -> None:
    extractor = find_extractor(module + "extract", isolated=isolated)
    with pytest.raises(CouldNotRun, match="the key is not valid") as caught:
        run_extractor(extractor, documents("good-1", "stop-1", "good-2"), timeout=20)
    assert caught.value.hint == "Set KEY."


@pytest.mark.parametrize("isolated", [False, True])
def test_a_batch_that_fails_is_asked_one_by_one(module: str, isolated: bool) -> None:
    extractor = find_extractor(module + "Batches", isolated=isolated)
    names = ["good-1", "good-2", "good-3", "bad-1", "skip-1", "good-4", "good-5"]
    found = run_extractor(extractor, documents(*names), timeout=20)
    told = reasons(found)
    assert sorted(told) == ["bad-1", "skip-1"]
    assert told["bad-1"].endswith(" in batch: ValueError: bad batch of 1")
    assert told["skip-1"] == "LookupError: not this one"
    assert fingerprint_of(extractor) == "batches 1"


def test_a_batch_with_a_wrong_number_of_answers_is_no_answer() -> None:
    class Short:
        def __call__(self, document: Document) -> dict[str, Any]:
            return {}

        def batch(self, documents: list[Document]) -> list[dict[str, Any]]:
            return [{}] * (len(documents) - 1)

    assert batch_size_of(Short()) == 16
    found = run_extractor(Short(), documents("one", "two"))
    assert reasons(found)["one"] == "ValueError: the batch of 1 has 0 answers"


@pytest.mark.parametrize("isolated", [False, True])
@pytest.mark.parametrize(
    ("name", "problem", "kind"),
    [
        ("python:my_extractor:broken", "is int, which cannot be called", InputError),
        ("python:my_extractor:extrcat", "Did you mean 'extract'", InputError),
        ("python:my_extractor", "names no object", InputError),
        ("python:no_good:extract", "RuntimeError: no model here", InputError),
        ("python:nowhere:extract", "No module named 'nowhere'", InputError),
    ],
)
def test_what_cannot_be_loaded_says_why(
    module: str, name: str, problem: str, kind: type[Exception], isolated: bool
) -> None:
    with pytest.raises(kind, match=problem):
        find_extractor(name, isolated=isolated)


def test_rules_give_the_same_in_a_process_of_their_own() -> None:
    gold = [article()]
    here = run_extractor(find_extractor("rules"), gold)
    extractor = find_extractor("rules", isolated=True)
    there = run_extractor(extractor, gold, timeout=60)
    from goldwire.evaluate import score

    scores = [score(gold, run.predictions).layer("mentions").criteria for run in (here, there)]
    assert scores[0] == scores[1]
    assert isinstance(here.predictions[0], Document)


@pytest.mark.parametrize("name", ["ruls", "comd:./x", "", "rules:"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownName, match="Known: rules, python:, cmd:"):
        find_extractor(name)


def test_a_missing_adapter_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from goldwire.evaluate.extractors import SCHEMES, Scheme

    monkeypatch.setitem(
        SCHEMES, "odd", Scheme("goldwire.evaluate.extractors.odd:make", "odd:X", "")
    )
    with pytest.raises(InputError, match="odd: are not part of this version"):
        find_extractor("odd:x")
    with pytest.raises(InputError, match="odd: alone names no extractor"):
        find_extractor("odd:")


def test_a_missing_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goldwire.evaluate.extractors import SCHEMES, Scheme

    (tmp_path / "needy.py").write_text("import not_there_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(SCHEMES, "needy", Scheme("needy:make", "needy:X", ""))
    with pytest.raises(InputError, match="pip install not_there_at_all"):
        find_extractor("needy:x")


def test_files_answer_with_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text(
        '{"id": "one", "mentions": [{"start": 2, "end": 9, "type": "WEA"}]}\n'
        '{"id": "two", "mentions": [{"start": 2, "end": 900, "type": "WEA"}]}\n'
        '{"id": "four"}\n'
    )
    found = run_extractor(find_extractor(str(path)), documents("one", "two", "three"))
    assert len(found.predictions) == 1
    assert "beyond the text" in reasons(found)["two"]
    assert "holds no prediction" in reasons(found)["three"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("nonsense\n", "is not JSON"),
        ('{"x": 1}\n', "required field `id`"),
        ('{"id": "a"}\n' * 2, "predicted twice, first at"),
        ("", "is empty"),
        ('{"id": "a"}\n{"id": "b", "mentions": [{"start', "is not JSON"),
        (b"\x00\xff\xfe", "is not UTF-8"),
    ],
)
def test_files_that_hold_no_predictions_are_refused(
    tmp_path: Path, content: str | bytes, problem: str
) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=problem) as caught:
        find_extractor(str(path))
    with pytest.raises(InputError) as scored:
        score(documents("a"), str(path))
    assert str(caught.value) == str(scored.value)


def test_a_byte_order_mark_is_no_part_of_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text('{"id": "one"}\n{"id": "two"}\n', "utf-8-sig")
    assert run_extractor(find_extractor(str(path)), documents("one", "two")).failures == ()


def test_fingerprints_follow_the_source(tmp_path: Path, module: str) -> None:
    first = find_extractor(module + "extract")
    options = Options(settings={"a": "1"})
    assert fingerprint_of(first) is not None
    before = run_fingerprint("x", first, options)
    assert before == run_fingerprint("x", first, Options(timeout=1, settings={"a": "1"}))
    assert before != run_fingerprint("x", first, Options())
    assert before != run_fingerprint("y", first, options)
    (tmp_path / "my_extractor.py").write_text(MODULE + "\nbroken = 4\n")
    assert before != run_fingerprint("x", first, options)


def test_what_has_no_source_has_no_fingerprint() -> None:
    scope: dict[str, Any] = {}
    exec("def extract(document): return {}", scope)
    assert run_fingerprint("x", scope["extract"], Options()) is None


@pytest.mark.parametrize("isolated", [False, True])
def test_a_class_is_made_with_the_settings(module: str, tmp_path: Path, isolated: bool) -> None:
    (tmp_path / "my_class.py").write_text(
        "class Noting:\n"
        "    def __init__(self, note): self.note = note\n"
        "    def __call__(self, document): return {'note': self.note}\n"
    )
    options = Options(settings={"note": "mine"})
    extractor = find_extractor("python:my_class:Noting", options, isolated=isolated)
    found = run_extractor(extractor, documents("one"), timeout=20)
    assert found.predictions == ({"id": "one", "note": "mine"},)
    with pytest.raises(InputError, match="cannot be made"):
        find_extractor("python:my_class:Noting", isolated=isolated)


@pytest.mark.parametrize("name", ["rules", "-.jsonl"])
def test_settings_that_nobody_reads_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="takes no settings, but 'a' is set"):
        find_extractor(name, Options(settings={"a": "1"}), isolated=True)


def test_an_extractor_sees_no_annotation() -> None:
    gold = article()
    seen: list[Document] = []

    def extract(document: Document) -> dict[str, Any]:
        seen.append(document)
        return {}

    run_extractor(extract, [gold])
    assert seen == [blind(gold)]
    assert not seen[0].mentions
    assert not seen[0].annotation.layers
    assert (seen[0].text, seen[0].metadata) == (gold.text, gold.metadata)


def test_a_request_is_one_line_that_begins_with_the_id() -> None:
    line = request_line(blind(document("one", TEXT + "\n\u2028\x85")))
    assert line.startswith(b'{"id":"one"')
    assert line.count(b"\n") == 1
    assert from_json(line) == blind(document("one", TEXT + "\n\u2028\x85"))


def test_usage_adds_up_what_is_told() -> None:
    assert total_usage([]) is None
    assert total_usage([None, Usage()]) is None
    told = [Usage(input_tokens=1), None, Usage(input_tokens=2, output_tokens=3)]
    assert total_usage(told) == Usage(input_tokens=3, output_tokens=3)


def test_reasons_are_short_and_harmless() -> None:
    assert reason_of(ValueError("a\n  b\x1b[2J")) == "ValueError: a b␛[2J"
    assert reason_of(KeyError()) == "KeyError"
    assert len(reason_of(ValueError("x" * 10_000))) <= 500
    assert reason_of(InputError("bad", hint="no")) == "bad"


def test_jobs_work_at_the_same_time() -> None:
    barrier = threading.Barrier(3, timeout=10)

    def extract(document: Document) -> Answer:
        barrier.wait()
        return Answer({})

    begin = time.monotonic()
    assert run_extractor(extract, documents(*good_ids(6)), jobs=3).failures == ()
    assert time.monotonic() - begin < 5


def test_one_that_fails_alike_from_the_start_ends_the_run(module: str) -> None:
    extractor = find_extractor(module + "extract", isolated=True)
    with pytest.raises(CouldNotRun, match=r"first 5 documents alike: .*such label"):
        run_extractor(extractor, documents(*(f"raise-{n}" for n in range(20))), timeout=10)
    mixed = documents("good-1", *(f"raise-{n}" for n in range(8)))
    extractor = find_extractor(module + "extract", isolated=True)
    assert len(run_extractor(extractor, mixed, timeout=10).failures) == 8
