"""Load and score documents with every layer filled; how time and memory grow with documents.

    python -m tests.bench.score_layers [DOCUMENTS]

Budget: 20,000 documents in 10 s. Time grows linearly, and memory by the counts of a document
alone: neither text nor items are held.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.full_documents import write_documents
from tests.bench.measuring import python, table

SCORE = """
import sys, time
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.scoring import score
begin = time.perf_counter()
report = score(sys.argv[1], sys.argv[2], errors=0, resampling=Resampling(resamples=0))
print(time.perf_counter() - begin, len(report.layers))
"""


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rows = []
    for size in (documents // 8, documents // 4, documents // 2, documents):
        with tempfile.TemporaryDirectory() as folder:
            gold, predicted = write_documents(Path(folder), size)
            megabytes = (gold.stat().st_size + predicted.stat().st_size) / 2**20
            run = python(SCORE, str(gold), str(predicted), runs=1)
        seconds, layers = run.output.split()
        rows.append(
            (f"{size:,}", f"{megabytes:,.0f} MB", layers, f"{float(seconds):.1f} s",
             f"{1000 * float(seconds) / size:.2f} ms", f"{run.megabytes:.0f} MB")
        )  # fmt: skip
    header = ("documents", "read", "layers", "load and score", "a document", "peak")
    table("All layers, all metrics", header, rows)


if __name__ == "__main__":
    main()
