"""Zones: what each line of a scraped page is for, as a first draft for an annotator.

Lines become *pieces* (a letterhead that shares its line with the text is cut off), every piece
gets a *look* from its own words (:mod:`goldwire.corpus.furniture`), and its place on the page
decides: above the opening of the report stand headline, captions, stamps, and bullets; below
it is body, but for what is furniture anywhere. Where nothing speaks for furniture, text is body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from goldwire.schema.document import Zone

from . import furniture, openings
from .lines import BARE_DATE, Piece, read_pieces

__all__ = ["KINDS", "find_zones"]

KINDS = (
    "headline",
    "deck",
    "summary",
    "byline",
    "byline_date",
    "dateline",
    "body",
    "caption",
    "credit",
    "chrome",
    "related",
)
"""The kinds of zone, in the order in which a page usually shows them."""

_NEVER_SCORED = frozenset({"chrome", "related"})
_MAY_REPEAT = frozenset({"headline", "deck", "summary", "caption", "credit"})
_CHROME_LOOKS = frozenset({"letterhead", "end", "chrome"})
_RUNNING_TEXT = frozenset({"prose", "other", "dateline"})


class _Part(NamedTuple):
    """A span that has been decided; ``of_caption`` marks a credit as that of the part before."""

    kind: str
    start: int
    end: int
    joins: bool = False  # goes on with the paragraph of the part before
    of_caption: bool = False


def find_zones(text: str) -> tuple[Zone, ...]:
    """The zones of ``text`` in order: together they cover everything that is not blank.

    Ids are ``z1``, ``z2``, …; the time it takes grows with the length of the text.
    """
    pieces = read_pieces(text)
    opening = _opening(pieces)
    above = list(_above(pieces, opening))
    seen = {text[part.start : part.end]: part.kind for part in above if part.kind in _MAY_REPEAT}
    return _as_zones(text, _joined([*above, *_from_opening(pieces, opening, seen)]))


def _opening(pieces: Sequence[Piece]) -> int:
    """Where the report itself begins: its dateline or its first paragraph."""
    headline = deck = False
    for at, piece in enumerate(pieces):
        look = piece.look.rstrip("+")
        if look in ("dateline", "bare_dateline", "other"):
            return at
        if look == "prose" and not _is_caption(pieces, at):
            # one sentence between headline and byline tells what the article is about
            if deck or not headline or not _stamp_follows(pieces, at):
                return at
            deck = True
        headline = headline or look == "title"
    return len(pieces)


def _stamp_follows(pieces: Sequence[Piece], at: int) -> bool:
    for piece in pieces[at + 1 : at + 12]:
        if piece.look in ("byline", "byline_date", "dateline", "bare_dateline"):
            return True
        if piece.look.rstrip("+") in _RUNNING_TEXT:
            return False
    return False


def _is_caption(pieces: Sequence[Piece], at: int) -> bool:
    """Whether text above the opening describes a picture: a credit stands at its end or below
    it, or it stands there twice in a row."""
    piece = pieces[at]
    if len(piece.text) <= 700 and furniture.caption_credit(piece.text) is not None:
        return True
    beside = [other for other in pieces[max(0, at - 1) : at + 2] if other is not piece]
    below = pieces[at + 1] if at + 1 < len(pieces) else None
    if below is not None and below.look == "credit" and not below.gap:
        # the first title of a page is its headline, even with a picture's credit below
        return piece.look != "title" or any(p.look == "title" for p in islice(pieces, at))
    return piece.look == "prose" and any(other.text == piece.text for other in beside)


def _above(pieces: Sequence[Piece], opening: int) -> Iterator[_Part]:
    """What stands above the opening. Without a report below, nothing is called a headline."""
    head = pieces[:opening]
    headline = _headline(pieces, opening) if opening < len(pieces) else None
    for at, piece in enumerate(head):
        if piece.look in _CHROME_LOOKS:
            yield _whole("chrome", piece)
        elif piece.look in ("related", "related_heading"):
            yield _whole("related", piece)
        elif piece.look in ("byline", "byline_date"):
            yield _whole(piece.look, piece)
        elif piece.look in ("credit", "caption") or _is_caption(pieces, at):
            yield from _picture(pieces, at)
        elif opening == len(pieces):
            yield _whole("body", piece)
        elif piece.look == "bullet":
            yield _whole("summary", piece)
        elif piece.look == "prose":
            yield _whole("deck", piece)
        else:
            yield _whole(_title_kind(head, at, headline), piece)


def _headline(pieces: Sequence[Piece], opening: int) -> int | None:
    """The place of the headline: the title that the page repeats, or else the first of more
    than a word or two (those name the section of the paper)."""
    titles = [
        at
        for at, piece in enumerate(pieces[:opening])
        if piece.look == "title" and not _is_caption(pieces, at)
    ]
    if not titles:
        return None
    count = Counter(piece.text for piece in pieces if piece.look == "title")
    for at in titles:
        if count[pieces[at].text] > 1 and len(pieces[at].text.split()) > 2:
            return at
    longer = [at for at in titles if len(pieces[at].text.split()) > 2]
    if longer:
        return longer[0]
    # "NORTH DESK" over a dateline is no headline; "Obituary" may well be all the headline there is
    return next((at for at in titles if not pieces[at].text.isupper()), None)


def _title_kind(head: Sequence[Piece], at: int, headline: int | None) -> str:
    piece = head[at]
    if headline is None or at < headline:
        return "chrome"
    if piece.text == head[headline].text:
        return "headline"
    beside = {other.look for other in (*head[at - 1 : at], *head[at + 1 : at + 2])}
    if furniture.is_name(piece.text) and beside & {"byline", "byline_date"}:
        return "byline"
    return "deck" if len(piece.text.split()) > 3 else "chrome"


def _from_opening(
    pieces: Sequence[Piece], opening: int, above: Mapping[str, str]
) -> Iterator[_Part]:
    """The report and what stands below it; ``above`` holds the words that may be repeated."""
    seen = dict(above)
    last_text = max((at for at, p in enumerate(pieces) if _is_text(p)), default=-1)
    state, fresh = "article", True  # fresh: a report may open here
    for at in range(opening, len(pieces)):
        piece = pieces[at]
        if piece.look == "title" and _reopens(pieces, at):
            state, fresh = "article", True
            yield _whole("headline", piece)
            seen[piece.text] = "headline"
            continue
        if piece.look == "related_heading":
            state = "related"
        elif piece.look == "end":
            state = "ended"
        elif state == "related" and piece.look in ("prose", "dateline"):
            state = "article"
        yield from _decided(pieces, at, state, fresh, seen, at > last_text)
        fresh = fresh and piece.look in (*_CHROME_LOOKS, "byline", "byline_date")


def _decided(
    pieces: Sequence[Piece], at: int, state: str, fresh: bool, seen: Mapping[str, str], foot: bool
) -> Iterator[_Part]:
    """The parts of a piece at or below the opening."""
    piece = pieces[at]
    look = piece.look.rstrip("+")
    if look in _CHROME_LOOKS or (state == "ended" and look != "dateline"):
        yield _whole("chrome", piece)
    elif look in ("related", "related_heading") or state == "related":
        yield _whole("related", piece)
    elif look in ("credit", "caption") or _is_photo(piece):
        yield from _picture(pieces, at)
    elif look == "byline":
        yield _whole("byline", piece)
    elif look == "byline_date":
        # a bare date between paragraphs is a heading of a chronicle, not a stamp
        bare = BARE_DATE.match(piece.text) and not (foot or fresh)
        yield _whole("body" if bare else "byline_date", piece)
    elif look == "dateline" or (look == "bare_dateline" and fresh):
        yield from _report(piece)
    elif kind := seen.get(piece.text):
        yield from _picture(pieces, at) if kind == "caption" else (_whole(kind, piece),)
    else:
        yield _whole("body", piece, joins=piece.look.endswith("+"))


def _is_text(piece: Piece) -> bool:
    return piece.look.rstrip("+") in ("prose", "dateline", "bare_dateline") and not _is_photo(piece)


def _is_photo(piece: Piece) -> bool:
    """Whether a line in the report is a caption: it ends with the credit of a picture."""
    if len(piece.text) > 700:
        return False
    at = furniture.caption_credit(piece.text)
    return at is not None and furniture.names_a_photo(piece.text[at:])


def _reopens(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a second release begins: a title, and a letterhead or dateline right below it."""
    below = pieces[at + 1].look if at + 1 < len(pieces) else ""
    if below == "dateline":
        return pieces[at].gap or pieces[at - 1].look in _CHROME_LOOKS
    return below == "letterhead"


