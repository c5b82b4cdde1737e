"""The page "Write an extractor" is run: its programs are written down, its commands typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from goldwire.evaluate.cli import extractors
from goldwire.evaluate.extractors import SCHEMES, Usage, blind, settings_of
from goldwire.evaluate.extractors.admission import Refused, admit
from goldwire.evaluate.extractors.label_map import BUILT_IN as LABEL_MAPS
from goldwire.evaluate.extractors.label_map import label_map
from goldwire.evaluate.extractors.protocol import request_line
from goldwire.evaluate.extractors.settings import described
from goldwire.schema.document import from_json
from goldwire.schema.errors import UnknownName
from goldwire.schema.reading import Raw
from goldwire.schema.validation import validate_raw

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
    noted = {"note": "placed by the order of the list"}  # it stands there several times
    assert first[0]["mentions"] == [{"quote": {"exact": "Iran"}, "type": "GPE"} | noted]
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


def test_the_lines_it_shows_are_those_that_are_sent_and_taken() -> None:
    asked, answered, failed = (block for kind, block in BLOCKS if kind == "json")
    document = from_json(asked)
    assert request_line(blind(document)).decode() == asked
    prediction, usage = admit(answered, document)
    assert isinstance(prediction, dict)
    assert usage == Usage(input_tokens=812, output_tokens=95, cost=0.002)
    raw = Raw(msgspec.json.encode(prediction), "page")
    assert [each for _, found in validate_raw([raw], schema="prediction") for each in found] == []
    with pytest.raises(Refused, match="the model refused") as caught:
        admit(failed, document)
    assert caught.value.usage == Usage(input_tokens=812)


def test_it_tells_every_setting_of_a_chat_model() -> None:
    settings, _ = described(settings_of(SCHEMES["openai"]))
    for setting in settings:
        assert f"`{setting.name}`" in PAGE


def test_its_label_map_is_one(tmp_path: Path) -> None:
    (block,) = (block for kind, block in BLOCKS if kind == "toml")
    (tmp_path / "map.toml").write_text(block)
    assert label_map(str(tmp_path / "map.toml")).place("PERSON") == ("mentions", "PER")
    for name in LABEL_MAPS:
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", [*SCHEMES, "rules"])
def test_the_settings_of_every_kind_are_printed(name: str) -> None:
    done = CliRunner().invoke(extractors, [name])
    assert done.exit_code == 0, done.output
    if name in SCHEMES:
        settings, _ = described(settings_of(SCHEMES[name]))
        for setting in settings:
            assert f"--set {setting.name}=…  " in done.stdout
    told = json.loads(CliRunner().invoke(extractors, [name, "--json"]).stdout)
    assert set(told) == {"name", "description", "settings", "about"}


def test_an_unknown_kind_lists_the_known_ones() -> None:
    done = CliRunner().invoke(extractors, ["opnai"])
    assert isinstance(done.exception, UnknownName)
    assert "openai" in str(done.exception)
