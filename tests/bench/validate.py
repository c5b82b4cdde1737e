"""Validate valid documents of 20 kB with 100 spans, by the command. Budget: 5,000 a second.

    python -m tests.bench.validate [DOCUMENTS]

The peer is jsonschema alone on the same documents, without any integrity rule. Each row is the
best of several runs: what else the machine does makes a run slower, never faster.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import SEED, python, table, timed

RUNS = 4

JSONSCHEMA = """
import json, sys, time
from goldwire.schema.validation import engine_for
authority = engine_for("newswire")._authority
with open(sys.argv[1]) as lines:
    documents = [json.loads(line) for _, line in zip(range(60), lines)]
authority.is_valid(documents[0])
begin = time.perf_counter()
assert all(authority.is_valid(document) for document in documents)
print(len(documents) / (time.perf_counter() - begin))
"""


def document(number: int) -> dict[str, object]:
    """A sound newswire document: 8 paragraphs, 60 mentions, 20 events, 20 other items."""
    import hashlib

    chance = random.Random(SEED + number)
    words = [
        "the",
        "base",
        "in",
        "western",
        "Anbar",
        "hosts",
        "coalition",
        "troops",
        "and",
        "rockets",
        "fell",
        "near",
        "it",
    ]
    lines = [" ".join(chance.choice(words) for _ in range(44)) for _ in range(8)]
    text = "\n".join(lines)
    starts, at = [], 0
    for word in text.replace("\n", " ").split(" "):
        starts.append((at, at + len(word)))
        at += len(word) + 1
    picked = chance.sample(starts, 92)

    def anchored(name: str, place: int) -> dict[str, object]:
        start, end = picked[place]
        return {"id": name, "spans": [[start, end]], "text": text[start:end]}

    zones, at = [], 0
    for line_number, line in enumerate(lines, start=1):
        zones.append(
            {"id": f"z{line_number}", "spans": [[at, at + len(line)]], "text": line,
             "kind": "body", "scored": True, "duplicate_of": None, "parent": None,
             "paragraph": line_number}
        )  # fmt: skip
        at += len(line) + 1
    mentions = [
        {**anchored(f"m{n}", n), "type": "ORG", "level": "NOM", "entity": f"e{n // 2}",
         "head": list(picked[n])}
        for n in range(60)
    ]  # fmt: skip
    entities = [
        {"id": f"e{n}", "type": "ORG", "subtype": "military", "name": None, "group": True,
         "generic": False, "kb": None}
        for n in range(30)
    ]  # fmt: skip
    times = [
        {**anchored(f"t{n}", 60 + n), "type": "DATE", "value": "2022-04", "edtf": "2022-04",
         "anchor": "dct", "modifier": None, "vague": False}
        for n in range(6)
    ]  # fmt: skip
    quantities = [
        {**anchored(f"q{n}", 66 + n), "kind": "count", "value": 3, "min": 3, "max": 3,
         "comparator": "eq", "approximate": False, "unit": None, "counts": f"m{n}"}
        for n in range(6)
    ]  # fmt: skip
    events = [
        {**anchored(f"v{n}", 72 + n), "type": "ATTACK", "subtype": None, "hopper": f"h{n}",
         "realis": "actual", "polarity": "positive", "certainty": "certain", "tense": "past",
         "arguments": [{"role": "attacker", "filler": f"m{n}"},
                       {"role": "time", "filler": f"t{n % 6}"}], "attributions": []}
        for n in range(20)
    ]  # fmt: skip
    layers = ["zones", "mentions", "entities", "times", "quantities", "events"]
    return {
        "id": f"d{number}", "schema": "newswire/1.0", "language": "en", "text": text,
        "length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "metadata": {"dct": "2022-04-30"},
        "annotation": {"status": "single", "layers": layers},
        "zones": zones, "mentions": mentions, "entities": entities, "times": times,
        "quantities": quantities, "events": events,
    }  # fmt: skip


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    program = str(Path(sys.executable).parent / "goldwire")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.jsonl"
        size = 0
        for count in (documents // 4, documents):
            with path.open("w") as lines:
                for number in range(count):
                    line = json.dumps(document(number), separators=(",", ":"))
                    size = len(line)
                    print(line, file=lines)
            check = subprocess.run(
                [program, "schema", "validate", str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
            assert "nothing found" in check.stderr, check.stdout[:500]
            for jobs in ("1", "2"):
                runs = [
                    timed(sys.executable, "-c", _PEAK, str(path), jobs, runs=1) for _ in range(RUNS)
                ]
                seconds, peak = min(tuple(map(float, run.output.split())) for run in runs)
                rows.append(
                    (f"goldwire, {count:,} documents, {jobs} process{'es' * (jobs > '1')}",
                     f"{count / seconds:,.0f}", f"{peak:.0f} MB")
                )  # fmt: skip
        alone = python(JSONSCHEMA, str(path), runs=1)
        rows.append(("jsonschema alone, no rules", f"{float(alone.output):,.0f}", ""))
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    table(
        f"Validate: documents of {size:,} bytes, 92 anchored items and 8 zones, best of {RUNS} "
        f"runs, load {load}",
        ("what", "documents a second", "peak"),
        rows,
    )


_PEAK = """
import resource, sys, time
from goldwire.schema.bulk import validate_in_bulk
from goldwire.schema.reading import iter_raw
begin = time.perf_counter()
found = sum(len(p) for p in validate_in_bulk(iter_raw([sys.argv[1]]), jobs=int(sys.argv[2])))
assert not found
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF,
                                                         resource.RUSAGE_CHILDREN))
print(time.perf_counter() - begin, peak / 1024)
"""


if __name__ == "__main__":
    main()