def _whole(kind: str, piece: Piece, joins: bool = False) -> _Part:
    return _Part(kind, piece.start, piece.start + len(piece.text), joins)


def _picture(pieces: Sequence[Piece], at: int) -> Iterator[_Part]:
    """A caption and the credit at its end, or a credit on a line of its own."""
    piece = pieces[at]
    end = piece.start + len(piece.text)
    if piece.look == "credit":
        below_caption = at > 0 and not piece.gap
        yield _Part("credit", piece.start, end, of_caption=below_caption)
        return
    cut = furniture.caption_credit(piece.text)
    if cut is None:
        yield _Part("caption", piece.start, end)
        return
    yield _Part("caption", piece.start, piece.start + len(piece.text[:cut].rstrip()))
    yield _Part("credit", piece.start + cut, end, of_caption=True)


def _report(piece: Piece) -> Iterator[_Part]:
    """A dateline and the paragraph that it opens."""
    dateline = openings.find_dateline(piece.text)
    length = dateline.length if dateline else 0
    opening, rest = piece.text[:length].rstrip(), piece.text[length:]
    yield _Part("dateline", piece.start, piece.start + len(opening))
    if rest.strip():
        blanks = len(rest) - len(rest.lstrip())
        start = piece.start + length + blanks
        yield _Part("body", start, piece.start + len(piece.text))


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """Lines of one paragraph put together again, where the text was wrapped."""
    result: list[_Part] = []
    for part in parts:
        if part.joins and result and result[-1].kind == part.kind == "body":
            result[-1] = result[-1]._replace(end=part.end)
        else:
            result.append(part)
    return result


