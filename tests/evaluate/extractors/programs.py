"""Small programs that speak the protocol, well or badly, and documents to ask them about."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from goldwire.schema.document import Document
from tests.making import make

__all__ = ["FAULTY", "TEXT", "command", "document", "documents", "good_ids", "line"]

TEXT = "🚀 Rockets hit Velmar on Friday."
"""Every offset after the emoji is one more in UTF-16 and three more in bytes."""

FAULTY = r"""
import json, os, sys, time

log = open(os.path.join(sys.argv[1], "asked.txt"), "a") if len(sys.argv) > 1 else None
for line in sys.stdin:
    document = json.loads(line)
    name = document["id"]
    if log:
        print(name, file=log, flush=True)
    start = document["text"].index("Velmar")
    mention = {"start": start, "end": start + 6, "type": "GPE", "text": "Velmar"}
    answer = {"id": name, "mentions": [mention]}
    fault = name.split("-")[0]
    if fault == "crash":
        print("cannot divide", file=sys.stderr)
        sys.exit(3)
    elif fault == "killed":
        os.kill(os.getpid(), 9)
    elif fault == "midline":
        sys.stdout.write(json.dumps(answer)[:9])
        sys.stdout.flush()
        sys.exit(0)
    elif fault == "garbage":
        print("Segmentation \x1b[31mfault?", flush=True)
        continue
    elif fault == "flood":
        for _ in range(40):
            sys.stderr.write("x" * 50_000 + "\n")
    elif fault == "twice":
        print(json.dumps(answer))
    elif fault == "hang":
        time.sleep(60)
    elif fault == "silent":
        continue
    elif fault == "stranger":
        answer["id"] = "somebody"
    elif fault == "nameless":
        del answer["id"]
    elif fault == "utf16":
        mention["start"] += 1
        mention["end"] += 1
    elif fault == "beyond":
        mention.update(start=0, end=10**9)
        del mention["text"]
    elif fault == "form":
        answer["mentions"] = "Velmar"
    elif fault == "extra":
        answer["mentiosn"] = []
    elif fault == "error":
        answer = {"id": name, "error": "the model\nrefused"}
    elif fault == "usage":
        answer["usage"] = {"input_tokens": 100, "output_tokens": 7, "cost": 0.25}
    elif fault == "slow":
        time.sleep(0.15)
    print(json.dumps(answer), flush=True)
"""


def command(folder: Path, program: str = FAULTY, *arguments: str | Path) -> list[str]:
    """The command line of a Python program that is written to a folder."""
    path = folder / "program.py"
    path.write_text(program, "utf-8")
    return [sys.executable, "-I", "-S", str(path), *map(str, arguments)]


def line(folder: Path, program: str = FAULTY, *arguments: str | Path) -> str:
    """The same as it is given to ``goldwire evaluate run``."""
    return f"cmd:{shlex.join(command(folder, program, *arguments))}"


def document(name: str, text: str = TEXT) -> Document:
    return make(text, id=name)


def documents(*names: str) -> list[Document]:
    return [document(name) for name in names]


def good_ids(count: int, word: str = "good") -> list[str]:
    return [f"{word}-{number:03}" for number in range(count)]
