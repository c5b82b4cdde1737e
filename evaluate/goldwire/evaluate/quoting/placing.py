"""Quotes to offsets: which place each quoted item of a document stands at, and how it is known.

What decides between several places, in this order: an ``occurrence`` that is given; the words
before and after (``prefix``, ``suffix``); the order of the list. Items that quote the same, with
the same context, go to the successive places in the order in which they are given, passing over
places that other items were put at by their context; when the places are used up, it begins
again at the first. That is the one thing that the order of a list says: where items with equal
quotes differ in their labels, a list says which comes first in the text. Items with equal
quotes and equal labels may be exchanged, and so may any items with different quotes, without
any effect on where things are put.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from goldwire.schema.positions import surface

from .search import THRESHOLD, Found, QuoteSearch

__all__ = [
    "PLACED_BY",
    "Quote",
    "QuotePlacement",
    "note_placements",
    "place_quotes",
    "with_offsets",
]

How = Literal["exact", "context", "occurrence", "order", "words", "fuzzy", "nowhere"]

PLACED_BY: dict[How, str] = {
    "exact": "its only place",
    "context": "the words around it",
    "occurrence": "its number",
    "order": "the order of the list",
    "words": "its words, in other case, blanks, or punctuation",
    "fuzzy": "similarity",
}
"""What is said of a placement, by how it came about."""

_REACH = 300
"""Characters of the text that a prefix or a suffix is compared with."""

Span = tuple[int, int]


class Quote(Struct, frozen=True, gc=False):
    """What an item says, where an extractor does not count: with the words around it."""

    exact: str
    prefix: str | None = None
    suffix: str | None = None
    occurrence: int | None = None


class QuotePlacement(Struct, frozen=True, gc=False):
    """Where a quote stands and how it was placed.

    ``how`` is ``exact`` (its characters stand in one place only), ``context`` (the words around
    it decided between several), ``occurrence`` (the number given did), ``order`` (the order of
    the list did), ``words`` (the same letters and digits, other case, accents, blanks, or
    punctuation), ``fuzzy`` (similar words), or ``nowhere``: then ``span`` is ``None``, and
    ``reason`` says why. ``similarity`` runs from 0 to 1.
    """

    span: Span | None
    how: How
    similarity: float = 1.0
    reason: str = ""

    def words(self) -> str:
        """What an item's note says of it; nothing for its only place."""
        if self.span is None:
            return self.reason
        number = f", {self.similarity:.2f}" if self.how == "fuzzy" else ""
        return "" if self.how == "exact" else f"placed by {PLACED_BY[self.how]}{number}"


def place_quotes(
    text: str, quotes: Sequence[Quote], *, threshold: float = THRESHOLD
) -> list[QuotePlacement]:
    """Resolve the quotes of one layer of a document together, in the order of ``quotes``.

    ``threshold`` is the similarity that a quote of three words or more must have with a place
    that does not hold its words; above 1, nothing is placed by similarity.
    """
    return _place(QuoteSearch(text, threshold), quotes)


def _place(search: QuoteSearch, quotes: Sequence[Quote]) -> list[QuotePlacement]:
    groups: dict[str, list[int]] = {}
    for number, quote in enumerate(quotes):
        groups.setdefault(quote.exact, []).append(number)
    found = {exact: search.find(exact) for exact in groups}
    placements: list[QuotePlacement] = [_LOST] * len(quotes)
    taken: set[Span] = set()
    # The order of the groups is that of the quotes themselves, never that of the list.
    for exact in sorted(groups, key=lambda exact: (_RANK[found[exact].likeness], exact)):
        group = _Group(search.text, found[exact], taken)
        for number, placement in group.place(quotes, groups[exact]):
            placements[number] = placement
    return placements


_RANK = {"exact": 0, "words": 1, "fuzzy": 2}
_LOST = QuotePlacement(None, "nowhere", 0.0)


class _Group:
    """The items of a document that quote the same."""

    def __init__(self, text: str, found: Found, taken: set[Span]) -> None:
        self.text = text
        self.found = found
        self.preferred = set(found.places)
        self.taken = taken

    def place(
        self, quotes: Sequence[Quote], numbers: list[int]
    ) -> Iterator[tuple[int, QuotePlacement]]:
        """A placement for each of ``numbers``; those with fewest candidates choose first."""
        if len(numbers) == 1 and len(self.found.places) == 1:  # nearly always
            quote = quotes[numbers[0]]
            if quote.occurrence is None and not (quote.prefix or quote.suffix):
                (span,) = self.found.places
                self.taken.add(span)
                yield numbers[0], self._placement(span, "exact")
                return
        alike: dict[Quote, list[int]] = {}
        for number in numbers:
            quote = quotes[number]
            same = Quote(quote.exact, quote.prefix or "", quote.suffix or "", quote.occurrence)
            alike.setdefault(same, []).append(number)
        options = {quote: self._candidates(quote) for quote in alike}
        ranked = sorted(
            alike,
            key=lambda quote: (
                len(options[quote][0]), options[quote][0], quote.prefix, quote.suffix,
            ),
        )  # fmt: skip
        for quote in ranked:
            places, how = options[quote]
            free = [span for span in places if span not in self.taken] or list(places)
            for turn, number in enumerate(alike[quote]):
                if not places:
                    yield number, self._lost(quote)
                    continue
                span = free[turn] if turn < len(free) else places[(turn - len(free)) % len(places)]
                self.taken.add(span)
                yield number, self._placement(span, how)

    def _candidates(self, quote: Quote) -> tuple[tuple[Span, ...], How]:
        found = self.found
        everywhere = found.literal or found.places
        if quote.occurrence is not None:
            number = quote.occurrence
            return everywhere[number - 1 : number] if number > 0 else (), "occurrence"
        if len(everywhere) > 1 and (quote.prefix or quote.suffix):
            agreed = [_agreement(self.text, span, quote) for span in everywhere]
            best = max(agreed)
            if best > 0:
                ties = [span for span, score in zip(everywhere, agreed, strict=True)
                        if score == best]  # fmt: skip
                ties = [span for span in ties if span in self.preferred] or ties
                return tuple(ties), "context" if len(ties) == 1 else "order"
        return found.places, "exact" if len(found.places) == 1 else "order"

    def _placement(self, span: Span, how: How) -> QuotePlacement:
        likeness = self.found.likeness
        if likeness == "exact" or span in self.found.literal:
            return QuotePlacement(span, how)
        return QuotePlacement(span, likeness, self.found.similarity)

    def _lost(self, quote: Quote) -> QuotePlacement:
        times = len(self.found.literal or self.found.places)
        if not quote.exact.strip():
            reason = "the quote is empty"
        elif times:
            reason = f"the quote stands {times} time{'s' * (times != 1)} in the text, and number"
            reason += f" {quote.occurrence} is asked for"
        else:
            reason = "neither the quote nor anything similar enough stands in the text"
        return QuotePlacement(None, "nowhere", 0.0, reason)


