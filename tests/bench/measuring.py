"""What the benches share: invented corpora, whole processes timed, and a table of ratios."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
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
    """Run a command several times after one warm-up; median seconds, largest peak memory."""
    seconds: list[float] = []
    peaks: list[float] = []
    output = ""
    for number in range(runs + 1):
        begin = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, err = process.communicate()
            _, status, usage = 0, process.returncode, resource.getrusage(resource.RUSAGE_CHILDREN)
        if status not in (0, 1):
            raise RuntimeError(err.decode())
        if number:
            seconds.append(time.perf_counter() - begin)
        peaks.append(usage.ru_maxrss / 1024)
        output = out.decode()
    return Run(statistics.median(seconds), max(peaks), output)


def python(code: str, *args: str, runs: int = 3) -> Run:
    """Time a piece of Python in an interpreter of its own, its peak memory its own, too."""
    wrapped = (
        f"{code}\nimport resource\n"
        "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    run = timed(sys.executable, "-c", wrapped, *args, runs=runs)
    lines = run.output.splitlines()
    return Run(run.seconds, float(lines[-1].split()[1]), "\n".join(lines[:-1]))


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
