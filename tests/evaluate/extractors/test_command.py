"""Programs behind pipes: every fault fails its own document, and nothing ever hangs."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from goldwire.evaluate.extractors import Options, Usage
from goldwire.evaluate.extractors.command import CommandExtractor, fields_of, make
from goldwire.evaluate.extractors.process import Process
from goldwire.evaluate.runner import Run, run_extractor
from goldwire.schema.errors import CouldNotRun, InputError

from .programs import FAULTY, TEXT, command, document, documents, good_ids


def run(
    folder: Path, names: list[str], program: str = FAULTY, ahead: int | None = None, **more: Any
) -> Run:
    extractor = CommandExtractor(command(folder, program), Options(ahead=ahead))
    return run_extractor(extractor, documents(*names), **({"timeout": 20.0} | more))


def reasons(run: Run) -> dict[str, str]:
    return {failure.document: failure.reason for failure in run.failures}


@pytest.mark.parametrize("ahead", [1, 4, 100])
@pytest.mark.parametrize("jobs", [1, 2])
def test_answers_stand_in_the_order_of_the_documents(tmp_path: Path, ahead: int, jobs: int) -> None:
    names = good_ids(12)
    found = run(tmp_path, names, ahead=ahead, jobs=jobs)
    assert [one["id"] for one in found.predictions if isinstance(one, dict)] == names
    assert found.failures == ()


FAULTS = [
    ("crash", "no answer: the program ended with exit code 3", "cannot divide"),
    ("killed", "was ended by SIGKILL", ""),
    ("midline", "half an answer", "exit code 0"),
    ("garbage", "no JSON object: 'Segmentation ␛[31mfault?'", "standard output is for answers"),
    ("twice", "answered twice", ""),
    ("stranger", "answered for 'somebody', which it was not asked", ""),
    ("nameless", "without an id", ""),
    ("utf16", "the offsets fit if they count UTF-16 code units", "/mentions/0"),
    ("beyond", "beyond the text", "/mentions/0"),
    ("form", "is no prediction", "/mentions"),
    ("extra", "mentiosn", ""),
    ("error", "the model", "refused"),
]


@pytest.mark.parametrize(("fault", "reason", "also"), FAULTS, ids=[fault for fault, *_ in FAULTS])
@pytest.mark.parametrize("ahead", [1, 4])
def test_a_fault_fails_its_document_alone(
    tmp_path: Path, fault: str, reason: str, also: str, ahead: int
) -> None:
    names = ["good-1", "good-2", f"{fault}-1", "good-3", "good-4", "good-5"]
    found = run(tmp_path, names, ahead=ahead)
    assert list(reasons(found)) == [f"{fault}-1"]
    assert reason in reasons(found)[f"{fault}-1"]
    assert also in reasons(found)[f"{fault}-1"]
    assert len(found.predictions) == 5


def test_all_faults_in_one_run(tmp_path: Path) -> None:
    faults = [fault for fault, *_ in FAULTS]
    names = [name for fault in faults for name in (f"good-{fault}", f"{fault}-x")]
    found = run(tmp_path, names, jobs=2)
    assert sorted(reasons(found)) == sorted(f"{fault}-x" for fault in faults)


@pytest.mark.parametrize("fault", ["hang", "silent"])
@pytest.mark.parametrize("ahead", [1, 4])
def test_no_answer_fails_by_time(tmp_path: Path, fault: str, ahead: int) -> None:
    begin = time.monotonic()
    found = run(tmp_path, ["good-1", f"{fault}-1", "good-2"], ahead=ahead, timeout=0.6)
    assert list(reasons(found)) == [f"{fault}-1"]
    assert "no answer within 0.6 s" in reasons(found)[f"{fault}-1"]
    assert time.monotonic() - begin < 10


def test_a_flood_on_standard_error_stops_nobody(tmp_path: Path) -> None:
    found = run(tmp_path, ["flood-1", "good-1", "flood-2"])
    assert found.failures == ()


def test_a_program_that_reads_slowly_gets_large_documents(tmp_path: Path) -> None:
    large = [document(f"good-{n}", TEXT + " " * 300_000) for n in range(4)]
    extractor = CommandExtractor(command(tmp_path), Options(ahead=4))
    assert run_extractor(extractor, large, timeout=30).failures == ()


BACKWARDS = """
import json, sys
lines = []
for line in sys.stdin:
    lines.append(line)
    if len(lines) == 3:
        for line in reversed(lines):
            print(json.dumps({"id": json.loads(line)["id"]}))
        sys.stdout.flush()
        lines = []
for line in lines:
    print(json.dumps({"id": json.loads(line)["id"]}))
"""


def test_answers_may_come_out_of_order(tmp_path: Path) -> None:
    found = run(tmp_path, good_ids(8), BACKWARDS, ahead=4, timeout=5)
    assert found.failures == ()


def test_a_program_that_reads_everything_first_is_served_with_ahead(tmp_path: Path) -> None:
    program = """
import json, sys
for line in sys.stdin.read().splitlines():
    print(json.dumps({"id": json.loads(line)["id"]}))
"""
    assert run(tmp_path, good_ids(6), program, ahead=100, timeout=5).failures == ()


@pytest.mark.parametrize("code", [0, 1])
def test_a_program_that_ends_after_each_answer_is_started_again(tmp_path: Path, code: int) -> None:
    program = f"""
import json, sys
print(json.dumps({{"id": json.loads(sys.stdin.readline())["id"]}}), flush=True)
sys.exit({code})
"""
    assert run(tmp_path, good_ids(5), program, timeout=5).failures == ()


def test_a_late_second_answer_takes_the_first_back(tmp_path: Path) -> None:
    program = """
