"""What the READMEs say is run: every goldwire command, every Python example, every link."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from goldwire.__main__ import root as root_command
from goldwire.schema.document import to_json
from goldwire.schema.guidance import fill_tables
from goldwire.schema.labels import read_labels
from goldwire.schema.schemas import load_schema
from tests.annotate.terminals import Terminal
from tests.making import TEXT, article

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *(
        ROOT / folder / "README.md"
        for folder in ("schema", "corpus", "evaluate", "annotate", "tests")
    ),
]  # fmt: skip
NAMED = re.compile(
    r"`(\w+\.(?:py|sh))`[^\n]*:\n\n```(?:sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL
)
"""A program that a page gives the name of a file."""
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def fenced(language: str) -> list[tuple[str, str]]:
    return [
        (f"{page.parent.name}/{number}", block)
        for page in PAGES
        for number, (kind, block) in enumerate(FENCED.findall(page.read_text("utf-8")))
        if kind == language and not block.startswith("#!")
    ]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder that looks like the checkout to the commands of the READMEs."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    for page in PAGES:
        for name, program in NAMED.findall(page.read_text("utf-8")):
            (tmp_path / name).write_text(program, "utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "block"), fenced("sh"), ids=[name for name, _ in fenced("sh")])
def test_every_command_runs(name: str, block: str, workplace: Path) -> None:
    folder = str(Path(sys.executable).parent)
    lines = [line.partition(" #")[0].strip() for line in block.splitlines()]
    commands = [line for line in lines if line and not line.startswith("make ")]
    if "runs/rules" in block:
        commands.insert(0, "goldwire evaluate run rules")
    if not commands:
        assert name.endswith("0"), "only the two set-up commands need no run here"
        return
    script = f"set -euo pipefail; export PATH={shlex.quote(folder)}:$PATH; " + "; ".join(commands)
    done = subprocess.run(
        ["bash", "-c", script], cwd=workplace, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "failed: " not in done.stderr


@pytest.mark.parametrize(
    ("name", "block"), fenced("console"), ids=[name for name, _ in fenced("console")]
)
def test_every_command_with_a_screen_opens_it(name: str, block: str, workplace: Path) -> None:
    program = Path(sys.executable).parent / "goldwire"
    *before, last = [shlex.split(line)[1:] for line in block.splitlines()]
    if not before:
        before = [["annotate", "init", "passes", "--docs", "article.txt"]]
        last += ["--project", "passes"]
    for words in before:
        subprocess.run([program, *words], cwd=workplace, check=True, capture_output=True)
    with Terminal([str(program), *last], folder=workplace) as terminal:
        terminal.wait_for("next sentence")


@pytest.mark.parametrize(
    ("name", "block"), fenced("python"), ids=[name for name, _ in fenced("python")]
)
def test_every_python_example_runs(name: str, block: str, workplace: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=workplace, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (name, done.stderr)


def test_the_two_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("run", "test", "lint", "bench"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_json_examples_are_valid_predictions() -> None:
    from goldwire.schema.validation import engine_for

    for name, block in fenced("json"):
        assert engine_for("prediction").refusals(json.loads(block)) == [], name


def test_the_line_of_input_is_the_one_that_programs_get() -> None:
    from goldwire.evaluate.extractors.protocol import blind, request_line
    from goldwire.schema.document import from_json

    ((_, line),) = fenced("jsonl")
    assert request_line(blind(from_json(line))).decode() == line


def test_the_extractors_of_the_readme_answer_its_input(workplace: Path) -> None:
    from goldwire.schema.document import from_json

    ((_, line),) = fenced("jsonl")
    document = from_json(line)
    (workplace / "extract.sh").chmod(0o755)
    done = subprocess.run(
        ["./extract.sh"], cwd=workplace, input=line, capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    assert answer == {
        "id": document.id, "mentions": [{"quote": {"exact": "Iraq"}, "type": "GPE"}]
    }  # fmt: skip
    space: dict[str, Any] = {}
    exec((workplace / "extract.py").read_text("utf-8"), space)
    (found,) = space["extract"](document)["mentions"]
    assert document.text[found["start"] : found["end"]] == "Iraq"


IDS = {
    "mawk": (
        "-W interactive -f",
        '{ split($0, part, "\\""); print "{\\"id\\":\\"" part[4] "\\"}" }',
    ),
    "perl": ("-n", '$| = 1; /"id":("[^"]*")/; print "{\\"id\\":$1}\\n"'),
    "jq": ("--unbuffered -c -f", "{id}"),
}
"""Programs that only give the id back: what each is told, and its script."""


@pytest.mark.parametrize("program", IDS)
def test_what_the_readme_says_of_buffers_holds(program: str, workplace: Path) -> None:
    import shutil

    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    assert program in (ROOT / "README.md").read_text("utf-8").lower()
    options, script = IDS[program]
    (workplace / "ids").write_text(script, "utf-8")
    command = f"cmd:{program} {options} ids"
    done = subprocess.run(
        [Path(sys.executable).parent / "goldwire", "evaluate", "run", command,
         "--timeout", "20", "--output", "runs/one", "--ahead", "1"],
        cwd=workplace, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "failed" not in done.stderr


def workflow() -> dict[Any, Any]:
    yaml = pytest.importorskip("yaml")
    (block,) = [block for _, block in fenced("yaml") if "\njobs:" in block]
    found: dict[Any, Any] = yaml.safe_load(block)
    return found


def test_the_workflow_is_whole() -> None:
    whole = workflow()
    assert whole[True] == ["push", "pull_request"], "YAML 1.1 takes the key on for true"
    (job,) = whole["jobs"].values()
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    used = [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]
    assert used == ["actions/checkout", "actions/setup-python", "actions/upload-artifact"]


def test_the_workflow_runs_and_its_summary_outlives_a_gate_that_cannot_run(
    workplace: Path,
) -> None:
    (job,) = workflow()["jobs"].values()
    steps = [step["run"] for step in job["steps"] if "run" in step]
    (workplace / "gold").symlink_to(ROOT / "corpus" / "gold")
    (workplace / "gate.toml").write_text("drop = 0.01\n", "utf-8")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": "summary.md"}
        return subprocess.run(
            ["bash", "-e", "-c", line], cwd=workplace, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    install, validate, run, gate, summary = steps
    assert install == "pip install goldwire"
    for line in (validate, run):
        assert shell(line).returncode == 0, shell(line).stderr
    assert shell(gate).returncode == 2
    assert shell(summary).returncode == 0
    update = gate.partition(" --markdown")[0] + " --update"
    assert shell(update).returncode == 0
    done = shell(gate)
    assert done.returncode == 0, done.stderr
    assert "::notice" in done.stderr
    assert shell(summary).returncode == 0
    assert (workplace / "summary.md").read_text("utf-8").startswith("### ✅")
    for step in job["steps"]:
        for line in str(step.get("with", {}).get("path", "")).splitlines():
            assert (workplace / line).exists(), line


def commands() -> list[list[str]]:
    import click

    found = []
    context = click.Context(root_command)
    for group in root_command.list_commands(context):
        command = root_command.get_command(context, group)
        assert isinstance(command, click.Group)
        found += [[group, name] for name in command.list_commands(context)]
    return found


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words))
def test_every_command_is_in_a_readme_and_has_examples(words: list[str]) -> None:
    import click

    pages = "".join(page.read_text("utf-8") for page in PAGES)
    assert f"goldwire {' '.join(words)}" in pages
    context = click.Context(root_command)
    group = root_command.get_command(context, words[0])
    assert isinstance(group, click.Group)
    command = group.get_command(context, words[1])
    assert command is not None
    below = [(words, command)]
    while below:
        path, command = below.pop()
        assert f"goldwire {' '.join(path)}" in (command.help or "")
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "help":
                assert parameter.help, (path, parameter.name)
        if isinstance(command, click.Group):
            below += [([*path, name], each) for name, each in command.commands.items()]


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page, target)


def test_every_folder_has_a_readme() -> None:
    for page in PAGES:
        assert page.exists()


def test_the_guidelines_hold_the_labels_of_the_schema() -> None:
    page = (ROOT / "corpus" / "GUIDELINES.md").read_text("utf-8")
    labels = read_labels(load_schema("newswire"))
    assert fill_tables(page, labels) == page
    named = set(re.findall(r"<!-- labels:(\w+) -->", page))
    guided = {i.name for i in labels.inventories.values() if not i.name.startswith("roles")}
    assert named == guided


def test_the_article_of_the_tests_is_canonical() -> None:
    assert to_json(article()).endswith("}\n")
