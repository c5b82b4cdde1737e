"""Runs: in order, durable, resumed after a kill, answered from a cache."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.evaluate.extractors import Answer, Options, Usage
from goldwire.evaluate.extractors.command import CommandExtractor
from goldwire.evaluate.runner import Run, run_extractor
from goldwire.evaluate.running.cache import Cache
from goldwire.evaluate.running.folder import RunRecord, run_in_folder
from goldwire.evaluate.running.journal import Journal
from goldwire.evaluate.running.progress import Progress, duration, progress_line
from goldwire.schema.document import Annotation, Document, to_line
from goldwire.schema.errors import CouldNotRun, InputError

from .extractors.programs import FAULTY, command, document, documents, good_ids, line

RUN = (
    "from goldwire.evaluate.commands.run import run;"
    "from goldwire.schema.commands import run as go; go(run)"
)


class Counting:
    """Answers, counts what it is asked, and fails on demand."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.fails: set[str] = set()
        self.dies: str | None = None

    def __call__(self, document: Document) -> Answer:
        self.asked[document.id] += 1
        if document.id == self.dies:
            raise CouldNotRun("out of credit")
        if document.id in self.fails:
            raise ValueError("not today")
        return Answer({"note": document.id}, Usage(input_tokens=2))


def in_folder(folder: Path, extractor: Any, names: list[str], **more: Any) -> Run:
    settings: dict[str, Any] = {"name": "counting", "fingerprint": "1"} | more
    return run_in_folder(folder, extractor, documents(*names), **settings)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_no_documents_are_a_run() -> None:
    run = run_extractor(Counting(), [])
    assert (run.outcomes, run.predictions, run.failures, run.usage) == ((), (), (), None)


def test_two_documents_with_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="same id"):
        run_extractor(Counting(), documents("one", "one"))


@pytest.mark.parametrize("jobs", [1, 5])
def test_progress_counts_to_the_end(jobs: int) -> None:
    seen: list[int] = []
    run_extractor(Counting(), documents(*good_ids(9)), jobs=jobs, progress=seen.append)
    assert seen == list(range(1, 10))


def test_a_worker_that_forgets_a_document_does_not_lose_it() -> None:
    class Forgetful(Counting):
        def batch(self, documents: list[Document]) -> list[dict[str, Any]]:
            return [{} for _ in documents]

        def worker(self, timeout: float | None) -> Any:
            class Worker:
                def work(self, feed: Any) -> Any:
                    return iter(())

                def close(self) -> None:
                    pass

            return Worker()

    run = run_extractor(Forgetful(), documents("one", "two"))
    assert [failure.reason for failure in run.failures] == ["the extractor gave no answer"] * 2


def test_a_folder_holds_predictions_in_order_and_what_failed(tmp_path: Path) -> None:
    counting = Counting()
    counting.fails = {"good-002"}
    run = in_folder(tmp_path, counting, good_ids(5), jobs=3)
    left = [name for name in good_ids(5) if name != "good-002"]
    assert [each["id"] for each in lines_of(tmp_path / "predictions.jsonl")] == left
    record = msgspec.json.decode((tmp_path / "run.json").read_bytes(), type=RunRecord)
    assert record.failed == 1
    (reason,) = [each.reason for each in record.documents if each.reason]
    assert reason.startswith("test_runner.py:")
    assert reason.endswith(" in __call__: ValueError: not today")
    assert record.usage == run.usage == Usage(input_tokens=8)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["predictions.jsonl", "run.json"]


def test_a_run_that_stops_goes_on_where_it_was(tmp_path: Path) -> None:
    counting = Counting()
    counting.fails, counting.dies = {"good-001"}, "good-004"
    with pytest.raises(CouldNotRun):
        in_folder(tmp_path, counting, good_ids(8))
    with pytest.raises(InputError, match="was stopped") as caught:
        in_folder(tmp_path, counting, good_ids(8))
    assert "--resume" in (caught.value.hint or "")
    counting.dies = None
    run = in_folder(tmp_path, counting, good_ids(8), earlier="resume")
    assert run.resumed == 4
    assert counting.asked == Counter(good_ids(8)) + Counter(["good-004"])
    assert [failure.document for failure in run.failures] == ["good-001"]


def test_a_finished_run_is_not_repeated_but_goes_on_with_new_documents(tmp_path: Path) -> None:
    counting = Counting()
    counting.fails = {"good-001"}
    first = in_folder(tmp_path, counting, good_ids(3))
    run = in_folder(tmp_path, counting, good_ids(5), earlier="resume")
    assert counting.asked == Counter(good_ids(5))
    assert run.resumed == 3
    assert run.predictions[0] == first.predictions[0]
    counting.fails = set()
    run = in_folder(tmp_path, counting, good_ids(5), earlier="resume", retry_failed=True)
    assert run.failures == ()
    assert counting.asked == Counter(good_ids(5)) + Counter(["good-001"])
    again = in_folder(tmp_path, counting, good_ids(5))
    assert again.resumed == 0


