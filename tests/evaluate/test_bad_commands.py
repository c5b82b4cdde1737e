"""The commands of the evaluator on odd input: a sentence that says what to do, and no silence."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from goldwire.corpus.documents import gold_paths
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.commands.systems import named_systems
from goldwire.evaluate.comparison.power import power_of
from goldwire.evaluate.diagnostics.listing import list_errors
from goldwire.evaluate.notes import Notes
from goldwire.evaluate.report.model import ErrorRow
from goldwire.evaluate.report.remarks import remarks
from goldwire.evaluate.report.terminal_tables import by_label
from goldwire.evaluate.scoring import score
from goldwire.evaluate.statistics.intervals import intervals
from goldwire.schema.document import to_json
from goldwire.schema.errors import InputError
from tests.conftest import Runner
from tests.evaluate.report.samples import make_gold, make_pair
from tests.making import article

COLUMNS = "Ann B-PER\nleft O\n"
ONCE = "standard input can be read only once"


def lines(folder: Path, name: str, records: list[dict[str, Any]]) -> str:
    (folder / name).write_text("".join(json.dumps(each) + "\n" for each in records), "utf-8")
    return name


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    gold, predictions = make_pair(6)
    return lines(tmp_path, "gold.jsonl", gold), lines(tmp_path, "guesses.jsonl", predictions)


def refused(done: subprocess.CompletedProcess[str], *words: str, code: int = 2) -> None:
    shown = done.stdout + done.stderr
    assert done.returncode == code, shown
    assert "Traceback" not in shown
    assert "internal error" not in shown
    for word in words:
        assert word in shown, shown


# Numbers


@pytest.mark.parametrize("command", ["score", "diagnose", "agree", "compare"])
def test_a_confidence_that_is_no_number_is_refused(
    goldwire: Runner, pair: tuple[str, str], command: str
) -> None:
    gold = ("--gold", pair[0]) if command == "compare" else ()
    done = goldwire("evaluate", command, *pair, *gold, "--confidence", "nan")
    refused(done, "'--confidence'", "no number")


@pytest.mark.parametrize("option", ["--difference", "--power", "--level"])
def test_power_refuses_what_is_no_number(
    goldwire: Runner, pair: tuple[str, str], option: str
) -> None:
    done = goldwire("evaluate", "power", pair[1], "--gold", pair[0], option, "nan")
    refused(done, option, "no number")


@pytest.mark.parametrize("level", [1e-17, 1e-300])
def test_power_takes_any_level_above_0(level: float) -> None:
    gold, predictions = make_pair(6)
    found = power_of(gold, {"one": predictions}, level=level, resampling=Resampling(99))
    usual = power_of(gold, {"one": predictions}, resampling=Resampling(99))
    one, other = (each.layers[0].shown[0].smallest for each in (found, usual))
    assert one is not None
    assert other is not None
    assert one > other
    with pytest.raises(InputError, match="level must be between"):
        power_of(gold, {"one": predictions}, level=5e-324)


def test_an_interval_takes_any_confidence_below_1() -> None:
    import numpy as np

    counts = np.arange(12).reshape(6, 2)
    wide, usual = (
        intervals(counts, lambda sums: sums[..., :1] / sums[..., 1:], resamples=99, seed=1,
                  confidence=confidence)
        for confidence in (1 - 2**-53, 0.95)
    )  # fmt: skip
    assert wide.low[0] <= usual.low[0] <= usual.high[0] <= wide.high[0]


# Where things are written


def test_a_view_goes_to_a_file_as_json(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str]
) -> None:
    done = goldwire("evaluate", "score", *pair, "--as", "seqeval", "--output", "view.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "view.json").read_text("utf-8"))["name"] == "seqeval"
    assert done.stdout.startswith("seqeval: ")


@pytest.mark.parametrize(
    ("view", "options", "words"),
    [
        ("seqeval", ["--html", "page.html"], ["--html does not go", "--output"]),
        ("seqeval", ["--layer", "times"], ["--layer does not go", "--set layer=times"]),
        ("conll2012", ["--layer", "times"], ["--set layer=…", "entities, hoppers"]),
        ("corefud", ["--mentions", "head"], ["--mentions does not go", "--set match=head"]),
        ("corefud", ["--no-singletons"], ["--no-singletons does", "--set singletons=false"]),
        ("gtt", ["--name", "x"], ["--name does not go", "takes no options"]),
        ("nervaluate", ["--resamples", "50"], ["--resamples does not go", "takes --set with"]),
    ],
)
def test_options_that_a_view_does_not_take_are_refused(
    goldwire: Runner, pair: tuple[str, str], view: str, options: list[str], words: list[str]
) -> None:
    refused(goldwire("evaluate", "score", *pair, "--as", view, *options), *words)


def test_a_page_on_stdout_leaves_the_file_to_be_written(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str]
) -> None:
    score_it = ("evaluate", "score", *pair, "--resamples", "0", "--html", "-")
    done = goldwire(*score_it, "--output", "report.json")
    assert done.stdout.startswith("<!doctype html>")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["system"] == "guesses"
    refused(goldwire(*score_it, "--json"), "cannot both go to stdout")
    refused(goldwire(*score_it, "--markdown", "-"), "the page and the Markdown cannot both go")
    refused(goldwire(*score_it, "--output", "-"), "cannot both go to stdout")


def test_the_gold_of_the_corpus_is_not_written_over(
    goldwire: Runner, pair: tuple[str, str]
) -> None:
    path = gold_paths()["ain-al-asad"]
    before = path.read_bytes()
    refused(
        goldwire("evaluate", "compare", f"a={pair[1]}", f"b={pair[1]}", "--output", str(path)),
        "is read, and --output would write over it",
    )
    assert path.read_bytes() == before


def test_a_run_keeps_its_own_files(goldwire: Runner) -> None:
    run = ("evaluate", "run", "rules", "--output", "r", "--resamples", "0")
    assert goldwire(*run).returncode == 0
    refused(goldwire(*run, "--markdown", "r/predictions.jsonl"), "would be written over")
    assert goldwire(*run, "--markdown", "r/scores.md").returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        ("score", "GOLD", "GUESSES", "--output", "GOLD"),
        ("score", "GOLD", "GUESSES", "--html", "GUESSES"),
        ("score", "GOLD", "GUESSES", "--as", "textee", "-o", "GUESSES"),
        ("errors", "GOLD", "GUESSES", "--output", "GOLD"),
        ("agree", "GOLD", "GUESSES", "--output", "GOLD"),
        ("compare", "a=GUESSES", "b=GOLD", "--gold", "GOLD", "--output", "GOLD"),
        ("gate", "GUESSES", "--gold", "GOLD", "--baseline", "GUESSES", "--update"),
        ("gate", "GUESSES", "--gold", "GOLD", "--baseline", "new.json", "--junit", "GUESSES"),
        ("run", "rules", "--gold", "GOLD", "--markdown", "GOLD"),
        ("train", "--on", "GOLD", "--out", "GOLD"),
    ],
)
def test_no_command_writes_over_what_it_reads(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str], command: tuple[str, ...]
) -> None:
    files = {"GOLD": pair[0], "GUESSES": pair[1]}
    args = []
    for part in command:
        for name, path in files.items():
            part = part.replace(name, path)
        args.append(part)
    before = [(tmp_path / path).read_bytes() for path in pair]
    refused(goldwire("evaluate", *args), "is read, and -", "would write over it")
    assert [(tmp_path / path).read_bytes() for path in pair] == before


def test_scores_go_to_markdown(goldwire: Runner, tmp_path: Path, pair: tuple[str, str]) -> None:
    done = goldwire("evaluate", "score", *pair, "--markdown", "scores.md", "--resamples", "0")
    assert done.returncode == 0, done.stderr
    assert "wrote scores.md" in done.stderr
    written = (tmp_path / "scores.md").read_text("utf-8")
    assert "| mentions |" in written
    printed = goldwire("evaluate", "score", *pair, "--markdown", "-", "--resamples", "0")
    assert printed.stdout.rstrip() == written.rstrip()


def test_a_page_without_text_is_asked_for_with_a_page(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str]
) -> None:
    score_it = ("evaluate", "score", *pair, "--resamples", "0", "--no-text")
    refused(goldwire(*score_it), "--no-text is about the page and the JSON", "--html")
    assert goldwire(*score_it, "--html", "page.html").returncode == 0
    assert "made without the text" in (tmp_path / "page.html").read_text("utf-8")
    assert goldwire(*score_it, "--output", "report.json").returncode == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["errors"]
    assert report["articles"] == []
    sides = [each[name] for each in report["errors"] for name in ("gold", "predicted")]
    assert {each["text"] for each in sides if each} == {""}
    assert any(each["spans"] for each in sides if each)


@pytest.mark.parametrize("command", ["score", "compare", "agree", "errors"])
def test_a_dash_is_stdout_and_no_file_has_no_name(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str], command: str
) -> None:
    sides: tuple[str, ...] = pair
    more = () if command == "errors" else ("--resamples", "0")
    if command == "compare":
        sides = (f"one={pair[1]}", f"two={pair[1]}", "--gold", pair[0])
    elif command == "agree":
        (tmp_path / "article.json").write_text(to_json(article()), "utf-8")
        sides = ("one=article.json", "two=article.json")
    done = goldwire("evaluate", command, *sides, *more, "--output", "-")
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines() if command == "errors" else [done.stdout]
    assert all(isinstance(json.loads(row), dict) for row in rows)
    assert not (tmp_path / "-").exists()
    refused(goldwire("evaluate", command, *sides, *more, "--output", ""), "name is empty")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_called_so(goldwire: Runner, pair: tuple[str, str]) -> None:
    for command in ("score", "errors"):
        done = goldwire("evaluate", command, *pair, "--output", "/dev/full")
        refused(done, "the disk is full", code=3)


# What is read


@pytest.mark.parametrize("command", ["score", "errors", "diagnose", "agree", "compare"])
def test_standard_input_stands_for_one_source(goldwire: Runner, command: str) -> None:
    refused(goldwire("evaluate", command, "-", "-", stdin="{}"), ONCE)


def test_standard_input_is_no_folder_of_annotators(goldwire: Runner) -> None:
    refused(goldwire("evaluate", "agree", "a=-", "b=-", stdin="{}"), ONCE)
    with pytest.raises(InputError, match="two annotators have the name 'a'"):
        named_systems(["a=x.jsonl", "a=y.jsonl"], "annotator")
    with pytest.raises(InputError, match="is no annotator"):
        named_systems(["a="], "annotator")
    assert named_systems(["stdin.jsonl", "-"]).keys() >= {"stdin"}


def test_an_empty_path_is_not_the_current_folder(goldwire: Runner, pair: tuple[str, str]) -> None:
    empty = "the path is empty"
    refused(goldwire("evaluate", "score", "", pair[1]), empty)
    refused(goldwire("evaluate", "score", pair[0], ""), empty)
    refused(goldwire("evaluate", "power", pair[1], "--gold", ""), empty)
    refused(goldwire("evaluate", "compare", *pair, "--gold", ""), empty)
    both = ("--gold", "", "--split", "dev")
    refused(goldwire("evaluate", "compare", *pair, *both), "chooses from the corpus")


def test_columns_come_from_stdin_and_from_pipes(goldwire: Runner, tmp_path: Path) -> None:
    (tmp_path / "gold.conll").write_text(COLUMNS, "utf-8")
    whole = goldwire("evaluate", "score", "gold.conll", "gold.conll", "--as", "seqeval")
    done = goldwire(
        "evaluate", "score", "gold.conll", "-", "--as", "seqeval", stdin=COLUMNS
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == whole.stdout
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(COLUMNS,))
    writer.start()
    piped = goldwire("evaluate", "score", "gold.conll", "pipe", "--as", "seqeval")
    writer.join()
    assert piped.stdout == whole.stdout


def test_an_error_in_a_pipe_names_what_the_user_named(goldwire: Runner, tmp_path: Path) -> None:
    (tmp_path / "gold.conll").write_text(COLUMNS, "utf-8")
    other = COLUMNS.replace("left", "went")
    done = goldwire("evaluate", "score", "gold.conll", "-", "--as", "seqeval", stdin=other)
    refused(done, "-:2: token 2", "gold.conll:2")
    done = goldwire("evaluate", "score", "-", "gold.conll", "--as", "seqeval", stdin=other)
    refused(done, "gold.conll:2: token 2", "(-:2)")
    cut_off = goldwire("evaluate", "score", "-", "gold.conll", "--as", "gtt", stdin='{"a": [')
    refused(cut_off, "-: is not JSON")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": "a", "mentions": [{"start": NaN}]}', ["/mentions/0/start", "NaN", "null"]),
        ('{"id": "a", "mentions": [{"text": "\\ud800"}]}', ["/mentions/0/text", "surrogate"]),
    ],
)
def test_what_python_writes_and_json_lacks_is_named(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str], text: str, words: list[str]
) -> None:
    (tmp_path / "odd.jsonl").write_text(text + "\n", "utf-8")
    refused(goldwire("evaluate", "score", pair[0], "odd.jsonl"), "odd.jsonl:1", *words)


# Errors one by one


def mentions_wrong(gold: dict[str, Any], prediction: dict[str, Any]) -> list[ErrorRow]:
    found = list_errors([gold], [prediction], layers=["mentions"])
    return [row for row in found if isinstance(row, ErrorRow)]


def test_what_was_predicted_for_an_unknown_document_is_told() -> None:
    items = [
        {"start": 3, "end": 9, "type": "PER", "text": "Ann Li"},
        {"spans": [[12, 14], [20, 22]], "type": "PER"},
        {"quote": {"exact": "nobody"}, "type": "PER"},
        {"start": 5, "end": 10**30, "type": "PER"},
    ]
    rows = mentions_wrong(make_gold("a", ["Ann."]), {"id": "zz", "mentions": items})
    told = [
        (row.predicted.spans, row.predicted.text, row.context, row.reason)
        for row in rows
        if row.predicted is not None
    ]  # fmt: skip
    assert {row.document for row in rows} == {"zz"}
    why = "unknown document"
    assert sorted(told) == [
        ((), "", "", why),
        ((), "nobody", "", why),
        (((3, 9),), "Ann Li", "", why),
        (((12, 14), (20, 22)), "", "", why),
    ]  # fmt: skip


def test_a_quote_without_a_place_says_so() -> None:
    gold = make_gold("a", ["[m PER Ann] left."])
    quote = {"quote": {"exact": "somebody else"}, "type": "PER"}
    rows = mentions_wrong(gold, {"id": "a", "mentions": [quote]})
    assert [(row.error, row.reason) for row in rows] == [
        ("missed", None), ("spurious", "quote not in the text"),
    ]  # fmt: skip


def test_gold_that_annotates_nothing_has_no_errors_to_list(
    goldwire: Runner, tmp_path: Path
) -> None:
    draft = lines(tmp_path, "draft.jsonl", [make_gold("a", ["[m PER Ann]."], layers=())])
    item = {"start": 0, "end": 3, "type": "PER"}
    other = lines(tmp_path, "other.jsonl", [{"id": "b", "mentions": [item]}])
    for guesses in (draft, other):
        done = goldwire("evaluate", "errors", draft, guesses, "--output", "errors.jsonl")
        refused(done, "no errors can be listed", "annotation.layers")
        assert not (tmp_path / "errors.jsonl").exists()


def test_programs_in_the_place_of_predictions_are_told_how_to_run(
    goldwire: Runner, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text("def extract(document): return {}\n")
    program = tmp_path / "extract.sh"
    program.write_text("#!/bin/sh\ncat\n")
    program.chmod(0o755)
    refused(goldwire("evaluate", "run", "mine.py"), "a program", "python:mine:FUNCTION")
    refused(goldwire("evaluate", "run", "./extract.sh"), "a program", "cmd:./extract.sh")


def test_slips_in_predictions_are_told_what_was_meant(
    goldwire: Runner, tmp_path: Path, pair: tuple[str, str]
) -> None:
    (first, *_) = (tmp_path / pair[0]).read_text("utf-8").splitlines()
    name = json.loads(first)["id"]
    for prediction, said in (
        ({"mentoins": []}, "Did you mean 'mentions'?"),
        ({"mentions": [{"quote": "Iraq", "type": "GPE"}]}, '{"exact": "the words"}'),
    ):
        line = json.dumps({"id": name, **prediction})
        (tmp_path / "slip.jsonl").write_text(line + "\n", "utf-8")
        refused(goldwire("evaluate", "score", pair[0], "slip.jsonl"), "is no prediction", said)
    wrong = goldwire("evaluate", "run", "cmd:cat", "--set", "offsets=utf-16")
    refused(wrong, "the setting offsets", "code_point, utf16, bytes")


# Long, many, and in any order


def test_examples_do_not_hang_on_the_order_of_documents() -> None:
    one, other = Notes(), Notes()
    for at in range(20):
        one.add(f"kind {at % 2}", f"example {at:02}")
        other.add(f"kind {(19 - at) % 2}", f"example {19 - at:02}")
    assert one.all() == other.all()
    assert one.all()[1].examples == tuple(f"example {at:02}" for at in (1, 3, 5, 7, 9))
    assert one.all()[1].count == 10


def test_a_long_id_is_cut_where_it_is_shown() -> None:
    report = score([make_gold("a", ["Ann."])], [{"id": "x" * 3000}], errors=0,
                   resampling=Resampling(0))  # fmt: skip
    (found,) = (each for each in remarks(report) if "without gold" in each.what)
    assert len(found.examples[0]) < 100
    assert found.examples[0].endswith("…” (0 items)")
    assert any("x" * 3000 in example for each in report.findings for example in each.examples)


@pytest.mark.parametrize(("labels", "last"), [(30, "L00029"), (31, "… 1 more type, in --json"),
                                              (1040, "… 1,010 more types, in --json")])  # fmt: skip
def test_thirty_types_are_shown_and_the_rest_is_counted(labels: int, last: str) -> None:
    text = " ".join(f"[m L{at:05} w{at}]" for at in range(labels))
    gold = make_gold("a", [text], layers=("mentions",))
    report = score([gold], [gold], errors=0, resampling=Resampling(0))
    columns = by_label(report, report.layer("mentions"))
    assert columns[0].cells[-1] == last
    assert {len(column.cells) for column in columns} == {min(labels, 31)}


@pytest.mark.parametrize("command", ["score", "diagnose", "agree", "compare", "power"])
def test_too_few_resamples_for_an_interval_are_refused(
    goldwire: Runner, pair: tuple[str, str], command: str
) -> None:
    words = [pair[1], "--gold", pair[0]] if command == "power" else list(pair)
    words += ["--gold", pair[0]] if command == "compare" else []
    done = goldwire("evaluate", command, *words, "--resamples", "1")
    refused(done, "--resamples", "interval needs")


def test_gamma_without_spans_is_refused(goldwire: Runner, pair: tuple[str, str]) -> None:
    words = ("evaluate", "agree", *pair, "--resamples", "0", "--gamma", "--layer", "relations")
    refused(goldwire(*words), "gamma is of spans", "mentions, events")


def test_one_path_twice_is_told_with_a_way_to_name_it(
    goldwire: Runner, pair: tuple[str, str]
) -> None:
    done = goldwire("evaluate", "compare", pair[1], pair[1], "--gold", pair[0])
    refused(done, "two systems are the same path", pair[1], "other=")
