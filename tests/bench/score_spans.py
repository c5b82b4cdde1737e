"""Load and score 20,000 documents with 600,000 gold and 540,000 predicted spans, beside peers.

    python -m tests.bench.score_spans [DOCUMENTS]

Budget: load and score in 1 s and 150 MB. The peers are given the same spans in the form that
they want; nervaluate counts inclusive ends, seqeval tags of words (nested and overlapping spans
are left out for it, since BIO tags cannot say them).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import python, table, write_spans

OURS = """
import sys, time
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.scoring import score
begin = time.perf_counter()
none = Resampling(resamples=0)
report = score(sys.argv[1], sys.argv[2], layers=["mentions"], errors=0, resampling=none)
print(time.perf_counter() - begin, report.layer("mentions").criterion("strict").micro.f1)
"""

ALONE = """
import sys, time
import numpy as np
from goldwire.schema.reading import iter_raw
from goldwire.evaluate.alignment.align import align
from goldwire.evaluate.columns import columns
from goldwire.evaluate.counts import count_spans
from goldwire.evaluate.memory import keep_freed_memory
from goldwire.evaluate.notes import Notes
from goldwire.evaluate.reading.pairing import BlockReader, raw_pairs
from goldwire.evaluate.alignment.prepare import prepare
from goldwire.evaluate.tables import Labels
keep_freed_memory()
notes, labels = Notes(), {"mentions": Labels()}
reader = BlockReader(("mentions",), plain=True)
read = [
    columns(reader.read(pairs, notes), ["mentions"], labels, notes)
    for pairs in raw_pairs(iter_raw([sys.argv[1]]), iter_raw([sys.argv[2]]), 1000)
]
def every_criterion():
    for table in read:
        ready = prepare(*(side["mentions"].spans for side in (table.gold, table.predicted)))
        alignment = align(ready.gold, ready.predicted, ready.equal)
        count_spans(ready.gold, ready.predicted, alignment)
def four_schemas():
    for table in read:
        ready = prepare(*(side["mentions"].spans for side in (table.gold, table.predicted)))
        gold, width = ready.gold, len(ready.gold.labels)
        pairs = align(gold, ready.predicted, ready.equal).pairs
        cells = [side.document * width + side.label for side in (gold, ready.predicted)]
        near = pairs.take(pairs.kind < 4)
        ends = near.take(near.kind == 3), near.take(near.kind == 2), near
        for rows in (*cells, cells[0][pairs.gold[np.flatnonzero(pairs.kind == 4)]],
                     *(cells[0][each.gold] for each in ends),
                     *(cells[1][each.predicted] for each in ends)):
            np.bincount(rows, minlength=gold.documents * width)
def strict_alone():
    sums = 0
    for table in read:
        ready = prepare(*(side["mentions"].spans for side in (table.gold, table.predicted)))
        gold, width = ready.gold, len(ready.gold.labels)
        cells = [side.document * width + side.label for side in (gold, ready.predicted)]
        counts = [  # by document and label
            np.bincount(rows, minlength=gold.documents * width)
            for rows in (*cells, cells[0][ready.equal[0]])
        ]
        sums += np.array([each.sum() for each in counts])
    return 2 * sums[2] / (sums[0] + sums[1])
for measured in (every_criterion, four_schemas, strict_alone):
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        measured()
        times.append(time.perf_counter() - begin)
    print(sorted(times)[2])
"""

NERVALUATE = """
import json, sys, time
def read(path, spans):
    with open(path) as lines:
        return [spans(json.loads(line)) for line in lines]
gold = read(sys.argv[1], lambda d: [{"label": m["type"], "start": m["spans"][0][0],
    "end": m["spans"][0][1] - 1} for m in d["mentions"]])
predicted = read(sys.argv[2], lambda d: [{"label": m["type"], "start": m["start"],
    "end": m["end"] - 1} for m in d["mentions"]])
labels = sorted({m["label"] for d in gold for m in d})
from nervaluate import Evaluator
begin = time.perf_counter()
result = Evaluator(gold, predicted, tags=labels, loader="dict").evaluate()
print(time.perf_counter() - begin, result["overall"]["strict"].f1)
"""

SEQEVAL = """
import json, sys, time
def tags(text, spans):
    starts, at = {}, 0
    for number, word in enumerate(text.split(" ")):
        starts[at] = number
        at += len(word) + 1
    found, taken = ["O"] * len(starts), set()
    for start, end, label in sorted(set(spans)):
        first = starts[start]
        words = range(first, first + text[start:end].count(" ") + 1)
        if not taken.intersection(words):
            taken.update(words)
            for word in words:
                found[word] = ("B-" if word == first else "I-") + label
    return found
gold, predicted = [], []
with open(sys.argv[1]) as one, open(sys.argv[2]) as other:
    for line, guess in zip(one, other):
        document, guess = json.loads(line), json.loads(guess)
        text = document["text"]
        gold.append(tags(text, [(*m["spans"][0], m["type"]) for m in document["mentions"]]))
        predicted.append(tags(text, [(m["start"], m["end"], m["type"]) for m in guess["mentions"]]))
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2
begin = time.perf_counter()
result = f1_score(gold, predicted, mode="strict", scheme=IOB2)
print(time.perf_counter() - begin, result)
"""


def _row(what: str, seconds: float, peak: float, ratio: str, f1: float) -> tuple[str, ...]:
    return what, f"{seconds:.2f} s", f"{peak:.0f} MB", ratio, f"{f1:.6f}"


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        gold, predicted = map(str, write_spans(Path(folder), documents))
        ours = python(OURS, gold, predicted)
        alone = python(ALONE, gold, predicted)
        peers = {
            name: python(code, gold, predicted, runs=1)
            for name, code in (("nervaluate 1.2.1", NERVALUATE), ("seqeval 1.2.2", SEQEVAL))
        }
    load_and_score, f1 = map(float, ours.output.split())
    every, schemas, strict = map(float, alone.output.split())
    rows = [
        _row("goldwire, load and score", load_and_score, ours.megabytes, "", f1),
        _row("goldwire, score alone, seven criteria", every, alone.megabytes, "1", f1),
        _row("goldwire, the four schemas of nervaluate alone", schemas, alone.megabytes, "", f1),
        _row("goldwire, strict alone", strict, alone.megabytes, "", f1),
    ]
    for name, run in peers.items():
        seconds, peer_f1 = map(float, run.output.split())
        ratio = " / ".join(f"{seconds / ours:.0f}" for ours in (every, schemas, strict))
        rows.append(_row(f"{name}, score alone", seconds, run.megabytes, ratio, peer_f1))
    title = f"Spans: {documents:,} documents, {30 * documents:,} gold, {27 * documents:,} predicted"
    table(title, ("what", "time", "peak", "ratio", "strict F1"), rows)


if __name__ == "__main__":
    main()
