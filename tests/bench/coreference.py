"""Coreference of 2,000 documents with 200 mentions and 40 entities each, beside peers.

    python -m tests.bench.coreference [DOCUMENTS] [PYTHON]

Budget: all six metrics at least 25 times as fast as the fastest scorer in Python. PYTHON is the
interpreter that has the peers (``pip install scorch coreference coreference-eval``), by
default this one; a peer that it has not is left out, with a note. All are given the same
clusters as Python sets or lists, made before the clock starts; goldwire is timed from flat
arrays, and from the same lists. A peer without a metric is timed on those it has; the last row
takes every metric from the peer that is fastest at it. Other F1 than ours are noted: both
packages with LEA leave singletons out of it, coreference-eval also out of B³ and CEAFe.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import SEED, table

METRICS = ("muc", "b3", "ceafm", "ceafe", "blanc", "lea")

READ = """
import json, sys, time
with open(sys.argv[1]) as file:
    documents = json.load(file)
times, f1 = {}, {}
def clock(metric, score, runs=1):
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        f1[metric] = score()
        took.append(time.perf_counter() - begin)
    times[metric] = sorted(took)[runs // 2]
"""

WRITE = """
print(json.dumps([times, f1]))
"""

ARRAYS = """
from goldwire.evaluate.compat.conll import chains
from goldwire.evaluate.metrics.coreference import RATIOS, blanc_scores, count_coreference
from goldwire.evaluate.metrics.forms import precision_recall_f1
sides = [{str(at): document[side] for at, document in enumerate(documents)} for side in (0, 1)]
columns = chains(*sides)
def score():
    sums = {name: counts.sum(axis=0) for name, counts in count_coreference(*columns).items()}
    found = {name: precision_recall_f1(sums[name])[2] for name in RATIOS}
    return found | {"blanc": blanc_scores(sums["blanc"])[2]}
import scipy.optimize  # what is imported once a process is not what a corpus costs
clock("all", score, runs=9)
f1 = f1["all"]
"""

LISTS = """
from goldwire.evaluate.compat.conll import conll2012
import scipy.optimize
sides = [{str(at): document[side] for at, document in enumerate(documents)} for side in (0, 1)]
clock("all", lambda: conll2012(*sides), runs=3)
f1 = {name: getattr(f1["all"], name).f1 for name in ("muc", "b3", "ceafm", "ceafe", "blanc", "lea")}
"""

SCORCH = """
from scorch import scores
pairs = [[[set(entity) for entity in side] for side in document] for document in documents]
for name, metric in {"muc": scores.muc, "b3": scores.b_cubed, "ceafm": scores.ceaf_m,
                     "ceafe": scores.ceaf_e, "blanc": scores.blanc}.items():
    clock(name, lambda: [metric(gold, predicted)[2] for gold, predicted in pairs])
f1 = {}  # of documents, which do not add up to that of the corpus
"""

COREFERENCE = """
from coreference import evaluation
def which(side):
    return {mention: at for at, entity in enumerate(side) for mention in entity}
ready = [(p, g, which(p), which(g)) for g, p in documents]
for name, metric in {"muc": evaluation.muc, "b3": evaluation.b_cubed,
                     "ceafe": evaluation.ceafe, "lea": evaluation.lea}.items():
    def score():
        evaluator = evaluation.OfficialEvaluator(metric)
        for document in ready:
            evaluator.update(*document)
        return evaluator.get_f1()
    clock(name, score)
"""

COREFEVAL = """
from corefeval import metrics
from types import SimpleNamespace
from corefeval.metric import Metric
def which(side):
    return {mention: tuple(entity) for entity in side for mention in entity}
ready = [SimpleNamespace(gold=[tuple(e) for e in g], pred=[tuple(e) for e in p],
                         gold_mentions=which(g), pred_mentions=which(p)) for g, p in documents]
for name, metric in {"muc": metrics.muc, "b3": metrics.b_cubed,
                     "ceafe": metrics.ceafe, "lea": metrics.lea}.items():
    def score():
        evaluator = Metric(metric)
        for document in ready:
            evaluator.update(document)
        return evaluator.get_f1()
    clock(name, score)
"""

PEERS = {
    "coreference 0.0.3": COREFERENCE,
    "coreference-eval 0.0.2": COREFEVAL,
    "scorch 0.2.0": SCORCH,
}


def write_clusters(path: Path, documents: int) -> None:
    """Gold with 200 mentions in 40 entities; predictions of the kind that systems make.

    A tenth of the mentions is lost and as many are invented, three in twenty are in a wrong
    entity, and a tenth of the entities is merged with another.
    """
    chance = random.Random(SEED)
    made = []
    for _ in range(documents):
        gold: list[list[int]] = [[] for _ in range(40)]
        predicted: list[list[int]] = [[] for _ in range(40)]
        merged = [chance.randrange(40) if chance.random() < 0.1 else at for at in range(40)]
        for mention in range(200):
            entity = chance.randrange(40)
            gold[entity].append(mention)
            guess = chance.randrange(40) if chance.random() < 0.15 else entity
            lost = chance.random() < 0.1
            predicted[merged[guess]].append(200 + mention if lost else mention)
        made.append([[entity for entity in side if entity] for side in (gold, predicted)])
    path.write_text(json.dumps(made), "utf-8")


def run(python: str, code: str, path: Path) -> tuple[dict[str, float], dict[str, float]] | str:
    """Seconds and F1 by metric, or the last line of what went wrong."""
    done = subprocess.run(
        (python, "-c", READ + code + WRITE, str(path)), capture_output=True, text=True, check=False
    )
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    times, f1 = json.loads(done.stdout.splitlines()[-1])
    return times, f1


def _row(name: str, times: dict[str, float], ours: float) -> tuple[str, ...]:
    total = sum(times.values())
    cells = [f"{times[metric]:.2f}" if metric in times else "" for metric in METRICS]
    return name, *cells, f"{total:.3f} s", f"{total / ours:.0f}"


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    python = sys.argv[2] if len(sys.argv) > 2 else sys.executable
    rows, notes = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clusters.json"
        write_clusters(path, documents)
        expected: dict[str, float] = {}
        ours = 0.0
        fastest: dict[str, float] = {}
        for name, code in {"goldwire, arrays": ARRAYS, "goldwire, lists": LISTS, **PEERS}.items():
            found = run(sys.executable if name.startswith("goldwire") else python, code, path)
            if isinstance(found, str):
                notes.append(f"{name} left out: {found}")
                continue
            times, f1 = found
            ours, expected = ours or times["all"], expected or f1
            rows.append(_row(name, times, ours))
            if name in PEERS:
                fastest |= {
                    metric: min(seconds, fastest.get(metric, seconds))
                    for metric, seconds in times.items()
                }
            for metric, value in f1.items():
                if abs(value - expected[metric]) > 1e-6:
                    notes.append(f"{name}: {metric} is {value:.6f}, ours {expected[metric]:.6f}")
        if fastest:
            rows.append(_row("the fastest at each", fastest, ours))
    title = f"Coreference: {documents:,} documents, {200 * documents:,} mentions a side"
    table(title, ("scorer", *METRICS, "sum", "ratio"), rows)
    for note in notes:
        print(f"\n{note}")


if __name__ == "__main__":
    main()