import json, sys
names = [json.loads(line)["id"] for line in sys.stdin]
for name in [*names, names[0]]:
    print(json.dumps({"id": name}))
"""
    found = run(tmp_path, ["one", "two", "three"], program, ahead=10, timeout=5)
    assert reasons(found) == {"one": "the program answered twice"}
    assert len(found.predictions) == 2


@pytest.mark.parametrize(
    "program", ["import sys; sys.exit('no model')", "print('Loading…', flush=True); input()"]
)
def test_a_program_that_never_works_ends_the_run(tmp_path: Path, program: str) -> None:
    with pytest.raises(CouldNotRun, match="none of 3 documents") as caught:
        run(tmp_path, good_ids(50), program, jobs=2)
    assert caught.value.exit_code == 3


def test_documents_that_are_bad_are_no_start_that_failed(tmp_path: Path) -> None:
    found = run(tmp_path, ["crash-1", "crash-2", "good-1", *(f"crash-{n}" for n in range(3, 9))])
    assert len(found.predictions) == 1
    assert len(found.failures) == 8


def test_what_a_program_has_started_ends_with_it(tmp_path: Path) -> None:
    marker = tmp_path / "alive"
    script = f"while :; do echo x >> {marker}; sleep 0.05; done & cat > /dev/null"
    process = Process(["sh", "-c", script])
    while not marker.exists():
        time.sleep(0.01)
    process.stop()
    time.sleep(0.1)
    size = marker.stat().st_size
    time.sleep(0.2)
    assert marker.stat().st_size == size


def test_a_shell_script_is_an_extractor(tmp_path: Path) -> None:
    script = tmp_path / "extract.sh"
    script.write_text(
        "#!/bin/sh\n"
        "while read -r line; do\n"
        """  id=$(printf '%s' "$line" | sed 's/^{"id":"\\([^"]*\\)".*/\\1/')\n"""
        """  echo "{\\"id\\":\\"$id\\",\\"mentions\\":[{\\"quote\\":{\\"exact\\":\\"Velmar\\"},"""
        """\\"type\\":\\"GPE\\"}]}"\n"""
        "done\n"
    )
    script.chmod(0o755)
    extractor = make(str(script), Options())
    found = run_extractor(extractor, documents(*good_ids(5)), jobs=2, timeout=20)
    assert found.failures == ()
    assert len(found.predictions) == 5


def test_a_call_asks_one_document(tmp_path: Path) -> None:
    extractor = CommandExtractor(command(tmp_path), Options())
    try:
        assert b'"GPE"' in extractor(document("good-1")).prediction
        with pytest.raises(RuntimeError, match="exit code 3"):
            extractor(document("crash-1"))
        assert b'"GPE"' in extractor(document("good-2")).prediction
    finally:
        extractor.close()


def test_a_fingerprint_depends_on_the_command_and_its_files(tmp_path: Path) -> None:
    words = command(tmp_path)
    first = CommandExtractor(words, Options()).fingerprint
    assert CommandExtractor(words, Options(ahead=3)).fingerprint == first
    assert CommandExtractor([*words, "--fast"], Options()).fingerprint != first
    command(tmp_path, FAULTY + "\n")
    assert CommandExtractor(words, Options()).fingerprint != first


@pytest.mark.parametrize("argument", ["", "   ", "'open", "/nowhere/program", str(Path(__file__))])
def test_a_command_that_cannot_be_run_is_refused(argument: str) -> None:
    if os.access(__file__, os.X_OK):
        pytest.skip("the test itself may be executed here")
    with pytest.raises(InputError):
        make(argument, Options())


def test_a_program_with_another_format_cannot_be_started(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(b"\x7fELF but not really")
    path.chmod(0o755)
    with pytest.raises(InputError, match="cannot be started"):
        run_extractor(make(str(path), Options()), documents("one"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b'{"id": "x", "mentions": []}', "x"),
        (b'{"mentions": []}', None),
        (b'{"id": 3}', None),
        (b"[1]", None),
        (b"\xff\xfe", None),
        (b"{" * 100_000, None),
    ],
)
def test_the_id_of_a_line(line: bytes, name: str | None) -> None:
    assert fields_of(line)[1] == name


def test_python_programs_need_not_flush(tmp_path: Path) -> None:
    program = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"]}))
"""
    path = tmp_path / "program.py"
    path.write_text(program)
    extractor = CommandExtractor([sys.executable, str(path)], Options(ahead=1))
    assert run_extractor(extractor, documents("one", "two"), timeout=5).failures == ()


COSTLY = """\
    elif fault == "costly":
        answer["usage"] = {"input_tokens": 4, "cost": 0.25}
        mention["end"] = 10**9
    elif fault == "lost":
        answer = {"id": name, "error": "none", "usage": {"input_tokens": 5, "cost": 0.25}}
    elif fault == "slow":"""


@pytest.mark.parametrize("fault", ["form", "extra", "beyond", "error"])
def test_five_answers_that_are_wrong_alike_end_the_run(tmp_path: Path, fault: str) -> None:
    extractor = CommandExtractor(command(tmp_path), Options())
    with pytest.raises(CouldNotRun, match="first 5 documents alike"):
        run_extractor(extractor, documents(*good_ids(20, fault)), timeout=10)


def test_what_a_wrong_answer_took_is_counted(tmp_path: Path) -> None:
    program = FAULTY.replace('    elif fault == "slow":', COSTLY, 1)
    extractor = CommandExtractor(command(tmp_path, program), Options())
    found = run_extractor(extractor, documents("good-1", "costly-1", "lost-1"), timeout=10)
    assert len(found.failures) == 2
    assert found.usage == Usage(input_tokens=9, cost=0.5)
