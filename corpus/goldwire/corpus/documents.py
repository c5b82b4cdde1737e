"""Reading and writing documents: files, folders, JSON Lines, standard input; the gold itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from goldwire.schema.document import Document, to_json, to_line
from goldwire.schema.errors import GoldwireError, InvalidDocument, UnknownName
from goldwire.schema.files import write_atomically
from goldwire.schema.reading import Raw, decode_raw, iter_raw

__all__ = [
    "SPLITS",
    "gold_ids",
    "gold_paths",
    "load",
    "load_gold",
    "read",
    "read_one",
    "root",
    "save",
    "write_lines",
]

SPLITS = ("train", "dev", "test")

_decoder = msgspec.json.Decoder(Document)


def root() -> Traversable:
    """The folder of the gold, the guidelines, and the datasheet: in a checkout, or in the wheel.

    Raises ``GoldwireError`` where neither has it.
    """
    checkout = Path(__file__).parents[2]
    if (checkout / "gold").is_dir():
        return checkout
    packaged = files("goldwire.corpus") / "data"
    if packaged.is_dir():
        return packaged
    raise GoldwireError(
        "the gold is missing from this installation",
        source=str(checkout),
        hint="Install goldwire again.",
    )


def read(paths: Iterable[str | Path]) -> Iterator[Document]:
    """The documents of files, folders, JSON Lines, or ``-``, one at a time.

    Raises ``UnreadableInput`` for what is not JSON, ``InvalidDocument`` for what does not have
    the structure of a document; both name file, line, and place. Integrity is not checked here:
    that is what ``goldwire schema validate`` is for.
    """
    for raw in iter_raw(paths):
        yield _decode(raw)


def read_one(path: str | Path) -> Document:
    """The only document of a file. Raises as :func:`read`, and where there are several."""
    found = read([path])
    document = next(found)
    if next(found, None) is not None:
        raise InvalidDocument(
            "holds several documents, one was expected",
            source=str(path),
            hint="Name a file with one document.",
        )
    return document


def _decode(raw: Raw) -> Document:
    try:
        return decode_raw(raw, _decoder)
    except msgspec.ValidationError as problem:
        sentence, _, place = str(problem).partition(" - at `$")
        pointer = place.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
        raise InvalidDocument(
            f"is no document: {sentence[0].lower()}{sentence[1:]}",
            source=raw.source,
            line=raw.line,
            pointer=pointer or None,
            hint="See all that is wrong with `goldwire schema validate`.",
        ) from problem


def save(document: Document, path: str | Path) -> None:
    """Write one document in canonical form, whole or not at all."""
    write_atomically(path, to_json(document))


def write_lines(documents: Iterable[Document], path: str | Path) -> None:
    """Write documents as JSON Lines, whole or not at all."""
    write_atomically(path, "".join(f"{to_line(document)}\n" for document in documents))


def gold_paths() -> dict[str, Path]:
    """The files of the gold by document id, in the order of splits and names."""
    gold = Path(str(root() / "gold"))
    return {path.stem: path for split in SPLITS for path in sorted((gold / split).glob("*.json"))}


def gold_ids() -> list[str]:
    """The ids of the gold documents."""
    return list(gold_paths())


def load(name: str) -> Document:
    """A gold document by id, or any document by path.

    Raises ``UnreadableInput`` for a path where nothing is, ``UnknownName`` for any other name.
    """
    paths = gold_paths()
    if name in paths:
        return read_one(paths[name])
    if name == "-" or _is_path(name):
        return read_one(name)
    raise UnknownName("document", name, paths)


def _is_path(name: str) -> bool:
    if "/" in name or os.sep in name or name.endswith((".json", ".jsonl", ".ndjson")):
        return True
    try:
        return Path(name).exists()
    except OSError:  # longer than a file name may be
        return False


def load_gold(split: str | None = None) -> list[Document]:
    """The gold of one split, or all of it. Raises ``UnknownName`` for a split nobody knows."""
    if split is not None and split not in SPLITS:
        raise UnknownName("split", split, SPLITS)
    return [
        read_one(path)
        for path in gold_paths().values()
        if split is None or path.parent.name == split
    ]
