"""The Parquet copy beside the gold: whether each of its rows says what the document says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schema.document import Document, to_plain

from .documents import SPLITS
from .findings import Finding, Home, shown_path

__all__ = ["COPY", "Copies"]

COPY = "parquet"
"""The folder beside ``gold`` that holds a copy of each split."""

_FIELDS = [field.encode_name for field in msgspec.structs.fields(Document)]
_DIGEST = 8
_AGAIN = "write the copy again with `make parquet`"

_Noted = dict[str, tuple[int, bytes]]
"""By id, the number of a document and its fingerprint."""


class Copies:
    """The documents of gold that has a copy beside it; of each, eight bytes a field are kept."""

    def __init__(self) -> None:
        self._splits: dict[tuple[Path, str], _Noted] = {}

    def add(self, number: int, home: Home, document: Document) -> None:
        """Note the next document, where it lies in a split of gold with a copy."""
        if home.gold is None or home.split is None or not (home.gold.parent / COPY).is_dir():
            return
        noted = self._splits.setdefault((home.gold, home.split), {})
        noted.setdefault(home.id, (number, _fingerprint(to_plain(document))))

    def differences(self) -> Iterator[tuple[int | Home, Finding]]:
        """What is not in step (D7): the number of the document, or the file, and the finding."""
        for gold in sorted({gold for gold, _ in self._splits}):
            for split in SPLITS:
                file = gold.parent / COPY / f"{split}.parquet"
                noted = self._splits.get((gold, split))
                if noted is not None:
                    yield from _differences(gold / split, file, noted)
                elif file.exists() and not any((gold / split).glob("*.json")):
                    told = f"the gold has no document in {split}; delete this copy"
                    yield Home("", shown_path(file)), Finding("D7", (), told)


def _differences(split: Path, file: Path, noted: _Noted) -> Iterator[tuple[int | Home, Finding]]:
    name_of_file = shown_path(file)
    found: set[str] = set()
    try:
        for row in _rows(file):
            name = str(row.get("id"))
            if name not in noted:
                if not (split / f"{name}.json").exists():
                    told = f"the gold has no {name!r} in {split.name}; {_AGAIN}"
                    yield Home(name, name_of_file), Finding("D7", (), told)
                continue
            number, fingerprint = noted[name]
            if name in found:
                yield number, Finding("D7", (), f"{name_of_file} has it twice; {_AGAIN}")
            elif differing := _differing(fingerprint, _fingerprint(row)):
                told = f"{name_of_file} has another version of {', '.join(differing)}; {_AGAIN}"
                yield number, Finding("D7", (), told)
            found.add(name)
    except _Unreadable as problem:
        yield Home("", name_of_file), Finding("D7", (), f"cannot be read: {problem}; {_AGAIN}")
        return
    for name, (number, _) in noted.items():
        if name not in found:
            yield number, Finding("D7", (), f"{name_of_file} does not have it; {_AGAIN}")


class _Unreadable(Exception):
    """A file that is missing or is no Parquet."""


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, a few at a time."""
    import pyarrow
    from pyarrow import parquet

    try:
        with file.open("rb") as stream:
            for batch in parquet.ParquetFile(stream).iter_batches(batch_size=64):
                yield from batch.to_pylist()
    except OSError as problem:
        raise _Unreadable(problem.strerror or "it is damaged") from problem
    except (pyarrow.ArrowException, UnicodeDecodeError) as problem:
        raise _Unreadable("it is no Parquet file, or damaged") from problem


def _fingerprint(row: dict[str, Any]) -> bytes:
    """One digest a field, in the order of the fields."""
    return b"".join(_digest(_comparable(row.get(field))) for field in _FIELDS)


def _digest(value: Any) -> bytes:
    data = json.dumps(value, sort_keys=True).encode()
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


def _comparable(value: Any) -> Any:
    """A value without what a table fills in and without the difference between 3 and 3.0."""
    if isinstance(value, dict):
        kept = {key: _comparable(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part is not None} or None
    if isinstance(value, (list, tuple)):
        return [_comparable(part) for part in value] or None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _differing(one: bytes, other: bytes) -> list[str]:
    parts = range(0, len(one), _DIGEST)
    return [
        field
        for field, at in zip(_FIELDS, parts, strict=True)
        if one[at : at + _DIGEST] != other[at : at + _DIGEST]
    ]