def _agreement(text: str, span: Span, quote: Quote) -> int:
    """Letters and digits next to the place that agree with the context, case aside."""
    start, end = span
    score = 0
    if quote.prefix:
        before = text[max(0, start - _REACH) : start]
        score += _common(reversed(quote.prefix[-_REACH:]), reversed(before))
    if quote.suffix:
        score += _common(iter(quote.suffix[:_REACH]), iter(text[end : end + _REACH]))
    return score


def _common(one: Iterator[str], other: Iterator[str]) -> int:
    count = 0
    for a, b in zip(filter(str.isalnum, one), filter(str.isalnum, other), strict=False):
        if a.lower() != b.lower():
            break
        count += 1
    return count


def with_offsets(
    prediction: Mapping[str, Any], text: str, *, threshold: float = THRESHOLD
) -> dict[str, Any]:
    """A prediction as a plain mapping, its quotes resolved: items get ``spans`` and ``text``.

    Items keep their quotes, and the ``note`` says how one was placed where that was not plain.
    One that cannot be placed gets the reason as its ``note``: it counts as a false positive. A
    cue goes to the place that is nearest to its content, and is left out where there is none.
    """
    search = QuoteSearch(text, threshold)
    resolved = dict(prediction)
    for layer, items in prediction.items():
        if isinstance(items, list) and all(isinstance(item, dict) for item in items):
            resolved[layer] = _resolved(search, items)
    return resolved


def _resolved(search: QuoteSearch, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    waiting = [
        number
        for number, item in enumerate(items)
        if item.get("quote") is not None and not _anchored(item)
    ]
    found = _place(search, [msgspec.convert(items[number]["quote"], Quote) for number in waiting])
    placements = dict(zip(waiting, found, strict=True))
    return [_item(search, item, placements.get(number)) for number, item in enumerate(items)]


def _item(
    search: QuoteSearch, item: dict[str, Any], placement: QuotePlacement | None
) -> dict[str, Any]:
    fresh = dict(item)
    if placement is not None and placement.span is not None:
        fresh["spans"] = [list(placement.span)]
        fresh["text"] = surface(search.text, [placement.span])
    if placement is not None and (said := placement.words()):
        fresh["note"] = _noted(item, said)
    cue = item.get("cue")
    if isinstance(cue, dict) and cue.get("quote") is not None:
        fresh["cue"] = _cue(search, cue["quote"], fresh.get("spans"))
    return fresh


def note_placements(prediction: dict[str, Any], text: str, layers: Collection[str]) -> None:
    """Write into the items of some layers that only quote how their quotes are placed.

    The quotes stay: whoever scores the prediction places them in the same way. A second time
    changes nothing. The items are such as a prediction may have.
    """
    search = None
    for layer in layers:
        items = prediction.get(layer) or ()
        waiting = [item for item in items if item.get("quote") and not _anchored(item)]
        if not waiting:
            continue
        search = search or QuoteSearch(text, THRESHOLD)
        found = _place(search, [msgspec.convert(item["quote"], Quote) for item in waiting])
        for item, placement in zip(waiting, found, strict=True):
            if said := placement.words():
                item["note"] = _noted(item, said)


def _anchored(item: Mapping[str, Any]) -> bool:
    return item.get("spans") is not None or item.get("start") is not None


def _noted(item: Mapping[str, Any], said: str) -> str:
    """The note of an item with this in it, once."""
    note = item.get("note")
    if not note:
        return said
    told = note == said or str(note).endswith(f"; {said}")
    return str(note) if told else f"{note}; {said}"


def _cue(
    search: QuoteSearch, quote: Mapping[str, Any], content: list[list[int]] | None
) -> dict[str, Any] | None:
    places = search.find(quote["exact"]).places
    if not places or not content:
        return None
    start, end = content[0][0], content[-1][1]
    span = min(places, key=lambda place: (max(start - place[1], place[0] - end), place))
    return {"spans": [list(span)], "text": surface(search.text, [span])}