def test_another_text_is_asked_again(tmp_path: Path) -> None:
    counting = Counting()
    run_in_folder(tmp_path, counting, documents("a", "b"), name="counting", fingerprint="1")
    changed = [document("a"), document("b", "Another text, Velmar.")]
    run = run_in_folder(
        tmp_path, counting, changed, name="counting", fingerprint="1", earlier="resume"
    )
    assert run.resumed == 1
    assert counting.asked == Counter("abb")


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize(
    ("name", "fingerprint", "why"),
    [
        ("other", "1", "of another extractor, counting"),
        ("counting", "2", "of another version"),
        ("counting", None, "of another version"),
    ],
)
def test_another_extractor_does_not_go_on_with_it(
    tmp_path: Path, stopped: bool, name: str, fingerprint: str | None, why: str
) -> None:
    counting = Counting()
    if stopped:
        counting.dies = "good-002"
        with pytest.raises(CouldNotRun):
            in_folder(tmp_path, counting, good_ids(3))
    else:
        in_folder(tmp_path, counting, good_ids(3))
    before = sorted(path.name for path in tmp_path.iterdir())
    more: dict[str, Any] = {"name": name, "fingerprint": fingerprint}
    with pytest.raises(InputError, match=why):
        in_folder(tmp_path, Counting(), good_ids(3), earlier="resume", **more)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    run = in_folder(tmp_path, Counting(), good_ids(3), earlier="restart", **more)
    assert run.resumed == 0


def test_a_run_that_could_not_begin_leaves_nothing_to_go_on_with(tmp_path: Path) -> None:
    counting = Counting()
    counting.dies = "good-000"
    with pytest.raises(CouldNotRun):
        in_folder(tmp_path, counting, good_ids(3))
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_was_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    counting = Counting()
    counting.dies = "good-003"
    with pytest.raises(CouldNotRun):
        in_folder(tmp_path, counting, good_ids(5))
    path = tmp_path / "predictions.jsonl.part"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    counting.dies = None
    assert in_folder(tmp_path, counting, good_ids(5), earlier="resume").resumed == 2
    assert len(lines_of(tmp_path / "predictions.jsonl")) == 5


@pytest.mark.parametrize("content", [b"", b'{"run": "cou', b"nonsense\n"])
def test_a_journal_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "predictions.jsonl.part").write_bytes(content)
    if content.endswith(b"\n"):
        with pytest.raises(InputError, match="no journal"):
            in_folder(tmp_path, Counting(), ["one"], earlier="resume")
    else:
        assert in_folder(tmp_path, Counting(), ["one"], earlier="resume").failures == ()


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    journal = Journal(tmp_path / "predictions.jsonl.part", "counting", "1")
    journal.begin()
    with pytest.raises(InputError, match="another run is writing to it"):
        in_folder(tmp_path, Counting(), ["one"], earlier="restart")
    journal.close()


def test_a_taken_back_answer_is_a_failure_after_resuming(tmp_path: Path) -> None:
    program = """
import json, sys
names = [json.loads(line)["id"] for line in sys.stdin]
for name in [*names, names[0]]:
    print(json.dumps({"id": name}))
"""
    extractor = CommandExtractor(command(tmp_path, program), Options(ahead=10))
    folder = tmp_path / "out"
    first = in_folder(folder, extractor, ["one", "two"])
    again = in_folder(folder, extractor, ["one", "two"], earlier="resume")
    assert first.failures == again.failures
    assert [failure.document for failure in again.failures] == ["one"]


def start(tmp_path: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *words], cwd=tmp_path, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_run_that_was_killed_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    names = good_ids(14, "slow")
    annotated = Annotation(layers=("mentions",))
    gold = [msgspec.structs.replace(each, annotation=annotated) for each in documents(*names)]
    (tmp_path / "gold.jsonl").write_text("".join(to_line(each) + "\n" for each in gold))
    log = tmp_path / "log" / "asked.txt"
    log.parent.mkdir()
    words = [line(tmp_path, FAULTY, log.parent), "--gold", "gold.jsonl", "--output", "out"]
    words += ["--ahead", "1", "--resamples", "0"]
    part = tmp_path / "out" / "predictions.jsonl.part"
    process = start(tmp_path, *words)
    end = time.monotonic() + 30
    while not (part.exists() and part.read_bytes().count(b"\n") >= 5):
        assert time.monotonic() < end
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finished = [each["id"] for each in map(json.loads, part.read_bytes().splitlines()[1:])]
    assert 4 <= len(finished) < len(names)
    time.sleep(0.2)  # what the extractor was asked last, it may still write down
    refused = start(tmp_path, *words)
    _, said = refused.communicate(timeout=30)
    assert (refused.returncode, b"--resume" in said) == (2, True)
    again = start(tmp_path, *words, "--resume")
    _, said = again.communicate(timeout=60)
    assert again.returncode == 0, said
    asked = Counter(log.read_text().split())
    assert set(asked) == set(names)
    assert {name for name in finished if asked[name] > 1} == set()
    assert sum(asked.values()) <= len(names) + 1
    assert [each["id"] for each in lines_of(tmp_path / "out" / "predictions.jsonl")] == names
    assert f"{len(finished)} of 14 documents finished earlier".encode() in said


