"""Check invented corpora as a whole, by the command: time and memory against validation alone.

    python -m tests.bench.check [DOCUMENTS]

Documents have some 400 words, 30 of them names and 8 triggers. One in a hundred is nearly the
copy of another, one name in 500 and one trigger in 50 is not labelled. In the last row every
document is nearly a copy of every other: the one case that takes quadratic time.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.measuring import LABELS, SEED, table, timed

SHAPES = {"word": 20_000, "Name": 600, "raid": 60}
SPLITS = ("train", "train", "train", "dev", "test")


def frequencies(kind: str) -> tuple[list[str], list[float]]:
    """Words of one shape, the frequent ones first, with weights by Zipf's law."""
    number = SHAPES[kind]
    weights = itertools.accumulate(1 / rank for rank in range(1, number + 1))
    return [f"{kind}{n}" for n in range(number)], list(weights)


VOCABULARY = {kind: frequencies(kind) for kind in SHAPES}


def drawn(chance: random.Random, kind: str, count: int) -> list[str]:
    words, weights = VOCABULARY[kind]
    return chance.choices(words, cum_weights=weights, k=count)


def words_of(chance: random.Random) -> list[str]:
    words = drawn(chance, "word", 362) + drawn(chance, "Name", 30) + drawn(chance, "raid", 8)
    chance.shuffle(words)
    return words


def nearly(chance: random.Random, words: list[str]) -> list[str]:
    copy = list(words)
    for place in chance.sample(range(len(copy)), 8):
        copy[place] = chance.choice(VOCABULARY["word"][0])
    return copy


def document(number: int, words: list[str], chance: random.Random) -> dict[str, Any]:
    text = " ".join(words)
    mentions, events, at = [], [], 0
    for word in words:
        item = {"spans": [[at, at + len(word)]], "text": word}
        at += len(word) + 1
        if word.startswith("Name") and chance.random() > 0.002:
            label = LABELS[int(word[4:]) % len(LABELS)]
            mentions.append({"id": f"m{at}", **item, "type": label, "level": "NAM"})
        elif word.startswith("raid") and chance.random() > 0.02:
            events.append({"id": f"v{at}", **item, "type": "ATTACK", "hopper": f"h{at}"})
    return {
        "id": f"d{number}", "schema": "core/1.0", "language": "en", "text": text,
        "length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "rights": {"holder": "nobody", "licence": "CC0-1.0", "redistributable": True},
        "annotation": {"status": "gold", "layers": ["mentions", "events"]},
        "mentions": mentions, "events": events,
    }  # fmt: skip


def mixed(documents: int, chance: random.Random) -> list[list[str]]:
    texts: list[list[str]] = []
    for number in range(documents):
        copied = number % 100 == 99
        texts.append(nearly(chance, chance.choice(texts)) if copied else words_of(chance))
    return texts


def copies(documents: int, chance: random.Random) -> list[list[str]]:
    first = words_of(chance)
    return [nearly(chance, first) for _ in range(documents)]


def write(folder: Path, make: Callable[[int, random.Random], list[list[str]]], number: int) -> Path:
    """A corpus as JSON Lines, one file a split; the folder of the gold."""
    chance = random.Random(SEED)
    gold = folder / f"{make.__name__}-{number}" / "gold"
    gold.mkdir(parents=True)
    for at, words in enumerate(make(number, chance)):
        line = json.dumps(document(at, words, chance), separators=(",", ":"))
        with (gold / f"{SPLITS[at % len(SPLITS)]}.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
    return gold


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    program = str(Path(sys.executable).parent / "goldwire")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        corpora = [
            write(Path(folder), mixed, documents),
            write(Path(folder), mixed, 4 * documents),
            write(Path(folder), copies, documents * 2 // 5),
        ]
        for gold in corpora:
            name = gold.parent.name
            for words in (["schema", "validate"], ["corpus", "check"]):
                run = timed(program, *words, str(gold), "--json", runs=1)
                rows.append(
                    (name, f"goldwire {' '.join(words)}", f"{run.seconds:.1f} s",
                     f"{run.megabytes:.0f} MB", f"{len(json.loads(run.output)):,}")
                )  # fmt: skip
    table("Corpora", ("corpus", "command", "seconds", "memory", "problems"), rows)


if __name__ == "__main__":
    main()
