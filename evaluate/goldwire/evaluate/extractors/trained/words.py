"""What the taggers are told of a word: form, affixes, shape, neighbours, lists, the document.

Attributes are strings ``name=value``. Those in ``WIDE`` are seen by the words around, too (see
``features.py``): of a neighbour only its form, its shape, the lists that it is in, and whether it
begins a line.

The set is the usual one for names without embeddings: Ratinov & Roth, "Design challenges and
misconceptions in named entity recognition", CoNLL 2009.
"""

from __future__ import annotations

from itertools import groupby

from .gazetteers import listed
from .reading import Reading

__all__ = ["WIDE", "attributes", "shape"]

WIDE: tuple[str, ...] = ("w=", "s=", "g=", "e=", "l=")
"""Beginnings of what neighbours see: word, shape, lists of names and of events, line begun."""

_AFFIXES = (1, 2, 3, 4)


def attributes(reading: Reading, *, word_lists: bool) -> list[list[str]]:
    """By word, its attributes, without repetition."""
    own: dict[str, list[str]] = {}
    rows: list[list[str]] = []
    for word in reading.words:
        found = own.get(word.text)
        if found is None:
            found = own[word.text] = _of_form(word.text)
        rows.append(found.copy())
    _add_neighbours(reading, rows)
    _add_document(reading, rows)
    if word_lists:
        for row, lists in zip(rows, listed(reading), strict=True):
            row += lists
    return rows


def shape(text: str) -> str:
    """``Aa`` for Velmar, ``AA-00`` for MQ-17: letters and digits by kind, runs cut to two."""
    kinds = (
        "A" if c.isupper() else "a" if c.islower() else "0" if c.isdigit() else c for c in text[:40]
    )
    return "".join(kind * min(2, sum(1 for _ in run)) for kind, run in groupby(kinds))


def _of_form(text: str) -> list[str]:
    lower = text.lower()
    found = [f"w={lower}", f"s={shape(text)}", f"t={text}", f"n={min(len(text), 9)}"]
    for size in _AFFIXES:
        if len(lower) > size:
            found += [f"p={lower[:size]}", f"x={lower[-size:]}"]
    if "-" in lower:
        found += [f"h={part}" for part in dict.fromkeys(lower.split("-")) if part]
    if any(c.isdigit() for c in text):
        found.append(f"d={''.join('0' if c.isdigit() else c for c in lower[:20])}")
    return found


def _add_neighbours(reading: Reading, rows: list[list[str]]) -> None:
    for number, (begin, end) in enumerate(zip(reading.bounds, reading.bounds[1:], strict=False)):
        where = f"z={reading.kinds[number]}"
        titled = reading.titled[number]
        lower = ["<", *(word.lower for word in reading.words[begin:end]), ">"]
        shapes = ["<", *(shape(word.text) for word in reading.words[begin:end]), ">"]
        for at, row in enumerate(rows[begin:end], 1):
            row += (
                where,
                f"-={lower[at - 1]} {lower[at]}",
                f"+={lower[at]} {lower[at + 1]}",
                f"o={lower[at - 1]} {lower[at + 1]}",
                f"-s={shapes[at - 1]} {shapes[at]}",
                f"+s={shapes[at]} {shapes[at + 1]}",
                f"os={shapes[at - 1]} {shapes[at]} {shapes[at + 1]}",
            )
            if at == 1:
                row.append("first")
            if titled:
                row.append("titled")


def _add_document(reading: Reading, rows: list[list[str]]) -> None:
    """Whether a line begins with it, and how else the same word stands in the document.

    That is: whether with a capital, and whether without one, in the midst of a sentence.
    """
    capital: set[str] = set()
    small: set[str] = set()
    for number, (begin, end) in enumerate(zip(reading.bounds, reading.bounds[1:], strict=False)):
        if reading.titled[number]:
            continue
        for at in range(begin, end):
            word = reading.words[at]
            if word.text[0].islower():
                small.add(word.lower)
            elif at > begin and word.text[0].isupper():
                capital.add(word.lower)
    for word, fresh, row in zip(reading.words, reading.fresh, rows, strict=True):
        row.append(f"l={fresh:d}")
        row.append(f"D={word.lower in capital:d}{word.lower in small:d}{word.text[0].isupper():d}")
