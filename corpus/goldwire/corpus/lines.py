"""The lines of a page, and the look that each has by its own words and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from . import furniture, openings

__all__ = ["BARE_DATE", "Piece", "read_pieces"]

BARE_DATE = re.compile(
    r"\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
"""How a date without a label such as "Updated" begins."""

_LINE = re.compile(r"[^\n\v\f\x85\u2028\u2029]+")
_BREAK = re.compile(r"[\n\v\f\x85\u2028\u2029]")


class Piece(NamedTuple):
    """A line, or what is left of it behind a letterhead: its place, words, and look."""

    start: int
    text: str
    look: str
    gap: bool  # a blank line stands before it


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Start, words, and "a blank line before" of every line that is not blank."""
    last = 0
    for match in _LINE.finditer(text):
        words = match[0].strip()
        if not words:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        breaks = _BREAK.findall(text, last, start)
        yield start, words, len(breaks) > 1
        last = start + len(words)


def read_pieces(text: str) -> list[Piece]:
    """The pieces of a text from top to bottom."""
    lines = list(_lines(text))
    heads = [openings.letterhead_length(words) for _, words, _ in lines]
    pieces: list[Piece] = []
    for number, (start, words, gap) in enumerate(lines):
        cut = heads[number]
        if not cut and any(heads[max(0, number - 1) : number + 2]):
            cut = openings.letterhead_length(words, beside_letterhead=True)
        if cut:
            pieces.append(Piece(start, words[:cut].rstrip(), "letterhead", gap))
        if rest := words[cut:]:
            pieces.append(Piece(start + cut, rest, _look(rest), gap and not cut))
    return _reconsidered(pieces)


def _look(words: str) -> str:
    if known := furniture.furniture(words):
        return known
    if dateline := openings.find_dateline(words):
        if not dateline.bare:
            return "dateline"
        if furniture.is_prose(words):  # "IRAQ: Rockets hit base" is a headline
            return "bare_dateline"
    if furniture.bullet_length(words):
        return "bullet"
    if furniture.is_prose(words):
        return "prose"
    return "title" if furniture.is_title(words) else "other"


def _reconsidered(pieces: list[Piece]) -> list[Piece]:
    """Looks that the rest of the text speaks against, taken back."""
    # several openings such as "SMITH: …" are the speakers of an interview, not places
    talk = sum(piece.look == "bare_dateline" for piece in pieces) > 1
    chronicle = _is_chronicle(pieces)
    wrapped = _is_wrapped(pieces)
    result: list[Piece] = []
    for piece, after in zip_longest(pieces, pieces[1:]):
        look = piece.look
        if look == "bare_dateline":
            look = "prose" if talk else look
        elif look == "byline_date":
            look = "other" if chronicle and BARE_DATE.match(piece.text) else look
        elif look == "title" and after is not None and _goes_on(after, wrapped):
            look = "other"
        result.append(piece._replace(look=look) if look != piece.look else piece)
    return result if not wrapped else [_mark_joining(piece) for piece in result]


def _goes_on(below: Piece, wrapped: bool) -> bool:
    """Whether a line is the end of a sentence that was broken, so that the one above is no
    headline."""
    if below.gap:
        return False
    return below.text[0].islower() or (wrapped and below.look in ("title", "prose", "other"))


def _is_chronicle(pieces: Sequence[Piece]) -> bool:
    """Whether dates head the paragraphs: more than one has text right below it."""
    headed = [
        one
        for one, other in zip(pieces, pieces[1:], strict=False)
        if one.look == "byline_date" and other.look == "prose" and BARE_DATE.match(one.text)
    ]
    return len(headed) > 1


def _is_wrapped(pieces: Sequence[Piece]) -> bool:
    """Whether lines were broken at a fixed width: many go on in the middle of a sentence."""
    pairs = broken = 0
    for one, other in zip(pieces, pieces[1:], strict=False):
        if not other.gap:
            pairs += 1
            broken += other.text[0].islower() and one.text[-1] not in ".!?:;"
    return broken >= 2 and broken * 4 >= pairs


def _mark_joining(piece: Piece) -> Piece:
    """In wrapped text, a line of running text goes on with the paragraph above it."""
    joins = piece.look in ("prose", "other") and not piece.gap
    return piece._replace(look=f"{piece.look}+") if joins else piece
