"""Small corpora on the disk, and what a check finds in them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from goldwire.corpus import check
from goldwire.schema.document import Document, to_json
from goldwire.schema.problems import Problem
from tests.making import article, make


def titled(name: str, text: str | None = None, **fields: Any) -> Document:
    """The invented article under another name, or a document with another text and no layers."""
    if text is None:
        return msgspec.structs.replace(article(), id=name, **fields)
    kept = {key: getattr(article(), key) for key in ("rights", "annotation")}
    kept["annotation"] = msgspec.structs.replace(kept["annotation"], layers=("mentions",))
    return make(text, id=name, **(kept | fields))


def sentence(seed: int, count: int = 60) -> str:
    """Words that no other sentence has in this order."""
    chance = random.Random(seed)
    return " ".join("w" + str(chance.randrange(10_000)) for _ in range(count)) + ".\n"


def near_copy(text: str, changes: int, seed: int = 0) -> str:
    """The text with some words changed, far from one another."""
    words = text.split(" ")
    step = len(words) // changes
    for place in range(0, step * changes, step):
        words[place] = f"x{seed}-{place}"
    return " ".join(words)


def save(folder: Path, documents: Iterable[Document], split: str = "test") -> Path:
    """Documents as gold on the disk; the folder of the gold."""
    for document in documents:
        path = folder / "gold" / split / f"{document.id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(document), "utf-8")
    return folder / "gold"


def found(*paths: Path, **options: Any) -> list[tuple[str, str, str]]:
    """Code, document, and pointer of all problems."""
    problems = check(paths, jobs=1, **options).problems
    return [(each.code, each.document or "", each.pointer) for each in problems]


def problem(code: str, *paths: Path, **options: Any) -> Problem:
    """The only problem there is, which has this code."""
    (only,) = check(paths, jobs=1, **options).problems
    assert only.code == code
    return only
