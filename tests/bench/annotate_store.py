"""The log of edits: how long a durable edit and an opening take, and what a kill costs.

    python -m tests.bench.annotate_store [KILLS]

Budgets: a durable edit p99 ≤ 10 ms, on SQLite, in a text of 20,000 characters with 1,000 spans;
a document with 10,000 edits opened in ≤ 300 ms; nothing acknowledged is lost in 1,000 kills. The
row of the disk alone, an append of as many bytes with one fsync, says how much of an edit it is.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from goldwire.annotate.edits import Add, Edit, Put, Remove, Respan
from goldwire.annotate.session import Session
from goldwire.annotate.store import Store, Task
from goldwire.schema.document import Document, Entity, Mention, Zone
from tests.bench.measuring import SEED, table
from tests.making import make

LENGTH, SPANS, EDITS, OPENINGS = 20_000, 1_000, 10_000, 15


def document() -> Document:
    """A text of 20,000 characters in one zone, with 1,000 mentions of 200 entities."""
    chance = random.Random(SEED)
    text = ""
    places = []
    while len(text) < LENGTH:
        word = "w" * chance.randint(2, 9)
        places.append((len(text), min(len(text) + len(word), LENGTH)))
        text += word + " "
    text = text[:LENGTH]
    mentions = []
    for number, (start, end) in enumerate(sorted(chance.sample(places, SPANS))):
        mentions.append(
            Mention(id=f"m{number}", spans=((start, end),), text=text[start:end], type="PER",
                    level="NAM", entity=f"e{number % 200}", head=(start, end))
        )  # fmt: skip
    zone = Zone(id="z1", spans=((0, LENGTH),), text=text, kind="body")
    entities = tuple(Entity(id=f"e{number}", type="PER") for number in range(200))
    return make(text, id="long", zones=(zone,), mentions=tuple(mentions), entities=entities)


def edits(count: int) -> list[Edit]:
    """As an annotator makes them: label, correct, remove again; the number of spans stays."""
    chance = random.Random(SEED)
    found: list[Edit] = []
    for number in range(count):
        start = chance.randrange(LENGTH - 20)
        name = f"n{number - number % 4}"
        item = {"id": name, "spans": [[start, start + 5]], "type": "PER",
                "entity": f"e{chance.randrange(200)}"}  # fmt: skip
        found.append(
            (
                Add(layer="mentions", item=item),
                Put(layer="mentions", id=name, field="level", value="NOM"),
                Respan(layer="mentions", id=name, spans=((start, start + 9),)),
                Remove(layer="mentions", id=name),
            )[number % 4]
        )
    return found


def milliseconds(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return (time.perf_counter() - begin) * 1000


def row(what: str, times: list[float]) -> tuple[str, str, str, str]:
    cuts = statistics.quantiles(times, n=100)
    return what, f"{cuts[49]:.2f}", f"{cuts[98]:.2f}", f"{max(times):.2f}"


def disk_alone(folder: Path, count: int) -> list[float]:
    """An append of what an edit adds to the log of SQLite, two or three pages, and an fsync."""
    with (folder / "alone").open("wb", buffering=0) as file:

        def append() -> None:
            file.write(b"x" * 3 * 4096)
            os.fsync(file.fileno())

        return [milliseconds(append) for _ in range(count)]


def opened(url: str, task: Task) -> Session:
    session = Session(Store(url), task)
    session.store.close()
    return session


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        url = str(folder / "goldwire.db")
        store = Store(url, create=True)
        store.add_document(document())
        session = Session(store, store.task("long", "ann"))
        durable = [
            milliseconds(lambda edit=edit: session.apply(edit))  # type: ignore[misc]
            for edit in edits(EDITS)
        ]
        last = session.document
        undone = [milliseconds(session.undo) for _ in range(2000)]
        for _ in range(2000):
            session.redo()
        store.close()
        assert opened(url, session.task).document == last
        openings = [milliseconds(lambda: opened(url, session.task)) for _ in range(OPENINGS)]
        again = Session(Store(url), session.task)

        def step() -> None:
            again.undo()
            assert again.document

        steps = [milliseconds(step) for _ in range(600)]
        rows = [
            row(f"a durable edit, {EDITS:,} of them", durable),
            row("the disk alone, 12 kB and one fsync", disk_alone(folder, 2000)),
            row("a durable undo", undone),
            row("an undo with its document, after opening", steps),
            row(f"opening after {len(again.history()):,} entries", openings),
        ]
        size = sum(each.stat().st_size for each in folder.glob("goldwire.db*"))
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    table(
        f"Store: SQLite, {LENGTH:,} characters, {SPANS:,} spans, {size / 1e6:.0f} MB on disk, "
        f"milliseconds, load {load}",
        ("what", "p50", "p99", "worst"),
        rows,
    )
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tests.annotate.killing", str(kills)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    killed, acknowledged, unreported = map(int, done.stdout.split())
    table(
        f"Kills: {time.perf_counter() - begin:.0f} seconds",
        ("kills", "acknowledged", "of these lost", "kept but not yet acknowledged"),
        [(f"{killed:,}", f"{acknowledged:,}", "0", f"{unreported:,}")],
    )


if __name__ == "__main__":
    main()