PATIENT = """
import json, os, sys, time
with open(sys.argv[1] + "/pids.txt", "a") as log:
    print(os.getpid(), file=log)
for line in sys.stdin:
    document = json.loads(line)
    if document["id"] == "hang-1":
        time.sleep(60)
    print(json.dumps({"id": document["id"]}), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there it can be seen")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_ended_leaves_nothing_running(
    tmp_path: Path, number: signal.Signals, jobs: str
) -> None:
    annotated = Annotation(layers=("mentions",))
    gold = [
        msgspec.structs.replace(each, annotation=annotated)
        for each in documents("good-1", "good-2", "hang-1", "good-3")
    ]
    (tmp_path / "gold.jsonl").write_text("".join(to_line(each) + "\n" for each in gold))
    words = [line(tmp_path, PATIENT, tmp_path), "--gold", "gold.jsonl", "--output", "out"]
    process = start(tmp_path, *words, "--ahead", "1", "--jobs", jobs)
    part = tmp_path / "out" / "predictions.jsonl.part"
    end = time.monotonic() + 30
    while not (part.exists() and part.read_bytes().count(b"\n") >= 3):
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    if number == signal.SIGKILL:
        assert process.returncode == -9
    else:
        assert process.returncode == {signal.SIGTERM: 143, signal.SIGINT: 130}[number]
        assert b"go on with --resume" in said
        assert b"Traceback" not in said
    assert part.read_bytes().count(b"\n") >= 3
    for pid in map(int, (tmp_path / "pids.txt").read_text().split()):
        while is_running(pid):
            assert time.monotonic() < end
            time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def test_a_cache_answers_what_was_asked_before(tmp_path: Path) -> None:
    counting = Counting()
    counting.fails = {"good-001"}
    cache = Cache(tmp_path, "fingerprint")
    first = run_extractor(counting, documents(*good_ids(4)), cache=cache)
    counting.fails = set()
    second = run_extractor(counting, documents(*good_ids(5)), cache=cache, jobs=2)
    assert counting.asked == Counter(good_ids(5)) + Counter(["good-001"])
    assert second.cached == 3
    assert second.failures == ()
    assert first.usage == Usage(input_tokens=6)
    assert second.usage == Usage(input_tokens=4)
    assert second.predictions[0] == first.predictions[0]
    assert run_extractor(counting, documents("good-000"), cache=Cache(tmp_path, "2")).cached == 0
    changed = [document("good-000", "Another text, Velmar.")]
    assert run_extractor(counting, changed, cache=cache).cached == 0


def test_a_broken_cache_is_asked_past(tmp_path: Path) -> None:
    counting = Counting()
    cache = Cache(tmp_path, "fingerprint")
    run_extractor(counting, documents("one", "two"), cache=cache)
    files = sorted(tmp_path.rglob("*.json"))
    files[0].write_text("{")
    files[1].write_text('{"id": "two", "sha256": "", "prediction": {"mentions": 3}}')
    run = run_extractor(counting, documents("one", "two"), cache=cache)
    assert (run.cached, run.failures) == (0, ())


def test_the_line_of_progress() -> None:
    assert progress_line(0, 10, None) == "0 of 10 documents"
    assert progress_line(5, 2000, 0.5) == "5 of 2,000 documents, 30.0 a minute, 66 min left"
    assert progress_line(1200, 2000, 40.0) == "1,200 of 2,000 documents, 40 a second, 20 s left"
    assert progress_line(10, 10, 2.5) == "10 of 10 documents, 2.5 a second"
    assert duration(7_500) == "2 h 05 min"
    assert duration(99.4) == "99 s"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_written_on_a_terminal_only_and_its_rate_forgets() -> None:
    now = 0.0
    screen = Terminal()
    progress = Progress(1000, screen, lambda: now)
    for done in range(1, 101):
        now += 1.0
        progress(done)
    for done in range(101, 401):
        now += 0.2
        progress(done)
    assert "400 of 1,000 documents, 5.0 a second, 2 min left" in screen.getvalue()
    progress(1000)
    assert screen.getvalue().endswith("\n")
    quiet = io.StringIO()
    Progress(10, quiet)(3)
    assert quiet.getvalue() == ""
