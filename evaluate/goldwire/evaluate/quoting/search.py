"""Where a quote may stand in a text: exactly, by its words alone, or by similarity.

A search ends at the first of these that finds a place:

1. the characters of the quote, cutting through no word;
2. its *words*: the same letters and digits, whatever their case, accents, blanks, and
   punctuation, from the start of a word to the end of one;
3. the characters of the quote inside longer words;
4. the stretches of whole words that are most *similar* (Indel similarity of the letters and
   digits, Navarro 2001, "A guided tour to approximate string matching"), above a threshold.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from goldwire.schema.positions import occurrences

__all__ = ["THRESHOLD", "Found", "Likeness", "QuoteSearch", "likeness"]

THRESHOLD = 0.8
"""Similarity that three words or more must have; two words need 0.85, a single one 0.9."""

Span = tuple[int, int]
Likeness = Literal["exact", "words", "fuzzy"]

# Thai and Lao, Burmese, Khmer, Chinese and Japanese put no blanks between words.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_word = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_unspaced = re.compile(f"[{_UNSPACED}]").match
_MARKS = str.maketrans("“”„‟«»″‘’‚‛‹›′`‐‑‒–—−", '"' * 7 + "'" * 8 + "-" * 6)
"""Quotation marks and dashes that stand for the same."""

_SHORTEST = 4
"""Letters and digits below which nothing is similar: what is left of so little is chance."""
_LONG = 8
"""Words from which on shared words say where to look; below, every place is tried."""
_VOTES = 8
"""Places that most shared words speak for, and that are looked at."""
_BROKEN = 0.5
"""Similarity that is enough where the letters are the same up to an ellipsis inside a word."""
_SPELT_ALIKE = 75
"""Similarity, in hundredths, of two spellings of one name."""
_STRETCH = 12
"""A stretch has at most so many words more or fewer than the quote."""


class Found(Struct, frozen=True, gc=False):
    """The places that a quote may stand at, in text order, and how like it they are.

    ``places`` is empty where it stands nowhere. ``literal`` are all places that hold its very
    characters, inside words too: what an explicit ``occurrence`` counts.
    """

    places: tuple[Span, ...]
    literal: tuple[Span, ...]
    likeness: Likeness = "exact"
    similarity: float = 1.0


class QuoteSearch:
    """Searches one text for any number of quotes; what is dear is made when first needed."""

    def __init__(self, text: str, threshold: float = THRESHOLD) -> None:
        self.text = text
        self.threshold = threshold
        self._words: _Words | None = None

    def find(self, exact: str) -> Found:
        """All places for one quote. A threshold above 1 turns similarity off."""
        text, size = self.text, len(exact)
        if not exact.strip():
            return Found((), ())
        literal = tuple((at, at + size) for at in occurrences(text, exact))
        whole = tuple(span for span in literal if not _cuts(text, *span))
        if whole:
            return Found(whole, literal)
        if self._words is None:
            self._words = _Words(text)
        words = self._words
        folded = list(_folded(exact))
        quoted = [fold for _, _, fold in folded]
        same = words.equal(quoted)
        if same:
            return Found(self._dressed(same, exact), literal, "words")
        if literal:
            return Found(literal, literal)
        names = [fold for start, _, fold in folded if exact[start].isupper()]
        broken = exact.rstrip().endswith(("…", "..."))
        similarity, alike = words.similar(quoted, names, self.threshold, broken=broken)
        return Found(self._dressed(alike, exact), (), "fuzzy", round(similarity, 4))

    def _dressed(self, places: Sequence[Span], exact: str) -> tuple[Span, ...]:
        """Places of words with the punctuation at their edges that the quote has, too."""
        if not places:
            return ()
        quote = exact.strip().translate(_MARKS)
        inner = [at for at, char in enumerate(quote) if char.isalnum()]
        lead, tail = quote[: inner[0]], quote[inner[-1] + 1 :]
        found = []
        for start, end in places:
            while end < len(self.text) and unicodedata.category(self.text[end])[0] == "M":
                end += 1
            for char in reversed(lead):
                if start and self.text[start - 1].translate(_MARKS) == char:
                    start -= 1
            for char in tail:
                if end < len(self.text) and self.text[end].translate(_MARKS) == char:
                    end += 1
            found.append((start, end))
        return tuple(found)


def likeness(quote: str, place: str) -> Likeness:
    """How like a quote the place is that somebody put it at."""
    if quote == place:
        return "exact"
    one, other = ("".join(fold for _, _, fold in _folded(each)) for each in (quote, place))
    return "words" if one == other else "fuzzy"


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether an edge of the span lies inside a word."""
    return _joined(text, start) or _joined(text, end)


