"""The page "Write an extractor" is run: its programs are written down, its commands typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "evaluate" / "EXTRACTORS.md").read_text("utf-8")
FILES = dict(re.findall(r"^`(\S+)`:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page")
    (place / "corpus").symlink_to(ROOT / "corpus")
    for name, content in FILES.items():
        (place / name).write_text(content, "utf-8")
    return place


def test_the_programs_find_what_they_say(place: Path) -> None:
    commands = [block for kind, block in BLOCKS if kind == "sh" and block not in FILES.values()]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(commands)],
        cwd=place, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "failed" not in done.stderr
    found = {
        folder.name: (folder / "predictions.jsonl").read_text("utf-8")
        for folder in (place / "runs").iterdir()
    }
    assert sorted(found) == ["again", "cmd-.-extract.sh", "python-extract-extract"]
    first, *others = ([json.loads(line) for line in lines.splitlines()] for lines in found.values())
    assert first[0]["mentions"] == [{"quote": {"exact": "Iran"}, "type": "GPE"}]
    assert all(other == first for other in others)


def test_the_python_example_runs(place: Path) -> None:
    (example,) = (
        block for kind, block in BLOCKS if kind == "python" and block not in FILES.values()
    )
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (ROOT / "evaluate" / target).exists(), target


def test_it_names_every_option_of_running() -> None:
    for option in ("--resume", "--restart", "--retry-failed", "--cache", "--jobs", "--timeout",
                   "--ahead", "--retries", "--set"):  # fmt: skip
        assert option in PAGE
