"""Features of a phrase: what the classifiers of types and attributes are told."""

from __future__ import annotations

from collections.abc import Sequence

from .reading import Reading
from .tags import Range
from .words import shape

__all__ = ["context_features", "head_word", "phrase_features"]

_AFTER_HEAD = frozenset(
    [
        "of",
        "in",
        "for",
        "from",
        "at",
        "who",
        "whom",
        "that",
        "which",
        ",",
        "with",
        "to",
        "by",
        "on",
        "and",
        "(",
        ":",
        "-",
        "–",
        "—",
        "whose",
        "as",
        "into",
        "about",
        "against",
        "near",
        "where",
        "when",
        ";",
    ]
)
"""Words that a noun phrase goes on with behind its head."""
_INSIDE = 12
"""So many words of a long phrase are looked at."""
_AROUND = 5
"""So many words on either side are the context."""


def head_word(reading: Reading, phrase: Range) -> int:
    """The last word before what follows a head: ``commander`` in “a commander of the force”."""
    first, last = phrase
    for at in range(first + 1, last):
        if reading.words[at].lower in _AFTER_HEAD:
            return at - 1
    return last - 1


def phrase_features(
    reading: Reading, attributes: Sequence[Sequence[str]], phrase: Range
) -> list[str]:
    """Head, first and last word, neighbours, shapes, and the lists that words stand in, sorted.

    ``attributes`` are those of all words of the reading (see ``words.py``).
    """
    first, last = phrase
    words = reading.words
    at = head_word(reading, phrase)
    head = words[at].lower
    before, after = _neighbours(reading, phrase, 1)
    inside = words[first:last]
    found = {
        f"head={head}",
        f"words={min(last - first, 6)}",
        f"first={inside[0].lower}",
        f"last={inside[-1].lower}",
        f"shapes={' '.join(shape(word.text) for word in inside[:4])}",
        f"head shape={shape(words[at].text)}",
        f"first head={inside[0].lower} {head}",
        f"before={before}",
        f"after={after}",
        f"before head={before} {head}",
        f"head after={head} {after}",
        f"around={before} {after}",
    }
    if len(inside) <= 4:
        found.add(f"all={' '.join(word.lower for word in inside)}")
    for size in (2, 3, 4):
        if len(head) > size:
            found |= {f"head prefix={head[:size]}", f"head suffix={head[-size:]}"}
    far = _neighbours(reading, phrase, 2)
    found |= {f"before 2={far[0]}", f"after 2={far[1]}"}
    found |= {f"in={word.lower}" for word in inside[:_INSIDE]}
    for number in range(first, min(last, first + _INSIDE)):
        found |= {f"in {name}" for name in attributes[number] if name.startswith(("g=", "e="))}
    found |= {f"head {name}" for name in attributes[at] if name.startswith(("g=", "e=", "D="))}
    found |= {f"first {name}" for name in attributes[first] if name.startswith("g=")}
    return sorted(found)


def context_features(reading: Reading, phrase: Range, label: str) -> list[str]:
    """What attributes are told beside: the label, and the words around as a bag."""
    begin, end = _sentence(reading, phrase)
    first, last = phrase
    left = reading.words[max(begin, first - _AROUND) : first]
    right = reading.words[last : min(end, last + _AROUND)]
    head = reading.words[head_word(reading, phrase)].lower
    found = {f"near={word.lower}" for word in (*left, *right)}
    found |= {f"left={word.lower}" for word in left[-3:]}
    found |= {f"label={label}", f"label head={label} {head}"}
    return sorted(found)


def _sentence(reading: Reading, phrase: Range) -> tuple[int, int]:
    number = reading.sentence_of(phrase[0])
    return reading.bounds[number], reading.bounds[number + 1]


def _neighbours(reading: Reading, phrase: Range, distance: int) -> tuple[str, str]:
    begin, end = _sentence(reading, phrase)
    left, right = phrase[0] - distance, phrase[1] + distance - 1
    return (
        reading.words[left].lower if left >= begin else "<",
        reading.words[right].lower if right < end else ">",
    )