def _joined(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    pair = text[at - 1], text[at]
    return all(char.isalnum() and not _unspaced(char) for char in pair)


def _folded(text: str) -> Iterable[tuple[int, int, str]]:
    """Start, end, and folded form of every word: lower case, no accents, no marks."""
    for match in _word.finditer(text):
        word = match[0]
        if word.isascii():
            fold = word.lower()
        else:
            plain = unicodedata.normalize("NFKD", word).casefold()
            fold = "".join(filter(str.isalnum, plain))
        if fold:
            yield match.start(), match.end(), fold


class _Words:
    """A text as folded words, and as the one string that they make without blanks."""

    def __init__(self, text: str) -> None:
        self.spans: list[Span] = []
        self.folds: list[str] = []
        self.edges = [0]
        for start, end, fold in _folded(text):
            self.spans.append((start, end))
            self.folds.append(fold)
            self.edges.append(self.edges[-1] + len(fold))
        self.string = "".join(self.folds)
        self._numbers = {edge: number for number, edge in enumerate(self.edges)}
        self._windows: dict[int, list[str]] = {}
        self._standing: dict[str, list[int]] | None = None

    def span(self, first: int, after: int) -> Span:
        """The place of the words from ``first`` up to ``after``."""
        return self.spans[first][0], self.spans[after - 1][1]

    def equal(self, quoted: Sequence[str]) -> list[Span]:
        """Where the same words stand, however they are parted."""
        string = "".join(quoted)
        found = []
        for at in occurrences(self.string, string):
            first, after = self._numbers.get(at), self._numbers.get(at + len(string))
            if first is not None and after is not None:
                found.append(self.span(first, after))
        return found

    def similar(
        self, quoted: Sequence[str], names: Sequence[str], threshold: float, *, broken: bool
    ) -> tuple[float, list[Span]]:
        """The highest similarity and the places that have it; none below what is required.

        ``names`` are the words of the quote that begin with a capital letter; ``broken`` says
        that it ends in an ellipsis.
        """
        string, size = "".join(quoted), len(quoted)
        required = 1 - (1 - threshold) * min(1, (size + 1) / 4)
        if threshold > 1 or len(string) < _SHORTEST:
            return 0.0, []
        pool = self._begun(string, size, _BROKEN if broken else required)
        if not pool:
            search = self._voted if size >= _LONG else self._everywhere
            pool = search(quoted, string, required)
        numbers = Counter(filter(_is_number, quoted))
        best, taken = 0.0, list[tuple[int, int]]()
        for similarity, first, after in sorted(pool, key=lambda hit: (-hit[0], hit[1], hit[2])):
            if similarity < best:
                break
            window = self.folds[first:after]
            if Counter(filter(_is_number, window)) != numbers:
                continue  # 12 rockets are not 15 rockets, however alike they look
            if size == 1 and window[0][0] != string[0]:
                continue  # skilled is not killed
            if not all(_named(name, window) for name in names if len(name) > 2):
                continue  # the leaders of one group are not those of another
            best = similarity
            if all(after <= a or b <= first for a, b in taken):
                taken.append((first, after))
        return best, [self.span(*each) for each in sorted(taken)]

    def _begun(self, string: str, size: int, required: float) -> list[tuple[float, int, int]]:
        """Where a quote of two words or more stands that breaks off inside its last word."""
        hits = []
        for at in occurrences(self.string, string) if size > 1 else ():
            first = self._numbers.get(at)
            if first is not None:
                after = bisect_left(self.edges, at + len(string))
                whole = self.edges[after] - at
                similarity = 2 * len(string) / (len(string) + whole)
                if similarity >= required:
                    hits.append((similarity, first, after))
        return hits

    def _everywhere(
        self, quoted: Sequence[str], string: str, required: float
    ) -> list[tuple[float, int, int]]:
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extract

        hits, size = [], len(quoted)
        for length in range(max(1, size - 1), size + 2):
            windows = self._windows.get(length)
            if windows is None:
                windows = self._windows[length] = [
                    self.string[self.edges[first] : self.edges[first + length]]
                    for first in range(len(self.folds) - length + 1)
                ]
            for _, score, first in extract(
                string, windows, scorer=ratio, score_cutoff=100 * required, limit=None
            ):
                hits.append((score / 100, first, first + length))
        return hits

    def _voted(
        self, quoted: Sequence[str], string: str, required: float
    ) -> list[tuple[float, int, int]]:
        from rapidfuzz.fuzz import ratio

        if self._standing is None:
            self._standing = {}
            for number, fold in enumerate(self.folds):
                self._standing.setdefault(fold, []).append(number)
        votes: Counter[int] = Counter()
        for number, fold in enumerate(quoted):
            votes.update(at - number for at in self._standing.get(fold, ()))
        chosen = sorted(votes, key=lambda first: (-votes[first], first))[:_VOTES]
        firsts = {first + more for first in chosen for more in range(-2, 3)}
        spread = min(_STRETCH, 1 + len(quoted) // 5)
        hits = []
        for first in sorted(each for each in firsts if 0 <= each < len(self.folds)):
            for length in range(len(quoted) - spread, len(quoted) + spread + 1):
                after = first + length
                if after > len(self.folds):
                    break
                window = self.string[self.edges[first] : self.edges[after]]
                score = ratio(string, window, score_cutoff=100 * required)
                if score:
                    hits.append((score / 100, first, after))
        return hits


def _named(name: str, window: Sequence[str]) -> bool:
    """Whether a name stands in a stretch of words, or one that is spelt nearly like it."""
    from rapidfuzz.fuzz import ratio

    return name in "".join(window) or any(ratio(name, word) >= _SPELT_ALIKE for word in window)


def _is_number(fold: str) -> bool:
    return any(map(str.isdigit, fold))
