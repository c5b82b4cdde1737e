"""The plugin of pytest, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from .report.samples import make_pair

ROOT = Path(__file__).parents[2]
PLUGIN = "goldwire.evaluate.pytest_plugin"
TESTS = """
def test_good(goldwire_gate):
    assert goldwire_gate("good.jsonl", name="good").passed

def test_bad(goldwire_gate):
    goldwire_gate("bad.jsonl", name="bad")
"""
CONFIGURATION = """
[tool.pytest.ini_options]
goldwire_gold = "gold.jsonl"
goldwire_baseline = "baseline.json"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    gold, predictions = make_pair(6)
    worse = [one | {"mentions": [], "relations": []} for one in predictions]
    for name, records in (("gold", gold), ("good", predictions), ("bad", worse)):
        lines = b"".join(msgspec.json.encode(one) + b"\n" for one in records)
        (tmp_path / f"{name}.jsonl").write_bytes(lines)
    (tmp_path / "test_mine.py").write_text(TESTS, "utf-8")
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # By name, whether or not this environment has the plugin as an entry point.
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1"},
    )  # fmt: skip


def test_a_baseline_is_written_then_passed_and_failed(folder: Path) -> None:
    first = run(folder)
    assert first.returncode == 1
    assert "there is no baseline" in first.stdout
    assert "pytest --goldwire-update" in first.stdout
    assert "During handling" not in first.stdout
    assert "direct cause" not in first.stdout
    written = run(folder, "--goldwire-update", "-k", "good", "-rs")
    assert written.returncode == 0, written.stdout
    assert "wrote the baseline" in written.stdout
    assert (folder / "baseline.json").exists()
    done = run(folder)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "gate failed: bad against the baseline good" in done.stdout
    assert "mentions.f1(match=strict) fell by" in done.stdout
    assert "was right, is missed" in done.stdout
    assert "Traceback" not in done.stdout
    assert "goldwire_gate(" not in done.stdout.partition("FAILURES")[2]


def test_paths_are_taken_from_the_root_folder(folder: Path) -> None:
    run(folder, "--goldwire-update", "-k", "good")
    below = folder / "below"
    below.mkdir()
    done = run(below, "--rootdir", "..", "-c", "../pyproject.toml", "..", "-k", "good")
    assert "1 passed" in done.stdout, done.stdout


def test_two_tests_may_not_write_one_baseline(folder: Path) -> None:
    done = run(folder, "--goldwire-update")
    assert "1 failed, 1 skipped" in done.stdout, done.stdout
    assert "test_mine.py::test_good has written the baseline" in done.stdout
    assert b'"system": "good"' in (folder / "baseline.json").read_bytes()


def test_a_system_is_called_by_its_file(folder: Path) -> None:
    (folder / "test_mine.py").write_text(TESTS.replace(', name="bad"', ""), "utf-8")
    run(folder, "--goldwire-update", "-k", "good")
    assert "gate failed: bad against the baseline good" in run(folder).stdout


def test_what_cannot_be_compared_is_one_error(folder: Path) -> None:
    (folder / "baseline.json").write_text("{", "utf-8")
    done = run(folder, "-k", "good")
    assert "goldwire_gate could not compare" in done.stdout
    assert "During handling" not in done.stdout
    assert "direct cause" not in done.stdout
    assert done.stdout.count("this is no baseline") <= 2  # once more in the summary


def test_thresholds_and_strictness_come_from_the_configuration(folder: Path) -> None:
    run(folder, "--goldwire-update", "-k", "good")
    (folder / "gate.toml").write_text("drop = 0.999\n", "utf-8")
    more = 'goldwire_thresholds = "gate.toml"\ngoldwire_strict = true\n'
    (folder / "pyproject.toml").write_text(CONFIGURATION + more, "utf-8")
    done = run(folder, "--goldwire-strict")
    assert "2 passed" in done.stdout, done.stdout


def test_without_a_baseline_in_the_configuration_it_says_so(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", "utf-8")
    assert "goldwire_gate knows no baseline" in run(folder).stdout


def test_the_plugin_is_cheap_where_it_is_not_used() -> None:
    code = (
        f"import sys, pytest; import {PLUGIN}; "
        "print([n for n in ('numpy', 'msgspec', 'rich', 'click') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