def _as_zones(text: str, parts: Sequence[_Part]) -> tuple[Zone, ...]:
    first: dict[tuple[str, str], str] = {}
    zones: list[Zone] = []
    body_below = _ids_of_body_below(parts)
    paragraph = 0
    for number, part in enumerate(parts, 1):
        words = text[part.start : part.end]
        original = None
        if part.kind in _MAY_REPEAT:
            original = first.setdefault((part.kind, words), f"z{number}")
            original = None if original == f"z{number}" else original
        paragraph += part.kind == "body"
        parent = body_below[number - 1] if part.kind == "dateline" else None
        if part.of_caption and zones and zones[-1].kind == "caption":
            parent = zones[-1].id
        zones.append(
            Zone(
                id=f"z{number}",
                spans=((part.start, part.end),),
                text=words,
                kind=part.kind,
                scored=original is None and part.kind not in _NEVER_SCORED,
                duplicate_of=original,
                parent=parent,
                paragraph=paragraph if part.kind == "body" else None,
            )
        )
    return tuple(zones)


def _ids_of_body_below(parts: Sequence[_Part]) -> list[str | None]:
    below: list[str | None] = []
    nearest: str | None = None
    for number in range(len(parts), 0, -1):
        below.append(nearest)
        if parts[number - 1].kind == "body":
            nearest = f"z{number}"
    return below[::-1]
