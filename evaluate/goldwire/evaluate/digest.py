"""A hash over gold as columns: the same for the same documents in any order and file form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .tables import Spans

__all__ = ["digest"]

Words = NDArray[np.uint64]


def digest(
    documents: Sequence[str],
    hashes: Sequence[str],
    tables: Mapping[str, Spans],
    sets: Mapping[str, Iterable[tuple[object, ...]]],
) -> str:
    """Hexadecimal hash over ids and text hashes, over the items of each layer, and over sets.

    ``sets`` holds tuples that begin with a document's number, in no order.

    An item's hash mixes its document, offsets, head, label, and whether it is optional; a
    layer's is their sum, which has no order.
    """
    whole = hashlib.sha256()
    names = [f"{name} {text}" for name, text in zip(documents, hashes, strict=True)]
    whole.update("\n".join(sorted(names)).encode())
    known = np.array([_word(name) for name in names], np.uint64)
    for layer, table in sorted(tables.items()):
        labels = np.array([_word(label) for label in table.labels.names], np.uint64)
        mixed = known[table.document] if len(table) else np.zeros(0, np.uint64)
        for column in (table.start, table.end, table.head_start, table.head_end, table.optional):
            mixed = _mix(mixed + column.astype(np.uint64))
        if len(table):
            mixed = _mix(mixed + labels[table.label])
            for row, shape in table.fragments.items():
                mixed[row] ^= np.uint64(_word(repr(shape)))
            others = _variants(table, labels)
            np.add.at(mixed, table.variants.item, others)
            mixed = _mix(mixed)
        whole.update(f"{layer} {int(mixed.sum())}\n".encode())
    for layer, keys in sorted(sets.items()):
        told = sorted(repr((names[int(str(key[0]))], *key[1:])) for key in keys)
        whole.update(f"{layer} {told}\n".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _variants(table: Spans, labels: Words) -> Words:
    """A word for each accepted answer: its spans and its label."""
    variants = table.variants
    words = np.array(
        [
            _word(repr(variants.fragments.get(row) or ((start, end),)))
            for row, (start, end) in enumerate(
                zip(variants.start.tolist(), variants.end.tolist(), strict=True)
            )
        ],
        np.uint64,
    )
    return _mix(words + labels[variants.label]) if len(words) else words


def _word(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _mix(words: Words) -> Words:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit changes every other."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
