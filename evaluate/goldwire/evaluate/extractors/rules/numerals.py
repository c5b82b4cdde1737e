"""Numbers in digits and words: one pattern that finds them and one function that reads them."""

from __future__ import annotations

import regex

__all__ = ["NUMBER", "NUMBER_WORDS", "ORDINALS", "read_number"]

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_VALUES: dict[str, int] = {word: value for value, word in enumerate(_ONES)}
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}

ORDINALS: dict[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip
"""Ordinals in words and their numbers."""

NUMBER_WORDS = frozenset(_VALUES) | frozenset(_SCALES)
"""Words that a number in words is made of."""

_WORD = "|".join(sorted((*_ONES, *_TENS), key=len, reverse=True))
_SCALE = "|".join(_SCALES)

NUMBER = (
    rf"(?i:(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:[ -](?:{_SCALE})\b)?(?![\d\p{{L}}])"
    rf"|(?:(?:an?|{_WORD})[ -](?:{_SCALE})|{_WORD})"
    rf"(?:(?:[ -]|[ ]and[ ])(?:{_WORD}|{_SCALE}))*\b)"
)
"""Pattern of one number: ``2,500``, ``3.5 million``, ``twenty-three``, ``a hundred and five``."""


def read_number(text: str) -> int | float:
    """The value of what :data:`NUMBER` found. Raises ``ValueError`` on anything else."""
    total, part = 0.0, 0.0
    for word in regex.split(r"[ -]|\band\b", text.lower()):
        if not word:
            continue
        if word[0].isdigit():
            part = float(word.replace(",", ""))
        elif word in ("a", "an"):
            part = 1
        elif word in _VALUES:
            part += _VALUES[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0
        else:
            raise ValueError(f"{word!r} is no number word")
    value = total + part
    return int(value) if value == int(value) else value
