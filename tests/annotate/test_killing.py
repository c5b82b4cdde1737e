"""A writer that is killed at random moments loses nothing that it has acknowledged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_no_acknowledged_edit_is_lost_by_a_kill() -> None:
    # In a process of its own, which forks: the tests' own has threads.
    done = subprocess.run(
        [sys.executable, "-m", "tests.annotate.killing", "20"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kills, acknowledged, _ = map(int, done.stdout.split())
    assert kills == 20
    assert acknowledged > 20
