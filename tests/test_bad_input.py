"""Bad input ends with a message that names the place and what to do; never with a traceback."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.schema.document import LAYERS, to_json, to_line, to_plain
from tests.conftest import Runner
from tests.making import article, changed


def gold_file(folder: Path) -> Path:
    path = folder / "gold.json"
    path.write_text(to_json(article()), "utf-8")
    return path


def predicted(folder: Path, *predictions: Any) -> Path:
    path = folder / "predictions.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in predictions), "utf-8")
    return path


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    shown = done.stdout + done.stderr
    assert "Traceback" not in shown
    assert done.returncode == code, shown
    for word in words:
        assert word in shown, shown


BROKEN = [
    ("empty.json", b"", "is empty"),
    ("binary.json", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not UTF-8"),
    ("latin.json", '{"id": "caf\xe9"}'.encode("latin-1"), "Windows-1252"),
    ("wide.json", '{"id": "a"}'.encode("utf-16"), "UTF-16"),
    ("cut.json", b'{"id": "a", "text": "One', "cut off"),
    ("deep.json", b'{"id": "a", "times": ' + b"[" * 200_000, "deep.json"),
]


@pytest.mark.parametrize(("name", "data", "word"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_files_that_are_no_json(
    goldwire: Runner, tmp_path: Path, name: str, data: bytes, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    refused(goldwire("schema", "validate", path), 2, name, word)
    refused(goldwire("evaluate", "score", gold_file(tmp_path), path), 2, name, word)
    refused(goldwire("corpus", "show", path), 2, name, word)


def test_a_list_is_no_document(goldwire: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[1, 2]")
    refused(goldwire("schema", "validate", "a.json"), 1, "a document is a JSON object")
    refused(goldwire("corpus", "show", "a.json"), 2, "is no document")


def test_one_bad_line_among_many_is_named(goldwire: Runner, tmp_path: Path) -> None:
    line = to_line(article())
    lines = [line.replace('"velmar"', f'"d{n}"', 1) for n in range(3000)]
    lines[1776] = lines[1776][:-9]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    done = goldwire("schema", "validate", "many.jsonl")
    refused(done, 2, "many.jsonl:1777", "one whole object a line", "3,000 documents: 1 error")


def test_ids_that_stand_twice(goldwire: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text((to_line(article()) + "\n") * 2, "utf-8")
    refused(goldwire("schema", "validate", "a.jsonl"), 1, "R4", "taken by a.jsonl:1")
    predictions = predicted(tmp_path, {"id": "velmar"}, {"id": "velmar"})
    refused(goldwire("evaluate", "score", "a.jsonl", predictions), 2, "a.jsonl:2", "taken by")
    refused(
        goldwire("evaluate", "score", gold_file(tmp_path), predictions),
        2, "predictions.jsonl:2", "predicted twice", "predictions.jsonl:1",
    )  # fmt: skip


def test_offsets_beyond_the_text(goldwire: Runner, tmp_path: Path) -> None:
    item = {"start": 4, "end": 9999, "type": "PER"}
    predictions = predicted(tmp_path, {"id": "velmar", "mentions": [item]})
    refused(
        goldwire("evaluate", "score", gold_file(tmp_path), predictions),
        2, "predictions.jsonl:1 /mentions/0", "beyond the text of",
    )  # fmt: skip


@pytest.mark.parametrize("item", [{"start": 9, "end": 4}, {"start": -2, "end": 4}, {"start": 3}])
def test_spans_that_are_none(goldwire: Runner, tmp_path: Path, item: dict[str, int]) -> None:
    predictions = predicted(tmp_path, {"id": "velmar", "mentions": [{"type": "PER", **item}]})
    refused(goldwire("evaluate", "score", gold_file(tmp_path), predictions), 2, "/mentions/0")


def test_offsets_that_count_utf16_are_recognised(goldwire: Runner, tmp_path: Path) -> None:
    text = "🚀🚀 rockets fell"
    gold = msgspec.structs.replace(
        article(), text=text, length=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        **dict.fromkeys(LAYERS, ()),
    )  # fmt: skip
    (tmp_path / "gold.json").write_text(to_json(gold), "utf-8")
    surfaced = {"start": 5, "end": 12, "type": "WEA", "text": "rockets"}
    beyond = {"start": 13, "end": len(text) + 2, "type": "WEA"}
    for item in (surfaced, beyond):
        predictions = predicted(tmp_path, {"id": "velmar", "mentions": [item]})
        refused(
            goldwire("evaluate", "score", "gold.json", predictions),
            2, "UTF-16 code units", "goldwire counts code points",
        )  # fmt: skip


def test_unknown_layers_and_missing_labels(goldwire: Runner, tmp_path: Path) -> None:
    gold = gold_file(tmp_path)
    predictions = predicted(tmp_path, {"id": "velmar", "entity_mentions": []})
    refused(goldwire("evaluate", "score", gold, predictions), 2, "entity_mentions", "mentions")
    predictions = predicted(tmp_path, {"id": "velmar", "mentions": [{"start": 1, "end": 2}]})
    refused(goldwire("evaluate", "score", gold, predictions), 2, "/mentions/0", "type")
    refused(
        goldwire("evaluate", "score", gold, predictions, "--layer", "mention"),
        2, "unknown layer 'mention'. Did you mean 'mentions'?",
    )  # fmt: skip


def test_unknown_labels_and_documents_are_listed_and_cost_precision(
    goldwire: Runner, tmp_path: Path
) -> None:
    item = {"start": 0, "end": 5, "type": "GUN"}
    predictions = predicted(
        tmp_path, {"id": "velmar", "mentions": [item]}, {"id": "elsewhere", "mentions": [item]}
    )
    done = goldwire("evaluate", "score", gold_file(tmp_path), predictions, "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    findings = {finding["kind"]: finding for finding in report["findings"]}
    assert findings["unknown document"]["examples"] == ["elsewhere (1 item)"]
    assert findings["unknown label"]["examples"] == ["mentions: GUN (2)"]
    mentions = next(layer for layer in report["layers"] if layer["layer"] == "mentions")
    assert mentions["predicted"] == 2
    assert mentions["criteria"][0]["micro"]["precision"] == 0


def test_a_text_that_differs_from_its_hash(goldwire: Runner, tmp_path: Path) -> None:
    gold = msgspec.structs.replace(article(), sha256="0" * 64)
    (tmp_path / "other.json").write_text(to_json(gold), "utf-8")
    predictions = predicted(tmp_path, {"id": "velmar"})
    refused(goldwire("schema", "validate", "other.json"), 1, "T2", "/sha256")
    refused(goldwire("evaluate", "score", "other.json", predictions), 2, "/sha256", "validate")


@pytest.mark.parametrize("field", ["text", "sha256"])
def test_a_prediction_for_another_text(goldwire: Runner, tmp_path: Path, field: str) -> None:
    predictions = predicted(tmp_path, {"id": "velmar", field: "0" * 64})
    refused(
        goldwire("evaluate", "score", gold_file(tmp_path), predictions),
        2, f"predictions.jsonl:1 /{field}", "another version",
    )  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_missing_permission_to_read(goldwire: Runner, tmp_path: Path) -> None:
    path = gold_file(tmp_path)
    path.chmod(0)
    refused(goldwire("schema", "validate", path), 2, "Permission denied", "permission to read")


def test_a_missing_file(goldwire: Runner, tmp_path: Path) -> None:
    refused(goldwire("schema", "validate", "none.json"), 2, "none.json", "No such file")
    refused(goldwire("evaluate", "score", gold_file(tmp_path), "none.jsonl"), 2, "none.jsonl")
    refused(goldwire("corpus", "ingest", "none.txt"), 2, "none.txt", "No such file")
    refused(goldwire("corpus", "show", "ain-al-assad"), 2, "Did you mean 'ain-al-asad'?")


def test_a_place_that_may_not_be_written_to(goldwire: Runner, tmp_path: Path) -> None:
    gold = gold_file(tmp_path)
    predictions = predicted(tmp_path, {"id": "velmar"})
    for target in ("--html", "--output"):
        done = goldwire("evaluate", "score", gold, predictions, target, "none/report")
        refused(done, 2, "none/report", "cannot be written")
    (tmp_path / "file").write_text("x")
    refused(goldwire("evaluate", "run", "rules", "--output", "file/runs"), 2, "file/runs")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command", [["schema", "show"], ["corpus", "show", "ain-al-asad"], ["schema", "labels"]]
)
def test_a_full_disk_behind_stdout(command: list[str]) -> None:
    program = Path(sys.executable).parent / "goldwire"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(program), *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", ["schema labels", "schema show newswire", "corpus show ain-al-asad --json"]
)
def test_a_closed_pipe_is_quiet(command: str) -> None:
    program = Path(sys.executable).parent / "goldwire"
    script = f"set -o pipefail; {program} {command} | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in (0, 141)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("evalute",), "unknown command 'evalute'. Did you mean 'evaluate'?"),
        (("schema", "show", "newswires"), "Did you mean 'newswire'?"),
        (("schema", "labels", "entityTypes"), "Did you mean 'entityType'?"),
        (("evaluate", "run", "rule"), "Did you mean 'rules'?"),
        (("corpus", "list", "--split", "tset"), "Did you mean 'test'?"),
        (("schema", "validate", "x.json", "--schema", "newswir"), "Did you mean 'newswire'?"),
    ],
)
def test_an_unknown_name_lists_the_known_ones(
    goldwire: Runner, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "x.json").write_text(to_json(article()), "utf-8")
    refused(goldwire(*words), 2, message, "Known: ")


def test_a_users_schema_that_is_none(goldwire: Runner, tmp_path: Path) -> None:
    gold = gold_file(tmp_path)
    refused(goldwire("schema", "validate", gold, "--schema", "my.json"), 2, "my.json", "No such")
    (tmp_path / "my.json").write_text('{"type": 7}')
    refused(goldwire("schema", "validate", gold, "--schema", "my.json"), 2, "no JSON Schema")


def test_a_schema_that_names_what_is_not_there(goldwire: Runner, tmp_path: Path) -> None:
    gold = gold_file(tmp_path)
    (tmp_path / "my.json").write_text('{"$ref": "urn:nope"}')
    refused(goldwire("schema", "validate", gold, "--schema", "my.json"), 2, "urn:nope", "$ref")


@pytest.mark.parametrize("number", ["1e400", "-1e999"])
def test_numbers_that_no_float_can_hold(goldwire: Runner, tmp_path: Path, number: str) -> None:
    (tmp_path / "p.jsonl").write_text(f'{{"id":"velmar","mentions":[{{"start":{number}}}]}}\n')
    refused(goldwire("schema", "validate", "p.jsonl", "--predictions"), 2, "p.jsonl:1", "range")
    refused(goldwire("evaluate", "score", gold_file(tmp_path), "p.jsonl"), 2, "p.jsonl:1")


def test_nothing_to_score_is_said(goldwire: Runner, tmp_path: Path) -> None:
    gold = gold_file(tmp_path)
    draft = tmp_path / "draft.json"
    annotation = msgspec.structs.replace(article().annotation, layers=())
    draft.write_text(to_json(msgspec.structs.replace(article(), annotation=annotation)), "utf-8")
    refused(goldwire("evaluate", "score", draft, gold), 2, "no layer could be scored", "swapped")
    refused(goldwire("evaluate", "score", gold, gold, "--layer", "event_links"), 2,
            "cannot be scored")  # fmt: skip


def test_spans_and_bounds_that_disagree(goldwire: Runner, tmp_path: Path) -> None:
    item = {"spans": [[0, 5]], "start": 6, "end": 10, "type": "WEA"}
    predictions = predicted(tmp_path, {"id": "velmar", "mentions": [item]})
    refused(goldwire("evaluate", "score", gold_file(tmp_path), predictions), 2, "something else")


def test_references_to_nothing_and_unknown_roles_are_listed(
    goldwire: Runner, tmp_path: Path
) -> None:
    trigger = {"id": "v1", "start": 6, "end": 10, "type": "ATTACK"}
    arguments = [{"role": "target", "filler": "zz"}, {"role": "bogus", "filler": "v1"}]
    relations = [{"type": "near", "head": "x", "tail": "v1"}]
    predictions = predicted(
        tmp_path,
        {"id": "velmar", "events": [{**trigger, "arguments": arguments}], "relations": relations},
    )
    done = goldwire("evaluate", "score", gold_file(tmp_path), predictions, "--json")
    findings = {f["kind"]: f["examples"] for f in json.loads(done.stdout)["findings"]}
    assert findings["reference to nothing"] == ["near: x", "target: zz"]
    assert findings["unknown label"] == ["arguments: bogus (1)"]


def test_hostile_text_reaches_no_terminal(goldwire: Runner, tmp_path: Path) -> None:
    plain = to_plain(changed(article(), "mentions", 9, text="\x1b[2J\u202erockets"))
    plain["events"][0]["type"] = "\x1b]0;owned\x07"
    (tmp_path / "a.json").write_text(json.dumps(plain), "utf-8")
    shown = goldwire("schema", "validate", "a.json").stdout
    assert "S4" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    "schema",
    [
        '{"$defs": {"any": true}}', '{"additionalProperties": false}', '{}',
        '{"anyOf": [{"required": ["zzz"]}, false]}', '{"$defs": {"e": {"enum": []}}}',
        '{"$defs": {"e": {"enum": [1, 2]}}}',
    ],
)  # fmt: skip
def test_odd_schemas_of_users_end_in_no_traceback(
    goldwire: Runner, tmp_path: Path, schema: str
) -> None:
    gold = gold_file(tmp_path)
    (tmp_path / "my.json").write_text(schema)
    for done in (
        goldwire("schema", "validate", gold, "--schema", "my.json"),
        goldwire("schema", "labels", "--schema", "my.json"),
    ):
        assert done.returncode in (0, 1), done.stderr
        assert "internal error" not in done.stderr


def test_a_name_that_is_too_long(goldwire: Runner) -> None:
    refused(goldwire("schema", "validate", "x" * 5000), 2, "cannot be read")


def test_a_byte_order_mark_before_json_lines(goldwire: Runner) -> None:
    lines = b"\xef\xbb\xbf" + b"".join(
        to_line(msgspec.structs.replace(article(), id=name)).encode() + b"\n" for name in "ab"
    )
    done = goldwire("schema", "validate", "-", stdin=lines)
    assert done.returncode == 0, done.stdout
    assert "2 documents: nothing found" in done.stderr


def test_a_link_stays_a_link(goldwire: Runner, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old")
    (tmp_path / "link.html").symlink_to("page.html")
    assert goldwire("corpus", "show", "ain-al-asad", "--html", "link.html").returncode == 0
    assert (tmp_path / "link.html").is_symlink()
    assert "ain-al-asad" in (tmp_path / "page.html").read_text("utf-8")
    assert goldwire("corpus", "show", "ain-al-asad", "--html", "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()


def test_an_error_of_ours_is_not_mistaken_for_findings() -> None:
    code = (
        "import click\n"
        "from goldwire.schema.commands import run\n"
        "@click.command()\n"
        "def broken():\n"
        "    raise RuntimeError('oops')\n"
        "run(broken, [])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "internal error: RuntimeError: oops" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_read_before_a_missing_file_is_not_lost(goldwire: Runner, tmp_path: Path) -> None:
    bad = changed(article(), "mentions", 9, text="rocket")
    (tmp_path / "bad.json").write_text(to_json(bad), "utf-8")
    refused(goldwire("schema", "validate", "bad.json", "none.json"), 2, "S4", "none.json", "J-read")
    found = json.loads(goldwire("schema", "validate", "bad.json", "none.json", "--json").stdout)
    assert [problem["code"] for problem in found] == ["S4", "J-read"]
