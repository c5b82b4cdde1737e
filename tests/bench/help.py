"""Cold start: `goldwire --help` and `--version`, whole processes. Budget: 120 ms.

python tests/bench/help.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measuring import table, timed


def main() -> None:
    program = str(Path(sys.executable).parent / "goldwire")
    bare = timed(sys.executable, "-c", "pass", runs=15)
    rows = [("python -c pass", f"{bare.seconds * 1000:.0f} ms", "1.0")]
    for words in (["--help"], ["--version"], ["schema", "--help"], ["evaluate", "--help"]):
        run = timed(program, *words, runs=15)
        ratio = f"{run.seconds / bare.seconds:.1f}"
        rows.append((f"goldwire {' '.join(words)}", f"{run.seconds * 1000:.0f} ms", ratio))
    table("Cold start", ("command", "median of 15", "ratio"), rows)


if __name__ == "__main__":
    main()
