"""The labelling screen in a real pseudo-terminal: start, and key to first byte.

    python -m tests.bench.annotate_screen

An article of 20,000 characters with 1,000 spans, 120 by 40 cells. Goals: start within a second,
and the first byte of an answer within 16 ms of its key in 99 of 100 cases, edits included.
"""

from __future__ import annotations

import math
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from goldwire.annotate.project import make_project
from goldwire.corpus.ingest import ingest
from goldwire.schema.document import Document, Entity, Mention
from tests.annotate.terminals import Terminal
from tests.bench.measuring import SEED, table

WORDS = ("drone", "rocket", "base", "Iraq", "Ain", "coalition", "said", "two", "soldiers",
         "struck", "near", "the", "a", "in")  # fmt: skip
PRESSES = 480
"""A third of them are moves: no more than the article has sentences."""


def make_article(characters: int = 20_000, spans: int = 1000) -> Document:
    """An invented article with mentions at random words, each an entity of its own."""
    chance = random.Random(SEED)
    sentences: list[str] = []
    while sum(map(len, sentences)) + len(sentences) < characters:
        words = " ".join(chance.choice(WORDS) for _ in range(22))
        sentences.append(f"{words.capitalize()}.")
    document = ingest("\n".join(sentences), id="long")
    places = sorted(
        match.span() for match in chance.sample(list(re.finditer(r"\w+", document.text)), spans)
    )
    mentions = tuple(
        Mention(
            id=f"m{number}", spans=(span,), text=document.text[slice(*span)],
            type=chance.choice(("PER", "ORG", "GPE")), level="NOM", entity=f"e{number}", head=span,
        )
        for number, span in enumerate(places)
    )  # fmt: skip
    entities = tuple(Entity(id=f"e{n}", type=m.type) for n, m in enumerate(mentions))
    return msgspec.structs.replace(document, mentions=mentions, entities=entities)


def main() -> None:
    program = str(Path(sys.executable).parent / "goldwire")
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder) / "p")
        store = project.open()
        store.add_document(make_article())
        store.close()
        command = [program, "annotate", "label", "--as", "ann", "--project", str(project.folder)]
        starts = []
        for _ in range(5):
            begin = time.perf_counter()
            with Terminal(command) as terminal:
                terminal.wait_for("sentence")
                starts.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        subprocess.run([program, "--version"], check=True, capture_output=True)
        bare = time.perf_counter() - begin
        found: dict[str, list[float]] = {}
        with Terminal(command) as terminal:
            terminal.wait_for("sentence")
            terminal.read(0.5)
            for _ in range(PRESSES // 3):
                for what, key in (("a word", "a"), ("an edit", "g"), ("a move", "\r")):
                    found.setdefault(what, []).append(terminal.first_byte(key))
    rows: list[tuple[str, ...]] = [
        ("start", f"{1000 * sorted(starts)[2]:.0f} ms", "", "", f"--version: {1000 * bare:.0f} ms")
    ]
    found["all keys"] = sorted(each for times in found.values() for each in times)
    for what, times in found.items():
        times.sort()
        # By nearest rank: as many of all cases take no longer.
        shares = (times[math.ceil(len(times) * share) - 1] for share in (0.5, 0.99, 1))
        rows.append((what, *(f"{1000 * each:.1f} ms" for each in shares), f"{len(times)} keys"))
    columns = ("what", "p50", "p99", "worst", "")
    table("20,000 characters, 1,000 spans, 120 × 40 cells", columns, rows)


if __name__ == "__main__":
    main()
