"""10,000 bootstrap resamples of 500 documents and 300 columns, beside a plain Python loop.

    python -m tests.bench.statistics

Budget: 0.3 s. The loop draws documents and adds the counts of one ratio, 4 columns, over 100
resamples; its time is extrapolated. scipy's ``bootstrap`` is given the same closed form on
indexes of documents.
"""

from __future__ import annotations

from tests.bench.measuring import SEED, python, table

SETUP = """
import sys, time
import numpy as np
from goldwire.evaluate.metrics.forms import precision_recall_f1
documents, columns, seed = map(int, sys.argv[1:])
chance = np.random.Generator(np.random.PCG64(seed))
counts = chance.poisson(9, (documents, columns)).astype(float)
counts[:, 1::4] += counts[:, 0::4]
counts[:, 3::4] += counts[:, 2::4]
def closed(sums):
    ratios = sums.reshape(*sums.shape[:-1], -1, 4)
    return precision_recall_f1(ratios).reshape(*sums.shape[:-1], -1)
"""

SUMS = """
from goldwire.evaluate.statistics.bootstrap import resampled
begin = time.perf_counter()
resampled(counts, seed=seed)
print(time.perf_counter() - begin)
"""

INTERVALS = """
from goldwire.evaluate.statistics.intervals import intervals
begin = time.perf_counter()
intervals(counts, closed, seed=seed)
print(time.perf_counter() - begin)
"""

COMPARE = """
from goldwire.evaluate.statistics.paired import compare
other = counts[::-1].copy()
begin = time.perf_counter()
compare(counts, other, closed, seed=seed)
print(time.perf_counter() - begin)
"""

LOOP = """
import random
chance = random.Random(seed)
rows = [tuple(row) for row in counts[:, :4].tolist()]
begin = time.perf_counter()
scores = []
for _ in range(100):
    drawn = chance.choices(rows, k=len(rows))
    found, predicted, met, gold = (sum(row[i] for row in drawn) for i in range(4))
    precision, recall = found / predicted, met / gold
    scores.append(2 * precision * recall / (precision + recall))
print((time.perf_counter() - begin) * 100)
"""

SCIPY = """
from scipy.stats import bootstrap
def f1(index, axis=-1):
    return closed(counts[index].sum(axis=-2))[..., 2]
begin = time.perf_counter()
bootstrap((np.arange(documents),), f1, n_resamples=10_000, batch=500, method="BCa", rng=seed)
print(time.perf_counter() - begin)
"""


def main() -> None:
    rows = []
    for what, code, documents, columns in (
        ("goldwire, sums", SUMS, 500, 300),
        ("goldwire, BCa intervals of 225 values", INTERVALS, 500, 300),
        ("goldwire, comparison of 225 values, both tests", COMPARE, 500, 300),
        ("goldwire, sums", SUMS, 500, 4),
        ("goldwire, BCa intervals of 3 values", INTERVALS, 500, 4),
        ("plain Python loop, F1", LOOP, 500, 4),
        ("scipy.stats.bootstrap, BCa, F1", SCIPY, 500, 4),
        ("goldwire, sums", SUMS, 20_000, 4),
        ("goldwire, sums", SUMS, 100_000, 4),
    ):
        runs = 3 if documents == 500 and code not in (LOOP, SCIPY) else 1
        run = python(SETUP + code, str(documents), str(columns), str(SEED), runs=runs)
        seconds = float(run.output)
        rows.append(
            (what, f"{documents:,}", f"{columns}", f"{seconds:.2f} s", f"{run.megabytes:.0f} MB")
        )
    table("10,000 resamples", ("what", "documents", "columns", "time", "peak"), rows)


if __name__ == "__main__":
    main()
