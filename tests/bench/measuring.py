"""What the benches share: invented corpora, whole processes timed, and a table of ratios."""

from __future__ import annotations

import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

LABELS = ("PER", "ORG", "GPE", "LOC", "FAC", "WEA", "VEH", "PRD")
SEED = 20261123


class Run(NamedTuple):
    """Median wall seconds and peak memory of a whole process over several runs."""

    seconds: float
    megabytes: float
    output: str


def timed(*command: str, runs: int = 3) -> Run:
    """Median seconds of some runs; the peak of memory comes from one more before them.

    Memory is that of the process and of all that it starts, pages that they share counted once.
    """
    peak, _ = _run(command, watched=True)
    seconds: list[float] = []
    output = ""
    for _ in range(runs):
        begin = time.perf_counter()
        _, output = _run(command, watched=False)
        seconds.append(time.perf_counter() - begin)
    return Run(statistics.median(seconds), peak, output)


def _run(command: Sequence[str], *, watched: bool) -> tuple[float, str]:
    peak = 0.0
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        subprocess.Popen(command, stdout=out, stderr=err) as process,
    ):
        # Looking takes time away from what is looked at: never while time is measured.
        while watched and process.poll() is None:
            peak = max(peak, _megabytes(process.pid))
            time.sleep(0.01)
        process.wait()
        err.seek(0)
        if process.returncode not in (0, 1):
            raise RuntimeError(err.read().decode())
        out.seek(0)
        return peak, out.read().decode()


def _megabytes(process: int) -> float:
    """Proportional set size of a process and of its children."""
    total = 0.0
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1]) / 1024
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has ended just now
        return total
    return total + sum(_megabytes(int(child)) for child in children)


def python(code: str, *args: str, runs: int = 3) -> Run:
    """Time a piece of Python in an interpreter of its own, its peak memory its own, too."""
    return timed(sys.executable, "-c", code, *args, runs=runs)


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table, ready to paste."""
    print(f"\n{title} (seed {SEED}, {os.cpu_count()} cores, Python {sys.version.split()[0]})\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def write_spans(folder: Path, documents: int) -> tuple[Path, Path]:
    """Gold with 30 mentions a document and predictions with 27, as JSON Lines.

    Of the predictions three quarters are right, some have another type or a wider span, the
    rest is noise; nested and overlapping ones occur.
    """
    chance = random.Random(SEED)
    gold_path, predicted_path = folder / "gold.jsonl", folder / "predictions.jsonl"
    with gold_path.open("w") as gold_file, predicted_path.open("w") as predicted_file:
        for number in range(documents):
            words = ["w" * chance.randint(2, 9) for _ in range(100)]
            starts = [0]
            for word in words:
                starts.append(starts[-1] + len(word) + 1)
            text = " ".join(words)

            def span(at: int, more: int, starts: list[int] = starts) -> tuple[int, int]:
                return starts[at], starts[min(at + more + 1, len(starts) - 1)] - 1

            gold, predicted = [], []
            for at in sorted(chance.sample(range(99), 30)):
                more = chance.choice((0, 0, 1))
                (start, end), label = span(at, more), chance.choice(LABELS)
                gold.append(
                    {"id": f"m{at}", "spans": [[start, end]], "text": text[start:end],
                     "type": label}
                )  # fmt: skip
                lot = chance.random()
                if lot < 0.75:
                    predicted.append((start, end, label))
                elif lot < 0.8:
                    predicted.append((start, end, chance.choice(LABELS)))
                elif lot < 0.86:
                    predicted.append((*span(at, more + 1), label))
            while len(predicted) < 27:
                predicted.append((*span(chance.randrange(99), 0), chance.choice(LABELS)))
            chance.shuffle(predicted)
            name = f"d{number}"
            document = {
                "id": name, "schema": "core/1.0", "language": "en", "text": text,
                "length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "annotation": {"status": "gold", "layers": ["mentions"]}, "mentions": gold,
            }  # fmt: skip
            items = [{"start": s, "end": e, "type": t} for s, e, t in predicted[:27]]
            print(json.dumps(document, separators=(",", ":")), file=gold_file)
            print(
                json.dumps({"id": name, "mentions": items}, separators=(",", ":")),
                file=predicted_file,
            )
    return gold_path, predicted_path
