"""Text positions: units of offsets, quotes to offsets, and user-perceived characters.

goldwire counts Unicode code points. Browsers, Java, and .NET count UTF-16 code units, some
tools bytes of UTF-8; after the first emoji or curly quote they all differ.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

__all__ = [
    "UNITS",
    "OffsetMap",
    "Placement",
    "Unit",
    "cut",
    "excerpt",
    "find_quote",
    "grapheme_boundaries",
    "occurrences",
    "snap_to_graphemes",
    "surface",
    "visible",
]

Unit = Literal["code_point", "utf16", "byte"]
UNITS: tuple[Unit, ...] = ("code_point", "utf16", "byte")


def surface(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """What stands under ``spans``: fragments joined by one blank."""
    if len(spans) == 1:
        start, end = spans[0]
        return text[start:end]
    return " ".join(text[start:end] for start, end in spans)


class OffsetMap:
    """Offsets of one text in another unit, both ways.

    Building takes one pass; a look-up is constant one way and logarithmic the other. ASCII
    text needs no table.
    """

    def __init__(self, text: str, unit: Unit) -> None:
        if unit not in UNITS:
            raise ValueError(f"unit must be one of {', '.join(UNITS)}, not {unit!r}")
        self.unit = unit
        self._length = len(text)
        self._table: array[int] | None = None
        if unit == "code_point" or text.isascii():
            return
        table = array("q", [0])
        at = 0
        for char in text:
            at += _width(char, unit)
            table.append(at)
        self._table = table

    @property
    def length(self) -> int:
        """Length of the text in this unit."""
        return self._length if self._table is None else self._table[-1]

    def from_code_point(self, offset: int) -> int:
        """The offset in this unit. Raises ``IndexError`` outside the text."""
        if not 0 <= offset <= self._length:
            raise IndexError(f"offset {offset} is outside the text of {self._length} code points")
        return offset if self._table is None else self._table[offset]

    def to_code_point(self, offset: int) -> int:
        """The offset in code points.

        Raises ``IndexError`` outside the text, ``ValueError`` inside a character (between the
        two halves of a surrogate pair, or between the bytes of one character).
        """
        if not 0 <= offset <= self.length:
            raise IndexError(f"offset {offset} is outside the text of {self.length} ({self.unit})")
        if self._table is None:
            return offset
        at = bisect_left(self._table, offset)
        if self._table[at] != offset:
            raise ValueError(f"offset {offset} ({self.unit}) lies inside a character")
        return at


def _width(char: str, unit: Unit) -> int:
    code = ord(char)
    if unit == "utf16":
        return 2 if code > 0xFFFF else 1
    if code < 0x80:
        return 1
    if code < 0x800:
        return 2
    return 3 if code < 0x10000 else 4


class Placement(Struct, frozen=True):
    """Where a quote was found and how.

    ``how`` is ``exact`` (it stands there once), ``context`` (prefix or suffix decided),
    ``occurrence`` (the number given decided), ``first`` (it stands there several times and
    nothing decided: the first was taken), or ``fuzzy``. ``similarity`` runs from 0 to 1.
    """

    span: tuple[int, int]
    how: Literal["exact", "context", "occurrence", "first", "fuzzy"]
    similarity: float = 1.0


def occurrences(text: str, quote: str) -> Iterator[int]:
    """Starts of all places where ``quote`` stands in ``text``, overlapping ones too."""
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def find_quote(
    text: str,
    exact: str,
    *,
    prefix: str | None = None,
    suffix: str | None = None,
    occurrence: int | None = None,
    threshold: float = 0.85,
) -> Placement | None:
    """Resolve a quote to offsets: exactly, by its context, then by similarity.

    ``prefix`` and ``suffix`` are the words before and after the quote; with several exact
    places the one whose context agrees longest wins, and the earlier of two equals.
    ``occurrence`` counts from 1. Below ``threshold`` (rapidfuzz ``partial_ratio`` / 100)
    the quote is not placed and the answer is ``None``; a threshold above 1 turns this off.
    """
    if not exact.strip():
        return None
    found = list(occurrences(text, exact))
    size = len(exact)
    if occurrence is not None:
        if 1 <= occurrence <= len(found):
            at = found[occurrence - 1]
            return Placement((at, at + size), "occurrence")
        return None
    if len(found) == 1:
        return Placement((found[0], found[0] + size), "exact")
    if found:
        if not prefix and not suffix:
            return Placement((found[0], found[0] + size), "first")
        best = max(found, key=lambda at: (_agreement(text, at, at + size, prefix, suffix), -at))
        decided = _agreement(text, best, best + size, prefix, suffix) > 0
        return Placement((best, best + size), "context" if decided else "first")
    return _find_similar(text, exact, threshold)


def _agreement(text: str, start: int, end: int, prefix: str | None, suffix: str | None) -> int:
    """How many characters next to the place agree with the context, blanks at the seam aside."""
    score = 0
    if prefix:
        score += _common(
            reversed(prefix.rstrip()), reversed(text[max(0, start - 300) : start].rstrip())
        )
    if suffix:
        score += _common(iter(suffix.lstrip()), iter(text[end : end + 300].lstrip()))
    return score


def _common(one: Iterator[str], other: Iterator[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _find_similar(text: str, exact: str, threshold: float) -> Placement | None:
    if threshold > 1 or len(exact) > len(text) * 2:
        return None
    from rapidfuzz.fuzz import partial_ratio_alignment

    hit = partial_ratio_alignment(exact, text, score_cutoff=threshold * 100)
    if hit is None or hit.dest_end <= hit.dest_start:
        return None
    start, end = _whole_words(text, hit.dest_start, hit.dest_end)
    while start < end and not text[start].isalnum() and exact[0].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum() and exact[-1].isalnum():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Placement((start, end), "fuzzy", round(hit.score / 100, 4)) if start < end else None


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened so that it cuts no word: a similar window of equal length may."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def grapheme_boundaries(text: str) -> list[int]:
    """Offsets between user-perceived characters (Unicode UAX #29), from 0 to the length."""
    import regex

    return [0, *(match.end() for match in regex.finditer(r"\X", text))]


def snap_to_graphemes(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The smallest span that covers ``span`` and cuts through no user-perceived character."""
    edges = grapheme_boundaries(text)
    start, end = span
    low = edges[max(0, bisect_left(edges, start + 1) - 1)]
    high = edges[min(len(edges) - 1, bisect_left(edges, end))]
    return low, high


def cut(text: str, length: int) -> str:
    """``text`` in at most ``length`` characters, with an ellipsis where it was cut."""
    return text if len(text) <= length else text[: max(0, length - 1)] + "…"


def excerpt(text: str, start: int, end: int, context: int = 30) -> str:
    """The place in its surroundings, between ⟦ and ⟧, on one line.

    Control characters are shown as their Unicode pictures, so that a hostile text cannot
    move the cursor of the terminal that shows it.
    """
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    before = text[max(0, start - context) : start]
    after = text[end : end + context]
    if start > context:
        before = "…" + before.partition(" ")[2] if " " in before.strip() else "…" + before
    if end + context < len(text):
        after = after.rpartition(" ")[0] + "…" if " " in after.strip() else after + "…"
    inside = text[start:end]
    if len(inside) > 2 * context:
        inside = inside[:context] + " … " + inside[-context:]
    return visible(f"{before}⟦{inside}⟧{after}")


_PICTURES = {code: 0x2400 + code for code in range(32)} | {
    10: "⏎", 13: "␍", 9: "⇥", 0x7F: "␡", 0x85: "␤", 0x2028: "⏎", 0x2029: "⏎", 0xFEFF: "␣",
    **{code: "�" for code in range(0x80, 0xA0) if code != 0x85},
    **dict.fromkeys((*range(8234, 8239), *range(8294, 8298)), "�"),
}  # fmt: skip


def visible(text: str) -> str:
    """``text`` with control characters and direction overrides made visible and harmless."""
    shown = text.translate(_PICTURES)
    return shown.encode("utf-8", "replace").decode("utf-8")
